//! Checking the arguments of typed functions: names, and pieces of SQL.
//!
//! A piece of SQL is accepted only if it is closed in itself: the server's scanner finds its
//! brackets balanced, with no comma or semicolon outside them, and the server's parser takes it
//! as what it should be. Nothing that passes can end the place it is put into.

use crate::error::Error;
use crate::pg::arena::Arena;
use crate::pg::scanner::Token;
use crate::pg::tree::Node;
use crate::pg::{c_string, parser, quote_identifier, scanner};
use std::rc::Rc;

/// PostgreSQL keeps 63 bytes of a name (NAMEDATALEN - 1).
const LONGEST_NAME: usize = 63;

/// A name that must be given, quoted for SQL.
pub fn name(argument: &'static str, value: Option<&str>) -> Result<String, Error> {
    Ok(quote_identifier(checked_name(argument, value)?))
}

/// A name that must be given, as it is.
pub fn checked_name<'a>(argument: &'static str, value: Option<&'a str>) -> Result<&'a str, Error> {
    let value = value.ok_or(Error::Null(argument))?;
    match value.len() {
        0 => Err(Error::Empty(argument)),
        length if length > LONGEST_NAME => {
            Err(Error::NameTooLong { argument, name: value.to_string() })
        }
        _ => Ok(value),
    }
}

/// A name that may be left out.
pub fn optional_name(argument: &'static str, value: Option<&str>) -> Result<Option<String>, Error> {
    value.map(|value| name(argument, Some(value))).transpose()
}

/// A possibly qualified name.
pub fn qualified(
    argument: &'static str,
    value: Option<&str>,
    schema: Option<&str>,
) -> Result<String, Error> {
    let name = name(argument, value)?;
    Ok(match optional_name("schema", schema)? {
        Some(schema) => format!("{schema}.{name}"),
        None => name,
    })
}

/// A list of names, at least one.
pub fn names(
    argument: &'static str,
    values: Option<Vec<Option<String>>>,
) -> Result<Vec<String>, Error> {
    let values = list(argument, values)?;
    values.iter().map(|value| name(argument, Some(value))).collect()
}

/// A list of texts, at least one, none of them NULL.
pub fn list(
    argument: &'static str,
    values: Option<Vec<Option<String>>>,
) -> Result<Vec<String>, Error> {
    let values = values.ok_or(Error::Null(argument))?;
    if values.is_empty() {
        return Err(Error::Empty(argument));
    }
    values.into_iter().map(|value| value.ok_or(Error::Null(argument))).collect()
}

/// A text that must be given and not empty.
pub fn required<'a>(argument: &'static str, value: Option<&'a str>) -> Result<&'a str, Error> {
    match value.ok_or(Error::Null(argument))? {
        "" => Err(Error::Empty(argument)),
        value => Ok(value),
    }
}

/// A type as a column definition has it: `numeric(10,2)`, `text[]`.
pub fn type_name(argument: &'static str, value: Option<&str>) -> Result<String, Error> {
    let value = required(argument, value)?;
    if is_one_word(value) {
        return Ok(value.to_string());
    }
    let arena = Arena::new();
    let text = closed(&arena, argument, value)?;
    parser::type_name(&arena, &text).map_err(|error| syntax(argument, &error))?;
    Ok(text)
}

/// One token can say no more than one thing; what it is, the whole statement's parse will show.
fn is_one_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// An expression, put in parentheses unless it is so simple that it needs none.
pub fn expression(argument: &'static str, value: Option<&str>) -> Result<String, Error> {
    let (text, node) = parsed(argument, value)?;
    Ok(if node.is_simple_expression() { text } else { format!("({text})") })
}

/// An expression, always in parentheses.
pub fn condition(argument: &'static str, value: Option<&str>) -> Result<String, Error> {
    let (text, _) = parsed(argument, value)?;
    Ok(format!("({text})"))
}

/// The text of one expression, and what it is.
fn parsed(argument: &'static str, value: Option<&str>) -> Result<(String, Node), Error> {
    let arena = Arena::new();
    let text = closed(&arena, argument, required(argument, value)?)?;
    let node = parser::expression(&arena, &text).map_err(|error| syntax(argument, &error))?;
    node.map(|node| (text, node)).ok_or_else(|| more_than(argument, "one expression"))
}

/// One element of an index's key.
pub fn index_element(argument: &'static str, value: &str) -> Result<String, Error> {
    element(argument, value, |text| format!("CREATE INDEX ON t ({text})")).map_err(|error| {
        error.with_hint(
            "Put an expression that is no function call in parentheses, as CREATE INDEX wants it. Nothing was run.",
        )
    })
}

/// One element of an exclusion constraint, `room WITH =`.
pub fn exclude_element(argument: &'static str, value: &str) -> Result<String, Error> {
    element(argument, value, |text| format!("ALTER TABLE t ADD EXCLUDE ({text})"))
}

/// One element of a table: a column, a constraint or LIKE.
pub fn table_element(argument: &'static str, value: &str) -> Result<String, Error> {
    element(argument, value, |text| format!("CREATE TABLE t ({text})"))
}

/// What follows PARTITION BY.
pub fn partition_key(argument: &'static str, value: &str) -> Result<String, Error> {
    let key = element(argument, value, |text| format!("CREATE TABLE t () PARTITION BY {text}"))?;
    // RANGE (a, b): one pair of brackets, and nothing behind it.
    let tokens = scanner::tokens(&Arena::new(), &c_string(&key))
        .map_err(|error| syntax(argument, &error))?;
    let ends_with_bracket = tokens.last().is_some_and(|token| token.punctuation == Some(')'));
    if ends_with_bracket && outer_brackets(&tokens) == 1 {
        Ok(key)
    } else {
        Err(more_than(argument, "a partition key"))
    }
}

/// How many round brackets are opened outside others.
fn outer_brackets(tokens: &[Token]) -> usize {
    let mut depth = 0;
    let mut outer = 0;
    for token in tokens {
        match token.punctuation {
            Some('(') => {
                outer += usize::from(depth == 0);
                depth += 1;
            }
            Some(')') => depth -= 1,
            _ => {}
        }
    }
    outer
}

/// A piece of SQL that, put in its place, makes a statement that parses.
fn element(
    argument: &'static str,
    value: &str,
    in_place: impl FnOnce(&str) -> String,
) -> Result<String, Error> {
    let arena = Arena::new();
    let text = closed(&arena, argument, required(argument, Some(value))?)?;
    parser::statements(&arena, &c_string(&in_place(&text)))
        .map_err(|error| syntax(argument, &error))?;
    Ok(text)
}

/// The name of an access method, which SQL folds to lower case.
pub fn access_method(argument: &'static str, value: Option<&str>) -> Result<Option<String>, Error> {
    optional_name(argument, value.map(str::to_lowercase).as_deref())
}

/// A piece of SQL that stands in parentheses and may contain commas: storage parameters.
pub fn inside_parentheses(argument: &'static str, value: &str) -> Result<String, Error> {
    balanced(&Arena::new(), argument, required(argument, Some(value))?, true)
}

/// One of a few words, in any case; returned as it is listed.
pub fn word(
    argument: &'static str,
    value: &str,
    allowed: &[&'static str],
) -> Result<&'static str, Error> {
    let choices: Vec<_> = allowed.iter().map(|word| (*word, *word)).collect();
    choice(argument, value, &choices)
}

/// What one of a few words, in any case, stands for.
pub fn choice<T: Copy>(
    argument: &'static str,
    value: &str,
    allowed: &[(&'static str, T)],
) -> Result<T, Error> {
    let found = allowed.iter().find(|(word, _)| word.eq_ignore_ascii_case(value.trim()));
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let words: Vec<_> = allowed.iter().map(|(word, _)| *word).collect();
        Error::Invalid {
            argument,
            problem: format!("\"{value}\""),
            hint: format!("It can be one of: {}.", words.join(", ")),
        }
    })
}

fn closed(arena: &Rc<Arena>, argument: &'static str, text: &str) -> Result<String, Error> {
    balanced(arena, argument, text, false)
}

fn balanced(
    arena: &Rc<Arena>,
    argument: &'static str,
    text: &str,
    commas: bool,
) -> Result<String, Error> {
    let tokens =
        scanner::tokens(arena, &c_string(text)).map_err(|error| syntax(argument, &error))?;
    let mut open = Vec::new();
    for token in &tokens {
        match token.punctuation {
            Some(bracket @ ('(' | '[')) => open.push(bracket),
            Some(')') if open.pop() != Some('(') => return Err(unbalanced(argument)),
            Some(']') if open.pop() != Some('[') => return Err(unbalanced(argument)),
            Some(',') if open.is_empty() && !commas => return Err(more_than(argument, "one item")),
            Some(';') => return Err(more_than(argument, "one statement")),
            _ => {}
        }
    }
    if tokens.is_empty() {
        return Err(Error::Empty(argument));
    }
    if !open.is_empty() {
        return Err(unbalanced(argument));
    }
    Ok(without_open_end(text))
}

/// A comment to the end of the line must not swallow what follows.
fn without_open_end(text: &str) -> String {
    let text = text.trim();
    if text.contains("--") { format!("{text}\n") } else { text.to_string() }
}

fn unbalanced(argument: &'static str) -> Error {
    Error::Invalid {
        argument,
        problem: "unbalanced brackets".into(),
        hint: format!(
            "Close in {argument} every bracket that it opens, and no other. Nothing was run."
        ),
    }
}

fn more_than(argument: &'static str, what: &str) -> Error {
    Error::Invalid {
        argument,
        problem: format!("more than {what}"),
        hint: format!(
            "Pass in {argument} only what stands there in the SQL statement. Nothing was run."
        ),
    }
}

fn syntax(argument: &'static str, error: &crate::pg::error::PgError) -> Error {
    Error::Syntax { argument, message: error.message(), hint: None }
}
