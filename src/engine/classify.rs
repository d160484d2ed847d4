//! From the server's error to status and reason.

use crate::outcome::{Outcome, Reason, Status};
use crate::pg::error::{PgError, condition_name};
use crate::settings;

/// What an error says about the catalog, if that is what it is about.
enum About {
    /// Something the statement needs is not there.
    Missing(Reason),
    /// A name is taken.
    Taken,
}

/// The undefined_* and duplicate_* conditions of errcodes.txt that DDL raises. From a function
/// that it calls, an event trigger's say, they are about something else.
fn about(error: &PgError) -> Option<About> {
    if error.is_from_within() {
        return None;
    }
    Some(match error.sqlstate().as_str() {
        "3D000" => About::Missing(Reason::MissingObject),
        "3F000" => About::Missing(Reason::MissingSchema),
        "42P01" => About::Missing(Reason::MissingTable),
        "42703" => About::Missing(Reason::MissingColumn),
        "42704" | "42883" => About::Missing(Reason::MissingObject),
        "42701" | "42710" | "42723" | "42P04" | "42P06" | "42P07" => About::Taken,
        // Two sessions creating the same name meet in the catalog's own unique index.
        "23505" if names_a_new_object(error) => About::Taken,
        _ => return None,
    })
}

/// A label that an enum is given twice is no new object.
fn names_a_new_object(error: &PgError) -> bool {
    error.place().is_some_and(|place| {
        place.schema.as_deref() == Some("pg_catalog") && place.table.as_deref() != Some("pg_enum")
    })
}

/// Whether the verdict may have been overtaken: then it is worth looking again.
pub fn may_be_stale(error: &PgError) -> bool {
    about(error).is_some()
}

/// Puts into a failed outcome what the error says.
pub fn quote(outcome: &mut Outcome, error: &PgError) {
    outcome.place = error.place().unwrap_or(std::mem::take(&mut outcome.place));
    outcome.message = Some(error.message());
    outcome.detail = error.detail();
    outcome.hint = error.hint();
    outcome.sqlstate = Some(error.sqlstate());
    outcome.reason = Some(condition_name(&error.sqlstate()).into());
}

/// Whether an error of CREATE EXTENSION is one of its script, which has no CONTEXT of its own
/// before PostgreSQL 18: one about the extension, or about another it needs, says object.
fn is_from_a_script(outcome: &Outcome, error: &PgError) -> bool {
    outcome.operation == "create_extension"
        && !matches!(error.sqlstate().as_str(), "42704" | "42710" | "3F000")
}

/// Puts into an outcome what the error says. One about the catalog that stays after looking
/// again is a skip or a conflict.
pub fn describe(outcome: &mut Outcome, error: &PgError) {
    quote(outcome, error);
    match about(error).filter(|_| !is_from_a_script(outcome, error)) {
        // What kinds of object the guard does not look up itself, DROP finds absent.
        Some(About::Missing(_)) if outcome.operation.starts_with("drop_") => {
            outcome.reason = Some(Reason::AlreadyAbsent.code().into());
            outcome.status = Status::Skipped;
        }
        Some(About::Missing(reason)) => {
            outcome.reason = Some(reason.code().into());
            if settings::missing() == settings::Missing::Skip {
                outcome.status = Status::Skipped;
            }
        }
        // The guard compares every column that exists: this one is in the statement twice, or
        // has the name of a system column.
        Some(About::Taken) if error.sqlstate() != "42701" => {
            outcome.reason = Some(Reason::NotCompared.code().into());
            outcome.status = Status::Conflict;
        }
        _ => {}
    }
}
