//! What is dropped and made again, because no statement can change it to what is wanted: only
//! what holds no rows, and only with all that rests on it.

use super::diff;
use super::model::{Key, Kind, Object, Spec};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// What is to be made anew.
#[derive(Debug, Default)]
pub struct Anew {
    /// These, all of which can be.
    pub keys: BTreeSet<Key>,
    /// What would have to be, and what is in the way of it.
    pub blocked: Vec<(Key, Key)>,
}

/// What is there and differs in a way that no statement can change, with all that rests on it.
pub fn made_anew(want: &Spec, have: &Spec) -> Anew {
    let dependents = dependents(have);
    let mut anew = Anew::default();
    for (key, wanted) in &want.objects {
        let Some(existing) = have.objects.get(key) else { continue };
        let differing = diff::differing(want, key, existing, wanted);
        let roots = match key.kind {
            Kind::Column if differing.iter().any(|it| it == "type" || it == "collation") => {
                in_the_way_of_a_type(have, &dependents, &key.parent(Kind::Table))
            }
            _ if differing.iter().any(|it| decides(key.kind, it, existing, wanted)) => {
                vec![key.clone()]
            }
            _ => continue,
        };
        match with_dependents(roots, &dependents) {
            Ok(keys) => anew.keys.extend(keys),
            // CREATE OR REPLACE may do.
            Err(_) if is_routine(key.kind) && returns(existing) == returns(wanted) => {}
            Err(blocker) => anew.blocked.push((key.clone(), blocker)),
        }
    }
    anew
}

type Dependents<'a> = HashMap<&'a Key, Vec<&'a Key>>;

/// What rests on each object.
pub fn dependents(have: &Spec) -> Dependents<'_> {
    let mut dependents = Dependents::new();
    for (key, object) in &have.objects {
        for needed in &object.needs {
            dependents.entry(needed).or_default().push(key);
        }
    }
    dependents
}

/// What a column's type cannot be changed under: views and functions over its table, and policies
/// and triggers of it.
fn in_the_way_of_a_type(have: &Spec, dependents: &Dependents, table: &Key) -> Vec<Key> {
    let is_in_the_way = |key: &Key| {
        matches!(key.kind, Kind::View | Kind::MaterializedView | Kind::Policy | Kind::Trigger)
    };
    let over = dependents.get(table).into_iter().flatten().copied();
    let parts = [Kind::Policy, Kind::Trigger].into_iter();
    let own = parts.flat_map(|kind| have.parts(table, kind)).map(|(key, _)| key);
    over.filter(|key| is_in_the_way(key)).chain(own).cloned().collect()
}

/// These, and all that rests on them; the error is something that cannot be made again.
fn with_dependents(roots: Vec<Key>, dependents: &Dependents) -> Result<BTreeSet<Key>, Key> {
    let mut keys = BTreeSet::new();
    let mut left = roots;
    while let Some(key) = left.pop() {
        if !can_be_made_anew(key.kind) {
            return Err(key);
        }
        if keys.insert(key.clone()) {
            left.extend(dependents.get(&key).into_iter().flatten().copied().cloned());
        }
    }
    Ok(keys)
}

/// Whether nothing is lost when it is dropped and made again.
fn can_be_made_anew(kind: Kind) -> bool {
    match kind {
        Kind::DomainConstraint
        | Kind::Constraint
        | Kind::Index
        | Kind::Statistics
        | Kind::Trigger
        | Kind::Policy
        | Kind::Function
        | Kind::Procedure
        | Kind::View
        | Kind::MaterializedView => true,
        Kind::Schema
        | Kind::Extension
        | Kind::Enum
        | Kind::Domain
        | Kind::CompositeType
        | Kind::Sequence
        | Kind::Table
        | Kind::Column => false,
    }
}

/// Whether an attribute that differs can only come with a new object.
pub fn decides(kind: Kind, attribute: &str, existing: &Object, wanted: &Object) -> bool {
    match (kind, attribute) {
        (Kind::Function | Kind::Procedure, "definition") => head(existing) != head(wanted),
        (Kind::View, "definition" | "columns") => !is_replaceable(existing, wanted),
        (Kind::MaterializedView, "definition" | "columns" | "access_method" | "unpopulated") => {
            true
        }
        (Kind::Policy, "command" | "restrictive" | "roles" | "using" | "with_check") => true,
        (
            Kind::Constraint
            | Kind::Index
            | Kind::Statistics
            | Kind::Trigger
            | Kind::DomainConstraint,
            "definition" | "kind" | "only" | "attached_to" | "invalid",
        ) => true,
        _ => false,
    }
}

/// CREATE OR REPLACE VIEW can add columns at the end, and nothing else of them.
fn is_replaceable(existing: &Object, wanted: &Object) -> bool {
    let columns = |object: &Object| {
        object.attributes.get("columns").and_then(Value::as_array).cloned().unwrap_or_default()
    };
    columns(wanted).is_empty() || columns(wanted).starts_with(&columns(existing))
}

fn is_routine(kind: Kind) -> bool {
    matches!(kind, Kind::Function | Kind::Procedure)
}

/// What CREATE OR REPLACE cannot change of a function, as the server writes it: its arguments,
/// and what it returns. `None` for a definition that somebody else wrote.
fn head(routine: &Object) -> Option<(&str, Option<&str>)> {
    let definition = routine.text("definition")?;
    let (head, _) = definition.split_once("\n LANGUAGE ")?;
    Some((head, returns(routine)))
}

fn returns(routine: &Object) -> Option<&str> {
    let lines = routine.text("definition")?.lines();
    lines.take_while(|line| !line.starts_with(" LANGUAGE ")).find(|it| it.starts_with(" RETURNS "))
}
