//! change_type: which columns it finds, and each way it can end.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    const WEB: &str = "
        CREATE TABLE a (id int PRIMARY KEY, x int, self int REFERENCES a, UNIQUE (x, id));
        CREATE TABLE b (x int, a int, other int, FOREIGN KEY (x, a) REFERENCES a (x, id) MATCH FULL);
        CREATE TABLE c (id int PRIMARY KEY REFERENCES a ON DELETE CASCADE, alone int);
        CREATE TABLE d (c int REFERENCES c NOT DEFERRABLE, free int);
        INSERT INTO a VALUES (1, 10, NULL), (2, 20, 1);
        INSERT INTO b VALUES (10, 1, 7);
        INSERT INTO c VALUES (2, 8);
        INSERT INTO d VALUES (2, 9);";

    /// The columns of a type, in the schema of the test.
    fn typed(name: &str) -> String {
        text(&format!(
            "SELECT coalesce(string_agg(c.relname || '.' || a.attname, ' ' ORDER BY c.relname, a.attnum), '')
             FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
               AND format_type(a.atttypid, a.atttypmod) = '{name}'"
        ))
    }

    fn changed(call: &str) -> String {
        verdict(&outcome(call))
    }

    #[pg_test]
    fn columns_are_tied_place_by_place() {
        sandbox(WEB);
        assert_eq!(changed("change_type('d', 'c', 'bigint')"), "applied");
        assert_eq!(typed("bigint"), "a.id a.self b.a c.id d.c");
        // The other place of the composite key is a web of its own.
        assert_eq!(changed("change_type('b', 'x', 'bigint')"), "applied");
        assert_eq!(typed("bigint"), "a.id a.x a.self b.x b.a c.id d.c");
        assert_eq!(typed("integer"), "b.other c.alone d.free");
        assert_eq!(text("SELECT string_agg(a::text, ' ' ORDER BY id) FROM a"), "(1,10,) (2,20,1)");
    }

    #[pg_test(
        error = "insert or update on table \"d\" violates foreign key constraint \"d_c_fkey\""
    )]
    fn foreign_keys_hold_again() {
        sandbox(WEB);
        assert_eq!(changed("change_type('a', 'id', 'text', '$1 || ''!''')"), "applied");
        assert_eq!(text("SELECT c FROM d"), "2!");
        run("INSERT INTO d VALUES ('3!')");
    }

    #[pg_test]
    fn each_table_is_changed_by_one_statement() {
        sandbox(WEB);
        let outcome = outcome("change_type('a', 'self', 'bigint')");
        let steps = outcome["steps"].as_array().cloned().unwrap_or_default();
        let conversions = steps.iter().map(|step| word(step, "ddl"));
        let conversions: Vec<&str> = conversions.filter(|ddl| ddl.contains(" TYPE ")).collect();
        assert_eq!(conversions.len(), 4, "{conversions:?}");
        assert!(
            conversions[0].contains("ALTER COLUMN id TYPE bigint, ALTER COLUMN self TYPE bigint")
        );
    }

    #[pg_test]
    fn what_already_has_the_type_stays() {
        sandbox(WEB);
        run(
            "ALTER TABLE d DROP CONSTRAINT d_c_fkey, ALTER c TYPE bigint, ADD FOREIGN KEY (c) REFERENCES c",
        );
        let node = "SELECT relfilenode::text FROM pg_class WHERE oid = 'd'::regclass";
        let before = text(node);
        assert_eq!(changed("change_type('a', 'id', 'bigint')"), "applied");
        assert_eq!(text(node), before);
        assert_eq!(changed("change_type('a', 'id', 'bigint')"), "skipped no_change");
    }

    #[pg_test]
    fn collations_and_sizes_count() {
        sandbox(
            "CREATE TABLE t (a varchar(10) PRIMARY KEY DEFAULT 'x', b varchar(10) REFERENCES t)",
        );
        assert_eq!(changed("change_type('t', 'b', 'varchar(10)')"), "skipped no_change");
        assert_eq!(changed("change_type('t', 'b', 'varchar(12)', collation => 'C')"), "applied");
        assert_eq!(
            changed("change_type('t', 'b', 'varchar(12)', collation => 'C')"),
            "skipped no_change"
        );
        assert_eq!(changed("change_type('t', 'b', 'varchar(12)')"), "applied");
        assert_eq!(typed("character varying(12)"), "t.a t.b");
        assert_eq!(
            text(
                "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 't'::regclass"
            ),
            "'x'::character varying"
        );
        assert_eq!(
            changed("change_type('t', 'b', 'varchar(12)', collation => 'nowhere')"),
            "skipped missing_object"
        );
    }

    #[pg_test]
    fn the_expression_means_what_it_means_to_the_caller() {
        sandbox(WEB);
        run(
            "CREATE FUNCTION doubled(n int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT 2::bigint * n'",
        );
        assert_eq!(changed("change_type('a', 'id', 'bigint', 'doubled($1)')"), "applied");
        assert_eq!(text("SELECT string_agg(id::text, ' ' ORDER BY id) FROM a"), "2 4");
        assert_eq!(text("SELECT c::text FROM d"), "4");
        assert_eq!(
            changed("change_type('a', 'id', 'int', 'no_such_function($1)')"),
            "failed undefined_function"
        );
    }

    #[pg_test]
    fn comparisons_of_uuids_cast_nothing() {
        sandbox(
            "CREATE TABLE t (id varchar(36) PRIMARY KEY, parent varchar(36) REFERENCES t);
             CREATE VIEW v AS SELECT id FROM t WHERE id = parent AND id <> '00000000-0000-0000-0000-000000000001';",
        );
        assert_eq!(changed("change_type('t', 'id', 'uuid', '$1::uuid')"), "applied");
        let definition = text("SELECT pg_get_viewdef('v'::regclass)");
        assert!(!definition.contains("::text"), "{definition}");
    }
}
