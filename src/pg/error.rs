//! An error of the server, caught, with every field it had.

use super::arena::Arena;
use super::message::Place;
use super::{c_string, owned};
use pgrx::pg_sys;
use std::fmt;
use std::rc::Rc;

/// A caught error. It can be looked at, and raised again with every field intact.
pub struct PgError {
    data: *mut pg_sys::ErrorData,
    arena: Rc<Arena>,
}

impl fmt::Debug for PgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.sqlstate(), self.message())
    }
}

impl PgError {
    /// Copies the error being handled. Only to be called in a handler, with an error of
    /// PostgreSQL's own (not of Rust's) on the error stack.
    pub(super) fn copy_current(arena: &Rc<Arena>) -> PgError {
        // SAFETY: the caller is in an error handler, so the error stack is not empty; the copy
        // is made in the arena, which the result keeps alive.
        let data = arena.enter(|| unsafe { pg_sys::CopyErrorData() });
        PgError { data, arena: arena.clone() }
    }

    fn data(&self) -> &pg_sys::ErrorData {
        // SAFETY: made by CopyErrorData in the arena this value holds.
        unsafe { &*self.data }
    }

    /// The five characters of the SQLSTATE.
    pub fn sqlstate(&self) -> String {
        decode_sqlstate(self.data().sqlerrcode)
    }

    /// The primary message.
    pub fn message(&self) -> String {
        owned(self.data().message).unwrap_or_else(|| "missing error text".into())
    }

    /// The DETAIL.
    pub fn detail(&self) -> Option<String> {
        owned(self.data().detail)
    }

    /// The HINT.
    pub fn hint(&self) -> Option<String> {
        owned(self.data().hint)
    }

    /// Gives it another DETAIL and HINT.
    pub fn set_advice(&mut self, detail: Option<&str>, hint: Option<&str>) {
        let copy = |text: Option<&str>| match text {
            // SAFETY: a C string, copied into the arena, where the error is.
            Some(text) => unsafe { pg_sys::pstrdup(c_string(text).as_ptr()) },
            None => std::ptr::null_mut(),
        };
        let (detail, hint) = self.arena.enter(|| (copy(detail), copy(hint)));
        // SAFETY: made by CopyErrorData in the arena this value holds, and nobody else has it.
        let data = unsafe { &mut *self.data };
        (data.detail, data.hint) = (detail, hint);
    }

    /// The object the error names, if it does.
    pub fn place(&self) -> Option<Place> {
        let data = self.data();
        let place = Place {
            schema: owned(data.schema_name),
            table: owned(data.table_name),
            column: owned(data.column_name),
            datatype: owned(data.datatype_name),
            constraint: owned(data.constraint_name),
        };
        (place != Place::default()).then_some(place)
    }

    /// Whether it was raised in code that the statement called, a function say, and not by the
    /// statement itself: then its CONTEXT begins with more than that of the statement's caller,
    /// who asks. (It can have a line less: SPI leaves out its own for an error with a position.)
    pub fn is_from_within(&self) -> bool {
        // SAFETY: a palloc'd string, empty if nobody has anything to say.
        let callers = owned(unsafe { pg_sys::GetErrorContextStack() }).unwrap_or_default();
        !callers.ends_with(&owned(self.data().context).unwrap_or_default())
    }

    /// Where in the parsed text, in characters from 1; 0 for nowhere.
    pub fn cursor_position(&self) -> usize {
        let position = self.data().cursorpos.max(self.data().internalpos);
        usize::try_from(position).unwrap_or(0)
    }

    /// Raises it again, as it was.
    pub fn rethrow(self) -> ! {
        // SAFETY: ReThrowError copies the data to ErrorContext, but for what is constant where an
        // error begins, and no longer is in a copy (CopyErrorData, PostgreSQL 17): those are
        // copied here. What this value owns is freed as the error unwinds.
        unsafe {
            let data = &mut *self.data;
            for constant in [
                &mut data.filename,
                &mut data.funcname,
                &mut data.domain,
                &mut data.context_domain,
                &mut data.message_id,
            ] {
                if !constant.is_null() {
                    *constant = pg_sys::MemoryContextStrdup(pg_sys::ErrorContext, *constant);
                }
            }
            super::compat::rethrow(self.data)
        }
    }
}

/// `MAKE_SQLSTATE` backwards: six bits a character.
fn decode_sqlstate(code: i32) -> String {
    (0..5).map(|place| (((code >> (6 * place)) & 0x3f) as u8 + b'0') as char).collect()
}

/// `MAKE_SQLSTATE`
pub(super) fn encode_sqlstate(text: &str) -> i32 {
    let characters = text.bytes().take(5).enumerate();
    characters.fold(0, |code, (place, byte)| {
        code | (i32::from(byte.wrapping_sub(b'0')) & 0x3f) << (6 * place)
    })
}

/// The condition name of a SQLSTATE as PL/pgSQL knows it (`unique_violation`), or the SQLSTATE
/// itself where PostgreSQL has no name for it.
pub fn condition_name(sqlstate: &str) -> String {
    if let Some((_, name)) = IRREGULAR.iter().find(|(code, _)| *code == sqlstate) {
        return (*name).into();
    }
    let code = pgrx::PgSqlErrorCode::from(encode_sqlstate(sqlstate));
    let name = format!("{code:?}");
    match name.strip_prefix("ERRCODE_") {
        Some("INTERNAL_ERROR") if sqlstate != "XX000" => sqlstate.into(),
        Some(name) => without_class(name).to_lowercase(),
        None => sqlstate.into(),
    }
}

/// Conditions whose name in errcodes.txt is not the C macro's in lower case.
const IRREGULAR: [(&str, &str); 9] = [
    ("0F001", "invalid_locator_specification"),
    ("22014", "invalid_argument_for_ntile_function"),
    ("22016", "invalid_argument_for_nth_value_function"),
    ("2201E", "invalid_argument_for_logarithm"),
    ("3B001", "invalid_savepoint_specification"),
    ("40002", "transaction_integrity_constraint_violation"),
    ("42P05", "duplicate_prepared_statement"),
    ("42P14", "invalid_prepared_statement_definition"),
    ("26000", "invalid_sql_statement_name"),
];

/// The macros of some classes begin with an abbreviation of the class.
fn without_class(name: &str) -> &str {
    let classes = ["T_R_", "S_R_E_", "E_R_I_E_", "E_R_E_"];
    classes.iter().find_map(|class| name.strip_prefix(class)).unwrap_or(name)
}
