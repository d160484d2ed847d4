//! How relations are stored: storage parameters, tablespace, access method.

use super::{CacheTuple, c_string, name_datum, name_text, oid_datum, owned, some_oid};
use crate::pg::tree::model::Parameter;
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// How a relation is stored.
#[derive(Clone, Debug)]
pub struct Storage {
    /// relkind.
    pub kind: char,
    /// relpersistence.
    pub persistence: char,
    /// Its access method, 0 for none.
    pub method: Oid,
    /// Its tablespace.
    pub tablespace: Oid,
    /// Its storage parameters.
    pub parameters: Vec<Parameter>,
    /// Those of its TOAST table, if it has one.
    pub toast: Option<Vec<Parameter>>,
}

/// How the relation with that OID is stored.
pub fn storage(oid: Oid) -> Option<Storage> {
    let tuple = CacheTuple::find(Cache::RELOID, &[oid_datum(oid)])?;
    // SAFETY: RELOID is a cache of pg_class.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_class>() };
    let toast = some_oid(form.reltoastrelid).and_then(|toast| {
        Some(relation_parameters(&CacheTuple::find(Cache::RELOID, &[oid_datum(toast)])?))
    });
    Some(Storage {
        kind: char::from(form.relkind as u8),
        persistence: char::from(form.relpersistence as u8),
        method: form.relam,
        tablespace: some_oid(form.reltablespace).unwrap_or_else(database_tablespace),
        parameters: relation_parameters(&tuple),
        toast,
    })
}

/// The tablespace of a relation that is not in the database's own.
pub fn own_tablespace(relation: Oid) -> Option<Oid> {
    // SAFETY: a syscache look-up; InvalidOid when there is none.
    some_oid(unsafe { pg_sys::get_rel_tablespace(relation) })
}

fn relation_parameters(class: &CacheTuple) -> Vec<Parameter> {
    parameters(class.attribute(pg_sys::Anum_pg_class_reloptions))
}

/// The options of the operator class of an index's key, by its place from 1.
pub fn opclass_options(index: Oid, place: i16) -> Vec<Parameter> {
    let keys = [oid_datum(index), pg_sys::Datum::from(place)];
    let column = CacheTuple::find(Cache::ATTNUM, &keys);
    parameters(column.and_then(|column| column.attribute(pg_sys::Anum_pg_attribute_attoptions)))
}

/// What the catalog keeps as `name=value`.
fn parameters(texts: Option<Vec<String>>) -> Vec<Parameter> {
    let texts = texts.unwrap_or_default();
    let pairs = texts.iter().filter_map(|text| text.split_once('='));
    pairs.map(|(name, value)| Parameter { name: name.into(), value: value.into() }).collect()
}

/// The tablespace that the database is in.
pub fn database_tablespace() -> Oid {
    // SAFETY: set once, when the session connects to its database.
    unsafe { pg_sys::MyDatabaseTableSpace }
}

/// The tablespace of that name.
pub fn tablespace(name: &str) -> Option<Oid> {
    let name = c_string(name);
    // SAFETY: with missing_ok it does not raise.
    some_oid(unsafe { pg_sys::get_tablespace_oid(name.as_ptr(), true) })
}

/// The tablespace's name.
pub fn tablespace_name(oid: Oid) -> String {
    // SAFETY: a palloc'd string or NULL.
    owned(unsafe { pg_sys::get_tablespace_name(oid) }).unwrap_or_default()
}

/// The tablespace a relation goes to when none is named: that of default_tablespace. `None` for
/// temporary ones, whose tablespace the server chooses anew each time.
pub fn default_tablespace(persistence: char) -> Option<Oid> {
    if persistence == 't' {
        return None;
    }
    // SAFETY: raises for temporary and partitioned relations only.
    let oid = unsafe { pg_sys::GetDefaultTablespace(persistence as u8 as _, false) };
    Some(some_oid(oid).unwrap_or_else(database_tablespace))
}

/// The access method for tables of that name.
pub fn table_method(name: &str) -> Option<Oid> {
    method_by_name(name, b't')
}

/// The access method a table gets when none is named.
pub fn default_table_method() -> Option<Oid> {
    // SAFETY: a setting that is never NULL.
    table_method(&owned(unsafe { pg_sys::default_table_access_method })?)
}

/// The access method of that name and type.
pub(super) fn method_by_name(name: &str, kind: u8) -> Option<Oid> {
    let name = c_string(name);
    let tuple = CacheTuple::find(Cache::AMNAME, &[name_datum(&name)])?;
    // SAFETY: AMNAME is a cache of pg_am.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_am>() };
    (form.amtype as u8 == kind).then_some(form.oid)
}

/// The name of an access method, or `none`.
pub fn method_name(oid: Oid) -> String {
    let name = CacheTuple::find(Cache::AMOID, &[oid_datum(oid)]).map(|tuple| {
        // SAFETY: AMOID is a cache of pg_am.
        name_text(&unsafe { tuple.form::<pg_sys::FormData_pg_am>() }.amname)
    });
    name.unwrap_or_else(|| "none".into())
}
