//! Types, collations and operator classes.

use super::{
    CacheTuple, c_string, name_datum, name_list, name_text, oid_datum, owned, scan, scanned,
    some_oid,
};
use crate::pg::arena::Arena;
use crate::pg::parser;
use crate::pg::subtransaction::probe;
use crate::pg::tree::model::{Relation, TypeName};
use crate::pg::tree::read;
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// What pg_type says of a type.
#[derive(Clone, Debug)]
pub struct TypeInfo {
    /// Its OID.
    pub oid: Oid,
    /// typtype: `b`, `c`, `d`, `e`, `p`, `r`, `m`.
    pub kind: char,
    /// typrelid: the relation whose rows it describes, 0 for none.
    pub relation: Oid,
    /// typelem: the type of its elements, 0 for none.
    element: Oid,
    /// Whether it is more than a shell.
    is_defined: bool,
}

impl TypeInfo {
    /// Whether CREATE TYPE may have its name: it is a shell, or an array type the server made,
    /// which makes way (`moveArrayTypeName`).
    pub fn gives_way(&self) -> bool {
        let is_array = || some_oid(self.element).and_then(array_of) == Some(self.oid);
        !self.is_defined || is_array()
    }

    /// The word PostgreSQL's messages use for its kind.
    pub fn word(&self) -> &'static str {
        match self.kind {
            'c' => "composite type",
            'd' => "domain",
            'e' => "enum",
            'r' => "range type",
            'm' => "multirange type",
            _ => "type",
        }
    }
}

/// The type of that name, `[schema, name]` or `[name]`; array bounds are not part of a name.
pub fn type_by_name(names: &[String]) -> Option<TypeInfo> {
    match names {
        [name] => {
            let name = c_string(name);
            // SAFETY: returns InvalidOid for what is not there.
            type_by_oid(some_oid(unsafe { pg_sys::TypenameGetTypid(name.as_ptr()) })?)
        }
        [schema, name] => type_in(super::namespace(schema)?, name),
        _ => None,
    }
}

/// The type of that name in that schema.
pub fn type_in(namespace: Oid, name: &str) -> Option<TypeInfo> {
    let name = c_string(name);
    let keys = [name_datum(&name), oid_datum(namespace)];
    Some(read_type(&CacheTuple::find(Cache::TYPENAMENSP, &keys)?))
}

/// The schema a type is in.
pub fn type_namespace(oid: Oid) -> Option<Oid> {
    let tuple = CacheTuple::find(Cache::TYPEOID, &[oid_datum(oid)])?;
    // SAFETY: TYPEOID is a cache of pg_type.
    Some(unsafe { tuple.form::<pg_sys::FormData_pg_type>() }.typnamespace)
}

/// The type with that OID.
pub fn type_by_oid(oid: Oid) -> Option<TypeInfo> {
    Some(read_type(&CacheTuple::find(Cache::TYPEOID, &[oid_datum(oid)])?))
}

fn read_type(tuple: &CacheTuple) -> TypeInfo {
    // SAFETY: the callers search caches of pg_type.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_type>() };
    TypeInfo {
        oid: form.oid,
        kind: char::from(form.typtype as u8),
        relation: form.typrelid,
        element: form.typelem,
        is_defined: form.typisdefined,
    }
}

/// The array type the server has made for a type.
fn array_of(element: Oid) -> Option<Oid> {
    // SAFETY: a syscache look-up; InvalidOid when there is none.
    some_oid(unsafe { pg_sys::get_array_type(element) })
}

/// The OID and the modifier of a type as written. Raises as the server does for a type that
/// does not exist or a modifier that is not allowed: call it inside a subtransaction.
pub fn resolve_type(name: &TypeName) -> (Oid, i32) {
    let (mut oid, mut typmod) = (pg_sys::InvalidOid, -1);
    let pointer = name.node.as_ptr().cast();
    // SAFETY: a TypeName node, kept alive by its arena.
    unsafe { pg_sys::typenameTypeIdAndMod(std::ptr::null_mut(), pointer, &mut oid, &mut typmod) };
    (oid, typmod)
}

/// The OID of a type as written; `None` when there is none.
pub fn written_type(name: &TypeName) -> Option<Oid> {
    let arena = Arena::new();
    probe(&arena, || arena.enter(|| resolve_type(name).0)).ok()
}

/// The OID of a type given as text, `numeric(10,2)` or `text[]`; `None` when there is none.
pub fn parse_type(text: &str) -> Option<Oid> {
    parse_type_and_size(text).map(|(oid, _)| oid)
}

/// The same with its modifier.
pub fn parse_type_and_size(text: &str) -> Option<(Oid, i32)> {
    let arena = Arena::new();
    let node = parser::type_name(&arena, text).ok().flatten()?;
    let name = read::type_name(node)?;
    probe(&arena, || arena.enter(|| resolve_type(&name))).ok()
}

/// Whether a value of one type can be made one of another by a cast. Looks at no value, and at no
/// constraint of a domain.
pub fn is_castable(from: Oid, to: Oid) -> bool {
    // SAFETY: two arrays of one type.
    unsafe { pg_sys::can_coerce_type(1, &from, &to, pg_sys::CoercionContext::COERCION_EXPLICIT) }
}

/// Whether a value of one type is stored in a column of another without being asked for.
pub fn is_assignable(from: Oid, to: Oid) -> bool {
    // SAFETY: two arrays of one type.
    unsafe { pg_sys::can_coerce_type(1, &from, &to, pg_sys::CoercionContext::COERCION_ASSIGNMENT) }
}

/// The type as SQL writes it, `character varying(36)`.
pub fn type_name(oid: Oid, typmod: i32) -> String {
    let flags = pg_sys::FORMAT_TYPE_TYPEMOD_GIVEN | pg_sys::FORMAT_TYPE_ALLOW_INVALID;
    // SAFETY: a palloc'd string; a type that has gone is "???".
    owned(unsafe { pg_sys::format_type_extended(oid, typmod, flags as u16) }).unwrap_or_default()
}

/// The type as the signature of a function has it, without a size: `character`, which with the
/// size -1 is `bpchar`.
pub fn argument_type_name(oid: Oid) -> String {
    let flags = pg_sys::FORMAT_TYPE_ALLOW_INVALID;
    // SAFETY: a palloc'd string; a type that has gone is "???".
    owned(unsafe { pg_sys::format_type_extended(oid, -1, flags as u16) }).unwrap_or_default()
}

/// The storage a column of the type has by default.
pub fn storage_of_type(oid: Oid) -> char {
    // SAFETY: a syscache look-up; `p` when there is no such type.
    char::from(unsafe { pg_sys::get_typstorage(oid) } as u8)
}

/// The collation written, or the type's own. Raises for one that does not exist: call it inside
/// a subtransaction.
pub fn collation_oid(written: Option<&[String]>, type_oid: Oid) -> Oid {
    // SAFETY: a syscache look-up; the list is made in the current context.
    unsafe {
        match written {
            Some(names) => pg_sys::get_collation_oid(name_list(names), false),
            None => pg_sys::get_typcollation(type_oid),
        }
    }
}

/// The collation as SQL writes it, with its schema.
pub fn qualified_collation(oid: Oid) -> String {
    let name = CacheTuple::find(Cache::COLLOID, &[oid_datum(oid)]).map(|tuple| {
        // SAFETY: COLLOID is a cache of pg_collation.
        let form = unsafe { tuple.form::<pg_sys::FormData_pg_collation>() };
        let schema = super::namespace_name(form.collnamespace);
        Relation { schema, name: name_text(&form.collname) }.to_string()
    });
    name.unwrap_or_default()
}

/// The collation's name, with its schema if search_path does not find it, or `none`.
pub fn collation_name(oid: Oid) -> String {
    let name = CacheTuple::find(Cache::COLLOID, &[oid_datum(oid)]).map(|tuple| {
        // SAFETY: COLLOID is a cache of pg_collation; a look-up along search_path.
        let (form, is_visible) = unsafe {
            (tuple.form::<pg_sys::FormData_pg_collation>(), pg_sys::CollationIsVisible(oid))
        };
        visible_name(is_visible, form.collnamespace, name_text(&form.collname))
    });
    name.unwrap_or_else(|| "none".into())
}

/// A name that no other object has at the time.
fn visible_name(is_visible: bool, schema: Oid, name: String) -> String {
    match super::namespace_name(schema) {
        Some(schema) if !is_visible => format!("{schema}.{name}"),
        _ => name,
    }
}

/// The operator class of that name. Raises for one that does not exist: call it inside a
/// subtransaction.
pub fn opclass_oid(method: Oid, names: &[String]) -> Oid {
    // SAFETY: a syscache look-up; the list is made in the current context.
    unsafe { pg_sys::get_opclass_oid(method, name_list(names), false) }
}

/// The operator class's name, with its schema if search_path does not find it, or `none`.
pub fn opclass_name(oid: Oid) -> String {
    let name = CacheTuple::find(Cache::CLAOID, &[oid_datum(oid)]).map(|tuple| {
        // SAFETY: CLAOID is a cache of pg_opclass; a look-up along search_path.
        let (form, is_visible) =
            unsafe { (tuple.form::<pg_sys::FormData_pg_opclass>(), pg_sys::OpclassIsVisible(oid)) };
        visible_name(is_visible, form.opcnamespace, name_text(&form.opcname))
    });
    name.unwrap_or_else(|| "none".into())
}

/// The operator an exclusion constraint compares values of a type with. Raises for one that does
/// not exist: call it inside a subtransaction.
pub fn exclusion_operator(names: &[String], type_oid: Oid) -> Oid {
    // SAFETY: a syscache look-up; the list is made in the current context.
    unsafe { pg_sys::compatible_oper_opid(name_list(names), type_oid, type_oid, false) }
}

/// The operator with the types it takes, `=(integer,integer)`, or `none`.
pub fn operator_name(oid: Oid) -> String {
    // SAFETY: a palloc'd string; an operator that has gone is its number.
    let name = || owned(unsafe { pg_sys::format_operator(oid) }).unwrap_or_default();
    some_oid(oid).map_or_else(|| "none".into(), |_| name())
}

/// The labels of an enum in their order.
pub fn enum_labels(oid: Oid) -> Vec<String> {
    let mut labels = scan(
        pg_sys::EnumRelationId,
        pg_sys::EnumTypIdSortOrderIndexId,
        pg_sys::Anum_pg_enum_enumtypid,
        oid,
        // SAFETY: pg_enum's columns have these types.
        |tuple, descriptor| unsafe {
            let order: Option<f32> = scanned(tuple, descriptor, pg_sys::Anum_pg_enum_enumsortorder);
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_enum>();
            (order.unwrap_or_default(), name_text(&form.enumlabel))
        },
    );
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    labels.into_iter().map(|(_, label)| label).collect()
}
