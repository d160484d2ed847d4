//! DROP: the object, and what goes with it.

use super::Footprint;
use crate::pg::catalog::{self, Address, Found};
use crate::pg::lock::LockMode::*;
use crate::pg::tree::model::Action;

pub(super) fn drop(footprint: &mut Footprint, action: &Action, cascade: bool, concurrent: bool) {
    let Action::Drop { object } = action else { return };
    let Found::Present { catalog, oid, column } = catalog::find(object) else { return };
    let address = Address { catalog, oid, column };
    if concurrent {
        // At the end the index alone is locked more strongly, when nobody uses it any more.
        footprint.lock(oid, AccessExclusive);
        if let Some(index) = catalog::index(oid) {
            footprint.lock(index.table, ShareUpdateExclusive);
        }
        return;
    }
    lock_dropped(footprint, address, cascade);
}

/// Locks what is dropped with an object, and the relations that it is a part of.
pub(super) fn lock_dropped(footprint: &mut Footprint, object: Address, cascade: bool) {
    for dropped in catalog::dropped_with(object, cascade) {
        let Some(relation) = catalog::relation_of(dropped) else { continue };
        let mode = if dropped.is_statistics() { ShareUpdateExclusive } else { AccessExclusive };
        footprint.lock(relation, mode);
        if dropped.is_relation() && dropped.column == 0 {
            lock_owner(footprint, relation);
        }
    }
}

/// The table of an index that goes, and the parent of a partition.
fn lock_owner(footprint: &mut Footprint, relation: pgrx::pg_sys::Oid) {
    if let Some(index) = catalog::index(relation) {
        footprint.lock(index.table, AccessExclusive);
    } else if catalog::relation_by_oid(relation).is_some_and(|info| info.is_partition) {
        for parent in catalog::parents(relation) {
            footprint.lock(parent, AccessExclusive);
            if let Some(default) = catalog::default_partition(parent) {
                footprint.lock(default, AccessExclusive);
            }
        }
    }
}
