//! What was recorded, as text for people: the error of the policy `collect`, and the summary.

use super::report::{Count, Entry, Group};
use crate::outcome::{Outcome, Status};
use crate::pg::message::Message;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// The SQLSTATE of a transaction that has conflicts or failures:
/// object_not_in_prerequisite_state.
pub const UNCLEAN: &str = "55000";

/// A line that stands out in a log.
const RULE: &str = "============================================================";

/// How many different conflicts or failures of a group the summary names.
const NAMED: usize = 20;

/// What to do when the commit has failed because of them.
pub const NOT_COMMITTED: &str = "Nothing of the transaction was committed. Mend what is listed and run it again; with guarded.policy = continue the rest is committed without it.";

/// The error that lists all conflicts and failures.
pub fn unclean<'a>(troubles: &[Entry], hint: &'a str) -> Message<'a> {
    let label = only_label(troubles);
    let whose = if label.is_empty() { "this migration".into() } else { migration(label) };
    Message {
        text: format!("{whose} has {}", counted(troubles)),
        detail: Some(block(troubles)),
        hint: Some(hint),
        ..Message::default()
    }
}

fn migration(label: &str) -> String {
    format!("migration \"{}\"", one_line(label))
}

/// The label they all have; empty if there are several.
fn only_label(entries: &[Entry]) -> &str {
    let first = entries.first().map_or("", |entry| &entry.migration);
    if entries.iter().all(|entry| entry.migration == first) { first } else { "" }
}

/// `1 conflict and 2 failures`
fn counted(troubles: &[Entry]) -> String {
    let number = |status| troubles.iter().filter(|entry| entry.outcome.status == status).count();
    let parts =
        [plural(number(Status::Conflict), "conflict"), plural(number(Status::Failed), "failure")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

fn plural(number: usize, word: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{number} {word}s")),
    }
}

/// Each of them in order, between two lines that stand out.
fn block(troubles: &[Entry]) -> String {
    let mut text = format!("{RULE}\n");
    let mut label = only_label(troubles);
    for (index, entry) in troubles.iter().enumerate() {
        if entry.migration != label {
            label = &entry.migration;
            _ = writeln!(text, "{}:", heading(label));
        }
        describe(&mut text, index + 1, &entry.outcome);
    }
    text.push_str(RULE);
    text
}

fn describe(text: &mut String, number: usize, outcome: &Outcome) {
    let Outcome { status, reason, operation, object, .. } = outcome;
    let reason = reason.as_deref().unwrap_or_default();
    let what = one_line(&format!("{operation} {object}"));
    _ = writeln!(text, "{number:>3}. {} ({reason}): {}", status.word(), what.trim_end());
    let hint = outcome.hint.as_ref().map(|hint| format!("Hint: {hint}"));
    let paragraphs = [outcome.message.clone(), outcome.lines(), hint];
    for line in paragraphs.iter().flatten().flat_map(|paragraph| paragraph.lines()) {
        _ = writeln!(text, "     {}", one_line(line));
    }
}

/// The counts as text for a log, with the conflicts and failures that stand by name.
pub fn summary(counts: &BTreeMap<Group, Count>, entries: &[Entry]) -> String {
    let all: i64 = counts.values().map(|count| count.outcomes).sum();
    let mut text = format!("guarded_ddl: {all} outcome{}", if all == 1 { "" } else { "s" });
    let mut label = None;
    for (group, count) in counts {
        if label != Some(&group.0) {
            label = Some(&group.0);
            _ = write!(text, "\n{}", heading(&group.0));
        }
        _ = write!(text, "\n{}", line(group, *count));
        let troubles = entries.iter().filter(|entry| entry.is_trouble() && entry.group() == *group);
        text.push_str(&named(troubles.map(|entry| &*entry.outcome)));
    }
    text
}

fn heading(label: &str) -> String {
    if label.is_empty() { "no migration".into() } else { migration(label) }
}

/// `   12  skipped   missing_table (3 rolled back)`
fn line((_, status, reason): &Group, count: Count) -> String {
    let line = format!("{:>7}  {status:<8}  {}", count.outcomes, reason.as_deref().unwrap_or(""));
    let line = line.trim_end();
    match count.rolled_back {
        0 => line.into(),
        rolled_back => format!("{line} ({rolled_back} rolled back)"),
    }
}

/// One line for each, and for those that say the same.
fn named<'a>(troubles: impl Iterator<Item = &'a Outcome>) -> String {
    let mut lines: Vec<(String, usize)> = Vec::new();
    let mut places = HashMap::new();
    for line in troubles.map(headline) {
        let place = *places.entry(line.clone()).or_insert(lines.len());
        match lines.get_mut(place) {
            Some((_, times)) => *times += 1,
            None => lines.push((line, 1)),
        }
    }
    let mut text = String::new();
    for (line, times) in lines.iter().take(NAMED) {
        _ = write!(text, "\n{:>11}{line}", "");
        if *times > 1 {
            _ = write!(text, " ({times} times)");
        }
    }
    if lines.len() > NAMED {
        _ = write!(text, "\n{:>11}and {} more", "", lines.len() - NAMED);
    }
    text
}

fn headline(Outcome { operation, object, message, .. }: &Outcome) -> String {
    let what = format!("{operation} {object}");
    one_line(&format!("{}: {}", what.trim_end(), message.as_deref().unwrap_or_default()))
}

/// A text in which nothing can pass for another line of a log.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
