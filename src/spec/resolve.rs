//! What the names of a spec mean that are written without a schema, and the types of arguments.

use super::model::{Key, Kind, Spec};
use crate::pg::message::{self, Message};
use crate::pg::tree::model::Relation;
use crate::pg::{catalog, naming};

/// The schema of an object that was named without one: where it is found along search_path, else
/// where it would be made. `None` if there is no such schema.
pub fn schema_of(key: &Key, search_path: Option<&str>) -> Option<String> {
    under(search_path, || {
        let found = match key.kind {
            Kind::Enum | Kind::Domain | Kind::CompositeType => {
                catalog::type_by_name(std::slice::from_ref(&key.name))
                    .and_then(|found| catalog::type_namespace(found.oid))
            }
            Kind::Function | Kind::Procedure => return schema_of_routine(key),
            _ => {
                let name = Relation { schema: None, name: key.name.clone() };
                catalog::relation(&name).map(|relation| relation.namespace)
            }
        };
        found.or_else(|| catalog::creation_namespace(None)).and_then(catalog::namespace_name)
    })
}

fn schema_of_routine(key: &Key) -> Option<String> {
    let (name, arguments) = key.routine();
    let types: Option<Vec<_>> = split(arguments).into_iter().map(catalog::parse_type).collect();
    let schemas = naming::searched_schemas();
    let has_it = |schema: &&String| {
        types
            .as_ref()
            .is_some_and(|types| catalog::function_exists(Some(schema), &name, Some(types)))
    };
    let found = schemas.iter().find(has_it).cloned();
    found.or_else(|| catalog::creation_namespace(None).and_then(catalog::namespace_name))
}

/// The types of a function's arguments as a snapshot writes them. What is no type is left as
/// it is: it will not be found.
pub fn arguments(written: &str, search_path: Option<&str>) -> String {
    let types: Vec<_> = under(search_path, || {
        split(written).into_iter().map(|text| (text, catalog::parse_type(text))).collect()
    });
    let name = |(text, oid): (&str, Option<_>)| match oid {
        Some(oid) => catalog::argument_type_name(oid),
        None => text.into(),
    };
    plainly(|| types.into_iter().map(name).collect::<Vec<_>>().join(", "))
}

/// As under the settings of a snapshot.
fn plainly<T>(body: impl FnOnce() -> T) -> T {
    let settings = [("search_path", ""), ("quote_all_identifiers", "off")];
    naming::under_any(&settings, body).unwrap_or_else(|refused| unreachable!("{refused}"))
}

/// A type as a snapshot writes it; `None` for a text that names none.
pub fn type_text(written: &str) -> Option<String> {
    let (oid, size) = catalog::parse_type_and_size(written)?;
    Some(plainly(|| catalog::type_name(oid, size)))
}

/// What stands between the commas; no type has one in its name without quotes.
pub fn split(arguments: &str) -> Vec<&str> {
    let mut quoted = false;
    let between = arguments.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    between.map(str::trim).filter(|text| !text.is_empty()).collect()
}

/// Runs `body` under that search_path, or as it is.
pub fn under<T>(search_path: Option<&str>, body: impl FnOnce() -> T) -> T {
    match search_path {
        None => body(),
        Some(search_path) => {
            let settings = [("search_path", search_path)];
            naming::under(&settings, body).unwrap_or_else(|refused| {
                let text = format!("invalid search_path of the spec: {refused}");
                message::raise("22023", &Message { text, ..Message::default() })
            })
        }
    }
}

/// Runs `body` under the settings that a spec was written for.
pub fn under_spec<T>(spec: &Spec, body: impl FnOnce() -> T) -> T {
    naming::under_any(&spec.settings(), body).unwrap_or_else(|refused| {
        let text = format!("invalid settings of the spec: {refused}");
        message::raise("22023", &Message { text, ..Message::default() })
    })
}
