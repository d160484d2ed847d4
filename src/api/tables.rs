//! Tables.

use super::{Outcome, Texts, comma, execute, execute_statement, execute_steps};
use crate::error::Error;
use crate::pg::quote_literal;
use crate::pg::tree::model::{Action, Class};
use crate::statement::{Statement, compose, fragment};
use pgrx::prelude::*;

/// CREATE TABLE, and COMMENT ON TABLE when a comment is given.
#[pg_extern]
fn create_table(
    table_name: Option<&str>,
    definitions: Texts,
    comment: default!(Option<&str>, "NULL"),
    postgresql_partition_by: default!(Option<&str>, "NULL"),
    postgresql_inherits: default!(Texts, "NULL"),
    postgresql_with: default!(Option<&str>, "NULL"),
    postgresql_tablespace: default!(Option<&str>, "NULL"),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let definitions = elements(definitions)?;
    let mut text = format!("CREATE TABLE {table} ({})", comma(&definitions));
    if postgresql_inherits.is_some() {
        let parents = fragment::names("postgresql_inherits", postgresql_inherits)?;
        text.push_str(&format!(" INHERITS ({})", comma(&parents)));
    }
    if let Some(key) = postgresql_partition_by {
        let key = fragment::partition_key("postgresql_partition_by", key)?;
        text.push_str(&format!(" PARTITION BY {key}"));
    }
    if let Some(parameters) = postgresql_with {
        let parameters = fragment::inside_parentheses("postgresql_with", parameters)?;
        text.push_str(&format!(" WITH ({parameters})"));
    }
    if let Some(space) = fragment::optional_name("postgresql_tablespace", postgresql_tablespace)? {
        text.push_str(&format!(" TABLESPACE {space}"));
    }
    let mut statements =
        vec![compose::one(text, |action| matches!(action, Action::CreateTable(_)))?];
    if comment.is_some() {
        statements.push(comment_on(&table, comment)?);
    }
    execute_steps("create_table", table, statements)
}

/// Each definition must be one column, one table constraint or one LIKE by itself.
fn elements(definitions: Texts) -> Result<Vec<String>, Error> {
    let given = fragment::list("definitions", definitions)?;
    let checked = given.iter().map(|definition| fragment::table_element("definitions", definition));
    checked.collect()
}

/// DROP TABLE.
#[pg_extern]
fn drop_table(
    table_name: Option<&str>,
    cascade: default!(Option<bool>, false),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    execute(
        format!("DROP TABLE {table}{}", super::cascade(cascade)),
        |action| matches!(action, Action::Drop { object } if object.class == Class::Table),
    )
}

/// ALTER TABLE … RENAME TO.
#[pg_extern]
fn rename_table(
    old_table_name: Option<&str>,
    new_table_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("old_table_name", old_table_name, schema)?;
    let new_name = fragment::name("new_table_name", new_table_name)?;
    let mut statement = compose::one(
        format!("ALTER TABLE {table} RENAME TO {new_name}"),
        |action| matches!(action, Action::Rename { object, .. } if object.class == Class::Table),
    )?;
    statement.expected.exact_kind = true;
    execute_statement(&statement)
}

/// COMMENT ON TABLE.
#[pg_extern]
fn create_table_comment(
    table_name: Option<&str>,
    comment: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let comment = fragment::required("comment", comment)?;
    execute_statement(&comment_on(&table, Some(comment))?)
}

/// COMMENT ON TABLE … IS NULL.
#[pg_extern]
fn drop_table_comment(table_name: Option<&str>, schema: default!(Option<&str>, "NULL")) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    execute_statement(&comment_on(&table, None)?)
}

fn comment_on(table: &str, comment: Option<&str>) -> Result<Statement, Error> {
    let literal = comment.map_or_else(|| "NULL".to_string(), quote_literal);
    compose::one(format!("COMMENT ON TABLE {table} IS {literal}"), |action| {
        matches!(action, Action::Comment { .. })
    })
}
