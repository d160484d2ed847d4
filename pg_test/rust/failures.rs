//! What is left behind by a skip and by a failure: nothing.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    // A table that exists before the test's transaction begins: on one of its own a transaction has every lock.
    extension_sql!(
        "CREATE TABLE tests.committed (id int PRIMARY KEY, a int DEFAULT 1 + 1, b varchar, CONSTRAINT c CHECK (b IN ('p', 'q')));
         CREATE INDEX committed_b ON tests.committed (lower(b)) WHERE a > 0;
         CREATE POLICY p ON tests.committed USING (a > 0);
         INSERT INTO tests.committed VALUES (1, 7, 'p'), (2, 7, NULL);",
        name = "committed_table",
        requires = [a_skip_writes_nothing_and_locks_nothing]
    );

    const FAILURES: &[&str] = &[
        "add_column('committed', 'x', 'int', nullable => false, schema => 'tests')",
        "alter_column('committed', 'b', nullable => false, schema => 'tests')",
        "alter_column('committed', 'b', comment => 'said', nullable => false, schema => 'tests')",
        "alter_column('committed', 'b', type => 'int', postgresql_using => 'b::int', schema => 'tests')",
        "create_index('i', 'committed', ARRAY['a'], \"unique\" => true, schema => 'tests')",
        "create_unique_constraint('u', 'committed', ARRAY['a'], schema => 'tests')",
        "create_check_constraint('d', 'committed', 'a > 7', schema => 'tests')",
        "create_foreign_key('f', 'committed', 'committed', ARRAY['a'], ARRAY['id'], source_schema => 'tests', referent_schema => 'tests')",
        "create_policy('q', 'committed', using_expression => 'a + 1', schema => 'tests')",
    ];

    const SKIPS: &[&str] = &[
        "add_column('missing', 'x', 'int')",
        "add_column('missing', 'x', 'int', comment => 'said', schema => 'nowhere')",
        "add_column('committed', 'x', 'no_such_type', schema => 'tests')",
        "add_column('committed', 'a', 'int', server_default => '(1+1)', schema => 'tests')",
        "drop_column('committed', 'x', schema => 'tests')",
        "alter_column('committed', 'a', type => 'int4', server_default => '(1+1)', nullable => true, schema => 'tests')",
        "alter_column('committed', 'x', type => 'int', comment => 'said', schema => 'tests')",
        // The first step could run, the second cannot.
        "alter_column('committed', 'a', drop_default => true, type => 'no_such_type', schema => 'tests')",
        "create_check_constraint('c', 'committed', 'b in (''p'',''q'')', schema => 'tests')",
        "create_index('committed_b', 'committed', ARRAY['lower( b )'], postgresql_where => '(a>0)', schema => 'tests')",
        "create_policy('p', 'committed', using_expression => '(a>0)', schema => 'tests')",
        "create_primary_key('committed_pkey', 'committed', ARRAY['id'], schema => 'tests')",
        "validate_constraint('c', 'committed', schema => 'tests')",
        "rename_column('committed', 'x', 'a', schema => 'tests')",
        "disable_row_level_security('committed', schema => 'tests')",
        "drop_table_comment('committed', schema => 'tests')",
        "drop_table('missing', schema => 'tests')",
        "create_schema('tests')",
        "create_extension('plpgsql')",
        "drop_type('missing')",
        "drop_sequence('missing')",
        "add_enum_value('missing', 'x')",
    ];

    /// Reads without making the transaction one that writes, which `Spi::get_one` does.
    fn read(query: &str) -> Option<String> {
        let first =
            Spi::connect(|client| client.select(query, Some(1), &[])?.first().get_one::<String>());
        first.unwrap_or_else(|error| panic!("{error} in {query}"))
    }

    fn locks_on_the_table() -> Option<String> {
        read(
            "SELECT string_agg(mode, ', ') FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
             WHERE pid = pg_backend_pid() AND relname LIKE 'committed%'",
        )
    }

    #[pg_test]
    fn a_skip_writes_nothing_and_locks_nothing() {
        // What is missing would be written to the journal.
        read("SELECT set_config('guarded.journal', 'off', true)");
        for call in SKIPS {
            let status = read(&format!("SELECT guarded.{call} ->> 'status'"));
            assert_eq!(status.as_deref(), Some("skipped"), "{call}");
            assert_eq!(locks_on_the_table(), None, "{call}");
            assert_eq!(read("SELECT pg_current_xact_id_if_assigned()::text"), None, "{call}");
        }
        let script = "ALTER TABLE tests.committed ADD COLUMN a int DEFAULT (1+1), DROP COLUMN x; DROP TABLE missing";
        let rows = read(&format!(
            "SELECT count(*)::text FROM guarded.run({})",
            crate::pg::quote_literal(script)
        ));
        assert_eq!(rows.as_deref(), Some("3"));
        assert_eq!(locks_on_the_table(), None);
        assert_eq!(read("SELECT pg_current_xact_id_if_assigned()::text"), None);
    }

    #[pg_test]
    fn a_dry_run_writes_nothing_and_locks_nothing() {
        run("SET LOCAL guarded.dry_run = on");
        for call in FAILURES {
            let status = read(&format!("SELECT guarded.{call} ->> 'status'"));
            assert_eq!(status.as_deref(), Some("planned"), "{call}");
            assert_eq!(locks_on_the_table(), None, "{call}");
        }
    }

    #[pg_test]
    fn a_failure_changes_nothing_and_leaves_no_lock() {
        sandbox("");
        let before = catalog();
        for call in FAILURES {
            let outcome = outcome(call);
            assert_eq!(word(&outcome, "status"), "failed", "{outcome:#}");
            assert_eq!(locks_on_the_table(), None, "{call}");
            assert_eq!(catalog(), before, "{call}");
        }
        run("INSERT INTO log VALUES ('the transaction goes on')");
        // The question is a fair one: what is applied does hold its lock.
        outcome("add_column('committed', 'x', 'int', schema => 'tests')");
        assert_eq!(locks_on_the_table().as_deref(), Some("AccessExclusiveLock"));
    }

    /// What a thousand failures may leave in memory: less than a hundred bytes for each.
    const MOST_BYTES: i64 = 96 * 1024;

    /// Without what PostgreSQL keeps of the catalog: that grows with plain DDL that fails, too.
    fn memory() -> i64 {
        one::<i64>(
            "SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts WHERE name <> 'CacheMemoryContext'",
        )
        .unwrap_or_default()
    }

    fn locks() -> Option<i64> {
        one("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()")
    }

    /// Runs PL/pgSQL over and over. Not from Rust: the answers to the test's own queries would be counted.
    fn stays_flat(tables: &str, statements: &str) {
        sandbox(tables);
        let repeat = |times: usize| {
            run(&format!("DO $d$ BEGIN FOR i IN 1..{times} LOOP {statements} END LOOP; END $d$"))
        };
        repeat(100);
        let (memory_before, locks_before) = (memory(), locks());
        repeat(1_000);
        let grown = memory() - memory_before;
        assert!(grown < MOST_BYTES, "{grown} bytes are left of {statements}");
        assert_eq!(locks(), locks_before);
        run("INSERT INTO log VALUES ('the transaction goes on')");
    }

    #[pg_test]
    fn a_thousand_failures() {
        stays_flat(
            "",
            "PERFORM guarded.alter_column('committed', 'b', nullable => false, schema => 'tests');",
        );
    }

    #[pg_test]
    fn a_thousand_failures_of_several_steps() {
        stays_flat(
            "",
            "PERFORM guarded.alter_column('committed', 'b', comment => 'said', nullable => false, schema => 'tests');",
        );
    }

    #[pg_test]
    fn a_thousand_failures_in_scripts() {
        stays_flat(
            "",
            "PERFORM count(*) FROM guarded.run('ALTER TABLE tests.committed ALTER COLUMN b SET NOT NULL, ADD COLUMN a int;
                 SELECT 1 / 0; DO $$ BEGIN PERFORM nowhere.f(); END $$');",
        );
    }

    #[pg_test]
    fn a_thousand_skips_and_conflicts() {
        stays_flat(
            TABLES,
            "PERFORM guarded.add_column('missing', 'x', 'int');
             PERFORM guarded.add_column('t', 'email', 'text', server_default => '''x''');
             PERFORM guarded.create_index('other_a', 'other', ARRAY['(a + 1)']);",
        );
    }

    #[pg_test]
    fn a_thousand_wrong_calls() {
        stays_flat(
            "",
            "BEGIN PERFORM guarded.add_column('t', 'x', 'int, DROP COLUMN a'); EXCEPTION WHEN OTHERS THEN NULL; END;
             BEGIN PERFORM guarded.run('ALTER TABEL t'); EXCEPTION WHEN OTHERS THEN NULL; END;",
        );
    }

    #[pg_test]
    fn a_script_of_a_thousand_failures() {
        sandbox(TABLES);
        let commands = "ALTER TABLE t ALTER COLUMN b SET NOT NULL, ADD COLUMN a int;".repeat(1_000);
        assert_eq!(script(&commands).len(), 2_000);
        run("INSERT INTO log VALUES ('the transaction goes on')");
    }

    /// The report keeps the last ten thousand outcomes, and counts the others.
    #[pg_test]
    fn the_report_is_bounded() {
        sandbox("");
        run(
            "DO $$ BEGIN FOR i IN 1..10050 LOOP PERFORM guarded.drop_table('missing'); END LOOP; END $$",
        );
        assert!(is_true(
            "(SELECT count(*) = 10000 AND min(number) = 51 AND max(number) = 10050 FROM guarded.report())"
        ));
        assert!(is_true("(SELECT sum(outcomes) = 10050 FROM guarded.summary())"));
    }
}
