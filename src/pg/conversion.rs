//! Whether a column's values change their bytes with its type, and whether a default is the same
//! for every row.

use super::arena::Arena;
use super::catalog::{self, Column};
use super::subtransaction::probe;
use super::tree::model::TypeName;
use super::tree::{Node, kept, read};
use super::{compat, expression, tree};
use pgrx::pg_sys;

/// What `ALTER COLUMN … TYPE` makes of the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// They stay as they are.
    Kept,
    /// They are written anew.
    Written,
}

/// `ATColumnChangeRequiresRewrite` on the expression of `ATPrepAlterColumnType`, made without the
/// table: USING counts if it is casts of the column itself, and any other writes. `None` if the
/// type is none.
pub fn conversion(column: &Column, definition: &Node) -> Option<Conversion> {
    let arena = Arena::new();
    probe(&arena, || arena.enter(|| convert(column, definition))).ok().flatten()
}

fn convert(column: &Column, definition: &Node) -> Option<Conversion> {
    let written = definition.get::<pg_sys::ColumnDef>()?;
    let target = read::type_name(definition.sibling(written.typeName)?)?;
    let mut casts = Vec::new();
    if let Some(using) = definition.sibling(written.raw_default)
        && !read_casts(column, &using, &mut casts)
    {
        return Some(Conversion::Written);
    }
    let mut node = variable(column);
    for cast in &casts {
        node = cast_to(node, cast)?;
    }
    // SAFETY: a typed expression.
    node =
        unsafe { expression::assigned(std::ptr::null_mut(), node, catalog::resolve_type(&target)) };
    if node.is_null() {
        return None;
    }
    Some(if keeps(column, planned(node)) { Conversion::Kept } else { Conversion::Written })
}

/// The types that the column is cast to, innermost first; false for any other expression.
fn read_casts(column: &Column, node: &Node, casts: &mut Vec<TypeName>) -> bool {
    if let Some(cast) = node.get::<pg_sys::TypeCast>() {
        let (argument, name) = (node.sibling(cast.arg), node.sibling(cast.typeName));
        let is_read = argument.is_some_and(|argument| read_casts(column, &argument, casts));
        casts.extend(name.and_then(read::type_name));
        return is_read;
    }
    if let Some(clause) = node.get::<pg_sys::CollateClause>() {
        return node.sibling(clause.arg).is_some_and(|inner| read_casts(column, &inner, casts));
    }
    let names = node.get::<pg_sys::ColumnRef>().map(|reference| tree::strings(reference.fields));
    names.is_some_and(|names| names.last() == Some(&column.name))
}

/// The column, in an expression over its table alone.
pub(super) fn variable(column: &Column) -> *mut pg_sys::Node {
    let Column { number, type_oid, typmod, collation, .. } = *column;
    // SAFETY: makes a node.
    unsafe { pg_sys::makeVar(1, number, type_oid, typmod, collation, 0) }.cast()
}

/// `None` if there is no such cast. The types are looked up, no value is.
fn cast_to(node: *mut pg_sys::Node, to: &TypeName) -> Option<*mut pg_sys::Node> {
    use pg_sys::CoercionContext::COERCION_EXPLICIT;
    use pg_sys::CoercionForm::COERCE_EXPLICIT_CAST;
    let (oid, typmod) = catalog::resolve_type(to);
    // SAFETY: a typed expression.
    let coerced = unsafe {
        let from = pg_sys::exprType(node);
        pg_sys::coerce_to_target_type(
            std::ptr::null_mut(),
            node,
            from,
            oid,
            typmod,
            COERCION_EXPLICIT,
            COERCE_EXPLICIT_CAST,
            -1,
        )
    };
    (!coerced.is_null()).then_some(coerced)
}

/// As `expression_planner` would leave it, if that calls nobody's functions: a chain of casts
/// around a variable has nothing that is constant to be folded, so all that is called is the
/// support function of a cast, which says whether `varchar(20)` of a `varchar(10)` changes anything;
/// and it is called only if all casts are the server's own. With others among them the values are
/// written anyway.
fn planned(node: *mut pg_sys::Node) -> *mut pg_sys::Node {
    if !is_servers_own(node) {
        return node;
    }
    // SAFETY: an analysed expression.
    unsafe { pg_sys::eval_const_expressions(std::ptr::null_mut(), node) }
}

/// Whether it is a chain of casts around a variable in which each function came with the server.
fn is_servers_own(node: *mut pg_sys::Node) -> bool {
    // SAFETY: a node of an analysed expression, read as what its tag says.
    unsafe {
        match (*node).type_ {
            pg_sys::NodeTag::T_Var => true,
            pg_sys::NodeTag::T_RelabelType => {
                is_servers_own((*node.cast::<pg_sys::RelabelType>()).arg.cast())
            }
            pg_sys::NodeTag::T_CoerceToDomain => {
                is_servers_own((*node.cast::<pg_sys::CoerceToDomain>()).arg.cast())
            }
            pg_sys::NodeTag::T_FuncExpr => {
                let function = &*node.cast::<pg_sys::FuncExpr>();
                let first = tree::pointers(function.args).next();
                function.funcid.to_u32() < pg_sys::FirstNormalObjectId
                    && first.is_some_and(is_servers_own)
            }
            _ => false,
        }
    }
}

/// `ATColumnChangeRequiresRewrite`, the other way round: whether an expression that was planned is but
/// the column under other labels.
pub(super) fn keeps(column: &Column, mut node: *mut pg_sys::Node) -> bool {
    // SAFETY: as above; the two functions are syscache look-ups and a look at the time zone.
    unsafe {
        loop {
            node = match (*node).type_ {
                pg_sys::NodeTag::T_Var => {
                    return (*node.cast::<pg_sys::Var>()).varattno == column.number;
                }
                pg_sys::NodeTag::T_RelabelType => (*node.cast::<pg_sys::RelabelType>()).arg.cast(),
                pg_sys::NodeTag::T_CoerceToDomain => {
                    let domain = &*node.cast::<pg_sys::CoerceToDomain>();
                    if has_constraints(domain.resulttype) {
                        return false;
                    }
                    domain.arg.cast()
                }
                pg_sys::NodeTag::T_FuncExpr => {
                    let function = &*node.cast::<pg_sys::FuncExpr>();
                    let is_time = matches!(
                        function.funcid.to_u32(),
                        pg_sys::F_TIMESTAMPTZ_TIMESTAMP | pg_sys::F_TIMESTAMP_TIMESTAMPTZ
                    );
                    match tree::pointers(function.args).next() {
                        Some(first)
                            if is_time && !pg_sys::TimestampTimestampTzRequiresRewrite() =>
                        {
                            first
                        }
                        _ => return false,
                    }
                }
                _ => return false,
            }
        }
    }
}

/// The type and the collation that `ALTER COLUMN … TYPE` gives the column.
pub fn target(definition: &Node) -> Option<(pg_sys::Oid, pg_sys::Oid)> {
    let written = definition.get::<pg_sys::ColumnDef>()?;
    let type_name = read::type_name(definition.sibling(written.typeName)?)?;
    let clause = definition.sibling(written.collClause);
    let names = clause.as_ref().and_then(|clause| clause.get::<pg_sys::CollateClause>());
    let names = names.map(|clause| tree::strings(clause.collname));
    let type_oid = catalog::written_type(&type_name)?;
    Some((type_oid, catalog::collation_oid(names.as_deref(), type_oid)))
}

/// Whether a CHECK, a node string, is `column IS NOT NULL`, or has that among what it joins by AND.
pub fn says_not_null(node_string: &str, column: i16) -> bool {
    let arena = Arena::new();
    arena.enter(|| requires_value(kept(node_string), column))
}

fn requires_value(node: *mut pg_sys::Node, column: i16) -> bool {
    // SAFETY: a node of an analysed expression, read as what its tag says.
    unsafe {
        match (*node).type_ {
            pg_sys::NodeTag::T_NullTest => {
                let test = &*node.cast::<pg_sys::NullTest>();
                let tested = test.arg.cast::<pg_sys::Node>();
                test.nulltesttype == pg_sys::NullTestType::IS_NOT_NULL
                    && (*tested).type_ == pg_sys::NodeTag::T_Var
                    && (*tested.cast::<pg_sys::Var>()).varattno == column
            }
            pg_sys::NodeTag::T_BoolExpr => {
                let all = &*node.cast::<pg_sys::BoolExpr>();
                all.boolop == pg_sys::BoolExprType::AND_EXPR
                    && tree::pointers(all.args).any(|one| requires_value(one, column))
            }
            _ => false,
        }
    }
}

/// Whether a default as written gives each row a value of its own, so that adding a column with it
/// writes all rows. A constant does not; of another the server says it, which calls nothing.
pub fn is_volatile(raw: &Node, type_name: &TypeName) -> bool {
    if raw.is_constant() {
        return false;
    }
    let arena = Arena::new();
    let looked = probe(&arena, || {
        arena.enter(|| {
            let (oid, typmod) = catalog::resolve_type(type_name);
            // SAFETY: the sequence of AddRelationNewConstraints, which may change the tree.
            unsafe {
                let copy = pg_sys::copyObjectImpl(raw.as_ptr().cast()).cast();
                let state = pg_sys::make_parsestate(std::ptr::null_mut());
                let name = c"column".as_ptr();
                let cooked = pg_sys::cookDefault(state, copy, oid, typmod, name, 0);
                pg_sys::contain_volatile_functions(cooked)
            }
        })
    });
    looked.unwrap_or(false)
}

/// The same of a domain's own default, a node string.
pub fn is_volatile_stored(node_string: &str) -> bool {
    // SAFETY: an analysed expression.
    unsafe { pg_sys::contain_volatile_functions(kept(node_string)) }
}

/// Whether values of a type are checked: a domain, over whatever, with a constraint.
pub fn has_constraints(type_oid: pg_sys::Oid) -> bool {
    compat::domain_has_constraints(type_oid)
}
