//! The functions for schemas, types, sequences and extensions: what each does, and each way it can end.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    #[pg_test]
    fn schemas() {
        sandbox("CREATE ROLE guarded_tests_owner");
        cases(
            r#"
            create_schema('guarded_tests_a') -> applied | to_regnamespace('guarded_tests_a') IS NOT NULL
            create_schema('guarded_tests_a') -> skipped already_exists
            create_schema('guarded_tests_a', owner => 'guarded_tests_owner') -> conflict differs
            create_schema('guarded_tests_b', owner => 'guarded_tests_owner')
                -> applied | (SELECT nspowner = 'guarded_tests_owner'::regrole FROM pg_namespace WHERE nspname = 'guarded_tests_b')
            create_schema('guarded_tests_b', owner => 'guarded_tests_owner') -> skipped already_exists
            create_schema('guarded_tests_c', owner => 'no_such_role') -> skipped missing_role
            create_schema('pg_mine') -> failed reserved_name
            drop_schema('guarded_tests_b') -> applied | to_regnamespace('guarded_tests_b') IS NULL
            drop_schema('guarded_tests_b') -> skipped already_absent
            ! CREATE TABLE guarded_tests_a.t (id int)
            drop_schema('guarded_tests_a') -> failed dependent_objects_still_exist | to_regnamespace('guarded_tests_a') IS NOT NULL
            drop_schema('guarded_tests_a', cascade => true) -> applied | to_regnamespace('guarded_tests_a') IS NULL
            "#,
        );
    }

    #[pg_test]
    fn enums() {
        sandbox(TABLES);
        run("CREATE FUNCTION labels(name text) RETURNS text STABLE LANGUAGE sql AS $$
                 SELECT string_agg(enumlabel, ' ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = to_regtype(name) $$");
        cases(
            r#"
            create_enum('e', ARRAY['one', 'it''s', 'drei']) -> applied | labels('e') = 'one it''s drei'
            create_enum('e', ARRAY['one', 'it''s', 'drei']) -> skipped already_exists
            create_enum('e', ARRAY['one', 'drei']) -> conflict differs
            create_enum('e', ARRAY['it''s', 'one', 'drei']) -> conflict differs
            create_enum('positive', ARRAY['one']) -> conflict wrong_kind
            create_enum('t', ARRAY['one']) -> conflict wrong_kind
            create_enum('x', ARRAY['one'], schema => 'nowhere') -> skipped missing_schema
            add_enum_value('e', 'last') -> applied | labels('e') = 'one it''s drei last'
            add_enum_value('e', 'last') -> skipped already_exists
            add_enum_value('e', 'zero', before => 'one') -> applied | labels('e') = 'zero one it''s drei last'
            add_enum_value('e', 'half', after => 'zero') -> applied | labels('e') = 'zero half one it''s drei last'
            add_enum_value('e', 'x', before => 'nope') -> failed invalid_parameter_value
            add_enum_value('no_such_type', 'x') -> skipped missing_type
            add_enum_value('e', 'x', schema => 'nowhere') -> skipped missing_schema
            add_enum_value('positive', 'x') -> conflict wrong_kind
            "#,
        );
        assert_eq!(
            sqlstate("SELECT guarded.add_enum_value('e', 'x', before => 'one', after => 'zero')")
                .as_deref(),
            Some("22023")
        );
    }

    #[pg_test]
    fn dropping_types() {
        sandbox(TABLES);
        cases(
            r#"
            drop_type('pair') -> applied | to_regtype('pair') IS NULL
            drop_type('pair') -> skipped already_absent
            drop_type('pair', schema => 'nowhere') -> skipped already_absent
            ! ALTER TABLE t ADD feeling mood
            drop_type('mood') -> failed dependent_objects_still_exist | col('t', 'feeling') = 'mood'
            drop_type('mood', cascade => true) -> applied | col('t', 'feeling') IS NULL AND to_regtype('mood') IS NULL
            drop_type('t') -> failed dependent_objects_still_exist
            "#,
        );
    }

    #[pg_test]
    fn sequences() {
        sandbox(TABLES);
        run("CREATE FUNCTION seq(name text) RETURNS text STABLE LANGUAGE sql AS $$
                 SELECT concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle)
                 FROM pg_sequence WHERE seqrelid = to_regclass(name) $$");
        cases(
            r#"
            create_sequence('n') -> applied | seq('n') = 'bigint 1 1 1 9223372036854775807 1 f'
            create_sequence('n') -> skipped already_exists
            create_sequence('n', "start" => 1, minvalue => 1, cycle => false) -> skipped already_exists
            create_sequence('n', type => 'int') -> conflict differs
            create_sequence('n', cache => 10) -> conflict differs
            create_sequence('n', cycle => true) -> conflict differs
            create_sequence('down', 'integer', -2, -100, 100, 50, 5, true) -> applied | seq('down') = 'integer 50 -2 -100 100 5 t'
            create_sequence('down', 'int', -2, -100, 100, 50, 5, true) -> skipped already_exists
            create_sequence('down', 'int', -2, -100, 100, 51, 5, true) -> conflict differs
            create_sequence('down', 'int', 2, -100, 100, 50, 5, true) -> conflict differs
            create_sequence('t') -> conflict wrong_kind
            create_sequence('x', schema => 'nowhere') -> skipped missing_schema
            create_sequence('x', increment => 0) -> failed invalid_parameter_value | to_regclass('x') IS NULL
            create_sequence('x', type => 'text') -> failed invalid_parameter_value
            create_sequence('x', type => 'no_such_type') -> skipped missing_object
            drop_sequence('n') -> applied | to_regclass('n') IS NULL
            drop_sequence('n') -> skipped already_absent
            drop_sequence('s', schema => 'nowhere') -> skipped already_absent
            drop_sequence('t') -> conflict wrong_kind | to_regclass('t') IS NOT NULL
            ! ALTER TABLE t ALTER a SET DEFAULT nextval('s')
            drop_sequence('s') -> failed dependent_objects_still_exist | to_regclass('s') IS NOT NULL
            drop_sequence('s', cascade => true) -> applied | to_regclass('s') IS NULL AND col('t', 'a') = 'integer'
            "#,
        );
    }

    #[pg_test]
    fn extensions() {
        sandbox("");
        cases(
            r#"
            create_extension('plpgsql') -> skipped already_exists
            create_extension('plpgsql', schema => 'pg_catalog') -> skipped already_exists
            create_extension('plpgsql', version => '0.1') -> conflict differs
            create_extension('pageinspect', schema => 'nowhere') -> skipped missing_schema
            create_extension('pageinspect', version => 'none') -> failed invalid_parameter_value
            create_extension('pageinspect')
                -> applied | EXISTS (SELECT FROM pg_extension WHERE extname = 'pageinspect' AND extnamespace = current_schema()::regnamespace)
            create_extension('pageinspect') -> skipped already_exists
            create_extension('earthdistance') -> skipped missing_object
            create_extension('earthdistance', cascade => true)
                -> applied | (SELECT count(*) = 2 FROM pg_extension WHERE extname IN ('cube', 'earthdistance'))
            "#,
        );
        #[cfg(not(feature = "pg14"))]
        cases("create_extension('no_such_extension') -> failed feature_not_supported");
    }
}
