//! The SQL functions: arguments in, outcome out.
//!
//! Each typed function composes the text of one statement, has it parsed, and hands it to the
//! engine; none has logic of its own. Names are Alembic's where Alembic has the operation.

mod columns;
mod constraints;
mod exists;
mod indexes;
mod intercept;
mod journal;
mod others;
mod report;
mod run;
mod security;
mod spec;
mod tables;

use crate::engine::{self, Judging, Operation};
use crate::error::Error;
use crate::pg::jsonb::Jsonb;
use crate::pg::tree::model::Action;
use crate::statement::{Statement, compose};
use pgrx::pg_sys::panic::ErrorReport;

/// What every typed function returns.
type Outcome = Result<Jsonb, ErrorReport>;

/// A text[] argument.
type Texts = Option<Vec<Option<String>>>;

/// Composes, executes, and returns the outcome as jsonb.
fn execute(text: String, expected: fn(&Action) -> bool) -> Outcome {
    execute_statement(&compose::one(text, expected)?)
}

fn execute_statement(statement: &Statement) -> Outcome {
    // A typed function's statement does one thing, so there is one outcome.
    match engine::execute(statement).into_iter().next() {
        Some(outcome) => Ok(Jsonb(outcome)),
        None => Err(Error::NothingAsked.into()),
    }
}

/// One statement or several, as one operation.
fn execute_steps(name: &'static str, object: String, statements: Vec<Statement>) -> Outcome {
    if statements.is_empty() {
        return Err(Error::NothingAsked.into());
    }
    let (statements, judging) = (statements.as_slice(), Judging::Beforehand);
    let operation = Operation { name: name.into(), object, statements, judging, replays: None };
    Ok(Jsonb(engine::execute_operation(operation)))
}

/// ` CASCADE` or nothing.
fn cascade(cascade: Option<bool>) -> &'static str {
    if cascade.unwrap_or(false) { " CASCADE" } else { "" }
}

/// `, ` between them.
fn comma(items: &[String]) -> String {
    items.join(", ")
}
