//! Mistakes of the caller: a wrong call always raises, whatever the state of the database.

use pgrx::PgSqlErrorCode as Code;
use pgrx::pg_sys::panic::ErrorReport;
use std::fmt;

/// A call that cannot be understood. Each variant has one SQLSTATE and one hint.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// An argument that must be given is NULL (22004).
    Null(&'static str),
    /// A name or a list is empty (22023).
    Empty(&'static str),
    /// A name is longer than PostgreSQL keeps (42622).
    NameTooLong {
        /// The argument's name.
        argument: &'static str,
        /// The name given.
        name: String,
    },
    /// An argument's value is not one of those it can have (22023).
    Invalid {
        /// The argument's name.
        argument: &'static str,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        hint: String,
    },
    /// A call that asks for no change (22023).
    NothingAsked,
    /// An argument that is SQL does not parse (42601).
    Syntax {
        /// The argument's name.
        argument: &'static str,
        /// The server's own message.
        message: String,
        /// What would be right, if there is more to say than usual.
        hint: Option<&'static str>,
    },
    /// The statement composed of the arguments does not parse (42601).
    Composed {
        /// The server's own message.
        message: String,
        /// The statement.
        text: String,
    },
    /// The statement composed of the arguments is not what was called (22023).
    Smuggled {
        /// The statement.
        text: String,
    },
    /// A replay is to begin within a replay (55000).
    ReplayInReplay,
    /// A spec is not as it should be (22023).
    Spec {
        /// Where, as jsonpath writes it; or the object it is about.
        path: String,
        /// What is wrong there.
        problem: String,
        /// What would be right.
        hint: String,
    },
    /// A script does not parse (42601).
    Script {
        /// The server's own message.
        message: String,
        /// Line in the script, from 1.
        line: usize,
        /// Column in the line, in characters, from 1.
        column: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Null(argument) => write!(f, "{argument} must not be null"),
            Error::Empty(argument) => write!(f, "{argument} must not be empty"),
            Error::NameTooLong { argument, .. } => write!(f, "{argument} is too long"),
            Error::Invalid { argument, problem, .. } => write!(f, "invalid {argument}: {problem}"),
            Error::Spec { path, problem, .. } => write!(f, "invalid spec at {path}: {problem}"),
            Error::NothingAsked => f.write_str("the call asks for no change"),
            Error::Syntax { argument, message, .. } => write!(f, "invalid {argument}: {message}"),
            Error::Smuggled { .. } => {
                f.write_str("the arguments make another statement than the one called")
            }
            Error::ReplayInReplay => f.write_str("guarded.replay cannot run within guarded.replay"),
            Error::Script { message, .. } | Error::Composed { message, .. } => f.write_str(message),
        }
    }
}

impl Error {
    /// The same, with a better hint if it is one of syntax.
    pub fn with_hint(mut self, better: &'static str) -> Self {
        if let Error::Syntax { hint, .. } = &mut self {
            *hint = Some(better);
        }
        self
    }

    fn code(&self) -> Code {
        match self {
            Error::Null(_) => Code::ERRCODE_NULL_VALUE_NOT_ALLOWED,
            Error::Empty(_)
            | Error::Invalid { .. }
            | Error::NothingAsked
            | Error::Spec { .. }
            | Error::Smuggled { .. } => Code::ERRCODE_INVALID_PARAMETER_VALUE,
            Error::NameTooLong { .. } => Code::ERRCODE_NAME_TOO_LONG,
            Error::ReplayInReplay => Code::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            Error::Syntax { .. } | Error::Script { .. } | Error::Composed { .. } => {
                Code::ERRCODE_SYNTAX_ERROR
            }
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Error::NameTooLong { name, .. } => {
                Some(format!("The name \"{name}\" has {} bytes; PostgreSQL keeps 63.", name.len()))
            }
            Error::Composed { text, .. } | Error::Smuggled { text } => {
                Some(format!("The statement is: {text}"))
            }
            Error::Script { line, column, .. } => {
                Some(format!("Line {line}, column {column} of the script."))
            }
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            Error::Null(argument) | Error::Empty(argument) => {
                format!("Pass a value for {argument}.")
            }
            Error::NameTooLong { .. } => {
                "Shorten the name; guarded_ddl does not cut names silently.".into()
            }
            Error::Invalid { hint, .. } | Error::Spec { hint, .. } => hint.clone(),
            Error::NothingAsked => {
                "Pass at least one of the arguments that say what to change.".into()
            }
            Error::Syntax { hint: Some(hint), .. } => (*hint).into(),
            Error::Syntax { argument, .. } => {
                format!("Write {argument} as it would stand in the SQL statement. Nothing was run.")
            }
            Error::Composed { .. } | Error::Smuggled { .. } => {
                "Pass in each argument only what stands there in the SQL statement. Nothing was run."
                    .into()
            }
            Error::ReplayInReplay => {
                "Leave it out: what is pending is tried by the replay that runs.".into()
            }
            Error::Script { .. } => "Nothing of the script was run.".into(),
        }
    }
}

impl From<Error> for ErrorReport {
    fn from(error: Error) -> Self {
        let report =
            ErrorReport::new(error.code(), error.to_string(), "guarded_ddl").set_hint(error.hint());
        match error.detail() {
            Some(detail) => report.set_detail(detail),
            None => report,
        }
    }
}

impl From<Error> for Box<ErrorReport> {
    fn from(error: Error) -> Self {
        Box::new(error.into())
    }
}
