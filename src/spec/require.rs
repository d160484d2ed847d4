//! What a person reads when something that is required is not there.

use super::model::{Key, Kind};
use super::{Difference, Standing, word};
use crate::pg::{quote_identifier, quote_literal};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The SQLSTATE of prerequisites that are not met: object_not_in_prerequisite_state.
pub const UNMET: &str = "55000";

/// The longest spec that a hint repeats, in bytes.
const LONGEST_SPEC: usize = 1000;

/// The error that lists everything that is not as required: its text, the machine-readable
/// list, and what to do.
pub fn unmet(
    differences: &[Difference],
    migration_id: Option<&str>,
    spec: Option<&str>,
) -> (String, String, String) {
    let whose = migration_id.map(|id| format!(" of migration \"{}\"", one_line(id)));
    let mut text = format!("prerequisites{} are not met", whose.unwrap_or_default());
    for line in lines(differences) {
        _ = write!(text, "\n  - {line}");
    }
    (text, list(differences), hint(spec))
}

/// One line for each group: what is missing by kind, the missing columns of a table, and each
/// attribute that differs.
fn lines(differences: &[Difference]) -> Vec<String> {
    let is_missing = |difference: &&Difference| difference.standing == Standing::Missing;
    let mut whole: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    let mut parts: BTreeMap<(Kind, String), Vec<String>> = BTreeMap::new();
    for Difference { key, .. } in differences.iter().filter(is_missing) {
        match key.relation.is_empty() {
            true => whole.entry(key.kind).or_default().push(key.to_string()),
            false => {
                let of = relation(key);
                parts.entry((key.kind, of)).or_default().push(quote_identifier(&key.name));
            }
        }
    }
    let whole = whole.into_iter().map(|(kind, names)| {
        format!("missing {}: {}", plural(kind, names.len()), names.join(", "))
    });
    let parts = parts.into_iter().map(|((kind, of), names)| {
        format!("{of} is missing {}: {}", plural(kind, names.len()), names.join(", "))
    });
    let others = differences.iter().filter(|it| it.standing != Standing::Missing).map(sentence);
    whole.chain(parts).chain(others).collect()
}

/// `table shop.orders`
fn relation(key: &Key) -> String {
    let kind = key.kind.description().parents.first().copied().unwrap_or(Kind::Table);
    format!("{} {}", word(kind), key.parent(kind))
}

fn plural(kind: Kind, number: usize) -> String {
    let word = word(kind);
    match (number, word.strip_suffix('y')) {
        (1, _) => word,
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) if word.ends_with('x') => format!("{word}es"),
        (_, None) if word.ends_with('s') => word,
        _ => format!("{word}s"),
    }
}

/// One difference as a sentence.
pub fn sentence(difference: &Difference) -> String {
    let Difference { key, attribute, have, want, standing, .. } = difference;
    let what = format!("{} {key}", word(key.kind));
    match (standing, attribute) {
        (Standing::Missing, _) => format!("{what} is missing"),
        (Standing::Beyond, _) => format!("{what} is beyond the spec"),
        (Standing::Differs, attribute) => {
            let attribute = attribute.as_deref().unwrap_or_default().replace('_', " ");
            let said = |text: &Option<String>| text.as_deref().map_or("none".into(), one_line);
            format!("{what}: {attribute} is {}, should be {}", said(have), said(want))
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The differences as JSON.
fn list(differences: &[Difference]) -> String {
    let element = |difference: &Difference| {
        serde_json::json!({
            "kind": difference.key.kind.word(),
            "object": difference.key.to_string(),
            "attribute": difference.attribute,
            "have": difference.have,
            "want": difference.want,
            "status": difference.standing.word(),
        })
    };
    serde_json::Value::Array(differences.iter().map(element).collect()).to_string()
}

fn hint(spec: Option<&str>) -> String {
    let short = spec.filter(|spec| spec.len() <= LONGEST_SPEC);
    let literal = short.map_or("…the same in a spec…".into(), quote_literal);
    format!(
        "Check that earlier migrations have run. SELECT guarded.repair_script({literal}) writes what would add it; SELECT * FROM guarded.repair({literal}) runs it."
    )
}
