//! What is defined with the columns: what stands in the way for good, and the statements that take
//! the rest away and make it again.

use super::web::Column;
use crate::pg::{rows, wording};
use crate::spec::snapshot::{complete, steadily};
use pgrx::datum::DatumWithOid;
use pgrx::pg_sys::Oid;
use pgrx::spi::Result as SpiResult;

/// Why it cannot be done.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The SQLSTATE of the reason.
    pub sqlstate: &'static str,
    /// What stands in the way.
    pub text: String,
}

/// The place of a statement among the others. `catalog/steps.sql` has the rest of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stage(i32);

impl Stage {
    /// Defaults that the server does not cast go before.
    pub const DROP_DEFAULTS: Stage = Stage(29);
    /// The types.
    pub const CONVERT: Stage = Stage(30);
    /// Those defaults for the new type.
    pub const SET_DEFAULTS: Stage = Stage(31);
}

/// A statement and its place.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its place.
    pub stage: Stage,
    /// Its text.
    pub sql: String,
}

/// Both, for columns that become of the type `target`. If something stands in the way, there are no
/// steps.
pub fn read(columns: &[Column], target: Oid) -> (Vec<Refusal>, Vec<Step>) {
    let refused = steadily(|| refusals(columns));
    let steps = match refused.is_empty() {
        // Only of those who own it all the words are looked into.
        true => steadily(|| steps_in_plain_words(columns, target)),
        false => Vec::new(),
    };
    (refused, steps)
}

fn query(rest: &str) -> String {
    complete(&format!("{}{rest}", include_str!("catalog/concerned.sql")))
}

fn refusals(columns: &[Column]) -> SpiResult<Vec<Refusal>> {
    let mut found = Vec::new();
    let query = query(include_str!("catalog/refusals.sql"));
    rows::visit(&query, &arguments(columns, &[]), |row| {
        let sqlstate = match row.get::<String>(1)?.as_deref() {
            Some("42501") => "42501",
            _ => "0A000",
        };
        found.push(Refusal { sqlstate, text: row.get(2)?.unwrap_or_default() });
        Ok(())
    })?;
    Ok(found)
}

fn steps_in_plain_words(columns: &[Column], target: Oid) -> SpiResult<Vec<Step>> {
    let mut worded = Vec::new();
    let query = query(include_str!("catalog/worded.sql"));
    rows::visit(&query, &arguments(columns, &[]), |row| {
        worded.extend(row.get::<Oid>(1)?.zip(row.get::<Oid>(2)?));
        Ok(())
    })?;
    let types = columns.iter().map(|column| column.type_oid).collect();
    let change = wording::Change { types, target };
    wording::without_types(&worded, &change, |reworded| steps(columns, reworded))
}

fn steps(columns: &[Column], reworded: &[Oid]) -> SpiResult<Vec<Step>> {
    let mut found = Vec::new();
    let query = query(include_str!("catalog/steps.sql"));
    rows::visit(&query, &arguments(columns, reworded), |row| {
        let stage = Stage(row.get(1)?.unwrap_or_default());
        found.push(Step { stage, sql: row.get(2)?.unwrap_or_default() });
        Ok(())
    })?;
    Ok(found)
}

fn arguments(columns: &[Column], reworded: &[Oid]) -> [DatumWithOid<'static>; 3] {
    let relations: Vec<Oid> = columns.iter().map(|column| column.relation).collect();
    let numbers: Vec<i16> = columns.iter().map(|column| column.number).collect();
    [relations.into(), numbers.into(), reworded.to_vec().into()]
}
