//! What the journal says is unfinished: what it waits for now, and trying it again.
//!
//! Each statement is judged and run as if it came now from the role it was written for: under
//! that role, its search_path and its settings. Of another role only by one that may become it,
//! and then in a security-restricted operation ([`crate::pg::identity::as_role`]).

use crate::engine::{self, Judging, Operation};
use crate::error::Error;
use crate::outcome::{Outcome, Reason, Status};
use crate::pg::tree::model::{Action, Class, ConstraintKind, Relation};
use crate::pg::{catalog, identity, naming};
use crate::record::journal::Replayed;
use crate::record::unfinished::{self, Kept};
use crate::retype;
use crate::statement::{Statement, Web, parse};
use pgrx::pg_sys::Oid;
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;

thread_local! {
    /// Whether a replay is going on: a statement of it could be another one, and so on.
    static REPLAYING: Cell<bool> = const { Cell::new(false) };
}

/// Which pending statements are meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Those with this label.
    pub migration: Option<&'a str>,
    /// Those written for this role.
    pub role: Option<&'a str>,
}

impl Filter<'_> {
    fn takes(&self, row: &Kept) -> bool {
        self.migration.is_none_or(|migration| row.migration == migration)
            && self.role.is_none_or(|role| row.role == role)
    }
}

/// A pending statement, and how it stands now.
pub struct Pending {
    /// Its row of the journal.
    pub row: Kept,
    /// What it waits for: reason and message; `None` when it is ready.
    pub waits_for: Option<(String, String)>,
}

/// All statements that are pending for roles the caller may become, in order.
pub fn statements(filter: Filter) -> Vec<Pending> {
    let rows = unfinished();
    let pending = rows.iter().filter(|row| filter.takes(row)).filter_map(|row| {
        let waits_for = match outlook(row, &rows) {
            Outlook::Ready => None,
            Outlook::Waits(reason, message) => Some((reason, message)),
            Outlook::Done | Outlook::Unknown => return None,
        };
        Some(Pending { row: row.clone(), waits_for })
    });
    pending.collect()
}

/// The numbers of the rows that are pending, as far as the caller can tell: those of roles that
/// he may not become count as pending.
pub fn numbers() -> Vec<i64> {
    let rows = unfinished::rows();
    let is_pending = |row: &&Kept| {
        !may_see(row) || matches!(outlook(row, &rows), Outlook::Ready | Outlook::Waits(..))
    };
    rows.iter().filter(is_pending).map(|row| row.number).collect()
}

/// What became of a pending statement that was tried again.
pub struct Attempt {
    /// Its row of the journal.
    pub row: Kept,
    /// What became of it.
    pub outcome: Rc<Outcome>,
}

/// Tries pending statements again, in their order. One that another one has made ready has its
/// turn after it.
pub fn replay(filter: Filter) -> Result<Vec<Attempt>, Error> {
    let _done = Replaying::begin()?;
    let rows = unfinished();
    let mut waiting: Vec<&Kept> = rows.iter().filter(|row| filter.takes(row)).collect();
    let mut attempts = Vec::new();
    let mut goes_on = true;
    while goes_on {
        goes_on = false;
        for row in std::mem::take(&mut waiting) {
            match outlook(row, &rows) {
                Outlook::Unknown => {}
                Outlook::Waits(reason, _) if is_missing(&reason) => waiting.push(row),
                _ => {
                    let outcome = attempt(row);
                    goes_on |= outcome.status == Status::Applied;
                    attempts.push(Attempt { row: row.clone(), outcome });
                }
            }
        }
    }
    for row in waiting {
        attempts.push(Attempt { row: row.clone(), outcome: attempt(row) });
    }
    attempts.sort_by_key(|attempt| attempt.row.number);
    Ok(attempts)
}

/// Whether something that another statement may make is not there.
fn is_missing(reason: &str) -> bool {
    reason.starts_with("missing_")
}

/// Says that no replay goes on any more, also when an error unwinds.
struct Replaying;

impl Replaying {
    fn begin() -> Result<Replaying, Error> {
        if REPLAYING.replace(true) { Err(Error::ReplayInReplay) } else { Ok(Replaying) }
    }
}

impl Drop for Replaying {
    fn drop(&mut self) {
        REPLAYING.set(false);
    }
}

/// The unfinished rows that the caller may see.
fn unfinished() -> Vec<Kept> {
    unfinished::rows().into_iter().filter(may_see).collect()
}

/// Whether a row's role is one that the caller may become; those of a role that is no more are
/// for superusers to see.
fn may_see(row: &Kept) -> bool {
    match identity::role(&row.role) {
        Some(role) => identity::may_become(role),
        None => identity::is_superuser(),
    }
}

/// How a statement stands now.
enum Outlook {
    Ready,
    /// Reason and message.
    Waits(String, String),
    /// There is nothing left to do.
    Done,
    /// Nobody can tell whether it is to be done, so it is left alone.
    Unknown,
}

fn outlook(row: &Kept, rows: &[Kept]) -> Outlook {
    let look = || {
        let statements = match statements_of(row) {
            Ok(statements) => statements,
            Err(error) => return Outlook::Waits("syntax_error".into(), error.to_string()),
        };
        let foreseen = match retype::Request::again(&statements) {
            Some(request) => request.and_then(|request| retype::foresee(&request)),
            None => Ok(engine::foresee(operation(row, &statements, None))),
        };
        let foreseen = match foreseen {
            Ok(foreseen) => foreseen,
            Err(error) => return Outlook::Waits("syntax_error".into(), error.to_string()),
        };
        match statements.as_slice() {
            [statement] if is_drop(row) => outlook_of_drop(row, rows, statement, &foreseen),
            _ => outlook_of(&foreseen),
        }
    };
    match as_written(row, look) {
        Ok(outlook) => outlook,
        Err(Obstacle { reason, message, .. }) => Outlook::Waits(reason.into(), message),
    }
}

fn outlook_of(foreseen: &Outcome) -> Outlook {
    match foreseen.status {
        Status::Planned => Outlook::Ready,
        _ if foreseen.is_finished() => Outlook::Done,
        _ => {
            let said = [foreseen.message.clone(), foreseen.lines()];
            let message = said.into_iter().flatten().collect::<Vec<_>>().join(". ");
            Outlook::Waits(foreseen.reason.as_deref().unwrap_or_default().into(), message)
        }
    }
}

/// Whether it is a DROP that found nothing, because the table it belongs to was not there.
fn is_drop(row: &Kept) -> bool {
    row.reason.as_deref() == Some(Reason::AlreadyAbsent.code())
}

/// A DROP waits for its table. One that names none, of an index, is left alone unless the index
/// is on a table that was missing when it was asked for: an index of that name which was made
/// on another one later has nothing to do with it.
fn outlook_of_drop(
    row: &Kept,
    rows: &[Kept],
    statement: &Statement,
    foreseen: &Outcome,
) -> Outlook {
    let [Action::Drop { object }] = statement.command.actions.as_slice() else {
        return Outlook::Unknown;
    };
    match statement.expected.table.as_ref().or(object.relation.as_ref()) {
        Some(table) if catalog::relation(table).is_none() => Outlook::Waits(
            Reason::MissingTable.code().into(),
            format!("table \"{}\" does not exist", table.name),
        ),
        Some(_) => outlook_of(foreseen),
        None if object.class != Class::Index => Outlook::Unknown,
        None => match catalog::index_table(&object.as_relation()) {
            Some(table) if was_missing(table, row, rows) => outlook_of(foreseen),
            _ => Outlook::Unknown,
        },
    }
}

/// Whether the journal tells that this table was not there when a row was written: something
/// was left out for want of it in the same transaction, or later, and still is.
fn was_missing(table: Oid, at: &Kept, rows: &[Kept]) -> bool {
    let tells = |row: &&Kept| row.number > at.number || row.transaction_id == at.transaction_id;
    let names_it = |row: &Kept| {
        let find = || row.missing_table.as_ref().and_then(catalog::relation);
        as_written(row, find).ok().flatten().is_some_and(|found| found.oid == table)
    };
    rows.iter().filter(tells).any(names_it)
}

/// Tries a statement again.
fn attempt(row: &Kept) -> Rc<Outcome> {
    let replays = Replayed { number: row.number, last: (row.status.clone(), row.reason.clone()) };
    let run = || {
        let unreadable = |error: Error| Obstacle {
            status: Status::Failed,
            reason: "syntax_error",
            sqlstate: "42601",
            message: error.to_string(),
        };
        let statements = statements_of(row).map_err(unreadable)?;
        let outcome = match retype::Request::again(&statements) {
            Some(request) => request.and_then(|request| retype::change(&request, Some(&replays))),
            None => Ok(engine::execute_operation(operation(row, &statements, Some(&replays)))),
        };
        outcome.map_err(unreadable)
    };
    match as_written(row, run).and_then(|result| result) {
        Ok(outcome) => outcome,
        Err(obstacle) => engine::give_up(obstacle.into_outcome(row), &replays),
    }
}

fn statements_of(row: &Kept) -> Result<Vec<Statement>, Error> {
    let mut statements = parse::script(&row.ddl)?;
    if let (Some(Value::Object(expected)), [statement]) = (&row.expected, statements.as_mut_slice())
    {
        let text = |key: &str| expected.get(key).and_then(Value::as_str).map(str::to_string);
        let table = text("table").map(|name| Relation { schema: text("schema"), name });
        statement.expected.table = table;
        statement.expected.exact_kind = expected.contains_key("exact_kind");
        statement.expected.web = expected
            .get("web")
            .map(|web| Web { using: web.get("using").and_then(Value::as_str).map(str::to_string) });
        statement.expected.constraint = text("constraint").and_then(|w| ConstraintKind::named(&w));
    }
    Ok(statements)
}

fn operation<'a>(
    row: &Kept,
    statements: &'a [Statement],
    replays: Option<&'a Replayed>,
) -> Operation<'a> {
    let name = row.operation.clone().into();
    let object = row.object.clone();
    Operation { name, object, statements, judging: Judging::Beforehand, replays }
}

/// What keeps a statement from even being tried.
struct Obstacle {
    status: Status,
    reason: &'static str,
    sqlstate: &'static str,
    message: String,
}

impl Obstacle {
    fn into_outcome(self, row: &Kept) -> Outcome {
        let ddl = row.ddl.as_str().into();
        let name = row.operation.clone().into();
        let mut outcome = Outcome::new(self.status, name, row.object.clone(), ddl);
        outcome.reason = Some(self.reason.into());
        outcome.message = Some(self.message);
        outcome.sqlstate = (self.status == Status::Failed).then(|| self.sqlstate.into());
        outcome
    }
}

/// Runs `body` under the role, the search_path and the settings that a row was written under.
fn as_written<T>(row: &Kept, body: impl FnOnce() -> T) -> Result<T, Obstacle> {
    let role = identity::role(&row.role).ok_or_else(|| Obstacle {
        status: Status::Skipped,
        reason: Reason::MissingRole.code(),
        sqlstate: Reason::MissingRole.sqlstate(),
        message: format!("role \"{}\" does not exist", row.role),
    })?;
    let mut settings =
        vec![("search_path", &*row.search_path), ("guarded.migration", &row.migration)];
    if let Some(Value::Object(kept)) = &row.settings {
        settings.extend(kept.iter().filter_map(|(name, value)| Some((&**name, value.as_str()?))));
    }
    identity::as_role(role, || naming::under(&settings, body)).map_err(|message| Obstacle {
        status: Status::Failed,
        reason: "invalid_parameter_value",
        sqlstate: "22023",
        message,
    })
}
