//! The server's own scanner: where the brackets, commas and semicolons of a text are.
//!
//! Used to see whether a piece of SQL is closed in itself, and to cut an ALTER TABLE into its
//! sub-commands. A scanner of our own would sooner or later read a string otherwise than the
//! server does, which is how injections are made.

use super::arena::Arena;
use super::error::PgError;
use super::subtransaction::catch_pure;
use pgrx::pg_sys;
use std::ffi::{CString, c_int};
use std::rc::Rc;

/// A token: a punctuation character, or anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The character for a one-character token, otherwise `None`.
    pub punctuation: Option<char>,
    /// Where it begins, in bytes.
    pub start: usize,
}

/// The tokens of a text, comments left out; the error is a syntax error (an open string, say).
pub fn tokens(arena: &Rc<Arena>, text: &CString) -> Result<Vec<Token>, PgError> {
    catch_pure(arena, || arena.enter(|| scan(text)))
}

fn scan(text: &CString) -> Vec<Token> {
    let mut tokens = Vec::new();
    // SAFETY: scanner_init fills `extra` and copies the text; both it and `value` outlive the
    // scanner, which is ended before they go. On an error the arena takes the memory back.
    unsafe {
        let mut extra: pg_sys::core_yy_extra_type = std::mem::zeroed();
        let scanner = pg_sys::scanner_init(
            text.as_ptr(),
            &mut extra,
            &raw const pg_sys::ScanKeywords,
            (&raw const pg_sys::ScanKeywordTokens).cast(),
        );
        let mut value: pg_sys::core_YYSTYPE = std::mem::zeroed();
        let mut location: c_int = 0;
        loop {
            let token = pg_sys::core_yylex(&mut value, &mut location, scanner);
            if token == 0 {
                break;
            }
            // Tokens of one character are their own code, all others lie above (scan.l).
            let punctuation = u8::try_from(token).ok().map(char::from);
            tokens.push(Token { punctuation, start: usize::try_from(location).unwrap_or(0) });
        }
        pg_sys::scanner_finish(scanner);
    }
    tokens
}
