//! From the text that was composed of a spec's values to a statement that says no more than it should.
//!
//! A spec may come from anywhere, and its types, expressions and definitions are pieces of SQL.

use super::model::{Key, Kind};
use super::{path, resolve};
use crate::error::Error;
use crate::pg::arena::Arena;
use crate::pg::tree::model::{Action, Class, Definition, FunctionDef, Relation};
use crate::pg::{c_string, catalog, scanner};
use crate::statement::{Statement, parse};

/// The statement of a text: one, that does one thing, and that which the first words say. The
/// error is what is wrong with it.
pub fn of(text: &str) -> Result<Statement, String> {
    let mut statements = parse::script(text).map_err(|error| error.to_string())?;
    match (statements.pop(), statements.is_empty()) {
        (Some(statement), true)
            if statement.command.actions.len() == 1 && begins_with(text, statement.command.tag) =>
        {
            Ok(statement)
        }
        _ => Err("it says more than one thing, or another one".into()),
    }
}

/// The same for a text that makes an object: it must be that object. A definition is the whole
/// statement, and could as well drop a table.
pub fn making(key: &Key, text: &str) -> Result<Statement, String> {
    let statement = of(text)?;
    match statement.command.actions.as_slice() {
        [action] if makes(key, action) => Ok(statement),
        _ => Err(format!("its definition is not of {} {key}", super::word(key.kind))),
    }
}

fn makes(key: &Key, action: &Action) -> bool {
    match (key.kind, action) {
        (Kind::Index, Action::CreateIndex(def)) => {
            def.name.as_ref() == Some(&key.name) && is_of(key, &def.table) && !def.concurrent
        }
        (Kind::Statistics, Action::CreateStatistics(def)) => {
            let is_it =
                |name: &Relation| is_named(key, &key.name, name.schema.as_ref(), &name.name);
            def.name.as_ref().is_some_and(is_it) && is_of(key, &def.table)
        }
        (Kind::Trigger, Action::Create { object, .. }) => {
            object.class == Class::Trigger
                && object.name == key.name
                && object.relation.as_ref().is_some_and(|table| is_of(key, table))
        }
        (
            Kind::Function | Kind::Procedure,
            Action::Create { object, definition: Definition::Function(function), .. },
        ) => {
            let (name, arguments) = key.routine();
            (object.class == Class::Procedure) == (key.kind == Kind::Procedure)
                && is_named(key, &name, object.schema.as_ref(), &object.name)
                && has_arguments(function, arguments)
        }
        (Kind::Index | Kind::Statistics | Kind::Trigger | Kind::Function | Kind::Procedure, _) => {
            false
        }
        _ => true,
    }
}

/// Whether that is the relation a part belongs to, which a name without a schema may miss.
fn is_of(part: &Key, written: &Relation) -> bool {
    let schema = match &written.schema {
        Some(schema) => Some(schema.clone()),
        None => resolve::schema_of(&part.parent(Kind::Table), None),
    };
    written.name == part.relation && schema.as_ref() == Some(&part.schema)
}

/// Whether what is made under that name is the object.
fn is_named(key: &Key, wanted: &str, schema: Option<&String>, name: &str) -> bool {
    let made_in = || catalog::creation_namespace(None).and_then(catalog::namespace_name);
    name == wanted && schema.cloned().or_else(made_in).as_ref() == Some(&key.schema)
}

/// Whether a function has arguments of these types, as far as there are such types yet.
fn has_arguments(function: &FunctionDef, written: &str) -> bool {
    let written = resolve::split(written);
    let defined = function.input_types();
    written.len() == defined.len()
        && written.iter().zip(&defined).all(|(written, defined)| {
            let types = (catalog::parse_type(written), catalog::written_type(defined));
            !matches!(types, (Some(one), Some(other)) if one != other)
        })
}

/// Whether a statement begins with the words of its command tag, others of SQL between them.
fn begins_with(text: &str, tag: &str) -> bool {
    const BETWEEN: [&str; 5] = ["OR", "REPLACE", "UNLOGGED", "UNIQUE", "CONSTRAINT"];
    let mut words = text
        .split_whitespace()
        .map(str::to_uppercase)
        .filter(|word| !BETWEEN.contains(&word.as_str()));
    tag.split_whitespace().all(|word| words.next().as_deref() == Some(word))
}

/// Whether what follows a text would be part of a comment.
pub fn ends_in_comment(text: &str) -> bool {
    let count = |text: &str| scanner::tokens(&Arena::new(), &c_string(text)).map(|it| it.len());
    text.contains("--") && count(text).ok() == count(&format!("{text} x")).ok()
}

/// The error for what is said of an object.
pub fn wrong(key: &Key, problem: impl Into<String>) -> Error {
    Error::Spec {
        path: path::cut(&super::name::address(key), path::LONGEST_PROBLEM),
        problem: path::cut(&problem.into(), path::LONGEST_PROBLEM),
        hint: "Write definitions, types and expressions as they would stand in one SQL statement."
            .into(),
    }
}
