//! The functions for constraints: what each does, and each way it can end.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    #[pg_test]
    fn create_unique_constraint_cases() {
        sandbox(TABLES);
        cases(
            r#"
            create_unique_constraint('u', 't', ARRAY['id', 'b']) -> applied | con('t', 'u') = 'UNIQUE (id, b)'
            create_unique_constraint('u', 't', ARRAY['id', 'b']) -> skipped already_exists
            create_unique_constraint('u', 't', ARRAY['b', 'id']) -> conflict differs
            create_unique_constraint('u', 't', ARRAY['id', 'b'], "deferrable" => true) -> conflict differs
            create_unique_constraint('u', 't', ARRAY['id', 'b'], postgresql_include => ARRAY['a']) -> conflict differs
            create_unique_constraint('t_pkey', 't', ARRAY['id']) -> conflict differs
            create_unique_constraint('d', 't', ARRAY['id', 'b'], "deferrable" => true, "initially" => 'deferred')
                -> applied | con('t', 'd') = 'UNIQUE (id, b) DEFERRABLE INITIALLY DEFERRED'
            create_unique_constraint('i', 't', ARRAY['b'], postgresql_include => ARRAY['a'])
                -> applied | con('t', 'i') = 'UNIQUE (b) INCLUDE (a)'
            create_unique_constraint(NULL, 't', ARRAY['b']) -> applied | con('t', 't_b_key') = 'UNIQUE (b)'
            create_unique_constraint(NULL, 't', ARRAY['b']) -> skipped already_exists
            create_unique_constraint('other_a', 't', ARRAY['b']) -> conflict other_table
            create_unique_constraint('x', 'missing', ARRAY['a']) -> skipped missing_table
            create_unique_constraint('x', 't', ARRAY['nope']) -> skipped missing_column
            create_unique_constraint('x', 't', ARRAY['b'], postgresql_include => ARRAY['nope']) -> skipped missing_column
            create_unique_constraint('x', 't', ARRAY['b'], schema => 'nowhere') -> skipped missing_schema
            create_unique_constraint('x', 't', ARRAY['a']) -> failed unique_violation | con('t', 'x') IS NULL
            create_unique_constraint('x', 'v', ARRAY['b']) -> conflict wrong_kind
            "#,
        );
    }

    #[pg_test]
    fn create_primary_key_cases() {
        sandbox(TABLES);
        cases(
            r#"
            ! INSERT INTO other VALUES (1, 1), (2, 1)
            create_primary_key('p', 'other', ARRAY['a']) -> failed unique_violation | col('other', 'a') = 'integer'
            create_primary_key('p', 'other', ARRAY['id']) -> applied | con('other', 'p') = 'PRIMARY KEY (id)'
            create_primary_key('p', 'other', ARRAY['id']) -> skipped already_exists
            create_primary_key('p', 'other', ARRAY['a']) -> conflict differs
            create_primary_key('p', 'other', ARRAY['id'], "deferrable" => true) -> conflict differs
            create_primary_key('p', 'other', ARRAY['id'], postgresql_include => ARRAY['a']) -> conflict differs
            create_primary_key('q', 'other', ARRAY['id']) -> conflict differs
            create_primary_key(NULL, 'other', ARRAY['id']) -> skipped already_exists
            create_primary_key('x', 'missing', ARRAY['id']) -> skipped missing_table
            create_primary_key('x', 'child', ARRAY['nope']) -> skipped missing_column
            create_primary_key('x', 'child', ARRAY['id'], schema => 'nowhere') -> skipped missing_schema
            create_primary_key(NULL, 'child', ARRAY['id', 'a'], "deferrable" => true, "initially" => 'immediate')
                -> applied | con('child', 'child_pkey') = 'PRIMARY KEY (id, a) DEFERRABLE'
            "#,
        );
    }

    #[pg_test]
    fn create_check_constraint_cases() {
        sandbox(TABLES);
        cases(
            r#"
            create_check_constraint('c', 't', 'a > 0') -> applied | con('t', 'c') = 'CHECK ((a > 0))'
            create_check_constraint('c', 't', '(a>0)') -> skipped already_exists
            create_check_constraint('c', 't', 'a > 1') -> conflict differs
            create_check_constraint('t_pkey', 't', 'a > 1') -> conflict differs
            create_check_constraint('list', 't', 'email in (''x'', ''y'')') -> applied
            create_check_constraint('list', 't', 'email IN (''x'',''y'')') -> skipped already_exists
            create_check_constraint('list', 't', 'email in (''x'', ''z'')') -> conflict differs
            create_check_constraint('later', 't', 'a > 8', postgresql_not_valid => true)
                -> applied | con('t', 'later') = 'CHECK ((a > 8)) NOT VALID'
            create_check_constraint('later', 't', 'a > 8', postgresql_not_valid => true) -> skipped already_exists
            create_check_constraint('later', 't', 'a > 8') -> failed check_violation | con('t', 'later') ~ 'NOT VALID'
            ! UPDATE t SET a = 9
            create_check_constraint('later', 't', 'a > 8') -> applied | con('t', 'later') = 'CHECK ((a > 8))'
            create_check_constraint('later', 't', 'a > 8') -> skipped already_exists
            create_check_constraint(NULL, 't', 'a < 100') -> applied | con('t', 't_a_check') = 'CHECK ((a < 100))'
            create_check_constraint(NULL, 't', 'a < 100') -> skipped already_exists
            create_check_constraint('x', 'missing', 'a > 0') -> skipped missing_table
            create_check_constraint('x', 't', 'nope > 0') -> skipped missing_column
            create_check_constraint('x', 't', 'no_such_function(a)') -> skipped missing_object
            create_check_constraint('x', 't', 'a > 0', schema => 'nowhere') -> skipped missing_schema
            create_check_constraint('x', 't', 'a > 70') -> failed check_violation | con('t', 'x') IS NULL
            create_check_constraint('x', 't', 'a + 1') -> failed datatype_mismatch
            create_check_constraint('x', 't', '(SELECT true)') -> failed feature_not_supported
            "#,
        );
    }

    #[pg_test]
    fn create_foreign_key_cases() {
        sandbox(TABLES);
        cases(
            r#"
            create_foreign_key('f', 't', 'parent', ARRAY['a'], ARRAY['id'])
                -> failed foreign_key_violation | con('t', 'f') IS NULL
            create_foreign_key('f', 't', 'parent', ARRAY['a'], ARRAY['id'], postgresql_not_valid => true)
                -> applied | con('t', 'f') = 'FOREIGN KEY (a) REFERENCES parent(id) NOT VALID'
            create_foreign_key('f', 't', 'parent', ARRAY['a'], ARRAY['id'], postgresql_not_valid => true) -> skipped already_exists
            create_foreign_key('f', 't', 'parent', ARRAY['a'], ARRAY['id'])
                -> failed foreign_key_violation | con('t', 'f') ~ 'NOT VALID'
            ! INSERT INTO parent VALUES (7, 'seven')
            create_foreign_key('f', 't', 'parent', ARRAY['a'], ARRAY['id'])
                -> applied | con('t', 'f') = 'FOREIGN KEY (a) REFERENCES parent(id)'
            create_foreign_key('g', 't', 'parent', ARRAY['a'], ARRAY['id'], onupdate => 'CASCADE', ondelete => 'set null',
                               "deferrable" => true, "initially" => 'DEFERRED', match => 'full')
                -> applied | con('t', 'g') = 'FOREIGN KEY (a) REFERENCES parent(id) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED'
            create_foreign_key('g', 't', 'parent', ARRAY['a'], ARRAY['id'], onupdate => 'CASCADE', ondelete => 'SET NULL',
                               "deferrable" => true, "initially" => 'DEFERRED', match => 'FULL') -> skipped already_exists
            create_foreign_key('g', 't', 'parent', ARRAY['a'], ARRAY['id']) -> conflict differs
            create_foreign_key('g', 't', 'parent', ARRAY['b'], ARRAY['code']) -> conflict differs
            create_foreign_key('g', 't', 't', ARRAY['a'], ARRAY['id']) -> conflict differs
            create_foreign_key('t_pkey', 't', 'parent', ARRAY['a'], ARRAY['id']) -> conflict differs
            ! ALTER TABLE t DROP CONSTRAINT f
            create_foreign_key(NULL, 't', 'parent', ARRAY['a'], ARRAY['id'])
                -> applied | con('t', 't_a_fkey') = 'FOREIGN KEY (a) REFERENCES parent(id)'
            create_foreign_key(NULL, 't', 'parent', ARRAY['a'], ARRAY['id']) -> skipped already_exists
            create_foreign_key('x', 'missing', 'parent', ARRAY['a'], ARRAY['id']) -> skipped missing_table
            create_foreign_key('x', 't', 'missing', ARRAY['a'], ARRAY['id']) -> skipped missing_table
            create_foreign_key('x', 't', 'parent', ARRAY['nope'], ARRAY['id']) -> skipped missing_column
            create_foreign_key('x', 't', 'parent', ARRAY['a'], ARRAY['nope']) -> skipped missing_column
            create_foreign_key('x', 't', 'parent', ARRAY['a'], ARRAY['id'], source_schema => 'nowhere') -> skipped missing_schema
            create_foreign_key('x', 't', 'parent', ARRAY['a'], ARRAY['id'], referent_schema => 'nowhere') -> skipped missing_schema
            create_foreign_key('x', 't', 'other', ARRAY['a'], ARRAY['id']) -> failed invalid_foreign_key
            create_foreign_key('x', 't', 'parent', ARRAY['b'], ARRAY['id']) -> failed datatype_mismatch
            "#,
        );
    }

    #[pg_test]
    fn create_exclude_constraint_cases() {
        sandbox(TABLES);
        cases(
            r#"
            ! CREATE TABLE booked (room int, during int4range); INSERT INTO booked VALUES (1, '[1,5)'), (2, '[3,7)')
            create_exclude_constraint('x', 'booked', ARRAY['during WITH &&'], postgresql_using => 'gist')
                -> failed exclusion_violation | con('booked', 'x') IS NULL
            create_exclude_constraint('x', 'booked', ARRAY['during WITH &&'], postgresql_using => 'gist', postgresql_where => 'room = 1')
                -> applied | con('booked', 'x') = 'EXCLUDE USING gist (during WITH &&) WHERE ((room = 1))'
            create_exclude_constraint('x', 'booked', ARRAY['during WITH &&'], postgresql_using => 'gist', postgresql_where => 'room = 1')
                -> skipped already_exists
            create_exclude_constraint('t_pkey', 't', ARRAY['a WITH =']) -> conflict differs
            create_exclude_constraint('d', 'booked', ARRAY['room WITH ='], "deferrable" => true, "initially" => 'DEFERRED')
                -> applied | con('booked', 'd') = 'EXCLUDE USING btree (room WITH =) DEFERRABLE INITIALLY DEFERRED'
            create_exclude_constraint('y', 'missing', ARRAY['a WITH =']) -> skipped missing_table
            create_exclude_constraint('y', 'booked', ARRAY['nope WITH =']) -> skipped missing_column
            create_exclude_constraint('y', 'booked', ARRAY['room WITH ='], schema => 'nowhere') -> skipped missing_schema
            create_exclude_constraint('y', 'booked', ARRAY['room WITH ='], postgresql_using => 'nothing') -> skipped missing_object
            "#,
        );
    }

    #[pg_test]
    fn drop_constraint_cases() {
        sandbox(TABLES);
        cases(
            r#"
            ! ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0), ADD CONSTRAINT u UNIQUE (b)
            drop_constraint('c', 't', 'unique') -> conflict wrong_kind | con('t', 'c') IS NOT NULL
            drop_constraint('c', 't', 'check') -> applied | con('t', 'c') IS NULL
            drop_constraint('c', 't') -> skipped already_absent
            drop_constraint('c', 't', 'foreignkey') -> skipped already_absent
            drop_constraint('u', 't', type_ => 'UNIQUE') -> applied | to_regclass('u') IS NULL
            drop_constraint('c', 'missing') -> skipped missing_table
            drop_constraint('t_pkey', 't', schema => 'nowhere') -> skipped missing_schema
            ! ALTER TABLE other ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES t, ADD CONSTRAINT inherited CHECK (a > 0)
            drop_constraint('t_pkey', 't') -> failed dependent_objects_still_exist | con('t', 't_pkey') IS NOT NULL
            drop_constraint('t_pkey', 't', 'primary', cascade => true)
                -> applied | con('t', 't_pkey') IS NULL AND con('other', 'f') IS NULL
            drop_constraint('inherited', 'child') -> failed invalid_table_definition
            "#,
        );
    }

    #[pg_test]
    fn rename_constraint_cases() {
        sandbox(TABLES);
        cases(
            r#"
            ! ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); ALTER TABLE other ADD CONSTRAINT inherited CHECK (a > 0)
            rename_constraint('t', 'c', 'd') -> applied | con('t', 'c') IS NULL AND con('t', 'd') = 'CHECK ((a > 0))'
            rename_constraint('t', 'c', 'd') -> skipped no_change
            rename_constraint('t', 't_pkey', 'd') -> conflict already_exists | con('t', 't_pkey') IS NOT NULL
            rename_constraint('t', 'nope', 'neither') -> skipped missing_constraint
            rename_constraint('missing', 'c', 'd') -> skipped missing_table
            rename_constraint('t', 'd', 'e', schema => 'nowhere') -> skipped missing_schema
            rename_constraint('child', 'inherited', 'x') -> failed invalid_table_definition
            "#,
        );
    }

    #[pg_test]
    fn validate_constraint_cases() {
        sandbox(TABLES);
        cases(
            r#"
            ! ALTER TABLE t ADD CONSTRAINT good CHECK (a > 0) NOT VALID, ADD CONSTRAINT bad CHECK (a > 7) NOT VALID
            validate_constraint('good', 't') -> applied | con('t', 'good') = 'CHECK ((a > 0))'
            validate_constraint('good', 't') -> skipped no_change
            validate_constraint('t_pkey', 't') -> skipped no_change
            validate_constraint('bad', 't') -> failed check_violation | con('t', 'bad') ~ 'NOT VALID'
            validate_constraint('nope', 't') -> skipped missing_constraint
            validate_constraint('good', 'missing') -> skipped missing_table
            validate_constraint('good', 't', schema => 'nowhere') -> skipped missing_schema
            "#,
        );
    }
}
