//! What is kept in the database: what is pending, trying it again, and pruning.

use crate::error::Error;
use crate::outcome::Outcome;
use crate::pending::{self, Attempt, Filter, Pending};
use crate::pg::jsonb::Jsonb;
use crate::record::unfinished;
use pgrx::datum::{Interval, TimestampWithTimeZone};
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;

/// The rows of the view guarded.pending.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn pending_statements() -> TableIterator<
    'static,
    (
        name!(number, i64),
        name!(recorded_at, Option<TimestampWithTimeZone>),
        name!(migration, String),
        name!(role, String),
        name!(operation, String),
        name!(object, Option<String>),
        name!(status, String),
        name!(reason, Option<String>),
        name!(ready, bool),
        name!(waits_reason, Option<String>),
        name!(waits_for, Option<String>),
        name!(ddl, String),
    ),
> {
    let rows =
        pending::statements(Filter::default()).into_iter().map(|Pending { row, waits_for }| {
            let ready = waits_for.is_none();
            let (waits_reason, waits_for) = waits_for.unzip();
            (
                row.number,
                row.recorded_at,
                row.migration,
                row.role,
                row.operation,
                Some(row.object).filter(|object| !object.is_empty()),
                row.status,
                row.reason,
                ready,
                waits_reason,
                waits_for,
                row.ddl,
            )
        });
    TableIterator::new(rows)
}

/// Tries pending statements again; one row for each.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn replay(
    migration: default!(Option<&str>, "NULL"),
    role: default!(Option<&str>, "NULL"),
) -> Result<
    TableIterator<
        'static,
        (
            name!(number, i64),
            name!(migration, String),
            name!(role, String),
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
    let attempts = pending::replay(Filter { migration, role })?;
    Ok(TableIterator::new(attempts.into_iter().map(|Attempt { row, outcome }| {
        let Outcome { status, reason, operation, object, message, ddl, .. } = &*outcome;
        (
            row.number,
            row.migration,
            row.role,
            status.word().to_string(),
            reason.as_deref().map(str::to_string),
            operation.to_string(),
            Some(object.clone()).filter(|object| !object.is_empty()),
            message.clone(),
            ddl.to_string(),
            Jsonb(outcome),
        )
    })))
}

/// Deletes old rows of the journal and returns how many; what is pending only if asked to.
#[pg_extern]
fn prune_journal(
    older_than: Option<Interval>,
    pending: default!(Option<bool>, false),
) -> Result<i64, ErrorReport> {
    let older_than = older_than.ok_or(Error::Null("older_than"))?;
    if older_than.is_negative() {
        return Err(Error::Invalid {
            argument: "older_than",
            problem: "negative".into(),
            hint: "Pass an age, such as '90 days'; rows that are older are deleted.".into(),
        }
        .into());
    }
    let kept = if pending.unwrap_or(false) { Vec::new() } else { pending::numbers() };
    Ok(unfinished::prune(older_than, kept))
}
