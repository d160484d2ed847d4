//! The functions for tables: what each does, and each way it can end.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    #[pg_test]
    fn create_table_cases() {
        sandbox(TABLES);
        cases(
            r#"
            create_table('n', ARRAY['id bigint PRIMARY KEY', 'name text NOT NULL', 'CHECK (id > 0)'])
                -> applied | col('n', 'name') = 'text NOT NULL' AND con('n', 'n_id_check') = 'CHECK ((id > 0))'
            create_table('n', ARRAY['id int8 PRIMARY KEY', 'name text NOT NULL', 'CHECK (0 < id)']) -> conflict differs
            create_table('n', ARRAY['id int8 PRIMARY KEY', 'name text NOT NULL', 'CHECK ((id>0))']) -> skipped already_exists
            create_table('n', ARRAY['id int8 PRIMARY KEY', 'name varchar NOT NULL', 'CHECK (id > 0)']) -> conflict differs
            create_table('n', ARRAY['id int8 PRIMARY KEY', 'CHECK (id > 0)']) -> conflict differs
            create_table('n', ARRAY['id int8 PRIMARY KEY', 'name text NOT NULL', 'CHECK (id > 0)', 'x int'])
                -> conflict differs | col('n', 'x') IS NULL
            create_table('spoken', ARRAY['id int'], comment => 'said') -> applied | said('spoken') = 'said'
            create_table('spoken', ARRAY['id int'], comment => 'said') -> skipped already_exists
            create_table('refers', ARRAY['id int REFERENCES parent']) -> applied | con('refers', 'refers_id_fkey') ~ 'parent'
            create_table('refers', ARRAY['id int REFERENCES parent (id)']) -> skipped already_exists
            create_table('itself', ARRAY['id int PRIMARY KEY', 'up int REFERENCES itself']) -> applied
            create_table('split', ARRAY['id int'], postgresql_partition_by => 'RANGE (id)')
                -> applied | (SELECT relkind = 'p' FROM pg_class WHERE oid = 'split'::regclass)
            create_table('split', ARRAY['id int'], postgresql_partition_by => 'RANGE (id)') -> skipped already_exists
            create_table('split', ARRAY['id int'], postgresql_partition_by => 'LIST (id)') -> conflict differs
            create_table('split', ARRAY['id int']) -> conflict differs
            create_table('heir', ARRAY['x int'], postgresql_inherits => ARRAY['other']) -> applied | col('heir', 'a') = 'integer'
            create_table('heir', ARRAY['x int'], postgresql_inherits => ARRAY['other']) -> skipped already_exists
            create_table('heir', ARRAY['x int'], postgresql_inherits => ARRAY['t']) -> conflict differs
            create_table('tuned', ARRAY['id int'], postgresql_with => 'fillfactor = 70, autovacuum_enabled = false')
                -> applied | (SELECT 'fillfactor=70' = ANY (reloptions) FROM pg_class WHERE oid = 'tuned'::regclass)
            create_table('copy', ARRAY['LIKE t INCLUDING ALL']) -> applied | col('copy', 'email') ~ '^character varying'
            create_table('copy', ARRAY['LIKE t INCLUDING ALL']) -> skipped already_exists
            create_table('copy', ARRAY['LIKE t']) -> conflict differs
            create_table('v', ARRAY['id int']) -> conflict wrong_kind
            create_table('mood', ARRAY['id int']) -> conflict not_compared
            create_table('x', ARRAY['id int'], schema => 'nowhere') -> skipped missing_schema
            create_table('x', ARRAY['id int'], comment => 'said', schema => 'nowhere') -> skipped missing_schema
            create_table('x', ARRAY['id no_such_type']) -> skipped missing_type
            create_table('x', ARRAY['id int REFERENCES missing']) -> skipped missing_table
            create_table('x', ARRAY['id int'], postgresql_inherits => ARRAY['missing']) -> skipped missing_table
            create_table('x', ARRAY['LIKE missing']) -> skipped missing_table
            create_table('x', ARRAY['id int', 'UNIQUE (nope)']) -> skipped missing_column
            create_table('x', ARRAY['id int'], postgresql_tablespace => 'nowhere') -> skipped missing_object
            create_table('x', ARRAY['id int PRIMARY KEY', 'a int PRIMARY KEY']) -> failed invalid_table_definition
            create_table('x', ARRAY['id int PRIMARY KEY', 'a int PRIMARY KEY'], comment => 'said')
                -> failed invalid_table_definition | to_regclass('x') IS NULL
            create_table('x', ARRAY['id int'], postgresql_with => 'no_such_parameter = 1') -> failed invalid_parameter_value
            "#,
        );
    }

    #[pg_test]
    fn drop_table_cases() {
        sandbox(TABLES);
        cases(
            r#"
            drop_table('parent') -> applied | to_regclass('parent') IS NULL
            drop_table('parent') -> skipped already_absent
            drop_table('t', schema => 'nowhere') -> skipped already_absent
            drop_table('v') -> conflict wrong_kind | to_regclass('v') IS NOT NULL
            drop_table('t') -> failed dependent_objects_still_exist | to_regclass('t') IS NOT NULL
            drop_table('t', cascade => true) -> applied | to_regclass('t') IS NULL AND to_regclass('v') IS NULL
            "#,
        );
    }

    #[pg_test]
    fn rename_table_cases() {
        sandbox(TABLES);
        cases(
            r#"
            rename_table('t', 'renamed') -> applied | to_regclass('t') IS NULL AND to_regclass('renamed') IS NOT NULL
            rename_table('t', 'renamed') -> skipped no_change
            rename_table('other', 'renamed') -> conflict already_exists | to_regclass('other') IS NOT NULL
            rename_table('other', 'v') -> conflict already_exists
            rename_table('other', 'mood') -> conflict not_compared
            rename_table('v', 'w') -> conflict wrong_kind | to_regclass('w') IS NULL
            rename_table('s', 'w') -> conflict wrong_kind | to_regclass('w') IS NULL
            rename_table('missing', 'neither') -> skipped missing_table
            rename_table('other', 'x', schema => 'nowhere') -> skipped missing_schema
            rename_table('pg_class', 'x', schema => 'pg_catalog') -> failed insufficient_privilege
            "#,
        );
    }

    #[pg_test]
    fn table_comments() {
        sandbox(TABLES);
        cases(
            r#"
            create_table_comment('t', 'it''s') -> applied | said('t') = 'it''s'
            create_table_comment('t', 'it''s') -> skipped no_change
            create_table_comment('t', 'other') -> applied | said('t') = 'other'
            create_table_comment('missing', 'said') -> skipped missing_table
            create_table_comment('t', 'said', schema => 'nowhere') -> skipped missing_schema
            create_table_comment('v', 'said') -> conflict wrong_kind | said('v') IS NULL
            drop_table_comment('t') -> applied | said('t') IS NULL
            drop_table_comment('t') -> skipped no_change
            drop_table_comment('missing') -> skipped missing_table
            drop_table_comment('t', schema => 'nowhere') -> skipped missing_schema
            drop_table_comment('v') -> conflict wrong_kind
            "#,
        );
    }
}
