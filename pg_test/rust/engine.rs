//! guarded.run, what is left out of a statement, the settings, and what is never caught.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    /// Runs a script and compares its rows, `line status/reason operation object`.
    fn expect(commands: &str, rows: &str) {
        assert_eq!(script(commands), lines(rows), "{commands}");
        run("INSERT INTO log VALUES ('the transaction goes on')");
    }

    // ---- several things in one statement ----------------------------------------------------

    #[pg_test]
    fn alter_table_runs_what_is_to_be_run() {
        sandbox(TABLES);
        expect(
            "ALTER TABLE t ADD COLUMN a int, ADD COLUMN x numeric(10, 2) DEFAULT 0, DROP COLUMN nope,
                 ALTER COLUMN nope2 SET NOT NULL, ADD COLUMN b int, DROP COLUMN amount, ALTER COLUMN a SET NOT NULL",
            "1 skipped/already_exists add_column t.a
             1 applied add_column t.x
             1 skipped/already_absent drop_column t.nope
             1 skipped/missing_column alter_column t.nope2
             1 conflict/differs add_column t.b
             1 applied drop_column t.amount
             1 applied alter_column t.a",
        );
        assert!(is_true(
            "col('t', 'x') = 'numeric(10,2) DEFAULT 0' AND col('t', 'amount') IS NULL AND col('t', 'b') = 'text'
             AND col('t', 'a') = 'integer NOT NULL'"
        ));
    }

    /// What a look at one catalog row would take for done: each of these changes something.
    #[pg_test]
    fn what_only_looks_done_is_run() {
        sandbox(TABLES);
        run("CREATE TABLE elder (d int, n int, s text, c int); CREATE TABLE younger () INHERITS (elder);
             ALTER TABLE ONLY elder ALTER d SET DEFAULT 5;
             ALTER TABLE ONLY elder ALTER s SET STORAGE external, ALTER s SET STATISTICS 7;
             ALTER TABLE younger ALTER c SET DEFAULT 1;
             ALTER TABLE elder ADD CONSTRAINT positive CHECK (c > 0)");
        expect(
            "ALTER TABLE elder ALTER d SET DEFAULT 5;
             ALTER TABLE elder ALTER s SET STORAGE external, ALTER s SET STATISTICS 7;
             ALTER TABLE elder ALTER c DROP DEFAULT;
             ALTER TABLE younger ADD CONSTRAINT positive CHECK (c > 0);
             ALTER TABLE younger ADD CONSTRAINT positive CHECK (c > 0)",
            "1 applied alter_column elder.d
             2 applied alter_column elder.s
             2 applied alter_column elder.s
             3 applied alter_column elder.c
             4 applied create_check_constraint younger.positive
             5 skipped/already_exists create_check_constraint younger.positive",
        );
        assert!(is_true(
            "col('younger', 'd') = 'integer DEFAULT 5' AND col('younger', 'c') = 'integer'"
        ));
        assert!(is_true(
            "(SELECT (attstorage, attstattarget) = ('e', 7) FROM pg_attribute
              WHERE attrelid = 'younger'::regclass AND attname = 's')"
        ));
        assert!(is_true(
            "(SELECT conislocal FROM pg_constraint WHERE conrelid = 'younger'::regclass)"
        ));
    }

    #[pg_test]
    fn what_only_looks_taken_is_run() {
        sandbox(TABLES);
        run("CREATE DOMAIN three AS int DEFAULT 3; CREATE TABLE over (d three);
             CREATE TYPE couple AS (a int, b int); CREATE TYPE shell;
             CREATE TABLE boxes (b box)");
        expect(
            "ALTER TABLE over ALTER d SET DEFAULT NULL;
             CREATE TYPE _couple AS ENUM ('x');
             CREATE TYPE shell AS ENUM ('x');
             CREATE INDEX boxes_b ON boxes USING rtree (b)",
            "1 applied alter_column over.d
             2 applied create_enum _couple
             3 applied create_enum shell
             4 applied create_index boxes_b",
        );
        run("INSERT INTO over DEFAULT VALUES");
        assert!(is_true("(SELECT d IS NULL FROM over) AND to_regtype('couple[]') IS NOT NULL"));
        assert!(is_true(
            "'x'::_couple IS NOT NULL AND 'x'::shell IS NOT NULL AND idx('boxes_b') LIKE '%gist%'"
        ));
    }

    #[pg_test]
    fn comments_on_what_belongs_to_the_cluster() {
        let role = format!("guarded_role_{}", std::process::id());
        sandbox(&format!("CREATE ROLE {role}; COMMENT ON ROLE {role} IS 'x'"));
        expect(
            &format!(
                "COMMENT ON ROLE {role} IS 'x'; COMMENT ON ROLE {role} IS NULL; COMMENT ON ROLE {role} IS NULL"
            ),
            &format!(
                "1 skipped/no_change comment {role}\n1 applied comment {role}\n1 skipped/no_change comment {role}"
            ),
        );
        assert!(is_true("NOT EXISTS (SELECT FROM pg_shdescription WHERE description = 'x')"));
    }

    /// What a function misses, or finds taken, is not what the statement that calls it misses.
    #[pg_test]
    fn an_undefined_table_in_a_function_is_a_failure() {
        sandbox(TABLES);
        run("CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT x FROM nowhere); END';
             CREATE FUNCTION noisy() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO nowhere VALUES (1); END'");
        expect(
            "ALTER TABLE t ADD COLUMN x int DEFAULT broken();
             SELECT broken();
             ALTER TABLE t ADD COLUMN x int DEFAULT no_such_function();
             CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM nowhere';
             CREATE EVENT TRIGGER noisy ON ddl_command_end EXECUTE FUNCTION noisy();
             CREATE TABLE fresh (a int);
             DROP EVENT TRIGGER noisy",
            "1 failed/undefined_table add_column t.x
             2 failed/undefined_table select
             3 skipped/missing_object add_column t.x
             4 skipped/missing_table create_function f
             5 applied create_event_trigger
             6 failed/undefined_table create_table fresh
             7 applied drop_event_trigger noisy",
        );
        assert!(is_true("to_regclass('fresh') IS NULL AND col('t', 'x') IS NULL"));
    }

    #[pg_test]
    fn renaming_enum_values_and_altering_what_is_in_no_schema() {
        sandbox("CREATE TYPE grade AS ENUM ('low', 'high', 'top')");
        expect(
            "ALTER TYPE grade RENAME VALUE 'low' TO 'base';
             ALTER TYPE grade RENAME VALUE 'low' TO 'base';
             ALTER TYPE grade RENAME VALUE 'high' TO 'top';
             ALTER TYPE grade RENAME VALUE 'none' TO 'some';
             ALTER TYPE nope RENAME VALUE 'low' TO 'base';
             ALTER DATABASE nope SET work_mem = '1MB';
             ALTER SUBSCRIPTION nope DISABLE;
             CREATE EXTENSION nope",
            "1 applied alter_type grade.'low'
             2 skipped/no_change alter_type grade.'low'
             3 conflict/already_exists alter_type grade.'high'
             4 skipped/missing_object alter_type grade.'none'
             5 skipped/missing_type alter_type nope.'low'
             6 skipped/missing_object alter_database nope
             7 skipped/missing_object alter_subscription nope
             8 failed/feature_not_supported create_extension nope",
        );
        assert!(is_true("enum_range(NULL::grade)::text = '{base,high,top}'"));
    }

    /// ALTER … IF EXISTS is content with its target missing, whatever guarded.missing says; not with what else is.
    #[pg_test]
    fn if_exists_says_that_it_may_be_missing() {
        sandbox(TABLES);
        run("SET LOCAL guarded.missing = fail");
        expect(
            "ALTER TABLE IF EXISTS nope ADD COLUMN x int;
             ALTER TABLE IF EXISTS nope RENAME COLUMN a TO b;
             ALTER INDEX IF EXISTS nope RENAME TO no_other;
             ALTER SEQUENCE IF EXISTS nope RESTART;
             ALTER TABLE IF EXISTS nope SET SCHEMA public;
             ALTER TABLE IF EXISTS t ADD COLUMN x no_such_type;
             ALTER TABLE nope ADD COLUMN x int",
            "1 skipped/missing_table add_column nope.x
             2 skipped/missing_table rename_column nope.a
             3 skipped/missing_index rename_index nope
             4 skipped/missing_object alter_sequence nope
             5 skipped/missing_table alter_table nope
             6 failed/missing_type add_column t.x
             7 failed/missing_table add_column nope.x",
        );
    }

    #[pg_test]
    fn sub_commands_that_need_each_other() {
        sandbox(TABLES);
        expect(
            "ALTER TABLE t ADD COLUMN x int DEFAULT 1, ALTER COLUMN x SET NOT NULL, ADD CONSTRAINT c CHECK (x > 0),
                 ADD CONSTRAINT u UNIQUE (id, x), ALTER COLUMN x SET STATISTICS 10",
            "1 applied add_column t.x
             1 applied alter_column t.x
             1 applied create_check_constraint t.c
             1 applied create_unique_constraint t.u
             1 applied alter_column t.x",
        );
        assert!(is_true(
            "col('t', 'x') = 'integer NOT NULL DEFAULT 1' AND con('t', 'c') = 'CHECK ((x > 0))'"
        ));
        // What is dropped by the statement does not stand in the way of what it adds.
        expect(
            "ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (x > -1), DROP COLUMN amount, ADD COLUMN amount int",
            "1 applied drop_constraint t.c
             1 applied create_check_constraint t.c
             1 applied drop_column t.amount
             1 applied add_column t.amount",
        );
        assert!(is_true(
            "con('t', 'c') = 'CHECK ((x > ''-1''::integer))' AND col('t', 'amount') = 'integer'"
        ));
        expect(
            "ALTER TABLE t ADD CONSTRAINT d CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT d",
            "1 applied create_check_constraint t.d
             1 applied validate_constraint t.d",
        );
    }

    #[pg_test]
    fn when_the_rest_fails_all_of_it_has_failed() {
        sandbox(TABLES);
        let before = catalog();
        expect(
            "ALTER TABLE t ADD COLUMN a int, ADD COLUMN x int, ALTER COLUMN b SET NOT NULL, DROP COLUMN nope",
            "1 skipped/already_exists add_column t.a
             1 failed/not_null_violation add_column t.x
             1 failed/not_null_violation alter_column t.b
             1 skipped/already_absent drop_column t.nope",
        );
        assert_eq!(catalog(), before);
    }

    #[pg_test]
    fn nothing_left_to_run() {
        sandbox(TABLES);
        let before = catalog();
        expect(
            "ALTER TABLE t ADD COLUMN a int, DROP COLUMN nope, ALTER COLUMN id SET NOT NULL",
            "1 skipped/already_exists add_column t.a
             1 skipped/already_absent drop_column t.nope
             1 skipped/no_change alter_column t.id",
        );
        expect(
            "ALTER TABLE missing ADD COLUMN a int, DROP COLUMN nope",
            "1 skipped/missing_table add_column missing.a
             1 skipped/missing_table drop_column missing.nope",
        );
        assert_eq!(catalog(), before);
    }

    /// Each row shows a statement that does by itself what its sub-command does.
    #[pg_test]
    fn each_sub_command_has_its_own_text() {
        sandbox(TABLES);
        for (commands, expected) in [
            (
                "ALTER TABLE ONLY t ADD COLUMN x numeric(10, 2) DEFAULT round(1.5, 1), /* a, comment */
                     ADD CONSTRAINT c CHECK (b IN ('p, q', 'r')), DROP COLUMN IF EXISTS nope CASCADE",
                &[
                    "ALTER TABLE ONLY t ADD COLUMN x numeric(10, 2) DEFAULT round(1.5, 1)",
                    "ALTER TABLE ONLY t /* a, comment */\n                     ADD CONSTRAINT c CHECK (b IN ('p, q', 'r'))",
                    "ALTER TABLE ONLY t DROP COLUMN IF EXISTS nope CASCADE",
                ][..],
            ),
            (
                "ALTER TABLE IF EXISTS missing ADD x int, ADD COLUMN y int",
                &["ALTER TABLE IF EXISTS missing ADD x int", "ALTER TABLE IF EXISTS missing ADD COLUMN y int"],
            ),
            (
                "DROP TABLE IF EXISTS missing, \"Mis, sing\", nowhere.t CASCADE",
                &[
                    "DROP TABLE IF EXISTS missing CASCADE",
                    "DROP TABLE IF EXISTS \"Mis, sing\" CASCADE",
                    "DROP TABLE IF EXISTS nowhere.t CASCADE",
                ],
            ),
            ("DROP TABLE missing, exists", &["DROP TABLE missing", "DROP TABLE exists"]),
            ("DROP TYPE pair", &["DROP TYPE pair"]),
        ] {
            let literal = crate::pg::quote_literal(commands);
            let texts: Option<Vec<String>> =
                one(&format!("SELECT array_agg(ddl ORDER BY number) FROM guarded.run({literal})"));
            assert_eq!(texts.unwrap_or_default(), expected, "{commands}");
        }
    }

    #[pg_test]
    fn drop_of_several_objects() {
        sandbox(TABLES);
        expect(
            "DROP TABLE missing, child, nowhere.t, v;
             DROP TABLE t, parent;
             DROP INDEX other_a, nope;
             DROP TYPE mood, nope, pair",
            "1 skipped/already_absent drop_table missing
             1 applied drop_table child
             1 skipped/already_absent drop_table nowhere.t
             1 conflict/wrong_kind drop_table v
             2 failed/dependent_objects_still_exist drop_table t
             2 failed/dependent_objects_still_exist drop_table parent
             3 applied drop_index other_a
             3 skipped/already_absent drop_index nope
             4 applied drop_type mood
             4 skipped/already_absent drop_type nope
             4 applied drop_type pair",
        );
        assert!(is_true(
            "to_regclass('child') IS NULL AND to_regclass('parent') IS NOT NULL AND to_regclass('other_a') IS NULL"
        ));
    }

    // ---- guarded.run ------------------------------------------------------------------------

    /// What a query reads has to be there; not every name in it is of a relation.
    #[pg_test]
    fn the_relations_of_a_query_are_looked_for() {
        sandbox(TABLES);
        expect(
            "CREATE VIEW locked AS SELECT a.id FROM t AS a, (SELECT 1) AS b FOR UPDATE OF a;
             WITH found AS (SELECT id FROM t) SELECT * FROM found JOIN t AS again USING (id) FOR UPDATE OF again;
             CREATE RECURSIVE VIEW counted (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 3;
             SELECT id INTO copied FROM t;
             WITH outside AS (SELECT 1 AS id) DELETE FROM t WHERE id IN (WITH inside AS (SELECT id FROM outside) SELECT id FROM inside);
             INSERT INTO t (id) SELECT 9 ON CONFLICT DO NOTHING;
             UPDATE t AS aliased SET id = 8 FROM (VALUES (9)) AS given (id) WHERE aliased.id = given.id;
             CREATE VIEW w AS SELECT 1 WHERE EXISTS (SELECT FROM missing);
             SELECT (SELECT x FROM (SELECT 1 AS x FROM t, LATERAL (SELECT 1 FROM missing) AS l) AS s);
             WITH d AS (DELETE FROM t RETURNING id) SELECT * FROM d JOIN missing ON true;
             UPDATE t SET id = 0 FROM missing;
             CREATE TABLE made AS SELECT 1 UNION SELECT id FROM missing",
            "1 applied create_view locked
             2 applied select
             3 applied create_view counted
             4 applied select copied
             5 applied delete
             6 applied insert
             7 applied update
             8 skipped/missing_table create_view w
             9 skipped/missing_table select
             10 skipped/missing_table select
             11 skipped/missing_table update
             12 skipped/missing_table create_table_as made",
        );
        assert!(is_true("(SELECT array_agg(id) FROM t WHERE id IN (8, 9)) = '{8}'"));
        assert!(is_true(
            "to_regclass('locked') IS NOT NULL AND to_regclass('copied') IS NOT NULL AND to_regclass('w') IS NULL"
        ));
    }

    #[pg_test]
    fn any_statement_is_accepted() {
        sandbox(TABLES);
        expect(
            "CREATE TABLE n (id int);
             INSERT INTO n SELECT generate_series(1, 3);
             INSERT INTO missing VALUES (1);
             UPDATE t SET nope = 1;
             DELETE FROM n WHERE id = 1;
             SELECT count(*) FROM n;
             SELECT 1 / 0;
             DO $$ BEGIN PERFORM 1 FROM nowhere; END $$;
             DO $$ BEGIN UPDATE n SET id = 10 WHERE id = 3; PERFORM 1 / 0; END $$;
             WITH gone AS (DELETE FROM n WHERE id = 2 RETURNING id) INSERT INTO n SELECT 20 FROM gone;
             CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
             CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
             GRANT SELECT ON n TO no_such_role;
             CREATE VIEW w AS SELECT id FROM n; CREATE VIEW w AS SELECT id FROM n;
             EXPLAIN SELECT 1; SET LOCAL work_mem = '1MB'; LOCK TABLE missing;
             TRUNCATE n, missing",
            "1 applied create_table n
             2 applied insert
             3 skipped/missing_table insert
             4 skipped/missing_column update
             5 applied delete
             6 applied select
             7 failed/division_by_zero select
             8 failed/undefined_table do
             9 failed/division_by_zero do
             10 applied insert
             11 applied create_function f
             12 skipped/already_exists create_function f
             13 skipped/missing_role grant n
             14 applied create_view w
             14 skipped/already_exists create_view w
             15 applied explain
             15 applied set
             15 skipped/missing_table lock_table
             16 skipped/missing_table truncate_table",
        );
        assert!(is_true("(SELECT array_agg(id ORDER BY id) FROM n) = '{3,20}'"));
    }

    #[pg_test]
    fn an_empty_script_has_no_rows() {
        sandbox("");
        for empty in ["", "  \n ", ";", ";;\n;", "-- nothing\n", "/* nothing\n */ ; -- more"] {
            assert_eq!(script(empty), Vec::<String>::new(), "{empty:?}");
        }
    }

    #[pg_test]
    fn lines_are_those_of_the_script() {
        sandbox(TABLES);
        expect(
            "
             -- a comment; with a semicolon
             /* a longer one;
                /* nested */
              */ ALTER TABLE t ADD COLUMN x int,
                 ADD COLUMN y int; DROP TABLE child;

             COMMENT ON TABLE t IS 'one
             -- no comment
             two'; DROP TABLE größe;
             DO $$ BEGIN
                 PERFORM 1;
             END $$; SELECT 1",
            "5 applied add_column t.x
             5 applied add_column t.y
             6 applied drop_table child
             8 applied create_table_comment t
             10 skipped/already_absent drop_table \"größe\"
             11 applied do
             13 applied select",
        );
        // A line ends with a newline, whatever comes before it.
        expect(
            "SELECT 1;\r\nSELECT 2;\r\n\tDROP TABLE nope",
            "1 applied select
             2 applied select
             3 skipped/already_absent drop_table nope",
        );
    }

    #[pg_test]
    fn a_syntax_error_refuses_everything() {
        sandbox(TABLES);
        let before = catalog();
        for (commands, place) in [
            ("DROP TABLE t;\n  ALTER TABEL t", "Line 2, column 9 of the script."),
            ("ALTER TABLE t ADD COLUMN", "Line 1, column 25 of the script."),
            ("DROP TABLE t;\nDROP TABLE größe größe;", "Line 2, column 18 of the script."),
            ("DROP TABLE t; SELECT 'open", "Line 1, column 22 of the script."),
            ("DROP TABLE t;\n\n/* open", "Line 3, column 1 of the script."),
            ("DROP TABLE t; DO $x$ BEGIN", "Line 1, column 18 of the script."),
            ("DROP TABLE t; )", "Line 1, column 15 of the script."),
        ] {
            let literal = crate::pg::quote_literal(commands);
            let error = raised(&format!("SELECT * FROM guarded.run({literal})")).expect(commands);
            assert_eq!(word(&error, "sqlstate"), "42601", "{commands}");
            assert_eq!(word(&error, "detail"), place, "{commands}");
            assert_eq!(word(&error, "hint"), "Nothing of the script was run.", "{commands}");
        }
        assert_eq!(sqlstate("SELECT * FROM guarded.run(NULL)").as_deref(), Some("22004"));
        assert_eq!(catalog(), before);
    }

    #[pg_test]
    fn what_cannot_run_in_a_function_is_refused_and_the_rest_runs() {
        sandbox(TABLES);
        expect(
            "BEGIN; SAVEPOINT s; ROLLBACK TO s; COMMIT; ROLLBACK; START TRANSACTION; PREPARE TRANSACTION 'x';
             CREATE INDEX CONCURRENTLY i ON t (a); DROP INDEX CONCURRENTLY other_a; REINDEX TABLE CONCURRENTLY t;
             REINDEX SCHEMA public; VACUUM; VACUUM FULL t; CLUSTER;
             CREATE DATABASE d; DROP DATABASE d; CREATE TABLESPACE s LOCATION '/nowhere'; ALTER SYSTEM SET work_mem = '1MB';
             COPY t FROM STDIN; COPY t TO STDOUT;
             ALTER TABLE t ADD COLUMN x int",
            "1 failed/invalid_transaction_termination begin
             1 failed/invalid_transaction_termination savepoint
             1 failed/invalid_transaction_termination rollback
             1 failed/invalid_transaction_termination commit
             1 failed/invalid_transaction_termination rollback
             1 failed/invalid_transaction_termination start_transaction
             1 failed/invalid_transaction_termination prepare_transaction
             2 failed/active_sql_transaction create_index i
             2 failed/active_sql_transaction drop_index other_a
             2 failed/active_sql_transaction reindex t
             3 failed/active_sql_transaction reindex public
             3 failed/active_sql_transaction vacuum
             3 failed/active_sql_transaction vacuum t
             3 failed/active_sql_transaction cluster
             4 failed/active_sql_transaction create_database d
             4 skipped/already_absent drop_database d
             4 failed/active_sql_transaction create_tablespace s
             4 failed/active_sql_transaction alter_system
             5 failed/feature_not_supported copy
             5 failed/feature_not_supported copy
             6 applied add_column t.x",
        );
        assert!(is_true(
            "to_regclass('i') IS NULL AND to_regclass('other_a') IS NOT NULL AND col('t', 'x') = 'integer'"
        ));
        let hints = "SELECT count(*) = 19 FROM guarded.report() WHERE status = 'failed' AND outcome ->> 'hint' <> ''";
        assert!(is_true(&format!("({hints})")));
    }

    #[pg_test]
    fn guarded_functions_inside_a_script() {
        sandbox(TABLES);
        expect(
            "SELECT guarded.add_column('t', 'x', 'int');
             SELECT guarded.add_column(NULL, 'x', 'int');
             SELECT * FROM guarded.run('DROP TABLE missing; ALTER TABLE t ADD COLUMN y int')",
            "1 applied select
             2 failed/null_value_not_allowed select
             3 applied select",
        );
        assert!(is_true("col('t', 'x') = 'integer' AND col('t', 'y') = 'integer'"));
    }

    // ---- settings ---------------------------------------------------------------------------

    #[pg_test]
    fn strict_raises_the_first_conflict_or_failure() {
        sandbox(TABLES);
        run("SET LOCAL guarded.policy = strict");
        for (call, expected) in [
            // As the server raised it.
            ("alter_column('t', 'b', nullable => false)", "23502"),
            ("create_index('i', 't', ARRAY['a'], \"unique\" => true)", "23505"),
            ("create_check_constraint('c', 't', 'a > 7')", "23514"),
            ("drop_table('t')", "2BP01"),
            (
                "alter_column('t', 'amount', type => 'int', postgresql_using => 'amount::int')",
                "22P02",
            ),
            ("alter_column('t', 'b', comment => 'said', nullable => false)", "23502"),
            ("create_schema('pg_mine')", "42939"),
            // Conflicts have one of their own.
            ("add_column('t', 'a', 'text')", "42701"),
            ("create_index('other_a', 't', ARRAY['a'])", "42P07"),
            ("drop_table('v')", "42809"),
            ("rename_column('t', 'a', 'b')", "42710"),
        ] {
            let before = catalog();
            assert_eq!(
                sqlstate(&format!("SELECT guarded.{call}")).as_deref(),
                Some(expected),
                "{call}"
            );
            assert_eq!(catalog(), before, "{call}");
        }
        // What is skipped raises nothing, and neither does what is applied.
        assert_eq!(verdict(&outcome("add_column('missing', 'x', 'int')")), "skipped missing_table");
        assert_eq!(verdict(&outcome("add_column('t', 'a', 'int')")), "skipped already_exists");
        assert_eq!(verdict(&outcome("add_column('t', 'x', 'int')")), "applied");
    }

    #[pg_test]
    fn strict_ends_a_script_at_the_first_failure() {
        sandbox(TABLES);
        run("SET LOCAL guarded.policy = strict");
        let error = raised(
            "SELECT * FROM guarded.run('DROP TABLE missing; ALTER TABLE t ADD x int; ALTER TABLE t ALTER b SET NOT NULL; DROP TABLE child')",
        )
        .expect("strict raises");
        assert_eq!(word(&error, "sqlstate"), "23502");
        assert_eq!(word(&error, "message"), "column \"b\" of relation \"t\" contains null values");
        assert!(is_true("col('t', 'x') IS NULL AND to_regclass('child') IS NOT NULL"));
        assert_eq!(sqlstate("SELECT * FROM guarded.run('COMMIT')").as_deref(), Some("2D000"));
    }

    #[pg_test]
    fn strict_keeps_every_field_of_the_error() {
        sandbox(TABLES);
        let plain = raised("CREATE UNIQUE INDEX i ON t (a)");
        run("SET LOCAL guarded.policy = strict");
        assert_eq!(
            raised("SELECT guarded.create_index('i', 't', ARRAY['a'], \"unique\" => true)"),
            plain
        );
    }

    #[pg_test]
    fn what_is_missing_can_count_as_a_failure() {
        sandbox(TABLES);
        run("SET LOCAL guarded.missing = fail");
        let calls = [
            ("add_column('missing', 'x', 'int')", "missing_table", "42P01"),
            ("add_column('t', 'x', 'int', schema => 'nowhere')", "missing_schema", "3F000"),
            ("add_column('t', 'x', 'no_such_type')", "missing_type", "42704"),
            ("alter_column('t', 'nope', nullable => true)", "missing_column", "42703"),
            (
                "alter_column('t', 'nope', nullable => true, comment => 'said')",
                "missing_column",
                "42703",
            ),
            ("validate_constraint('nope', 't')", "missing_constraint", "42704"),
            ("rename_index('nope', 'x')", "missing_index", "42704"),
            ("create_policy('p', 't', roles => ARRAY['no_such_role'])", "missing_role", "42704"),
            // Found only by running it.
            ("create_check_constraint('c', 't', 'nope > 0')", "missing_column", "42703"),
        ];
        for (call, reason, _) in calls {
            assert_eq!(verdict(&outcome(call)), format!("failed {reason}"), "{call}");
        }
        // Nothing to do is no failure.
        assert_eq!(verdict(&outcome("drop_table('missing')")), "skipped already_absent");
        assert_eq!(verdict(&outcome("add_column('t', 'a', 'int')")), "skipped already_exists");
        run("SET LOCAL guarded.policy = strict");
        for (call, _, expected) in calls {
            assert_eq!(
                sqlstate(&format!("SELECT guarded.{call}")).as_deref(),
                Some(expected),
                "{call}"
            );
        }
    }

    #[pg_test]
    fn dry_run_of_a_script() {
        sandbox(TABLES);
        let before = catalog();
        run("SET LOCAL guarded.dry_run = on");
        expect(
            "ALTER TABLE t ADD COLUMN x int, ADD COLUMN a int, DROP COLUMN nope; INSERT INTO t (id) VALUES (9);
             DROP TABLE missing, child; DO $$ BEGIN DROP TABLE t; END $$; COMMIT",
            "1 planned add_column t.x
             1 skipped/already_exists add_column t.a
             1 skipped/already_absent drop_column t.nope
             1 planned insert
             2 skipped/already_absent drop_table missing
             2 planned drop_table child
             2 planned do
             2 failed/invalid_transaction_termination commit",
        );
        assert_eq!(catalog(), before);
        assert!(is_true("(SELECT count(*) = 2 FROM t)"));
    }

    #[pg_test]
    fn settings_take_no_other_values() {
        sandbox("");
        for command in [
            "SET guarded.policy = lenient",
            "SET guarded.missing = maybe",
            "SET guarded.dry_run = perhaps",
        ] {
            assert_eq!(sqlstate(command).as_deref(), Some("22023"), "{command}");
        }
        #[cfg(not(feature = "pg14"))]
        assert_eq!(sqlstate("SET guarded.no_such_setting = 1").as_deref(), Some("42602"));
    }

    // ---- errors that are not the statement's fault --------------------------------------------

    #[pg_test]
    fn some_errors_are_never_caught() {
        sandbox(TABLES);
        run("CREATE FUNCTION fails(code text) RETURNS int LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = code; END $$");
        for code in [
            "40001", "25000", "25006", "53000", "53100", "53200", "53300", "54000", "54001",
            "57000", "57014", "57P01", "57P05", "58000", "58030", "F0000", "XX000", "XX001",
        ] {
            let before = catalog();
            let script = format!("ALTER TABLE t ADD x int; SELECT fails('{code}')");
            let calls = [
                format!("SELECT * FROM guarded.run({})", crate::pg::quote_literal(&script)),
                format!(
                    "SELECT guarded.alter_column('t', 'a', type => 'int', postgresql_using => 'fails(''{code}'')')"
                ),
                format!(
                    "SELECT guarded.alter_column('t', 'a', comment => 'said', type => 'int',
                                                     postgresql_using => 'fails(''{code}'')')"
                ),
            ];
            for call in calls {
                let error = raised(&call).unwrap_or_else(|| panic!("caught {code}: {call}"));
                assert_eq!(word(&error, "sqlstate"), code);
                assert_eq!(word(&error, "message"), "on purpose");
            }
            assert_eq!(catalog(), before, "{code}");
        }
    }

    #[pg_test]
    fn other_errors_are_failures() {
        sandbox(TABLES);
        run("CREATE FUNCTION fails(code text) RETURNS int LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = code; END $$");
        for (code, reason) in [
            ("40P01", "deadlock_detected"),
            ("25001", "active_sql_transaction"),
            ("40002", "transaction_integrity_constraint_violation"),
            ("55P03", "lock_not_available"),
            ("55006", "object_in_use"),
            ("22012", "division_by_zero"),
            ("P0001", "raise_exception"),
            ("P0004", "assert_failure"),
            ("0A000", "feature_not_supported"),
            ("42501", "insufficient_privilege"),
            ("23505", "unique_violation"),
            // PostgreSQL has no name for it.
            ("GD001", "GD001"),
        ] {
            expect(&format!("SELECT fails('{code}')"), &format!("1 failed/{reason} select"));
        }
    }

    /// What one statement did is undone whole, what the others did stays.
    #[pg_test]
    fn a_failed_statement_is_undone_alone() {
        sandbox(TABLES);
        run("CREATE TABLE seen (id int);
             CREATE FUNCTION notes() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN INSERT INTO log VALUES ('from the trigger'); RETURN NEW; END $$;
             CREATE TRIGGER notes BEFORE INSERT ON seen FOR EACH ROW EXECUTE FUNCTION notes()");
        script(
            "INSERT INTO seen VALUES (1); INSERT INTO seen SELECT 10 / (3 - n) FROM generate_series(1, 3) n; INSERT INTO seen VALUES (2)",
        );
        assert!(is_true("(SELECT array_agg(id) = '{1,2}' FROM seen)"));
        assert!(is_true("(SELECT count(*) = 2 FROM log)"));
    }

    /// An error leaves the role, the settings and the snapshot as they were.
    #[pg_test]
    fn a_failure_restores_the_session() {
        sandbox(TABLES);
        run("CREATE ROLE guarded_tests_other");
        let state = "SELECT concat_ws(' ', current_user, current_setting('work_mem'), current_setting('search_path'))";
        let before = text(state);
        script(
            "DO $$ BEGIN SET LOCAL ROLE guarded_tests_other; SET LOCAL work_mem = '77MB'; SET LOCAL search_path = nowhere;
                 PERFORM 1 / 0; END $$",
        );
        assert_eq!(text(state), before);
    }

    #[pg_test]
    fn a_failure_inside_plpgsql_with_handlers_of_its_own() {
        sandbox(TABLES);
        run("DO $$ BEGIN
                 PERFORM guarded.alter_column('t', 'b', nullable => false);
                 BEGIN
                     PERFORM guarded.add_column('t', 'x', 'int');
                     PERFORM guarded.alter_column('t', 'b', nullable => false);
                     PERFORM 1 / 0;
                 EXCEPTION WHEN division_by_zero THEN
                     PERFORM guarded.add_column('t', 'y', 'int');
                 END;
                 INSERT INTO log VALUES ('end');
             END $$");
        assert!(is_true(
            "col('t', 'x') IS NULL AND col('t', 'y') = 'integer' AND EXISTS (SELECT FROM log)"
        ));
    }

    /// Settings, temporary objects and search_path: names mean what they mean in plain SQL.
    #[pg_test]
    fn names_are_looked_for_where_plain_sql_would() {
        sandbox(TABLES);
        let schema = text("SELECT current_schema()::text");
        run(&format!(
            "CREATE SCHEMA guarded_tests_second; SET LOCAL search_path = guarded_tests_second, {schema}"
        ));
        cases(
            r#"
            add_column('t', 'x', 'int') -> applied | col('t', 'x') = 'integer'
            create_table('t', ARRAY['id int']) -> applied | to_regclass('guarded_tests_second.t') IS NOT NULL
            add_column('t', 'x', 'text') -> applied | col('guarded_tests_second.t', 'x') = 'text'
            create_index('other_a', 't', ARRAY['x']) -> applied | to_regclass('guarded_tests_second.other_a') IS NOT NULL
            create_enum('mood', ARRAY['fine']) -> applied
            create_sequence('s') -> applied
            ! CREATE TEMP TABLE t (id int)
            add_column('t', 'y', 'int') -> applied | col('pg_temp.t', 'y') = 'integer' AND col('guarded_tests_second.t', 'y') IS NULL
            drop_table('t', schema => 'pg_temp') -> applied | to_regclass('pg_temp.t') IS NULL
            drop_table('t') -> applied | to_regclass('guarded_tests_second.t') IS NULL
            ! SET LOCAL search_path = nowhere
            "#,
        );
        run(&format!("SET LOCAL search_path = {schema}"));
        assert!(is_true("col('t', 'x') = 'integer'"));
    }
}
