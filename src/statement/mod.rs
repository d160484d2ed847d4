//! A statement: one parsed command, its source text, and its place in the script.
//!
//! [`parse`] makes statements of a text, or of a call that was intercepted; [`compose`] makes the
//! text of one statement of typed arguments. Nothing here looks into the catalog.

pub mod compose;
pub mod fragment;
pub mod parse;
mod split;

use crate::pg::arena::Arena;
use crate::pg::message::Place;
use crate::pg::quote_identifier;
use crate::pg::tree::Node;
use crate::pg::tree::model::{
    Action, Class, Command, ConstraintKind, ObjectName, Relation, TableChange,
};
use crate::pg::tree::prune::{Part, prune};
use crate::pg::utility::Call;
use std::borrow::Cow;
use std::ffi::CString;
use std::rc::Rc;

/// One parsed statement, ready to be judged and run.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The line of the script it begins in, from 1; 1 if it came by itself.
    pub line: usize,
    /// What it is and does.
    pub command: Command,
    /// The text of each of its actions, as a statement of its own.
    pub ddl: Vec<Rc<str>>,
    /// The memory its tree is in.
    pub arena: Rc<Arena>,
    /// What the caller said besides.
    pub expected: Expected,
    origin: Origin,
}

/// What the caller of a typed function said of the object, which SQL has no words for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// DROP INDEX: the table it is on.
    pub table: Option<Relation>,
    /// RENAME: only an object of the kind named will do, where ALTER TABLE would take others.
    pub exact_kind: bool,
    /// DROP CONSTRAINT: the kind it is.
    pub constraint: Option<ConstraintKind>,
    /// TYPE: of all columns that foreign keys tie together, each with this expression.
    pub web: Option<Web>,
}

/// A change of type of more columns than the one that is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Web {
    /// The expression for each of them, with `$1` for the column; as it was given.
    pub using: Option<String>,
}

/// Where a statement came from, and so how it is run.
#[derive(Clone, Debug)]
enum Origin {
    /// A text of ours: its RawStmt, and the text.
    Parsed(Node, Rc<CString>),
    /// A client or a function, by the hook.
    Intercepted(Call),
}

impl Statement {
    /// Runs what `parts` says of its actions, as one statement. If it is to be undoable, the
    /// caller has opened a subtransaction.
    pub fn run(&self, parts: &[Part]) {
        self.run_tree(|whole| prune(whole, parts));
    }

    /// Runs it as it came, with all its actions.
    pub fn run_whole(&self) {
        self.run_tree(Node::clone);
    }

    fn run_tree(&self, prune: impl FnOnce(&Node) -> Node) {
        match &self.origin {
            Origin::Parsed(raw, source) => {
                let pruned = prune(raw);
                let run = || crate::pg::execute::statement(&pruned, source);
                crate::pg::context::within(source, run);
            }
            Origin::Intercepted(call) => call.run(prune),
        }
    }

    /// Its tree: a RawStmt, or the PlannedStmt of a call.
    pub fn tree(&self) -> &Node {
        match &self.origin {
            Origin::Parsed(raw, _) => raw,
            Origin::Intercepted(call) => call.node(),
        }
    }

    /// Memory to run it in: that of its call, or of its own, as a script's is there for long.
    pub fn workspace(&self) -> Rc<Arena> {
        match &self.origin {
            Origin::Parsed(..) => Arena::new(),
            Origin::Intercepted(call) => call.arena().clone(),
        }
    }

    /// Whether it is on its way from a client or a function to the server.
    pub fn is_intercepted(&self) -> bool {
        matches!(self.origin, Origin::Intercepted(_))
    }

    /// Whether it came by itself, so that it may commit what it does.
    pub fn is_outside_block(&self) -> bool {
        matches!(&self.origin, Origin::Intercepted(call) if call.is_outside_block())
    }

    /// The name of the operation an action is: that of the typed function where there is one,
    /// otherwise the command tag in lower case.
    pub fn operation(&self, action: &Action) -> Cow<'static, str> {
        // ALTER TYPE … ADD ATTRIBUTE and its like are ALTER TABLE to the parser.
        let alters_type = self.command.tag == "ALTER TYPE"
            && !matches!(action, Action::AddEnumValue { .. } | Action::Rename { .. });
        match operation(action).filter(|_| !alters_type) {
            Some(name) => name.into(),
            None => self.command.tag.to_lowercase().replace(' ', "_").into(),
        }
    }
}

fn operation(action: &Action) -> Option<&'static str> {
    Some(match action {
        Action::AddColumn { .. } => "add_column",
        Action::DropColumn { .. } => "drop_column",
        Action::AlterColumn { .. } => "alter_column",
        Action::AddConstraint { constraint, .. } => match constraint.kind {
            ConstraintKind::Check => "create_check_constraint",
            ConstraintKind::NotNull => "add_not_null_constraint",
            ConstraintKind::Primary => "create_primary_key",
            ConstraintKind::Unique => "create_unique_constraint",
            ConstraintKind::Exclude => "create_exclude_constraint",
            ConstraintKind::Foreign => "create_foreign_key",
        },
        Action::DropConstraint { .. } => "drop_constraint",
        Action::ValidateConstraint { .. } => "validate_constraint",
        Action::AlterTable { change, .. } => match change {
            TableChange::RowSecurity(true) => "enable_row_level_security",
            TableChange::RowSecurity(false) => "disable_row_level_security",
            TableChange::ForceRowSecurity(true) => "force_row_level_security",
            TableChange::ForceRowSecurity(false) => "no_force_row_level_security",
            _ => return None,
        },
        Action::CreateTable(_) => "create_table",
        Action::CreateIndex(_) => "create_index",
        Action::Create { definition: crate::pg::tree::model::Definition::Enum(_), .. } => {
            "create_enum"
        }
        Action::AddEnumValue { .. } => "add_enum_value",
        Action::Rename { object, .. } => match object.class {
            Class::Table => "rename_table",
            Class::Column => "rename_column",
            Class::Index => "rename_index",
            Class::Constraint => "rename_constraint",
            _ => return None,
        },
        Action::Comment { object, comment } if object.class == Class::Table => match comment {
            Some(_) => "create_table_comment",
            None => "drop_table_comment",
        },
        _ => return None,
    })
}

/// The object an action is about, quoted as SQL would write it.
pub fn object_of(action: &Action) -> String {
    match action {
        Action::AddColumn { table, column } => {
            format!("{table}.{}", quote_identifier(&column.name))
        }
        Action::DropColumn { table, column } | Action::AlterColumn { table, column, .. } => {
            format!("{table}.{}", quote_identifier(column))
        }
        Action::AddConstraint { table, constraint } => match &constraint.name {
            Some(name) => format!("{table}.{}", quote_identifier(name)),
            None => table.to_string(),
        },
        Action::DropConstraint { table, name } | Action::ValidateConstraint { table, name } => {
            format!("{table}.{}", quote_identifier(name))
        }
        Action::AlterTable { table, .. } | Action::Maintain { table, .. } => table.to_string(),
        Action::CreateTable(def) => def.table.to_string(),
        Action::CreateIndex(def) => index_object(def.name.as_deref(), &def.table),
        Action::CreateStatistics(def) => def.name.as_ref().unwrap_or(&def.table).to_string(),
        Action::Create { object, .. }
        | Action::Drop { object }
        | Action::Rename { object, .. }
        | Action::Comment { object, .. }
        | Action::Alter { object, .. } => object.to_string(),
        Action::AddEnumValue { object, value } => enum_object(object, value),
        Action::AddDomainCheck { domain, .. } => domain.to_string(),
        Action::RenameEnumValue { object, old, .. } => enum_object(object, old),
        Action::Other => String::new(),
    }
}

/// The same for the fields of a message, as far as it was written.
pub fn place_of(action: &Action) -> Place {
    match action {
        Action::AddColumn { table, column } => in_column(table, &column.name),
        Action::DropColumn { table, column } | Action::AlterColumn { table, column, .. } => {
            in_column(table, column)
        }
        Action::AddConstraint { table, constraint } => {
            Place { constraint: constraint.name.clone(), ..in_table(table) }
        }
        Action::DropConstraint { table, name } | Action::ValidateConstraint { table, name } => {
            with_constraint(in_table(table), name)
        }
        Action::AlterTable { table, .. } | Action::Maintain { table, .. } => in_table(table),
        Action::CreateTable(def) => in_table(&def.table),
        Action::CreateIndex(def) => Place { constraint: def.name.clone(), ..in_table(&def.table) },
        Action::CreateStatistics(def) => in_table(&def.table),
        Action::Create { object, .. }
        | Action::Drop { object }
        | Action::Rename { object, .. }
        | Action::Comment { object, .. }
        | Action::Alter { object, .. }
        | Action::AddEnumValue { object, .. }
        | Action::AddDomainCheck { domain: object, .. }
        | Action::RenameEnumValue { object, .. } => place_of_object(object),
        Action::Other => Place::default(),
    }
}

fn place_of_object(object: &ObjectName) -> Place {
    let schema = object.schema.clone();
    let name = || Some(object.name.clone());
    match (object.class, &object.relation) {
        (Class::Column, Some(table)) => in_column(table, &object.name),
        (Class::Constraint, Some(table)) => with_constraint(in_table(table), &object.name),
        (Class::DomainConstraint, Some(domain)) => {
            let datatype = Some(domain.name.clone());
            let place = Place { schema: domain.schema.clone(), datatype, ..Place::default() };
            with_constraint(place, &object.name)
        }
        (Class::Policy | Class::Trigger | Class::Rule, Some(table)) => in_table(table),
        (Class::Index, _) => Place { schema, constraint: name(), ..Place::default() },
        (Class::Schema, _) => Place { schema: name(), ..Place::default() },
        (Class::Type | Class::Domain | Class::CompositeType, _) => {
            Place { schema, datatype: name(), ..Place::default() }
        }
        (
            Class::Table
            | Class::View
            | Class::MaterializedView
            | Class::ForeignTable
            | Class::Sequence,
            _,
        ) => in_table(&object.as_relation()),
        _ => Place { schema, ..Place::default() },
    }
}

fn in_table(table: &Relation) -> Place {
    let Relation { schema, name } = table.clone();
    Place { schema, table: Some(name), ..Place::default() }
}

fn in_column(table: &Relation, column: &str) -> Place {
    Place { column: Some(column.into()), ..in_table(table) }
}

fn with_constraint(place: Place, name: &str) -> Place {
    Place { constraint: Some(name.into()), ..place }
}

/// An index is in the schema of its table.
fn index_object(name: Option<&str>, table: &Relation) -> String {
    match (name, &table.schema) {
        (Some(name), Some(schema)) => {
            format!("{}.{}", quote_identifier(schema), quote_identifier(name))
        }
        (Some(name), None) => quote_identifier(name),
        (None, _) => table.to_string(),
    }
}

fn enum_object(object: &ObjectName, value: &str) -> String {
    format!("{object}.{}", crate::pg::quote_literal(value))
}
