//! EXCLUDE

use super::super::index;
use super::table::Written;
use super::*;
use crate::pg::arena::Arena;

/// Without an operator that a join can hash or sort by, all rows are compared with all others: of
/// no more than so many.
const FEW_ROWS: f64 = 10_000.0;

/// ADD CONSTRAINT … EXCLUDE
pub(super) fn added(table: &Table, wanted: &ConstraintDef) -> Option<Finding> {
    let shape = wanted.exclusion.as_ref()?;
    // The place of a row does not tell in which partition it is.
    if table.info.kind != 'r' || index::has_expressions(shape) && !table.is_own() {
        return None;
    }
    let table = table.itself();
    let found = table.look(|| {
        let Written { elements, predicate } = Written::of(&table, shape)?;
        let elements: Vec<_> = elements
            .into_iter()
            .zip(&shape.elements)
            .map(|(written, element)| {
                let names = element.operator.as_ref()?;
                let operator = catalog::exclusion_operator(names, written.type_oid);
                Some((written, operator))
            })
            .collect::<Option<_>>()?;
        let is_joinable = elements
            .iter()
            .any(|(element, operator)| catalog::is_equality(*operator, element.type_oid));
        let is_small = || rows_of::estimate(&Arena::new(), table.info.oid) < FEW_ROWS;
        if !table.may_read(&[0]) || !is_joinable && !is_small() {
            return None;
        }
        pairs(&table, &elements, predicate.as_deref())
    })?;
    let pairs = counted(&found, "pair", "pairs");
    let verb = if found.count == 1 { "violates" } else { "violate" };
    let constraint = match &wanted.name {
        Some(name) => format!("exclusion constraint {}", in_quotes(name)),
        None => "the exclusion constraint".into(),
    };
    let table = in_quotes(&table.info.name);
    let message = format!("{pairs} of rows of table {table} {verb} {constraint}");
    Some(finding(EXCLUSION_VIOLATION, message, found))
}

fn pairs(
    table: &Table,
    elements: &[(index::Element, Oid)],
    predicate: Option<&str>,
) -> Option<Violations> {
    let numbered = || elements.iter().enumerate();
    let collation = |element: &index::Element| match element.collation {
        pgrx::pg_sys::InvalidOid => String::new(),
        oid => format!(" COLLATE {}", catalog::qualified_collation(oid)),
    };
    let keys = numbered()
        .map(|(place, (element, _))| format!("{}{} AS k{place}", element.what, collation(element)));
    let own = table.shown(&[], "");
    let shown: Vec<String> =
        own.iter().enumerate().map(|(place, name)| format!("{name} AS s{place}")).collect();
    let columns: Vec<String> =
        ["ctid AS place".into()].into_iter().chain(shown).chain(keys).collect();
    let side = format!(
        "(SELECT {} FROM {}{})",
        columns.join(", "),
        table.from(),
        predicate.map(|text| format!(" WHERE {text}")).unwrap_or_default()
    );
    let conditions = numbered().map(|(place, (element, operator))| {
        let (left, right) = (format!("a.k{place}"), format!("b.k{place}"));
        let (left, right) = ((left.as_str(), element.type_oid), (right.as_str(), element.type_oid));
        let given = [left, right].map(|(side, type_oid)| null_test(side, type_oid, false));
        let holds = rows_of::comparison(left, *operator, right);
        format!("{holds} AND {}", given.join(" AND "))
    });
    let conditions: Vec<String> = conditions.collect();
    let (first, second) = (side_of("a", own.len()), side_of("b", own.len()));
    let search = Search {
        from: format!("{side} AS a JOIN {side} AS b ON a.place < b.place"),
        condition: conditions.join(" AND "),
        shown: [first, second].concat(),
        listed: Some("a.*, b.*".into()),
    };
    let mut found = search.run()?;
    let names = own.join(", ");
    for example in &mut found.examples {
        if let Some((_, values)) = example.split_once(")=(") {
            *example = format!("({names}, {names})=({values}");
        }
    }
    Some(found)
}

fn side_of(alias: &str, count: usize) -> Vec<String> {
    (0..count).map(|place| format!("{alias}.s{place}")).collect()
}
