//! The outcomes of this session, in order, and whether what they did still stands.
//!
//! Kept in the backend's own memory: it costs no transaction id, survives a rollback, and is
//! gone with the session. The last [`KEPT`] outcomes are kept, or fewer if their texts are
//! longer than [`KEPT_BYTES`] together; of older ones there are only counts. What the policy
//! `collect` has gathered is kept until the transaction ends, however much it is.

use super::text;
use crate::outcome::Outcome;
use crate::pg::message;
use crate::pg::transaction::{self, Event};
use crate::settings::{self, Policy};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// How many outcomes are kept; the oldest go first.
pub const KEPT: usize = 10_000;

/// How many bytes of text they may have.
pub const KEPT_BYTES: usize = 64 << 20;

/// How many labels, statuses and reasons are told apart in the counts of older outcomes.
const MOST_GROUPS: usize = 1_000;

/// The label that the outcomes beyond those are counted under.
const OTHER_MIGRATIONS: &str = "(others)";

/// An outcome that was recorded.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Counts up from 1 in each session.
    pub number: u64,
    /// `guarded.migration` at the time.
    pub migration: String,
    /// What became of the statement.
    pub outcome: Rc<Outcome>,
    fate: Fate,
    /// Whether the policy `collect` makes the commit fail because of it.
    is_collected: bool,
}

impl Entry {
    /// Whether the transaction or subtransaction it ran in has been rolled back.
    pub fn is_rolled_back(&self) -> bool {
        self.fate.is_rolled_back()
    }

    fn is_open(&self) -> bool {
        matches!(self.fate, Fate::Open(_))
    }

    /// Conflicts and failures that stand, or will with the transaction.
    pub fn is_trouble(&self) -> bool {
        self.outcome.is_trouble() && !self.is_rolled_back()
    }

    /// What it is counted by.
    pub fn group(&self) -> Group {
        let reason = self.outcome.reason.as_deref().map(str::to_string);
        (self.migration.clone(), self.outcome.status.word(), reason)
    }

    fn size(&self) -> usize {
        self.migration.len() + self.outcome.size()
    }
}

/// What became of what an outcome did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// Its transaction is open, and it belongs to this subtransaction.
    Open(u32),
    /// It is for others to commit or roll back the transaction with this id.
    Prepared(u64),
    /// It was committed.
    Standing,
    /// It was rolled back.
    RolledBack,
}

impl Fate {
    fn after(self, event: Event) -> Fate {
        let Fate::Open(open_in) = self else { return self };
        match event {
            Event::SubCommit { id, parent } if open_in == id => Fate::Open(parent),
            Event::SubAbort { id } if open_in == id => Fate::RolledBack,
            Event::Commit => Fate::Standing,
            Event::Prepare { id } => Fate::Prepared(id),
            Event::Abort => Fate::RolledBack,
            _ => self,
        }
    }

    fn is_rolled_back(self) -> bool {
        match self {
            Fate::RolledBack => true,
            Fate::Prepared(id) => transaction::was_rolled_back(id),
            Fate::Open(_) | Fate::Standing => false,
        }
    }
}

/// Migration, status and reason, as the summary groups by them.
pub type Group = (String, &'static str, Option<String>);

/// How many outcomes there are of a group, and how many of them were rolled back.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)]
pub struct Count {
    pub outcomes: i64,
    pub rolled_back: i64,
}

impl Count {
    fn add(&mut self, outcomes: i64, is_rolled_back: bool) {
        self.outcomes += outcomes;
        self.rolled_back += if is_rolled_back { outcomes } else { 0 };
    }
}

#[derive(Default)]
struct Report {
    entries: VecDeque<Entry>,
    last_number: u64,
    /// Entries of the open transaction, at the end of `entries`.
    open: usize,
    /// The size of all entries.
    bytes: usize,
    older: Older,
}

/// The counts of what is no longer among the entries.
#[derive(Default)]
struct Older {
    decided: BTreeMap<Group, Count>,
    /// Of transactions that are open or prepared.
    undecided: BTreeMap<(Fate, Group), i64>,
}

thread_local! {
    static REPORT: RefCell<Report> = RefCell::default();
}

/// Records an outcome.
pub fn add(outcome: Rc<Outcome>) {
    super::watch();
    let is_collected = settings::policy() == Policy::Collect && outcome.is_trouble();
    let migration = settings::migration();
    let fate = Fate::Open(transaction::current_subtransaction());
    REPORT.with_borrow_mut(|report| {
        report.last_number += 1;
        let number = report.last_number;
        report.push(Entry { number, migration, outcome, fate, is_collected });
    });
}

/// All entries, oldest first.
pub fn entries() -> Vec<Entry> {
    REPORT.with_borrow(|report| report.entries.iter().cloned().collect())
}

/// All outcomes of the session counted by group, those that are no longer kept among them.
pub fn counts() -> BTreeMap<Group, Count> {
    REPORT.with_borrow(|report| {
        let mut counts = report.older.decided.clone();
        for ((fate, group), outcomes) in &report.older.undecided {
            counts.entry(group.clone()).or_default().add(*outcomes, fate.is_rolled_back());
        }
        for entry in &report.entries {
            counts.entry(entry.group()).or_default().add(1, entry.is_rolled_back());
        }
        counts
    })
}

/// The conflicts and failures that stand: in a transaction block those of the transaction,
/// outside one, where each statement was committed by itself, those of the session.
pub fn troubles() -> Vec<Entry> {
    let is_in_block = transaction::is_in_block();
    REPORT.with_borrow(|report| {
        let all = report.entries.iter();
        all.filter(|entry| entry.is_trouble() && (entry.is_open() || !is_in_block))
            .cloned()
            .collect()
    })
}

impl Report {
    fn push(&mut self, entry: Entry) {
        self.bytes += entry.size();
        self.open += 1;
        self.entries.push_back(entry);
        while (self.entries.len() > KEPT || self.bytes > KEPT_BYTES) && self.drop_oldest() {}
    }

    /// Leaves only the count of the oldest entry that the commit will not ask for; false if
    /// there is none.
    fn drop_oldest(&mut self) -> bool {
        let last = self.entries.len() - 1;
        let is_needed = |entry: &Entry| entry.is_collected && entry.is_open();
        let oldest = self.entries.iter().take(last).position(|entry| !is_needed(entry));
        let Some(index) = oldest else { return false };
        if index >= self.entries.len() - self.open {
            self.open -= 1;
        }
        if let Some(entry) = self.entries.remove(index) {
            self.bytes -= entry.size();
            self.older.count(entry.fate, entry.group(), 1);
        }
        true
    }

    fn on(&mut self, event: Event) {
        let open = self.entries.iter_mut().rev().take(self.open);
        match event {
            // Ids only grow: what is older than the subtransaction has a smaller one.
            Event::SubCommit { id, .. } | Event::SubAbort { id } => open
                .take_while(|entry| !matches!(entry.fate, Fate::Open(open_in) if open_in < id))
                .for_each(|entry| entry.fate = entry.fate.after(event)),
            _ => {
                open.for_each(|entry| entry.fate = entry.fate.after(event));
                self.open = 0;
            }
        }
        self.older.on(event);
    }

    /// What the policy `collect` has gathered in the open transaction.
    fn collected(&self) -> Vec<Entry> {
        let open = self.entries.iter().skip(self.entries.len() - self.open);
        open.filter(|entry| entry.is_collected && entry.is_open()).cloned().collect()
    }
}

impl Older {
    fn count(&mut self, fate: Fate, mut group: Group, outcomes: i64) {
        let is_known = self.decided.contains_key(&group);
        if !is_known && self.decided.len() + self.undecided.len() >= MOST_GROUPS {
            group.0 = OTHER_MIGRATIONS.into();
        }
        match fate {
            Fate::Open(_) | Fate::Prepared(_) => {
                *self.undecided.entry((fate, group)).or_default() += outcomes;
            }
            Fate::Standing | Fate::RolledBack => {
                let is_rolled_back = fate == Fate::RolledBack;
                self.decided.entry(group).or_default().add(outcomes, is_rolled_back);
            }
        }
    }

    fn on(&mut self, event: Event) {
        for ((fate, group), outcomes) in std::mem::take(&mut self.undecided) {
            self.count(fate.after(event), group, outcomes);
        }
    }
}

pub(super) fn on_event(event: Event) {
    if event == Event::BeforeCommit {
        return raise_collected();
    }
    REPORT.with_borrow_mut(|report| report.on(event));
}

/// The transaction fails with all that the policy `collect` has gathered in it.
fn raise_collected() {
    let collected = REPORT.with_borrow(Report::collected);
    if !collected.is_empty() {
        message::raise(text::UNCLEAN, &text::unclean(&collected, text::NOT_COMMITTED));
    }
}
