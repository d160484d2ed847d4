//! Partitioning and inheritance.

use super::{CacheTuple, oid_datum, scan};
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// By what a table is partitioned.
#[derive(Clone, Debug)]
pub struct PartitionKey {
    /// `l` list, `r` range, `h` hash.
    pub strategy: char,
    /// The numbers of the columns, in order; 0 for an expression.
    pub columns: Vec<i16>,
    /// The operator class of each.
    pub opclasses: Vec<Oid>,
    /// The collation of each, 0 for none.
    pub collations: Vec<Oid>,
    /// The expressions, a node string of a list.
    pub expressions: Option<String>,
}

/// The partition key of a table; `None` when it is not partitioned.
pub fn partition_key(table: Oid) -> Option<PartitionKey> {
    let tuple = CacheTuple::find(Cache::PARTRELID, &[oid_datum(table)])?;
    // SAFETY: PARTRELID is a cache of pg_partitioned_table.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_partitioned_table>() };
    Some(PartitionKey {
        strategy: char::from(form.partstrat as u8),
        columns: tuple.attribute(pg_sys::Anum_pg_partitioned_table_partattrs)?,
        opclasses: tuple.attribute(pg_sys::Anum_pg_partitioned_table_partclass)?,
        collations: tuple.attribute(pg_sys::Anum_pg_partitioned_table_partcollation)?,
        expressions: tuple.text(pg_sys::Anum_pg_partitioned_table_partexprs),
    })
}

/// The bound of a partition as a node string.
pub fn partition_bound(table: Oid) -> Option<String> {
    let tuple = CacheTuple::find(Cache::RELOID, &[oid_datum(table)])?;
    tuple.text(pg_sys::Anum_pg_class_relpartbound)
}

/// The tables it inherits from or is a partition of, in order. What is about to be detached
/// concurrently is no partition any more.
pub fn parents(table: Oid) -> Vec<Oid> {
    let parents = scan(
        pg_sys::InheritsRelationId,
        pg_sys::InheritsRelidSeqnoIndexId,
        pg_sys::Anum_pg_inherits_inhrelid,
        table,
        // SAFETY: tuples of pg_inherits.
        |tuple, _| unsafe {
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_inherits>();
            (!form.inhdetachpending).then_some((form.inhseqno, form.inhparent))
        },
    );
    let mut parents: Vec<(i32, Oid)> = parents.into_iter().flatten().collect();
    parents.sort_unstable_by_key(|(number, _)| *number);
    parents.into_iter().map(|(_, parent)| parent).collect()
}
