//! Schemas, relations and columns.

use super::{
    CacheTuple, c_string, name_datum, name_text, oid_datum, owned, scan_by, scan_with, some_oid,
};
use crate::pg::compat;
use crate::pg::tree::model::Relation;
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// The schema of that name, `pg_temp` included. No privilege is needed to see that it exists.
pub fn namespace(name: &str) -> Option<Oid> {
    // As the parser writes the built-in types.
    if name == "pg_catalog" {
        return Some(pg_sys::Oid::from(pg_sys::PG_CATALOG_NAMESPACE));
    }
    let name = c_string(name);
    // SAFETY: with missing_ok neither raises; LookupExplicitNamespace knows the alias pg_temp,
    // but would check privileges on any other.
    some_oid(unsafe {
        if name.as_c_str() == c"pg_temp" {
            pg_sys::LookupExplicitNamespace(name.as_ptr(), true)
        } else {
            pg_sys::get_namespace_oid(name.as_ptr(), true)
        }
    })
}

/// The schema's name.
pub fn namespace_name(oid: Oid) -> Option<String> {
    // SAFETY: a palloc'd string or NULL.
    owned(unsafe { pg_sys::get_namespace_name(oid) })
}

/// The role that owns the schema.
pub fn namespace_owner(oid: Oid) -> Option<Oid> {
    let tuple = CacheTuple::find(Cache::NAMESPACEOID, &[oid_datum(oid)])?;
    // SAFETY: NAMESPACEOID is a cache of pg_namespace.
    Some(unsafe { tuple.form::<pg_sys::FormData_pg_namespace>() }.nspowner)
}

/// Where CREATE puts an object: the schema given, or the first of search_path that exists.
pub fn creation_namespace(schema: Option<&str>) -> Option<Oid> {
    match schema {
        Some(schema) => namespace(schema),
        // SAFETY: a list of OIDs in the current context; NIL when no schema of search_path exists.
        None => unsafe {
            let path = pg_sys::fetch_search_path(false);
            path.as_ref().filter(|path| path.length > 0).map(|_| pg_sys::list_nth_oid(path, 0))
        },
    }
}

/// What pg_class says of a relation.
#[derive(Clone, Debug)]
pub struct RelationInfo {
    /// Its OID.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its schema.
    pub namespace: Oid,
    /// relkind.
    pub kind: char,
    /// relpersistence.
    pub persistence: char,
    /// Its owner.
    pub owner: Oid,
    /// Whether row-level security is enabled.
    pub row_security: bool,
    /// Whether it is forced on the owner too.
    pub force_row_security: bool,
    /// relreplident: `d`, `n`, `f`, `i`.
    pub replica_identity: char,
    /// Number of columns, dropped ones included.
    pub column_count: i16,
    /// Whether it is a partition.
    pub is_partition: bool,
    /// The composite type it is made of, 0 for none.
    pub of_type: Oid,
    /// Whether it has, or has had, tables that inherit from it, or partitions.
    pub has_children: bool,
    /// relpages: how many pages it had when it was last vacuumed or analysed.
    pub pages: i32,
    /// reltuples: how many rows it had then, -1 if that has not been yet.
    pub rows: f32,
}

impl RelationInfo {
    /// Its name with its schema, as SQL writes it.
    pub fn qualified_name(&self) -> String {
        let schema = namespace_name(self.namespace);
        Relation { schema, name: self.name.clone() }.to_string()
    }

    /// The word PostgreSQL's messages use for its kind.
    pub fn word(&self) -> &'static str {
        match self.kind {
            'r' | 'p' => "table",
            'v' => "view",
            'm' => "materialized view",
            'f' => "foreign table",
            'S' => "sequence",
            'i' | 'I' => "index",
            'c' => "composite type",
            't' => "TOAST table",
            _ => "relation",
        }
    }
}

/// The relation of that name, of whatever kind.
pub fn relation(name: &Relation) -> Option<RelationInfo> {
    let relname = c_string(&name.name);
    if let Some(schema) = &name.schema {
        let keys = [name_datum(&relname), oid_datum(namespace(schema)?)];
        return Some(read_relation(&CacheTuple::find(Cache::RELNAMENSP, &keys)?));
    }
    // SAFETY: returns InvalidOid for what is not there.
    relation_by_oid(some_oid(unsafe { pg_sys::RelnameGetRelid(relname.as_ptr()) })?)
}

/// The tables and materialized views of a schema, or of all schemas; not temporary ones.
pub fn stored(schema: Option<Oid>) -> Vec<Oid> {
    let keys = schema.map(|schema| (pg_sys::Anum_pg_class_relnamespace, schema));
    let read = |tuple, _| {
        // SAFETY: tuples of pg_class.
        let form = unsafe { &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_class>() };
        let (kind, persistence) = (form.relkind as u8, form.relpersistence as u8);
        (matches!(kind, b'r' | b'm') && persistence != b't').then_some(form.oid)
    };
    scan_by(pg_sys::RelationRelationId, 0, keys.as_slice(), read).into_iter().flatten().collect()
}

/// The relation with that OID.
pub fn relation_by_oid(oid: Oid) -> Option<RelationInfo> {
    Some(read_relation(&CacheTuple::find(Cache::RELOID, &[oid_datum(oid)])?))
}

/// The relation with that OID as other sessions see it: as it was before the transaction did
/// anything. `None` for one that it has made, for a temporary one, and for the server's own.
pub fn relation_of_others(oid: Oid) -> Option<RelationInfo> {
    let (catalog, index) = (pg_sys::RelationRelationId, pg_sys::ClassOidIndexId);
    // SAFETY: a copy of the latest snapshot, in which what this transaction has done comes later.
    // The tuples are pg_class's; an error gives the snapshot back with the resource owner.
    unsafe {
        let snapshot = pg_sys::RegisterSnapshot(pg_sys::GetLatestSnapshot());
        (*snapshot).curcid = 0;
        let read = |tuple, _| read_form(&*pg_sys::GETSTRUCT(tuple).cast());
        let found = scan_with(catalog, index, &[(pg_sys::Anum_pg_class_oid, oid)], snapshot, read);
        pg_sys::UnregisterSnapshot(snapshot);
        found.into_iter().next().filter(|it| it.persistence != 't' && !is_of_server(it))
    }
}

fn read_relation(tuple: &CacheTuple) -> RelationInfo {
    // SAFETY: the callers search caches of pg_class.
    read_form(unsafe { tuple.form::<pg_sys::FormData_pg_class>() })
}

fn read_form(form: &pg_sys::FormData_pg_class) -> RelationInfo {
    RelationInfo {
        oid: form.oid,
        name: name_text(&form.relname),
        namespace: form.relnamespace,
        kind: char::from(form.relkind as u8),
        persistence: char::from(form.relpersistence as u8),
        owner: form.relowner,
        row_security: form.relrowsecurity,
        force_row_security: form.relforcerowsecurity,
        replica_identity: char::from(form.relreplident as u8),
        column_count: form.relnatts,
        is_partition: form.relispartition,
        of_type: form.reloftype,
        has_children: form.relhassubclass,
        pages: form.relpages,
        rows: form.reltuples,
    }
}

/// Whether it is of the catalog, or a TOAST table or its index.
pub fn is_of_server(relation: &RelationInfo) -> bool {
    relation.oid.to_u32() < pg_sys::FirstNormalObjectId
        || relation.namespace.to_u32() == pg_sys::PG_TOAST_NAMESPACE
}

/// Whether this transaction has made the relation, or changed what pg_class says of it.
pub fn was_written_here(oid: Oid) -> bool {
    let tuple = CacheTuple::find(Cache::RELOID, &[oid_datum(oid)]);
    // SAFETY: a stored tuple of a table has a header with this union.
    tuple.is_some_and(|tuple| unsafe {
        let inserted_by = (*(*tuple.tuple).t_data).t_choice.t_heap.t_xmin;
        pg_sys::TransactionIdIsCurrentTransactionId(inserted_by)
    })
}

/// The relation whose rows a transient one that this command has made is to hold.
pub fn rewritten_by(transient: Oid) -> Option<RelationInfo> {
    relation_by_oid(some_oid(relrewrite(transient)?)?)
}

/// Of a row that is not visible yet to anything but a look at what this command itself has done.
fn relrewrite(oid: Oid) -> Option<Oid> {
    super::scan_own(
        pg_sys::RelationRelationId,
        pg_sys::ClassOidIndexId,
        pg_sys::Anum_pg_class_oid,
        oid,
        // SAFETY: tuples of pg_class.
        |tuple, _| unsafe {
            (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_class>()).relrewrite
        },
    )
    .first()
    .copied()
}

/// The relation's name, for messages.
pub fn relation_name(oid: Oid) -> String {
    relation_by_oid(oid).map(|relation| relation.name).unwrap_or_default()
}

/// Whether the current user may alter the relation.
pub fn is_owner(relation: Oid) -> bool {
    relation_by_oid(relation).is_some() && compat::owns_relation(relation)
}

/// Whether the current user may read the relation, which is what LIKE asks for.
pub fn may_select(relation: Oid) -> bool {
    // SAFETY: syscache look-ups; a relation that has gone raises, so it is looked for first.
    relation_by_oid(relation).is_some()
        && unsafe {
            let mode = pg_sys::AclMode::from(pg_sys::ACL_SELECT);
            pg_sys::pg_class_aclcheck(relation, pg_sys::GetUserId(), mode)
                == pg_sys::AclResult::ACLCHECK_OK
        }
}

/// Whether the current user may refer to these columns in a foreign key, as `checkFkeyPermissions`
/// has it.
pub fn may_reference(relation: Oid, columns: &[i16]) -> bool {
    may_with_columns(relation, columns, pg_sys::ACL_REFERENCES)
}

/// Whether the current user may read these columns: the table, or each of them. 0 stands for whole
/// rows.
pub fn may_read(relation: Oid, columns: &[i16]) -> bool {
    may_with_columns(relation, columns, pg_sys::ACL_SELECT)
}

fn may_with_columns(relation: Oid, columns: &[i16], privilege: u32) -> bool {
    let mode = pg_sys::AclMode::from(privilege);
    // SAFETY: syscache look-ups; a relation that has gone raises, so it is looked for first.
    let is_granted = |result| result == pg_sys::AclResult::ACLCHECK_OK;
    relation_by_oid(relation).is_some()
        && unsafe {
            let role = pg_sys::GetUserId();
            is_granted(pg_sys::pg_class_aclcheck(relation, role, mode))
                || columns.iter().all(|column| {
                    *column != 0
                        && is_granted(pg_sys::pg_attribute_aclcheck(relation, *column, role, mode))
                })
        }
}

/// Whether row security would show the current role but some of the rows, after calling what its
/// policies call.
pub fn has_row_security(relation: Oid) -> bool {
    // SAFETY: syscache look-ups; a relation that has gone has none. Without an error where row_security is off.
    let found = unsafe { pg_sys::check_enable_rls(relation, pg_sys::InvalidOid, true) };
    u32::try_from(found) == Ok(pg_sys::CheckEnableRlsResult::RLS_ENABLED)
}

/// The relation's name with its schema, as SQL writes it.
pub fn qualified_name(oid: Oid) -> String {
    relation_by_oid(oid).map_or_else(|| "none".into(), |relation| relation.qualified_name())
}

/// What pg_attribute says of a column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its number; negative for system columns.
    pub number: i16,
    /// Its type.
    pub type_oid: Oid,
    /// Its type modifier, -1 for none.
    pub typmod: i32,
    /// Its collation, 0 for none.
    pub collation: Oid,
    /// Whether it is NOT NULL.
    pub not_null: bool,
    /// Whether it has a default or a generation expression.
    pub has_default: bool,
    /// attidentity: `a`, `d`, or NUL.
    pub identity: char,
    /// attgenerated: `s`, `v`, or NUL.
    pub generated: char,
    /// attstorage.
    pub storage: char,
    /// attcompression: `p`, `l`, or NUL for the default.
    pub compression: char,
    /// Whether it is the table's own, not only a parent's.
    pub local: bool,
    /// The options a foreign table gives it, `name=value`.
    pub options: Vec<String>,
    /// The statistics target, -1 for the default.
    pub statistics: i32,
}

/// The column of that name; dropped ones are not found.
pub fn column(relation: Oid, name: &str) -> Option<Column> {
    let name = c_string(name);
    // SAFETY: SearchSysCacheAttName leaves dropped columns out.
    let tuple = unsafe { pg_sys::SearchSysCacheAttName(relation, name.as_ptr()) };
    let tuple = CacheTuple::own(compat::cache_id(Cache::ATTNAME), tuple)?;
    Some(read_column(&tuple))
}

/// The columns in order, without dropped and system ones.
pub fn columns(relation: &RelationInfo) -> Vec<Column> {
    (1..=relation.column_count)
        .filter_map(|number| column_by_number(relation.oid, number))
        .collect()
}

/// The name of the column with that number.
pub fn column_name(relation: Oid, number: i16) -> Option<String> {
    column_by_number(relation, number).map(|column| column.name)
}

fn column_by_number(relation: Oid, number: i16) -> Option<Column> {
    let keys = [oid_datum(relation), pg_sys::Datum::from(number)];
    let tuple = CacheTuple::find(Cache::ATTNUM, &keys)?;
    // SAFETY: ATTNUM is a cache of pg_attribute.
    let dropped = unsafe { tuple.form::<pg_sys::FormData_pg_attribute>() }.attisdropped;
    (!dropped).then(|| read_column(&tuple))
}

fn read_column(tuple: &CacheTuple) -> Column {
    // SAFETY: the callers search caches of pg_attribute.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_attribute>() };
    Column {
        name: name_text(&form.attname),
        number: form.attnum,
        type_oid: form.atttypid,
        typmod: form.atttypmod,
        collation: form.attcollation,
        not_null: form.attnotnull,
        has_default: form.atthasdef,
        identity: char::from(form.attidentity as u8),
        generated: char::from(form.attgenerated as u8),
        storage: char::from(form.attstorage as u8),
        compression: char::from(form.attcompression as u8),
        local: form.attislocal,
        options: tuple.attribute(pg_sys::Anum_pg_attribute_attfdwoptions).unwrap_or_default(),
        statistics: tuple
            .attribute::<compat::StatisticsTarget>(pg_sys::Anum_pg_attribute_attstattarget)
            .map_or(-1, i32::from),
    }
}

/// The column's default or generation expression as a node string.
pub fn column_default(relation: Oid, number: i16) -> Option<String> {
    let expressions = super::scan(
        pg_sys::AttrDefaultRelationId,
        pg_sys::AttrDefaultIndexId,
        pg_sys::Anum_pg_attrdef_adrelid,
        relation,
        // SAFETY: pg_attrdef's columns have these types.
        |tuple, descriptor| unsafe {
            let column: Option<i16> =
                super::scanned(tuple, descriptor, pg_sys::Anum_pg_attrdef_adnum);
            (column == Some(number))
                .then(|| super::scanned(tuple, descriptor, pg_sys::Anum_pg_attrdef_adbin))
                .flatten()
        },
    );
    expressions.into_iter().flatten().next()
}
