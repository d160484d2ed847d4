//! The server's own raw parser.

use super::arena::Arena;
use super::context::within;
use super::error::PgError;
use super::subtransaction::catch_pure;
use super::tree::Node;
use pgrx::pg_sys;
use std::ffi::CString;
use std::rc::Rc;

/// One statement of a text.
#[derive(Clone, Debug)]
pub struct RawStatement {
    /// The RawStmt.
    pub node: Node,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Its length in bytes, or to the end of the text.
    pub length: Option<usize>,
}

/// Parses a text into its statements; the error is a syntax error.
pub fn statements(arena: &Rc<Arena>, text: &CString) -> Result<Vec<RawStatement>, PgError> {
    let nodes = parse(arena, text, pg_sys::RawParseMode::RAW_PARSE_DEFAULT)?;
    Ok(nodes.into_iter().filter_map(raw_statement).collect())
}

fn raw_statement(node: Node) -> Option<RawStatement> {
    let raw = node.get::<pg_sys::RawStmt>()?;
    let start = usize::try_from(raw.stmt_location).unwrap_or(0);
    let length = usize::try_from(raw.stmt_len).ok().filter(|length| *length > 0);
    Some(RawStatement { start, length, node: node.clone() })
}

/// Parses a type name as it stands in a column definition.
pub fn type_name(arena: &Rc<Arena>, text: &str) -> Result<Option<Node>, PgError> {
    let nodes = parse(arena, &super::c_string(text), pg_sys::RawParseMode::RAW_PARSE_TYPE_NAME)?;
    Ok(nodes.into_iter().next())
}

/// Parses one expression; `None` when the text is anything more or less than one.
pub fn expression(arena: &Rc<Arena>, text: &str) -> Result<Option<Node>, PgError> {
    let mode = pg_sys::RawParseMode::RAW_PARSE_PLPGSQL_EXPR;
    let nodes = parse(arena, &super::c_string(text), mode)?;
    Ok(nodes.first().and_then(Node::sole_target))
}

fn parse(
    arena: &Rc<Arena>,
    text: &CString,
    mode: pg_sys::RawParseMode::Type,
) -> Result<Vec<Node>, PgError> {
    // SAFETY: the text is NUL-terminated and outlives the call; the tree is made in the arena.
    // The raw parser reads no catalog and holds nothing, so its error needs no subtransaction.
    let parse = || arena.enter(|| unsafe { pg_sys::raw_parser(text.as_ptr(), mode) });
    let list = catch_pure(arena, || within(text, parse))?;
    Ok(Node::list(arena, list))
}
