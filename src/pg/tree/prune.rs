//! Leaving parts of a statement out, or something else in their place.

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
/// of ALTER TABLE, the objects of DROP, GRANT and VACUUM. Statements that run as they are are
/// returned as they are.
///
/// IF NOT EXISTS is taken out. The guard has looked, and what runs is to be made: if its name is
/// taken all the same, the server must say so, and not pass over it.
pub fn prune(whole: &Node, parts: &[Part]) -> Node {
    let is_whole = parts.iter().all(|part| *part == Part::Kept);
    if is_whole && !says_if_not_exists(whole) {
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
            for flag in if_not_exists(statement.as_ptr()) {
                *flag = false;
            }
        });
    }
    copy
}

fn says_if_not_exists(whole: &Node) -> bool {
    whole.statement().is_some_and(|statement| {
        // SAFETY: a node of a tree; its flags are only read.
        unsafe { if_not_exists(statement.as_ptr()).into_iter().any(|flag| *flag) }
    })
}

/// The IF NOT EXISTS of a statement and its sub-commands.
///
/// # Safety
/// `statement` is a node of a tree.
unsafe fn if_not_exists(statement: *mut pg_sys::Node) -> Vec<*mut bool> {
    use pg_sys::NodeTag::*;
    macro_rules! flag {
        ($type:ident, $($field:ident).+) => {
            &raw mut (*statement.cast::<pg_sys::$type>()).$($field).+
        };
    }
    // SAFETY: read as what its tag says.
    let flag = unsafe {
        match (*statement).type_ {
            T_CreateStmt => flag!(CreateStmt, if_not_exists),
            T_CreateForeignTableStmt => flag!(CreateForeignTableStmt, base.if_not_exists),
            T_CreateTableAsStmt => flag!(CreateTableAsStmt, if_not_exists),
            T_CreateSeqStmt => flag!(CreateSeqStmt, if_not_exists),
            T_CreateSchemaStmt => flag!(CreateSchemaStmt, if_not_exists),
            T_CreateExtensionStmt => flag!(CreateExtensionStmt, if_not_exists),
            T_CreateStatsStmt => flag!(CreateStatsStmt, if_not_exists),
            T_CreateForeignServerStmt => flag!(CreateForeignServerStmt, if_not_exists),
            T_CreateUserMappingStmt => flag!(CreateUserMappingStmt, if_not_exists),
            T_DefineStmt => flag!(DefineStmt, if_not_exists),
            T_AlterEnumStmt => flag!(AlterEnumStmt, skipIfNewValExists),
            // One that runs concurrently runs as it came.
            T_IndexStmt if !(*statement.cast::<pg_sys::IndexStmt>()).concurrent => {
                flag!(IndexStmt, if_not_exists)
            }
            T_AlterTableStmt => {
                return pointers((*statement.cast::<pg_sys::AlterTableStmt>()).cmds)
                    .map(|node| node.cast::<pg_sys::AlterTableCmd>())
                    .filter(|command| (**command).subtype == pg_sys::AlterTableType::AT_AddColumn)
                    .map(|command| &raw mut (*command).missing_ok)
                    .collect();
            }
            _ => return Vec::new(),
        }
    };
    vec![flag]
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
