//! Stopping the rewrite of a table, when it begins.
//!
//! All that write the rows of a table anew first make a transient table (`make_new_heap`) whose
//! pg_class.relrewrite names the one it is for. The hook sees it being made, while a guarded
//! statement runs, and raises an error if `guarded.allow_rewrite` is off.
//!
//! The hook itself is a plain frame with nothing to drop, as the one in [`super::utility`] is: an
//! error of the hook after it jumps over it.

use super::catalog::{self, RelationInfo};
use super::error::PgError;
use super::size;
use crate::settings;
use once_cell::sync::OnceCell;
use pgrx::{PgLogLevel, PgSqlErrorCode, ereport, pg_guard, pg_sys};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;

type Hook = unsafe extern "C-unwind" fn(
    pg_sys::ObjectAccessType::Type,
    pg_sys::Oid,
    pg_sys::Oid,
    i32,
    *mut c_void,
);

static NEXT: OnceCell<Option<Hook>> = OnceCell::new();

thread_local! {
    /// Whether a guarded statement is running.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    /// The message of the last error that was raised here.
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Puts the hook before the one that is there. Called once, when the library is loaded.
pub fn install() {
    // SAFETY: a global of the backend's only thread; the hook stays for the backend's life.
    unsafe {
        if NEXT.set(pg_sys::object_access_hook).is_ok() {
            pg_sys::object_access_hook = Some(on_access);
        }
    }
}

/// Runs `body`, in which no table may be rewritten that others can see, if `guarded.allow_rewrite`
/// is off then.
pub fn watched<T>(body: impl FnOnce() -> T) -> T {
    let _back = Back(WATCHED.replace(true));
    body()
}

struct Back(bool);

impl Drop for Back {
    fn drop(&mut self) {
        WATCHED.set(self.0);
    }
}

/// The message of an error that was raised here; `None` for any other.
pub fn stopped_by(error: &PgError) -> Option<String> {
    let said = SAID.with_borrow(String::clone);
    (error.sqlstate() == "55000" && !said.is_empty() && error.message() == said).then_some(said)
}

/// The hook: while nothing is watched, a branch before the next one.
///
/// # Safety
/// Called by the server, as object access hooks are.
unsafe extern "C-unwind" fn on_access(
    access: pg_sys::ObjectAccessType::Type,
    class: pg_sys::Oid,
    object: pg_sys::Oid,
    part: i32,
    argument: *mut c_void,
) {
    // SAFETY: what came in is passed on as it came.
    unsafe {
        if access == pg_sys::ObjectAccessType::OAT_POST_CREATE
            && class == pg_sys::RelationRelationId
            && is_watched()
        {
            look(object, part, argument);
        }
        if let Some(Some(next)) = NEXT.get() {
            next(access, class, object, part, argument);
        }
    }
}

fn is_watched() -> bool {
    WATCHED.get() && !settings::allow_rewrite()
}

/// Raises an error if the new relation is the transient one of a rewrite.
///
/// # Safety
/// The argument of a post-creation hook.
#[pg_guard]
unsafe extern "C-unwind" fn look(object: pg_sys::Oid, part: i32, argument: *mut c_void) {
    // SAFETY: the caller's.
    let creation = unsafe { argument.cast::<pg_sys::ObjectAccessPostCreate>().as_ref() };
    if part != 0 || !creation.is_some_and(|creation| creation.is_internal) {
        return;
    }
    if let Some(rewritten) = catalog::rewritten_by(object).filter(|info| !size::is_private(info)) {
        raise(&rewritten);
    }
}

/// What is said of a rewrite that is not allowed; `size` in words, if it is known.
pub fn refusal(rewritten: &RelationInfo, size: Option<&str>) -> String {
    let (word, name) = (rewritten.word(), &rewritten.name);
    let size = size.map_or_else(String::new, |size| format!(" ({size})"));
    format!("it would rewrite {word} \"{name}\"{size}, which guarded.allow_rewrite does not allow")
}

fn raise(rewritten: &RelationInfo) {
    let message = refusal(rewritten, None);
    SAID.set(message.clone());
    ereport!(PgLogLevel::ERROR, PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, message);
}
