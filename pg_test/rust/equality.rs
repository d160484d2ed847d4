//! When an existing column equals the one asked for: equal to the server, not to the eye.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    /// Each line: a column as CREATE TABLE defines it ~ arguments of add_column after its name ~ `=`, or how the two
    /// differ, the existing one first.
    fn compare(table: &str) {
        sandbox(
            "CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TYPE mood AS ENUM ('sad', 'ok')",
        );
        for (number, line) in lines(table).into_iter().enumerate() {
            let [column, arguments, expected] =
                line.split(" ~ ").map(str::trim).collect::<Vec<_>>()[..]
            else {
                panic!("not a case: {line}");
            };
            let name = format!("t{number}");
            run(&format!("CREATE TABLE {name} (a int, x {column})"));
            let before = catalog();
            let outcome = outcome(&format!("add_column('{name}', 'x', {arguments})"));
            let (verdict_wanted, differences_wanted) = if expected == "=" {
                ("skipped already_exists", "")
            } else {
                ("conflict differs", expected)
            };
            assert_eq!(verdict(&outcome), verdict_wanted, "{line}\n{outcome:#}");
            assert_eq!(differences(&outcome), differences_wanted, "{line}");
            assert_eq!(catalog(), before, "{line}");
        }
    }

    #[pg_test]
    fn equal_types() {
        compare(
            r#"
            int ~ 'int' ~ =
            int ~ 'int4' ~ =
            int ~ 'integer' ~ =
            int ~ 'INTEGER' ~ =
            int ~ 'pg_catalog.int4' ~ =
            int ~ 'bigint' ~ type: integer, bigint
            int ~ 'smallint' ~ type: integer, smallint
            float8 ~ 'double precision' ~ =
            float8 ~ 'float' ~ =
            real ~ 'float(10)' ~ =
            real ~ 'float(30)' ~ type: real, double precision
            bool ~ 'boolean' ~ =
            varchar(20) ~ 'character varying(20)' ~ =
            varchar(20) ~ 'character varying ( 20 )' ~ =
            varchar(20) ~ 'varchar(30)' ~ type: character varying(20), character varying(30)
            varchar(20) ~ 'varchar' ~ type: character varying(20), character varying
            varchar ~ 'text' ~ type: character varying, text
            char ~ 'character(1)' ~ =
            char(3) ~ 'bpchar' ~ type: character(3), bpchar
            numeric(10,2) ~ 'decimal(10, 2)' ~ =
            numeric(10,2) ~ 'numeric(10,3)' ~ type: numeric(10,2), numeric(10,3)
            numeric(10) ~ 'numeric(10,0)' ~ =
            numeric ~ 'numeric(10)' ~ type: numeric, numeric(10,0)
            timestamptz ~ 'timestamp with time zone' ~ =
            timestamptz(3) ~ 'timestamp(3) with time zone' ~ =
            timestamptz ~ 'timestamp' ~ type: timestamp with time zone, timestamp without time zone
            time ~ 'time without time zone' ~ =
            interval ~ 'interval day to second' ~ type: interval, interval day to second
            bit(3) ~ 'bit (3)' ~ =
            varbit ~ 'bit varying' ~ =
            int[] ~ 'integer[]' ~ =
            int[] ~ 'int ARRAY' ~ =
            int[] ~ 'int[3]' ~ =
            int[] ~ 'int' ~ type: integer[], integer
            text[] ~ 'varchar[]' ~ type: text[], character varying[]
            jsonb ~ 'json' ~ type: jsonb, json
            positive ~ 'positive' ~ =
            positive ~ 'int' ~ type: positive, integer
            mood ~ 'mood' ~ =
            mood ~ '"mood"' ~ =
            mood ~ 'text' ~ type: mood, text
            "#,
        );
    }

    #[pg_test]
    fn equal_collations_and_nullability() {
        compare(
            r#"
            text ~ 'text', collation => 'default' ~ =
            text COLLATE "C" ~ 'text', collation => 'C' ~ =
            text COLLATE "C" ~ 'text' ~ collation: C, default
            text ~ 'text', collation => 'C' ~ collation: default, C
            text COLLATE "C" ~ 'text', collation => 'POSIX' ~ collation: C, POSIX
            text[] COLLATE "C" ~ 'text[]' ~ collation: C, default
            int ~ 'int', nullable => true ~ =
            int NOT NULL ~ 'int', nullable => false ~ =
            int NOT NULL ~ 'int' ~ nullable: no, yes
            int ~ 'int', nullable => false ~ nullable: yes, no
            text NOT NULL ~ 'int' ~ type: text, integer; nullable: no, yes
            text COLLATE "C" NOT NULL ~ 'text' ~ collation: C, default; nullable: no, yes
            int PRIMARY KEY ~ 'int', nullable => false ~ =
            "#,
        );
    }

    #[pg_test]
    fn equal_defaults() {
        compare(
            r#"
            int DEFAULT 0 ~ 'int', server_default => '0' ~ =
            int DEFAULT 0 ~ 'int', server_default => '(0)' ~ =
            int DEFAULT 0 ~ 'int', server_default => ' ( ( 0 ) ) ' ~ =
            int DEFAULT 0 ~ 'int', server_default => '0::integer' ~ =
            int DEFAULT 0 ~ 'int', server_default => 'CAST(0 AS int)' ~ =
            int DEFAULT 0 ~ 'int', server_default => '0 -- none yet' ~ =
            int DEFAULT 0 ~ 'int', server_default => '1' ~ default: 0, 1
            int DEFAULT 0 ~ 'int' ~ default: 0, none
            int ~ 'int', server_default => '0' ~ default: none, 0
            int DEFAULT -1 ~ 'int', server_default => '-1' ~ =
            int DEFAULT -1 ~ 'int', server_default => '(-1)' ~ =
            int DEFAULT 1 + 2 ~ 'int', server_default => '(1)+(2)' ~ =
            int DEFAULT 1 + 2 ~ 'int', server_default => '3' ~ default: (1 + 2), 3
            int ~ 'int', server_default => 'NULL' ~ =
            int DEFAULT NULL ~ 'int' ~ =
            varchar(9) ~ 'varchar(9)', server_default => 'null::varchar' ~ =
            text DEFAULT 'x' ~ 'text', server_default => '''x''' ~ =
            text DEFAULT 'x' ~ 'text', server_default => '''x''::text' ~ =
            text DEFAULT 'x' ~ 'text', server_default => '''X''' ~ default: 'x'::text, 'X'::text
            text DEFAULT '' ~ 'text' ~ default: ''::text, none
            text DEFAULT 'it''s' ~ 'text', server_default => 'E''it\''s''' ~ =
            varchar(9) DEFAULT 'x' ~ 'varchar(9)', server_default => '''x''' ~ =
            varchar(9) DEFAULT 'x' ~ 'varchar(9)', server_default => '''x''::character varying' ~ =
            boolean DEFAULT true ~ 'boolean', server_default => 'TRUE' ~ =
            boolean DEFAULT true ~ 'boolean', server_default => '''t''::boolean' ~ =
            boolean DEFAULT true ~ 'boolean', server_default => 'false' ~ default: true, false
            timestamptz DEFAULT now() ~ 'timestamptz', server_default => 'now( )' ~ =
            timestamptz DEFAULT now() ~ 'timestamptz', server_default => 'pg_catalog.now()' ~ =
            timestamptz DEFAULT CURRENT_TIMESTAMP ~ 'timestamptz', server_default => 'current_timestamp' ~ =
            timestamptz DEFAULT now() ~ 'timestamptz' ~ default: now(), none
            interval DEFAULT '1 day' ~ 'interval', server_default => 'interval ''1 day''' ~ =
            jsonb DEFAULT '{}' ~ 'jsonb', server_default => '''{}''::jsonb' ~ =
            text[] DEFAULT '{}' ~ 'text[]', server_default => '''{}''' ~ =
            text[] DEFAULT ARRAY['a','b'] ~ 'text[]', server_default => 'array[''a'', ''b'']' ~ =
            uuid DEFAULT gen_random_uuid() ~ 'uuid', server_default => 'gen_random_uuid()' ~ =
            mood DEFAULT 'ok' ~ 'mood', server_default => '''ok''' ~ =
            mood DEFAULT 'ok' ~ 'mood', server_default => '''sad''' ~ default: 'ok'::mood, 'sad'::mood
            positive DEFAULT 1 ~ 'positive', server_default => '1' ~ =
            text DEFAULT upper('a' || 'b') ~ 'text', server_default => 'UPPER(''a''||''b'')' ~ =
            boolean DEFAULT ('p'::varchar IN ('p', 'q')) ~ 'boolean', server_default => '''p''::varchar in (''p'',''q'')' ~ =
            int NOT NULL DEFAULT 0 ~ 'bigint', server_default => '1' ~ type: integer, bigint; nullable: no, yes
            "#,
        );
    }

    #[pg_test]
    fn equal_generated_identity_and_serial() {
        compare(
            r#"
            serial ~ 'int', nullable => false ~ default: nextval('t0_x_seq'::regclass), none
            serial ~ 'int' ~ nullable: no, yes; default: nextval('t1_x_seq'::regclass), none
            int GENERATED ALWAYS AS (a * 2) STORED ~ 'int', computed => 'a * 2' ~ =
            int GENERATED ALWAYS AS (a * 2) STORED ~ 'int', computed => '(a*2)' ~ =
            int GENERATED ALWAYS AS (a * 2) STORED ~ 'int', computed => 'a * 3' ~ generated expression: (a * 2), (a * 3)
            int GENERATED ALWAYS AS (a * 2) STORED ~ 'int' ~ generated: stored, none
            int GENERATED ALWAYS AS (a * 2) STORED ~ 'int', server_default => '2' ~ generated: stored, none
            int ~ 'int', computed => 'a * 2' ~ generated: none, stored
            int DEFAULT 2 ~ 'int', computed => 'a * 2' ~ generated: none, stored
            int GENERATED ALWAYS AS IDENTITY ~ 'int', identity => 'always' ~ =
            int GENERATED BY DEFAULT AS IDENTITY ~ 'int', identity => 'by default' ~ =
            int GENERATED BY DEFAULT AS IDENTITY ~ 'int', identity => 'ALWAYS' ~ identity: by default, always
            int GENERATED ALWAYS AS IDENTITY ~ 'int', nullable => false ~ identity: always, none
            int NOT NULL ~ 'int', identity => 'always' ~ identity: none, always
            int ~ 'int', identity => 'always' ~ nullable: yes, no; identity: none, always
            bigint GENERATED ALWAYS AS IDENTITY ~ 'int', identity => 'always' ~ type: bigint, integer
            serial ~ 'serial' ~ =
            serial ~ 'serial4' ~ =
            bigserial ~ 'bigserial' ~ =
            smallserial ~ 'serial' ~ type: smallint, integer
            int NOT NULL ~ 'serial' ~ default: none, nextval(…)
            "#,
        );
    }

    #[cfg(any(feature = "pg18", feature = "pg19"))]
    #[pg_test]
    fn a_virtual_column_is_not_a_stored_one() {
        compare(
            "int GENERATED ALWAYS AS (a * 2) VIRTUAL ~ 'int', computed => 'a * 2' ~ generated: virtual, stored",
        );
    }

    /// The same rules decide what ALTER COLUMN has to do.
    #[pg_test]
    fn altering_to_what_already_is() {
        sandbox(
            "CREATE TABLE t (a int, b varchar(9) DEFAULT 'x', c numeric(10,2) DEFAULT 1, d text COLLATE \"C\", e int NOT NULL)",
        );
        cases(
            r#"
            alter_column('t', 'a', type => 'integer') -> skipped no_change
            alter_column('t', 'a', server_default => 'NULL') -> skipped no_change
            alter_column('t', 'a', server_default => '0') -> applied | col('t', 'a') = 'integer DEFAULT 0'
            alter_column('t', 'a', server_default => 'NULL') -> applied | col('t', 'a') = 'integer'
            alter_column('t', 'b', type => 'character varying(9)') -> skipped no_change
            alter_column('t', 'b', server_default => '(''x'')') -> skipped no_change
            alter_column('t', 'b', server_default => '''y''') -> applied | col('t', 'b') ~ 'DEFAULT ''y'''
            alter_column('t', 'c', type => 'decimal(10,2)') -> skipped no_change
            alter_column('t', 'c', type => 'numeric(10,3)') -> applied | col('t', 'c') ~ 'numeric\(10,3\) DEFAULT 1'
            alter_column('t', 'd', type => 'text', collation => 'C') -> skipped no_change
            alter_column('t', 'd', type => 'text') -> applied | col('t', 'd') = 'text'
            alter_column('t', 'e', nullable => false, type => 'int4', drop_default => true) -> skipped no_change
            "#,
        );
    }
}
