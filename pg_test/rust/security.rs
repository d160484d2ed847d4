//! Row-level security, and what a role without privileges meets.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    #[pg_test]
    fn row_level_security() {
        sandbox(TABLES);
        let flags = "(SELECT (relrowsecurity, relforcerowsecurity)::text FROM pg_class WHERE oid = 't'::regclass)";
        run(&format!(
            "CREATE FUNCTION flags() RETURNS text STABLE LANGUAGE sql AS $$ SELECT {flags} $$"
        ));
        cases(
            r#"
            enable_row_level_security('t') -> applied | flags() = '(t,f)'
            enable_row_level_security('t') -> skipped no_change
            enable_row_level_security('t', force => true) -> applied | flags() = '(t,t)'
            enable_row_level_security('t', force => true) -> skipped no_change
            disable_row_level_security('t') -> applied | flags() = '(f,t)'
            disable_row_level_security('t') -> skipped no_change
            enable_row_level_security('missing') -> skipped missing_table
            enable_row_level_security('missing', force => true) -> skipped missing_table
            enable_row_level_security('t', schema => 'nowhere') -> skipped missing_schema
            enable_row_level_security('m') -> conflict wrong_kind
            disable_row_level_security('missing') -> skipped missing_table
            disable_row_level_security('t', schema => 'nowhere') -> skipped missing_schema
            "#,
        );
    }

    #[pg_test]
    fn policies() {
        sandbox(TABLES);
        run("CREATE ROLE guarded_tests_policy;
             CREATE FUNCTION pol(name text) RETURNS text STABLE LANGUAGE sql AS $$
                 SELECT concat_ws(' ', polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid),
                                  pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE polname = name AND polrelid = to_regclass('t') $$");
        cases(
            r#"
            create_policy('p', 't') -> applied | pol('p') = '* t {-}'
            create_policy('p', 't') -> skipped already_exists
            create_policy('p', 't', 'SELECT') -> conflict differs
            create_policy('p', 't', permissive => false) -> conflict differs
            create_policy('p', 't', roles => ARRAY['guarded_tests_policy']) -> conflict differs
            create_policy('p', 't', using_expression => 'a > 0') -> conflict differs | pol('p') = '* t {-}'
            create_policy('q', 't', 'update', ARRAY['guarded_tests_policy', 'current_user'], 'a > 0', 'a > 1', false)
                -> applied | pol('q') LIKE 'w f {guarded_tests_policy,%} (a > 0) (a > 1)'
            create_policy('q', 't', 'UPDATE', ARRAY['current_user', 'guarded_tests_policy'], '(a>0)', '( a>1 )', false)
                -> skipped already_exists
            create_policy('q', 't', 'UPDATE', ARRAY['current_user', 'guarded_tests_policy'], '(a>0)', 'a > 2', false)
                -> conflict differs
            create_policy('x', 'missing') -> skipped missing_table
            create_policy('x', 't', schema => 'nowhere') -> skipped missing_schema
            create_policy('x', 't', roles => ARRAY['no_such_role']) -> skipped missing_role
            create_policy('x', 't', using_expression => 'nope > 0') -> skipped missing_column
            create_policy('x', 't', 'INSERT', using_expression => 'a > 0') -> failed syntax_error
            create_policy('x', 't', using_expression => 'a + 1') -> failed datatype_mismatch
            create_policy('x', 'v') -> conflict wrong_kind
            drop_policy('p', 't') -> applied | pol('p') IS NULL
            drop_policy('p', 't') -> skipped already_absent
            drop_policy('p', 'missing') -> skipped already_absent
            drop_policy('q', 't', schema => 'nowhere') -> skipped already_absent | pol('q') IS NOT NULL
            "#,
        );
    }

    /// Nothing here belongs to the role; each of its calls is a failure of that statement only.
    #[pg_test]
    fn without_privileges_each_statement_fails_alone() {
        sandbox(TABLES);
        run("ALTER TABLE other ADD CONSTRAINT later CHECK (a > 0) NOT VALID; CREATE POLICY p ON t;
             COMMENT ON TABLE t IS 'kept'; ALTER TABLE parent ENABLE ROW LEVEL SECURITY;
             CREATE ROLE guarded_tests_nobody; GRANT INSERT ON log TO guarded_tests_nobody");
        run(&format!(
            "GRANT USAGE ON SCHEMA sandbox_{} TO guarded_tests_nobody",
            std::process::id()
        ));
        run("SET LOCAL ROLE guarded_tests_nobody");
        cases(
            r#"
            add_column('t', 'x', 'int') -> failed insufficient_privilege
            add_column('t', 'x', 'int', comment => 'said') -> failed insufficient_privilege
            drop_column('t', 'a') -> failed insufficient_privilege
            alter_column('t', 'a', type => 'bigint', comment => 'said') -> failed insufficient_privilege
            rename_column('t', 'a', 'z') -> failed insufficient_privilege
            create_table('n', ARRAY['id int']) -> failed insufficient_privilege
            drop_table('parent') -> failed insufficient_privilege
            rename_table('t', 'n') -> failed insufficient_privilege
            create_table_comment('t', 'said') -> failed insufficient_privilege
            drop_table_comment('t') -> failed insufficient_privilege
            create_index('i', 't', ARRAY['a']) -> failed insufficient_privilege
            drop_index('other_a') -> failed insufficient_privilege
            rename_index('other_a', 'n') -> failed insufficient_privilege
            create_unique_constraint('u', 't', ARRAY['b']) -> failed insufficient_privilege
            create_primary_key('p', 'other', ARRAY['id']) -> failed insufficient_privilege
            create_check_constraint('c', 't', 'a > 0') -> failed insufficient_privilege
            create_foreign_key('f', 'other', 't', ARRAY['a'], ARRAY['id']) -> failed insufficient_privilege
            create_exclude_constraint('x', 't', ARRAY['a WITH =']) -> failed insufficient_privilege
            drop_constraint('t_pkey', 't') -> failed insufficient_privilege
            rename_constraint('t', 't_pkey', 'n') -> failed insufficient_privilege
            validate_constraint('later', 'other') -> failed insufficient_privilege
            enable_row_level_security('t') -> failed insufficient_privilege
            disable_row_level_security('parent') -> failed insufficient_privilege
            create_policy('n', 't') -> failed insufficient_privilege
            drop_policy('p', 't') -> failed insufficient_privilege
            create_schema('guarded_tests_n') -> failed insufficient_privilege
            drop_schema('guarded') -> failed insufficient_privilege
            create_enum('n', ARRAY['a']) -> failed insufficient_privilege
            add_enum_value('mood', 'n') -> failed insufficient_privilege
            drop_type('mood') -> failed insufficient_privilege
            create_sequence('n') -> failed insufficient_privilege
            drop_sequence('s') -> failed insufficient_privilege
            create_extension('pageinspect') -> failed insufficient_privilege
            "#,
        );
    }
}
