//! From the text a typed function composed to a statement that is certainly what it meant.

use super::{Statement, parse};
use crate::error::Error;
use crate::pg::tree::model::Action;

/// Parses a composed text. It must be one statement that does exactly one thing, and that
/// thing must be of the kind expected; otherwise an argument said more than it should, and
/// nothing runs.
pub fn one(text: String, expected: fn(&Action) -> bool) -> Result<Statement, Error> {
    let mut statements = parse::script(&text)
        .map_err(|error| Error::Composed { message: error.to_string(), text: text.clone() })?;
    let one_of_its_kind = matches!(statements.as_slice(), [statement]
        if matches!(statement.command.actions.as_slice(), [action] if expected(action)));
    match statements.pop() {
        Some(statement) if one_of_its_kind => Ok(statement),
        _ => Err(Error::Smuggled { text }),
    }
}
