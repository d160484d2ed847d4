//! Views and materialized views: comparing one that exists.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::query;
use crate::pg::subtransaction::probe;
use crate::pg::tree::model::ViewDef;
use pgrx::pg_sys::Oid;

pub(super) fn compare(oid: Oid, wanted: &ViewDef, comparison: &mut Comparison) {
    let Some(existing) = catalog::relation_by_oid(oid) else { return };
    if query::is_more_than_reading(&wanted.query) {
        return comparison.not_compared("a query that writes or locks rows");
    }
    super::storage::compare(oid, &wanted.storage, comparison);
    let arena = Arena::new();
    let queries = probe(&arena, || {
        arena.enter(|| {
            let have = query::stored(&existing)?;
            let want = query::written(&wanted.query, &wanted.columns, &have.columns);
            Some((have, want))
        })
    });
    match queries {
        Ok(Some((have, want))) if have.is_temporary == want.is_temporary || have.is_temporary => {
            compare_queries(have, want, comparison);
        }
        // Over a temporary table it will be a temporary view, and not in this one's way.
        Ok(Some(_)) => comparison.leave_to_server(),
        Ok(None) => comparison.not_compared("the query"),
        Err(_) => comparison.leave_to_server(),
    }
}

fn compare_queries(have: query::Query, want: query::Query, comparison: &mut Comparison) {
    let columns = Difference::between("columns", listed(&have.columns), listed(&want.columns));
    comparison.note(columns);
    match (have.text, want.text) {
        (Some(have), Some(want)) => {
            comparison.note(Difference::between_texts("query", have.trim(), want.trim()));
        }
        _ => comparison.not_compared("the query"),
    }
}
