//! Twins: an object as CREATE would make it, made beside the existing one to be compared with it.
//!
//! The attributes of a function have defaults that depend on its language, on its kind and on
//! settings. The server is asked instead of followed: it makes the function in another schema,
//! and the subtransaction it is made in is rolled back. No event trigger fires, and nothing is
//! said. It costs a transaction id.

use super::arena::Arena;
use super::catalog::Function;
use super::identity::as_owner;
use super::tree::{Node, strings};
use super::{c_string, catalog, normal, parser, set_locally};
use pg_sys::Oid;
use pgrx::pg_sys;

/// Whether something can be made and rolled back here.
pub fn is_possible() -> bool {
    // SAFETY: reads the state of the backend.
    unsafe { !pg_sys::XactReadOnly && !pg_sys::RecoveryInProgress() && !pg_sys::IsInParallelMode() }
}

/// Makes a twin of the function of a CreateFunctionStmt and reads it; `body` instead of its own,
/// if given. Raises the server's errors: call it inside [`super::subtransaction::probe`].
pub fn function(statement: &Node, body: Option<&Node>) -> Option<Function> {
    catalog::function(make(SCHEMA, statement, body))
}

/// The normal form of the body of the function in SQL that a CreateFunctionStmt makes. As
/// [`function`].
pub fn written_body(statement: &Node) -> Option<String> {
    settle(SCHEMA, statement, make(SCHEMA, statement, None))
}

/// The normal form of the body of an existing one, parsed as its owner. As [`function`].
pub fn stored_body(statement: &Node, function: &Function) -> Option<String> {
    as_owner(function.owner, || settle(OWNERS_SCHEMA, statement, function.oid))
}

/// The schema twins are in: they have the name of the function, by which a body may call its
/// arguments, and nobody needs a privilege on a schema of his own.
const SCHEMA: &str = "guarded_ddl twins";

/// That of twins that belong to another role.
const OWNERS_SCHEMA: &str = "guarded_ddl twins of the owner";

fn make(schema: &str, statement: &Node, body: Option<&Node>) -> Oid {
    be_quiet();
    // One of the session's own: another session would wait for the end of this one's.
    // SAFETY: a variable of the backend.
    let schema = format!("{schema} {}", unsafe { pg_sys::MyProcPid });
    need_schema(&schema);
    // SAFETY: only a copy of the statement is changed; a CreateFunctionStmt.
    unsafe {
        let copy = pg_sys::copyObjectImpl(statement.as_ptr().cast());
        let copy = copy.cast::<pg_sys::CreateFunctionStmt>();
        let name = strings((*copy).funcname).pop().unwrap_or_default();
        (*copy).funcname = catalog::name_list(&[schema, name]);
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

fn need_schema(name: &str) {
    if catalog::namespace(name).is_some() {
        return;
    }
    let name = c_string(name);
    // SAFETY: inserts into pg_namespace, with the role that is current as its owner.
    unsafe {
        pg_sys::NamespaceCreate(name.as_ptr(), pg_sys::GetUserId(), false);
        pg_sys::CommandCounterIncrement();
    }
}

/// What the server prints of a body, as the body of a twin, until it no longer changes.
fn settle(schema: &str, statement: &Node, function: Oid) -> Option<String> {
    let again = |text: &str| Some(make(schema, statement, Some(&parse_body(text)?)));
    normal::settle(function, |function| sql_body(*function), again).map(|(_, text)| text)
}

/// The body of a function in SQL, as the server prints it.
fn sql_body(function: Oid) -> Option<String> {
    let function = Some(pg_sys::Datum::from(function));
    // SAFETY: pg_get_function_sqlbody takes the OID of a function.
    normal::plainly(|| unsafe {
        pgrx::direct_function_call(pg_sys::pg_get_function_sqlbody, &[function])
    })
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
    // SET search_path is kept as the server prints it.
    set_locally(c"quote_all_identifiers", c"off");
}
