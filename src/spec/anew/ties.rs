//! How the objects of a database hang together: what rests on what, and what goes with what.

use super::super::mention;
use super::super::model::{Key, Kind, Object, Spec};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// The ties between the objects of a database.
pub struct Ties<'a> {
    have: &'a Spec,
    dependents: HashMap<&'a Key, Vec<&'a Key>>,
    /// Indexes and constraints by the name of the index they are a part of.
    attached: HashMap<(&'a str, &'a str), Vec<&'a Key>>,
    below: HashMap<Key, Vec<Key>>,
    /// By table, as far as somebody has asked: what names each of its columns.
    naming: RefCell<HashMap<Key, Rc<Naming>>>,
}

/// What has each name in its SQL.
type Naming = BTreeMap<String, Vec<Key>>;

impl<'a> Ties<'a> {
    /// Those of what a database has.
    pub fn new(have: &'a Spec) -> Ties<'a> {
        let (mut dependents, mut attached) = (HashMap::<_, Vec<_>>::new(), HashMap::new());
        for (key, object) in &have.objects {
            for needed in &object.needs {
                dependents.entry(needed).or_default().push(key);
            }
            if let Some(index) = object.name("attached_to") {
                attached.entry(index).or_insert_with(Vec::new).push(key);
            }
        }
        Ties { have, dependents, attached, below: below(have), naming: RefCell::default() }
    }

    /// What needs it, as the catalog has it: of columns only their tables are needed there.
    pub fn dependents(&self, key: &Key) -> impl Iterator<Item = &'a Key> + use<'a> {
        self.dependents.get(key).cloned().unwrap_or_default().into_iter()
    }

    /// What must go before it can be dropped.
    pub fn rests_on(&self, key: &Key) -> Vec<&'a Key> {
        match key.kind {
            Kind::Column => {
                let is_other = |other: &&Key| *other != key;
                self.dependents(key).chain(self.mentioning(key)).filter(is_other).collect()
            }
            Kind::Schema => {
                let is_in_it = |other: &&Key| other.schema == key.name && other.kind.stands_alone();
                self.have.objects.keys().filter(is_in_it).collect()
            }
            _ => self.dependents(key).collect(),
        }
    }

    /// What is defined with a column.
    pub fn mentioning(&self, column: &Key) -> impl Iterator<Item = &'a Key> + use<'a> {
        let naming = self.naming_columns_of(&column.parent(Kind::Table));
        let found = naming.get(&column.name).into_iter().flatten();
        let found = found.filter_map(|key| self.have.objects.get_key_value(key));
        found.map(|(key, _)| key).collect::<Vec<_>>().into_iter()
    }

    fn naming_columns_of(&self, table: &Key) -> Rc<Naming> {
        if let Some(known) = self.naming.borrow().get(table) {
            return known.clone();
        }
        let mut found = Naming::new();
        let parts = Kind::Table.parts().flat_map(|kind| self.have.parts(table, kind));
        let over = self.dependents(table).filter_map(|key| self.have.objects.get_key_value(key));
        for (key, object) in parts.chain(over) {
            for name in mention::names(object) {
                found.entry(name).or_default().push(key.clone());
            }
        }
        let found = Rc::new(found);
        self.naming.borrow_mut().insert(table.clone(), found.clone());
        found
    }

    /// What is dropped with it.
    pub fn goes_with(&self, key: &Key) -> Vec<&'a Key> {
        let parts = key.kind.parts().flat_map(|kind| self.have.parts(key, kind));
        let mut found: Vec<&Key> = parts.map(|(part, _)| part).collect();
        match key.kind {
            Kind::Table => {
                found.extend(self.dependents(key).filter(|other| self.owner(other).is_some()));
            }
            Kind::Column => {
                let sequences = self.dependents(&key.parent(Kind::Table));
                found.extend(sequences.filter(|it| self.owner(it).as_ref() == Some(key)));
                found.extend(self.inheriting(key));
            }
            Kind::Index | Kind::Constraint => {
                let name = (key.schema.as_str(), key.name.as_str());
                found.extend(self.attached.get(&name).into_iter().flatten());
            }
            _ => {}
        }
        found
    }

    /// What has to be dropped for it to go: the index that it is a part of.
    pub fn held_by(&self, key: &Key) -> Option<&'a Key> {
        let (schema, name) = self.have.objects.get(key)?.name("attached_to")?;
        let table = key.parent(Kind::Table);
        let above = parents(&table, self.have.objects.get(&table)?).into_iter();
        let names = above.flat_map(|table| {
            let index = |kind| Key { schema: schema.into(), ..table.part(kind, name) };
            [index(Kind::Index), index(Kind::Constraint)]
        });
        names.filter_map(|name| self.have.objects.get_key_value(&name)).map(|(key, _)| key).next()
    }

    /// The column that owns a sequence.
    pub fn owner(&self, sequence: &Key) -> Option<Key> {
        owner(sequence, self.have.objects.get(sequence)?)
    }

    /// The same part of the tables below.
    pub fn below(&self, part: &Key) -> impl Iterator<Item = &'a Key> {
        let tables = self.below.get(&part.parent(Kind::Table)).into_iter().flatten();
        let same = tables.map(|table| table.part(part.kind, &part.name));
        same.filter_map(|key| self.have.objects.get_key_value(&key)).map(|(key, _)| key)
    }

    /// The same part of the tables above.
    pub fn above(&self, part: &Key) -> Vec<&'a Key> {
        let table = part.parent(Kind::Table);
        let Some(object) = self.have.objects.get(&table) else { return Vec::new() };
        let same = parents(&table, object).into_iter().map(|it| it.part(part.kind, &part.name));
        same.filter_map(|key| self.have.objects.get_key_value(&key)).map(|(key, _)| key).collect()
    }

    /// The columns below that are there for this one alone.
    fn inheriting(&self, column: &Key) -> impl Iterator<Item = &'a Key> {
        self.below(column).filter(|key| self.have.objects[*key].flag("inherited"))
    }
}

/// The tables that inherit from each, and its partitions.
pub fn below(spec: &Spec) -> HashMap<Key, Vec<Key>> {
    let mut below: HashMap<Key, Vec<Key>> = HashMap::new();
    for (key, object) in spec.objects.iter().filter(|(key, _)| key.kind == Kind::Table) {
        for parent in parents(key, object) {
            below.entry(parent).or_default().push(key.clone());
        }
    }
    below
}

/// The names of the tables a table inherits from, or is a partition of.
pub fn parents(table: &Key, object: &Object) -> Vec<Key> {
    let names = object.names("inherits").into_iter().chain(object.name("partition_of"));
    names
        .map(|(schema, name)| Key { schema: schema.into(), name: name.into(), ..table.clone() })
        .collect()
}

/// The column that owns a sequence.
pub fn owner(sequence: &Key, object: &Object) -> Option<Key> {
    match object.texts("owned_by").as_slice() {
        [schema, table, column] if sequence.kind == Kind::Sequence => Some(Key {
            kind: Kind::Column,
            schema: schema.to_string(),
            relation: table.to_string(),
            name: column.to_string(),
        }),
        _ => None,
    }
}
