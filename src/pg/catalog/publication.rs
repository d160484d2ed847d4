//! Publications.

use super::{CacheTuple, oid_datum, scan, scanned};
use crate::pg::compat;
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// What the catalog says of a publication.
#[derive(Clone, Debug)]
pub struct Publication {
    /// FOR ALL TABLES.
    pub all_tables: bool,
    /// FOR ALL SEQUENCES (PostgreSQL 19).
    pub all_sequences: bool,
    /// Its tables, without those of FOR TABLES IN SCHEMA.
    pub tables: Vec<PublishedTable>,
    /// The schemas of FOR TABLES IN SCHEMA.
    pub schemas: Vec<Oid>,
    /// Whether inserts, updates, deletes and truncates are published.
    pub publishes: [bool; 4],
    /// publish_via_partition_root.
    pub via_root: bool,
    /// publish_generated_columns: `n` for none, `s` for stored (PostgreSQL 18).
    pub generated_columns: Option<char>,
}

/// A table of a publication.
#[derive(Clone, Debug)]
pub struct PublishedTable {
    /// Its OID.
    pub table: Oid,
    /// The numbers of the columns listed, none for all.
    pub columns: Vec<i16>,
    /// WHERE, a node string.
    pub filter: Option<String>,
}

/// The publication with that OID.
pub fn publication(oid: Oid) -> Option<Publication> {
    let tuple = CacheTuple::find(Cache::PUBLICATIONOID, &[oid_datum(oid)])?;
    // SAFETY: PUBLICATIONOID is a cache of pg_publication.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_publication>() };
    Some(Publication {
        all_tables: form.puballtables,
        all_sequences: compat::publishes_all_sequences(form),
        tables: published_tables(oid),
        schemas: published_schemas(oid),
        publishes: [form.pubinsert, form.pubupdate, form.pubdelete, form.pubtruncate],
        via_root: form.pubviaroot,
        generated_columns: compat::publishes_generated_columns(form),
    })
}

fn published_tables(publication: Oid) -> Vec<PublishedTable> {
    scan(
        pg_sys::PublicationRelRelationId,
        compat::PUBLICATION_TABLES_INDEX,
        pg_sys::Anum_pg_publication_rel_prpubid,
        publication,
        // SAFETY: pg_publication_rel's columns have these types.
        |tuple, descriptor| unsafe {
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_publication_rel>();
            let (filter, columns) = match compat::PUBLICATION_LISTS {
                Some((filter, columns)) => {
                    (scanned(tuple, descriptor, filter), scanned(tuple, descriptor, columns))
                }
                None => (None, None),
            };
            PublishedTable { table: form.prrelid, columns: columns.unwrap_or_default(), filter }
        },
    )
}

fn published_schemas(publication: Oid) -> Vec<Oid> {
    // SAFETY: a list of OIDs in the current context.
    unsafe { super::oids(compat::published_schemas(publication)) }
}

/// The tables that inherit from a relation, without theirs.
pub fn children(relation: Oid) -> Vec<Oid> {
    // SAFETY: reads pg_inherits and locks nothing; a list of OIDs in the current context.
    unsafe { super::oids(pg_sys::find_inheritance_children(relation, pg_sys::NoLock as i32)) }
}

/// The relation and all that inherit from it.
pub fn inheritors(relation: Oid) -> Vec<Oid> {
    // SAFETY: reads pg_inherits and locks nothing; a list of OIDs in the current context.
    unsafe {
        let (lock, none) = (pg_sys::NoLock as i32, std::ptr::null_mut());
        super::oids(pg_sys::find_all_inheritors(relation, lock, none))
    }
}
