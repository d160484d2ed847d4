//! What the locks of a statement depend on and its actions do not say.

use super::model::Relation;
use super::{Node, pointers, strings, text};
use crate::pg::compat::{self, ConstraintChange};
use crate::pg::lock::LockMode;
use pg_sys::{AlterTableType as At, NodeTag};
use pgrx::pg_sys;

/// A relation as a statement names it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub relation: Relation,
    /// ONLY.
    pub only: bool,
}

/// What one action of a statement is, to the lock manager.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Locking {
    /// A sub-command of ALTER TABLE and its like.
    Alter(SubCommand),
    Drop {
        cascade: bool,
        concurrent: bool,
    },
    Reindex {
        of: ReindexOf,
        concurrent: bool,
    },
    /// VACUUM and ANALYZE.
    Vacuum {
        full: bool,
    },
    Cluster,
    Refresh {
        view: Relation,
        concurrent: bool,
    },
    Rule {
        table: Relation,
    },
    Truncate {
        tables: Vec<Named>,
        cascade: bool,
    },
    LockTable {
        tables: Vec<Named>,
        mode: Option<LockMode>,
    },
    /// CREATE and ALTER PUBLICATION: the tables that are named.
    Publication {
        tables: Vec<Named>,
    },
    /// CREATE and ALTER SEQUENCE: the table of OWNED BY.
    Sequence {
        owner: Option<Relation>,
    },
    /// ALTER DOMAIN that looks at the values there are.
    CheckDomain(Relation),
    /// INSERT, UPDATE, DELETE and MERGE: the target.
    Write {
        target: Relation,
    },
    /// RENAME of something, with or without ONLY.
    Rename {
        only: bool,
    },
    /// GRANT and REVOKE.
    Grant,
    Other,
}

/// What REINDEX names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ReindexOf {
    Index,
    Table,
    Schema,
    Database,
    /// The catalogs of the database.
    System,
}

/// A sub-command of ALTER TABLE.
#[derive(Clone, Debug)]
pub struct SubCommand {
    /// Which it is.
    pub kind: SubKind,
    /// The mode in which the server locks the table for it.
    pub mode: LockMode,
    /// ALTER TABLE ONLY.
    pub only: bool,
    /// Whether what depends on what is dropped goes with it.
    pub cascade: bool,
    /// The column, constraint, tablespace or access method that is named.
    pub name: Option<String>,
    /// The other relation that is named.
    pub other: Option<Relation>,
    /// What is written in full.
    pub definition: Option<Node>,
}

/// The sub-commands that lock, write or read more than the table they are given; the rest are
/// `Plain`, or `OfColumn` where children change with their parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SubKind {
    AddColumn,
    AlterType,
    SetExpression,
    SetNotNull,
    DropColumn,
    AddConstraint,
    DropConstraint,
    ValidateConstraint,
    AlterConstraint(ConstraintChange),
    OfColumn,
    AddIdentity,
    SetIdentity,
    DropIdentity,
    Trigger,
    Logged(bool),
    AccessMethod,
    Tablespace,
    Owner,
    Inherit,
    NoInherit,
    Attach,
    Detach { concurrently: bool },
    Finalize,
    Plain,
}

/// What the action at `index` of a RawStmt's or PlannedStmt's statement is.
pub fn of(whole: &Node, index: usize) -> Locking {
    whole.statement().and_then(|statement| read(&statement, index)).unwrap_or(Locking::Other)
}

fn read(statement: &Node, index: usize) -> Option<Locking> {
    use NodeTag::*;
    match statement.tag() {
        T_AlterTableStmt => sub_command(statement, index),
        T_DropStmt => {
            let drop = statement.get::<pg_sys::DropStmt>()?;
            Some(Locking::Drop { cascade: cascades(drop.behavior), concurrent: drop.concurrent })
        }
        T_VacuumStmt => {
            let vacuum = statement.get::<pg_sys::VacuumStmt>()?;
            Some(Locking::Vacuum { full: flag(statement, vacuum.options, "full") })
        }
        T_ReindexStmt => {
            let reindex = statement.get::<pg_sys::ReindexStmt>()?;
            Some(Locking::Reindex {
                of: reindex_of(reindex.kind),
                concurrent: flag(statement, reindex.params, "concurrently"),
            })
        }
        T_RefreshMatViewStmt => {
            let refresh = statement.get::<pg_sys::RefreshMatViewStmt>()?;
            let view = relation(refresh.relation)?;
            Some(Locking::Refresh { view, concurrent: refresh.concurrent })
        }
        T_RuleStmt => {
            let rule = statement.get::<pg_sys::RuleStmt>()?;
            Some(Locking::Rule { table: relation(rule.relation)? })
        }
        T_TruncateStmt => {
            let truncate = statement.get::<pg_sys::TruncateStmt>()?;
            let tables = named(statement, truncate.relations);
            Some(Locking::Truncate { tables, cascade: cascades(truncate.behavior) })
        }
        T_LockStmt => {
            let lock = statement.get::<pg_sys::LockStmt>()?;
            let tables = named(statement, lock.relations);
            Some(Locking::LockTable { tables, mode: LockMode::numbered(lock.mode) })
        }
        T_RenameStmt => {
            let rename = statement.get::<pg_sys::RenameStmt>()?;
            Some(Locking::Rename { only: is_only(rename.relation) })
        }
        T_GrantStmt => Some(Locking::Grant),
        T_AlterDomainStmt => checked_domain(statement),
        _ => published(statement)
            .or_else(|| sequence(statement))
            .or_else(|| written(statement))
            .or_else(|| cluster(statement)),
    }
}

fn sub_command(statement: &Node, index: usize) -> Option<Locking> {
    let alter = statement.get::<pg_sys::AlterTableStmt>()?;
    let node = statement.siblings(alter.cmds).into_iter().nth(index)?;
    let command = node.get::<pg_sys::AlterTableCmd>()?;
    let definition = node.sibling(command.def);
    Some(Locking::Alter(SubCommand {
        kind: kind_of(command.subtype, definition.as_ref()),
        mode: lock_level(&node)?,
        only: is_only(alter.relation),
        cascade: cascades(command.behavior),
        name: text(command.name).or_else(|| text(compat::altered_constraint(command.def).0)),
        other: definition.as_ref().and_then(other),
        definition,
    }))
}

/// AlterTableGetLockLevel, of one sub-command.
fn lock_level(command: &Node) -> Option<LockMode> {
    // SAFETY: a list of one AlterTableCmd of the grammar's, which is only read.
    let number = command.arena().enter(|| unsafe {
        let list = pg_sys::lappend(std::ptr::null_mut(), command.as_ptr().cast());
        pg_sys::AlterTableGetLockLevel(list)
    });
    LockMode::numbered(number)
}

fn kind_of(subtype: At::Type, definition: Option<&Node>) -> SubKind {
    let partition = || definition.and_then(|node| node.get::<pg_sys::PartitionCmd>());
    match subtype {
        At::AT_AddColumn => SubKind::AddColumn,
        At::AT_AlterColumnType => SubKind::AlterType,
        At::AT_SetNotNull => SubKind::SetNotNull,
        At::AT_DropColumn => SubKind::DropColumn,
        At::AT_AddConstraint => SubKind::AddConstraint,
        At::AT_DropConstraint => SubKind::DropConstraint,
        At::AT_ValidateConstraint => SubKind::ValidateConstraint,
        At::AT_AlterConstraint => {
            let node = definition.map_or(std::ptr::null_mut(), Node::as_ptr);
            SubKind::AlterConstraint(compat::altered_constraint(node).1)
        }
        At::AT_ColumnDefault
        | At::AT_DropNotNull
        | At::AT_DropExpression
        | At::AT_SetStatistics
        | At::AT_SetStorage => SubKind::OfColumn,
        At::AT_AddIdentity => SubKind::AddIdentity,
        At::AT_SetIdentity => SubKind::SetIdentity,
        At::AT_DropIdentity => SubKind::DropIdentity,
        At::AT_EnableTrig
        | At::AT_EnableAlwaysTrig
        | At::AT_EnableReplicaTrig
        | At::AT_EnableTrigAll
        | At::AT_EnableTrigUser
        | At::AT_DisableTrig
        | At::AT_DisableTrigAll
        | At::AT_DisableTrigUser => SubKind::Trigger,
        At::AT_SetLogged => SubKind::Logged(true),
        At::AT_SetUnLogged => SubKind::Logged(false),
        At::AT_SetTableSpace => SubKind::Tablespace,
        At::AT_ChangeOwner => SubKind::Owner,
        At::AT_AddInherit => SubKind::Inherit,
        At::AT_DropInherit => SubKind::NoInherit,
        At::AT_AttachPartition => SubKind::Attach,
        At::AT_DetachPartition => {
            SubKind::Detach { concurrently: partition().is_some_and(compat::is_concurrent) }
        }
        At::AT_DetachPartitionFinalize => SubKind::Finalize,
        other if compat::is_set_expression(other) => SubKind::SetExpression,
        other if compat::is_set_access_method(other) => SubKind::AccessMethod,
        _ => SubKind::Plain,
    }
}

fn other(definition: &Node) -> Option<Relation> {
    match definition.get::<pg_sys::PartitionCmd>() {
        Some(partition) => relation(partition.name),
        None => as_named(definition).map(|named| named.relation),
    }
}

/// SET NOT NULL, ADD CONSTRAINT and VALIDATE CONSTRAINT.
fn checked_domain(statement: &Node) -> Option<Locking> {
    let alter = statement.get::<pg_sys::AlterDomainStmt>()?;
    // The letters are the same in all versions, whatever the type of the field.
    let checks = match char::from(alter.subtype as u8) {
        'O' | 'V' => true,
        'C' => {
            let definition = statement.sibling(alter.def)?;
            !definition.get::<pg_sys::Constraint>()?.skip_validation
        }
        _ => false,
    };
    let mut parts = strings(alter.typeName);
    let name = parts.pop()?;
    checks.then(|| Locking::CheckDomain(Relation { schema: parts.pop(), name }))
}

fn published(statement: &Node) -> Option<Locking> {
    let objects = if let Some(create) = statement.get::<pg_sys::CreatePublicationStmt>() {
        compat::published_objects(create)
    } else {
        compat::altered_publication(statement.get::<pg_sys::AlterPublicationStmt>()?)
    };
    let tables = pointers(objects).filter_map(|object| {
        // SAFETY: an element of such a list.
        match unsafe { compat::published(object) } {
            compat::Published::Table { table, .. } => {
                Some(Named { relation: relation(table)?, only: is_only(table) })
            }
            _ => None,
        }
    });
    Some(Locking::Publication { tables: tables.collect() })
}

fn sequence(statement: &Node) -> Option<Locking> {
    let options = match statement.get::<pg_sys::CreateSeqStmt>() {
        Some(create) => create.options,
        None => statement.get::<pg_sys::AlterSeqStmt>()?.options,
    };
    let owned_by = statement.siblings(options).into_iter().find_map(|element| {
        let option = element.get::<pg_sys::DefElem>()?;
        (text(option.defname)? == "owned_by").then(|| strings(option.arg.cast()))
    });
    // The column comes last.
    let owner = owned_by.and_then(|mut parts| {
        parts.pop()?;
        let name = parts.pop()?;
        Some(Relation { schema: parts.pop(), name })
    });
    Some(Locking::Sequence { owner })
}

fn written(statement: &Node) -> Option<Locking> {
    use NodeTag::*;
    let target = match statement.tag() {
        T_InsertStmt => statement.get::<pg_sys::InsertStmt>()?.relation,
        T_UpdateStmt => statement.get::<pg_sys::UpdateStmt>()?.relation,
        T_DeleteStmt => statement.get::<pg_sys::DeleteStmt>()?.relation,
        tag if compat::is_merge(tag) => compat::merge_target(statement.as_ptr()),
        _ => return None,
    };
    Some(Locking::Write { target: relation(target)? })
}

fn cluster(statement: &Node) -> Option<Locking> {
    // SAFETY: a node of the tree.
    unsafe { compat::cluster(statement.as_ptr()) }.map(|_| Locking::Cluster)
}

fn reindex_of(kind: pg_sys::ReindexObjectType::Type) -> ReindexOf {
    use pg_sys::ReindexObjectType::*;
    match kind {
        REINDEX_OBJECT_INDEX => ReindexOf::Index,
        REINDEX_OBJECT_TABLE => ReindexOf::Table,
        REINDEX_OBJECT_SCHEMA => ReindexOf::Schema,
        REINDEX_OBJECT_SYSTEM => ReindexOf::System,
        _ => ReindexOf::Database,
    }
}

/// Whether an option of that name is given, and not as false.
fn flag(statement: &Node, options: *mut pg_sys::List, name: &str) -> bool {
    statement.siblings(options).iter().any(|element| {
        let Some(option) = element.get::<pg_sys::DefElem>() else { return false };
        let pointer = element.as_ptr().cast();
        // SAFETY: a DefElem; one whose value is no boolean makes the statement fail, and here is
        // not asked for.
        text(option.defname).as_deref() == Some(name)
            && (option.arg.is_null()
                || statement.arena().enter(|| {
                    crate::pg::owned(unsafe { pg_sys::defGetString(pointer) })
                        .is_some_and(|value| !matches!(&*value, "false" | "off" | "0"))
                }))
    })
}

fn cascades(behavior: pg_sys::DropBehavior::Type) -> bool {
    behavior == pg_sys::DropBehavior::DROP_CASCADE
}

fn named(statement: &Node, list: *mut pg_sys::List) -> Vec<Named> {
    statement.siblings(list).iter().filter_map(as_named).collect()
}

fn as_named(node: &Node) -> Option<Named> {
    let range = node.get::<pg_sys::RangeVar>()?;
    let name = text(range.relname)?;
    Some(Named { relation: Relation { schema: text(range.schemaname), name }, only: !range.inh })
}

fn relation(range: *mut pg_sys::RangeVar) -> Option<Relation> {
    // SAFETY: NULL or a RangeVar of a tree.
    let range = unsafe { range.as_ref() }?;
    Some(Relation { schema: text(range.schemaname), name: text(range.relname)? })
}

fn is_only(range: *mut pg_sys::RangeVar) -> bool {
    // SAFETY: NULL or a RangeVar of a tree.
    unsafe { range.as_ref() }.is_some_and(|range| !range.inh)
}
