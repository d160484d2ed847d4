//! What a conflict or a failure does.

use super::{Settled, locks, outcomes, remember};
use crate::guard::Verdict;
use crate::outcome::Outcome;
use crate::outcome::Status;
use crate::pg::error::PgError;
use crate::pg::{message, subtransaction};
use crate::settings::{self, Policy};
use crate::statement::Statement;
use std::rc::Rc;

/// Whether the policy makes an error of an outcome.
pub fn raises(outcome: &Outcome) -> bool {
    settings::policy() == Policy::Strict && outcome.is_trouble()
}

/// Whether no verdict on a statement will raise.
pub fn stops_none(statement: &Statement, verdicts: &[Verdict]) -> bool {
    raising(statement, verdicts).is_empty()
}

fn raising(statement: &Statement, verdicts: &[Verdict]) -> Vec<Outcome> {
    if settings::policy() != Policy::Strict {
        return Vec::new();
    }
    let mut outcomes = outcomes(statement, verdicts, Status::Planned);
    outcomes.retain(raises);
    outcomes
}

/// Ends a statement before anything of it runs, if a verdict on it will raise.
pub fn stops(statement: &Statement, verdicts: &[Verdict]) -> Option<Settled> {
    let outcomes = raising(statement, verdicts);
    if outcomes.is_empty() {
        return None;
    }
    // To ask the server would be to do what is forbidden.
    let is_asked = !verdicts.iter().any(Verdict::is_forbidden);
    let error = if is_asked { servers_own(statement, &outcomes) } else { None };
    Some(Settled { outcomes, error })
}

/// What the server itself says to a statement that a client sent, if it does not take it: the
/// client may know that error, and its place in the text. What minds transaction blocks is run
/// for that as it came: its name is taken, or what it needs is missing, so it does nothing.
fn servers_own(statement: &Statement, outcomes: &[Outcome]) -> Option<PgError> {
    if !statement.is_intercepted() || settings::dry_run() {
        return None;
    }
    let run = || statement.run_whole();
    if statement.command.minds_transactions {
        let tell = |_: &PgError| _ = remember::in_session(outcomes.to_vec());
        subtransaction::none(&statement.arena, run, tell);
        return None;
    }
    let workspace = statement.workspace();
    let ask = || {
        // What it says on the way is of no interest; the setting goes back with the rest.
        crate::pg::set_setting(c"client_min_messages", c"error");
        workspace.enter(run);
    };
    let probe = || subtransaction::probe(&statement.arena, ask).err();
    locks::within_timeout(statement, probe)
}

/// Whether the error that will be raised does not have the differences that were found.
pub fn says_less(outcome: &Outcome, error: Option<&PgError>) -> bool {
    error.is_some() && !outcome.differences.is_empty()
}

/// Raises the first conflict or failure that the policy makes an error of: the server's own
/// error where there is one, with every field it had.
pub fn apply(outcomes: &[Rc<Outcome>], error: Option<PgError>, migration: &str) {
    let Some(outcome) = outcomes.iter().find(|outcome| raises(outcome)) else { return };
    if let Some(error) = error {
        error.rethrow();
    }
    let text = outcome.message.clone().unwrap_or_else(|| outcome.headline());
    let sqlstate = outcome.sqlstate.as_deref().unwrap_or("XX000");
    message::raise(sqlstate, &outcome.as_message(text, migration))
}
