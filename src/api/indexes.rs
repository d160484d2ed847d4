//! Indexes.

use super::{Outcome, Texts, comma, execute, execute_statement};
use crate::error::Error;
use crate::pg::quote_identifier;
use crate::pg::tree::model::{Action, Class, Relation};
use crate::statement::{compose, fragment};
use pgrx::JsonB;
use pgrx::prelude::*;
use serde_json::Value;

/// CREATE INDEX.
#[pg_extern]
fn create_index(
    index_name: Option<&str>,
    table_name: Option<&str>,
    columns: Texts,
    unique: default!(Option<bool>, false),
    postgresql_using: default!(Option<&str>, "NULL"),
    postgresql_where: default!(Option<&str>, "NULL"),
    postgresql_include: default!(Texts, "NULL"),
    postgresql_ops: default!(Option<JsonB>, "NULL"),
    postgresql_nulls_not_distinct: default!(Option<bool>, "NULL"),
    postgresql_with: default!(Option<&str>, "NULL"),
    postgresql_tablespace: default!(Option<&str>, "NULL"),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let elements = elements(columns, postgresql_ops)?;
    let mut text = String::from("CREATE ");
    if unique.unwrap_or(false) {
        text.push_str("UNIQUE ");
    }
    text.push_str("INDEX ");
    if let Some(name) = fragment::optional_name("index_name", index_name)? {
        text.push_str(&format!("{name} "));
    }
    text.push_str(&format!("ON {table} "));
    if let Some(method) = fragment::access_method("postgresql_using", postgresql_using)? {
        text.push_str(&format!("USING {method} "));
    }
    text.push_str(&format!("({})", comma(&elements)));
    if postgresql_include.is_some() {
        let names = fragment::names("postgresql_include", postgresql_include)?;
        text.push_str(&format!(" INCLUDE ({})", comma(&names)));
    }
    text.push_str(nulls_not_distinct(postgresql_nulls_not_distinct));
    if let Some(parameters) = postgresql_with {
        let parameters = fragment::inside_parentheses("postgresql_with", parameters)?;
        text.push_str(&format!(" WITH ({parameters})"));
    }
    if let Some(space) = fragment::optional_name("postgresql_tablespace", postgresql_tablespace)? {
        text.push_str(&format!(" TABLESPACE {space}"));
    }
    if postgresql_where.is_some() {
        let condition = fragment::condition("postgresql_where", postgresql_where)?;
        text.push_str(&format!(" WHERE {condition}"));
    }
    execute(text, |action| matches!(action, Action::CreateIndex(def) if !def.concurrent))
}

/// ` NULLS NOT DISTINCT`, ` NULLS DISTINCT`, or nothing when not said.
pub(super) fn nulls_not_distinct(said: Option<bool>) -> &'static str {
    match said {
        Some(true) => " NULLS NOT DISTINCT",
        Some(false) => " NULLS DISTINCT",
        None => "",
    }
}

fn elements(columns: Texts, ops: Option<JsonB>) -> Result<Vec<String>, Error> {
    let columns = fragment::list("columns", columns)?;
    let ops = operator_classes(ops)?;
    if let Some((unknown, _)) = ops.iter().find(|(column, _)| !columns.contains(column)) {
        return Err(Error::Invalid {
            argument: "postgresql_ops",
            problem: format!("\"{unknown}\" is not in columns"),
            hint: "Its keys are elements of columns.".into(),
        });
    }
    let with_ops = |column: &String| {
        let element = element(column)?;
        match ops.iter().find(|(key, _)| key == column) {
            Some((_, opclass)) => Ok(format!("{element} {opclass}")),
            None => Ok(element),
        }
    };
    columns.iter().map(with_ops).collect()
}

/// A column name is taken as it is, anything else is an index element as CREATE INDEX has it.
fn element(text: &str) -> Result<String, Error> {
    let is_name = text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    if is_name {
        fragment::name("columns", Some(text))
    } else {
        fragment::index_element("columns", text)
    }
}

fn operator_classes(ops: Option<JsonB>) -> Result<Vec<(String, String)>, Error> {
    let invalid = || Error::Invalid {
        argument: "postgresql_ops",
        problem: "it is not an object of texts".into(),
        hint: "Pass an object like {\"name\": \"text_pattern_ops\"}.".into(),
    };
    let Some(JsonB(ops)) = ops else { return Ok(Vec::new()) };
    let Value::Object(map) = ops else { return Err(invalid()) };
    let pairs = map.into_iter().map(|(column, opclass)| match opclass {
        Value::String(opclass) => {
            let parts =
                opclass.split('.').map(|part| fragment::checked_name("postgresql_ops", Some(part)));
            let quoted: Result<Vec<String>, Error> =
                parts.map(|part| part.map(quote_identifier)).collect();
            Ok((column, quoted?.join(".")))
        }
        _ => Err(invalid()),
    });
    pairs.collect()
}

/// DROP INDEX; with `table_name` only an index of that table.
#[pg_extern]
fn drop_index(
    index_name: Option<&str>,
    table_name: default!(Option<&str>, "NULL"),
    cascade: default!(Option<bool>, false),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let index = fragment::qualified("index_name", index_name, schema)?;
    let text = format!("DROP INDEX {index}{}", super::cascade(cascade));
    let mut statement = compose::one(
        text,
        |action| matches!(action, Action::Drop { object } if object.class == Class::Index),
    )?;
    if table_name.is_some() {
        let name = fragment::checked_name("table_name", table_name)?.to_string();
        statement.expected.table = Some(Relation { schema: schema.map(str::to_string), name });
    }
    execute_statement(&statement)
}

/// ALTER INDEX … RENAME TO.
#[pg_extern]
fn rename_index(
    old_index_name: Option<&str>,
    new_index_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let index = fragment::qualified("old_index_name", old_index_name, schema)?;
    let new_name = fragment::name("new_index_name", new_index_name)?;
    let mut statement = compose::one(
        format!("ALTER INDEX {index} RENAME TO {new_name}"),
        |action| matches!(action, Action::Rename { object, .. } if object.class == Class::Index),
    )?;
    statement.expected.exact_kind = true;
    execute_statement(&statement)
}
