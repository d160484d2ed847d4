//! What is said of an object apart from the statement that makes it, and when.

use super::super::ddl::identity_sequence;
use super::super::model::{Key, Kind, Object, Spec};
use super::super::{anew::ties::parents, diff};
use super::Phase;
use serde_json::json;

/// What something is like when it was just made, in what can be set only afterwards.
pub fn as_made(kind: Kind) -> Object {
    let privilege = match kind {
        Kind::Function | Kind::Procedure => "EXECUTE",
        Kind::Domain | Kind::Enum | Kind::CompositeType => "USAGE",
        _ => return Object::default(),
    };
    let mut object = Object::default();
    let grants = json!([{ "role": "public", "privilege": privilege }]);
    object.attributes.insert("grants".into(), grants);
    object
}

/// The attributes that are not said in the statement that makes something, in the order in which
/// they are set: a sequence has the owner of its table's before it can be owned by a column.
pub fn details(kind: Kind, object: &Object) -> impl Iterator<Item = &'static str> {
    const AFTERWARDS: [&str; 19] = [
        "row_level_security",
        "force_row_level_security",
        "replica_identity",
        "storage",
        "compression",
        "statistics",
        "options",
        "tablespace",
        "clustered",
        "enabled",
        "target",
        "column_defaults",
        "column_comments",
        "comment",
        "partition_of",
        "attached_to",
        "grants",
        "owner",
        "owned_by",
    ];
    let has = |attribute: &&str| object.attributes.contains_key(*attribute);
    let is_detail = move |attribute: &&str| match (kind, *attribute) {
        (Kind::Column, _) => true,
        // Said in CREATE, but for the index behind a constraint.
        (Kind::Constraint, _) => true,
        (Kind::Index, "tablespace") => true,
        (_, "options" | "tablespace") => false,
        _ => true,
    };
    AFTERWARDS.into_iter().filter(has).filter(is_detail).collect::<Vec<_>>().into_iter()
}

/// The attributes in which something differs, in an order in which they can be changed: a column
/// has an identity only without a default and NOT NULL.
pub fn in_order(attributes: &[String], wanted: &Object) -> Vec<String> {
    let rank = |attribute: &String| match (
        attribute.as_str(),
        wanted.attributes.contains_key(attribute),
    ) {
        ("identity" | "default" | "generated", false) => 0,
        ("type" | "collation", _) => 1,
        ("not_null", _) => 2,
        ("owner", _) => 4,
        ("owned_by", _) => 5,
        _ => 3,
    };
    let mut attributes = attributes.to_vec();
    attributes.sort_by_key(rank);
    attributes
}

/// When something is made.
pub fn phase(kind: Kind, object: &Object) -> Phase {
    match kind {
        Kind::Schema => Phase::Schemas,
        Kind::Extension => Phase::Extensions,
        Kind::Enum | Kind::Domain | Kind::DomainConstraint | Kind::CompositeType => Phase::Types,
        Kind::Sequence => Phase::Sequences,
        Kind::Function | Kind::Procedure => Phase::Routines,
        Kind::Table => Phase::Tables,
        Kind::Column => Phase::Columns,
        Kind::View | Kind::MaterializedView => Phase::Views,
        Kind::Constraint if is_foreign_key(object) => Phase::ForeignKeys,
        Kind::Constraint => Phase::Constraints,
        Kind::Index | Kind::Statistics => Phase::Indexes,
        Kind::Trigger | Kind::Policy => Phase::Acting,
    }
}

fn is_foreign_key(object: &Object) -> bool {
    object
        .text("definition")
        .is_some_and(|text| text.to_uppercase().trim_start().starts_with("FOREIGN KEY"))
}

/// When an attribute is set. What the default of a column is in the way of comes after that.
pub fn phase_of_attribute(key: &Key, attribute: &str, wanted: &Object) -> Phase {
    match attribute {
        "labels" => Phase::Labels,
        "default" if !wanted.attributes.contains_key("default") => Phase::Changing,
        "default" | "column_defaults" => Phase::Defaults,
        "owned_by" => Phase::Owning,
        "owner" if key.kind == Kind::Sequence => Phase::Owning,
        "partition_of" | "bound" | "inherits" | "attached_to" => Phase::Attaching,
        "clustered"
        | "replica_identity"
        | "row_level_security"
        | "force_row_level_security"
        | "enabled" => Phase::Acting,
        "comment" | "column_comments" | "owner" | "grants" => Phase::Describing,
        "definition" | "columns" => phase(key.kind, wanted),
        _ => Phase::Changing,
    }
}

/// Why an attribute stays as it is.
pub fn unchangeable(kind: Kind, attribute: &str) -> String {
    let what = match (kind, attribute) {
        (Kind::Enum, _) => return "labels can only be added".into(),
        (Kind::CompositeType, _) => return "attributes can only be added at the end".into(),
        (_, "partition_by") => "partition key",
        (_, "of_type") => "type",
        (_, "generated" | "generated_kind") => "generation expression",
        (_, "inherited") => return "what is inherited again stays the table's own, too".into(),
        (_, other) => &other.replace('_', " "),
    };
    format!("its {what} cannot be changed")
}

/// Whether the spec says enough of a table to make it.
pub fn is_described(want: &Spec, key: &Key, table: &Object) -> bool {
    let columns = want.parts(key, Kind::Column);
    let says_more = !table.attributes.is_empty() || diff::is_covered(want, key);
    (says_more || !columns.is_empty())
        && columns.iter().all(|(_, column)| column.text("type").is_some() || column.optional)
}

/// Whether what it is a part of is not there and may be so.
pub fn is_left_away(want: &Spec, have: &Spec, key: &Key) -> bool {
    let parents = key.kind.description().parents.iter().map(|kind| key.parent(*kind));
    let may_be = |parent: &Key| want.objects.get(parent).is_some_and(|parent| parent.optional);
    parents.into_iter().any(|parent| may_be(&parent) && !have.objects.contains_key(&parent))
}

/// A column as it is in the first table it comes from.
pub fn inherited(want: &Spec, key: &Key, table: &Object) -> Option<Object> {
    let column = |parent: Key| want.objects.get(&parent.part(Kind::Column, &key.name));
    parents(&key.parent(Kind::Table), table).into_iter().find_map(column).cloned()
}

/// An index, or the constraint it is behind, by its name alone.
pub fn indexes_named<'a>(
    spec: &'a Spec,
    schema: &'a str,
    name: &'a str,
) -> impl Iterator<Item = Key> + 'a {
    let is_it = move |key: &&Key| {
        matches!(key.kind, Kind::Index | Kind::Constraint)
            && key.schema == schema
            && key.name == name
    };
    spec.objects.keys().filter(is_it).cloned()
}

/// A name that only one object can have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// Of a table, a view, an index, a sequence or a type, by schema.
    Relation(String, String),
    /// Of a constraint: the server gives each in a schema another one.
    Constraint(String, String),
    /// Of anything else.
    Other(Key),
}

/// The names that an object takes.
pub fn names(spec: &Spec, key: &Key, object: &Object) -> Vec<Name> {
    let relation = |name: &str| Name::Relation(key.schema.clone(), name.to_string());
    let constraint = |name: String| Name::Constraint(key.schema.clone(), name);
    let not_null =
        |of: String| object.flag("not_null").then(|| constraint(format!("{of}_not_null")));
    match key.kind {
        Kind::Table => {
            let columns = spec.parts(key, Kind::Column).into_iter();
            let of_columns = columns.flat_map(|(key, object)| names(spec, key, object));
            of_columns.chain([relation(&key.name)]).collect()
        }
        Kind::View
        | Kind::MaterializedView
        | Kind::Sequence
        | Kind::Enum
        | Kind::CompositeType
        | Kind::Index => vec![relation(&key.name)],
        Kind::Domain => {
            not_null(key.name.clone()).into_iter().chain([relation(&key.name)]).collect()
        }
        Kind::DomainConstraint => vec![constraint(key.name.clone()), Name::Other(key.clone())],
        Kind::Constraint => vec![relation(&key.name), constraint(key.name.clone())],
        Kind::Column => {
            let identity =
                object.text("identity").map(|_| relation(&identity_sequence(key, object).1));
            let not_null = not_null(format!("{}_{}", key.relation, key.name));
            identity.into_iter().chain(not_null).chain([Name::Other(key.clone())]).collect()
        }
        _ => vec![Name::Other(key.clone())],
    }
}
