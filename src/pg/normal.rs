//! Normal forms: what is printed, parsed and analysed until it no longer changes.
//!
//! Differences between two analysed trees that mean nothing are taken away before they are
//! printed:
//!
//! - `a BETWEEN 1 AND 2` is an AND inside the AND it stands in; two comparisons are not.
//! - `b IN ('p', 'q')` on a varchar column has `('p'::character varying)::text` where
//!   `b = ANY (ARRAY['p', 'q'])` has `'p'::text`: the same bytes under another label.
//!
//! Nothing here calls a function: constants are not folded (see [`super::expression`]).

use super::set_locally;
use super::tree::pointers;
use pgrx::pg_sys;
use pgrx::pg_sys::NodeTag::*;
use std::ffi::c_void;

/// Changes an analysed expression or query in place.
///
/// # Safety
/// `node` is NULL or analysed, and nobody else's.
pub(super) unsafe fn simplify(node: *mut pg_sys::Node) {
    // SAFETY: the caller's.
    unsafe { visit(node, std::ptr::null_mut()) };
}

/// Prints what was analysed, and analyses what was printed, until the text does not change any
/// more: the last of them, and its text. `again` is `None` where a text cannot be read. A text
/// that still changes after some rounds is taken as it is.
pub(super) fn settle<T>(
    mut analysed: T,
    print: impl Fn(&T) -> Option<String>,
    again: impl Fn(&str) -> Option<T>,
) -> Option<(T, String)> {
    let mut text = print(&analysed)?;
    for _ in 0..ROUNDS {
        let Some(next) = again(&text) else { break };
        analysed = next;
        let printed = print(&analysed)?;
        if printed == text {
            break;
        }
        text = printed;
    }
    Some((analysed, text))
}

const ROUNDS: usize = 4;

/// Runs `body`, which prints values, with settings that show all of each value and can be read
/// under any: two values must not look the same, nor one value different from itself. As
/// `set_transmission_modes` in postgres_fdw.c.
pub(super) fn plainly<T>(body: impl FnOnce() -> T) -> T {
    // SAFETY: settings of the backend, and its stack of them; an error leaves the level to the
    // end of the subtransaction.
    unsafe {
        let is_plain = pg_sys::DateStyle == pg_sys::USE_ISO_DATES as i32
            && pg_sys::IntervalStyle == pg_sys::INTSTYLE_POSTGRES as i32
            && pg_sys::extra_float_digits > 0
            && !pg_sys::quote_all_identifiers;
        if is_plain {
            return body();
        }
        let level = pg_sys::NewGUCNestLevel();
        set_locally(c"datestyle", c"ISO");
        set_locally(c"intervalstyle", c"postgres");
        set_locally(c"extra_float_digits", c"3");
        set_locally(c"quote_all_identifiers", c"off");
        let printed = body();
        pg_sys::AtEOXact_GUC(true, level);
        printed
    }
}

/// A visitor of the server's walkers.
///
/// # Safety
/// As for [`simplify`].
unsafe extern "C-unwind" fn visit(node: *mut pg_sys::Node, none: *mut c_void) -> bool {
    if node.is_null() {
        return false;
    }
    // SAFETY: read as what its tag says; what is below has been simplified when a node is.
    unsafe {
        match (*node).type_ {
            T_Query => pg_sys::query_tree_walker(node.cast(), Some(visit), none, 0),
            tag => {
                pg_sys::expression_tree_walker(node, Some(visit), none);
                match tag {
                    T_BoolExpr => flatten(&mut *node.cast()),
                    T_RelabelType => relabel(&mut *node.cast()),
                    _ => {}
                }
                false
            }
        }
    }
}

/// An AND directly below an AND becomes part of it, and so with OR.
unsafe fn flatten(expression: &mut pg_sys::BoolExpr) {
    if expression.boolop == pg_sys::BoolExprType::NOT_EXPR {
        return;
    }
    let mut flat = std::ptr::null_mut();
    for argument in pointers(expression.args) {
        // SAFETY: read as what its tag says; lists are made in the memory the tree is printed in.
        unsafe {
            let inner = argument.cast::<pg_sys::BoolExpr>();
            let is_same = (*argument).type_ == T_BoolExpr && (*inner).boolop == expression.boolop;
            flat = match is_same {
                true => pg_sys::list_concat(flat, (*inner).args),
                false => pg_sys::lappend(flat, argument.cast()),
            };
        }
    }
    expression.args = flat;
}

/// A constant under another label gets that label itself. The node above it stays, and says
/// nothing any more: the text it makes, `('p'::text)::text`, has no such node when it is parsed.
unsafe fn relabel(label: &mut pg_sys::RelabelType) {
    // SAFETY: a RelabelType has an argument, read as what its tag says.
    unsafe {
        let constant = label.arg.cast::<pg_sys::Const>();
        if (*constant).xpr.type_ == T_Const {
            (*constant).consttype = label.resulttype;
            (*constant).consttypmod = label.resulttypmod;
            (*constant).constcollid = label.resultcollid;
        }
    }
}
