//! CREATE STATISTICS.

use super::*;

pub(super) fn create_statistics(statement: &Node) -> Option<Action> {
    let statistics = statement.get::<pg_sys::CreateStatsStmt>()?;
    let relations = statement.siblings(statistics.relations);
    // More than one table, or a query, is for the server to refuse.
    let [table] = relations.as_slice() else { return None };
    let name = match strings(statistics.defnames) {
        unnamed if unnamed.is_empty() => None,
        names => Some(relation_of(names)?),
    };
    let elements = statement.siblings(statistics.exprs);
    let elements = elements.iter().filter_map(Node::get::<pg_sys::StatsElem>);
    let (mut columns, mut expressions) = (Vec::new(), Vec::new());
    for element in elements {
        match text(element.name) {
            Some(name) => columns.push(name),
            None => expressions.extend(statement.sibling(element.expr)),
        }
    }
    Some(Action::CreateStatistics(StatisticsDef {
        name,
        table: as_relation(table)?,
        kinds: strings(statistics.stat_types),
        columns,
        expressions,
    }))
}
