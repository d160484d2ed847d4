//! What goes with what is dropped, and what foreign keys tie together.

use super::{CacheTuple, oid_datum, scan, scan_by, some_oid};
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;
use std::collections::HashSet;

/// An object as pg_depend has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The OID of its catalog.
    pub catalog: Oid,
    /// Its own.
    pub oid: Oid,
    /// The number of a column, 0 for the whole.
    pub column: i32,
}

impl Address {
    /// A relation as a whole.
    pub fn relation(oid: Oid) -> Address {
        Address { catalog: pg_sys::RelationRelationId, oid, column: 0 }
    }

    /// A constraint.
    pub fn constraint(oid: Oid) -> Address {
        Address { catalog: pg_sys::ConstraintRelationId, oid, column: 0 }
    }

    /// Whether it is a relation, or a column of one.
    pub fn is_relation(&self) -> bool {
        self.catalog == pg_sys::RelationRelationId
    }

    /// Whether it is a statistics object.
    pub fn is_statistics(&self) -> bool {
        self.catalog == pg_sys::StatisticExtRelationId
    }
}

/// The object and everything that is dropped with it, with CASCADE or without. What would keep it
/// from being dropped is not looked for.
pub fn dropped_with(first: Address, cascade: bool) -> Vec<Address> {
    let mut seen = HashSet::from([first]);
    let mut all = vec![first];
    let mut next = 0;
    while let Some(object) = all.get(next).copied() {
        let more = dependents(object, cascade);
        all.extend(more.into_iter().filter(|dependent| seen.insert(*dependent)));
        next += 1;
    }
    all
}

/// What depends on an object, or on any column of it. A normal dependency counts with CASCADE.
fn dependents(object: Address, cascade: bool) -> Vec<Address> {
    let found = scan_by(
        pg_sys::DependRelationId,
        pg_sys::DependReferenceIndexId,
        &[
            (pg_sys::Anum_pg_depend_refclassid, object.catalog),
            (pg_sys::Anum_pg_depend_refobjid, object.oid),
        ],
        // SAFETY: tuples of pg_depend.
        |tuple, _| unsafe {
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_depend>();
            let counts = cascade || form.deptype as u8 != b'n';
            let is_below = object.column == 0 || object.column == form.refobjsubid;
            (counts && is_below).then_some(Address {
                catalog: form.classid,
                oid: form.objid,
                column: form.objsubid,
            })
        },
    );
    found.into_iter().flatten().collect()
}

/// What an object depends on.
fn needs(catalog: Oid, oid: Oid) -> Vec<Address> {
    scan_by(
        pg_sys::DependRelationId,
        pg_sys::DependDependerIndexId,
        &[(pg_sys::Anum_pg_depend_classid, catalog), (pg_sys::Anum_pg_depend_objid, oid)],
        // SAFETY: tuples of pg_depend.
        |tuple, _| unsafe {
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_depend>();
            Address { catalog: form.refclassid, oid: form.refobjid, column: form.refobjsubid }
        },
    )
}

/// Whether an index depends on this column of its table.
pub fn depends_on_column(index: Oid, table: Oid, column: i16) -> bool {
    let address = Address { column: column.into(), ..Address::relation(table) };
    needs(pg_sys::RelationRelationId, index).contains(&address)
}

/// The relations that the query of a view reads, and through views those that theirs read.
pub fn read_by(view: Oid) -> Vec<Oid> {
    let mut seen = vec![view];
    let mut next = 0;
    while let Some(relation) = seen.get(next).copied() {
        for rule in rules(relation) {
            let read = needs(pg_sys::RewriteRelationId, rule);
            for address in read.iter().filter(|address| address.is_relation()) {
                if !seen.contains(&address.oid) {
                    seen.push(address.oid);
                }
            }
        }
        next += 1;
    }
    seen.split_off(1)
}

fn rules(relation: Oid) -> Vec<Oid> {
    scan(
        pg_sys::RewriteRelationId,
        pg_sys::RewriteRelRulenameIndexId,
        pg_sys::Anum_pg_rewrite_ev_class,
        relation,
        // SAFETY: tuples of pg_rewrite.
        |tuple, _| unsafe { (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_rewrite>()).oid },
    )
}

/// The relation that an object is, or belongs to; `None` for what belongs to none.
pub fn relation_of(object: Address) -> Option<Oid> {
    macro_rules! owner {
        ($index:ident, $key:ident, $form:ident, $field:ident) => {
            scan(
                object.catalog,
                pg_sys::$index,
                pg_sys::$key,
                object.oid,
                // SAFETY: tuples of this catalog.
                |tuple, _| unsafe { (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::$form>()).$field },
            )
            .first()
            .copied()
        };
    }
    match object.catalog {
        pg_sys::RelationRelationId => Some(object.oid),
        pg_sys::ConstraintRelationId => {
            let tuple = CacheTuple::find(Cache::CONSTROID, &[oid_datum(object.oid)])?;
            // SAFETY: CONSTROID is a cache of pg_constraint.
            some_oid(unsafe { tuple.form::<pg_sys::FormData_pg_constraint>() }.conrelid)
        }
        pg_sys::TriggerRelationId => {
            owner!(TriggerOidIndexId, Anum_pg_trigger_oid, FormData_pg_trigger, tgrelid)
        }
        pg_sys::PolicyRelationId => {
            owner!(PolicyOidIndexId, Anum_pg_policy_oid, FormData_pg_policy, polrelid)
        }
        pg_sys::RewriteRelationId => {
            owner!(RewriteOidIndexId, Anum_pg_rewrite_oid, FormData_pg_rewrite, ev_class)
        }
        pg_sys::AttrDefaultRelationId => {
            owner!(AttrDefaultOidIndexId, Anum_pg_attrdef_oid, FormData_pg_attrdef, adrelid)
        }
        pg_sys::StatisticExtRelationId => owner!(
            StatisticExtOidIndexId,
            Anum_pg_statistic_ext_oid,
            FormData_pg_statistic_ext,
            stxrelid
        ),
        _ => None,
    }
}

/// A foreign key by its two ends.
#[derive(Clone, Debug)]
pub struct ForeignKey {
    /// Its OID.
    pub constraint: Oid,
    /// The referencing table.
    pub table: Oid,
    /// The numbers of the referencing columns.
    pub columns: Vec<i16>,
    /// The referenced table.
    pub referenced: Oid,
    /// The numbers of the referenced columns.
    pub referenced_columns: Vec<i16>,
}

impl ForeignKey {
    /// The table at the other end.
    pub fn beyond(&self, table: Oid) -> Oid {
        if self.table == table { self.referenced } else { self.table }
    }
}

/// The enforced foreign keys that a table is at an end of: those that have triggers on it.
pub fn foreign_keys(table: Oid) -> Vec<ForeignKey> {
    let constraints = scan(
        pg_sys::TriggerRelationId,
        pg_sys::TriggerRelidNameIndexId,
        pg_sys::Anum_pg_trigger_tgrelid,
        table,
        // SAFETY: tuples of pg_trigger.
        |tuple, _| unsafe {
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_trigger>();
            form.tgisinternal.then_some(form.tgconstraint).and_then(some_oid)
        },
    );
    let distinct: HashSet<Oid> = constraints.into_iter().flatten().collect();
    let mut keys: Vec<ForeignKey> = distinct.into_iter().filter_map(foreign_key).collect();
    keys.sort_unstable_by_key(|key| key.constraint.to_u32());
    keys
}

/// The foreign key with that OID.
fn foreign_key(constraint: Oid) -> Option<ForeignKey> {
    let tuple = CacheTuple::find(Cache::CONSTROID, &[oid_datum(constraint)])?;
    // SAFETY: CONSTROID is a cache of pg_constraint.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_constraint>() };
    let numbers = |attribute| tuple.attribute::<Vec<i16>>(attribute).unwrap_or_default();
    (form.contype as u8 == b'f').then(|| ForeignKey {
        constraint,
        table: form.conrelid,
        columns: numbers(pg_sys::Anum_pg_constraint_conkey),
        referenced: form.confrelid,
        referenced_columns: numbers(pg_sys::Anum_pg_constraint_confkey),
    })
}

/// The sequences of a table's serial and identity columns.
pub fn owned_sequences(table: Oid) -> Vec<Oid> {
    // SAFETY: reads pg_depend; a list of OIDs in the current context.
    unsafe { super::oids(pg_sys::getOwnedSequences(table)) }
}

/// The tables that are made of a composite type.
pub fn tables_of_type(type_oid: Oid) -> Vec<Oid> {
    scan(
        pg_sys::RelationRelationId,
        0,
        pg_sys::Anum_pg_class_reloftype,
        type_oid,
        // SAFETY: tuples of pg_class.
        |tuple, _| unsafe { (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_class>()).oid },
    )
}

/// The tables and materialized views with columns of a domain, or of one over it.
pub fn tables_with(domain: Oid) -> Vec<Oid> {
    let mut found = Vec::new();
    for dependent in
        dependents(Address { catalog: pg_sys::TypeRelationId, oid: domain, column: 0 }, true)
    {
        if dependent.is_relation() && dependent.column > 0 {
            let info = super::relation_by_oid(dependent.oid);
            if info.is_some_and(|info| matches!(info.kind, 'r' | 'm')) {
                found.push(dependent.oid);
            }
        } else if dependent.catalog == pg_sys::TypeRelationId
            && super::type_by_oid(dependent.oid).is_some_and(|found| found.kind == 'd')
        {
            found.extend(tables_with(dependent.oid));
        }
    }
    found
}

/// The default partition of a partitioned table.
pub fn default_partition(table: Oid) -> Option<Oid> {
    // SAFETY: a syscache look-up; InvalidOid for none.
    some_oid(unsafe { pg_sys::get_default_partition_oid(table) })
}
