//! Rows that are in the way of a statement, looked for before it runs: `guarded.check_data`.
//!
//! One file for each family of conditions. Each finds what the server would stumble over, by a
//! query or by evaluating what the server evaluates, under ACCESS SHARE and for at most
//! [`MOST_FOUND`] offenders. The engine asks, if that is on. Whatever cannot be looked at, or not by
//! this role, is left to the statement itself, which is the last judge anyway.

mod check;
mod exclude;
mod foreign;
mod not_null;
mod retype;
mod table;
mod unique;

use self::table::Table;
use super::*;
use crate::pg::rows_of;
use crate::pg::tree::model::{ConstraintDef, TableChange};

/// As many offenders are shown; one more tells whether there are more.
const MOST_SHOWN: usize = 10;

/// As many are looked for.
const MOST_FOUND: usize = MOST_SHOWN + 1;

/// Looks at the rows for each action of a statement that is to run, and refuses it if some are in
/// its way.
pub fn judge(statement: &Statement, verdicts: &mut Vec<Verdict>) {
    judge_in_order(std::slice::from_ref(statement), std::slice::from_mut(verdicts));
}

/// The same for statements that run one after the other. What depends on one before it cannot be
/// looked at yet.
pub fn judge_in_order(statements: &[Statement], verdicts: &mut [Vec<Verdict>]) {
    let mut is_changed = false;
    for (statement, verdicts) in statements.iter().zip(verdicts) {
        let actions = &statement.command.actions;
        let running: Vec<usize> =
            (0..actions.len()).filter(|index| verdicts[*index].runs()).collect();
        for index in running.iter().copied().filter(|_| !is_changed) {
            let mut others = running.iter().filter(|other| **other != index);
            if others.any(|other| is_in_sight_of(&actions[*other], &actions[index])) {
                continue;
            }
            if let Some(finding) = look(statement, &actions[index], &verdicts[index]) {
                verdicts[index] = Verdict::Refused(finding);
            }
        }
        is_changed |= running.iter().any(|index| changes_tables(&actions[*index]));
    }
}

/// Whether an action may make other rows, or other columns, of those that are there now.
fn changes_tables(action: &Action) -> bool {
    match action {
        Action::AddColumn { .. }
        | Action::AddConstraint { .. }
        | Action::DropConstraint { .. }
        | Action::ValidateConstraint { .. }
        | Action::CreateIndex(_)
        | Action::Comment { .. } => false,
        Action::Drop { object } => !is_beside_rows(object.class),
        Action::AlterColumn { change, .. } => {
            matches!(change, ColumnChange::Type { .. } | ColumnChange::Other)
        }
        Action::AlterTable { change, .. } => matches!(
            change,
            TableChange::Attach { .. }
                | TableChange::Inherit(_)
                | TableChange::With(_)
                | TableChange::Other
        ),
        _ => true,
    }
}

/// Whether what is dropped of this kind leaves rows and columns as they are.
fn is_beside_rows(class: Class) -> bool {
    matches!(
        class,
        Class::View
            | Class::MaterializedView
            | Class::Index
            | Class::Policy
            | Class::Trigger
            | Class::Rule
            | Class::Statistics
    )
}

/// Whether one action of an ALTER TABLE sees what another one does. New values of columns are all
/// made of the old ones.
fn is_in_sight_of(other: &Action, action: &Action) -> bool {
    let is_retyped = |action: &Action| {
        matches!(action, Action::AlterColumn { change: ColumnChange::Type { .. }, .. })
    };
    let is_dropped = matches!(other, Action::DropColumn { .. });
    changes_tables(other) && !(is_retyped(action) && (is_retyped(other) || is_dropped))
}

fn look(statement: &Statement, action: &Action, verdict: &Verdict) -> Option<Finding> {
    let only = statement.command.only;
    match (action, verdict) {
        (Action::AddConstraint { table, .. }, Verdict::Validate(name))
        | (Action::ValidateConstraint { table, name }, _) => {
            validated(&Table::to_look_at(table, only)?, name)
        }
        (Action::AddConstraint { table, constraint }, _) => {
            added(&Table::to_look_at(table, only)?, constraint)
        }
        (Action::AddColumn { table, column }, _) => {
            not_null::of_new_column(&Table::to_look_at(table, only)?, column)
        }
        (Action::AlterColumn { table, column, change }, _) => {
            let table = Table::to_look_at(table, only)?;
            match change {
                ColumnChange::NotNull(true) => not_null::of_column(&table, column),
                ColumnChange::Type { type_name, using, .. } => {
                    retype::of_column(&table, column, type_name, using.as_ref())
                }
                _ => None,
            }
        }
        (Action::CreateIndex(index), _) if index.shape.unique => {
            unique::of_index(&Table::to_look_at(&index.table, index.only)?, &index.shape)
        }
        _ => None,
    }
}

/// ADD CONSTRAINT
fn added(table: &Table, wanted: &ConstraintDef) -> Option<Finding> {
    if wanted.not_valid || wanted.not_enforced || wanted.using_index.is_some() || wanted.period {
        return None;
    }
    match wanted.kind {
        ConstraintKind::NotNull => {
            not_null::of_column(&table.limited(wanted.no_inherit), wanted.columns.first()?)
        }
        ConstraintKind::Check => check::added(table, wanted),
        // As the server does: the index is built before the rows are read for NULLs.
        ConstraintKind::Primary => unique::of_constraint(table, wanted).or_else(|| {
            let mut columns = wanted.columns.iter();
            columns.find_map(|column| not_null::of_column(&table.itself(), column))
        }),
        ConstraintKind::Unique => unique::of_constraint(table, wanted),
        ConstraintKind::Exclude => exclude::added(table, wanted),
        ConstraintKind::Foreign => foreign::added(table, wanted),
    }
}

/// VALIDATE CONSTRAINT
fn validated(table: &Table, name: &str) -> Option<Finding> {
    let stored = catalog::constraint(table.info.oid, name)?;
    if stored.validated || !stored.enforced || stored.period {
        return None;
    }
    match stored.kind {
        'n' => {
            let column = catalog::column_name(table.info.oid, *stored.columns.first()?)?;
            not_null::of_column(&table.limited(stored.no_inherit), &column)
        }
        'c' => check::stored(&table.limited(stored.no_inherit), &stored),
        'f' => foreign::stored(table, &stored),
        _ => None,
    }
}

/// What a query finds: rows of `from` that fulfil the condition.
struct Search {
    /// The relation, or several joined.
    from: String,
    condition: String,
    /// What is shown of a row: names of columns, or expressions.
    shown: Vec<String>,
    /// What the query for people selects; none if the role may not run it.
    listed: Option<String>,
}

impl Search {
    /// `None` when there is nothing in the way. Raises what the query raises.
    fn run(&self) -> Option<Violations> {
        let texts = match self.shown.is_empty() {
            true => "''".into(),
            false => self.shown.iter().map(|it| as_text(it)).collect::<Vec<_>>().join(", "),
        };
        let Search { from, condition, .. } = self;
        let query = format!("SELECT {texts} FROM {from} WHERE {condition}");
        let rows = rows_of::select(&query, MOST_FOUND);
        let listed = self.listed.as_ref();
        let query = listed.map(|listed| format!("SELECT {listed} FROM {from} WHERE {condition}"));
        let names: Vec<&str> = self.shown.iter().map(|it| without_alias(it)).collect();
        violations(&rows, &names, query)
    }
}

/// `None` of no rows.
fn violations(
    rows: &[Vec<Option<String>>],
    names: &[&str],
    query: Option<String>,
) -> Option<Violations> {
    let examples = rows.iter().take(MOST_SHOWN).filter(|_| !names.is_empty());
    (!rows.is_empty()).then(|| Violations {
        count: rows.len() as u64,
        is_exact: rows.len() < MOST_FOUND,
        examples: examples.map(|row| example(names, row)).collect(),
        query,
    })
}

/// `(id, email)=(7, null)`, as the server shows a key.
fn example(names: &[&str], values: &[Option<String>]) -> String {
    let values: Vec<String> = values
        .iter()
        .map(|value| match value {
            None => "null".into(),
            Some(value) if value.chars().count() > LONGEST_SHOWN => {
                value.chars().take(LONGEST_SHOWN).chain("…".chars()).collect()
            }
            Some(value) => value.clone(),
        })
        .collect();
    format!("({})=({})", names.join(", "), values.join(", "))
}

/// So many characters of a value are shown.
const LONGEST_SHOWN: usize = 60;

/// The text of a value, as its type writes it, and not much more than is shown.
fn as_text(value: &str) -> String {
    let most = LONGEST_SHOWN + 1;
    let text = format!("pg_catalog.left(pg_catalog.format('%s', {value}), {most})");
    format!("CASE WHEN {value} IS NOT DISTINCT FROM NULL THEN NULL ELSE {text} END")
}

/// `fk.id` is called `id`.
fn without_alias(name: &str) -> &str {
    name.strip_prefix("fk.").unwrap_or(name)
}

/// What is in the way of a statement.
fn finding(sqlstate: impl Into<Cow<'static, str>>, message: String, found: Violations) -> Finding {
    let mut finding = Finding::new(Reason::ViolatingRows, message).with_sqlstate(sqlstate);
    if !found.examples.is_empty() {
        finding = finding.with_detail(format!("Examples: {}.", found.examples.join("; ")));
    }
    if let Some(query) = &found.query {
        finding = finding.with_hint(format!("To list them: {query};"));
    }
    finding.violations = Some(found);
    finding
}

/// `1 row`, `at least 11 rows`
fn counted(found: &Violations, one: &str, several: &str) -> String {
    let what = if found.count == 1 { one } else { several };
    format!("{} {what}", found.amount())
}

/// `1 row of table "orders" violates check constraint "c"`
fn rows_that(found: &Violations, table: &Table, violates: &str, violate: &str) -> String {
    let rows = counted(found, "row", "rows");
    let verb = if found.count == 1 { violates } else { violate };
    format!("{rows} of table {} {verb}", in_quotes(&table.info.name))
}

/// Whether a value is NULL itself, not only all that it is made of.
fn null_test(value: &str, type_oid: Oid, is_null: bool) -> String {
    let base = catalog::base_type(type_oid, -1).0;
    let is_composite = catalog::type_by_oid(base)
        .is_none_or(|found| found.kind == 'c' || base == pgrx::pg_sys::RECORDOID);
    match (is_composite, is_null) {
        (false, true) => format!("{value} IS NULL"),
        (false, false) => format!("{value} IS NOT NULL"),
        (true, true) => format!("{value} IS NOT DISTINCT FROM NULL"),
        (true, false) => format!("{value} IS DISTINCT FROM NULL"),
    }
}

/// The SQLSTATEs that rows are refused with.
const NOT_NULL_VIOLATION: &str = "23502";
const FOREIGN_KEY_VIOLATION: &str = "23503";
const UNIQUE_VIOLATION: &str = "23505";
const CHECK_VIOLATION: &str = "23514";
const EXCLUSION_VIOLATION: &str = "23P01";
