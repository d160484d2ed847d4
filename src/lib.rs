//! guarded_ddl: PostgreSQL schema changes that check before they act.
//!
//! A statement comes in through the [`api`] or the [`hook`], becomes a [`statement`], is judged by the
//! [`guard`] from the catalog, run by the [`engine`] in an internal subtransaction, and leaves
//! an [`outcome`], which [`record`] remembers; what is [`pending`] can be tried again. [`pg`] is the only module that talks to
//! PostgreSQL, and the only one with unsafe code.
#![deny(unsafe_code)]
// Errors to be raised are made once per call, by the caller's mistake.
#![allow(clippy::result_large_err)]

use pgrx::prelude::*;

pub mod api;
pub mod engine;
pub mod error;
pub mod guard;
pub mod hook;
pub mod outcome;
pub mod pending;
pub mod pg;
pub mod record;
pub mod retype;
pub mod settings;
pub mod spec;
pub mod statement;

::pgrx::pg_module_magic!(name, version);

extension_sql_file!("../sql/bootstrap.sql", name = "bootstrap", bootstrap);
extension_sql_file!("../sql/journal.sql", name = "journal", requires = [pending_statements],);
extension_sql_file!("../sql/finalize.sql", name = "finalize", finalize);

/// Called by the server when it loads the library.
#[pg_guard]
pub extern "C-unwind" fn _PG_init() {
    settings::register();
    hook::register();
}

#[cfg(any(test, feature = "pg_test"))]
#[path = "../pg_test/rust/mod.rs"]
mod tests;

/// What `cargo pgrx test` asks for.
#[cfg(test)]
pub mod pg_test {
    /// Nothing to prepare.
    pub fn setup(_options: Vec<&str>) {}

    /// Settings of the server the tests run on.
    #[must_use]
    pub fn postgresql_conf_options() -> Vec<&'static str> {
        vec![]
    }
}
