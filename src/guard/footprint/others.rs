//! Statements that neither alter a table, nor make or drop something.

use super::alter_table::typed_tables;
use super::{Footprint, family};
use crate::pg::catalog::{self, Found, Index, RelationInfo};
use crate::pg::compat;
use crate::pg::lock::LockMode::{self, *};
use crate::pg::tree::locking::{Locking, Named, ReindexOf};
use crate::pg::tree::model::{Action, Class, ObjectChange, ObjectName, Relation};
use pgrx::pg_sys::Oid;

pub(super) fn other(footprint: &mut Footprint, action: &Action, locking: &Locking) {
    match locking {
        Locking::Reindex { of, concurrent } => reindex(footprint, action, *of, *concurrent),
        Locking::Vacuum { full } => vacuum(footprint, action, *full),
        Locking::Cluster => cluster(footprint, action),
        Locking::Refresh { view, concurrent } => refresh(footprint, view, *concurrent),
        Locking::Rule { table } => footprint.lock_named(table, AccessExclusive),
        Locking::Truncate { tables, cascade } => truncate(footprint, tables, *cascade),
        Locking::LockTable { tables, mode } => lock_table(footprint, tables, *mode),
        Locking::Publication { tables } => publish(footprint, tables),
        Locking::Sequence { owner } => sequence(footprint, action, owner.as_ref()),
        Locking::Write { target } => footprint.lock_named(target, RowExclusive),
        Locking::Rename { only } => rename(footprint, action, *only),
        Locking::CheckDomain(domain) => check_domain(footprint, domain),
        Locking::Grant if compat::GRANT_LOCKS => grant(footprint, action),
        Locking::Grant => {}
        _ => on_object(footprint, action),
    }
}

fn lock_named(footprint: &mut Footprint, tables: &[Named], mode: LockMode) {
    for table in tables {
        if let Some(relation) = catalog::relation(&table.relation) {
            footprint.lock_all(&family(&relation, table.only), mode);
        }
    }
}

/// Children are published with their parent, and partitions by being its.
fn publish(footprint: &mut Footprint, tables: &[Named]) {
    for table in tables {
        if let Some(relation) = catalog::relation(&table.relation) {
            let only = table.only || relation.kind == 'p';
            footprint.lock_all(&family(&relation, only), ShareUpdateExclusive);
        }
    }
}

fn target(action: &Action) -> Option<RelationInfo> {
    match action {
        Action::Maintain { table, .. } => catalog::relation(table),
        Action::Alter { object, .. } if object.relation.is_none() => {
            catalog::relation(&object.as_relation())
        }
        _ => None,
    }
}

/// REINDEX keeps others from writing the table, and from using the index at all, which planning
/// any query of the table does.
fn reindex(footprint: &mut Footprint, action: &Action, of: ReindexOf, concurrent: bool) {
    let mut rebuild = |table: Oid, indexes: Vec<Index>| {
        let (of_table, of_index) = match concurrent {
            true => (ShareUpdateExclusive, ShareUpdateExclusive),
            false => (Share, AccessExclusive),
        };
        footprint.lock(table, of_table);
        for index in indexes {
            footprint.lock(index.oid, of_index);
            footprint.scan(table);
        }
    };
    let mut rebuild_all = |tables: Vec<Oid>| {
        tables.into_iter().for_each(|table| rebuild(table, catalog::indexes(table)));
    };
    match of {
        ReindexOf::Index => {
            let index = target(action).and_then(|target| catalog::index(target.oid));
            index.into_iter().for_each(|index| rebuild(index.table, vec![index]));
        }
        ReindexOf::Table => rebuild_all(target(action).iter().map(|table| table.oid).collect()),
        ReindexOf::Schema => {
            let Action::Alter { object, .. } = action else { return };
            if let Found::Present { oid, .. } = catalog::find(object) {
                rebuild_all(catalog::stored(Some(oid)));
            }
        }
        ReindexOf::Database => rebuild_all(catalog::stored(None)),
        // The catalogs do not count.
        ReindexOf::System => {}
    }
}

/// Without a table, all there are.
fn vacuum(footprint: &mut Footprint, action: &Action, full: bool) {
    let tables = match action {
        Action::Other => catalog::stored(None),
        action => target_and_partitions(action),
    };
    match full {
        true => rewrite_all(footprint, &tables),
        false => footprint.lock_all(&tables, ShareUpdateExclusive),
    }
}

/// Without a table, those that were clustered before.
fn cluster(footprint: &mut Footprint, action: &Action) {
    let tables = match action {
        Action::Other => catalog::clustered(),
        action => target_and_partitions(action),
    };
    rewrite_all(footprint, &tables);
}

fn target_and_partitions(action: &Action) -> Vec<Oid> {
    target(action).map(|table| family(&table, table.kind != 'p')).unwrap_or_default()
}

fn rewrite_all(footprint: &mut Footprint, tables: &[Oid]) {
    footprint.lock_all(tables, AccessExclusive);
    tables.iter().for_each(|table| footprint.rewrite(*table));
}

fn refresh(footprint: &mut Footprint, view: &Relation, concurrent: bool) {
    let Some(view) = catalog::relation(view) else { return };
    footprint.lock(view.oid, if concurrent { Exclusive } else { AccessExclusive });
    match concurrent {
        true => footprint.scan(view.oid),
        false => footprint.rewrite(view.oid),
    }
    footprint.lock_all(&catalog::read_by(view.oid), AccessShare);
}

fn truncate(footprint: &mut Footprint, tables: &[Named], cascade: bool) {
    lock_named(footprint, tables, AccessExclusive);
    let mut next = 0;
    while let Some(oid) = footprint.touched.get(next).map(|touched| touched.relation.oid) {
        next += 1;
        let keys = catalog::foreign_keys(oid);
        for key in keys.iter().filter(|key| cascade && key.referenced == oid) {
            footprint.lock(key.table, AccessExclusive);
        }
    }
}

fn lock_table(footprint: &mut Footprint, tables: &[Named], mode: Option<LockMode>) {
    if let Some(mode) = mode {
        lock_named(footprint, tables, mode);
    }
}

fn sequence(footprint: &mut Footprint, action: &Action, owner: Option<&Relation>) {
    if let Some(sequence) = target(action) {
        footprint.lock(sequence.oid, ShareRowExclusive);
    }
    if let Some(owner) = owner {
        footprint.lock_named(owner, AccessShare);
    }
}

fn rename(footprint: &mut Footprint, action: &Action, only: bool) {
    let Action::Rename { object, .. } = action else { return };
    match (object.class, object.relation.as_ref().and_then(catalog::relation)) {
        (Class::Column, Some(table)) if table.kind == 'c' => typed_tables(footprint, &table),
        (Class::Column, Some(table)) => {
            footprint.lock_all(&family(&table, only), AccessExclusive);
        }
        (Class::Constraint, Some(table)) => {
            let check = catalog::constraint(table.oid, &object.name);
            let is_inherited =
                check.is_some_and(|check| matches!(check.kind, 'c' | 'n') && !check.no_inherit);
            footprint.lock_all(&family(&table, only || !is_inherited), AccessExclusive);
        }
        (Class::Trigger, Some(table)) => {
            footprint.lock_all(&family(&table, table.kind != 'p'), AccessExclusive);
        }
        (_, Some(table)) => footprint.lock(table.oid, AccessExclusive),
        (Class::Index, None) => lock_relation(footprint, object, ShareUpdateExclusive),
        _ => lock_relation(footprint, object, AccessExclusive),
    }
}

/// A relation that is an object of its own.
fn lock_relation(footprint: &mut Footprint, object: &ObjectName, mode: LockMode) {
    let Some(relation) = catalog::relation(&object.as_relation()).filter(|_| is_relation(object))
    else {
        return;
    };
    footprint.lock(relation.oid, mode);
}

fn is_relation(object: &ObjectName) -> bool {
    use Class::*;
    matches!(
        object.class,
        Table | View | MaterializedView | ForeignTable | Sequence | Index | CompositeType
    )
}

/// The tables with columns of a domain, or of one over it.
fn check_domain(footprint: &mut Footprint, domain: &Relation) {
    let names: Vec<String> = domain.schema.iter().chain([&domain.name]).cloned().collect();
    let Some(domain) = catalog::type_by_name(&names) else { return };
    for table in catalog::tables_with(domain.oid) {
        footprint.lock(table, Share);
        footprint.scan(table);
    }
}

fn grant(footprint: &mut Footprint, action: &Action) {
    if let Action::Alter { object, .. } = action {
        lock_relation(footprint, object, AccessShare);
    }
}

/// COMMENT, ALTER … SET SCHEMA, ALTER POLICY and their like.
fn on_object(footprint: &mut Footprint, action: &Action) {
    match action {
        Action::Comment { object, .. } => comment(footprint, object),
        Action::Alter { object, change: ObjectChange::Schema(_), .. } => {
            lock_relation(footprint, object, AccessExclusive);
            if let Some(table) =
                catalog::relation(&object.as_relation()).filter(|_| is_relation(object))
            {
                footprint.lock_all(&catalog::owned_sequences(table.oid), AccessExclusive);
            }
        }
        Action::Alter { object, .. } if object.class == Class::Policy => {
            if let Some(table) = &object.relation {
                footprint.lock_named(table, AccessExclusive);
            }
        }
        _ => {}
    }
}

/// What is commented, or what it is a part of.
fn comment(footprint: &mut Footprint, object: &ObjectName) {
    match &object.relation {
        Some(table) if object.class == Class::Column => {
            footprint.lock_named(table, ShareUpdateExclusive);
        }
        Some(table)
            if matches!(
                object.class,
                Class::Constraint | Class::Policy | Class::Trigger | Class::Rule
            ) =>
        {
            footprint.lock_named(table, AccessShare);
        }
        _ => {
            if let (true, Found::Present { oid, .. }) = (is_relation(object), catalog::find(object))
            {
                footprint.lock(oid, ShareUpdateExclusive);
            }
        }
    }
}
