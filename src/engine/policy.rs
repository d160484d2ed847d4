//! What a conflict or a failure does.

use crate::outcome::{Outcome, Status};
use crate::pg::error::PgError;
use crate::pg::message;
use crate::settings::{self, Policy};
use std::rc::Rc;

/// Whether the policy makes an error of an outcome.
pub fn raises(outcome: &Outcome) -> bool {
    settings::policy() == Policy::Strict
        && matches!(outcome.status, Status::Conflict | Status::Failed)
}

/// Raises the first conflict or failure that the policy makes an error of: the server's own
/// error where there is one, with every field it had.
pub fn apply(outcomes: &[Rc<Outcome>], error: Option<PgError>) {
    let Some(outcome) = outcomes.iter().find(|outcome| raises(outcome)) else { return };
    match error {
        Some(error) => error.rethrow(),
        None => message::raise(
            outcome.sqlstate.as_deref().unwrap_or("XX000"),
            outcome.message.clone().unwrap_or_else(|| outcome.headline()),
            outcome.lines(),
            outcome.hint.clone(),
        ),
    }
}
