//! Sequences of identity columns.

use super::*;
use crate::pg::catalog::{Column, Sequence};
use pgrx::pg_sys::{INT8OID, Oid};

/// Compares the sequence of an identity column with the options written for it; those not given
/// have their defaults.
pub(super) fn compare_written(
    table: &RelationInfo,
    column: &Column,
    options: &[(String, Option<String>)],
    comparison: &mut Comparison,
) {
    compare(table, column, comparison, |sequence, of_sequence| {
        let (names, options): (Vec<_>, Vec<_>) =
            options.iter().cloned().partition(|(option, _)| option == "sequence_name");
        if let Some((_, Some(name))) = names.first() {
            of_sequence.note(name_difference(sequence, name));
        }
        super::sequence::compare_options(sequence, column.type_oid, &options, of_sequence);
        let is_given = |name: &str| options.iter().any(|(option, _)| option == name);
        if let Some(existing) = catalog::relation_by_oid(sequence)
            && (is_given("unlogged") || is_given("logged"))
        {
            of_sequence.note_persistence(existing.persistence, is_given("unlogged"));
        }
    });
}

/// Compares the sequence of an identity column with the one LIKE copies.
pub(super) fn compare_copied(
    table: &RelationInfo,
    column: &Column,
    source: Oid,
    comparison: &mut Comparison,
) {
    let Some(source) = catalog::sequence(source) else { return };
    // The server copies all but the type.
    let wanted = Sequence { type_oid: INT8OID, ..source };
    compare(table, column, comparison, |sequence, of_sequence| {
        if let Some(existing) = catalog::sequence(sequence) {
            super::sequence::note_differences(&existing, &wanted, of_sequence);
        }
    });
}

fn compare(
    table: &RelationInfo,
    column: &Column,
    comparison: &mut Comparison,
    look: impl FnOnce(Oid, &mut Comparison),
) {
    let Some(sequence) = catalog::identity_sequence(table.oid, column.number) else {
        return comparison.not_compared("the identity sequence");
    };
    let mut of_sequence = Comparison::new();
    look(sequence, &mut of_sequence);
    of_sequence.uncompared =
        of_sequence.uncompared.map(|what| format!("{what} of the identity sequence"));
    comparison.include(of_sequence.with_prefix("identity "));
}

/// The name as the server prints a name it has parsed: without quotes.
fn name_difference(sequence: Oid, wanted: &str) -> Option<Difference> {
    let existing = catalog::relation_by_oid(sequence)?;
    let schema = catalog::namespace_name(existing.namespace)?;
    let full = format!("{schema}.{}", existing.name);
    unless(wanted == existing.name || wanted == full, "sequence name", full.clone(), wanted)
}
