//! Looking at the rows of tables: under ACCESS SHARE, and so that nothing of it remains.

use super::arena::Arena;
use super::error::PgError;
use super::parser;
use super::subtransaction::probe;
use super::tree::Node;
use super::{c_string, compat, execute, naming, owned};
use pg_sys::Oid;
use pgrx::{FromDatum, pg_guard, pg_sys};
use std::ffi::CString;
use std::rc::Rc;

/// Runs `body` with these tables locked as a SELECT locks them, and with one snapshot of what is
/// committed when it has got the locks, in a subtransaction that is rolled back: the locks are
/// given back. `None` when a setting does not take its value.
pub fn looking<T>(tables: &[Oid], body: impl FnOnce() -> T) -> Result<Option<T>, PgError> {
    let arena = Arena::new();
    probe(&arena, || {
        let settings = settings();
        let settings: Vec<_> =
            settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        arena.enter(|| naming::under_any(&settings, || seeing(tables, body)).ok())
    })
}

/// As much memory as for other work on whole tables (`RI_Initial_Check`), and rows in their order.
/// Values are grouped by sorting them, as an index is built: there are to be as many as rows.
fn settings() -> [(&'static str, String); 4] {
    // SAFETY: a setting.
    let memory = unsafe { pg_sys::maintenance_work_mem };
    [
        ("work_mem", memory.to_string()),
        ("hash_mem_multiplier", "1".into()),
        ("enable_hashagg", "off".into()),
        ("synchronize_seqscans", "off".into()),
    ]
}

fn seeing<T>(tables: &[Oid], body: impl FnOnce() -> T) -> T {
    // SAFETY: any OID can be locked; the snapshot is copied by pushing it, and is gone with the
    // subtransaction if `body` raises.
    unsafe {
        for table in tables {
            pg_sys::LockRelationOid(*table, pg_sys::AccessShareLock as pg_sys::LOCKMODE);
        }
        pg_sys::PushActiveSnapshot(pg_sys::GetLatestSnapshot());
        let value = body();
        pg_sys::PopActiveSnapshot();
        value
    }
}

/// The first rows, no more than `most`, of a query whose columns are all text; `None` for NULL. It is
/// planned to be read to its end, by parallel workers where that pays: a LIMIT would be a plan that
/// pays only if many rows are found.
/// Raises what the query raises: to be called within [`looking`].
pub fn select(query: &str, most: usize) -> Vec<Vec<Option<String>>> {
    let mut rows = Vec::new();
    run(query, pg_sys::CURSOR_OPT_PARALLEL_OK, |_| (), &mut |slot| {
        // SAFETY: a row of the query, whose columns are text.
        rows.push(unsafe { texts(slot) });
        rows.len() < most
    });
    rows
}

/// The place of a row in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    block: u32,
    offset: u16,
}

impl Place {
    /// Before all rows.
    pub const START: Place = Place { block: 0, offset: 0 };

    /// `(7,1)`
    pub fn parse(text: &str) -> Option<Place> {
        let (block, offset) = text.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
        Some(Place { block: block.parse().ok()?, offset: offset.parse().ok()? })
    }

    /// As SQL writes a ctid.
    pub fn literal(self) -> String {
        format!("'({},{})'", self.block, self.offset)
    }
}

/// Evaluates an expression over the columns of a table for all rows of it behind a place, in their
/// order, and tells where it has come to: after an error, the row that raised it is the next one.
/// To be called within [`looking`].
pub(super) fn evaluate(
    table: &str,
    expression: *mut pg_sys::Node,
    after: Place,
    reached: &std::cell::Cell<Place>,
) {
    let place = after.literal();
    let query = format!("SELECT ctid, 0 FROM ONLY {table} WHERE ctid > {place}");
    let put_in = |query: *mut pg_sys::Query| {
        // SAFETY: the query just analysed: its second column is the constant, its only relation
        // the one that the expression is about.
        unsafe {
            let second = pg_sys::list_nth((*query).targetList, 1).cast::<pg_sys::TargetEntry>();
            (*second).expr = expression.cast();
        }
    };
    run(&query, 0, put_in, &mut |slot| {
        // SAFETY: a row whose first column is a ctid.
        reached.set(unsafe { place_of(slot) });
        true
    });
}

/// Analyses, plans and runs a query, with the caller's privileges and row security, until `visit`
/// wants no more rows. Without `options` (`CURSOR_OPT_…`) rows come in their order where nothing else
/// is said.
fn run(
    text: &str,
    options: u32,
    change: impl FnOnce(*mut pg_sys::Query),
    visit: &mut dyn FnMut(*mut pg_sys::TupleTableSlot) -> bool,
) {
    let arena = Arena::new();
    let text = c_string(text);
    let parsed = parser::statements(&arena, &text).unwrap_or_else(|error| error.rethrow());
    if let Some(parsed) = parsed.first() {
        // SAFETY: the steps of `execute::statement`; `visit` outlives the receiver.
        unsafe {
            let queries = analysed(&parsed.node, &text);
            change(pg_sys::list_nth(queries, 0).cast());
            let none = std::ptr::null_mut();
            let options = options.cast_signed();
            let plans = pg_sys::pg_plan_queries(queries, text.as_ptr(), options, none);
            let plan = pg_sys::list_nth(plans, 0).cast();
            let mut receiver = Receiver::new(visit);
            execute::run_query(plan, &text, (&raw mut receiver).cast());
        }
    }
}

/// # Safety
/// `raw` is a RawStmt of this text.
unsafe fn analysed(raw: &Node, text: &CString) -> *mut pg_sys::List {
    // SAFETY: the tree is our own, and used once.
    unsafe { compat::analyze_and_rewrite(raw.as_ptr().cast(), text.as_ptr()) }
}

/// A DestReceiver that calls a closure for each row.
#[repr(C)]
struct Receiver<'a> {
    head: pg_sys::DestReceiver,
    visit: &'a mut dyn FnMut(*mut pg_sys::TupleTableSlot) -> bool,
}

impl<'a> Receiver<'a> {
    fn new(visit: &'a mut dyn FnMut(*mut pg_sys::TupleTableSlot) -> bool) -> Self {
        let head = pg_sys::DestReceiver {
            receiveSlot: Some(receive),
            rStartup: Some(start_up),
            rShutdown: Some(nothing),
            rDestroy: Some(nothing),
            mydest: pg_sys::CommandDest::DestNone,
        };
        Receiver { head, visit }
    }
}

/// # Safety
/// Called by the executor with the receiver that [`run`] has given it.
#[pg_guard]
unsafe extern "C-unwind" fn receive(
    slot: *mut pg_sys::TupleTableSlot,
    receiver: *mut pg_sys::DestReceiver,
) -> bool {
    // SAFETY: the receiver is the head of a `Receiver`.
    let receiver = unsafe { &mut *receiver.cast::<Receiver>() };
    (receiver.visit)(slot)
}

unsafe extern "C-unwind" fn start_up(
    _: *mut pg_sys::DestReceiver,
    _: std::ffi::c_int,
    _: pg_sys::TupleDesc,
) {
}

unsafe extern "C-unwind" fn nothing(_: *mut pg_sys::DestReceiver) {}

/// # Safety
/// `slot` holds a row whose columns are text.
unsafe fn texts(slot: *mut pg_sys::TupleTableSlot) -> Vec<Option<String>> {
    // SAFETY: all columns are there when they have been read.
    unsafe {
        let count = (*(*slot).tts_tupleDescriptor).natts;
        read(slot, count);
        (0..usize::try_from(count).unwrap_or(0))
            .map(|column| {
                let is_null = *(*slot).tts_isnull.add(column);
                String::from_datum(*(*slot).tts_values.add(column), is_null)
            })
            .collect()
    }
}

/// # Safety
/// `slot` holds a row whose first column is a ctid.
unsafe fn place_of(slot: *mut pg_sys::TupleTableSlot) -> Place {
    // SAFETY: the first column is there; a ctid is passed by reference.
    unsafe {
        read(slot, 1);
        let pointer = (*(*slot).tts_values).cast_mut_ptr::<pg_sys::ItemPointerData>();
        let block = (*pointer).ip_blkid;
        Place {
            block: u32::from(block.bi_hi) << 16 | u32::from(block.bi_lo),
            offset: (*pointer).ip_posid,
        }
    }
}

/// As `slot_getsomeattrs`: a row that was computed is complete, and is not to be read.
///
/// # Safety
/// `slot` holds a row of at least so many columns.
unsafe fn read(slot: *mut pg_sys::TupleTableSlot, count: i32) {
    // SAFETY: the caller's.
    unsafe {
        if i32::from((*slot).tts_nvalid) < count {
            pg_sys::slot_getsomeattrs_int(slot, count);
        }
    }
}

/// `left operator right`, with the casts that make it this operator.
pub fn comparison(left: (&str, Oid), operator: Oid, right: (&str, Oid)) -> String {
    let (left_text, right_text) = (c_string(left.0), c_string(right.0));
    // SAFETY: the buffer is made here, in the current context; an operator that has gone raises.
    unsafe {
        let mut buffer: pg_sys::StringInfoData = std::mem::zeroed();
        pg_sys::initStringInfo(&mut buffer);
        let (left_text, right_text) = (left_text.as_ptr(), right_text.as_ptr());
        pg_sys::generate_operator_clause(
            &mut buffer,
            left_text,
            left.1,
            operator,
            right_text,
            right.1,
        );
        owned(buffer.data).unwrap_or_default()
    }
}

/// How many rows the table is believed to have, by its size if nobody has counted them.
pub fn estimate(arena: &Rc<Arena>, table: Oid) -> f64 {
    let estimated = probe(arena, || {
        // SAFETY: locked for as long as it is open; the subtransaction gives the lock back.
        unsafe {
            let relation = pg_sys::table_open(table, pg_sys::AccessShareLock as pg_sys::LOCKMODE);
            let (mut pages, mut tuples, mut visible) = (0, 0.0, 0.0);
            let widths = std::ptr::null_mut();
            pg_sys::estimate_rel_size(relation, widths, &mut pages, &mut tuples, &mut visible);
            pg_sys::table_close(relation, pg_sys::NoLock as pg_sys::LOCKMODE);
            tuples
        }
    });
    estimated.unwrap_or(f64::INFINITY)
}
