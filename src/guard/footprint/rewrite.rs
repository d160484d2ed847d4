//! Whether all rows of a table are written anew, as tablecmds.c decides it.

use crate::pg::catalog::{self, Column, RelationInfo};
use crate::pg::conversion::{self, Conversion};
use crate::pg::tree::Node;
use crate::pg::tree::model::{ColumnDef, TypeName};

/// ADD COLUMN, as `ATExecAddColumn`: only a value that is the same for all rows, and that nothing
/// has to check, is kept outside of them.
pub(super) fn by_new_column(column: &ColumnDef) -> bool {
    let Some(type_name) = &column.type_name else { return false };
    if column.identity.is_some() || type_name.serial().is_some() {
        return true;
    }
    if let Some(generated) = &column.generated {
        return generated.kind == 's';
    }
    match &column.default {
        Some(default) => is_checked(type_name) || conversion::is_volatile(default, type_name),
        None => is_checked(type_name) || has_volatile_default(type_name),
    }
}

fn is_checked(type_name: &TypeName) -> bool {
    domain_of(type_name).is_some_and(conversion::has_constraints)
}

fn has_volatile_default(type_name: &TypeName) -> bool {
    let default = domain_of(type_name).and_then(catalog::domain).and_then(|domain| domain.default);
    default.is_some_and(|default| conversion::is_volatile_stored(&default))
}

fn domain_of(type_name: &TypeName) -> Option<pgrx::pg_sys::Oid> {
    let found = catalog::type_by_name(&type_name.names)?;
    (found.kind == 'd').then_some(found.oid)
}

/// ALTER COLUMN TYPE; what cannot be converted fails, and writes nothing.
pub(super) fn by_new_type(column: &Column, definition: &Node) -> bool {
    column.generated != 'v'
        && conversion::conversion(column, definition) == Some(Conversion::Written)
}

/// SET ACCESS METHOD; the default one for `None`.
pub(super) fn by_access_method(table: &RelationInfo, name: Option<&str>) -> bool {
    let wanted = match name {
        Some(name) => catalog::table_method(name),
        None => catalog::default_table_method(),
    };
    let storage = catalog::storage(table.oid);
    storage.is_some_and(|storage| wanted.is_some_and(|wanted| wanted != storage.method))
}

/// SET TABLESPACE, which copies the files.
pub(super) fn by_tablespace(relation: &RelationInfo, name: &str) -> bool {
    let current = catalog::own_tablespace(relation.oid);
    match catalog::tablespace(name) {
        Some(wanted) => current.unwrap_or_else(catalog::database_tablespace) != wanted,
        None => false,
    }
}
