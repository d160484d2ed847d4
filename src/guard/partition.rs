//! Partitioned tables, partitions, and tables that inherit.

use super::index::{Element, written_element};
use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::PartitionKey;
use crate::pg::expression::{self, Purpose};
use crate::pg::partition::{is_constant, stored_bound, written_bound};
use crate::pg::subtransaction::probe;
use crate::pg::tree::Node;
use crate::pg::tree::model::{PartitionBy, TableDef};
use pgrx::pg_sys::{self, Oid};

/// Compares PARTITION BY.
pub(super) fn compare_key(
    table: &RelationInfo,
    wanted: Option<&PartitionBy>,
    comparison: &mut Comparison,
) -> Judged<()> {
    let existing = catalog::partition_key(table.oid);
    if existing.is_none() && wanted.is_none() {
        return Ok(());
    }
    let looks_at_expressions = existing.as_ref().is_some_and(|key| key.expressions.is_some())
        || wanted.is_some_and(|key| key.elements.iter().any(|e| e.expression.is_some()));
    // Looking at an expression locks the table: the statement itself will say that a role that
    // does not own it may not.
    if looks_at_expressions && !catalog::is_owner(table.oid) {
        return Err(Verdict::Run);
    }
    let arena = Arena::new();
    let keys = probe(&arena, || {
        arena.enter(|| {
            (
                existing.map(|key| existing_key(table, &key)),
                wanted.map(|key| wanted_key(table, key)),
            )
        })
    });
    match keys {
        Ok((have, want)) => note_key_differences(have, want, comparison),
        Err(error) => comparison.cannot_compare("PARTITION BY", &error),
    }
    Ok(())
}

/// A partition key as it is compared.
struct Key {
    /// `RANGE (a, lower(b))`
    text: String,
    opclasses: Vec<Oid>,
    collations: Vec<Oid>,
}

fn note_key_differences(have: Option<Key>, want: Option<Key>, comparison: &mut Comparison) {
    let text = |key: &Option<Key>| key.as_ref().map_or("none".to_string(), |key| key.text.clone());
    let difference = Difference::between("partition by", text(&have), text(&want));
    if difference.is_some() {
        return comparison.note(difference);
    }
    let (Some(have), Some(want)) = (have, want) else { return };
    let names = |oids: &[Oid], name: fn(Oid) -> String| {
        let names: Vec<String> = oids.iter().map(|oid| name(*oid)).collect();
        format!("({})", names.join(", "))
    };
    comparison.note(unless(
        have.opclasses == want.opclasses,
        "partition operator class",
        names(&have.opclasses, catalog::opclass_name),
        names(&want.opclasses, catalog::opclass_name),
    ));
    comparison.note(unless(
        have.collations == want.collations,
        "partition collation",
        names(&have.collations, catalog::collation_name),
        names(&want.collations, catalog::collation_name),
    ));
}

fn existing_key(table: &RelationInfo, key: &PartitionKey) -> Key {
    let list = key.expressions.as_ref();
    let mut expressions = list
        .map(|list| expression::stored_list(Purpose::PartitionKey, table, list))
        .unwrap_or_default()
        .into_iter();
    let what = |number: &i16| match number {
        0 => expressions.next().unwrap_or_default(),
        number => quote_identifier(&catalog::column_name(table.oid, *number).unwrap_or_default()),
    };
    let whats: Vec<String> = key.columns.iter().map(what).collect();
    Key {
        text: key_text(key.strategy, &whats),
        opclasses: key.opclasses.clone(),
        collations: key.collations.clone(),
    }
}

fn wanted_key(table: &RelationInfo, key: &PartitionBy) -> Key {
    let method = if key.strategy == 'h' { pg_sys::HASH_AM_OID } else { pg_sys::BTREE_AM_OID };
    let elements: Vec<Element> = key
        .elements
        .iter()
        .map(|element| written_element(Purpose::PartitionKey, table, method, element))
        .collect();
    let whats: Vec<String> = elements.iter().map(|element| element.what.clone()).collect();
    Key {
        text: key_text(key.strategy, &whats),
        opclasses: elements.iter().map(|element| element.opclass).collect(),
        collations: elements.iter().map(|element| element.collation).collect(),
    }
}

fn key_text(strategy: char, whats: &[String]) -> String {
    let word = match strategy {
        'l' => "LIST",
        'r' => "RANGE",
        _ => "HASH",
    };
    format!("{word} ({})", whats.join(", "))
}

/// Compares INHERITS, or PARTITION OF with its bound.
pub(super) fn compare_parents(
    table: &RelationInfo,
    wanted: &TableDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let have = catalog::parents(table.oid);
    let mut want = Vec::new();
    for parent in &wanted.parents {
        want.push(need_table(parent)?.oid);
    }
    let is_partition = wanted.bound.is_some();
    let none = Vec::new();
    let of_kind = |partition, which, oids| if which == partition { oids } else { &none };
    for (attribute, partition) in [("inherits", false), ("partition of", true)] {
        let have = of_kind(partition, table.is_partition, &have);
        let want = of_kind(partition, is_partition, &want);
        comparison.note(unless(have == want, attribute, parent_names(have), parent_names(want)));
    }
    if let (Some(bound), [parent]) = (&wanted.bound, want.as_slice())
        && table.is_partition
        && have == want
    {
        compare_bound(table, *parent, bound, comparison)?;
    }
    Ok(())
}

fn parent_names(parents: &[Oid]) -> String {
    let names: Vec<String> =
        parents.iter().map(|parent| catalog::qualified_name(*parent)).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

/// Compares the bound of a partition. Its values are evaluated for it, so only literals are.
fn compare_bound(
    table: &RelationInfo,
    parent: Oid,
    wanted: &Node,
    comparison: &mut Comparison,
) -> Judged<()> {
    if !catalog::is_owner(parent) {
        return Err(Verdict::Run);
    }
    let Some(stored) = catalog::partition_bound(table.oid) else { return Ok(()) };
    let arena = Arena::new();
    let bounds = probe(&arena, || {
        arena.enter(|| {
            is_constant(parent, wanted)
                .then(|| (stored_bound(&stored), written_bound(parent, wanted)))
        })
    });
    match bounds {
        Ok(Some((have, want))) => comparison.note(Difference::between("bound", have, want)),
        Ok(None) => comparison.not_compared("the bound, whose values would have to be evaluated"),
        Err(error) => comparison.cannot_compare("the bound", &error),
    }
    Ok(())
}

/// Whether the table is a partition of the parent with that bound.
pub(super) fn is_attached(table: &RelationInfo, parent: Oid, bound: &Node) -> bool {
    let mut comparison = Comparison::new();
    table.is_partition
        && catalog::parents(table.oid) == [parent]
        && compare_bound(table, parent, bound, &mut comparison).is_ok()
        && comparison.is_equal()
}
