//! The SQL functions: arguments in, outcome out.
//!
//! Each typed function composes the text of one statement, has it parsed, and hands it to the
//! engine; none has logic of its own. Names are Alembic's where Alembic has the operation.

mod columns;
mod constraints;
mod exists;
mod indexes;
mod intercept;
mod others;
mod report;
mod run;
mod security;
mod tables;

use crate::engine;
use crate::error::Error;
use crate::pg::jsonb::Jsonb;
use crate::pg::tree::model::Action;
use crate::statement::{Statement, compose};
use pgrx::pg_sys::panic::ErrorReport;
use std::rc::Rc;

/// What every typed function returns.
type Outcome = Result<Jsonb, ErrorReport>;

/// A text[] argument.
type Texts = Option<Vec<Option<String>>>;

/// Composes, executes, and returns the outcome as jsonb.
fn execute(text: String, expected: fn(&Action) -> bool) -> Outcome {
    execute_statement(&compose::one(text, expected)?)
}

fn execute_statement(statement: &Statement) -> Outcome {
    only(engine::execute(statement))
}

/// One statement or several, as one operation.
fn execute_steps(operation: &'static str, object: String, statements: Vec<Statement>) -> Outcome {
    if statements.is_empty() {
        return Err(Error::NothingAsked.into());
    }
    only(engine::execute_operation(operation, object, &statements))
}

/// A typed function's statement does one thing, so there is one outcome.
fn only(outcomes: Vec<Rc<crate::outcome::Outcome>>) -> Outcome {
    match outcomes.into_iter().next() {
        Some(outcome) => Ok(Jsonb(outcome)),
        None => Err(Error::NothingAsked.into()),
    }
}

/// ` CASCADE` or nothing.
fn cascade(cascade: Option<bool>) -> &'static str {
    if cascade.unwrap_or(false) { " CASCADE" } else { "" }
}

/// `, ` between them.
fn comma(items: &[String]) -> String {
    items.join(", ")
}
