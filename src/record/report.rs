//! The outcomes of this session, in order, and whether what they did still stands.
//!
//! Kept in the backend's own memory: it costs no transaction id, survives a rollback, and is
//! gone with the session. The last [`KEPT`] outcomes are kept.

use crate::outcome::Outcome;
use crate::pg::transaction::{self, Event};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// How many outcomes are kept; the oldest go first.
pub const KEPT: usize = 10_000;

/// An outcome that was recorded.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Counts up from 1 in each session.
    pub number: u64,
    /// `guarded.migration` at the time.
    pub migration: String,
    /// What became of the statement.
    pub outcome: Rc<Outcome>,
    /// Whether the transaction or subtransaction it ran in has been rolled back.
    pub rolled_back: bool,
    /// The subtransaction it belongs to while its transaction is open.
    open_in: Option<u32>,
}

#[derive(Default)]
struct Report {
    entries: VecDeque<Entry>,
    last_number: u64,
    /// Entries of the open transaction, at the end of `entries`.
    open: usize,
}

thread_local! {
    static REPORT: RefCell<Report> = RefCell::default();
}

/// Records an outcome. Until the first, nobody asks what becomes of transactions.
pub fn add(outcome: Rc<Outcome>) {
    transaction::watch(on_event);
    let migration = crate::settings::migration();
    let open_in = Some(transaction::current_subtransaction());
    REPORT.with_borrow_mut(|report| {
        report.last_number += 1;
        if report.entries.len() == KEPT {
            report.entries.pop_front();
        }
        report.open = (report.open + 1).min(KEPT);
        let entry =
            Entry { number: report.last_number, migration, outcome, rolled_back: false, open_in };
        report.entries.push_back(entry);
    });
}

/// All entries, oldest first.
pub fn entries() -> Vec<Entry> {
    REPORT.with_borrow(|report| report.entries.iter().cloned().collect())
}

/// Migration, status and reason, as the summary groups by them.
pub type Group = (String, &'static str, Option<String>);

/// The entries counted by group: how many, and how many of them were rolled back.
pub fn counts() -> BTreeMap<Group, (i64, i64)> {
    REPORT.with_borrow(|report| {
        let mut counts: BTreeMap<Group, (i64, i64)> = BTreeMap::new();
        for entry in &report.entries {
            let reason = entry.outcome.reason.as_deref().map(str::to_string);
            let group = (entry.migration.clone(), entry.outcome.status.word(), reason);
            let count = counts.entry(group).or_default();
            count.0 += 1;
            count.1 += i64::from(entry.rolled_back);
        }
        counts
    })
}

fn on_event(event: Event) {
    REPORT.with_borrow_mut(|report| {
        let open = report.entries.iter_mut().rev().take(report.open);
        match event {
            // Ids only grow: what is older than the subtransaction has a smaller one.
            Event::SubCommit { id, .. } | Event::SubAbort { id } => open
                .take_while(|entry| entry.open_in.is_none_or(|open_in| open_in >= id))
                .for_each(|entry| tell(entry, event)),
            Event::Commit | Event::Abort => {
                open.for_each(|entry| tell(entry, event));
                report.open = 0;
            }
        }
    });
}

fn tell(entry: &mut Entry, event: Event) {
    let Some(open_in) = entry.open_in else { return };
    match event {
        Event::SubCommit { id, parent } if open_in == id => entry.open_in = Some(parent),
        Event::SubAbort { id } if open_in == id => close(entry, true),
        Event::Commit => close(entry, false),
        Event::Abort => close(entry, true),
        _ => {}
    }
}

fn close(entry: &mut Entry, rolled_back: bool) {
    entry.open_in = None;
    entry.rolled_back = rolled_back;
}
