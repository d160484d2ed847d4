//! What is remembered of outcomes.

pub mod report;
