//! Utility statements on their way to the server: the ProcessUtility hook.
//!
//! The server hands every utility statement of every client and function to the hook, whose
//! one duty is to see that it reaches the next hook, and at last `standard_ProcessUtility`. With
//! `guarded.intercept` on, a [`Call`] is made of those that are DDL, for the handler to decide
//! whether, when and in what it runs.
//!
//! Errors must reach the client with every field they had. So the hook itself is a plain frame
//! with nothing to drop, and its call of the next hook is the last thing it does; what is
//! handled runs inside [`handle`], whose guard raises the error that is on the server's stack.

use super::arena::Arena;
use super::message::{self, Message, Severity};
use super::tree::Node;
use crate::settings;
use once_cell::sync::OnceCell;
use pgrx::pg_sys::ffi::pg_guard_ffi_boundary;
use pgrx::{pg_guard, pg_sys};
use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int};
use std::rc::Rc;

type Utility = unsafe extern "C-unwind" fn(
    *mut pg_sys::PlannedStmt,
    *const c_char,
    bool,
    pg_sys::ProcessUtilityContext::Type,
    pg_sys::ParamListInfo,
    *mut pg_sys::QueryEnvironment,
    *mut pg_sys::DestReceiver,
    *mut pg_sys::QueryCompletion,
);

// pgrx's own bindings catch errors and raise them again, which the hook must not do, and which
// costs something at each call. The others here raise none.
unsafe extern "C-unwind" {
    fn standard_ProcessUtility(
        planned: *mut pg_sys::PlannedStmt,
        text: *const c_char,
        read_only: bool,
        context: pg_sys::ProcessUtilityContext::Type,
        parameters: pg_sys::ParamListInfo,
        environment: *mut pg_sys::QueryEnvironment,
        receiver: *mut pg_sys::DestReceiver,
        completion: *mut pg_sys::QueryCompletion,
    );
    fn GetCommandLogLevel(statement: *mut pg_sys::Node) -> pg_sys::LogStmtLevel::Type;
    fn IsInParallelMode() -> bool;
    fn RecoveryInProgress() -> bool;
    fn IsTransactionState() -> bool;
    fn InLocalUserIdChange() -> bool;
    fn GetDatabaseEncoding() -> c_int;
}

static NEXT: OnceCell<Utility> = OnceCell::new();
static HANDLER: OnceCell<fn(&Call)> = OnceCell::new();

thread_local! {
    /// Whether a statement that was handled is running: what it makes run is part of it.
    static RUNNING: Cell<bool> = const { Cell::new(false) };
    static SAID_ENCODING: Cell<bool> = const { Cell::new(false) };
}

/// Puts the hook before those that are there; `handler` gets the DDL while
/// `guarded.intercept` is on. Called once, when the library is loaded.
pub fn install(handler: fn(&Call)) {
    // SAFETY: a global of the backend's only thread; the hook stays for the backend's life.
    unsafe {
        let next = pg_sys::ProcessUtility_hook.unwrap_or(standard_ProcessUtility);
        if HANDLER.set(handler).is_ok() && NEXT.set(next).is_ok() {
            pg_sys::ProcessUtility_hook = Some(process_utility);
        }
    }
}

fn next() -> Utility {
    NEXT.get().copied().unwrap_or(standard_ProcessUtility)
}

/// The hook: while nothing is intercepted, a branch before the next one.
///
/// # Safety
/// Called by the server, as `ProcessUtility` is.
unsafe extern "C-unwind" fn process_utility(
    planned: *mut pg_sys::PlannedStmt,
    text: *const c_char,
    read_only: bool,
    context: pg_sys::ProcessUtilityContext::Type,
    parameters: pg_sys::ParamListInfo,
    environment: *mut pg_sys::QueryEnvironment,
    receiver: *mut pg_sys::DestReceiver,
    completion: *mut pg_sys::QueryCompletion,
) {
    // SAFETY: the flag is a static of this library; what came in is passed on as it came.
    unsafe {
        let whose = if *settings::intercept_flag() { consider } else { next() };
        whose(planned, text, read_only, context, parameters, environment, receiver, completion)
    }
}

/// Hands DDL to [`handle`] and everything else to the next hook. Nothing here has a
/// destructor: an error of the next hook jumps over this frame.
///
/// # Safety
/// As for the hook.
unsafe extern "C-unwind" fn consider(
    planned: *mut pg_sys::PlannedStmt,
    text: *const c_char,
    read_only: bool,
    context: pg_sys::ProcessUtilityContext::Type,
    parameters: pg_sys::ParamListInfo,
    environment: *mut pg_sys::QueryEnvironment,
    receiver: *mut pg_sys::DestReceiver,
    completion: *mut pg_sys::QueryCompletion,
) {
    let arguments =
        Arguments { planned, text, context, parameters, environment, receiver, completion };
    // SAFETY: what came in is passed on as it came.
    unsafe {
        if !is_ddl((*planned).utilityStmt) || !handle(&arguments) {
            let next = next();
            next(planned, text, read_only, context, parameters, environment, receiver, completion)
        }
    }
}

/// Whether it is a statement to be guarded: what `log_statement = ddl` means by DDL, and what
/// goes with it: REINDEX, VACUUM, ANALYZE, and SET CONSTRAINTS of constraints by name. (The
/// server's own classification follows EXPLAIN and EXECUTE into what they run, which stays
/// theirs.)
///
/// # Safety
/// `statement` is a node of a tree.
unsafe fn is_ddl(statement: *mut pg_sys::Node) -> bool {
    use pg_sys::NodeTag::*;
    // SAFETY: the function reads tags only, and raises nothing.
    unsafe {
        match (*statement).type_ {
            T_TransactionStmt | T_VariableSetStmt => false,
            T_ExplainStmt | T_PrepareStmt | T_ExecuteStmt => false,
            T_ReindexStmt | T_VacuumStmt => true,
            T_ConstraintsSetStmt => {
                !(*statement.cast::<pg_sys::ConstraintsSetStmt>()).constraints.is_null()
            }
            _ => GetCommandLogLevel(statement) == pg_sys::LogStmtLevel::LOGSTMT_DDL,
        }
    }
}

/// What the hook was called with.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Arguments {
    planned: *mut pg_sys::PlannedStmt,
    text: *const c_char,
    context: pg_sys::ProcessUtilityContext::Type,
    parameters: pg_sys::ParamListInfo,
    environment: *mut pg_sys::QueryEnvironment,
    receiver: *mut pg_sys::DestReceiver,
    completion: *mut pg_sys::QueryCompletion,
}

/// Hands the statement to the handler, unless it is one that passes: then it returns false.
///
/// # Safety
/// `arguments` are the hook's own.
#[pg_guard]
unsafe extern "C-unwind" fn handle(arguments: &Arguments) -> bool {
    if passes(arguments) {
        return false;
    }
    let arena = Arena::new();
    let Some(planned) = Node::new(&arena, arguments.planned) else { return false };
    if let Some(handler) = HANDLER.get() {
        handler(&Call { planned, arguments: *arguments });
    }
    true
}

/// What is not the caller's own statement, or runs where nothing can be guarded.
fn passes(arguments: &Arguments) -> bool {
    // SAFETY: reads backend-local state.
    let elsewhere = unsafe {
        arguments.context == pg_sys::ProcessUtilityContext::PROCESS_UTILITY_SUBCOMMAND
            || pg_sys::creating_extension
            || IsInParallelMode()
            || RecoveryInProgress()
            || !IsTransactionState()
            || is_anothers_code()
    };
    elsewhere || RUNNING.get() || !reads_text()
}

/// Whether a SECURITY DEFINER function of another role is running. The settings are the
/// caller's, and must not decide what that role's statements do.
fn is_anothers_code() -> bool {
    // SAFETY: reads backend-local state.
    unsafe { InLocalUserIdChange() && pg_sys::GetUserId() != pg_sys::GetOuterUserId() }
}

/// Statements are read as UTF-8; in a database of another encoding nothing is intercepted.
fn reads_text() -> bool {
    // SAFETY: reads backend-local state.
    let is_utf8 = unsafe { GetDatabaseEncoding() } == pg_sys::pg_enc::PG_UTF8 as i32;
    if !is_utf8 && !SAID_ENCODING.replace(true) {
        let message = Message {
            text: "guarded.intercept has no effect in this database".into(),
            detail: Some("It needs a database with the encoding UTF8.".into()),
            ..Message::default()
        };
        message::emit(Severity::Warning, &message);
    }
    is_utf8
}

/// Runs `body`, whose utility statements are part of one that is being handled.
fn undisturbed<T>(body: impl FnOnce() -> T) -> T {
    let _back = Back(RUNNING.replace(true));
    body()
}

/// Puts [`RUNNING`] back also when an error unwinds.
struct Back(bool);

impl Drop for Back {
    fn drop(&mut self) {
        RUNNING.set(self.0);
    }
}

/// Calls `ProcessUtility` for a statement of the engine's own: the hooks see it, this one lets
/// it pass. What a statement that is no DDL runs (DO, CALL) is still to be handled.
///
/// # Safety
/// As for `ProcessUtility` in utility.c.
pub(super) unsafe fn process(
    planned: *mut pg_sys::PlannedStmt,
    text: &CStr,
    context: pg_sys::ProcessUtilityContext::Type,
    receiver: *mut pg_sys::DestReceiver,
) {
    // SAFETY: the caller's.
    unsafe {
        let is_ddl = is_ddl((*planned).utilityStmt);
        let process = || {
            pg_sys::ProcessUtility(
                planned,
                text.as_ptr(),
                false,
                context,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                receiver,
                std::ptr::null_mut(),
            );
        };
        if is_ddl { undisturbed(process) } else { process() }
    }
}

/// A statement on its way to the server, with everything that goes with it.
#[derive(Clone, Debug)]
pub struct Call {
    planned: Node,
    arguments: Arguments,
}

impl Call {
    /// The PlannedStmt. It is the server's: not to be changed, nor kept after the call.
    pub fn node(&self) -> &Node {
        &self.planned
    }

    /// The memory that what is made for the call lives in.
    pub fn arena(&self) -> &Rc<Arena> {
        self.planned.arena()
    }

    /// The text of the statement: a part of what the client sent, or of a function's body.
    pub fn text(&self) -> String {
        // SAFETY: a statement's place lies in its text, which is NUL-terminated.
        unsafe {
            let planned = &*self.arguments.planned;
            let start =
                self.arguments.text.add(usize::try_from(planned.stmt_location).unwrap_or(0));
            let bytes = match usize::try_from(planned.stmt_len) {
                Ok(length) if length > 0 => std::slice::from_raw_parts(start.cast(), length),
                _ => CStr::from_ptr(start).to_bytes(),
            };
            String::from_utf8_lossy(bytes).into_owned()
        }
    }

    /// Whether it came from the client by itself, so that it may commit what it does.
    pub fn is_outside_block(&self) -> bool {
        let at_top = pg_sys::ProcessUtilityContext::PROCESS_UTILITY_TOPLEVEL;
        // SAFETY: reads the state of the transaction.
        self.arguments.context == at_top && !unsafe { pg_sys::IsInTransactionBlock(true) }
    }

    /// Hands what `prune` leaves of its tree to the next hook, as one statement,
    /// with everything else as it came.
    pub fn run(&self, prune: impl FnOnce(&Node) -> Node) {
        let pruned = prune(&self.planned);
        // The statement may be tried again, and hooks write into the PlannedStmt: each try has
        // its own. The tree below is said to be read-only, so the server copies it.
        let mut planned = {
            // SAFETY: a PlannedStmt, by what this is made of.
            unsafe { *pruned.as_ptr().cast::<pg_sys::PlannedStmt>() }
        };
        let Arguments { text, context, parameters, environment, receiver, completion, .. } =
            self.arguments;
        let next = next();
        // SAFETY: the arguments are those the hook was called with, and live as long as it. The
        // boundary turns an error into an unwinding panic, so that destructors run.
        undisturbed(|| unsafe {
            pg_guard_ffi_boundary(|| {
                next(
                    &mut planned,
                    text,
                    true,
                    context,
                    parameters,
                    environment,
                    receiver,
                    completion,
                )
            })
        })
    }

    /// Tells the client what CREATE TABLE AS and SELECT INTO say when they have made no row.
    pub fn complete_without_running(&self) {
        // SAFETY: the tag was checked; the completion is the caller's, or NULL.
        unsafe {
            let statement = (*self.arguments.planned).utilityStmt;
            let creates_from_query = (*statement).type_ == pg_sys::NodeTag::T_CreateTableAsStmt
                && !(*(*statement.cast::<pg_sys::CreateTableAsStmt>()).into).skipData;
            if let Some(completion) = self.arguments.completion.as_mut()
                && creates_from_query
            {
                completion.commandTag = pg_sys::CommandTag::CMDTAG_SELECT;
                completion.nprocessed = 0;
            }
        }
    }
}
