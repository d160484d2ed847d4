//! Storage parameters, tablespace and access method of whatever is stored.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::Storage;
use crate::pg::compat;
use crate::pg::parameters::{self, Owner};
use crate::pg::subtransaction::probe;
use crate::pg::tree::model::{Parameter, StorageDef};
use pgrx::pg_sys::InvalidOid;

/// The tablespace and the access method for tables exist.
pub(super) fn need_what_it_names(wanted: &StorageDef) -> Judged<()> {
    if let Some(name) = &wanted.tablespace
        && catalog::tablespace(name).is_none()
    {
        let message = format!("tablespace {} does not exist", in_quotes(name));
        return Err(missing(Reason::MissingObject, message));
    }
    if let Some(name) = &wanted.method
        && catalog::table_method(name).is_none()
    {
        let message = format!("access method {} does not exist", in_quotes(name));
        return Err(missing(Reason::MissingObject, message));
    }
    Ok(())
}

/// Compares how a table, view, materialized view or index is stored.
pub(super) fn compare(relation: Oid, wanted: &StorageDef, comparison: &mut Comparison) {
    let Some(existing) = catalog::storage(relation) else { return };
    let owner = match existing.kind {
        'v' => Owner::View,
        'i' | 'I' => Owner::Index(existing.method),
        kind => Owner::Table(kind),
    };
    compare_parameters(owner, "", &existing.parameters, &wanted.parameters, comparison);
    compare_toast(&existing, wanted, comparison);
    if existing.kind != 'v' {
        compare_tablespace(&existing, wanted, comparison);
    }
    if matches!(existing.kind, 'r' | 'p' | 'm') {
        compare_method(&existing, wanted, comparison);
    }
}

/// Compares how an index is stored with how the one LIKE copies is.
pub(super) fn compare_copied(index: Oid, source: Oid, comparison: &mut Comparison) {
    let Some(source_storage) = catalog::storage(source) else { return };
    let wanted = StorageDef {
        parameters: source_storage.parameters,
        tablespace: catalog::own_tablespace(source).map(catalog::tablespace_name),
        ..StorageDef::default()
    };
    compare(index, &wanted, comparison);
}

/// Where there is no TOAST table, the server leaves aside what is said of it.
fn compare_toast(existing: &Storage, wanted: &StorageDef, comparison: &mut Comparison) {
    let want = &wanted.toast;
    let have = existing.toast.as_ref().unwrap_or(want);
    compare_parameters(Owner::Table('t'), "toast.", have, want, comparison);
}

fn compare_parameters(
    owner: Owner,
    prefix: &str,
    have: &[Parameter],
    want: &[Parameter],
    comparison: &mut Comparison,
) {
    if have.is_empty() && want.is_empty() {
        return;
    }
    let arena = Arena::new();
    match probe(&arena, || arena.enter(|| parameters::differing(owner, have, want))) {
        Ok(names) => note_differing(&names, prefix, have, want, comparison),
        Err(error) => comparison.cannot_compare("the storage parameters", &error),
    }
}

/// One difference for each of the parameters named.
pub(super) fn note_differing(
    names: &[String],
    prefix: &str,
    have: &[Parameter],
    want: &[Parameter],
    comparison: &mut Comparison,
) {
    let value = |list: &[Parameter], name: &String| {
        let given = list.iter().find(|given| given.name == *name);
        given.map_or_else(|| "default".into(), |given| given.value.clone())
    };
    for name in names {
        let (have, want) = (value(have, name), value(want, name));
        comparison.note(Difference::between(format!("{prefix}{name}"), have, want));
    }
}

fn compare_tablespace(existing: &Storage, wanted: &StorageDef, comparison: &mut Comparison) {
    let want = match &wanted.tablespace {
        Some(name) => catalog::tablespace(name),
        None => {
            parents_tablespace(wanted).or_else(|| catalog::default_tablespace(existing.persistence))
        }
    };
    let Some(want) = want else { return };
    let (have, want) =
        (catalog::tablespace_name(existing.tablespace), catalog::tablespace_name(want));
    comparison.note(Difference::between("tablespace", have, want));
}

fn parents_tablespace(wanted: &StorageDef) -> Option<Oid> {
    catalog::own_tablespace(catalog::relation(wanted.partition_of.as_ref()?)?.oid)
}

fn compare_method(existing: &Storage, wanted: &StorageDef, comparison: &mut Comparison) {
    let want = match &wanted.method {
        Some(name) => catalog::table_method(name),
        None => parents_method(wanted)
            .or_else(|| catalog::default_table_method().filter(|_| existing.kind != 'p')),
    };
    comparison.note(Difference::between(
        "access method",
        catalog::method_name(existing.method),
        catalog::method_name(want.unwrap_or(InvalidOid)),
    ));
}

fn parents_method(wanted: &StorageDef) -> Option<Oid> {
    let parent = catalog::relation(wanted.partition_of.as_ref()?)?;
    let method = catalog::storage(parent.oid)?.method;
    (compat::PARTITIONS_HAVE_THE_PARENTS_METHOD && method != InvalidOid).then_some(method)
}
