//! How the objects of a database hang together: what rests on what, and what goes with what.

use super::super::model::{Key, Kind, Object, Spec};
use crate::pg::quote_identifier;
use serde_json::Value;
use std::collections::HashMap;

/// The ties between the objects of a database.
pub struct Ties<'a> {
    have: &'a Spec,
    dependents: HashMap<&'a Key, Vec<&'a Key>>,
    /// Indexes and constraints by the name of the index they are a part of.
    attached: HashMap<(&'a str, &'a str), Vec<&'a Key>>,
    below: HashMap<Key, Vec<Key>>,
}

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
        Ties { have, dependents, attached, below: below(have) }
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
        let table = column.parent(Kind::Table);
        let parts = Kind::Table.parts().flat_map(|kind| self.have.parts(&table, kind));
        let over = self.dependents(&table).filter_map(|key| self.have.objects.get_key_value(key));
        let is_meant = |(_, object): &(&Key, &Object)| mentions(object, &column.name);
        parts.chain(over).filter(is_meant).map(|(key, _)| key).collect::<Vec<_>>().into_iter()
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
    let listed = object.attributes.get("inherits").and_then(Value::as_array);
    let inherited = listed
        .into_iter()
        .flatten()
        .filter_map(|parent| Some((parent.get(0)?.as_str()?, parent.get(1)?.as_str()?)));
    let names = inherited.chain(object.name("partition_of"));
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

/// What a NOT NULL with a name is said of: a column or a domain.
pub fn not_null_of(spec: &Spec, key: &Key) -> Option<Key> {
    let definition = spec.objects.get(key)?.text("definition")?;
    match key.kind {
        Kind::DomainConstraint if definition == "NOT NULL" => Some(key.parent(Kind::Domain)),
        Kind::Constraint => {
            let rest = definition.strip_prefix("NOT NULL ")?;
            let columns = spec.parts(&key.parent(Kind::Table), Kind::Column);
            let is_it = |(column, _): &(&Key, &Object)| {
                let after = rest.strip_prefix(quote_identifier(&column.name).as_str());
                after.is_some_and(|after| after.is_empty() || after.starts_with(' '))
            };
            columns.into_iter().find(is_it).map(|(column, _)| column.clone())
        }
        _ => None,
    }
}

/// The attributes in which SQL may name columns.
const SQL: [&str; 4] = ["definition", "using", "with_check", "generated"];

/// Whether anything is said of it in which columns may be named.
pub fn says_sql(object: &Object) -> bool {
    SQL.iter().any(|it| object.text(it).is_some())
}

/// Whether the definition of something names a column; it may be another one of that name.
pub fn mentions(object: &Object, column: &str) -> bool {
    let quoted = quote_identifier(column);
    SQL.iter().filter_map(|it| object.text(it)).any(|text| has_word(text, &quoted))
}

/// Whether a word stands in a text by itself.
pub fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(word).any(|(place, _)| {
        let before = text[..place].chars().next_back();
        let after = text[place + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}
