//! What is remembered of outcomes: by the session, and in the database.

pub mod journal;
pub mod report;
pub mod text;
pub mod unfinished;

use crate::pg::transaction::{self, Event};

/// Asks to be told what becomes of transactions. Until the first outcome nobody does.
fn watch() {
    transaction::watch(on_event);
}

/// The report may keep the transaction from being committed, and comes first.
fn on_event(event: Event) {
    report::on_event(event);
    journal::on_event(event);
}
