//! Row-level security.

use super::{Outcome, Texts, comma, execute, execute_steps};
use crate::error::Error;
use crate::pg::tree::model::{Action, Class, TableChange};
use crate::statement::{Statement, compose, fragment};
use pgrx::prelude::*;

/// ALTER TABLE … ENABLE ROW LEVEL SECURITY, and FORCE when asked for.
#[pg_extern]
fn enable_row_level_security(
    table_name: Option<&str>,
    force: default!(Option<bool>, false),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let mut statements = vec![row_security(&table, "ENABLE")?];
    if force.unwrap_or(false) {
        statements.push(row_security(&table, "FORCE")?);
    }
    execute_steps("enable_row_level_security", table, statements)
}

/// ALTER TABLE … DISABLE ROW LEVEL SECURITY.
#[pg_extern]
fn disable_row_level_security(
    table_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    super::execute_statement(&row_security(&table, "DISABLE")?)
}

fn row_security(table: &str, change: &str) -> Result<Statement, Error> {
    compose::one(format!("ALTER TABLE {table} {change} ROW LEVEL SECURITY"), |action| {
        matches!(
            action,
            Action::AlterTable {
                change: TableChange::RowSecurity(_) | TableChange::ForceRowSecurity(_),
                ..
            }
        )
    })
}

/// CREATE POLICY.
#[pg_extern]
fn create_policy(
    policy_name: Option<&str>,
    table_name: Option<&str>,
    command: default!(Option<&str>, "'ALL'"),
    roles: default!(Texts, "'{public}'"),
    using_expression: default!(Option<&str>, "NULL"),
    with_check: default!(Option<&str>, "NULL"),
    permissive: default!(Option<bool>, true),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let name = fragment::name("policy_name", policy_name)?;
    let table = fragment::qualified("table_name", table_name, schema)?;
    let commands = ["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"];
    let command = fragment::word("command", command.unwrap_or("ALL"), &commands)?;
    let kind = if permissive.unwrap_or(true) { "PERMISSIVE" } else { "RESTRICTIVE" };
    let roles = role_list(roles)?;
    let mut text = format!("CREATE POLICY {name} ON {table} AS {kind} FOR {command} TO {roles}");
    if using_expression.is_some() {
        let expression = fragment::condition("using_expression", using_expression)?;
        text.push_str(&format!(" USING {expression}"));
    }
    if with_check.is_some() {
        let expression = fragment::condition("with_check", with_check)?;
        text.push_str(&format!(" WITH CHECK {expression}"));
    }
    execute(
        text,
        |action| matches!(action, Action::Create { object, .. } if object.class == Class::Policy),
    )
}

/// Role names; `public`, `current_user`, `current_role` and `session_user` are the words.
fn role_list(roles: Texts) -> Result<String, Error> {
    let names = match roles {
        Some(_) => fragment::list("roles", roles)?,
        None => vec!["public".to_string()],
    };
    let words = ["public", "current_user", "current_role", "session_user"];
    let quoted = names.iter().map(|name| match words.iter().find(|word| *word == name) {
        Some(word) => Ok((*word).to_string()),
        None => fragment::name("roles", Some(name)),
    });
    Ok(comma(&quoted.collect::<Result<Vec<String>, Error>>()?))
}

/// DROP POLICY.
#[pg_extern]
fn drop_policy(
    policy_name: Option<&str>,
    table_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let name = fragment::name("policy_name", policy_name)?;
    let table = fragment::qualified("table_name", table_name, schema)?;
    execute(
        format!("DROP POLICY {name} ON {table}"),
        |action| matches!(action, Action::Drop { object } if object.class == Class::Policy),
    )
}
