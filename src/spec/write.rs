//! From a spec to JSON: the full form, as a snapshot has it.

use super::model::{Key, Kind, Object, Spec};
use super::{name, read};
use serde_json::{Value, json};
use std::fmt::{Display, Write};

/// The spec as the text of a JSON object. The order of keys is nobody's concern: jsonb has its own.
pub fn text(spec: &Spec) -> String {
    let mut text = String::new();
    let (key, version) = read::VERSION;
    let mut document = Members::of(&mut text);
    document.add(key, version);
    if let Some(search_path) = &spec.search_path {
        document.add("search_path", quoted(search_path));
    }
    if let Some(scope) = &spec.scope {
        let mut value = json!({ "schemas": scope.schemas });
        if let Some(tables) = &scope.tables {
            value["tables"] = json!(tables);
        }
        document.add("scope", value);
    }
    for kind in Kind::ALL.into_iter().filter(|kind| kind.stands_alone()) {
        let first = Key { kind, schema: "".into(), relation: "".into(), name: "".into() };
        let mut objects =
            spec.objects.range(first..).take_while(|(key, _)| key.kind == kind).peekable();
        if objects.peek().is_some() {
            let mut section = Members::of(document.key(kind.description().section));
            for (key, object) in objects {
                entry(section.key(&name::written(key)), spec, key, object);
            }
            section.end();
        }
    }
    document.end();
    text
}

fn entry(text: &mut String, spec: &Spec, key: &Key, object: &Object) {
    let mut members = members(text, object);
    for kind in key.kind.parts() {
        let parts = spec.parts(key, kind);
        if parts.is_empty() {
            continue;
        }
        let text = members.key(kind.description().section);
        match kind {
            // The only parts that have an order.
            Kind::Column => columns(text, parts),
            _ => named(text, parts),
        }
    }
    members.end();
}

fn columns(text: &mut String, parts: Vec<(&Key, &Object)>) {
    text.push('[');
    for (place, (key, object)) in parts.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        let mut members = members(text, object);
        members.add("name", quoted(&key.name));
        members.end();
    }
    text.push(']');
}

fn named(text: &mut String, parts: Vec<(&Key, &Object)>) {
    let mut section = Members::of(text);
    for (key, object) in parts {
        members(section.key(&key.name), object).end();
    }
    section.end();
}

/// What is said of an object, but for its parts.
fn members<'a>(text: &'a mut String, object: &Object) -> Members<'a> {
    let mut members = Members::of(text);
    for (attribute, value) in &object.attributes {
        members.add(attribute, value);
    }
    if object.optional {
        members.add("optional", true);
    }
    if !object.needs.is_empty() {
        let addresses: Vec<String> = object.needs.iter().map(name::address).collect();
        members.add("depends_on", json!(addresses));
    }
    members
}

/// An object that is written member by member: of a large database it would be large as values.
struct Members<'a> {
    text: &'a mut String,
    next: char,
}

impl<'a> Members<'a> {
    fn of(text: &'a mut String) -> Members<'a> {
        Members { text, next: '{' }
    }

    /// Where to write the value of a key.
    fn key(&mut self, key: &str) -> &mut String {
        self.text.push(std::mem::replace(&mut self.next, ','));
        _ = write!(self.text, "{}:", quoted(key));
        self.text
    }

    /// The value is JSON as it is displayed.
    fn add(&mut self, key: &str, value: impl Display) {
        _ = write!(self.key(key), "{value}");
    }

    fn end(self) {
        self.text.push_str(if self.next == '{' { "{}" } else { "}" });
    }
}

fn quoted(text: &str) -> Value {
    Value::from(text)
}
