//! Twins: an object as CREATE would make it, made beside the existing one to be compared with it.
//!
//! The attributes of a function have defaults that depend on its language, on its kind and on
//! settings. The server is asked instead of followed: it makes the function under another name,
//! and the subtransaction it is made in is rolled back. No event trigger fires, and nothing is
//! said. It costs a transaction id.

use super::arena::Arena;
use super::catalog::Function;
use super::tree::Node;
use super::{c_string, catalog, parser};
use pg_sys::Oid;
use pgrx::pg_sys;
use std::ffi::CStr;

/// Whether something can be made and rolled back here.
pub fn is_possible() -> bool {
    // SAFETY: reads the state of the backend.
    unsafe { !pg_sys::XactReadOnly && !pg_sys::RecoveryInProgress() && !pg_sys::IsInParallelMode() }
}

/// Makes a twin of the function of a CreateFunctionStmt and reads it; see [`make`].
pub fn function(statement: &Node, schema: &str, body: Option<&Node>) -> Option<Function> {
    catalog::function(make(statement, schema, body))
}

/// Makes the function of a CreateFunctionStmt under another name; `body` instead of its own, if
/// given. Raises the server's errors: call it inside [`super::subtransaction::probe`].
pub fn make(statement: &Node, schema: &str, body: Option<&Node>) -> Oid {
    be_quiet();
    // SAFETY: only a copy of the statement is changed; a CreateFunctionStmt.
    unsafe {
        let copy = pg_sys::copyObjectImpl(statement.as_ptr().cast());
        let copy = copy.cast::<pg_sys::CreateFunctionStmt>();
        (*copy).funcname = catalog::name_list(&[schema.into(), NAME.into()]);
        (*copy).replace = true;
        if let Some(body) = body {
            (*copy).sql_body = pg_sys::copyObjectImpl(body.as_ptr().cast()).cast();
        }
        let state = pg_sys::make_parsestate(std::ptr::null_mut());
        (*state).p_sourcetext = c"".as_ptr();
        let made = pg_sys::CreateFunction(state, copy);
        pg_sys::free_parsestate(state);
        pg_sys::CommandCounterIncrement();
        made.objectId
    }
}

/// The normal form of the body of a function in SQL: what the server prints of it, as the body
/// of a twin, until it no longer changes. As [`make`].
pub fn settled_body(statement: &Node, schema: &str, function: Oid) -> Option<String> {
    let mut text = sql_body(function)?;
    for _ in 0..ROUNDS {
        let Some(body) = parse_body(&text) else { break };
        let next = sql_body(make(statement, schema, Some(&body)))?;
        if next == text {
            break;
        }
        text = next;
    }
    Some(text)
}

/// Rounds of printing and parsing after which a text that still changes is taken as it is.
const ROUNDS: usize = 4;

/// The name of a twin.
const NAME: &str = "guarded_ddl twin";

/// The body of a function in SQL, as the server prints it.
fn sql_body(function: Oid) -> Option<String> {
    // SAFETY: pg_get_function_sqlbody takes the OID of a function.
    unsafe {
        pgrx::direct_function_call(
            pg_sys::pg_get_function_sqlbody,
            &[Some(pg_sys::Datum::from(function))],
        )
    }
}

/// The body in a text that [`sql_body`] gave, parsed.
pub fn parse_body(text: &str) -> Option<Node> {
    let text = format!("CREATE FUNCTION f() RETURNS int LANGUAGE sql {text}");
    let parsed = parser::statements(&Arena::new(), &c_string(&text)).ok()?;
    parsed.first()?.node.statement()?.sql_body()
}

/// No check of the body, which is the statement's business, and no messages.
fn be_quiet() {
    set_locally(c"check_function_bodies", c"off");
    set_locally(c"client_min_messages", c"error");
}

/// Undone with the subtransaction.
fn set_locally(name: &CStr, value: &CStr) {
    // SAFETY: both are C strings, copied by the function.
    unsafe {
        pg_sys::set_config_option(
            name.as_ptr(),
            value.as_ptr(),
            pg_sys::GucContext::PGC_USERSET,
            pg_sys::GucSource::PGC_S_SESSION,
            pg_sys::GucAction::GUC_ACTION_LOCAL,
            true,
            0,
            false,
        );
    }
}
