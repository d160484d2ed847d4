//! WITH (…), TABLESPACE and USING.

use super::*;

/// Those of CREATE TABLE.
pub(super) fn of_table(statement: &Node, create: &pg_sys::CreateStmt) -> StorageDef {
    let parent = statement.siblings(create.inhRelations).first().and_then(as_relation);
    StorageDef {
        tablespace: text(create.tablespacename),
        method: text(create.accessMethod),
        partition_of: parent.filter(|_| !create.partbound.is_null()),
        ..of_heap(statement, create.options)
    }
}

/// Those of what is made from a query.
pub(super) fn of_into(statement: &Node, into: &pg_sys::IntoClause) -> StorageDef {
    StorageDef {
        tablespace: text(into.tableSpaceName),
        method: text(into.accessMethod),
        ..of_heap(statement, into.options)
    }
}

/// Parameters may be those of the TOAST table, and `oids = false` is no more than said.
fn of_heap(statement: &Node, options: *mut pg_sys::List) -> StorageDef {
    let (mut parameters, mut toast) = (Vec::new(), Vec::new());
    for given in self::parameters(statement, options) {
        match given.name.strip_prefix("toast.") {
            Some(name) => toast.push(Parameter { name: name.into(), ..given }),
            None if says_without_oids(&given) => {}
            None => parameters.push(given),
        }
    }
    StorageDef { parameters, toast, ..StorageDef::default() }
}

fn says_without_oids(given: &Parameter) -> bool {
    given.name == "oids" && ["false", "off", "0"].contains(&given.value.to_lowercase().as_str())
}

/// Those of an index, or of a constraint that makes one.
pub(super) fn of_index(
    statement: &Node,
    options: *mut pg_sys::List,
    tablespace: *const c_char,
) -> StorageDef {
    StorageDef {
        parameters: parameters(statement, options),
        tablespace: text(tablespace),
        ..StorageDef::default()
    }
}

/// Those of a view; WITH CHECK OPTION is one.
pub(super) fn of_view(statement: &Node, view: &pg_sys::ViewStmt) -> StorageDef {
    use pg_sys::ViewCheckOption::{CASCADED_CHECK_OPTION, LOCAL_CHECK_OPTION};
    let check_option = match view.withCheckOption {
        LOCAL_CHECK_OPTION => Some("local"),
        CASCADED_CHECK_OPTION => Some("cascaded"),
        _ => None,
    };
    let mut parameters = parameters(statement, view.options);
    parameters.extend(
        check_option.map(|value| Parameter { name: "check_option".into(), value: value.into() }),
    );
    StorageDef { parameters, ..StorageDef::default() }
}

/// The parameters of a list; a name alone says `true`.
pub(super) fn parameters(statement: &Node, list: *mut pg_sys::List) -> Vec<Parameter> {
    let elements = statement.siblings(list);
    elements.iter().filter_map(|element| parameter(statement, element)).collect()
}

fn parameter(statement: &Node, element: &Node) -> Option<Parameter> {
    let (name, value) = option(statement, element)?;
    let name = match text(element.get::<pg_sys::DefElem>()?.defnamespace) {
        Some(namespace) => format!("{namespace}.{name}"),
        None => name,
    };
    Some(Parameter { name, value: value.unwrap_or_else(|| "true".into()) })
}
