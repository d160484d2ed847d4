//! NOT NULL as a constraint with a name: of a domain from PostgreSQL 17 on, of a column from 18 on.
//!
//! A spec has only those that the column or domain does not say by itself: with another name
//! than they would get, NOT VALID, or NO INHERIT.

use super::model::{Key, Kind, Object, Spec};
use crate::pg::quote_identifier;
use serde_json::Value;

/// Whether a table's, or a domain's, own statement says the constraint: one that is NOT VALID can
/// only be added.
pub fn is_in_create(key: &Key, constraint: &Object) -> bool {
    match key.kind {
        Kind::DomainConstraint => is_of_domain(constraint),
        _ => is_of_table(constraint) && is_valid(constraint),
    }
}

fn is_of_domain(constraint: &Object) -> bool {
    constraint.text("definition") == Some("NOT NULL")
}

fn is_of_table(constraint: &Object) -> bool {
    constraint.text("kind") == Some("not null")
}

fn is_valid(constraint: &Object) -> bool {
    constraint.text("definition").is_some_and(|text| !text.ends_with(" NOT VALID"))
}

/// What CREATE DOMAIN says.
pub fn of_domain(spec: &Spec, key: &Key, domain: &Object) -> String {
    let constraints = spec.parts(key, Kind::DomainConstraint);
    let named = constraints.into_iter().find(|(_, constraint)| is_of_domain(constraint));
    match (domain.flag("not_null"), named) {
        (false, _) => String::new(),
        (true, None) => " NOT NULL".into(),
        (true, Some((name, _))) => {
            format!(" CONSTRAINT {} NOT NULL", quote_identifier(&name.name))
        }
    }
}

/// What CREATE TABLE says of a column. A partition, which is made as a table of its own, has the
/// names of the table it is going to be attached to; a table that inherits gets it from there.
pub fn of_column(spec: &Spec, key: &Key, column: &Object) -> String {
    if !column.flag("not_null") || named(spec, key).is_some() {
        return String::new();
    }
    match name_above(spec, key).filter(|_| HAVE_NAMES) {
        _ if !is_of_partition(spec, key) && is_not_null_above(spec, key) => String::new(),
        Some(name) => format!(" CONSTRAINT {} NOT NULL", quote_identifier(&name)),
        None => " NOT NULL".into(),
    }
}

/// Whether a column that comes from another table is NOT NULL by CREATE TABLE.
pub fn comes_with_table(spec: &Spec, column: &Key) -> bool {
    let is_in_create = |key| is_in_create(key, &spec.objects[key]);
    is_not_null_above(spec, column) || named(spec, column).is_some_and(is_in_create)
}

const HAVE_NAMES: bool =
    !cfg!(any(feature = "pg14", feature = "pg15", feature = "pg16", feature = "pg17"));

/// The constraint of a column, if the spec has it.
fn named<'a>(spec: &'a Spec, column: &Key) -> Option<&'a Key> {
    let quoted = quote_identifier(&column.name);
    let is_it = |constraint: &Object| {
        let definition = constraint.text("definition").unwrap_or_default();
        let rest = definition.strip_prefix("NOT NULL ").and_then(|it| it.strip_prefix(&quoted));
        is_of_table(constraint) && rest.is_some_and(|it| it.is_empty() || it.starts_with(' '))
    };
    let constraints = spec.parts(&column.parent(Kind::Table), Kind::Constraint);
    constraints.into_iter().find(|(_, constraint)| is_it(constraint)).map(|(key, _)| key)
}

fn is_of_partition(spec: &Spec, column: &Key) -> bool {
    let table = spec.objects.get(&column.parent(Kind::Table));
    table.is_some_and(|table| table.name("partition_of").is_some())
}

/// The column in the tables above.
fn above(spec: &Spec, column: &Key) -> Vec<Key> {
    let Some(table) = spec.objects.get(&column.parent(Kind::Table)) else { return Vec::new() };
    let attribute = |name| table.attributes.get(name).into_iter();
    let inherits = attribute("inherits").filter_map(Value::as_array).flatten();
    let of = |name: &Value| {
        let (schema, relation) = (name.get(0)?.as_str()?, name.get(1)?.as_str()?);
        Some(Key { schema: schema.into(), relation: relation.into(), ..column.clone() })
    };
    attribute("partition_of").chain(inherits).filter_map(of).collect()
}

fn is_not_null_above(spec: &Spec, column: &Key) -> bool {
    above(spec, column).iter().any(|key| is_not_null(spec, key))
}

fn is_not_null(spec: &Spec, column: &Key) -> bool {
    spec.objects.get(column).is_some_and(|column| column.flag("not_null"))
}

/// The name that the constraint of a column takes from the tables above.
fn name_above(spec: &Spec, column: &Key) -> Option<String> {
    above(spec, column).iter().find_map(|column| {
        let own = || format!("{}_{}_not_null", column.relation, column.name);
        let named = named(spec, column).map(|key| key.name.clone());
        let name = named.or_else(|| name_above(spec, column));
        name.or_else(|| is_not_null(spec, column).then(own))
    })
}
