//! The statements of a repair as a text: for psql, with guarded calls, or as an Alembic revision.

use super::model::Spec;
use super::plan::{Phase, Plan, Step};
use super::word;
use crate::pg::{hash, quote_literal};
use std::fmt::Write;

/// What kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain DDL, in a transaction.
    Sql,
    /// Calls of `guarded.run`, one for each statement.
    Guarded,
    /// A revision file of Alembic.
    Alembic,
}

/// What a revision file of Alembic says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Revision<'a> {
    /// Its id; made of its content if it has none.
    pub id: Option<&'a str>,
    /// The one it comes after.
    pub down: Option<&'a str>,
    /// What it is for.
    pub message: &'a str,
}

/// The text.
pub fn text(plan: &Plan, spec: &Spec, format: Format, revision: Revision) -> String {
    match format {
        Format::Sql => psql(plan, spec, plain),
        Format::Guarded => psql(plan, spec, call),
        Format::Alembic => alembic(plan, spec, revision),
    }
}

/// A statement by itself ends with a semicolon.
fn plain(sql: &str) -> String {
    format!("{sql};")
}

/// By the engine: what fails is undone alone, and said.
fn call(sql: &str) -> String {
    let quote = dollar_quote(sql);
    format!("SELECT status, reason, object, message FROM guarded.run({quote}{sql}{quote});")
}

/// The statements in one transaction; those that add a label before it, because a label cannot
/// be used in the transaction that adds it.
fn psql(plan: &Plan, spec: &Spec, written: fn(&str) -> String) -> String {
    let (labels, others): (Vec<&Step>, Vec<&Step>) =
        plan.steps.iter().partition(|step| step.phase == Phase::Labels);
    let mut text = heading(plan, "-- ");
    for step in labels {
        _ = writeln!(text, "\n{}", written(&step.sql));
    }
    if !others.is_empty() {
        text.push_str("\nBEGIN;\n");
        for setting in settings(spec) {
            _ = writeln!(text, "SET LOCAL {setting};");
        }
        for step in others {
            _ = writeln!(text, "\n{}", written(&step.sql));
        }
        text.push_str("\nCOMMIT;\n");
    }
    text + &left_out(plan, "-- ")
}

/// What the texts of a spec were written for.
fn settings(spec: &Spec) -> Vec<String> {
    let search_path = spec.search_path.as_deref().map(|path| match path.is_empty() {
        true => "search_path = ''".to_string(),
        false => format!("search_path = {path}"),
    });
    search_path.into_iter().chain(["check_function_bodies = off".to_string()]).collect()
}

/// A dollar quote that the text does not have.
fn dollar_quote(text: &str) -> String {
    let quotes = (0..).map(|number| match number {
        0 => "$guarded$".to_string(),
        number => format!("$guarded{number}$"),
    });
    quotes.into_iter().find(|quote| !text.contains(quote.as_str())).unwrap_or_default()
}

fn heading(plan: &Plan, prefix: &str) -> String {
    let count = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    };
    let made = match plan.steps.len() {
        0 => "nothing to do".to_string(),
        number => count(number, "statement"),
    };
    let left = match plan.left_out.len() {
        0 => String::new(),
        number => format!("; {} left as it is, see the end", count(number, "difference")),
    };
    format!("{prefix}Written by guarded.repair_script: {made}{left}.\n")
}

/// What is left out, in comments: no line of it can leave them.
fn left_out(plan: &Plan, prefix: &str) -> String {
    let mut text = String::new();
    for left in &plan.left_out {
        let what = format!("{} {}: {}", word(left.key.kind), left.key, left.why);
        text.push('\n');
        comment(&mut text, prefix, &what);
        for sql in &left.sql {
            comment(&mut text, prefix, &format!("    {sql};"));
        }
    }
    text
}

fn comment(text: &mut String, prefix: &str, content: &str) {
    for line in content.split(['\n', '\r']) {
        _ = writeln!(text, "{}", format!("{prefix}{line}").trim_end());
    }
}

/// A revision file: the statements as they are, by `op.execute`; taken back in the downgrade in
/// the opposite order, where that is possible.
fn alembic(plan: &Plan, spec: &Spec, revision: Revision) -> String {
    let upgrade: Vec<String> = plan.steps.iter().map(|step| step.sql.clone()).collect();
    let downgrade: Vec<String> =
        plan.steps.iter().rev().flat_map(|step| step.undo.iter().cloned()).collect();
    let is_final = |step: &&Step| step.undo.is_empty();
    let id = match revision.id {
        Some(id) => id.to_string(),
        None => format!("{:012x}", hash(upgrade.join(";").as_bytes()) & 0xffff_ffff_ffff),
    };
    let message = revision.message;
    let mut text = String::new();
    _ = writeln!(
        text,
        "{}",
        python_text(&format!(
            "{message}\n\nRevision ID: {id}\nRevises: {}\n",
            revision.down.unwrap_or("")
        ))
    );
    text.push_str("from alembic import op\n\n");
    _ = writeln!(text, "revision = {}", python_string(&id));
    _ = writeln!(text, "down_revision = {}", revision.down.map_or("None".into(), python_string));
    text.push_str("branch_labels = None\ndepends_on = None\n\n");
    text.push_str(&heading(plan, "# "));
    text.push_str(&left_out(plan, "# "));
    _ = write!(text, "\n\ndef upgrade() -> None:\n{}", body(&upgrade, spec));
    text.push_str("\n\ndef downgrade() -> None:\n");
    for step in plan.steps.iter().filter(is_final) {
        comment(&mut text, "    # ", &format!("Not taken back: {}", step.sql));
    }
    text.push_str(&body(&downgrade, spec));
    text
}

/// The statements under the settings of the spec, which Alembic's own statements must not see.
fn body(statements: &[String], spec: &Spec) -> String {
    if statements.is_empty() {
        return "    pass\n".into();
    }
    let settings =
        [("search_path", spec.search_path.as_deref()), ("check_function_bodies", Some("off"))];
    let mut text = String::new();
    let mut execute =
        |sql: &str| _ = writeln!(text, "    op.execute({})", python_text(&escaped(sql)));
    let set = settings.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let kept: Vec<String> = set
        .clone()
        .map(|(name, _)| {
            format!("set_config('guarded_repair.{name}', current_setting('{name}'), true)")
        })
        .collect();
    let changed: Vec<String> = set
        .clone()
        .map(|(name, value)| format!("set_config('{name}', {}, true)", quote_literal(value)))
        .collect();
    let back: Vec<String> = set.map(|(name, _)| format!("pg_catalog.set_config('{name}', pg_catalog.current_setting('guarded_repair.{name}'), true)")).collect();
    execute(&format!("SELECT {}", kept.join(", ")));
    execute(&format!("SELECT {}", changed.join(", ")));
    statements.iter().for_each(|sql| execute(sql));
    execute(&format!("SELECT {}", back.join(", ")));
    text
}

/// `op.execute` takes `:name` for a parameter; a backslash before the colon says that it is none.
fn escaped(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut before = ' ';
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let begins_name = rest.peek().is_some_and(|next| is_word(*next));
        if c == ':' && (before == '\\' || begins_name && before != ':' && !is_word(before)) {
            text.push('\\');
        }
        text.push(c);
        before = c;
    }
    text
}

/// A text as a Python literal of several lines.
fn python_text(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"").replace('\r', "\\r");
    // A quote at the end would be one too many.
    let escaped = match escaped.strip_suffix('"') {
        Some(before) => format!("{before}\\\""),
        None => escaped,
    };
    format!("\"\"\"{escaped}\"\"\"")
}

fn python_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
