//! Who was in the way of a statement's lock.

use crate::pg::jsonb::{ToJsonb, Value};
use crate::pg::lock::LockMode;
use crate::pg::quote_identifier;
use std::fmt;

/// A session, or a prepared transaction, that held a lock that was wanted, or waited for one before.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocker {
    /// The pid of its backend; absent for a prepared transaction.
    pub pid: Option<i32>,
    /// The name of the prepared transaction.
    pub prepared: Option<String>,
    /// Its role.
    pub role: Option<String>,
    /// Its application_name.
    pub application: Option<String>,
    /// Its state, as pg_stat_activity has it.
    pub state: Option<String>,
    /// For how many milliseconds its transaction has been open.
    pub transaction_age_ms: Option<u64>,
    /// The query it runs, or ran last, if the caller may see it.
    pub query: Option<String>,
    /// The table it has locked, and the mode.
    pub table: String,
    /// The mode it holds, or waits for.
    pub mode: LockMode,
    /// Whether it holds the lock; else it waits for it, and came first.
    pub holds: bool,
}

impl Blocker {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        let texts = [&self.prepared, &self.role, &self.application, &self.state, &self.query];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        size_of::<Blocker>() + self.table.len() + texts
    }
}

/// `Process 123 of role app, application "web", holds ACCESS SHARE on public.orders; idle in
/// transaction, transaction open for 5 min 3 s: SELECT …`
impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.prepared, self.pid) {
            (Some(name), _) => write!(f, "Prepared transaction \"{}\"", one_line(name))?,
            (None, Some(pid)) => write!(f, "Process {pid}")?,
            (None, None) => write!(f, "A transaction")?,
        }
        if let Some(role) = &self.role {
            write!(f, " of role {}", quote_identifier(role))?;
        }
        if let Some(application) = &self.application {
            write!(f, ", application \"{application}\",")?;
        }
        let (mode, table) = (self.mode, &self.table);
        match self.holds {
            true => write!(f, " holds {mode} on {table}")?,
            false => write!(f, " came first and waits for {mode} on {table}")?,
        }
        let age =
            self.transaction_age_ms.map(|age| format!("transaction open for {}", duration(age)));
        let now: Vec<String> = self.state.iter().cloned().chain(age).collect();
        if !now.is_empty() {
            write!(f, "; {}", now.join(", "))?;
        }
        match &self.query {
            Some(query) if !query.is_empty() => write!(f, ": {}", one_line(query)),
            _ => f.write_str("."),
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `5 min 3 s`, in the two largest units.
fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match () {
        _ if days > 0 => format!("{days} d {} h", hours % 24),
        _ if hours > 0 => format!("{hours} h {} min", minutes % 60),
        _ if minutes > 0 => format!("{minutes} min {} s", seconds % 60),
        _ if seconds > 0 => format!("{seconds} s"),
        _ => format!("{milliseconds} ms"),
    }
}

impl ToJsonb for Blocker {
    fn to_value(&self) -> Value<'_> {
        let mut members = Vec::new();
        if let Some(pid) = self.pid.and_then(|pid| u64::try_from(pid).ok()) {
            members.push(("pid", Value::Number(pid)));
        }
        let texts = [
            ("prepared", &self.prepared),
            ("role", &self.role),
            ("application", &self.application),
            ("state", &self.state),
            ("query", &self.query),
        ];
        let given = texts.into_iter().filter_map(|(key, text)| {
            let text = text.as_deref().filter(|text| !text.is_empty())?;
            Some((key, Value::Text(text)))
        });
        members.extend(given);
        if let Some(age) = self.transaction_age_ms {
            members.push(("transaction_age_ms", Value::Number(age)));
        }
        members.push(("table", Value::Text(&self.table)));
        members.push(("mode", Value::Text(self.mode.word())));
        members.push(("holds", Value::Flag(self.holds)));
        Value::Object(members)
    }
}
