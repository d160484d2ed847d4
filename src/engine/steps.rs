//! Operations of one or several statements: all of what is to be done, or none.

use super::{Settled, announce, blank, classify, locks, microseconds_since, refuse, remember};
use super::{settle, settle_step};
use crate::guard::{self, Verdict};
use crate::outcome::{Lock, Outcome, Reason, Status};
use crate::pg::error::PgError;
use crate::pg::{naming, subtransaction};
use crate::record::journal::Replayed;
use crate::settings;
use crate::statement::Statement;
use std::borrow::Cow;
use std::rc::Rc;
use std::time::Instant;

/// One or several statements that are done all or not at all.
pub struct Operation<'a> {
    /// Its name.
    pub name: Cow<'static, str>,
    /// The object it is about, quoted as SQL would write it.
    pub object: String,
    /// Its statements, in order; at least one.
    pub statements: &'a [Statement],
    /// When they are judged.
    pub judging: Judging<'a>,
    /// The row of the journal whose statements these are, tried again.
    pub replays: Option<&'a Replayed>,
}

/// When the statements of an operation are judged.
pub enum Judging<'a> {
    /// Before the first of them runs, each knowing what those before it will add or drop.
    Beforehand,
    /// Each when its turn comes: what it finds then is what those before it have left. The first
    /// one locks.
    InTurn {
        /// What was asked for, in one statement: what the outcome has for its text, and what can be
        /// tried again.
        asked: &'a Statement,
        /// The settings that they were written for.
        settings: &'a [(&'a str, &'a str)],
        /// Whether the others are still what is to be done, once the first one has run.
        still: &'a dyn Fn() -> bool,
    },
    /// The caller has judged them as a whole, so that none runs.
    Known(&'a Verdict),
}

/// Executes the statements of one operation in order, in one subtransaction: if one of them
/// misses something, conflicts or fails, none of them has happened. Returns its outcome, with
/// each statement's own in `steps` where there are several.
pub fn execute_operation(operation: Operation) -> Rc<Outcome> {
    let started = Instant::now();
    let statements = operation.statements;
    let replays = operation.replays;
    let asked = match operation.judging {
        Judging::InTurn { asked, .. } => std::slice::from_ref(asked),
        _ => statements,
    };
    let together = match (&operation.judging, statements) {
        (Judging::Known(verdict), _) => known(statements, verdict),
        (Judging::InTurn { settings, still, .. }, _) => {
            let attempt = |retries| settle_in_turn(statements, still, retries);
            let settle = || locks::with_retries(statements, attempt);
            // They are known, and take these values.
            naming::under_any(settings, settle).unwrap_or_else(|it| unreachable!("{it}"))
        }
        (_, [statement]) => Together::from(settle(statement)),
        _ => locks::with_retries(statements, |retries| settle_together(statements, retries)),
    };
    let (mut outcome, error) = together.outcome_of(operation);
    outcome.elapsed_us = microseconds_since(started);
    let outcome = announce(vec![outcome], error).swap_remove(0);
    remember::operation(asked, &outcome, replays);
    outcome
}

/// Announces and records an outcome of an operation that cannot even be tried.
pub fn give_up(outcome: Outcome, replays: &Replayed) -> Rc<Outcome> {
    let outcome = announce(vec![outcome], None).swap_remove(0);
    remember::operation(&[], &outcome, Some(replays));
    outcome
}

/// What an operation would come to now: what a dry run says of it. Runs, announces and records
/// nothing, whatever the settings.
pub fn foresee(operation: Operation) -> Outcome {
    let statements = operation.statements;
    let verdicts = match operation.judging {
        Judging::Beforehand => guard::judge_in_order(statements),
        Judging::InTurn { .. } => statements.iter().map(guard::judge_planned).collect(),
        Judging::Known(verdict) => the_same(statements, verdict),
    };
    let each = statements.iter().zip(&verdicts);
    let steps = each.flat_map(|(statement, verdicts)| match statement.command.confined {
        Some(confined) if verdicts.iter().any(Verdict::runs) => {
            refuse(statement, verdicts, confined)
        }
        _ => super::only_judged(statement, verdicts),
    });
    Together::of(steps.collect(), None).outcome_of(operation).0
}

/// What became of the statements of one operation.
struct Together {
    steps: Vec<Outcome>,
    /// The step whose outcome is that of the whole.
    decisive: usize,
    error: Option<PgError>,
}

impl Together {
    /// The first step that stops the others decides. If none does, it is applied, or planned,
    /// if any step is.
    fn of(steps: Vec<Outcome>, error: Option<PgError>) -> Self {
        let first = |status| steps.iter().position(|step| step.status == status);
        let stopping = steps.iter().position(stops_the_rest);
        let running = first(Status::Applied).or(first(Status::Planned));
        let decisive = stopping.or(running).unwrap_or(0);
        Together { steps, decisive, error }
    }

    fn outcome_of(self, operation: Operation) -> (Outcome, Option<PgError>) {
        let Together { steps, decisive, error } = self;
        (whole(operation, steps, decisive), error)
    }
}

impl locks::Try for Together {
    fn outcomes(&mut self) -> &mut [Outcome] {
        &mut self.steps
    }

    fn error(&mut self) -> &mut Option<PgError> {
        &mut self.error
    }
}

impl From<Settled> for Together {
    fn from(settled: Settled) -> Self {
        Together::of(settled.outcomes, settled.error)
    }
}

fn settle_together(statements: &[Statement], retries: u32) -> Together {
    let verdicts = locks::within_timeout(&statements[0], || {
        let mut verdicts = guard::judge_in_order(statements);
        look_at_rows(statements, &mut verdicts, retries);
        verdicts
    });
    let run = || all_or_none(statements, || settle_in_order(statements));
    without_running(statements, &verdicts).unwrap_or_else(run)
}

/// Once: not at each try, and not if nothing is going to run.
fn look_at_rows(statements: &[Statement], verdicts: &mut [Vec<Verdict>], retries: u32) {
    if settings::check_data() && retries == 0 && !verdicts.iter().flatten().any(blocks) {
        guard::rows::judge_in_order(statements, verdicts);
    }
}

/// What it comes to if nothing is to be run, or only to be planned, or something is in the way.
fn without_running(statements: &[Statement], verdicts: &[Vec<Verdict>]) -> Option<Together> {
    let all = || verdicts.iter().flatten();
    let is_blocked = all().any(blocks);
    if !is_blocked && !settings::dry_run() && all().any(Verdict::runs) {
        return None;
    }
    let steps = only_judged(statements, verdicts);
    Some(match steps.iter().position(stops_the_rest) {
        Some(decisive) => Together { steps: held_back(steps, decisive), decisive, error: None },
        None => Together::of(steps, None),
    })
}

fn known(statements: &[Statement], verdict: &Verdict) -> Together {
    Together::of(only_judged(statements, &the_same(statements, verdict)), None)
}

/// What became of a statement as a whole: all that one ALTER TABLE does is done at once.
fn as_one(mut outcomes: Vec<Outcome>) -> Outcome {
    let stopping = outcomes.iter().position(stops_the_rest);
    let running = outcomes.iter().position(|it| it.status != Status::Skipped);
    let lock = Lock::union(outcomes.iter().filter_map(|it| it.lock.as_ref()));
    let one = outcomes.swap_remove(stopping.or(running).unwrap_or(0));
    Outcome { lock, ..one }
}

/// One verdict for every action.
fn the_same(statements: &[Statement], verdict: &Verdict) -> Vec<Vec<Verdict>> {
    statements.iter().map(|it| vec![verdict.clone(); it.command.actions.len()]).collect()
}

fn settle_in_turn(statements: &[Statement], still: &dyn Fn() -> bool, retries: u32) -> Together {
    let Some((first, others)) = statements.split_first() else {
        return Together::of(Vec::new(), None);
    };
    let verdicts = locks::within_timeout(first, || {
        let mut verdicts: Vec<_> = statements.iter().map(guard::judge_planned).collect();
        look_at_rows(others, &mut verdicts[1..], retries);
        verdicts
    });
    if let Some(together) = without_running(statements, &verdicts) {
        return together;
    }
    let run = || {
        let mut steps = settle_in_order(std::slice::from_ref(first))?;
        if !still() {
            overtake(steps.last_mut());
            return Err(Stopped { steps, error: None });
        }
        let mut add = |settled: Settled| {
            let mut step = as_one(settled.outcomes);
            match &settled.error {
                // What a step misses is not missing for what was asked.
                Some(error) => fail(&mut step, error),
                None if is_overtaken(&step) => overtake(Some(&mut step)),
                None => {}
            }
            let stops = stops_the_rest(&step);
            steps.push(step);
            if stops { Err(settled.error) } else { Ok(()) }
        };
        match others.iter().try_for_each(|statement| add(settle_step(statement))) {
            Ok(()) => Ok(steps),
            Err(error) => Err(Stopped { steps, error }),
        }
    };
    all_or_none(statements, run)
}

fn fail(step: &mut Outcome, error: &PgError) {
    step.status = Status::Failed;
    classify::quote(step, error);
}

/// What is dropped or made in such an operation was judged to be there, or is made again: whoever
/// has done so meanwhile has made something else of it.
fn is_overtaken(step: &Outcome) -> bool {
    let done = [Reason::AlreadyExists.code(), Reason::AlreadyAbsent.code()];
    let is_done = step.reason.as_deref().is_some_and(|it| done.contains(&it));
    step.status == Status::Skipped && (is_done || step.is_missing())
}

fn overtake(step: Option<&mut Outcome>) {
    if let Some(step) = step {
        step.status = Status::Failed;
        step.reason = Some(Reason::ObjectInUse.code().into());
        step.sqlstate = Some(Reason::ObjectInUse.sqlstate().into());
        step.message = Some("other sessions have changed what it is about".into());
        step.hint = Some("Call it again.".into());
    }
}

fn all_or_none(
    statements: &[Statement],
    run: impl FnOnce() -> Result<Vec<Outcome>, Stopped>,
) -> Together {
    match subtransaction::all_or_none(&statements[0].arena, run) {
        Ok(steps) => Together::of(steps, None),
        Err(stopped) => undone(statements, stopped),
    }
}

/// Whether one such verdict keeps the whole operation from running.
fn blocks(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Missing(_) | Verdict::Conflict(_) | Verdict::Refused(_))
}

/// The outcomes when nothing runs; those that would are planned.
fn only_judged(statements: &[Statement], verdicts: &[Vec<Verdict>]) -> Vec<Outcome> {
    let each = statements.iter().zip(verdicts);
    each.map(|(statement, verdicts)| as_one(super::only_judged(statement, verdicts))).collect()
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
        let settled = settle_step(statement);
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
        Status::Skipped => outcome.is_missing(),
        Status::Applied | Status::Planned => false,
    }
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
fn whole(operation: Operation, steps: Vec<Outcome>, decisive: usize) -> Outcome {
    let mut outcome = steps[decisive].clone();
    outcome.operation = operation.name;
    outcome.object = operation.object;
    if steps.len() > 1 {
        let ddl: Vec<&str> = steps.iter().map(|step| &*step.ddl).collect();
        outcome.ddl = match operation.judging {
            Judging::InTurn { asked, .. } => asked.ddl[0].clone(),
            _ => ddl.join("; ").into(),
        };
        if steps.iter().all(|step| step.status == Status::Skipped && !step.is_missing()) {
            let messages = steps.iter().filter_map(|step| step.message.clone());
            outcome.message = Some(messages.collect::<Vec<_>>().join("; "));
        }
        outcome.lock = Lock::union(steps.iter().filter_map(|step| step.lock.as_ref()));
        outcome.steps = steps;
    }
    outcome
}
