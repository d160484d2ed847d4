//! The locks of tables.

use super::{naming, rows};
use pgrx::PostgresGucEnum;
use pgrx::pg_sys::{self, Oid};
use pgrx::spi::{Result as SpiResult, SpiHeapTupleData};
use std::collections::HashMap;
use std::fmt;

/// The modes in which a table is locked, weakest first (lockdefs.h).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, PostgresGucEnum)]
#[allow(missing_docs)]
pub enum LockMode {
    #[name = c"access share"]
    AccessShare,
    #[name = c"row share"]
    RowShare,
    #[name = c"row exclusive"]
    RowExclusive,
    #[name = c"share update exclusive"]
    ShareUpdateExclusive,
    #[name = c"share"]
    Share,
    #[name = c"share row exclusive"]
    ShareRowExclusive,
    #[name = c"exclusive"]
    Exclusive,
    #[name = c"access exclusive"]
    AccessExclusive,
}

use LockMode::*;

impl LockMode {
    /// All modes, weakest first.
    pub const ALL: [LockMode; 8] = [
        AccessShare,
        RowShare,
        RowExclusive,
        ShareUpdateExclusive,
        Share,
        ShareRowExclusive,
        Exclusive,
        AccessExclusive,
    ];

    /// The mode with the server's number, 1 for the weakest; `None` for no lock.
    pub fn numbered(number: i32) -> Option<LockMode> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        Self::ALL.get(place).copied()
    }

    /// The server's number.
    pub fn number(self) -> i32 {
        self as i32 + 1
    }

    /// As LOCK TABLE writes it.
    pub fn word(self) -> &'static str {
        match self {
            AccessShare => "ACCESS SHARE",
            RowShare => "ROW SHARE",
            RowExclusive => "ROW EXCLUSIVE",
            ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Share => "SHARE",
            ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Exclusive => "EXCLUSIVE",
            AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Whether a set of modes, as the server keeps it, has this one (LOCKBIT_ON in lock.h).
    fn is_in(self, mask: pg_sys::LOCKMASK) -> bool {
        mask & (1 << self.number()) != 0
    }

    /// Whether two transactions cannot hold both on one table (`LockConflicts` in lock.c).
    pub fn conflicts_with(self, other: LockMode) -> bool {
        let (weaker, stronger) = (self.min(other), self.max(other));
        match weaker {
            AccessShare => stronger == AccessExclusive,
            RowShare => stronger >= Exclusive,
            RowExclusive => stronger >= Share,
            ShareUpdateExclusive => true,
            Share => stronger != Share,
            ShareRowExclusive | Exclusive | AccessExclusive => true,
        }
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Runs `body`, in which a lock is waited for so many milliseconds at most. The session's own
/// `lock_timeout` is set back, unless `body` has set another by SET, which stays as always.
pub fn with_timeout<T>(milliseconds: i32, body: impl FnOnce() -> T) -> T {
    // SAFETY: the nest level is ended below; if `body` raises, by the end of the subtransaction
    // or transaction that this is in.
    let level = unsafe { pg_sys::NewGUCNestLevel() };
    naming::set_until_the_end("lock_timeout", &milliseconds.to_string());
    let result = body();
    // SAFETY: the level begun above, ended as that of a function with a SET clause.
    unsafe { pg_sys::AtEOXact_GUC(true, level) }
    result
}

/// The relations of this database that this transaction has locked, each with the strongest mode.
pub fn held() -> HashMap<Oid, LockMode> {
    // SAFETY: a copy of the server's lock table, those of the fast path included, in the current
    // memory context; `nelements` locks are there. The rest is state of the backend.
    let (all, me, database) = unsafe {
        let data = &*pg_sys::GetLockStatusData();
        let count = usize::try_from(data.nelements).unwrap_or(0);
        let locks = std::slice::from_raw_parts(data.locks, count);
        (locks, pg_sys::MyProcPid, pg_sys::MyDatabaseId.to_u32())
    };
    let is_mine = |lock: &&pg_sys::LockInstanceData| {
        let tag = &lock.locktag;
        lock.pid == me
            && u32::from(tag.locktag_type) == pg_sys::LockTagType::LOCKTAG_RELATION
            && tag.locktag_field1 == database
    };
    let mut held: HashMap<Oid, LockMode> = HashMap::new();
    for lock in all.iter().filter(is_mine) {
        if let Some(mode) = LockMode::ALL.iter().rfind(|mode| mode.is_in(lock.holdMask)) {
            let relation = Oid::from(lock.locktag.locktag_field2);
            held.entry(relation).and_modify(|it| *it = (*it).max(*mode)).or_insert(*mode);
        }
    }
    held
}

/// Who holds a lock on a relation, or waits for one.
#[derive(Clone, Debug, PartialEq)]
pub struct Holder {
    /// Its backend, if it is a session.
    pub pid: Option<i32>,
    /// The name of the prepared transaction, if it is one.
    pub prepared: Option<String>,
    /// Its role.
    pub role: Option<String>,
    /// Its application_name, or what kind of process it is.
    pub application: Option<String>,
    /// What it does, as pg_stat_activity has it.
    pub state: Option<String>,
    /// For how many milliseconds its transaction has been open.
    pub age_ms: Option<u64>,
    /// What it runs, or ran last, and no more than its beginning.
    pub query: Option<String>,
    /// The relation.
    pub relation: Oid,
    /// The mode.
    pub mode: LockMode,
    /// Whether it has the lock; else it waits for it.
    pub holds: bool,
}

/// The other sessions and prepared transactions that hold, or wait for, a lock on one of these
/// relations, those with the oldest transactions first; of each what this role may see. To be
/// called in a subtransaction of its own, which takes back what the query locks.
pub fn holders(relations: &[Oid]) -> Vec<Holder> {
    // SAFETY: forgets what this transaction was told of other sessions before.
    unsafe { pg_sys::pgstat_clear_backend_activity_snapshot() };
    let arguments = [relations.to_vec().into()];
    let mut found = Vec::new();
    let read = || {
        rows::visit(HOLDERS, &arguments, |row| {
            found.extend(holder(row)?);
            Ok(())
        })
    };
    // The columns are those of the query, and the setting takes its value.
    _ = naming::under_any(&[("search_path", "pg_catalog, pg_temp")], read);
    found
}

const HOLDERS: &str = include_str!("holders.sql");

fn holder(row: &SpiHeapTupleData) -> SpiResult<Option<Holder>> {
    let mode = row.get::<i32>(9)?.and_then(LockMode::numbered);
    let (Some(relation), Some(mode)) = (row.get(8)?, mode) else { return Ok(None) };
    Ok(Some(Holder {
        pid: row.get(1)?,
        prepared: row.get(2)?,
        role: row.get(3)?,
        application: row.get(4)?,
        state: row.get(5)?,
        age_ms: row.get::<i64>(6)?.and_then(|age| u64::try_from(age).ok()),
        query: row.get(7)?,
        relation,
        mode,
        holds: row.get(10)?.unwrap_or(false),
    }))
}
