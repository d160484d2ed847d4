//! The statements of a repair as a text: for psql, with guarded calls, or as an Alembic revision.

use super::model::{Kind, Spec};
use super::plan::{LeftOut, Phase, Plan, Step};
use super::{statement, word, write};
use crate::pg::{hash, naming, quote_literal};
use std::fmt::Write as _;

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
pub fn text(plan: Plan, spec: &Spec, format: Format, revision: Revision) -> String {
    match format {
        Format::Sql => psql(&plan, spec, plain, ""),
        Format::Guarded => psql(&plan, spec, call, &anew_is_there(&plan)),
        Format::Alembic => alembic(&without_its_own(plan), spec, revision),
    }
}

/// A statement by itself ends with a semicolon, which must not be part of a comment.
fn plain(sql: &str) -> String {
    let line_end = if statement::ends_in_comment(sql) { "\n" } else { "" };
    format!("{sql}{line_end};")
}

/// By the engine: what fails is undone alone, and said.
fn call(sql: &str) -> String {
    let quote = dollar_quote(sql);
    format!("SELECT status, reason, object, message FROM guarded.run({quote}{sql}{quote});")
}

/// Raises, and so undoes everything, unless what was dropped is there again.
fn anew_is_there(plan: &Plan) -> String {
    if plan.anew.objects.is_empty() {
        return String::new();
    }
    let text = write::text(&plan.anew);
    let quote = dollar_quote(&text);
    format!(
        "\n-- What was dropped to be made anew is there again, or nothing of all this is done.\n\
         SELECT guarded.require({quote}{text}{quote});\n"
    )
}

/// The statements in one transaction, with something at its end; those that add a label before
/// it, because a label cannot be used in the transaction that adds it.
fn psql(plan: &Plan, spec: &Spec, written: fn(&str) -> String, end: &str) -> String {
    let (labels, others): (Vec<&Step>, Vec<&Step>) =
        plan.steps.iter().partition(|step| step.phase == Phase::Labels);
    let mut text = heading(plan, "-- ");
    for step in labels {
        _ = writeln!(text, "\n{}", written(&step.sql));
    }
    if !others.is_empty() {
        text.push_str("\nBEGIN;\n");
        for (name, value) in settings(plan, spec) {
            _ = writeln!(text, "{}", plain(&format!("SELECT {}", set(name, value))));
        }
        for step in others {
            _ = writeln!(text, "\n{}", written(&step.sql));
        }
        text.push_str(end);
        text.push_str("\nCOMMIT;\n");
    }
    text + &left_out(plan, "-- ")
}

/// What the texts of a spec were written for; bodies of functions may name what is made later.
fn settings<'a>(plan: &Plan, spec: &'a Spec) -> Vec<(&'static str, &'a str)> {
    let is_routine = |step: &Step| step.key.kind.is_routine();
    let bodies = plan.steps.iter().any(is_routine).then_some(("check_function_bodies", "off"));
    spec.settings().into_iter().chain(backslashes(plan, spec)).chain(bodies).collect()
}

/// A backslash in a literal means what it means here, where the script is written, if the spec does
/// not say it.
fn backslashes(plan: &Plan, spec: &Spec) -> Option<(&'static str, &'static str)> {
    const NAME: &str = "standard_conforming_strings";
    let is_said = spec.settings().iter().any(|(name, _)| *name == NAME);
    let matters = plan.steps.iter().any(|step| step.sql.contains('\\'));
    let value = if naming::has_standard_strings() { "on" } else { "off" };
    (matters && !is_said).then_some((NAME, value))
}

/// The call that sets something to the end of the transaction. In SET a list of names would be a
/// piece of SQL.
fn set(name: &str, value: &str) -> String {
    format!("pg_catalog.set_config('{name}', {}, true)", quote_literal(value))
}

/// A dollar quote that the text neither has nor completes.
fn dollar_quote(text: &str) -> String {
    let quotes = (0..).map(|number| match number {
        0 => "$guarded$".to_string(),
        number => format!("$guarded{number}$"),
    });
    let ends = |quote: &String| format!("{text}{quote}").find(quote.as_str()) == Some(text.len());
    quotes.into_iter().find(ends).unwrap_or_default()
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
        1 => "; 1 difference left as it is, see below".to_string(),
        number => format!("; {number} differences left as they are, see below"),
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
    let (labels, others): (Vec<&Step>, Vec<&Step>) =
        plan.steps.iter().partition(|step| step.phase == Phase::Labels);
    let mut upgrade = outside_transaction(&labels);
    upgrade.push_str(&body(others.iter().map(|step| step.sql.as_str()), plan, spec));
    let back =
        plan.steps.iter().rev().flat_map(|step| step.undo.iter().flatten().map(String::as_str));
    let mut downgrade = String::new();
    for step in plan.steps.iter().filter(|step| step.undo.is_none()) {
        comment(&mut downgrade, "    # ", &format!("Not taken back: {}", step.sql));
    }
    downgrade.push_str(&body(back, plan, spec));
    let id = match revision.id {
        Some(id) => id.to_string(),
        None => format!("{:012x}", hash(upgrade.as_bytes()) & 0xffff_ffff_ffff),
    };
    let (heading, left_out) = (heading(plan, "# "), left_out(plan, "# "));
    let header = header(&id, revision, imports(&upgrade, &downgrade));
    format!(
        "{header}\n{heading}{left_out}\n\ndef upgrade() -> None:\n{}\n\ndef downgrade() -> None:\n{}",
        or_pass(upgrade),
        or_pass(downgrade),
    )
}

/// Alembic makes the table of its revisions before a revision runs, and writes to it afterwards.
fn without_its_own(plan: Plan) -> Plan {
    const TABLE: &str = "alembic_version";
    let is_its_own = |step: &Step| {
        let key = &step.key;
        key.relation == TABLE || key.kind == Kind::Table && key.name == TABLE
    };
    let (its_own, steps): (Vec<Step>, Vec<Step>) = plan.steps.into_iter().partition(is_its_own);
    let why = "the table of revisions is Alembic's own";
    let mut left_out = plan.left_out;
    left_out.extend(its_own.into_iter().map(|step| LeftOut {
        key: step.key,
        sql: vec![step.sql],
        why: why.into(),
    }));
    Plan { steps, left_out, ..plan }
}

/// What Alembic reads of a revision before it runs it.
fn header(id: &str, revision: Revision, imports: &str) -> String {
    let message = revision.message;
    let down = revision.down.unwrap_or_default();
    let title = python_text(&format!("{message}\n\nRevision ID: {id}\nRevises: {down}\n"));
    let id = python_string(id);
    let down = revision.down.map_or("None".into(), python_string);
    format!(
        "{title}\nfrom alembic import op\n{imports}\nrevision = {id}\ndown_revision = {down}\nbranch_labels = None\ndepends_on = None\n"
    )
}

/// What the bodies use besides `op`.
fn imports(upgrade: &str, downgrade: &str) -> &'static str {
    let uses_ddl = [upgrade, downgrade].iter().any(|body| body.contains("op.execute(DDL("));
    if uses_ddl { "from sqlalchemy import DDL\n" } else { "" }
}

/// A function must do something.
fn or_pass(body: String) -> String {
    let does_something = body.lines().any(|line| !line.trim_start().starts_with('#'));
    if does_something { body } else { body + "    pass\n" }
}

/// A new label cannot be used in the transaction that adds it.
fn outside_transaction(labels: &[&Step]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let labels = labels.iter().map(|step| format!("    {}", execute(&step.sql)));
    format!("    with op.get_context().autocommit_block():\n{}", labels.collect::<String>())
}

/// The statements under the settings of the spec, which Alembic's own statements must not see.
fn body<'a>(statements: impl Iterator<Item = &'a str>, plan: &Plan, spec: &Spec) -> String {
    let statements: String = statements.map(execute).collect();
    if statements.is_empty() {
        return statements;
    }
    let current = "pg_catalog.current_setting";
    let settings = settings(plan, spec);
    let select = |call: &dyn Fn(&str, &str) -> String| match settings.is_empty() {
        true => String::new(),
        false => {
            let calls = settings.iter().map(|(name, value)| call(name, value));
            execute(&format!("SELECT {}", calls.collect::<Vec<_>>().join(", ")))
        }
    };
    let copy =
        |from: &str, to: &str| format!("pg_catalog.set_config('{to}', {current}('{from}'), true)");
    let keep = |name: &str, _: &str| copy(name, &format!("guarded_repair.{name}"));
    let restore = |name: &str, _: &str| copy(&format!("guarded_repair.{name}"), name);
    select(&keep) + &select(&set) + &statements + &select(&restore)
}

/// A line that runs a statement. `op.execute` takes `:name` in a text for a parameter, wherever it
/// stands; in a DDL nothing has a meaning but the percent sign.
fn execute(sql: &str) -> String {
    let sql = if statement::ends_in_comment(sql) { plain(sql) } else { sql.to_string() };
    match has_colon(&sql) {
        false => format!("    op.execute({})\n", python_text(&sql)),
        true => format!("    op.execute(DDL({}))\n", python_text(&sql.replace('%', "%%"))),
    }
}

/// Whether there is a colon that belongs to no cast. A backslash before one has a meaning, too.
fn has_colon(sql: &str) -> bool {
    sql.contains("\\:") || sql.replace("::", "").contains(':')
}

/// A text as a Python literal of several lines. Quotes are escaped in pairs, and the last one.
fn python_text(text: &str) -> String {
    let unquoted = text.trim_end_matches('"');
    let last = if (text.len() - unquoted.len()) % 2 == 1 { "\\\"" } else { "" };
    let rest = &text[..text.len() - last.len() / 2];
    let escaped = rest.replace('\\', "\\\\").replace('\r', "\\r").replace("\"\"", "\\\"\\\"");
    format!("\"\"\"{escaped}{last}\"\"\"")
}

fn python_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
