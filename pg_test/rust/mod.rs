//! Tests inside the server, one transaction each that is rolled back.

mod columns;
mod constraints;
mod engine;
mod equality;
mod exists;
mod failures;
mod indexes;
mod injection;
mod journal;
mod others;
#[cfg(feature = "pg_test")]
mod property;
mod report;
mod retype;
mod security;
mod spec;
mod support;
mod tables;
