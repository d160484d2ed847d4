//! Messages to the client that are no errors.

use pgrx::pg_sys::elog::PgLogLevel;
use pgrx::pg_sys::errcodes::PgSqlErrorCode as Code;
use pgrx::pg_sys::panic::ErrorReport;

/// How loud a message is.
#[derive(Clone, Copy, Debug)]
pub enum Severity {
    /// For what is as expected.
    Notice,
    /// For what somebody should look at.
    Warning,
}

/// Whether anybody, client or log, would see such a message.
pub fn is_wanted(severity: Severity) -> bool {
    let level = match severity {
        Severity::Notice => PgLogLevel::NOTICE,
        Severity::Warning => PgLogLevel::WARNING,
    };
    // SAFETY: compares the level with the settings of this backend.
    unsafe { pgrx::pg_sys::message_level_is_interesting(level as i32) }
}

/// Sends a NOTICE or a WARNING, subject to client_min_messages and log_min_messages.
pub fn emit(severity: Severity, message: &str, detail: Option<String>, hint: Option<&str>) {
    let (level, code) = match severity {
        Severity::Notice => (PgLogLevel::NOTICE, Code::ERRCODE_SUCCESSFUL_COMPLETION),
        Severity::Warning => (PgLogLevel::WARNING, Code::ERRCODE_WARNING),
    };
    let mut report = ErrorReport::new(code, message.to_string(), "guarded_ddl");
    if let Some(detail) = detail {
        report = report.set_detail(detail);
    }
    if let Some(hint) = hint {
        report = report.set_hint(hint);
    }
    report.report(level);
}

/// Raises an error with a SQLSTATE given as text.
pub fn raise(sqlstate: &str, message: String, detail: Option<String>, hint: Option<String>) -> ! {
    let code = Code::from(super::error::encode_sqlstate(sqlstate));
    let mut report = ErrorReport::new(code, message, "guarded_ddl");
    if let Some(detail) = detail {
        report = report.set_detail(detail);
    }
    if let Some(hint) = hint {
        report = report.set_hint(hint);
    }
    report.report(PgLogLevel::ERROR);
    unreachable!("an ERROR does not return")
}
