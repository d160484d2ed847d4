//! CREATE TABLE AS and SELECT INTO: the columns are compared, the rows are not.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::query::{self, result_columns};
use crate::pg::subtransaction::probe;
use crate::pg::tree::model::TableAsDef;
use pgrx::pg_sys::Oid;

pub(super) fn compare(oid: Oid, wanted: &TableAsDef) -> Judged<Comparison> {
    let mut comparison = Comparison::new();
    let Some(existing) = catalog::relation_by_oid(oid) else { return Ok(comparison) };
    let Some(select) = &wanted.query else {
        comparison.not_compared("what EXECUTE returns");
        return Ok(comparison);
    };
    if query::is_more_than_reading(select) {
        comparison.not_compared("a query that writes or locks rows");
        return Ok(comparison);
    }
    let arena = Arena::new();
    let result = match probe(&arena, || arena.enter(|| result_columns(select))) {
        Ok(result) => result,
        Err(error) => {
            comparison.cannot_compare("the query", &error);
            return Ok(comparison);
        }
    };
    match super::columns::of_query(&result, &wanted.names) {
        Some(columns) => {
            comparison = super::table::compare(&existing, &wanted.table, &columns)?;
            comparison.remarks.push("The rows were not compared.".into());
        }
        None => comparison.not_compared("the columns, as their names do not fit the query"),
    }
    Ok(comparison)
}
