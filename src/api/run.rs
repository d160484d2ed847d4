//! `guarded.run(script)`: any statements.

use crate::engine;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::pg::jsonb::Jsonb;
use crate::statement::parse;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;
use std::rc::Rc;

/// Runs a script statement by statement; one row per statement or sub-command.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn run(
    script: Option<&str>,
) -> Result<
    TableIterator<
        'static,
        (
            name!(number, i32),
            name!(line, i32),
            name!(status, String),
            name!(reason, Option<String>),
            name!(operation, String),
            name!(object, Option<String>),
            name!(message, Option<String>),
            name!(ddl, String),
            name!(outcome, Jsonb),
        ),
    >,
    ErrorReport,
> {
    let script = script.ok_or(Error::Null("script"))?;
    let mut rows = Vec::new();
    for statement in parse::script(script)? {
        let line = i32::try_from(statement.line).unwrap_or(i32::MAX);
        for outcome in engine::execute(&statement) {
            let number = i32::try_from(rows.len() + 1).unwrap_or(i32::MAX);
            rows.push(row(number, line, outcome));
        }
    }
    Ok(TableIterator::new(rows))
}

#[allow(clippy::type_complexity)]
fn row(
    number: i32,
    line: i32,
    outcome: Rc<Outcome>,
) -> (i32, i32, String, Option<String>, String, Option<String>, Option<String>, String, Jsonb) {
    (
        number,
        line,
        outcome.status.word().to_string(),
        outcome.reason.as_deref().map(str::to_string),
        outcome.operation.to_string(),
        Some(outcome.object.clone()).filter(|object| !object.is_empty()),
        outcome.message.clone(),
        outcome.ddl.to_string(),
        Jsonb(outcome),
    )
}
