//! Functions and procedures: comparing one that exists with a twin of the one asked for.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::Function;
use crate::pg::expression::{self, Purpose};
use crate::pg::subtransaction::probe;
use crate::pg::tree::Node;
use crate::pg::tree::model::FunctionDef;
use crate::pg::{query, twin};
use pgrx::pg_sys::Oid;

/// CREATE FUNCTION and CREATE PROCEDURE; those with other arguments are other functions.
pub(super) fn create(object: &ObjectName, wanted: &FunctionDef, replace: bool) -> Judged<Verdict> {
    need_schema(object.schema.as_deref())?;
    let namespace = catalog::creation_namespace(object.schema.as_deref());
    let Some(namespace) = namespace.filter(|schema| catalog::has_function(*schema, &object.name))
    else {
        return Ok(Verdict::Run);
    };
    if !twin::is_possible() {
        return Ok(Verdict::Run);
    }
    let arena = Arena::new();
    let compared = probe(&arena, || arena.enter(|| compare(namespace, object, wanted)));
    // What the server does not understand it refuses, in its own words.
    let Ok(Some(comparison)) = compared else { return Ok(Verdict::Run) };
    Ok(comparison?.verdict_for(replace, &subject(object), DUPLICATE_FUNCTION))
}

/// `None` if there is none with these arguments.
fn compare(
    namespace: Oid,
    object: &ObjectName,
    wanted: &FunctionDef,
) -> Option<Judged<Comparison>> {
    if let Some(file) = wanted.library() {
        let types: Option<Vec<Oid>> =
            wanted.input_types().iter().map(catalog::written_type).collect();
        let have = catalog::function_with(namespace, &object.name, &types?)?;
        // A twin would load it, which runs what is in it.
        if have.object_file.as_ref() != Some(&file) {
            let mut comparison = Comparison::new();
            let have = have.object_file.unwrap_or_else(|| "none".into());
            comparison.note(Difference::between("object file", have, file));
            return Some(Ok(comparison));
        }
    }
    let body = wanted.statement.sql_body();
    // The twin has a body that locks nothing.
    let writes = body.as_ref().is_some_and(query::is_more_than_reading);
    let placeholder = writes.then(|| twin::parse_body("RETURN NULL")).flatten();
    let want = twin::function(&wanted.statement, placeholder.as_ref())?;
    let have = catalog::function_with(namespace, &object.name, &want.input_types)?;
    if let Some(word) = other_kind(&have, object.class) {
        return Some(Err(taken_by(object.class.word(), &object.name, word)));
    }
    let mut comparison = Comparison::new();
    for ((attribute, have), (_, want)) in attributes(&have).into_iter().zip(attributes(&want)) {
        comparison.note(Difference::between(attribute, have, want));
    }
    if comparison.differences.is_empty() {
        comparison.note(Difference::between("defaults", defaults(&have), defaults(&want)));
        match (&body, &have.sql_body) {
            (None, None) => {
                comparison.note(Difference::between_texts("body", &have.source, &want.source));
            }
            (Some(body), Some(_)) => compare_sql_bodies(&have, wanted, body, &mut comparison),
            (body, _) => {
                let form = |is_sql| if is_sql { "parsed" } else { "text" };
                let (have, want) = (form(have.sql_body.is_some()), form(body.is_some()));
                comparison.note(Difference::between("body", have, want));
            }
        }
    }
    Some(Ok(comparison))
}

/// The word for an existing one that is not what the statement makes.
fn other_kind(existing: &Function, class: Class) -> Option<&'static str> {
    Some(existing.word()).filter(|word| *word != class.word())
}

/// What is compared as text; arguments first, as their defaults and the body depend on them.
fn attributes(function: &Function) -> Vec<(&'static str, String)> {
    let yes_no = |value| yes_no(value).to_string();
    vec![
        ("arguments", format!("({})", function.arguments)),
        ("result", function.result.clone()),
        ("language", function.language.clone()),
        ("object file", function.object_file.clone().unwrap_or_else(|| "none".into())),
        ("window", yes_no(function.kind == 'w')),
        ("volatility", volatility_word(function.volatility).into()),
        ("strict", yes_no(function.strict)),
        ("security definer", yes_no(function.security_definer)),
        ("leakproof", yes_no(function.leakproof)),
        ("parallel", parallel_word(function.parallel).into()),
        ("cost", function.cost.to_string()),
        ("rows", function.rows.to_string()),
        ("support", function.support.clone()),
        ("transforms", in_any_order(function.transforms.clone())),
        ("configuration", configuration(&function.configuration)),
    ]
}

/// `name=value` each; the values are quoted, as they may be lists themselves.
fn configuration(settings: &[String]) -> String {
    let quoted = settings.iter().map(|setting| match setting.split_once('=') {
        Some((name, value)) => format!("{name}={}", crate::pg::quote_literal(value)),
        None => setting.clone(),
    });
    in_any_order(quoted.collect())
}

fn in_any_order(mut texts: Vec<String>) -> String {
    texts.sort();
    if texts.is_empty() { "none".into() } else { texts.join(", ") }
}

fn volatility_word(letter: char) -> &'static str {
    match letter {
        'i' => "immutable",
        's' => "stable",
        _ => "volatile",
    }
}

fn parallel_word(letter: char) -> &'static str {
    match letter {
        's' => "safe",
        'r' => "restricted",
        _ => "unsafe",
    }
}

/// The normal forms of the defaults; they are those of the last arguments.
fn defaults(function: &Function) -> String {
    let Some(list) = &function.defaults else { return "none".into() };
    let count = expression::count(list);
    let first = function.input_types.len().saturating_sub(count);
    let purposes = function.input_types[first..].iter().map(|type_oid| Purpose::Default {
        column: "",
        type_oid: *type_oid,
        typmod: -1,
        generated: '\0',
    });
    expression::stored_list_apart(purposes, function.owner, list).join(", ")
}

/// Bodies the server has parsed: their normal form is reached by making twins of what it prints.
fn compare_sql_bodies(
    have: &Function,
    wanted: &FunctionDef,
    body: &Node,
    comparison: &mut Comparison,
) {
    let stored = have.sql_body.as_deref().is_some_and(query::is_stored_more_than_reading);
    if stored || query::is_more_than_reading(body) {
        return comparison.not_compared("a body that writes or locks rows");
    }
    let have = twin::stored_body(&wanted.statement, have);
    match (have, twin::written_body(&wanted.statement)) {
        (Some(have), Some(want)) => {
            comparison.note(Difference::between_texts("body", &have, &want));
        }
        _ => comparison.not_compared("the body"),
    }
}
