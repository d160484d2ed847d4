//! The values that ALTER COLUMN TYPE makes of those that are there.

use super::arena::Arena;
use super::catalog::{self, RelationInfo};
use super::error::PgError;
use super::rows_of::{self, Place};
use super::subtransaction::probe;
use super::tree::Node;
use super::tree::model::TypeName;
use super::{compat, conversion, expression};
use pgrx::pg_sys;
use std::cell::Cell;
use std::rc::Rc;

/// The expression by which a column's values become those of another type, as
/// `ATPrepAlterColumnType` makes it: an assignment, which raises where a cast would cut.
pub struct Conversion {
    expression: *mut pg_sys::Node,
    table: String,
    arena: Rc<Arena>,
    /// The numbers of the columns it uses, 0 for the whole row.
    pub columns: Vec<i16>,
    /// The new type, as SQL writes it.
    pub type_name: String,
}

/// Where converting a value failed, and why.
pub struct Failure {
    /// The row that came before it.
    pub after: Place,
    /// What was raised.
    pub error: PgError,
}

impl Conversion {
    /// `None` where there is nothing that could fail and that may be looked for: the values stay as
    /// they are, the server refuses the conversion, or it would not give the same once more. Raises
    /// what analysing raises; to be called within [`rows_of::looking`].
    pub fn new(
        table: &RelationInfo,
        column: &catalog::Column,
        to: &TypeName,
        using: Option<&Node>,
    ) -> Option<Conversion> {
        let arena = Arena::new();
        let (type_oid, typmod) = catalog::resolve_type(to);
        let expression = arena.enter(|| assigned(table, column, (type_oid, typmod), using))?;
        // SAFETY: an analysed expression over the one table; the planner may change the copy.
        let (is_volatile, planned) = unsafe {
            let copy = pg_sys::copyObjectImpl(expression.cast()).cast();
            let planned = arena.enter(|| pg_sys::expression_planner(copy));
            (pg_sys::contain_volatile_functions(expression), planned)
        };
        if is_volatile || conversion::keeps(column, planned.cast()) {
            return None;
        }
        Some(Conversion {
            expression,
            table: catalog::qualified_name(table.oid),
            arena,
            columns: expression::columns_of(expression),
            type_name: catalog::type_name(type_oid, typmod),
        })
    }

    /// The first row behind `after` whose value cannot be converted.
    pub fn failure(&self, after: Place) -> Option<Failure> {
        let reached = Cell::new(after);
        let evaluated = probe(&self.arena, || {
            self.arena.enter(|| {
                // SAFETY: the expression is ours; planning may change the copy.
                let copy = unsafe { pg_sys::copyObjectImpl(self.expression.cast()) };
                rows_of::evaluate(&self.table, copy.cast(), after, &reached);
            })
        });
        evaluated.err().map(|error| Failure { after: reached.get(), error })
    }
}

/// `None` when no assignment makes the one of the other, which the server will say.
fn assigned(
    table: &RelationInfo,
    column: &catalog::Column,
    to: (pg_sys::Oid, i32),
    using: Option<&Node>,
) -> Option<*mut pg_sys::Node> {
    // SAFETY: the sequence of transformAlterTableStmt and ATPrepAlterColumnType; the relation is
    // open for as long as it is needed, its lock is kept until the subtransaction is rolled back.
    unsafe {
        let state = pg_sys::make_parsestate(std::ptr::null_mut());
        let relation = expression::open(state, table.oid);
        let value = match using {
            Some(raw) => {
                let copy = pg_sys::copyObjectImpl(raw.as_ptr().cast()).cast();
                let kind = pg_sys::ParseExprKind::EXPR_KIND_ALTER_COL_TRANSFORM;
                pg_sys::transformExpr(state, copy, kind)
            }
            None => conversion::variable(column),
        };
        let mut made = expression::assigned(state, value, to);
        if !made.is_null() {
            pg_sys::assign_expr_collations(state, made);
            made = compat::expand_generated_columns(made, relation);
        }
        pg_sys::table_close(relation, pg_sys::NoLock as pg_sys::LOCKMODE);
        (!made.is_null()).then_some(made)
    }
}
