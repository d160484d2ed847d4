//! CREATE: the relations that what is made names, or is put on.

use super::{Footprint, family};
use crate::pg::catalog::{self, RelationInfo};
use crate::pg::lock::LockMode::*;
use crate::pg::tree::model::{
    Action, Class, ConstraintDef, Definition, IndexDef, ObjectName, TableDef, TriggerDef,
};

pub(super) fn create(footprint: &mut Footprint, action: &Action) {
    match action {
        Action::CreateTable(table) => create_table(footprint, table),
        Action::CreateIndex(index) => create_index(footprint, index),
        Action::CreateStatistics(statistics) => {
            footprint.lock_named(&statistics.table, ShareUpdateExclusive);
        }
        Action::Create { object, definition, .. } => create_object(footprint, object, definition),
        _ => {}
    }
}

fn create_table(footprint: &mut Footprint, table: &TableDef) {
    for like in &table.likes {
        footprint.lock_named(&like.source, AccessShare);
    }
    let is_partition = table.bound.is_some();
    for parent in table.parents.iter().filter_map(catalog::relation) {
        match is_partition {
            true => add_partition(footprint, &parent),
            false => footprint.lock(parent.oid, ShareUpdateExclusive),
        }
    }
    let inline = table.columns.iter().flat_map(|column| &column.constraints);
    inline.chain(&table.constraints).for_each(|constraint| reference(footprint, constraint));
}

/// The new partition's parent, and the default partition, whose rows may belong to the new one.
fn add_partition(footprint: &mut Footprint, parent: &RelationInfo) {
    footprint.lock(parent.oid, AccessExclusive);
    if let Some(default) = catalog::default_partition(parent.oid) {
        footprint.lock(default, AccessExclusive);
        footprint.scan(default);
    }
    for key in catalog::foreign_keys(parent.oid) {
        footprint.lock(key.beyond(parent.oid), ShareRowExclusive);
    }
}

fn reference(footprint: &mut Footprint, constraint: &ConstraintDef) {
    let referenced = constraint.references.as_ref().and_then(|to| catalog::relation(&to.table));
    if let Some(referenced) = referenced {
        footprint.lock_all(&family(&referenced, false), ShareRowExclusive);
    }
}

fn create_index(footprint: &mut Footprint, index: &IndexDef) {
    let Some(table) = catalog::relation(&index.table) else { return };
    let mode = if index.concurrent { ShareUpdateExclusive } else { Share };
    for oid in family(&table, index.only || table.kind != 'p') {
        footprint.lock(oid, mode);
        footprint.scan(oid);
    }
}

fn create_object(footprint: &mut Footprint, object: &ObjectName, definition: &Definition) {
    match definition {
        Definition::Policy(_) => {
            if let Some(table) = &object.relation {
                footprint.lock_named(table, AccessExclusive);
            }
        }
        Definition::Trigger(trigger) => create_trigger(footprint, object, trigger),
        // OR REPLACE of one that is there.
        Definition::View(_) if object.class == Class::View => {
            footprint.lock_named(&object.as_relation(), AccessExclusive);
        }
        Definition::TableAs(_) => {}
        _ => {}
    }
}

fn create_trigger(footprint: &mut Footprint, object: &ObjectName, trigger: &TriggerDef) {
    let Some(table) = object.relation.as_ref().and_then(catalog::relation) else { return };
    const FOR_EACH_ROW: i16 = 1;
    let is_cloned = table.kind == 'p' && trigger.fires & FOR_EACH_ROW != 0;
    footprint.lock_all(&family(&table, !is_cloned), ShareRowExclusive);
    if let Some(from) = &trigger.from {
        footprint.lock_named(from, AccessShare);
    }
}
