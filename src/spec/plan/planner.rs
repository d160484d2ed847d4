//! Making the steps.

use super::super::anew::ties::{Ties, below, owner, parents};
use super::super::anew::{Fate, Removal};
use super::super::mention::{self, has_word};
use super::super::model::{Key, Kind, Object, Spec};
use super::super::{ddl, diff, lossy, not_null, order, word};
use super::details::{
    Name, as_made, details, in_order, indexes_named, inherited, is_described, is_left_away, names,
    phase, phase_of_attribute, unchangeable,
};
use super::{Allowed, LeftOut, Phase, State, Step, Task, ancestors, overlaid};
use crate::pg::{current_user, interrupts, quote_identifier};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// What is known while the steps of a task are made.
pub struct Planner<'a> {
    task: &'a Task,
    ties: &'a Ties<'a>,
    /// What is wanted, with what is to be made again as it was.
    pub want: Rc<Spec>,
    /// What there is, without what has been taken away.
    have: Rc<Spec>,
    differing: BTreeMap<Key, Vec<String>>,
    refused: BTreeMap<Key, String>,
    /// What is dropped, and by whose statement.
    dropped: BTreeMap<Key, Key>,
    /// The names that what is dropped has.
    taken: HashMap<Name, BTreeSet<Key>>,
    /// The tables below each, as it is wanted.
    below: HashMap<Key, Vec<Key>>,
    /// What is to be done.
    pub steps: Vec<Step>,
    /// What is not.
    pub left_out: Vec<LeftOut>,
}

/// How a column comes to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coming {
    /// By a statement of its own.
    Alone,
    /// With its table.
    WithTable,
    /// With the column of the table above.
    FromAbove,
}

impl<'a> Planner<'a> {
    /// Nothing is done yet.
    pub fn new(task: &'a Task, ties: &'a Ties<'a>) -> Planner<'a> {
        Planner {
            task,
            ties,
            want: task.want.clone(),
            have: task.have.clone(),
            differing: task.differing.clone(),
            refused: BTreeMap::new(),
            dropped: BTreeMap::new(),
            taken: HashMap::new(),
            below: below(&task.want),
            steps: Vec::new(),
            left_out: Vec::new(),
        }
    }

    // --- what goes first ---

    /// Drops and takes away what goes first, and takes it for missing from here on.
    pub fn take_away(&mut self, removal: &Removal) {
        self.leave_out_what_stays(removal);
        self.dropped = carriers(&self.have, self.ties, &removal.dropped);
        let mut released = removal.released.clone();
        released.extend(self.defaults_on_others());
        for (key, attribute) in &released {
            self.release(key, attribute);
        }
        let mut groups: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
        for (key, top) in &self.dropped {
            groups.entry(top.clone()).or_default().push(key.clone());
            for name in names(&self.have, key, &self.have.objects[key]) {
                self.taken.entry(name).or_default().insert(top.clone());
            }
        }
        for (top, group) in &groups {
            self.drop(top, group, &released);
        }
        for (key, fate) in &removal.dropped {
            if let Some(object) = Rc::make_mut(&mut self.have).objects.remove(key) {
                self.forget(key);
                self.want_again(key, object, *fate);
            }
        }
    }

    fn leave_out_what_stays(&mut self, removal: &Removal) {
        self.refused = removal.refused.clone();
        for key in
            self.task.beyond.iter().filter(|key| removal.dropped.get(*key) != Some(&Fate::Gone))
        {
            let why = match self.refused.get(key) {
                Some(why) => why.clone(),
                None if self.task.is_reserved(key) => {
                    "its schema is the server's, or an extension's".into()
                }
                None => "it is beyond the spec; allow dropping with allow => '{drop}'".into(),
            };
            self.leave_out(key, vec![ddl::drop(key)], why);
        }
    }

    /// Of tables that are dropped: the defaults that need something that is dropped by itself.
    fn defaults_on_others(&self) -> Vec<(Key, &'static str)> {
        let is_so = |(key, top): &(&Key, &Key)| {
            let column = &self.have.objects[*key];
            let needs_other = column
                .needs
                .iter()
                .any(|it| self.dropped.get(it).is_some_and(|other| other != *top));
            key.kind == Kind::Column
                && *key != *top
                && column.text("default").is_some()
                && needs_other
        };
        self.dropped.iter().filter(is_so).map(|(key, _)| (key.clone(), "default")).collect()
    }

    /// Takes an attribute away; it is set to what is wanted later.
    fn release(&mut self, key: &Key, attribute: &'static str) {
        let Some(existing) = self.have.objects.get(key).cloned() else { return };
        let without = self.without(key, &existing, attribute);
        let Some(statements) = ddl::set(key, attribute, &existing, &without) else { return };
        let undo = ddl::set(key, attribute, &without, &existing);
        let released = State::Released(key.clone());
        self.add(key, statements, undo, released, BTreeSet::new(), Phase::Dropping);
        let gone: Vec<&str> = match attribute {
            "partition_of" => vec!["partition_of", "bound"],
            attribute => vec![attribute],
        };
        if !self.want.objects.contains_key(key) && !self.dropped.contains_key(key) {
            Rc::make_mut(&mut self.want).objects.insert(key.clone(), existing);
        }
        Rc::make_mut(&mut self.have).objects.insert(key.clone(), without);
        gone.into_iter().for_each(|attribute| self.compare(key, attribute));
    }

    /// An object without an attribute; of what a table inherits from, what stays is kept.
    fn without(&self, key: &Key, existing: &Object, attribute: &str) -> Object {
        let mut object = existing.clone();
        let list = |object: Option<&Object>| {
            let list =
                object.and_then(|it| it.attributes.get("inherits")).and_then(Value::as_array);
            list.cloned().unwrap_or_default()
        };
        let wanted = list(self.task.want.objects.get(key));
        let is_dropped = |parent: &Value| {
            let name = |place: usize| {
                parent.get(place).and_then(Value::as_str).unwrap_or_default().to_string()
            };
            self.dropped.contains_key(&Key { schema: name(0), name: name(1), ..key.clone() })
        };
        let kept = list(Some(existing)).into_iter().zip(wanted);
        let kept =
            kept.take_while(|(have, want)| have == want && !is_dropped(have)).map(|(have, _)| have);
        let kept: Vec<Value> = kept.collect();
        object.attributes.shift_remove(attribute);
        match attribute {
            "partition_of" => _ = object.attributes.shift_remove("bound"),
            "inherits" if !kept.is_empty() => {
                _ = object.attributes.insert(attribute.into(), kept.into())
            }
            _ => {}
        }
        object
    }

    /// Notes whether something differs in an attribute after it has been taken away.
    fn compare(&mut self, key: &Key, attribute: &str) {
        let value = |spec: &Spec| {
            spec.objects.get(key).and_then(|it| it.attributes.get(attribute).cloned())
        };
        let differs = self.want.objects.contains_key(key) && value(&self.have) != value(&self.want);
        let differing = self.differing.entry(key.clone()).or_default();
        differing.retain(|it| it != attribute);
        if differs {
            differing.push(attribute.into());
        }
    }

    /// Drops something with all that goes with it, after what rests on it.
    fn drop(&mut self, top: &Key, group: &[Key], released: &BTreeSet<(Key, &'static str)>) {
        let mut needs = BTreeSet::new();
        for key in group {
            for other in self.ties.rests_on(key).into_iter().chain(self.ties.above(key)) {
                match self.dropped.get(other) {
                    Some(other) => _ = needs.insert(State::Gone(other.clone())),
                    None if other.kind == Kind::Table => {
                        needs.extend(self.columns_changed(other, key))
                    }
                    None => {}
                }
                if released.iter().any(|(key, _)| key == other) {
                    needs.insert(State::Released(other.clone()));
                }
            }
        }
        needs.remove(&State::Gone(top.clone()));
        let phase = if top.kind == Kind::Extension { Phase::Extended } else { Phase::Dropping };
        let undo = Some(self.again(group));
        self.add(top, vec![ddl::drop(top)], undo, State::Gone(top.clone()), needs, phase);
    }

    /// What has to be so for a table not to need a type any more that its columns had.
    fn columns_changed(&self, table: &Key, of: &Key) -> Vec<State> {
        let columns = self.task.have.parts(table, Kind::Column).into_iter();
        let state = |(column, object): (&Key, &Object)| match self.dropped.get(column) {
            _ if !is_of_type(object, of) => None,
            Some(top) => Some(State::Gone(top.clone())),
            None => Some(State::Changed(column.clone())),
        };
        columns.filter_map(state).collect()
    }

    /// The statements that make something again as it was: a plan for a database without it.
    fn again(&self, group: &[Key]) -> Vec<String> {
        let all = &self.task.have;
        let mut around = BTreeSet::new();
        for key in group {
            around.extend(key.kind.description().parents.iter().map(|kind| key.parent(*kind)));
            around.extend(ancestors(all, key));
        }
        let parts =
            around.iter().flat_map(|it| it.kind.parts().flat_map(|kind| all.parts(it, kind)));
        let parts: Vec<Key> = parts.map(|(key, _)| key.clone()).collect();
        around.extend(parts);
        let take = |keys: &mut dyn Iterator<Item = &Key>| {
            let objects = keys.filter_map(|key| Some((key.clone(), all.objects.get(key)?.clone())));
            Rc::new(Spec { objects: objects.collect(), ..Spec::default() })
        };
        let have = take(&mut around.iter().filter(|key| !group.contains(key)));
        let want = take(&mut around.iter().chain(group));
        let (differing, beyond, allowed) = (BTreeMap::new(), BTreeSet::new(), Allowed::default());
        let task = Task { want, have, differing, beyond, allowed, schemas: BTreeSet::new() };
        let ties = Ties::new(&task.have);
        let mut planner = Planner::new(&task, &ties);
        planner.make_and_change();
        order::ordered(planner.steps).steps.into_iter().map(|step| step.sql).collect()
    }

    /// What is not so any more when something is dropped that a table or a column had.
    fn forget(&mut self, key: &Key) {
        let table = key.parent(Kind::Table);
        let replica = format!("index {}", key.name);
        let is_replica = self
            .have
            .objects
            .get(&table)
            .is_some_and(|it| it.text("replica_identity") == Some(&replica));
        if matches!(key.kind, Kind::Index | Kind::Constraint) && is_replica {
            self.lose(&table, "replica_identity");
        }
        if let Some(of) =
            not_null::of(&self.task.have, key).filter(|of| self.have.objects.contains_key(of))
        {
            self.lose(&of, "not_null");
        }
    }

    fn lose(&mut self, key: &Key, attribute: &str) {
        let Some(object) = Rc::make_mut(&mut self.have).objects.get_mut(key) else { return };
        if !self.want.objects.contains_key(key) {
            Rc::make_mut(&mut self.want).objects.insert(key.clone(), object.clone());
        }
        object.attributes.shift_remove(attribute);
        self.compare(key, attribute);
    }

    /// What was dropped comes back: as the spec says, or as it was.
    fn want_again(&mut self, key: &Key, mut object: Object, fate: Fate) {
        if object.text("owner") == Some(&current_user()) {
            object.attributes.shift_remove("owner");
        }
        let want = Rc::make_mut(&mut self.want);
        match want.objects.get_mut(key) {
            None if fate == Fate::Gone => {}
            None => _ = want.objects.insert(key.clone(), object),
            // Who owned it, and who was granted what, is not said by every spec.
            Some(wanted) => {
                for extra in ["owner", "grants"] {
                    if let Some(value) = object.attributes.shift_remove(extra) {
                        wanted.attributes.entry(extra).or_insert(value);
                    }
                }
            }
        }
    }

    // --- what is made and changed ---

    /// Makes what is missing, and changes what differs.
    pub fn make_and_change(&mut self) {
        self.name_not_nulls();
        let want = Rc::clone(&self.want);
        for (key, wanted) in &want.objects {
            self.want_one(&want, key, wanted);
        }
    }

    fn want_one(&mut self, want: &Spec, key: &Key, wanted: &Object) {
        interrupts::check();
        match self.have.objects.get(key).cloned() {
            Some(existing) => self.change(want, key, &existing, wanted),
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
        let coming = self.coming(want, key, wanted);
        let made = match coming {
            Coming::Alone => self.create(want, key, wanted),
            _ => Some(wanted.clone()),
        };
        let Some(wanted) = made else { return };
        if key.kind == Kind::Column && coming != Coming::Alone {
            self.finish_column(want, key, &wanted, coming);
        }
        let new = as_made(key.kind);
        for attribute in details(key.kind, &wanted) {
            if attribute != "attached_to" || !self.is_attached_with_table(want, key) {
                self.set(want, key, attribute, &new, &wanted);
            }
        }
    }

    fn coming(&self, want: &Spec, key: &Key, wanted: &Object) -> Coming {
        let is_made_with = |kind| !self.have.objects.contains_key(&key.parent(kind));
        let is_with_table = match key.kind {
            Kind::Column => is_made_with(Kind::Table),
            Kind::Constraint => is_made_with(Kind::Table) && not_null::is_in_create(key, wanted),
            Kind::DomainConstraint => {
                is_made_with(Kind::Domain) && not_null::is_in_create(key, wanted)
            }
            _ => false,
        };
        let above = || self.task.tables_above(&key.parent(Kind::Table)).into_iter();
        let is_made_above = |table: Key| {
            let column = table.part(Kind::Column, &key.name);
            want.objects.contains_key(&column) && !self.have.objects.contains_key(&column)
        };
        match is_with_table {
            true => Coming::WithTable,
            false
                if key.kind == Kind::Column
                    && wanted.flag("inherited")
                    && above().any(is_made_above) =>
            {
                Coming::FromAbove
            }
            false => Coming::Alone,
        }
    }

    /// Makes something, unless the spec does not say enough of it.
    fn create(&mut self, want: &Spec, key: &Key, wanted: &Object) -> Option<Object> {
        let wanted = self.completed(want, key, wanted)?;
        let Some(sql) = ddl::create(want, key, &wanted) else {
            self.leave_out(key, Vec::new(), "the spec does not say what it is like");
            return None;
        };
        let mut needs = there(needs(want, key, &wanted));
        let [taken, chosen] = self.names_freed(want, key, &wanted);
        needs.extend(taken);
        let brings = State::There(key.clone());
        self.add(
            key,
            vec![sql],
            self.unmade(want, key, &wanted),
            brings,
            needs,
            phase(key.kind, &wanted),
        );
        let mut wishes = self.wishes(want, key, &wanted);
        wishes.extend(chosen);
        self.wish(&wishes);
        Some(wanted)
    }

    /// What takes back that something was made: of a part of an index the index that it is a part
    /// of, or the table, if they are made as well.
    fn unmade(&self, want: &Spec, key: &Key, wanted: &Object) -> Option<Vec<String>> {
        let Some((schema, name)) = wanted.name("attached_to") else {
            return Some(vec![ddl::drop(key)]);
        };
        let is_there =
            indexes_named(want, schema, name).any(|it| self.have.objects.contains_key(&it));
        (!is_there || self.is_attached_with_table(want, key)).then(Vec::new)
    }

    /// What is to be made; `None` if the spec does not say enough.
    fn completed(&mut self, want: &Spec, key: &Key, wanted: &Object) -> Option<Object> {
        let wanted = wanted.clone();
        let why = match key.kind {
            Kind::Table if !is_described(want, key, &wanted) => {
                "the spec does not say the types of all its columns"
            }
            Kind::Column if wanted.text("type").is_none() => "the spec does not say its type",
            _ if not_null::of(want, key).is_some_and(|of| self.is_not_null(&of)) => {
                "it is NOT NULL under another name; rename that"
            }
            Kind::Column => return Some(self.fillable(want, key, wanted)),
            Kind::Sequence => return Some(self.owned_like_table(key, wanted)),
            _ => return Some(wanted),
        };
        self.leave_out(key, Vec::new(), why);
        None
    }

    fn is_not_null(&self, key: &Key) -> bool {
        self.have.objects.get(key).is_some_and(|object| object.flag("not_null"))
    }

    /// A column that must not be NULL and has no value for the rows that are there is made without
    /// NOT NULL; and one whose NOT NULL has a name, which comes with that.
    fn fillable(&mut self, want: &Spec, key: &Key, mut wanted: Object) -> Object {
        let has_value =
            ["default", "generated", "identity"].iter().any(|it| wanted.text(it).is_some());
        if !wanted.flag("not_null") || not_null::named(want, key).is_some() {
            wanted.attributes.shift_remove("not_null");
        } else if !has_value && lossy::has_rows(&key.schema, &key.relation) {
            let not_null = ddl::set(key, "not_null", &Object::default(), &wanted);
            let why = "the table has rows, and the spec no default for them";
            self.leave_out(key, not_null.unwrap_or_default(), why);
            wanted.attributes.shift_remove("not_null");
        }
        wanted
    }

    /// A sequence of a column must have the owner of the table.
    fn owned_like_table(&self, key: &Key, mut wanted: Object) -> Object {
        let table =
            owner(key, &wanted).and_then(|it| self.have.objects.get(&it.parent(Kind::Table)));
        let owner = table.and_then(|table| table.text("owner"));
        if let Some(owner) = owner.filter(|owner| *owner != current_user()) {
            wanted.attributes.entry("owner").or_insert(owner.into());
        }
        wanted
    }

    /// What has to be dropped because something takes its name; and what should be, because the
    /// server would choose another one.
    fn names_freed(&self, want: &Spec, key: &Key, wanted: &Object) -> [BTreeSet<State>; 2] {
        let mut freed = [BTreeSet::new(), BTreeSet::new()];
        for name in names(want, key, wanted) {
            let is_chosen = matches!(name, Name::Constraint(..));
            let tops = self.taken.get(&name).into_iter().flatten().cloned();
            freed[usize::from(is_chosen)].extend(tops.map(State::Gone));
        }
        freed
    }

    /// Says the names that NOT NULL gets by itself where the server would choose others, because
    /// these are taken.
    fn name_not_nulls(&mut self) {
        let is_made = |key: &Key| {
            matches!(key.kind, Kind::Table | Kind::Domain) && !self.have.objects.contains_key(key)
        };
        let made = self.want.objects.iter().filter(|(key, _)| is_made(key));
        let unnamed = made.flat_map(|(key, object)| {
            let unnamed = not_null::unnamed(&self.want, key, object);
            unnamed.into_iter().filter(|(constraint, _)| self.is_name_taken(key, &constraint.name))
        });
        let unnamed: Vec<(Key, Object)> = unnamed.collect();
        if !unnamed.is_empty() {
            Rc::make_mut(&mut self.want).objects.extend(unnamed);
        }
    }

    /// Whether what is to be dropped has the name of a constraint of a table or domain, or a table
    /// that is there and is put below the new one: it has the names of the table that it was below.
    fn is_name_taken(&self, of: &Key, name: &str) -> bool {
        let below = self.below.get(of).into_iter().flatten();
        self.taken.contains_key(&Name::Constraint(of.schema.clone(), name.into()))
            || below.into_iter().any(|table| self.have.objects.contains_key(table))
    }

    /// What should be so before: what makes no difference to it, but to what is there then.
    fn wishes(&self, want: &Spec, key: &Key, wanted: &Object) -> BTreeSet<State> {
        let table = key.parent(Kind::Table);
        // Made first, a part of the table below stays its own when that of the one above comes.
        let below = self.below.get(&table).into_iter().flatten();
        let mut wishes: BTreeSet<State> = match key.kind {
            Kind::Constraint | Kind::Column => {
                there(below.map(|table| table.part(key.kind, &key.name)))
            }
            _ => BTreeSet::new(),
        };
        // A domain cannot be changed any more when it is a part of other types.
        let domains = wanted.needs.iter().filter(|it| it.kind == Kind::Domain);
        let constraints = domains.flat_map(|it| want.parts(it, Kind::DomainConstraint));
        wishes.extend(constraints.map(|(key, _)| State::There(key.clone())));
        // Columns of tables that are there are made, or get their types.
        let names = mention::names(wanted);
        let tables = wanted.needs.iter().filter(|it| it.kind == Kind::Table).chain([&table]);
        let columns = tables.flat_map(|table| mention::columns(want, table, &names));
        let others = columns.filter(|column| column != key);
        wishes.extend(others.flat_map(|it| [State::There(it.clone()), State::Changed(it)]));
        wishes
    }

    /// What its statement did not say of a column: a default that needs something else, and what
    /// is otherwise than in the table or type it comes from.
    fn finish_column(&mut self, want: &Spec, key: &Key, wanted: &Object, coming: Coming) {
        let table = want.objects.get(&key.parent(Kind::Table));
        let is_typed = table.is_some_and(|table| table.text("of_type").is_some());
        let is_partition = table.is_some_and(|table| table.name("partition_of").is_some());
        let is_inherited =
            wanted.flag("inherited") && (coming == Coming::FromAbove || !is_partition);
        let made = match (is_inherited, is_typed) {
            (true, _) if coming == Coming::FromAbove => self.origin(want, key).unwrap_or_default(),
            (true, _) => {
                let above = table.and_then(|table| inherited(want, key, table));
                without_late_default(above.unwrap_or_default())
            }
            (false, true) => Object::default(),
            (false, false) => without_late_default(wanted.clone()),
        };
        for attribute in ["default", "not_null"] {
            let is_made = attribute == "not_null" && not_null::comes_with_table(want, key);
            if !is_made && made.attributes.get(attribute) != wanted.attributes.get(attribute) {
                self.set(want, key, attribute, &made, wanted);
            }
        }
    }

    /// The column that all of those below come from.
    fn origin(&self, want: &Spec, key: &Key) -> Option<Object> {
        let tables = self.task.tables_above(&key.parent(Kind::Table)).into_iter();
        let mut above = tables.map(|table| table.part(Kind::Column, &key.name));
        let above = above
            .find(|it| want.objects.contains_key(it) && !self.have.objects.contains_key(it))?;
        let column = &want.objects[&above];
        match self.coming(want, &above, column) {
            Coming::FromAbove => self.origin(want, &above),
            _ => Some(column.clone()),
        }
    }

    /// Whether an index becomes part of the one above when its table is attached.
    fn is_attached_with_table(&self, want: &Spec, key: &Key) -> bool {
        let table = key.parent(Kind::Table);
        let joins = |object: &Object| self.joins_an_existing(&table, object);
        self.task.is_put_below(&table) && self.have.objects.contains_key(&table)
            || want.objects.get(&table).is_some_and(joins)
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

    fn change(&mut self, want: &Spec, key: &Key, existing: &Object, wanted: &Object) {
        let Some(differing) = self.differing.get(key) else { return };
        // What the spec does not say stays as it is.
        let differing = differing.clone();
        let wanted = overlaid(existing, wanted, &differing);
        let mut done: Vec<Option<Vec<String>>> = Vec::new();
        for attribute in &in_order(&differing, &wanted) {
            if self.comes_by_itself(want, key, attribute, &wanted) {
                continue;
            }
            let statements = ddl::set(key, attribute, existing, &wanted);
            // One statement may bring several attributes.
            if statements.is_some() && done.contains(&statements) {
                continue;
            }
            match self.objection(key, attribute, statements.is_some()) {
                Some(why) => self.leave_out(key, statements.clone().unwrap_or_default(), why),
                None => self.set(want, key, attribute, existing, &wanted),
            }
            done.push(statements);
        }
        if key.kind == Kind::Table && self.is_put_below(key) {
            self.add_checks_from_above(want, key);
        }
    }

    /// Whether an attribute changes with something else.
    fn comes_by_itself(&self, want: &Spec, key: &Key, attribute: &str, wanted: &Object) -> bool {
        let table = key.parent(Kind::Table);
        let becomes_partition = || {
            self.is_put_below(&table)
                && want
                    .objects
                    .get(&table)
                    .is_some_and(|table| table.name("partition_of").is_some())
        };
        let is_typed = || want.objects.get(&table).is_some_and(|it| it.text("of_type").is_some());
        match attribute {
            "attached_to" => self.is_attached_with_table(want, key),
            "inherited" => becomes_partition(),
            "not_null" if wanted.flag("not_null") && not_null::named(want, key).is_some() => true,
            // Said when it is replaced.
            "options" if key.kind == Kind::View => {
                let differing = self.differing.get(key).into_iter().flatten();
                differing.into_iter().any(|it| matches!(it.as_str(), "definition" | "columns"))
            }
            "clustered" if !wanted.flag("clustered") => is_clustered(want, &table),
            "identity" | "identity_options" if becomes_partition() => true,
            "type" | "collation" if key.kind == Kind::Column && is_typed() => true,
            _ => self.task.comes_from_above(key, attribute),
        }
    }

    fn is_put_below(&self, table: &Key) -> bool {
        self.have.objects.contains_key(table) && self.task.is_put_below(table)
    }

    fn objection(&self, key: &Key, attribute: &str, is_possible: bool) -> Option<String> {
        let is_retyped = key.kind == Kind::Column && matches!(attribute, "type" | "collation");
        let is_moved = matches!(attribute, "partition_of" | "bound" | "inherits");
        let refused = self.refused.get(key).filter(|_| !is_possible || is_retyped || is_moved);
        match refused {
            Some(why) if is_retyped || is_moved => Some(why.clone()),
            Some(why) => Some(format!("it would have to be made anew, and {why}")),
            None => self.task.objection(key, attribute),
        }
    }

    /// Without the CHECKs of the tables above a table cannot be put below them.
    fn add_checks_from_above(&mut self, want: &Spec, table: &Key) {
        let known = ancestors(&self.task.have, table);
        for above in ancestors(want, table) {
            for (check, object) in want.parts(&above, Kind::Constraint) {
                let key = table.part(Kind::Constraint, &check.name);
                let is_check = object.text("kind") == Some("check");
                let comes = |from: &Key| {
                    self.task.have.objects.contains_key(&from.part(Kind::Constraint, &check.name))
                };
                let has_it = known.iter().any(comes);
                if is_check
                    && !has_it
                    && !self.have.objects.contains_key(&key)
                    && !want.objects.contains_key(&key)
                {
                    self.create(want, &key, object);
                }
            }
        }
    }

    /// One attribute of something that is there.
    fn set(&mut self, want: &Spec, key: &Key, attribute: &str, existing: &Object, wanted: &Object) {
        let Some(statements) = ddl::set(key, attribute, existing, wanted) else {
            self.leave_out(key, Vec::new(), unchangeable(key.kind, attribute));
            return;
        };
        let mut needs = wanted.needs.clone();
        needs.insert(key.clone());
        if !key.relation.is_empty() {
            needs.extend(key.kind.description().parents.iter().map(|kind| key.parent(*kind)));
        }
        match (attribute, wanted.name(attribute)) {
            ("type", _) => needs.extend(types_of(want, key, wanted)),
            ("attached_to", Some((schema, index))) => {
                needs.extend(indexes_named(want, schema, index))
            }
            ("owned_by", _) => needs.extend(owner(key, wanted)),
            ("partition_of" | "bound" | "inherits", _) => needs.extend(parents(key, wanted)),
            _ => {}
        }
        if let ("replica_identity", Some(index)) =
            (attribute, wanted.text(attribute).and_then(|text| text.strip_prefix("index ")))
        {
            needs.extend([key.part(Kind::Index, index), key.part(Kind::Constraint, index)]);
        }
        let undo = match attribute {
            "attached_to" => Some(Vec::new()),
            _ => ddl::set(key, attribute, wanted, existing),
        };
        let phase = self.phase_of(key, attribute, wanted);
        let needs = there(needs);
        let brings = match attribute {
            "attached_to" => State::Attached(key.clone()),
            _ => State::Changed(key.clone()),
        };
        self.add(key, statements, undo, brings, needs, phase);
        let wishes = match attribute {
            // Those that are made with the table above are attached before there are indexes.
            "partition_of" | "bound" if phase != Phase::Partitions => self.indexes_below(want, key),
            "attached_to" => self.indexes_below(want, &key.parent(Kind::Table)),
            "not_null" => self.names_freed(want, key, wanted).into_iter().flatten().collect(),
            _ => return,
        };
        self.wish(&wishes);
    }

    /// The indexes of a partition count only if they are whole when it, or they, are attached.
    fn indexes_below(&self, want: &Spec, table: &Key) -> BTreeSet<State> {
        let mut found = BTreeSet::new();
        let mut left = vec![table];
        while let Some(table) = left.pop() {
            let below = self.below.get(table).into_iter().flatten();
            for table in below {
                let parts = [Kind::Index, Kind::Constraint]
                    .into_iter()
                    .flat_map(|it| want.parts(table, it));
                found.extend(parts.map(|(key, _)| State::Attached(key.clone())));
                left.push(table);
            }
        }
        found
    }

    fn wish(&mut self, wishes: &BTreeSet<State>) {
        self.steps
            .last_mut()
            .into_iter()
            .for_each(|step| step.wishes.extend(wishes.iter().cloned()));
    }

    fn phase_of(&self, key: &Key, attribute: &str, wanted: &Object) -> Phase {
        let is_new = attribute == "partition_of" && !self.have.objects.contains_key(key);
        match is_new && !self.joins_an_existing(key, wanted) {
            true => Phase::Partitions,
            false => phase_of_attribute(key, attribute, wanted),
        }
    }

    /// Adds steps; what takes them back takes them back together.
    fn add(
        &mut self,
        key: &Key,
        statements: Vec<String>,
        undo: Option<Vec<String>>,
        brings: State,
        needs: BTreeSet<State>,
        phase: Phase,
    ) {
        let last = statements.len().saturating_sub(1);
        for (place, sql) in statements.into_iter().enumerate() {
            let undo = if place == last { undo.clone() } else { Some(Vec::new()) };
            let (key, brings, needs) = (key.clone(), brings.clone(), needs.clone());
            self.steps.push(Step { key, sql, undo, brings, needs, wishes: BTreeSet::new(), phase });
        }
    }

    fn leave_out(&mut self, key: &Key, sql: Vec<String>, why: impl Into<String>) {
        self.left_out.push(LeftOut { key: key.clone(), sql, why: why.into() });
    }
}

/// A column as CREATE TABLE makes it: a default that needs something else comes later, and not to
/// the tables below.
fn without_late_default(mut column: Object) -> Object {
    if !column.needs.is_empty() {
        column.attributes.shift_remove("default");
    }
    column
}

/// What is dropped, and by whose statement: its own, or that of something it goes with. What
/// rests on something that is dropped elsewhere is dropped by itself, before that.
fn carriers(have: &Spec, ties: &Ties, dropped: &BTreeMap<Key, Fate>) -> BTreeMap<Key, Key> {
    let is_dropped = |key: &Key| dropped.contains_key(key);
    let carrier = |key: &Key| -> Option<Key> {
        if let Some(index) = ties.held_by(key).filter(|it| is_dropped(it)) {
            return Some(index.clone());
        }
        if let Some(column) = not_null::of(have, key).filter(|it| is_dropped(it)) {
            return Some(column);
        }
        let object = &have.objects[key];
        if let Some(above) = ties.above(key).into_iter().find(|it| is_dropped(it))
            && object.flag("inherited")
        {
            return Some(above.clone());
        }
        let owner = owner(key, object).into_iter();
        let mut owners = owner.flat_map(|column| [column.parent(Kind::Table), column]);
        if let Some(owner) = owners.find(|it| is_dropped(it)) {
            return Some(owner);
        }
        let parents = key.kind.description().parents.iter().map(|kind| key.parent(*kind));
        let parent = parents.into_iter().find(|it| is_dropped(it))?;
        let is_within = |other: &Key| {
            *other == parent
                || parent.has_part(other)
                || ties.owner(other).is_some_and(|it| parent.has_part(&it))
        };
        let is_plain_column = key.kind == Kind::Column && object.text("generated").is_none();
        let rests_elsewhere = object.needs.iter().any(|it| is_dropped(it) && !is_within(it));
        (is_plain_column || !rests_elsewhere).then_some(parent)
    };
    let direct: BTreeMap<&Key, Key> =
        dropped.keys().filter_map(|key| Some((key, carrier(key)?))).collect();
    let top = |key: &Key| {
        let mut top = key;
        while let Some(carrier) = direct.get(top) {
            top = carrier;
        }
        top.clone()
    };
    dropped.keys().map(|key| (key.clone(), top(key))).collect()
}

fn there(keys: impl IntoIterator<Item = Key>) -> BTreeSet<State> {
    keys.into_iter().map(State::There).collect()
}

/// Whether a table is clustered on one of its indexes.
fn is_clustered(want: &Spec, table: &Key) -> bool {
    let parts =
        [Kind::Index, Kind::Constraint].into_iter().flat_map(|kind| want.parts(table, kind));
    parts.into_iter().any(|(_, index)| index.flag("clustered"))
}

/// What the type of a column is made of, as far as the server says it of its table.
fn types_of(want: &Spec, column: &Key, object: &Object) -> BTreeSet<Key> {
    let table = want.objects.get(&column.parent(Kind::Table));
    let needs = table.into_iter().flat_map(|table| &table.needs);
    needs.filter(|it| is_of_type(object, it)).cloned().collect()
}

fn is_of_type(column: &Object, key: &Key) -> bool {
    column.text("type").is_some_and(|text| has_word(text, &quote_identifier(&key.name)))
}

/// What must be there before something can be made.
fn needs(want: &Spec, key: &Key, object: &Object) -> BTreeSet<Key> {
    let mut needs = object.needs.clone();
    needs.extend(key.kind.description().parents.iter().map(|kind| key.parent(*kind)));
    let schema = match key.kind {
        Kind::Extension => object.text("schema"),
        _ if key.kind.is_global() => None,
        _ => Some(key.schema.as_str()),
    };
    needs.extend(schema.map(|name| Key {
        kind: Kind::Schema,
        schema: String::new(),
        relation: String::new(),
        name: name.into(),
    }));
    match key.kind {
        Kind::Table => {
            let columns = want.parts(key, Kind::Column).into_iter();
            let computed = columns.filter(|(_, column)| column.text("generated").is_some());
            needs.extend(computed.flat_map(|(_, column)| column.needs.iter().cloned()));
            needs.extend(parents(key, object));
        }
        Kind::Column => needs.extend(types_of(want, key, object)),
        _ => {}
    }
    needs
}
