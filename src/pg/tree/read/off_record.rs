//! Statements that the journal is not told of.

use super::{persistence, text};
use crate::pg::tree::Node;
use pgrx::pg_sys;

/// Whether a statement changes nothing that the database keeps, or nothing but how it is stored.
pub(super) fn is_passing(statement: &Node) -> bool {
    use pg_sys::NodeTag::*;
    match statement.tag() {
        T_TransactionStmt | T_VariableSetStmt | T_VariableShowStmt | T_ConstraintsSetStmt
        | T_DiscardStmt | T_PrepareStmt | T_ExecuteStmt | T_DeallocateStmt
        | T_DeclareCursorStmt | T_FetchStmt | T_ClosePortalStmt | T_ListenStmt | T_UnlistenStmt
        | T_NotifyStmt | T_LoadStmt | T_LockStmt | T_ExplainStmt | T_CheckPointStmt
        | T_VacuumStmt | T_ReindexStmt => true,
        _ => created_range(statement).is_some_and(|range| persistence(range) == 't'),
    }
}

/// The name of a relation that a statement makes.
fn created_range(statement: &Node) -> Option<*mut pg_sys::RangeVar> {
    if let Some(create) = statement.get::<pg_sys::CreateStmt>() {
        Some(create.relation)
    } else if let Some(create) = statement.get::<pg_sys::CreateSeqStmt>() {
        Some(create.sequence)
    } else if let Some(create) = statement.get::<pg_sys::ViewStmt>() {
        Some(create.view)
    } else {
        let into = match statement.get::<pg_sys::CreateTableAsStmt>() {
            Some(create) => create.into,
            None => statement.get::<pg_sys::SelectStmt>()?.intoClause,
        };
        // SAFETY: NULL or an IntoClause of the tree.
        Some(unsafe { into.as_ref() }?.rel)
    }
}

/// Whether a statement says a password: of a role, of a user mapping or server, of a
/// subscription's connection.
pub(super) fn has_password(statement: &Node) -> bool {
    if let Some(create) = statement.get::<pg_sys::CreateSubscriptionStmt>() {
        return mentions_password(text(create.conninfo));
    }
    if let Some(alter) = statement.get::<pg_sys::AlterSubscriptionStmt>() {
        return mentions_password(text(alter.conninfo));
    }
    let given = given_options(statement).map(|list| statement.siblings(list)).unwrap_or_default();
    given.iter().filter_map(|node| node.get::<pg_sys::DefElem>()).any(|option| {
        // PASSWORD NULL, and DROP of an option, have no value.
        !option.arg.is_null() && mentions_password(text(option.defname))
    })
}

fn given_options(statement: &Node) -> Option<*mut pg_sys::List> {
    if let Some(create) = statement.get::<pg_sys::CreateRoleStmt>() {
        Some(create.options)
    } else if let Some(alter) = statement.get::<pg_sys::AlterRoleStmt>() {
        Some(alter.options)
    } else if let Some(create) = statement.get::<pg_sys::CreateUserMappingStmt>() {
        Some(create.options)
    } else if let Some(alter) = statement.get::<pg_sys::AlterUserMappingStmt>() {
        Some(alter.options)
    } else if let Some(create) = statement.get::<pg_sys::CreateForeignServerStmt>() {
        Some(create.options)
    } else {
        Some(statement.get::<pg_sys::AlterForeignServerStmt>()?.options)
    }
}

fn mentions_password(text: Option<String>) -> bool {
    text.is_some_and(|text| text.to_lowercase().contains("password"))
}
