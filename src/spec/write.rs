//! From a spec to JSON: the full form, as a snapshot has it.

use super::model::{Key, Kind, Object, Spec};
use super::{name, read};
use serde_json::{Map, Value, json};

/// The spec as JSON. The order of keys is nobody's concern: jsonb has its own.
pub fn json(spec: &Spec) -> Value {
    let mut document = Map::new();
    document.insert(read::VERSION.0.into(), read::VERSION.1.into());
    if let Some(search_path) = &spec.search_path {
        document.insert("search_path".into(), search_path.as_str().into());
    }
    if let Some(scope) = &spec.scope {
        let mut value = json!({ "schemas": scope.schemas });
        if let Some(tables) = &scope.tables {
            value["tables"] = json!(tables);
        }
        document.insert("scope".into(), value);
    }
    for kind in Kind::ALL.into_iter().filter(|kind| kind.stands_alone()) {
        let objects = spec.objects.iter().filter(|(key, _)| key.kind == kind);
        let section: Map<String, Value> =
            objects.map(|(key, object)| (name::written(key), entry(spec, key, object))).collect();
        if !section.is_empty() {
            document.insert(kind.description().section.into(), section.into());
        }
    }
    document.into()
}

fn entry(spec: &Spec, key: &Key, object: &Object) -> Value {
    let mut members = members(object);
    for kind in key.kind.parts() {
        let parts = spec.parts(key, kind);
        if parts.is_empty() {
            continue;
        }
        let section = match kind {
            // The only parts that have an order.
            Kind::Column => parts.into_iter().map(|(key, object)| column(key, object)).collect(),
            _ => {
                let named = parts.into_iter().map(|(key, object)| (key.name.clone(), part(object)));
                Value::Object(named.collect())
            }
        };
        members.insert(kind.description().section.into(), section);
    }
    members.into()
}

fn column(key: &Key, object: &Object) -> Value {
    let mut members = members(object);
    members.insert("name".into(), key.name.as_str().into());
    members.into()
}

fn part(object: &Object) -> Value {
    members(object).into()
}

fn members(object: &Object) -> Map<String, Value> {
    let mut members = object.attributes.clone();
    if object.optional {
        members.insert("optional".into(), true.into());
    }
    if !object.needs.is_empty() {
        let addresses: Vec<Value> =
            object.needs.iter().map(|key| name::address(key).into()).collect();
        members.insert("depends_on".into(), addresses.into());
    }
    members
}
