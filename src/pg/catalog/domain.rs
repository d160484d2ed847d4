//! Domains.

use super::{CacheTuple, name_text, oid_datum, scan};
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// What the catalog says of a domain.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Its owner.
    pub owner: Oid,
    /// The type it is over.
    pub base: Oid,
    /// Its type modifier.
    pub typmod: i32,
    /// Its collation, 0 for none.
    pub collation: Oid,
    /// NOT NULL.
    pub not_null: bool,
    /// DEFAULT, a node string.
    pub default: Option<String>,
    /// Its CHECK constraints.
    pub checks: Vec<DomainCheck>,
}

/// A CHECK constraint of a domain.
#[derive(Clone, Debug)]
pub struct DomainCheck {
    /// Its OID.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Not NOT VALID.
    pub validated: bool,
    /// Its condition, a node string.
    pub expression: String,
}

/// The domain with that OID.
pub fn domain(oid: Oid) -> Option<Domain> {
    let tuple = CacheTuple::find(Cache::TYPEOID, &[oid_datum(oid)])?;
    // SAFETY: TYPEOID is a cache of pg_type.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_type>() };
    (form.typtype as u8 == b'd').then(|| Domain {
        owner: form.typowner,
        base: form.typbasetype,
        typmod: form.typtypmod,
        collation: form.typcollation,
        not_null: form.typnotnull,
        default: tuple.text(pg_sys::Anum_pg_type_typdefaultbin),
        checks: checks(oid),
    })
}

fn checks(domain: Oid) -> Vec<DomainCheck> {
    let oids = scan(
        pg_sys::ConstraintRelationId,
        pg_sys::ConstraintTypidIndexId,
        pg_sys::Anum_pg_constraint_contypid,
        domain,
        // SAFETY: tuples of pg_constraint.
        |tuple, _| unsafe {
            (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_constraint>()).oid
        },
    );
    oids.into_iter().filter_map(check).collect()
}

/// On PostgreSQL 17 and later NOT NULL is a constraint, too; the type says so as well.
fn check(oid: Oid) -> Option<DomainCheck> {
    let tuple = CacheTuple::find(Cache::CONSTROID, &[oid_datum(oid)])?;
    // SAFETY: CONSTROID is a cache of pg_constraint.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_constraint>() };
    Some(DomainCheck {
        oid,
        name: name_text(&form.conname),
        validated: form.convalidated,
        expression: tuple.text(pg_sys::Anum_pg_constraint_conbin)?,
    })
}
