//! The extension's settings (GUCs), each behind a getter.
//!
//! All but `guarded.journal` are settable by any user: they only ever concern the caller's own
//! DDL. What is kept of it is for the superuser to say.

use crate::pg::lock::LockMode;
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
static LOCK_TIMEOUT: GucSetting<i32> = GucSetting::<i32>::new(0);
static LOCK_RETRIES: GucSetting<i32> = GucSetting::<i32>::new(0);
static RETRY_WHILE_BLOCKING: GucSetting<bool> = GucSetting::<bool>::new(false);
static MAX_LOCK: GucSetting<LockMode> = GucSetting::<LockMode>::new(LockMode::AccessExclusive);
static ALLOW_REWRITE: GucSetting<bool> = GucSetting::<bool>::new(true);
static CHECK_DATA: GucSetting<bool> = GucSetting::<bool>::new(false);
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

/// `guarded.lock_timeout`: for how many milliseconds a statement waits for a lock; `None` for as
/// long as the session's own `lock_timeout` says.
pub fn lock_timeout() -> Option<i32> {
    Some(LOCK_TIMEOUT.get()).filter(|milliseconds| *milliseconds > 0)
}

/// `guarded.lock_retries`: how often a statement is tried again that did not get its lock.
pub fn lock_retries() -> u32 {
    u32::try_from(LOCK_RETRIES.get()).unwrap_or(0)
}

/// `guarded.retry_while_blocking`: whether to wait for another try while locks of the same
/// transaction keep others waiting.
pub fn retry_while_blocking() -> bool {
    RETRY_WHILE_BLOCKING.get()
}

/// `guarded.max_lock`: the strongest lock on a table that a statement may take.
pub fn max_lock() -> LockMode {
    MAX_LOCK.get()
}

/// `guarded.allow_rewrite`: whether a statement may write all rows of a table anew.
pub fn allow_rewrite() -> bool {
    ALLOW_REWRITE.get()
}

/// `guarded.check_data`: whether the rows are looked at before a statement that minds them runs.
pub fn check_data() -> bool {
    CHECK_DATA.get()
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
    GucRegistry::define_int_guc(
        c"guarded.lock_timeout",
        c"For how long a statement waits for a lock.",
        c"It has failed then, or is tried again, as guarded.lock_retries says. 0 leaves it to lock_timeout.",
        &LOCK_TIMEOUT,
        0,
        i32::MAX,
        GucContext::Userset,
        GucFlags::UNIT_MS,
    );
    GucRegistry::define_int_guc(
        c"guarded.lock_retries",
        c"How often a statement that did not get its lock, or was ended by a deadlock, is tried again.",
        c"It is undone first, and waits longer before each try.",
        &LOCK_RETRIES,
        0,
        1_000_000,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_bool_guc(
        c"guarded.retry_while_blocking",
        c"Wait for another try also while the transaction keeps others waiting.",
        c"That is while it has a table locked in a mode that other sessions' reading or writing has to wait for.",
        &RETRY_WHILE_BLOCKING,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_enum_guc(
        c"guarded.max_lock",
        c"The strongest lock that a statement may take on a table that others can see.",
        c"One that needs a stronger lock has failed without being run.",
        &MAX_LOCK,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_bool_guc(
        c"guarded.allow_rewrite",
        c"May a statement write all rows of a table anew.",
        c"One that needs to has failed without being run.",
        &ALLOW_REWRITE,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_bool_guc(
        c"guarded.check_data",
        c"Look for rows that are in the way of a statement before it is run.",
        c"They are read without keeping others from reading and writing; it takes the time of one more scan.",
        &CHECK_DATA,
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
