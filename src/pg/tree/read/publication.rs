//! CREATE PUBLICATION.

use super::*;
use crate::pg::compat::Published;

pub(super) fn create_publication(statement: &Node) -> Option<Action> {
    let publication = statement.get::<pg_sys::CreatePublicationStmt>()?;
    let mut definition = PublicationDef {
        all_tables: publication.for_all_tables,
        tables: Vec::new(),
        schemas: Vec::new(),
        options: options(statement, publication.options),
        has_uncompared: compat::for_all_sequences(publication),
    };
    for object in statement.siblings(compat::published_objects(publication)) {
        // SAFETY: an element of that list.
        match unsafe { compat::published(object.as_ptr()) } {
            Published::Table { table, columns, filter } => {
                definition.tables.push(PublicationTable {
                    table: relation(table)?,
                    // SAFETY: the grammar always gives the table.
                    only: unsafe { !(*table).inh },
                    columns: strings(columns),
                    filter: statement.sibling(filter),
                })
            }
            Published::Schema(name) => definition.schemas.push(Some(text(name)?)),
            Published::CurrentSchema => definition.schemas.push(None),
            Published::Other => definition.has_uncompared = true,
        }
    }
    let object = global(Class::Publication, publication.pubname)?;
    create(object, Definition::Publication(definition))
}
