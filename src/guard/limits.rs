//! The limits of a session: the strongest lock on a table that a statement may take, and whether it
//! may write all rows of one anew. Nobody else can use a table that this transaction has made, or
//! a temporary one, so they do not count.

use super::footprint::{self, Footprint, Touched};
use super::{Finding, Verdict, in_quotes, safer, with_article};
use crate::outcome::Reason;
use crate::pg::catalog::RelationInfo;
use crate::pg::lock::LockMode;
use crate::pg::{rewrite, size};
use crate::settings;
use crate::statement::Statement;
use std::cmp::Reverse;

/// Refuses an action that would run and exceeds a limit.
pub(super) fn refuse(statement: &Statement, index: usize, verdict: Verdict) -> Verdict {
    if !verdict.runs() || are_off() {
        return verdict;
    }
    let footprint = footprint::foresee(statement, index, &verdict);
    match excess(&footprint) {
        Some(excess) => Verdict::Refused(finding(statement, index, excess, footprint)),
        None => verdict,
    }
}

fn are_off() -> bool {
    settings::max_lock() == LockMode::AccessExclusive && settings::allow_rewrite()
}

/// What is too much of an action.
enum Excess {
    Lock(LockMode),
    Rewrite,
}

/// With the message that says so: of all that is too much, the rewrite first, because the safer
/// way around that is another; of the locks the strongest.
fn excess(footprint: &Footprint) -> Option<(Excess, String)> {
    let may_rewrite = settings::allow_rewrite();
    let rewritten = footprint
        .touched
        .iter()
        .find(|touched| touched.rewrites && !may_rewrite && !size::is_private(&touched.relation));
    if let Some(touched) = rewritten {
        let size = footprint::size_of(&touched.relation).and_then(|size| size.in_words());
        let message = rewrite::refusal(&touched.relation, size.as_deref());
        return Some((Excess::Rewrite, message));
    }
    let limit = settings::max_lock();
    let exceeding = footprint.touched.iter().filter(|touched| touched.mode > limit);
    let mut strongest_first: Vec<&Touched> = exceeding.collect();
    strongest_first.sort_by_key(|touched| Reverse(touched.mode));
    let seen = strongest_first.into_iter().find(|touched| !size::is_private(&touched.relation))?;
    Some((Excess::Lock(seen.mode), lock_message(&seen.relation, seen.mode)))
}

fn lock_message(relation: &RelationInfo, mode: LockMode) -> String {
    format!(
        "it needs {} lock on {} {}, and guarded.max_lock allows no more than {}",
        with_article(mode.word()),
        relation.word(),
        in_quotes(&relation.name),
        settings::max_lock(),
    )
}

fn finding(
    statement: &Statement,
    index: usize,
    (excess, message): (Excess, String),
    footprint: Footprint,
) -> Finding {
    let is_long = footprint.touched.iter().any(|touched| touched.rewrites || touched.scans);
    // It runs outside a transaction block only.
    let is_confined = statement.command.confined.is_some();
    let allow = if is_confined { excess.allow() } else { excess.allow_once() };
    let hint = match safer::way(statement, index, &footprint) {
        Some(way) => format!("{way} {allow}"),
        None if is_long || is_confined || statement.command.tag == "LOCK TABLE" => allow,
        None => format!("In a transaction of its own it holds the lock for a moment only. {allow}"),
    };
    let lock = footprint.into_lock();
    let detail = lock.as_ref().map(|lock| lock.lines().join("\n")).unwrap_or_default();
    let finding = Finding::new(Reason::ExceedsLimit, message).with_detail(detail).with_hint(hint);
    Finding { lock, ..finding }
}

impl Excess {
    fn allow_once(&self) -> String {
        let what = match self {
            Excess::Lock(_) => "such a lock",
            Excess::Rewrite => "the rewrite",
        };
        format!("To allow {what} once: SET LOCAL {}.", self.setting())
    }

    /// Where SET LOCAL would be of no use.
    fn allow(&self) -> String {
        format!("To allow it, SET {}, and RESET it afterwards.", self.setting())
    }

    fn setting(&self) -> String {
        match self {
            Excess::Lock(mode) => format!("guarded.max_lock = '{}'", mode.word().to_lowercase()),
            Excess::Rewrite => "guarded.allow_rewrite = on".into(),
        }
    }
}

/// Of a statement that has run and turned out to hold such a lock.
pub fn finding_of_held(relation: &RelationInfo, mode: LockMode) -> Finding {
    let message = lock_message(relation, mode);
    Finding::new(Reason::ExceedsLimit, message).with_hint(Excess::Lock(mode).allow_once())
}

/// Of a statement that had begun to rewrite a table, and was stopped.
pub fn finding_of_stopped(message: &str) -> Finding {
    Finding::new(Reason::ExceedsLimit, message.into()).with_hint(Excess::Rewrite.allow_once())
}
