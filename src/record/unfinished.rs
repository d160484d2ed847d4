//! Reading the journal: what is unfinished, and pruning it.

use super::journal::{self, TABLE};
use crate::pg::identity::has_privileges_of;
use crate::pg::own_table;
use crate::pg::tree::model::Relation;
use crate::pg::{identity, naming, rows};
use pgrx::datum::{Interval, TimestampWithTimeZone};
use pgrx::spi::{Result as SpiResult, Spi, SpiHeapTupleData};
use std::collections::{BTreeMap, HashMap};

/// A row of what is unfinished.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Counts up, over all sessions.
    pub number: i64,
    /// When it was written.
    pub recorded_at: Option<TimestampWithTimeZone>,
    /// `guarded.migration` at the time.
    pub migration: String,
    /// The role whose privileges counted.
    pub role: String,
    /// The transaction it was written in.
    pub transaction_id: String,
    /// `search_path` at the time.
    pub search_path: String,
    /// The other settings that give the text its meaning.
    pub settings: Option<serde_json::Value>,
    /// The operation's name.
    pub operation: String,
    /// The object it is about; empty when there is none.
    pub object: String,
    /// What became of it when it was tried last.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// The table that was missing.
    pub missing_table: Option<Relation>,
    /// The text.
    pub ddl: String,
    /// What the caller said besides.
    pub expected: Option<serde_json::Value>,
}

/// Of rows that are unfinished, or finish others, in order. By the owner's rights: callers have
/// none on the table, and get to see what [`crate::pending`] leaves.
const READ: &str = "
    SELECT number, fingerprint, finished, replays, recorded_at, migration, role,
           transaction_id::pg_catalog.text, search_path, settings, operation, object, status, reason,
           missing_table, ddl, expected
    FROM guarded.journal WHERE fingerprint IS NOT NULL ORDER BY number";

/// The rows that nothing has finished since, whoever they belong to, in order.
pub fn rows() -> Vec<Kept> {
    let Some(owner) = own_table::owner(TABLE) else { return Vec::new() };
    journal::write_waiting();
    match identity::as_role(owner, read) {
        Ok(standing) => standing.rows.into_values().collect(),
        Err(_) => own_table::raise_unknown_columns(),
    }
}

fn read() -> SpiResult<Standing> {
    let mut standing = Standing::default();
    rows::visit(READ, &[], |row| standing.take(row))?;
    Ok(standing)
}

/// Rows up to the youngest of that age go, so nothing that finishes another goes before it.
const PRUNE: &str = "
    DELETE FROM guarded.journal
    WHERE number OPERATOR(pg_catalog.<=) (
            SELECT pg_catalog.max(number) FROM guarded.journal
            WHERE recorded_at OPERATOR(pg_catalog.<) (pg_catalog.now() OPERATOR(pg_catalog.-) $1))
      AND number OPERATOR(pg_catalog.<>) ALL ($2)
      AND (replays IS NULL OR replays OPERATOR(pg_catalog.<>) ALL ($2))";

/// Deletes rows of that age, but for those to be kept, by the caller's own rights. Returns how
/// many there were.
pub fn prune(older_than: Interval, kept: Vec<i64>) -> i64 {
    let deleted = Spi::connect_mut(|client| {
        Ok(client.update(PRUNE, None, &[older_than.into(), kept.into()])?.len())
    });
    match deleted {
        Ok(count) => i64::try_from(count).unwrap_or(i64::MAX),
        Err::<_, pgrx::spi::Error>(_) => own_table::raise_unknown_columns(),
    }
}

/// What is unfinished after the rows taken so far.
#[derive(Default)]
struct Standing {
    rows: BTreeMap<i64, Kept>,
    /// By fingerprint, the numbers of rows that stand, or have stood.
    numbers: HashMap<i64, Vec<i64>>,
}

impl Standing {
    fn take(&mut self, row: &SpiHeapTupleData) -> SpiResult<()> {
        let fingerprint = row.get::<i64>(2)?.unwrap_or_default();
        let finished = row.get::<bool>(3)?.unwrap_or_default();
        let kept = kept(row)?;
        match row.get::<i64>(4)? {
            Some(replayed) if finished => _ = self.rows.remove(&replayed),
            Some(replayed) => {
                if let Some(tried) = self.rows.get_mut(&replayed) {
                    (tried.status, tried.reason) = (kept.status, kept.reason);
                }
            }
            None => self.asked_again(fingerprint, finished, kept),
        }
        Ok(())
    }

    fn asked_again(&mut self, fingerprint: i64, finished: bool, kept: Kept) {
        let rows = &mut self.rows;
        let numbers = self.numbers.entry(fingerprint).or_default();
        numbers.retain(|number| {
            let stands =
                rows.get(number).is_some_and(|earlier| !is_replaced(earlier, &kept, finished));
            if !stands {
                rows.remove(number);
            }
            stands
        });
        if !finished {
            numbers.push(kept.number);
            rows.insert(kept.number, kept);
        }
    }
}

/// The same statement once more: finished it is done, unfinished it takes the place of what
/// other transactions have asked for. Within a transaction each time counts.
fn is_replaced(earlier: &Kept, again: &Kept, finished: bool) -> bool {
    match finished {
        true => may_finish(&again.role, &earlier.role),
        false => again.role == earlier.role && again.transaction_id != earlier.transaction_id,
    }
}

/// What a role has done counts for those whose privileges it has.
fn may_finish(role: &str, other: &str) -> bool {
    role == other
        || match (identity::role(role), identity::role(other)) {
            (Some(role), Some(other)) => has_privileges_of(role, other),
            _ => false,
        }
}

fn kept(row: &SpiHeapTupleData) -> SpiResult<Kept> {
    let text = |ordinal| SpiResult::Ok(row.get::<String>(ordinal)?.unwrap_or_default());
    let json = |ordinal| SpiResult::Ok(row.get::<pgrx::JsonB>(ordinal)?.map(|json| json.0));
    Ok(Kept {
        number: row.get(1)?.unwrap_or_default(),
        recorded_at: row.get(5)?,
        migration: text(6)?,
        role: text(7)?,
        transaction_id: text(8)?,
        search_path: text(9)?,
        settings: json(10)?,
        operation: text(11)?,
        object: text(12)?,
        status: text(13)?,
        reason: row.get(14)?,
        missing_table: row.get::<String>(15)?.and_then(|name| naming::relation(&name)),
        ddl: text(16)?,
        expected: json(17)?,
    })
}
