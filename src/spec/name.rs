//! Names as a spec writes them.
//!
//! They are taken as they are, `Orders` is not `orders`. A dot stands between a schema and a
//! name; a name that itself has a dot, a double quote or a parenthesis stands in double quotes.

use super::model::{Key, Kind};
use crate::pg::quote_identifier;

/// One name.
pub fn part(name: &str) -> String {
    // As catalog/parts/routines.sql has it.
    let is_odd =
        name.contains(['.', '"', '(', ')']) || name.starts_with(' ') || name.ends_with(' ');
    let is_plain = !name.is_empty() && !is_odd;
    if is_plain { name.into() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// The names of a dotted text, the last one, if it is that of a routine, with all that follows a
/// parenthesis; `None` if a name is empty or a quote is not closed.
pub fn parts(kind: Kind, text: &str) -> Option<Vec<String>> {
    let has_arguments = kind.is_routine();
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let (name, after) = first(rest)?;
        match after.chars().next() {
            None => names.push(name),
            Some('(') if has_arguments => names.push(format!("{}{after}", part(&name))),
            Some(_) => {
                names.push(name);
                rest = after.strip_prefix('.')?;
                continue;
            }
        }
        return Some(names);
    }
}

/// The first name of a text, and what follows it.
fn first(text: &str) -> Option<(String, &str)> {
    match text.strip_prefix('"') {
        Some(quoted) => closed(quoted),
        None => {
            let end = text.find(['.', '(']).unwrap_or(text.len());
            let (name, after) = text.split_at(end);
            (!name.is_empty() && !name.contains('"')).then(|| (name.into(), after))
        }
    }
}

/// A name in quotes, after the opening one.
fn closed(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"')?;
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return (!name.is_empty()).then_some((name, rest)),
        }
    }
}

/// The name of a function and its arguments, `f` and `integer, text` of `f(integer, text)`.
pub fn split_routine(text: &str) -> (String, &str) {
    let (name, arguments) = first(text).unwrap_or_else(|| (text.into(), ""));
    let inside = arguments.strip_prefix('(').and_then(|inside| inside.strip_suffix(')'));
    (name, inside.unwrap_or(arguments))
}

/// The key of an object in its section: `shop.orders`, `shop.f(integer)`; of a part its name.
pub fn written(key: &Key) -> String {
    match key.kind {
        _ if !key.kind.stands_alone() => key.name.clone(),
        Kind::Schema | Kind::Extension => key.name.clone(),
        Kind::Function | Kind::Procedure => format!("{}.{}", part(&key.schema), key.name),
        _ => format!("{}.{}", part(&key.schema), part(&key.name)),
    }
}

/// The same with its kind, and for a part with what it is a part of:
/// `constraint shop.orders.orders_pkey`.
pub fn address(key: &Key) -> String {
    let word = key.kind.word();
    match key.kind.stands_alone() {
        true => format!("{word} {}", written(key)),
        false => {
            format!("{word} {}.{}.{}", part(&key.schema), part(&key.relation), part(&key.name))
        }
    }
}

/// What [`address`] wrote.
pub fn addressed(text: &str) -> Option<Key> {
    let (word, name) = text.split_once(' ')?;
    let kind = Kind::named(word)?;
    let names = match kind.is_global() {
        true => vec![name.to_string()],
        false => parts(kind, name)?,
    };
    let (schema, relation, name) = match names.as_slice() {
        [name] if kind.is_global() => ("", "", name),
        [schema, name] if kind.stands_alone() => (schema.as_str(), "", name),
        [schema, relation, name] if !kind.stands_alone() => {
            (schema.as_str(), relation.as_str(), name)
        }
        _ => return None,
    };
    Some(Key { kind, schema: schema.into(), relation: relation.into(), name: name.clone() })
}

/// As SQL writes it: `shop."Order Lines".id`.
pub fn sql(key: &Key) -> String {
    let last = match key.kind {
        Kind::Function | Kind::Procedure => {
            let (name, arguments) = key.routine();
            format!("{}({arguments})", quote_identifier(&name))
        }
        _ => quote_identifier(&key.name),
    };
    let before = [&key.schema, &key.relation];
    let before = before.into_iter().filter(|name| !name.is_empty());
    let mut names: Vec<String> = before.map(|name| quote_identifier(name)).collect();
    names.push(last);
    names.join(".")
}
