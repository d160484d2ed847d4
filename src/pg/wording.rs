//! Stored definitions in the words in which somebody would write them.
//!
//! A varchar column has no operators of its own, so `a = b` is kept as `a::text = b::text`, and
//! printed so: a text that says something else when the columns are uuid. `id = 'x'` is printed
//! `id = 'x'::uuid`, which says nothing when the column is varchar. The server's functions print only
//! what is in the catalog. So what the parser added by itself is taken out there, or is what it will
//! add then, in a subtransaction that is rolled back, and printed meanwhile.
//!
//! This is about what compares, and what chooses among values. What makes other values of a column,
//! `lower(a::text)` or `a::text || 'x'`, goes on making them of the same as before.

use super::arena::Arena;
use super::catalog;
use super::compat;
use super::tree::{kept, pointers};
use super::{c_string, owned};
use pg_sys::NodeTag::*;
use pg_sys::Oid;
use pgrx::{FromDatum, pg_sys};
use std::ffi::c_void;

/// A catalog, its index by OID, and its columns with trees.
type Kept = (Oid, u32, &'static [&'static str]);

const KEPT: [Kept; 9] = [
    (pg_sys::RewriteRelationId, pg_sys::RewriteOidIndexId, &["ev_qual", "ev_action"]),
    (pg_sys::TriggerRelationId, pg_sys::TriggerOidIndexId, &["tgqual"]),
    (pg_sys::PolicyRelationId, pg_sys::PolicyOidIndexId, &["polqual", "polwithcheck"]),
    (pg_sys::ProcedureRelationId, pg_sys::ProcedureOidIndexId, &["prosqlbody"]),
    (pg_sys::AttrDefaultRelationId, pg_sys::AttrDefaultOidIndexId, &["adbin"]),
    (pg_sys::PublicationRelRelationId, pg_sys::PublicationRelObjectIndexId, &["prqual"]),
    (pg_sys::ConstraintRelationId, pg_sys::ConstraintOidIndexId, &["conbin"]),
    (pg_sys::IndexRelationId, pg_sys::IndexRelidIndexId, &["indexprs", "indpred"]),
    (pg_sys::StatisticExtRelationId, pg_sys::StatisticExtOidIndexId, &["stxexprs"]),
];

/// What columns were, and what they will be.
pub struct Change {
    /// The types that they have.
    pub types: Vec<Oid>,
    /// The one that all of them will have.
    pub target: Oid,
}

/// Runs `read`, which prints these objects (their catalogs and OIDs), with what depends on the types
/// left out of them; it is told which of them that has changed. To be called inside a subtransaction
/// that is rolled back, by a role that owns them.
pub fn without_types<T>(
    objects: &[(Oid, Oid)],
    change: &Change,
    read: impl FnOnce(&[Oid]) -> T,
) -> T {
    let reword = |(catalog, oid): &(Oid, Oid)| {
        let kept = KEPT.iter().find(|kept| kept.0 == *catalog)?;
        reword(kept, *oid, change).then_some(*oid)
    };
    let reworded: Vec<Oid> = objects.iter().filter_map(reword).collect();
    if reworded.is_empty() {
        return read(&reworded);
    }
    // SAFETY: makes the rows visible, for a snapshot that goes with the subtransaction on an error.
    // What the relcache learns of them meanwhile (rules, policies, triggers, CHECKs) would outlive
    // the roll-back: an invalidation that the subtransaction has sent is carried out once more then.
    unsafe {
        pg_sys::CacheInvalidateRelcacheAll();
        pg_sys::CommandCounterIncrement();
        pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot());
    }
    let result = read(&reworded);
    // SAFETY: the one that was pushed.
    unsafe { pg_sys::PopActiveSnapshot() };
    result
}

/// Rewords the row of an object; false if there is nothing to be said otherwise.
fn reword((catalog, index, columns): &Kept, oid: Oid, change: &Change) -> bool {
    let numbers = columns.iter().filter_map(|name| catalog::column(*catalog, name));
    let numbers: Vec<i16> = numbers.map(|column| column.number).collect();
    let arena = Arena::new();
    // SAFETY: a catalog scanned by its index over OIDs, its first column; the tuple is copied before
    // it is changed, the lock is kept until the subtransaction is rolled back.
    unsafe {
        let lock = pg_sys::RowExclusiveLock as i32;
        let relation = pg_sys::table_open(*catalog, lock);
        let mut key: pg_sys::ScanKeyData = std::mem::zeroed();
        let equal = pg_sys::Oid::from(pg_sys::F_OIDEQ);
        let strategy = pg_sys::BTEqualStrategyNumber as u16;
        pg_sys::ScanKeyInit(&mut key, 1, strategy, equal, pg_sys::Datum::from(oid));
        let none = std::ptr::null_mut();
        let scan = pg_sys::systable_beginscan(relation, Oid::from(*index), true, none, 1, &mut key);
        let tuple = pg_sys::systable_getnext(scan);
        let mut is_changed = false;
        if !tuple.is_null() {
            arena.enter(|| is_changed = update(relation, tuple, &numbers, change));
        }
        pg_sys::systable_endscan(scan);
        pg_sys::table_close(relation, pg_sys::NoLock as i32);
        is_changed
    }
}

/// # Safety
/// The tuple is one of the relation's, whose columns of these numbers are trees.
unsafe fn update(
    relation: pg_sys::Relation,
    tuple: pg_sys::HeapTuple,
    numbers: &[i16],
    change: &Change,
) -> bool {
    // SAFETY: the caller's.
    unsafe {
        let descriptor = (*relation).rd_att;
        let count = usize::try_from((*descriptor).natts).unwrap_or_default();
        let mut values = vec![pg_sys::Datum::from(0); count];
        let mut nulls = vec![false; count];
        let mut replaced = vec![false; count];
        for number in numbers {
            let mut is_null = false;
            let datum = pg_sys::heap_getattr(tuple, i32::from(*number), descriptor, &mut is_null);
            let Some(tree) = String::from_datum(datum, is_null) else { continue };
            let place = usize::try_from(*number - 1).unwrap_or_default();
            if let Some(text) = reworded(&tree, change) {
                let text = c_string(&text);
                values[place] = pg_sys::Datum::from(pg_sys::cstring_to_text(text.as_ptr()));
                replaced[place] = true;
            }
        }
        let is_changed = replaced.contains(&true);
        if is_changed {
            let (values, nulls) = (values.as_mut_ptr(), nulls.as_mut_ptr());
            let replaced = replaced.as_mut_ptr();
            let copy = pg_sys::heap_modify_tuple(tuple, descriptor, values, nulls, replaced);
            pg_sys::CatalogTupleUpdate(relation, &raw mut (*copy).t_self, copy);
        }
        is_changed
    }
}

/// A tree as the catalog keeps it, if anything is left out of it.
fn reworded(tree: &str, change: &Change) -> Option<String> {
    let node = kept(tree);
    let mut wording = Wording { change, is_changed: false };
    // SAFETY: a tree of our own.
    unsafe { visit(node, (&raw mut wording).cast()) };
    // SAFETY: the same tree; a palloc'd string.
    let text = || owned(unsafe { pg_sys::nodeToString(node.cast()) });
    wording.is_changed.then(text).flatten()
}

struct Wording<'a> {
    change: &'a Change,
    is_changed: bool,
}

/// # Safety
/// Called by the server's walkers with a node of the tree, and the wording.
unsafe extern "C-unwind" fn visit(node: *mut pg_sys::Node, context: *mut c_void) -> bool {
    if node.is_null() {
        return false;
    }
    // SAFETY: read as what its tag says; what is below has been visited when a node is.
    unsafe {
        if (*node).type_ == T_Query {
            return pg_sys::query_tree_walker(node.cast(), Some(visit), context, 0);
        }
        pg_sys::expression_tree_walker(node, Some(visit), context);
        let wording = &mut *context.cast::<Wording>();
        match (*node).type_ {
            T_OpExpr | T_DistinctExpr | T_NullIfExpr if is_comparison(node.cast()) => {
                let arguments = (*node.cast::<pg_sys::OpExpr>()).args;
                wording.bare(arguments);
                wording.bare_numbers(arguments);
                let nodes: Vec<_> = pointers(arguments).collect();
                if let [left, right] = nodes.as_slice() {
                    wording.unlabelled(*left, *right);
                }
            }
            T_OpExpr => wording.bare_of_target((*node.cast::<pg_sys::OpExpr>()).args),
            T_FuncExpr => wording.bare_of_target((*node.cast::<pg_sys::FuncExpr>()).args),
            T_Aggref => {
                for entry in pointers((*node.cast::<pg_sys::Aggref>()).args) {
                    let entry = &mut *entry.cast::<pg_sys::TargetEntry>();
                    if let Some(column) = wording.below_cast_to_target(entry.expr.cast()) {
                        entry.expr = column.cast();
                        wording.is_changed = true;
                    }
                }
            }
            T_ScalarArrayOpExpr => {
                let operation = &*node.cast::<pg_sys::ScalarArrayOpExpr>();
                if compat::compares(operation.opno) {
                    wording.bare(operation.args);
                    wording.relabelled(operation.args);
                }
            }
            T_CoalesceExpr => wording.alternatives((*node.cast::<pg_sys::CoalesceExpr>()).args),
            T_MinMaxExpr => wording.alternatives((*node.cast::<pg_sys::MinMaxExpr>()).args),
            T_ArrayExpr => wording.alternatives((*node.cast::<pg_sys::ArrayExpr>()).elements),
            T_CaseExpr => wording.unlabel_beside_column(&results(node.cast())),
            T_RowCompareExpr => {
                let row = &*node.cast::<pg_sys::RowCompareExpr>();
                wording.bare(row.largs);
                wording.bare(row.rargs);
                for (left, right) in pointers(row.largs).zip(pointers(row.rargs)) {
                    wording.unlabelled(left, right);
                }
            }
            _ => {}
        }
    }
    false
}

/// # Safety
/// An operator's node of the tree.
unsafe fn is_comparison(operation: *mut pg_sys::OpExpr) -> bool {
    // SAFETY: the caller's; these nodes are all laid out the same.
    compat::compares(unsafe { (*operation).opno })
}

impl Wording<'_> {
    /// Columns without the casts that the parser has put around them.
    ///
    /// # Safety
    /// A list of expressions of the tree.
    unsafe fn bare(&mut self, arguments: *mut pg_sys::List) {
        // SAFETY: the caller's.
        unsafe {
            self.replace(arguments, |wording, node| {
                implicitly_cast(node).filter(|argument| wording.is_column(*argument))
            });
        }
    }

    /// Numbers beside a column without them, likewise: `amount = 9` is kept as `amount = 9::numeric`.
    ///
    /// # Safety
    /// A list of expressions of the tree.
    unsafe fn bare_numbers(&mut self, arguments: *mut pg_sys::List) {
        // SAFETY: read as what its tag says.
        unsafe {
            if pointers(arguments).any(|node| self.is_column(node)) {
                self.replace(arguments, |_, node| {
                    implicitly_cast(node).filter(|argument| is_constant_number(*argument))
                });
            }
        }
    }

    /// Columns without casts to what they will be anyway, which would stay when they are written.
    ///
    /// # Safety
    /// A list of expressions of the tree.
    unsafe fn bare_of_target(&mut self, arguments: *mut pg_sys::List) {
        // SAFETY: the caller's.
        unsafe { self.replace(arguments, |wording, node| wording.below_cast_to_target(node)) }
    }

    /// # Safety
    /// An expression of the tree, or NULL.
    unsafe fn below_cast_to_target(&self, node: *mut pg_sys::Node) -> Option<*mut pg_sys::Node> {
        // SAFETY: the caller's.
        unsafe {
            implicitly_cast(node).filter(|argument| {
                pg_sys::exprType(node) == self.change.target && self.is_column(*argument)
            })
        }
    }

    /// Puts what `inside` finds in place of those in a list.
    ///
    /// # Safety
    /// A list of expressions of the tree.
    unsafe fn replace(
        &mut self,
        arguments: *mut pg_sys::List,
        inside: impl Fn(&Self, *mut pg_sys::Node) -> Option<*mut pg_sys::Node>,
    ) {
        let count = pointers(arguments).count();
        // SAFETY: the first `length` cells of the list are in use, and nobody else's.
        unsafe {
            for place in 0..count {
                let cell = (*arguments).elements.add(place);
                if let Some(argument) = inside(self, (*cell).ptr_value.cast()) {
                    (*cell).ptr_value = argument.cast();
                    self.is_changed = true;
                }
            }
        }
    }

    /// What there is to choose from: columns, and literals that become what they are.
    ///
    /// # Safety
    /// A list of expressions of the tree.
    unsafe fn alternatives(&mut self, arguments: *mut pg_sys::List) {
        // SAFETY: the caller's.
        unsafe {
            self.bare(arguments);
            self.bare_numbers(arguments);
            self.unlabel_beside_column(&pointers(arguments).collect::<Vec<_>>());
        }
    }

    /// Literals of the type of a column that is among them, as they are written.
    ///
    /// # Safety
    /// Expressions of the tree, or NULL.
    unsafe fn unlabel_beside_column(&mut self, nodes: &[*mut pg_sys::Node]) {
        // SAFETY: the caller's.
        unsafe {
            let columns = nodes.iter().filter_map(|node| self.type_of_column(*node));
            let types: Vec<Oid> = columns.collect();
            for node in nodes.iter().copied() {
                let constant = node.cast::<pg_sys::Const>();
                if self.is_literal(node) && types.contains(&(*constant).consttype) {
                    self.unlabel(constant);
                }
            }
        }
    }

    /// # Safety
    /// An expression of the tree, or NULL.
    unsafe fn is_column(&self, node: *mut pg_sys::Node) -> bool {
        // SAFETY: the caller's.
        unsafe { self.type_of_column(node).is_some() }
    }

    /// The type of a column that is of one of the types; and of what is one of several values, if
    /// a column is among them.
    ///
    /// # Safety
    /// An expression of the tree, or NULL.
    unsafe fn type_of_column(&self, node: *mut pg_sys::Node) -> Option<Oid> {
        // SAFETY: read as what its tag says.
        unsafe {
            let values: Vec<*mut pg_sys::Node> = match node.as_ref()?.type_ {
                T_Var => return self.changing((*node.cast::<pg_sys::Var>()).vartype),
                // What a CASE compares.
                T_CaseTestExpr => {
                    return self.changing((*node.cast::<pg_sys::CaseTestExpr>()).typeId);
                }
                T_CoalesceExpr => pointers((*node.cast::<pg_sys::CoalesceExpr>()).args).collect(),
                T_MinMaxExpr => pointers((*node.cast::<pg_sys::MinMaxExpr>()).args).collect(),
                T_NullIfExpr => {
                    pointers((*node.cast::<pg_sys::NullIfExpr>()).args).take(1).collect()
                }
                T_CaseExpr => results(node.cast()),
                _ => return None,
            };
            values.into_iter().find_map(|value| self.type_of_column(value))
        }
    }

    /// The type, if it is one of those.
    fn changing(&self, type_oid: Oid) -> Option<Oid> {
        self.change.types.contains(&type_oid).then_some(type_oid)
    }

    /// A literal that is compared with a column as it is written, without its type.
    ///
    /// # Safety
    /// Expressions of the tree.
    unsafe fn unlabelled(&mut self, left: *mut pg_sys::Node, right: *mut pg_sys::Node) {
        for (column, other) in [(left, right), (right, left)] {
            // SAFETY: the caller's.
            unsafe {
                if self.is_column(column) && self.is_literal(other) {
                    self.unlabel(other.cast());
                }
            }
        }
    }

    /// A list next to a column, `id IN ('a', 'b')`: literals with the type that they will have,
    /// because by themselves they would be text. Or an array, `id = ANY ('{a,b}')`, as it is written.
    ///
    /// # Safety
    /// The list of an operator's arguments.
    unsafe fn relabelled(&mut self, arguments: *mut pg_sys::List) {
        let nodes: Vec<*mut pg_sys::Node> = pointers(arguments).collect();
        let [column, list] = nodes.as_slice() else { return };
        // SAFETY: read as what its tag says; the cells are those of lists of the tree.
        unsafe {
            let inside = implicitly_cast(*list);
            let list = inside.unwrap_or(*list);
            if !self.is_column(*column) || list.is_null() {
                return;
            }
            if (*list).type_ == T_ArrayExpr {
                let elements = (*list.cast::<pg_sys::ArrayExpr>()).elements;
                self.bare(elements);
                self.replace(elements, |wording, node| {
                    wording.is_literal(node).then(|| wording.relabelled_literal(node.cast()))
                });
            } else if self.is_array_literal(list) {
                self.unlabel(list.cast());
            } else {
                return;
            }
            if inside.is_some() {
                (*(*arguments).elements.add(1)).ptr_value = list.cast();
                self.is_changed = true;
            }
        }
    }

    /// `'a'::target`
    ///
    /// # Safety
    /// The value is one of the type that is said.
    unsafe fn relabelled_literal(&self, constant: *mut pg_sys::Const) -> *mut pg_sys::Node {
        // SAFETY: zeroed, and complete for what prints it.
        unsafe {
            unlabel(constant);
            let cast = pg_sys::palloc0(size_of::<pg_sys::RelabelType>());
            let cast = cast.cast::<pg_sys::RelabelType>();
            (*cast).xpr.type_ = T_RelabelType;
            (*cast).arg = constant.cast();
            (*cast).resulttype = self.change.target;
            (*cast).resulttypmod = -1;
            (*cast).relabelformat = pg_sys::CoercionForm::COERCE_EXPLICIT_CAST;
            cast.cast()
        }
    }

    /// A literal as it is written.
    ///
    /// # Safety
    /// As for [`unlabel`].
    unsafe fn unlabel(&mut self, constant: *mut pg_sys::Const) {
        // SAFETY: the caller's.
        unsafe { unlabel(constant) }
        self.is_changed = true;
    }

    /// Whether it is a literal of one of the types, or of text. Numbers are written without a type
    /// anyway.
    ///
    /// # Safety
    /// An expression of the tree, or NULL.
    unsafe fn is_literal(&self, node: *mut pg_sys::Node) -> bool {
        // SAFETY: the caller's.
        unsafe { type_of_literal(node) }.is_some_and(|type_oid| self.is_written_bare(type_oid))
    }

    /// Whether it is a literal of an array of such.
    ///
    /// # Safety
    /// An expression of the tree, or NULL.
    unsafe fn is_array_literal(&self, node: *mut pg_sys::Node) -> bool {
        // SAFETY: the caller's; any OID can be looked up.
        unsafe {
            let type_oid = type_of_literal(node).map(|oid| pg_sys::get_element_type(oid));
            type_oid.is_some_and(|type_oid| self.is_written_bare(type_oid))
        }
    }

    fn is_written_bare(&self, type_oid: Oid) -> bool {
        let is_of_them = self.change.types.contains(&type_oid) || type_oid == pg_sys::TEXTOID;
        is_of_them && !is_number(type_oid)
    }
}

/// `None` of NULL, too.
///
/// # Safety
/// An expression of the tree, or NULL.
unsafe fn type_of_literal(node: *mut pg_sys::Node) -> Option<Oid> {
    // SAFETY: read as what its tag says.
    unsafe {
        if node.as_ref()?.type_ != T_Const {
            return None;
        }
        let constant = &*node.cast::<pg_sys::Const>();
        (!constant.constisnull).then_some(constant.consttype)
    }
}

/// What a CASE may result in.
///
/// # Safety
/// A CASE of the tree.
unsafe fn results(case: *mut pg_sys::CaseExpr) -> Vec<*mut pg_sys::Node> {
    // SAFETY: the caller's.
    unsafe {
        let whens = pointers((*case).args);
        let results = whens.map(|when| (*when.cast::<pg_sys::CaseWhen>()).result.cast());
        results.chain([(*case).defresult.cast()]).collect()
    }
}

/// What is in a cast that nobody wrote.
///
/// # Safety
/// An expression of the tree.
unsafe fn implicitly_cast(node: *mut pg_sys::Node) -> Option<*mut pg_sys::Node> {
    use pg_sys::CoercionForm::COERCE_IMPLICIT_CAST;
    // SAFETY: read as what its tag says.
    unsafe {
        let (form, argument) = match node.as_ref()?.type_ {
            T_RelabelType => {
                let cast = &*node.cast::<pg_sys::RelabelType>();
                (cast.relabelformat, cast.arg.cast())
            }
            T_CoerceViaIO => {
                let cast = &*node.cast::<pg_sys::CoerceViaIO>();
                (cast.coerceformat, cast.arg.cast())
            }
            T_ArrayCoerceExpr => {
                let cast = &*node.cast::<pg_sys::ArrayCoerceExpr>();
                (cast.coerceformat, cast.arg.cast())
            }
            T_FuncExpr => {
                let cast = &*node.cast::<pg_sys::FuncExpr>();
                (cast.funcformat, pointers(cast.args).next()?)
            }
            _ => return None,
        };
        (form == COERCE_IMPLICIT_CAST).then_some(argument)
    }
}

/// A literal as it is written.
///
/// # Safety
/// The value is one of the type that is said.
unsafe fn unlabel(constant: *mut pg_sys::Const) {
    // SAFETY: the caller's.
    unsafe {
        let constant = &mut *constant;
        let (mut output, mut is_varlena) = (pg_sys::InvalidOid, false);
        pg_sys::getTypeOutputInfo(constant.consttype, &mut output, &mut is_varlena);
        let text = pg_sys::OidOutputFunctionCall(output, constant.constvalue);
        constant.constvalue = pg_sys::Datum::from(text);
        constant.consttype = pg_sys::UNKNOWNOID;
        constant.consttypmod = -1;
        constant.constcollid = pg_sys::InvalidOid;
        constant.constlen = -2;
        constant.constbyval = false;
    }
}

/// # Safety
/// An expression of the tree.
unsafe fn is_constant_number(node: *mut pg_sys::Node) -> bool {
    // SAFETY: read as what its tag says.
    unsafe { (*node).type_ == T_Const && is_number((*node.cast::<pg_sys::Const>()).consttype) }
}

fn is_number(type_oid: Oid) -> bool {
    use pg_sys::{FLOAT4OID, FLOAT8OID, INT2OID, INT4OID, INT8OID, NUMERICOID};
    [INT2OID, INT4OID, INT8OID, NUMERICOID, FLOAT4OID, FLOAT8OID].contains(&type_oid)
}
