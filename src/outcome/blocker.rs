//! Who was in the way of a statement's lock.

use crate::pg::jsonb::{ToJsonb, Value};
use crate::pg::lock::Holder;
use crate::pg::quote_identifier;
use std::fmt;

/// A session, or a prepared transaction, that held a lock that was wanted, or waited for one before.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocker {
    /// What is known of it, as far as the caller may see it.
    pub holder: Holder,
    /// The relation it has locked, with its schema, as SQL writes it.
    pub table: String,
}

impl Blocker {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        let texts = [
            &self.holder.prepared,
            &self.holder.role,
            &self.holder.application,
            &self.holder.state,
            &self.holder.query,
        ];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        size_of::<Blocker>() + self.table.len() + texts
    }
}

/// `Process 123 of role app, application "web", holds ACCESS SHARE on public.orders; idle in
/// transaction, transaction open for 5 min 3 s: SELECT …`
impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.holder.prepared, self.holder.pid) {
            (Some(name), _) => write!(f, "Prepared transaction \"{}\"", one_line(name))?,
            (None, Some(pid)) => write!(f, "Process {pid}")?,
            (None, None) => write!(f, "A transaction")?,
        }
        if let Some(role) = &self.holder.role {
            write!(f, " of role {}", quote_identifier(role))?;
        }
        if let Some(application) = &self.holder.application {
            write!(f, ", application \"{application}\",")?;
        }
        let (mode, table) = (self.holder.mode, &self.table);
        match self.holder.holds {
            true => write!(f, " holds {mode} on {table}")?,
            false => write!(f, " came first and waits for {mode} on {table}")?,
        }
        let age = self.holder.age_ms.map(|age| format!("transaction open for {}", duration(age)));
        let now: Vec<String> = self.holder.state.iter().cloned().chain(age).collect();
        if !now.is_empty() {
            write!(f, "; {}", now.join(", "))?;
        }
        match &self.holder.query {
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
        if let Some(pid) = self.holder.pid.and_then(|pid| u64::try_from(pid).ok()) {
            members.push(("pid", Value::Number(pid)));
        }
        let texts = [
            ("prepared", &self.holder.prepared),
            ("role", &self.holder.role),
            ("application", &self.holder.application),
            ("state", &self.holder.state),
            ("query", &self.holder.query),
        ];
        let given = texts.into_iter().filter_map(|(key, text)| {
            let text = text.as_deref().filter(|text| !text.is_empty())?;
            Some((key, Value::Text(text)))
        });
        members.extend(given);
        if let Some(age) = self.holder.age_ms {
            members.push(("transaction_age_ms", Value::Number(age)));
        }
        members.push(("table", Value::Text(&self.table)));
        members.push(("mode", Value::Text(self.holder.mode.word())));
        members.push(("holds", Value::Flag(self.holder.holds)));
        Value::Object(members)
    }
}
