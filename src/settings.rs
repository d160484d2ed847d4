//! The extension's settings (GUCs), each behind a getter.
//!
//! All but `guarded.journal` are settable by any user: they only ever concern the caller's own
//! DDL. What is kept of it is for the superuser to say.

use pgrx::{GucContext, GucFlags, GucRegistry, GucSetting, PostgresGucEnum};
use std::ffi::CString;

/// What a conflict or a failure does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PostgresGucEnum)]
pub enum Policy {
    /// Warn and go on.
    #[name = c"continue"]
    Continue,
    /// Warn, go on, and raise once with all of them at commit.
    #[name = c"collect"]
    Collect,
    /// Raise at once.
    #[name = c"strict"]
    Strict,
}

/// What a missing prerequisite counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PostgresGucEnum)]
pub enum Missing {
    /// The statement is skipped.
    #[name = c"skip"]
    Skip,
    /// The statement has failed, and the policy decides what that does.
    #[name = c"fail"]
    Fail,
}

/// Which outcomes are kept in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PostgresGucEnum)]
pub enum Journal {
    /// None.
    #[name = c"off"]
    Off,
    /// Those that leave something to do, and what was done about it later.
    #[name = c"unfinished"]
    Unfinished,
    /// All.
    #[name = c"all"]
    All,
}

static INTERCEPT: GucSetting<bool> = GucSetting::<bool>::new(false);
static POLICY: GucSetting<Policy> = GucSetting::<Policy>::new(Policy::Continue);
static MISSING: GucSetting<Missing> = GucSetting::<Missing>::new(Missing::Skip);
static DRY_RUN: GucSetting<bool> = GucSetting::<bool>::new(false);
static JOURNAL: GucSetting<Journal> = GucSetting::<Journal>::new(Journal::Unfinished);
static MIGRATION: GucSetting<Option<CString>> = GucSetting::<Option<CString>>::new(Some(c""));

/// `guarded.intercept`
pub fn intercept() -> bool {
    INTERCEPT.get()
}

/// Where the value of `guarded.intercept` is, for who must read it at each utility statement.
pub const fn intercept_flag() -> *const bool {
    INTERCEPT.as_ptr()
}

/// `SET guarded.intercept`
pub fn set_intercept(enabled: bool) {
    crate::pg::set_setting(c"guarded.intercept", if enabled { c"on" } else { c"off" });
}

/// `guarded.policy`
pub fn policy() -> Policy {
    POLICY.get()
}

/// `guarded.missing`
pub fn missing() -> Missing {
    MISSING.get()
}

/// `guarded.dry_run`
pub fn dry_run() -> bool {
    DRY_RUN.get()
}

/// `guarded.journal`
pub fn journal() -> Journal {
    JOURNAL.get()
}

/// `guarded.migration`: the label outcomes are recorded under; empty when unset.
pub fn migration() -> String {
    MIGRATION.get().map(|label| label.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Defines the settings and reserves the prefix `guarded`.
pub fn register() {
    GucRegistry::define_bool_guc(
        c"guarded.intercept",
        c"Plain DDL is judged and run as guarded.run would.",
        c"Holds for the DDL of every client, and for that in functions and DO blocks.",
        &INTERCEPT,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_enum_guc(
        c"guarded.policy",
        c"What a conflict or a failure does: continue, collect or strict.",
        c"continue warns and goes on; collect does, too, and lets the commit fail with the list of them; strict raises the error at once.",
        &POLICY,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_enum_guc(
        c"guarded.missing",
        c"What a missing prerequisite does: skip or fail.",
        c"skip leaves the statement out and says so; fail counts it as a failure under guarded.policy.",
        &MISSING,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_bool_guc(
        c"guarded.dry_run",
        c"Decide and report, but run nothing.",
        c"Statements that would run have the status planned.",
        &DRY_RUN,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_string_guc(
        c"guarded.migration",
        c"A label for the outcomes that follow.",
        c"Shown in messages, in guarded.report(), guarded.summary() and guarded.journal.",
        &MIGRATION,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_enum_guc(
        c"guarded.journal",
        c"Which outcomes are kept in the table guarded.journal: off, unfinished or all.",
        c"unfinished are those skipped because something was missing, conflicts and failures, and what was done about them later.",
        &JOURNAL,
        GucContext::Suset,
        GucFlags::default(),
    );
    crate::pg::reserve_setting_prefix();
}
