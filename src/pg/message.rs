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

impl Severity {
    fn level(self) -> PgLogLevel {
        match self {
            Severity::Notice => PgLogLevel::NOTICE,
            Severity::Warning => PgLogLevel::WARNING,
        }
    }

    fn code(self) -> Code {
        match self {
            Severity::Notice => Code::ERRCODE_SUCCESSFUL_COMPLETION,
            Severity::Warning => Code::ERRCODE_WARNING,
        }
    }
}

/// Whether anybody, client or log, would see such a message.
pub fn is_wanted(severity: Severity) -> bool {
    // SAFETY: compares the level with the settings of this backend.
    unsafe { pgrx::pg_sys::message_level_is_interesting(severity.level() as i32) }
}

/// Sends a NOTICE or a WARNING, subject to client_min_messages and log_min_messages.
pub fn emit(severity: Severity, message: String, detail: Option<String>, hint: Option<String>) {
    report(severity.code(), message, detail, hint).report(severity.level());
}

/// Raises an error with a SQLSTATE given as text.
pub fn raise(sqlstate: &str, message: String, detail: Option<String>, hint: Option<String>) -> ! {
    let code = Code::from(super::error::encode_sqlstate(sqlstate));
    report(code, message, detail, hint).report(PgLogLevel::ERROR);
    unreachable!("an ERROR does not return")
}

fn report(
    code: Code,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
) -> ErrorReport {
    let mut report = ErrorReport::new(code, message, "guarded_ddl");
    if let Some(detail) = detail {
        report = report.set_detail(detail);
    }
    if let Some(hint) = hint {
        report = report.set_hint(hint);
    }
    report
}
