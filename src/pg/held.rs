//! The locks on relations that this backend holds.

use super::lock::LockMode;
use pgrx::pg_sys;
use std::collections::HashMap;

/// The relations of this database that are locked by this session, and the strongest mode of each.
pub fn relations() -> HashMap<pg_sys::Oid, LockMode> {
    let mut held: HashMap<pg_sys::Oid, LockMode> = HashMap::new();
    // SAFETY: a copy of the lock manager's state in the current context; `nelements` locks.
    unsafe {
        let data = &*pg_sys::GetLockStatusData();
        let count = usize::try_from(data.nelements).unwrap_or(0);
        for lock in (0..count).map(|index| &*data.locks.add(index)) {
            let tag = &lock.locktag;
            let is_ours = lock.pid == pg_sys::MyProcPid
                && u32::from(tag.locktag_type) == pg_sys::LockTagType::LOCKTAG_RELATION
                && tag.locktag_field1 == pg_sys::MyDatabaseId.to_u32();
            let Some(mode) = strongest(lock.holdMask).filter(|_| is_ours) else { continue };
            let relation = pg_sys::Oid::from(tag.locktag_field2);
            held.entry(relation).and_modify(|known| *known = mode.max(*known)).or_insert(mode);
        }
    }
    held
}

/// A bit for each mode, at its number.
fn strongest(mask: pg_sys::LOCKMASK) -> Option<LockMode> {
    LockMode::ALL.into_iter().rev().find(|mode| mask & (1 << mode.number()) != 0)
}
