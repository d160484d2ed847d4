//! Leaving parts of a statement out.

use super::{Node, pointers};
use crate::pg::parser::RawStatement;
use pgrx::pg_sys;

/// A copy of the statement with only those of its actions for which `keep` is true: the
/// sub-commands of ALTER TABLE, the objects of DROP and GRANT. Statements with one action are
/// returned as they are.
pub fn keep(statement: &RawStatement, keep: &[bool]) -> RawStatement {
    if keep.len() < 2 || keep.iter().all(|kept| *kept) {
        return statement.clone();
    }
    let arena = statement.node.arena();
    // SAFETY: a RawStmt of the arena; copied into the arena, and only the copy is changed.
    let copy = arena.enter(|| unsafe {
        let copy = pg_sys::copyObjectImpl(statement.node.as_ptr().cast()).cast::<pg_sys::RawStmt>();
        if let Some(list) = parts_list((*copy).stmt) {
            *list = filtered(*list, keep);
        }
        copy
    });
    match Node::new(arena, copy) {
        Some(node) => RawStatement { node, ..statement.clone() },
        None => statement.clone(),
    }
}

/// The list that [`super::read`] turns into the actions of a statement.
///
/// # Safety
/// `statement` is a node of a tree.
unsafe fn parts_list(statement: *mut pg_sys::Node) -> Option<*mut *mut pg_sys::List> {
    use pg_sys::NodeTag::*;
    // SAFETY: read as what its tag says.
    unsafe {
        match (*statement).type_ {
            T_AlterTableStmt => Some(&raw mut (*statement.cast::<pg_sys::AlterTableStmt>()).cmds),
            T_DropStmt => Some(&raw mut (*statement.cast::<pg_sys::DropStmt>()).objects),
            T_DropRoleStmt => Some(&raw mut (*statement.cast::<pg_sys::DropRoleStmt>()).roles),
            T_GrantRoleStmt => {
                Some(&raw mut (*statement.cast::<pg_sys::GrantRoleStmt>()).granted_roles)
            }
            T_GrantStmt => Some(&raw mut (*statement.cast::<pg_sys::GrantStmt>()).objects),
            _ => None,
        }
    }
}

fn filtered(list: *mut pg_sys::List, keep: &[bool]) -> *mut pg_sys::List {
    let kept = pointers(list).zip(keep).filter(|(_, kept)| **kept);
    // SAFETY: lappend makes a list in the current context, the arena.
    kept.fold(std::ptr::null_mut(), |list, (node, _)| unsafe { pg_sys::lappend(list, node.cast()) })
}
