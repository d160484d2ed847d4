//! Cutting the text of an ALTER TABLE or DROP into one statement per action.
//!
//! The parse tree does not say where a sub-command's text is, so the text is cut at the commas
//! outside brackets, and each piece is checked by parsing it: unless every piece is one
//! statement that does what its action does, the whole text stands for each of them.

use super::{object_of, operation};
use crate::pg::arena::Arena;
use crate::pg::scanner::{self, Token};
use crate::pg::tree::model::{Action, Command};
use crate::pg::tree::read;
use crate::pg::{c_string, parser};
use std::rc::Rc;

/// One text per action, or `None` when the text cannot be cut so.
pub fn parts(arena: &Rc<Arena>, text: &str, command: &Command) -> Option<Vec<String>> {
    let tokens = scanner::tokens(arena, &c_string(text)).ok()?;
    let commas = outer_commas(&tokens);
    let first_comma = *commas.first()?;
    if commas.len() + 1 != command.actions.len() {
        return None;
    }
    let tail = last_word_of_drop(text, &tokens, *commas.last()?, command.tag).unwrap_or("");
    // The beginning that all pieces share ends at some token before the first comma.
    let heads = tokens.iter().map(|token| token.start).filter(|start| *start < first_comma);
    let heads: Vec<usize> = heads.collect();
    heads.into_iter().rev().find_map(|head| {
        let pieces = pieces(text, head, &commas, tail);
        let mut pairs = pieces.iter().zip(&command.actions);
        pairs.all(|(piece, action)| does(arena, piece, command, action)).then_some(pieces)
    })
}

fn pieces(text: &str, head: usize, commas: &[usize], tail: &str) -> Vec<String> {
    let starts = std::iter::once(head).chain(commas.iter().map(|comma| comma + 1));
    let ends = commas.iter().copied().chain(std::iter::once(text.len()));
    let beginning = text[..head].trim_end();
    let piece = |(start, end): (usize, usize)| {
        let piece = text[start..end].trim();
        match tail {
            "" => format!("{beginning} {piece}"),
            _ if end == text.len() => format!("{beginning} {piece}"),
            _ => format!("{beginning} {piece} {tail}"),
        }
    };
    starts.zip(ends).map(piece).collect()
}

/// Whether a text is one statement that does this one thing to this object.
fn does(arena: &Rc<Arena>, text: &str, command: &Command, action: &Action) -> bool {
    let parsed = parser::statements(arena, &c_string(text));
    let Ok([statement]) = parsed.as_deref() else { return false };
    let found = arena.enter(|| read::command(&statement.node));
    match found.actions.as_slice() {
        [same] => {
            found.tag == command.tag
                && operation(same) == operation(action)
                && object_of(same) == object_of(action)
        }
        _ => false,
    }
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
