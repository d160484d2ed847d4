//! Sequences: comparing one that exists with what CREATE SEQUENCE asks for.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::Sequence;
use crate::pg::subtransaction::probe;
use crate::pg::tree::model::SequenceDef;
use pgrx::pg_sys::{self, Oid};

/// What is not given has its default, but for OWNED BY, which is often said afterwards.
pub(super) fn compare(oid: Oid, wanted: &SequenceDef, comparison: &mut Comparison) {
    let type_oid = match &wanted.type_name {
        None => pg_sys::INT8OID,
        Some(name) => {
            let arena = Arena::new();
            match probe(&arena, || arena.enter(|| catalog::resolve_type(name).0)) {
                Ok(type_oid) => type_oid,
                Err(_) => return comparison.leave_to_server(),
            }
        }
    };
    compare_options(oid, type_oid, &wanted.options, comparison);
    if let Some(relation) = catalog::relation_by_oid(oid) {
        comparison.note_persistence(relation.persistence, wanted.unlogged);
    }
    if let Some(owner) = &wanted.owned_by {
        compare_owner(oid, owner, comparison);
    }
}

/// The options as the grammar names them; those not given have their defaults.
pub(super) fn compare_options(
    oid: Oid,
    type_oid: Oid,
    options: &[(String, Option<String>)],
    comparison: &mut Comparison,
) {
    let Some(existing) = catalog::sequence(oid) else { return };
    // The server refuses one that is given twice.
    let is_twice = |(name, _): &(String, _)| options.iter().filter(|o| o.0 == *name).count() > 1;
    if options.iter().any(is_twice) {
        return comparison.leave_to_server();
    }
    match with_defaults(type_oid, options) {
        Some(wanted) => note_differences(&existing, &wanted, comparison),
        None => comparison.not_compared("the options"),
    }
}

/// OWNED BY: a column, or NONE.
fn compare_owner(sequence: Oid, wanted: &[String], comparison: &mut Comparison) {
    let have = catalog::owned_by(sequence).map(|(table, column)| {
        let schema = catalog::namespace_name(table.namespace);
        let name = Relation { schema, name: table.name };
        format!("{name}.{}", quote_identifier(&column))
    });
    let want = match wanted {
        [none] if none == "none" => None,
        [table @ .., column] => named_table(table).map(|name| {
            let schema =
                catalog::relation(&name).and_then(|found| catalog::namespace_name(found.namespace));
            let name = Relation { schema: schema.or(name.schema), name: name.name };
            format!("{name}.{}", quote_identifier(column))
        }),
        [] => return comparison.leave_to_server(),
    };
    comparison.note(Difference::between(
        "owned by",
        have.unwrap_or_else(none),
        want.unwrap_or_else(none),
    ));
}

fn named_table(parts: &[String]) -> Option<Relation> {
    match parts {
        [name] => Some(Relation { schema: None, name: name.clone() }),
        [.., schema, name] => Some(Relation { schema: Some(schema.clone()), name: name.clone() }),
        [] => None,
    }
}

pub(super) fn note_differences(have: &Sequence, want: &Sequence, comparison: &mut Comparison) {
    comparison.note(Difference::between(
        "type",
        catalog::type_name(have.type_oid, -1),
        catalog::type_name(want.type_oid, -1),
    ));
    let numbers = [
        ("start", have.start, want.start),
        ("increment", have.increment, want.increment),
        ("minvalue", have.minimum, want.minimum),
        ("maxvalue", have.maximum, want.maximum),
        ("cache", have.cache, want.cache),
    ];
    for (attribute, have, want) in numbers {
        comparison.note(Difference::between(attribute, have.to_string(), want.to_string()));
    }
    comparison.note(Difference::between("cycle", yes_no(have.cycle), yes_no(want.cycle)));
}

/// The sequence that would be created, by the rules of `init_params` in sequence.c; `None` for
/// options not known here. `options` as the grammar names them.
fn with_defaults(type_oid: Oid, options: &[(String, Option<String>)]) -> Option<Sequence> {
    let given = |name: &str| options.iter().find(|(option, _)| option == name);
    // NO MINVALUE and NO MAXVALUE are there with no value.
    let number = |name: &str| match given(name) {
        Some((_, Some(text))) => text.parse::<i64>().map(Some).ok(),
        _ => Some(None),
    };
    let (lowest, highest) = limits(type_oid);
    let increment = number("increment")?.unwrap_or(1);
    let ascending = increment > 0;
    let minimum = number("minvalue")?.unwrap_or(if ascending { 1 } else { lowest });
    let maximum = number("maxvalue")?.unwrap_or(if ascending { highest } else { -1 });
    let cycle = given("cycle").is_some_and(|(_, value)| value.as_deref() != Some("false"));
    Some(Sequence {
        type_oid,
        increment,
        minimum,
        maximum,
        start: number("start")?.unwrap_or(if ascending { minimum } else { maximum }),
        cache: number("cache")?.unwrap_or(1),
        cycle,
    })
}

fn limits(type_oid: Oid) -> (i64, i64) {
    match type_oid {
        pg_sys::INT2OID => (i16::MIN.into(), i16::MAX.into()),
        pg_sys::INT4OID => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}
