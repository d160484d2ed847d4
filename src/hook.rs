//! Plain DDL in: with `guarded.intercept` on, what any client or function runs.

use crate::engine;
use crate::outcome::Status;
use crate::pg::rewrite;
use crate::pg::utility::{self, Call};
use crate::statement::parse;

/// Starts watching for DDL, and for rewrites of tables. Called once, when the library is loaded.
pub fn register() {
    utility::install(intercept);
    rewrite::install();
}

fn intercept(call: &Call) {
    let outcomes = engine::execute(&parse::intercepted(call));
    if outcomes.iter().all(|outcome| outcome.status != Status::Applied) {
        call.complete_without_running();
    }
}
