//! Whether a value looks like what it should be: of its shape, and a piece of SQL as it would stand in a
//! statement by itself.

use super::model::{Piece, Shape};
use super::path::{FORMAT, Path, short, unknown};
use super::piece;
use crate::error::Error;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// The longest name PostgreSQL keeps, in bytes.
const LONGEST_NAME: usize = 63;

/// Remembers what it has found right, as the same types and defaults stand everywhere.
#[derive(Default)]
pub struct Checker {
    right: RefCell<HashMap<Piece, HashSet<String>>>,
}

impl Checker {
    /// Whether a value has the shape its attribute has; null says that the attribute is not set.
    pub fn shaped(&self, path: &Path, shape: &Shape, value: &Value) -> Result<(), Error> {
        if value.is_null() { Ok(()) } else { self.there(path, shape, value) }
    }

    /// The same for what cannot be null.
    pub fn there(&self, path: &Path, shape: &Shape, value: &Value) -> Result<(), Error> {
        match (shape, value) {
            (Shape::Text, Value::String(_)) | (Shape::Flag, Value::Bool(_)) => Ok(()),
            (Shape::Sql(piece), Value::String(text)) => self.sql(path, *piece, text),
            (Shape::Number, Value::Number(number)) if number.is_i64() => Ok(()),
            (Shape::Number, Value::Number(number)) => {
                Err(path.wrong(format!("expected {}, found {number}", shape.word()), FORMAT))
            }
            (Shape::Word(words), Value::String(text)) if is_one_of(words, text) => Ok(()),
            (Shape::Word(_), Value::String(text)) => {
                let problem = format!("expected {}, found \"{}\"", shape.word(), short(text));
                Err(path.wrong(problem, FORMAT))
            }
            (Shape::Identifier, Value::String(name)) => named(path, name).map(|_| ()),
            (Shape::Name(count), Value::Array(parts)) if parts.len() == *count => {
                self.each(path, &Shape::Identifier, parts)
            }
            (Shape::Name(_), Value::Array(parts)) => {
                let found = format!("an array of {}", parts.len());
                Err(path.wrong(format!("expected {}, found {found}", shape.word()), FORMAT))
            }
            (Shape::List(shape), Value::Array(elements)) => self.each(path, shape, elements),
            (Shape::Map(shape), Value::Object(members)) => {
                members.iter().try_for_each(|(key, value)| self.there(&path.key(key), shape, value))
            }
            (Shape::Record(needed, fields), Value::Object(members)) => {
                self.record(path, *needed, fields, members)
            }
            _ => Err(path.expected(&shape.word(), value)),
        }
    }

    fn each(&self, path: &Path, shape: &Shape, elements: &[Value]) -> Result<(), Error> {
        let mut elements = elements.iter().enumerate();
        elements.try_for_each(|(index, element)| self.there(&path.index(index), shape, element))
    }

    fn record(
        &self,
        path: &Path,
        needed: usize,
        fields: &[(&'static str, Shape)],
        members: &Map<String, Value>,
    ) -> Result<(), Error> {
        for (key, value) in members {
            let path = path.key(key);
            match fields.iter().find(|(name, _)| name == key) {
                Some((_, shape)) => self.shaped(&path, shape, value)?,
                None => {
                    return Err(unknown(&path, "key", key, fields.iter().map(|(name, _)| *name)));
                }
            }
        }
        let is_absent = |name: &&str| members.get(*name).is_none_or(Value::is_null);
        match fields.iter().take(needed).map(|(name, _)| *name).find(is_absent) {
            Some(name) => Err(path.wrong(format!("it has no {name}"), FORMAT)),
            None => Ok(()),
        }
    }

    fn sql(&self, path: &Path, piece: Piece, text: &str) -> Result<(), Error> {
        let mut right = self.right.borrow_mut();
        let right = right.entry(piece).or_default();
        if right.contains(text) {
            return Ok(());
        }
        piece::check(piece, text).map_err(|problem| path.wrong(problem, piece::HINT))?;
        right.insert(text.into());
        Ok(())
    }
}

fn is_one_of(words: &[&str], text: &str) -> bool {
    let is_it = |word: &&str| text == *word || word.ends_with(' ') && text.starts_with(word);
    words.iter().any(is_it)
}

/// A text that must be there.
pub fn text<'a>(path: &Path, value: &'a Value) -> Result<&'a str, Error> {
    value.as_str().ok_or_else(|| path.expected("a string", value))
}

/// A name that PostgreSQL keeps as it is.
pub fn named<'a>(path: &Path, name: &'a str) -> Result<&'a str, Error> {
    if name.is_empty() {
        return Err(path.wrong("a name is empty", "Pass a name."));
    }
    if name.len() > LONGEST_NAME {
        return Err(path.wrong(
            format!("the name \"{}\" has {} bytes; PostgreSQL keeps 63", short(name), name.len()),
            "Shorten the name; guarded_ddl does not cut names silently.",
        ));
    }
    Ok(name)
}
