//! Expressions as the server understands them.
//!
//! Two expressions are equal when they have the same *normal form*: the text the server prints
//! for the analysed expression, parsed and analysed again until it no longer changes. One round
//! is not enough: what `pg_get_expr` prints for `b IN ('p','q')` on a varchar column is analysed
//! to another tree than the one it was printed from (FACTS.md), so a restored database prints
//! another text than a migrated one.
//!
//! Constants are deliberately not folded: that would run functions of whoever owns the table
//! with the rights of whoever runs the migration.

use super::arena::Arena;
use super::catalog::RelationInfo;
use super::identity::as_owner;
use super::{c_string, catalog, compat, naming, normal, owned, parser};
use crate::pg::tree::{Node, kept, strings};
use pgrx::pg_sys;
use std::rc::Rc;

/// What an expression is for; decides what it may contain and what it is coerced to.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// The default of a column, or its generation expression.
    Default {
        /// The column's name.
        column: &'a str,
        /// Its type.
        type_oid: pg_sys::Oid,
        /// Its type modifier.
        typmod: i32,
        /// attgenerated of the column: NUL for a default.
        generated: char,
    },
    /// A CHECK constraint.
    Check,
    /// A key expression of an index.
    IndexKey,
    /// The WHERE clause of an index.
    IndexPredicate,
    /// USING or WITH CHECK of a policy.
    Policy,
    /// A CHECK constraint of a domain.
    Domain {
        /// The type the domain is over.
        type_oid: pg_sys::Oid,
        /// Its type modifier.
        typmod: i32,
    },
    /// An expression of extended statistics.
    Statistics,
    /// WHERE of a table in a publication.
    RowFilter,
    /// WHEN of a trigger, with the columns as those of OLD and NEW.
    TriggerWhen,
    /// An expression of a partition key.
    PartitionKey,
    /// USING of a change of type.
    Using,
}

/// An expression as written, understood.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Its normal form.
    pub text: String,
    /// Its type.
    pub type_oid: pg_sys::Oid,
    /// Its collation, 0 for none.
    pub collation: pg_sys::Oid,
    /// The numbers of the columns it uses, 0 for the whole row.
    pub columns: Vec<i16>,
    /// Whether it calls a function that is not immutable, which an index does not take.
    pub is_mutable: bool,
}

/// The normal form of an expression as written, and its type. Raises the server's errors, locks
/// the relation with ACCESS SHARE: call it inside [`super::subtransaction::probe`].
pub fn written(purpose: Purpose, relation: Option<pg_sys::Oid>, raw: &Node) -> Written {
    let scope = Scope::new(purpose, relation);
    let analysed = scope.analyse(raw);
    // SAFETY: an analysed expression with its collations assigned.
    let (type_oid, collation, is_mutable) = unsafe {
        (
            pg_sys::exprType(analysed),
            pg_sys::exprCollation(analysed),
            pg_sys::contain_mutable_functions(analysed),
        )
    };
    let columns = columns_of(analysed);
    Written { text: scope.settle(analysed), type_oid, collation, columns, is_mutable }
}

/// The numbers of the columns that an analysed expression over one table uses, 0 for the whole row, or
/// if it has a query in it.
pub(super) fn columns_of(analysed: *mut pg_sys::Node) -> Vec<i16> {
    let mut columns = Vec::new();
    // SAFETY: a set is made of the expression's variables, whose members are counted from the first
    // system column; it is not made of a query.
    unsafe {
        if pg_sys::checkExprHasSubLink(analysed) {
            return vec![0];
        }
        let mut set = std::ptr::null_mut();
        pg_sys::pull_varattnos(analysed, 1, &mut set);
        let mut member = pg_sys::bms_next_member(set, -1);
        while member >= 0 {
            let number = member + pg_sys::FirstLowInvalidHeapAttributeNumber;
            columns.extend(i16::try_from(number));
            member = pg_sys::bms_next_member(set, member);
        }
    }
    columns
}

/// An expression as the server understands it here, printed under another search_path. As [`written`].
pub fn printed(
    purpose: Purpose,
    relation: Option<pg_sys::Oid>,
    raw: &Node,
    search_path: &str,
) -> Option<String> {
    let scope = Scope::new(purpose, relation);
    let analysed = scope.analyse(raw);
    naming::under(&[("search_path", search_path)], || scope.print(analysed)).ok().flatten()
}

/// The type of a default kept in the catalog as a node string, before it became that of its column.
pub fn type_of_default(node_string: &str) -> pg_sys::Oid {
    let arena = Arena::new();
    // SAFETY: an expression of the catalog's; its implicit coercions are left out as
    // ATExecAlterColumnType does.
    arena.enter(|| unsafe { pg_sys::exprType(pg_sys::strip_implicit_coercions(kept(node_string))) })
}

/// The normal form of an expression kept in the catalog as a node string, with the columns of
/// its table in sight. As [`written`]; but what it takes to parse it once more is done as the
/// table's owner.
pub fn stored(purpose: Purpose, table: &RelationInfo, node_string: &str) -> String {
    let scope = Scope::new(purpose, Some(table.oid));
    scope.settle_as(table.owner, kept(node_string))
}

/// As [`stored`], of an expression that sees no table.
pub fn stored_apart(purpose: Purpose, owner: pg_sys::Oid, node_string: &str) -> String {
    Scope::new(purpose, None).settle_as(owner, kept(node_string))
}

/// The normal forms of a list of expressions kept as one node string. As [`stored`].
pub fn stored_list(purpose: Purpose, table: &RelationInfo, node_string: &str) -> Vec<String> {
    let scope = Scope::new(purpose, Some(table.oid));
    nodes(node_string).iter().map(|node| scope.settle_as(table.owner, node.as_ptr())).collect()
}

/// As [`stored_apart`], of a list, each expression for a purpose of its own.
pub fn stored_list_apart<'a>(
    purposes: impl Iterator<Item = Purpose<'a>>,
    owner: pg_sys::Oid,
    node_string: &str,
) -> Vec<String> {
    let nodes = nodes(node_string);
    let settled = nodes
        .iter()
        .zip(purposes)
        .map(|(node, purpose)| Scope::new(purpose, None).settle_as(owner, node.as_ptr()));
    settled.collect()
}

/// How many expressions a node string of a list has.
pub fn count(node_string: &str) -> usize {
    nodes(node_string).len()
}

fn nodes(node_string: &str) -> Vec<Node> {
    Node::list(&Arena::new(), kept(node_string).cast())
}

/// Where expressions are analysed: for a purpose, with the columns of a relation in sight.
struct Scope<'a> {
    purpose: Purpose<'a>,
    relation: Option<pg_sys::Oid>,
    arena: Rc<Arena>,
}

impl<'a> Scope<'a> {
    fn new(purpose: Purpose<'a>, relation: Option<pg_sys::Oid>) -> Self {
        Scope { purpose, relation, arena: Arena::new() }
    }

    /// Prints, parses and analyses until the text stays the same.
    fn settle(&self, analysed: *mut pg_sys::Node) -> String {
        self.converge(analysed).map(|(_, text)| text).unwrap_or_default()
    }

    /// As [`Scope::settle`], as another role but for the end, which is printed as all others are.
    fn settle_as(&self, role: pg_sys::Oid, analysed: *mut pg_sys::Node) -> String {
        let settled = as_owner(role, || self.converge(analysed));
        settled.and_then(|(last, _)| self.print(last)).unwrap_or_default()
    }

    fn converge(&self, analysed: *mut pg_sys::Node) -> Option<(*mut pg_sys::Node, String)> {
        let again = |text: &str| {
            let raw = parser::expression(&self.arena, text).ok().flatten()?;
            Some(self.analyse(&raw))
        };
        normal::settle(analysed, |node| self.print(*node), again)
    }

    fn print(&self, analysed: *mut pg_sys::Node) -> Option<String> {
        // SAFETY: an analysed expression of our own, whose only variables are the relation's
        // columns.
        owned(normal::plainly(|| unsafe {
            normal::simplify(analysed);
            let context = match self.relation {
                Some(oid) if matches!(self.purpose, Purpose::TriggerWhen) => old_and_new(oid),
                Some(oid) => {
                    let name = c_string(&catalog::relation_name(oid));
                    pg_sys::deparse_context_for(name.as_ptr(), oid)
                }
                None => std::ptr::null_mut(),
            };
            let prefixed = matches!(self.purpose, Purpose::TriggerWhen);
            pg_sys::deparse_expression(analysed, context, prefixed, false)
        }))
    }

    fn analyse(&self, raw: &Node) -> *mut pg_sys::Node {
        // SAFETY: the sequence of AddRelationNewConstraints, transformIndexStmt and CreatePolicy;
        // analysis may change the raw tree, so it gets a copy. The relation is closed with its
        // lock kept until the surrounding subtransaction is rolled back.
        unsafe {
            let copy = pg_sys::copyObjectImpl(raw.as_ptr().cast()).cast();
            let state = pg_sys::make_parsestate(std::ptr::null_mut());
            let opened = self.relation.map(|oid| match self.purpose {
                Purpose::TriggerWhen => open_as_old_and_new(state, oid),
                _ => open(state, oid),
            });
            let mut analysed = self.transform(state, copy);
            if let Some(relation) = opened {
                if matches!(self.purpose, Purpose::RowFilter) {
                    analysed = compat::expand_generated_columns(analysed, relation);
                }
                pg_sys::table_close(relation, pg_sys::NoLock as i32);
            }
            analysed
        }
    }

    /// # Safety
    /// `state` has the relation in sight; `raw` is a raw expression.
    unsafe fn transform(
        &self,
        state: *mut pg_sys::ParseState,
        raw: *mut pg_sys::Node,
    ) -> *mut pg_sys::Node {
        use pg_sys::ParseExprKind::*;
        // SAFETY: the caller's.
        unsafe {
            match self.purpose {
                Purpose::Default { column, type_oid, typmod, generated: '\0' } => {
                    let column = c_string(column);
                    pg_sys::cookDefault(state, raw, type_oid, typmod, column.as_ptr(), 0)
                }
                Purpose::Default { type_oid, typmod, .. } => {
                    generation(state, raw, type_oid, typmod)
                }
                Purpose::Check => condition(state, raw, EXPR_KIND_CHECK_CONSTRAINT, c"CHECK"),
                Purpose::IndexPredicate => {
                    condition(state, raw, EXPR_KIND_INDEX_PREDICATE, c"WHERE")
                }
                Purpose::Policy => condition(state, raw, EXPR_KIND_POLICY, c"POLICY"),
                Purpose::Domain { type_oid, typmod } => {
                    let mut value = domain_value(type_oid, typmod);
                    (*state).p_pre_columnref_hook = Some(value_of_domain);
                    (*state).p_ref_hook_state = (&raw mut value).cast();
                    condition(state, raw, EXPR_KIND_DOMAIN_CHECK, c"CHECK")
                }
                Purpose::RowFilter => condition(state, raw, EXPR_KIND_WHERE, c"PUBLICATION WHERE"),
                Purpose::TriggerWhen => condition(state, raw, EXPR_KIND_TRIGGER_WHEN, c"WHEN"),
                Purpose::IndexKey => any_expression(state, raw, EXPR_KIND_INDEX_EXPRESSION),
                Purpose::Statistics => any_expression(state, raw, EXPR_KIND_STATS_EXPRESSION),
                Purpose::PartitionKey => any_expression(state, raw, EXPR_KIND_PARTITION_EXPRESSION),
                Purpose::Using => any_expression(state, raw, EXPR_KIND_ALTER_COL_TRANSFORM),
            }
        }
    }
}

/// Opens a relation with ACCESS SHARE, and puts its columns in sight.
///
/// # Safety
/// `state` is a fresh ParseState.
pub(super) unsafe fn open(state: *mut pg_sys::ParseState, oid: pg_sys::Oid) -> pg_sys::Relation {
    let lock = pg_sys::AccessShareLock as i32;
    // SAFETY: the caller's; an OID that has gone meanwhile raises, which the subtransaction catches.
    unsafe {
        let relation = pg_sys::table_open(oid, lock);
        let none = std::ptr::null_mut();
        let item = pg_sys::addRangeTableEntryForRelation(state, relation, lock, none, false, true);
        pg_sys::addNSItemToQuery(state, item, true, true, true);
        relation
    }
}

/// The table twice, as CreateTrigger has it.
///
/// # Safety
/// `state` is a fresh ParseState.
unsafe fn open_as_old_and_new(
    state: *mut pg_sys::ParseState,
    oid: pg_sys::Oid,
) -> pg_sys::Relation {
    let lock = pg_sys::AccessShareLock as i32;
    // SAFETY: as for `open`.
    unsafe {
        let relation = pg_sys::table_open(oid, lock);
        for name in [c"old", c"new"] {
            let alias = pg_sys::makeAlias(name.as_ptr(), std::ptr::null_mut());
            let item =
                pg_sys::addRangeTableEntryForRelation(state, relation, lock, alias, false, false);
            pg_sys::addNSItemToQuery(state, item, false, true, true);
        }
        relation
    }
}

/// A deparse context with OLD and NEW, which only that of a plan can have from outside ruleutils.c.
///
/// # Safety
/// To be called inside the subtransaction.
unsafe fn old_and_new(oid: pg_sys::Oid) -> *mut pg_sys::List {
    // SAFETY: the plan lends its range table, the names are constants.
    unsafe {
        let state = pg_sys::make_parsestate(std::ptr::null_mut());
        let relation = open_as_old_and_new(state, oid);
        pg_sys::table_close(relation, pg_sys::NoLock as i32);
        let mut plan: pg_sys::PlannedStmt = std::mem::zeroed();
        plan.rtable = (*state).p_rtable;
        let names = [c"old", c"new"].iter().fold(std::ptr::null_mut(), |names, name| {
            pg_sys::lappend(names, name.as_ptr().cast_mut().cast())
        });
        pg_sys::deparse_context_for_plan_tree(&mut plan, names)
    }
}

/// # Safety
/// As for [`Scope::transform`].
unsafe fn any_expression(
    state: *mut pg_sys::ParseState,
    raw: *mut pg_sys::Node,
    kind: pg_sys::ParseExprKind::Type,
) -> *mut pg_sys::Node {
    // SAFETY: the caller's.
    unsafe {
        let node = pg_sys::transformExpr(state, raw, kind);
        pg_sys::assign_expr_collations(state, node);
        node
    }
}

/// # Safety
/// As for [`Scope::transform`].
unsafe fn condition(
    state: *mut pg_sys::ParseState,
    raw: *mut pg_sys::Node,
    kind: pg_sys::ParseExprKind::Type,
    clause: &std::ffi::CStr,
) -> *mut pg_sys::Node {
    // SAFETY: the caller's.
    unsafe {
        let node = pg_sys::transformExpr(state, raw, kind);
        let node = pg_sys::coerce_to_boolean(state, node, clause.as_ptr());
        pg_sys::assign_expr_collations(state, node);
        node
    }
}

/// The expression as it would be assigned to a column of the type; NULL if it cannot be.
///
/// # Safety
/// An analysed expression; `state` is that of its analysis, or NULL.
pub(super) unsafe fn assigned(
    state: *mut pg_sys::ParseState,
    node: *mut pg_sys::Node,
    (type_oid, typmod): (pg_sys::Oid, i32),
) -> *mut pg_sys::Node {
    use pg_sys::CoercionContext::COERCION_ASSIGNMENT;
    use pg_sys::CoercionForm::COERCE_IMPLICIT_CAST;
    // SAFETY: the caller's.
    unsafe {
        let given = pg_sys::exprType(node);
        pg_sys::coerce_to_target_type(
            state,
            node,
            given,
            type_oid,
            typmod,
            COERCION_ASSIGNMENT,
            COERCE_IMPLICIT_CAST,
            -1,
        )
    }
}

/// What `cookDefault` does with a generation expression, without its look for functions that are
/// not immutable: that folds constants, and is the statement's business.
///
/// # Safety
/// As for [`Scope::transform`].
unsafe fn generation(
    state: *mut pg_sys::ParseState,
    raw: *mut pg_sys::Node,
    type_oid: pg_sys::Oid,
    typmod: i32,
) -> *mut pg_sys::Node {
    // SAFETY: the caller's.
    unsafe {
        let kind = pg_sys::ParseExprKind::EXPR_KIND_GENERATED_COLUMN;
        let node = pg_sys::transformExpr(state, raw, kind);
        let mut coerced = assigned(state, node, (type_oid, typmod));
        if coerced.is_null() {
            // It knows how to say that this cannot be.
            coerced = pg_sys::coerce_to_specific_type(state, node, type_oid, c"GENERATED".as_ptr());
        }
        pg_sys::assign_expr_collations(state, coerced);
        coerced
    }
}

/// What VALUE stands for, as `domainAddCheckConstraint` makes it.
fn domain_value(type_oid: pg_sys::Oid, typmod: i32) -> pg_sys::CoerceToDomainValue {
    // SAFETY: a node is plain data; the collation is a syscache look-up.
    unsafe {
        let mut value: pg_sys::CoerceToDomainValue = std::mem::zeroed();
        value.xpr.type_ = pg_sys::NodeTag::T_CoerceToDomainValue;
        value.typeId = type_oid;
        value.typeMod = typmod;
        value.collation = pg_sys::get_typcollation(type_oid);
        value.location = -1;
        value
    }
}

/// Makes VALUE of a column reference of that name, as `replaceDomainConstraintValue` does.
///
/// # Safety
/// Called by the parser with the state that [`Scope::transform`] has prepared.
unsafe extern "C-unwind" fn value_of_domain(
    state: *mut pg_sys::ParseState,
    reference: *mut pg_sys::ColumnRef,
) -> *mut pg_sys::Node {
    // SAFETY: the hook's state is a CoerceToDomainValue that outlives the analysis.
    unsafe {
        match strings((*reference).fields).as_slice() {
            [name] if name == "value" => pg_sys::copyObjectImpl((*state).p_ref_hook_state).cast(),
            _ => std::ptr::null_mut(),
        }
    }
}
