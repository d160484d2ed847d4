//! A table of the extension's own: rows are added as its owner, whoever the caller is.
//!
//! Callers have no privilege on such a table, and need none: what is written is the library's
//! to decide. It goes the way of logical replication's apply worker (`ExecSimpleRelationInsert`),
//! so indexes, constraints and triggers that the owner has added are served.

use super::arena::Arena;
use super::identity::as_role;
use super::jsonb::{self, Value};
use super::message::{self, Message};
use super::owned;
use pg_sys::Oid;
use pgrx::{FromDatum, IntoDatum, pg_sys};
use std::cell::Cell;
use std::ffi::CStr;
use std::ops::ControlFlow;

/// The extension, and its schema.
const EXTENSION: &str = "guarded_ddl";
const SCHEMA: &CStr = c"guarded";

thread_local! {
    /// The table and the sequence that were last found to be the extension's.
    static KNOWN: Cell<[Oid; 2]> = const { Cell::new([pg_sys::InvalidOid; 2]) };
}

/// A value to be written, by the type of its column.
#[derive(Debug)]
pub enum Field<'a> {
    /// NULL.
    Null,
    /// text
    Text(&'a str),
    /// bigint
    Number(i64),
    /// xid8
    Id(u64),
    /// boolean
    Flag(bool),
    /// jsonb
    Json(Value<'a>),
    /// timestamptz, as [`now`] tells it.
    Time(i64),
}

/// The time by the clock, as a timestamptz.
pub fn now() -> i64 {
    // SAFETY: reads the clock.
    unsafe { pg_sys::GetCurrentTimestamp() }
}

impl<'a> Field<'a> {
    /// The text, or NULL where it is empty.
    pub fn text(text: &'a str) -> Self {
        if text.is_empty() { Field::Null } else { Field::Text(text) }
    }
}

/// The table, open.
pub struct OwnTable {
    relation: pg_sys::Relation,
    /// The lock to give back when it is closed.
    passing_lock: u32,
}

impl Drop for OwnTable {
    fn drop(&mut self) {
        // SAFETY: it was opened, and is closed once.
        unsafe { pg_sys::table_close(self.relation, self.passing_lock as i32) }
    }
}

impl OwnTable {
    /// The table of that name, to be read, if the extension is there and has it. Its lock is
    /// given back. Raises if its columns are not these.
    pub fn to_read(name: &CStr, columns: &[&CStr]) -> Option<OwnTable> {
        OwnTable::open(name, columns, pg_sys::AccessShareLock, pg_sys::AccessShareLock)
    }

    /// The same, to be written to, with the lock of an INSERT, which stays until the transaction
    /// ends.
    pub fn to_write(name: &CStr, columns: &[&CStr]) -> Option<OwnTable> {
        OwnTable::open(name, columns, pg_sys::RowExclusiveLock, pg_sys::NoLock)
    }

    fn open(name: &CStr, columns: &[&CStr], lock: u32, passing_lock: u32) -> Option<OwnTable> {
        let oid = find(name).filter(|oid| is_the_extensions(*oid))?;
        // SAFETY: the table was found just now; one that has gone since raises.
        let relation = unsafe { pg_sys::table_open(oid, lock as i32) };
        let table = OwnTable { relation, passing_lock };
        table.need_columns(columns);
        Some(table)
    }

    fn need_columns(&self, columns: &[&CStr]) {
        let descriptor = self.descriptor();
        let is_there = |(index, name): (usize, &&CStr)| {
            // SAFETY: a column's place below natts.
            let attribute = unsafe { &*super::compat::attribute(descriptor, index) };
            // SAFETY: a NUL-terminated name.
            let found = unsafe { CStr::from_ptr(attribute.attname.data.as_ptr()) };
            !attribute.attisdropped && found == *name
        };
        if columns.len() > self.width() || !columns.iter().enumerate().all(is_there) {
            raise_unknown_columns();
        }
    }

    fn descriptor(&self) -> pg_sys::TupleDesc {
        // SAFETY: the relation is open.
        unsafe { (*self.relation).rd_att }
    }

    fn width(&self) -> usize {
        // SAFETY: the descriptor of an open relation.
        usize::try_from(unsafe { (*self.descriptor()).natts }).unwrap_or(0)
    }

    /// How many pages an index of it has.
    pub fn pages(&self, index: &CStr) -> u32 {
        self.with_index(index, |index| {
            let main = pg_sys::ForkNumber::MAIN_FORKNUM;
            // SAFETY: the index is open.
            unsafe { pg_sys::RelationGetNumberOfBlocksInFork(index, main) }
        })
        .unwrap_or(0)
    }

    /// Runs `body` with an index of it open; `None` if there is no such index.
    fn with_index<T>(&self, name: &CStr, body: impl FnOnce(pg_sys::Relation) -> T) -> Option<T> {
        let lock = pg_sys::AccessShareLock as i32;
        // SAFETY: the index is opened and closed; if `body` raises, by the end of the
        // (sub)transaction.
        unsafe {
            let index = pg_sys::index_open(find(name)?, lock);
            let result = body(index);
            pg_sys::index_close(index, lock);
            Some(result)
        }
    }

    /// Adds rows; columns behind those given are NULL.
    pub fn insert<'a>(&self, rows: impl IntoIterator<Item = Vec<Field<'a>>>) {
        // SAFETY: the relation is open.
        let owner = unsafe { (*(*self.relation).rd_rel).relowner };
        let arena = Arena::new();
        arena.enter(|| as_role(owner, || with_snapshot(|| self.insert_rows(rows))));
    }

    fn insert_rows<'a>(&self, rows: impl IntoIterator<Item = Vec<Field<'a>>>) {
        // SAFETY: the sequence of `apply_handle_insert_internal` in worker.c. All that is made is
        // in the current context, which the caller ends.
        unsafe {
            let state = pg_sys::CreateExecutorState();
            let target: *mut pg_sys::ResultRelInfo =
                pg_sys::palloc0(size_of::<pg_sys::ResultRelInfo>()).cast();
            (*target).type_ = pg_sys::NodeTag::T_ResultRelInfo;
            // Without a range table: nothing is said of which columns were given.
            pg_sys::InitResultRelInfo(target, self.relation, 0, std::ptr::null_mut(), 0);
            pg_sys::ExecOpenIndices(target, false);
            let slots: Vec<_> = rows.into_iter().map(|row| self.slot(state, &row)).collect();
            if slots.len() > 1 && self.is_plain() {
                self.insert_together(state, target, slots);
            } else {
                self.insert_each(state, target, slots);
            }
            pg_sys::ExecCloseIndices(target);
            pg_sys::ExecResetTupleTable((*state).es_tupleTable, false);
            pg_sys::FreeExecutorState(state);
        }
    }

    /// Whether rows may be added several at once: the owner has added no trigger to the table,
    /// and no column that is computed.
    fn is_plain(&self) -> bool {
        // SAFETY: the relation is open.
        unsafe {
            let constraints = (*self.descriptor()).constr;
            (*self.relation).trigdesc.is_null()
                && constraints.as_ref().is_none_or(|these| !these.has_generated_stored)
        }
    }

    /// # Safety
    /// The executor state is alive.
    unsafe fn slot(
        &self,
        state: *mut pg_sys::EState,
        row: &[Field],
    ) -> *mut pg_sys::TupleTableSlot {
        // SAFETY: the slot has a place for each column of the relation.
        unsafe {
            let slot = pg_sys::table_slot_create(self.relation, &mut (*state).es_tupleTable);
            for place in 0..self.width() {
                let value = row.get(place).and_then(datum);
                *(*slot).tts_isnull.add(place) = value.is_none();
                *(*slot).tts_values.add(place) = value.unwrap_or(pg_sys::Datum::null());
            }
            pg_sys::ExecStoreVirtualTuple(slot)
        }
    }

    /// As `CopyMultiInsertBufferFlush` in copyfrom.c does, when there are no triggers.
    ///
    /// # Safety
    /// State, target and slots are as `insert_rows` makes them.
    unsafe fn insert_together(
        &self,
        state: *mut pg_sys::EState,
        target: *mut pg_sys::ResultRelInfo,
        mut slots: Vec<*mut pg_sys::TupleTableSlot>,
    ) {
        // SAFETY: the caller's.
        unsafe {
            for slot in &slots {
                pg_sys::ExecConstraints(target, *slot, state);
            }
            let count = i32::try_from(slots.len()).unwrap_or(i32::MAX);
            let command = pg_sys::GetCurrentCommandId(true);
            let none = std::ptr::null_mut();
            pg_sys::table_multi_insert(self.relation, slots.as_mut_ptr(), count, command, 0, none);
            for slot in slots {
                super::compat::insert_into_indexes(target, slot, state);
            }
        }
    }

    /// # Safety
    /// State, target and slots are as `insert_rows` makes them.
    unsafe fn insert_each(
        &self,
        state: *mut pg_sys::EState,
        target: *mut pg_sys::ResultRelInfo,
        slots: Vec<*mut pg_sys::TupleTableSlot>,
    ) {
        // SAFETY: the caller's.
        unsafe {
            pg_sys::AfterTriggerBeginQuery();
            for slot in slots {
                pg_sys::ExecSimpleRelationInsert(target, state, slot);
            }
            pg_sys::AfterTriggerEndQuery(state);
        }
    }

    /// Visits the rows with this bigint in the column that `index` begins with, the last first,
    /// until one breaks. They are those committed by now and the transaction's own, whatever
    /// its snapshot; nothing is left behind that could make it fail to serialize.
    pub fn find_last<T>(
        &self,
        index: &CStr,
        column: i16,
        key: i64,
        visit: impl FnMut(&Row) -> ControlFlow<T>,
    ) -> Option<T> {
        // SAFETY: all zero bits are a ScanKeyData, and ScanKeyInit fills it.
        let mut wanted: pg_sys::ScanKeyData = unsafe { std::mem::zeroed() };
        let equal = pg_sys::Oid::from(pg_sys::F_INT8EQ);
        let strategy = pg_sys::BTEqualStrategyNumber as u16;
        let key = pg_sys::Datum::from(key);
        // SAFETY: a bigint compared with a bigint.
        unsafe { pg_sys::ScanKeyInit(&mut wanted, column, strategy, equal, key) };
        self.scan(index, std::slice::from_mut(&mut wanted), visit)
    }

    /// Visits the rows that an index has, as [`OwnTable::find_last`] does.
    pub fn visit_all(&self, index: &CStr, mut visit: impl FnMut(&Row)) {
        self.scan::<()>(index, &mut [], |row| {
            visit(row);
            ControlFlow::Continue(())
        });
    }

    fn scan<T>(
        &self,
        index: &CStr,
        keys: &mut [pg_sys::ScanKeyData],
        mut visit: impl FnMut(&Row) -> ControlFlow<T>,
    ) -> Option<T> {
        let mut found = None;
        // SAFETY: table and index are open. Between beginning and end of the scan nothing but
        // `visit` runs, which reads the row it is given.
        self.with_index(index, |index| unsafe {
            let now = &raw mut pg_sys::SnapshotSelfData;
            let count = i32::try_from(keys.len()).unwrap_or(0);
            let keys = keys.as_mut_ptr();
            let scan = pg_sys::systable_beginscan_ordered(self.relation, index, now, count, keys);
            let backward = pg_sys::ScanDirection::BackwardScanDirection;
            loop {
                let tuple = pg_sys::systable_getnext_ordered(scan, backward);
                if tuple.is_null() {
                    break;
                }
                if let ControlFlow::Break(value) = visit(&Row { tuple, table: self }) {
                    found = Some(value);
                    break;
                }
            }
            pg_sys::systable_endscan_ordered(scan);
        });
        found
    }
}

/// The next value of a sequence of the extension's, whose privileges are not asked for; `None`
/// where there is no such sequence.
pub fn next_value(sequence: &CStr) -> Option<i64> {
    let oid = find(sequence).filter(|oid| is_the_extensions(*oid))?;
    // SAFETY: raises if it is no sequence.
    Some(unsafe { pg_sys::nextval_internal(oid, false) })
}

/// Whether the extension is there and has a table of that name.
pub fn exists(name: &CStr) -> bool {
    find(name).is_some_and(is_the_extensions)
}

/// The table and the sequence that were last found to be the extension's.
pub(super) fn known() -> [Oid; 2] {
    KNOWN.get()
}

/// The role that owns the table of that name, if the extension is there and has it.
pub fn owner(name: &CStr) -> Option<Oid> {
    let oid = find(name).filter(|oid| is_the_extensions(*oid))?;
    super::catalog::relation_by_oid(oid).map(|table| table.owner)
}

/// A row being visited.
pub struct Row<'a> {
    tuple: pg_sys::HeapTuple,
    table: &'a OwnTable,
}

impl Row<'_> {
    /// A boolean column, by its number from 1; false for NULL.
    pub fn flag(&self, column: i16) -> bool {
        // SAFETY: the caller knows the column's type.
        unsafe { self.column::<bool>(column) }.unwrap_or(false)
    }

    /// A bigint column, by its number from 1.
    pub fn number(&self, column: i16) -> Option<i64> {
        // SAFETY: the caller knows the column's type.
        unsafe { self.column::<i64>(column) }
    }

    /// A text column, by its number from 1; empty for NULL.
    pub fn text(&self, column: i16) -> String {
        // SAFETY: the caller knows the column's type.
        unsafe { self.column::<String>(column) }.unwrap_or_default()
    }

    /// # Safety
    /// The column is of this type.
    unsafe fn column<T: FromDatum>(&self, column: i16) -> Option<T> {
        let mut is_null = false;
        let descriptor = self.table.descriptor();
        // SAFETY: the caller's; the tuple is of the table.
        unsafe {
            let datum = pg_sys::heap_getattr(self.tuple, column.into(), descriptor, &mut is_null);
            T::from_datum(datum, is_null)
        }
    }
}

/// In the current memory context.
fn datum(field: &Field) -> Option<pg_sys::Datum> {
    match field {
        Field::Null => None,
        Field::Text(text) => text.into_datum(),
        Field::Number(number) => number.into_datum(),
        Field::Id(id) => Some(pg_sys::Datum::from(*id)),
        Field::Flag(flag) => flag.into_datum(),
        Field::Json(value) => Some(jsonb::datum(value)),
        Field::Time(time) => time.into_datum(),
    }
}

/// The relation of that name in the extension's schema.
fn find(name: &CStr) -> Option<Oid> {
    // SAFETY: syscache look-ups, which return InvalidOid for what is not there.
    unsafe {
        let schema = pg_sys::get_namespace_oid(SCHEMA.as_ptr(), true);
        if schema == pg_sys::InvalidOid {
            return None;
        }
        let oid = pg_sys::get_relname_relid(name.as_ptr(), schema);
        (oid != pg_sys::InvalidOid).then_some(oid)
    }
}

/// Where the extension is not there, anybody could make something of that name.
fn is_the_extensions(relation: Oid) -> bool {
    let known = KNOWN.get();
    if known.contains(&relation) {
        return true;
    }
    // SAFETY: look-ups by index, of a name that is NULL for no extension.
    let extension = unsafe {
        let extension = pg_sys::getExtensionOfObject(pg_sys::RelationRelationId, relation);
        owned(pg_sys::get_extension_name(extension))
    };
    let is_so = extension.as_deref() == Some(EXTENSION);
    if is_so {
        KNOWN.set([relation, known[0]]);
    }
    is_so
}

/// Runs `body` with an active snapshot, which there is none of after a statement like VACUUM.
fn with_snapshot<T>(body: impl FnOnce() -> T) -> T {
    // SAFETY: what is pushed is popped; if `body` raises, the transaction's end pops it.
    unsafe {
        if pg_sys::ActiveSnapshotSet() {
            return body();
        }
        pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot());
        let result = body();
        pg_sys::PopActiveSnapshot();
        result
    }
}

/// Somebody has changed the table, or it is another version's.
pub fn raise_unknown_columns() -> ! {
    let message = Message {
        text: "the journal is not as this version of guarded_ddl makes it".into(),
        detail: Some(
            "Columns of table \"guarded.journal\" are others, or in another order.".into(),
        ),
        hint: Some(
            "Run ALTER EXTENSION guarded_ddl UPDATE, or set guarded.journal = off as a superuser.",
        ),
        ..Message::default()
    };
    message::raise("55000", &message)
}
