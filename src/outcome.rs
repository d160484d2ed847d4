//! What became of a statement: one status, one reason, and the details.
//!
//! Every entry point returns or records the same [`Outcome`]. This module turns it into jsonb
//! and into the NOTICE or WARNING a user reads; it decides nothing.

mod blocker;
mod lock;
mod violations;

pub use blocker::Blocker;
pub use lock::{Lock, Others, Size, TableLock};
pub use violations::Violations;

use crate::pg::jsonb::{ToJsonb, Value};
use crate::pg::message::{self, Message, Place, Severity};
use crate::pg::tree::model::Relation;
use std::borrow::Cow;
use std::rc::Rc;

/// What became of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It ran.
    Applied,
    /// There was nothing to do, or nothing to do it on.
    Skipped,
    /// The name is taken by something else.
    Conflict,
    /// It ran and failed; it alone was undone.
    Failed,
    /// Dry run: it would run.
    Planned,
}

impl Status {
    /// The word used in SQL.
    pub fn word(self) -> &'static str {
        match self {
            Status::Applied => "applied",
            Status::Skipped => "skipped",
            Status::Conflict => "conflict",
            Status::Failed => "failed",
            Status::Planned => "planned",
        }
    }
}

/// Why a statement has its status. For failures it is PostgreSQL's condition name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Reason {
    MissingSchema,
    MissingTable,
    MissingColumn,
    MissingType,
    MissingConstraint,
    MissingIndex,
    MissingRole,
    MissingObject,
    AlreadyExists,
    AlreadyAbsent,
    NoChange,
    Differs,
    WrongKind,
    OtherTable,
    InvalidIndex,
    NotCompared,
    ExceedsLimit,
    ViolatingRows,
    DatatypeMismatch,
    InvalidForeignKey,
    FeatureNotSupported,
    InsufficientPrivilege,
    ObjectInUse,
}

impl Reason {
    /// The stable code used in SQL.
    pub fn code(self) -> &'static str {
        self.parts().0
    }

    /// The SQLSTATE this reason is raised with under the policy `strict`.
    pub fn sqlstate(self) -> &'static str {
        self.parts().1
    }

    fn parts(self) -> (&'static str, &'static str) {
        match self {
            Reason::MissingSchema => ("missing_schema", "3F000"),
            Reason::MissingTable => ("missing_table", "42P01"),
            Reason::MissingColumn => ("missing_column", "42703"),
            Reason::MissingType => ("missing_type", "42704"),
            Reason::MissingConstraint => ("missing_constraint", "42704"),
            Reason::MissingIndex => ("missing_index", "42704"),
            Reason::MissingRole => ("missing_role", "42704"),
            Reason::MissingObject => ("missing_object", "42704"),
            Reason::AlreadyExists => ("already_exists", "42710"),
            Reason::AlreadyAbsent => ("already_absent", "42704"),
            Reason::NoChange => ("no_change", "00000"),
            Reason::Differs => ("differs", "42710"),
            Reason::WrongKind => ("wrong_kind", "42809"),
            Reason::OtherTable => ("other_table", "42710"),
            Reason::InvalidIndex => ("invalid_index", "55000"),
            Reason::NotCompared => ("not_compared", "42710"),
            Reason::ExceedsLimit => ("exceeds_limit", "55000"),
            Reason::ViolatingRows => ("violating_rows", "23000"),
            Reason::DatatypeMismatch => ("datatype_mismatch", "42804"),
            Reason::InvalidForeignKey => ("invalid_foreign_key", "42830"),
            Reason::FeatureNotSupported => ("feature_not_supported", "0A000"),
            Reason::InsufficientPrivilege => ("insufficient_privilege", "42501"),
            Reason::ObjectInUse => ("object_in_use", "55006"),
        }
    }
}

/// One attribute in which an object differs from what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The attribute's name.
    pub attribute: Cow<'static, str>,
    /// What the database has.
    pub have: String,
    /// What was asked for.
    pub want: String,
}

impl Difference {
    /// `None` when both are the same text.
    pub fn between(
        attribute: impl Into<Cow<'static, str>>,
        have: impl Into<String>,
        want: impl Into<String>,
    ) -> Option<Self> {
        let (have, want) = (have.into(), want.into());
        (have != want).then(|| Difference { attribute: attribute.into(), have, want })
    }

    /// As [`Difference::between`]; of texts with several lines the first line that differs.
    pub fn between_texts(
        attribute: impl Into<Cow<'static, str>>,
        have: &str,
        want: &str,
    ) -> Option<Self> {
        if have == want || !(have.contains('\n') || want.contains('\n')) {
            return Difference::between(attribute, have, want);
        }
        let (have, want): (Vec<_>, Vec<_>) =
            (have.split('\n').collect(), want.split('\n').collect());
        let place = have.iter().zip(&want).take_while(|(have, want)| have == want).count();
        let line = |lines: &[&str]| match lines.get(place) {
            Some(line) => format!("line {}: {line}", place + 1),
            None => format!("{place} lines"),
        };
        Difference::between(attribute, line(&have), line(&want))
    }
}

/// What became of a statement. The same for every entry point.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// applied, skipped, conflict, failed or planned.
    pub status: Status,
    /// The reason's code; `None` for applied and planned.
    pub reason: Option<Cow<'static, str>>,
    /// The operation's name: that of the typed function where there is one.
    pub operation: Cow<'static, str>,
    /// The object it is about, quoted as SQL would; empty when there is none.
    pub object: String,
    /// The same for the fields of a message.
    pub place: Place,
    /// The relation that is not there, where that is the reason.
    pub missing_table: Option<Relation>,
    /// The statement's text.
    pub ddl: Rc<str>,
    /// One sentence for people.
    pub message: Option<String>,
    /// More about it.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The SQLSTATE of the failure, or the one a conflict is raised with.
    pub sqlstate: Option<String>,
    /// How the existing object differs from what was asked for.
    pub differences: Vec<Difference>,
    /// What it locks; absent where nothing is to run, or it locks nothing that was there.
    pub lock: Option<Lock>,
    /// How often it was tried again because of a lock.
    pub retries: u32,
    /// Who was in the way of its lock.
    pub blocked_by: Vec<Blocker>,
    /// The rows that are in its way.
    pub violations: Option<Violations>,
    /// The outcomes of the statements a composite operation consists of.
    pub steps: Vec<Outcome>,
    /// How long judging and running took, in microseconds.
    pub elapsed_us: u64,
}

impl Outcome {
    /// An outcome with nothing but its status.
    pub fn new(status: Status, operation: Cow<'static, str>, object: String, ddl: Rc<str>) -> Self {
        Outcome {
            status,
            reason: None,
            operation,
            object,
            place: Place::default(),
            missing_table: None,
            ddl,
            message: None,
            detail: None,
            hint: None,
            sqlstate: None,
            differences: Vec::new(),
            lock: None,
            retries: 0,
            blocked_by: Vec::new(),
            violations: None,
            steps: Vec::new(),
            elapsed_us: 0,
        }
    }

    /// Whether there is nothing left to do: it was done, or there was nothing to do.
    pub fn is_finished(&self) -> bool {
        match self.status {
            Status::Applied => true,
            Status::Skipped => !self.is_missing(),
            Status::Conflict | Status::Failed | Status::Planned => false,
        }
    }

    /// Whether something it needs is not there.
    pub fn is_missing(&self) -> bool {
        self.reason.as_deref().is_some_and(|reason| reason.starts_with("missing_"))
    }

    /// Whether it is a conflict or a failure.
    pub fn is_trouble(&self) -> bool {
        matches!(self.status, Status::Conflict | Status::Failed)
    }

    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        let texts = [&self.message, &self.detail, &self.hint, &self.sqlstate];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        let differences = self.differences.iter().map(|d| d.have.len() + d.want.len());
        let blockers = self.blocked_by.iter().map(Blocker::size);
        let steps = self.steps.iter().map(Outcome::size);
        let locks = self.lock.as_ref().map_or(0, Lock::size);
        let rows = self.violations.as_ref().map_or(0, Violations::size);
        let own = size_of::<Outcome>() + self.ddl.len() + self.object.len() + texts + locks + rows;
        own + differences.sum::<usize>() + blockers.sum::<usize>() + steps.sum::<usize>()
    }

    /// What is kept of it where others may read it: all but what other sessions ran.
    pub fn for_keeping(self: &Rc<Self>) -> Rc<Outcome> {
        let is_blocked = |outcome: &Outcome| !outcome.blocked_by.is_empty();
        if !is_blocked(self) && !self.steps.iter().any(is_blocked) {
            return self.clone();
        }
        let mut kept = Outcome::clone(self);
        let steps = kept.steps.iter_mut().flat_map(|step| &mut step.blocked_by);
        for blocker in kept.blocked_by.iter_mut().chain(steps) {
            blocker.holder.query = None;
        }
        Rc::new(kept)
    }

    /// How loud it is announced: NOTICE for skipped and planned, WARNING for conflict and
    /// failed; what was simply applied is not.
    pub fn severity(&self) -> Option<Severity> {
        match self.status {
            // What was done besides what was asked for.
            Status::Applied => self.message.as_ref().map(|_| Severity::Notice),
            Status::Skipped | Status::Planned => Some(Severity::Notice),
            Status::Conflict | Status::Failed => Some(Severity::Warning),
        }
    }

    /// Tells the user, if anybody would see it.
    pub fn announce(&self, migration: &str) {
        if let Some(severity) = self.severity().filter(|severity| message::is_wanted(*severity)) {
            message::emit(severity, &self.as_message(self.headline(), migration));
        }
    }

    /// A message about it, with this text.
    pub fn as_message(&self, text: String, migration: &str) -> Message<'_> {
        Message {
            text,
            detail: self.lines(),
            hint: self.hint.as_deref(),
            context: context(migration),
            place: crate::pg::catalog::located(&self.place).into_owned(),
        }
    }

    /// `skipped add_column users.email: table "users" does not exist`
    pub fn headline(&self) -> String {
        let join = if self.status == Status::Conflict { " in " } else { " " };
        let mut line = format!("{}{join}{}", self.status.word(), self.operation);
        if !self.object.is_empty() {
            line.push(' ');
            line.push_str(&self.object);
        }
        if let Some(message) = &self.message {
            line.push_str(": ");
            line.push_str(message);
        }
        line
    }

    /// The DETAIL: what was said about it, what would run, each difference, and who was in the way.
    pub fn lines(&self) -> Option<String> {
        let mut lines: Vec<String> = self.detail.iter().cloned().collect();
        if self.status == Status::Planned {
            let parts =
                if self.steps.is_empty() { std::slice::from_ref(self) } else { &self.steps };
            let planned = parts.iter().filter(|part| part.status == Status::Planned);
            lines.extend(planned.map(|part| part.ddl.to_string()));
            lines.extend(self.lock.iter().flat_map(Lock::lines));
        }
        let differences = self.differences.iter();
        lines.extend(differences.map(|difference| {
            let Difference { attribute, have, want } = difference;
            format!("Existing {attribute}: {have}; wanted: {want}.")
        }));
        lines.extend(self.blocked_by.iter().map(ToString::to_string));
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// Where a message with this label belongs to.
pub fn context(migration: &str) -> Option<String> {
    (!migration.is_empty()).then(|| format!("migration \"{migration}\""))
}

/// The keys are the same everywhere; those that have no value are absent.
impl ToJsonb for Outcome {
    fn to_value(&self) -> Value<'_> {
        let texts = [
            ("status", Some(self.status.word())),
            ("reason", self.reason.as_deref()),
            ("operation", Some(&*self.operation)),
            ("object", Some(self.object.as_str())),
            ("ddl", Some(&*self.ddl)),
            ("message", self.message.as_deref()),
            ("detail", self.detail.as_deref()),
            ("hint", self.hint.as_deref()),
            ("sqlstate", self.sqlstate.as_deref()),
        ];
        let given = texts.into_iter().filter_map(|(key, text)| {
            text.filter(|text| !text.is_empty()).map(|text| (key, Value::Text(text)))
        });
        let mut members: Vec<_> = given.collect();
        if !self.differences.is_empty() {
            let all = self.differences.iter().map(ToJsonb::to_value);
            members.push(("differences", Value::Array(all.collect())));
        }
        if let Some(lock) = &self.lock {
            members.push(("lock", lock.to_value()));
        }
        if self.retries > 0 {
            members.push(("retries", Value::Number(self.retries.into())));
        }
        if !self.blocked_by.is_empty() {
            let all = self.blocked_by.iter().map(ToJsonb::to_value);
            members.push(("blocked_by", Value::Array(all.collect())));
        }
        if let Some(violations) = &self.violations {
            members.push(("violations", violations.to_value()));
        }
        if !self.steps.is_empty() {
            let all = self.steps.iter().map(ToJsonb::to_value);
            members.push(("steps", Value::Array(all.collect())));
        }
        members.push(("elapsed_us", Value::Number(self.elapsed_us)));
        Value::Object(members)
    }
}

impl ToJsonb for Difference {
    fn to_value(&self) -> Value<'_> {
        Value::Object(vec![
            ("attribute", Value::Text(&self.attribute)),
            ("have", Value::Text(&self.have)),
            ("want", Value::Text(&self.want)),
        ])
    }
}
