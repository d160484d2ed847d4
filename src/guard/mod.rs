//! The guard: what a statement would meet, decided from the catalog before anything runs.
//!
//! One file per kind of object. Nothing here changes anything or outlives its call: look-ups
//! take no locks, and where the server must analyse an expression it does so in a
//! subtransaction that is rolled back.

mod column;
mod columns;
mod constraint;
pub mod footprint;
mod foreign_key;
mod function;
mod identity;
mod index;
mod like;
pub mod limits;
mod object;
mod partition;
mod policy;
mod publication;
mod query;
pub mod rows;
mod safer;
mod sequence;
mod statistics;
mod storage;
mod table;
mod trigger;
mod types;
mod view;

use crate::outcome::{Difference, Lock, Reason, Violations};
use crate::pg::arena::Arena;
use crate::pg::catalog::{self, RelationInfo};
use crate::pg::error::PgError;
use crate::pg::expression::{self, Purpose};
use crate::pg::subtransaction::probe;
use crate::pg::tree::Node;
use crate::pg::tree::model::{
    Action, Class, ColumnChange, ConstraintKind, ObjectName, Relation, RoleName,
};
use crate::pg::{accept_invalidations, invalidations, quote_identifier};
use crate::statement::Statement;
use pgrx::pg_sys::Oid;
use std::borrow::Cow;

/// What the guard decides about an action.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Run it.
    Run,
    /// Run it, and say something about it.
    Noted(Remark),
    /// Run it, after dropping an invalid index that has its name.
    Rebuild(Leftover),
    /// Validate the constraint of this name, which is there and was not asked for as NOT VALID.
    Validate(String),
    /// There is nothing to do.
    Satisfied(Finding),
    /// Something it needs is not there.
    Missing(Finding),
    /// Its name is taken by something else.
    Conflict(Finding),
    /// The server would refuse it, or a setting does: it has failed without being run.
    Refused(Finding),
}

impl Verdict {
    /// Whether the action is to be run.
    pub fn runs(&self) -> bool {
        use Verdict::{Noted, Rebuild, Run, Validate};
        matches!(self, Run | Noted(_) | Rebuild(_) | Validate(_))
    }

    /// Whether it is not even to be tried: it exceeds a limit, or rows are in its way, which were
    /// looked for so that the server need not find them under its lock.
    pub fn is_forbidden(&self) -> bool {
        let forbids = |reason| matches!(reason, Reason::ExceedsLimit | Reason::ViolatingRows);
        matches!(self, Verdict::Refused(finding) if forbids(finding.reason))
    }

    /// Whether it was refused because of rows that are in its way.
    pub fn is_about_rows(&self) -> bool {
        matches!(self, Verdict::Refused(finding) if finding.violations.is_some())
    }
}

/// What is to be said about an action that runs.
#[derive(Clone, Debug)]
pub struct Remark {
    /// One sentence.
    pub message: String,
    /// What could be done about it.
    pub hint: String,
}

/// An index that a CREATE INDEX CONCURRENTLY which failed has left behind.
#[derive(Clone, Debug)]
pub struct Leftover {
    /// Its OID.
    pub index: Oid,
    /// The OID of its table.
    pub table: Oid,
    /// Its name and schema.
    pub name: Relation,
}

impl Leftover {
    /// Whether it is still there, and nobody has completed it since.
    pub fn is_still_invalid(&self) -> bool {
        catalog::index(self.index).is_some_and(|index| !index.valid)
    }
}

/// Why, for a verdict other than to run.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The reason.
    pub reason: Reason,
    /// The SQLSTATE it is raised with under the policy `strict`.
    pub sqlstate: Cow<'static, str>,
    /// One sentence, in PostgreSQL's words where it has some.
    pub message: String,
    /// More about it.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// In what the existing object differs.
    pub differences: Vec<Difference>,
    /// The relation that is not there.
    pub missing_table: Option<Relation>,
    /// The rows that are in the way.
    pub violations: Option<Violations>,
    /// What it would have locked, where that is why.
    pub lock: Option<Lock>,
}

impl Finding {
    /// With nothing but its reason and the sentence.
    pub fn new(reason: Reason, message: String) -> Self {
        Finding {
            reason,
            sqlstate: reason.sqlstate().into(),
            message,
            detail: None,
            hint: None,
            differences: Vec::new(),
            missing_table: None,
            violations: None,
            lock: None,
        }
    }

    fn of_missing(table: &Relation, message: String) -> Self {
        let missing_table = Some(table.clone());
        Finding { missing_table, ..Finding::new(Reason::MissingTable, message) }
    }

    fn with_sqlstate(mut self, sqlstate: impl Into<Cow<'static, str>>) -> Self {
        self.sqlstate = sqlstate.into();
        self
    }

    fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// The verdict on each action of a statement.
pub fn judge(statement: &Statement) -> Vec<Verdict> {
    undisturbed(|| judge_after(statement, &mut Earlier::default()))
}

/// The verdicts on statements that run one after the other: what an earlier one adds or drops
/// counts for the later ones.
pub fn judge_in_order(statements: &[Statement]) -> Vec<Vec<Verdict>> {
    undisturbed(|| {
        let mut earlier = Earlier::default();
        statements.iter().map(|statement| judge_after(statement, &mut earlier)).collect()
    })
}

/// The verdicts on a statement that is to be run whatever the catalog says now, because others are
/// to be run before it. Limits hold for it, too.
pub fn judge_planned(statement: &Statement) -> Vec<Verdict> {
    let actions = 0..statement.command.actions.len();
    actions.map(|index| limits::refuse(statement, index, Verdict::Run)).collect()
}

/// Looks again when another session's change has become visible meanwhile: comparing an
/// expression may have waited for a lock, and what was read before it may be gone. A database
/// in which that happens at each look changes all the time; then the last look counts.
fn undisturbed<T>(mut look: impl FnMut() -> T) -> T {
    let mut looks = 1;
    loop {
        accept_invalidations();
        let before = invalidations();
        let seen = look();
        if invalidations() == before || looks == MOST_LOOKS {
            return seen;
        }
        looks += 1;
    }
}

const MOST_LOOKS: usize = 5;

fn judge_after<'a>(statement: &'a Statement, earlier: &mut Earlier<'a>) -> Vec<Verdict> {
    let actions = &statement.command.actions;
    let mut verdicts: Vec<Option<Verdict>> = vec![None; actions.len()];
    for pass in 0..=LAST_PASS {
        for (index, action) in actions.iter().enumerate() {
            if pass_of(action) == pass {
                let verdict = judge_one(statement, action, earlier);
                let verdict = limits::refuse(statement, index, verdict);
                if verdict.runs() {
                    earlier.to_run.push(action);
                }
                verdicts[index] = Some(verdict);
            }
        }
    }
    verdicts.into_iter().flatten().collect()
}

/// ALTER TABLE works in passes (`AlterTablePass` in tablecmds.c): what is dropped is gone, and
/// what is added is there and of its new type, before the other sub-commands look; and a foreign key
/// finds what it refers to.
fn pass_of(action: &Action) -> usize {
    match action {
        Action::DropColumn { .. } | Action::DropConstraint { .. } => 0,
        Action::AddColumn { .. } => 1,
        Action::AlterColumn { change: ColumnChange::Type { .. }, .. } => 1,
        Action::AddConstraint { constraint, .. } => match constraint.kind {
            ConstraintKind::Foreign => 3,
            _ => 2,
        },
        _ => LAST_PASS,
    }
}

const LAST_PASS: usize = 4;

/// The actions that will have run before: of the same statement, or of one before it.
#[derive(Default)]
struct Earlier<'a> {
    to_run: Vec<&'a Action>,
}

impl Earlier<'_> {
    fn runs(&self, wanted: impl Fn(&Action) -> bool) -> bool {
        self.to_run.iter().any(|action| wanted(action))
    }

    fn creates_table(&self, table: &Relation) -> bool {
        self.runs(|action| matches!(action, Action::CreateTable(def) if def.table == *table))
    }

    fn adds_column(&self, name: &str) -> bool {
        self.runs(
            |action| matches!(action, Action::AddColumn { column, .. } if column.name == name),
        )
    }

    fn drops_column(&self, name: &str) -> bool {
        self.runs(|action| matches!(action, Action::DropColumn { column, .. } if column == name))
    }

    fn drops_constraint(&self, name: &str) -> bool {
        self.runs(|action| matches!(action, Action::DropConstraint { name: n, .. } if n == name))
    }

    fn adds_constraint(&self, name: &str) -> bool {
        self.runs(|action| match action {
            Action::AddConstraint { constraint, .. } => constraint.name.as_deref() == Some(name),
            _ => false,
        })
    }
}

fn judge_one(statement: &Statement, action: &Action, earlier: &Earlier) -> Verdict {
    let verdict = match action {
        Action::AddColumn { table, column } => column::add(table, column, earlier),
        Action::DropColumn { table, column } => column::drop(table, column),
        Action::AlterColumn { table, column, change } => {
            column::alter(table, column, change, earlier)
        }
        Action::AddConstraint { table, constraint } => constraint::add(table, constraint, earlier),
        Action::DropConstraint { table, name } => {
            constraint::drop(table, name, statement.expected.constraint)
        }
        Action::ValidateConstraint { table, name } => constraint::validate(table, name, earlier),
        Action::AlterTable { table, change } => table::alter(table, change),
        Action::Maintain { table, columns, index } => {
            table::maintain(table, columns, index.as_deref())
        }
        Action::CreateTable(def) => table::create(def),
        Action::CreateIndex(def) => index::create(def),
        Action::CreateStatistics(def) => statistics::create(def),
        Action::Create { object, definition, replace } => {
            object::create(object, definition, *replace)
        }
        Action::Drop { object } => object::drop(object, statement.expected.table.as_ref()),
        Action::Rename { object, new_name } => {
            object::rename(object, new_name, statement.expected.exact_kind)
        }
        Action::Comment { object, comment } => object::comment(object, comment.as_deref(), earlier),
        Action::AddEnumValue { object, value } => object::add_enum_value(object, value),
        Action::AddDomainCheck { domain, check } => types::add_check(domain, check),
        Action::RenameEnumValue { object, old, new } => object::rename_enum_value(object, old, new),
        Action::Alter { object, roles, change } => object::alter(object, roles, change),
        Action::Other => Ok(Verdict::Run),
    };
    let verdict = verdict.and_then(|verdict| match verdict.runs() {
        true => need_relations(&statement.command.queried).map(|()| verdict),
        false => Ok(verdict),
    });
    match verdict.unwrap_or_else(|verdict| verdict) {
        Verdict::Missing(finding) if statement.command.if_exists && lacks_target(action) => {
            Verdict::Satisfied(finding)
        }
        verdict => verdict,
    }
}

/// Whether a DROP found nothing because the table is not there that its object would be on; of
/// an index without a table nobody can tell, so it may be.
pub fn lacks_table(statement: &Statement, action: &Action) -> bool {
    let Action::Drop { object } = action else { return false };
    let table = match object.class {
        Class::Index => statement.expected.table.as_ref(),
        Class::Policy | Class::Trigger | Class::Rule => object.relation.as_ref(),
        _ => return false,
    };
    table.is_none_or(|table| catalog::relation(table).is_none())
}

/// Whether the relation that an ALTER is about is not there.
fn lacks_target(action: &Action) -> bool {
    let target = match action {
        Action::Rename { object, .. } | Action::Alter { object, .. } => {
            Some(object.relation.clone().unwrap_or_else(|| object.as_relation()))
        }
        _ => action.altered_table().cloned(),
    };
    target.is_some_and(|target| catalog::relation(&target).is_none())
}

/// `Err` is a verdict too: the one that ends the judging early.
type Judged<T> = Result<T, Verdict>;

// ---- what the files of this module share ----------------------------------------------------

fn missing(reason: Reason, message: String) -> Verdict {
    Verdict::Missing(Finding::new(reason, message))
}

fn satisfied(reason: Reason, message: String) -> Verdict {
    Verdict::Satisfied(Finding::new(reason, message))
}

/// The schema, if one is named, exists; `pg_temp` is made when a session first needs it.
fn need_schema(schema: Option<&str>) -> Judged<()> {
    let is_missing = |schema: &&str| *schema != "pg_temp" && catalog::namespace(schema).is_none();
    match schema.filter(is_missing) {
        Some(schema) => Err(no_schema(schema)),
        None => Ok(()),
    }
}

fn no_schema(schema: &str) -> Verdict {
    missing(Reason::MissingSchema, format!("schema {} does not exist", in_quotes(schema)))
}

/// The relation exists.
fn need_table(table: &Relation) -> Judged<RelationInfo> {
    need_schema(table.schema.as_deref())?;
    catalog::relation(table).ok_or_else(|| no_table(table))
}

/// Every relation that a query names exists.
fn need_relations(relations: &[Relation]) -> Judged<()> {
    for relation in relations {
        need_schema(relation.schema.as_deref())?;
        if catalog::relation(relation).is_none() {
            let message = format!("relation {} does not exist", in_quotes(&plain(relation)));
            return Err(Verdict::Missing(Finding::of_missing(relation, message)));
        }
    }
    Ok(())
}

fn no_table(table: &Relation) -> Verdict {
    let message = format!("table {} does not exist", in_quotes(&plain(table)));
    let finding = Finding::of_missing(table, message);
    Verdict::Missing(match table.name.split_once('.') {
        Some((schema, name)) if table.schema.is_none() => finding.with_hint(format!(
            "The name contains a dot. To name a schema, pass {} and schema => {}.",
            crate::pg::quote_literal(name),
            crate::pg::quote_literal(schema),
        )),
        _ => finding,
    })
}

/// The column exists, or the same statement adds it (then there is nothing to look at).
fn need_column(table: &RelationInfo, name: &str, earlier: &Earlier) -> Judged<()> {
    if earlier.adds_column(name) || catalog::column(table.oid, name).is_some() {
        Ok(())
    } else {
        Err(no_column(table, name))
    }
}

fn no_column(table: &RelationInfo, name: &str) -> Verdict {
    missing(
        Reason::MissingColumn,
        format!(
            "column {} of {} {} does not exist",
            in_quotes(name),
            table.word(),
            in_quotes(&table.name)
        ),
    )
}

/// The type exists. One written as `x%TYPE` is left to the server.
fn need_type(name: &crate::pg::tree::model::TypeName) -> Judged<()> {
    if name.by_column || name.serial().is_some() || name.names.len() > 2 {
        return Ok(());
    }
    if let [schema, _] = name.names.as_slice() {
        need_schema(Some(schema))?;
    }
    match catalog::type_by_name(&name.names) {
        Some(_) => Ok(()),
        None => Err(missing(
            Reason::MissingType,
            format!("type {} does not exist", in_quotes(&name.names.join("."))),
        )),
    }
}

/// Every role named exists.
fn need_roles(roles: &[RoleName]) -> Judged<()> {
    for role in roles {
        if let RoleName::Named(name) = role
            && catalog::role(name).is_none()
        {
            return Err(missing(
                Reason::MissingRole,
                format!("role {} does not exist", in_quotes(name)),
            ));
        }
    }
    Ok(())
}

/// The role that is meant, if it exists.
fn role_oid(role: &RoleName) -> Option<Oid> {
    catalog::role(&policy::role_name(role))
}

/// The name belongs to something of another kind.
fn wrong_kind(wanted: &str, name: &str, found: &str) -> Verdict {
    Verdict::Conflict(of_another_kind(wanted, name, found))
}

/// The name a new object would get is taken by something of another kind.
fn taken_by(wanted: &str, name: &str, found: &str) -> Verdict {
    let finding = of_another_kind(wanted, name, found);
    Verdict::Conflict(finding.with_hint("Rename or drop the existing one, or choose another name."))
}

fn of_another_kind(wanted: &str, name: &str, found: &str) -> Finding {
    let message =
        format!("{} is {}, not {}", in_quotes(name), with_article(found), with_article(wanted));
    Finding::new(Reason::WrongKind, message)
}

fn with_article(word: &str) -> String {
    let vowel = word.starts_with(|letter: char| "aeiouAEIOU".contains(letter));
    let article = if vowel && !word.starts_with("UNI") { "an" } else { "a" };
    format!("{article} {word}")
}

/// The relation is of one of these kinds (relkind).
fn need_kind(relation: &RelationInfo, wanted: &str, kinds: &[char]) -> Judged<()> {
    if kinds.contains(&relation.kind) {
        Ok(())
    } else {
        Err(wrong_kind(wanted, &relation.name, relation.word()))
    }
}

/// What ADD COLUMN and DROP COLUMN work on: tables, and the relation of a composite type.
const WITH_COLUMNS: [char; 4] = ['r', 'p', 'f', 'c'];

/// SQLSTATEs of names that are taken, as PostgreSQL raises them.
const DUPLICATE_COLUMN: &str = "42701";
const DUPLICATE_FUNCTION: &str = "42723";
const DUPLICATE_TABLE: &str = "42P07";
const DUPLICATE_SCHEMA: &str = "42P06";
const DUPLICATE_OBJECT: &str = "42710";

/// The SQLSTATE of a function that is not there.
const UNDEFINED_FUNCTION: &str = "42883";

/// What comparing an existing object with what was asked for gave.
struct Comparison {
    differences: Vec<Difference>,
    /// What was given and could not be compared.
    uncompared: Option<String>,
    /// What is to be said although all is equal.
    remarks: Vec<String>,
    /// The server could not look, because of another session's lock or because it will refuse
    /// the statement anyway: the statement itself must find out.
    undecided: bool,
}

impl Comparison {
    fn new() -> Self {
        Comparison {
            differences: Vec::new(),
            uncompared: None,
            remarks: Vec::new(),
            undecided: false,
        }
    }

    fn note(&mut self, difference: Option<Difference>) {
        self.differences.extend(difference);
    }

    /// What is made in pg_temp is temporary, said or not.
    fn note_persistence(&mut self, existing: char, unlogged: bool) {
        let want = match (unlogged, existing) {
            (true, _) => 'u',
            (false, 't') => 't',
            (false, _) => 'p',
        };
        let (have, want) = (persistence_word(existing), persistence_word(want));
        self.note(Difference::between("persistence", have, want));
    }

    fn not_compared(&mut self, what: impl Into<String>) {
        self.uncompared.get_or_insert(what.into());
    }

    /// The server could not understand something; or not look, because of a lock or because the
    /// role may not act as the owner, which the statement itself will say.
    fn cannot_compare(&mut self, what: &str, error: &PgError) {
        if is_about_looking(error) {
            self.undecided = true;
        } else {
            self.not_compared(format!("{what} ({})", error.message()));
        }
    }

    /// Adds what comparing a named part of it gave: its attributes are `name.attribute`.
    fn add_part(&mut self, name: &str, part: Comparison) {
        self.include(part.with_prefix(&format!("{}.", quote_identifier(name))));
    }

    fn with_prefix(mut self, prefix: &str) -> Self {
        for difference in &mut self.differences {
            difference.attribute = format!("{prefix}{}", difference.attribute).into();
        }
        self
    }

    fn leave_to_server(&mut self) {
        self.undecided = true;
    }

    /// Adds what comparing a part of it gave.
    fn include(&mut self, part: Comparison) {
        self.differences.extend(part.differences);
        self.undecided |= part.undecided;
        if let Some(what) = part.uncompared {
            self.not_compared(what);
        }
    }

    /// Compares two expressions over a table by their normal forms. Looking at one locks the
    /// table: the statement itself will say that a role that does not own it may not.
    fn note_expressions(
        &mut self,
        attribute: impl Into<Cow<'static, str>>,
        purpose: Purpose,
        table: &RelationInfo,
        have: Option<&str>,
        want: Option<&Node>,
    ) {
        if have.is_none() && want.is_none() {
            return;
        }
        if !catalog::is_owner(table.oid) {
            return self.leave_to_server();
        }
        let attribute = attribute.into();
        let arena = Arena::new();
        let texts = probe(&arena, || {
            arena.enter(|| {
                let have = have.map(|node| expression::stored(purpose, table, node));
                let want = want.map(|node| expression::written(purpose, Some(table.oid), node));
                (have.unwrap_or_else(none), want.map_or_else(none, |written| written.text))
            })
        });
        match texts {
            Ok((have, want)) => self.note(Difference::between(attribute, have, want)),
            Err(error) => self.cannot_compare(&attribute, &error),
        }
    }

    fn is_equal(&self) -> bool {
        !self.undecided && self.differences.is_empty() && self.uncompared.is_none()
    }

    /// Whether it differs in this alone.
    fn is_only(&self, attribute: &str) -> bool {
        !self.undecided
            && self.uncompared.is_none()
            && matches!(self.differences.as_slice(), [only] if only.attribute == attribute)
    }

    /// With OR REPLACE what is not equal is replaced.
    fn verdict_for(self, replace: bool, subject: &str, taken: &'static str) -> Verdict {
        if replace && !self.is_equal() { Verdict::Run } else { self.verdict(subject, taken) }
    }

    /// `subject`: `column "a" of table "t"`; `taken`: what PostgreSQL raises when it is there.
    fn verdict(self, subject: &str, taken: &'static str) -> Verdict {
        if self.undecided {
            return Verdict::Run;
        }
        if !self.differences.is_empty() {
            let message = format!("{subject} already exists with another definition");
            let mut finding = Finding::new(Reason::Differs, message)
                .with_sqlstate(taken)
                .with_hint(
                    "Change the existing object to what is wanted, or the statement to what exists.",
                );
            finding.differences = self.differences;
            return Verdict::Conflict(finding);
        }
        match self.uncompared {
            Some(what) => not_compared(subject, &what, taken),
            None => {
                let message = format!("{subject} already exists");
                let mut finding = Finding::new(Reason::AlreadyExists, message);
                finding.detail = Some(self.remarks.join(" ")).filter(|detail| !detail.is_empty());
                Verdict::Satisfied(finding)
            }
        }
    }
}

/// A difference between things of which it is known whether they are the same: two can have
/// the same name in different schemas.
fn unless(
    same: bool,
    attribute: &'static str,
    have: impl Into<String>,
    want: impl Into<String>,
) -> Option<Difference> {
    (!same).then(|| Difference {
        attribute: attribute.into(),
        have: have.into(),
        want: want.into(),
    })
}

/// relpersistence
fn persistence_word(letter: char) -> &'static str {
    match letter {
        't' => "temporary",
        'u' => "unlogged",
        _ => "permanent",
    }
}

/// lock_not_available, deadlock_detected, insufficient_privilege
fn is_about_looking(error: &PgError) -> bool {
    matches!(error.sqlstate().as_str(), "55P03" | "40P01" | "42501")
}

fn not_compared(subject: &str, what: &str, taken: &'static str) -> Verdict {
    let message = format!("{subject} already exists, and was not compared in full");
    Verdict::Conflict(
        Finding::new(Reason::NotCompared, message)
            .with_sqlstate(taken)
            .with_detail(format!("Not compared: {what}."))
            .with_hint("Compare the two by hand; nothing was changed."),
    )
}

/// A name as PostgreSQL's messages show it.
fn in_quotes(name: &str) -> String {
    format!("\"{name}\"")
}

/// A relation's name as PostgreSQL's messages show it, without quoting its parts.
fn plain(relation: &Relation) -> String {
    match &relation.schema {
        Some(schema) => format!("{schema}.{}", relation.name),
        None => relation.name.clone(),
    }
}

/// The object's kind and name, `policy "p" on table "t"`.
fn subject(object: &ObjectName) -> String {
    let word = object.class.word();
    match &object.relation {
        Some(domain) if object.class == Class::DomainConstraint => {
            format!("{word} {} of domain {}", in_quotes(&object.name), in_quotes(&plain(domain)))
        }
        Some(server) if object.class == Class::UserMapping => {
            format!("{word} for {} server {}", in_quotes(&object.name), in_quotes(&server.name))
        }
        Some(table) if object.class == Class::Column || object.class == Class::Constraint => {
            format!("{word} {} of table {}", in_quotes(&object.name), in_quotes(&plain(table)))
        }
        Some(table) => {
            format!("{word} {} for table {}", in_quotes(&object.name), in_quotes(&plain(table)))
        }
        None => format!("{word} {}", in_quotes(&plain(&object.as_relation()))),
    }
}

/// Names as SQL lists them.
fn listed<S: AsRef<str>>(names: &[S]) -> String {
    if names.is_empty() {
        return "none".into();
    }
    let quoted: Vec<String> = names.iter().map(|name| quote_identifier(name.as_ref())).collect();
    format!("({})", quoted.join(", "))
}

fn none() -> String {
    "none".into()
}

/// The names of the columns with these numbers.
fn column_names(table: Oid, numbers: &[i16]) -> Vec<String> {
    numbers.iter().filter_map(|number| catalog::column_name(table, *number)).collect()
}

/// The names of columns whose order means nothing.
fn listed_in_any_order(mut names: Vec<String>) -> String {
    names.sort();
    listed(&names)
}

fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
