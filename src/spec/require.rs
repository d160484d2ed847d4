//! What a person reads when something that is required is not there.

use super::model::{Key, Kind, Shape};
use super::path::cut;
use super::{Difference, Standing, word};
use crate::pg::{quote_identifier, quote_literal};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The SQLSTATE of prerequisites that are not met: object_not_in_prerequisite_state.
pub const UNMET: &str = "55000";

/// The longest spec that a hint repeats, in bytes.
const LONGEST_SPEC: usize = 1000;

/// How many groups a message has, each in a line, and how many names of a group.
const MOST_LINES: usize = 50;
const MOST_NAMES: usize = 50;

/// The longest value that a sentence repeats, in characters.
const LONGEST_VALUE: usize = 300;

/// The longest list in DETAIL, in bytes.
const LONGEST_LIST: usize = 1_000_000;

/// The error that lists everything that is not as required: its text, the machine-readable
/// list, and what to do. Of very much the first is told, and how much more there is.
pub fn unmet(
    differences: &[Difference],
    migration_id: Option<&str>,
    spec: Option<&str>,
) -> (String, String, String) {
    let whose = migration_id.map(|id| format!(" of migration \"{}\"", said(id)));
    let mut text = format!("prerequisites{} are not met", whose.unwrap_or_default());
    let lines = lines(differences);
    for line in lines.iter().take(MOST_LINES) {
        _ = write!(text, "\n  - {}", line.text);
    }
    let untold: usize = lines.iter().skip(MOST_LINES).map(|line| line.things).sum();
    if untold > 0 {
        _ = write!(text, "\n  - and {untold} more");
    }
    let (list, is_whole) = list(differences);
    let tells_all = is_whole && untold == 0 && lines.iter().all(|it| it.things <= MOST_NAMES);
    (text, list, hint(spec, tells_all))
}

/// A line of the message, and how many things are in it.
struct Line {
    things: usize,
    text: String,
}

impl Line {
    fn of_names(what: &str, names: &[String]) -> Line {
        let (told, untold) = names.split_at(names.len().min(MOST_NAMES));
        let mut text = format!("{what}: {}", told.join(", "));
        if !untold.is_empty() {
            _ = write!(text, " and {} more", untold.len());
        }
        Line { things: names.len(), text }
    }
}

/// One line for each group: what is missing by kind, the missing columns of a table, and each
/// attribute that differs.
fn lines(differences: &[Difference]) -> Vec<Line> {
    let is_missing = |difference: &&Difference| difference.standing == Standing::Missing;
    let mut whole: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    let mut parts: BTreeMap<(Kind, String), Vec<String>> = BTreeMap::new();
    for Difference { key, .. } in differences.iter().filter(is_missing) {
        match key.relation.is_empty() {
            true => whole.entry(key.kind).or_default().push(cut(&key.to_string(), LONGEST_VALUE)),
            false => {
                let of = relation(key);
                parts.entry((key.kind, of)).or_default().push(quote_identifier(&key.name));
            }
        }
    }
    let whole = whole.into_iter().map(|(kind, names)| {
        Line::of_names(&format!("missing {}", plural(kind, names.len())), &names)
    });
    let parts = parts.into_iter().map(|((kind, of), names)| {
        Line::of_names(&format!("{of} is missing {}", plural(kind, names.len())), &names)
    });
    let others = differences.iter().filter(|it| it.standing != Standing::Missing);
    let others = others.map(|it| Line { things: 1, text: sentence(it) });
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
    let what = format!("{} {}", word(key.kind), cut(&key.to_string(), LONGEST_VALUE));
    match (standing, attribute) {
        (Standing::Missing, _) => format!("{what} is missing"),
        (Standing::Beyond, _) => format!("{what} is beyond the spec"),
        (Standing::Differs, attribute) => {
            let attribute = attribute.as_deref().unwrap_or_default();
            let absent = if is_flag(key.kind, attribute) { "false" } else { "none" };
            let value = |text: &Option<String>| text.as_deref().map_or(absent.into(), said);
            let attribute = attribute.replace('_', " ");
            format!("{what}: {attribute} is {}, should be {}", value(have), value(want))
        }
    }
}

fn is_flag(kind: Kind, attribute: &str) -> bool {
    kind.attributes().any(|(name, shape)| *name == attribute && matches!(shape, Shape::Flag))
}

/// A text in one line of bounded length.
fn said(text: &str) -> String {
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), LONGEST_VALUE)
}

/// The differences as JSON, and whether these are all: those that do not fit are counted in a
/// last element.
fn list(differences: &[Difference]) -> (String, bool) {
    let mut length = 0;
    let fits = |element: &String| {
        let with_it = length + element.len() + 1;
        let fits = with_it <= LONGEST_LIST;
        length = if fits { with_it } else { length };
        fits
    };
    let mut elements: Vec<String> = differences.iter().map(element).filter(fits).collect();
    let untold = differences.len() - elements.len();
    if untold > 0 {
        elements.push(serde_json::json!({ "more": untold }).to_string());
    }
    (format!("[{}]", elements.join(",")), untold == 0)
}

fn element(difference: &Difference) -> String {
    serde_json::json!({
        "kind": difference.key.kind.word(),
        "object": difference.key.to_string(),
        "attribute": difference.attribute,
        "have": difference.have,
        "want": difference.want,
        "status": difference.standing.word(),
    })
    .to_string()
}

fn hint(spec: Option<&str>, tells_all: bool) -> String {
    let short = spec.filter(|spec| spec.len() <= LONGEST_SPEC);
    let literal = short.map_or("…the same in a spec…".into(), quote_literal);
    let all = format!(" SELECT * FROM guarded.check({literal}) lists all of it.");
    format!(
        "Check that earlier migrations have run. SELECT guarded.repair_script({literal}) writes what would add it; SELECT * FROM guarded.repair({literal}) runs it.{}",
        if tells_all { "" } else { &all }
    )
}
