//! From a text, or from an intercepted call, to statements.

use super::{Expected, Origin, Statement, split};
use crate::error::Error;
use crate::pg::arena::Arena;
use crate::pg::error::PgError;
use crate::pg::parser::{self, RawStatement};
use crate::pg::tree::model::Command;
use crate::pg::tree::read;
use crate::pg::utility::Call;
use std::ffi::CString;
use std::rc::Rc;

/// All statements of a script. A syntax error anywhere refuses the whole of it.
pub fn script(text: &str) -> Result<Vec<Statement>, Error> {
    let arena = Arena::new();
    let source = Rc::new(crate::pg::c_string(text));
    let raw = parser::statements(&arena, &source).map_err(|error| located(text, &error))?;
    let mut lines = Lines { text, position: 0, line: 1 };
    Ok(raw.into_iter().map(|raw| statement(&arena, &source, &mut lines, raw)).collect())
}

/// A statement that a client or a function sent, on its way to the server.
pub fn intercepted(call: &Call) -> Statement {
    let whole = call.text();
    let text = whole[leading_blank(call.arena(), &whole)..].trim_end();
    let command = call.arena().enter(|| read::command(call.node()));
    made(1, call.arena(), text, command, Origin::Intercepted(call.clone()))
}

/// Counts lines from one statement to the next, not from the beginning each time.
struct Lines<'a> {
    text: &'a str,
    position: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of a position that is not before the last one asked for.
    fn at(&mut self, position: usize) -> usize {
        let between = self.text.get(self.position..position).unwrap_or("");
        self.line += between.matches('\n').count();
        self.position = position;
        self.line
    }
}

fn located(text: &str, error: &PgError) -> Error {
    let offset = error.cursor_position().saturating_sub(1);
    let before: String = text.chars().take(offset).collect();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Error::Script {
        message: error.message(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

fn statement(
    arena: &Rc<Arena>,
    source: &Rc<CString>,
    lines: &mut Lines,
    raw: RawStatement,
) -> Statement {
    let script = lines.text;
    let end = raw.length.map_or(script.len(), |length| raw.start + length);
    let whole = script.get(raw.start..end).unwrap_or(script);
    let start = raw.start + leading_blank(arena, whole);
    let text = script.get(start..end).unwrap_or(whole).trim_end();
    let command = arena.enter(|| read::command(&raw.node));
    made(lines.at(start), arena, text, command, Origin::Parsed(raw.node, source.clone()))
}

fn made(line: usize, arena: &Rc<Arena>, text: &str, command: Command, origin: Origin) -> Statement {
    Statement {
        line,
        ddl: texts(arena, text, &command),
        command,
        arena: arena.clone(),
        expected: Expected::default(),
        origin,
    }
}

/// The server counts blanks and comments before a statement to it; this is where it begins.
fn leading_blank(arena: &Rc<Arena>, text: &str) -> usize {
    let blank = text.len() - text.trim_start().len();
    let begins_with_comment = text[blank..].starts_with("--") || text[blank..].starts_with("/*");
    if !begins_with_comment {
        return blank;
    }
    let tokens = crate::pg::scanner::tokens(arena, &crate::pg::c_string(text));
    tokens.ok().and_then(|tokens| tokens.first().map(|token| token.start)).unwrap_or(blank)
}

fn texts(arena: &Rc<Arena>, text: &str, command: &Command) -> Vec<Rc<str>> {
    let count = command.actions.len();
    if count > 1
        && let Some(parts) = split::parts(arena, text, command)
    {
        return parts.into_iter().map(Rc::from).collect();
    }
    vec![Rc::from(text); count]
}
