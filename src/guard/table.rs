//! Tables: CREATE TABLE, and what ALTER TABLE does to a table as a whole.

use super::*;
use crate::pg::tree::model::{TableChange, TableDef};

/// CREATE TABLE
pub(super) fn create(wanted: &TableDef) -> Judged<Verdict> {
    need_schema(wanted.table.schema.as_deref())?;
    need_what_it_names(wanted)?;
    let schema = if wanted.temporary { Some("pg_temp") } else { wanted.table.schema.as_deref() };
    let schema = catalog::creation_namespace(schema).and_then(catalog::namespace_name);
    // Without a schema to create it in, the server has the right words.
    let Some(schema) = schema else { return Ok(Verdict::Run) };
    let name = Relation { schema: Some(schema), name: wanted.table.name.clone() };
    let Some(existing) = catalog::relation(&name) else { return Ok(Verdict::Run) };
    if !matches!(existing.kind, 'r' | 'p') {
        return Ok(taken_by("table", &existing.name, existing.word()));
    }
    let subject = format!("table {}", in_quotes(&existing.name));
    Ok(compare(&existing, wanted)?.verdict(&subject, DUPLICATE_TABLE))
}

fn need_what_it_names(wanted: &TableDef) -> Judged<()> {
    for parent in &wanted.parents {
        need_table(parent)?;
    }
    for name in wanted.columns.iter().filter_map(|column| column.type_name.as_ref()) {
        need_type(name)?;
    }
    let inline = wanted.columns.iter().flat_map(|column| &column.constraints);
    for constraint in inline.chain(&wanted.constraints) {
        match &constraint.references {
            Some(references) if references.table != wanted.table => {
                need_table(&references.table)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn compare(existing: &RelationInfo, wanted: &TableDef) -> Judged<Comparison> {
    let mut comparison = Comparison::new();
    comparison.note(Difference::between(
        "unlogged",
        yes_no(existing.persistence == 'u'),
        yes_no(wanted.unlogged),
    ));
    compare_columns(existing, wanted, &mut comparison)?;
    for constraint in &wanted.constraints {
        super::constraint::compare_inline(existing, constraint, &mut comparison);
    }
    if wanted.uncompared.is_none() {
        let inline = wanted.columns.iter().flat_map(|column| &column.constraints);
        for extra in super::constraint::unwanted(existing, inline.chain(&wanted.constraints)) {
            comparison.note(Difference::between("constraint", extra, "none"));
        }
    }
    if existing.has_options {
        comparison.not_compared("the storage parameters or tablespace of the existing table");
    }
    if let Some(clause) = wanted.uncompared {
        comparison.not_compared(format!("the {clause} clause"));
    } else if existing.kind == 'p' {
        comparison.not_compared("the partitioning of the existing table");
    }
    Ok(comparison)
}

fn compare_columns(
    existing: &RelationInfo,
    wanted: &TableDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let primary_key = wanted
        .constraints
        .iter()
        .find(|constraint| constraint.kind == crate::pg::tree::model::ConstraintKind::Primary);
    let is_key = |name: &String| primary_key.is_some_and(|key| key.columns.contains(name));
    for column in &wanted.columns {
        let Some(found) = catalog::column(existing.oid, &column.name) else {
            let name = quote_identifier(&column.name);
            comparison.note(Difference::between("column", "none", name));
            continue;
        };
        let mut column = column.clone();
        column.not_null |= is_key(&column.name);
        super::column::compare_into(existing, &found, &column, comparison)?;
    }
    let is_wanted = |name: &str| wanted.columns.iter().any(|column| column.name == name);
    // LIKE, INHERITS and their like bring columns that are not written here.
    if wanted.uncompared.is_none() {
        for extra in catalog::columns(existing).iter().filter(|column| !is_wanted(&column.name)) {
            let name = quote_identifier(&extra.name);
            comparison.note(Difference::between("column", name, "none"));
        }
    }
    Ok(())
}

/// ALTER TABLE, as far as it is not about columns and constraints.
pub(super) fn alter(table: &Relation, change: &TableChange) -> Judged<Verdict> {
    let info = need_table(table)?;
    if matches!(change, TableChange::RowSecurity(_) | TableChange::ForceRowSecurity(_)) {
        need_kind(&info, "table", &['r', 'p'])?;
    }
    let subject = format!("{} {}", info.word(), in_quotes(&info.name));
    let (is_so, what) = match change {
        TableChange::RowSecurity(true) => (info.row_security, "already has row-level security"),
        TableChange::RowSecurity(false) => (!info.row_security, "has no row-level security"),
        TableChange::ForceRowSecurity(true) => {
            (info.force_row_security, "already forces row-level security on its owner")
        }
        TableChange::ForceRowSecurity(false) => {
            (!info.force_row_security, "does not force row-level security on its owner")
        }
        TableChange::Owner(Some(role)) => {
            need_roles(&[RoleName::Named(role.clone())])?;
            (catalog::role(role) == Some(info.owner), "already has that owner")
        }
        TableChange::With(other) => {
            need_table(other)?;
            (false, "")
        }
        TableChange::Owner(None) | TableChange::Other => (false, ""),
    };
    Ok(if is_so { satisfied(Reason::NoChange, format!("{subject} {what}")) } else { Verdict::Run })
}

/// VACUUM, ANALYZE and CLUSTER.
pub(super) fn maintain(
    table: &Relation,
    columns: &[String],
    index: Option<&str>,
) -> Judged<Verdict> {
    let info = need_table(table)?;
    for column in columns {
        need_column(&info, column, &Earlier::default())?;
    }
    if let Some(index) = index {
        super::constraint::need_index(&info, index)?;
    }
    Ok(Verdict::Run)
}
