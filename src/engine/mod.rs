//! The engine: judge, act, classify, record. Every entry point comes through [`execute`].

mod classify;
mod leftover;
mod limits;
mod locks;
mod policy;
mod remember;
mod steps;

pub use steps::{Judging, Operation, execute_operation, foresee, give_up};

use crate::guard::{self, Finding, Remark, Verdict, footprint};
use crate::outcome::{Lock, Outcome, Status};
use crate::pg::error::PgError;
use crate::pg::tree::model::Confined;
use crate::pg::tree::prune::Part;
use crate::pg::{rewrite, subtransaction};
use crate::settings;
use crate::statement::{Statement, object_of, place_of};
use std::borrow::Cow;
use std::rc::Rc;
use std::time::Instant;

/// How often a statement is judged again because another session changed the catalog under it.
const MOST_ATTEMPTS: usize = 5;

/// Judges a statement, runs what is to be run of it, and records, announces and returns one
/// outcome for each of its actions. Under the policy `strict` a conflict or a failure raises.
pub fn execute(statement: &Statement) -> Vec<Rc<Outcome>> {
    let Settled { outcomes, error } = settle(statement);
    let outcomes = announce(outcomes, error);
    remember::actions(statement, &outcomes);
    outcomes
}

/// What a dry run says of a statement whose actions are all to be run, whatever the catalog says
/// now: others are to be run before it.
pub fn plan(statement: &Statement) -> Vec<Rc<Outcome>> {
    let verdicts = guard::judge_planned(statement);
    let outcomes = announce(only_judged(statement, &verdicts), None);
    remember::actions(statement, &outcomes);
    outcomes
}

/// Whether there is nothing to do for any action of a statement. Runs and records nothing.
pub fn is_satisfied(statement: &Statement) -> bool {
    guard::judge(statement).iter().all(|verdict| matches!(verdict, Verdict::Satisfied(_)))
}

/// Puts the outcomes into the session's report, announces what will not be raised, and raises
/// what the policy says.
fn announce(outcomes: Vec<Outcome>, error: Option<PgError>) -> Vec<Rc<Outcome>> {
    let outcomes = remember::in_session(outcomes);
    let migration = settings::migration();
    let mut said = None;
    for outcome in &outcomes {
        // Sub-commands that fail together do so with one error.
        let is_same_error = outcome.status == Status::Failed && outcome.message == said;
        let is_raised = policy::raises(outcome) && !policy::says_less(outcome, error.as_ref());
        if !is_raised && !is_same_error {
            outcome.announce(&migration);
        }
        if outcome.status == Status::Failed {
            said.clone_from(&outcome.message);
        }
    }
    policy::apply(&outcomes, error, &migration);
    outcomes
}

/// What became of a statement, before anybody is told.
struct Settled {
    outcomes: Vec<Outcome>,
    /// The server's error, if it failed.
    error: Option<PgError>,
}

impl locks::Try for Settled {
    fn outcomes(&mut self) -> &mut [Outcome] {
        &mut self.outcomes
    }

    fn error(&mut self) -> &mut Option<PgError> {
        &mut self.error
    }
}

/// Settles a statement by itself: one that does not get its lock is tried again.
fn settle(statement: &Statement) -> Settled {
    let statements = std::slice::from_ref(statement);
    timed(|| {
        let mut verdicts = judge_with_rows(statement);
        locks::with_retries(statements, |retries| {
            if retries > 0 {
                verdicts = judge_again(statement, &verdicts);
            }
            run_judged(statement, Cow::Borrowed(&verdicts))
        })
    })
}

/// Settles a statement of several that are tried again together, and before which the rows were
/// looked at.
fn settle_step(statement: &Statement) -> Settled {
    timed(|| run_judged(statement, judge(statement).into()))
}

fn timed(settle: impl FnOnce() -> Settled) -> Settled {
    let started = Instant::now();
    let mut settled = settle();
    let elapsed_us = microseconds_since(started);
    for outcome in &mut settled.outcomes {
        outcome.elapsed_us = elapsed_us;
    }
    settled
}

fn microseconds_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Comparing may wait for a lock, too.
fn judge(statement: &Statement) -> Vec<Verdict> {
    locks::within_timeout(statement, || guard::judge(statement))
}

/// Judges, and looks at the rows if what would run may run.
fn judge_with_rows(statement: &Statement) -> Vec<Verdict> {
    let mut verdicts = judge(statement);
    let is_refused = || matches!(manner(statement), Manner::Refused(_));
    if settings::check_data() && !is_refused() && policy::stops_none(statement, &verdicts) {
        let look = || guard::rows::judge(statement, &mut verdicts);
        locks::within_timeout(statement, look);
    }
    verdicts
}

/// Judges again. The rows are not looked at once more.
fn judge_again(statement: &Statement, before: &[Verdict]) -> Vec<Verdict> {
    let mut again = judge(statement);
    for (now, before) in again.iter_mut().zip(before) {
        if now.runs() && before.is_about_rows() {
            now.clone_from(before);
        }
    }
    again
}

fn run_judged(statement: &Statement, mut verdicts: Cow<[Verdict]>) -> Settled {
    for _ in 0..MOST_ATTEMPTS {
        if let Some(settled) = policy::stops(statement, &verdicts) {
            return settled;
        }
        let locks = footprint::of_all(statement, &verdicts);
        let attempt = match manner(statement) {
            _ if !verdicts.iter().any(Verdict::runs) => Attempt::planned(statement, &verdicts),
            Manner::Refused(confined) => {
                Attempt::without_error(refuse(statement, &verdicts, confined))
            }
            _ if settings::dry_run() => Attempt::planned(statement, &verdicts),
            Manner::Untouched => run_untouched(statement, &verdicts, &locks),
            Manner::Undoable => run_undoable(statement, &verdicts),
        };
        match attempt {
            Attempt::Settled(mut settled) => {
                tell_locks(&mut settled.outcomes, locks);
                return settled;
            }
            Attempt::Overtaken(second) => verdicts = second.into(),
        }
    }
    unstable(statement, &verdicts)
}

/// Puts what each action was to lock into its outcome: it was looked at before it ran.
fn tell_locks(outcomes: &mut [Outcome], locks: Vec<Option<Lock>>) {
    for (outcome, lock) in outcomes.iter_mut().zip(locks) {
        if matches!(outcome.status, Status::Applied | Status::Planned | Status::Failed) {
            outcome.lock = outcome.lock.take().or(lock);
        }
    }
}

/// The outcomes of actions of which none is run.
fn only_judged(statement: &Statement, verdicts: &[Verdict]) -> Vec<Outcome> {
    let mut outcomes = outcomes(statement, verdicts, Status::Planned);
    tell_locks(&mut outcomes, footprint::of_all(statement, verdicts));
    outcomes
}

/// In what a statement is run.
enum Manner {
    /// In a subtransaction, so that it can be undone alone.
    Undoable,
    /// As it came, with nothing around it.
    Untouched,
    /// Not at all: a function cannot run it.
    Refused(Confined),
}

/// A statement that minds transaction blocks must not be put into a subtransaction where it
/// could run without; and where its error would be raised anyway, it says in its own words
/// what it minds.
fn manner(statement: &Statement) -> Manner {
    let is_strict = settings::policy() == settings::Policy::Strict;
    match statement.command.confined {
        Some(confined) if !statement.is_intercepted() => Manner::Refused(confined),
        _ if !statement.command.minds_transactions || !statement.is_intercepted() => {
            Manner::Undoable
        }
        _ if is_strict || statement.is_outside_block() => Manner::Untouched,
        _ => Manner::Undoable,
    }
}

/// What an attempt to run a statement came to.
enum Attempt {
    Settled(Settled),
    /// Somebody changed the catalog between the look and the act: what the guard says now.
    Overtaken(Vec<Verdict>),
}

impl Attempt {
    /// Nothing was run: there is nothing to run, or it is only planned.
    fn planned(statement: &Statement, verdicts: &[Verdict]) -> Attempt {
        Attempt::without_error(outcomes(statement, verdicts, Status::Planned))
    }

    fn applied(statement: &Statement, verdicts: &[Verdict]) -> Attempt {
        Attempt::without_error(outcomes(statement, verdicts, Status::Applied))
    }

    /// It was undone, because it did what a limit forbids.
    fn beyond_limits(
        statement: &Statement,
        verdicts: &[Verdict],
        finding: &Finding,
        error: Option<PgError>,
    ) -> Attempt {
        let mut outcomes = outcomes(statement, verdicts, Status::Failed);
        for outcome in undecided(&mut outcomes) {
            *outcome = found(outcome.clone(), Status::Failed, finding);
        }
        Attempt::Settled(Settled { outcomes, error })
    }

    fn without_error(outcomes: Vec<Outcome>) -> Attempt {
        Attempt::Settled(Settled { outcomes, error: None })
    }
}

fn run_undoable(statement: &Statement, verdicts: &[Verdict]) -> Attempt {
    let to_run = parts(verdicts);
    // Outlives the subtransaction, whose roll-back may still look at what is in it.
    let workspace = statement.workspace();
    let run = || {
        workspace.enter(|| {
            leftover::drop(statement, verdicts);
            limits::within(|| statement.run(&to_run))
        })
    };
    let undoable = || subtransaction::run(&statement.arena, run);
    let error = match locks::within_timeout(statement, undoable) {
        Ok(Ok(())) => return Attempt::applied(statement, verdicts),
        Ok(Err(finding)) => return Attempt::beyond_limits(statement, verdicts, &finding, None),
        Err(error) => error,
    };
    if let Some(message) = rewrite::stopped_by(&error) {
        let finding = guard::limits::finding_of_stopped(&message);
        return Attempt::beyond_limits(statement, verdicts, &finding, Some(error));
    }
    let second = judge_again(statement, verdicts);
    if classify::may_be_stale(&error) && parts(&second) != to_run {
        return Attempt::Overtaken(second);
    }
    let outcomes = failed(statement, &second, &error);
    Attempt::Settled(Settled { outcomes, error: Some(error) })
}

/// Nothing can be undone, so an error is raised, whatever the policy; the report has it. It waits
/// as long as the session's own lock_timeout says: ended on the way, one that is CONCURRENTLY
/// leaves an invalid index behind.
fn run_untouched(statement: &Statement, verdicts: &[Verdict], locks: &[Option<Lock>]) -> Attempt {
    let run = || {
        let is_as_judged = leftover::drop_concurrently(statement, verdicts);
        if is_as_judged {
            rewrite::watched(|| statement.run(&parts(verdicts)));
        }
        is_as_judged
    };
    let tell = |error: &PgError| {
        let mut outcomes = outcomes(statement, verdicts, Status::Failed);
        undecided(&mut outcomes).for_each(|outcome| classify::quote(outcome, error));
        tell_locks(&mut outcomes, locks.to_vec());
        remember::in_session(outcomes);
    };
    match subtransaction::none(&statement.arena, run, tell) {
        true => Attempt::applied(statement, verdicts),
        false => Attempt::Overtaken(judge_again(statement, verdicts)),
    }
}

fn parts(verdicts: &[Verdict]) -> Vec<Part> {
    let part = |verdict: &Verdict| match verdict {
        Verdict::Run | Verdict::Noted(_) | Verdict::Rebuild(_) => Part::Kept,
        Verdict::Validate(constraint) => Part::Validation(constraint.clone()),
        _ => Part::LeftOut,
    };
    verdicts.iter().map(part).collect()
}

fn outcomes(statement: &Statement, verdicts: &[Verdict], ran: Status) -> Vec<Outcome> {
    let numbered = verdicts.iter().enumerate();
    numbered.map(|(index, verdict)| judged(blank(statement, index, ran), verdict)).collect()
}

/// The outcomes of a statement that failed with this error.
fn failed(statement: &Statement, verdicts: &[Verdict], error: &PgError) -> Vec<Outcome> {
    let mut outcomes = outcomes(statement, verdicts, Status::Failed);
    undecided(&mut outcomes).for_each(|outcome| classify::describe(outcome, error));
    outcomes
}

/// Those of which it is not said yet why they failed.
fn undecided(outcomes: &mut [Outcome]) -> impl Iterator<Item = &mut Outcome> {
    outcomes
        .iter_mut()
        .filter(|outcome| outcome.status == Status::Failed && outcome.reason.is_none())
}

/// The catalog changed at each attempt.
fn unstable(statement: &Statement, verdicts: &[Verdict]) -> Settled {
    let verdicts = judge_again(statement, verdicts);
    let mut outcomes = outcomes(statement, &verdicts, Status::Failed);
    for outcome in undecided(&mut outcomes) {
        outcome.reason = Some("object_in_use".into());
        outcome.sqlstate = Some("55006".into());
        outcome.message = Some("other sessions changed the object at each attempt".into());
        outcome.hint = Some("Run the statement again.".into());
    }
    Settled { outcomes, error: None }
}

/// The outcome of one action, with nothing said yet.
fn blank(statement: &Statement, index: usize, status: Status) -> Outcome {
    let action = &statement.command.actions[index];
    let ddl = statement.ddl[index].clone();
    let mut outcome = Outcome::new(status, statement.operation(action), object_of(action), ddl);
    outcome.place = place_of(action);
    outcome
}

/// The outcome a verdict makes: for `Run` the status it already has.
fn judged(outcome: Outcome, verdict: &Verdict) -> Outcome {
    match verdict {
        Verdict::Run => outcome,
        Verdict::Noted(remark) => noted(outcome, remark),
        Verdict::Rebuild(_) => besides(outcome, "an invalid index of that name", "dropped first"),
        Verdict::Validate(name) => {
            let constraint = format!("constraint \"{name}\", which was there and not valid,");
            besides(outcome, &constraint, "validated")
        }
        Verdict::Satisfied(finding) => found(outcome, Status::Skipped, finding),
        Verdict::Conflict(finding) => found(outcome, Status::Conflict, finding),
        Verdict::Refused(finding) => found(outcome, Status::Failed, finding),
        Verdict::Missing(finding) => absent(outcome, finding),
    }
}

/// Says in the outcome what is done that was not asked for in these words.
fn besides(mut outcome: Outcome, what: &str, done: &str) -> Outcome {
    let tense = if outcome.status == Status::Applied { "was" } else { "would be" };
    outcome.message = Some(format!("{what} {tense} {done}"));
    outcome
}

fn noted(mut outcome: Outcome, remark: &Remark) -> Outcome {
    outcome.message = Some(remark.message.clone());
    outcome.hint = Some(remark.hint.clone());
    outcome
}

/// Something missing is a skip or a failure, as `guarded.missing` says.
fn absent(outcome: Outcome, finding: &Finding) -> Outcome {
    match settings::missing() {
        settings::Missing::Skip => found(outcome, Status::Skipped, finding),
        settings::Missing::Fail => found(outcome, Status::Failed, finding),
    }
}

fn found(mut outcome: Outcome, status: Status, finding: &Finding) -> Outcome {
    outcome.status = status;
    outcome.reason = Some(finding.reason.code().into());
    outcome.message = Some(finding.message.clone());
    outcome.detail = finding.detail.clone();
    outcome.hint = finding.hint.clone();
    outcome.differences = finding.differences.clone();
    outcome.missing_table = finding.missing_table.clone();
    outcome.violations = finding.violations.clone();
    outcome.lock = finding.lock.clone();
    if status != Status::Skipped {
        outcome.sqlstate = Some(finding.sqlstate.to_string());
    }
    outcome
}

/// What is to be run of a statement that cannot run inside a function has failed.
fn refuse(statement: &Statement, verdicts: &[Verdict], confined: Confined) -> Vec<Outcome> {
    let tag = statement.command.tag;
    let (reason, sqlstate, message, hint) = match confined {
        Confined::TransactionControl => (
            "invalid_transaction_termination",
            "2D000",
            format!("{tag} cannot run inside a function"),
            "Leave it out: each statement is undone alone if it fails, and the caller's transaction goes on.",
        ),
        Confined::Concurrently => (
            "active_sql_transaction",
            "25001",
            format!("{tag} CONCURRENTLY cannot run inside a transaction block"),
            "Run it by itself, or leave out CONCURRENTLY.",
        ),
        Confined::OutsideTransaction => (
            "active_sql_transaction",
            "25001",
            format!("{tag} cannot run inside a transaction block"),
            "Run it by itself, outside a transaction block and not through a function.",
        ),
        Confined::ClientCopy => (
            "feature_not_supported",
            "0A000",
            "COPY from or to the client cannot run inside a function".to_string(),
            "Run it by itself, or use INSERT.",
        ),
    };
    let mut outcomes = outcomes(statement, verdicts, Status::Failed);
    for outcome in undecided(&mut outcomes) {
        outcome.reason = Some(reason.into());
        outcome.sqlstate = Some(sqlstate.into());
        outcome.message = Some(message.clone());
        outcome.hint = Some(hint.into());
    }
    outcomes
}
