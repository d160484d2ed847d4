//! Leaving parts of a statement out, or something less in their place.

use super::{Node, pointers};
use crate::pg::c_string;
use pgrx::pg_sys;

/// What becomes of an action when its statement runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// It runs.
    Kept,
    /// It does not run.
    LeftOut,
    /// VALIDATE CONSTRAINT of this name runs instead of the ADD CONSTRAINT it is.
    Validation(String),
}

/// A copy of the RawStmt or PlannedStmt with what `parts` says of its actions: the sub-commands
/// of ALTER TABLE, the objects of DROP, GRANT and VACUUM. Statements of which all is kept are
/// returned as they are.
pub fn prune(whole: &Node, parts: &[Part]) -> Node {
    if parts.iter().all(|part| *part == Part::Kept) {
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
                *list = filtered(*list, parts);
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

fn filtered(list: *mut pg_sys::List, parts: &[Part]) -> *mut pg_sys::List {
    let kept = pointers(list).zip(parts).filter(|(_, part)| **part != Part::LeftOut);
    // SAFETY: lappend makes a list in the current context, the arena.
    kept.fold(std::ptr::null_mut(), |list, (node, part)| unsafe {
        if let Part::Validation(name) = part {
            validate_instead(node.cast(), name);
        }
        pg_sys::lappend(list, node.cast())
    })
}

/// # Safety
/// An AlterTableCmd of a copy: only ADD CONSTRAINT is judged to be replaced.
unsafe fn validate_instead(command: *mut pg_sys::AlterTableCmd, constraint: &str) {
    let name = c_string(constraint);
    // SAFETY: the caller's; the name is copied into the arena.
    unsafe {
        (*command).subtype = pg_sys::AlterTableType::AT_ValidateConstraint;
        (*command).name = pg_sys::pstrdup(name.as_ptr());
        (*command).def = std::ptr::null_mut();
    }
}
