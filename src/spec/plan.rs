//! From the differences to the statements that mend them, in an order in which they can run.
//!
//! What is missing is made, what differs is changed; what cannot be changed and holds no rows
//! (a constraint, an index, a policy, a view) is dropped and made anew, with what rests on it.
//! What would lose data, or cannot be done, is left out, with the reason.

use super::anew::{self, Anew};
use super::diff;
use super::lossy;
use super::model::{Key, Kind, Object, Spec};
use super::{ddl, not_null, order, statement, word};
use crate::error::Error;
use crate::pg::current_user;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// What a repair may do besides adding and changing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed {
    /// Drop what the database has beyond a spec that says everything.
    pub drop: bool,
    /// Change types in ways that may lose data, and set NOT NULL over NULLs.
    pub lossy: bool,
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
    /// What is there after it and was not before.
    pub makes: Option<Key>,
    /// What must be there before it.
    pub needs: BTreeSet<Key>,
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
    Owning,
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
    Beyond,
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
}

/// The statements that make the database as `want` says. `have` is all that it has there, with
/// owners and grants.
pub fn plan(want: &Spec, have: &Spec, allowed: Allowed) -> Result<Plan, Error> {
    let mut planner = Planner {
        want: Rc::new(want.clone()),
        have: have.clone(),
        allowed,
        blocked: BTreeSet::new(),
        children: children(want),
        plan: Plan::default(),
    };
    let Anew { keys, blocked } = anew::made_anew(want, have);
    for (key, blocker) in blocked {
        planner.leave_out(
            &key,
            Vec::new(),
            format!(
                "it would have to be made anew, and {} {blocker} rests on it",
                word(blocker.kind)
            ),
        );
        planner.blocked.insert(key);
    }
    planner.drop_first(&keys);
    planner.make_and_change();
    planner.drop_what_is_beyond();
    let Plan { steps, left_out } = planner.plan;
    for step in &steps {
        check(step, &planner.want)?;
    }
    Ok(Plan { steps: order::ordered(steps), left_out })
}

struct Planner {
    want: Rc<Spec>,
    have: Spec,
    allowed: Allowed,
    /// What cannot be made anew though it should.
    blocked: BTreeSet<Key>,
    /// The tables that inherit from each, and its partitions.
    children: HashMap<Key, Vec<Key>>,
    plan: Plan,
}

impl Planner {
    /// Drops what is to be made anew, and takes it for missing from here on. What the spec does
    /// not name is made again as it was.
    fn drop_first(&mut self, anew: &BTreeSet<Key>) {
        let goes_with = |part: &Key| {
            let parents = part.kind.description().parents;
            parents.iter().any(|kind| anew.contains(&part.parent(*kind)))
        };
        let parts: Vec<Key> =
            self.have.objects.keys().filter(|key| goes_with(key)).cloned().collect();
        let dependents = anew::dependents(&self.have);
        let drops = anew.iter().filter(|key| !goes_with(key)).filter_map(|key| {
            let object = self.have.objects.get(key)?;
            // What rests on it goes before it.
            let needs = dependents.get(key).into_iter().flatten().map(|other| dropped(other));
            Some(Step {
                key: key.clone(),
                sql: ddl::drop(key),
                undo: Some(self.again(key, object)),
                makes: Some(dropped(key)),
                needs: needs.collect(),
                phase: Phase::Dropping,
            })
        });
        let drops: Vec<Step> = drops.collect();
        self.plan.steps.extend(drops);
        for key in anew.iter().chain(&parts) {
            if let Some(object) = self.have.objects.remove(key) {
                self.want_again(key, object);
            }
        }
    }

    /// What was dropped comes back: as the spec says; else as it was, unless it is beyond the spec
    /// and may go.
    fn want_again(&mut self, key: &Key, mut object: Object) {
        let is_beyond = diff::is_covered(&self.want, key) && !self.want.objects.contains_key(key);
        if is_beyond && self.allowed.drop {
            return;
        }
        if is_beyond {
            self.leave_out_as_beyond(key);
        }
        let want = Rc::make_mut(&mut self.want);
        match want.objects.get_mut(key) {
            None => _ = want.objects.insert(key.clone(), object),
            // Who owned it, and who was granted what, is not said by every spec.
            Some(wanted) => {
                if object.text("owner") == Some(&current_user()) {
                    object.attributes.shift_remove("owner");
                }
                for extra in ["owner", "grants"] {
                    if let Some(value) = object.attributes.shift_remove(extra) {
                        wanted.attributes.entry(extra).or_insert(value);
                    }
                }
            }
        }
    }

    /// The statements that make something again as it was.
    fn again(&self, key: &Key, object: &Object) -> Vec<String> {
        let create = ddl::create(&self.have, key, object);
        let new = as_made(key.kind);
        let details = details(key.kind, object)
            .filter_map(|attribute| ddl::set(key, attribute, &new, object))
            .flatten();
        create.into_iter().chain(details).collect()
    }

    fn make_and_change(&mut self) {
        let want = Rc::clone(&self.want);
        for (key, wanted) in &want.objects {
            self.want_one(&want, key, wanted);
        }
    }

    fn want_one(&mut self, want: &Spec, key: &Key, wanted: &Object) {
        match self.have.objects.get(key).cloned() {
            Some(existing) => {
                let differing = diff::differing(want, key, &existing, wanted);
                self.change(key, &existing, wanted, differing);
            }
            None if wanted.optional || is_left_away(want, &self.have, key) => {}
            None => match diff::other_kind(&self.have, key) {
                Some(other) => {
                    self.leave_out(key, Vec::new(), format!("a {} has its name", word(other)));
                }
                None => self.make(want, key, wanted),
            },
        }
    }

    fn make(&mut self, want: &Spec, key: &Key, wanted: &Object) {
        let is_in_create = match key.kind {
            Kind::Column => self.is_made_with_table(key),
            Kind::Constraint => self.is_made_with_table(key) && not_null::is_in_create(key, wanted),
            Kind::DomainConstraint => {
                !self.have.objects.contains_key(&key.parent(Kind::Domain))
                    && not_null::is_in_create(key, wanted)
            }
            _ => false,
        };
        if !is_in_create {
            self.create(want, key, wanted);
        }
        self.finish(want, key, wanted, is_in_create);
    }

    fn is_made_with_table(&self, part: &Key) -> bool {
        !self.have.objects.contains_key(&part.parent(Kind::Table))
    }

    fn create(&mut self, want: &Spec, key: &Key, wanted: &Object) {
        let Some(wanted) = self.completed(want, key, wanted) else { return };
        let Some(sql) = ddl::create(want, key, &wanted) else {
            self.leave_out(key, Vec::new(), "the spec does not say what it is like");
            return;
        };
        let step = Step {
            key: key.clone(),
            sql,
            undo: Some(vec![ddl::drop(key)]),
            makes: Some(key.clone()),
            needs: needs(want, key, &wanted).into_iter().chain(self.below(key, &wanted)).collect(),
            phase: phase(key.kind, &wanted),
        };
        self.plan.steps.push(step);
    }

    /// The CHECKs of that name of the tables below: made first, each of them is merged with the one
    /// that comes from above, whatever that is like.
    fn below(&self, key: &Key, wanted: &Object) -> Vec<Key> {
        if key.kind != Kind::Constraint || wanted.text("kind") != Some("check") {
            return Vec::new();
        }
        let children = self.children.get(&key.parent(Kind::Table));
        children.into_iter().flatten().map(|table| table.part(key.kind, &key.name)).collect()
    }

    /// What is to be made; `None` if the spec does not say enough. A column that must not be
    /// NULL and has no value for the rows that are there is made without NOT NULL.
    fn completed(&mut self, want: &Spec, key: &Key, wanted: &Object) -> Option<Object> {
        let mut wanted = wanted.clone();
        if key.kind == Kind::Table && !is_described(want, key, &wanted) {
            self.leave_out(key, Vec::new(), "the spec does not say the types of all its columns");
            return None;
        }
        if key.kind != Kind::Column {
            return Some(wanted);
        }
        if wanted.text("type").is_none() {
            self.leave_out(key, Vec::new(), "the spec does not say its type");
            return None;
        }
        let has_value =
            ["default", "generated", "identity"].iter().any(|it| wanted.text(it).is_some());
        if wanted.flag("not_null") && !has_value && lossy::has_rows(&key.schema, &key.relation) {
            let not_null = ddl::set(key, "not_null", &Object::default(), &wanted);
            self.leave_out(
                key,
                not_null.unwrap_or_default(),
                "the table has rows, and the spec no default for them",
            );
            wanted.attributes.remove("not_null");
        }
        Some(wanted)
    }

    /// What is set after something was made.
    fn finish(&mut self, want: &Spec, key: &Key, wanted: &Object, is_in_create: bool) {
        let new = as_made(key.kind);
        if key.kind == Kind::Column && is_in_create {
            self.finish_column(want, key, wanted);
        }
        for attribute in details(key.kind, wanted) {
            let is_done = attribute == "attached_to" && self.is_attached_with_table(want, key);
            if !is_done {
                self.set(key, attribute, &new, wanted);
            }
        }
    }

    /// What CREATE TABLE does not say of a column: a default that needs something else, and what
    /// is otherwise than in the table or type it comes from.
    fn finish_column(&mut self, want: &Spec, key: &Key, wanted: &Object) {
        let table = key.parent(Kind::Table);
        let object = want.objects.get(&table);
        let is_typed = object.is_some_and(|table| table.text("of_type").is_some());
        let is_partition = object.is_some_and(|table| table.name("partition_of").is_some());
        let made = match (wanted.flag("inherited") && !is_partition, is_typed) {
            (true, _) => object.and_then(|table| inherited(want, key, table)).unwrap_or_default(),
            (false, true) => Object::default(),
            (false, false) => {
                let mut made = wanted.clone();
                if !wanted.needs.is_empty() {
                    made.attributes.shift_remove("default");
                }
                made
            }
        };
        for attribute in ["default", "not_null"] {
            let is_made = attribute == "not_null" && not_null::comes_with_table(want, key);
            if !is_made && made.attributes.get(attribute) != wanted.attributes.get(attribute) {
                self.set(key, attribute, &made, wanted);
            }
        }
    }

    /// Whether an index becomes part of the one above when its table is attached.
    fn is_attached_with_table(&self, want: &Spec, key: &Key) -> bool {
        let table = key.parent(Kind::Table);
        want.objects.get(&table).is_some_and(|object| self.joins_an_existing(&table, object))
    }

    /// One attribute of something that is there.
    fn set(&mut self, key: &Key, attribute: &str, existing: &Object, wanted: &Object) {
        let Some(statements) = ddl::set(key, attribute, existing, wanted) else {
            self.leave_out(key, Vec::new(), unchangeable(key.kind, attribute));
            return;
        };
        let back = ddl::set(key, attribute, wanted, existing);
        let mut needs = wanted.needs.clone();
        needs.insert(key.clone());
        if !key.relation.is_empty() {
            needs.extend(key.kind.description().parents.iter().map(|kind| key.parent(*kind)));
        }
        if attribute == "replica_identity"
            && let Some(index) = wanted.text(attribute).and_then(|text| text.strip_prefix("index "))
        {
            needs.extend([key.part(Kind::Index, index), key.part(Kind::Constraint, index)]);
        }
        if let ("attached_to", Some((schema, index))) = (attribute, wanted.name(attribute)) {
            needs.extend(indexes_named(&self.want, schema, index));
        }
        if let ("owned_by", [schema, table, _]) = (attribute, wanted.texts("owned_by").as_slice()) {
            let (schema, name) = (schema.to_string(), table.to_string());
            needs.insert(Key { kind: Kind::Table, schema, relation: String::new(), name });
        }
        let last = statements.len().saturating_sub(1);
        for (place, sql) in statements.into_iter().enumerate() {
            let undo = if place == last { back.clone() } else { Some(Vec::new()) };
            let step = Step {
                key: key.clone(),
                sql,
                undo,
                makes: None,
                needs: needs.clone(),
                phase: self.phase_of(key, attribute, wanted),
            };
            self.plan.steps.push(step);
        }
    }

    fn phase_of(&self, key: &Key, attribute: &str, wanted: &Object) -> Phase {
        let is_partition = attribute == "partition_of" && !self.joins_an_existing(key, wanted);
        if is_partition { Phase::Partitions } else { phase_of_attribute(key, attribute, wanted) }
    }

    /// Whether a table that is to be made is a partition of one that is there. Its indexes then
    /// become parts of the indexes there when it is attached.
    fn joins_an_existing(&self, key: &Key, wanted: &Object) -> bool {
        let parent = wanted.name("partition_of").map(|(schema, name)| Key {
            schema: schema.into(),
            name: name.into(),
            ..key.clone()
        });
        !self.have.objects.contains_key(key)
            && parent.is_some_and(|parent| self.have.objects.contains_key(&parent))
    }

    fn change(&mut self, key: &Key, existing: &Object, wanted: &Object, differing: Vec<String>) {
        // What the spec does not say stays as it is.
        let wanted = overlaid(existing, wanted, &differing);
        let mut done: Vec<Option<Vec<String>>> = Vec::new();
        for attribute in &differing {
            if self.blocked.contains(key) && is_blocked(key.kind, attribute, existing, &wanted) {
                continue;
            }
            let statements = ddl::set(key, attribute, existing, &wanted);
            // One statement may bring several attributes.
            if statements.is_some() && done.contains(&statements) {
                continue;
            }
            match self.objection(key, attribute, existing, &wanted) {
                Some(why) => self.leave_out(key, statements.clone().unwrap_or_default(), why),
                None => self.set(key, attribute, existing, &wanted),
            }
            done.push(statements);
        }
    }

    /// Why a change that could be made is not.
    fn objection(
        &self,
        key: &Key,
        attribute: &str,
        existing: &Object,
        wanted: &Object,
    ) -> Option<String> {
        if let ("partition_of", Some((schema, name))) = (attribute, wanted.name(attribute)) {
            let parent = Key { schema: schema.into(), name: name.into(), ..key.clone() };
            let parent = self.have.objects.get(&parent)?;
            let is_plain = parent.text("partition_by").is_none();
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

    fn drop_what_is_beyond(&mut self) {
        if self.want.scope.is_none() {
            return;
        }
        let beyond = diff::differences(&self.want, &self.have, true);
        let keys = beyond.into_iter().filter(|it| it.standing == diff::Standing::Beyond);
        for key in keys.map(|difference| difference.key) {
            if !self.allowed.drop {
                self.leave_out_as_beyond(&key);
                continue;
            }
            let undo = self.have.objects.get(&key).map(|object| self.again(&key, object));
            let dependents =
                self.have.objects.iter().filter(|(_, object)| object.needs.contains(&key));
            let needs = dependents.map(|(other, _)| dropped(other)).collect();
            let step = Step {
                sql: ddl::drop(&key),
                undo,
                makes: Some(dropped(&key)),
                needs,
                phase: Phase::Beyond,
                key,
            };
            self.plan.steps.push(step);
        }
    }

    fn leave_out_as_beyond(&mut self, key: &Key) {
        let why = "it is beyond the spec; allow dropping with allow => '{drop}'";
        self.leave_out(key, vec![ddl::drop(key)], why);
    }

    fn leave_out(&mut self, key: &Key, sql: Vec<String>, why: impl Into<String>) {
        self.plan.left_out.push(LeftOut { key: key.clone(), sql, why: why.into() });
    }
}

/// An index, or the constraint it is behind, by its name alone.
fn indexes_named<'a>(
    spec: &'a Spec,
    schema: &'a str,
    name: &'a str,
) -> impl Iterator<Item = Key> + 'a {
    let is_it = move |key: &&Key| {
        matches!(key.kind, Kind::Index | Kind::Constraint)
            && key.schema == schema
            && key.name == name
    };
    spec.objects.keys().filter(is_it).cloned()
}

/// Whether the spec says enough of a table to make it.
fn is_described(want: &Spec, key: &Key, table: &Object) -> bool {
    let columns = want.parts(key, Kind::Column);
    let says_more = !table.attributes.is_empty() || diff::is_covered(want, key);
    (says_more || !columns.is_empty())
        && columns.iter().all(|(_, column)| column.text("type").is_some() || column.optional)
}

/// The key that stands for something's not being there any more.
fn dropped(key: &Key) -> Key {
    Key { name: format!("{}\0", key.name), ..key.clone() }
}

/// Whether an attribute is what something would have to be made anew for.
fn is_blocked(kind: Kind, attribute: &str, existing: &Object, wanted: &Object) -> bool {
    kind == Kind::Column && matches!(attribute, "type" | "collation")
        || anew::decides(kind, attribute, existing, wanted)
}

/// The names of the tables a table inherits from, or is a partition of.
fn parents(table: &Key, object: &Object) -> Vec<Key> {
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

fn children(want: &Spec) -> HashMap<Key, Vec<Key>> {
    let mut children: HashMap<Key, Vec<Key>> = HashMap::new();
    for (key, object) in want.objects.iter().filter(|(key, _)| key.kind == Kind::Table) {
        for parent in parents(key, object) {
            children.entry(parent).or_default().push(key.clone());
        }
    }
    children
}

/// Whether what it is a part of is not there and may be so.
fn is_left_away(want: &Spec, have: &Spec, key: &Key) -> bool {
    let parents = key.kind.description().parents.iter().map(|kind| key.parent(*kind));
    let may_be = |parent: &Key| want.objects.get(parent).is_some_and(|parent| parent.optional);
    parents.into_iter().any(|parent| may_be(&parent) && !have.objects.contains_key(&parent))
}

/// Why an attribute stays as it is.
fn unchangeable(kind: Kind, attribute: &str) -> String {
    let what = match (kind, attribute) {
        (Kind::Enum, _) => return "labels can only be added".into(),
        (Kind::CompositeType, _) => return "attributes can only be added at the end".into(),
        (_, "partition_by") => "partition key",
        (_, "of_type") => "type",
        (_, "generated" | "generated_kind") => "generation expression",
        (_, "inherited") => "inheritance",
        (_, other) => &other.replace('_', " "),
    };
    format!("its {what} cannot be changed")
}

/// A column as it is in the first table it comes from.
fn inherited(want: &Spec, key: &Key, table: &Object) -> Option<Object> {
    let column = |parent: Key| want.objects.get(&parent.part(Kind::Column, &key.name));
    parents(&key.parent(Kind::Table), table).into_iter().find_map(column).cloned()
}

/// What something is like when it was just made, in what can be set only afterwards.
fn as_made(kind: Kind) -> Object {
    let privilege = match kind {
        Kind::Function | Kind::Procedure => "EXECUTE",
        Kind::Domain | Kind::Enum | Kind::CompositeType => "USAGE",
        _ => return Object::default(),
    };
    let mut object = Object::default();
    let grants = json!([{ "role": "public", "privilege": privilege }]);
    object.attributes.insert("grants".into(), grants);
    object
}

/// The attributes that are not said in the statement that makes something.
fn details(kind: Kind, object: &Object) -> impl Iterator<Item = &'static str> {
    const AFTERWARDS: [&str; 17] = [
        "row_level_security",
        "force_row_level_security",
        "replica_identity",
        "storage",
        "compression",
        "statistics",
        "options",
        "tablespace",
        "clustered",
        "enabled",
        "target",
        "owned_by",
        "column_defaults",
        "column_comments",
        "comment",
        "partition_of",
        "attached_to",
    ];
    const LAST: [&str; 2] = ["grants", "owner"];
    let has = |attribute: &&str| object.attributes.contains_key(*attribute);
    let is_detail = move |attribute: &&str| match (kind, *attribute) {
        (Kind::Column, _) => true,
        // Said in CREATE, but for the index behind a constraint.
        (Kind::Constraint, _) => true,
        (Kind::Index, "tablespace") => true,
        (_, "options" | "tablespace") => false,
        _ => true,
    };
    let attributes: Vec<&'static str> =
        AFTERWARDS.into_iter().chain(LAST).filter(has).filter(is_detail).collect();
    attributes.into_iter()
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

fn phase(kind: Kind, object: &Object) -> Phase {
    match kind {
        Kind::Schema => Phase::Schemas,
        Kind::Extension => Phase::Extensions,
        Kind::Enum | Kind::Domain | Kind::DomainConstraint | Kind::CompositeType => Phase::Types,
        Kind::Sequence => Phase::Sequences,
        Kind::Function | Kind::Procedure => Phase::Routines,
        Kind::Table => Phase::Tables,
        Kind::Column => Phase::Columns,
        Kind::View | Kind::MaterializedView => Phase::Views,
        Kind::Constraint if is_foreign_key(object) => Phase::ForeignKeys,
        Kind::Constraint => Phase::Constraints,
        Kind::Index | Kind::Statistics => Phase::Indexes,
        Kind::Trigger | Kind::Policy => Phase::Acting,
    }
}

fn is_foreign_key(object: &Object) -> bool {
    object
        .text("definition")
        .is_some_and(|text| text.to_uppercase().trim_start().starts_with("FOREIGN KEY"))
}

fn phase_of_attribute(key: &Key, attribute: &str, wanted: &Object) -> Phase {
    match attribute {
        "labels" => Phase::Labels,
        "default" | "column_defaults" => Phase::Defaults,
        "owned_by" => Phase::Owning,
        "partition_of" | "bound" | "inherits" | "attached_to" => Phase::Attaching,
        "clustered"
        | "replica_identity"
        | "row_level_security"
        | "force_row_level_security"
        | "enabled" => Phase::Acting,
        "comment" | "column_comments" | "owner" | "grants" => Phase::Describing,
        "definition" | "columns" => phase(key.kind, wanted),
        _ => Phase::Changing,
    }
}

/// What must be there before something can be made.
fn needs(want: &Spec, key: &Key, object: &Object) -> BTreeSet<Key> {
    let mut needs = object.needs.clone();
    needs.extend(key.kind.description().parents.iter().map(|kind| key.parent(*kind)));
    if !key.kind.is_global() {
        let name = key.schema.clone();
        needs.insert(Key {
            kind: Kind::Schema,
            schema: String::new(),
            relation: String::new(),
            name,
        });
    }
    if let Some(schema) = object.text("schema").filter(|_| key.kind == Kind::Extension) {
        let name = schema.to_string();
        needs.insert(Key {
            kind: Kind::Schema,
            schema: String::new(),
            relation: String::new(),
            name,
        });
    }
    if key.kind == Kind::Table {
        let columns = want.parts(key, Kind::Column).into_iter();
        let computed = columns.filter(|(_, column)| column.text("generated").is_some());
        needs.extend(computed.flat_map(|(_, column)| column.needs.iter().cloned()));
        needs.extend(parents(key, object));
    }
    needs
}

/// Refuses a step whose text says more than it should.
fn check(step: &Step, want: &Spec) -> Result<(), Error> {
    let of = |key: &Key, error: Error| statement::wrong(key, error.to_string());
    let makes = step.makes.as_ref() == Some(&step.key);
    if step.key.kind == Kind::Table && makes {
        for (key, column) in want.parts(&step.key, Kind::Column) {
            statement::check_column(column).map_err(|error| of(key, error))?;
        }
    }
    let wanted = want.objects.get(&step.key);
    if let (Kind::CompositeType, Some(wanted)) = (step.key.kind, wanted) {
        statement::check_composite_type(wanted).map_err(|error| of(&step.key, error))?;
    }
    let is_definition = wanted.and_then(|it| it.text("definition")) == Some(&step.sql);
    let checked = match is_definition || makes {
        true => statement::making(&step.key, &step.sql),
        false => statement::of(&step.sql),
    };
    checked.map(|_| ()).map_err(|problem| statement::wrong(&step.key, problem))
}
