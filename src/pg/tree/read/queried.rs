//! The relations that a query names.

use super::{Relation, relation, text};
use crate::pg::tree::Node;
use pgrx::pg_sys;
use pgrx::pg_sys::NodeTag;
use pgrx::pg_sys::ffi::pg_guard_ffi_boundary;
use std::ffi::c_void;

/// What a SELECT, INSERT, UPDATE, DELETE or MERGE reads and writes, and what the query of a view
/// reads: relations that have to be there. A query that has been analysed is not looked at: its
/// relations were.
pub(super) fn relations(statement: &Node) -> Vec<Relation> {
    let mut found = Found::default();
    if let Some(query) = query_of(statement) {
        // SAFETY: a raw tree; `found` outlives the walk. The boundary turns an error into an
        // unwinding panic.
        unsafe { pg_guard_ffi_boundary(|| visit(query.as_ptr(), (&raw mut found).cast())) };
    }
    let Found { mut named, defined } = found;
    named.retain(|relation| relation.schema.is_some() || !defined.contains(&relation.name));
    named
}

fn query_of(statement: &Node) -> Option<Node> {
    use NodeTag::*;
    let query = match statement.tag() {
        T_InsertStmt | T_UpdateStmt | T_DeleteStmt | T_SelectStmt => Some(statement.clone()),
        tag if crate::pg::compat::is_merge(tag) => Some(statement.clone()),
        T_ViewStmt => statement.sibling(statement.get::<pg_sys::ViewStmt>()?.query),
        T_CreateTableAsStmt => {
            statement.sibling(statement.get::<pg_sys::CreateTableAsStmt>()?.query)
        }
        _ => None,
    };
    query.filter(|query| !matches!(query.tag(), T_Query | T_ExecuteStmt))
}

/// What a walk through a query has come by.
#[derive(Default)]
struct Found {
    named: Vec<Relation>,
    /// The names of WITH.
    defined: Vec<String>,
}

type Walker = unsafe extern "C-unwind" fn(*mut pg_sys::Node, *mut c_void) -> bool;

// nodeFuncs.c; it raises for a node that it does not know.
unsafe extern "C-unwind" {
    #[cfg_attr(
        not(any(feature = "pg14", feature = "pg15")),
        link_name = "raw_expression_tree_walker_impl"
    )]
    fn raw_expression_tree_walker(
        node: *mut pg_sys::Node,
        walker: Walker,
        context: *mut c_void,
    ) -> bool;
}

/// Goes on below each node. Nothing here has a destructor while it does: an error jumps over
/// this frame.
///
/// # Safety
/// A node of a raw tree, or NULL, and a [`Found`].
unsafe extern "C-unwind" fn visit(node: *mut pg_sys::Node, context: *mut c_void) -> bool {
    // SAFETY: the caller's; each node is read as what its tag says.
    unsafe {
        let Some(tag) = node.as_ref().map(|node| node.type_) else { return false };
        match tag {
            NodeTag::T_RangeVar => note_relation(node.cast(), context.cast()),
            // What SELECT INTO makes is not there yet. What FOR UPDATE OF names are aliases.
            NodeTag::T_IntoClause | NodeTag::T_LockingClause => {}
            NodeTag::T_CommonTableExpr => {
                note_definition(node.cast(), context.cast());
                return raw_expression_tree_walker(node, visit, context);
            }
            _ => return raw_expression_tree_walker(node, visit, context),
        }
        false
    }
}

/// # Safety
/// Both are what they are said to be.
unsafe fn note_relation(range: *mut pg_sys::RangeVar, found: *mut Found) {
    // SAFETY: the caller's.
    unsafe { (*found).named.extend(relation(range)) }
}

/// # Safety
/// Both are what they are said to be.
unsafe fn note_definition(with: *mut pg_sys::CommonTableExpr, found: *mut Found) {
    // SAFETY: the caller's.
    unsafe { (*found).defined.extend(text((*with).ctename)) }
}
