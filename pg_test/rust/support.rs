//! What the tests share: a schema of each test's own, and cases written as tables.

use pgrx::prelude::*;
use pgrx::{FromDatum, IntoDatum, JsonB};
use serde_json::Value;

/// Functions that say in a few words what the catalog holds.
const HELPERS: &str = r#"
    CREATE TABLE log (line text);
    CREATE FUNCTION col(rel text, name text) RETURNS text STABLE LANGUAGE sql AS $$
        SELECT concat_ws(' ', format_type(a.atttypid, a.atttypmod),
            'COLLATE ' || (SELECT collname FROM pg_collation WHERE oid = NULLIF(a.attcollation, t.typcollation)),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE a.attgenerated WHEN '' THEN 'DEFAULT ' ELSE 'GENERATED ' END || pg_get_expr(d.adbin, d.adrelid),
            'IDENTITY ' || NULLIF(a.attidentity::text, ''))
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        WHERE a.attrelid = to_regclass(rel) AND a.attname = name AND NOT a.attisdropped
    $$;
    CREATE FUNCTION con(rel text, name text) RETURNS text STABLE LANGUAGE sql AS $$
        SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass(rel) AND conname = name
    $$;
    CREATE FUNCTION idx(name text) RETURNS text STABLE LANGUAGE sql AS $$
        SELECT regexp_replace(pg_get_indexdef(indexrelid), 'CREATE (UNIQUE )?INDEX \S+ ON \S+ USING', '\1', 'n')
        FROM pg_index WHERE indexrelid = to_regclass(name)
    $$;
    CREATE FUNCTION said(rel text, name text DEFAULT NULL) RETURNS text STABLE LANGUAGE sql AS $$
        SELECT CASE WHEN name IS NULL THEN obj_description(to_regclass(rel), 'pg_class') ELSE
            col_description(to_regclass(rel), (SELECT attnum FROM pg_attribute
                                               WHERE attrelid = to_regclass(rel) AND attname = name)) END
    $$;
    -- NULL when it works, otherwise the SQLSTATE and what else the error says; the caller's transaction goes on.
    CREATE FUNCTION attempt(command text) RETURNS jsonb LANGUAGE plpgsql AS $$
    DECLARE message text; detail text; hint text;
    BEGIN
        EXECUTE command;
        RETURN NULL;
    -- OTHERS leaves query_canceled out.
    EXCEPTION WHEN query_canceled OR OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        RETURN jsonb_build_object('sqlstate', SQLSTATE, 'message', message, 'detail', detail, 'hint', hint);
    END $$;
    -- What becomes of a command as plain DDL that is intercepted; it is undone.
    CREATE FUNCTION intercepted(command text) RETURNS jsonb LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM set_config('guarded.intercept', 'on', true);
        EXECUTE command;
        RAISE SQLSTATE 'UNDO0' USING MESSAGE = (SELECT outcome FROM guarded.report() ORDER BY number DESC LIMIT 1);
    EXCEPTION WHEN SQLSTATE 'UNDO0' THEN RETURN SQLERRM;
    END $$;
    -- Runs a query and then another one, both with $1 = given, and undoes what they did.
    CREATE FUNCTION undone(query text, afterwards text, given text[]) RETURNS jsonb LANGUAGE plpgsql AS $$
    DECLARE answer jsonb; seen jsonb; code text; message text;
    BEGIN
        BEGIN
            EXECUTE query INTO answer USING given;
            EXECUTE afterwards INTO seen USING given;
            RAISE SQLSTATE 'UNDO0';
        EXCEPTION WHEN SQLSTATE 'UNDO0' THEN NULL;
            WHEN query_canceled OR OTHERS THEN code = SQLSTATE; message = SQLERRM;
        END;
        RETURN jsonb_build_object('sqlstate', code, 'message', message, 'answer', answer, 'seen', seen);
    END $$;
"#;

/// Every row of the catalogs that the tests' DDL can touch, by place and writer: any change shows.
const CATALOG: &str = "
    SELECT string_agg(name || ' ' || rows, ', ' ORDER BY name) FROM (
        SELECT 'class' AS name, md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) AS rows FROM pg_class WHERE oid >= 16384
        UNION ALL SELECT 'attribute', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_attribute WHERE attrelid >= 16384
        UNION ALL SELECT 'default', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_attrdef
        UNION ALL SELECT 'constraint', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_constraint WHERE oid >= 16384
        UNION ALL SELECT 'index', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_index WHERE indexrelid >= 16384
        UNION ALL SELECT 'type', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_type WHERE oid >= 16384
        UNION ALL SELECT 'enum', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_enum
        UNION ALL SELECT 'schema', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_namespace
        UNION ALL SELECT 'policy', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_policy
        UNION ALL SELECT 'sequence', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_sequence
        UNION ALL SELECT 'extension', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_extension
        UNION ALL SELECT 'comment', md5(string_agg(ctid::text || xmin, ',' ORDER BY ctid)) FROM pg_description WHERE objoid >= 16384
    ) catalogs";

/// One value of one row.
pub fn one<T: FromDatum + IntoDatum>(query: &str) -> Option<T> {
    Spi::get_one(query).unwrap_or_else(|error| panic!("{error} in {query}"))
}

pub fn text(query: &str) -> String {
    one(query).unwrap_or_default()
}

pub fn run(commands: &str) {
    Spi::run(commands).unwrap_or_else(|error| panic!("{error} in {commands}"));
}

/// Whether an SQL expression is true; NULL is not.
pub fn is_true(expression: &str) -> bool {
    one(&format!("SELECT {expression}")).unwrap_or(false)
}

/// The outcome of a guarded function, `add_column('t', 'x', 'int')`.
pub fn outcome(call: &str) -> Value {
    let outcome: Option<JsonB> = one(&format!("SELECT guarded.{call}"));
    outcome.unwrap_or_else(|| panic!("NULL from {call}")).0
}

/// The SQLSTATE a command raises; the transaction goes on.
pub fn sqlstate(command: &str) -> Option<String> {
    raised(command).map(|error| word(&error, "sqlstate").to_string())
}

/// What a command raises: sqlstate, message, detail and hint.
pub fn raised(command: &str) -> Option<Value> {
    let command = crate::pg::quote_literal(command);
    one::<JsonB>(&format!("SELECT attempt({command})")).map(|error| error.0)
}

/// What became of a query and of one after it, `sqlstate`, `answer` and `seen`; all of it is undone. Both queries have the
/// values as `$1[1]`, `$1[2]` …: nothing has to be quoted, and what they do is no harm to the next case.
pub fn undone(query: &str, afterwards: &str, values: &[Option<&str>]) -> Value {
    let arguments = [query.into(), afterwards.into(), values.to_vec().into()];
    let result = Spi::get_one_with_args::<JsonB>("SELECT undone($1, $2, $3)", &arguments);
    result
        .unwrap_or_else(|error| panic!("{error} in {query}"))
        .unwrap_or_else(|| panic!("nothing from {query}"))
        .0
}

/// A text of an outcome, empty when absent.
pub fn word<'a>(outcome: &'a Value, key: &str) -> &'a str {
    outcome[key].as_str().unwrap_or("")
}

/// `skipped missing_table`, `applied`.
pub fn verdict(outcome: &Value) -> String {
    format!("{} {}", word(outcome, "status"), word(outcome, "reason")).trim().to_string()
}

/// `type: integer, bigint; nullable: yes, no`, the first what the database has.
pub fn differences(outcome: &Value) -> String {
    let rows = outcome["differences"].as_array().cloned().unwrap_or_default();
    let line =
        |d: &Value| format!("{}: {}, {}", word(d, "attribute"), word(d, "have"), word(d, "want"));
    rows.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// The rows of `guarded.run(script)`, one line each: `1 skipped/missing_table add_column t.x`.
pub fn script(script: &str) -> Vec<String> {
    let query = format!(
        "SELECT array_agg(concat_ws(' ', line, concat_ws('/', status, reason), operation, object) ORDER BY number)
         FROM guarded.run({})",
        crate::pg::quote_literal(script)
    );
    one(&query).unwrap_or_default()
}

/// The lines of a text that are not empty, without their indentation.
pub fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// A schema of this test's own, first and only in search_path: tests run side by side in one
/// database, each in a transaction that is rolled back.
pub fn sandbox(setup: &str) {
    let schema = format!("sandbox_{}", std::process::id());
    run(&format!(
        "CREATE SCHEMA {schema}; SET LOCAL search_path = {schema};
         SET LOCAL client_min_messages = error; SET LOCAL log_min_messages = error;
         {HELPERS} {setup}"
    ));
}

pub fn catalog() -> String {
    text(CATALOG)
}

/// Runs a table of cases in order, in one transaction. A line is
///
/// ```text
/// call -> status reason | what must be true afterwards
/// ! SQL that prepares what follows
/// ```
///
/// and one that begins with `->` or `|`, or that follows a call with no `->` yet, continues the line before.
pub fn cases(table: &str) {
    let mut joined: Vec<String> = Vec::new();
    for line in lines(table) {
        match joined.last_mut() {
            Some(last) if line.starts_with("->") || line.starts_with('|') || is_open(last) => {
                last.push(' ');
                last.push_str(line);
            }
            _ => joined.push(line.to_string()),
        }
    }
    for line in &joined {
        match line.strip_prefix("! ") {
            Some(preparation) => run(preparation),
            None => case(line),
        }
    }
}

fn is_open(line: &str) -> bool {
    !line.starts_with("! ") && !line.contains(" -> ")
}

fn case(line: &str) {
    let (call, rest) = line.split_once(" -> ").unwrap_or_else(|| panic!("no expectation: {line}"));
    let (expected, check) = match rest.split_once(" | ") {
        Some((expected, check)) => (expected.trim(), Some(check)),
        None => (rest.trim(), None),
    };
    let before = catalog();
    let planned = dry_run(call);
    assert_eq!(catalog(), before, "the dry run changed something: {line}");

    let intercepted = intercepted(call, &planned);
    assert_eq!(catalog(), before, "the interception was not undone: {line}");

    let outcome = outcome(call.trim());
    assert_eq!(verdict(&outcome), expected, "{line}\n{outcome:#}");
    if let Some(intercepted) = intercepted {
        assert_same(&intercepted, &outcome, line);
    }
    assert_eq!(
        catalog() != before,
        expected == "applied",
        "catalog changed or not: {line}\n{outcome:#}"
    );
    assert_well_formed(call, &outcome);
    assert_fits(&planned, &outcome, line);
    assert_eq!(one::<JsonB>(LAST_REPORTED).map(|last| last.0), Some(outcome), "report: {line}");
    run("INSERT INTO log VALUES ('the transaction goes on')");
    if let Some(check) = check {
        assert!(is_true(check), "not true afterwards: {line}");
    }
}

/// The outcome of the statement a call stands for, as plain DDL. A call of several statements has none, and some functions
/// say more than their statement does: which table an index is on, which kind of constraint, that a table is no view.
fn intercepted(call: &str, planned: &Value) -> Option<Value> {
    let says_more = ["drop_index", "drop_constraint", "rename_"];
    if planned["steps"].is_array() || says_more.iter().any(|name| call.starts_with(name)) {
        return None;
    }
    let command = crate::pg::quote_literal(word(planned, "ddl"));
    one::<JsonB>(&format!("SELECT intercepted({command})")).map(|outcome| outcome.0)
}

/// The two outcomes differ in nothing but the time they took.
fn assert_same(intercepted: &Value, called: &Value, line: &str) {
    let without = |key: &str, outcome: &Value| {
        let mut outcome = outcome.clone();
        outcome.as_object_mut().and_then(|outcome| outcome.remove(key));
        outcome
    };
    let [mut intercepted, mut called] = [intercepted, called].map(|o| without("elapsed_us", o));
    // What alter_column does, plain DDL has other names for.
    if word(&called, "operation") == "alter_column" {
        [intercepted, called] = [&intercepted, &called].map(|o| without("operation", o));
    }
    assert_eq!(intercepted, called, "intercepted, and called: {line}");
}

const LAST_REPORTED: &str = "SELECT outcome FROM guarded.report() ORDER BY number DESC LIMIT 1";

fn dry_run(call: &str) -> Value {
    run("SET LOCAL guarded.dry_run = on");
    let planned = outcome(call);
    run("SET LOCAL guarded.dry_run = off");
    planned
}

/// A dry run says what the real one will: what would run is planned. What only running shows,
/// such as an undefined function in a default, it cannot know; that a foreign key cannot be, it can.
fn assert_fits(planned: &Value, real: &Value, line: &str) {
    let is_planned = verdict(planned) == "planned";
    match word(real, "status") {
        "applied" => assert!(is_planned, "dry run of {line}\n{planned:#}"),
        _ => assert!(
            is_planned || verdict(planned) == verdict(real),
            "dry run of {line}\n{planned:#}"
        ),
    }
    assert_eq!(planned["ddl"], real["ddl"], "dry run of {line}");
}

/// The keys every outcome has, and those its status asks for.
pub fn assert_well_formed(call: &str, outcome: &Value) {
    let keys: &[&str] = match word(outcome, "status") {
        "applied" | "planned" => &["operation", "ddl"],
        "skipped" => &["operation", "ddl", "reason", "message"],
        _ => &["operation", "ddl", "reason", "message", "sqlstate"],
    };
    for key in keys {
        assert!(!word(outcome, key).is_empty(), "no {key}: {call}\n{outcome:#}");
    }
    assert!(outcome["elapsed_us"].is_u64(), "no elapsed_us: {call}\n{outcome:#}");
    let function = call.split('(').next().unwrap_or_default().trim();
    assert_eq!(word(outcome, "operation"), function, "{call}\n{outcome:#}");
}

/// What most tables of cases work on.
pub const TABLES: &str = "
    CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE);
    CREATE TABLE t (id int PRIMARY KEY, a int, b text, email varchar(20) NOT NULL DEFAULT 'x', amount text);
    INSERT INTO t (id, a, b, amount) VALUES (1, 7, NULL, 'ten'), (2, 7, 'y', '10');
    CREATE TABLE other (id int, a int);
    CREATE INDEX other_a ON other (a);
    CREATE TABLE child (extra int) INHERITS (other);
    CREATE VIEW v AS SELECT b FROM t;
    CREATE MATERIALIZED VIEW m AS SELECT 1 AS id;
    CREATE SEQUENCE s;
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TYPE pair AS (x int, y int);
";
