//! Tables: CREATE TABLE, and what ALTER TABLE does to a table as a whole.

use super::columns::Wanted;
use super::*;
use crate::pg::tree::model::{ConstraintKind, TableChange, TableDef};
use std::collections::BTreeSet;

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
    if repeats_constraint(wanted) {
        return Ok(Verdict::Run);
    }
    let subject = format!("table {}", in_quotes(&existing.name));
    let columns = super::columns::wanted(wanted)?;
    Ok(compare(&existing, wanted, &columns)?.verdict(&subject, DUPLICATE_TABLE))
}

/// Two primary keys, or two constraints of one name: the server refuses them.
fn repeats_constraint(wanted: &TableDef) -> bool {
    let inline = wanted.columns.iter().flat_map(|column| &column.constraints);
    let all: Vec<_> = inline.chain(&wanted.constraints).collect();
    let mut names = BTreeSet::new();
    let keys = all.iter().filter(|constraint| constraint.kind == ConstraintKind::Primary);
    keys.count() > 1
        || !all.iter().filter_map(|constraint| constraint.name.as_ref()).all(|n| names.insert(n))
}

fn need_what_it_names(wanted: &TableDef) -> Judged<()> {
    let sources = wanted.likes.iter().map(|like| &like.source);
    for relation in wanted.parents.iter().chain(sources) {
        need_table(relation)?;
    }
    let types = wanted.columns.iter().filter_map(|column| column.type_name.as_ref());
    for name in types.chain(&wanted.of_type) {
        need_type(name)?;
    }
    super::storage::need_what_it_names(&wanted.storage)?;
    let inline = wanted.columns.iter().flat_map(|column| &column.constraints);
    for constraint in inline.chain(&wanted.constraints) {
        super::storage::need_what_it_names(&constraint.storage)?;
        match &constraint.references {
            Some(references) if references.table != wanted.table => {
                need_table(&references.table)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Compares an existing table with what is wanted; `columns` are those the statement would make.
pub(super) fn compare(
    existing: &RelationInfo,
    wanted: &TableDef,
    columns: &[Wanted],
) -> Judged<Comparison> {
    let mut comparison = Comparison::new();
    compare_persistence(existing, wanted, &mut comparison);
    super::partition::compare_parents(existing, wanted, &mut comparison)?;
    super::partition::compare_key(existing, wanted.partition_by.as_ref(), &mut comparison)?;
    compare_type(existing, wanted, &mut comparison);
    compare_columns(existing, columns, &mut comparison)?;
    compare_constraints(existing, wanted, &mut comparison)?;
    super::storage::compare(existing.oid, &wanted.storage, &mut comparison);
    Ok(comparison)
}

fn compare_persistence(existing: &RelationInfo, wanted: &TableDef, comparison: &mut Comparison) {
    comparison.note_persistence(existing.persistence, wanted.unlogged);
    match wanted.on_commit {
        true if existing.persistence == 't' => {
            comparison.not_compared("ON COMMIT, which is kept in no catalog");
        }
        // It is for temporary tables only.
        true => comparison.leave_to_server(),
        false => {}
    }
}

/// OF
fn compare_type(existing: &RelationInfo, wanted: &TableDef, comparison: &mut Comparison) {
    let found = wanted.of_type.as_ref().and_then(|name| catalog::type_by_name(&name.names));
    let want = found.map_or(pgrx::pg_sys::InvalidOid, |found| found.oid);
    comparison.note(unless(
        existing.of_type == want,
        "of type",
        type_or_none(existing.of_type),
        type_or_none(want),
    ));
}

fn type_or_none(oid: pgrx::pg_sys::Oid) -> String {
    if oid == pgrx::pg_sys::InvalidOid { "none".into() } else { catalog::type_name(oid, -1) }
}

fn compare_constraints(
    existing: &RelationInfo,
    wanted: &TableDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    // NOT NULL was compared with the columns.
    let constraints =
        wanted.constraints.iter().filter(|constraint| constraint.kind != ConstraintKind::NotNull);
    for constraint in constraints {
        super::constraint::compare_inline(existing, constraint, comparison);
    }
    let mut copied = Vec::new();
    for like in &wanted.likes {
        copied.extend(super::like::compare(existing, like, comparison)?);
    }
    let inline = wanted.columns.iter().flat_map(|column| &column.constraints);
    for extra in super::constraint::unwanted(existing, inline.chain(&wanted.constraints), &copied) {
        comparison.note(Difference::between("constraint", extra, "none"));
    }
    Ok(())
}

fn compare_columns(
    existing: &RelationInfo,
    wanted: &[Wanted],
    comparison: &mut Comparison,
) -> Judged<()> {
    for column in wanted {
        let name = quote_identifier(&column.name);
        let Some(found) = catalog::column(existing.oid, &column.name) else {
            comparison.note(Difference::between("column", "none", name));
            continue;
        };
        super::column::compare_into(existing, &found, column, comparison)?;
    }
    let is_wanted = |name: &str| wanted.iter().any(|column| column.name == name);
    let have: Vec<String> =
        catalog::columns(existing).into_iter().map(|column| column.name).collect();
    for extra in have.iter().filter(|name| !is_wanted(name)) {
        comparison.note(Difference::between("column", quote_identifier(extra), "none"));
    }
    let want: Vec<String> = wanted.iter().map(|column| column.name.clone()).collect();
    if have != want {
        comparison.remarks.push(format!(
            "The columns are in another order: {}, not {}.",
            listed(&have),
            listed(&want)
        ));
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
        TableChange::Owner(role) => {
            need_roles(std::slice::from_ref(role))?;
            (role_oid(role) == Some(info.owner), "already has that owner")
        }
        // With its partitions' own, which are changed too.
        TableChange::Trigger(name, state) => {
            let trigger = catalog::trigger(info.oid, name).filter(|_| info.kind != 'p');
            let is_so = trigger.is_some_and(|trigger| trigger.enabled == *state);
            (is_so, "already has that trigger in that state")
        }
        TableChange::Rule(name, state) => {
            let is_so = catalog::rule_state(info.oid, name) == Some(*state);
            (is_so, "already has that rule in that state")
        }
        TableChange::Cluster(index) => {
            let clustered = catalog::indexes(info.oid).into_iter().find(|index| index.clustered);
            let is_so = clustered.map(|clustered| clustered.name) == *index && info.kind != 'p';
            (
                is_so,
                if index.is_some() { "is already clustered on that" } else { "is not clustered" },
            )
        }
        TableChange::ReplicaIdentity(kind, index) => {
            let identity = catalog::indexes(info.oid).into_iter().find(|i| i.replica_identity);
            let same_index = index.is_none() || identity.map(|identity| identity.name) == *index;
            (info.replica_identity == *kind && same_index, "already has that replica identity")
        }
        TableChange::Attach { partition, bound } => {
            let partition = need_table(partition)?;
            let is_so = super::partition::is_attached(&partition, info.oid, bound);
            (is_so, "already has that partition")
        }
        TableChange::Inherit(parent) => {
            let parent = need_table(parent)?;
            let is_so = !info.is_partition && catalog::parents(info.oid).contains(&parent.oid);
            (is_so, "already inherits from that table")
        }
        TableChange::With(other) => {
            need_table(other)?;
            (false, "")
        }
        TableChange::Other => (false, ""),
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
