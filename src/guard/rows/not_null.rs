//! NOT NULL

use super::*;
use crate::pg::tree::model::ColumnDef;

/// SET NOT NULL, or a NOT NULL or PRIMARY KEY of a column that is there.
pub(super) fn of_column(table: &Table, name: &str) -> Option<Finding> {
    let column = table.column(name)?;
    let is_so = column.not_null
        && constraint::not_null(&table.info, column.number).is_none_or(|it| it.validated);
    if is_so || column.generated == 'v' {
        return None;
    }
    let condition = null_test(&quote_identifier(name), column.type_oid, true);
    let found = table.look(|| {
        if is_proven(table, &condition) { None } else { table.search(condition, &[]).run() }
    })?;
    let nulls = counted(&found, "null value", "null values");
    let message =
        format!("column {} of table {} has {nulls}", in_quotes(name), in_quotes(&table.info.name));
    Some(finding(NOT_NULL_VIOLATION, message, found))
}

/// Whether a CHECK that is valid says that there are no NULLs: then the server does not look
/// either (`NotNullImpliedByRelConstraints`).
fn is_proven(table: &Table, is_null: &str) -> bool {
    let Some(column) = is_null.strip_suffix(" IS NULL") else { return false };
    let proof = format!("({column} IS NOT NULL)");
    let checks = catalog::constraints(table.info.oid);
    let mut valid = checks.iter().filter(|it| it.kind == 'c' && it.validated && it.enforced);
    valid.any(|check| {
        let stored = check.expression.as_deref().unwrap_or_default();
        expression::stored(Purpose::Check, &table.info, stored) == proof
    })
}

/// ADD COLUMN … NOT NULL, without anything that would give the rows a value.
pub(super) fn of_new_column(table: &Table, column: &ColumnDef) -> Option<Finding> {
    let has_value = column.default.is_some()
        || column.generated.is_some()
        || column.identity.is_some()
        || column.type_name.as_ref().is_some_and(|name| name.serial().is_some());
    if !column.not_null || has_value || column.contradicts_itself {
        return None;
    }
    let ((type_oid, _), _) = super::super::column::type_and_collation(column)?;
    if has_default(type_oid) || !table.may_read(&[0]) {
        return None;
    }
    let found = table.look(|| table.search("true".into(), &[]).run())?;
    let message = format!(
        "column {} would be null in {} of table {}",
        in_quotes(&column.name),
        counted(&found, "row", "rows"),
        in_quotes(&table.info.name),
    );
    let finding = finding(NOT_NULL_VIOLATION, message, found);
    Some(finding.with_hint(
        "Give it a default; or add it without NOT NULL, fill it, and SET NOT NULL then.",
    ))
}

/// Whether a column of the type has a value although none is given: a domain can say so.
fn has_default(type_oid: Oid) -> bool {
    catalog::domain(type_oid)
        .is_some_and(|domain| domain.default.is_some() || has_default(domain.base))
}
