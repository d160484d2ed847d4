//! An invalid index in the way of a new one: it is dropped first.
//!
//! It is what a CREATE INDEX CONCURRENTLY that failed has left, or what one that is still at work
//! has not completed. To tell, one has to wait for the lock that such a statement holds on the
//! table, and look again.

use crate::guard::{Leftover, Verdict};
use crate::pg::execute::{self, TableLock};
use crate::statement::Statement;

/// Drops the index in the subtransaction the statement runs in. If another session has
/// completed it, it stays, and the statement will find its name taken.
pub fn drop(statement: &Statement, verdicts: &[Verdict]) {
    // One that refuses a transaction block will not build another index here.
    if statement.command.minds_transactions {
        return;
    }
    if let Some(leftover) = find(verdicts) {
        execute::lock_table(leftover.table, TableLock::AccessExclusive);
        if leftover.is_still_invalid() {
            execute::text(&statement.arena, &format!("DROP INDEX {}", leftover.name));
        }
    }
}

/// Drops the index concurrently, before a statement that runs at top level. Returns false if
/// another session has completed it: then the verdict no longer holds.
pub fn drop_concurrently(statement: &Statement, verdicts: &[Verdict]) -> bool {
    let Some(leftover) = find(verdicts).filter(|_| statement.is_outside_block()) else {
        return true;
    };
    execute::lock_table(leftover.table, TableLock::ShareUpdateExclusive);
    if !leftover.is_still_invalid() {
        return false;
    }
    let text = format!("DROP INDEX CONCURRENTLY {}", leftover.name);
    execute::at_top_level(&statement.arena, &text);
    true
}

fn find(verdicts: &[Verdict]) -> Option<&Leftover> {
    verdicts.iter().find_map(|verdict| match verdict {
        Verdict::Rebuild(leftover) => Some(leftover),
        _ => None,
    })
}
