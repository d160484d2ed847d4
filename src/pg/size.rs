//! How large a relation is.

use super::catalog::{self, RelationInfo};
use pgrx::pg_sys;

/// Its bytes, with those of its TOAST table and without those of its indexes, and about how many
/// rows it has, as the planner estimates it; `None` for what stores no rows.
///
/// The file is looked at only by who owns the relation, and only if ACCESS SHARE is to be had
/// without waiting: the lock is given back at once. For others pg_class has what was true when it
/// was last vacuumed or analysed.
pub fn of(relation: &RelationInfo) -> Option<(u64, u64)> {
    if !matches!(relation.kind, 'r' | 'm' | 't') {
        return None;
    }
    if catalog::is_owner(relation.oid)
        && let Some(measured) = locked_if_free(relation.oid, || measure(relation.oid))
    {
        return measured;
    }
    Some(recorded(relation))
}

/// The same as pg_class has it, without a look at the file; `None` also for what was never vacuumed
/// or analysed.
pub fn known(relation: &RelationInfo) -> Option<(u64, u64)> {
    let is_known = matches!(relation.kind, 'r' | 'm' | 't') && relation.rows >= 0.0;
    is_known.then(|| recorded(relation))
}

/// What `body` makes of a relation that is locked meanwhile with ACCESS SHARE; `None` if that
/// would have to wait.
fn locked_if_free<T>(oid: pg_sys::Oid, body: impl FnOnce() -> T) -> Option<T> {
    let lock = pg_sys::AccessShareLock as pg_sys::LOCKMODE;
    // SAFETY: any OID can be locked; what was locked is unlocked. An error inside ends the
    // (sub)transaction, which gives the lock back.
    unsafe {
        if !pg_sys::ConditionalLockRelationOid(oid, lock) {
            return None;
        }
        let result = body();
        pg_sys::UnlockRelationOid(oid, lock);
        Some(result)
    }
}

/// Of a relation that is locked.
fn measure(oid: pg_sys::Oid) -> Option<(u64, u64)> {
    let (pages, rows, toast) = with_entry(oid, |relation| {
        // SAFETY: open and locked.
        unsafe {
            let pages = blocks(relation);
            let rows = if pages == 0 { 0 } else { estimate(relation, pages) };
            (pages, rows, (*(*relation).rd_rel).reltoastrelid)
        }
    })?;
    // SAFETY: the TOAST table cannot be dropped while its table is locked.
    let toast = (toast != pg_sys::InvalidOid)
        .then(|| with_entry(toast, |relation| unsafe { blocks(relation) }));
    let pages = pages + toast.flatten().unwrap_or(0);
    Some((pages * u64::from(pg_sys::BLCKSZ), rows))
}

/// What `read` makes of the relcache's entry, which is looked up without a lock; `None` if the
/// relation is gone.
fn with_entry<T>(oid: pg_sys::Oid, read: impl FnOnce(pg_sys::Relation) -> T) -> Option<T> {
    // SAFETY: NULL if it is gone. Closed before returning; an error that `read` raises gives it back
    // with the resource owner.
    unsafe {
        let relation = pg_sys::RelationIdGetRelation(oid);
        if relation.is_null() {
            return None;
        }
        let result = read(relation);
        pg_sys::RelationClose(relation);
        Some(result)
    }
}

/// The planner counts an empty or small table that was never vacuumed as ten pages; its density is
/// right, so that is taken.
///
/// # Safety
/// An open relation, which is locked.
unsafe fn estimate(relation: pg_sys::Relation, pages: u64) -> u64 {
    let (mut counted, mut rows, mut visible) = (0, 0.0, 0.0);
    // SAFETY: the caller's; the three places are written to.
    unsafe {
        let widths = std::ptr::null_mut();
        pg_sys::estimate_rel_size(relation, widths, &mut counted, &mut rows, &mut visible);
    }
    if counted == 0 { 0 } else { (rows / f64::from(counted) * pages as f64).round() as u64 }
}

/// # Safety
/// An open relation with storage.
unsafe fn blocks(relation: pg_sys::Relation) -> u64 {
    let main = pg_sys::ForkNumber::MAIN_FORKNUM;
    // SAFETY: the caller's.
    u64::from(unsafe { pg_sys::RelationGetNumberOfBlocksInFork(relation, main) })
}

fn recorded(relation: &RelationInfo) -> (u64, u64) {
    let pages = u64::try_from(relation.pages).unwrap_or(0);
    (pages * u64::from(pg_sys::BLCKSZ), relation.rows.max(0.0).round() as u64)
}

/// Whether this transaction has made the relation, or it is a temporary one of this session: then
/// nobody else can be kept from it.
pub fn is_private(relation: &RelationInfo) -> bool {
    relation.persistence == 't' || is_new(relation.oid)
}

/// Looks into the relcache, which takes no lock; and only if this transaction has written the
/// relation's row, so that it has the relation locked.
fn is_new(oid: pg_sys::Oid) -> bool {
    if !catalog::was_written_here(oid) {
        return false;
    }
    // An entry that this transaction has made stays in the relcache until its end;
    // InvalidSubTransactionId is 0.
    // SAFETY: an open relation.
    with_entry(oid, |relation| unsafe { (*relation).rd_createSubid != 0 }).unwrap_or(false)
}
