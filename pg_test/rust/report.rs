//! report() and summary().

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    /// `1 label status/reason operation rolled_back`
    fn report() -> Vec<String> {
        one("SELECT array_agg(concat_ws(' ', number, migration, concat_ws('/', status, reason), operation,
                                        CASE WHEN rolled_back THEN 'rolled back' END) ORDER BY number)
             FROM guarded.report()")
        .unwrap_or_default()
    }

    #[pg_test]
    fn outcomes_in_order_with_their_labels() {
        sandbox(TABLES);
        assert_eq!(report(), Vec::<String>::new());
        outcome("add_column('missing', 'x', 'int')");
        run("SET LOCAL guarded.migration = 'm1'");
        outcome("add_column('t', 'x', 'int')");
        outcome("add_column('t', 'a', 'text')");
        run("SET LOCAL guarded.migration = 'm2'; SET LOCAL guarded.dry_run = on");
        outcome("drop_column('t', 'a')");
        run("SET LOCAL guarded.dry_run = off");
        outcome("alter_column('t', 'b', nullable => false, comment => 'said')");
        script("ALTER TABLE t ADD COLUMN x int, DROP COLUMN nope; SELECT 1");
        run("RESET guarded.migration");
        outcome("drop_table('missing')");
        assert_eq!(
            report(),
            lines(
                "1  skipped/missing_table add_column
                 2 m1 applied add_column
                 3 m1 conflict/differs add_column
                 4 m2 planned drop_column
                 5 m2 failed/not_null_violation alter_column
                 6 m2 skipped/already_exists add_column
                 7 m2 skipped/already_absent drop_column
                 8 m2 applied select
                 9  skipped/already_absent drop_table"
            )
        );
    }

    #[pg_test]
    fn the_columns_say_what_the_outcome_says() {
        sandbox(TABLES);
        outcome("add_column('t', 'a', 'text')");
        script(
            "ALTER TABLE t ADD COLUMN x int; DROP TABLE missing; SELECT 1 / 0; SELECT 1; COMMIT",
        );
        let same = "status = outcome ->> 'status' AND reason IS NOT DISTINCT FROM outcome ->> 'reason'
                    AND operation = outcome ->> 'operation' AND object IS NOT DISTINCT FROM outcome ->> 'object'
                    AND message IS NOT DISTINCT FROM outcome ->> 'message' AND ddl = outcome ->> 'ddl'";
        assert!(is_true(&format!(
            "(SELECT count(*) = 6 AND bool_and({same}) FROM guarded.report())"
        )));
        let rows = format!(
            "(SELECT count(*) = 1 AND bool_and({same}) FROM guarded.run('ALTER TABLE t ADD COLUMN a text'))"
        );
        assert!(is_true(&rows));
    }

    #[pg_test]
    fn what_was_rolled_back_says_so() {
        sandbox(TABLES);
        run("DO $$ BEGIN
                 PERFORM guarded.add_column('t', 'kept', 'int');
                 BEGIN
                     PERFORM guarded.add_column('t', 'lost', 'int');
                     BEGIN
                         PERFORM guarded.add_column('t', 'lost_too', 'int');
                     EXCEPTION WHEN no_data_found THEN NULL;
                     END;
                     PERFORM guarded.add_column('missing', 'x', 'int');
                     PERFORM 1 / 0;
                 EXCEPTION WHEN division_by_zero THEN
                     PERFORM guarded.add_column('t', 'in_handler', 'int');
                 END;
             END $$");
        assert_eq!(
            report(),
            lines(
                "1  applied add_column
                 2  applied add_column rolled back
                 3  applied add_column rolled back
                 4  skipped/missing_table add_column rolled back
                 5  applied add_column"
            )
        );
        assert!(is_true(
            "col('t', 'kept') IS NOT NULL AND col('t', 'lost') IS NULL AND col('t', 'in_handler') IS NOT NULL"
        ));
    }

    /// A failed statement's own subtransaction is no roll-back of the caller's.
    #[pg_test]
    fn a_failure_is_not_rolled_back_twice() {
        sandbox(TABLES);
        outcome("alter_column('t', 'b', nullable => false)");
        outcome("alter_column('t', 'b', nullable => false, comment => 'said')");
        assert_eq!(
            report(),
            lines(
                "1  failed/not_null_violation alter_column
                   2  failed/not_null_violation alter_column"
            )
        );
    }

    #[pg_test]
    fn what_strict_raised_is_reported_as_rolled_back() {
        sandbox(TABLES);
        run("SET LOCAL guarded.policy = strict");
        assert!(sqlstate("SELECT guarded.add_column('t', 'a', 'text')").is_some());
        assert_eq!(report(), ["1  conflict/differs add_column rolled back"]);
    }

    #[pg_test]
    fn summary_counts() {
        sandbox(TABLES);
        run("SET LOCAL guarded.migration = 'm'");
        for column in ["x", "y", "a", "z"] {
            outcome(&format!("add_column('t', '{column}', 'int')"));
            outcome(&format!("add_column('missing', '{column}', 'int')"));
        }
        assert!(
            sqlstate(
                "DO $$ BEGIN PERFORM guarded.add_column('t', 'w', 'int'); PERFORM 1 / 0; END $$"
            )
            .is_some()
        );
        let rows: Option<Vec<String>> = one(
            "SELECT array_agg(concat_ws(' ', migration, status, reason, outcomes, rolled_back)) FROM guarded.summary()",
        );
        assert_eq!(
            rows.unwrap_or_default(),
            ["m applied 4 1", "m skipped already_exists 1 0", "m skipped missing_table 4 0"]
        );
    }
}
