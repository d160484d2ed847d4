//! The functions for columns: what each does, and each way it can end.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    #[pg_test]
    fn add_column_cases() {
        sandbox(TABLES);
        cases(
            r#"
            add_column('t', 'x', 'int') -> applied | col('t', 'x') = 'integer'
            add_column('t', 'x', 'int') -> skipped already_exists
            add_column('t', 'x', 'text') -> conflict differs | col('t', 'x') = 'integer'
            add_column('t', 'n', 'numeric(10, 2)', nullable => false, server_default => '0')
                -> applied | col('t', 'n') = 'numeric(10,2) NOT NULL DEFAULT 0'
            add_column('t', 'c', 'text', collation => 'C') -> applied | col('t', 'c') = 'text COLLATE C'
            add_column('t', 'g', 'int', computed => 'a * 2') -> applied | col('t', 'g') = 'integer GENERATED (a * 2)'
            add_column('t', 'i', 'bigint', identity => 'always') -> applied | col('t', 'i') = 'bigint NOT NULL IDENTITY a'
            add_column('t', 'j', 'bigint', identity => 'by default')
                -> applied | col('t', 'j') = 'bigint NOT NULL IDENTITY d'
            add_column('t', 'k', 'int', comment => 'it''s') -> applied | said('t', 'k') = 'it''s'
            add_column('t', 'k', 'int', comment => 'it''s') -> skipped already_exists
            add_column('t', 'k', 'int', comment => 'other') -> applied | said('t', 'k') = 'other'
            add_column('t', 'k', 'text', comment => 'third') -> conflict differs | said('t', 'k') = 'other'
            add_column('t', 'Quoted "Name"', 'int[]') -> applied | col('t', 'Quoted "Name"') = 'integer[]'
            add_column('m', 'x', 'int') -> conflict wrong_kind
            add_column('t', 'ctid', 'int') -> failed duplicate_column
            add_column('missing', 'x', 'int') -> skipped missing_table
            add_column('missing', 'x', 'int', comment => 'said') -> skipped missing_table
            add_column('t', 'y', 'int', schema => 'nowhere') -> skipped missing_schema
            add_column('t', 'y', 'no_such_type') -> skipped missing_type
            add_column('t', 'y', 'nowhere.thing') -> skipped missing_schema
            add_column('t', 'y', 'text', collation => 'nowhere') -> skipped missing_object
            add_column('t', 'y', 'int', server_default => 'no_such_function()') -> skipped missing_object
            add_column('t', 'y', 'int', computed => 'no_such_column + 1') -> skipped missing_column
            add_column('t', 'y', 'int', nullable => false) -> failed not_null_violation | col('t', 'y') IS NULL
            add_column('t', 'y', 'int', nullable => false, comment => 'said')
                -> failed not_null_violation | col('t', 'y') IS NULL
            add_column('t', 'y', 'varchar(0)') -> failed invalid_parameter_value
            add_column('t', 'y', 'int', server_default => '''ten''') -> failed invalid_text_representation
            add_column('t', 'y', 'int', collation => 'C') -> failed datatype_mismatch
            add_column('t', 'y', 'int', computed => 'random()::int') -> failed invalid_object_definition
            "#,
        );
    }

    #[pg_test]
    fn drop_column_cases() {
        sandbox(TABLES);
        cases(
            r#"
            drop_column('t', 'amount') -> applied | col('t', 'amount') IS NULL
            drop_column('t', 'amount') -> skipped already_absent
            drop_column('missing', 'a') -> skipped missing_table
            drop_column('t', 'a', schema => 'nowhere') -> skipped missing_schema
            drop_column('t', 'b') -> failed dependent_objects_still_exist | col('t', 'b') = 'text'
            drop_column('t', 'b', cascade => true) -> applied | col('t', 'b') IS NULL AND to_regclass('v') IS NULL
            drop_column('t', 'ctid') -> failed feature_not_supported
            drop_column('child', 'a') -> failed invalid_table_definition
            "#,
        );
    }

    #[pg_test]
    fn alter_column_type() {
        sandbox(TABLES);
        cases(
            r#"
            alter_column('t', 'a', type => 'bigint') -> applied | col('t', 'a') = 'bigint'
            alter_column('t', 'a', type => 'int8') -> skipped no_change
            alter_column('t', 'email', type => 'varchar(20)', collation => 'C')
                -> applied | col('t', 'email') ~ '^character varying\(20\) COLLATE C'
            alter_column('t', 'email', type => 'varchar(20)', collation => 'C') -> skipped no_change
            alter_column('t', 'a', type => 'int', postgresql_using => '(a / 7)::int')
                -> applied | (SELECT sum(a) = 2 FROM t) AND col('t', 'a') = 'integer'
            alter_column('t', 'amount', type => 'int') -> failed datatype_mismatch | col('t', 'amount') = 'text'
            alter_column('t', 'amount', type => 'int', postgresql_using => 'amount::int')
                -> failed invalid_text_representation
            alter_column('t', 'b', type => 'varchar(9)') -> failed feature_not_supported
            alter_column('t', 'a', type => 'no_such_type') -> skipped missing_type
            alter_column('t', 'no_such_column', type => 'int') -> skipped missing_column
            alter_column('missing', 'a', type => 'int') -> skipped missing_table
            alter_column('t', 'a', type => 'bigint', schema => 'nowhere') -> skipped missing_schema
            alter_column('t', 'a', type => 'bigint', postgresql_using => 'no_such_column') -> skipped missing_column
            "#,
        );
    }

    #[pg_test]
    fn alter_column_attributes() {
        sandbox(TABLES);
        cases(
            r#"
            alter_column('t', 'a', nullable => false) -> applied | col('t', 'a') = 'integer NOT NULL'
            alter_column('t', 'a', nullable => false) -> skipped no_change
            alter_column('t', 'a', nullable => true) -> applied | col('t', 'a') = 'integer'
            alter_column('t', 'a', nullable => true) -> skipped no_change
            alter_column('t', 'b', nullable => false) -> failed not_null_violation | col('t', 'b') = 'text'
            alter_column('t', 'id', nullable => true) -> failed invalid_table_definition
            alter_column('t', 'a', server_default => '1 + 1') -> applied | col('t', 'a') = 'integer DEFAULT (1 + 1)'
            alter_column('t', 'a', server_default => '( 1+1 )') -> skipped no_change
            alter_column('t', 'a', drop_default => true) -> applied | col('t', 'a') = 'integer'
            alter_column('t', 'a', drop_default => true) -> skipped no_change
            alter_column('t', 'a', server_default => '''ten''') -> failed invalid_text_representation
            alter_column('t', 'a', comment => 'said') -> applied | said('t', 'a') = 'said'
            alter_column('t', 'a', comment => 'said') -> skipped no_change
            alter_column('t', 'a', drop_comment => true) -> applied | said('t', 'a') IS NULL
            alter_column('t', 'a', drop_comment => true) -> skipped no_change
            alter_column('t', 'a', identity => 'always') -> failed object_not_in_prerequisite_state
            alter_column('t', 'id', identity => 'always') -> applied | col('t', 'id') = 'integer NOT NULL IDENTITY a'
            alter_column('t', 'id', identity => 'always') -> skipped already_exists
            alter_column('t', 'id', identity => 'by default') -> conflict differs
            alter_column('t', 'id', drop_identity => true) -> applied | col('t', 'id') = 'integer NOT NULL'
            alter_column('t', 'id', drop_identity => true) -> skipped no_change
            alter_column('t', 'a', new_column_name => 'z') -> applied | col('t', 'a') IS NULL AND col('t', 'z') = 'integer'
            alter_column('t', 'a', new_column_name => 'z') -> skipped no_change
            alter_column('t', 'b', new_column_name => 'z') -> conflict already_exists
            alter_column('t', 'nope', comment => 'said') -> skipped missing_column
            alter_column('missing', 'a', nullable => true, comment => 'said') -> skipped missing_table
            alter_column('t', 'a', nullable => true, schema => 'nowhere') -> skipped missing_schema
            "#,
        );
    }

    #[pg_test]
    fn alter_column_with_several_changes_does_all_or_none() {
        sandbox(TABLES);
        cases(
            r#"
            alter_column('t', 'a', type => 'bigint', nullable => false, server_default => '1', comment => 'said',
                         new_column_name => 'z')
                -> applied | col('t', 'z') = 'bigint NOT NULL DEFAULT 1' AND said('t', 'z') = 'said'
            alter_column('t', 'a', type => 'bigint', nullable => false, server_default => '1', comment => 'said',
                         new_column_name => 'z') -> skipped no_change
            alter_column('t', 'a', nullable => true, comment => 'said', new_column_name => 'z')
                -> applied | col('t', 'z') = 'bigint DEFAULT 1'
            alter_column('t', 'b', comment => 'said', nullable => false, server_default => '''d''')
                -> failed not_null_violation | col('t', 'b') = 'text' AND said('t', 'b') IS NULL
            alter_column('t', 'b', server_default => '''d''', new_column_name => 'z')
                -> conflict already_exists | col('t', 'b') = 'text'
            alter_column('t', 'amount', drop_default => true, server_default => NULL, type => 'no_such_type', comment => 'said')
                -> skipped missing_type | said('t', 'amount') IS NULL
            alter_column('t', 'email', drop_default => true, type => 'no_such_type')
                -> skipped missing_type | col('t', 'email') ~ 'DEFAULT'
            alter_column('t', 'id', type => 'bigint', identity => 'always')
                -> applied | col('t', 'id') = 'bigint NOT NULL IDENTITY a'
            alter_column('t', 'id', type => 'int', identity => 'by default')
                -> conflict differs | col('t', 'id') = 'bigint NOT NULL IDENTITY a'
            "#,
        );
    }

    #[pg_test]
    fn alter_column_tells_of_each_step() {
        sandbox(TABLES);
        let steps = |call: &str| {
            let outcome = outcome(call);
            let steps = outcome["steps"].as_array().cloned().unwrap_or_default();
            steps
                .iter()
                .map(|step| format!("{} {}", verdict(step), word(step, "ddl")))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            steps(
                "alter_column('t', 'a', type => 'int4', server_default => '1', new_column_name => 'z')"
            ),
            [
                "skipped no_change ALTER TABLE t ALTER COLUMN a TYPE int4",
                "applied ALTER TABLE t ALTER COLUMN a SET DEFAULT 1",
                "applied ALTER TABLE t RENAME COLUMN a TO z",
            ]
        );
        // What had been done before the failure was undone with it, and says so.
        assert_eq!(
            steps("alter_column('t', 'b', server_default => '1', nullable => false)"),
            [
                "failed not_null_violation ALTER TABLE t ALTER COLUMN b SET DEFAULT 1",
                "failed not_null_violation ALTER TABLE t ALTER COLUMN b SET NOT NULL",
            ]
        );
    }

    #[pg_test]
    fn alter_column_refuses_contradictions() {
        sandbox(TABLES);
        for arguments in [
            "",
            ", server_default => '1', drop_default => true",
            ", comment => 'said', drop_comment => true",
            ", identity => 'always', drop_identity => true",
            ", postgresql_using => 'a'",
            ", collation => 'C'",
            ", identity => 'sometimes'",
        ] {
            let call = format!("SELECT guarded.alter_column('t', 'a'{arguments})");
            assert_eq!(sqlstate(&call).as_deref(), Some("22023"), "{call}");
        }
    }

    #[pg_test]
    fn rename_column_cases() {
        sandbox(TABLES);
        cases(
            r#"
            rename_column('t', 'a', 'z') -> applied | col('t', 'a') IS NULL AND col('t', 'z') = 'integer'
            rename_column('t', 'a', 'z') -> skipped no_change
            rename_column('t', 'b', 'z') -> conflict already_exists | col('t', 'b') = 'text'
            rename_column('t', 'nope', 'neither') -> skipped missing_column
            rename_column('missing', 'a', 'z') -> skipped missing_table
            rename_column('t', 'b', 'y', schema => 'nowhere') -> skipped missing_schema
            rename_column('child', 'a', 'y') -> failed invalid_table_definition
            rename_column('t', 'b', 'ctid') -> conflict already_exists
            "#,
        );
    }
}
