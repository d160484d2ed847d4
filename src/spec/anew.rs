//! What is dropped before anything is made: what is beyond the spec, if it may go, and what no
//! statement can change to what is wanted. The latter only if it holds no rows, and if all that
//! rests on it can be dropped and made again with it.

pub mod ties;

use super::mention::{has_word, mentions};
use super::model::{Key, Kind, Object, Spec};
use super::plan::{Lasting, Task};
use super::{ddl, diff, lossy, not_null, word};
use crate::pg::{naming, quote_identifier};
use std::collections::{BTreeMap, BTreeSet};
use ties::{Ties, owner, parents};

/// What becomes of something that is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is made again: as the spec says, or else as it was.
    Anew,
    /// It is gone.
    Gone,
}

/// What is dropped and taken away first.
#[derive(Debug, Default)]
pub struct Removal {
    /// What is dropped, with all that goes with it.
    pub dropped: BTreeMap<Key, Fate>,
    /// The attributes that are taken away, because they rest on what is dropped or are in the
    /// way of what is wanted.
    pub released: BTreeSet<(Key, &'static str)>,
    /// What would have to be dropped and is not, and why.
    pub refused: BTreeMap<Key, String>,
}

type Fates = BTreeMap<Key, Fate>;

/// What is to be dropped for a task; nothing of `lasting` may be.
pub fn removal(task: &Task, ties: &Ties, lasting: &Lasting) -> Removal {
    let search = Search { task, ties, lasting };
    let mut seeds = search.seeds();
    let mut refused = BTreeMap::new();
    loop {
        let certain = search.with_parts(&seeds);
        let blocked: Vec<(Key, String)> = seeds
            .iter()
            .filter_map(|(key, seed)| Some((key.clone(), search.spread(seed, &certain).err()?)))
            .collect();
        if blocked.is_empty() {
            break;
        }
        seeds.retain(|key, _| !blocked.iter().any(|(other, _)| other == key));
        refused.extend(blocked);
    }
    let certain = search.with_parts(&seeds);
    let mut dropped = Fates::new();
    for seed in seeds.values() {
        for (key, fate) in search.spread(seed, &certain).unwrap_or_default() {
            dropped.entry(key).and_modify(|it| *it = fate.max(*it)).or_insert(fate);
        }
    }
    let tables = lasting.iter().filter(|(key, _)| key.kind == Kind::Table);
    refused.extend(tables.map(|(key, why)| (key.clone(), why.clone())));
    let released = search.released(&dropped);
    Removal { dropped, released, refused }
}

/// A reason to drop something.
struct Seed {
    start: Fates,
    /// The column that gets another type.
    retyped: Option<Key>,
}

struct Search<'a> {
    task: &'a Task,
    ties: &'a Ties<'a>,
    lasting: &'a Lasting,
}

impl Search<'_> {
    fn seeds(&self) -> BTreeMap<Key, Seed> {
        let of = |key: Key, fate| {
            let seed = Seed { start: Fates::from([(key.clone(), fate)]), retyped: None };
            (key, seed)
        };
        let gone = self.task.beyond.iter().cloned().chain(self.occupants());
        let may_go = |key: &Key| self.task.allowed.drop && !self.task.is_reserved(key);
        let gone = gone.filter(may_go).map(|key| of(key, Fate::Gone));
        let anew = self.unchangeable().map(|key| of(key, Fate::Anew));
        let retyped = self.retyped().map(|column| {
            let in_the_way =
                self.in_the_way_of_a_type(&column).into_iter().map(|key| (key, Fate::Anew));
            let start = in_the_way.collect();
            (column.clone(), Seed { start, retyped: Some(column) })
        });
        retyped.chain(anew).chain(gone).collect()
    }

    /// What has the name of something that is wanted.
    fn occupants(&self) -> impl Iterator<Item = Key> {
        let Task { want, have, .. } = self.task;
        want.objects.keys().filter(|key| !have.objects.contains_key(key)).filter_map(|key| {
            let kind = diff::other_kind(have, key)?;
            Some(Key { kind, ..key.clone() }).filter(|other| diff::is_covered(want, other))
        })
    }

    /// What differs in a way that no statement can change.
    fn unchangeable(&self) -> impl Iterator<Item = Key> {
        let is_so = |(key, attributes): &(&Key, &Vec<String>)| {
            let Some((existing, wanted)) = self.task.both(key) else { return false };
            let decides = |attribute: &&String| {
                is_of_the_whole(key.kind, attribute)
                    && ddl::set(key, attribute, existing, &wanted).is_none()
                    && !self.task.comes_from_above(key, attribute)
            };
            attributes.iter().any(|it| decides(&it))
        };
        self.task.differing.iter().filter(is_so).map(|(key, _)| key.clone())
    }

    /// The columns that get another type by a statement of their own.
    fn retyped(&self) -> impl Iterator<Item = Key> {
        let is_so = |(key, attributes): &(&Key, &Vec<String>)| {
            let is_change = |attribute: &&String| {
                matches!(attribute.as_str(), "type" | "collation")
                    && self.task.objection(key, attribute).is_none()
                    && !self.task.comes_from_above(key, attribute)
            };
            key.kind == Kind::Column && attributes.iter().any(|it| is_change(&it))
        };
        self.task.differing.iter().filter(is_so).map(|(key, _)| key.clone())
    }

    /// What a column's type cannot be changed under; of the tables below it changes, too.
    fn in_the_way_of_a_type(&self, column: &Key) -> Vec<Key> {
        let mut columns = vec![column];
        let mut found = Vec::new();
        while let Some(column) = columns.pop() {
            let rests = self.ties.mentioning(column).filter(|key| *key != column);
            found.extend(rests.filter(|key| is_in_the_way_of_a_type(key.kind)).cloned());
            columns.extend(self.ties.below(column));
        }
        found
    }

    /// What is dropped for a reason of its own, and what goes with that.
    fn with_parts(&self, seeds: &BTreeMap<Key, Seed>) -> BTreeSet<Key> {
        let mut found = BTreeSet::new();
        let mut left: Vec<Key> =
            seeds.values().flat_map(|seed| seed.start.keys().cloned()).collect();
        while let Some(key) = left.pop() {
            let with_table = found.contains(&key.parent(Kind::Table));
            let parts = self.goes_with(&key, with_table).into_iter();
            left.extend(parts.filter(|part| !found.contains(*part)).cloned());
            found.insert(key);
        }
        found
    }

    /// These, with all that has to be dropped with them; the error says what is in the way.
    fn spread(&self, seed: &Seed, certain: &BTreeSet<Key>) -> Result<Fates, String> {
        if let Some(column) = &seed.retyped {
            if let Some(user) = self.user_of_rows(&column.parent(Kind::Table)) {
                return Err(format!("{} has the table's rows as values", named(user)));
            }
            if self.is_partition_key(column) {
                return Err("it is in the partition key".into());
            }
        }
        let mut found = Fates::new();
        let mut left: Vec<(Key, Fate)> =
            seed.start.iter().map(|(key, fate)| (key.clone(), *fate)).collect();
        while let Some((key, fate)) = left.pop() {
            if found.get(&key).is_some_and(|known| *known >= fate) {
                continue;
            }
            if fate == Fate::Anew {
                self.can_be_made_anew(&key)?;
            }
            if let Some(why) = self.is_not_null_for(&key, certain) {
                return Err(why);
            }
            if self.is_partition_key(&key) && !certain.contains(&key.parent(Kind::Table)) {
                return Err(format!("{} is in the partition key", named(&key)));
            }
            found.insert(key.clone(), fate);
            let table = key.parent(Kind::Table);
            let with_table = found.contains_key(&table) || certain.contains(&table);
            left.extend(
                self.goes_with(&key, with_table).into_iter().map(|part| (part.clone(), fate)),
            );
            left.extend(self.ties.held_by(&key).map(|whole| (whole.clone(), Fate::Anew)));
            for other in self.ties.rests_on(&key) {
                if found.contains_key(other)
                    || certain.contains(other)
                    || self.released_from(other, &key, fate)
                    || self.changes(other)
                {
                    continue;
                }
                let gives_way = fate == Fate::Anew || self.task.want.objects.contains_key(other);
                if !gives_way || !is_rowless(other.kind) {
                    return Err(format!("{} rests on {}", named(other), named(&key)));
                }
                left.push((other.clone(), Fate::Anew));
            }
        }
        Ok(found)
    }

    /// What goes with it, but for sequences that are wanted: they are taken from it. The tables below
    /// a table that is dropped are taken from it, too, and keep their columns.
    fn goes_with(&self, key: &Key, with_table: bool) -> Vec<&Key> {
        let mut parts = self.ties.goes_with(key);
        parts.retain(|part| match part.kind {
            Kind::Sequence => !self.task.want.objects.contains_key(part),
            Kind::Column => key.kind != Kind::Column || !with_table,
            _ => true,
        });
        parts
    }

    /// A table that has a column of the type that another one's rows are of.
    fn user_of_rows(&self, table: &Key) -> Option<&Key> {
        let have = &self.task.have;
        let is_child = |other: &Key| parents(other, &have.objects[other]).contains(table);
        self.ties.dependents(table).find(|it| it.kind == Kind::Table && !is_child(it))
    }

    fn is_partition_key(&self, column: &Key) -> bool {
        let table = self.task.have.objects.get(&column.parent(Kind::Table));
        let strategy = table.and_then(|table| table.text("partition_by"));
        column.kind == Kind::Column
            && strategy.is_some_and(|text| has_word(text, &quote_identifier(&column.name)))
    }

    /// What has a domain as a part of its values: the server does not check those.
    fn container(&self, domain: &Key) -> Option<Key> {
        let mut types: Vec<&Key> = vec![domain];
        while let Some(of) = types.pop() {
            let have = &self.task.have;
            let array = format!("{of}[]");
            let is_within = |table: &Key| {
                let columns = have.parts(table, Kind::Column).into_iter();
                of != domain
                    || columns
                        .into_iter()
                        .any(|(_, it)| it.text("type").is_some_and(|it| it.starts_with(&array)))
            };
            if let Some(table) =
                self.ties.dependents(of).find(|it| it.kind == Kind::Table && is_within(it))
            {
                return Some(table.clone());
            }
            types.extend(self.ties.dependents(of).filter(|it| it.kind == Kind::CompositeType));
        }
        None
    }

    fn can_be_made_anew(&self, key: &Key) -> Result<(), String> {
        let Task { want, have, allowed, .. } = self.task;
        if let Some(why) = self.lasting.get(key) {
            return Err(why.clone());
        }
        if !want.objects.contains_key(key) && !naming::is_catalog_first() {
            return Err(format!(
                "{} would mean something else along the search_path, in which pg_catalog is not first",
                named(key)
            ));
        }
        match key.kind {
            Kind::View | Kind::MaterializedView => {
                match lossy::bears_more(&key.schema, &key.name) {
                    Some(what) => {
                        Err(format!("{} has {what}, which a spec does not know", named(key)))
                    }
                    None => Ok(()),
                }
            }
            Kind::Column => {
                let is_computed = |spec: &Spec| {
                    let column = spec.objects.get(key);
                    column.is_none_or(|column| column.text("generated").is_some())
                };
                let user = self.user_of_rows(&key.parent(Kind::Table));
                match user {
                    Some(user) => Err(format!("{} has the table's rows as values", named(user))),
                    None if is_computed(have) && is_computed(want) || allowed.lossy => Ok(()),
                    None => Err(format!(
                        "the values of {} would be lost; allow it with allow => '{{lossy}}'",
                        named(key)
                    )),
                }
            }
            Kind::DomainConstraint => match self.container(&key.parent(Kind::Domain)) {
                Some(table) => Err(format!("{} has the domain within its values", named(&table))),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Why a NOT NULL has to stay, unless its column goes.
    fn is_not_null_for(&self, constraint: &Key, certain: &BTreeSet<Key>) -> Option<String> {
        let have = &self.task.have;
        let column = not_null::of(have, constraint).filter(|it| !certain.contains(it))?;
        if have.objects[&column].text("identity").is_some() {
            return Some("the column is an identity".into());
        }
        let constraints = have.parts(&column.parent(Kind::Table), Kind::Constraint);
        let is_over = |(key, object): &(&Key, &Object)| {
            object.text("kind") == Some("primary key")
                && mentions(object, &column.name)
                && !certain.contains(key)
        };
        constraints.into_iter().find(is_over).map(|(key, _)| format!("{} needs it", named(key)))
    }

    /// Whether all that rests on what is dropped is an attribute that can be taken away.
    fn released_from(&self, key: &Key, needed: &Key, fate: Fate) -> bool {
        let is_wanted = self.task.want.objects.contains_key(key);
        let lasts = self.lasting.contains_key(key);
        !lasts && (fate == Fate::Anew || is_wanted) && self.resting(key, needed).is_some()
    }

    /// The attribute by which something rests on something else, if that can be taken away.
    fn resting(&self, key: &Key, needed: &Key) -> Option<&'static str> {
        let object = self.task.have.objects.get(key)?;
        let needs = object.needs.contains(needed);
        match key.kind {
            Kind::Column if needs && object.text("generated").is_none() => Some("default"),
            Kind::Domain if needs && !is_type(needed.kind) => Some("default"),
            Kind::Sequence => {
                let owner = owner(key, object)?;
                (owner == *needed || owner.parent(Kind::Table) == *needed).then_some("owned_by")
            }
            Kind::Table if parents(key, object).contains(needed) => {
                Some(if object.name("partition_of").is_some() {
                    "partition_of"
                } else {
                    "inherits"
                })
            }
            _ => None,
        }
    }

    /// Whether it is a table whose columns are changed: what they need then goes after that.
    fn changes(&self, key: &Key) -> bool {
        let columns = self.task.have.parts(key, Kind::Column).into_iter();
        let is_retyped = |column: &Key| {
            let differing = self.task.differing.get(column);
            differing.is_some_and(|it| it.iter().any(|attribute| attribute == "type"))
                || self.task.beyond.contains(column)
        };
        key.kind == Kind::Table && columns.into_iter().any(|(column, _)| is_retyped(column))
    }

    fn released(&self, dropped: &Fates) -> BTreeSet<(Key, &'static str)> {
        let mut released = BTreeSet::new();
        for needed in dropped.keys() {
            for key in self.ties.rests_on(needed) {
                let is_needed_by_other = !dropped.contains_key(key);
                if let Some(attribute) = self.resting(key, needed).filter(|_| is_needed_by_other) {
                    released.insert((key.clone(), attribute));
                }
            }
        }
        // A table is detached from where it was before it is attached elsewhere.
        for (key, attributes) in
            self.task.differing.iter().filter(|(key, _)| key.kind == Kind::Table)
        {
            if self.lasting.contains_key(key) {
                continue;
            }
            let object = &self.task.have.objects[key];
            let is_moved = |name| attributes.iter().any(|it| it == name);
            if object.name("partition_of").is_some()
                && (is_moved("partition_of") || is_moved("bound"))
            {
                released.insert((key.clone(), "partition_of"));
            }
            if object.attributes.contains_key("inherits") && is_moved("inherits") {
                released.insert((key.clone(), "inherits"));
            }
        }
        released
    }
}

/// `view shop.paid`
pub fn named(key: &Key) -> String {
    format!("{} {key}", word(key.kind))
}

/// Whether an attribute can come with a new object, if no statement sets it.
fn is_of_the_whole(kind: Kind, attribute: &str) -> bool {
    match kind {
        Kind::Schema | Kind::Extension | Kind::Sequence | Kind::Table => false,
        Kind::Column => matches!(attribute, "generated" | "generated_kind" | "type" | "collation"),
        _ => true,
    }
}

/// What holds no rows; a column only if it is computed.
fn is_rowless(kind: Kind) -> bool {
    !matches!(kind, Kind::Schema | Kind::Extension | Kind::Sequence | Kind::Table)
}

fn is_type(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Enum
            | Kind::Domain
            | Kind::CompositeType
            | Kind::Table
            | Kind::View
            | Kind::MaterializedView
    )
}

/// Indexes, constraints and statistics of the table are changed with the type.
fn is_in_the_way_of_a_type(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::View
            | Kind::MaterializedView
            | Kind::Policy
            | Kind::Trigger
            | Kind::Function
            | Kind::Procedure
            | Kind::Column
    )
}
