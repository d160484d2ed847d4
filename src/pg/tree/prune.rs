//! Leaving parts of a statement out.

use super::{Node, pointers};
use pgrx::pg_sys;

/// A copy of the RawStmt or PlannedStmt with only those of its actions for which `keep` is
/// true: the sub-commands of ALTER TABLE, the objects of DROP, GRANT and VACUUM. Statements of
/// which all is kept are returned as they are.
pub fn keep(whole: &Node, keep: &[bool]) -> Node {
    if keep.iter().all(|kept| *kept) {
        return whole.clone();
    }
    let arena = whole.arena();
    // SAFETY: a node of the arena; copied into the arena.
    let copy = arena.enter(|| unsafe { pg_sys::copyObjectImpl(whole.as_ptr().cast()) });
    let Some(copy) = Node::new(arena, copy.cast::<pg_sys::Node>()) else { return whole.clone() };
    if let Some(statement) = copy.statement() {
        // SAFETY: only the copy is changed, in the memory it is in.
        arena.enter(|| unsafe {
            if let Some(list) = parts_list(statement.as_ptr()) {
                *list = filtered(*list, keep);
            }
        });
    }
    copy
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
            T_VacuumStmt => Some(&raw mut (*statement.cast::<pg_sys::VacuumStmt>()).rels),
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
