//! What a spec says, and what a database has: the same plain values, so that they can be compared.
//!
//! Everything is an [`Object`] under a [`Key`]: tables and also their columns, constraints and
//! indexes. What kinds there are, what each is called and what can be said of it is in one
//! place, [`Kind::description`].

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A kind of object. In the order in which they are made where nothing else decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Schema,
    Extension,
    Enum,
    Domain,
    DomainConstraint,
    CompositeType,
    Sequence,
    Function,
    Procedure,
    Table,
    Column,
    View,
    MaterializedView,
    Constraint,
    Index,
    Statistics,
    Trigger,
    Policy,
}

/// What the value of an attribute looks like.
#[derive(Debug)]
pub enum Shape {
    /// A string.
    Text,
    /// A string that is a piece of SQL.
    Sql(Piece),
    /// A string that is a name.
    Identifier,
    /// One of these strings; one that ends with a space stands for all that begin with it.
    Word(&'static [&'static str]),
    /// An array of that many strings: the parts of a name.
    Name(usize),
    /// true or false.
    Flag,
    /// A whole number.
    Number,
    /// An array of such values.
    List(&'static Shape),
    /// An object with any keys and such values.
    Map(&'static Shape),
    /// An object with these keys, of which the first must be there.
    Record(usize, &'static [(&'static str, Shape)]),
}

/// A piece of SQL, as it stands in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Piece {
    Type,
    Collation,
    Expression,
    Constraint,
    DomainConstraint,
    PartitionKey,
    Bound,
    Privilege,
    /// The value of an option of a column.
    Value,
}

impl Shape {
    /// What it is called in an error.
    pub fn word(&self) -> String {
        match self {
            Shape::Text | Shape::Sql(_) | Shape::Identifier => "a string".into(),
            Shape::Word([word]) => format!("\"{word}\""),
            Shape::Word(words) => {
                let written = words.iter().map(|word| word.replace("index ", "index NAME"));
                format!("one of {}", written.collect::<Vec<_>>().join(", "))
            }
            Shape::Name(2) => "[schema, name]".into(),
            Shape::Name(_) => "[schema, table, column]".into(),
            Shape::Flag => "true or false".into(),
            Shape::Number => "a whole number".into(),
            Shape::List(_) => "an array".into(),
            Shape::Map(_) | Shape::Record(..) => "an object".into(),
        }
    }
}

use Shape::{Flag, Identifier, List, Map as MapOf, Name, Number, Record, Sql, Text, Word};

const TYPE: Shape = Sql(Piece::Type);
const COLLATION: Shape = Sql(Piece::Collation);
const EXPRESSION: Shape = Sql(Piece::Expression);
const PRIVILEGE: Shape = Sql(Piece::Privilege);

/// `["schema", "name"]`
const NAME: Shape = Name(2);
const UNLOGGED: Shape = Word(&["unlogged"]);
const TEXT_MAP: Shape = MapOf(&Text);
const NUMBER_MAP: Shape = MapOf(&Number);
const GRANTS: Shape =
    List(&Record(2, &[("role", Text), ("privilege", PRIVILEGE), ("grantable", Flag)]));
const FIELDS: Shape =
    List(&Record(2, &[("name", Identifier), ("type", TYPE), ("collation", COLLATION)]));
const IDENTITY: Shape = Record(
    0,
    &[
        ("name", NAME),
        ("start", Number),
        ("increment", Number),
        ("minimum", Number),
        ("maximum", Number),
        ("cache", Number),
        ("cycle", Flag),
    ],
);

/// What there is to know about a kind.
pub struct Description {
    /// The word for one of them.
    pub word: &'static str,
    /// The key under which they stand in a spec.
    pub section: &'static str,
    /// The kinds of object it is a part of; none for one that stands by itself.
    pub parents: &'static [Kind],
    /// The attribute that a string stands for where an object could stand.
    pub main: Option<&'static str>,
    /// What can be said of one, besides what [`Kind::attributes`] adds.
    own: &'static [Attribute],
}

/// Its name, and what its value looks like.
pub type Attribute = (&'static str, Shape);

/// What can be said of whatever has a comment, and of whatever belongs to a role.
const COMMENTED: &[Attribute] = &[("comment", Text)];
const OWNED: &[Attribute] = &[("comment", Text), ("owner", Text), ("grants", GRANTS)];

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 18] = [
        Kind::Schema,
        Kind::Extension,
        Kind::Enum,
        Kind::Domain,
        Kind::DomainConstraint,
        Kind::CompositeType,
        Kind::Sequence,
        Kind::Function,
        Kind::Procedure,
        Kind::Table,
        Kind::Column,
        Kind::View,
        Kind::MaterializedView,
        Kind::Constraint,
        Kind::Index,
        Kind::Statistics,
        Kind::Trigger,
        Kind::Policy,
    ];

    /// What there is to know about it.
    pub fn description(self) -> Description {
        let (word, section, parents, main, own): (_, _, &[Kind], _, &[Attribute]) = match self {
            Kind::Schema => ("schema", "schemas", &[], None, &[]),
            Kind::Extension => ("extension", "extensions", &[], Some("version"), EXTENSION),
            Kind::Enum => ("enum", "enums", &[], None, &[("labels", List(&Text))]),
            Kind::Domain => ("domain", "domains", &[], Some("type"), DOMAIN),
            Kind::DomainConstraint => (
                "domain_constraint",
                "constraints",
                &[Kind::Domain],
                DEFINITION.1,
                DOMAIN_CONSTRAINT,
            ),
            Kind::CompositeType => ("composite_type", "composite_types", &[], None, COMPOSITE_TYPE),
            Kind::Sequence => ("sequence", "sequences", &[], Some("type"), SEQUENCE),
            Kind::Function => ("function", "functions", &[], DEFINITION.1, DEFINITION.0),
            Kind::Procedure => ("procedure", "procedures", &[], DEFINITION.1, DEFINITION.0),
            Kind::Table => ("table", "tables", &[], None, TABLE),
            Kind::Column => ("column", "columns", &[Kind::Table], Some("type"), COLUMN),
            Kind::View => ("view", "views", &[], DEFINITION.1, VIEW),
            Kind::MaterializedView => {
                ("materialized_view", "materialized_views", &[], DEFINITION.1, MATERIALIZED_VIEW)
            }
            Kind::Constraint => {
                ("constraint", "constraints", &[Kind::Table], DEFINITION.1, CONSTRAINT)
            }
            Kind::Index => ("index", "indexes", STORED, DEFINITION.1, INDEX),
            Kind::Statistics => ("statistics", "statistics", STORED, DEFINITION.1, STATISTICS),
            Kind::Trigger => {
                ("trigger", "triggers", &[Kind::Table, Kind::View], DEFINITION.1, TRIGGER)
            }
            Kind::Policy => ("policy", "policies", &[Kind::Table], None, POLICY),
        };
        Description { word, section, parents, main, own }
    }

    /// Whether its name has arguments.
    pub fn is_routine(self) -> bool {
        matches!(self, Kind::Function | Kind::Procedure)
    }

    /// What can be said of one.
    pub fn attributes(self) -> impl Iterator<Item = &'static Attribute> {
        let common = match self {
            Kind::Extension => &[],
            Kind::DomainConstraint
            | Kind::Column
            | Kind::Constraint
            | Kind::Index
            | Kind::Statistics
            | Kind::Trigger
            | Kind::Policy => COMMENTED,
            Kind::Schema
            | Kind::Enum
            | Kind::Domain
            | Kind::CompositeType
            | Kind::Sequence
            | Kind::Function
            | Kind::Procedure
            | Kind::Table
            | Kind::View
            | Kind::MaterializedView => OWNED,
        };
        self.description().own.iter().chain(common)
    }

    /// The word for one of them.
    pub fn word(self) -> &'static str {
        self.description().word
    }

    /// Whether it stands by itself.
    pub fn stands_alone(self) -> bool {
        self.description().parents.is_empty()
    }

    /// The kind of that word.
    pub fn named(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether it has no schema: its name is one in the whole database.
    pub fn is_global(self) -> bool {
        matches!(self, Kind::Schema | Kind::Extension)
    }

    /// The kinds of its parts.
    pub fn parts(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |part| part.description().parents.contains(&self))
    }
}

/// What stores rows.
const STORED: &[Kind] = &[Kind::Table, Kind::MaterializedView];

/// What is said by a text of the server's, and the name of that.
const DEFINITION: (&[Attribute], Option<&str>) = (&[("definition", Text)], Some("definition"));

const EXTENSION: &[Attribute] = &[("schema", Text), ("version", Text)];

const DOMAIN: &[Attribute] =
    &[("type", TYPE), ("collation", COLLATION), ("not_null", Flag), ("default", EXPRESSION)];

const DOMAIN_CONSTRAINT: &[Attribute] = &[("definition", Sql(Piece::DomainConstraint))];

const COMPOSITE_TYPE: &[Attribute] = &[("attributes", FIELDS), ("column_comments", TEXT_MAP)];

const SEQUENCE: &[Attribute] = &[
    ("type", TYPE),
    ("start", Number),
    ("increment", Number),
    ("minimum", Number),
    ("maximum", Number),
    ("cache", Number),
    ("cycle", Flag),
    ("persistence", UNLOGGED),
    ("owned_by", Name(3)),
];

const TABLE: &[Attribute] = &[
    ("persistence", UNLOGGED),
    ("of_type", TYPE),
    ("partition_by", Sql(Piece::PartitionKey)),
    ("partition_of", NAME),
    ("bound", Sql(Piece::Bound)),
    ("inherits", List(&NAME)),
    ("options", TEXT_MAP),
    ("access_method", Text),
    ("tablespace", Text),
    ("row_level_security", Flag),
    ("force_row_level_security", Flag),
    ("replica_identity", Word(&["full", "nothing", "index "])),
];

const COLUMN: &[Attribute] = &[
    ("type", TYPE),
    ("collation", COLLATION),
    ("not_null", Flag),
    ("default", EXPRESSION),
    ("generated", EXPRESSION),
    ("generated_kind", Word(&["virtual"])),
    ("identity", Word(&["always", "by default"])),
    ("identity_options", IDENTITY),
    ("inherited", Flag),
    ("storage", Word(&["plain", "external", "extended", "main"])),
    ("compression", Word(&["pglz", "lz4"])),
    ("statistics", Number),
    ("options", MapOf(&Sql(Piece::Value))),
    ("grants", GRANTS),
];

const VIEW: &[Attribute] = &[
    ("definition", Text),
    ("columns", FIELDS),
    ("options", TEXT_MAP),
    ("column_comments", TEXT_MAP),
    ("column_defaults", MapOf(&EXPRESSION)),
];

const MATERIALIZED_VIEW: &[Attribute] = &[
    ("definition", Text),
    ("columns", FIELDS),
    ("options", TEXT_MAP),
    ("access_method", Text),
    ("tablespace", Text),
    ("unpopulated", Flag),
    ("column_comments", TEXT_MAP),
];

const CONSTRAINT: &[Attribute] = &[
    ("definition", Sql(Piece::Constraint)),
    ("kind", Word(&["primary key", "unique", "check", "foreign key", "exclude", "not null"])),
    ("attached_to", NAME),
    ("only", Flag),
    ("clustered", Flag),
    ("options", TEXT_MAP),
    ("tablespace", Text),
];

const INDEX: &[Attribute] = &[
    ("definition", Text),
    ("attached_to", NAME),
    ("clustered", Flag),
    ("invalid", Flag),
    ("statistics", NUMBER_MAP),
    ("tablespace", Text),
];

const STATISTICS: &[Attribute] = &[("definition", Text), ("target", Number), ("owner", Text)];

const TRIGGER: &[Attribute] =
    &[("definition", Text), ("enabled", Word(&["disabled", "replica", "always"]))];

const POLICY: &[Attribute] = &[
    ("command", Word(&["all", "select", "insert", "update", "delete"])),
    ("restrictive", Flag),
    ("roles", List(&Text)),
    ("using", EXPRESSION),
    ("with_check", EXPRESSION),
];

/// What identifies an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Its kind.
    pub kind: Kind,
    /// Its schema; empty for a schema or an extension.
    pub schema: String,
    /// The relation or domain it is a part of; empty if it stands by itself.
    pub relation: String,
    /// Its name; with the types of its arguments, `f(integer, text)`, for a function.
    pub name: String,
}

impl Key {
    /// The schema it is in, or is.
    pub fn namespace(&self) -> &str {
        if self.kind == Kind::Schema { &self.name } else { &self.schema }
    }

    /// The key of what it is a part of, if that is of such a kind.
    pub fn parent(&self, kind: Kind) -> Key {
        let (schema, name) = (self.schema.clone(), self.relation.clone());
        Key { kind, schema, relation: String::new(), name }
    }

    /// The key of a part.
    pub fn part(&self, kind: Kind, name: impl Into<String>) -> Key {
        let (schema, relation) = (self.schema.clone(), self.name.clone());
        Key { kind, schema, relation, name: name.into() }
    }

    /// Whether the other is a part of it.
    pub fn has_part(&self, other: &Key) -> bool {
        other.kind.description().parents.contains(&self.kind)
            && other.schema == self.schema
            && other.relation == self.name
    }

    /// Name and arguments of a function.
    pub fn routine(&self) -> (String, &str) {
        let (name, arguments) = super::name::split_routine(&self.name);
        (name, arguments)
    }
}

/// As SQL would write it: `shop.orders.id`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::name::sql(self))
    }
}

/// What is said of an object, or is so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Its attributes; what is not there is not said, or has its default.
    pub attributes: Map<String, Value>,
    /// Whether a database may be without it.
    pub optional: bool,
    /// What must be there before it, other than what it is a part of.
    pub needs: BTreeSet<Key>,
    /// The place of a column among the others.
    pub place: usize,
}

impl Object {
    /// An attribute that is a string.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).and_then(Value::as_str)
    }

    /// An attribute that is a flag; false where it is not there.
    pub fn flag(&self, attribute: &str) -> bool {
        self.attributes.get(attribute).and_then(Value::as_bool).unwrap_or(false)
    }

    /// An attribute that is a whole number.
    pub fn number(&self, attribute: &str) -> Option<i64> {
        self.attributes.get(attribute).and_then(Value::as_i64)
    }

    /// An attribute that is a list of strings.
    pub fn texts(&self, attribute: &str) -> Vec<&str> {
        let values = self.attributes.get(attribute).and_then(Value::as_array);
        values.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// An attribute that is an object of strings.
    pub fn map(&self, attribute: &str) -> Vec<(&str, &str)> {
        let values = self.attributes.get(attribute).and_then(Value::as_object);
        let pair = |(key, value)| Some((String::as_str(key), Value::as_str(value)?));
        values.into_iter().flatten().filter_map(pair).collect()
    }

    /// An attribute that is a name with its schema.
    pub fn name(&self, attribute: &str) -> Option<(&str, &str)> {
        match self.texts(attribute).as_slice() {
            [schema, name] => Some((schema, name)),
            _ => None,
        }
    }

    /// An attribute that is a list of such names.
    pub fn names(&self, attribute: &str) -> Vec<(&str, &str)> {
        let listed = self.attributes.get(attribute).and_then(Value::as_array);
        let names = listed.into_iter().flatten();
        names.filter_map(|name| Some((name.get(0)?.as_str()?, name.get(1)?.as_str()?))).collect()
    }
}

/// Of what a spec says everything: whatever else a database has there is beyond the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The schemas.
    pub schemas: BTreeSet<String>,
    /// If not all that is in them: the names of the tables.
    pub tables: Option<BTreeSet<String>>,
}

/// A spec; or what a database has, in the same words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spec {
    /// All objects, parts of others included.
    pub objects: BTreeMap<Key, Object>,
    /// Of what it says everything; `None` if it only says what it names.
    pub scope: Option<Scope>,
    /// The search_path its texts were written for; `None` for the caller's.
    pub search_path: Option<String>,
}

impl Spec {
    /// The settings that its texts were written for, and under which they say the same to everybody;
    /// none for a spec that a person writes for a session of theirs.
    pub fn settings(&self) -> Vec<(&'static str, &str)> {
        match self.search_path.as_deref() {
            None => Vec::new(),
            Some(search_path) => vec![
                ("search_path", search_path),
                ("standard_conforming_strings", "on"),
                ("lc_monetary", "C"),
                ("default_tablespace", ""),
                ("default_table_access_method", "heap"),
            ],
        }
    }

    /// The parts of an object, of one kind, in their order.
    pub fn parts(&self, of: &Key, kind: Kind) -> Vec<(&Key, &Object)> {
        let first = of.part(kind, "");
        let mut parts: Vec<_> = self
            .objects
            .range(first..)
            .take_while(|(key, _)| key.kind == kind && of.has_part(key))
            .collect();
        parts.sort_by_key(|(_, object)| object.place);
        parts
    }

    /// The schemas it says something about.
    pub fn schemas(&self) -> BTreeSet<&str> {
        let named = self.objects.keys().map(Key::namespace);
        let in_scope = self.scope.iter().flat_map(|scope| scope.schemas.iter().map(String::as_str));
        named.chain(in_scope).filter(|schema| !schema.is_empty()).collect()
    }

    /// What is in a schema needs it, whether the spec names it or not.
    pub fn want_schemas(&mut self) {
        let mut needed: BTreeMap<String, bool> = BTreeMap::new();
        for (key, object) in self.objects.iter().filter(|(key, _)| key.kind.stands_alone()) {
            let all_optional = needed.entry(key.schema.clone()).or_insert(true);
            *all_optional &= object.optional;
        }
        for (name, optional) in needed.into_iter().filter(|(name, _)| !name.is_empty()) {
            let (schema, relation) = (String::new(), String::new());
            let key = Key { kind: Kind::Schema, schema, relation, name };
            self.objects.entry(key).or_insert(Object { optional, ..Object::default() });
        }
    }
}
