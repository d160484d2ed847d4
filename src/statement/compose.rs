//! From the text a typed function composed to a statement that is certainly what it meant.

use super::{Statement, parse};
use crate::error::Error;
use crate::pg::tree::model::Action;

/// Parses a composed text. It must be one statement that does exactly one thing, and that
/// thing must be of the kind expected; otherwise an argument said more than it should, and
/// nothing runs.
pub fn one(text: String, expected: fn(&Action) -> bool) -> Result<Statement, Error> {
    let mut statements = parse::script(&text).map_err(|error| smuggled(error.to_string()))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(statement), true) => match statement.command.actions.as_slice() {
            [action] if expected(action) => Ok(statement),
            _ => Err(smuggled(format!("\"{text}\" is not the operation called"))),
        },
        _ => Err(smuggled(format!("\"{text}\" is not one statement"))),
    }
}

fn smuggled(problem: String) -> Error {
    Error::Invalid {
        argument: "argument",
        problem,
        hint: "Pass in each argument only what stands there in the SQL statement. Nothing was run."
            .into(),
    }
}
