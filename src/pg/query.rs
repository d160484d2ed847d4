//! Queries as the server understands them: the normal form of a view's query.
//!
//! As with expressions, one round of printing is not enough: the text the server prints is
//! parsed, analysed and printed again until it no longer changes.

use super::arena::Arena;
use super::identity::as_owner;
use super::tree::{Node, kept, pointers};
use super::{c_string, catalog, compat, normal, owned, parser};
use pgrx::pg_sys;
use std::ffi::c_void;
use std::rc::Rc;

/// A column of the result of a query.
#[derive(Clone, Debug)]
pub struct ResultColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub type_oid: pg_sys::Oid,
    /// Its type modifier, -1 for none.
    pub typmod: i32,
    /// Its collation, 0 for none.
    pub collation: pg_sys::Oid,
}

/// The columns of a SELECT, raw or analysed, SELECT INTO too. As [`written`].
pub fn result_columns(select: &Node) -> Vec<ResultColumn> {
    let column = |target: *mut pg_sys::TargetEntry| {
        // SAFETY: a TargetEntry, and its analysed expression.
        unsafe {
            let expression = (*target).expr.cast();
            ResultColumn {
                name: owned((*target).resname).unwrap_or_default(),
                type_oid: pg_sys::exprType(expression),
                typmod: pg_sys::exprTypmod(expression),
                collation: pg_sys::exprCollation(expression),
            }
        }
    };
    targets(analyse(select)).map(column).collect()
}

/// A view's query, understood.
#[derive(Clone, Debug)]
pub struct Query {
    /// Its normal form; `None` where the server cannot print a query (PostgreSQL 14).
    pub text: Option<String>,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Whether a view of it is a temporary one, because it is over a temporary table.
    pub is_temporary: bool,
}

/// The query of CREATE VIEW as written, or as analysed on its way through the hook; `names` are
/// those given to its columns, the first ones if there are fewer. In the text its columns have
/// the names `shown`, if there are as many, so that two texts differ only in what the query does.
/// Raises the server's errors, locks relations with ACCESS SHARE: call it inside
/// [`super::subtransaction::probe`].
pub fn written(raw: &Node, names: &[String], shown: &[String]) -> Query {
    let query = analyse(raw);
    let mut columns = column_names(query);
    columns.splice(..names.len().min(columns.len()), names.iter().cloned());
    // SAFETY: a query just analysed.
    let is_temporary = unsafe { compat::uses_temporary(query) };
    name_columns(query, shown);
    Query { text: settle(query).map(|(_, text)| text), columns, is_temporary }
}

/// The query of an existing view or materialized view. As [`written`].
pub fn stored(view: &catalog::RelationInfo) -> Option<Query> {
    let columns: Vec<String> =
        catalog::columns(view).into_iter().map(|column| column.name).collect();
    let query = rule(view.oid)?;
    name_columns(query, &columns);
    // As another role but for the end, which is printed as all others are.
    let settled = as_owner(view.owner, || settle(query));
    Some(Query {
        text: settled.and_then(|(last, _)| print(last)),
        columns,
        is_temporary: view.persistence == 't',
    })
}

/// Whether analysing the query would lock rows or write: FOR UPDATE, and data-modifying WITH.
pub fn is_more_than_reading(raw: &Node) -> bool {
    // SAFETY: a raw tree, or an analysed one, as its tag says.
    match raw.get::<pg_sys::Query>() {
        Some(query) => is_query_more_than_reading(query),
        None => unsafe { locks_or_writes(raw.as_ptr(), std::ptr::null_mut()) },
    }
}

/// As [`is_more_than_reading`], of the body of a function in SQL: a Query as a node string, or a
/// list of a list of them.
pub fn is_stored_more_than_reading(node_string: &str) -> bool {
    let mut queries = vec![kept(node_string)];
    // SAFETY: a Query, or a List, as its tag says.
    unsafe {
        while let [list] = queries[..]
            && (*list).type_ == pg_sys::NodeTag::T_List
        {
            // The list of no statements is NIL.
            queries = pointers(list.cast()).filter(|node| !node.is_null()).collect();
        }
        queries.into_iter().any(|node| {
            (*node).type_ != pg_sys::NodeTag::T_Query || is_query_more_than_reading(&*node.cast())
        })
    }
}

fn is_query_more_than_reading(query: &pg_sys::Query) -> bool {
    query.commandType != pg_sys::CmdType::CMD_SELECT || query.hasModifyingCTE || query.hasForUpdate
}

/// A visitor of the server's walker.
///
/// # Safety
/// `node` is NULL or a node of a raw query.
unsafe extern "C-unwind" fn locks_or_writes(node: *mut pg_sys::Node, none: *mut c_void) -> bool {
    use pg_sys::NodeTag::*;
    if node.is_null() {
        return false;
    }
    // SAFETY: read as what its tag says.
    unsafe {
        let is_one = match (*node).type_ {
            T_InsertStmt | T_UpdateStmt | T_DeleteStmt => true,
            T_ReturnStmt => {
                let value = (*node.cast::<pg_sys::ReturnStmt>()).returnval;
                return locks_or_writes(value, none);
            }
            T_SelectStmt => !(*node.cast::<pg_sys::SelectStmt>()).lockingClause.is_null(),
            tag => compat::is_merge(tag),
        };
        is_one || pg_sys::raw_expression_tree_walker(node, Some(locks_or_writes), none)
    }
}

fn analyse(raw: &Node) -> *mut pg_sys::Query {
    // SAFETY: analysis may change the raw tree, so it gets a copy.
    unsafe {
        let copy = pg_sys::copyObjectImpl(raw.as_ptr().cast()).cast::<pg_sys::Node>();
        if raw.get::<pg_sys::Query>().is_some() {
            return copy.cast();
        }
        if (*copy).type_ == pg_sys::NodeTag::T_SelectStmt {
            forget_into(copy.cast());
        }
        let statement = pg_sys::palloc0(size_of::<pg_sys::RawStmt>()).cast::<pg_sys::RawStmt>();
        (*statement).type_ = pg_sys::NodeTag::T_RawStmt;
        (*statement).stmt = copy;
        let state = pg_sys::make_parsestate(std::ptr::null_mut());
        let query = pg_sys::transformTopLevelStmt(state, statement);
        pg_sys::free_parsestate(state);
        query
    }
}

/// Makes a SELECT of a SELECT INTO.
///
/// # Safety
/// `select` is a raw SELECT that may be changed.
unsafe fn forget_into(mut select: *mut pg_sys::SelectStmt) {
    // SAFETY: the caller's; the left sides of set operations are SELECTs.
    unsafe {
        while !(*select).larg.is_null() {
            select = (*select).larg;
        }
        (*select).intoClause = std::ptr::null_mut();
    }
}

/// A copy of the query in the ON SELECT rule of a view.
fn rule(view: pg_sys::Oid) -> Option<*mut pg_sys::Query> {
    // SAFETY: the relation's rules are read while it is open; its lock is kept until the
    // surrounding subtransaction is rolled back.
    unsafe {
        let relation = pg_sys::relation_open(view, pg_sys::AccessShareLock as i32);
        let rules = (*relation).rd_rules.as_ref();
        let count = rules.map_or(0, |rules| usize::try_from(rules.numLocks).unwrap_or(0));
        let mut rules =
            (0..count).filter_map(|index| (*(*relation).rd_rules).rules.add(index).read().as_ref());
        let select = rules.find(|rule| rule.event == pg_sys::CmdType::CMD_SELECT);
        let action = select.and_then(|rule| pointers(rule.actions).next());
        let copy = action.map(|action| pg_sys::copyObjectImpl(action.cast()).cast());
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
        copy
    }
}

/// The columns of a query's result.
fn targets(query: *mut pg_sys::Query) -> impl Iterator<Item = *mut pg_sys::TargetEntry> {
    // SAFETY: a Query, and its list of TargetEntry.
    let targets = pointers(unsafe { (*query).targetList }).map(|node| node.cast());
    // SAFETY: as above.
    targets.filter(|target: &*mut pg_sys::TargetEntry| unsafe { !(**target).resjunk })
}

fn column_names(query: *mut pg_sys::Query) -> Vec<String> {
    // SAFETY: a TargetEntry, whose name is NULL or a C string.
    targets(query).map(|target| owned(unsafe { (*target).resname }).unwrap_or_default()).collect()
}

fn name_columns(query: *mut pg_sys::Query, names: &[String]) {
    if targets(query).count() != names.len() {
        return;
    }
    for (target, name) in targets(query).zip(names) {
        let name = c_string(name);
        // SAFETY: the query is ours, and the name is copied into the memory it is in.
        unsafe { (*target).resname = pg_sys::pstrdup(name.as_ptr()) };
    }
}

/// Prints, parses and analyses until the text stays the same.
fn settle(query: *mut pg_sys::Query) -> Option<(*mut pg_sys::Query, String)> {
    let arena = Arena::new();
    let again = |text: &str| Some(analyse(&parse(&arena, text)?));
    normal::settle(query, |query| print(*query), again)
}

fn print(query: *mut pg_sys::Query) -> Option<String> {
    // SAFETY: an analysed query of our own.
    owned(normal::plainly(|| unsafe {
        normal::simplify(query.cast());
        compat::query_text(query)
    }))
}

fn parse(arena: &Rc<Arena>, text: &str) -> Option<Node> {
    let statements = parser::statements(arena, &c_string(text)).ok()?;
    statements.first()?.node.statement()
}
