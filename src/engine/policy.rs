//! What a conflict or a failure does.

use crate::outcome::{Outcome, Status};
use crate::pg::error::PgError;
use crate::pg::message;
use crate::settings::{self, Policy};

/// Under `strict` raises the first conflict or failure: the server's own error where there is
/// one, with every field it had.
pub fn apply(outcomes: &[Outcome], error: Option<PgError>) {
    if settings::policy() != Policy::strict {
        return;
    }
    let bad = outcomes.iter().find(|o| matches!(o.status, Status::Conflict | Status::Failed));
    let Some(outcome) = bad else { return };
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
