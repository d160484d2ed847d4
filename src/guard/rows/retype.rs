//! ALTER COLUMN TYPE: values that cannot be converted.

use super::*;
use crate::pg::casting::Conversion;
use crate::pg::catalog::Column;
use crate::pg::error::PgError;
use crate::pg::rows_of::Place;
use crate::pg::tree::Node;
use crate::pg::tree::model::TypeName;

/// A value that cannot be converted.
struct Unfit {
    table: Oid,
    row: Vec<Option<String>>,
    error: PgError,
}

/// ALTER COLUMN TYPE
pub(super) fn of_column(
    table: &Table,
    name: &str,
    to: &TypeName,
    using: Option<&Node>,
) -> Option<Finding> {
    let column = table.column(name).filter(|column| column.generated != 'v')?;
    let leaves = leaves(table)?;
    let oids: Vec<Oid> = leaves.iter().map(|leaf| leaf.info.oid).collect();
    table.look_with(&oids, || {
        let mut unfit = Vec::new();
        let mut type_name = String::new();
        // By name: the number may be another one in what inherits from it.
        for leaf in &leaves {
            let column = leaf.column(name)?;
            let conversion = Conversion::new(&leaf.info, &column, to, using)?;
            if !leaf.may_read(&conversion.columns) {
                return None;
            }
            let most = MOST_FOUND - unfit.len();
            unfit.extend(unfit_values(leaf, &column, &conversion, most)?);
            type_name = conversion.type_name;
        }
        described(table, &column, &type_name, &unfit)
    })
}

/// The tables that have the rows; `None` if one of them may not be looked at. Places of rows can be
/// asked for only by who may read the whole table.
fn leaves(table: &Table) -> Option<Vec<Table>> {
    let all = match table.only {
        true => vec![table.info.oid],
        false => catalog::inheritors(table.info.oid),
    };
    let leaves = all.into_iter().filter_map(catalog::relation_by_oid);
    let leaves = leaves.filter(|info| info.kind == 'r').map(|info| {
        let is_visible = catalog::is_owner(info.oid)
            && !catalog::has_row_security(info.oid)
            && catalog::may_read(info.oid, &[0]);
        is_visible.then_some(Table { info, only: true })
    });
    leaves.collect()
}

/// `None` when it could not be looked at to the end.
fn unfit_values(
    table: &Table,
    column: &Column,
    conversion: &Conversion,
    most: usize,
) -> Option<Vec<Unfit>> {
    let mut unfit = Vec::new();
    let mut after = Place::START;
    while unfit.len() < most {
        let Some(failure) = conversion.failure(after) else { break };
        if is_about_looking(&failure.error) {
            return None;
        }
        // No row: it is not a value that the error is about.
        let (place, row) = next_row(table, column, failure.after)?;
        after = place;
        unfit.push(Unfit { table: table.info.oid, row, error: failure.error });
    }
    Some(unfit)
}

/// The first row behind a place: where it is, and what is shown of it.
fn next_row(table: &Table, column: &Column, after: Place) -> Option<(Place, Vec<Option<String>>)> {
    let shown = table.shown(&[column.number], "");
    let texts: Vec<String> = shown.iter().map(|it| as_text(it)).collect();
    let query = format!(
        "SELECT pg_catalog.format('%s', ctid), {} FROM {} WHERE ctid > {} LIMIT 1",
        texts.join(", "),
        table.from(),
        after.literal()
    );
    let mut row = rows_of::select(&query, 1).into_iter().next()?;
    let place = Place::parse(row.remove(0).as_deref()?)?;
    Some((place, row))
}

fn described(table: &Table, column: &Column, type_name: &str, unfit: &[Unfit]) -> Option<Finding> {
    let first = unfit.first()?;
    let leaf = Table { info: catalog::relation_by_oid(first.table)?, only: true };
    let shown = leaf.shown(&[column.number], "");
    let names: Vec<&str> = shown.iter().map(String::as_str).collect();
    let rows: Vec<_> = unfit.iter().map(|unfit| unfit.row.clone()).collect();
    let found = violations(&rows, &names, None)?;
    let values = counted(&found, "value", "values");
    let message = format!(
        "{values} of column {} of table {} cannot be converted to type {type_name}",
        in_quotes(&column.name),
        in_quotes(&table.info.name),
    );
    let sqlstate = first.error.sqlstate();
    let mut finding = finding(sqlstate, message, found);
    finding.detail = finding
        .detail
        .map(|detail| format!("{detail} The first of them raises: {}", first.error.message()));
    Some(
        finding.with_hint(
            "Change these values first, or give USING an expression that converts them.",
        ),
    )
}
