//! Which (sub)transaction something happened in, and what became of that.

use once_cell::sync::OnceCell;
use pgrx::{pg_guard, pg_sys};
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
    /// The transaction was committed or prepared.
    Commit,
    /// The transaction was rolled back.
    Abort,
}

/// The id of the current subtransaction. Costs no transaction id.
pub fn current_subtransaction() -> u32 {
    // SAFETY: reads backend-local state; a transaction is open.
    unsafe { pg_sys::GetCurrentSubTransactionId() }
}

static LISTENER: OnceCell<fn(Event)> = OnceCell::new();

/// Calls `listener`, which must not raise, at each event from here on. A second call changes
/// nothing.
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
        XACT_EVENT_COMMIT | XACT_EVENT_PREPARE => tell(Event::Commit),
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
