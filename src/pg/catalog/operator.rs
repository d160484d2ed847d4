//! Operators: what tells whether two values are equal.

use super::some_oid;
use pg_sys::Oid;
use pgrx::pg_sys;

/// The operator that a foreign key compares a referenced value with a referencing one by, given the
/// operator class of the referenced index, a B-tree's. `None` when the server finds none, as
/// `ATAddForeignKeyConstraint` looks for it.
pub fn key_equality(opclass: Oid, referenced: Oid, referencing: Oid) -> Option<Oid> {
    // SAFETY: syscache look-ups; an operator class that has gone raises, but those of an index that
    // is there depend on it.
    unsafe {
        let family = pg_sys::get_opclass_family(opclass);
        let input = pg_sys::get_opclass_input_type(opclass);
        let strategy = pg_sys::BTEqualStrategyNumber as i16;
        let member =
            |left, right| some_oid(pg_sys::get_opfamily_member(family, left, right, strategy));
        let base = pg_sys::getBaseType(referencing);
        if let (Some(across), Some(_)) = (member(input, base), member(base, base)) {
            return Some(across);
        }
        // The input type may be polymorphic: both must be castable to it at once.
        let (from, to) = ([referenced, referencing], [input, input]);
        let implicit = pg_sys::CoercionContext::COERCION_IMPLICIT;
        let is_castable = pg_sys::can_coerce_type(2, from.as_ptr(), to.as_ptr(), implicit);
        member(input, input).filter(|_| is_castable)
    }
}

/// The type below a domain, with its modifier; any other type as it is.
pub fn base_type(type_oid: Oid, mut typmod: i32) -> (Oid, i32) {
    // SAFETY: syscache look-ups; the modifier is replaced by that of the domain.
    let base = unsafe { pg_sys::getBaseTypeAndTypmod(type_oid, &mut typmod) };
    (base, typmod)
}

/// Whether values that a collation finds equal are the same text.
pub fn is_deterministic(collation: Oid) -> bool {
    // SAFETY: a syscache look-up; one that has gone raises, but a column depends on its own.
    some_oid(collation).is_none_or(|oid| unsafe { pg_sys::get_collation_isdeterministic(oid) })
}

/// Whether GROUP BY finds the same values of the type equal as a unique index with this operator class, a
/// B-tree's.
pub fn groups_alike(opclass: Oid, type_oid: Oid) -> bool {
    some_oid(opclass)
        .and_then(|opclass| key_equality(opclass, type_oid, type_oid))
        .is_some_and(|operator| operator == equality_of(type_oid))
}

/// Whether an operator is an equality that a join of values of the type can hash or sort by.
pub fn is_equality(operator: Oid, type_oid: Oid) -> bool {
    // SAFETY: syscache look-ups.
    unsafe {
        pg_sys::op_hashjoinable(operator, type_oid) || pg_sys::op_mergejoinable(operator, type_oid)
    }
}

fn equality_of(type_oid: Oid) -> Oid {
    // SAFETY: an entry of the type cache, which stays; a type that has gone raises, but a column
    // depends on its own.
    unsafe {
        let entry = pg_sys::lookup_type_cache(type_oid, pg_sys::TYPECACHE_EQ_OPR as i32);
        (*entry).eq_opr
    }
}
