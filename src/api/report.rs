//! What happened in this session.

use crate::pg::jsonb::Jsonb;
use crate::record::report::{self, Entry};
use pgrx::prelude::*;

/// Every outcome of the session in order.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn report() -> TableIterator<
    'static,
    (
        name!(number, i64),
        name!(migration, String),
        name!(status, String),
        name!(reason, Option<String>),
        name!(operation, String),
        name!(object, Option<String>),
        name!(message, Option<String>),
        name!(ddl, String),
        name!(rolled_back, bool),
        name!(outcome, Jsonb),
    ),
> {
    TableIterator::new(report::entries().into_iter().map(row))
}

#[allow(clippy::type_complexity)]
fn row(
    entry: Entry,
) -> (
    i64,
    String,
    String,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    String,
    bool,
    Jsonb,
) {
    let Entry { number, migration, outcome, rolled_back, .. } = entry;
    (
        i64::try_from(number).unwrap_or(i64::MAX),
        migration,
        outcome.status.word().to_string(),
        outcome.reason.as_deref().map(str::to_string),
        outcome.operation.to_string(),
        Some(outcome.object.clone()).filter(|object| !object.is_empty()),
        outcome.message.clone(),
        outcome.ddl.to_string(),
        rolled_back,
        Jsonb(outcome),
    )
}

/// The outcomes of the session counted by label, status and reason.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn summary() -> TableIterator<
    'static,
    (
        name!(migration, String),
        name!(status, String),
        name!(reason, Option<String>),
        name!(outcomes, i64),
        name!(rolled_back, i64),
    ),
> {
    let rows = report::counts().into_iter().map(|((migration, status, reason), (all, undone))| {
        (migration, status.to_string(), reason, all, undone)
    });
    TableIterator::new(rows)
}
