//! NOT NULL as a constraint with a name: of a domain from PostgreSQL 17 on, of a column from 18 on.
//!
//! A spec has only those that the column or domain does not say by itself: with another name
//! than they would get, NOT VALID, or NO INHERIT.

use super::anew::ties::parents;
use super::mention;
use super::model::{Key, Kind, Object, Spec};
use crate::pg::{compat, quote_identifier};

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

/// What a NOT NULL with a name is said of: a column or a domain.
pub fn of(spec: &Spec, key: &Key) -> Option<Key> {
    let definition = spec.objects.get(key)?.text("definition")?;
    match key.kind {
        Kind::DomainConstraint if definition == "NOT NULL" => Some(key.parent(Kind::Domain)),
        Kind::Constraint => {
            let name = mention::identifier(definition.strip_prefix("NOT NULL ")?)?;
            let column = key.parent(Kind::Table).part(Kind::Column, &name);
            spec.objects.contains_key(&column).then_some(column)
        }
        _ => None,
    }
}

/// The NOT NULL of a column or domain, if the spec has it by a name.
pub fn named<'a>(spec: &'a Spec, key: &Key) -> Option<&'a Key> {
    let parts = match key.kind {
        Kind::Column => spec.parts(&key.parent(Kind::Table), Kind::Constraint),
        _ => spec.parts(key, Kind::DomainConstraint),
    };
    let is_it = |constraint: &&Key| of(spec, constraint).as_ref() == Some(key);
    parts.into_iter().map(|(constraint, _)| constraint).find(is_it)
}

/// The constraints, by the names they get by themselves, of what is said to be NOT NULL in the
/// statement that makes a table or a domain.
pub fn unnamed(spec: &Spec, key: &Key, object: &Object) -> Vec<(Key, Object)> {
    let is_unnamed = |of: &Key, it: &Object| it.flag("not_null") && named(spec, of).is_none();
    match key.kind {
        Kind::Domain if HAS_NAME_OF_DOMAIN && is_unnamed(key, object) => {
            let name = format!("{}_not_null", key.name);
            vec![(key.part(Kind::DomainConstraint, &name), constraint("NOT NULL".into()))]
        }
        Kind::Table if HAVE_NAMES && object.name("partition_of").is_none() => {
            let columns = spec.parts(key, Kind::Column).into_iter();
            let own = columns.filter(|(of, it)| is_unnamed(of, it) && !it.flag("inherited"));
            let constraint = |(of, _): (&Key, &Object)| {
                let name = format!("{}_{}_not_null", key.name, of.name);
                let definition = format!("NOT NULL {}", quote_identifier(&of.name));
                (key.part(Kind::Constraint, &name), constraint(definition))
            };
            own.map(constraint).collect()
        }
        _ => Vec::new(),
    }
}

fn constraint(definition: String) -> Object {
    let mut object = Object::default();
    object.attributes.insert("definition".into(), definition.into());
    object.attributes.insert("kind".into(), "not null".into());
    object
}

/// What CREATE DOMAIN says.
pub fn of_domain(spec: &Spec, key: &Key, domain: &Object) -> String {
    match (domain.flag("not_null"), named(spec, key)) {
        (false, _) => String::new(),
        (true, None) => " NOT NULL".into(),
        (true, Some(name)) => format!(" CONSTRAINT {} NOT NULL", quote_identifier(&name.name)),
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

const HAVE_NAMES: bool = compat::MAJOR_VERSION >= 18;
const HAS_NAME_OF_DOMAIN: bool = compat::MAJOR_VERSION >= 17;

fn is_of_partition(spec: &Spec, column: &Key) -> bool {
    let table = spec.objects.get(&column.parent(Kind::Table));
    table.is_some_and(|table| table.name("partition_of").is_some())
}

/// The column in the tables above.
fn above(spec: &Spec, column: &Key) -> Vec<Key> {
    let table = column.parent(Kind::Table);
    let tables = spec.objects.get(&table).map(|object| parents(&table, object));
    tables.into_iter().flatten().map(|it| it.part(Kind::Column, &column.name)).collect()
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
