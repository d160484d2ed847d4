//! The functions for indexes: what each does, and each way it can end.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    #[pg_test]
    fn create_index_cases() {
        sandbox(TABLES);
        cases(
            r#"
            create_index('i', 't', ARRAY['a', 'b']) -> applied | idx('i') = ' btree (a, b)'
            create_index('i', 't', ARRAY['a', 'b']) -> skipped already_exists
            create_index('i', 't', ARRAY['a', 'b'], postgresql_using => 'btree') -> skipped already_exists
            create_index('i', 't', ARRAY['a']) -> conflict differs
            create_index('i', 't', ARRAY['a', 'b'], "unique" => true) -> conflict differs
            create_index('i', 't', ARRAY['b', 'a']) -> conflict differs
            create_index('i', 't', ARRAY['a', 'b DESC']) -> conflict differs
            create_index('i', 't', ARRAY['a', 'b'], postgresql_where => 'a > 0') -> conflict differs
            create_index('i', 't', ARRAY['a', 'b'], postgresql_include => ARRAY['email']) -> conflict differs
            create_index('i', 't', ARRAY['a', 'b'], postgresql_ops => '{"b": "text_pattern_ops"}') -> conflict differs
            create_index('i', 't', ARRAY['a', 'b'], postgresql_with => 'fillfactor = 70') -> conflict differs
            create_index('h', 't', ARRAY['b'], postgresql_using => 'hash') -> applied | idx('h') = ' hash (b)'
            create_index('h', 't', ARRAY['b']) -> conflict differs
            create_index('w', 't', ARRAY['a'], "unique" => true, postgresql_where => 'b is null')
                -> applied | idx('w') = 'UNIQUE  btree (a) WHERE (b IS NULL)'
            create_index('w', 't', ARRAY['a'], "unique" => true, postgresql_where => '(b IS NULL)') -> skipped already_exists
            create_index('e', 't', ARRAY['lower(b)', 'created_at DESC']) -> skipped missing_column
            create_index('e', 't', ARRAY['lower(b)', 'a DESC NULLS LAST'])
                -> applied | idx('e') = ' btree (lower(b), a DESC NULLS LAST)'
            create_index('e', 't', ARRAY['lower( b )', 'a desc nulls last']) -> skipped already_exists
            create_index('o', 't', ARRAY['b'], postgresql_ops => '{"b": "text_pattern_ops"}', postgresql_include => ARRAY['a'],
                         postgresql_with => 'fillfactor = 70')
                -> applied | idx('o') = ' btree (b text_pattern_ops) INCLUDE (a) WITH (fillfactor=''70'')'
            create_index(NULL, 't', ARRAY['email']) -> applied | idx('t_email_idx') = ' btree (email)'
            create_index(NULL, 't', ARRAY['email']) -> skipped already_exists
            create_index('other_a', 't', ARRAY['a']) -> conflict other_table
            create_index('parent', 't', ARRAY['a']) -> conflict wrong_kind
            create_index('x', 'missing', ARRAY['a']) -> skipped missing_table
            create_index('x', 't', ARRAY['nope']) -> skipped missing_column
            create_index('x', 't', ARRAY['a'], postgresql_include => ARRAY['nope']) -> skipped missing_column
            create_index('x', 't', ARRAY['lower(nope)']) -> skipped missing_column
            create_index('x', 't', ARRAY['a'], schema => 'nowhere') -> skipped missing_schema
            create_index('x', 't', ARRAY['a'], postgresql_using => 'nothing') -> skipped missing_object
            create_index('x', 't', ARRAY['a'], postgresql_ops => '{"a": "no_such_ops"}') -> skipped missing_object
            create_index('x', 't', ARRAY['a'], postgresql_tablespace => 'nowhere') -> skipped missing_object
            create_index('x', 't', ARRAY['a'], "unique" => true) -> failed unique_violation | to_regclass('x') IS NULL
            create_index('x', 't', ARRAY['a'], postgresql_with => 'fillfactor = 1') -> failed invalid_parameter_value
            create_index('x', 'v', ARRAY['b']) -> conflict wrong_kind
            ! UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass
            create_index('i', 't', ARRAY['a', 'b']) -> applied | (SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass)
            "#,
        );
    }

    #[cfg(not(feature = "pg14"))]
    #[pg_test]
    fn nulls_not_distinct() {
        sandbox(TABLES);
        cases(
            r#"
            create_index('i', 't', ARRAY['b'], "unique" => true, postgresql_nulls_not_distinct => true)
                -> applied | idx('i') = 'UNIQUE  btree (b) NULLS NOT DISTINCT'
            create_index('i', 't', ARRAY['b'], "unique" => true, postgresql_nulls_not_distinct => true) -> skipped already_exists
            create_index('i', 't', ARRAY['b'], "unique" => true) -> conflict differs
            create_unique_constraint('u', 't', ARRAY['b'], postgresql_nulls_not_distinct => true)
                -> applied | con('t', 'u') = 'UNIQUE NULLS NOT DISTINCT (b)'
            create_unique_constraint('u', 't', ARRAY['b'], postgresql_nulls_not_distinct => true) -> skipped already_exists
            create_unique_constraint('u', 't', ARRAY['b'], postgresql_nulls_not_distinct => false) -> conflict differs
            "#,
        );
    }

    #[pg_test]
    fn drop_index_cases() {
        sandbox(TABLES);
        cases(
            r#"
            drop_index('other_a', 't') -> conflict other_table | to_regclass('other_a') IS NOT NULL
            drop_index('other_a', 'other') -> applied | to_regclass('other_a') IS NULL
            drop_index('other_a', 'other') -> skipped already_absent
            drop_index('other_a') -> skipped already_absent
            drop_index('other_a', schema => 'nowhere') -> skipped already_absent
            drop_index('parent') -> conflict wrong_kind | to_regclass('parent') IS NOT NULL
            drop_index('t_pkey') -> failed dependent_objects_still_exist | to_regclass('t_pkey') IS NOT NULL
            drop_index('t_pkey', cascade => true) -> failed dependent_objects_still_exist
            ! CREATE TABLE keyed (k int NOT NULL); CREATE UNIQUE INDEX k ON keyed (k)
            ! ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES keyed (k) NOT VALID
            drop_index('k') -> failed dependent_objects_still_exist | con('t', 'f') IS NOT NULL
            drop_index('k', cascade => true) -> applied | con('t', 'f') IS NULL
            "#,
        );
    }

    #[pg_test]
    fn rename_index_cases() {
        sandbox(TABLES);
        cases(
            r#"
            rename_index('other_a', 'renamed') -> applied | to_regclass('other_a') IS NULL AND to_regclass('renamed') IS NOT NULL
            rename_index('other_a', 'renamed') -> skipped no_change
            rename_index('t_pkey', 'renamed') -> conflict already_exists | to_regclass('t_pkey') IS NOT NULL
            rename_index('t_pkey', 't') -> conflict already_exists
            rename_index('parent', 'x') -> conflict wrong_kind | to_regclass('parent') IS NOT NULL
            rename_index('nope', 'neither') -> skipped missing_index
            rename_index('renamed', 'x', schema => 'nowhere') -> skipped missing_schema
            rename_index('pg_class_oid_index', 'x', schema => 'pg_catalog') -> failed insufficient_privilege
            "#,
        );
    }
}
