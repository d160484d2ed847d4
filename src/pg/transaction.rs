//! Which (sub)transaction something happened in, and what became of that.

use once_cell::sync::OnceCell;
use pgrx::{FromDatum, direct_function_call_as_datum, pg_guard, pg_sys};
use std::ffi::c_void;

/// What became of a transaction or subtransaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The subtransaction was released into its parent.
    SubCommit {
        /// Its id.
        id: u32,
        /// The parent's id.
        parent: u32,
    },
    /// The subtransaction was rolled back.
    SubAbort {
        /// Its id.
        id: u32,
    },
    /// The transaction is about to be committed or prepared. Only at this event a listener may
    /// raise, and so keep it from being so.
    BeforeCommit,
    /// The transaction was committed.
    Commit,
    /// The transaction was prepared: another session may commit it or roll it back.
    Prepare {
        /// Its transaction id, with the epoch.
        id: u64,
    },
    /// The transaction was rolled back.
    Abort,
}

/// Things that are to be written, in the order in which they came, each for the subtransaction
/// that it belongs to: one that is rolled back takes its things with it. If they are written in
/// a subtransaction within, and that is rolled back, they are to be written again.
#[derive(Debug)]
pub struct Waiting<T> {
    /// By the subtransaction that they belong to; ids only grow, so those of the current one are
    /// the last.
    unwritten: Vec<(u32, T)>,
    /// Written in a subtransaction within the one they belong to.
    written_within: Vec<Written<T>>,
}

#[derive(Debug)]
struct Written<T> {
    belongs_to: u32,
    written_in: u32,
    thing: T,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Waiting { unwritten: Vec::new(), written_within: Vec::new() }
    }
}

impl<T: Clone> Waiting<T> {
    /// Adds a thing of the current subtransaction.
    pub fn push(&mut self, thing: T) {
        self.unwritten.push((current_subtransaction(), thing));
    }

    /// How many there are to be written.
    pub fn len(&self) -> usize {
        self.unwritten.len()
    }

    /// Whether there is nothing to be written.
    pub fn is_empty(&self) -> bool {
        self.unwritten.is_empty()
    }

    /// Those that are to be written.
    pub fn unwritten(&self) -> Vec<T> {
        self.unwritten.iter().map(|(_, thing)| thing.clone()).collect()
    }

    /// So many of them have been written, in the current subtransaction.
    pub fn written(&mut self, count: usize) {
        let written_in = current_subtransaction();
        let written = self.unwritten.drain(..count.min(self.unwritten.len()));
        // What was written where it belongs to stands and falls with that.
        let within = written.filter(|(belongs_to, _)| *belongs_to != written_in);
        self.written_within.extend(within.map(|(belongs_to, thing)| Written {
            belongs_to,
            written_in,
            thing,
        }));
    }

    /// What becomes of them.
    pub fn on(&mut self, event: Event) {
        match event {
            Event::SubCommit { id, parent } => {
                let last = self.unwritten.iter_mut().rev().take_while(|(owner, _)| *owner >= id);
                last.for_each(|(owner, _)| *owner = parent);
                let within = self.written_within.iter_mut();
                within.filter(|item| item.written_in == id).for_each(|i| i.written_in = parent);
                self.written_within.retain(|item| item.written_in != item.belongs_to);
            }
            Event::SubAbort { id } => self.roll_back(id),
            Event::BeforeCommit => {}
            Event::Commit | Event::Prepare { .. } | Event::Abort => {
                self.unwritten.clear();
                self.written_within.clear();
            }
        }
    }

    fn roll_back(&mut self, id: u32) {
        self.unwritten.retain(|(owner, _)| *owner < id);
        let (undone, written): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.written_within).into_iter().partition(|i| i.written_in >= id);
        self.written_within = written;
        let again = undone.into_iter().filter(|item| item.belongs_to < id);
        self.unwritten.splice(0..0, again.map(|item| (item.belongs_to, item.thing)));
        self.unwritten.sort_by_key(|(owner, _)| *owner);
    }
}

/// The id of the current subtransaction. Costs no transaction id.
pub fn current_subtransaction() -> u32 {
    // SAFETY: reads backend-local state; a transaction is open.
    unsafe { pg_sys::GetCurrentSubTransactionId() }
}

/// The id of the current transaction, with the epoch. Assigns one if there is none yet.
pub fn current_id() -> u64 {
    // SAFETY: a transaction is open, and not parallel.
    unsafe { pg_sys::GetTopFullTransactionId() }.value
}

/// Whether nothing may be written: a read-only transaction, or a server in recovery.
pub fn is_read_only() -> bool {
    // SAFETY: reads backend-local state; in recovery every transaction is read-only.
    unsafe { pg_sys::XactReadOnly }
}

/// Whether a transaction block is open, so that more can come before the commit.
pub fn is_in_block() -> bool {
    // SAFETY: reads backend-local state.
    unsafe { pg_sys::IsTransactionBlock() }
}

/// Whether a transaction was rolled back; not if it is still to be decided, or so old that
/// nobody knows.
pub fn was_rolled_back(id: u64) -> bool {
    // SAFETY: pg_xact_status takes an xid8, is strict and returns text or NULL.
    let status = unsafe {
        direct_function_call_as_datum(pg_sys::pg_xact_status, &[Some(pg_sys::Datum::from(id))])
            .and_then(|status| String::from_datum(status, false))
    };
    status.as_deref() == Some("aborted")
}

static LISTENER: OnceCell<fn(Event)> = OnceCell::new();

/// Calls `listener` at each event from here on. A second call changes nothing.
pub fn watch(listener: fn(Event)) {
    if LISTENER.set(listener).is_err() {
        return;
    }
    // SAFETY: both callbacks are guarded functions that live as long as the backend.
    unsafe {
        pg_sys::RegisterXactCallback(Some(on_transaction), std::ptr::null_mut());
        pg_sys::RegisterSubXactCallback(Some(on_subtransaction), std::ptr::null_mut());
    }
}

fn tell(event: Event) {
    if let Some(listener) = LISTENER.get() {
        listener(event);
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn on_transaction(event: pg_sys::XactEvent::Type, _arg: *mut c_void) {
    use pg_sys::XactEvent::*;
    match event {
        XACT_EVENT_PRE_COMMIT | XACT_EVENT_PRE_PREPARE => tell(Event::BeforeCommit),
        XACT_EVENT_COMMIT => tell(Event::Commit),
        // SAFETY: reads backend-local state; PrepareTransaction has assigned an id.
        XACT_EVENT_PREPARE => {
            tell(Event::Prepare { id: unsafe { pg_sys::GetTopFullTransactionIdIfAny() }.value })
        }
        XACT_EVENT_ABORT => tell(Event::Abort),
        _ => {}
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn on_subtransaction(
    event: pg_sys::SubXactEvent::Type,
    id: pg_sys::SubTransactionId,
    parent: pg_sys::SubTransactionId,
    _arg: *mut c_void,
) {
    use pg_sys::SubXactEvent::*;
    match event {
        SUBXACT_EVENT_COMMIT_SUB => tell(Event::SubCommit { id, parent }),
        SUBXACT_EVENT_ABORT_SUB => tell(Event::SubAbort { id }),
        _ => {}
    }
}
