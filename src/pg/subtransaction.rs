//! Internal subtransactions: what fails inside is undone alone.

use super::arena::Arena;
use super::error::PgError;
use pgrx::pg_sys;
use pgrx::pg_sys::PgTryBuilder;
use pgrx::pg_sys::panic::CaughtError;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

/// Why a body did not finish.
enum Trouble {
    /// An error of PostgreSQL's.
    Server(PgError),
    /// An error or a panic of Rust's own, which nobody here may swallow.
    Ours(Box<CaughtError>),
}

/// Runs `body` in a subtransaction, which is rolled back when `body` returns `Err`, and when the
/// server raises an error: that is returned. Errors that are not the statement's fault (see
/// [`must_be_raised`]) and those raised by Rust code are raised again, after the roll-back.
///
/// The sequence is that of `exec_stmt_block` in plpgsql's pl_exec.c. Release and roll-back
/// happen after the handler, never in it and never in a destructor.
pub fn run<T, E>(
    arena: &Rc<Arena>,
    body: impl FnOnce() -> Result<T, E>,
) -> Result<Result<T, E>, PgError> {
    let outside = begin();
    let result = attempt(arena, body);
    outside.end(if matches!(result, Ok(Ok(_))) { release } else { roll_back });
    result.map_err(raise_if_not_ours)
}

/// Runs `body` in a subtransaction that is kept when it returns `Ok` and rolled back when it
/// returns `Err` or raises; what it raises is raised again.
pub fn all_or_none<T, E>(arena: &Rc<Arena>, body: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let outside = begin();
    match attempt(arena, body) {
        Ok(Ok(value)) => {
            outside.end(release);
            Ok(value)
        }
        Ok(Err(error)) => {
            outside.end(roll_back);
            Err(error)
        }
        Err(trouble) => {
            outside.end(roll_back);
            match trouble {
                Trouble::Server(error) => error.rethrow(),
                Trouble::Ours(caught) => caught.rethrow(),
            }
        }
    }
}

/// Runs `body` with no subtransaction, for what must not have one. Nothing can be undone, so an
/// error is raised again, whatever it is; `observer`, which must not touch the database, is
/// told first, if it is the statement's fault.
pub fn none<T>(arena: &Rc<Arena>, body: impl FnOnce() -> T, observer: impl FnOnce(&PgError)) -> T {
    match attempt(arena, body) {
        Ok(value) => value,
        Err(Trouble::Server(error)) => {
            if !must_be_raised(&error.sqlstate()) {
                observer(&error);
            }
            error.rethrow()
        }
        Err(Trouble::Ours(caught)) => caught.rethrow(),
    }
}

/// Runs `body` in a subtransaction that is rolled back whatever happens: for looking at what
/// the server makes of something. Takes back locks, relation references and memory.
pub fn probe<T>(arena: &Rc<Arena>, body: impl FnOnce() -> T) -> Result<T, PgError> {
    let outside = begin();
    let result = attempt(arena, body);
    outside.end(roll_back);
    result.map_err(raise_if_not_ours)
}

/// As [`probe`], for reading what others may drop meanwhile: what is seen is of now, not of when the
/// statement began; and that "cache lookup failed", or that a relation cannot be opened, which the
/// server calls internal errors, is returned as well.
pub fn glance<T>(arena: &Rc<Arena>, body: impl FnOnce() -> T) -> Result<T, PgError> {
    let outside = begin();
    let result = attempt(arena, || {
        // SAFETY: in a transaction; an error takes the snapshot away with the subtransaction.
        unsafe { pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot()) };
        let value = body();
        // SAFETY: the one that was pushed.
        unsafe { pg_sys::PopActiveSnapshot() };
        value
    });
    outside.end(roll_back);
    match result {
        Err(Trouble::Server(error)) if error.sqlstate() == "XX000" => Err(error),
        other => other.map_err(raise_if_not_ours),
    }
}

/// Runs `body`, which must not touch any shared state (the raw parser, say), and catches the
/// server's error with no subtransaction.
pub(super) fn catch_pure<T>(arena: &Rc<Arena>, body: impl FnOnce() -> T) -> Result<T, PgError> {
    attempt(arena, body).map_err(raise_if_not_ours)
}

/// What a subtransaction must restore for its caller.
struct Outside {
    context: pg_sys::MemoryContext,
    owner: pg_sys::ResourceOwner,
}

impl Outside {
    fn end(&self, finish: impl FnOnce()) {
        finish();
        // SAFETY: both were current when the subtransaction began and outlive it.
        unsafe {
            pg_sys::MemoryContextSwitchTo(self.context);
            pg_sys::CurrentResourceOwner = self.owner;
        }
    }
}

fn release() {
    // SAFETY: the current subtransaction is the one `begin` opened: the body's own are balanced.
    unsafe { pg_sys::ReleaseCurrentSubTransaction() }
}

fn roll_back() {
    // SAFETY: as for `release`; the error was copied and its handler has returned.
    unsafe { pg_sys::RollbackAndReleaseCurrentSubTransaction() }
}

fn begin() -> Outside {
    // SAFETY: a transaction is open. The new subtransaction makes its own memory context
    // current; the caller's is put back, so that what the body makes survives it.
    unsafe {
        let outside =
            Outside { context: pg_sys::CurrentMemoryContext, owner: pg_sys::CurrentResourceOwner };
        pg_sys::BeginInternalSubTransaction(std::ptr::null());
        pg_sys::MemoryContextSwitchTo(outside.context);
        outside
    }
}

fn attempt<T>(arena: &Rc<Arena>, body: impl FnOnce() -> T) -> Result<T, Trouble> {
    let handler_arena = AssertUnwindSafe(arena);
    PgTryBuilder::new(AssertUnwindSafe(|| Ok(body())))
        .catch_others(move |caught| {
            Err(match caught {
                CaughtError::PostgresError(_) => {
                    Trouble::Server(PgError::copy_current(&handler_arena))
                }
                ours => Trouble::Ours(Box::new(ours)),
            })
        })
        .execute()
}

fn raise_if_not_ours(trouble: Trouble) -> PgError {
    match trouble {
        Trouble::Server(error) if must_be_raised(&error.sqlstate()) => error.rethrow(),
        Trouble::Server(error) => error,
        Trouble::Ours(caught) => caught.rethrow(),
    }
}

/// Whether an error is not the statement's fault: serialization failure, and the classes of
/// invalid transaction state, exhausted resources and limits, operator intervention (cancel,
/// shutdown), system, configuration file and internal errors. A statement that cannot run in a
/// transaction (25001) is at fault itself, and the transaction is as good as before.
fn must_be_raised(sqlstate: &str) -> bool {
    sqlstate == "40001"
        || sqlstate != "25001"
            && ["25", "53", "54", "57", "58", "F0", "XX"]
                .iter()
                .any(|class| sqlstate.starts_with(class))
}
