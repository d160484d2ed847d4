//! Which names stand in the SQL of an object.
//!
//! The texts are not parsed here: a word may be something else's name. Who asks takes what is
//! found for what might be meant.

use super::model::{Key, Kind, Object, Spec};
use crate::pg::quote_identifier;
use std::collections::BTreeSet;

/// The attributes in which SQL may name columns.
const SQL: [&str; 4] = ["definition", "using", "with_check", "generated"];

/// The longest name, in bytes: NAMEDATALEN - 1.
const LONGEST: usize = 63;

fn texts(object: &Object) -> impl Iterator<Item = &str> {
    SQL.iter().filter_map(|it| object.text(it))
}

/// The names that stand in the SQL of an object.
pub fn names(object: &Object) -> BTreeSet<String> {
    let plain = texts(object).flat_map(|text| text.split(|c| !is_part(c))).map(str::to_string);
    let quoted = texts(object).flat_map(|text| {
        text.match_indices('"').filter_map(|(place, _)| identifier(&text[place..]))
    });
    plain.chain(quoted).filter(|name| !name.is_empty()).collect()
}

/// The columns of a table that the SQL of an object names.
pub fn columns(spec: &Spec, table: &Key, names: &BTreeSet<String>) -> Vec<Key> {
    let columns = names.iter().map(|name| table.part(Kind::Column, name));
    columns.filter(|column| spec.objects.contains_key(column)).collect()
}

/// Whether the SQL of something names a column.
pub fn mentions(object: &Object, column: &str) -> bool {
    let quoted = quote_identifier(column);
    texts(object).any(|text| has_word(text, &quoted))
}

/// Whether a word stands in a text by itself.
pub fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(place, _)| {
        let before = text[..place].chars().next_back();
        let after = text[place + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The name that a text begins with, without its quotes.
pub fn identifier(text: &str) -> Option<String> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
        return (end > 0).then(|| text[..end].to_string());
    };
    let mut name = String::new();
    let mut rest = quoted.chars().peekable();
    while let Some(c) = rest.next().filter(|_| name.len() <= LONGEST) {
        match (c, rest.peek()) {
            ('"', Some('"')) => _ = rest.next(),
            ('"', _) => return Some(name),
            _ => {}
        }
        name.push(c);
    }
    None
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
