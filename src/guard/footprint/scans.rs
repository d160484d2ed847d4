//! Whether all rows of a table are read, to check them or to build an index.

use crate::pg::catalog::{self, Column, Constraint, Index};
use crate::pg::conversion;
use crate::pg::tree::Node;
use crate::pg::tree::model::{ColumnDef, ConstraintDef, ConstraintKind};
use pgrx::pg_sys::Oid;

/// ADD COLUMN that does not write them: they are read to see that they are none where the column
/// may not be NULL, and for what is said of it.
pub(super) fn by_new_column(column: &ColumnDef) -> bool {
    let is_filled = column.default.is_some();
    let is_virtual = column.generated.as_ref().is_some_and(|generated| generated.kind == 'v');
    column.not_null && !is_filled
        || is_virtual && column.not_null
        || column.constraints.iter().any(|constraint| match constraint.kind {
            // All are NULL, which every foreign key takes.
            ConstraintKind::Foreign => is_filled && by_constraint(constraint),
            _ => by_constraint(constraint),
        })
}

/// ADD CONSTRAINT: unless it is not to be checked, or has its index already.
pub(super) fn by_constraint(constraint: &ConstraintDef) -> bool {
    !constraint.not_valid && !constraint.not_enforced && constraint.using_index.is_none()
}

/// ALTER COLUMN TYPE that does not write them: for the indexes that cannot be kept, and for the
/// CHECKs that the column is in.
pub(super) fn by_new_type(table: Oid, column: &Column, definition: &Node) -> bool {
    let checks = catalog::constraints(table);
    checks.iter().any(|check| is_checked_with(check, column))
        || catalog::indexes(table)
            .iter()
            .any(|index| names(table, index, column) && !keeps(index, column, definition))
}

/// Whether something says of a column's values what they may be, or has them in an index.
pub(super) fn minds_values(table: Oid, column: &Column) -> bool {
    column.not_null
        || catalog::constraints(table).iter().any(|check| is_checked_with(check, column))
        || catalog::indexes(table).iter().any(|index| names(table, index, column))
}

fn is_checked_with(constraint: &Constraint, column: &Column) -> bool {
    constraint.kind == 'c' && constraint.validated && constraint.columns.contains(&column.number)
}

fn names(_table: Oid, index: &Index, column: &Column) -> bool {
    let in_key = index.keys.iter().any(|key| key.column == column.number);
    in_key
        || index.including.contains(&column.number)
        || catalog::depends_on_column(index.oid, index.table, column.number)
}

/// `CheckIndexCompatible`: an index stays if its expressions and condition are none, and its
/// operator classes and collations are as they would be.
fn keeps(index: &Index, column: &Column, definition: &Node) -> bool {
    if index.expressions.is_some() || index.predicate.is_some() {
        return false;
    }
    let Some((type_oid, collation)) = conversion::target(definition) else { return false };
    index.keys.iter().filter(|key| key.column == column.number).all(|key| {
        let was_default = catalog::default_opclass(column.type_oid, index.method) == key.opclass;
        let wanted = match was_default {
            true => catalog::default_opclass(type_oid, index.method),
            false => key.opclass,
        };
        wanted == key.opclass && key.collation == collation
    })
}

/// SET NOT NULL: unless it is so, or a CHECK says it.
pub(super) fn by_not_null(table: Oid, name: &str) -> bool {
    let Some(column) = catalog::column(table, name) else { return false };
    !column.not_null
        && !catalog::constraints(table).iter().any(|check| {
            check.kind == 'c'
                && check.validated
                && check.enforced
                && check
                    .expression
                    .as_deref()
                    .is_some_and(|text| conversion::says_not_null(text, column.number))
        })
}
