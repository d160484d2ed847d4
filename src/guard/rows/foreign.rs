//! FOREIGN KEY, as `RI_Initial_Check` looks for rows without a match.

use super::super::foreign_key::{self, Tie};
use super::*;
use crate::pg::catalog::Constraint;

/// ADD CONSTRAINT … FOREIGN KEY
pub(super) fn added(table: &Table, wanted: &ConstraintDef) -> Option<Finding> {
    let references = wanted.references.as_ref().filter(|references| !references.period)?;
    let referenced = catalog::relation(&references.table)?;
    let tie = foreign_key::tie(&table.info, &wanted.columns, referenced, &references.columns)?;
    orphans(table, &tie, references.match_type)
}

/// VALIDATE CONSTRAINT
pub(super) fn stored(table: &Table, stored: &Constraint) -> Option<Finding> {
    let own = column_names(table.info.oid, &stored.columns);
    let others = column_names(stored.referenced, &stored.referenced_columns);
    let referenced = catalog::relation_by_oid(stored.referenced)?;
    let tie = foreign_key::tie(&table.info, &own, referenced, &others)?;
    orphans(table, &tie, stored.match_type)
}

fn orphans(table: &Table, tie: &Tie, match_type: char) -> Option<Finding> {
    let table = table.itself();
    let referenced = &tie.referenced;
    let own: Vec<i16> = tie.pairs.iter().map(|pair| pair.own.number).collect();
    let others: Vec<i16> = tie.pairs.iter().map(|pair| pair.other.number).collect();
    let is_visible = table.may_read(&own)
        && catalog::may_read(referenced.oid, &others)
        && !catalog::has_row_security(referenced.oid);
    if !is_visible {
        return None;
    }
    let found = table.look_with(&[referenced.oid], || {
        let given = tie.pairs.iter().map(|pair| {
            null_test(&format!("fk.{}", quote_identifier(&pair.own.name)), pair.own.type_oid, false)
        });
        let given: Vec<String> = given.collect();
        let given = given.join(if match_type == 'f' { " OR " } else { " AND " });
        let first = tie.pairs.first()?;
        let unmatched = format!("pk.{}", quote_identifier(&first.other.name));
        let unmatched = null_test(&unmatched, first.other.type_oid, true);
        let listed = match table.may_read(&[0]) {
            true => "fk.*".into(),
            false => table.shown(&own, "fk.").join(", "),
        };
        let search = Search {
            from: format!("{} AS fk LEFT JOIN {}", table.from(), matching(tie)),
            condition: format!("{unmatched} AND ({given})"),
            shown: table.shown(&own, "fk."),
            listed: Some(listed),
        };
        search.run()
    })?;
    let absent = format!("no match in table {}", in_quotes(&referenced.name));
    let (has, have) = (format!("has {absent}"), format!("have {absent}"));
    let message = rows_that(&found, &table, &has, &have);
    Some(finding(FOREIGN_KEY_VIOLATION, message, found))
}

/// `users AS pk ON (pk.id = fk.user_id)`
fn matching(tie: &Tie) -> String {
    let conditions = tie.pairs.iter().map(|pair| {
        let (own, other) = (&pair.own, &pair.other);
        let left = format!("pk.{}", quote_identifier(&other.name));
        let right = format!("fk.{}", quote_identifier(&own.name));
        let (left, right) = ((left.as_str(), other.type_oid), (right.as_str(), own.type_oid));
        let equal = rows_of::comparison(left, pair.operator, right);
        match own.collation == other.collation {
            true => equal,
            false => format!("{equal} COLLATE {}", catalog::qualified_collation(other.collation)),
        }
    });
    let conditions: Vec<String> = conditions.collect();
    let referenced = &tie.referenced;
    let is_alone = referenced.kind != 'p' && referenced.has_children;
    let only = if is_alone { "ONLY " } else { "" };
    let name = catalog::qualified_name(referenced.oid);
    format!("{only}{name} AS pk ON ({})", conditions.join(" AND "))
}
