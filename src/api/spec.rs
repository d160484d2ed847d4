//! What a database should contain: requiring it, comparing with it, repairing.

use super::Texts;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::pg::catalog;
use crate::pg::jsonb::{JsonText, Jsonb};
use crate::pg::message::{self, Message};
use crate::spec::model::Spec;
use crate::spec::plan::Allowed;
use crate::spec::script::{self, Format, Revision};
use crate::spec::{self, Difference, Extent, Standing};
use crate::statement::fragment;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;
use std::rc::Rc;

/// What the database has, as a spec.
#[pg_extern]
fn snapshot(
    schemas: default!(Texts, "NULL"),
    tables: default!(Texts, "NULL"),
    grants: default!(Option<bool>, false),
) -> Result<JsonText, ErrorReport> {
    let schemas = match schemas {
        Some(_) => names("schemas", schemas)?,
        None => spec::user_schemas(),
    };
    if let Some(absent) = schemas.iter().find(|schema| catalog::namespace(schema).is_none()) {
        return Err(no_such("schemas", "schema", absent).into());
    }
    let relations = tables.map(|tables| names("tables", Some(tables))).transpose()?;
    let grants = grants.unwrap_or(false);
    let extent = Extent { relations, grants, ..Extent::of(schemas) };
    let found = spec::snapshot(&extent);
    let has = |table: &&String| found.objects.keys().any(|key| key.name == **table);
    match extent.relations.iter().flatten().find(|table| !has(table)) {
        Some(absent) => Err(no_such("tables", "relation", absent).into()),
        None => Ok(JsonText(spec::text(&found))),
    }
}

fn no_such(argument: &'static str, kind: &str, name: &str) -> Error {
    Error::Invalid {
        argument,
        problem: format!("{kind} \"{name}\" does not exist"),
        hint: "Names are taken as they are; those of tables are looked for in the schemas.".into(),
    }
}

/// Names, each once and in order, so that the same request has the same result.
fn names(argument: &'static str, names: Texts) -> Result<Vec<String>, Error> {
    let mut names = fragment::list(argument, names)?;
    names.sort();
    names.dedup();
    Ok(names)
}

/// Raises once, with everything that is not as required.
#[pg_extern]
fn require(
    spec: default!(Option<JsonText>, "NULL"),
    migration_id: default!(Option<&str>, "NULL"),
    required_tables: default!(Texts, "NULL"),
    required_columns: default!(Option<JsonText>, "NULL"),
    optional_columns: default!(Option<JsonText>, "NULL"),
) -> Result<(), ErrorReport> {
    let (spec, text) = required(spec, required_tables, required_columns, optional_columns)?;
    let may_be = |it: &Difference| it.optional && it.standing == Standing::Missing;
    let mut unmet = spec::differences(&spec, false);
    unmet.retain(|difference| !may_be(difference));
    if !unmet.is_empty() {
        let (text, list, hint) = spec::unmet(&unmet, migration_id, text.as_deref());
        let message = Message { text, detail: Some(list), hint: Some(&hint), ..Message::default() };
        message::raise(spec::UNMET, &message);
    }
    Ok(())
}

/// The same as rows.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn check(
    spec: default!(Option<JsonText>, "NULL"),
    required_tables: default!(Texts, "NULL"),
    required_columns: default!(Option<JsonText>, "NULL"),
    optional_columns: default!(Option<JsonText>, "NULL"),
) -> Result<
    TableIterator<
        'static,
        (
            name!(kind, String),
            name!(object, String),
            name!(attribute, Option<String>),
            name!(have, Option<String>),
            name!(want, Option<String>),
            name!(status, String),
            name!(optional, bool),
        ),
    >,
    ErrorReport,
> {
    let (spec, _) = required(spec, required_tables, required_columns, optional_columns)?;
    Ok(rows(spec::differences(&spec, false)))
}

fn required(
    spec: Option<JsonText>,
    tables: Texts,
    required: Option<JsonText>,
    optional: Option<JsonText>,
) -> Result<(Spec, Option<String>), Error> {
    let tables = match tables {
        Some(_) => fragment::list("required_tables", tables)?,
        None => Vec::new(),
    };
    let text = |json: &Option<JsonText>| json.as_ref().map(|json| json.0.clone());
    let (spec, required, optional) = (text(&spec), text(&required), text(&optional));
    spec::prerequisites(spec.as_deref(), &tables, required.as_deref(), optional.as_deref())
}

/// In what the database differs from a spec.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn diff(
    spec: Option<JsonText>,
    exact: default!(Option<bool>, false),
) -> Result<
    TableIterator<
        'static,
        (
            name!(kind, String),
            name!(object, String),
            name!(attribute, Option<String>),
            name!(have, Option<String>),
            name!(want, Option<String>),
            name!(status, String),
            name!(optional, bool),
        ),
    >,
    ErrorReport,
> {
    Ok(rows(spec::differences(&read(spec)?, exact.unwrap_or(false))))
}

#[allow(clippy::type_complexity)]
fn rows(
    differences: Vec<Difference>,
) -> TableIterator<
    'static,
    (String, String, Option<String>, Option<String>, Option<String>, String, bool),
> {
    TableIterator::new(differences.into_iter().map(|difference| {
        let Difference { key, attribute, have, want, standing, optional } = difference;
        let (kind, status) = (key.kind.word().to_string(), standing.word().to_string());
        (kind, key.to_string(), attribute, have, want, status, optional)
    }))
}

fn read(spec: Option<JsonText>) -> Result<Spec, Error> {
    let JsonText(text) = spec.ok_or(Error::Null("spec"))?;
    spec::spec(&text)
}

/// The statements that make the database as a spec says, as a text.
#[pg_extern]
fn repair_script(
    spec: Option<JsonText>,
    format: default!(Option<&str>, "'sql'"),
    allow: default!(Texts, "NULL"),
    message: default!(Option<&str>, "'repair'"),
    revision: default!(Option<&str>, "NULL"),
    down_revision: default!(Option<&str>, "NULL"),
) -> Result<String, ErrorReport> {
    const FORMATS: [(&str, Format); 3] =
        [("sql", Format::Sql), ("guarded", Format::Guarded), ("alembic", Format::Alembic)];
    let format = format.ok_or(Error::Null("format"))?;
    let format = FORMATS.iter().find(|(name, _)| *name == format).ok_or(Error::Invalid {
        argument: "format",
        problem: format!("\"{format}\""),
        hint: "Pass sql, guarded or alembic.".into(),
    })?;
    let message = message.unwrap_or("repair");
    let revision = Revision { id: revision, down: down_revision, message };
    let spec = Rc::new(read(spec)?);
    let plan = spec::plan(&spec, allowed(allow)?)?;
    Ok(script::text(plan, &spec, format.1, revision))
}

/// Makes the database as a spec says; one row for each statement, and for what still differs.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn repair(
    spec: Option<JsonText>,
    allow: default!(Texts, "NULL"),
) -> Result<
    TableIterator<
        'static,
        (
            name!(number, i32),
            name!(status, String),
            name!(reason, Option<String>),
            name!(operation, String),
            name!(object, Option<String>),
            name!(message, Option<String>),
            name!(ddl, String),
            name!(outcome, Jsonb),
        ),
    >,
    ErrorReport,
> {
    let outcomes = spec::repair(&Rc::new(read(spec)?), allowed(allow)?)?;
    Ok(TableIterator::new(outcomes.into_iter().zip(1..).map(|(outcome, number)| {
        let Outcome { status, reason, operation, object, message, ddl, .. } = &*outcome;
        (
            number,
            status.word().to_string(),
            reason.as_deref().map(str::to_string),
            operation.to_string(),
            Some(object.clone()).filter(|object| !object.is_empty()),
            message.clone(),
            ddl.to_string(),
            Jsonb(outcome),
        )
    })))
}

/// What a repair may do besides adding and changing.
fn allowed(words: Texts) -> Result<Allowed, Error> {
    let mut allowed = Allowed::default();
    for word in words.into_iter().flatten() {
        match word.as_deref() {
            Some("drop") => allowed.drop = true,
            Some("lossy") => allowed.lossy = true,
            other => {
                return Err(Error::Invalid {
                    argument: "allow",
                    problem: format!("\"{}\"", other.unwrap_or("NULL")),
                    hint: "Pass an array of drop, lossy, both or neither.".into(),
                });
            }
        }
    }
    Ok(allowed)
}
