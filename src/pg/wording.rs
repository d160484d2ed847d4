//! Stored definitions in the words in which somebody would write them.
//!
//! A varchar column has no operators of its own, so `a = b` is kept as `a::text = b::text`, and
//! printed so: a text that says something else when the columns are uuid. `id = 'x'` is printed
//! `id = 'x'::uuid`, which says nothing when the column is varchar. The server's functions print only
//! what is in the catalog. So what the parser added by itself is taken out there, in a subtransaction
//! that is rolled back, and printed meanwhile.

use super::arena::Arena;
use super::catalog;
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

/// Runs `read`, which prints these objects (their catalogs and OIDs), with what depends on the types
/// left out of them; it is told which of them that has changed. To be called inside a subtransaction
/// that is rolled back, by a role that owns them.
pub fn without_types<T>(
    objects: &[(Oid, Oid)],
    types: &[Oid],
    read: impl FnOnce(&[Oid]) -> T,
) -> T {
    let reword = |(catalog, oid): &(Oid, Oid)| {
        let kept = KEPT.iter().find(|kept| kept.0 == *catalog)?;
        reword(kept, *oid, types).then_some(*oid)
    };
    let reworded: Vec<Oid> = objects.iter().filter_map(reword).collect();
    if reworded.is_empty() {
        return read(&reworded);
    }
    // SAFETY: makes the rows visible, for a snapshot that goes with the subtransaction on an error.
    unsafe {
        pg_sys::CommandCounterIncrement();
        pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot());
    }
    let result = read(&reworded);
    // SAFETY: the one that was pushed.
    unsafe { pg_sys::PopActiveSnapshot() };
    result
}

/// Rewords the row of an object; false if there is nothing to be said otherwise.
fn reword((catalog, index, columns): &Kept, oid: Oid, types: &[Oid]) -> bool {
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
            arena.enter(|| is_changed = update(relation, tuple, &numbers, types));
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
    types: &[Oid],
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
            if let Some(text) = reworded(&tree, types) {
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
fn reworded(tree: &str, types: &[Oid]) -> Option<String> {
    let node = kept(tree);
    let mut wording = Wording { types, is_changed: false };
    // SAFETY: a tree of our own.
    unsafe { visit(node, (&raw mut wording).cast()) };
    // SAFETY: the same tree; a palloc'd string.
    let text = || owned(unsafe { pg_sys::nodeToString(node.cast()) });
    wording.is_changed.then(text).flatten()
}

struct Wording<'a> {
    types: &'a [Oid],
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
            T_OpExpr | T_DistinctExpr | T_NullIfExpr => {
                let arguments = (*node.cast::<pg_sys::OpExpr>()).args;
                wording.bare(arguments);
                wording.unlabelled(arguments);
            }
            T_ScalarArrayOpExpr => wording.bare((*node.cast::<pg_sys::ScalarArrayOpExpr>()).args),
            T_FuncExpr => wording.bare((*node.cast::<pg_sys::FuncExpr>()).args),
            T_CoalesceExpr => wording.bare((*node.cast::<pg_sys::CoalesceExpr>()).args),
            T_MinMaxExpr => wording.bare((*node.cast::<pg_sys::MinMaxExpr>()).args),
            T_RowCompareExpr => {
                let row = &*node.cast::<pg_sys::RowCompareExpr>();
                wording.bare(row.largs);
                wording.bare(row.rargs);
            }
            T_Aggref => {
                for entry in pointers((*node.cast::<pg_sys::Aggref>()).args) {
                    let entry = &mut *entry.cast::<pg_sys::TargetEntry>();
                    if let Some(variable) = wording.below_cast(entry.expr.cast()) {
                        entry.expr = variable.cast();
                        wording.is_changed = true;
                    }
                }
            }
            _ => {}
        }
    }
    false
}

impl Wording<'_> {
    /// Columns without the casts that the parser has put around them.
    ///
    /// # Safety
    /// A list of expressions of the tree.
    unsafe fn bare(&mut self, arguments: *mut pg_sys::List) {
        let count = pointers(arguments).count();
        // SAFETY: the first `length` cells of the list are in use, and nobody else's.
        unsafe {
            for place in 0..count {
                let cell = (*arguments).elements.add(place);
                if let Some(variable) = self.below_cast((*cell).ptr_value.cast()) {
                    (*cell).ptr_value = variable.cast();
                    self.is_changed = true;
                }
            }
        }
    }

    /// The column, of one of the types, in a cast that nobody wrote.
    ///
    /// # Safety
    /// An expression of the tree.
    unsafe fn below_cast(&self, node: *mut pg_sys::Node) -> Option<*mut pg_sys::Node> {
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
                T_FuncExpr => {
                    let cast = &*node.cast::<pg_sys::FuncExpr>();
                    (cast.funcformat, pointers(cast.args).next()?)
                }
                _ => return None,
            };
            (form == COERCE_IMPLICIT_CAST && self.is_column(argument)).then_some(argument)
        }
    }

    /// # Safety
    /// An expression of the tree.
    unsafe fn is_column(&self, node: *mut pg_sys::Node) -> bool {
        // SAFETY: read as what its tag says.
        unsafe {
            !node.is_null()
                && (*node).type_ == T_Var
                && self.types.contains(&(*node.cast::<pg_sys::Var>()).vartype)
        }
    }

    /// A literal next to a column as it is written, without its type. Numbers have none anyway.
    ///
    /// # Safety
    /// The list of an operator's arguments.
    unsafe fn unlabelled(&mut self, arguments: *mut pg_sys::List) {
        let nodes: Vec<*mut pg_sys::Node> = pointers(arguments).collect();
        let [left, right] = nodes.as_slice() else { return };
        for (column, other) in [(*left, *right), (*right, *left)] {
            // SAFETY: read as what its tag says; the value is one of the type that is said.
            unsafe {
                if !self.is_column(column) || (*other).type_ != T_Const {
                    continue;
                }
                let constant = &mut *other.cast::<pg_sys::Const>();
                let type_oid = constant.consttype;
                let is_of_them = self.types.contains(&type_oid) || type_oid == pg_sys::TEXTOID;
                if constant.constisnull || !is_of_them || is_number(type_oid) {
                    continue;
                }
                let (mut output, mut is_varlena) = (pg_sys::InvalidOid, false);
                pg_sys::getTypeOutputInfo(type_oid, &mut output, &mut is_varlena);
                let text = pg_sys::OidOutputFunctionCall(output, constant.constvalue);
                constant.constvalue = pg_sys::Datum::from(text);
                constant.consttype = pg_sys::UNKNOWNOID;
                constant.consttypmod = -1;
                constant.constcollid = pg_sys::InvalidOid;
                constant.constlen = -2;
                constant.constbyval = false;
                self.is_changed = true;
            }
        }
    }
}

fn is_number(type_oid: Oid) -> bool {
    use pg_sys::{FLOAT4OID, FLOAT8OID, INT2OID, INT4OID, INT8OID, NUMERICOID};
    [INT2OID, INT4OID, INT8OID, NUMERICOID, FLOAT4OID, FLOAT8OID].contains(&type_oid)
}
