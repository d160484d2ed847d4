//! Where in a spec something stands, and the errors that say so.

use crate::error::Error;
use serde_json::Value;
use std::fmt;

/// A place in a spec, as jsonpath writes it.
#[derive(Clone, Copy)]
pub struct Path<'a> {
    before: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Argument(&'a str),
    Key(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// The whole spec.
    pub const ROOT: Path<'static> = Path { before: None, step: Step::Root };

    /// An argument that is written like a part of a spec.
    pub fn argument(name: &'a str) -> Path<'a> {
        Path { before: None, step: Step::Argument(name) }
    }

    /// The value under a key.
    pub fn key(&'a self, key: &'a str) -> Path<'a> {
        Path { before: Some(self), step: Step::Key(key) }
    }

    /// An element.
    pub fn index(&'a self, index: usize) -> Path<'a> {
        Path { before: Some(self), step: Step::Index(index) }
    }

    /// The error for what stands there.
    pub fn wrong(&self, problem: impl Into<String>, hint: impl Into<String>) -> Error {
        let problem = cut(&problem.into(), LONGEST_PROBLEM);
        Error::Spec { path: self.to_string(), problem, hint: hint.into() }
    }

    /// The error for a value of another kind.
    pub fn expected(&self, expected: &str, found: &Value) -> Error {
        self.wrong(format!("expected {expected}, found {}", word(found)), FORMAT)
    }
}

/// Where the format is explained.
pub const FORMAT: &str =
    "The format is described in docs/specs.md; SELECT guarded.snapshot() shows an example.";

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(before) = self.before {
            before.fmt(f)?;
        }
        match self.step {
            Step::Root => f.write_str("$"),
            Step::Argument(name) => f.write_str(name),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) => {
                let key = short(key);
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                match !key.is_empty() && key.chars().all(is_word) {
                    true => write!(f, ".{key}"),
                    false => write!(f, ".{}", Value::from(key)),
                }
            }
        }
    }
}

/// How much is said of what is wrong, in characters: the server repeats what it does not understand.
pub const LONGEST_PROBLEM: usize = 500;

/// A text of bounded length for a message.
pub fn short(text: &str) -> String {
    cut(text, 100)
}

/// A text of so many characters at most.
pub fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

fn word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The error for a word that is not known there.
pub fn unknown(
    path: &Path,
    what: &str,
    key: &str,
    known: impl Iterator<Item = &'static str>,
) -> Error {
    let known: Vec<&str> = known.collect();
    path.wrong(
        format!("unknown {what}: \"{}\"", short(key)),
        format!("Known are {}.", known.join(", ")),
    )
}
