//! CHECK

use super::*;
use crate::pg::catalog::Constraint;

/// ADD CONSTRAINT … CHECK
pub(super) fn added(table: &Table, wanted: &ConstraintDef) -> Option<Finding> {
    let node = wanted.expression.as_ref()?;
    let table = table.limited(wanted.no_inherit);
    let found = table.look(|| {
        let written = expression::written(Purpose::Check, Some(table.info.oid), node);
        violated(&table, &written.text, &written.columns)
    })?;
    Some(described(&table, wanted.name.as_deref(), found))
}

/// VALIDATE CONSTRAINT
pub(super) fn stored(table: &Table, stored: &Constraint) -> Option<Finding> {
    let node = stored.expression.as_deref()?;
    let found = table.look(|| {
        let text = expression::stored(Purpose::Check, &table.info, node);
        violated(table, &text, &stored.columns)
    })?;
    Some(described(table, Some(&stored.name), found))
}

/// NULL is no violation.
fn violated(table: &Table, condition: &str, columns: &[i16]) -> Option<Violations> {
    if !table.may_read(columns) {
        return None;
    }
    table.search(format!("NOT ({condition})"), columns).run()
}

fn described(table: &Table, name: Option<&str>, found: Violations) -> Finding {
    let constraint = match name {
        Some(name) => format!("check constraint {}", in_quotes(name)),
        None => "the check constraint".into(),
    };
    let (violates, violate) = (format!("violates {constraint}"), format!("violate {constraint}"));
    let message = rows_that(&found, table, &violates, &violate);
    finding(CHECK_VIOLATION, message, found)
}
