//! The face towards PostgreSQL: the only place for `unsafe`.
//!
//! Everything here is a safe function over owned Rust values or over [`tree::Node`], a parse
//! tree kept alive by its [`arena::Arena`]. Nothing here knows about verdicts or outcomes.
#![allow(unsafe_code)]

pub mod arena;
pub mod casting;
pub mod catalog;
pub mod compat;
pub mod context;
pub mod conversion;
pub mod error;
pub mod execute;
pub mod expression;
pub mod identity;
pub mod interrupts;
pub mod jsonb;
pub mod lock;
pub mod message;
pub mod naming;
mod normal;
pub mod own_table;
pub mod parameters;
pub mod parser;
pub mod partition;
pub mod query;
pub mod reading;
pub mod rewrite;
pub mod rows;
pub mod rows_of;
pub mod scanner;
pub mod size;
pub mod subtransaction;
pub mod transaction;
pub mod tree;
pub mod twin;
pub mod utility;
pub mod wording;

use pgrx::pg_sys;
use std::ffi::{CStr, CString, c_char};

/// Makes unknown settings named `guarded.…` an error from here on (PostgreSQL 15 and later).
pub fn reserve_setting_prefix() {
    #[cfg(not(feature = "pg14"))]
    // SAFETY: the argument is a constant C string; called once, while the library is loaded.
    unsafe {
        pg_sys::MarkGUCPrefixReserved(c"guarded".as_ptr())
    }
}

/// `SET name = value`, with all that SET checks; undone if the transaction is.
pub fn set_setting(name: &CStr, value: &CStr) {
    set(name, value, pg_sys::GucAction::GUC_ACTION_SET);
}

/// `SET LOCAL name = value`; undone with the subtransaction or the nest level of settings.
fn set_locally(name: &CStr, value: &CStr) {
    set(name, value, pg_sys::GucAction::GUC_ACTION_LOCAL);
}

fn set(name: &CStr, value: &CStr, action: pg_sys::GucAction::Type) {
    // SAFETY: both are C strings, copied by the function.
    unsafe {
        pg_sys::set_config_option(
            name.as_ptr(),
            value.as_ptr(),
            pg_sys::GucContext::PGC_USERSET,
            pg_sys::GucSource::PGC_S_SESSION,
            action,
            true,
            0,
            false,
        );
    }
}

/// A Rust string as C has it. SQL text has no NUL, so nothing is cut in practice; what is not
/// from SQL ends at its first NUL, as it would in C.
pub(crate) fn c_string(text: &str) -> CString {
    let end = text.find('\0').unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}

/// A copy of a C string, `None` for NULL.
fn owned(text: *const c_char) -> Option<String> {
    // SAFETY: callers in this module pass NULL or a string PostgreSQL has terminated.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

/// The name as SQL writes it: in double quotes where they are needed.
pub fn quote_identifier(name: &str) -> String {
    let name = c_string(name);
    // SAFETY: the result is `name` itself or a palloc'd string; both are read before returning.
    owned(unsafe { pg_sys::quote_identifier(name.as_ptr()) }).unwrap_or_default()
}

/// The text as an SQL literal.
pub fn quote_literal(text: &str) -> String {
    let text = c_string(text);
    // SAFETY: a palloc'd string, copied at once.
    owned(unsafe { pg_sys::quote_literal_cstr(text.as_ptr()) }).unwrap_or_default()
}

/// A hash of the bytes that is the same in every session and version.
pub fn hash(bytes: &[u8]) -> i64 {
    let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    // SAFETY: reads no more than `length` bytes.
    unsafe { pg_sys::hash_bytes_extended(bytes.as_ptr(), length, 0) }.cast_signed()
}

/// Makes the caches show what other sessions have committed since, as taking a lock would.
pub fn accept_invalidations() {
    // SAFETY: callable whenever a transaction is open, which is always so inside a function.
    unsafe { pg_sys::AcceptInvalidationMessages() }
}

/// How many messages about changed catalogs this session has received from others.
pub fn invalidations() -> u64 {
    // SAFETY: a counter of the backend.
    unsafe { pg_sys::SharedInvalidMessageCounter }
}

/// The role whose privileges count.
pub fn current_user() -> String {
    // SAFETY: reads backend-local state.
    catalog::role_name(unsafe { pg_sys::GetUserId() })
}

/// The role that logged in.
pub fn session_user() -> String {
    // SAFETY: reads backend-local state.
    catalog::role_name(unsafe { pg_sys::GetSessionUserId() })
}
