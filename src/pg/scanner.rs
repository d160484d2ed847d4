//! The server's own scanner: where the brackets, commas and semicolons of a text are.
//!
//! Used to see whether a piece of SQL is closed in itself, to cut an ALTER TABLE into its
//! sub-commands, and to tell whether two texts are the same statement. A scanner of our own would sooner or later read a string otherwise than the
//! server does, which is how injections are made.

use super::arena::Arena;
use super::error::PgError;
use super::owned;
use super::subtransaction::catch_pure;
use pgrx::pg_sys;
use std::borrow::Cow;
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
    let mut tokens = Vec::new();
    let see = |code: c_int, start, _: &pg_sys::core_YYSTYPE| {
        // Tokens of one character are their own code, all others lie above (scan.l).
        tokens.push(Token { punctuation: u8::try_from(code).ok().map(char::from), start });
    };
    catch_pure(arena, || arena.enter(|| scan(text, see)))?;
    Ok(tokens)
}

/// The text as the scanner reads it: one blank between two tokens, no comments and no semicolon
/// at the end, words in lower case, names in quotes only where they need them. Two texts that
/// differ in these only are one statement to the server.
pub fn canonical(arena: &Rc<Arena>, text: &CString) -> Result<String, PgError> {
    let source = text.as_bytes();
    let mut spelled: Vec<(usize, Option<String>)> = Vec::new();
    let see = |_: c_int, start, value: &pg_sys::core_YYSTYPE| {
        spelled.push((start, spelling(&source[start..], value)));
    };
    catch_pure(arena, || arena.enter(|| scan(text, see)))?;
    let ends = spelled.iter().skip(1).map(|(start, _)| *start).chain([source.len()]);
    let words = spelled.iter().zip(ends).map(|((start, spelling), end)| match spelling {
        Some(spelling) => Cow::from(spelling),
        None => String::from_utf8_lossy(run(&source[*start..end])),
    });
    let canonical = words.collect::<Vec<_>>().join(" ");
    Ok(canonical.trim_end_matches([' ', ';']).to_string())
}

/// How a word, a name or a string that `source` begins with is spelled; `None` for other tokens.
fn spelling(source: &[u8], value: &pg_sys::core_YYSTYPE) -> Option<String> {
    // SAFETY: asked for only where the scanner has set it: for words, names and strings.
    let meaning = || owned(unsafe { value.str_ }).unwrap_or_default();
    let next = source.get(1).copied().unwrap_or(0);
    match (source[0], next) {
        (b'"', _) => Some(super::quote_identifier(&meaning())),
        (b'\'', _) | (b'e' | b'E', b'\'') => Some(super::quote_literal(&meaning())),
        (b'$', b'0'..=b'9') => None,
        (b'$', _) => Some(super::quote_literal(&meaning())),
        // B'…', X'…', U&'…' are not the word they begin with.
        (b'a'..=b'z' | b'A'..=b'Z', b'\'') => Some(format!("'{}", meaning())),
        (b'u' | b'U', b'&') if source.get(2) == Some(&b'\'') => Some(format!("'{}", meaning())),
        (b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.., _) => Some(meaning()),
        _ => None,
    }
}

/// The number or operator in what lies before the next token: it ends at a blank or a comment.
fn run(source: &[u8]) -> &[u8] {
    let ends = |at: &usize| {
        source[*at].is_ascii_whitespace()
            || matches!(&source[*at..], [b'-', b'-', ..] | [b'/', b'*', ..])
    };
    let end = (1..source.len()).find(ends).unwrap_or(source.len());
    &source[..end]
}

/// Calls `see` for each token, with its code, its place and its value.
fn scan(text: &CString, mut see: impl FnMut(c_int, usize, &pg_sys::core_YYSTYPE)) {
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
            let code = pg_sys::core_yylex(&mut value, &mut location, scanner);
            if code == 0 {
                break;
            }
            see(code, usize::try_from(location).unwrap_or(0), &value);
        }
        pg_sys::scanner_finish(scanner);
    }
}
