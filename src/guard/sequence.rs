//! Sequences: comparing one that exists with what CREATE SEQUENCE asks for.

use super::*;
use crate::pg::catalog::Sequence;
use pgrx::pg_sys::{self, Oid};

/// `options` as the grammar names them; those not given have their defaults.
pub(super) fn compare(oid: Oid, options: &[(String, Option<String>)], comparison: &mut Comparison) {
    let Some(existing) = catalog::sequence(oid) else { return };
    match wanted(&existing, options) {
        Some(wanted) => note_differences(&existing, &wanted, comparison),
        None => comparison.not_compared("the options"),
    }
    if options.iter().any(|(name, _)| name == "owned_by" || name == "logged") {
        comparison.not_compared("OWNED BY and LOGGED");
    }
}

fn note_differences(have: &Sequence, want: &Sequence, comparison: &mut Comparison) {
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

/// The sequence that would be created, by the rules of `init_params` in sequence.c. The type
/// is the existing one's when it is spelled in a way not known here.
fn wanted(existing: &Sequence, options: &[(String, Option<String>)]) -> Option<Sequence> {
    let given = |name: &str| options.iter().find(|(option, _)| option == name);
    // NO MINVALUE and NO MAXVALUE are there with no value.
    let number = |name: &str| match given(name) {
        Some((_, Some(text))) => text.parse::<i64>().map(Some).ok(),
        _ => Some(None),
    };
    let type_oid = match given("as") {
        Some((_, Some(name))) => integer_type(name)?,
        Some((_, None)) => existing.type_oid,
        None => pg_sys::INT8OID,
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

fn integer_type(name: &str) -> Option<Oid> {
    match name.rsplit('.').next()? {
        "int2" | "smallint" => Some(pg_sys::INT2OID),
        "int4" | "integer" => Some(pg_sys::INT4OID),
        "int8" | "bigint" => Some(pg_sys::INT8OID),
        _ => None,
    }
}

fn limits(type_oid: Oid) -> (i64, i64) {
    match type_oid {
        pg_sys::INT2OID => (i16::MIN.into(), i16::MAX.into()),
        pg_sys::INT4OID => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}
