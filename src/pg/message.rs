//! Messages to the client that are no errors, and errors of our own.

use super::c_string;
use pgrx::pg_sys;
use pgrx::pg_sys::elog::PgLogLevel;
use std::ffi::{CString, c_char};

/// How loud a message is.
#[derive(Clone, Copy, Debug)]
pub enum Severity {
    /// For what is as expected.
    Notice,
    /// For what somebody should look at.
    Warning,
}

impl Severity {
    fn level(self) -> PgLogLevel {
        match self {
            Severity::Notice => PgLogLevel::NOTICE,
            Severity::Warning => PgLogLevel::WARNING,
        }
    }

    fn sqlstate(self) -> &'static str {
        match self {
            Severity::Notice => "00000",
            Severity::Warning => "01000",
        }
    }
}

/// What a message is about, in the fields that PostgreSQL's own messages have for it and that
/// drivers expose (PG_DIAG_TABLE_NAME and its like in libpq). An index counts as a constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Place {
    pub schema: Option<String>,
    pub table: Option<String>,
    pub column: Option<String>,
    pub datatype: Option<String>,
    pub constraint: Option<String>,
}

/// What a message says.
#[derive(Clone, Debug, Default)]
pub struct Message<'a> {
    /// The primary message.
    pub text: String,
    /// DETAIL.
    pub detail: Option<String>,
    /// HINT.
    pub hint: Option<&'a str>,
    /// The first line of CONTEXT.
    pub context: Option<String>,
    /// What it is about.
    pub place: Place,
}

/// Whether anybody, client or log, would see such a message.
pub fn is_wanted(severity: Severity) -> bool {
    // SAFETY: compares the level with the settings of this backend.
    unsafe { pg_sys::message_level_is_interesting(severity.level() as i32) }
}

/// Sends a NOTICE or a WARNING, subject to client_min_messages and log_min_messages.
pub fn emit(severity: Severity, message: &Message) {
    send(severity.level(), severity.sqlstate(), message);
}

/// Raises an error with a SQLSTATE given as text.
pub fn raise(sqlstate: &str, message: &Message) -> ! {
    send(PgLogLevel::ERROR, sqlstate, message);
    unreachable!("an ERROR does not return")
}

/// By `ThrowErrorData`, which takes every field a message can have.
fn send(level: PgLogLevel, sqlstate: &str, message: &Message) {
    let texts = Texts::of(message);
    // SAFETY: all zero bits are an ErrorData with nothing in it; the server copies the texts.
    unsafe {
        let mut data: pg_sys::ErrorData = std::mem::zeroed();
        data.elevel = level as i32;
        data.sqlerrcode = super::error::encode_sqlstate(sqlstate);
        data.message = texts.pointer(0);
        data.detail = texts.pointer(1);
        data.hint = texts.pointer(2);
        data.context = texts.pointer(3);
        data.schema_name = texts.pointer(4);
        data.table_name = texts.pointer(5);
        data.column_name = texts.pointer(6);
        data.datatype_name = texts.pointer(7);
        data.constraint_name = texts.pointer(8);
        pg_sys::ThrowErrorData(&mut data);
    }
}

/// The texts of a message as C has them.
struct Texts([Option<CString>; 9]);

impl Texts {
    fn of(message: &Message) -> Texts {
        let Message { text, detail, hint, context, place } = message;
        let texts = [
            Some(text.as_str()),
            detail.as_deref(),
            *hint,
            context.as_deref(),
            place.schema.as_deref(),
            place.table.as_deref(),
            place.column.as_deref(),
            place.datatype.as_deref(),
            place.constraint.as_deref(),
        ];
        Texts(texts.map(|text| text.map(c_string)))
    }

    /// NULL for what there is not.
    fn pointer(&self, index: usize) -> *mut c_char {
        self.0[index].as_ref().map_or(std::ptr::null_mut(), |text| text.as_ptr().cast_mut())
    }
}
