//! The journal, what is pending, and replay(): in one transaction. Whole transactions are tested from outside.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::pg::arena::Arena;
    use crate::pg::{c_string, scanner};
    use crate::tests::support::*;
    use pgrx::prelude::*;

    /// `1 label status/reason operation object finished replays`, numbered from the first that the test has written.
    fn journal() -> Vec<String> {
        one("SELECT array_agg(concat_ws(' ', place, nullif(migration, ''), concat_ws('/', status, reason), operation, object,
                                        CASE WHEN finished THEN 'finished' END, 'replays ' || of) ORDER BY place)
             FROM (SELECT *, row_number() OVER w AS place, replays - min(number) OVER () + 1 AS of
                   FROM guarded.journal WINDOW w AS (ORDER BY number)) j")
        .unwrap_or_default()
    }

    /// `1 operation object: waits_reason or ready`
    fn pending() -> Vec<String> {
        one("SELECT array_agg(concat(operation, ' ' || object, ': ', coalesce(waits_reason, 'ready')) ORDER BY number)
             FROM guarded.pending")
        .unwrap_or_default()
    }

    /// `operation object: status/reason`
    fn replay() -> Vec<String> {
        one("SELECT array_agg(concat(operation, ' ' || object, ': ', concat_ws('/', status, reason)) ORDER BY number)
             FROM guarded.replay()")
        .unwrap_or_default()
    }

    #[pg_test]
    fn what_is_unfinished_is_kept() {
        sandbox(TABLES);
        run("SET LOCAL guarded.migration = 'm'");
        outcome("add_column('missing', 'x', 'int')");
        outcome("add_column('t', 'x', 'int')");
        outcome("add_column('t', 'a', 'text')");
        outcome("add_column('t', 'a', 'int')");
        outcome("alter_column('t', 'b', nullable => false)");
        outcome("drop_table('missing')");
        outcome("drop_policy('p', 'missing')");
        outcome("drop_policy('p', 't')");
        run("SET LOCAL guarded.dry_run = on");
        outcome("add_column('missing', 'y', 'int')");
        assert_eq!(
            journal(),
            lines(
                "1 m skipped/missing_table add_column missing.x
                 2 m conflict/differs add_column t.a
                 3 m failed/not_null_violation alter_column t.b
                 4 m skipped/already_absent drop_policy missing.p"
            )
        );
    }

    #[pg_test]
    fn all_is_kept_when_asked_for() {
        sandbox(TABLES);
        run("SET LOCAL guarded.journal = 'all'");
        script(
            "ALTER TABLE t ADD COLUMN x int, ADD COLUMN a int, ADD COLUMN y nowhere.t; DROP TABLE missing;
             SELECT 1; BEGIN; SET search_path = public; ANALYZE t; CREATE TEMPORARY TABLE passing (a int);
             CREATE TEMPORARY VIEW passing_by AS SELECT 1; SELECT 1 INTO TEMPORARY passed; CREATE TEMPORARY SEQUENCE passes",
        );
        assert_eq!(
            journal(),
            lines(
                "1 applied add_column t.x finished
                 2 skipped/already_exists add_column t.a finished
                 3 skipped/missing_schema add_column t.y
                 4 skipped/already_absent drop_table missing finished
                 5 applied select finished"
            )
        );
        run("SET LOCAL guarded.journal = off");
        outcome("add_column('missing', 'x', 'int')");
        assert_eq!(journal().len(), 5);
    }

    /// What is in a dump is not the place for a password.
    #[pg_test]
    fn passwords_are_not_kept() {
        sandbox("");
        run("CREATE ROLE regress_kept; SET LOCAL guarded.journal = 'all'");
        script(
            "CREATE ROLE regress_kept PASSWORD 'secret'; CREATE USER regress_kept WITH LOGIN PASSWORD 'secret' IN ROLE nobody;
             ALTER ROLE nobody_at_all PASSWORD 'secret'; ALTER ROLE regress_kept PASSWORD 'secret';
             CREATE USER MAPPING FOR public SERVER nowhere OPTIONS (user 'x', password 'secret');
             ALTER USER MAPPING FOR public SERVER nowhere OPTIONS (SET password 'secret');
             CREATE SERVER s FOREIGN DATA WRAPPER nowhere OPTIONS (password 'secret');
             CREATE SUBSCRIPTION s CONNECTION 'host=x password=secret' PUBLICATION p;
             ALTER SUBSCRIPTION s CONNECTION 'host=x Password=secret'",
        );
        assert_eq!(journal(), Vec::<String>::new());
        script(
            "CREATE ROLE regress_kept ROLE postgres ADMIN postgres; ALTER ROLE regress_kept PASSWORD NULL;
             CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p",
        );
        assert_eq!(journal().len(), 3);
    }

    #[pg_test]
    fn a_row_says_who_asked_for_what_and_how_names_were_found() {
        sandbox(TABLES);
        run(
            "SET LOCAL guarded.migration = 'm'; SET LOCAL DateStyle = 'SQL, DMY'; SET LOCAL search_path = tests, \"$user\"",
        );
        let outcome = outcome("add_column('missing', 'x', 'int')");
        let row: Option<pgrx::JsonB> = one("SELECT to_jsonb(j) FROM guarded.journal j");
        let row = row.expect("a row").0;
        assert_eq!(row["outcome"], outcome);
        let same = ["status", "reason", "operation", "object", "ddl"];
        assert!(same.iter().all(|key| row[key] == outcome[key]), "{row:#}");
        assert_eq!(row["migration"], "m");
        assert_eq!(row["search_path"], "tests, \"$user\"");
        assert_eq!(row["settings"]["DateStyle"], "SQL, DMY");
        assert_eq!(row["missing_table"], "missing");
        assert!(is_true(
            "(SELECT role = current_user AND session_role = session_user AND transaction_id = pg_current_xact_id()
                     AND recorded_at BETWEEN now() AND clock_timestamp() FROM guarded.journal)"
        ));
    }

    #[pg_test]
    fn what_is_pending_says_what_it_waits_for() {
        sandbox(TABLES);
        outcome("add_column('missing', 'x', 'int')");
        outcome("add_column('t', 'x', 'feeling')");
        outcome("add_column('t', 'a', 'text')");
        outcome("alter_column('t', 'b', nullable => false)");
        script(
            "UPDATE missing SET x = 1; CREATE INDEX CONCURRENTLY i ON t (a); ALTER TABLE t OWNER TO nobody_at_all",
        );
        assert_eq!(
            pending(),
            lines(
                "add_column missing.x: missing_table
                 add_column t.x: missing_type
                 add_column t.a: differs
                 alter_column t.b: ready
                 update: missing_table
                 create_index i: active_sql_transaction
                 alter_table t: missing_role"
            )
        );
        let waits_for: Option<Vec<String>> = one(
            "SELECT array_agg(waits_for ORDER BY number) FILTER (WHERE NOT ready) FROM guarded.pending",
        );
        assert_eq!(
            waits_for.unwrap_or_default(),
            [
                "table \"missing\" does not exist",
                "type \"feeling\" does not exist",
                "column \"a\" of table \"t\" already exists with another definition. Existing type: integer; wanted: text.",
                "relation \"missing\" does not exist",
                "CREATE INDEX CONCURRENTLY cannot run inside a transaction block",
                "role \"nobody_at_all\" does not exist",
            ]
        );
        run(
            "CREATE TABLE missing (); CREATE TYPE feeling AS ENUM ('ok'); ALTER TABLE t DROP COLUMN a; UPDATE t SET b = 1",
        );
        assert_eq!(
            pending(),
            lines(
                "add_column missing.x: ready
                 add_column t.x: ready
                 add_column t.a: ready
                 alter_column t.b: ready
                 update: ready
                 create_index i: missing_column
                 alter_table t: missing_role"
            )
        );
    }

    fn count_pending() -> i64 {
        one("SELECT count(*) FROM guarded.pending").unwrap_or_default()
    }

    /// In each line: what is unfinished at first, what makes it possible, and what finishes it.
    #[pg_test]
    fn what_has_been_done_since_is_resolved() {
        sandbox(TABLES);
        for (number, line) in lines(
            "ALTER TABLE missing ADD COLUMN x int | CREATE TABLE missing () | SELECT guarded.add_column('missing', 'x', 'int')
             ALTER TABLE missing ADD COLUMN x int | CREATE TABLE missing (x int) | SELECT 1
             ALTER TABLE missing ADD COLUMN x int | CREATE TABLE missing () | ALTER TABLE missing ADD COLUMN x integer
             ALTER TABLE missing ADD x int | CREATE TABLE missing () | SELECT guarded.intercept(true); ALTER TABLE missing ADD COLUMN x int
             INSERT INTO missing VALUES (1) | CREATE TABLE missing (x int) | SELECT FROM guarded.run('insert  into MISSING values(1); -- done')
             INSERT INTO missing VALUES ('a') | CREATE TABLE missing (x text) | SELECT FROM guarded.run('INSERT INTO \"missing\" VALUES (E''a'')')
             DROP POLICY p ON missing | CREATE TABLE missing () | SELECT 1
             ALTER TABLE t ADD COLUMN a text | ALTER TABLE t ALTER a TYPE text | SELECT 1
             ALTER TABLE t ALTER b SET NOT NULL | UPDATE t SET b = 'x' | SELECT guarded.alter_column('t', 'b', nullable => false)",
        )
        .iter()
        .enumerate()
        {
            let line = line.replace("missing", &format!("missing_{number}")).replace("MISSING", &format!("MISSING_{number}"));
            let [first, between, then] = <[&str; 3]>::try_from(line.split(" | ").collect::<Vec<_>>())
                .expect("three parts");
            script(first);
            assert_eq!(count_pending(), 1, "{line}");
            run(between);
            assert_eq!(count_pending(), i64::from(then != "SELECT 1"), "{line}");
            run(then);
            assert_eq!(count_pending(), 0, "{line}");
            run("SELECT guarded.intercept(false)");
        }
    }

    #[pg_test]
    fn another_statement_resolves_nothing() {
        sandbox(TABLES);
        script("INSERT INTO missing VALUES (1)");
        run("CREATE TABLE missing (x int)");
        script("INSERT INTO missing VALUES (2); INSERT INTO missing VALUES ('1'); SELECT 1");
        run("SET LOCAL search_path = public");
        script("INSERT INTO missing VALUES (1)");
        assert_eq!(pending(), ["insert: ready", "insert: missing_table"]);
    }

    #[pg_test]
    fn what_is_ready_is_replayed_in_order() {
        sandbox(TABLES);
        script(
            "ALTER TABLE missing ADD COLUMN y text DEFAULT 'old';
             INSERT INTO missing VALUES (1);
             UPDATE missing SET y = 'new';
             INSERT INTO missing VALUES (2);
             ALTER TABLE missing ADD FOREIGN KEY (x) REFERENCES later;
             ALTER TABLE never ADD COLUMN x int;
             ALTER TABLE t ALTER COLUMN b SET NOT NULL;
             CREATE TABLE later (x int PRIMARY KEY, m later_mood);
             INSERT INTO later VALUES (1), (2)",
        );
        run("CREATE TABLE missing (x int); CREATE TYPE later_mood AS ENUM ('ok')");
        assert_eq!(
            replay(),
            lines(
                "add_column missing.y: applied
                 insert: applied
                 update: applied
                 insert: applied
                 create_foreign_key missing: applied
                 add_column never.x: skipped/missing_table
                 alter_column t.b: failed/not_null_violation
                 create_table later: applied
                 insert: applied"
            )
        );
        assert!(is_true(
            "(SELECT array_agg(m::text ORDER BY x) = '{\"(1,new)\",\"(2,old)\"}' FROM missing m)"
        ));
        assert_eq!(pending(), ["add_column never.x: missing_table", "alter_column t.b: ready"]);
        // What stays pending for the same reason is not written once more.
        let rows = journal().len();
        assert_eq!(replay().len(), 2);
        assert_eq!(journal().len(), rows);
        // What stays pending for another reason has that.
        run("CREATE TABLE never (x text)");
        replay();
        assert!(is_true(
            "EXISTS (SELECT FROM guarded.pending WHERE object = 'never.x' AND (status, reason) = ('conflict', 'differs'))"
        ));
    }

    #[pg_test]
    fn what_was_asked_twice_in_one_transaction_is_done_twice() {
        sandbox("CREATE TABLE n (n int); INSERT INTO n VALUES (0)");
        script("UPDATE missing SET n = n + 1; UPDATE missing SET n = n + 1");
        run("ALTER TABLE n RENAME TO missing");
        assert_eq!(replay(), ["update: applied", "update: applied"]);
        assert!(is_true("(SELECT n = 2 FROM missing)"));
        assert_eq!(replay(), Vec::<String>::new());
    }

    #[pg_test]
    fn names_and_values_mean_what_they_meant() {
        sandbox("");
        run("CREATE SCHEMA one; CREATE SCHEMA two");
        for (schema, order) in [("one", "DMY"), ("two", "MDY")] {
            run(&format!("SET LOCAL search_path = {schema}; SET LOCAL DateStyle = 'SQL, {order}'"));
            run(
                "SELECT guarded.add_column('days', 'day', 'date', server_default => '''01/02/2026''')",
            );
        }
        run("SET LOCAL search_path = public; SET LOCAL DateStyle = ISO");
        run("CREATE TABLE one.days (); CREATE TABLE two.days ()");
        run("SELECT FROM guarded.replay()");
        run("INSERT INTO one.days DEFAULT VALUES; INSERT INTO two.days DEFAULT VALUES");
        assert!(is_true("(SELECT day = '2026-02-01' FROM one.days)"));
        assert!(is_true("(SELECT day = '2026-01-02' FROM two.days)"));
        assert!(is_true(
            "current_setting('search_path') = 'public' AND current_setting('DateStyle') LIKE 'ISO%'"
        ));
    }

    #[pg_test]
    fn a_setting_or_role_that_cannot_be_is_said() {
        sandbox("");
        outcome("add_column('missing', 'x', 'int')");
        run(
            "UPDATE guarded.journal SET settings = settings || '{\"default_tablespace\": \"gone\", \"role\": \"nobody\"}';
             CREATE TABLE missing ()",
        );
        assert_eq!(pending(), ["add_column missing.x: invalid_parameter_value"]);
        assert_eq!(replay(), ["add_column missing.x: failed/invalid_parameter_value"]);
        assert!(is_true(
            "col('missing', 'x') IS NULL AND current_setting('default_tablespace') = ''"
        ));
        run(
            "UPDATE guarded.journal SET settings = settings - 'default_tablespace', role = 'no such role'",
        );
        assert_eq!(pending(), ["add_column missing.x: missing_role"]);
        assert_eq!(replay(), ["add_column missing.x: skipped/missing_role"]);
    }

    /// What SQL has no words for is kept all the same.
    #[pg_test]
    fn what_the_caller_said_besides_still_holds() {
        sandbox(TABLES);
        outcome("drop_index('i', 'missing')");
        outcome("drop_constraint('c', 'missing', type_ => 'foreignkey')");
        outcome("rename_table('missing', 'renamed')");
        run("CREATE TABLE missing (a int CONSTRAINT c CHECK (a > 0)); CREATE INDEX i ON other (a)");
        assert_eq!(
            replay(),
            lines(
                "drop_index i: conflict/other_table
                 drop_constraint missing.c: conflict/wrong_kind
                 rename_table missing: applied"
            )
        );
        assert!(is_true("idx('i') IS NOT NULL AND con('renamed', 'c') IS NOT NULL"));
        outcome("rename_index('no_index', 'renamed_again')");
        run("ALTER TABLE renamed RENAME TO no_index");
        assert!(replay().contains(&"rename_index no_index: conflict/wrong_kind".to_string()));
    }

    #[pg_test]
    fn operations_are_replayed_whole() {
        sandbox("");
        outcome("add_column('missing', 'x', 'int', comment => 'said')");
        outcome(
            "alter_column('missing', 'y', type => 'text', nullable => false, comment => 'said')",
        );
        outcome("create_table('made', ARRAY['m mood'], comment => 'said')");
        outcome("enable_row_level_security('missing', force => true)");
        run("CREATE TABLE missing (y int); INSERT INTO missing VALUES (NULL)");
        assert_eq!(
            replay(),
            lines(
                "add_column missing.x: applied
                 alter_column missing.y: failed/not_null_violation
                 create_table made: skipped/missing_type
                 enable_row_level_security missing: applied"
            )
        );
        // All of an operation or nothing.
        assert!(is_true("col('missing', 'y') = 'integer' AND said('missing', 'y') IS NULL"));
        assert!(is_true("said('missing', 'x') = 'said'"));
        run("UPDATE missing SET y = 1; CREATE TYPE mood AS ENUM ('ok')");
        assert_eq!(replay(), ["alter_column missing.y: applied", "create_table made: applied"]);
        assert!(is_true(
            "col('missing', 'y') = 'text NOT NULL' AND said('missing', 'y') = 'said' AND said('made') = 'said'"
        ));
        assert!(is_true(
            "(SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = 'missing'::regclass)"
        ));
        assert_eq!(count_pending(), 0);
    }

    /// The text of a statement with several sub-commands cannot always be cut; then it stands for each of them.
    #[pg_test]
    fn a_sub_command_is_replayed_with_the_whole_statement() {
        sandbox("");
        script(
            "ALTER TABLE missing ADD a int, ADD COLUMN b int CHECK (b > 0), ADD COLUMN c nowhere.t;
             GRANT SELECT ON missing, other TO public",
        );
        run("CREATE TABLE missing (); CREATE TABLE other ()");
        replay();
        assert_eq!(pending(), ["add_column missing.c: missing_schema"]);
        assert!(is_true("col('missing', 'a') = 'integer' AND col('missing', 'b') = 'integer'"));
        assert!(is_true(
            "has_table_privilege('public', 'missing', 'SELECT') AND has_table_privilege('public', 'other', 'SELECT')"
        ));
    }

    /// A DROP that found no table waits for it. An index is dropped only from a table that was missing.
    #[pg_test]
    fn drops_follow_their_table() {
        sandbox("CREATE TABLE there (a int)");
        script(
            "DROP INDEX of_missing; DROP INDEX of_there; DROP INDEX of_nothing; DROP TRIGGER tr ON missing; DROP RULE r ON missing;
             DROP TABLE no_table; DROP TYPE no_type; DROP SEQUENCE no_sequence; DROP VIEW no_view;
             ALTER TABLE missing DROP COLUMN a;
             CREATE INDEX of_missing ON missing (b)",
        );
        assert_eq!(
            pending(),
            lines(
                "drop_trigger missing.tr: missing_table
                 drop_rule missing.r: missing_table
                 drop_column missing.a: missing_table
                 create_index of_missing: missing_table"
            )
        );
        run("CREATE TABLE missing (a int, b text);
             CREATE INDEX of_missing ON missing (a); CREATE INDEX of_there ON there (a);
             CREATE RULE r AS ON INSERT TO missing DO ALSO NOTHING;
             CREATE TABLE no_table (); CREATE TYPE no_type AS (); CREATE SEQUENCE no_sequence; CREATE VIEW no_view AS SELECT 1");
        assert_eq!(
            replay(),
            lines(
                "drop_index of_missing: applied
                 drop_trigger missing.tr: skipped/already_absent
                 drop_rule missing.r: applied
                 drop_column missing.a: applied
                 create_index of_missing: applied"
            )
        );
        assert!(is_true("idx('of_missing') = ' btree (b)' AND idx('of_there') IS NOT NULL"));
        assert!(is_true(
            "to_regclass('no_table') IS NOT NULL AND to_regtype('no_type') IS NOT NULL
             AND to_regclass('no_sequence') IS NOT NULL AND to_regclass('no_view') IS NOT NULL"
        ));
        assert_eq!(count_pending(), 0);
    }

    #[pg_test]
    fn a_dry_run_of_a_replay_leaves_everything_as_it_is() {
        sandbox(TABLES);
        outcome("add_column('missing', 'x', 'int')");
        outcome("add_column('never', 'x', 'int')");
        run("CREATE TABLE missing ()");
        let (rows, before) = (journal(), catalog());
        run("SET LOCAL guarded.dry_run = on");
        assert_eq!(
            replay(),
            ["add_column missing.x: planned", "add_column never.x: skipped/missing_table"]
        );
        run("SET LOCAL guarded.dry_run = off");
        assert_eq!((journal(), catalog()), (rows, before));
        assert_eq!(count_pending(), 2);
    }

    #[pg_test]
    fn a_replay_can_be_of_one_label_or_role() {
        sandbox("");
        for label in ["one", "two", ""] {
            run(&format!("SET LOCAL guarded.migration = '{label}'"));
            outcome(&format!("add_column('missing', 'of_{label}', 'int')"));
        }
        run("SET LOCAL guarded.migration = 'other'; CREATE TABLE missing ()");
        let replayed = |arguments: &str| -> Vec<String> {
            one(&format!("SELECT array_agg(object) FROM guarded.replay({arguments})"))
                .unwrap_or_default()
        };
        assert_eq!(replayed("migration => 'one'"), ["missing.of_one"]);
        assert_eq!(replayed("role => 'nobody'"), Vec::<String>::new());
        assert_eq!(replayed("'', current_user::text"), ["missing.of_"]);
        assert_eq!(replayed(""), ["missing.of_two"]);
        // What was done is told under the label it was asked for.
        assert!(is_true(
            "(SELECT array_agg(DISTINCT migration ORDER BY migration) = '{\"\",one,two}' FROM guarded.report() WHERE status = 'applied')"
        ));
        assert!(is_true("(SELECT bool_and(migration <> 'other') FROM guarded.journal)"));
        assert!(is_true("current_setting('guarded.migration') = 'other'"));
    }

    #[pg_test]
    fn strict_undoes_the_replay() {
        sandbox(TABLES);
        outcome("add_column('missing', 'x', 'int')");
        outcome("alter_column('t', 'b', nullable => false)");
        run("CREATE TABLE missing (); SET LOCAL guarded.policy = strict");
        assert_eq!(sqlstate("SELECT FROM guarded.replay()").as_deref(), Some("23502"));
        assert!(is_true("col('missing', 'x') IS NULL"));
        assert_eq!(count_pending(), 2);
    }

    #[pg_test]
    fn a_replay_does_not_replay_itself() {
        sandbox("");
        script("SELECT FROM missing, guarded.replay()");
        run("CREATE TABLE missing ()");
        assert_eq!(replay(), ["select: failed/object_not_in_prerequisite_state"]);
        assert_eq!(pending(), ["select: ready"]);
        // And it can be called again.
        assert_eq!(replay().len(), 1);
    }

    #[pg_test]
    fn prune_journal_keeps_what_is_pending() {
        sandbox("");
        outcome("add_column('missing', 'x', 'int')");
        outcome("add_column('made', 'x', 'int')");
        script("DROP INDEX of_nothing");
        run("CREATE TABLE made (); SELECT FROM guarded.replay()");
        assert_eq!(journal().len(), 4);
        assert!(is_true("guarded.prune_journal('1 day') = 0"));
        run("UPDATE guarded.journal SET recorded_at = recorded_at - interval '2 days'");
        assert!(is_true("guarded.prune_journal('1 day') = 3"));
        assert_eq!(pending(), ["add_column missing.x: missing_table"]);
        assert!(is_true("guarded.prune_journal(older_than => '1 day', pending => true) = 1"));
        assert_eq!((journal().len(), count_pending()), (0, 0));
        assert_eq!(sqlstate("SELECT guarded.prune_journal(NULL)").as_deref(), Some("22004"));
        assert_eq!(sqlstate("SELECT guarded.prune_journal('-1 day')").as_deref(), Some("22023"));
    }

    /// What a query of the transaction's own sees, whatever is still waiting in memory.
    #[pg_test]
    fn readers_see_what_was_written_before() {
        sandbox("");
        run("SET LOCAL guarded.journal = 'all'");
        let count = |expected: i64| {
            assert_eq!(one::<i64>("SELECT count(*) FROM guarded.journal"), Some(expected));
        };
        outcome("add_column('missing', 'x', 'int')");
        count(1);
        run("DO $$ BEGIN
                 PERFORM guarded.create_table('made', ARRAY['a int']);
                 BEGIN
                     PERFORM guarded.add_column('made', 'b', 'int');
                     -- Written in here, but some of it belongs outside.
                     IF (SELECT count(*) FROM guarded.journal) <> 3 THEN RAISE 'not three'; END IF;
                     PERFORM 1 / 0;
                 EXCEPTION WHEN division_by_zero THEN
                     IF (SELECT count(*) FROM guarded.journal) <> 2 THEN RAISE 'not two'; END IF;
                 END;
                 PERFORM guarded.add_column('made', 'c', 'int');
             END $$");
        count(3);
        assert!(is_true(
            "(SELECT array_agg(object ORDER BY number) = '{missing.x,made,made.c}' FROM guarded.journal)"
        ));
    }

    /// Savepoints at random, with readers at random in between: the journal has exactly what stands.
    #[pg_test]
    fn the_journal_has_what_stands() {
        sandbox("CREATE TABLE expected (name text); CREATE SEQUENCE names");
        run("SET LOCAL guarded.journal = 'all'");
        run("CREATE FUNCTION walk(depth int) RETURNS void LANGUAGE plpgsql AS $$
             DECLARE name text;
             BEGIN
                 FOR step IN 1..(random() * 6)::int LOOP
                     CASE (random() * 5)::int
                         WHEN 0, 1 THEN
                             name := 'n' || nextval('names');
                             IF random() < 0.5 THEN PERFORM guarded.add_column('missing', name, 'int');
                             ELSE PERFORM guarded.create_sequence(name);
                             END IF;
                             INSERT INTO expected VALUES (name);
                         WHEN 2 THEN
                             IF (SELECT count(*) FROM guarded.journal) <> (SELECT count(*) FROM expected) THEN
                                 RAISE 'the journal has %, not %',
                                     (SELECT count(*) FROM guarded.journal), (SELECT count(*) FROM expected);
                             END IF;
                         ELSE
                             IF depth < 6 THEN
                                 BEGIN
                                     PERFORM walk(depth + 1);
                                     IF random() < 0.5 THEN PERFORM 1 / 0; END IF;
                                 EXCEPTION WHEN division_by_zero THEN NULL;
                                 END;
                             END IF;
                     END CASE;
                 END LOOP;
             END $$;
             SELECT setseed(0.5)");
        run("SELECT walk(0) FROM generate_series(1, 400)");
        assert!(is_true("(SELECT count(*) > 500 FROM expected)"));
        let named = "SELECT replace(object, 'missing.', '') AS name FROM guarded.journal";
        assert!(is_true(&format!(
            "NOT EXISTS ((TABLE expected EXCEPT ALL {named}) UNION ALL ({named} EXCEPT ALL TABLE expected))"
        )));
        // The session counts the same, also what is too long ago for its report.
        assert!(is_true("(SELECT max(number) > 10000 FROM guarded.report())"));
        assert!(is_true(
            "(SELECT sum(outcomes - rolled_back) = (SELECT count(*) FROM expected) FROM guarded.summary())"
        ));
    }

    /// A trigger of the owner's sees each row, and may even come back to the journal.
    #[pg_test]
    fn the_owner_may_add_triggers_and_constraints() {
        sandbox("CREATE TABLE seen (object text)");
        run("CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 INSERT INTO seen VALUES (NEW.object);
                 IF NEW.object <> 'nested.x' THEN PERFORM guarded.add_column('nested', 'x', 'int'); END IF;
                 RETURN NEW;
             END $$;
             CREATE TRIGGER seen BEFORE INSERT ON guarded.journal FOR EACH ROW EXECUTE FUNCTION see();
             ALTER TABLE guarded.journal ADD COLUMN remark text, ADD CHECK (object <> 'refused.x')");
        outcome("add_column('missing', 'x', 'int')");
        outcome("add_column('missing', 'y', 'int')");
        assert_eq!(
            pending(),
            lines(
                "add_column missing.x: missing_table
                 add_column missing.y: missing_table
                 add_column nested.x: missing_table
                 add_column nested.x: missing_table"
            )
        );
        assert!(is_true(
            "(SELECT array_agg(object ORDER BY object) = '{missing.x,missing.y,nested.x,nested.x}' FROM seen)"
        ));
        outcome("add_column('refused', 'x', 'int')");
        assert_eq!(sqlstate("SELECT count(*) FROM guarded.journal").as_deref(), Some("23514"));
    }

    #[pg_test]
    fn a_journal_of_another_shape_is_refused() {
        sandbox("");
        outcome("add_column('missing', 'x', 'int')");
        assert_eq!(count_pending(), 1);
        run("ALTER TABLE guarded.journal RENAME COLUMN status TO state");
        outcome("add_column('missing', 'y', 'int')");
        assert_eq!(sqlstate("SELECT count(*) FROM guarded.journal").as_deref(), Some("55000"));
        run("SET LOCAL guarded.journal = off");
        assert_eq!(word(&outcome("add_column('missing', 'z', 'int')"), "status"), "skipped");
    }

    #[pg_test]
    fn assert_clean_lists_what_stands() {
        sandbox(TABLES);
        run("SELECT guarded.assert_clean(); SET LOCAL guarded.migration = 'm'");
        outcome("add_column('missing', 'x', 'int')");
        outcome("add_column('t', 'x', 'int')");
        let undone =
            "DO $$ BEGIN PERFORM guarded.add_column('t', 'a', 'text'); PERFORM 1 / 0; END $$";
        assert!(sqlstate(undone).is_some());
        run("SELECT guarded.assert_clean()");
        outcome("add_column('t', 'a', 'text')");
        outcome("alter_column('t', 'b', nullable => false)");
        let error = raised("SELECT guarded.assert_clean()").expect("an error");
        assert_eq!(word(&error, "sqlstate"), "55000");
        assert_eq!(word(&error, "message"), "migration \"m\" has 1 conflict and 1 failure");
        let detail = word(&error, "detail").to_string();
        for said in [
            "  1. conflict (differs): add_column t.a
     column \"a\" of table \"t\" already exists with another definition
     Existing type: integer; wanted: text.
     Hint: ",
            "  2. failed (not_null_violation): alter_column t.b
     column \"b\" of relation \"t\" contains null values
",
        ] {
            assert!(detail.contains(said), "{said} is not in\n{detail}");
        }
        run(
            "SET LOCAL guarded.missing = fail; SET LOCAL guarded.migration = E'forged\\n\\nERROR: x'",
        );
        outcome("add_column('missing', 'y', 'int')");
        let error = raised("SELECT guarded.assert_clean()").expect("an error");
        assert_eq!(word(&error, "message"), "this migration has 1 conflict and 2 failures");
        let said = "migration \"forged  ERROR: x\":\n  3. failed (missing_table)";
        assert!(word(&error, "detail").contains(said), "{error:#}");
    }

    #[pg_test]
    fn the_summary_as_text() {
        sandbox(TABLES);
        assert_eq!(text("SELECT guarded.summary_text()"), "guarded_ddl: 0 outcomes");
        run("SET LOCAL guarded.migration = 'm'");
        for column in ["x", "y", "a"] {
            outcome(&format!("add_column('t', '{column}', 'int')"));
            outcome(&format!("add_column('missing', '{column}', 'int')"));
        }
        outcome("alter_column('t', 'b', nullable => false)");
        outcome("alter_column('t', 'b', nullable => false)");
        run("SET LOCAL guarded.migration = ''");
        let undone =
            "DO $$ BEGIN PERFORM guarded.add_column('t', 'w', 'int'); PERFORM 1 / 0; END $$";
        assert!(sqlstate(undone).is_some());
        let expected = "guarded_ddl: 9 outcomes
no migration
      1  applied (1 rolled back)
migration \"m\"
      2  applied
      2  failed    not_null_violation
           alter_column t.b: column \"b\" of relation \"t\" contains null values (2 times)
      1  skipped   already_exists
      3  skipped   missing_table";
        assert_eq!(text("SELECT guarded.summary_text()"), expected);
    }

    /// Texts that are the same statement, and such as are not.
    #[pg_test]
    fn a_statement_is_known_by_its_tokens() {
        let canonical = |text: &str| scanner::canonical(&Arena::new(), &c_string(text)).ok();
        let same = [
            r#"SELECT 1::int,  'a''b', E'a\'b', $$a'b$$, "users"."Id" FROM t WHERE a<>-1.5e-3 AND b=ANY(c) -- x"#,
            r#"select /* x */ 1 :: INT , 'a''b' ,E'a\'b',$tag$a'b$tag$,users."Id" from T where a <> - 1.5e-3 and B = any ( C );"#,
        ];
        assert!(canonical(same[0]).is_some());
        assert_eq!(canonical(same[0]), canonical(same[1]));
        let different = lines(
            r#"SELECT a
             SELECT A, b
             SELECT 'a'
             SELECT "A"
             SELECT 'A'
             SELECT B'1'
             SELECT 1
             SELECT $1
             SELECT a.b
             SELECT a, b, c
             SELECT 'a b'
             SELECT 'a  b'
             SELECT a <> b
             SELECT a < b
             SELECT a <-b
             SELECT user
             SELECT "user""#,
        );
        for (place, one) in different.iter().enumerate() {
            for other in &different[..place] {
                assert_ne!(canonical(one), canonical(other), "{one}, {other}");
            }
        }
        assert_eq!(canonical("SELECT 'open"), None);
        assert_eq!(canonical(" -- nothing"), Some(String::new()));
    }
}
