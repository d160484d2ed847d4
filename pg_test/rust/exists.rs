//! The functions that look whether something is there.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    const OBJECTS: &str = "
        CREATE TABLE t (id int PRIMARY KEY, \"Name\" text, gone int, CONSTRAINT c CHECK (id > 0));
        ALTER TABLE t DROP COLUMN gone;
        CREATE TABLE split (id int) PARTITION BY RANGE (id);
        CREATE TABLE part PARTITION OF split DEFAULT;
        CREATE INDEX split_id ON split (id);
        CREATE INDEX t_name ON t (\"Name\");
        CREATE VIEW v AS SELECT id FROM t;
        CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
        CREATE SEQUENCE s;
        CREATE TYPE mood AS ENUM ('ok');
        CREATE TYPE pair AS (x int, y int);
        CREATE DOMAIN positive AS int;
        CREATE TYPE span AS RANGE (subtype = int);
        CREATE POLICY p ON t;
        CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE PROCEDURE p(varchar) LANGUAGE sql AS '';
        CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int);
        CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f();
        CREATE TABLE \"%\" (\"%\" int);
        CREATE FOREIGN DATA WRAPPER guarded_tests; CREATE SERVER guarded_tests FOREIGN DATA WRAPPER guarded_tests;
        CREATE FOREIGN TABLE foreign_t (id int) SERVER guarded_tests;
        CREATE TEMP TABLE fleeting (id int);
    ";

    /// Each line: t, f or NULL, then the calls that answer so.
    fn answers(table: &str) {
        for line in lines(table) {
            let (expected, call) = line.split_once(' ').unwrap_or((line, ""));
            let found: Option<bool> = one(&format!("SELECT guarded.{}", call.trim()));
            let found = found.map_or("NULL", |found| if found { "t" } else { "f" });
            assert_eq!(found, expected, "{call}");
        }
    }

    #[pg_test]
    fn relations_of_the_right_kind() {
        sandbox(OBJECTS);
        answers(
            r#"
            t table_exists('t')
            t table_exists('split')
            t table_exists('part')
            t table_exists('foreign_t')
            t table_exists('fleeting')
            t table_exists('fleeting', 'pg_temp')
            t table_exists('%')
            t table_exists('pg_class')
            t table_exists('pg_class', 'pg_catalog')
            f table_exists('v')
            f table_exists('m')
            f table_exists('s')
            f table_exists('t_pkey')
            f table_exists('pair')
            f table_exists('T')
            f table_exists('"t"')
            f table_exists('t; DROP TABLE t')
            f table_exists('missing')
            f table_exists('t', 'pg_catalog')
            f table_exists('t', 'nowhere')
            f table_exists('')
            f table_exists('t', '')
            t view_exists('v')
            f view_exists('m')
            f view_exists('t')
            f view_exists('v', 'nowhere')
            t sequence_exists('s')
            f sequence_exists('t')
            f sequence_exists('s', 'nowhere')
            t index_exists('t_name')
            t index_exists('t_pkey')
            t index_exists('split_id')
            t index_exists('t_name', 't')
            f index_exists('t_name', 'split')
            f index_exists('t_name', 'missing')
            f index_exists('t')
            f index_exists('t_name', schema => 'nowhere')
            "#,
        );
    }

    #[pg_test]
    fn parts_of_relations() {
        sandbox(OBJECTS);
        answers(
            r#"
            t column_exists('t', 'id')
            t column_exists('t', 'Name')
            t column_exists('v', 'id')
            t column_exists('m', 'id')
            t column_exists('%', '%')
            f column_exists('t', 'name')
            f column_exists('t', 'gone')
            f column_exists('t', '........pg.dropped.3........')
            f column_exists('t', 'ctid')
            f column_exists('missing', 'id')
            f column_exists('t', 'id', 'nowhere')
            t columns_exist('t', ARRAY['id', 'Name'])
            f columns_exist('t', ARRAY['id', 'gone'])
            f columns_exist('missing', ARRAY['id'])
            t columns_exist('t', '{}')
            t constraint_exists('c', 't')
            t constraint_exists('t_pkey', 't')
            f constraint_exists('c', 'split')
            f constraint_exists('c', 'missing')
            f constraint_exists('c', 't', 'nowhere')
            t policy_exists('p', 't')
            f policy_exists('p', 'split')
            f policy_exists('p', 'missing')
            f policy_exists('p', 't', 'nowhere')
            t trigger_exists('g', 't')
            f trigger_exists('g', 'split')
            f trigger_exists('g', 'missing')
            f trigger_exists('g', 't', 'nowhere')
            "#,
        );
    }

    #[pg_test]
    fn objects_that_are_no_relations() {
        sandbox(OBJECTS);
        answers(
            r#"
            t schema_exists('pg_catalog')
            t schema_exists('guarded')
            f schema_exists('nowhere')
            f schema_exists('')
            t type_exists('mood')
            t type_exists('pair')
            t type_exists('positive')
            t type_exists('span')
            t type_exists('int4')
            t type_exists('int4', 'pg_catalog')
            f type_exists('mood', 'pg_catalog')
            f type_exists('mood', 'nowhere')
            f type_exists('no_such_type')
            t function_exists('f')
            t function_exists('f', '{}')
            t function_exists('f', ARRAY['int', 'text'])
            t function_exists('f', ARRAY['integer', 'pg_catalog.text'])
            f function_exists('f', ARRAY['text', 'int'])
            f function_exists('f', ARRAY['int'])
            f function_exists('f', ARRAY['no_such_type'])
            f function_exists('f', ARRAY['int; DROP TABLE t'])
            t function_exists('p', ARRAY['character varying(9)'])
            t function_exists('total', ARRAY['int'])
            t function_exists('lower')
            t function_exists('lower', ARRAY['text'], 'pg_catalog')
            f function_exists('f', schema => 'pg_catalog')
            f function_exists('f', schema => 'nowhere')
            f function_exists('no_such_function')
            t extension_exists('guarded_ddl')
            f extension_exists('no_such_extension')
            "#,
        );
    }

    #[pg_test]
    fn null_asks_about_nothing() {
        sandbox(OBJECTS);
        answers(
            r#"
            NULL table_exists(NULL)
            NULL view_exists(NULL)
            NULL sequence_exists(NULL)
            NULL index_exists(NULL)
            NULL schema_exists(NULL)
            NULL extension_exists(NULL)
            NULL type_exists(NULL)
            NULL function_exists(NULL)
            NULL function_exists('f', ARRAY['int', NULL])
            NULL column_exists('t', NULL)
            NULL column_exists(NULL, 'id')
            NULL columns_exist('t', NULL)
            NULL columns_exist('t', ARRAY['id', NULL])
            NULL constraint_exists(NULL, 't')
            NULL constraint_exists('c', NULL)
            NULL policy_exists('p', NULL)
            NULL trigger_exists(NULL, 't')
            t table_exists('t', NULL)
            "#,
        );
    }

    #[pg_test]
    fn search_path_decides_where_no_schema_is_given() {
        sandbox(OBJECTS);
        let schema = text("SELECT current_schema()::text");
        run("SET LOCAL search_path = pg_catalog");
        answers(&format!(
            "f table_exists('t')
             t table_exists('t', '{schema}')
             f column_exists('t', 'id')
             t column_exists('t', 'id', '{schema}')
             f type_exists('mood')
             t type_exists('mood', '{schema}')
             f function_exists('total')
             t function_exists('total', ARRAY['int'], '{schema}')
             t index_exists('t_name', 't', '{schema}')
             t constraint_exists('c', 't', '{schema}')
             t policy_exists('p', 't', '{schema}')
             t trigger_exists('g', 't', '{schema}')
             t view_exists('v', '{schema}')
             t sequence_exists('s', '{schema}')
             t columns_exist('t', ARRAY['id'], '{schema}')"
        ));
    }

    /// A name of 64 bytes is no other than itself, though PostgreSQL would cut it.
    #[pg_test]
    fn longer_names_are_not_cut() {
        let longest = "n".repeat(63);
        sandbox(&format!("CREATE TABLE {longest} ({longest} int)"));
        answers(&format!(
            "t table_exists('{longest}')
             f table_exists('{longest}n')
             t column_exists('{longest}', '{longest}')
             f column_exists('{longest}', '{longest}n')
             f schema_exists('{longest}n')
             f function_exists('{longest}n')
             f constraint_exists('{longest}n', '{longest}')
             f policy_exists('{longest}n', '{longest}')
             f trigger_exists('{longest}n', '{longest}')
             f extension_exists('{longest}n')"
        ));
    }

    /// No privilege is needed to ask.
    #[pg_test]
    fn without_privileges() {
        sandbox(OBJECTS);
        let schema = text("SELECT current_schema()::text");
        run("CREATE ROLE guarded_tests_asker; SET LOCAL ROLE guarded_tests_asker");
        answers(&format!(
            "t table_exists('t', '{schema}')
             t column_exists('t', 'id', '{schema}')
             t schema_exists('{schema}')
             f table_exists('missing', '{schema}')"
        ));
    }
}
