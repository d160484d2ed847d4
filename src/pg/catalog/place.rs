//! The schema and the table that a message's fields leave to search_path.

use super::{index_table, namespace_name, relation, relation_by_oid, type_by_name, type_namespace};
use crate::pg::message::Place;
use crate::pg::tree::model::Relation;
use std::borrow::Cow;

/// The place with what its name finds: the schema, and of an index the table.
pub fn located(place: &Place) -> Cow<'_, Place> {
    if place.schema.is_some() && (place.table.is_some() || place.constraint.is_none()) {
        return Cow::Borrowed(place);
    }
    let mut found = place.clone();
    match (&place.table, &place.constraint, &place.datatype) {
        (Some(table), ..) => found.schema = schema_of_relation(table),
        (None, Some(index), None) => locate_index(&mut found, index),
        (None, _, Some(name)) => found.schema = schema_of_type(name),
        (None, None, None) => {}
    }
    Cow::Owned(found)
}

fn schema_of_relation(name: &str) -> Option<String> {
    let found = relation(&Relation { schema: None, name: name.into() })?;
    namespace_name(found.namespace)
}

fn schema_of_type(name: &str) -> Option<String> {
    namespace_name(type_namespace(type_by_name(&[name.into()])?.oid)?)
}

fn locate_index(place: &mut Place, name: &str) {
    let name = Relation { schema: place.schema.clone(), name: name.into() };
    let Some(index) = relation(&name) else { return };
    place.schema = namespace_name(index.namespace);
    place.table = index_table(&name).and_then(relation_by_oid).map(|table| table.name);
}
