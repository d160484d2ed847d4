//! Rows that are in the way of a statement.

use crate::pg::jsonb::{ToJsonb, Value};

/// Rows, or values that several rows have, that a statement would fail on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    /// How many were found.
    pub count: u64,
    /// Whether that is all there are: looking stops after a few.
    pub is_exact: bool,
    /// Some of them by key, `(id)=(7)`.
    pub examples: Vec<String>,
    /// The query that lists all of them; absent where none can.
    pub query: Option<String>,
}

impl Violations {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        let examples = self.examples.iter().map(String::len);
        examples.sum::<usize>() + self.query.as_ref().map_or(0, String::len)
    }

    /// `3`, or `at least 11`
    pub fn amount(&self) -> String {
        match self.is_exact {
            true => self.count.to_string(),
            false => format!("at least {}", self.count),
        }
    }
}

impl ToJsonb for Violations {
    fn to_value(&self) -> Value<'_> {
        let examples = self.examples.iter().map(|example| Value::Text(example));
        let mut members = vec![
            ("count", Value::Number(self.count)),
            ("exact", Value::Flag(self.is_exact)),
            ("examples", Value::Array(examples.collect())),
        ];
        if let Some(query) = &self.query {
            members.push(("query", Value::Text(query)));
        }
        Value::Object(members)
    }
}
