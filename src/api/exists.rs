//! Looking: whether something is there, by the catalog and without locks.
//!
//! None of these raises for a name that does not exist. NULL asks about nothing: the answer is
//! NULL, as SQL has it, except for `schema`, where it means search_path.

use crate::pg::accept_invalidations;
use crate::pg::catalog::{self, Found, RelationInfo};
use crate::pg::tree::model::{Class, ObjectName, Relation};
use pgrx::prelude::*;

fn relation(name: &str, schema: Option<&str>) -> Relation {
    Relation { schema: schema.map(str::to_string), name: name.to_string() }
}

fn find_relation(name: &str, schema: Option<&str>) -> Option<RelationInfo> {
    accept_invalidations();
    catalog::relation(&relation(name, schema))
}

fn is_there(object: ObjectName) -> bool {
    accept_invalidations();
    matches!(catalog::find(&object), Found::Present { .. })
}

/// A table: ordinary, partitioned or foreign.
#[pg_extern]
fn table_exists(table_name: Option<&str>, schema: default!(Option<&str>, "NULL")) -> Option<bool> {
    let found = find_relation(table_name?, schema);
    Some(found.is_some_and(|found| matches!(found.kind, 'r' | 'p' | 'f')))
}

/// A view, not a materialized one.
#[pg_extern]
fn view_exists(view_name: Option<&str>, schema: default!(Option<&str>, "NULL")) -> Option<bool> {
    let found = find_relation(view_name?, schema);
    Some(found.is_some_and(|found| found.kind == 'v'))
}

/// A sequence.
#[pg_extern]
fn sequence_exists(
    sequence_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Option<bool> {
    let found = find_relation(sequence_name?, schema);
    Some(found.is_some_and(|found| found.kind == 'S'))
}

/// An index; with `table_name` one of that table.
#[pg_extern]
fn index_exists(
    index_name: Option<&str>,
    table_name: default!(Option<&str>, "NULL"),
    schema: default!(Option<&str>, "NULL"),
) -> Option<bool> {
    let found = find_relation(index_name?, schema);
    let index = found.and_then(|found| catalog::index(found.oid));
    Some(match (index, table_name) {
        (Some(index), Some(table)) => {
            find_relation(table, schema).is_some_and(|table| table.oid == index.table)
        }
        (index, _) => index.is_some(),
    })
}

/// A column of a table, view, materialized view or composite type.
#[pg_extern]
fn column_exists(
    table_name: Option<&str>,
    column_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Option<bool> {
    let (table, column) = (table_name?, column_name?);
    let found = find_relation(table, schema);
    Some(found.is_some_and(|found| has_column(&found, column)))
}

/// All of the columns.
#[pg_extern]
fn columns_exist(
    table_name: Option<&str>,
    column_names: Option<Vec<Option<String>>>,
    schema: default!(Option<&str>, "NULL"),
) -> Option<bool> {
    let (table, columns) = (table_name?, column_names?);
    let columns: Vec<String> = columns.into_iter().collect::<Option<_>>()?;
    let found = find_relation(table, schema);
    Some(found.is_some_and(|found| columns.iter().all(|column| has_column(&found, column))))
}

fn has_column(relation: &RelationInfo, name: &str) -> bool {
    // Indexes and sequences have attributes too, but no columns.
    matches!(relation.kind, 'r' | 'p' | 'f' | 'v' | 'm' | 'c')
        && catalog::column(relation.oid, name).is_some_and(|column| column.number > 0)
}

/// A constraint of a table.
#[pg_extern]
fn constraint_exists(
    constraint_name: Option<&str>,
    table_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Option<bool> {
    on_table(Class::Constraint, constraint_name, table_name, schema)
}

/// A policy of a table.
#[pg_extern]
fn policy_exists(
    policy_name: Option<&str>,
    table_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Option<bool> {
    on_table(Class::Policy, policy_name, table_name, schema)
}

/// A trigger of a table.
#[pg_extern]
fn trigger_exists(
    trigger_name: Option<&str>,
    table_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Option<bool> {
    on_table(Class::Trigger, trigger_name, table_name, schema)
}

fn on_table(
    class: Class,
    name: Option<&str>,
    table: Option<&str>,
    schema: Option<&str>,
) -> Option<bool> {
    Some(is_there(ObjectName::on(class, relation(table?, schema), name?.to_string())))
}

/// A schema.
#[pg_extern]
fn schema_exists(schema_name: Option<&str>) -> Option<bool> {
    Some(is_there(ObjectName::plain(Class::Schema, None, schema_name?.to_string())))
}

/// An extension that has been created in this database.
#[pg_extern]
fn extension_exists(extension_name: Option<&str>) -> Option<bool> {
    Some(is_there(ObjectName::plain(Class::Extension, None, extension_name?.to_string())))
}

/// A type of any kind: base, enum, domain, composite, range. Without a schema it may also be
/// spelled as SQL does: `integer`, `numeric(10,2)`.
#[pg_extern]
fn type_exists(type_name: Option<&str>, schema: default!(Option<&str>, "NULL")) -> Option<bool> {
    let name = type_name?;
    let object = ObjectName::plain(Class::Type, schema.map(str::to_string), name.to_string());
    // The server's parser would cut a longer name, and fold capitals.
    let may_be_sql = schema.is_none() && name.len() < 64 && name == name.to_lowercase();
    Some(is_there(object) || (may_be_sql && catalog::parse_type(name).is_some()))
}

/// A function, procedure, aggregate or window function; with `argument_types` one that takes
/// exactly these.
#[pg_extern]
fn function_exists(
    function_name: Option<&str>,
    argument_types: default!(Option<Vec<Option<String>>>, "NULL"),
    schema: default!(Option<&str>, "NULL"),
) -> Option<bool> {
    let name = function_name?;
    accept_invalidations();
    let Some(argument_types) = argument_types else {
        return Some(catalog::function_exists(schema, name, None));
    };
    let names: Vec<String> = argument_types.into_iter().collect::<Option<_>>()?;
    let types: Option<Vec<pg_sys::Oid>> =
        names.iter().map(|name| catalog::parse_type(name)).collect();
    Some(types.is_some_and(|types| catalog::function_exists(schema, name, Some(&types))))
}
