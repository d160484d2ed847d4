//! UNIQUE, PRIMARY KEY and unique indexes

use super::super::index::{self, Element};
use super::table::Written;
use super::*;
use crate::pg::tree::model::IndexShape;

/// UNIQUE or PRIMARY KEY
pub(super) fn of_constraint(table: &Table, wanted: &ConstraintDef) -> Option<Finding> {
    let table = table.itself();
    let keys: Vec<Key> =
        wanted.columns.iter().map(|name| Key::of_column(&table, name)).collect::<Option<_>>()?;
    let found = table.look(|| {
        let unique = Unique { keys, predicate: None, nulls_are_equal: wanted.nulls_not_distinct };
        unique.duplicates(&table)
    })?;
    Some(found)
}

/// CREATE UNIQUE INDEX
pub(super) fn of_index(table: &Table, wanted: &IndexShape) -> Option<Finding> {
    // Of a partitioned table alone it indexes nothing yet.
    if wanted.method != "btree" || table.only && table.info.kind == 'p' {
        return None;
    }
    // What it calls, the server calls as the owner of the table.
    if index::has_expressions(wanted) && !table.is_own() {
        return None;
    }
    let table = table.itself();
    table.look(|| {
        let Written { elements, predicate } = Written::of(&table, wanted)?;
        let keys = elements.iter().zip(&wanted.elements);
        let keys = keys
            .map(|(written, element)| Key::of_element(written, element.collation.is_some()))
            .collect::<Option<_>>()?;
        Unique { keys, predicate, nulls_are_equal: wanted.nulls_not_distinct }.duplicates(&table)
    })
}

/// What is to be there but once.
struct Unique {
    keys: Vec<Key>,
    predicate: Option<String>,
    nulls_are_equal: bool,
}

/// A column or expression of a key, with its collation if that is not its own.
struct Key {
    text: String,
    collation: String,
    type_oid: Oid,
}

impl Key {
    fn of_column(table: &Table, name: &str) -> Option<Key> {
        let column = table.column(name)?;
        let method = catalog::index_method("btree")?;
        let opclass = catalog::default_opclass(column.type_oid, method);
        catalog::groups_alike(opclass, column.type_oid).then(|| Key {
            text: quote_identifier(name),
            collation: String::new(),
            type_oid: column.type_oid,
        })
    }

    /// `None` when GROUP BY would find other values equal than the index.
    fn of_element(element: &Element, has_collation: bool) -> Option<Key> {
        let collation = match has_collation {
            true => format!(" COLLATE {}", catalog::qualified_collation(element.collation)),
            false => String::new(),
        };
        let Element { what, type_oid, opclass, .. } = element;
        let is_alike = catalog::groups_alike(*opclass, *type_oid);
        is_alike.then(|| Key { text: what.clone(), collation, type_oid: *type_oid })
    }
}

impl Unique {
    fn duplicates(&self, table: &Table) -> Option<Finding> {
        let names: Vec<&str> = self.keys.iter().map(|key| key.text.as_str()).collect();
        let grouped = self.grouped(table);
        let places = 1..=self.keys.len();
        let texts: Vec<String> =
            places.clone().map(|place| as_text(&format!("k{place}"))).collect();
        let columns: Vec<String> = places.map(|place| format!("k{place}")).collect();
        let query =
            format!("SELECT {} FROM ({grouped}) AS g ({})", texts.join(", "), columns.join(", "));
        let found = violations(&rows_of::select(&query, MOST_FOUND), &names, Some(grouped))?;
        let values = counted(&found, "value", "values");
        let verb = if found.count == 1 { "occurs" } else { "occur" };
        let message = format!(
            "{values} of ({}) {verb} more than once in table {}",
            names.join(", "),
            in_quotes(&table.info.name)
        );
        Some(finding(UNIQUE_VIOLATION, message, found))
    }

    fn grouped(&self, table: &Table) -> String {
        let keys = self.keys.iter().map(|key| format!("{}{}", key.text, key.collation));
        let keys: Vec<String> = keys.collect();
        let is_given = |key: &Key| null_test(&key.text, key.type_oid, false);
        let nulls = self.keys.iter().filter(|_| !self.nulls_are_equal).map(is_given);
        let predicate = self.predicate.iter().map(|text| format!("({text})"));
        let conditions: Vec<String> = nulls.chain(predicate).collect();
        let conditions = match conditions.is_empty() {
            true => String::new(),
            false => format!(" WHERE {}", conditions.join(" AND ")),
        };
        let places: Vec<String> = (1..=keys.len()).map(|place| place.to_string()).collect();
        format!(
            "SELECT {}, pg_catalog.count(*) FROM {}{conditions} GROUP BY {} HAVING pg_catalog.count(*) > 1",
            keys.join(", "),
            table.from(),
            places.join(", ")
        )
    }
}
