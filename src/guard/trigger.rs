//! Triggers: what CREATE TRIGGER needs, and comparing one that exists.

use super::*;
use crate::pg::catalog::Trigger;
use crate::pg::tree::model::TriggerDef;
use pgrx::pg_sys;

/// What a trigger on the table needs.
pub(super) fn need(table: &RelationInfo, wanted: &TriggerDef) -> Judged<()> {
    need_kind(table, "table", &['r', 'p', 'v', 'f'])?;
    for column in &wanted.columns {
        need_column(table, column, &Earlier::default())?;
    }
    if let Some(from) = &wanted.from {
        need_table(from)?;
    }
    if let [schema, _] = wanted.function.as_slice() {
        need_schema(Some(schema))?;
    }
    function(wanted).map(|_| ())
}

/// The function; where the server refuses to look, it says so better when the statement runs.
fn function(wanted: &TriggerDef) -> Judged<Oid> {
    let found = catalog::trigger_function(&wanted.function).map_err(|_| Verdict::Run)?;
    found.ok_or_else(|| {
        let message = format!("function {}() does not exist", wanted.function.join("."));
        let finding = Finding::new(Reason::MissingObject, message);
        Verdict::Missing(finding.with_sqlstate(UNDEFINED_FUNCTION))
    })
}

pub(super) fn compare(
    object: &ObjectName,
    wanted: &TriggerDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let table = object.relation.as_ref().and_then(catalog::relation);
    let existing = table.as_ref().and_then(|table| catalog::trigger(table.oid, &object.name));
    let (Some(table), Some(existing)) = (table, existing) else { return Err(Verdict::Run) };
    // OR REPLACE would enable it again.
    if wanted.replace && existing.enabled != 'O' {
        return Err(Verdict::Run);
    }
    compare_firing(&table, &existing, wanted, comparison);
    compare_call(&existing, wanted, comparison)?;
    compare_flags(&existing, wanted, comparison);
    compare_tables(&existing, wanted, comparison);
    let (have, want) = (existing.when.as_deref(), wanted.when.as_ref());
    comparison.note_expressions("when", Purpose::TriggerWhen, &table, have, want);
    Ok(())
}

fn compare_firing(
    table: &RelationInfo,
    existing: &Trigger,
    wanted: &TriggerDef,
    comparison: &mut Comparison,
) {
    let (have, want) = (existing.fires, wanted.fires);
    comparison.note(Difference::between("timing", timing(have), timing(want)));
    comparison.note(Difference::between("events", events(have), events(want)));
    comparison.note(Difference::between("level", level(have), level(want)));
    let have = column_names(table.oid, &existing.columns);
    comparison.note(Difference::between(
        "columns",
        listed_in_any_order(have),
        listed_in_any_order(wanted.columns.clone()),
    ));
}

fn compare_call(
    existing: &Trigger,
    wanted: &TriggerDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let have = catalog::function_signature(existing.function);
    let want = catalog::function_signature(function(wanted)?);
    comparison.note(Difference::between("function", have, want));
    let (have, want) = (literals(&existing.arguments), literals(&wanted.arguments));
    comparison.note(Difference::between("arguments", have, want));
    Ok(())
}

fn compare_flags(existing: &Trigger, wanted: &TriggerDef, comparison: &mut Comparison) {
    let flags = [
        ("internal", existing.internal, false),
        ("constraint", existing.constraint, wanted.constraint),
        ("deferrable", existing.deferrable, wanted.deferrable),
        ("initially deferred", existing.deferred, wanted.deferred),
    ];
    for (attribute, have, want) in flags {
        comparison.note(Difference::between(attribute, yes_no(have), yes_no(want)));
    }
}

fn compare_tables(existing: &Trigger, wanted: &TriggerDef, comparison: &mut Comparison) {
    let from = wanted.from.as_ref().and_then(catalog::relation);
    let want = from.map_or(pg_sys::InvalidOid, |table| table.oid);
    comparison.note(Difference::between(
        "from",
        catalog::qualified_name(existing.from),
        catalog::qualified_name(want),
    ));
    let transition_tables = [
        ("old table", &existing.old_table, &wanted.old_table),
        ("new table", &existing.new_table, &wanted.new_table),
    ];
    for (attribute, have, want) in transition_tables {
        comparison.note(Difference::between(attribute, or_none(have), or_none(want)));
    }
}

fn timing(fires: i16) -> &'static str {
    match (has(fires, pg_sys::TRIGGER_TYPE_BEFORE), has(fires, pg_sys::TRIGGER_TYPE_INSTEAD)) {
        (true, _) => "BEFORE",
        (_, true) => "INSTEAD OF",
        _ => "AFTER",
    }
}

fn events(fires: i16) -> String {
    let events = [
        (pg_sys::TRIGGER_TYPE_INSERT, "INSERT"),
        (pg_sys::TRIGGER_TYPE_DELETE, "DELETE"),
        (pg_sys::TRIGGER_TYPE_UPDATE, "UPDATE"),
        (pg_sys::TRIGGER_TYPE_TRUNCATE, "TRUNCATE"),
    ];
    let words = events.iter().filter(|(event, _)| has(fires, *event)).map(|(_, word)| *word);
    words.collect::<Vec<_>>().join(" OR ")
}

fn level(fires: i16) -> &'static str {
    if has(fires, pg_sys::TRIGGER_TYPE_ROW) { "ROW" } else { "STATEMENT" }
}

fn has(fires: i16, bit: u32) -> bool {
    fires as u32 & bit != 0
}

fn literals(texts: &[String]) -> String {
    if texts.is_empty() {
        return none();
    }
    let quoted: Vec<String> = texts.iter().map(|text| crate::pg::quote_literal(text)).collect();
    format!("({})", quoted.join(", "))
}

fn or_none(name: &Option<String>) -> String {
    name.as_ref().map_or_else(none, |name| quote_identifier(name))
}
