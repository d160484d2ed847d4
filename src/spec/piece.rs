//! Whether a piece of SQL is what it should be.
//!
//! A spec may come from anywhere. What passes here is closed in itself, so that it can end neither
//! the place it is put into nor the statement.

use super::model::Piece;
use super::statement;
use crate::error::Error;
use crate::pg::arena::Arena;
use crate::pg::tree::model::Action;
use crate::pg::{c_string, scanner};
use crate::statement::{fragment, parse};

/// What would be right.
pub const HINT: &str =
    "Write definitions, types and expressions as they stand in an SQL statement.";

/// The error is what is wrong with it.
pub fn check(piece: Piece, text: &str) -> Result<(), String> {
    if statement::ends_in_comment(text) {
        return Err("it ends in a comment".into());
    }
    let checked = match piece {
        Piece::Type => fragment::type_name("it", Some(text)),
        Piece::Collation if has_more_than_a_name(text) => return Err("it is not one name".into()),
        Piece::Collation | Piece::Expression => fragment::expression("it", Some(text)),
        Piece::Constraint => return constraint(text),
        Piece::DomainConstraint if text.eq_ignore_ascii_case("NOT NULL") => return Ok(()),
        Piece::DomainConstraint => fragment::table_element("it", &format!("CONSTRAINT c {text}")),
        Piece::PartitionKey => fragment::partition_key("it", text),
        Piece::Bound => bound(text),
        Piece::Privilege => return only(text, |c| c.is_ascii_alphabetic() || c == ' '),
        Piece::Value => return only(text, |c| c.is_ascii_digit() || "+-.e".contains(c)),
    };
    checked.map(|_| ()).map_err(|error| match error {
        Error::Syntax { message, .. } => message,
        Error::Invalid { problem, .. } => problem,
        Error::Empty(_) => "it is empty".into(),
        other => other.to_string(),
    })
}

/// FOR VALUES … or DEFAULT.
fn bound(text: &str) -> Result<String, Error> {
    let closed = fragment::inside_parentheses("it", text)?;
    let begins = ["FOR ", "DEFAULT"].iter().any(|word| text.starts_with(word));
    parse::script(&format!("CREATE TABLE t PARTITION OF p {closed}"))?;
    match begins {
        true => Ok(closed),
        false => Err(Error::Invalid {
            argument: "it",
            problem: "it begins with neither FOR VALUES nor DEFAULT".into(),
            hint: HINT.into(),
        }),
    }
}

/// What follows the name of a constraint. With USING INDEX it would take another object.
fn constraint(text: &str) -> Result<(), String> {
    let statement = format!("ALTER TABLE t ADD CONSTRAINT c {text}");
    let statements = parse::script(&statement).map_err(|error| error.to_string())?;
    match statements.iter().flat_map(|it| &it.command.actions).collect::<Vec<_>>().as_slice() {
        [Action::AddConstraint { constraint, .. }] if constraint.using_index.is_none() => Ok(()),
        [Action::AddConstraint { .. }] => Err("it uses an index that is there".into()),
        _ => Err("more than one item".into()),
    }
}

fn only(text: &str, is_right: impl Fn(char) -> bool) -> Result<(), String> {
    match !text.is_empty() && text.chars().all(is_right) {
        true => Ok(()),
        false => Err(format!("\"{}\" is something else", super::path::short(text))),
    }
}

/// A name, or one with its schema.
fn has_more_than_a_name(text: &str) -> bool {
    let tokens = scanner::tokens(&Arena::new(), &c_string(text)).unwrap_or_default();
    let marks: Vec<_> = tokens.iter().map(|token| token.punctuation).collect();
    !matches!(marks.as_slice(), [None] | [None, Some('.'), None])
}
