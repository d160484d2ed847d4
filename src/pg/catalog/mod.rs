//! Reading the catalog, in-process: syscache where there is one, otherwise a scan by index.
//!
//! Nothing here locks a user's object, assigns a transaction id, or raises for a name that does
//! not exist. Names are looked for where PostgreSQL would look: in the schema given, otherwise
//! along the caller's search_path.

mod constraint;
mod dependency;
mod domain;
mod function;
mod index;
mod object;
mod operator;
mod partition;
mod place;
mod publication;
mod relation;
mod statistics;
mod storage;
mod trigger;
mod types;

pub use constraint::{Constraint, constraint, constraints};
pub use dependency::{
    Address, ForeignKey, default_partition, depends_on_column, dropped_with, foreign_keys,
    owned_sequences, read_by, relation_of, tables_of_type, tables_with,
};
pub use domain::{Domain, DomainCheck, domain};
pub use function::{Function, function, function_with, has_function};
pub use index::{
    Index, IndexKey, clustered, default_opclass, index, index_method, index_table, indexes,
};
pub use object::{
    Extension, Found, Policy, Sequence, column_comment, comment, extension, find, function_exists,
    identity_sequence, owned_by, owner_of, policy, role, role_name, schema_of, sequence,
    trigger_exists,
};
pub use operator::{base_type, groups_alike, is_deterministic, is_equality, key_equality};
pub use partition::{PartitionKey, parents, partition_bound, partition_key};
pub use place::located;
pub use publication::{Publication, PublishedTable, children, inheritors, publication};
pub use relation::{
    Column, RelationInfo, column, column_default, column_name, columns, creation_namespace,
    has_row_security, is_of_server, is_owner, may_read, may_reference, may_select, namespace,
    namespace_name, namespace_owner, qualified_name, relation, relation_by_oid, relation_name,
    relation_of_others, rewritten_by, stored, was_written_here,
};
pub use statistics::{Statistics, statistics, statistics_of};
pub use storage::{
    Storage, database_tablespace, default_table_method, default_tablespace, method_name,
    opclass_options, own_tablespace, storage, table_method, tablespace, tablespace_name,
};
pub use trigger::{Trigger, function_signature, rule_state, trigger, trigger_function};
pub use types::{
    TypeInfo, argument_type_name, collation_name, collation_oid, enum_labels, exclusion_operator,
    is_assignable, is_castable, opclass_name, opclass_oid, operator_name, parse_type,
    parse_type_and_size, qualified_collation, resolve_type, storage_of_type, type_by_name,
    type_by_oid, type_in, type_name, type_namespace, written_type,
};

use super::{c_string, owned};
use pgrx::{FromDatum, IntoDatum, pg_sys};

/// A syscache tuple, released when dropped.
struct CacheTuple {
    tuple: pg_sys::HeapTuple,
    cache: i32,
}

impl CacheTuple {
    fn find(cache: pg_sys::SysCacheIdentifier::Type, keys: &[pg_sys::Datum]) -> Option<Self> {
        let cache = super::compat::cache_id(cache);
        // SAFETY: the callers in this module give each cache the keys cacheinfo lists for it.
        let tuple = unsafe {
            match *keys {
                [a] => pg_sys::SearchSysCache1(cache, a),
                [a, b] => pg_sys::SearchSysCache2(cache, a, b),
                _ => return None,
            }
        };
        CacheTuple::own(cache, tuple)
    }

    /// The tuple of an object in the cache whose key is the OID.
    fn in_cache(cache: i32, oid: pg_sys::Oid) -> Option<Self> {
        // SAFETY: the caller's cache has an OID as its key.
        let tuple = unsafe { pg_sys::SearchSysCache1(cache, oid_datum(oid)) };
        CacheTuple::own(cache, tuple)
    }

    fn own(cache: i32, tuple: pg_sys::HeapTuple) -> Option<Self> {
        (!tuple.is_null()).then(|| CacheTuple { tuple, cache })
    }

    /// The fixed part of the tuple.
    ///
    /// # Safety
    /// `T` is the FormData struct of the cache's catalog.
    unsafe fn form<T>(&self) -> &T {
        // SAFETY: the caller's; the tuple is pinned while this value lives.
        unsafe { &*pg_sys::GETSTRUCT(self.tuple).cast::<T>() }
    }

    /// An attribute behind the fixed part; `None` for NULL.
    fn attribute<T: FromDatum>(&self, number: u32) -> Option<T> {
        let mut is_null = false;
        // SAFETY: the number is a constant of the cache's catalog, and the callers ask for the
        // type it has there.
        unsafe {
            let datum =
                pg_sys::SysCacheGetAttr(self.cache, self.tuple, number as i16, &mut is_null);
            T::from_datum(datum, is_null)
        }
    }

    /// A text or pg_node_tree attribute.
    fn text(&self, number: u32) -> Option<String> {
        self.attribute::<String>(number)
    }
}

impl Drop for CacheTuple {
    fn drop(&mut self) {
        // SAFETY: pinned by the search, released once.
        unsafe { pg_sys::ReleaseSysCache(self.tuple) }
    }
}

fn oid_datum(oid: pg_sys::Oid) -> pg_sys::Datum {
    oid.into_datum().unwrap_or(pg_sys::Datum::null())
}

/// A name as the key of a search; `name` must outlive the search.
fn name_datum(name: &std::ffi::CStr) -> pg_sys::Datum {
    pg_sys::Datum::from(name.as_ptr())
}

fn some_oid(oid: pg_sys::Oid) -> Option<pg_sys::Oid> {
    (oid != pg_sys::InvalidOid).then_some(oid)
}

fn name_text(name: &pg_sys::NameData) -> String {
    owned(name.data.as_ptr()).unwrap_or_default()
}

/// What `read` makes of each tuple of a catalog whose indexed attribute equals `key`; without an
/// index, 0, all of the catalog is read.
fn scan<T>(
    catalog: pg_sys::Oid,
    index: u32,
    attribute: u32,
    key: pg_sys::Oid,
    read: impl FnMut(pg_sys::HeapTuple, pg_sys::TupleDesc) -> T,
) -> Vec<T> {
    scan_by(catalog, index, &[(attribute, key)], read)
}

/// As [`scan`], of what this command itself has done, too.
fn scan_own<T>(
    catalog: pg_sys::Oid,
    index: u32,
    attribute: u32,
    key: pg_sys::Oid,
    read: impl FnMut(pg_sys::HeapTuple, pg_sys::TupleDesc) -> T,
) -> Vec<T> {
    let snapshot = &raw mut pg_sys::SnapshotSelfData;
    scan_with(catalog, index, &[(attribute, key)], snapshot, read)
}

/// As [`scan`], by the first few attributes of the index.
fn scan_by<T>(
    catalog: pg_sys::Oid,
    index: u32,
    keys: &[(u32, pg_sys::Oid)],
    read: impl FnMut(pg_sys::HeapTuple, pg_sys::TupleDesc) -> T,
) -> Vec<T> {
    scan_with(catalog, index, keys, std::ptr::null_mut(), read)
}

/// NULL stands for the catalog's own snapshot.
fn scan_with<T>(
    catalog: pg_sys::Oid,
    index: u32,
    keys: &[(u32, pg_sys::Oid)],
    snapshot: pg_sys::Snapshot,
    mut read: impl FnMut(pg_sys::HeapTuple, pg_sys::TupleDesc) -> T,
) -> Vec<T> {
    let mut found = Vec::new();
    // SAFETY: the catalog is opened, scanned with keys on its own index, and closed; the
    // catalog's lock is given back, as PostgreSQL's own look-ups do.
    unsafe {
        let relation = pg_sys::table_open(catalog, pg_sys::AccessShareLock as i32);
        let mut scan_keys: Vec<pg_sys::ScanKeyData> = vec![std::mem::zeroed(); keys.len()];
        for (scan_key, (attribute, key)) in scan_keys.iter_mut().zip(keys) {
            pg_sys::ScanKeyInit(
                scan_key,
                *attribute as i16,
                pg_sys::BTEqualStrategyNumber as u16,
                pg_sys::Oid::from(pg_sys::F_OIDEQ),
                oid_datum(*key),
            );
        }
        let index = pg_sys::Oid::from(index);
        let by_index = index != pg_sys::InvalidOid;
        let (count, first) = (scan_keys.len() as i32, scan_keys.as_mut_ptr());
        let scan = pg_sys::systable_beginscan(relation, index, by_index, snapshot, count, first);
        loop {
            let tuple = pg_sys::systable_getnext(scan);
            if tuple.is_null() {
                break;
            }
            found.push(read(tuple, (*relation).rd_att));
        }
        pg_sys::systable_endscan(scan);
        pg_sys::table_close(relation, pg_sys::AccessShareLock as i32);
    }
    found
}

/// An attribute of a scanned tuple.
///
/// # Safety
/// The tuple is of the catalog with this descriptor, and `T` is the attribute's type.
unsafe fn scanned<T: FromDatum>(
    tuple: pg_sys::HeapTuple,
    descriptor: pg_sys::TupleDesc,
    number: u32,
) -> Option<T> {
    let mut is_null = false;
    // SAFETY: the caller's.
    unsafe {
        let datum = pg_sys::heap_getattr(tuple, number as i32, descriptor, &mut is_null);
        T::from_datum(datum, is_null)
    }
}

/// The OIDs of a list.
///
/// # Safety
/// NIL or a list of OIDs.
unsafe fn oids(list: *mut pg_sys::List) -> Vec<pg_sys::Oid> {
    // SAFETY: the caller's.
    unsafe {
        let length = list.as_ref().map_or(0, |list| list.length);
        (0..length).map(|index| pg_sys::list_nth_oid(list, index)).collect()
    }
}

/// A list of String nodes, as the server's name look-ups take them. In the current context.
pub(super) fn name_list(names: &[String]) -> *mut pg_sys::List {
    names.iter().fold(std::ptr::null_mut(), |list, name| {
        let name = c_string(name);
        // SAFETY: the string is copied before the node points to it.
        unsafe {
            let copy = pg_sys::pstrdup(name.as_ptr());
            pg_sys::lappend(list, pg_sys::makeString(copy).cast())
        }
    })
}
