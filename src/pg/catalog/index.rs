//! Indexes.

use super::constraint::exclusion_operators;
use super::storage::{method_by_name, method_name, opclass_options};
use super::{CacheTuple, name_text, oid_datum, relation, scan, scan_by, some_oid};
use crate::pg::compat;
use crate::pg::tree::model::{Parameter, Relation};
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// What the catalog says of an index.
#[derive(Clone, Debug)]
pub struct Index {
    /// Its OID.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: Oid,
    /// The OID of its access method.
    pub method: Oid,
    /// The name of its access method.
    pub method_name: String,
    /// UNIQUE.
    pub unique: bool,
    /// Whether it is that of the primary key.
    pub primary: bool,
    /// Whether uniqueness is checked at once: not that of a deferrable constraint.
    pub immediate: bool,
    /// Whether it is complete and in use: not left over from a failed CONCURRENTLY.
    pub valid: bool,
    /// NULLS NOT DISTINCT.
    pub nulls_not_distinct: bool,
    /// Its key, in order.
    pub keys: Vec<IndexKey>,
    /// The numbers of the INCLUDEd columns.
    pub including: Vec<i16>,
    /// The expressions of its key, a node string of a list.
    pub expressions: Option<String>,
    /// The WHERE clause, a node string.
    pub predicate: Option<String>,
    /// Whether the table is clustered on it.
    pub clustered: bool,
    /// Whether it is the replica identity.
    pub replica_identity: bool,
}

/// One column or expression of an index's key.
#[derive(Clone, Debug)]
pub struct IndexKey {
    /// The column's number; 0 for an expression.
    pub column: i16,
    /// The operator class.
    pub opclass: Oid,
    /// The collation, 0 for none.
    pub collation: Oid,
    /// DESC.
    pub descending: bool,
    /// NULLS FIRST.
    pub nulls_first: bool,
    /// The options of the operator class.
    pub options: Vec<Parameter>,
    /// The operator of EXCLUDE, 0 for none.
    pub operator: Oid,
}

/// The index with that OID.
pub fn index(oid: Oid) -> Option<Index> {
    let tuple = CacheTuple::find(Cache::INDEXRELID, &[oid_datum(oid)])?;
    let class = CacheTuple::find(Cache::RELOID, &[oid_datum(oid)])?;
    // SAFETY: INDEXRELID is a cache of pg_index, RELOID of pg_class.
    let (form, class_form) = unsafe {
        (tuple.form::<pg_sys::FormData_pg_index>(), class.form::<pg_sys::FormData_pg_class>())
    };
    let columns: Vec<i16> = tuple.attribute(pg_sys::Anum_pg_index_indkey)?;
    let key_count = usize::try_from(form.indnkeyatts).unwrap_or(0).min(columns.len());
    let (key_columns, including) = columns.split_at(key_count);
    Some(Index {
        oid,
        name: name_text(&class_form.relname),
        table: form.indrelid,
        method: class_form.relam,
        method_name: method_name(class_form.relam),
        unique: form.indisunique,
        primary: form.indisprimary,
        immediate: form.indimmediate,
        valid: form.indisvalid && form.indisready && form.indislive,
        nulls_not_distinct: compat::has_nulls_not_distinct(form),
        keys: keys(&tuple, form, key_columns),
        including: including.to_vec(),
        expressions: tuple.text(pg_sys::Anum_pg_index_indexprs),
        predicate: tuple.text(pg_sys::Anum_pg_index_indpred),
        clustered: form.indisclustered,
        replica_identity: form.indisreplident,
    })
}

fn keys(tuple: &CacheTuple, form: &pg_sys::FormData_pg_index, columns: &[i16]) -> Vec<IndexKey> {
    let operators =
        if form.indisexclusion { exclusion_operators(form.indexrelid) } else { Vec::new() };
    let opclasses: Vec<Oid> = tuple.attribute(pg_sys::Anum_pg_index_indclass).unwrap_or_default();
    let collations: Vec<Oid> =
        tuple.attribute(pg_sys::Anum_pg_index_indcollation).unwrap_or_default();
    let options: Vec<i16> = tuple.attribute(pg_sys::Anum_pg_index_indoption).unwrap_or_default();
    let key = |(place, column): (usize, &i16)| {
        let option = options.get(place).copied().unwrap_or(0) as u32;
        Some(IndexKey {
            column: *column,
            opclass: *opclasses.get(place)?,
            collation: *collations.get(place)?,
            descending: option & pg_sys::INDOPTION_DESC != 0,
            nulls_first: option & pg_sys::INDOPTION_NULLS_FIRST != 0,
            options: opclass_options(form.indexrelid, place as i16 + 1),
            operator: operators.get(place).copied().unwrap_or(pg_sys::InvalidOid),
        })
    };
    columns.iter().enumerate().filter_map(key).collect()
}

/// The table of the index of that name.
pub fn index_table(name: &Relation) -> Option<Oid> {
    let index = relation(name)?;
    // SAFETY: a syscache look-up; with missing_ok it returns InvalidOid for what is no index.
    some_oid(unsafe { pg_sys::IndexGetRelation(index.oid, true) })
}

/// All indexes of a table.
pub fn indexes(table: Oid) -> Vec<Index> {
    let oids = scan(
        pg_sys::IndexRelationId,
        pg_sys::IndexIndrelidIndexId,
        pg_sys::Anum_pg_index_indrelid,
        table,
        // SAFETY: tuples of pg_index.
        |tuple, _| unsafe {
            (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_index>()).indexrelid
        },
    );
    oids.into_iter().filter_map(index).collect()
}

/// The tables that CLUSTER puts in order again when it names none.
pub fn clustered() -> Vec<Oid> {
    let read = |tuple, _| {
        // SAFETY: tuples of pg_index.
        let form = unsafe { &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_index>() };
        form.indisclustered.then_some(form.indrelid)
    };
    scan_by(pg_sys::IndexRelationId, 0, &[], read).into_iter().flatten().collect()
}

/// The index access method of that name; `rtree` is an old name of `gist`, as in `DefineIndex`.
pub fn index_method(name: &str) -> Option<Oid> {
    let method = |name| method_by_name(name, b'i');
    method(name).or_else(|| method("gist").filter(|_| name == "rtree"))
}

/// The operator class an index of this method uses for a type when none is named.
pub fn default_opclass(type_oid: Oid, method: Oid) -> Oid {
    // SAFETY: catalog look-ups; InvalidOid when there is none.
    unsafe { pg_sys::GetDefaultOpClass(type_oid, method) }
}
