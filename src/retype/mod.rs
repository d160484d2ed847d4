//! `change_type`: one type for all columns that foreign keys tie together.
//!
//! [`web`] finds the columns, `catalog/` what is in the way of their type and how it is made again,
//! [`using`] puts each column into the expression of the caller's. What comes of it are the
//! statements of one operation, which the engine runs all or not at all.

mod concerned;
mod using;
mod web;

pub use using::Using;

use crate::engine::{self, Judging, Operation};
use crate::error::Error;
use crate::guard::{Finding, Verdict};
use crate::outcome::{Outcome, Reason};
use crate::pg::arena::Arena;
use crate::pg::tree::model::{Action, ColumnChange, Relation, TypeName};
use crate::pg::{catalog, expression, naming, quote_identifier, subtransaction};
use crate::spec::snapshot::SEARCH_PATH;
use crate::statement::{Statement, parse};
use concerned::{Refusal, Stage, Step};
use pgrx::pg_sys::Oid;
use std::collections::BTreeMap;
use std::rc::Rc;
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
    /// The one column that is named, and its type: `ALTER TABLE … ALTER COLUMN … TYPE …`.
    pub statement: Statement,
    /// The expression for each column, if one was given.
    pub using: Option<Using>,
}

/// Changes the type of a column and of all that foreign keys tie to it.
pub fn change(request: &Request) -> Result<Rc<Outcome>, Error> {
    let Some(plan) = Plan::of(request) else {
        // The guard says what is missing, or that there is nothing to do.
        return Ok(execute(request, std::slice::from_ref(&request.statement), Judging::Beforehand));
    };
    if let Some(finding) = plan.refusal() {
        let verdict = Verdict::Refused(finding);
        let judging = Judging::Known(&verdict);
        return Ok(execute(request, std::slice::from_ref(&request.statement), judging));
    }
    let texts = plan.texts();
    let statements = parse::script(&texts.join(";\n"))?;
    let asked = request.asked();
    let search_path = naming::search_path();
    let now = || Plan::of(request).is_some_and(|now| now.texts() == texts);
    let still = || naming::under(&[("search_path", &search_path)], now).unwrap_or_default();
    let judging = Judging::InTurn { asked: &asked, still: &still };
    let run = || execute(request, &statements, judging);
    Ok(naming::under_any(&SETTINGS, run).unwrap_or_else(|it| unreachable!("{it}")))
}

fn execute(request: &Request, statements: &[Statement], judging: Judging) -> Rc<Outcome> {
    let object = request.object();
    let name = "change_type".into();
    engine::execute_operation(Operation { name, object, statements, judging, replays: None })
}

impl Request {
    fn parts(&self) -> Option<(&Relation, &str, &TypeName, Option<&[String]>)> {
        match self.statement.command.actions.as_slice() {
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

    fn object(&self) -> String {
        self.parts().map_or_else(String::new, |(table, column, ..)| {
            format!("{table}.{}", quote_identifier(column))
        })
    }

    /// As one statement, with the expression for the column that is named.
    fn asked(&self) -> String {
        let column = self.parts().map(|(_, column, ..)| quote_identifier(column));
        let using = self.using.as_ref().zip(column).map(|(using, column)| using.of(&column));
        let using = using.map(|text| format!(" USING {text}")).unwrap_or_default();
        format!("{}{using}", self.statement.ddl[0])
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
        let names = || (catalog::type_name(oid, typmod), catalog::collation_name(collation_oid));
        let (type_name, collation_name) = naming::under(&settings, names).ok()?;
        let collate = collation.map(|_| format!(" COLLATE {collation_name}")).unwrap_or_default();
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
    /// `None` if something that is named is not there, or nothing is to be done.
    fn of(request: &'a Request) -> Option<Plan<'a>> {
        let (table, column, type_name, collation) = request.parts()?;
        let table = catalog::relation(table)?;
        let column = catalog::column(table.oid, column)?;
        let target = Target::of(type_name, collation)?;
        let web = web::around(table.oid, column.number);
        let columns: Vec<Column> =
            web.into_iter().filter(|column| !target.is_that_of(column)).collect();
        if columns.is_empty() {
            return None;
        }
        let (refusals, steps) = concerned::read(&columns);
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
                format!("Say how its values become others, as in using => '$1::{type_name}'.")
            }
            _ => "Drop it, or change it, before; and make it again afterwards.".to_string(),
        };
        let lines: Vec<&str> = self.refusals.iter().map(|it| it.text.as_str()).collect();
        Some(Finding {
            reason,
            sqlstate: reason.sqlstate().into(),
            message: format!("cannot change the type of all columns to {type_name}"),
            detail: Some(format!("{}.", lines.join("; "))),
            hint: Some(hint),
            differences: Vec::new(),
            missing_table: None,
            violations: None,
            lock: None,
        })
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
