//! Schemas, types, sequences and extensions.

use super::{Outcome, Texts, comma, execute};
use crate::error::Error;
use crate::pg::quote_literal;
use crate::pg::tree::model::{Action, Class};
use crate::statement::fragment;
use pgrx::prelude::*;

fn creates(action: &Action, class: Class) -> bool {
    matches!(action, Action::Create { object, .. } if object.class == class)
}

fn drops(action: &Action, class: Class) -> bool {
    matches!(action, Action::Drop { object } if object.class == class)
}

/// CREATE SCHEMA.
#[pg_extern]
fn create_schema(schema_name: Option<&str>, owner: default!(Option<&str>, "NULL")) -> Outcome {
    let mut text = format!("CREATE SCHEMA {}", fragment::name("schema_name", schema_name)?);
    if let Some(owner) = fragment::optional_name("owner", owner)? {
        text.push_str(&format!(" AUTHORIZATION {owner}"));
    }
    execute(text, |action| creates(action, Class::Schema))
}

/// DROP SCHEMA.
#[pg_extern]
fn drop_schema(schema_name: Option<&str>, cascade: default!(Option<bool>, false)) -> Outcome {
    let name = fragment::name("schema_name", schema_name)?;
    execute(format!("DROP SCHEMA {name}{}", super::cascade(cascade)), |action| {
        drops(action, Class::Schema)
    })
}

/// CREATE TYPE … AS ENUM.
#[pg_extern]
fn create_enum(
    type_name: Option<&str>,
    labels: Texts,
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let name = fragment::qualified("type_name", type_name, schema)?;
    let labels = fragment::list("labels", labels)?;
    for (place, label) in labels.iter().enumerate() {
        fragment::checked_name("labels", Some(label))?;
        if labels[..place].contains(label) {
            return Err(Error::Invalid {
                argument: "labels",
                problem: format!("\"{label}\" is given twice"),
                hint: "Pass each label once.".into(),
            }
            .into());
        }
    }
    let labels: Vec<String> = labels.iter().map(|label| quote_literal(label)).collect();
    execute(format!("CREATE TYPE {name} AS ENUM ({})", comma(&labels)), |action| {
        creates(action, Class::Type)
    })
}

/// ALTER TYPE … ADD VALUE.
#[pg_extern]
fn add_enum_value(
    type_name: Option<&str>,
    value: Option<&str>,
    before: default!(Option<&str>, "NULL"),
    after: default!(Option<&str>, "NULL"),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let name = fragment::qualified("type_name", type_name, schema)?;
    let value = quote_literal(fragment::checked_name("value", value)?);
    let place = match (before, after) {
        (None, None) => String::new(),
        (Some(before), None) => format!(" BEFORE {}", quote_literal(before)),
        (None, Some(after)) => format!(" AFTER {}", quote_literal(after)),
        (Some(_), Some(_)) => {
            return Err(Error::Invalid {
                argument: "before",
                problem: "given together with after".into(),
                hint: "Pass either before or after.".into(),
            }
            .into());
        }
    };
    execute(format!("ALTER TYPE {name} ADD VALUE {value}{place}"), |action| {
        matches!(action, Action::AddEnumValue { .. })
    })
}

/// DROP TYPE.
#[pg_extern]
fn drop_type(
    type_name: Option<&str>,
    cascade: default!(Option<bool>, false),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let name = fragment::qualified("type_name", type_name, schema)?;
    execute(format!("DROP TYPE {name}{}", super::cascade(cascade)), |action| {
        drops(action, Class::Type)
    })
}

/// CREATE SEQUENCE.
#[pg_extern(sql = r#"
CREATE FUNCTION "create_sequence"(
    "sequence_name" text, "type" text DEFAULT NULL, "increment" bigint DEFAULT NULL,
    "minvalue" bigint DEFAULT NULL, "maxvalue" bigint DEFAULT NULL,
    "start" bigint DEFAULT NULL, "cache" bigint DEFAULT NULL,
    "cycle" boolean DEFAULT false, "schema" text DEFAULT NULL
) RETURNS jsonb LANGUAGE c AS 'MODULE_PATHNAME', '@FUNCTION_NAME@';
"#)]
fn create_sequence(
    sequence_name: Option<&str>,
    r#type: Option<&str>,
    increment: Option<i64>,
    minvalue: Option<i64>,
    maxvalue: Option<i64>,
    start: Option<i64>,
    cache: Option<i64>,
    cycle: Option<bool>,
    schema: Option<&str>,
) -> Outcome {
    let name = fragment::qualified("sequence_name", sequence_name, schema)?;
    let mut text = format!("CREATE SEQUENCE {name}");
    if r#type.is_some() {
        text.push_str(&format!(" AS {}", fragment::type_name("type", r#type)?));
    }
    let numbers = [
        ("INCREMENT BY", increment),
        ("MINVALUE", minvalue),
        ("MAXVALUE", maxvalue),
        ("START WITH", start),
        ("CACHE", cache),
    ];
    for (clause, number) in numbers {
        if let Some(number) = number {
            text.push_str(&format!(" {clause} {number}"));
        }
    }
    if cycle.unwrap_or(false) {
        text.push_str(" CYCLE");
    }
    execute(text, |action| creates(action, Class::Sequence))
}

/// DROP SEQUENCE.
#[pg_extern]
fn drop_sequence(
    sequence_name: Option<&str>,
    cascade: default!(Option<bool>, false),
    schema: default!(Option<&str>, "NULL"),
) -> Outcome {
    let name = fragment::qualified("sequence_name", sequence_name, schema)?;
    execute(format!("DROP SEQUENCE {name}{}", super::cascade(cascade)), |action| {
        drops(action, Class::Sequence)
    })
}

/// CREATE EXTENSION.
#[pg_extern]
fn create_extension(
    extension_name: Option<&str>,
    schema: default!(Option<&str>, "NULL"),
    version: default!(Option<&str>, "NULL"),
    cascade: default!(Option<bool>, false),
) -> Outcome {
    let mut text =
        format!("CREATE EXTENSION {}", fragment::name("extension_name", extension_name)?);
    if let Some(schema) = fragment::optional_name("schema", schema)? {
        text.push_str(&format!(" SCHEMA {schema}"));
    }
    if let Some(version) = fragment::optional_name("version", version)? {
        text.push_str(&format!(" VERSION {version}"));
    }
    text.push_str(super::cascade(cascade));
    execute(text, |action| creates(action, Class::Extension))
}
