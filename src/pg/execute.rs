//! Running one parsed statement.

use super::compat;
use super::tree::Node;
use pgrx::pg_sys;
use std::ffi::CString;

/// Runs one statement of a text with the caller's privileges and discards its rows. Errors are
/// the server's; the caller has opened a subtransaction.
///
/// The sequence is that of `execute_sql_string` in PostgreSQL's extension.c.
pub fn statement(raw: &Node, text: &CString) {
    // SAFETY: `raw` is a RawStmt, kept alive by its arena. Analysis may scribble on the tree,
    // so it gets a copy: the original is judged again when the statement fails.
    unsafe {
        let copy = pg_sys::copyObjectImpl(raw.as_ptr().cast()).cast::<pg_sys::RawStmt>();
        let queries = compat::analyze_and_rewrite(copy, text.as_ptr());
        let options = pg_sys::CURSOR_OPT_PARALLEL_OK as i32;
        let plans = pg_sys::pg_plan_queries(queries, text.as_ptr(), options, std::ptr::null_mut());
        let receiver = pg_sys::CreateDestReceiver(pg_sys::CommandDest::DestNone);
        for index in 0..list_length(plans) {
            let plan = pg_sys::list_nth(plans, index).cast::<pg_sys::PlannedStmt>();
            pg_sys::CommandCounterIncrement();
            pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot());
            run_planned(plan, text, receiver);
            pg_sys::PopActiveSnapshot();
        }
        pg_sys::CommandCounterIncrement();
    }
}

unsafe fn list_length(list: *mut pg_sys::List) -> i32 {
    // SAFETY: NIL or a list just made.
    unsafe { list.as_ref() }.map_or(0, |list| list.length)
}

/// # Safety
/// `plan` was made by the planner from `text`, and a snapshot is active.
unsafe fn run_planned(
    plan: *mut pg_sys::PlannedStmt,
    text: &CString,
    receiver: *mut pg_sys::DestReceiver,
) {
    // SAFETY: as above.
    unsafe {
        if (*plan).utilityStmt.is_null() {
            run_query(plan, text, receiver);
        } else {
            pg_sys::ProcessUtility(
                plan,
                text.as_ptr(),
                false,
                pg_sys::ProcessUtilityContext::PROCESS_UTILITY_QUERY,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                receiver,
                std::ptr::null_mut(),
            );
        }
    }
}

/// # Safety
/// As for [`run_planned`], and `plan` is no utility statement.
unsafe fn run_query(
    plan: *mut pg_sys::PlannedStmt,
    text: &CString,
    receiver: *mut pg_sys::DestReceiver,
) {
    // SAFETY: the executor's calls in the order execMain.c asks for.
    unsafe {
        let query = pg_sys::CreateQueryDesc(
            plan,
            text.as_ptr(),
            pg_sys::GetActiveSnapshot(),
            std::ptr::null_mut(),
            receiver,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            0,
        );
        pg_sys::ExecutorStart(query, 0);
        compat::executor_run(query);
        pg_sys::ExecutorFinish(query);
        pg_sys::ExecutorEnd(query);
        pg_sys::FreeQueryDesc(query);
    }
}
