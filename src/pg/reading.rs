//! Queries that are about to read a table of the extension's own: the ExecutorStart hook.
//!
//! Rows of such a table can wait in memory to be written together. Nobody must notice: before a
//! query that reads the table starts, they are written, and its snapshot is moved on, so that it
//! sees them as it sees all that the transaction has done before. The hook is there only in
//! sessions that have had such rows.

use super::own_table;
use once_cell::sync::OnceCell;
use pgrx::{pg_guard, pg_sys};
use std::cell::Cell;
use std::ffi::c_int;

type Start = unsafe extern "C-unwind" fn(*mut pg_sys::QueryDesc, c_int);

// pgrx's own binding catches errors and raises them again, which the hook must not do. The other
// raises none.
unsafe extern "C-unwind" {
    fn standard_ExecutorStart(query: *mut pg_sys::QueryDesc, flags: c_int);
    fn IsInParallelMode() -> bool;
    fn list_member_oid(list: *const pg_sys::List, oid: pg_sys::Oid) -> bool;
}

static NEXT: OnceCell<Start> = OnceCell::new();
static HANDLER: OnceCell<fn()> = OnceCell::new();

thread_local! {
    static IS_AWAITED: Cell<bool> = const { Cell::new(false) };
}

/// Says whether rows are waiting. The first time, `handler` is put in place, which writes them.
pub fn await_readers(are_waiting: bool, handler: fn()) {
    IS_AWAITED.set(are_waiting);
    if are_waiting && HANDLER.set(handler).is_ok() {
        // SAFETY: a global of the backend's only thread; the hook stays for the backend's life.
        unsafe {
            _ = NEXT.set(pg_sys::ExecutorStart_hook.unwrap_or(standard_ExecutorStart));
            pg_sys::ExecutorStart_hook = Some(executor_start);
        }
    }
}

/// The hook. Nothing here has a destructor: an error of the next hook jumps over this frame.
///
/// # Safety
/// Called by the server, as `ExecutorStart` is.
unsafe extern "C-unwind" fn executor_start(query: *mut pg_sys::QueryDesc, flags: c_int) {
    // SAFETY: what came in is passed on as it came.
    unsafe {
        // Nothing can be written in parallel mode.
        if IS_AWAITED.get() && reads_the_table(query) && !IsInParallelMode() {
            serve(query);
        }
        let next = NEXT.get().copied().unwrap_or(standard_ExecutorStart);
        next(query, flags)
    }
}

/// # Safety
/// A query that is about to start.
unsafe fn reads_the_table(query: *mut pg_sys::QueryDesc) -> bool {
    // SAFETY: the caller's; the list is of all relations the plan depends on.
    let read = unsafe { (*(*query).plannedstmt).relationOids };
    // SAFETY: a list of OIDs.
    own_table::known().iter().any(|oid| unsafe { list_member_oid(read, *oid) })
}

/// Has the rows written, and makes them visible to the query, unless its snapshot is that of
/// another query too, which must not see them.
///
/// # Safety
/// A query that is about to start.
#[pg_guard]
unsafe extern "C-unwind" fn serve(query: *mut pg_sys::QueryDesc) {
    let Some(handler) = HANDLER.get() else { return };
    handler();
    // SAFETY: the caller's. `UpdateActiveSnapshotCommandId` does the same to a snapshot that
    // nobody else has.
    unsafe {
        pg_sys::CommandCounterIncrement();
        if let Some(snapshot) = (*query).snapshot.as_mut()
            && snapshot.snapshot_type == pg_sys::SnapshotType::SNAPSHOT_MVCC
            && snapshot.active_count <= 1
            && snapshot.regd_count <= 1
        {
            snapshot.curcid = pg_sys::GetCurrentCommandId(false);
        }
    }
}
