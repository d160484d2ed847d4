//! The safer way to do what exceeds a limit: one that reads or writes the rows while others go on.

use super::footprint::Footprint;
use super::listed;
use crate::pg::catalog;
use crate::pg::quote_identifier;
use crate::pg::tree::locking::{self, Locking, ReindexOf, SubKind};
use crate::pg::tree::model::{
    Action, ColumnChange, ColumnDef, ConstraintDef, ConstraintKind, IndexDef, Relation,
};
use crate::statement::Statement;

/// In sentences, with the statements for it; `None` where there is none.
pub(super) fn way(statement: &Statement, index: usize, footprint: &Footprint) -> Option<String> {
    let ddl = statement.ddl[index].trim_end_matches([';', ' ']);
    let rewrites = footprint.touched.iter().any(|touched| touched.rewrites);
    let scans = footprint.touched.iter().any(|touched| touched.scans);
    match &statement.command.actions[index] {
        Action::AddColumn { table, column } if rewrites => filled_later(table, column),
        Action::AddConstraint { table, constraint } if scans => in_steps(table, constraint, ddl),
        Action::AlterColumn { table, column, change } => match change {
            ColumnChange::Type { .. } if rewrites => Some(column_beside(table, column)),
            ColumnChange::NotNull(true) if scans => Some(proved_first(table, column)),
            _ => None,
        },
        Action::CreateIndex(def) => index_concurrently(def, ddl),
        _ => concurrently(statement, index, ddl),
    }
}

/// ADD COLUMN with a value of its own for each row.
fn filled_later(table: &Relation, column: &ColumnDef) -> Option<String> {
    let name = quote_identifier(&column.name);
    column.default.as_ref()?;
    let type_name = column.type_name.as_ref().and_then(catalog::written_type);
    let type_name = type_name.map_or_else(|| "…".into(), |oid| catalog::type_name(oid, -1));
    Some(format!(
        "Run ALTER TABLE {table} ADD COLUMN {name} {type_name}, then ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT with the \
         default, which holds for new rows, and then update the rows that are there in batches."
    ))
}

/// ADD CONSTRAINT.
fn in_steps(table: &Relation, constraint: &ConstraintDef, ddl: &str) -> Option<String> {
    match constraint.kind {
        ConstraintKind::Check | ConstraintKind::Foreign | ConstraintKind::NotNull => {
            let name = quote_identifier(&name_of(table, constraint));
            Some(format!(
                "Run {ddl} NOT VALID, which reads no rows, and then ALTER TABLE {table} VALIDATE CONSTRAINT {name}, which reads them \
                 while others go on reading and writing."
            ))
        }
        ConstraintKind::Unique | ConstraintKind::Primary => Some(with_index(table, constraint)),
        ConstraintKind::Exclude => None,
    }
}

fn with_index(table: &Relation, constraint: &ConstraintDef) -> String {
    let words = match constraint.kind {
        ConstraintKind::Primary => "PRIMARY KEY",
        _ => "UNIQUE",
    };
    let name = quote_identifier(&name_of(table, constraint));
    let columns = listed(&constraint.columns);
    format!(
        "Run CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} {columns} outside a transaction block, and then ALTER TABLE {table} ADD \
         CONSTRAINT {name} {words} USING INDEX {name}."
    )
}

/// Its name, or the one that the server chooses, if that is free and of a CHECK with one column.
fn name_of(table: &Relation, constraint: &ConstraintDef) -> String {
    let columns = constraint.columns.join("_");
    let table = &table.name;
    match (&constraint.name, constraint.kind) {
        (Some(name), _) => name.clone(),
        (None, ConstraintKind::Primary) => format!("{table}_pkey"),
        (None, ConstraintKind::Unique) => format!("{table}_{columns}_key"),
        (None, ConstraintKind::Foreign) => format!("{table}_{columns}_fkey"),
        (None, ConstraintKind::NotNull) => format!("{table}_{columns}_not_null"),
        (None, _) => format!("{table}_check"),
    }
}

/// SET NOT NULL.
fn proved_first(table: &Relation, column: &str) -> String {
    let name = quote_identifier(&format!("{}_{column}_not_null", table.name));
    let column = quote_identifier(column);
    format!(
        "Run ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID, then ALTER TABLE {table} VALIDATE \
         CONSTRAINT {name}, which reads the rows while others go on reading and writing; then SET NOT NULL reads none, and the \
         constraint can be dropped."
    )
}

/// ALTER COLUMN TYPE.
fn column_beside(table: &Relation, column: &str) -> String {
    let new = quote_identifier(&format!("{column}_new"));
    let column = quote_identifier(column);
    format!(
        "Expand and contract: ALTER TABLE {table} ADD COLUMN {new} of the new type, with a trigger that fills it from {column} when a row \
         is written; update the rows that are there in batches; then, in one transaction, ALTER TABLE {table} DROP COLUMN {column} \
         and ALTER TABLE {table} RENAME COLUMN {new} TO {column}."
    )
}

fn index_concurrently(def: &IndexDef, ddl: &str) -> Option<String> {
    if def.concurrent {
        return None;
    }
    let table = catalog::relation(&def.table)?;
    if table.kind == 'p' && !def.only {
        return Some(format!(
            "Run CREATE INDEX ON ONLY {}, then CREATE INDEX CONCURRENTLY on each partition, and ALTER INDEX ATTACH PARTITION of each.",
            def.table
        ));
    }
    Some(format!("Run {} outside a transaction block.", with_word(ddl, "INDEX")?))
}

/// What can be done CONCURRENTLY.
fn concurrently(statement: &Statement, index: usize, ddl: &str) -> Option<String> {
    let better = match locking::of(statement.tree(), index) {
        Locking::Drop { concurrent: false, .. } if statement.command.tag == "DROP INDEX" => {
            with_word(ddl, "INDEX")?
        }
        Locking::Reindex { of, concurrent: false } => with_word(
            ddl,
            match of {
                ReindexOf::Index => " INDEX",
                ReindexOf::Table => " TABLE",
                ReindexOf::Schema => " SCHEMA",
                ReindexOf::Database => " DATABASE",
                ReindexOf::System => return None,
            },
        )?,
        Locking::Refresh { concurrent: false, .. } => {
            let better = with_word(ddl, "VIEW")?;
            return Some(format!("Run {better}, during which others can read it."));
        }
        Locking::Alter(command) if command.kind == (SubKind::Detach { concurrently: false }) => {
            format!("{ddl} CONCURRENTLY")
        }
        Locking::Alter(command) if command.kind == SubKind::Attach => {
            let partition = command.other?;
            return Some(format!(
                "Add a CHECK to {partition} first that says what its bound does, as NOT VALID, and validate it; then its rows are not \
                 read."
            ));
        }
        _ => return None,
    };
    Some(format!("Run {better} outside a transaction block."))
}

/// The statement with CONCURRENTLY after this word, where that first stands.
fn with_word(ddl: &str, word: &str) -> Option<String> {
    let at = ddl.to_ascii_uppercase().find(word)? + word.len();
    let (before, after) = ddl.split_at_checked(at)?;
    Some(format!("{before} CONCURRENTLY{after}"))
}
