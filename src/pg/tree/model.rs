//! What a DDL statement says, as owned Rust values.

use super::Node;
use crate::pg::quote_identifier;
use std::fmt;

/// A possibly schema-qualified name of a relation, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The schema, if one was given.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{}.", quote_identifier(schema))?;
        }
        f.write_str(&quote_identifier(&self.name))
    }
}

/// The kinds of object a statement can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Class {
    Table,
    View,
    MaterializedView,
    ForeignTable,
    Sequence,
    Index,
    CompositeType,
    Column,
    Constraint,
    DomainConstraint,
    Policy,
    Trigger,
    Rule,
    Schema,
    Type,
    Domain,
    Extension,
    Function,
    Procedure,
    Routine,
    Aggregate,
    Role,
    Database,
    Tablespace,
    Language,
    Collation,
    Statistics,
    Publication,
    Subscription,
    EventTrigger,
    ForeignDataWrapper,
    ForeignServer,
    UserMapping,
    AccessMethod,
}

impl Class {
    /// The word PostgreSQL's messages use.
    pub fn word(self) -> &'static str {
        match self {
            Class::Table => "table",
            Class::View => "view",
            Class::MaterializedView => "materialized view",
            Class::ForeignTable => "foreign table",
            Class::Sequence => "sequence",
            Class::Index => "index",
            Class::CompositeType => "composite type",
            Class::Column => "column",
            Class::Constraint | Class::DomainConstraint => "constraint",
            Class::Policy => "policy",
            Class::Trigger => "trigger",
            Class::Rule => "rule",
            Class::Schema => "schema",
            Class::Type => "type",
            Class::Domain => "domain",
            Class::Extension => "extension",
            Class::Function => "function",
            Class::Procedure => "procedure",
            Class::Routine => "routine",
            Class::Aggregate => "aggregate",
            Class::Role => "role",
            Class::Database => "database",
            Class::Tablespace => "tablespace",
            Class::Language => "language",
            Class::Collation => "collation",
            Class::Statistics => "statistics object",
            Class::Publication => "publication",
            Class::Subscription => "subscription",
            Class::EventTrigger => "event trigger",
            Class::ForeignDataWrapper => "foreign-data wrapper",
            Class::ForeignServer => "server",
            Class::UserMapping => "user mapping",
            Class::AccessMethod => "access method",
        }
    }
}

/// The name of an object, and where to look for it.
#[derive(Clone, Debug)]
pub struct ObjectName {
    /// What kind of object.
    pub class: Class,
    /// The schema, if one was given.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// The relation it belongs to: for columns, constraints, policies, triggers and rules.
    pub relation: Option<Relation>,
    /// The whole ObjectWithArgs: for functions and their like.
    pub signature: Option<Node>,
}

impl ObjectName {
    /// An object that belongs to no relation and has no arguments.
    pub fn plain(class: Class, schema: Option<String>, name: String) -> Self {
        ObjectName { class, schema, name, relation: None, signature: None }
    }

    /// A relation of this kind.
    pub fn relation(class: Class, relation: &Relation) -> Self {
        ObjectName::plain(class, relation.schema.clone(), relation.name.clone())
    }

    /// An object that belongs to a relation.
    pub fn on(class: Class, relation: Relation, name: String) -> Self {
        ObjectName { class, schema: None, name, relation: Some(relation), signature: None }
    }

    /// Schema and name together.
    pub fn as_relation(&self) -> Relation {
        Relation { schema: self.schema.clone(), name: self.name.clone() }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.relation {
            Some(relation) => write!(f, "{relation}.{}", quote_identifier(&self.name)),
            None => self.as_relation().fmt(f),
        }
    }
}

/// A type as it was written.
#[derive(Clone, Debug)]
pub struct TypeName {
    /// The TypeName node.
    pub node: Node,
    /// The parts of its name; `int` has already become `pg_catalog.int4`.
    pub names: Vec<String>,
    /// Whether it is `x%TYPE`.
    pub by_column: bool,
}

/// `serial` and its sizes are no types: the parser makes an integer column of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Serial {
    Small,
    Normal,
    Big,
}

impl TypeName {
    /// Which serial it is, recognised as `transformColumnDefinition` does.
    pub fn serial(&self) -> Option<Serial> {
        let [name] = self.names.as_slice() else { return None };
        match name.as_str() {
            _ if self.by_column => None,
            "smallserial" | "serial2" => Some(Serial::Small),
            "serial" | "serial4" => Some(Serial::Normal),
            "bigserial" | "serial8" => Some(Serial::Big),
            _ => None,
        }
    }
}

/// A column as ADD COLUMN or CREATE TABLE defines it.
#[derive(Clone, Debug)]
pub struct ColumnDef {
    /// Its name.
    pub name: String,
    /// Its type; absent only in typed tables and partitions.
    pub type_name: Option<TypeName>,
    /// COLLATE.
    pub collation: Option<Vec<String>>,
    /// Whether NOT NULL was said, or follows from PRIMARY KEY or identity.
    pub not_null: bool,
    /// The name of the NOT NULL, if it was given one.
    pub not_null_name: Option<String>,
    /// Whether the NOT NULL says NO INHERIT (PostgreSQL 18).
    pub not_null_no_inherit: bool,
    /// DEFAULT.
    pub default: Option<Node>,
    /// GENERATED ALWAYS AS (…).
    pub generated: Option<Generated>,
    /// GENERATED … AS IDENTITY.
    pub identity: Option<Identity>,
    /// PRIMARY KEY, UNIQUE, CHECK and REFERENCES written with the column.
    pub constraints: Vec<ConstraintDef>,
    /// STORAGE.
    pub storage: Option<String>,
    /// COMPRESSION.
    pub compression: Option<String>,
    /// OPTIONS of a foreign table's column.
    pub options: Vec<(String, Option<String>)>,
    /// Whether what is said of it does not go together, which the server refuses.
    pub contradicts_itself: bool,
}

/// GENERATED ALWAYS AS (…).
#[derive(Clone, Debug)]
pub struct Generated {
    /// The expression.
    pub expression: Node,
    /// `s` for stored, `v` for virtual.
    pub kind: char,
}

/// GENERATED … AS IDENTITY.
#[derive(Clone, Debug)]
pub struct Identity {
    /// `a` for always, `d` for by default.
    pub when: char,
    /// The options of its sequence, by their names in the grammar.
    pub options: Vec<(String, Option<String>)>,
}

/// The kinds of constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ConstraintKind {
    Check,
    NotNull,
    Primary,
    Unique,
    Exclude,
    Foreign,
}

impl ConstraintKind {
    /// The kinds a caller can name, by Alembic's words for them.
    pub const NAMED: [(&'static str, ConstraintKind); 5] = [
        ("foreignkey", ConstraintKind::Foreign),
        ("primary", ConstraintKind::Primary),
        ("unique", ConstraintKind::Unique),
        ("check", ConstraintKind::Check),
        ("exclude", ConstraintKind::Exclude),
    ];

    /// The kind with that word.
    pub fn named(word: &str) -> Option<ConstraintKind> {
        Self::NAMED.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::NAMED.iter().find(|(_, kind)| *kind == self).map_or("not null", |(word, _)| word)
    }
}

/// A constraint as it was written.
#[derive(Clone, Debug)]
pub struct ConstraintDef {
    /// Its name, if it was given one.
    pub name: Option<String>,
    /// What kind it is.
    pub kind: ConstraintKind,
    /// The constrained columns, in order.
    pub columns: Vec<String>,
    /// INCLUDE.
    pub including: Vec<String>,
    /// The CHECK expression.
    pub expression: Option<Node>,
    /// REFERENCES.
    pub references: Option<References>,
    /// DEFERRABLE.
    pub deferrable: bool,
    /// INITIALLY DEFERRED.
    pub deferred: bool,
    /// NOT VALID.
    pub not_valid: bool,
    /// NOT ENFORCED (PostgreSQL 18).
    pub not_enforced: bool,
    /// NO INHERIT.
    pub no_inherit: bool,
    /// NULLS NOT DISTINCT.
    pub nulls_not_distinct: bool,
    /// USING INDEX.
    pub using_index: Option<String>,
    /// WITH and USING INDEX TABLESPACE.
    pub storage: StorageDef,
    /// The index of EXCLUDE.
    pub exclusion: Option<Box<IndexShape>>,
    /// WITHOUT OVERLAPS, or PERIOD of a foreign key (PostgreSQL 18).
    pub period: bool,
}

/// The referenced side of a foreign key.
#[derive(Clone, Debug)]
pub struct References {
    /// The referenced table.
    pub table: Relation,
    /// The referenced columns; empty for its primary key.
    pub columns: Vec<String>,
    /// PERIOD (PostgreSQL 18).
    pub period: bool,
    /// `s` simple, `f` full, `p` partial.
    pub match_type: char,
    /// `a` no action, `r` restrict, `c` cascade, `n` set null, `d` set default.
    pub on_update: char,
    /// As `on_update`.
    pub on_delete: char,
    /// The columns of ON DELETE SET NULL (…).
    pub delete_columns: Vec<String>,
}

/// An index as it was written.
#[derive(Clone, Debug)]
pub struct IndexDef {
    /// Its name, if it was given one.
    pub name: Option<String>,
    /// Its table.
    pub table: Relation,
    /// What it is.
    pub shape: IndexShape,
    /// CONCURRENTLY.
    pub concurrent: bool,
    /// ON ONLY.
    pub only: bool,
}

/// What an index is, whatever its table and name: that of EXCLUDE is written so, too.
#[derive(Clone, Debug)]
pub struct IndexShape {
    /// The access method.
    pub method: String,
    /// UNIQUE.
    pub unique: bool,
    /// The key.
    pub elements: Vec<IndexElement>,
    /// INCLUDE.
    pub including: Vec<String>,
    /// WHERE.
    pub predicate: Option<Node>,
    /// NULLS NOT DISTINCT.
    pub nulls_not_distinct: bool,
    /// WITH and TABLESPACE.
    pub storage: StorageDef,
}

/// One column or expression of an index's key.
#[derive(Clone, Debug)]
pub struct IndexElement {
    /// The column's name.
    pub column: Option<String>,
    /// The expression.
    pub expression: Option<Node>,
    /// COLLATE.
    pub collation: Option<Vec<String>>,
    /// The operator class.
    pub opclass: Option<Vec<String>>,
    /// The options of the operator class.
    pub options: Vec<Parameter>,
    /// The operator of EXCLUDE.
    pub operator: Option<Vec<String>>,
    /// DESC.
    pub descending: bool,
    /// NULLS FIRST, said or by default.
    pub nulls_first: bool,
}

/// A table as CREATE TABLE defines it.
#[derive(Clone, Debug)]
pub struct TableDef {
    /// Its name.
    pub table: Relation,
    /// TEMPORARY.
    pub temporary: bool,
    /// UNLOGGED.
    pub unlogged: bool,
    /// Its columns, in order.
    pub columns: Vec<ColumnDef>,
    /// Its table constraints.
    pub constraints: Vec<ConstraintDef>,
    /// LIKE, in order.
    pub likes: Vec<Like>,
    /// INHERITS, or the partitioned table.
    pub parents: Vec<Relation>,
    /// PARTITION OF: the PartitionBoundSpec node.
    pub bound: Option<Node>,
    /// PARTITION BY.
    pub partition_by: Option<PartitionBy>,
    /// OF.
    pub of_type: Option<TypeName>,
    /// ON COMMIT, which is kept in no catalog, unless it says what is so anyway.
    pub on_commit: bool,
    /// WITH, TABLESPACE and USING.
    pub storage: StorageDef,
}

/// LIKE in a CREATE TABLE.
#[derive(Clone, Debug)]
pub struct Like {
    /// The relation or type whose columns are copied.
    pub source: Relation,
    /// How many of the columns that are written come before.
    pub position: usize,
    /// INCLUDING.
    pub including: Vec<LikeOption>,
}

/// What LIKE copies besides the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum LikeOption {
    Comments,
    Compression,
    Constraints,
    Defaults,
    Generated,
    Identity,
    Indexes,
    Statistics,
    Storage,
}

/// PARTITION BY.
#[derive(Clone, Debug)]
pub struct PartitionBy {
    /// `l` list, `r` range, `h` hash.
    pub strategy: char,
    /// The key.
    pub elements: Vec<IndexElement>,
}

/// CREATE TABLE AS, or SELECT INTO.
#[derive(Clone, Debug)]
pub struct TableAsDef {
    /// The table, without its columns.
    pub table: TableDef,
    /// The names given to the columns; fewer than there are columns, if some keep theirs.
    pub names: Vec<String>,
    /// The query, raw or analysed; absent for EXECUTE.
    pub query: Option<Node>,
}

/// How something is to be stored.
#[derive(Clone, Debug, Default)]
pub struct StorageDef {
    /// WITH.
    pub parameters: Vec<Parameter>,
    /// Those of them for the TOAST table, without `toast.`.
    pub toast: Vec<Parameter>,
    /// TABLESPACE.
    pub tablespace: Option<String>,
    /// USING, of a table.
    pub method: Option<String>,
    /// PARTITION OF: the table it may have tablespace and access method from.
    pub partition_of: Option<Relation>,
}

/// A storage parameter, or an option of an operator class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value as text.
    pub value: String,
}

/// What ALTER COLUMN changes.
#[derive(Clone, Debug)]
pub enum ColumnChange {
    /// TYPE.
    Type {
        /// The new type.
        type_name: TypeName,
        /// COLLATE.
        collation: Option<Vec<String>>,
        /// USING.
        using: Option<Node>,
    },
    /// SET DEFAULT, or DROP DEFAULT for `None`.
    Default(Option<Node>),
    /// SET NOT NULL or DROP NOT NULL.
    NotNull(bool),
    /// ADD GENERATED … AS IDENTITY.
    AddIdentity(Identity),
    /// SET GENERATED and sequence options.
    SetIdentity,
    /// DROP IDENTITY.
    DropIdentity,
    /// SET STORAGE.
    Storage(String),
    /// SET COMPRESSION.
    Compression(String),
    /// SET STATISTICS; -1 is the default.
    Statistics(i32),
    /// Others that need the column and are always run.
    Other,
}

/// Row-level security flags, and whatever else ALTER TABLE does to the table as a whole.
#[derive(Clone, Debug)]
pub enum TableChange {
    /// ENABLE or DISABLE ROW LEVEL SECURITY.
    RowSecurity(bool),
    /// FORCE or NO FORCE ROW LEVEL SECURITY.
    ForceRowSecurity(bool),
    /// OWNER TO.
    Owner(RoleName),
    /// ENABLE and DISABLE TRIGGER: its name, and the new tgenabled.
    Trigger(String, char),
    /// ENABLE and DISABLE RULE: its name, and the new ev_enabled.
    Rule(String, char),
    /// CLUSTER ON an index, SET WITHOUT CLUSTER.
    Cluster(Option<String>),
    /// REPLICA IDENTITY: the new relreplident, and the index it names.
    ReplicaIdentity(char, Option<String>),
    /// ATTACH PARTITION.
    Attach {
        /// The partition.
        partition: Relation,
        /// The PartitionBoundSpec node.
        bound: Node,
    },
    /// INHERIT.
    Inherit(Relation),
    /// DETACH PARTITION, NO INHERIT: another relation is named.
    With(Relation),
    /// Anything else.
    Other,
}

/// How a new object is defined, as far as it can be compared.
#[derive(Clone, Debug)]
pub enum Definition {
    /// CREATE TYPE … AS ENUM.
    Enum(Vec<String>),
    /// CREATE SCHEMA.
    Schema {
        /// AUTHORIZATION.
        owner: Option<RoleName>,
        /// Whether what is to be in it is written with it.
        has_elements: bool,
    },
    /// CREATE EXTENSION.
    Extension {
        /// SCHEMA.
        schema: Option<String>,
        /// VERSION.
        version: Option<String>,
    },
    /// CREATE SEQUENCE.
    Sequence(SequenceDef),
    /// CREATE POLICY.
    Policy(PolicyDef),
    /// CREATE VIEW and CREATE MATERIALIZED VIEW.
    View(ViewDef),
    /// CREATE FUNCTION and CREATE PROCEDURE.
    Function(FunctionDef),
    /// CREATE DOMAIN.
    Domain(DomainDef),
    /// CREATE TYPE … AS RANGE, of which only the kind is compared.
    Range,
    /// CREATE TYPE … AS (…): its attributes.
    Composite(Vec<ColumnDef>),
    /// CREATE PUBLICATION.
    Publication(PublicationDef),
    /// CREATE TRIGGER.
    Trigger(TriggerDef),
    /// CREATE TABLE AS, SELECT INTO.
    TableAs(Box<TableAsDef>),
    /// Everything else is not compared.
    Uncompared,
}

/// CREATE POLICY.
#[derive(Clone, Debug)]
pub struct PolicyDef {
    /// AS PERMISSIVE.
    pub permissive: bool,
    /// FOR: `*`, `r`, `a`, `w` or `d`, as pg_policy has it.
    pub command: char,
    /// TO: `None` stands for a role that is not named (PUBLIC, CURRENT_USER …).
    pub roles: Vec<RoleName>,
    /// USING.
    pub using: Option<Node>,
    /// WITH CHECK.
    pub check: Option<Node>,
}

/// CREATE SEQUENCE, or the sequence of an identity column.
#[derive(Clone, Debug)]
pub struct SequenceDef {
    /// AS.
    pub type_name: Option<TypeName>,
    /// OWNED BY: the parts of the column's name, or `none`.
    pub owned_by: Option<Vec<String>>,
    /// UNLOGGED.
    pub unlogged: bool,
    /// The other options, by their names in the grammar.
    pub options: Vec<(String, Option<String>)>,
}

/// CREATE VIEW and CREATE MATERIALIZED VIEW.
#[derive(Clone, Debug)]
pub struct ViewDef {
    /// The query: raw, or analysed, as that of a materialized view is when it is intercepted.
    pub query: Node,
    /// The names given to its columns.
    pub columns: Vec<String>,
    /// WITH, TABLESPACE and USING.
    pub storage: StorageDef,
}

/// CREATE FUNCTION and CREATE PROCEDURE.
#[derive(Clone, Debug)]
pub struct FunctionDef {
    /// The whole CreateFunctionStmt.
    pub statement: Node,
}

/// CREATE DOMAIN.
#[derive(Clone, Debug)]
pub struct DomainDef {
    /// The type it is over.
    pub type_name: TypeName,
    /// COLLATE.
    pub collation: Option<Vec<String>>,
    /// DEFAULT.
    pub default: Option<Node>,
    /// NOT NULL.
    pub not_null: bool,
    /// CHECK.
    pub checks: Vec<DomainCheckDef>,
    /// Whether there is something a domain cannot have.
    pub has_others: bool,
}

/// A CHECK of a domain.
#[derive(Clone, Debug)]
pub struct DomainCheckDef {
    /// Its name, if it was given one.
    pub name: Option<String>,
    /// Its condition.
    pub condition: Node,
    /// NOT VALID.
    pub not_valid: bool,
}

/// CREATE PUBLICATION.
#[derive(Clone, Debug)]
pub struct PublicationDef {
    /// FOR ALL TABLES.
    pub all_tables: bool,
    /// FOR TABLE.
    pub tables: Vec<PublicationTable>,
    /// FOR TABLES IN SCHEMA, `None` for CURRENT_SCHEMA.
    pub schemas: Vec<Option<String>>,
    /// WITH: name and text of each option.
    pub options: Vec<(String, Option<String>)>,
    /// ALL SEQUENCES or EXCEPT (PostgreSQL 19), which are not compared.
    pub has_uncompared: bool,
}

/// A table of CREATE PUBLICATION.
#[derive(Clone, Debug)]
pub struct PublicationTable {
    /// Its name.
    pub table: Relation,
    /// ONLY.
    pub only: bool,
    /// The columns listed, none for all.
    pub columns: Vec<String>,
    /// WHERE.
    pub filter: Option<Node>,
}

/// CREATE STATISTICS.
#[derive(Clone, Debug)]
pub struct StatisticsDef {
    /// Its name, if it was given one.
    pub name: Option<Relation>,
    /// Its table.
    pub table: Relation,
    /// The kinds, none for all.
    pub kinds: Vec<String>,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its expressions, among them columns in parentheses.
    pub expressions: Vec<Node>,
}

/// CREATE TRIGGER.
#[derive(Clone, Debug)]
pub struct TriggerDef {
    /// Timing, events and level, as tgtype of pg_trigger has them.
    pub fires: i16,
    /// UPDATE OF.
    pub columns: Vec<String>,
    /// WHEN.
    pub when: Option<Node>,
    /// The name of its function.
    pub function: Vec<String>,
    /// The arguments of its function.
    pub arguments: Vec<String>,
    /// CONSTRAINT.
    pub constraint: bool,
    /// DEFERRABLE.
    pub deferrable: bool,
    /// INITIALLY DEFERRED.
    pub deferred: bool,
    /// FROM.
    pub from: Option<Relation>,
    /// REFERENCING OLD TABLE AS.
    pub old_table: Option<String>,
    /// REFERENCING NEW TABLE AS.
    pub new_table: Option<String>,
    /// OR REPLACE.
    pub replace: bool,
}

/// A role as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleName {
    /// By its name.
    Named(String),
    /// PUBLIC.
    Public,
    /// CURRENT_USER, CURRENT_ROLE.
    Current,
    /// SESSION_USER.
    Session,
}

/// One thing a statement does. ALTER TABLE, DROP and GRANT can do several.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Action {
    AddColumn { table: Relation, column: ColumnDef },
    DropColumn { table: Relation, column: String },
    AlterColumn { table: Relation, column: String, change: ColumnChange },
    AddConstraint { table: Relation, constraint: ConstraintDef },
    DropConstraint { table: Relation, name: String },
    ValidateConstraint { table: Relation, name: String },
    AlterTable { table: Relation, change: TableChange },
    CreateTable(TableDef),
    CreateIndex(IndexDef),
    CreateStatistics(StatisticsDef),
    Create { object: ObjectName, definition: Definition, replace: bool },
    Drop { object: ObjectName },
    Rename { object: ObjectName, new_name: String },
    Comment { object: ObjectName, comment: Option<String> },
    Maintain { table: Relation, columns: Vec<String>, index: Option<String> },
    AddEnumValue { object: ObjectName, value: String },
    AddDomainCheck { domain: ObjectName, check: DomainCheckDef },
    RenameEnumValue { object: ObjectName, old: String, new: String },
    Alter { object: ObjectName, roles: Vec<RoleName>, change: ObjectChange },
    Other,
}

impl Action {
    /// The relation that a sub-command of ALTER TABLE is for.
    pub fn altered_table(&self) -> Option<&Relation> {
        match self {
            Action::AddColumn { table, .. }
            | Action::DropColumn { table, .. }
            | Action::AlterColumn { table, .. }
            | Action::AddConstraint { table, .. }
            | Action::DropConstraint { table, .. }
            | Action::ValidateConstraint { table, .. }
            | Action::AlterTable { table, .. } => Some(table),
            _ => None,
        }
    }
}

/// What ALTER changes of an object of any kind.
#[derive(Clone, Debug)]
pub enum ObjectChange {
    /// OWNER TO.
    Owner(RoleName),
    /// SET SCHEMA.
    Schema(String),
    /// Anything else, GRANT among it.
    Other,
}

/// Why a statement cannot run inside a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confined {
    /// BEGIN, COMMIT, SAVEPOINT …
    TransactionControl,
    /// CONCURRENTLY.
    Concurrently,
    /// VACUUM, CREATE DATABASE …
    OutsideTransaction,
    /// COPY from or to the client.
    ClientCopy,
}

/// A parsed statement: what it is, and what it does.
#[derive(Clone, Debug)]
pub struct Command {
    /// The command tag, `ALTER TABLE`.
    pub tag: &'static str,
    /// What it does, at least one thing.
    pub actions: Vec<Action>,
    /// Why it cannot run inside a function, if so.
    pub confined: Option<Confined>,
    /// Whether it is content with its target missing: ALTER … IF EXISTS.
    pub if_exists: bool,
    /// Whether it leaves partitions and inheriting tables alone: ALTER TABLE ONLY.
    pub only: bool,
    /// Whether there are cases in which it refuses to run in a transaction block, or does
    /// otherwise there than outside.
    pub minds_transactions: bool,
    /// Whether the journal is not told of it: it is about the session or the transaction alone, or
    /// about how things are stored, so there is nothing to be made up for later; or it has a
    /// password in it.
    pub is_off_record: bool,
    /// The relations that its query names, or that are written to.
    pub queried: Vec<Relation>,
}
