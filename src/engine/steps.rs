//! Operations of one or several statements: all of what is to be done, or none.

use super::{Settled, blank, conclude, microseconds_since, settle};
use crate::guard::{self, Verdict};
use crate::outcome::{Outcome, Status};
use crate::pg::error::PgError;
use crate::pg::subtransaction;
use crate::settings;
use crate::statement::Statement;
use std::rc::Rc;
use std::time::Instant;

/// Executes the statements of one operation in order, in one subtransaction: if one of them
/// misses something, conflicts or fails, none of them has happened. Returns one outcome, with
/// each statement's own in `steps` where there are several.
pub fn execute_operation(
    operation: &'static str,
    object: String,
    statements: &[Statement],
) -> Vec<Rc<Outcome>> {
    let started = Instant::now();
    let together = match statements {
        [statement] => Together::from(settle(statement)),
        _ => settle_together(statements),
    };
    let Together { steps, decisive, error } = together;
    let mut outcome = whole(operation, object, steps, decisive);
    outcome.elapsed_us = microseconds_since(started);
    conclude(vec![outcome], error)
}

/// What became of the statements of one operation.
struct Together {
    steps: Vec<Outcome>,
    /// The step whose outcome is that of the whole.
    decisive: usize,
    error: Option<PgError>,
}

impl Together {
    /// Nothing stopped it: it is applied, or planned, if any step is.
    fn finished(steps: Vec<Outcome>) -> Self {
        let first = |status| steps.iter().position(|step| step.status == status);
        let decisive = first(Status::Applied).or(first(Status::Planned)).unwrap_or(0);
        Together { steps, decisive, error: None }
    }
}

impl From<Settled> for Together {
    fn from(settled: Settled) -> Self {
        Together { steps: settled.outcomes, decisive: 0, error: settled.error }
    }
}

fn settle_together(statements: &[Statement]) -> Together {
    let verdicts = guard::judge_in_order(statements);
    if let Some(blocked) = verdicts.iter().position(|verdicts| verdicts.iter().any(blocks)) {
        let steps = held_back(only_judged(statements, &verdicts), blocked);
        return Together { steps, decisive: blocked, error: None };
    }
    let runs = verdicts.iter().flatten().any(Verdict::runs);
    if settings::dry_run() || !runs {
        return Together::finished(only_judged(statements, &verdicts));
    }
    match subtransaction::all_or_none(&statements[0].arena, || settle_in_order(statements)) {
        Ok(steps) => Together::finished(steps),
        Err(stopped) => undone(statements, stopped),
    }
}

/// Whether one such verdict keeps the whole operation from running.
fn blocks(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Missing(_) | Verdict::Conflict(_))
}

/// The outcomes when nothing runs; those that would are planned.
fn only_judged(statements: &[Statement], verdicts: &[Vec<Verdict>]) -> Vec<Outcome> {
    let each = statements.iter().zip(verdicts);
    each.flat_map(|(statement, verdicts)| super::outcomes(statement, verdicts, Status::Planned))
        .collect()
}

/// What would have run is not run, because the step at `cause` cannot.
fn held_back(mut steps: Vec<Outcome>, cause: usize) -> Vec<Outcome> {
    let cause = steps[cause].clone();
    for step in steps.iter_mut().filter(|step| step.status == Status::Planned) {
        share_fate(step, &cause, "not run");
    }
    steps
}

/// What the steps had come to when one of them, the last, stopped the operation.
struct Stopped {
    steps: Vec<Outcome>,
    error: Option<PgError>,
}

fn settle_in_order(statements: &[Statement]) -> Result<Vec<Outcome>, Stopped> {
    let mut steps = Vec::new();
    for statement in statements {
        let settled = settle(statement);
        let stops = settled.outcomes.iter().any(stops_the_rest);
        steps.extend(settled.outcomes);
        if stops {
            return Err(Stopped { steps, error: settled.error });
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

/// What had been applied before the step that stopped was undone with it, and what comes after
/// it was not run.
fn undone(statements: &[Statement], stopped: Stopped) -> Together {
    let Stopped { mut steps, error } = stopped;
    let decisive = steps.len() - 1;
    let cause = steps[decisive].clone();
    for step in steps.iter_mut().filter(|step| step.status == Status::Applied) {
        share_fate(step, &cause, "undone");
    }
    for statement in &statements[steps.len()..] {
        let mut step = blank(statement, 0, cause.status);
        share_fate(&mut step, &cause, "not run");
        steps.push(step);
    }
    Together { steps, decisive, error }
}

fn share_fate(step: &mut Outcome, cause: &Outcome, what: &str) {
    let became = match cause.status {
        Status::Failed => "failed",
        Status::Conflict => "is in conflict",
        _ => "misses something",
    };
    step.status = cause.status;
    step.reason = cause.reason.clone();
    step.message = Some(format!("{what}, because another step {became}"));
}

/// The outcome of the operation: that of the step that decided, with all of them in `steps`.
fn whole(operation: &'static str, object: String, steps: Vec<Outcome>, decisive: usize) -> Outcome {
    let mut outcome = steps[decisive].clone();
    outcome.operation = operation.into();
    outcome.object = object;
    if steps.len() > 1 {
        let ddl: Vec<&str> = steps.iter().map(|step| &*step.ddl).collect();
        outcome.ddl = ddl.join("; ").into();
        if steps.iter().all(|step| step.status == Status::Skipped && !is_missing(step)) {
            let messages = steps.iter().filter_map(|step| step.message.clone());
            outcome.message = Some(messages.collect::<Vec<_>>().join("; "));
        }
        outcome.steps = steps;
    }
    outcome
}
