//! `change_type`: one type for all columns that foreign keys tie together.
//!
//! [`web`] finds the columns, `catalog/` what is in the way of their type and how it is made again,
//! [`using`] puts each column into the expression of the caller's. What comes of it are the
//! statements of one operation, which the engine runs all or not at all.

mod concerned;
mod using;
mod web;

use crate::engine::{self, Judging, Operation};
use crate::error::Error;
use crate::guard::{Finding, Verdict};
use crate::outcome::{Outcome, Reason};
use crate::pg::arena::Arena;
use crate::pg::tree::model::{Action, ColumnChange, Relation, TypeName};
use crate::pg::{catalog, expression, naming, subtransaction};
use crate::record::journal::Replayed;
use crate::spec::snapshot::SEARCH_PATH;
use crate::statement::{Statement, Web, compose, object_of, parse};
use concerned::{Refusal, Stage, Step};
use pgrx::pg_sys::Oid;
use std::collections::BTreeMap;
use std::rc::Rc;
use using::Using;
use web::Column;

/// The settings under which the statements say what they are meant to say.
const SETTINGS: [(&str, &str); 6] = [
    ("search_path", SEARCH_PATH),
    ("check_function_bodies", "off"),
    ("default_tablespace", ""),
    ("default_table_access_method", "heap"),
    ("standard_conforming_strings", "on"),
    ("lc_monetary", "C"),
];

/// What is asked for.
pub struct Request {
    /// The change of the one column that is named: `ALTER TABLE … ALTER COLUMN … TYPE …`.
    asked: Statement,
    /// The expression for each column, if one was given.
    using: Option<Using>,
}

/// Changes the type of a column and of all that foreign keys tie to it; `replays` is the row of the
/// journal that is tried again.
pub fn change(request: &Request, replays: Option<&Replayed>) -> Result<Rc<Outcome>, Error> {
    as_operation(request, replays, engine::execute_operation)
}

/// What that would come to now.
pub fn foresee(request: &Request) -> Result<Outcome, Error> {
    as_operation(request, None, engine::foresee)
}

fn as_operation<T>(
    request: &Request,
    replays: Option<&Replayed>,
    run: impl FnOnce(Operation) -> T,
) -> Result<T, Error> {
    let asked = &request.asked;
    let run = |statements: &[Statement], judging: Judging| {
        let (name, object) = ("change_type".into(), object_of(&asked.command.actions[0]));
        run(Operation { name, object, statements, judging, replays })
    };
    let verdict = match Plan::of(request) {
        // The guard says what is missing.
        None => return Ok(run(std::slice::from_ref(asked), Judging::Beforehand)),
        Some(plan) => match plan.verdict(request) {
            None => return run_in_turn(request, &plan.texts(), run),
            Some(verdict) => verdict,
        },
    };
    Ok(run(std::slice::from_ref(asked), Judging::Known(&verdict)))
}

fn run_in_turn<T>(
    request: &Request,
    texts: &[String],
    run: impl FnOnce(&[Statement], Judging) -> T,
) -> Result<T, Error> {
    let mut statements = parse::script(&texts.join(";\n"))?;
    // A step is a whole statement, not a part of one.
    for (statement, text) in statements.iter_mut().zip(texts) {
        statement.ddl.fill(text.as_str().into());
    }
    let search_path = naming::search_path();
    let now = || Plan::of(request).is_some_and(|now| now.texts() == texts);
    let still = || naming::under(&[("search_path", &search_path)], now).unwrap_or_default();
    let (asked, settings) = (&request.asked, SETTINGS.as_slice());
    Ok(run(&statements, Judging::InTurn { asked, settings, still: &still }))
}

impl Request {
    /// `prefix` is the one change up to its USING, which comes with it.
    pub fn new(prefix: String, column: &str, using: Option<&str>) -> Result<Request, Error> {
        let web = Web { using: using.map(str::to_string) };
        let using = using.map(Using::new).transpose()?;
        let clause = using.as_ref().map(|using| format!(" USING {}", using.of(column)));
        let text = prefix + &clause.unwrap_or_default();
        let mut asked = compose::one(text, |action| {
            matches!(action, Action::AlterColumn { change: ColumnChange::Type { .. }, .. })
        })?;
        asked.expected.web = Some(web);
        Ok(Request { asked, using })
    }

    /// What the journal has kept; `None` if it is another statement.
    pub fn again(statements: &[Statement]) -> Option<Result<Request, Error>> {
        let [asked] = statements else { return None };
        let web = asked.expected.web.as_ref()?;
        let using = web.using.as_deref().map(Using::new).transpose();
        Some(using.map(|using| Request { asked: asked.clone(), using }))
    }

    fn parts(&self) -> Option<(&Relation, &str, &TypeName, Option<&[String]>)> {
        match self.asked.command.actions.as_slice() {
            [
                Action::AlterColumn {
                    table,
                    column,
                    change: ColumnChange::Type { type_name, collation, .. },
                },
            ] => Some((table, column, type_name, collation.as_deref())),
            _ => None,
        }
    }
}

/// The type that all columns are to have.
struct Target {
    oid: Oid,
    typmod: i32,
    collation: Oid,
    /// As SQL writes it, `character varying(36)`.
    type_name: String,
    /// ` COLLATE "C"`, or nothing.
    collate: String,
}

impl Target {
    /// `None` if there is no such type or collation.
    fn of(type_name: &TypeName, collation: Option<&[String]>) -> Option<Target> {
        let arena = Arena::new();
        let resolve = || {
            let (oid, typmod) = catalog::resolve_type(type_name);
            (oid, typmod, catalog::collation_oid(collation, oid))
        };
        let probe = || subtransaction::probe(&arena, || arena.enter(resolve));
        let (oid, typmod, collation_oid) = probe().ok()?;
        let settings = [("search_path", SEARCH_PATH)];
        let type_name = naming::under(&settings, || catalog::type_name(oid, typmod)).ok()?;
        let collate = match collation {
            Some(_) => format!(" COLLATE {}", catalog::qualified_collation(collation_oid)),
            None => String::new(),
        };
        Some(Target { oid, typmod, collation: collation_oid, type_name, collate })
    }

    fn is_that_of(&self, column: &Column) -> bool {
        (column.type_oid, column.typmod, column.collation)
            == (self.oid, self.typmod, self.collation)
    }
}

/// What is to be done.
struct Plan<'a> {
    target: Target,
    using: Option<&'a Using>,
    /// The columns that change, those of the tables below others included.
    columns: Vec<Column>,
    refusals: Vec<Refusal>,
    steps: Vec<Step>,
}

impl<'a> Plan<'a> {
    /// `None` if something that is named is not there.
    fn of(request: &'a Request) -> Option<Plan<'a>> {
        let (table, column, type_name, collation) = request.parts()?;
        let table = catalog::relation(table)?;
        let column = catalog::column(table.oid, column)?;
        let target = Target::of(type_name, collation)?;
        let web = web::around(table.oid, column.number);
        let columns: Vec<Column> =
            web.into_iter().filter(|column| !target.is_that_of(column)).collect();
        let (refusals, steps) = concerned::read(&columns, target.oid);
        let mut plan = Plan { target, using: request.using.as_ref(), columns, refusals, steps };
        plan.refuse_columns();
        if plan.refusals.is_empty() {
            plan.add_conversions();
        }
        Some(plan)
    }

    /// The statements in their order.
    fn texts(&self) -> Vec<String> {
        self.steps.iter().map(|step| step.sql.clone()).collect()
    }

    /// What the catalog says of no object but of the column itself and its new type.
    fn refuse_columns(&mut self) {
        let target = &self.target;
        let mut found = Vec::new();
        for column in &self.columns {
            let mut refuse = |sqlstate, what: String| {
                found.push(Refusal { sqlstate, text: format!("column {column} {what}") });
            };
            if column.tops > 1 {
                refuse("0A000", "is inherited from several tables".into());
            }
            if column.is_identity && !is_integer(target.oid) {
                refuse("0A000", "is an identity column, which must be an integer".into());
            }
            if column.has_storage && catalog::storage_of_type(target.oid) == 'p' {
                refuse("0A000", format!("has a storage that {} has not", target.type_name));
            }
            if self.using.is_none() && !catalog::is_assignable(column.type_oid, target.oid) {
                refuse("42804", format!("cannot be cast automatically to {}", target.type_name));
            }
            if self.using.is_none()
                && !column.default_fits(target.oid)
                && column.default_literal().is_none()
            {
                refuse(
                    "42804",
                    format!(
                        "has a default that cannot be cast automatically to {}",
                        target.type_name
                    ),
                );
            }
        }
        self.refusals.extend(found);
    }

    /// `None` if it is to be done.
    fn verdict(&self, request: &Request) -> Option<Verdict> {
        if self.columns.is_empty() {
            let (table, column, ..) = request.parts()?;
            let Relation { name, .. } = table;
            let message = format!("column \"{column}\" of table \"{name}\" already has that type");
            return Some(Verdict::Satisfied(Finding::new(Reason::NoChange, message)));
        }
        self.refusal().map(Verdict::Refused)
    }

    /// Why it is not done, all of it.
    fn refusal(&self) -> Option<Finding> {
        let first = self.refusals.iter().map(|it| it.sqlstate).max_by_key(|it| rank(it))?;
        let reason = match first {
            "42501" => Reason::InsufficientPrivilege,
            "42804" => Reason::DatatypeMismatch,
            _ => Reason::FeatureNotSupported,
        };
        let type_name = &self.target.type_name;
        let hint = match reason {
            Reason::InsufficientPrivilege => {
                "Call it as a role that has the privileges of all their owners.".into()
            }
            Reason::DatatypeMismatch => {
                format!("Say how its values become others, as in \"using\" => '$1::{type_name}'.")
            }
            _ => "Drop it, or change it, before; and make it again afterwards.".to_string(),
        };
        let lines: Vec<&str> = self.refusals.iter().map(|it| it.text.as_str()).collect();
        let message = format!("cannot change the type of all columns to {type_name}");
        let detail = Some(format!("{}.", lines.join("; ")));
        Some(Finding { detail, hint: Some(hint), ..Finding::new(reason, message) })
    }

    /// One statement for each table, and the defaults that have to be converted, too.
    fn add_conversions(&mut self) {
        let mut tables: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut steps = Vec::new();
        for column in &self.columns {
            if column.on_top {
                tables.entry(&column.table).or_default().push(self.conversion(column));
            }
            if let Some(default) = self.converted_default(column) {
                let alter =
                    format!("ALTER TABLE ONLY {} ALTER COLUMN {}", column.table, column.quoted());
                steps.push(Step {
                    stage: Stage::DROP_DEFAULTS,
                    sql: format!("{alter} DROP DEFAULT"),
                });
                let sql = format!("{alter} SET DEFAULT {default}");
                steps.push(Step { stage: Stage::SET_DEFAULTS, sql });
            }
        }
        for (table, conversions) in tables {
            let sql = format!("ALTER TABLE {table} {}", conversions.join(", "));
            steps.push(Step { stage: Stage::CONVERT, sql });
        }
        self.steps.extend(steps);
        self.steps.sort_by_key(|step| step.stage);
    }

    fn conversion(&self, column: &Column) -> String {
        let Target { type_name, collate, .. } = &self.target;
        let name = column.quoted();
        let using = self.using.map(|using| using.of(&name));
        let using = using.map(|text| format!(" USING {}", plain(&text, Some(column.relation))));
        format!("ALTER COLUMN {name} TYPE {type_name}{collate}{}", using.unwrap_or_default())
    }

    /// The default of a column, for the new type, where the server would not cast it.
    fn converted_default(&self, column: &Column) -> Option<String> {
        if let Some(literal) = column.default_literal() {
            return Some(literal);
        }
        let default =
            column.default_text.as_ref().filter(|_| !column.default_fits(self.target.oid))?;
        let converted = self.using?.of(&format!("({default})"));
        Some(plain(&converted, None))
    }
}

/// The expression under the search_path of the statements. If it says nothing here, it stays as it
/// is, and the server says what is wrong with it when it runs.
fn plain(text: &str, relation: Option<Oid>) -> String {
    let arena = Arena::new();
    let print = || {
        let node = crate::pg::parser::expression(&arena, text).ok().flatten()?;
        let purpose = expression::Purpose::Using;
        expression::printed(purpose, relation, &node, SEARCH_PATH)
    };
    let printed = subtransaction::probe(&arena, || arena.enter(print)).ok().flatten();
    format!("({})", printed.unwrap_or_else(|| text.to_string()))
}

/// What an identity column can be.
fn is_integer(oid: Oid) -> bool {
    use pgrx::pg_sys::{INT2OID, INT4OID, INT8OID};
    [INT2OID, INT4OID, INT8OID].contains(&oid)
}

/// What weighs most in an outcome that has one reason.
fn rank(sqlstate: &str) -> usize {
    ["42804", "0A000", "42501"].iter().position(|it| *it == sqlstate).unwrap_or_default()
}
