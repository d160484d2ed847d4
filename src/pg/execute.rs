//! Running one parsed statement.

use super::arena::Arena;
use super::parser::{self, RawStatement};
use super::tree::Node;
use super::{compat, utility};
use pgrx::pg_sys;
use std::ffi::CString;
use std::rc::Rc;

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

/// Runs a statement of our own, as [`statement`] does.
pub fn text(arena: &Rc<Arena>, text: &str) {
    let text = super::c_string(text);
    for parsed in parsed(arena, &text) {
        statement(&parsed.node, &text);
    }
}

fn parsed(arena: &Rc<Arena>, text: &CString) -> Vec<RawStatement> {
    parser::statements(arena, text).unwrap_or_else(|error| error.rethrow())
}

/// Runs a utility statement of ours as if the client had sent it by itself, outside a
/// transaction block. It may commit, more than once; afterwards a snapshot is active again,
/// as a statement that follows expects.
pub fn at_top_level(arena: &Rc<Arena>, text: &str) {
    let text = super::c_string(text);
    let context = pg_sys::ProcessUtilityContext::PROCESS_UTILITY_TOPLEVEL;
    for parsed in parsed(arena, &text) {
        let Some(statement) = parsed.node.statement() else { continue };
        // SAFETY: a PlannedStmt as pg_plan_queries makes it of a utility statement. It is in
        // the arena, which is the caller's and outlives the transactions.
        unsafe {
            let mut planned: pg_sys::PlannedStmt = std::mem::zeroed();
            planned.type_ = pg_sys::NodeTag::T_PlannedStmt;
            planned.commandType = pg_sys::CmdType::CMD_UTILITY;
            planned.utilityStmt = statement.as_ptr();
            let receiver = pg_sys::CreateDestReceiver(pg_sys::CommandDest::DestNone);
            // What commits leaves the context of its last transaction behind.
            arena.enter(|| utility::process(&mut planned, &text, context, receiver));
            if !pg_sys::ActiveSnapshotSet() {
                pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot());
            }
        }
    }
}

/// The locks on a table that are taken here.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum TableLock {
    ShareUpdateExclusive,
    AccessExclusive,
}

/// Waits for a lock on a table, which the transaction or subtransaction then holds.
pub fn lock_table(table: pg_sys::Oid, lock: TableLock) {
    let mode = match lock {
        TableLock::ShareUpdateExclusive => pg_sys::ShareUpdateExclusiveLock,
        TableLock::AccessExclusive => pg_sys::AccessExclusiveLock,
    };
    // SAFETY: any OID can be locked, that of a table that has gone too.
    unsafe { pg_sys::LockRelationOid(table, mode as pg_sys::LOCKMODE) }
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
            let context = pg_sys::ProcessUtilityContext::PROCESS_UTILITY_QUERY;
            utility::process(plan, text, context, receiver);
        }
    }
}

/// # Safety
/// As for [`run_planned`], and `plan` is no utility statement.
pub(super) unsafe fn run_query(
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
