//! What an action locks, and of which relations it writes or reads all rows: from the catalog
//! alone, before anything is locked.
//!
//! Tables, views, materialized views, foreign tables and sequences are listed that are there
//! already, those of the catalog not among them. An index is listed where it is locked more
//! strongly than its table; a TOAST table goes with its own table.

mod alter_table;
mod create;
mod drop;
mod others;
mod rewrite;
mod scans;

use super::Verdict;
use crate::outcome::{Lock, Size, TableLock};
use crate::pg::catalog::{self, RelationInfo};
use crate::pg::lock::LockMode;
use crate::pg::size;
use crate::pg::tree::locking::{self, Locking};
use crate::pg::tree::model::{Action, Relation};
use crate::settings;
use crate::statement::Statement;
use pgrx::pg_sys::Oid;
use std::collections::HashMap;

/// The footprints of the actions of a statement that run, for their outcomes.
pub fn of_all(statement: &Statement, verdicts: &[Verdict]) -> Vec<Option<Lock>> {
    let numbered = verdicts.iter().enumerate();
    numbered.map(|(index, verdict)| of(statement, index, verdict)).collect()
}

/// What the action locks; `None` if it does not run, or locks nothing that is there.
pub fn of(statement: &Statement, index: usize, verdict: &Verdict) -> Option<Lock> {
    foresee(statement, index, verdict).into_lock()
}

/// The same before it is made fit for an outcome.
pub(super) fn foresee(statement: &Statement, index: usize, verdict: &Verdict) -> Footprint {
    let mut footprint = Footprint::default();
    if verdict.runs() {
        let action = &statement.command.actions[index];
        let locking = locking::of(statement.tree(), index);
        step(&mut footprint, statement, action, &locking, verdict);
        footprint.forget_indexes_of_locked_tables();
    }
    footprint
}

fn step(
    footprint: &mut Footprint,
    statement: &Statement,
    action: &Action,
    locking: &Locking,
    verdict: &Verdict,
) {
    if let Verdict::Rebuild(leftover) = verdict {
        footprint.lock(leftover.table, LockMode::AccessExclusive);
    }
    match locking {
        Locking::Alter(command) => alter_table::alter(footprint, action, command, verdict),
        Locking::Drop { cascade, concurrent } => {
            drop::drop(footprint, action, *cascade, *concurrent);
        }
        _ => {
            create::create(footprint, action);
            others::other(footprint, action, locking);
        }
    }
    for relation in &statement.command.queried {
        footprint.lock_named(relation, LockMode::AccessShare);
    }
}

/// What is known of an action so far.
#[derive(Debug, Default)]
pub(super) struct Footprint {
    /// Each relation once.
    pub touched: Vec<Touched>,
    /// Where each is.
    places: HashMap<Oid, usize>,
}

/// A relation that is locked.
#[derive(Debug)]
pub(super) struct Touched {
    /// What it is.
    pub relation: RelationInfo,
    /// The strongest mode.
    pub mode: LockMode,
    /// Whether all its rows are written anew.
    pub rewrites: bool,
    /// Whether all its rows are read.
    pub scans: bool,
}

impl Footprint {
    /// The relation is locked; one that is not there, or is of the catalog, is left out.
    fn lock(&mut self, oid: Oid, mode: LockMode) {
        if let Some(place) = self.places.get(&oid) {
            let known = &mut self.touched[*place];
            known.mode = known.mode.max(mode);
        } else if let Some(relation) = catalog::relation_by_oid(oid).filter(counts) {
            self.places.insert(oid, self.touched.len());
            self.touched.push(Touched { relation, mode, rewrites: false, scans: false });
        }
    }

    fn lock_named(&mut self, name: &Relation, mode: LockMode) {
        if let Some(relation) = catalog::relation(name) {
            self.lock(relation.oid, mode);
        }
    }

    fn lock_all(&mut self, oids: &[Oid], mode: LockMode) {
        oids.iter().for_each(|oid| self.lock(*oid, mode));
    }

    /// All rows of a relation that is locked are read.
    fn scan(&mut self, oid: Oid) {
        self.mark(oid, |touched| touched.scans = true);
    }

    /// All rows of a relation that is locked are written anew, and read for that.
    fn rewrite(&mut self, oid: Oid) {
        self.mark(oid, |touched| (touched.rewrites, touched.scans) = (true, true));
    }

    /// What stores no rows has none to be read.
    fn mark(&mut self, oid: Oid, mark: impl FnOnce(&mut Touched)) {
        let touched = self.places.get(&oid).and_then(|place| self.touched.get_mut(*place));
        if let Some(touched) = touched.filter(|t| matches!(t.relation.kind, 'r' | 'm')) {
            mark(touched);
        }
    }

    /// An index says nothing that its table does not.
    fn forget_indexes_of_locked_tables(&mut self) {
        let is_covered = |touched: &Touched| {
            matches!(touched.relation.kind, 'i' | 'I')
                && catalog::index(touched.relation.oid)
                    .and_then(|index| self.places.get(&index.table))
                    .is_some_and(|table| self.touched[*table].mode >= touched.mode)
        };
        let covered: Vec<bool> = self.touched.iter().map(is_covered).collect();
        let mut covered = covered.into_iter();
        self.touched.retain(|_| !covered.next().unwrap_or(false));
    }

    pub(super) fn into_lock(self) -> Option<Lock> {
        Lock::of(self.touched.iter().map(table_lock).collect())
    }
}

/// Not relations of the catalog, which everything locks; composite types, which nobody reads;
/// and TOAST tables and their indexes.
fn counts(relation: &RelationInfo) -> bool {
    relation.kind != 'c' && !catalog::is_of_server(relation)
}

fn table_lock(touched: &Touched) -> TableLock {
    let Touched { relation, mode, rewrites, scans } = touched;
    TableLock {
        table: relation.oid,
        name: catalog::qualified_name(relation.oid),
        word: relation.word(),
        mode: *mode,
        rewrites: *rewrites,
        scans: *scans,
        size: if is_worth_a_look(touched) { size_of(relation) } else { known_size_of(relation) },
    }
}

/// Opening the file would take a change that reads no rows half of its time again.
fn is_worth_a_look(touched: &Touched) -> bool {
    touched.rewrites || touched.scans || settings::dry_run()
}

fn known_size_of(relation: &RelationInfo) -> Option<Size> {
    size::known(relation).map(|(bytes, rows)| Size { bytes, rows })
}

/// How large a relation is, if it stores rows.
pub(super) fn size_of(relation: &RelationInfo) -> Option<Size> {
    size::of(relation).map(|(bytes, rows)| Size { bytes, rows })
}

/// The relation, and unless it is said ONLY its children or partitions, theirs, and so on.
fn family(relation: &RelationInfo, only: bool) -> Vec<Oid> {
    match only || !relation.has_children {
        true => vec![relation.oid],
        false => catalog::inheritors(relation.oid),
    }
}
