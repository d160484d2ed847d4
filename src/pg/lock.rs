//! The locks of tables.

use pgrx::PostgresGucEnum;
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
