//! In what a database differs from a spec.

use super::ddl;
use super::model::{Key, Kind, Object, Scope, Spec};
use super::{resolve, statement};
use crate::engine;
use crate::pg::interrupts;
use serde_json::Value;
use std::collections::BTreeSet;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The spec has it, the database does not.
    Missing,
    /// Both have it, and not the same.
    Differs,
    /// The database has it, the spec does not.
    Beyond,
}

impl Standing {
    /// The word used in SQL.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Missing => "missing",
            Standing::Differs => "differs",
            Standing::Beyond => "beyond",
        }
    }
}

/// One thing in which a database differs from a spec.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What it is about.
    pub key: Key,
    /// The attribute; `None` if it is about the whole object.
    pub attribute: Option<String>,
    /// What the database has.
    pub have: Option<String>,
    /// What the spec says.
    pub want: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// Whether the spec says that it may be absent.
    pub optional: bool,
}

/// All differences; `exact` also asks for what the database has beyond the spec.
pub fn differences(want: &Spec, have: &Spec, exact: bool) -> Vec<Difference> {
    let compare = || {
        let mut found: Vec<Difference> = want
            .objects
            .iter()
            .flat_map(|(key, object)| differences_of(want, have, key, object))
            .collect();
        if exact {
            found.extend(beyond(want, have));
        }
        found
    };
    resolve::under_spec(want, compare)
}

/// Whether what it is a part of is missing.
fn lacks_parent(spec: &Spec, key: &Key) -> bool {
    let parents = key.kind.description().parents;
    let has = |kind: &Kind| spec.objects.contains_key(&key.parent(*kind));
    !parents.is_empty() && !parents.iter().any(has)
}

fn differences_of(want: &Spec, have: &Spec, key: &Key, wanted: &Object) -> Vec<Difference> {
    let difference = |attribute: Option<&str>, have, want, standing| Difference {
        key: key.clone(),
        attribute: attribute.map(str::to_string),
        have,
        want,
        standing,
        optional: wanted.optional,
    };
    let Some(existing) = have.objects.get(key) else {
        // Of a part of what is missing that is said.
        if lacks_parent(have, key) {
            return Vec::new();
        }
        return vec![match other_kind(have, key) {
            Some(other) => {
                let (have, want) = (other.word().to_string(), key.kind.word().to_string());
                difference(Some("kind"), Some(have), Some(want), Standing::Differs)
            }
            None => difference(None, None, None, Standing::Missing),
        }];
    };
    let differs = |attribute: &str| {
        let text = |object: &Object| said(object, attribute).map(text_of);
        let (have, want) = (text(existing), text(wanted));
        difference(Some(attribute), have, want, Standing::Differs)
    };
    let attributes = differing(want, key, existing, wanted);
    attributes.into_iter().map(|attribute| differs(&attribute)).collect()
}

/// The kind of another object that has the name.
pub fn other_kind(have: &Spec, key: &Key) -> Option<Kind> {
    const RELATIONS: &[Kind] =
        &[Kind::Table, Kind::View, Kind::MaterializedView, Kind::Sequence, Kind::CompositeType];
    const TYPES: &[Kind] = &[Kind::Enum, Kind::Domain, Kind::CompositeType];
    const ROUTINES: &[Kind] = &[Kind::Function, Kind::Procedure];
    let groups = [RELATIONS, TYPES, ROUTINES].into_iter().filter(|group| group.contains(&key.kind));
    let has = |kind: &&Kind| have.objects.contains_key(&Key { kind: **kind, ..key.clone() });
    groups.flatten().find(has).copied()
}

/// The attributes in which an object differs from what is wanted: of a spec that says
/// everything all, otherwise those it says something of.
pub fn differing(want: &Spec, key: &Key, existing: &Object, wanted: &Object) -> Vec<String> {
    interrupts::check();
    if existing.attributes == wanted.attributes {
        return Vec::new();
    }
    let mut names: BTreeSet<&String> = wanted.attributes.keys().collect();
    if is_covered(want, key) {
        let says_grants = says_grants(want, key);
        let is_meant = |name: &&String| has_default(name) || says_grants && *name == "grants";
        names.extend(existing.attributes.keys().filter(is_meant));
    }
    let differs = |name: &&String| {
        // Nothing is made invalid on purpose.
        let is_wish = *name != "invalid" || said(wanted, name).is_none();
        is_wish
            && said(existing, name) != said(wanted, name)
            && !is_equal(key, name, existing, wanted)
    };
    names.into_iter().filter(differs).cloned().collect()
}

/// Whether a column without grants is one that nobody was granted anything on: if the spec says
/// what was granted on its table.
fn says_grants(want: &Spec, key: &Key) -> bool {
    let table = want.objects.get(&key.parent(Kind::Table)).filter(|_| key.kind == Kind::Column);
    table.is_some_and(|table| table.attributes.contains_key("grants"))
}

/// Whether the spec says everything of it.
pub fn is_covered(want: &Spec, key: &Key) -> bool {
    want.scope.as_ref().is_some_and(|scope| covers(scope, key))
}

fn covers(scope: &Scope, key: &Key) -> bool {
    let is_in_schema = scope.schemas.contains(key.namespace());
    let relation = if key.relation.is_empty() { &key.name } else { &key.relation };
    match (&scope.tables, key.kind) {
        (None, Kind::Extension) => true,
        (None, _) => is_in_schema,
        (Some(tables), _) => is_in_schema && tables.contains(relation),
    }
}

/// Whether an attribute that is not said has a meaning all the same: not what makes an object
/// what it is, and not what a snapshot has only if it is asked for.
fn has_default(attribute: &str) -> bool {
    const HAVE_NONE: [&str; 18] = [
        "type",
        "definition",
        "labels",
        "attributes",
        "columns",
        "kind",
        "command",
        "roles",
        "schema",
        "version",
        "bound",
        "start",
        "increment",
        "minimum",
        "maximum",
        "cache",
        "owner",
        "grants",
    ];
    !HAVE_NONE.contains(&attribute)
}

/// The value of an attribute, unless it is what one that is not there means.
fn said<'a>(object: &'a Object, attribute: &str) -> Option<&'a Value> {
    object.attributes.get(attribute).filter(|value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    })
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether the server takes two different texts of an attribute for the same: whether the
/// statement that would bring the one wanted has nothing to do.
fn is_equal(key: &Key, attribute: &str, existing: &Object, wanted: &Object) -> bool {
    let Some(value) = said(wanted, attribute) else { return false };
    if attribute == "type" {
        let have = existing.text(attribute);
        return value.as_str().and_then(resolve::type_text).as_deref() == have;
    }
    let mut asked = existing.clone();
    asked.attributes.insert(attribute.into(), value.clone());
    let text = match (key.kind, attribute) {
        (Kind::Column, "collation") => ddl::type_of(key, &asked),
        (Kind::Column, "default") => {
            ddl::set(key, attribute, existing, wanted).and_then(|mut texts| texts.pop())
        }
        (Kind::Column, "generated") => {
            (existing.text("generated").is_some()).then(|| ddl::add_column(key, &asked))
        }
        (Kind::Domain, "collation" | "default")
        | (Kind::CompositeType, "attributes")
        | (Kind::Policy, "using" | "with_check" | "roles")
        | (_, "definition") => ddl::create(&Spec::default(), key, &asked),
        _ => None,
    };
    text.and_then(|text| statement::making(key, &text).ok())
        .is_some_and(|statement| engine::is_satisfied(&statement))
}

/// What the database has that the spec does not name.
fn beyond(want: &Spec, have: &Spec) -> Vec<Difference> {
    let is_in_scope = |key: &Key| want.scope.is_none() || is_covered(want, key);
    let keys = have.objects.keys().filter(|key| {
        !want.objects.contains_key(key)
            && is_in_scope(key)
            && !lacks_parent(want, key)
            && other_kind(want, key).is_none()
    });
    let difference = |key: &Key| Difference {
        key: key.clone(),
        attribute: None,
        have: None,
        want: None,
        standing: Standing::Beyond,
        optional: false,
    };
    keys.map(difference).collect()
}
