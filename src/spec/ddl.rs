//! The statements that make, drop and change objects: SQL text, composed of a spec's values.
//!
//! Names are always quoted where SQL needs it. Pieces of SQL (types, expressions, definitions)
//! stand as the spec has them; that each text is one statement of its kind is checked before
//! it is used ([`super::plan`]).

use super::model::{Key, Kind, Object, Spec};
use super::{lossy, not_null, snapshot};
use crate::pg::{catalog, compat, quote_identifier, quote_literal, rows};
use serde_json::Value;

/// `schema.name`
pub fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", quote_identifier(schema), quote_identifier(name))
}

fn as_sql((schema, name): (&str, &str)) -> String {
    qualified(schema, name)
}

/// The name of what an object is a part of.
pub fn relation(key: &Key) -> String {
    qualified(&key.schema, &key.relation)
}

/// What the statement that makes an object says of it; everything else is set afterwards
/// ([`set`]).
pub fn create(spec: &Spec, key: &Key, object: &Object) -> Option<String> {
    let definition = object.text("definition");
    // Of what a spec only names it does not say what it is like.
    let has = |attribute: &str| object.attributes.contains_key(attribute).then_some(());
    Some(match key.kind {
        Kind::Schema => format!("CREATE SCHEMA {key}"),
        Kind::Extension => {
            let schema = object.text("schema");
            let schema = schema.map(|schema| format!(" SCHEMA {}", quote_identifier(schema)));
            let version = object.text("version");
            let version = version.map(|version| format!(" VERSION {}", quote_identifier(version)));
            let (schema, version) = (schema.unwrap_or_default(), version.unwrap_or_default());
            format!("CREATE EXTENSION {key}{schema}{version}")
        }
        Kind::Enum => {
            has("labels")?;
            let labels: Vec<String> =
                object.texts("labels").into_iter().map(quote_literal).collect();
            format!("CREATE TYPE {key} AS ENUM ({})", labels.join(", "))
        }
        Kind::Domain => {
            let default = object.text("default").map(|text| format!(" DEFAULT {text}"));
            let collation = object.text("collation").map(|name| format!(" COLLATE {name}"));
            let not_null = not_null::of_domain(spec, key, object);
            let parts = [collation, default].map(Option::unwrap_or_default).concat();
            format!("CREATE DOMAIN {key} AS {}{parts}{not_null}", object.text("type")?)
        }
        Kind::DomainConstraint => {
            let name = quote_identifier(&key.name);
            format!("ALTER DOMAIN {} ADD CONSTRAINT {name} {}", relation(key), definition?)
        }
        Kind::CompositeType => {
            has("attributes")?;
            let fields = fields(object.attributes.get("attributes"));
            format!("CREATE TYPE {key} AS ({})", fields.join(", "))
        }
        Kind::Sequence => {
            let unlogged = if object.text("persistence").is_some() { "UNLOGGED " } else { "" };
            format!("CREATE {unlogged}SEQUENCE {key}{}", sequence_options(object, false))
        }
        Kind::Function | Kind::Procedure | Kind::Trigger | Kind::Statistics | Kind::Index => {
            definition?.to_string()
        }
        Kind::Table => table(spec, key, object),
        Kind::Column => add_column(key, object),
        Kind::View => {
            format!("CREATE VIEW {key}{}{} AS\n{}", names(object), with(object), definition?)
        }
        Kind::MaterializedView => {
            let method = object.text("access_method");
            let method = method.map(|name| format!(" USING {}", quote_identifier(name)));
            let data = if object.flag("unpopulated") { "\nWITH NO DATA" } else { "" };
            let (names, method, with) = (names(object), method.unwrap_or_default(), with(object));
            let tablespace = tablespace(object);
            format!(
                "CREATE MATERIALIZED VIEW {key}{names}{method}{with}{tablespace} AS\n{}{data}",
                definition?
            )
        }
        Kind::Constraint => {
            let only = if object.flag("only") { "ONLY " } else { "" };
            let name = quote_identifier(&key.name);
            format!("ALTER TABLE {only}{} ADD CONSTRAINT {name} {}", relation(key), definition?)
        }
        Kind::Policy => {
            has("command").or(has("using")).or(has("with_check"))?;
            policy(key, object)
        }
    })
}

/// ADD COLUMN, with its default whatever that needs.
pub fn add_column(key: &Key, object: &Object) -> String {
    let not_null = if object.flag("not_null") { " NOT NULL" } else { "" };
    format!("ALTER TABLE {} ADD COLUMN {}", relation(key), column(key, object, true, not_null))
}

/// The statement that gives a column the type it has, so that it can be asked whether it has it.
pub fn type_of(key: &Key, object: &Object) -> Option<String> {
    let collation = object.text("collation").map(|name| format!(" COLLATE {name}"));
    let change = format!("TYPE {}{}", object.text("type")?, collation.unwrap_or_default());
    Some(alter_column(key, &change))
}

/// The statement that drops an object.
pub fn drop(key: &Key) -> String {
    let name = quote_identifier(&key.name);
    match key.kind {
        Kind::Enum | Kind::CompositeType => format!("DROP TYPE {key}"),
        Kind::DomainConstraint => {
            format!("ALTER DOMAIN {} DROP CONSTRAINT {name}", relation(key))
        }
        Kind::Column => format!("ALTER TABLE {} DROP COLUMN {name}", relation(key)),
        Kind::Constraint => format!("ALTER TABLE {} DROP CONSTRAINT {name}", relation(key)),
        Kind::Index | Kind::Statistics => {
            format!("DROP {} {}", sql_word(key.kind), qualified(&key.schema, &key.name))
        }
        Kind::Trigger | Kind::Policy => {
            format!("DROP {} {name} ON {}", sql_word(key.kind), relation(key))
        }
        kind => format!("DROP {} {key}", sql_word(kind)),
    }
}

/// The words for a kind in DROP, COMMENT, GRANT and ALTER.
pub fn sql_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Schema => "SCHEMA",
        Kind::Extension => "EXTENSION",
        Kind::Enum | Kind::CompositeType => "TYPE",
        Kind::Domain => "DOMAIN",
        Kind::DomainConstraint | Kind::Constraint => "CONSTRAINT",
        Kind::Sequence => "SEQUENCE",
        Kind::Function => "FUNCTION",
        Kind::Procedure => "PROCEDURE",
        Kind::Table => "TABLE",
        Kind::Column => "COLUMN",
        Kind::View => "VIEW",
        Kind::MaterializedView => "MATERIALIZED VIEW",
        Kind::Index => "INDEX",
        Kind::Statistics => "STATISTICS",
        Kind::Trigger => "TRIGGER",
        Kind::Policy => "POLICY",
    }
}

/// What COMMENT ON says it is about, and ALTER … OWNER TO.
fn commented(key: &Key) -> String {
    let name = quote_identifier(&key.name);
    match key.kind {
        Kind::DomainConstraint => format!("CONSTRAINT {name} ON DOMAIN {}", relation(key)),
        Kind::Constraint | Kind::Trigger | Kind::Policy => {
            format!("{} {name} ON {}", sql_word(key.kind), relation(key))
        }
        Kind::Index | Kind::Statistics => {
            format!("{} {}", sql_word(key.kind), qualified(&key.schema, &key.name))
        }
        kind => format!("{} {key}", sql_word(kind)),
    }
}

/// The options of a view, a materialized view or a table, ` WITH (fillfactor='70')`.
fn with(object: &Object) -> String {
    let options = object.map("options");
    if options.is_empty() { String::new() } else { format!(" WITH ({})", assignments(&options)) }
}

fn assignments(options: &[(&str, &str)]) -> String {
    let option =
        |(name, value): &(&str, &str)| format!("{}={}", option_name(name), quote_literal(value));
    options.iter().map(option).collect::<Vec<_>>().join(", ")
}

/// An option may be one of TOAST's, `toast.autovacuum_enabled`.
fn option_name(name: &str) -> String {
    let parts: Vec<String> = name.splitn(2, '.').map(quote_identifier).collect();
    parts.join(".")
}

/// The names of a view's columns, where the spec has them.
fn names(object: &Object) -> String {
    let columns = object.attributes.get("columns").and_then(Value::as_array);
    let names: Vec<String> = columns
        .into_iter()
        .flatten()
        .filter_map(|column| column.get("name")?.as_str().map(quote_identifier))
        .collect();
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}

/// `street text COLLATE "C"` for each.
fn fields(value: Option<&Value>) -> Vec<String> {
    let fields = value.and_then(Value::as_array).into_iter().flatten();
    let field = |field: &Value| {
        let text = |key| field.get(key).and_then(Value::as_str);
        let collation = text("collation").map(|name| format!(" COLLATE {name}"));
        let (name, collation) = (quote_identifier(text("name")?), collation.unwrap_or_default());
        Some(format!("{name} {}{collation}", text("type")?))
    };
    fields.filter_map(field).collect()
}

fn tablespace(object: &Object) -> String {
    let name = object.text("tablespace");
    name.map(|name| format!(" TABLESPACE {}", quote_identifier(name))).unwrap_or_default()
}

/// What a sequence is like; for ALTER SEQUENCE and SET of an identity column `NO CYCLE` too.
fn sequence_options(object: &Object, altered: bool) -> String {
    let mut text = String::new();
    if let Some(type_name) = object.text("type") {
        text.push_str(&format!(" AS {type_name}"));
    }
    text.push_str(&counting(&object.attributes));
    match object.flag("cycle") {
        true => text.push_str(" CYCLE"),
        false if altered => text.push_str(" NO CYCLE"),
        false => {}
    }
    text
}

/// How a sequence counts.
fn counting(attributes: &serde_json::Map<String, Value>) -> String {
    let words = [
        ("start", "START WITH"),
        ("increment", "INCREMENT BY"),
        ("minimum", "MINVALUE"),
        ("maximum", "MAXVALUE"),
        ("cache", "CACHE"),
    ];
    let word = |(attribute, word): &(&str, &str)| {
        let number = attributes.get(*attribute)?.as_i64()?;
        Some(format!(" {word} {number}"))
    };
    words.iter().filter_map(word).collect()
}

fn table(spec: &Spec, key: &Key, object: &Object) -> String {
    let unlogged = if object.text("persistence").is_some() { "UNLOGGED " } else { "" };
    let columns = spec.parts(key, Kind::Column);
    let inherits: Vec<String> = object.names("inherits").into_iter().map(as_sql).collect();
    let body = match (object.text("of_type"), object.name("partition_of")) {
        (Some(of_type), _) => format!(" OF {of_type}"),
        (None, Some((schema, parent))) if columns.is_empty() => {
            let bound = object.text("bound").unwrap_or("DEFAULT");
            format!(" PARTITION OF {} {bound}", qualified(schema, parent))
        }
        _ => {
            let is_partition = object.name("partition_of").is_some();
            let own = columns
                .iter()
                .filter(|(_, column)| !column.optional)
                .filter(|(_, column)| is_partition || !column.flag("inherited"));
            let mut elements: Vec<String> =
                own.map(|(key, object)| new_column(spec, key, object)).collect();
            elements.extend(checks(spec, key, object));
            format!(" (\n    {}\n)", elements.join(",\n    ")).replace("(\n    \n)", "()")
        }
    };
    let mut text = format!("CREATE {unlogged}TABLE {key}{body}");
    if !inherits.is_empty() {
        text.push_str(&format!("\nINHERITS ({})", inherits.join(", ")));
    }
    if let Some(strategy) = object.text("partition_by") {
        text.push_str(&format!("\nPARTITION BY {strategy}"));
    }
    if let Some(method) = object.text("access_method") {
        text.push_str(&format!("\nUSING {}", quote_identifier(method)));
    }
    text + &with(object) + &tablespace(object)
}

/// The constraints that stand in CREATE TABLE: those NOT NULL that have a name of their own, and
/// of a partition the CHECKs of the tables above, without which it cannot be attached.
fn checks(spec: &Spec, key: &Key, object: &Object) -> Vec<String> {
    let text = |(key, constraint): (&Key, &Object)| {
        Some(format!(
            "CONSTRAINT {} {}",
            quote_identifier(&key.name),
            constraint.text("definition")?
        ))
    };
    let own = spec.parts(key, Kind::Constraint).into_iter();
    let mut checks: Vec<String> = own
        .filter(|(key, constraint)| not_null::is_in_create(key, constraint))
        .filter_map(text)
        .collect();
    let mut above = object.name("partition_of").map(|(schema, name)| Key {
        schema: schema.into(),
        name: name.into(),
        ..key.clone()
    });
    while let Some(parent) = above {
        let constraints = spec.parts(&parent, Kind::Constraint).into_iter();
        checks.extend(
            constraints.filter(|(_, it)| it.text("kind") == Some("check")).filter_map(text),
        );
        let next = spec.objects.get(&parent).and_then(|object| object.name("partition_of"));
        above =
            next.map(|(schema, name)| Key { schema: schema.into(), name: name.into(), ..parent });
    }
    checks
}

/// A column in CREATE TABLE. A default that needs something else is set later.
fn new_column(spec: &Spec, key: &Key, object: &Object) -> String {
    column(key, object, false, &not_null::of_column(spec, key, object))
}

fn column(key: &Key, object: &Object, whole: bool, not_null: &str) -> String {
    let mut text = quote_identifier(&key.name);
    text.push_str(&format!(" {}", object.text("type").unwrap_or("text")));
    if let Some(collation) = object.text("collation") {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(expression) = object.text("generated") {
        let kind = if object.text("generated_kind").is_some() { "VIRTUAL" } else { "STORED" };
        text.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {kind}"));
    }
    if let Some(default) = object.text("default")
        && (whole || object.needs.is_empty())
    {
        text.push_str(&format!(" DEFAULT {default}"));
    }
    text.push_str(not_null);
    if object.text("identity").is_some() {
        text.push_str(&format!(" {}", identity(object)));
    }
    text
}

/// `GENERATED ALWAYS AS IDENTITY (START WITH 10)`
fn identity(object: &Object) -> String {
    let when = object.text("identity").unwrap_or("by default").to_uppercase();
    let mut text = format!("GENERATED {when} AS IDENTITY");
    if let Some(Value::Object(options)) = object.attributes.get("identity_options") {
        let names: Vec<&str> = options
            .get("name")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let name = match names.as_slice() {
            [schema, name] => format!(" SEQUENCE NAME {}", qualified(schema, name)),
            _ => String::new(),
        };
        let cycles = options.get("cycle").and_then(Value::as_bool).unwrap_or(false);
        let cycle = if cycles { " CYCLE" } else { "" };
        let inside = format!("{name}{}{cycle}", counting(options));
        if !inside.is_empty() {
            text.push_str(&format!(" ({})", inside.trim_start()));
        }
    }
    text
}

fn policy(key: &Key, object: &Object) -> String {
    let mut text = format!("CREATE POLICY {} ON {}", quote_identifier(&key.name), relation(key));
    if object.flag("restrictive") {
        text.push_str(" AS RESTRICTIVE");
    }
    if let Some(command) = object.text("command").filter(|command| *command != "all") {
        text.push_str(&format!(" FOR {}", command.to_uppercase()));
    }
    let roles = object.texts("roles");
    if !roles.is_empty() && roles != ["public"] {
        let roles: Vec<String> = roles.into_iter().map(role).collect();
        text.push_str(&format!(" TO {}", roles.join(", ")));
    }
    if let Some(condition) = object.text("using") {
        text.push_str(&format!(" USING ({condition})"));
    }
    if let Some(condition) = object.text("with_check") {
        text.push_str(&format!(" WITH CHECK ({condition})"));
    }
    text
}

/// PUBLIC is no role, though a snapshot writes it like one.
fn role(name: &str) -> String {
    if name == "public" { "PUBLIC".into() } else { quote_identifier(name) }
}

/// The statements that give an existing object an attribute of `wanted`; `existing` is what it
/// is like before. `None` where no statement can.
pub fn set(key: &Key, attribute: &str, existing: &Object, wanted: &Object) -> Option<Vec<String>> {
    let statement = match attribute {
        "comment" => comment(key, wanted.text("comment")),
        "owner" => owner(key, wanted.text("owner")?),
        "grants" => return Some(grants(key, existing, wanted)),
        "column_comments" => return Some(column_comments(key, existing, wanted)),
        "statistics" if key.kind == Kind::Index => {
            return Some(index_statistics(key, existing, wanted));
        }
        "clustered" => cluster(key, wanted.flag("clustered")),
        _ => return set_own(key, attribute, existing, wanted),
    };
    Some(vec![statement])
}

fn comment(key: &Key, text: Option<&str>) -> String {
    let text = text.map_or("NULL".into(), quote_literal);
    format!("COMMENT ON {} IS {text}", commented(key))
}

fn owner(key: &Key, owner: &str) -> String {
    format!("ALTER {} OWNER TO {}", commented(key), quote_identifier(owner))
}

fn cluster(key: &Key, clustered: bool) -> String {
    match clustered {
        true => format!("ALTER TABLE {} CLUSTER ON {}", relation(key), quote_identifier(&key.name)),
        false => format!("ALTER TABLE {} SET WITHOUT CLUSTER", relation(key)),
    }
}

/// What is granted beyond what it was, and taken back.
fn grants(key: &Key, existing: &Object, wanted: &Object) -> Vec<String> {
    let entries = |object: &Object| {
        object.attributes.get("grants").and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let (existing, wanted) = (entries(existing), entries(wanted));
    let on = match key.kind {
        Kind::Column => format!("TABLE {}", relation(key)),
        Kind::View | Kind::MaterializedView => format!("TABLE {key}"),
        kind => format!("{} {key}", sql_word(kind)),
    };
    let columns = match key.kind {
        Kind::Column => format!(" ({})", quote_identifier(&key.name)),
        _ => String::new(),
    };
    let text =
        |entry: &Value, key| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
    let revoke = |entry: &Value| {
        let (privilege, role) = (text(entry, "privilege"), role(&text(entry, "role")));
        format!("REVOKE {privilege}{columns} ON {on} FROM {role}")
    };
    let grant = |entry: &Value| {
        let (privilege, role) = (text(entry, "privilege"), role(&text(entry, "role")));
        let grantable = entry.get("grantable").and_then(Value::as_bool).unwrap_or(false);
        let option = if grantable { " WITH GRANT OPTION" } else { "" };
        format!("GRANT {privilege}{columns} ON {on} TO {role}{option}")
    };
    let gone = existing.iter().filter(|entry| !wanted.contains(entry)).map(revoke);
    let new = wanted.iter().filter(|entry| !existing.contains(entry)).map(grant);
    gone.chain(new).collect()
}

/// The pairs of one map that differ from those of another; `None` for what is not wanted.
fn changes<'a>(
    existing: &'a Object,
    wanted: &'a Object,
    attribute: &str,
) -> Vec<(&'a str, Option<&'a str>)> {
    let (existing, wanted) = (existing.map(attribute), wanted.map(attribute));
    let gone = existing.iter().filter(|(name, _)| !wanted.iter().any(|(other, _)| other == name));
    let gone: Vec<_> = gone.map(|(name, _)| (*name, None)).collect();
    let new = wanted.iter().filter(|pair| !existing.contains(pair));
    gone.into_iter().chain(new.map(|(name, value)| (*name, Some(*value)))).collect()
}

fn column_comments(key: &Key, existing: &Object, wanted: &Object) -> Vec<String> {
    let comment = |(column, text): (&str, Option<&str>)| {
        let text = text.map_or("NULL".into(), quote_literal);
        format!("COMMENT ON COLUMN {key}.{} IS {text}", quote_identifier(column))
    };
    changes(existing, wanted, "column_comments").into_iter().map(comment).collect()
}

fn index_statistics(key: &Key, existing: &Object, wanted: &Object) -> Vec<String> {
    let targets = |object: &Object| {
        object.attributes.get("statistics").and_then(Value::as_object).cloned().unwrap_or_default()
    };
    let (existing, wanted) = (targets(existing), targets(wanted));
    let name = qualified(&key.schema, &key.name);
    let set = |column: &String, target: i64| {
        // A column of an index has a number, not a name.
        let number = column.parse::<u16>().ok()?;
        Some(format!("ALTER INDEX {name} ALTER COLUMN {number} SET STATISTICS {target}"))
    };
    let gone = existing.keys().filter(|column| !wanted.contains_key(*column));
    let gone = gone.filter_map(|column| set(column, -1));
    let new = wanted.iter().filter(|(column, target)| existing.get(*column) != Some(target));
    let new = new.filter_map(|(column, target)| set(column, target.as_i64()?));
    gone.chain(new).collect()
}

fn set_own(key: &Key, attribute: &str, existing: &Object, wanted: &Object) -> Option<Vec<String>> {
    match key.kind {
        Kind::Extension => set_of_extension(key, attribute, wanted).map(|it| vec![it]),
        Kind::Enum => add_labels(key, existing, wanted),
        Kind::Domain => set_of_domain(key, attribute, wanted).map(|it| vec![it]),
        Kind::CompositeType => change_fields(key, existing, wanted),
        Kind::Sequence => set_of_sequence(key, attribute, wanted).map(|it| vec![it]),
        Kind::Function | Kind::Procedure => replace_routine(existing, wanted),
        Kind::Table => set_of_table(key, attribute, existing, wanted),
        Kind::Column => set_of_column(key, attribute, existing, wanted),
        Kind::View => set_of_view(key, attribute, existing, wanted),
        Kind::MaterializedView => {
            set_options("MATERIALIZED VIEW", key, attribute, existing, wanted)
        }
        Kind::Statistics => (attribute == "target").then(|| {
            let target = wanted.number("target").unwrap_or(-1);
            let name = qualified(&key.schema, &key.name);
            vec![format!("ALTER STATISTICS {name} SET STATISTICS {target}")]
        }),
        Kind::Trigger => (attribute == "enabled").then(|| vec![enable(key, wanted)]),
        Kind::Constraint | Kind::Index => set_of_index(key, attribute, existing, wanted),
        Kind::Schema | Kind::DomainConstraint | Kind::Policy => None,
    }
}

/// CREATE OR REPLACE can change neither what a function takes nor what it returns.
fn replace_routine(existing: &Object, wanted: &Object) -> Option<Vec<String>> {
    let definition = wanted.text("definition")?;
    (head(existing.text("definition")?) == head(definition)).then(|| vec![definition.to_string()])
}

/// Name, arguments and result of a function, as the server writes them.
fn head(definition: &str) -> &str {
    definition.split_once("\n LANGUAGE ").map_or(definition, |(head, _)| head)
}

/// What is said of an index, or of the one behind a constraint, which has its name.
fn set_of_index(
    key: &Key,
    attribute: &str,
    existing: &Object,
    wanted: &Object,
) -> Option<Vec<String>> {
    let index = Key { kind: Kind::Index, relation: String::new(), ..key.clone() };
    match attribute {
        "attached_to" if existing.name(attribute).is_none() => {
            let (schema, parent) = wanted.name(attribute)?;
            let parent = qualified(schema, parent);
            Some(vec![format!("ALTER INDEX {parent} ATTACH PARTITION {index}")])
        }
        "tablespace" => {
            let name = wanted.text(attribute).map_or_else(database_tablespace, str::to_string);
            Some(vec![format!("ALTER INDEX {index} SET TABLESPACE {}", quote_identifier(&name))])
        }
        _ => set_options("INDEX", &index, attribute, existing, wanted),
    }
}

fn set_of_extension(key: &Key, attribute: &str, wanted: &Object) -> Option<String> {
    Some(match attribute {
        "version" => {
            format!("ALTER EXTENSION {key} UPDATE TO {}", quote_identifier(wanted.text("version")?))
        }
        _ => {
            format!("ALTER EXTENSION {key} SET SCHEMA {}", quote_identifier(wanted.text("schema")?))
        }
    })
}

/// Labels can be added anywhere, and not taken away: a script that is run again, because it failed
/// later on or was taken back, finds them there.
fn add_labels(key: &Key, existing: &Object, wanted: &Object) -> Option<Vec<String>> {
    let (mut labels, wanted) = (existing.texts("labels"), wanted.texts("labels"));
    let mut statements = Vec::new();
    for (place, label) in wanted.iter().enumerate() {
        if labels.contains(label) {
            continue;
        }
        let before = wanted[..place].last();
        let (position, at) = match before {
            Some(before) => (
                format!("AFTER {}", quote_literal(before)),
                labels.iter().position(|l| l == before)? + 1,
            ),
            None => match labels.first() {
                Some(first) => (format!("BEFORE {}", quote_literal(first)), 0),
                None => (String::new(), 0),
            },
        };
        let label_text = quote_literal(label);
        let text = format!("ALTER TYPE {key} ADD VALUE IF NOT EXISTS {label_text} {position}");
        statements.push(text.trim_end().to_string());
        labels.insert(at, label);
    }
    (labels == wanted).then_some(statements)
}

fn set_of_domain(key: &Key, attribute: &str, wanted: &Object) -> Option<String> {
    Some(match (attribute, wanted.text("default")) {
        ("default", Some(default)) => format!("ALTER DOMAIN {key} SET DEFAULT {default}"),
        ("default", None) => format!("ALTER DOMAIN {key} DROP DEFAULT"),
        ("not_null", _) => {
            let what = if wanted.flag("not_null") { "SET" } else { "DROP" };
            format!("ALTER DOMAIN {key} {what} NOT NULL")
        }
        _ => return None,
    })
}

/// Attributes can be taken from the end and added there; the tables of the type follow.
fn change_fields(key: &Key, existing: &Object, wanted: &Object) -> Option<Vec<String>> {
    let names = |object: &Object| -> Vec<String> {
        let list = object.attributes.get("attributes").and_then(Value::as_array);
        let name = |field: &Value| field.get("name").and_then(Value::as_str).map(quote_identifier);
        list.into_iter().flatten().filter_map(name).collect()
    };
    let (have, want) = (
        fields(existing.attributes.get("attributes")),
        fields(wanted.attributes.get("attributes")),
    );
    let same = have.iter().zip(&want).take_while(|(have, want)| have == want).count();
    let is_kept = |name: &String| names(wanted).contains(name);
    let gone = &names(existing)[same..];
    let drop = |name: &String| format!("ALTER TYPE {key} DROP ATTRIBUTE {name} CASCADE");
    let add = |field: &String| format!("ALTER TYPE {key} ADD ATTRIBUTE {field} CASCADE");
    let is_possible = !gone.iter().any(is_kept);
    is_possible.then(|| gone.iter().map(drop).chain(want[same..].iter().map(add)).collect())
}

fn set_of_sequence(key: &Key, attribute: &str, wanted: &Object) -> Option<String> {
    Some(match (attribute, wanted.texts("owned_by").as_slice()) {
        ("owned_by", [schema, table, column]) => {
            let column = quote_identifier(column);
            format!("ALTER SEQUENCE {key} OWNED BY {}.{column}", qualified(schema, table))
        }
        ("owned_by", _) => format!("ALTER SEQUENCE {key} OWNED BY NONE"),
        ("persistence", _) => {
            let what = if wanted.text("persistence").is_some() { "UNLOGGED" } else { "LOGGED" };
            format!("ALTER SEQUENCE {key} SET {what}")
        }
        _ => format!("ALTER SEQUENCE {key}{}", sequence_options(wanted, true)),
    })
}

fn set_of_table(
    key: &Key,
    attribute: &str,
    existing: &Object,
    wanted: &Object,
) -> Option<Vec<String>> {
    let change = match attribute {
        "persistence" => {
            let what = if wanted.text("persistence").is_some() { "UNLOGGED" } else { "LOGGED" };
            format!("SET {what}")
        }
        "row_level_security" => {
            let what = if wanted.flag(attribute) { "ENABLE" } else { "DISABLE" };
            format!("{what} ROW LEVEL SECURITY")
        }
        "force_row_level_security" => {
            let what = if wanted.flag(attribute) { "FORCE" } else { "NO FORCE" };
            format!("{what} ROW LEVEL SECURITY")
        }
        "replica_identity" => {
            let text = wanted.text(attribute).unwrap_or("default");
            let what = match text.strip_prefix("index ") {
                Some(index) => format!("USING INDEX {}", quote_identifier(index)),
                None => text.to_uppercase(),
            };
            format!("REPLICA IDENTITY {what}")
        }
        "tablespace" => {
            let name = wanted.text(attribute).map_or_else(database_tablespace, str::to_string);
            format!("SET TABLESPACE {}", quote_identifier(&name))
        }
        "access_method" if compat::MAJOR_VERSION >= 15 => {
            let name = wanted.text(attribute).unwrap_or("heap");
            format!("SET ACCESS METHOD {}", quote_identifier(name))
        }
        "inherits" => return inherit(key, existing, wanted),
        "partition_of" | "bound" => return attach(key, existing, wanted),
        "options" => return set_options("TABLE", key, attribute, existing, wanted),
        _ => return None,
    };
    Some(vec![format!("ALTER TABLE {key} {change}")])
}

fn inherit(key: &Key, existing: &Object, wanted: &Object) -> Option<Vec<String>> {
    let (existing, wanted) = (existing.names("inherits"), wanted.names("inherits"));
    let gone = existing.iter().filter(|parent| !wanted.contains(parent));
    let gone = gone.map(|parent| format!("ALTER TABLE {key} NO INHERIT {}", as_sql(*parent)));
    let new = wanted.iter().filter(|parent| !existing.contains(parent));
    let new = new.map(|parent| format!("ALTER TABLE {key} INHERIT {}", as_sql(*parent)));
    Some(gone.chain(new).collect())
}

/// Puts a table where it belongs as a partition.
pub fn attach(key: &Key, existing: &Object, wanted: &Object) -> Option<Vec<String>> {
    let mut statements = Vec::new();
    if let Some((schema, parent)) = existing.name("partition_of") {
        let parent = qualified(schema, parent);
        statements.push(format!("ALTER TABLE {parent} DETACH PARTITION {key}"));
    }
    if let Some((schema, parent)) = wanted.name("partition_of") {
        let parent = qualified(schema, parent);
        let bound = wanted.text("bound")?;
        statements.push(format!("ALTER TABLE {parent} ATTACH PARTITION {key} {bound}"));
    }
    Some(statements)
}

fn set_options(
    word: &str,
    key: &Key,
    attribute: &str,
    existing: &Object,
    wanted: &Object,
) -> Option<Vec<String>> {
    if attribute != "options" {
        return None;
    }
    let changes = changes(existing, wanted, "options");
    let reset: Vec<String> = changes
        .iter()
        .filter(|(_, value)| value.is_none())
        .map(|(name, _)| option_name(name))
        .collect();
    let set: Vec<(&str, &str)> =
        changes.iter().filter_map(|(name, value)| Some((*name, (*value)?))).collect();
    let mut statements = Vec::new();
    if !reset.is_empty() {
        statements.push(format!("ALTER {word} {key} RESET ({})", reset.join(", ")));
    }
    if !set.is_empty() {
        statements.push(format!("ALTER {word} {key} SET ({})", assignments(&set)));
    }
    Some(statements)
}

fn set_of_column(
    key: &Key,
    attribute: &str,
    existing: &Object,
    wanted: &Object,
) -> Option<Vec<String>> {
    let change = match attribute {
        "type" | "collation" => return change_type(key, existing, wanted),
        "default" => default(wanted),
        "generated" if wanted.text("generated").is_none() => {
            let is_stored = existing.text("generated_kind").is_none();
            return is_stored.then(|| vec![alter_column(key, "DROP EXPRESSION")]);
        }
        "not_null" => {
            format!("{} NOT NULL", if wanted.flag("not_null") { "SET" } else { "DROP" })
        }
        "identity" | "identity_options" => return set_identity(key, existing, wanted),
        "storage" => {
            let storage =
                wanted.text("storage").map_or_else(|| storage_of_type(wanted), str::to_uppercase);
            format!("SET STORAGE {storage}")
        }
        "compression" => {
            format!("SET COMPRESSION {}", wanted.text("compression").unwrap_or("default"))
        }
        "statistics" => {
            format!("SET STATISTICS {}", wanted.number("statistics").unwrap_or(-1))
        }
        "options" => return Some(column_options(key, existing, wanted)),
        _ => return None,
    };
    // Of the tables below each has its own.
    match attribute {
        "default" | "storage" | "compression" | "statistics" => {
            Some(vec![alter_only(key, &change)])
        }
        _ => Some(vec![alter_column(key, &change)]),
    }
}

/// The storage of a column that has that of its type; 16 has a word for it.
fn storage_of_type(column: &Object) -> String {
    let oid =
        column.text("type").filter(|_| compat::MAJOR_VERSION < 16).and_then(catalog::parse_type);
    let storage = oid.map(|oid| match catalog::storage_of_type(oid) {
        'p' => "PLAIN",
        'e' => "EXTERNAL",
        'm' => "MAIN",
        _ => "EXTENDED",
    });
    storage.unwrap_or("DEFAULT").into()
}

fn default(wanted: &Object) -> String {
    match wanted.text("default") {
        Some(default) => format!("SET DEFAULT {default}"),
        None => "DROP DEFAULT".into(),
    }
}

fn alter_column(key: &Key, change: &str) -> String {
    format!("ALTER TABLE {} ALTER COLUMN {} {change}", relation(key), quote_identifier(&key.name))
}

fn alter_only(key: &Key, change: &str) -> String {
    alter_column(key, change).replacen("ALTER TABLE ", "ALTER TABLE ONLY ", 1)
}

/// A default that does not fit the new type would be in the way of it.
fn change_type(key: &Key, existing: &Object, wanted: &Object) -> Option<Vec<String>> {
    // What is computed is computed again.
    if existing.text("generated").is_some() && wanted.text("generated").is_some() {
        return None;
    }
    let name = quote_identifier(&key.name);
    let type_name = wanted.text("type")?;
    let collation = wanted.text("collation").map(|name| format!(" COLLATE {name}"));
    let collation = collation.unwrap_or_default();
    let mut statements = Vec::new();
    let has_default = existing.text("default").is_some();
    if has_default {
        statements.push(alter_column(key, "DROP DEFAULT"));
    }
    let through =
        match existing.text("type").is_some_and(|from| lossy::is_castable(from, type_name)) {
            true => "",
            false => "::text",
        };
    let change = format!("TYPE {type_name}{collation} USING {name}{through}::{type_name}");
    statements.push(alter_column(key, &change));
    if has_default && let Some(default) = wanted.text("default") {
        statements.push(alter_column(key, &format!("SET DEFAULT {default}")));
    }
    Some(statements)
}

fn set_identity(key: &Key, existing: &Object, wanted: &Object) -> Option<Vec<String>> {
    let Some(when) = wanted.text("identity") else {
        return Some(vec![alter_column(key, "DROP IDENTITY")]);
    };
    if existing.text("identity").is_none() {
        return Some(vec![alter_column(key, &format!("ADD {}", identity(wanted)))]);
    }
    // The place of the sequence in its counting is kept.
    let changed = match existing.attributes.get("identity_options")
        == wanted.attributes.get("identity_options")
    {
        true => String::new(),
        false => sets(wanted),
    };
    let change = alter_column(key, &format!("SET GENERATED {}{changed}", when.to_uppercase()));
    let rename = rename_sequence(identity_sequence(key, existing), identity_sequence(key, wanted))?;
    Some(rename.into_iter().chain([change]).collect())
}

/// The sequence of a column stays in the schema of its table.
fn rename_sequence(have: (String, String), want: (String, String)) -> Option<Option<String>> {
    let rename = format!(
        "ALTER SEQUENCE {} RENAME TO {}",
        qualified(&have.0, &have.1),
        quote_identifier(&want.1)
    );
    (have.0 == want.0).then(|| (have != want).then_some(rename))
}

/// Schema and name of the sequence of an identity column.
pub fn identity_sequence(column: &Key, object: &Object) -> (String, String) {
    let options = object.attributes.get("identity_options");
    let name = options.and_then(|options| options.get("name"));
    let part = |place: usize| name.and_then(|name| name.get(place)?.as_str().map(str::to_string));
    match (part(0), part(1)) {
        (Some(schema), Some(name)) => (schema, name),
        _ => (column.schema.clone(), format!("{}_{}_seq", column.relation, column.name)),
    }
}

/// ` SET START WITH 10 SET CYCLE`; what is not said is what the type alone makes of it.
fn sets(column: &Object) -> String {
    let options = column.attributes.get("identity_options").and_then(Value::as_object);
    let greatest = match column.text("type") {
        Some("smallint") => i64::from(i16::MAX),
        Some("integer") => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    let words = [
        ("increment", "INCREMENT BY", 1),
        ("minimum", "MINVALUE", 1),
        ("maximum", "MAXVALUE", greatest),
        ("start", "START WITH", 1),
        ("cache", "CACHE", 1),
    ];
    let set = words.iter().map(|(attribute, word, plain)| {
        let number = options.and_then(|options| options.get(*attribute)?.as_i64());
        format!(" SET {word} {}", number.unwrap_or(*plain))
    });
    let cycles = options.and_then(|options| options.get("cycle")?.as_bool()).unwrap_or(false);
    set.collect::<String>() + if cycles { " SET CYCLE" } else { " SET NO CYCLE" }
}

/// The tablespace of what is said to be in none.
fn database_tablespace() -> String {
    const QUERY: &str = "
        SELECT t.spcname::pg_catalog.text
        FROM pg_catalog.pg_database d
        JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
        WHERE d.datname = pg_catalog.current_database()";
    let mut name = None;
    snapshot::plainly(|| {
        rows::visit(QUERY, &[], |row| {
            name = row.get::<String>(1)?;
            Ok(())
        })
    });
    name.unwrap_or_else(|| "pg_default".into())
}

fn column_options(key: &Key, existing: &Object, wanted: &Object) -> Vec<String> {
    let changes = changes(existing, wanted, "options");
    let change = |(name, value): (&str, Option<&str>)| match value {
        Some(value) => alter_column(key, &format!("SET ({}={value})", quote_identifier(name))),
        None => alter_column(key, &format!("RESET ({})", quote_identifier(name))),
    };
    changes.into_iter().map(change).collect()
}

fn set_of_view(
    key: &Key,
    attribute: &str,
    existing: &Object,
    wanted: &Object,
) -> Option<Vec<String>> {
    match attribute {
        "definition" | "columns" if is_replaceable(existing, wanted) => {
            let create = create(&Spec::default(), key, wanted)?;
            Some(vec![create.replacen("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)])
        }
        "column_defaults" => {
            let change = |(column, default): (&str, Option<&str>)| {
                let column = quote_identifier(column);
                let what =
                    default.map_or("DROP DEFAULT".into(), |text| format!("SET DEFAULT {text}"));
                format!("ALTER VIEW {key} ALTER COLUMN {column} {what}")
            };
            Some(changes(existing, wanted, attribute).into_iter().map(change).collect())
        }
        _ => set_options("VIEW", key, attribute, existing, wanted),
    }
}

/// CREATE OR REPLACE VIEW can add columns at the end, and nothing else of them.
fn is_replaceable(existing: &Object, wanted: &Object) -> bool {
    let columns = |object: &Object| {
        object.attributes.get("columns").and_then(Value::as_array).cloned().unwrap_or_default()
    };
    columns(wanted).is_empty() || columns(wanted).starts_with(&columns(existing))
}

fn enable(key: &Key, wanted: &Object) -> String {
    let what = match wanted.text("enabled") {
        Some("disabled") => "DISABLE",
        Some("replica") => "ENABLE REPLICA",
        Some("always") => "ENABLE ALWAYS",
        _ => "ENABLE",
    };
    format!("ALTER TABLE {} {what} TRIGGER {}", relation(key), quote_identifier(&key.name))
}
