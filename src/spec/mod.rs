//! Specs: what a database should contain, in one format for requiring it, comparing with it and
//! repairing.
//!
//! [`read`] and [`write`] are the format, [`snapshot`] reads a database into it, [`diff`]
//! compares, [`plan`] makes statements of the differences, [`script`] texts of those, and
//! [`require`] what a person reads. Everything goes through the engine that runs or looks.

mod anew;
mod ddl;
mod diff;
mod json_text;
mod lossy;
mod mention;
pub mod model;
mod name;
mod not_null;
mod order;
mod path;
mod piece;
pub mod plan;
mod read;
mod require;
mod resolve;
pub mod script;
mod shape;
pub mod snapshot;
mod statement;
mod write;

pub use diff::{Difference, Standing};
pub use read::{prerequisites, spec};
pub use require::{UNMET, unmet};
pub use snapshot::{Extent, user_schemas, whole as snapshot};
pub use write::text;

use crate::engine;
use crate::error::Error;
use crate::outcome::{self, Outcome, Status};
use crate::pg::arena::Arena;
use crate::pg::{interrupts, naming, subtransaction};
use crate::settings;
use crate::statement::parse;
use model::{Key, Kind, Object, Scope, Spec};
use plan::{Allowed, Lasting, LeftOut, Plan, Step};
use std::collections::BTreeSet;
use std::rc::Rc;

/// In what the database differs from a spec; `exact` also asks for what it has beyond it.
pub fn differences(want: &Spec, exact: bool) -> Vec<Difference> {
    diff::differences(want, &existing(want, exact), exact)
}

/// What the database has of what a spec is about.
fn existing(want: &Spec, exact: bool) -> Spec {
    let schemas: Vec<String> = want.schemas().into_iter().map(str::to_string).collect();
    let says_extra =
        |object: &Object| ["owner", "grants"].iter().any(|it| object.attributes.contains_key(*it));
    let grants = want.objects.values().any(says_extra);
    let whole = Extent { grants, needs: false, ..Extent::of(schemas) }.with_extensions_of(want);
    match &want.scope {
        Some(Scope { tables: None, .. }) => snapshot::read(&whole),
        None if exact => snapshot::read(&whole),
        Some(Scope { tables, .. }) => {
            let schemas = BTreeSet::from([Kind::Schema]);
            of_relations_and(
                &whole,
                tables.clone().map(Vec::from_iter),
                whole.kinds.clone(),
                schemas,
            )
        }
        None => {
            let (of_relations, others) = kinds(want);
            of_relations_and(&whole, Some(relations(want)), of_relations, others)
        }
    }
}

/// Some relations, and everything of other kinds.
fn of_relations_and(
    whole: &Extent,
    relations: Option<Vec<String>>,
    of_relations: BTreeSet<Kind>,
    others: BTreeSet<Kind>,
) -> Spec {
    let mut found = snapshot::read(&Extent { relations, kinds: of_relations, ..whole.clone() });
    let rest = snapshot::read(&Extent { kinds: others, ..whole.clone() });
    found.objects.extend(rest.objects);
    found
}

/// The kinds a spec names, with those that could have their names, first those that are, or
/// belong to, relations.
fn kinds(want: &Spec) -> (BTreeSet<Kind>, BTreeSet<Kind>) {
    const RELATIONS: [Kind; 3] = [Kind::Table, Kind::View, Kind::MaterializedView];
    let named: BTreeSet<Kind> = want.objects.keys().map(|key| key.kind).collect();
    let is_of_relation = |kind: &Kind| {
        let parents = kind.description().parents;
        RELATIONS.contains(kind) || parents.iter().any(|parent| RELATIONS.contains(parent))
    };
    let (mut of_relations, mut others): (BTreeSet<Kind>, BTreeSet<Kind>) =
        named.into_iter().partition(is_of_relation);
    if !of_relations.is_empty() {
        of_relations.extend(RELATIONS);
    }
    if others.iter().any(|kind| matches!(kind, Kind::Enum | Kind::Domain | Kind::CompositeType)) {
        others.extend([Kind::Enum, Kind::Domain, Kind::CompositeType]);
    }
    (of_relations, others)
}

fn relations(want: &Spec) -> Vec<String> {
    let name = |key: &Key| match key.kind {
        Kind::Table | Kind::View | Kind::MaterializedView => Some(key.name.clone()),
        _ if key.relation.is_empty() => None,
        _ => Some(key.relation.clone()),
    };
    let names: BTreeSet<String> = want.objects.keys().filter_map(name).collect();
    names.into_iter().collect()
}

/// What is to be done to make the database as a spec says.
pub fn plan(want: &Rc<Spec>, allowed: Allowed) -> Result<Plan, Error> {
    plan_around(want, allowed, &Lasting::new())
}

fn plan_around(want: &Rc<Spec>, allowed: Allowed, lasting: &Lasting) -> Result<Plan, Error> {
    // What rests on something may be in any schema, and gets back whom it belongs to.
    let mut schemas: BTreeSet<String> = user_schemas().into_iter().collect();
    schemas.extend(want.schemas().into_iter().map(str::to_string));
    let extent = Extent { grants: true, ..Extent::of(schemas.into_iter().collect()) };
    let extent = extent.with_extensions_of(want);
    let have = Rc::new(snapshot::read(&extent));
    resolve::under_spec(want, || plan::plan(want.clone(), have, allowed, lasting.clone()))
}

/// Makes the database as a spec says, each statement by the engine. Returns what became of each,
/// and then what still differs. What was dropped, or taken from something, and could not be made
/// again is not: then all is undone, and done without that.
pub fn repair(want: &Rc<Spec>, allowed: Allowed) -> Result<Vec<Rc<Outcome>>, Error> {
    let mut lasting = Lasting::new();
    let (mut outcomes, left_out) = loop {
        let plan = plan_around(want, allowed, &lasting)?;
        match run(want, &plan) {
            Ok(outcomes) => break (outcomes, plan.left_out),
            Err(Stop::Lost(key, why)) => _ = lasting.insert(key, why),
            Err(Stop::Refused(error)) => return Err(error),
        }
    };
    let remaining = match settings::dry_run() {
        true => Vec::new(),
        false => differences(want, false),
    };
    let of_left_out = left_out.iter().map(left_as_it_is);
    let said: BTreeSet<&Key> = left_out.iter().map(|left| &left.key).collect();
    let is_said = |difference: &Difference| said.contains(&difference.key);
    let others = remaining.iter().filter(|it| !it.optional && !is_said(it)).map(still_differs);
    outcomes.extend(of_left_out.chain(others).map(Rc::new));
    Ok(outcomes)
}

/// Why a repair does not go on.
enum Stop {
    /// A statement is none.
    Refused(Error),
    /// Something is not what it was and cannot be made so again, and why.
    Lost(Key, String),
}

fn run(want: &Spec, plan: &Plan) -> Result<Vec<Rc<Outcome>>, Stop> {
    // Bodies of functions may name what is made later, as in pg_restore.
    let settings = [("check_function_bodies", "off")];
    let run_all = || naming::under_any(&settings, || run_all(plan));
    let run = || resolve::under_spec(want, run_all).unwrap_or_else(|it| unreachable!("{it}"));
    match plan.again.is_empty() {
        true => run(),
        false => subtransaction::all_or_none(&Arena::new(), run),
    }
}

/// Each in turn: a later one may need what an earlier one has made.
fn run_all(plan: &Plan) -> Result<Vec<Rc<Outcome>>, Stop> {
    let execute = if settings::dry_run() { engine::plan } else { engine::execute };
    let mut all = Vec::new();
    for step in &plan.steps {
        interrupts::check();
        let statements = parse::script(&step.sql).map_err(Stop::Refused)?;
        let outcomes: Vec<_> = statements.iter().flat_map(execute).collect();
        if let Some(outcome) = outcomes.iter().find(|it| plan.loses(step, it)) {
            let said = outcome.message.clone().unwrap_or_default();
            let why = format!("{} could not be made again: {said}", anew::named(&step.key));
            return Err(Stop::Lost(step.key.clone(), why));
        }
        all.extend(outcomes);
    }
    Ok(all)
}

impl Plan {
    /// Whether something that was there is lost with this outcome of a step.
    fn loses(&self, step: &Step, outcome: &Outcome) -> bool {
        self.again.contains(&step.brings) && !outcome.is_finished() && !settings::dry_run()
    }
}

fn left_as_it_is(left: &LeftOut) -> Outcome {
    let text = format!("{} {} was left as it is: {}", word(left.key.kind), left.key, left.why);
    let mut outcome = remaining(left.key.to_string(), text);
    outcome.ddl = left.sql.join(";\n").into();
    outcome
}

fn still_differs(difference: &Difference) -> Outcome {
    let mut outcome = remaining(difference.key.to_string(), require::sentence(difference));
    outcome.differences.extend(difference.attribute.clone().map(|attribute| {
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".into());
        let (have, want) = (text(&difference.have), text(&difference.want));
        outcome::Difference { attribute: attribute.into(), have, want }
    }));
    outcome
}

fn remaining(object: String, message: String) -> Outcome {
    let mut outcome = Outcome::new(Status::Conflict, "repair".into(), object, "".into());
    outcome.reason = Some(outcome::Reason::Differs.code().into());
    outcome.message = Some(message);
    outcome
}

/// The word for a kind in a sentence.
fn word(kind: Kind) -> String {
    kind.word().replace('_', " ")
}
