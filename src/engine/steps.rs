//! Operations that need several statements: all of what is to be done, or none.

use super::{Settled, conclude, runs, settle};
use crate::guard::{self, Verdict};
use crate::outcome::{Outcome, Status};
use crate::pg::subtransaction;
use crate::settings;
use crate::statement::Statement;
use std::borrow::Cow;
use std::rc::Rc;

/// Executes the statements of one operation in order, in one subtransaction: if one of them
/// misses something, conflicts or fails, none of them has happened. Returns one outcome with
/// each statement's outcome in `steps`.
pub fn execute_steps(
    operation: &'static str,
    object: String,
    statements: &[Statement],
) -> Vec<Rc<Outcome>> {
    let (steps, error) = match attempt(statements) {
        Ok(steps) => (steps, None),
        Err(stopped) => (undone(stopped.steps), stopped.error),
    };
    conclude(vec![overall(operation, object, steps)], error)
}

/// Why the operation did not happen.
struct Stopped {
    steps: Vec<Outcome>,
    error: Option<crate::pg::error::PgError>,
}

fn attempt(statements: &[Statement]) -> Result<Vec<Outcome>, Stopped> {
    match statements.first() {
        Some(first) if needs_to_run(statements) => {
            subtransaction::all_or_none(&first.arena, || settle_all(statements))
        }
        _ => settle_all(statements),
    }
}

/// A skip opens no subtransaction.
fn needs_to_run(statements: &[Statement]) -> bool {
    let verdicts = || statements.iter().flat_map(guard::judge);
    !settings::dry_run()
        && verdicts().any(|verdict| runs(std::slice::from_ref(&verdict))[0])
        && !verdicts().any(|verdict| matches!(verdict, Verdict::Missing(_) | Verdict::Conflict(_)))
}

fn settle_all(statements: &[Statement]) -> Result<Vec<Outcome>, Stopped> {
    let mut steps = Vec::new();
    for statement in statements {
        let Settled { outcomes, error } = settle(statement);
        let stops = outcomes.iter().any(stops_the_rest);
        steps.extend(outcomes);
        if stops {
            return Err(Stopped { steps, error });
        }
    }
    Ok(steps)
}

/// Satisfied steps do not stop the others; missing ones, conflicts and failures do.
fn stops_the_rest(outcome: &Outcome) -> bool {
    match outcome.status {
        Status::Conflict | Status::Failed => true,
        Status::Skipped => is_missing(outcome),
        Status::Applied | Status::Planned => false,
    }
}

fn is_missing(outcome: &Outcome) -> bool {
    outcome.reason.as_deref().is_some_and(|reason| reason.starts_with("missing_"))
}

/// What had been applied before the step that stopped was undone with it.
fn undone(mut steps: Vec<Outcome>) -> Vec<Outcome> {
    let Some(cause) = steps.last().cloned() else { return steps };
    for step in steps.iter_mut().filter(|step| step.status == Status::Applied) {
        step.status = cause.status;
        step.reason = cause.reason.clone();
        step.message = Some(format!("undone with {}", cause.headline()));
    }
    steps
}

/// The whole is what its most important step is.
fn overall(operation: &'static str, object: String, steps: Vec<Outcome>) -> Outcome {
    let ddl: Vec<&str> = steps.iter().map(|step| &*step.ddl).collect();
    let ddl = ddl.join("; ").into();
    let mut outcome = Outcome::new(Status::Skipped, Cow::Borrowed(operation), object, ddl);
    outcome.elapsed_us = steps.iter().map(|step| step.elapsed_us).sum();
    if let Some(decisive) = steps.iter().rev().max_by_key(|step| weight(step)) {
        outcome.status = decisive.status;
        outcome.reason = decisive.reason.clone();
        outcome.message = decisive.message.clone();
        outcome.detail = decisive.detail.clone();
        outcome.hint = decisive.hint.clone();
        outcome.sqlstate = decisive.sqlstate.clone();
        outcome.differences = decisive.differences.clone();
    }
    if steps.len() > 1 {
        outcome.steps = steps;
    }
    outcome
}

fn weight(step: &Outcome) -> u8 {
    match step.status {
        Status::Failed => 5,
        Status::Conflict => 4,
        Status::Skipped if is_missing(step) => 3,
        Status::Applied => 2,
        Status::Planned => 1,
        Status::Skipped => 0,
    }
}
