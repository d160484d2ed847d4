//! Every text argument of every function meets values made to break out of their place.
//!
//! The functions and their arguments are read from the catalog: a new one is tested without being listed here, as long as
//! its arguments have names known below.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    const VICTIMS: &str = "
        CREATE TABLE canary (id int PRIMARY KEY, secret text);
        INSERT INTO canary VALUES (1, 'first'), (2, 'second');
        CREATE TABLE victim_parent (id int PRIMARY KEY);
        CREATE TABLE victim (a int, b text, secret text);
        COMMENT ON TABLE victim IS 'said';
        ALTER TABLE victim_parent ENABLE ROW LEVEL SECURITY;
        CREATE INDEX victim_b ON victim (b);
        CREATE POLICY victim_policy ON victim;
        CREATE TYPE victim_enum AS ENUM ('one');
        CREATE SEQUENCE victim_sequence;
        ALTER TABLE victim ADD CONSTRAINT victim_check CHECK (a > 0) NOT VALID;
        CREATE TABLE known (oid oid);
        INSERT INTO known SELECT oid FROM pg_class;
        CREATE FUNCTION canary() RETURNS text STABLE LANGUAGE sql AS $$
            SELECT md5(concat(
                (SELECT string_agg(c::text, ',' ORDER BY id) FROM canary c),
                (SELECT (relname, relowner, relacl, relrowsecurity, relpersistence)::text FROM pg_class WHERE oid = 'canary'::regclass),
                (SELECT string_agg((attname, atttypid, atttypmod, attnotnull, atthasdef, attisdropped, attacl)::text, ',' ORDER BY attnum)
                 FROM pg_attribute WHERE attrelid = 'canary'::regclass),
                (SELECT count(*) FROM pg_depend WHERE refobjid = 'canary'::regclass)))
        $$;
        -- What was done beyond the call: NULL when nothing was. New names must be among those given.
        CREATE FUNCTION harm(undamaged text, victim oid, given text[]) RETURNS text STABLE LANGUAGE sql AS $$
            SELECT string_agg(what, '; ') FROM (
                SELECT 'the canary' WHERE to_regclass('canary') IS NULL OR canary() <> undamaged
                UNION ALL SELECT 'the victim lost its secret'
                    WHERE EXISTS (SELECT FROM pg_class WHERE oid = victim)
                    AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = victim AND attname = 'secret')
                UNION ALL SELECT 'new: ' || relname FROM pg_class
                    WHERE relnamespace <> 'pg_toast'::regnamespace AND oid NOT IN (SELECT oid FROM known)
                    AND relname::text <> ALL (given) AND array_position(given, NULL) IS NULL
                UNION ALL SELECT 'several relations' FROM pg_class
                    WHERE relnamespace <> 'pg_toast'::regnamespace AND oid NOT IN (SELECT oid FROM known) HAVING count(*) > 1
                UNION ALL SELECT 'named: ' || name FROM (
                    SELECT relname FROM pg_class WHERE oid >= 16384
                    UNION ALL SELECT attname FROM pg_attribute WHERE attrelid >= 16384
                    UNION ALL SELECT conname FROM pg_constraint WHERE oid >= 16384
                    UNION ALL SELECT typname FROM pg_type WHERE oid >= 16384 AND typelem = 0
                    UNION ALL SELECT proname FROM pg_proc WHERE oid >= 16384
                    UNION ALL SELECT nspname FROM pg_namespace
                    UNION ALL SELECT polname FROM pg_policy
                    UNION ALL SELECT enumlabel FROM pg_enum
                    UNION ALL SELECT rolname FROM pg_roles) names (name)
                    WHERE name LIKE '%pwned%' AND name::text <> ALL (given)) harm (what)
        $$;
    ";

    /// A text to pass, and whether it can be no single type, expression, element or parameter.
    struct Hostile {
        text: String,
        is_several: bool,
    }

    fn hostile() -> Vec<Hostile> {
        let several = [
            "x'; DROP TABLE canary; --",
            "x\"; DROP TABLE canary; --",
            "x\" int); DROP TABLE canary; CREATE TABLE pwned (a int, \"b",
            "int, DROP COLUMN secret",
            "int, ADD COLUMN pwned int",
            "int; DROP TABLE canary",
            "1; UPDATE canary SET secret = NULL",
            "a); DROP TABLE canary; --",
            "true), ADD COLUMN pwned int CHECK (true",
            "true) NOT VALID, ADD CONSTRAINT pwned CHECK (true",
            "a) INCLUDE (b",
            "a)) WHERE ((true",
            "(a",
            "a)",
            ")(",
            "a[1",
            "a]",
            "(a]",
            "a'",
            "a\"b",
            "a\\",
            "--",
            "/* a */",
            "a /* DROP",
            "$x$ DROP TABLE canary",
            "DISTINCT a",
            "a AS pwned",
            "a FROM canary",
            "a WHERE true",
            "a GROUP BY a",
            "a ORDER BY 1",
            "a LIMIT 1",
            "a FOR UPDATE",
            "a UNION SELECT secret FROM canary",
            "a INTO pwned",
            "*",
            " ",
            "\n\t",
        ];
        let single = [
            "int -- DROP",
            "int /* ; */",
            "int NOT NULL",
            "int CONSTRAINT pwned CHECK (true)",
            "int DEFAULT 1 REFERENCES canary",
            "a pwned",
            "(SELECT secret FROM canary LIMIT 1)",
            "$$; DROP TABLE canary; $$",
            "'\\'; DROP TABLE canary; --'",
            "'\\', pwned int DEFAULT '1'",
            "E'\\'; DROP TABLE canary; --'",
            "U&\"\\0070wned\"",
            "U&'pwned' UESCAPE '!'",
            "user",
            "TABLE",
            "NULL",
            "a.b",
            "nowhere.pwned",
            "\"Quoted name\"",
            "$1",
            "%I %s",
            "größe",
            "表",
            "\u{202e}\u{200b}😀",
            "\u{a0}",
        ];
        let fitting =
            ["n".repeat(63), format!("{}x", "ä".repeat(31)), "'".repeat(63), "\\".repeat(63)];
        let make = |is_several: bool| move |text: &str| Hostile { text: text.into(), is_several };
        let mut all: Vec<Hostile> = several.into_iter().map(make(true)).collect();
        all.extend(single.into_iter().map(make(false)));
        all.extend(fitting.iter().map(String::as_str).map(make(false)));
        all.extend(
            [String::new(), "n".repeat(64), "ä".repeat(32), "'".repeat(200)]
                .iter()
                .map(String::as_str)
                .map(make(false)),
        );
        all
    }

    /// What an argument is, which decides what it may be.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Kind {
        /// Taken as it is: any text of 1 to 63 bytes.
        Name,
        /// A piece of SQL.
        Fragment,
        /// A name or a piece of SQL: an element of an index.
        Element,
        /// One of a few words.
        Word,
        /// Any text.
        Literal,
        /// Operator classes by column.
        Classes,
        /// SQL statements.
        Script,
        /// Only compared with what is there.
        Looked,
        /// Part of a spec, or of what is to be in one.
        Spec,
    }

    struct Argument {
        function: String,
        name: String,
        is_array: bool,
        is_required: bool,
        kind: Kind,
    }

    const ARGUMENTS: &str = "
        SELECT p.proname::text, a.name, a.type::regtype::text, a.number <= p.pronargs - p.pronargdefaults,
               p.prorettype = 'boolean'::regtype
        FROM pg_extension e JOIN pg_depend d ON (d.refobjid, d.deptype) = (e.oid, 'e')
        JOIN pg_proc p ON (p.oid, d.classid) = (d.objid, 'pg_proc'::regclass),
        unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) WITH ORDINALITY a (name, type, number)
        WHERE e.extname = 'guarded_ddl' AND p.pronamespace = 'guarded'::regnamespace ORDER BY p.proname, a.number";

    /// The functions that take specs, or make them.
    const SPECS: [&str; 6] = ["check", "diff", "repair", "repair_script", "require", "snapshot"];

    /// All arguments of all functions that carry text.
    fn arguments() -> Vec<Argument> {
        let rows = Spi::connect(|client| {
            let rows = client.select(ARGUMENTS, None, &[])?;
            rows.map(|row| {
                Ok((
                    row.get::<String>(1)?,
                    row.get::<String>(2)?,
                    row.get::<String>(3)?,
                    row.get(4)?,
                    row.get(5)?,
                ))
            })
            .collect::<Result<Vec<_>, spi::SpiError>>()
        });
        let mut arguments = Vec::new();
        for (function, name, type_name, is_required, looks) in rows.expect("the catalog") {
            let (function, name) = (function.unwrap_or_default(), name.unwrap_or_default());
            let is_array = type_name.as_deref() == Some("text[]");
            let kind = match type_name.as_deref() {
                Some("text" | "text[]") if looks == Some(true) => Kind::Looked,
                _ if SPECS.contains(&function.as_str()) => match name.as_str() {
                    "format" => Kind::Word,
                    "message" | "revision" | "down_revision" | "migration_id" => Kind::Literal,
                    "grants" | "exact" => continue,
                    _ => Kind::Spec,
                },
                Some("text" | "text[]") => kind(&function, &name),
                Some("jsonb") => Kind::Classes,
                _ => continue,
            };
            arguments.push(Argument {
                function,
                name,
                is_array,
                is_required: is_required == Some(true),
                kind,
            });
        }
        arguments
    }

    fn kind(function: &str, argument: &str) -> Kind {
        match (function, argument) {
            ("create_index", "columns") => Kind::Element,
            ("replay", _) => Kind::Looked,
            ("alter_column", "postgresql_using") | ("change_type", "using") => Kind::Fragment,
            (_, "script") => Kind::Script,
            (_, "comment" | "before" | "after") => Kind::Literal,
            (
                _,
                "identity" | "onupdate" | "ondelete" | "initially" | "match" | "command" | "type_",
            ) => Kind::Word,
            (
                _,
                "type" | "server_default" | "computed" | "condition" | "using_expression"
                | "with_check",
            ) => Kind::Fragment,
            (
                _,
                "definitions"
                | "elements"
                | "postgresql_where"
                | "postgresql_with"
                | "postgresql_partition_by",
            ) => Kind::Fragment,
            (
                _,
                "schema" | "source_schema" | "referent_schema" | "owner" | "collation" | "version"
                | "value",
            ) => Kind::Name,
            (
                _,
                "source_table" | "referent_table" | "columns" | "local_cols" | "remote_cols"
                | "labels" | "roles",
            ) => Kind::Name,
            (
                _,
                "postgresql_using"
                | "postgresql_tablespace"
                | "postgresql_include"
                | "postgresql_inherits",
            ) => Kind::Name,
            (_, name) if name.ends_with("_name") => Kind::Name,
            _ => panic!("injection.rs has to know what kind of text {argument} of {function} is"),
        }
    }

    /// A value with which the function has something to do.
    fn sensible(function: &str, argument: &str) -> String {
        let creates = function.starts_with("create_");
        let value = match argument {
            "table_name" if function == "create_table" => "'fresh'",
            "column_name" if function == "add_column" => "'fresh'",
            "table_name" if function == "disable_row_level_security" => "'victim_parent'",
            "table_name" | "old_table_name" | "source_table" | "view_name" => "'victim'",
            "referent_table" => "'victim_parent'",
            "schema_name" if creates => return format!("'fresh_{}'", std::process::id()),
            "schema_name" => return format!("'victims_{}'", std::process::id()),
            "extension_name" => "'autoinc'",
            "index_name" | "constraint_name" | "policy_name" | "type_name" | "sequence_name"
                if creates =>
            {
                "'fresh'"
            }
            "index_name" | "old_index_name" => "'victim_b'",
            "constraint_name" => "'victim_check'",
            "policy_name" => "'victim_policy'",
            "type_name" => "'victim_enum'",
            "sequence_name" => "'victim_sequence'",
            "new_column_name" | "new_table_name" | "new_index_name" | "new_constraint_name" => {
                "'fresh'"
            }
            "trigger_name" | "function_name" | "value" => "'fresh'",
            "column_name" => "'a'",
            "columns" | "column_names" | "local_cols" => "ARRAY['a']",
            "remote_cols" => "ARRAY['id']",
            "type" => "'bigint'",
            "comment" => "'said again'",
            "condition" => "'a > 0'",
            "labels" => "ARRAY['one']",
            "definitions" => "ARRAY['a int']",
            "elements" => "ARRAY['a WITH =']",
            "script" => "'SELECT 1'",
            "spec" => "'{\"victim\": [\"a\"]}'",
            _ => panic!("injection.rs has to know a sensible value for {argument} of {function}"),
        };
        value.into()
    }

    /// The call of a function with one argument replaced.
    fn call(all: &[Argument], function: &str, replaced: &str, value: &str) -> String {
        let mut given = vec![format!("\"{replaced}\" => {value}")];
        let of_function = all
            .iter()
            .filter(|argument| argument.function == function && argument.name != replaced);
        for argument in of_function {
            // Without a type alter_column has nothing to do, or refuses what belongs to a type.
            let is_given = argument.is_required
                || (function, argument.name.as_str()) == ("alter_column", "type");
            if is_given {
                given.push(format!(
                    "\"{}\" => {}",
                    argument.name,
                    sensible(function, &argument.name)
                ));
            }
        }
        format!("SELECT to_jsonb(answer) FROM guarded.{function}({}) answer", given.join(", "))
    }

    /// How a call must end.
    enum Expectation {
        /// With one of these errors.
        Raises(&'static [&'static str]),
        /// With one of these errors, or with an outcome.
        MayRaise(&'static [&'static str]),
    }
    use Expectation::{MayRaise, Raises};

    fn expectation(argument: &Argument, value: &Hostile) -> Expectation {
        match (argument.kind, value.text.len()) {
            (Kind::Looked, _) => MayRaise(&[]),
            (Kind::Script, _) => MayRaise(&["42601"]),
            (Kind::Spec, _) => MayRaise(&["22023", "55000"]),
            (Kind::Literal, _) if argument.function == "require" => MayRaise(&["22004"]),
            (Kind::Literal, 0) if argument.is_required => Raises(&["22023"]),
            (Kind::Literal, _) => MayRaise(&[]),
            (_, 0) | (Kind::Word, _) => Raises(&["22023"]),
            (Kind::Name, 64..) => Raises(&["42622"]),
            (Kind::Name, _) => MayRaise(&[]),
            (Kind::Element, 64..) if value.text.chars().all(char::is_alphanumeric) => {
                Raises(&["42622"])
            }
            (Kind::Classes, _) => MayRaise(&["22023", "42622"]),
            (Kind::Fragment | Kind::Element, _) if value.is_several => Raises(&["22023", "42601"]),
            (Kind::Fragment | Kind::Element, _) => MayRaise(&["22023", "42601"]),
        }
    }

    fn expectation_of_null(argument: &Argument) -> Expectation {
        match (argument.function.as_str(), argument.name.as_str()) {
            // Then there is nothing to change.
            ("alter_column", "type") => Raises(&["22023"]),
            // {"a": null}
            (_, "postgresql_ops") => Raises(&["22023"]),
            (function, _) if SPECS.contains(&function) => MayRaise(&["22004", "22023"]),
            _ if !argument.is_required
                || argument.kind == Kind::Looked
                || may_be_null(argument) =>
            {
                MayRaise(&[])
            }
            _ => Raises(&["22004"]),
        }
    }

    /// Without a name the server chooses one.
    fn may_be_null(argument: &Argument) -> bool {
        argument.function.starts_with("create_")
            && matches!(argument.name.as_str(), "index_name" | "constraint_name")
    }

    /// The value in the argument's place, as SQL with `$1[1]` for the text.
    fn placed(argument: &Argument) -> &'static str {
        match argument.kind {
            Kind::Classes => "jsonb_build_object('a', $1[1])",
            Kind::Spec if !argument.is_array => "jsonb_build_object($1[1], '[]'::jsonb)",
            _ if argument.is_array => "ARRAY[$1[1]]",
            _ => "$1[1]",
        }
    }

    fn attack(all: &[Argument], argument: &Argument, value: Option<&Hostile>, harm: &str) {
        // A NULL array, not an array of NULL.
        let place = if value.is_none() && argument.is_array { "NULL" } else { placed(argument) };
        let query = call(all, &argument.function, &argument.name, place);
        let text = value.map(|value| value.text.as_str());
        let schema = format!("fresh_{}", std::process::id());
        let result = undone(&query, harm, &[text, Some("fresh"), Some("autoinc"), Some(&schema)]);
        let shown = format!("{query}\nwith {text:?}\n{result:#}");
        let code = result["sqlstate"].as_str();
        let expected = value
            .map_or_else(|| expectation_of_null(argument), |value| expectation(argument, value));
        match (code, expected) {
            (Some(code), Raises(codes) | MayRaise(codes)) => {
                assert!(codes.contains(&code), "{codes:?}, not {code}: {shown}")
            }
            (None, Raises(codes)) => panic!("{codes:?} should be raised: {shown}"),
            (None, MayRaise(_)) => assert!(result["seen"].is_null(), "harm done: {shown}"),
        }
        assert!(!word(&result["answer"], "sqlstate").starts_with("XX"), "{shown}");
    }

    fn attack_everything() {
        sandbox(VICTIMS);
        run(&format!("CREATE SCHEMA victims_{}", std::process::id()));
        let harm = format!(
            "SELECT to_jsonb(harm('{}', {}, $1))",
            text("SELECT canary()"),
            text("SELECT 'victim'::regclass::oid::text")
        );
        let (all, hostile) = (arguments(), hostile());
        assert!(all.len() > 150, "{} arguments", all.len());
        for argument in &all {
            for value in &hostile {
                attack(&all, argument, Some(value), &harm);
            }
            attack(&all, argument, None, &harm);
        }
    }

    #[pg_test]
    fn no_argument_can_leave_its_place() {
        attack_everything();
    }

    #[cfg(not(feature = "pg19"))]
    #[pg_test]
    fn nor_where_backslashes_escape() {
        run("SET LOCAL standard_conforming_strings = off; SET LOCAL escape_string_warning = off");
        attack_everything();
    }

    /// What makes the attacks worth something: with sensible arguments every function has something to do.
    #[pg_test]
    fn the_attacked_calls_are_sound() {
        sandbox(VICTIMS);
        run(&format!("CREATE SCHEMA victims_{}", std::process::id()));
        let all = arguments();
        let answers = |argument: &&Argument| !matches!(argument.kind, Kind::Looked | Kind::Spec);
        for argument in all.iter().filter(|argument| argument.is_required).filter(answers) {
            let query = call(
                &all,
                &argument.function,
                &argument.name,
                &sensible(&argument.function, &argument.name),
            );
            let result = undone(&query, "SELECT NULL::jsonb", &[]);
            assert_eq!(word(&result["answer"], "status"), "applied", "{query}\n{result:#}");
        }
    }

    #[pg_test]
    fn arrays_must_have_elements_that_are_not_null() {
        sandbox(VICTIMS);
        let all = arguments();
        // Nothing may be allowed, too.
        let has_elements = |argument: &&Argument| {
            argument.is_array && argument.kind != Kind::Looked && argument.name != "allow"
        };
        for argument in all.iter().filter(has_elements) {
            for (value, expected) in [
                ("'{}'", "22023"),
                ("ARRAY[NULL]", "22004"),
                ("ARRAY[NULL, 'a']", "22004"),
                ("ARRAY['', 'a']", "22023"),
            ] {
                let query = call(&all, &argument.function, &argument.name, value);
                assert_eq!(
                    word(&undone(&query, "SELECT NULL::jsonb", &[]), "sqlstate"),
                    expected,
                    "{query}"
                );
            }
        }
    }

    /// What would parse in the whole statement, but is more than the argument stands for.
    #[pg_test]
    fn more_than_the_argument_stands_for() {
        sandbox(VICTIMS);
        for call in [
            "add_column('victim', 'x', 'int NOT NULL')",
            "add_column('victim', 'x', 'int DEFAULT 1')",
            "add_column('victim', 'x', 'int UNIQUE')",
            "add_column('victim', 'x', 'int CONSTRAINT pwned CHECK (true)')",
            "add_column('victim', 'x', 'int REFERENCES canary')",
            "add_column('victim', 'x', 'text COLLATE \"C\"')",
            "add_column('victim', 'x', 'int GENERATED ALWAYS AS IDENTITY')",
            "add_column('victim', 'x', 'int', server_default => '1 NOT NULL')",
            "add_column('victim', 'x', 'int', server_default => '1 UNIQUE')",
            "add_column('victim', 'x', 'int', server_default => '1 CHECK (true)')",
            "add_column('victim', 'x', 'int', computed => 'a) VIRTUAL CHECK (true')",
            "alter_column('victim', 'a', type => 'int USING 1')",
            "alter_column('victim', 'a', type => 'int', postgresql_using => 'a, DROP COLUMN secret')",
            "alter_column('victim', 'a', server_default => '1, DROP COLUMN secret')",
            "create_check_constraint('x', 'victim', 'true) NO INHERIT NOT VALID CHECK (true')",
            "create_policy('x', 'victim', using_expression => 'true) WITH CHECK (true')",
            "create_index('x', 'victim', ARRAY['a'], postgresql_where => 'true; DROP TABLE canary')",
            "create_index('x', 'victim', ARRAY['a', 'b) WHERE (true'])",
            "create_index('x', 'victim', ARRAY['a'], postgresql_with => 'fillfactor = 10) TABLESPACE pg_default WHERE (true')",
            "create_exclude_constraint('x', 'victim', ARRAY['a WITH =, b WITH ='])",
            "create_exclude_constraint('x', 'victim', ARRAY['a WITH =) INCLUDE (b'])",
            "create_table('x', ARRAY['a int, b int'])",
            "create_table('x', ARRAY['a int) INHERITS (canary'])",
            "create_table('x', ARRAY['a int'], postgresql_partition_by => 'RANGE (a); DROP TABLE canary')",
            "create_table('x', ARRAY['a int'], postgresql_partition_by => 'RANGE (a) WITH (fillfactor = 10)')",
            "create_table('x', ARRAY['a int'], postgresql_partition_by => 'RANGE (a) TABLESPACE pg_default')",
            "create_table('x', ARRAY['a int'], postgresql_with => 'fillfactor = 10) ON COMMIT DROP TABLESPACE (x')",
            "create_sequence('x', type => 'int OWNED BY canary.id')",
            "create_sequence('x', type => 'int INCREMENT 5')",
        ] {
            let code = sqlstate(&format!("SELECT guarded.{call}"));
            assert!(
                matches!(code.as_deref(), Some("22023" | "42601" | "22004")),
                "{code:?} {call}"
            );
        }
    }

    /// Nor does a comment to the end of the line reach what comes after the argument.
    #[pg_test]
    fn comments_end_with_their_argument() {
        sandbox(VICTIMS);
        cases(
            r#"
            add_column('victim', 'x', 'int -- DROP', nullable => false, server_default => '1 -- one', comment => '-- said')
                -> applied | col('victim', 'x') = 'integer NOT NULL DEFAULT 1' AND said('victim', 'x') = '-- said'
            add_column('victim', 'y', 'text', collation => 'C -- D') -> skipped missing_object
            create_check_constraint('c', 'victim', 'a > 0 -- always', postgresql_not_valid => true)
                -> applied | con('victim', 'c') = 'CHECK ((a > 0)) NOT VALID'
            create_index('i', 'victim', ARRAY['lower(b) -- first', 'a DESC -- second'], postgresql_where => 'a > 0 --')
                -> applied | idx('i') = ' btree (lower(b), a DESC) WHERE (a > 0)'
            create_table('n', ARRAY['a int --', 'b int -- last']) -> applied | col('n', 'b') = 'integer'
            alter_column('victim', 'a', type => 'bigint -- DROP', postgresql_using => 'a + 1 -- one')
                -> applied | col('victim', 'a') = 'bigint'
            create_sequence('s', type => 'int --', increment => 5)
                -> applied | (SELECT seqincrement = 5 FROM pg_sequence WHERE seqrelid = 's'::regclass)
            create_policy('p', 'victim', using_expression => 'true -- yes', with_check => 'a > 0')
                -> applied | (SELECT polwithcheck IS NOT NULL FROM pg_policy WHERE polname = 'p' AND polrelid = 'victim'::regclass)
            "#,
        );
    }

    /// A new function has to be used by the tests of its family too.
    #[pg_test]
    fn every_function_has_its_cases() {
        let tests = concat!(
            include_str!("columns.rs"),
            include_str!("tables.rs"),
            include_str!("indexes.rs"),
            include_str!("constraints.rs"),
            include_str!("security.rs"),
            include_str!("others.rs"),
            include_str!("exists.rs"),
            include_str!("journal.rs"),
            include_str!("spec.rs"),
            include_str!("retype.rs"),
        );
        for argument in arguments().iter().filter(|argument| argument.kind != Kind::Script) {
            assert!(
                [' ', '.', '"']
                    .iter()
                    .any(|before| tests.contains(&format!("{before}{}(", argument.function))),
                "no case for {}",
                argument.function
            );
        }
    }
}
