//! Whether a statement that runs stays within its limits, whatever was foreseen.

use crate::guard::Finding;
use crate::guard::limits::finding_of_held;
use crate::pg::catalog;
use crate::pg::lock::LockMode;
use crate::pg::{lock, rewrite};
use crate::settings;
use std::cmp::Reverse;

/// Runs a statement; a rewrite that it begins raises, and a lock that it comes to hold and must not
/// is what is returned.
pub(super) fn within(run: impl FnOnce()) -> Result<(), Finding> {
    let limit = settings::max_lock();
    if limit == LockMode::AccessExclusive {
        rewrite::watched(run);
        return Ok(());
    }
    let before = lock::held();
    rewrite::watched(run);
    let strong = lock::held().into_iter().filter(|(_, mode)| *mode > limit);
    let new = strong.filter(|(oid, mode)| before.get(oid).is_none_or(|held| held < mode));
    let seen = new.filter_map(|(oid, mode)| Some((mode, catalog::relation_of_others(oid)?)));
    match seen.max_by_key(|(mode, relation)| (*mode, Reverse(relation.oid.to_u32()))) {
        Some((mode, relation)) => Err(finding_of_held(&relation, mode)),
        None => Ok(()),
    }
}
