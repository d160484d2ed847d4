//! Columns.

use super::{Outcome, execute, execute_steps};
use crate::engine;
use crate::error::Error;
use crate::pg::jsonb::Jsonb;
use crate::pg::quote_literal;
use crate::pg::tree::model::Action;
use crate::retype;
use crate::statement::{Statement, compose, fragment};
use pgrx::prelude::*;

/// ALTER TABLE … ADD COLUMN, and COMMENT ON COLUMN when a comment is given.
#[pg_extern(sql = r#"
CREATE FUNCTION "add_column"(
    "table_name" text, "column_name" text, "type" text,
    "nullable" boolean DEFAULT true, "server_default" text DEFAULT NULL,
    "collation" text DEFAULT NULL, "computed" text DEFAULT NULL,
    "identity" text DEFAULT NULL, "comment" text DEFAULT NULL, "schema" text DEFAULT NULL
) RETURNS jsonb LANGUAGE c AS 'MODULE_PATHNAME', '@FUNCTION_NAME@';
"#)]
fn add_column(
    table_name: Option<&str>,
    column_name: Option<&str>,
    r#type: Option<&str>,
    nullable: Option<bool>,
    server_default: Option<&str>,
    collation: Option<&str>,
    computed: Option<&str>,
    identity: Option<&str>,
    comment: Option<&str>,
    schema: Option<&str>,
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let column = fragment::name("column_name", column_name)?;
    let mut text =
        format!("ALTER TABLE {table} ADD COLUMN {column} {}", fragment::type_name("type", r#type)?);
    if let Some(collation) = collation {
        text.push_str(&format!(" COLLATE {}", collation_name(collation)?));
    }
    if !nullable.unwrap_or(true) {
        text.push_str(" NOT NULL");
    }
    if let Some(default) = server_default {
        let default = fragment::expression("server_default", Some(default))?;
        text.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(computed) = computed {
        let expression = fragment::condition("computed", Some(computed))?;
        text.push_str(&format!(" GENERATED ALWAYS AS {expression} STORED"));
    }
    if let Some(identity) = identity {
        text.push_str(&format!(" GENERATED {} AS IDENTITY", identity_word(identity)?));
    }
    let mut statements = vec![compose::one(
        text,
        |action| matches!(action, Action::AddColumn { column, .. } if column.constraints.is_empty()),
    )?];
    if let Some(comment) = comment {
        statements.push(comment_on(&table, &column, Some(comment))?);
    }
    execute_steps("add_column", format!("{table}.{column}"), statements)
}

/// ALTER TABLE … DROP COLUMN.
#[pg_extern]
fn drop_column(
    table_name: Option<&str>,
    column_name: Option<&str>,
    cascade: default!(Option<bool>, false),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let column = fragment::name("column_name", column_name)?;
    execute(
        format!("ALTER TABLE {table} DROP COLUMN {column}{}", super::cascade(cascade)),
        |action| matches!(action, Action::DropColumn { .. }),
    )
}

/// What `alter_column` is to change.
struct Changes<'a> {
    nullable: Option<bool>,
    server_default: Option<&'a str>,
    drop_default: bool,
    r#type: Option<&'a str>,
    using: Option<&'a str>,
    collation: Option<&'a str>,
    comment: Option<&'a str>,
    drop_comment: bool,
    identity: Option<&'a str>,
    drop_identity: bool,
}

/// ALTER TABLE … ALTER COLUMN, COMMENT ON COLUMN and RENAME COLUMN: one statement for each
/// change asked for, all of them or none.
#[pg_extern(sql = r#"
CREATE FUNCTION "alter_column"(
    "table_name" text, "column_name" text, "nullable" boolean DEFAULT NULL,
    "server_default" text DEFAULT NULL, "drop_default" boolean DEFAULT false,
    "new_column_name" text DEFAULT NULL, "type" text DEFAULT NULL,
    "postgresql_using" text DEFAULT NULL, "collation" text DEFAULT NULL,
    "comment" text DEFAULT NULL, "drop_comment" boolean DEFAULT false,
    "identity" text DEFAULT NULL, "drop_identity" boolean DEFAULT false,
    "schema" text DEFAULT NULL
) RETURNS jsonb LANGUAGE c AS 'MODULE_PATHNAME', '@FUNCTION_NAME@';
"#)]
fn alter_column(
    table_name: Option<&str>,
    column_name: Option<&str>,
    nullable: Option<bool>,
    server_default: Option<&str>,
    drop_default: Option<bool>,
    new_column_name: Option<&str>,
    r#type: Option<&str>,
    postgresql_using: Option<&str>,
    collation: Option<&str>,
    comment: Option<&str>,
    drop_comment: Option<bool>,
    identity: Option<&str>,
    drop_identity: Option<bool>,
    schema: Option<&str>,
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let column = fragment::name("column_name", column_name)?;
    let changes = Changes {
        nullable,
        server_default,
        drop_default: drop_default.unwrap_or(false),
        r#type,
        using: postgresql_using,
        collation,
        comment,
        drop_comment: drop_comment.unwrap_or(false),
        identity,
        drop_identity: drop_identity.unwrap_or(false),
    };
    changes.check()?;
    let mut statements;
    match fragment::optional_name("new_column_name", new_column_name)? {
        None => statements = changes.statements(&table, &column)?,
        Some(new_name) => {
            let rename = rename(&table, &column, &new_name)?;
            // Where the column already has its new name, the other changes go to that one.
            let current = if engine::is_satisfied(&rename) { &new_name } else { &column };
            statements = changes.statements(&table, current)?;
            statements.push(rename);
        }
    }
    execute_steps("alter_column", format!("{table}.{column}"), statements)
}

impl Changes<'_> {
    fn check(&self) -> Result<(), Error> {
        let contradictions = [
            (self.server_default.is_some() && self.drop_default, "server_default", "drop_default"),
            (self.comment.is_some() && self.drop_comment, "comment", "drop_comment"),
            (self.identity.is_some() && self.drop_identity, "identity", "drop_identity"),
        ];
        if let Some((_, argument, other)) = contradictions.iter().find(|(both, ..)| *both) {
            return Err(Error::Invalid {
                argument,
                problem: format!("given together with {other}"),
                hint: format!("Pass either {argument} or {other}."),
            });
        }
        let needs_type = [(self.using, "postgresql_using"), (self.collation, "collation")];
        match needs_type.iter().find(|(given, _)| given.is_some() && self.r#type.is_none()) {
            Some((_, argument)) => Err(Error::Invalid {
                argument,
                problem: "given without type".into(),
                hint: "Pass the column's type too.".into(),
            }),
            None => Ok(()),
        }
    }

    /// The statements in an order in which each can run: a default that does not fit the new
    /// type goes first, a new default comes after the type.
    fn statements(&self, table: &str, column: &str) -> Result<Vec<Statement>, Error> {
        let mut texts = Vec::new();
        if self.drop_default {
            texts.push("DROP DEFAULT".to_string());
        }
        if self.drop_identity {
            texts.push("DROP IDENTITY".to_string());
        }
        if let Some(type_name) = self.r#type {
            texts.push(self.type_clause(type_name)?);
        }
        if let Some(default) = self.server_default {
            let default = fragment::expression("server_default", Some(default))?;
            texts.push(format!("SET DEFAULT {default}"));
        }
        match self.nullable {
            Some(true) => texts.push("DROP NOT NULL".to_string()),
            Some(false) => texts.push("SET NOT NULL".to_string()),
            None => {}
        }
        if let Some(identity) = self.identity {
            texts.push(format!("ADD GENERATED {} AS IDENTITY", identity_word(identity)?));
        }
        let prefix = format!("ALTER TABLE {table} ALTER COLUMN {column}");
        let changes = texts.iter().map(|change| {
            compose::one(format!("{prefix} {change}"), |action| {
                matches!(action, Action::AlterColumn { .. })
            })
        });
        let mut statements: Vec<Statement> = changes.collect::<Result<_, _>>()?;
        if self.comment.is_some() || self.drop_comment {
            statements.push(comment_on(table, column, self.comment)?);
        }
        Ok(statements)
    }

    fn type_clause(&self, type_name: &str) -> Result<String, Error> {
        let mut clause = format!("TYPE {}", fragment::type_name("type", Some(type_name))?);
        if let Some(collation) = self.collation {
            clause.push_str(&format!(" COLLATE {}", collation_name(collation)?));
        }
        if let Some(using) = self.using {
            let using = fragment::condition("postgresql_using", Some(using))?;
            clause.push_str(&format!(" USING {using}"));
        }
        Ok(clause)
    }
}

/// ALTER TABLE … ALTER COLUMN … TYPE for a column and all that foreign keys tie to it.
#[pg_extern(sql = r#"
CREATE FUNCTION "change_type"(
    "table_name" text, "column_name" text, "type" text, "using" text DEFAULT NULL,
    "collation" text DEFAULT NULL, "schema" text DEFAULT NULL
) RETURNS jsonb LANGUAGE c AS 'MODULE_PATHNAME', '@FUNCTION_NAME@';
"#)]
fn change_type(
    table_name: Option<&str>,
    column_name: Option<&str>,
    r#type: Option<&str>,
    using: Option<&str>,
    collation: Option<&str>,
    schema: Option<&str>,
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let column = fragment::name("column_name", column_name)?;
    let type_name = fragment::type_name("type", r#type)?;
    let mut text = format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE {type_name}");
    if let Some(collation) = collation {
        text.push_str(&format!(" COLLATE {}", collation_name(collation)?));
    }
    let request = retype::Request::new(text, &column, using)?;
    Ok(Jsonb(retype::change(&request, None)?))
}

/// ALTER TABLE … RENAME COLUMN.
#[pg_extern]
fn rename_column(
    table_name: Option<&str>,
    column_name: Option<&str>,
    new_column_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let column = fragment::name("column_name", column_name)?;
    let new_name = fragment::name("new_column_name", new_column_name)?;
    super::execute_statement(&rename(&table, &column, &new_name)?)
}

fn rename(table: &str, column: &str, new_name: &str) -> Result<Statement, Error> {
    compose::one(format!("ALTER TABLE {table} RENAME COLUMN {column} TO {new_name}"), |action| {
        matches!(action, Action::Rename { .. })
    })
}

fn comment_on(table: &str, column: &str, comment: Option<&str>) -> Result<Statement, Error> {
    let literal = comment.map_or_else(|| "NULL".to_string(), quote_literal);
    compose::one(format!("COMMENT ON COLUMN {table}.{column} IS {literal}"), |action| {
        matches!(action, Action::Comment { .. })
    })
}

fn identity_word(identity: &str) -> Result<&'static str, Error> {
    fragment::word("identity", identity, &["ALWAYS", "BY DEFAULT"])
}

/// Collations have names like `de_DE.utf8`, so a dot separates no schema.
fn collation_name(collation: &str) -> Result<String, Error> {
    fragment::name("collation", Some(collation))
}
