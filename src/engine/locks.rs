//! Locks that are not to be had: how long a statement waits, when it is tried again, and who was
//! in the way.

use crate::outcome::{Blocker, Outcome, Status};
use crate::pg::arena::Arena;
use crate::pg::catalog::{self, RelationInfo};
use crate::pg::error::PgError;
use crate::pg::lock::{self, Holder, LockMode};
use crate::pg::{interrupts, subtransaction};
use crate::settings;
use crate::statement::Statement;
use pgrx::pg_sys::Oid;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// The longest pause before the second try; before each further one it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How many of those in the way are named.
const NAMED: usize = 10;

/// Judges or runs a statement, waiting for each lock as long as `guarded.lock_timeout` says. Not
/// a SET: it waits for nothing, and one that is LOCAL would end with the setting around it.
pub fn within_timeout<T>(statement: &Statement, body: impl FnOnce() -> T) -> T {
    match settings::lock_timeout() {
        Some(milliseconds) if !matches!(statement.command.tag, "SET" | "RESET") => {
            lock::with_timeout(milliseconds, body)
        }
        _ => body(),
    }
}

/// What one try of a statement, or of several together, came to.
pub trait Try {
    /// What became of each action.
    fn outcomes(&mut self) -> &mut [Outcome];
    /// The server's error, if it failed.
    fn error(&mut self) -> &mut Option<PgError>;
}

/// Tries until the locks are to be had, as often as `guarded.lock_retries` says, and makes the
/// outcomes say how often, and who was in the way. A try, which is told how many were before it, has undone
/// itself if it failed.
pub fn with_retries<T: Try>(statements: &[Statement], mut attempt: impl FnMut(u32) -> T) -> T {
    let mut retries = 0;
    loop {
        let mut tried = attempt(retries);
        let ended = match &tried.error() {
            Some(error) if is_about_locks(&error.sqlstate()) => end(retries),
            _ => Some(End::Settled),
        };
        if let Some(end) = ended {
            conclude(&mut tried, statements, retries, &end);
            return tried;
        }
        // What a failed try holds is given back before the pause.
        drop(tried);
        retries += 1;
        interrupts::sleep(pause(retries));
    }
}

/// lock_not_available (by timeout or NOWAIT) and deadlock_detected.
fn is_about_locks(sqlstate: &str) -> bool {
    matches!(sqlstate, "55P03" | "40P01")
}

/// Why there is no further try.
enum End {
    /// None is needed, or would help.
    Settled,
    /// There were enough.
    Exhausted,
    /// Others wait for what this transaction has locked, and would have to wait meanwhile.
    Blocking(LockMode, RelationInfo),
}

fn end(retries: u32) -> Option<End> {
    if retries >= settings::lock_retries() {
        return Some(End::Exhausted);
    }
    if settings::retry_while_blocking() {
        return None;
    }
    keeps_waiting().map(|(mode, relation)| End::Blocking(mode, relation))
}

/// The strongest lock of this transaction that reading or writing has to wait for, on a relation
/// that others see; a table rather than its indexes.
fn keeps_waiting() -> Option<(LockMode, RelationInfo)> {
    let strong = lock::held().into_iter().filter(|(_, mode)| *mode >= LockMode::Share);
    let seen = strong.filter_map(|(oid, mode)| Some((mode, catalog::relation_of_others(oid)?)));
    seen.max_by_key(|(mode, relation)| {
        let is_table = !matches!(relation.kind, 'i' | 'I');
        (is_table, *mode, std::cmp::Reverse(relation.oid.to_u32()))
    })
}

/// Before the first retry from 50 to 100 ms, and twice that before each further one, up to half
/// a minute. Somewhere in between, so that those who got into each other's way do not meet again.
fn pause(retry: u32) -> Duration {
    let doubled = 1_u32.checked_shl(retry - 1).unwrap_or(u32::MAX);
    let longest = FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE);
    longest.mul_f64(0.5 + 0.5 * random())
}

/// From 0 to 1, by what the standard library has to make its maps hard to predict.
fn random() -> f64 {
    RandomState::new().hash_one(()) as f64 / u64::MAX as f64
}

fn conclude(tried: &mut impl Try, statements: &[Statement], retries: u32, end: &End) {
    let outcomes = tried.outcomes();
    outcomes.iter_mut().for_each(|outcome| outcome.retries = retries);
    if matches!(end, End::Settled) {
        return;
    }
    let blockers = Blockers::find(&wanted(statements, outcomes));
    let is_concerned = |outcome: &&mut Outcome| {
        outcome.status == Status::Failed && outcome.sqlstate.as_deref().is_some_and(is_about_locks)
    };
    let mut said = None;
    for outcome in outcomes.iter_mut().filter(is_concerned) {
        explain(outcome, &blockers, end);
        said = Some((outcome.lines(), outcome.hint.clone()));
    }
    // The policy strict raises it, and it must say as much.
    if let (Some((detail, hint)), Some(error)) = (said, tried.error()) {
        error.set_advice(detail.as_deref(), hint.as_deref());
    }
}

fn explain(outcome: &mut Outcome, blockers: &Blockers, end: &End) {
    let mut lines: Vec<String> = outcome.detail.take().into_iter().collect();
    if outcome.retries > 0 {
        lines.push(format!("It was tried {} times.", outcome.retries + 1));
    }
    if let End::Blocking(mode, relation) = end {
        let name = relation.qualified_name();
        lines.push(format!("It was not tried again, because others have to wait for this transaction, which holds {mode} on {name}."));
        outcome.hint = Some("Run it before what took that lock, or in a transaction of its own. With guarded.retry_while_blocking = on it is tried again all the same.".into());
    }
    lines.extend(blockers.remark());
    outcome.detail = (!lines.is_empty()).then(|| lines.join("\n"));
    outcome.blocked_by = blockers.named.clone();
}

/// Who was in the way.
struct Blockers {
    /// Those whose transactions are the oldest.
    named: Vec<Blocker>,
    /// How many there are besides.
    others: usize,
    /// What was wanted, and nobody is in the way of any more.
    free: Option<String>,
}

impl Blockers {
    /// Looks who is in the way now. What the look itself locks is given back.
    fn find(wanted: &[(Oid, LockMode)]) -> Blockers {
        let relations: Vec<Oid> = wanted.iter().map(|(relation, _)| *relation).collect();
        let look = || match relations.is_empty() {
            true => Vec::new(),
            false => in_the_way(lock::holders(&relations), wanted),
        };
        let Ok(found) = subtransaction::glance(&Arena::new(), look) else {
            // A role that may not look at all: who was in the way stays unknown.
            return Blockers { named: Vec::new(), others: 0, free: None };
        };
        let free = found.is_empty().then(|| wanted.first()).flatten();
        Blockers {
            others: found.len().saturating_sub(NAMED),
            named: found.into_iter().take(NAMED).map(named).collect(),
            free: free.map(|(relation, mode)| {
                format!("{mode} on {}", catalog::qualified_name(*relation))
            }),
        }
    }

    /// What the list of those named does not say.
    fn remark(&self) -> Option<String> {
        match self.others {
            0 => self.free.as_ref().map(|wanted| {
                format!("No other session holds a lock any more that conflicts with {wanted}.")
            }),
            1 => Some("Another session is in the way, too.".into()),
            others => Some(format!("{others} other sessions are in the way, too.")),
        }
    }
}

/// Those whose lock conflicts with one that is wanted: who holds it, or if nobody does who waits
/// for it; each once for a relation, with the strongest lock.
fn in_the_way(all: Vec<Holder>, wanted: &[(Oid, LockMode)]) -> Vec<Holder> {
    let conflicts = |holder: &Holder| {
        let mut here = wanted.iter().filter(|(relation, _)| *relation == holder.relation);
        here.any(|(_, mode)| mode.conflicts_with(holder.mode))
    };
    let (holding, waiting): (Vec<_>, Vec<_>) =
        all.into_iter().filter(conflicts).partition(|holder| holder.holds);
    let mut found: Vec<Holder> = Vec::new();
    for holder in if holding.is_empty() { waiting } else { holding } {
        let is_same = |other: &&mut Holder| {
            (other.pid, &other.prepared, other.relation)
                == (holder.pid, &holder.prepared, holder.relation)
        };
        match found.iter_mut().find(is_same) {
            Some(known) => known.mode = known.mode.max(holder.mode),
            None => found.push(holder),
        }
    }
    found
}

fn named(holder: Holder) -> Blocker {
    let table = catalog::qualified_name(holder.relation);
    Blocker { holder, table }
}

/// The relations that statements were to lock, and those that they write to, each in which mode.
fn wanted(statements: &[Statement], outcomes: &[Outcome]) -> Vec<(Oid, LockMode)> {
    let locks = outcomes.iter().filter_map(|outcome| outcome.lock.as_ref());
    let locked = locks.flat_map(|lock| &lock.tables).map(|it| (it.table, it.mode));
    let named = statements.iter().flat_map(|it| &it.command.queried).filter_map(catalog::relation);
    locked.chain(named.map(|relation| (relation.oid, LockMode::RowExclusive))).collect()
}
