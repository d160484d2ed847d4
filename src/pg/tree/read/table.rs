//! CREATE TABLE, CREATE TABLE AS and SELECT INTO.

use super::*;
use pg_sys::TableLikeOption as Bit;

pub(super) fn create_table(statement: &Node) -> Option<Action> {
    let create = statement.get::<pg_sys::CreateStmt>()?;
    let mut def = TableDef {
        parents: statement.siblings(create.inhRelations).iter().filter_map(as_relation).collect(),
        bound: statement.sibling(create.partbound),
        of_type: statement.sibling(create.ofTypename).and_then(type_name),
        on_commit: acts_on_commit(create.oncommit, create.relation),
        storage: storage::of_table(statement, create),
        ..bare_table(create.relation)?
    };
    if let Some(spec) = statement.sibling(create.partspec) {
        def.partition_by = Some(partition_by(&spec)?);
    }
    for element in statement.siblings(create.tableElts) {
        if let Some(column) = column_def(&element) {
            def.columns.push(column);
        } else if let Some(constraint) = constraint_def(&element) {
            def.constraints.push(constraint);
        } else {
            def.likes.push(like(&element, def.columns.len())?);
        }
    }
    Some(Action::CreateTable(def))
}

/// A table of which nothing is said but its name.
fn bare_table(range: *mut pg_sys::RangeVar) -> Option<TableDef> {
    Some(TableDef {
        table: relation(range)?,
        temporary: persistence(range) == 't',
        unlogged: persistence(range) == 'u',
        columns: Vec::new(),
        constraints: Vec::new(),
        likes: Vec::new(),
        parents: Vec::new(),
        bound: None,
        partition_by: None,
        of_type: None,
        on_commit: false,
        storage: StorageDef::default(),
    })
}

/// To preserve the rows is what temporary tables do anyway, and for others it is refused.
fn acts_on_commit(action: pg_sys::OnCommitAction::Type, range: *mut pg_sys::RangeVar) -> bool {
    use pg_sys::OnCommitAction::{ONCOMMIT_NOOP, ONCOMMIT_PRESERVE_ROWS};
    match action {
        ONCOMMIT_NOOP => false,
        ONCOMMIT_PRESERVE_ROWS => persistence(range) != 't',
        _ => true,
    }
}

fn partition_by(node: &Node) -> Option<PartitionBy> {
    let spec = node.get::<pg_sys::PartitionSpec>()?;
    let elements = node.siblings(spec.partParams);
    Some(PartitionBy {
        strategy: compat::partition_strategy(spec)?,
        elements: elements.iter().filter_map(partition_element).collect(),
    })
}

/// An element of a partition key is like one of an index, without an order.
fn partition_element(node: &Node) -> Option<IndexElement> {
    let element = node.get::<pg_sys::PartitionElem>()?;
    Some(IndexElement {
        column: text(element.name),
        expression: node.sibling(element.expr),
        collation: (!element.collation.is_null()).then(|| strings(element.collation)),
        opclass: (!element.opclass.is_null()).then(|| strings(element.opclass)),
        options: Vec::new(),
        operator: None,
        descending: false,
        nulls_first: false,
    })
}

fn like(node: &Node, position: usize) -> Option<Like> {
    let clause = node.get::<pg_sys::TableLikeClause>()?;
    let options = [
        (Bit::CREATE_TABLE_LIKE_COMMENTS, LikeOption::Comments),
        (Bit::CREATE_TABLE_LIKE_COMPRESSION, LikeOption::Compression),
        (Bit::CREATE_TABLE_LIKE_CONSTRAINTS, LikeOption::Constraints),
        (Bit::CREATE_TABLE_LIKE_DEFAULTS, LikeOption::Defaults),
        (Bit::CREATE_TABLE_LIKE_GENERATED, LikeOption::Generated),
        (Bit::CREATE_TABLE_LIKE_IDENTITY, LikeOption::Identity),
        (Bit::CREATE_TABLE_LIKE_INDEXES, LikeOption::Indexes),
        (Bit::CREATE_TABLE_LIKE_STATISTICS, LikeOption::Statistics),
        (Bit::CREATE_TABLE_LIKE_STORAGE, LikeOption::Storage),
    ];
    let given = options.iter().filter(|(bit, _)| clause.options & bit != 0);
    Some(Like {
        source: relation(clause.relation)?,
        position,
        including: given.map(|(_, option)| *option).collect(),
    })
}

/// CREATE TABLE AS; a materialized view is made by the same kind of node.
pub(super) fn create_table_as(statement: &Node) -> Option<Action> {
    let create = statement.get::<pg_sys::CreateTableAsStmt>()?;
    if create.objtype != ObjectType::OBJECT_TABLE {
        return None;
    }
    create_from(statement, create.into, statement.sibling(create.query).filter(is_select))
}

/// SELECT INTO before it is analysed, which makes a CREATE TABLE AS of it.
pub(super) fn select_into(statement: &Node) -> Option<Action> {
    let mut select = statement.get::<pg_sys::SelectStmt>()?;
    // SAFETY: the left sides of set operations, in the tree; the first has the INTO.
    while let Some(left) = unsafe { select.larg.as_ref() } {
        select = left;
    }
    create_from(statement, select.intoClause, Some(statement.clone()))
}

fn create_from(
    statement: &Node,
    into: *mut pg_sys::IntoClause,
    query: Option<Node>,
) -> Option<Action> {
    // SAFETY: NULL, or an IntoClause of the tree.
    let into = unsafe { into.as_ref() }?;
    let table = TableDef {
        on_commit: acts_on_commit(into.onCommit, into.rel),
        storage: storage::of_into(statement, into),
        ..bare_table(into.rel)?
    };
    let definition = TableAsDef { table, names: strings(into.colNames), query };
    let object = ObjectName::relation(Class::Table, &created(into.rel)?);
    super::create(object, Definition::TableAs(Box::new(definition)))
}

/// Not EXECUTE.
fn is_select(query: &Node) -> bool {
    match query.get::<pg_sys::Query>() {
        Some(query) => query.commandType == pg_sys::CmdType::CMD_SELECT,
        None => query.tag() == pg_sys::NodeTag::T_SelectStmt,
    }
}
