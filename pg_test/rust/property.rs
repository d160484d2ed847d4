//! Whatever the names and the pieces of SQL are: the text composed is one statement about exactly those names.
//!
//! PROPTEST_CASES, read when compiling because the server does not inherit the environment, says how many cases are tried.
//! The same ones are tried each time.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::pg::tree::model::{
        Action, ColumnDef, ConstraintDef, ConstraintKind, Definition, ObjectName, Relation,
        RoleName,
    };
    use crate::statement::{compose, object_of, parse};
    use crate::tests::support::*;
    use pgrx::prelude::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    use serde_json::Value;
    use std::cell::Cell;

    /// Tries as many cases as asked for. A case answers whether it came as far as it can: that has to be more than a few.
    fn check<S: Strategy>(strategy: S, test: impl Fn(S::Value) -> Result<bool, TestCaseError>) {
        let cases =
            option_env!("PROPTEST_CASES").and_then(|cases| cases.parse().ok()).unwrap_or(256);
        // Names that a test has to leave out are rare, but there are more of them the more cases there are.
        let config = Config {
            cases,
            max_global_rejects: cases,
            failure_persistence: None,
            ..Config::default()
        };
        let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let worthy = Cell::new(0);
        let result = TestRunner::new_with_rng(config, random).run(&strategy, |value| {
            worthy.set(worthy.get() + u32::from(test(value)?));
            Ok(())
        });
        if let Err(failure) = result {
            panic!("{failure}");
        }
        assert!(worthy.get() * 8 > cases, "{} of {cases} cases were worth something", worthy.get());
    }

    /// One line of a text.
    fn one_of(choices: &'static str) -> impl Strategy<Value = &'static str> + Clone {
        select(lines(choices))
    }

    // ---- names ------------------------------------------------------------------------------

    /// A name of 1 to 63 bytes: quotes, brackets, blanks, keywords, any character but NUL.
    fn name() -> impl Strategy<Value = String> {
        let character = prop_oneof![
            4 => proptest::char::range(' ', '~').boxed(),
            3 => select("'\"\\$;-/*.,()[]: \t\n%_".chars().collect::<Vec<_>>()).boxed(),
            1 => any::<char>().prop_filter("NUL", |c| *c != '\0').boxed(),
        ];
        let any_text = vec(character, 1..64).prop_map(|characters| {
            let mut name: String = characters.into_iter().collect();
            while name.len() > 63 {
                name.pop();
            }
            name
        });
        let keyword = select(vec![
            "select",
            "table",
            "user",
            "Order",
            "null",
            "column",
            "constraint",
            "int",
            "default",
            "public",
        ]);
        prop_oneof![8 => any_text, 1 => keyword.prop_map(str::to_string)]
    }

    fn names() -> impl Strategy<Value = [String; 4]> {
        let all = [name(), name(), name(), name()];
        all.prop_filter("all different", |names| (1..4).all(|n| !names[..n].contains(&names[n])))
    }

    /// All names an action mentions, in order.
    fn mentioned(action: &Action) -> Vec<String> {
        let of = |relation: &Relation| {
            let mut names: Vec<String> = relation.schema.iter().cloned().collect();
            names.push(relation.name.clone());
            names
        };
        let about = |object: &ObjectName| match &object.relation {
            Some(relation) => [of(relation), vec![object.name.clone()]].concat(),
            None => of(&object.as_relation()),
        };
        let with = |mut names: Vec<String>, more: &[&String]| {
            names.extend(more.iter().map(|name| (*name).clone()));
            names
        };
        match action {
            Action::AddColumn { table, column } => with(of(table), &[&column.name]),
            Action::DropColumn { table, column } | Action::AlterColumn { table, column, .. } => {
                with(of(table), &[column])
            }
            Action::AddConstraint { table, constraint } => {
                let mut names = with(of(table), &constraint.name.iter().collect::<Vec<_>>());
                names.extend(constraint.columns.iter().chain(&constraint.including).cloned());
                if let Some(references) = &constraint.references {
                    names.extend(of(&references.table));
                    names.extend(references.columns.iter().cloned());
                }
                names
            }
            Action::DropConstraint { table, name } | Action::ValidateConstraint { table, name } => {
                with(of(table), &[name])
            }
            Action::AlterTable { table, .. } => of(table),
            Action::Maintain { table, columns, index } => {
                [of(table), columns.clone(), index.iter().cloned().collect()].concat()
            }
            Action::CreateTable(table) => {
                [of(&table.table), table.parents.iter().flat_map(of).collect()].concat()
            }
            Action::CreateIndex(index) => {
                let name: Vec<String> = index.name.iter().cloned().collect();
                [name, of(&index.table), index.shape.including.clone()].concat()
            }
            Action::CreateStatistics(statistics) => {
                statistics.name.iter().flat_map(of).chain(of(&statistics.table)).collect()
            }
            Action::Create { object, definition, .. } => match definition {
                Definition::Schema { owner: Some(RoleName::Named(owner)), .. } => {
                    with(about(object), &[owner])
                }
                Definition::Extension { schema, version } => {
                    with(about(object), &schema.iter().chain(version).collect::<Vec<_>>())
                }
                Definition::Enum(labels) => [about(object), labels.clone()].concat(),
                Definition::Policy(policy) => {
                    let roles = policy.roles.iter().filter_map(|role| match role {
                        RoleName::Named(name) => Some(name),
                        _ => None,
                    });
                    with(about(object), &roles.collect::<Vec<_>>())
                }
                _ => about(object),
            },
            Action::Drop { object } | Action::Alter { object, .. } => about(object),
            Action::Rename { object, new_name } => with(about(object), &[new_name]),
            Action::Comment { object, comment } => {
                with(about(object), &comment.iter().collect::<Vec<_>>())
            }
            Action::AddEnumValue { object, value } => with(about(object), &[value]),
            Action::AddDomainCheck { domain, check } => {
                with(about(domain), &check.name.iter().collect::<Vec<_>>())
            }
            Action::RenameEnumValue { object, old, new } => with(about(object), &[old, new]),
            Action::Other => Vec::new(),
        }
    }

    /// Calls with names only, and which of `$1[1]` … `$1[4]` their statement mentions, in order.
    const CALLS: &[(&str, &[usize])] = &[
        ("add_column($1[1], $1[2], 'int', schema => $1[3])", &[3, 1, 2]),
        ("drop_column($1[1], $1[2], true, $1[3])", &[3, 1, 2]),
        ("alter_column($1[1], $1[2], nullable => false, schema => $1[3])", &[3, 1, 2]),
        ("alter_column($1[1], $1[2], new_column_name => $1[4], schema => $1[3])", &[3, 1, 2, 4]),
        ("alter_column($1[1], $1[2], comment => $1[4], schema => $1[3])", &[3, 1, 2, 4]),
        ("rename_column($1[1], $1[2], $1[3], $1[4])", &[4, 1, 2, 3]),
        (
            "create_table($1[1], ARRAY['id int'], postgresql_inherits => ARRAY[$1[2], $1[4]], schema => $1[3])",
            &[3, 1, 2, 4],
        ),
        ("drop_table($1[1], schema => $1[2])", &[2, 1]),
        ("rename_table($1[1], $1[2], $1[3])", &[3, 1, 2]),
        ("create_table_comment($1[1], $1[2], $1[3])", &[3, 1, 2]),
        ("drop_table_comment($1[1], $1[2])", &[2, 1]),
        (
            "create_index($1[1], $1[2], ARRAY['id'], postgresql_include => ARRAY[$1[4]], schema => $1[3])",
            &[1, 3, 2, 4],
        ),
        ("drop_index($1[1], schema => $1[2])", &[2, 1]),
        ("rename_index($1[1], $1[2], $1[3])", &[3, 1, 2]),
        ("create_unique_constraint($1[1], $1[2], ARRAY[$1[3], $1[4]])", &[2, 1, 3, 4]),
        (
            "create_primary_key($1[1], $1[2], ARRAY[$1[3]], postgresql_include => ARRAY[$1[4]])",
            &[2, 1, 3, 4],
        ),
        ("create_foreign_key($1[1], $1[2], $1[3], ARRAY[$1[4]], ARRAY[$1[1]])", &[2, 1, 4, 3, 1]),
        ("create_check_constraint($1[1], $1[2], 'true', schema => $1[3])", &[3, 2, 1]),
        (
            "create_exclude_constraint($1[1], $1[2], ARRAY['id WITH ='], schema => $1[3])",
            &[3, 2, 1],
        ),
        ("drop_constraint($1[1], $1[2], schema => $1[3])", &[3, 2, 1]),
        ("rename_constraint($1[1], $1[2], $1[3], $1[4])", &[4, 1, 2, 3]),
        ("validate_constraint($1[1], $1[2], $1[3])", &[3, 2, 1]),
        ("enable_row_level_security($1[1], schema => $1[2])", &[2, 1]),
        ("disable_row_level_security($1[1], $1[2])", &[2, 1]),
        ("drop_policy($1[1], $1[2], $1[3])", &[3, 2, 1]),
        ("create_schema($1[1])", &[1]),
        ("drop_schema($1[1])", &[1]),
        ("create_enum($1[1], ARRAY[$1[2], $1[3]], $1[4])", &[4, 1, 2, 3]),
        ("add_enum_value($1[1], $1[2], before => $1[4], schema => $1[3])", &[3, 1, 2]),
        ("drop_type($1[1], schema => $1[2])", &[2, 1]),
        ("create_sequence($1[1], schema => $1[2])", &[2, 1]),
        ("drop_sequence($1[1], schema => $1[2])", &[2, 1]),
        ("create_extension($1[1], $1[2], $1[3])", &[1, 2, 3]),
    ];

    const NOTHING: &str = "SELECT NULL::jsonb";

    #[pg_test]
    fn composed_statements_name_exactly_the_names_given() {
        sandbox("SET LOCAL guarded.dry_run = on");
        check((select(CALLS), names()), |((call, order), names)| {
            let values: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
            let result = undone(&format!("SELECT guarded.{call}"), NOTHING, &values);
            prop_assert!(result["sqlstate"].is_null(), "{call} {names:?} {result}");
            let ddl = word(&result["answer"], "ddl");
            let statements = parse::script(ddl).unwrap_or_default();
            prop_assert_eq!(statements.len(), 1, "{}", ddl);
            prop_assert_eq!(statements[0].command.actions.len(), 1, "{}", ddl);
            let expected: Vec<&String> = order.iter().map(|place| &names[place - 1]).collect();
            let mentioned = mentioned(&statements[0].command.actions[0]);
            prop_assert_eq!(mentioned.iter().collect::<Vec<_>>(), expected, "{}", ddl);
            Ok(true)
        });
    }

    /// Roles are words or names: `public` is no role's name.
    #[pg_test]
    fn composed_policies_name_exactly_the_names_given() {
        sandbox("SET LOCAL guarded.dry_run = on");
        check(names(), |names| {
            prop_assume!(!names.iter().any(|name| name == "public"));
            let values: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
            let result = undone(
                "SELECT guarded.create_policy($1[1], $1[2], roles => ARRAY[$1[3], $1[4]])",
                NOTHING,
                &values,
            );
            let ddl = word(&result["answer"], "ddl");
            let statements = parse::script(ddl).unwrap_or_default();
            prop_assert_eq!(statements.len(), 1, "{}", result);
            let mentioned = mentioned(&statements[0].command.actions[0]);
            prop_assert_eq!(
                mentioned,
                [1, 0, 2, 3].map(|place: usize| names[place].clone()),
                "{}",
                ddl
            );
            Ok(true)
        });
    }

    /// Every outcome of a session of work under these names, and what the catalog then holds under them.
    const WORK: &str = "SELECT jsonb_build_array(
            guarded.create_table($1[1], ARRAY['id int'], comment => $1[2]),
            guarded.add_column($1[1], $1[2], 'int', comment => $1[3]),
            guarded.create_unique_constraint($1[3], $1[1], ARRAY['id', $1[2]]),
            guarded.create_policy($1[4], $1[1], using_expression => 'id > 0'),
            guarded.create_enum($1[4], ARRAY[$1[1], $1[2]]),
            guarded.add_enum_value($1[4], $1[3], after => $1[1]),
            guarded.create_sequence($1[2]),
            guarded.create_index($1[4], $1[1], ARRAY['id']),
            guarded.rename_constraint($1[1], $1[3], $1[1] || 's'))";
    const SEEN: &str = "SELECT jsonb_build_array(
            (SELECT relkind FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname::text = $1[1]),
            (SELECT relkind FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname::text = $1[2]),
            (SELECT relkind FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname::text = $1[4]),
            (SELECT string_agg(attname, '') FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
             WHERE relnamespace = current_schema()::regnamespace AND relname::text = $1[1] AND attnum = 2) = $1[2],
            (SELECT string_agg(enumlabel, '' ORDER BY enumsortorder) FROM pg_enum JOIN pg_type t ON t.oid = enumtypid
             WHERE typname::text = $1[4]) = $1[1] || $1[3] || $1[2],
            (SELECT conname::text FROM pg_constraint c WHERE connamespace = current_schema()::regnamespace AND contype = 'u') = $1[1] || 's',
            (SELECT count(*) FROM pg_policy JOIN pg_class c ON c.oid = polrelid
             WHERE relnamespace = current_schema()::regnamespace AND polname::text = $1[4]),
            (SELECT count(*) FROM pg_description WHERE description IN ($1[2], $1[3]) AND objoid >= 16384))";

    #[pg_test]
    fn what_is_created_has_exactly_the_name_given() {
        sandbox("");
        // Room for one letter more; PostgreSQL has its own columns, and id is ours.
        let taken = ["id", "ctid", "xmin", "cmin", "xmax", "cmax", "tableoid"];
        let fits = move |names: &[String; 4]| {
            names[0].len() < 63 && !names.iter().any(|name| taken.contains(&name.as_str()))
        };
        check(names().prop_filter("no other name", fits), |names| {
            let values: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
            let result = undone(WORK, SEEN, &values);
            let outcomes = result["answer"].as_array().cloned().unwrap_or_default();
            for outcome in &outcomes {
                prop_assert_eq!(word(outcome, "status"), "applied", "{:#}", outcome);
            }
            let expected: Value = serde_json::json!(["r", "S", "i", true, true, true, 1, 2]);
            prop_assert_eq!(&result["seen"], &expected, "{:#}", result);
            Ok(true)
        });
    }

    // ---- pieces of SQL ----------------------------------------------------------------------

    /// Each is right for one argument or another.
    const FITTING: &str = "int
        numeric(10, 2)
        timestamp(3) with time zone
        text[]
        a > 0
        a IN (1, 2) -- or 3
        lower(b)
        lower(b) COLLATE \"C\" DESC NULLS LAST
        now()
        'x, y'
        $$ ; $$
        (1 + 2)
        CASE WHEN a > 0 THEN 1 END
        ARRAY[1, 2]
        (SELECT max(a) FROM victim)
        a
        a WITH =
        int4range(a, a) WITH &&
        RANGE (a, lower(b))
        fillfactor = 70, autovacuum_enabled = off
        a int
        b text NOT NULL DEFAULT 'p; q'
        CHECK (a > 0)";

    const TOKENS: &str = "int text numeric(10,2) varchar ( ) [ ] , ; -- /* */ ' \" $$ $x$ a b nope canary DROP COLUMN ADD CONSTRAINT
        CHECK DEFAULT NOT NULL VALID TABLE IS = > + - * :: 1 'x' E'\\' \\ COLLATE \"C\" USING WITH WHERE INCLUDE IN (1,2) AND
        SELECT FROM AS DISTINCT CASE WHEN THEN END now() RANGE (a) DESC ASC NULLS FIRST LIKE PRIMARY KEY REFERENCES SETOF
        fillfactor=10 GENERATED ALWAYS IDENTITY TO public FOR ALL INHERITS PARTITION BY ORDER UNION DEFERRABLE int4range
        text_pattern_ops lower(b) %TYPE victim.a Ä U&'\\0061' B'1' 1e9 .. := @ # ? & | ^";

    /// Something that fits, something more than that, something like SQL, or nothing like it.
    fn fragment() -> impl Strategy<Value = String> {
        let tokens: Vec<&str> = TOKENS.split_whitespace().collect();
        let anything = any::<String>().prop_map(|text| text.replace('\0', " "));
        let token = prop_oneof![6 => select(tokens).prop_map(str::to_string), 1 => anything];
        let separator = select(vec![" ", " ", " ", "", "\n"]);
        let soup =
            (vec(token, 0..9), separator).prop_map(|(tokens, separator)| tokens.join(separator));
        prop_oneof![
            3 => one_of(FITTING).prop_map(str::to_string),
            2 => (one_of(FITTING), soup.clone()).prop_map(|(fitting, more)| format!("{fitting} {more}")),
            2 => soup,
        ]
    }

    fn is_plain(column: &ColumnDef) -> bool {
        column.name == "fresh"
            && column.constraints.is_empty()
            && column.identity.is_none()
            && column.collation.is_none()
    }

    fn is_int(column: &ColumnDef) -> bool {
        let of_type = column.type_name.as_ref().map(|name| name.names.join("."));
        of_type.as_deref() == Some("pg_catalog.int4") && !column.not_null
    }

    fn is_new(constraint: &ConstraintDef, kind: ConstraintKind) -> bool {
        let flags = [
            constraint.deferrable,
            constraint.deferred,
            constraint.not_valid,
            constraint.no_inherit,
            constraint.not_enforced,
        ];
        constraint.name.as_deref() == Some("fresh")
            && constraint.kind == kind
            && flags == [false; 5]
    }

    fn is_on_victim(table: &Relation) -> bool {
        *table == Relation { schema: None, name: "victim".into() }
    }

    /// Whether an action is what was called for, with nothing added to it.
    type Intended = fn(&Action) -> bool;

    const PLACES: &[(&str, Intended)] = &[
        ("add_column('victim', 'fresh', $1[1])", |action| match action {
            Action::AddColumn { table, column } => {
                is_on_victim(table)
                    && is_plain(column)
                    && column.default.is_none()
                    && column.generated.is_none()
            }
            _ => false,
        }),
        ("add_column('victim', 'fresh', 'int', server_default => $1[1])", |action| match action {
            Action::AddColumn { table, column } => {
                is_on_victim(table)
                    && is_plain(column)
                    && is_int(column)
                    && column.default.is_some()
                    && column.generated.is_none()
            }
            _ => false,
        }),
        ("add_column('victim', 'fresh', 'int', computed => $1[1])", |action| match action {
            Action::AddColumn { table, column } => {
                is_on_victim(table)
                    && is_plain(column)
                    && is_int(column)
                    && column.default.is_none()
                    && column.generated.is_some()
            }
            _ => false,
        }),
        ("alter_column('victim', 'a', type => $1[1])", is_alter),
        ("alter_column('victim', 'a', type => 'int', postgresql_using => $1[1])", is_alter),
        ("alter_column('victim', 'a', server_default => $1[1])", is_alter),
        ("create_check_constraint('fresh', 'victim', $1[1])", |action| match action {
            Action::AddConstraint { table, constraint } => {
                is_on_victim(table) && is_new(constraint, ConstraintKind::Check)
            }
            _ => false,
        }),
        ("create_exclude_constraint('fresh', 'victim', ARRAY[$1[1]])", |action| match action {
            Action::AddConstraint { table, constraint } => {
                is_on_victim(table) && is_new(constraint, ConstraintKind::Exclude)
            }
            _ => false,
        }),
        ("create_policy('fresh', 'victim', using_expression => $1[1])", |action| {
            is_policy(action, (true, false))
        }),
        ("create_policy('fresh', 'victim', with_check => $1[1])", |action| {
            is_policy(action, (false, true))
        }),
        ("create_index('fresh', 'victim', ARRAY[$1[1]])", |action| {
            is_index(action, (false, false))
        }),
        ("create_index('fresh', 'victim', ARRAY['a'], postgresql_where => $1[1])", |action| {
            is_index(action, (true, false))
        }),
        ("create_index('fresh', 'victim', ARRAY['a'], postgresql_with => $1[1])", |action| {
            is_index(action, (false, true))
        }),
        ("create_table('fresh', ARRAY[$1[1]])", is_table),
        ("create_table('fresh', ARRAY['a int'], postgresql_partition_by => $1[1])", is_table),
        ("create_table('fresh', ARRAY['a int'], postgresql_with => $1[1])", is_table),
        ("create_sequence('fresh', type => $1[1])", |action| match action {
            Action::Create { object, definition: Definition::Sequence(sequence), .. } => {
                object.name == "fresh"
                    && sequence.type_name.is_some()
                    && sequence.options.is_empty()
            }
            _ => false,
        }),
    ];

    fn is_alter(action: &Action) -> bool {
        matches!(action, Action::AlterColumn { table, column, .. } if is_on_victim(table) && column == "a")
    }

    /// `clauses`: whether it has USING and WITH CHECK.
    fn is_policy(action: &Action, clauses: (bool, bool)) -> bool {
        match action {
            Action::Create { object, definition: Definition::Policy(policy), .. } => {
                object.name == "fresh"
                    && object.relation.as_ref().is_some_and(is_on_victim)
                    && (policy.using.is_some(), policy.check.is_some()) == clauses
                    && (policy.command, policy.permissive, policy.roles.as_slice())
                        == ('*', true, &[RoleName::Public])
            }
            _ => false,
        }
    }

    /// `clauses`: whether it has WHERE, and WITH or TABLESPACE.
    fn is_index(action: &Action, clauses: (bool, bool)) -> bool {
        match action {
            Action::CreateIndex(index) => {
                index.name.as_deref() == Some("fresh")
                    && is_on_victim(&index.table)
                    && (
                        index.shape.predicate.is_some(),
                        index.shape.storage.tablespace.is_some()
                            || !index.shape.storage.parameters.is_empty(),
                    ) == clauses
                    && (
                        index.shape.elements.len(),
                        index.shape.including.len(),
                        index.shape.unique,
                        index.concurrent,
                    ) == (1, 0, false, false)
            }
            _ => false,
        }
    }

    fn is_table(action: &Action) -> bool {
        match action {
            Action::CreateTable(table) => {
                table.table.name == "fresh"
                    && table.parents.is_empty()
                    && table.columns.len() + table.constraints.len() <= 1
                    && !table.temporary
                    && !table.unlogged
            }
            _ => false,
        }
    }

    #[pg_test]
    fn a_piece_of_sql_is_refused_or_stays_in_its_place() {
        sandbox("CREATE TABLE victim (a int, b text, secret text)");
        check((select(PLACES), fragment()), |((call, is_intended), fragment)| {
            let mut is_accepted = false;
            for dry_run in ["on", "off"] {
                run(&format!("SET LOCAL guarded.dry_run = {dry_run}"));
                let result =
                    undone(&format!("SELECT guarded.{call}"), NOTHING, &[Some(fragment.as_str())]);
                match result["sqlstate"].as_str() {
                    Some(code) => prop_assert!(
                        ["22023", "42601", "42622", "22004"].contains(&code),
                        "{}",
                        result
                    ),
                    None => {
                        is_accepted = true;
                        let ddl = word(&result["answer"], "ddl");
                        let statements = parse::script(ddl).unwrap_or_default();
                        prop_assert_eq!(statements.len(), 1, "{:?}", ddl);
                        let actions = &statements[0].command.actions;
                        prop_assert!(
                            actions.len() == 1 && is_intended(&actions[0]),
                            "{ddl:?} {actions:?}"
                        );
                        prop_assert!(
                            !word(&result["answer"], "sqlstate").starts_with("XX"),
                            "{}",
                            result
                        );
                    }
                }
            }
            Ok(is_accepted)
        });
    }

    // ---- scripts ----------------------------------------------------------------------------

    const SUB_COMMANDS: &str = "
        ADD COLUMN x int
        ADD a int
        ADD COLUMN IF NOT EXISTS y text DEFAULT 'p, q'
        ADD COLUMN z numeric(10, 2) NOT NULL
        DROP COLUMN b
        DROP COLUMN IF EXISTS nope CASCADE
        ALTER COLUMN a SET NOT NULL
        ALTER x SET DEFAULT (1, 2)
        ALTER a TYPE bigint USING (a + 1)
        ALTER a SET STATISTICS 10
        ADD CONSTRAINT c CHECK (a IN (1, 2))
        ADD UNIQUE (a, \"B\")
        ADD PRIMARY KEY (id, x)
        ADD FOREIGN KEY (a) REFERENCES missing
        DROP CONSTRAINT c
        VALIDATE CONSTRAINT c
        ENABLE ROW LEVEL SECURITY
        SET (fillfactor = 70, autovacuum_enabled = off)
        CLUSTER ON nope
        OWNER TO nobody
        INHERIT missing";

    const STATEMENTS: &str = "
        ALTER TABLE t RENAME COLUMN a TO z
        ALTER TABLE missing RENAME TO t
        ALTER VIEW v RENAME TO w
        CREATE TABLE n (id int, b text)
        CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY)
        CREATE TABLE n AS SELECT 1 AS one
        CREATE TEMP TABLE t (LIKE t)
        CREATE INDEX ON t (a, lower(b))
        CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)
        CREATE OR REPLACE VIEW v AS SELECT 1 AS id
        CREATE MATERIALIZED VIEW v AS SELECT 1 AS one
        INSERT INTO t (a) VALUES (1), (2)
        UPDATE t SET a = 1 / (a - 1)
        DELETE FROM missing
        SELECT * FROM t, v
        SELECT 1 INTO n
        VALUES (1), (2)
        COMMENT ON TABLE t IS 'x; y'
        COMMENT ON COLUMN t.a IS NULL
        GRANT SELECT ON t, missing TO PUBLIC
        GRANT nobody TO nobody
        REVOKE ALL ON t FROM nobody
        BEGIN
        COMMIT AND CHAIN
        SAVEPOINT s
        VACUUM t
        DO $$ BEGIN PERFORM 1 / 0; END $$
        CREATE TYPE e AS ENUM ('a', 'b')
        CREATE TYPE pair AS (a int, b int)
        ALTER TYPE e ADD VALUE 'c' BEFORE 'a'
        CREATE SEQUENCE s OWNED BY t.id
        ALTER SEQUENCE s RESTART
        CREATE SCHEMA guarded_tests_script CREATE TABLE t (id int)
        CREATE POLICY p ON t FOR SELECT TO PUBLIC USING (a > 0)
        DROP POLICY p ON t
        REFRESH MATERIALIZED VIEW v
        TRUNCATE t, missing
        LOCK TABLE t
        COPY t FROM STDIN
        CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
        ALTER FUNCTION f() RENAME TO g
        CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION f()
        CREATE RULE r AS ON INSERT TO t DO NOTHING
        CREATE DOMAIN d AS int CHECK (VALUE > 0)
        ALTER DOMAIN d ADD CHECK (VALUE < 9)
        CREATE STATISTICS st ON a, b FROM t
        CREATE EXTENSION nope
        CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int)
        CREATE COLLATION co (locale = 'C')
        PREPARE p AS SELECT 1
        EXECUTE p
        DEALLOCATE ALL
        DECLARE c CURSOR FOR SELECT 1
        FETCH c
        SET LOCAL work_mem = '1MB'
        SET CONSTRAINTS ALL IMMEDIATE
        SHOW work_mem
        EXPLAIN SELECT 1
        ALTER INDEX i RENAME TO j
        REINDEX TABLE t
        ANALYZE t
        SECURITY LABEL ON TABLE t IS 'x'
        NOTIFY a
        CALL f()";

    const DROPS: &str = "DROP TABLE
        DROP TABLE IF EXISTS
        DROP VIEW
        DROP INDEX IF EXISTS
        DROP TYPE
        DROP SEQUENCE
        DROP FUNCTION";

    /// Scripts that mostly parse: statements of one part and of several, and now and then anything.
    fn commands() -> impl Strategy<Value = String> {
        let table = one_of("t\n missing\n v\n nowhere.t\n \"T, t\"\n if");
        let alter = (
            select(vec![
                "ALTER TABLE",
                "ALTER TABLE ONLY",
                "ALTER TABLE IF EXISTS",
                "ALTER TABLE /* a, b */",
            ]),
            table.clone(),
            vec(one_of(SUB_COMMANDS), 1..5),
        );
        let drop = (one_of(DROPS), vec(table, 1..4), select(vec!["", " CASCADE", " RESTRICT"]));
        let statement = prop_oneof![
            4 => alter.prop_map(|(head, table, parts)| format!("{head} {table} {}", parts.join(" , "))),
            2 => drop.prop_map(|(head, names, tail)| format!("{head} {}{tail}", names.join(", "))),
            6 => one_of(STATEMENTS).prop_map(str::to_string),
        ];
        let separator = select(vec![";", " ; ", ";\n-- c, d;\n", "; /* ; */ ", ";;\n"]);
        let fitting = (vec(statement, 0..7), separator)
            .prop_map(|(statements, separator)| statements.join(separator));
        prop_oneof![12 => fitting, 1 => fragment()]
    }

    const ROWS: &str = "SELECT jsonb_agg(to_jsonb(r) ORDER BY number) FROM guarded.run($1[1]) r";

    /// The statement shown is one about the object shown, or the whole statement this is a part of.
    fn says_what_it_is(row: &Value) -> bool {
        let statements = parse::script(word(row, "ddl")).unwrap_or_default();
        let [statement] = statements.as_slice() else { return false };
        let actions = &statement.command.actions;
        let is_about = |action| {
            object_of(action) == word(row, "object")
                && statement.operation(action) == word(row, "operation")
        };
        actions.iter().any(is_about)
    }

    fn run_is_well_behaved(commands: &str) -> Result<bool, TestCaseError> {
        let mut all_ran = true;
        for dry_run in ["on", "off"] {
            run(&format!("SET LOCAL guarded.dry_run = {dry_run}"));
            let result = undone(ROWS, NOTHING, &[Some(commands)]);
            let parsed = parse::script(commands);
            match (result["sqlstate"].as_str(), &parsed) {
                (None, Ok(_)) | (Some("42601"), Err(_)) => {}
                _ => prop_assert!(false, "{commands:?} {result}"),
            }
            all_ran &= parsed.is_ok();
            let rows = result["answer"].as_array().cloned().unwrap_or_default();
            let actions: usize =
                parsed.iter().flatten().map(|statement| statement.command.actions.len()).sum();
            prop_assert_eq!(rows.len(), actions, "{:?} {}", commands, result);
            for row in &rows {
                let code = word(&row["outcome"], "sqlstate");
                prop_assert!(!code.starts_with("XX"), "{commands:?} {row}");
                prop_assert!(says_what_it_is(row), "{commands:?} {row}");
            }
        }
        Ok(all_ran)
    }

    const SCRIPTED: &str =
        "CREATE TABLE t (id int, a int, b text); CREATE VIEW v AS SELECT id FROM t";

    #[pg_test]
    fn any_script_of_statements_ends_well() {
        sandbox(SCRIPTED);
        check(commands(), |commands| run_is_well_behaved(&commands));
    }

    #[pg_test]
    fn any_text_as_a_script_ends_well() {
        sandbox(SCRIPTED);
        // Hardly any of it parses.
        check(any::<String>().prop_map(|text| text.replace('\0', "")), |text| {
            run_is_well_behaved(&text).map(|_| true)
        });
    }

    // ---- the composer itself ------------------------------------------------------------------

    /// The arguments are checked before; this holds even if that were not enough.
    #[pg_test]
    fn the_composer_takes_one_statement_that_does_one_thing() {
        let takes = |text: &str| {
            compose::one(text.into(), |action| matches!(action, Action::AddColumn { .. })).is_ok()
        };
        assert!(takes("ALTER TABLE t ADD COLUMN a int"));
        for text in [
            "",
            ";",
            "ALTER TABLE t ADD COLUMN a int, DROP COLUMN b",
            "ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int",
            "ALTER TABLE t ADD COLUMN a int; SELECT 1",
            "SELECT 1; ALTER TABLE t ADD COLUMN a int",
            "ALTER TABLE t DROP COLUMN a",
            "ALTER TABLE t ADD COLUMN",
        ] {
            assert!(!takes(text), "{text}");
        }
    }
}
