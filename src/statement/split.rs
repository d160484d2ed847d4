//! Cutting the text of an ALTER TABLE or DROP into one statement per action.
//!
//! The parse tree does not say where a sub-command's text is, so the text is cut at the commas
//! outside brackets, and each piece is checked by parsing it: unless every piece is one
//! statement with one action of the same kind, the whole text stands for each of them.

use crate::pg::arena::Arena;
use crate::pg::scanner::{self, Token};
use crate::pg::tree::read;
use crate::pg::{c_string, parser};
use std::rc::Rc;

/// One text per action, or `None` when the text cannot be cut into `count` of them.
pub fn parts(arena: &Rc<Arena>, text: &str, tag: &str, count: usize) -> Option<Vec<String>> {
    let tokens = scanner::tokens(arena, &c_string(text)).ok()?;
    let commas = outer_commas(&tokens);
    if commas.len() + 1 != count {
        return None;
    }
    let head_end = head_length(arena, text, &tokens, commas.first().copied()?, tag)?;
    let head = text[..head_end].trim_end();
    let starts = std::iter::once(head_end).chain(commas.iter().map(|comma| comma + 1));
    let ends = commas.iter().copied().chain(std::iter::once(text.len()));
    let tail = last_word_of_drop(text, &tokens, commas.last().copied()?, tag);
    let pieces = starts.zip(ends).enumerate().map(|(index, (start, end))| {
        let piece = text[start..end].trim();
        match tail {
            Some(tail) if index + 1 < count => format!("{head} {piece} {tail}"),
            _ => format!("{head} {piece}"),
        }
    });
    let pieces: Vec<String> = pieces.collect();
    pieces.iter().all(|piece| is_one_action(arena, piece, tag)).then_some(pieces)
}

fn outer_commas(tokens: &[Token]) -> Vec<usize> {
    let mut depth = 0;
    let mut commas = Vec::new();
    for token in tokens {
        match token.punctuation {
            Some('(' | '[') => depth += 1,
            Some(')' | ']') => depth -= 1,
            Some(',') if depth == 0 => commas.push(token.start),
            _ => {}
        }
    }
    commas
}

/// How much of the text comes before the first action: the shortest beginning after which the
/// rest of the first piece is left out and another action can stand.
fn head_length(
    arena: &Rc<Arena>,
    text: &str,
    tokens: &[Token],
    first_comma: usize,
    tag: &str,
) -> Option<usize> {
    let probe = if tag == "ALTER TABLE" { "SET LOGGED" } else { "a.b" };
    let candidates = tokens.iter().map(|token| token.start).filter(|start| *start < first_comma);
    candidates.skip(2).find(|start| {
        let candidate = format!("{} {probe}", &text[..*start]);
        is_one_action(arena, &candidate, tag)
    })
}

/// `CASCADE` or `RESTRICT` at the end of a DROP belongs to each of its objects.
fn last_word_of_drop<'a>(
    text: &'a str,
    tokens: &[Token],
    last_comma: usize,
    tag: &str,
) -> Option<&'a str> {
    let last = tokens.last().filter(|token| token.start > last_comma)?;
    let word = text.get(last.start..)?.trim_end();
    let is_behavior = ["cascade", "restrict"].iter().any(|known| word.eq_ignore_ascii_case(known));
    (tag.starts_with("DROP") && is_behavior).then_some(word)
}

fn is_one_action(arena: &Rc<Arena>, text: &str, tag: &str) -> bool {
    let parsed = parser::statements(arena, &c_string(text));
    let Ok([statement]) = parsed.as_deref() else { return false };
    let command = arena.enter(|| read::command(&statement.node));
    command.tag == tag && command.actions.len() == 1
}
