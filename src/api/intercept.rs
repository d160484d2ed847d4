//! Switching the interception of plain DDL.

use crate::error::Error;
use crate::settings;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;

/// Sets `guarded.intercept` as SET does, and returns what it is now.
#[pg_extern]
fn intercept(enabled: Option<bool>) -> Result<bool, ErrorReport> {
    settings::set_intercept(enabled.ok_or(Error::Null("enabled"))?);
    Ok(settings::intercept())
}
