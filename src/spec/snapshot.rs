//! What a database has, read from the catalog in one query for each kind of object.
//!
//! The queries are under `catalog/`, with the same columns in each: the object's address in the
//! catalog, its schema, what it is a part of, its name, and its attributes as JSON. They run
//! under an empty search_path, so what they print names the schema of everything.

use super::model::{Key, Kind, Object, Scope, Spec};
use crate::pg::arena::Arena;
use crate::pg::error::PgError;
use crate::pg::message::{self, Message};
use crate::pg::{compat, naming, rows, subtransaction};
use pgrx::datum::DatumWithOid;
use pgrx::pg_sys::Oid;
use pgrx::spi::{Result as SpiResult, SpiHeapTupleData};
use std::collections::{BTreeSet, HashMap};

/// What is to be read.
#[derive(Clone, Debug)]
pub struct Extent {
    /// The schemas.
    pub schemas: Vec<String>,
    /// Extensions that are wanted in whatever schema they are.
    pub extensions: Vec<String>,
    /// If not all that is in them: the names of relations, with what belongs to them.
    pub relations: Option<Vec<String>>,
    /// Whether owners and grants are wanted.
    pub grants: bool,
    /// The kinds of object; parts of others are read for the kinds they are parts of.
    pub kinds: BTreeSet<Kind>,
    /// Whether it is wanted what each object needs.
    pub needs: bool,
}

impl Extent {
    /// All that is in the schemas.
    pub fn of(schemas: Vec<String>) -> Extent {
        let kinds = Kind::ALL.into_iter().collect();
        let extensions = Vec::new();
        Extent { schemas, extensions, relations: None, grants: false, kinds, needs: true }
    }

    /// With the extensions that a spec names.
    pub fn with_extensions_of(mut self, spec: &Spec) -> Extent {
        let named = spec.objects.keys().filter(|key| key.kind == Kind::Extension);
        self.extensions = named.map(|key| key.name.clone()).collect();
        self
    }

    fn arguments(&self) -> [DatumWithOid<'static>; 4] {
        let (schemas, relations) = (self.schemas.clone(), self.relations.clone());
        [schemas.into(), relations.into(), self.grants.into(), self.extensions.clone().into()]
    }
}

/// The query of a kind.
fn query(kind: Kind) -> &'static str {
    match kind {
        Kind::Schema => include_str!("catalog/schema.sql"),
        Kind::Extension => include_str!("catalog/extension.sql"),
        Kind::Enum => include_str!("catalog/enum.sql"),
        Kind::Domain => include_str!("catalog/domain.sql"),
        Kind::DomainConstraint => include_str!("catalog/domain_constraint.sql"),
        Kind::CompositeType => include_str!("catalog/composite_type.sql"),
        Kind::Sequence => include_str!("catalog/sequence.sql"),
        Kind::Function => include_str!("catalog/function.sql"),
        Kind::Procedure => include_str!("catalog/procedure.sql"),
        Kind::Table => include_str!("catalog/table.sql"),
        Kind::Column => include_str!("catalog/column.sql"),
        Kind::View => include_str!("catalog/view.sql"),
        Kind::MaterializedView => include_str!("catalog/materialized_view.sql"),
        Kind::Constraint => include_str!("catalog/constraint.sql"),
        Kind::Index => include_str!("catalog/index.sql"),
        Kind::Statistics => include_str!("catalog/statistics.sql"),
        Kind::Trigger => include_str!("catalog/trigger.sql"),
        Kind::Policy => include_str!("catalog/policy.sql"),
    }
}

const DEPENDENCIES: &str = include_str!("catalog/dependencies.sql");

/// The settings under which a text says the same to everybody, and reading does not take longer
/// than it must. pg_temp is searched first unless it is named.
const SETTINGS: [(&str, &str); 11] = [
    ("search_path", SEARCH_PATH),
    ("DateStyle", "ISO"),
    ("IntervalStyle", "postgres"),
    ("TimeZone", "UTC"),
    ("extra_float_digits", "3"),
    ("bytea_output", "hex"),
    ("quote_all_identifiers", "off"),
    ("standard_conforming_strings", "on"),
    ("lc_monetary", "C"),
    ("jit", "off"),
    // All rows are fetched.
    ("cursor_tuple_fraction", "1"),
];

/// The search_path that the texts of a snapshot are written for.
pub const SEARCH_PATH: &str = "pg_catalog, pg_temp";

/// Runs queries of this module's kind under settings that nobody else has a say in.
pub fn plainly<T>(read: impl FnOnce() -> SpiResult<T>) -> T {
    match naming::under_any(&SETTINGS, read) {
        Ok(Ok(result)) => result,
        // The columns are those of the queries, and the settings take their values.
        Ok(Err(error)) => unreachable!("a catalog query has other columns: {error}"),
        Err(refused) => unreachable!("{refused}"),
    }
}

/// How often is looked again because somebody dropped something between a query's snapshot and the
/// functions of the server's that print it, which see what is there now.
const MOST_READS: usize = 10;

/// Reads it, without saying of what it is everything.
pub fn read(extent: &Extent) -> Spec {
    steadily(|| read_all(extent))
}

/// Runs queries of this module's kind, once more where somebody dropped meanwhile what they print.
pub fn steadily<T>(read: impl Fn() -> SpiResult<T>) -> T {
    let mut last = None;
    for _ in 0..MOST_READS {
        match subtransaction::glance(&Arena::new(), || plainly(&read)) {
            Ok(found) => return found,
            Err(error) if is_for_want_of_something(&error) => last = Some(error.message()),
            Err(error) => error.rethrow(),
        }
    }
    let text = "other sessions dropped objects at each attempt to read them".into();
    let hint = Some("Call it again.");
    message::raise("55006", &Message { text, detail: last, hint, ..Message::default() })
}

fn is_for_want_of_something(error: &PgError) -> bool {
    matches!(error.sqlstate().as_str(), "XX000" | "42P01" | "42703" | "42704" | "42883" | "3F000")
}

/// A spec of all that is in the schemas, or of these tables of them.
pub fn whole(extent: &Extent) -> Spec {
    let set = |names: &Vec<String>| names.iter().cloned().collect();
    let scope = Scope { schemas: set(&extent.schemas), tables: extent.relations.as_ref().map(set) };
    Spec { scope: Some(scope), search_path: Some(SEARCH_PATH.into()), ..read(extent) }
}

fn read_all(extent: &Extent) -> SpiResult<Spec> {
    let mut reading = Reading::default();
    let arguments = extent.arguments();
    if extent.needs {
        rows::visit(&complete(DEPENDENCIES), &arguments, |row| reading.need(row))?;
    }
    for kind in extent.kinds.iter().copied() {
        rows::visit(&complete(query(kind)), &arguments, |row| reading.object(kind, row))?;
    }
    Ok(reading.with_needs())
}

/// The text of a query as it runs: lines that begin with `@` stand for a part that several
/// queries have, whose `{1}` and so on are the words after its name; a line that ends with
/// `-- if 18` is for PostgreSQL 18 and later, one with `-- if <18` for earlier ones.
pub fn complete(query: &str) -> String {
    let line = |line: &str| match line.strip_prefix('@') {
        Some(part) => complete(&filled(part)),
        None => format!("{line}\n"),
    };
    query.lines().filter(is_of_this_version).map(line).collect()
}

fn is_of_this_version(line: &&str) -> bool {
    let Some((_, condition)) = line.rsplit_once("-- if ") else { return true };
    let version = |text: &str| text.trim().parse::<u32>().unwrap_or_default();
    match condition.strip_prefix('<') {
        Some(below) => compat::MAJOR_VERSION < version(below),
        None => compat::MAJOR_VERSION >= version(condition),
    }
}

fn filled(call: &str) -> String {
    let mut words = call.split_whitespace();
    let part = match words.next() {
        Some("comment") => include_str!("catalog/parts/comment.sql"),
        Some("no_member") => include_str!("catalog/parts/no_member.sql"),
        Some("granted") => include_str!("catalog/parts/granted.sql"),
        Some("owned") => include_str!("catalog/parts/owned.sql"),
        Some("routines") => include_str!("catalog/parts/routines.sql"),
        Some("query") => include_str!("catalog/parts/query.sql"),
        Some("column_comments") => include_str!("catalog/parts/column_comments.sql"),
        Some("storage") => include_str!("catalog/parts/storage.sql"),
        Some("stored_in") => include_str!("catalog/parts/stored_in.sql"),
        // The queries are our own: one with such a line does not run.
        _ => call,
    };
    let fill =
        |text: String, (word, number): (&str, usize)| text.replace(&format!("{{{number}}}"), word);
    words.zip(1..).fold(part.to_string(), fill)
}

/// Where something is in the catalog: the OIDs of its catalog and of itself.
type Address = (Oid, Oid);

#[derive(Default)]
struct Reading {
    spec: Spec,
    /// What needs something, and what that is.
    needs: Vec<(Address, Address)>,
    /// The objects that these are, of those that are read.
    found: HashMap<Address, Option<Key>>,
}

impl Reading {
    fn need(&mut self, row: &SpiHeapTupleData) -> SpiResult<()> {
        if let (Some(dependent), Some(needed)) = (address(row, 1)?, address(row, 3)?) {
            self.needs.push((dependent, needed));
            self.found.extend([(dependent, None), (needed, None)]);
        }
        Ok(())
    }

    fn object(&mut self, kind: Kind, row: &SpiHeapTupleData) -> SpiResult<()> {
        let text = |ordinal| SpiResult::Ok(row.get::<String>(ordinal)?.unwrap_or_default());
        let key = Key { kind, schema: text(3)?, relation: text(4)?, name: text(5)? };
        // What the server writes for the type of an argument that is not there any more: the function
        // has gone with it.
        if ["(???", ", ???"].iter().any(|it| key.name.contains(it)) && kind.is_routine() {
            return Ok(());
        }
        if let Some(found) = address(row, 1)?.and_then(|address| self.found.get_mut(&address)) {
            *found = Some(key.clone());
        }
        let attributes = serde_json::from_str(&text(6)?).unwrap_or_default();
        let place = match kind {
            Kind::Column => row.get::<i16>(7)?.and_then(|place| usize::try_from(place).ok()),
            _ => None,
        };
        let object = Object { attributes, place: place.unwrap_or_default(), ..Object::default() };
        self.spec.objects.insert(key, object);
        Ok(())
    }

    fn with_needs(self) -> Spec {
        let Reading { mut spec, needs, found } = self;
        let object = |address: &Address| found.get(address)?.as_ref();
        for (dependent, needed) in &needs {
            if let (Some(dependent), Some(needed)) = (object(dependent), object(needed))
                && dependent != needed
                && let Some(object) = spec.objects.get_mut(dependent)
            {
                object.needs.insert(needed.clone());
            }
        }
        spec
    }
}

fn address(row: &SpiHeapTupleData, ordinal: usize) -> SpiResult<Option<Address>> {
    Ok(row.get::<Oid>(ordinal)?.zip(row.get::<Oid>(ordinal + 1)?))
}

/// The schemas that are no system's and not this extension's.
const USER_SCHEMAS: &str = "
    SELECT n.nspname::text
    FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'guarded')
      AND NOT EXISTS (
          SELECT FROM pg_depend d
          WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
    ORDER BY n.nspname COLLATE \"C\"";

/// All schemas but those of the server's and of extensions, by name.
pub fn user_schemas() -> Vec<String> {
    let mut names = Vec::new();
    plainly(|| {
        rows::visit(USER_SCHEMAS, &[], |row| {
            names.extend(row.get::<String>(1)?);
            Ok(())
        })
    });
    names
}
