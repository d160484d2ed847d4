//! Constraints of tables.

use super::{CacheTuple, name_text, oid_datum, scan};
use crate::pg::compat;
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// What pg_constraint says of a constraint.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Its OID.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// contype: `c`, `f`, `n`, `p`, `u`, `x`, `t`.
    pub kind: char,
    /// DEFERRABLE.
    pub deferrable: bool,
    /// INITIALLY DEFERRED.
    pub deferred: bool,
    /// Not NOT VALID.
    pub validated: bool,
    /// Not NOT ENFORCED.
    pub enforced: bool,
    /// NO INHERIT.
    pub no_inherit: bool,
    /// WITHOUT OVERLAPS or PERIOD.
    pub period: bool,
    /// Whether it is the table's own, not only a parent's.
    pub local: bool,
    /// The numbers of the constrained columns, in order.
    pub columns: Vec<i16>,
    /// The index behind it, or that of the referenced table; 0 for none.
    pub index: Oid,
    /// The referenced table, 0 for none.
    pub referenced: Oid,
    /// The numbers of the referenced columns, in order.
    pub referenced_columns: Vec<i16>,
    /// confmatchtype.
    pub match_type: char,
    /// confupdtype.
    pub on_update: char,
    /// confdeltype.
    pub on_delete: char,
    /// The numbers of the columns of ON DELETE SET NULL (…).
    pub delete_columns: Vec<i16>,
    /// The CHECK expression as a node string.
    pub expression: Option<String>,
}

/// All constraints of a table.
pub fn constraints(relation: Oid) -> Vec<Constraint> {
    let oids = scan(
        pg_sys::ConstraintRelationId,
        pg_sys::ConstraintRelidTypidNameIndexId,
        pg_sys::Anum_pg_constraint_conrelid,
        relation,
        // SAFETY: tuples of pg_constraint.
        |tuple, _| unsafe {
            (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_constraint>()).oid
        },
    );
    oids.into_iter().filter_map(by_oid).collect()
}

/// The constraint of that name on the table.
pub fn constraint(relation: Oid, name: &str) -> Option<Constraint> {
    constraints(relation).into_iter().find(|constraint| constraint.name == name)
}

/// The operators of the exclusion constraint an index is made for.
pub(super) fn exclusion_operators(index: Oid) -> Vec<Oid> {
    // SAFETY: a scan of pg_depend; InvalidOid when there is none.
    let constraint = unsafe { pg_sys::get_index_constraint(index) };
    let tuple = CacheTuple::find(Cache::CONSTROID, &[oid_datum(constraint)]);
    tuple
        .and_then(|tuple| tuple.attribute(pg_sys::Anum_pg_constraint_conexclop))
        .unwrap_or_default()
}

fn by_oid(oid: Oid) -> Option<Constraint> {
    let tuple = CacheTuple::find(Cache::CONSTROID, &[oid_datum(oid)])?;
    // SAFETY: CONSTROID is a cache of pg_constraint.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_constraint>() };
    let numbers = |attribute| tuple.attribute::<Vec<i16>>(attribute).unwrap_or_default();
    Some(Constraint {
        oid,
        name: name_text(&form.conname),
        kind: char::from(form.contype as u8),
        deferrable: form.condeferrable,
        deferred: form.condeferred,
        validated: form.convalidated,
        enforced: compat::is_enforced(form),
        no_inherit: form.connoinherit,
        period: compat::is_temporal(form),
        local: form.conislocal,
        columns: numbers(pg_sys::Anum_pg_constraint_conkey),
        index: form.conindid,
        referenced: form.confrelid,
        referenced_columns: numbers(pg_sys::Anum_pg_constraint_confkey),
        match_type: char::from(form.confmatchtype as u8),
        on_update: char::from(form.confupdtype as u8),
        on_delete: char::from(form.confdeltype as u8),
        #[cfg(feature = "pg14")]
        delete_columns: Vec::new(),
        #[cfg(not(feature = "pg14"))]
        delete_columns: numbers(pg_sys::Anum_pg_constraint_confdelsetcols),
        expression: tuple.text(pg_sys::Anum_pg_constraint_conbin),
    })
}
