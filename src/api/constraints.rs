//! Constraints.

use super::indexes::nulls_not_distinct;
use super::{Outcome, Texts, comma, execute, execute_statement};
use crate::error::Error;
use crate::pg::tree::model::{Action, ConstraintKind};
use crate::statement::{compose, fragment};
use pgrx::prelude::*;

/// `ALTER TABLE t ADD CONSTRAINT name `; without a name the server chooses one.
fn add(
    name: Option<&str>,
    table_argument: &'static str,
    table: Option<&str>,
    schema: Option<&str>,
) -> Result<String, Error> {
    let table = fragment::qualified(table_argument, table, schema)?;
    Ok(match fragment::optional_name("constraint_name", name)? {
        Some(name) => format!("ALTER TABLE {table} ADD CONSTRAINT {name} "),
        None => format!("ALTER TABLE {table} ADD "),
    })
}

/// ` DEFERRABLE INITIALLY DEFERRED` and its like.
fn timing(deferrable: Option<bool>, initially: Option<&str>) -> Result<String, Error> {
    let mut clause = match deferrable {
        Some(true) => " DEFERRABLE".to_string(),
        Some(false) => " NOT DEFERRABLE".to_string(),
        None => String::new(),
    };
    if let Some(initially) = initially {
        let word = fragment::word("initially", initially, &["DEFERRED", "IMMEDIATE"])?;
        clause.push_str(&format!(" INITIALLY {word}"));
    }
    Ok(clause)
}

fn include(columns: Texts) -> Result<String, Error> {
    if columns.is_none() {
        return Ok(String::new());
    }
    let names = fragment::names("postgresql_include", columns)?;
    Ok(format!(" INCLUDE ({})", comma(&names)))
}

fn is_kind(action: &Action, kind: ConstraintKind) -> bool {
    matches!(action, Action::AddConstraint { constraint, .. } if constraint.kind == kind)
}

/// ALTER TABLE … ADD CONSTRAINT … UNIQUE.
#[pg_extern]
fn create_unique_constraint(
    constraint_name: Option<&str>,
    table_name: Option<&str>,
    columns: Texts,
    deferrable: default!(Option<bool>, "NULL"),
    initially: default!(Option<&str>, "NULL"),
    postgresql_include: default!(Texts, "NULL"),
    postgresql_nulls_not_distinct: default!(Option<bool>, "NULL"),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let text = format!(
        "{}UNIQUE{} ({}){}{}",
        add(constraint_name, "table_name", table_name, schema)?,
        nulls_not_distinct(postgresql_nulls_not_distinct),
        comma(&fragment::names("columns", columns)?),
        include(postgresql_include)?,
        timing(deferrable, initially)?,
    );
    execute(text, |action| is_kind(action, ConstraintKind::Unique))
}

/// ALTER TABLE … ADD CONSTRAINT … PRIMARY KEY.
#[pg_extern]
fn create_primary_key(
    constraint_name: Option<&str>,
    table_name: Option<&str>,
    columns: Texts,
    deferrable: default!(Option<bool>, "NULL"),
    initially: default!(Option<&str>, "NULL"),
    postgresql_include: default!(Texts, "NULL"),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let text = format!(
        "{}PRIMARY KEY ({}){}{}",
        add(constraint_name, "table_name", table_name, schema)?,
        comma(&fragment::names("columns", columns)?),
        include(postgresql_include)?,
        timing(deferrable, initially)?,
    );
    execute(text, |action| is_kind(action, ConstraintKind::Primary))
}

/// ALTER TABLE … ADD CONSTRAINT … CHECK.
#[pg_extern]
fn create_check_constraint(
    constraint_name: Option<&str>,
    table_name: Option<&str>,
    condition: Option<&str>,
    postgresql_not_valid: default!(Option<bool>, false),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let text = format!(
        "{}CHECK {}{}",
        add(constraint_name, "table_name", table_name, schema)?,
        fragment::condition("condition", condition)?,
        not_valid(postgresql_not_valid),
    );
    execute(text, |action| is_kind(action, ConstraintKind::Check))
}

fn not_valid(not_valid: Option<bool>) -> &'static str {
    if not_valid.unwrap_or(false) { " NOT VALID" } else { "" }
}

/// ALTER TABLE … ADD CONSTRAINT … FOREIGN KEY.
#[pg_extern(sql = r#"
CREATE FUNCTION "create_foreign_key"(
    "constraint_name" text, "source_table" text, "referent_table" text,
    "local_cols" text[], "remote_cols" text[],
    "onupdate" text DEFAULT NULL, "ondelete" text DEFAULT NULL,
    "deferrable" boolean DEFAULT NULL, "initially" text DEFAULT NULL,
    "match" text DEFAULT NULL, "source_schema" text DEFAULT NULL,
    "referent_schema" text DEFAULT NULL, "postgresql_not_valid" boolean DEFAULT false
) RETURNS jsonb LANGUAGE c AS 'MODULE_PATHNAME', '@FUNCTION_NAME@';
"#)]
fn create_foreign_key(
    constraint_name: Option<&str>,
    source_table: Option<&str>,
    referent_table: Option<&str>,
    local_cols: Texts,
    remote_cols: Texts,
    onupdate: Option<&str>,
    ondelete: Option<&str>,
    deferrable: Option<bool>,
    initially: Option<&str>,
    r#match: Option<&str>,
    source_schema: Option<&str>,
    referent_schema: Option<&str>,
    postgresql_not_valid: Option<bool>,
) -> Outcome {
    let mut text = format!(
        "{}FOREIGN KEY ({}) REFERENCES {} ({})",
        add(constraint_name, "source_table", source_table, source_schema)?,
        comma(&fragment::names("local_cols", local_cols)?),
        fragment::qualified("referent_table", referent_table, referent_schema)?,
        comma(&fragment::names("remote_cols", remote_cols)?),
    );
    if let Some(kind) = r#match {
        let word = fragment::word("match", kind, &["FULL", "SIMPLE"])?;
        text.push_str(&format!(" MATCH {word}"));
    }
    if let Some(action) = onupdate {
        text.push_str(&format!(" ON UPDATE {}", referential_action("onupdate", action)?));
    }
    if let Some(action) = ondelete {
        text.push_str(&format!(" ON DELETE {}", referential_action("ondelete", action)?));
    }
    text.push_str(&timing(deferrable, initially)?);
    text.push_str(not_valid(postgresql_not_valid));
    execute(text, |action| is_kind(action, ConstraintKind::Foreign))
}

fn referential_action(argument: &'static str, action: &str) -> Result<&'static str, Error> {
    let actions = ["NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"];
    fragment::word(argument, action, &actions)
}

/// ALTER TABLE … ADD CONSTRAINT … EXCLUDE.
#[pg_extern]
fn create_exclude_constraint(
    constraint_name: Option<&str>,
    table_name: Option<&str>,
    elements: Texts,
    postgresql_using: default!(Option<&str>, "NULL"),
    postgresql_where: default!(Option<&str>, "NULL"),
    deferrable: default!(Option<bool>, "NULL"),
    initially: default!(Option<&str>, "NULL"),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let elements = fragment::list("elements", elements)?;
    let checked: Result<Vec<String>, Error> =
        elements.iter().map(|element| fragment::exclude_element("elements", element)).collect();
    let mut text = add(constraint_name, "table_name", table_name, schema)?;
    text.push_str("EXCLUDE ");
    if let Some(method) = fragment::access_method("postgresql_using", postgresql_using)? {
        text.push_str(&format!("USING {method} "));
    }
    text.push_str(&format!("({})", comma(&checked?)));
    if postgresql_where.is_some() {
        let condition = fragment::condition("postgresql_where", postgresql_where)?;
        text.push_str(&format!(" WHERE {condition}"));
    }
    text.push_str(&timing(deferrable, initially)?);
    execute(text, |action| is_kind(action, ConstraintKind::Exclude))
}

/// ALTER TABLE … DROP CONSTRAINT; with `type_` only one of that kind.
#[pg_extern]
fn drop_constraint(
    constraint_name: Option<&str>,
    table_name: Option<&str>,
    type_: default!(Option<&str>, "NULL"),
    cascade: default!(Option<bool>, false),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let name = fragment::name("constraint_name", constraint_name)?;
    let kind =
        type_.map(|word| fragment::choice("type_", word, &ConstraintKind::NAMED)).transpose()?;
    let text = format!("ALTER TABLE {table} DROP CONSTRAINT {name}{}", super::cascade(cascade));
    let mut statement =
        compose::one(text, |action| matches!(action, Action::DropConstraint { .. }))?;
    statement.expected.constraint = kind;
    execute_statement(&statement)
}

/// ALTER TABLE … RENAME CONSTRAINT.
#[pg_extern]
fn rename_constraint(
    table_name: Option<&str>,
    constraint_name: Option<&str>,
    new_constraint_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let name = fragment::name("constraint_name", constraint_name)?;
    let new_name = fragment::name("new_constraint_name", new_constraint_name)?;
    execute(format!("ALTER TABLE {table} RENAME CONSTRAINT {name} TO {new_name}"), |action| {
        matches!(action, Action::Rename { .. })
    })
}

/// ALTER TABLE … VALIDATE CONSTRAINT.
#[pg_extern]
fn validate_constraint(
    constraint_name: Option<&str>,
    table_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let table = fragment::qualified("table_name", table_name, schema)?;
    let name = fragment::name("constraint_name", constraint_name)?;
    execute(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}"), |action| {
        matches!(action, Action::ValidateConstraint { .. })
    })
}
