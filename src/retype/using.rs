//! The expression for all columns: `$1` stands for the value of each.
//!
//! The server's own scanner says where it stands, so that one in a string or in a comment is none.

use crate::error::Error;
use crate::pg::arena::Arena;
use crate::pg::{c_string, scanner};
use crate::statement::fragment;

const ARGUMENT: &str = "using";
const HINT: &str =
    "Write $1 where the value of the column stands, as in $1::text. Nothing was run.";

/// An expression with a place for the column.
#[derive(Clone, Debug)]
pub struct Using {
    /// The pieces between the places; at least two.
    pieces: Vec<String>,
}

impl Using {
    /// Checks it.
    pub fn new(text: &str) -> Result<Using, Error> {
        let text = fragment::condition(ARGUMENT, Some(text))?;
        let syntax = |error: crate::pg::error::PgError| Error::Syntax {
            argument: ARGUMENT,
            message: error.message(),
            hint: None,
        };
        let tokens = scanner::tokens(&Arena::new(), &c_string(&text)).map_err(syntax)?;
        let mut pieces = Vec::new();
        let mut from = 0;
        for token in tokens {
            let Some(number) = parameter(&text[token.start..]) else { continue };
            if number != "1" {
                return Err(invalid(format!("there is no parameter ${number}")));
            }
            pieces.push(text[from..token.start].to_string());
            from = token.start + "$1".len();
        }
        if pieces.is_empty() {
            return Err(invalid("it does not say where the column's value stands".into()));
        }
        pieces.push(text[from..].to_string());
        Ok(Using { pieces })
    }

    /// With this in each place.
    pub fn of(&self, value: &str) -> String {
        self.pieces.join(value)
    }
}

/// The number of a parameter that a token is; a dollar quote has none.
fn parameter(token: &str) -> Option<&str> {
    let digits = token.strip_prefix('$')?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (end > 0).then(|| &digits[..end])
}

fn invalid(problem: String) -> Error {
    Error::Invalid { argument: ARGUMENT, problem, hint: HINT.into() }
}
