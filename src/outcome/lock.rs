//! What a statement locks.

use crate::pg::jsonb::{ToJsonb, Value};
use crate::pg::lock::LockMode;
use pgrx::pg_sys::Oid;
use std::cmp::Reverse;
use std::fmt;

/// The tables and other relations that are there before a statement and that it locks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// The strongest lock first; at least one.
    pub tables: Vec<TableLock>,
    /// Those that are too many to be listed.
    pub others: Option<Others>,
}

/// The tables of a lock that are not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Others {
    /// How many there are.
    pub tables: u64,
    /// How large they are together.
    pub size: Size,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub struct TableLock {
    /// Its OID.
    pub table: Oid,
    /// Its name with its schema, as SQL writes it.
    pub name: String,
    /// The word for what it is: table, view, index.
    pub word: &'static str,
    /// The strongest mode it is locked in.
    pub mode: LockMode,
    /// Whether all its rows are written anew.
    pub rewrites: bool,
    /// Whether all its rows are read.
    pub scans: bool,
    /// How large it is, if that is known.
    pub size: Option<Size>,
}

/// How large a relation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// Its bytes, with those of its TOAST table and without those of its indexes.
    pub bytes: u64,
    /// About how many rows it has.
    pub rows: u64,
}

impl Others {
    /// What is said of these; `None` if there are none.
    pub fn of(tables: &[TableLock]) -> Option<Others> {
        let sizes = || tables.iter().filter_map(|table| table.size);
        let size = Size {
            bytes: sizes().map(|size| size.bytes).sum(),
            rows: sizes().map(|size| size.rows).sum(),
        };
        (!tables.is_empty()).then_some(Others { tables: tables.len() as u64, size })
    }
}

/// How many tables a lock lists.
const MOST_TABLES: usize = 20;

/// How large a table is to have its size told in a message: 1 MB.
const WORTH_SAYING: u64 = 1024 * 1024;

/// How many of them a message tells of.
const MOST_LINES: usize = 3;

impl Lock {
    /// The lock of these tables, the strongest and the largest first; `None` for none.
    pub fn of(mut tables: Vec<TableLock>) -> Option<Lock> {
        tables.sort_by_cached_key(|table| {
            let bytes = table.size.map_or(0, |size| size.bytes);
            (Reverse((table.mode, table.rewrites, table.scans, bytes)), table.name.clone())
        });
        let others = Others::of(&tables.split_off(tables.len().min(MOST_TABLES)));
        (!tables.is_empty()).then_some(Lock { tables, others })
    }

    /// What several statements lock that run one after the other. Of those that are not listed the
    /// most are told: they are the same tables more often than not.
    pub fn union<'a>(locks: impl Iterator<Item = &'a Lock>) -> Option<Lock> {
        let mut tables: Vec<TableLock> = Vec::new();
        let mut others: Option<Others> = None;
        for lock in locks {
            for table in &lock.tables {
                match tables.iter_mut().find(|known| known.table == table.table) {
                    Some(known) => known.add(table),
                    None => tables.push(table.clone()),
                }
            }
            others = others.max(lock.others);
        }
        let mut union = Lock::of(tables)?;
        union.others = union.others.max(others);
        Some(union)
    }

    /// What it means, a line for each table.
    pub fn lines(&self) -> Vec<String> {
        let (said, rest) = self.tables.split_at(self.tables.len().min(MOST_LINES));
        let mut lines: Vec<String> = said.iter().map(TableLock::sentence).collect();
        let more = rest.len() as u64 + self.others.map_or(0, |others| others.tables);
        if more > 0 {
            lines.push(format!("Locks {more} more."));
        }
        lines
    }

    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        self.tables.iter().map(|table| size_of::<TableLock>() + table.name.len()).sum()
    }

    /// The strongest mode.
    pub fn mode(&self) -> Option<LockMode> {
        self.tables.iter().map(|table| table.mode).max()
    }

    /// Whether a table is written anew.
    pub fn rewrites(&self) -> bool {
        self.tables.iter().any(|table| table.rewrites)
    }

    /// Whether all rows of a table are read.
    pub fn scans(&self) -> bool {
        self.tables.iter().any(|table| table.scans)
    }
}

impl TableLock {
    /// The same table is locked once more. Its size is the first that is known.
    fn add(&mut self, other: &TableLock) {
        self.mode = self.mode.max(other.mode);
        self.rewrites |= other.rewrites;
        self.scans |= other.scans;
        self.size = self.size.or(other.size);
    }

    fn sentence(&self) -> String {
        let TableLock { word, name, mode, .. } = self;
        let mut sentence = format!("Locks {word} {name} in {mode} mode");
        match (self.rewrites, self.scans) {
            (true, _) => sentence.push_str(" and rewrites it"),
            (false, true) => sentence.push_str(" and reads all its rows"),
            (false, false) => {}
        }
        if let Some(size) = self.size.and_then(Size::in_words) {
            sentence.push_str(&format!(" ({size})"));
        }
        sentence + "."
    }
}

impl Size {
    /// What is said of it; `None` if it is not worth a word.
    pub fn in_words(self) -> Option<String> {
        (self.bytes >= WORTH_SAYING).then(|| self.to_string())
    }
}

/// `12 MB, about 100000 rows`
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut amount = self.bytes;
        let mut unit = "bytes";
        for larger in ["kB", "MB", "GB", "TB", "PB"] {
            if amount < 10 * 1024 {
                break;
            }
            (amount, unit) = ((amount + 512) / 1024, larger);
        }
        write!(f, "{amount} {unit}, about {} rows", self.rows)
    }
}

impl ToJsonb for Lock {
    fn to_value(&self) -> Value<'_> {
        let mode = self.mode().map_or("", LockMode::word);
        let tables = self.tables.iter().map(ToJsonb::to_value);
        let mut members = vec![
            ("mode", Value::Text(mode)),
            ("rewrites", Value::Flag(self.rewrites())),
            ("scans", Value::Flag(self.scans())),
            ("tables", Value::Array(tables.collect())),
        ];
        if let Some(Others { tables, size }) = self.others {
            members.push((
                "others",
                Value::Object(vec![
                    ("tables", Value::Number(tables)),
                    ("bytes", Value::Number(size.bytes)),
                    ("rows", Value::Number(size.rows)),
                ]),
            ));
        }
        Value::Object(members)
    }
}

impl ToJsonb for TableLock {
    fn to_value(&self) -> Value<'_> {
        let mut members = vec![
            ("table", Value::Text(&self.name)),
            ("mode", Value::Text(self.mode.word())),
            ("rewrites", Value::Flag(self.rewrites)),
            ("scans", Value::Flag(self.scans)),
        ];
        if let Some(size) = self.size {
            members.push(("bytes", Value::Number(size.bytes)));
            members.push(("rows", Value::Number(size.rows)));
        }
        Value::Object(members)
    }
}
