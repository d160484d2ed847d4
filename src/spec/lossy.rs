//! What a change would do to the rows that are there.

use super::ddl::qualified;
use super::snapshot;
use crate::pg::tree::model::Relation;
use crate::pg::{catalog, quote_identifier, rows};

/// Whether a table has rows, as far as the caller may see.
pub fn has_rows(schema: &str, table: &str) -> bool {
    finds(schema, table, "true")
}

/// Whether a column has NULLs, as far as the caller may see.
pub fn has_nulls(schema: &str, table: &str, column: &str) -> bool {
    finds(schema, table, &format!("{} IS NULL", quote_identifier(column)))
}

/// Whether any row fulfils the condition. What the caller may not read, or only some rows of and by
/// the functions of others, is left to the server, which looks when it runs the change.
fn finds(schema: &str, table: &str, condition: &str) -> bool {
    let name = Relation { schema: Some(schema.into()), name: table.into() };
    let is_readable = catalog::relation(&name)
        .is_some_and(|it| catalog::may_select(it.oid) && !catalog::has_row_security(it.oid));
    let mut found = false;
    if is_readable {
        let query =
            format!("SELECT true FROM {} WHERE {condition} LIMIT 1", qualified(schema, table));
        // A boolean constant cannot be of another type.
        _ = rows::visit(&query, &[], |row| {
            found = row.get::<bool>(1)?.unwrap_or_default();
            Ok(())
        });
    }
    found
}

/// Whether a value of one type can be made one of another by a cast; not if one of them does not
/// exist.
pub fn is_castable(from: &str, to: &str) -> bool {
    let (Some(from), Some(to)) = (catalog::parse_type(from), catalog::parse_type(to)) else {
        return false;
    };
    catalog::is_castable(from, to)
}

/// Whether every value of one type has its like in the other.
pub fn is_widening(from: &str, to: &str) -> bool {
    const WIDER: [&[&str]; 3] = [
        &["smallint", "integer", "bigint", "numeric"],
        &["real", "double precision"],
        &["character varying", "text"],
    ];
    if from == to {
        return true;
    }
    let ((from, from_size), (to, to_size)) = (sized(from), sized(to));
    if from == to {
        return matches!(from, "character varying" | "numeric" | "character varying[]")
            && is_wider(from_size, to_size);
    }
    let goes_up = |types: &&[&str]| {
        let place = |name| types.iter().position(|it| *it == name);
        matches!((place(from), place(to)), (Some(from), Some(to)) if from < to)
    };
    to_size.is_none() && WIDER.iter().any(goes_up)
}

/// Without a size there is no limit; of two numbers the scale must not change.
fn is_wider(from: Option<&str>, to: Option<&str>) -> bool {
    let (Some(from), Some(to)) = (from, to) else { return to.is_none() };
    let numbers = |size: &str| -> Option<Vec<i32>> {
        size.split(',').map(|number| number.trim().parse().ok()).collect()
    };
    match (numbers(from).as_deref(), numbers(to).as_deref()) {
        (Some([from]), Some([to])) => from <= to,
        (Some([from, from_scale]), Some([to, to_scale])) => from <= to && from_scale == to_scale,
        _ => false,
    }
}

/// `numeric` and `10,2` of `numeric(10,2)`.
fn sized(name: &str) -> (&str, Option<&str>) {
    match name.split_once('(') {
        Some((name, size)) => (name.trim_end(), size.strip_suffix(')')),
        None => (name, None),
    }
}

/// What a view has that would be lost if it were made again as a spec says it.
pub fn bears_more(schema: &str, view: &str) -> Option<&'static str> {
    const QUERY: &str = "
        SELECT CASE
            WHEN EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN') THEN 1
            WHEN EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL) THEN 2
            WHEN c.relkind = 'm' AND EXISTS (
                SELECT FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND (a.attstattarget >= 0 OR a.attcompression <> ''
                    OR pg_catalog.array_to_string(a.attoptions, ',') !~ '^pg_attver=[^,]*$')) THEN 3
        END
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2";
    const FOUND: [&str; 3] = ["rules", "privileges on columns", "settings of columns"];
    let mut found = None;
    snapshot::plainly(|| {
        rows::visit(QUERY, &[schema.into(), view.into()], |row| {
            found = row.get::<i32>(1)?;
            Ok(())
        })
    });
    found.and_then(|number| FOUND.get(usize::try_from(number - 1).ok()?).copied())
}
