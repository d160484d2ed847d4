//! The table guarded.journal: outcomes that outlive the session.
//!
//! A row is written in the transaction that the statement is part of, so it is exactly as true as
//! what was committed. Under `guarded.journal = unfinished` there is a row for what leaves
//! something to do, and one for what later finishes it; under `all` there is one for everything.
//! Rows are only added, so sessions do not wait for each other.
//!
//! A statement is known again by its fingerprint: its text as the server's scanner reads it, and
//! the schemas that its names are looked for in. [`super::unfinished`] reads what is unfinished.
//!
//! Rows wait in memory to be written together, until somebody looks ([`crate::pg::reading`]), or
//! the transaction is to be committed.

use crate::outcome::Outcome;
use crate::pg::arena::Arena;
use crate::pg::identity::has_privileges_of;
use crate::pg::jsonb::{ToJsonb, Value};
use crate::pg::own_table::{self, Field, OwnTable, Row};
use crate::pg::transaction::{self, Event, Waiting};
use crate::pg::{self, identity, naming, reading, scanner};
use crate::settings::{self, Journal};
use crate::statement::Expected;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ffi::CStr;
use std::ops::ControlFlow;
use std::rc::Rc;

/// The table's name in the extension's schema.
pub const TABLE: &CStr = c"journal";
const SEQUENCE: &CStr = c"journal_number";
const INDEX: &CStr = c"journal_fingerprint";

/// The columns, in the order of [`Entry::fields`].
const COLUMNS: [&CStr; 19] = [
    c"number",
    c"recorded_at",
    c"migration",
    c"role",
    c"session_role",
    c"transaction_id",
    c"search_path",
    c"settings",
    c"operation",
    c"object",
    c"status",
    c"reason",
    c"missing_table",
    c"ddl",
    c"expected",
    c"outcome",
    c"finished",
    c"fingerprint",
    c"replays",
];
const ROLE: i16 = 4;
const OBJECT: i16 = 10;
const FINISHED: i16 = 17;
const FINGERPRINT: i16 = 18;
const REPLAYS: i16 = 19;

/// How many rows wait to be written together.
const MOST_WAITING: usize = 100;

/// What the journal is told of a statement.
pub struct Note<'a> {
    /// What became of it.
    pub outcome: &'a Rc<Outcome>,
    /// Whether there is nothing left to do.
    pub finished: bool,
    /// What the caller said besides.
    pub expected: &'a Expected,
    /// The row whose statement was tried again.
    pub replays: Option<&'a Replayed>,
}

/// A row whose statement is tried again.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// Its number.
    pub number: i64,
    /// The status and reason that it had last.
    pub last: (String, Option<String>),
}

impl Replayed {
    /// Whether nothing new is to be said of it.
    fn is_as_before(&self, outcome: &Outcome) -> bool {
        let (status, reason) = &self.last;
        outcome.status.word() == status && outcome.reason.as_deref() == reason.as_deref()
    }
}

thread_local! {
    /// Rows that are still to be written.
    static WAITING: RefCell<Waiting<Rc<Entry>>> = RefCell::default();
    static WRITING: Cell<bool> = const { Cell::new(false) };
    static OPEN: RefCell<OpenObjects> = RefCell::default();
}

/// Adds a row, if `guarded.journal` asks for one and the extension is there. A transaction that
/// may not write keeps none.
pub fn add(note: &Note) {
    let extent = settings::journal();
    if extent == Journal::Off || transaction::is_read_only() {
        return;
    }
    if note.replays.is_some_and(|row| !note.finished && row.is_as_before(note.outcome)) {
        return;
    }
    let fingerprint = fingerprint_if_needed(note);
    if (fingerprint.is_some() || extent == Journal::All)
        && let Some(number) = own_table::next_value(SEQUENCE)
    {
        write_later(Entry::new(number, note, fingerprint));
    }
}

fn write_later(entry: Entry) {
    let count = WAITING.with_borrow_mut(|waiting| {
        waiting.push(Rc::new(entry));
        waiting.len()
    });
    if count == 1 {
        reading::await_readers(own_table::exists(TABLE), write_waiting);
    } else if count >= MOST_WAITING {
        write_waiting();
    }
}

/// Writes what waits to be written.
pub fn write_waiting() {
    // What a trigger of the owner's may lead to meanwhile waits for the next time.
    if WRITING.get() {
        return;
    }
    let entries = WAITING.with_borrow(Waiting::unwritten);
    if entries.is_empty() {
        return;
    }
    let _done = Writing::begin();
    if let Some(table) = OwnTable::to_write(TABLE, &COLUMNS) {
        let transaction = transaction::current_id();
        table.insert(entries.iter().map(|entry| entry.fields(transaction)));
    }
    let are_waiting = WAITING.with_borrow_mut(|waiting| {
        waiting.written(entries.len());
        !waiting.is_empty()
    });
    reading::await_readers(are_waiting, write_waiting);
}

/// Says that nothing is being written any more, also when an error unwinds.
struct Writing;

impl Writing {
    fn begin() -> Writing {
        WRITING.set(true);
        Writing
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        WRITING.set(false);
    }
}

/// Told by the report's own listener, after the report.
pub(super) fn on_event(event: Event) {
    match event {
        Event::BeforeCommit => write_waiting(),
        Event::Commit | Event::Prepare { .. } | Event::Abort => OPEN.set(OpenObjects::default()),
        Event::SubCommit { .. } | Event::SubAbort { .. } => {}
    }
    let are_waiting = WAITING.with_borrow_mut(|waiting| {
        waiting.on(event);
        !waiting.is_empty()
    });
    reading::await_readers(are_waiting, write_waiting);
}

/// The fingerprint of a statement that is unfinished, or is finished now and was not before.
fn fingerprint_if_needed(note: &Note) -> Option<i64> {
    let Outcome { ddl, object, .. } = &**note.outcome;
    if note.finished && note.replays.is_none() {
        return finishes_something(ddl, object);
    }
    OPEN.with_borrow_mut(|open| open.note(object));
    Some(fingerprint(ddl))
}

fn finishes_something(ddl: &str, object: &str) -> Option<i64> {
    if !OPEN.with_borrow_mut(|open| open.may_have(object)) {
        return None;
    }
    write_waiting();
    let table = OwnTable::to_read(TABLE, &COLUMNS)?;
    let fingerprint = fingerprint(ddl);
    let is_it = table.find_last(INDEX, FINGERPRINT, fingerprint, is_unfinished);
    is_it.unwrap_or(false).then_some(fingerprint)
}

/// Whether a row is one that the current role can finish, the last first. What a role with its
/// privileges has finished since is finished.
fn is_unfinished(row: &Row) -> ControlFlow<bool> {
    let (theirs, own) = (identity::role(&row.text(ROLE)), identity::role(&pg::current_user()));
    let (Some(theirs), Some(own)) = (theirs, own) else { return ControlFlow::Continue(()) };
    let is_one_of_several = row.number(REPLAYS).is_some();
    match row.flag(FINISHED) {
        false if has_privileges_of(own, theirs) => ControlFlow::Break(true),
        true if !is_one_of_several && has_privileges_of(theirs, own) => ControlFlow::Break(false),
        _ => ControlFlow::Continue(()),
    }
}

/// The objects that the journal has something unfinished about, so that what finishes nothing
/// need not look there each time. Read when a transaction has looked there some times; what
/// other sessions write after that is as if they had written it after this transaction.
#[derive(Default)]
struct OpenObjects {
    looks: u32,
    known: Option<HashSet<i64>>,
}

impl OpenObjects {
    /// How often a transaction looks for a single statement.
    const SINGLE_LOOKS: u32 = 2;
    /// How large the index may be, in pages, for the objects of all its rows to be remembered.
    const MOST_PAGES: u32 = 64;

    fn may_have(&mut self, object: &str) -> bool {
        self.looks += 1;
        if self.known.is_none() && self.looks > Self::SINGLE_LOOKS {
            self.known = Self::read();
        }
        self.known.as_ref().is_none_or(|known| known.contains(&pg::hash(object.as_bytes())))
    }

    fn read() -> Option<HashSet<i64>> {
        write_waiting();
        let table = OwnTable::to_read(TABLE, &COLUMNS)?;
        if table.pages(INDEX) > Self::MOST_PAGES {
            return None;
        }
        let mut known = HashSet::new();
        table.visit_all(INDEX, |row| _ = known.insert(pg::hash(row.text(OBJECT).as_bytes())));
        Some(known)
    }

    fn note(&mut self, object: &str) {
        if let Some(known) = &mut self.known {
            known.insert(pg::hash(object.as_bytes()));
        }
    }
}

/// By what the statement is known again. One that the scanner does not take, which has been
/// parsed in another way, is known by its very text.
fn fingerprint(ddl: &str) -> i64 {
    let text = scanner::canonical(&Arena::new(), &pg::c_string(ddl));
    let mut key = text.unwrap_or_else(|_| ddl.to_string());
    for schema in naming::searched_schemas() {
        key.push('\0');
        key.push_str(&schema);
    }
    pg::hash(key.as_bytes())
}

/// A row as it will be written.
#[derive(Debug)]
struct Entry {
    number: i64,
    recorded_at: i64,
    migration: String,
    role: String,
    session_role: String,
    search_path: String,
    settings: Vec<(&'static str, String)>,
    missing_table: Option<String>,
    expected: Expected,
    outcome: Rc<Outcome>,
    finished: bool,
    fingerprint: Option<i64>,
    replays: Option<i64>,
}

impl Entry {
    fn new(number: i64, note: &Note, fingerprint: Option<i64>) -> Entry {
        let outcome = note.outcome.for_keeping();
        Entry {
            number,
            recorded_at: own_table::now(),
            migration: settings::migration(),
            role: pg::current_user(),
            session_role: pg::session_user(),
            search_path: naming::search_path(),
            settings: if note.finished { Vec::new() } else { naming::settings() },
            missing_table: outcome.missing_table.as_ref().map(ToString::to_string),
            expected: note.expected.clone(),
            outcome,
            finished: note.finished,
            fingerprint,
            replays: note.replays.map(|row| row.number),
        }
    }

    fn fields(&self, transaction: u64) -> Vec<Field<'_>> {
        let outcome = &*self.outcome;
        vec![
            Field::Number(self.number),
            Field::Time(self.recorded_at),
            Field::Text(&self.migration),
            Field::Text(&self.role),
            Field::Text(&self.session_role),
            Field::Id(transaction),
            Field::Text(&self.search_path),
            self.settings().map_or(Field::Null, Field::Json),
            Field::Text(&outcome.operation),
            Field::text(&outcome.object),
            Field::Text(outcome.status.word()),
            outcome.reason.as_deref().map_or(Field::Null, Field::Text),
            self.missing_table.as_deref().map_or(Field::Null, Field::Text),
            Field::Text(&outcome.ddl),
            expected(&self.expected).map_or(Field::Null, Field::Json),
            Field::Json(outcome.to_value()),
            Field::Flag(self.finished),
            self.fingerprint.map_or(Field::Null, Field::Number),
            self.replays.map_or(Field::Null, Field::Number),
        ]
    }

    fn settings(&self) -> Option<Value<'_>> {
        let each = self.settings.iter().map(|(name, value)| (*name, Value::Text(value)));
        (!self.settings.is_empty()).then(|| Value::Object(each.collect()))
    }
}

/// What the caller said besides, as [`crate::pending`] reads it.
fn expected(expected: &Expected) -> Option<Value<'_>> {
    let Expected { table, exact_kind, constraint, web } = expected;
    let mut members = Vec::new();
    if let Some(table) = table {
        members.push(("table", Value::Text(&table.name)));
        if let Some(schema) = &table.schema {
            members.push(("schema", Value::Text(schema)));
        }
    }
    if *exact_kind {
        members.push(("exact_kind", Value::Flag(true)));
    }
    if let Some(kind) = constraint {
        members.push(("constraint", Value::Text(kind.word())));
    }
    if let Some(web) = web {
        let using = web.using.iter().map(|using| ("using", Value::Text(using)));
        members.push(("web", Value::Object(using.collect())));
    }
    (!members.is_empty()).then_some(Value::Object(members))
}
