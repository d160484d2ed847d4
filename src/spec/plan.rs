//! From the differences to the statements that mend them, in an order in which they can run.
//!
//! What is missing is made, what differs is changed; what cannot be changed and holds no rows
//! (a constraint, an index, a policy, a view) is dropped and made anew, with what rests on it
//! ([`super::anew`]). What would lose data, or cannot be done, is left out, with the reason.

mod details;
mod planner;

use super::anew::ties::{Ties, parents};
use super::anew::{self, Fate, named};
use super::diff::{self, Standing};
use super::model::{Key, Kind, Object, Spec};
use super::order::{self, Ordered};
use super::{lossy, snapshot, statement};
use crate::error::Error;
use planner::Planner;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a repair may do besides adding and changing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed {
    /// Drop what the database has beyond a spec that says everything.
    pub drop: bool,
    /// Change types in ways that may lose data, and set NOT NULL over NULLs.
    pub lossy: bool,
}

/// What a step brings about, and others wait for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is there.
    There(Key),
    /// It is not there any more.
    Gone(Key),
    /// What was in the way of something has been taken from it.
    Released(Key),
    /// It is as the spec says.
    Changed(Key),
    /// It is a part of the index that it is to be a part of.
    Attached(Key),
}

impl State {
    /// What it is said of.
    pub fn key(&self) -> &Key {
        match self {
            State::There(key)
            | State::Gone(key)
            | State::Released(key)
            | State::Changed(key)
            | State::Attached(key) => key,
        }
    }
}

/// A statement of a repair.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is about.
    pub key: Key,
    /// The statement.
    pub sql: String,
    /// The statements that take it back, none where others do; `None` if nothing can.
    pub undo: Option<Vec<String>>,
    /// What is so after it and was not before.
    pub brings: State,
    /// What must be so before it.
    pub needs: BTreeSet<State>,
    /// What should be so before it, unless it needs this step.
    pub wishes: BTreeSet<State>,
    /// Its place where nothing else decides.
    pub phase: Phase,
}

/// When a statement runs, as far as nothing that it needs decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Phase {
    Dropping,
    Labels,
    Schemas,
    Extensions,
    Types,
    Sequences,
    Routines,
    Tables,
    Columns,
    Changing,
    Defaults,
    /// Partitions that are made with the table above them.
    Partitions,
    Views,
    Constraints,
    Indexes,
    /// Partitions of a table that is there: their indexes become parts of its indexes.
    Attaching,
    ForeignKeys,
    Acting,
    Describing,
    Owning,
    Extended,
}

/// Something that differs and is left as it is.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// What it is about.
    pub key: Key,
    /// The statements that would mend it, if there are any.
    pub sql: Vec<String>,
    /// Why they are left out.
    pub why: String,
}

/// What is to be done, in order.
#[derive(Debug, Default)]
pub struct Plan {
    /// The statements.
    pub steps: Vec<Step>,
    /// What is left as it is.
    pub left_out: Vec<LeftOut>,
    /// What is dropped and made again: the names alone, and those of what it is a part of.
    pub anew: Spec,
    /// What was so before, in other words, and must be so again: else something is lost.
    pub again: BTreeSet<State>,
}

/// What must not be dropped, or lose an attribute, because it could not be made again, and why.
pub type Lasting = BTreeMap<Key, String>;

/// The statements that make the database as `want` says. `have` is all that it has there, with
/// owners and grants.
pub fn plan(
    want: Rc<Spec>,
    have: Rc<Spec>,
    allowed: Allowed,
    mut lasting: Lasting,
) -> Result<Plan, Error> {
    let task = Task::new(want, have, allowed);
    let ties = Ties::new(&task.have);
    loop {
        let removal = anew::removal(&task, &ties, &lasting);
        let mut planner = Planner::new(&task, &ties);
        planner.take_away(&removal);
        planner.make_and_change();
        for step in &planner.steps {
            check(step, &planner.want)?;
        }
        let Ordered { steps, stuck } = order::ordered(planner.steps);
        // What could not be made again must not be dropped.
        let is_lost = |(step, _): &&(Step, Key)| removal.dropped.contains_key(&step.key);
        let lost = stuck.iter().filter(is_lost).map(|(step, missing)| {
            let why =
                format!("{} could not be made again without {}", named(&step.key), named(missing));
            (step.key.clone(), why)
        });
        let known = lasting.len();
        lasting.extend(lost);
        if lasting.len() == known {
            let mut left_out = planner.left_out;
            left_out.extend(stuck.into_iter().map(left_out_in_circle));
            let dropped = removal.dropped.iter().filter(|(_, fate)| **fate == Fate::Anew);
            let anew: Vec<&Key> = dropped.map(|(key, _)| key).collect();
            let made = anew.iter().map(|key| State::There((*key).clone()));
            let set = removal.released.iter().map(|(key, _)| State::Changed(key.clone()));
            // What is lost in spite of `lasting` cannot be helped.
            let may_last = |state: &State| !lasting.contains_key(state.key());
            let again = made.chain(set).filter(may_last).collect();
            let anew = names(&task.have, anew.into_iter());
            return Ok(Plan { steps, left_out, anew, again });
        }
    }
}

/// A spec with nothing but the names of some of the objects of another one.
fn names<'a>(spec: &Spec, keys: impl Iterator<Item = &'a Key>) -> Spec {
    let with_parents = keys.flat_map(|key| {
        let parents = key.kind.description().parents.iter().map(|kind| key.parent(*kind));
        parents.filter(|it| spec.objects.contains_key(it)).chain([key.clone()])
    });
    let objects = with_parents.map(|key| (key, Object::default())).collect();
    Spec { objects, ..Spec::default() }
}

fn left_out_in_circle((step, missing): (Step, Key)) -> LeftOut {
    let why = format!("it needs {}, which is left out or needs it", named(&missing));
    LeftOut { key: step.key, sql: vec![step.sql], why }
}

/// What there is, what is wanted, and in what they differ.
pub struct Task {
    /// What is wanted.
    pub want: Rc<Spec>,
    /// What there is.
    pub have: Rc<Spec>,
    /// The attributes in which what is there differs from what is wanted.
    pub differing: BTreeMap<Key, Vec<String>>,
    /// What is there and not wanted.
    pub beyond: BTreeSet<Key>,
    /// What may be done.
    pub allowed: Allowed,
    /// The schemas that are neither the server's nor an extension's.
    pub schemas: BTreeSet<String>,
}

impl Task {
    fn new(want: Rc<Spec>, have: Rc<Spec>, allowed: Allowed) -> Task {
        let (mut differing, mut beyond) = (BTreeMap::<Key, Vec<String>>::new(), BTreeSet::new());
        for difference in diff::differences(&want, &have, want.scope.is_some()) {
            match (difference.standing, difference.attribute) {
                (Standing::Beyond, _) => _ = beyond.insert(difference.key),
                (Standing::Differs, Some(attribute))
                    if have.objects.contains_key(&difference.key) =>
                {
                    differing.entry(difference.key).or_default().push(attribute);
                }
                _ => {}
            }
        }
        let schemas = snapshot::user_schemas().into_iter().collect();
        let mut task = Task { want, have, differing, beyond: BTreeSet::new(), allowed, schemas };
        beyond.retain(|key| !task.merges(key));
        task.beyond = beyond;
        task.compare_with_retyped();
        task
    }

    /// What is equal while a column has one type need not be so when it has another.
    fn compare_with_retyped(&mut self) {
        const TEXTS: [&str; 5] = ["definition", "using", "with_check", "generated", "default"];
        let ties = Ties::new(&self.have);
        let is_retyped = |(key, attributes): &(&Key, &Vec<String>)| {
            key.kind == Kind::Column && attributes.iter().any(|it| it == "type")
        };
        let columns = self.differing.iter().filter(is_retyped).map(|(key, _)| key);
        let with_columns = columns.flat_map(|it| ties.mentioning(it).cloned().chain([it.clone()]));
        let mut found: Vec<(Key, String)> = Vec::new();
        for key in with_columns {
            let (Some(have), Some(want)) =
                (self.have.objects.get(&key), self.want.objects.get(&key))
            else {
                continue;
            };
            let differs =
                |name: &&str| want.text(name).is_some() && have.text(name) != want.text(name);
            found.extend(
                TEXTS.into_iter().filter(differs).map(|name| (key.clone(), name.to_string())),
            );
        }
        for (key, attribute) in found {
            if !self.differs(&key, &attribute) {
                self.differing.entry(key).or_default().push(attribute);
            }
        }
    }

    /// Something that differs as it is, and as it is to be: what the spec does not say stays.
    pub fn both(&self, key: &Key) -> Option<(&Object, Object)> {
        let (existing, wanted) = (self.have.objects.get(key)?, self.want.objects.get(key)?);
        let attributes = self.differing.get(key)?;
        Some((existing, overlaid(existing, wanted, attributes)))
    }

    /// Whether something differs in an attribute.
    pub fn differs(&self, key: &Key, attribute: &str) -> bool {
        self.differing
            .get(key)
            .is_some_and(|attributes| attributes.iter().any(|it| it == attribute))
    }

    /// The tables that a table stays below: what is done to their columns is done to its, too.
    pub fn tables_above(&self, table: &Key) -> Vec<Key> {
        let (Some(existing), Some(wanted)) =
            (self.have.objects.get(table), self.want.objects.get(table))
        else {
            return Vec::new();
        };
        let is_moved =
            ["partition_of", "bound", "inherits"].iter().any(|it| self.differs(table, it));
        let wanted = parents(table, wanted);
        let both = parents(table, existing).into_iter().filter(|it| wanted.contains(it));
        both.filter(|_| !is_moved).collect()
    }

    /// Whether an attribute of a column changes with the same one of a table above.
    pub fn comes_from_above(&self, column: &Key, attribute: &str) -> bool {
        const ONE_FOR_ALL: [&str; 5] =
            ["type", "collation", "not_null", "generated", "generated_kind"];
        let is_one = |table: &Key| {
            let is_partitioned =
                self.have.objects.get(table).is_some_and(|it| it.text("partition_by").is_some());
            ONE_FOR_ALL.contains(&attribute) || is_partitioned && attribute == "identity"
        };
        column.kind == Kind::Column
            && self.tables_above(&column.parent(Kind::Table)).into_iter().any(|table| {
                is_one(&table) && self.differs(&table.part(Kind::Column, &column.name), attribute)
            })
    }

    /// Whether a table that is there becomes a partition, or inherits, of tables it is not below.
    pub fn is_put_below(&self, table: &Key) -> bool {
        let wanted = self.want.objects.get(table);
        wanted.is_some_and(|it| !parents(table, it).is_empty())
            && self.tables_above(table).is_empty()
    }

    /// Whether it becomes one with what comes from the table above, when its table is put there.
    fn merges(&self, key: &Key) -> bool {
        let table = key.parent(Kind::Table);
        if key.kind != Kind::Constraint || !self.is_put_below(&table) {
            return false;
        }
        let have = &self.have.objects[key];
        let same = |(other, constraint): (&Key, &Object)| match have.text("kind") {
            Some("foreign key") => constraint.text("definition") == have.text("definition"),
            _ => other.name == key.name,
        };
        let above = ancestors(&self.want, &table);
        have.text("kind") == Some("not null")
            || above.iter().any(|it| self.want.parts(it, Kind::Constraint).into_iter().any(same))
    }

    /// Whether something is in a schema of the server's or of an extension's, whatever a spec says.
    pub fn is_reserved(&self, key: &Key) -> bool {
        let schema = key.namespace();
        !schema.is_empty() && !self.schemas.contains(schema)
    }

    /// Why a change that could be made is not.
    pub fn objection(&self, key: &Key, attribute: &str) -> Option<String> {
        let (existing, wanted) = self.both(key)?;
        if let ("partition_of", Some((schema, name))) = (attribute, wanted.name(attribute)) {
            let parent = Key { schema: schema.into(), name: name.into(), ..key.clone() };
            let is_plain = self.have.objects.get(&parent)?.text("partition_by").is_none();
            return is_plain.then(|| format!("{schema}.{name} is not partitioned"));
        }
        if self.allowed.lossy || key.kind != Kind::Column {
            return None;
        }
        match attribute {
            "type" if !lossy::is_widening(existing.text("type")?, wanted.text("type")?) => {
                Some("values may be lost in another type; allow it with allow => '{lossy}'".into())
            }
            "not_null" if wanted.flag("not_null") => {
                lossy::has_nulls(&key.schema, &key.relation, &key.name)
                    .then(|| "the column has NULLs; fill them first".into())
            }
            _ => None,
        }
    }
}

/// The tables that a table is below, at any height.
pub fn ancestors(spec: &Spec, table: &Key) -> BTreeSet<Key> {
    let mut found = BTreeSet::new();
    let mut left = vec![table.clone()];
    while let Some(table) = left.pop() {
        let above = spec.objects.get(&table).map(|object| parents(&table, object));
        left.extend(above.into_iter().flatten().filter(|it| found.insert(it.clone())));
    }
    found
}

/// What is there, with these attributes as they are wanted.
fn overlaid(existing: &Object, wanted: &Object, attributes: &[String]) -> Object {
    let mut object = existing.clone();
    object.needs.extend(wanted.needs.iter().cloned());
    for attribute in attributes {
        match wanted.attributes.get(attribute) {
            Some(value) => _ = object.attributes.insert(attribute.clone(), value.clone()),
            None => _ = object.attributes.shift_remove(attribute),
        }
    }
    object
}

/// Refuses a step whose text says more than it should. Its pieces are closed in themselves
/// ([`super::piece`]); this is about whole definitions.
fn check(step: &Step, want: &Spec) -> Result<(), Error> {
    let makes = matches!(step.brings, State::There(_));
    let definition = want.objects.get(&step.key).and_then(|it| it.text("definition"));
    let is_definition = definition == Some(&step.sql);
    let checked = match is_definition || makes {
        true => statement::making(&step.key, &step.sql),
        false => statement::of(&step.sql),
    };
    checked.map(|_| ()).map_err(|problem| statement::wrong(&step.key, problem))
}
