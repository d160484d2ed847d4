//! Bounds of partitions as the server understands them.

use super::catalog;
use super::owned;
use super::tree::{Node, kept, read};
use crate::pg::arena::Arena;
use pgrx::pg_sys;

/// The bound of a partition kept in the catalog as a node string, as SQL writes it.
pub fn stored_bound(node_string: &str) -> String {
    // SAFETY: the catalog holds a PartitionBoundSpec.
    unsafe { printed(kept(node_string).cast()) }
}

/// A bound as written, for a partition of `parent`, as SQL writes it. Locks the parent with
/// ACCESS SHARE and raises the server's errors: call it inside [`super::subtransaction::probe`],
/// and only for a bound that [`is_constant`].
pub fn written_bound(parent: pg_sys::Oid, bound: &Node) -> String {
    let lock = pg_sys::AccessShareLock as i32;
    // SAFETY: the sequence of DefineRelation; the lock is kept until the surrounding
    // subtransaction is rolled back. transformPartitionBound copies the bound.
    unsafe {
        let relation = pg_sys::table_open(parent, lock);
        let state = pg_sys::make_parsestate(std::ptr::null_mut());
        let spec = pg_sys::transformPartitionBound(state, relation, bound.as_ptr().cast());
        let text = printed(spec);
        pg_sys::table_close(relation, pg_sys::NoLock as i32);
        text
    }
}

/// The text of an analysed bound; the values of a list in the order of their texts, as their
/// order has no meaning.
///
/// # Safety
/// `spec` is an analysed PartitionBoundSpec that may be changed.
unsafe fn printed(spec: *mut pg_sys::PartitionBoundSpec) -> String {
    // SAFETY: the caller's; bounds consist of constants.
    unsafe {
        let arena = Arena::new();
        let mut values = Node::list(&arena, (*spec).listdatums);
        values.sort_by_cached_key(|value| deparsed(value.as_ptr()));
        (*spec).listdatums = values
            .iter()
            .fold(std::ptr::null_mut(), |list, value| pg_sys::lappend(list, value.as_ptr().cast()));
        deparsed(spec.cast())
    }
}

/// # Safety
/// `node` is an analysed node without variables.
unsafe fn deparsed(node: *mut pg_sys::Node) -> String {
    // SAFETY: the caller's; a palloc'd string.
    let print = || unsafe { pg_sys::deparse_expression(node, std::ptr::null_mut(), false, false) };
    owned(super::normal::plainly(print)).unwrap_or_default()
}

/// Whether finding out the values of a bound calls nothing but the server's own functions: each
/// is a literal, MINVALUE or MAXVALUE, and the key is of types whose input functions are built
/// in. May raise for a type that does not exist: call it inside a subtransaction.
pub fn is_constant(parent: pg_sys::Oid, bound: &Node) -> bool {
    let Some(spec) = bound.get::<pg_sys::PartitionBoundSpec>() else { return false };
    let lists = [spec.listdatums, spec.lowerdatums, spec.upperdatums];
    let arena = Arena::new();
    let mut values = lists.iter().flat_map(|list| Node::list(&arena, *list));
    values.all(|value| is_literal(&value)) && key_types(parent).into_iter().all(is_built_in)
}

fn is_literal(value: &Node) -> bool {
    // MINVALUE and MAXVALUE are parsed as names of columns.
    value.is_constant()
        || value.is_column_name()
        || value.get::<pg_sys::TypeCast>().is_some_and(|cast| {
            let arena = value.arena();
            let argument = Node::new(arena, cast.arg);
            let type_name = Node::new(arena, cast.typeName).and_then(read::type_name);
            argument.is_some_and(|argument| argument.is_constant())
                && type_name.is_some_and(|name| is_built_in(catalog::resolve_type(&name).0))
        })
}

/// The types of the columns and expressions of a partition key.
fn key_types(table: pg_sys::Oid) -> Vec<pg_sys::Oid> {
    let Some(key) = catalog::partition_key(table) else { return Vec::new() };
    let arena = Arena::new();
    let expressions = key.expressions.map(|list| Node::list(&arena, kept(&list).cast()));
    // SAFETY: analysed expressions.
    let of_expressions =
        expressions.iter().flatten().map(|node| unsafe { pg_sys::exprType(node.as_ptr()) });
    // SAFETY: a syscache look-up; InvalidOid for what is not there.
    let of_columns = key
        .columns
        .iter()
        .filter(|number| **number != 0)
        .map(|number| unsafe { pg_sys::get_atttype(table, *number) });
    of_columns.chain(of_expressions).collect()
}

/// Whether values of the type are made by functions of the server's own; an enum's are.
fn is_built_in(type_oid: pg_sys::Oid) -> bool {
    type_oid.to_u32() < pg_sys::FirstNormalObjectId
        || catalog::type_by_oid(type_oid).is_some_and(|found| found.kind == 'e')
}
