//! What happened in this session.

use crate::pg::jsonb::Jsonb;
use crate::pg::message;
use crate::record::report::{self, Entry};
use crate::record::text;
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
    let rolled_back = entry.is_rolled_back();
    let Entry { number, migration, outcome, .. } = entry;
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
    let rows = report::counts().into_iter().map(|((migration, status, reason), count)| {
        (migration, status.to_string(), reason, count.outcomes, count.rolled_back)
    });
    TableIterator::new(rows)
}

/// The summary as text for a log.
#[pg_extern]
fn summary_text() -> String {
    text::summary(&report::counts(), &report::entries())
}

/// Raises an error with all conflicts and failures that stand, if there are any.
#[pg_extern]
fn assert_clean() {
    let troubles = report::troubles();
    if !troubles.is_empty() {
        message::raise(
            text::UNCLEAN,
            &text::unclean(&troubles, "Mend what is listed and run it again."),
        );
    }
}
