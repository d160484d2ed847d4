//! Whether a statement that runs stays within its limits, whatever was foreseen.

use crate::guard::Finding;
use crate::guard::limits::finding_of_held;
use crate::pg::catalog;
use crate::pg::lock::LockMode;
use crate::pg::{held, rewrite, size};
use crate::settings;

/// Runs a statement; a rewrite that it begins raises, and a lock that it comes to hold and must not
/// is what is returned.
pub(super) fn within(run: impl FnOnce()) -> Result<(), Finding> {
    let limit = settings::max_lock();
    if limit == LockMode::AccessExclusive {
        rewrite::watched(run);
        return Ok(());
    }
    let before = held::relations();
    rewrite::watched(run);
    let exceeds = held::relations().into_iter().find_map(|(relation, mode)| {
        let is_new = before.get(&relation).is_none_or(|held| *held < mode);
        (mode > limit && is_new).then(|| counted(relation, mode)).flatten()
    });
    exceeds.map_or(Ok(()), Err)
}

/// Not of what nobody else sees, nor of what is not a user's. What is gone has been dropped by the
/// statement, or made by it before.
fn counted(oid: pgrx::pg_sys::Oid, mode: LockMode) -> Option<Finding> {
    let relation = catalog::relation_by_oid(oid).or_else(|| catalog::dropped_relation(oid))?;
    let counts = !catalog::is_of_server(&relation) && !size::is_private(&relation);
    counts.then(|| finding_of_held(&relation, mode))
}
