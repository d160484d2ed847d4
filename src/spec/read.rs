//! From jsonb to a spec. What is not known, or not of its shape, is refused with its path.

use super::json_text::{self, Refused};
use super::model::{Key, Kind, Object, Scope, Shape, Spec};
use super::path::{Path, short, unknown};
use super::shape::{Checker, named, text};
use super::{name, resolve};
use crate::error::Error;
use crate::pg::{interrupts, naming};
use serde_json::{Map, Value};
use std::collections::btree_map::Entry;

/// The version of the format, and the key that says it.
pub const VERSION: (&str, u64) = ("guarded_spec", 1);

/// What else a spec says of itself.
const SEARCH_PATH: &str = "search_path";
const SCOPE: &str = "scope";

/// What an object says besides its attributes and parts.
const OPTIONAL: &str = "optional";
const DEPENDS_ON: &str = "depends_on";
const NAME: &str = "name";

/// A spec of its JSON text.
pub fn spec(text: &str) -> Result<Spec, Error> {
    let members = match parsed(text, Path::ROOT)? {
        Value::Object(members) => members,
        other => return Err(Path::ROOT.expected("an object", &other)),
    };
    let mut reader = Reader::default();
    match members.contains_key(VERSION.0) {
        true => as_written(members, |members| reader.document(members))?,
        false => {
            let looks_full = members.keys().any(|key| alone(key).is_some());
            let read = reader.section(&Path::ROOT, Kind::Table, None, Value::Object(members));
            read.map_err(|error| if looks_full { with_version_hint(error) } else { error })?;
        }
    }
    reader.spec.want_schemas();
    Ok(reader.spec)
}

/// Literals mean what they meant where they were written: with a search_path, as a snapshot has
/// it, that is `standard_conforming_strings`.
fn as_written<T>(
    members: Map<String, Value>,
    read: impl FnOnce(Map<String, Value>) -> Result<T, Error>,
) -> Result<T, Error> {
    match members.get("search_path") {
        None => read(members),
        Some(_) => naming::under_any(&[("standard_conforming_strings", "on")], || read(members))
            .unwrap_or_else(|refused| unreachable!("{refused}")),
    }
}

/// The key that makes a full form of it may have been forgotten.
fn with_version_hint(error: Error) -> Error {
    let hint = format!("Without \"{}\": {} every key is a table's name.", VERSION.0, VERSION.1);
    match error {
        Error::Spec { path, problem, .. } => Error::Spec { path, problem, hint },
        other => other,
    }
}

fn parsed(text: &str, root: Path) -> Result<Value, Error> {
    json_text::parsed(text).map_err(|refused| refused_at(&root, &refused.place, &refused))
}

fn refused_at(path: &Path, steps: &[json_text::Step], refused: &Refused) -> Error {
    match steps.split_first() {
        None => path.wrong(refused.problem, refused.hint),
        Some((json_text::Step::Key(key), rest)) => refused_at(&path.key(key), rest, refused),
        Some((json_text::Step::Index(index), rest)) => {
            refused_at(&path.index(*index), rest, refused)
        }
    }
}

#[derive(Default)]
struct Reader {
    spec: Spec,
    checker: Checker,
}

/// Where an entry stands in its section.
#[derive(Clone, Copy)]
struct Listed {
    /// Its place, from 0.
    place: usize,
    /// Whether its name is in it, and not its key.
    named_inside: bool,
}

/// What can stand where an object of a kind is described.
fn entry_word(kind: Kind, main: Option<&str>) -> &'static str {
    match (kind, main) {
        (Kind::Table | Kind::Enum, _) => "an array, an object or null",
        (_, Some(_)) => "a string, an object or null",
        (_, None) => "an object or null",
    }
}

impl Reader {
    fn document(&mut self, members: Map<String, Value>) -> Result<(), Error> {
        // Names are looked for along the search_path, so it comes first.
        if let Some(value) = members.get(SEARCH_PATH) {
            let path = Path::ROOT.key(SEARCH_PATH);
            let search_path = text(&path, value)?;
            naming::under_any(&[("search_path", search_path)], || ())
                .map_err(|why| path.wrong(short(&why), "Write it as SET search_path takes it."))?;
            self.spec.search_path = Some(search_path.into());
        }
        for (key, value) in members {
            let path = Path::ROOT.key(&key);
            match key.as_str() {
                SEARCH_PATH => {}
                SCOPE => self.spec.scope = Some(scope(&path, &value)?),
                key if key == VERSION.0 => version(&path, &value)?,
                key => match alone(key) {
                    Some(kind) => self.section(&path, kind, None, value)?,
                    None => return Err(unknown_section(&path, key)),
                },
            }
        }
        Ok(())
    }

    /// The objects of one kind: an object with their names as keys, or an array.
    fn section(
        &mut self,
        path: &Path,
        kind: Kind,
        of: Option<&Key>,
        value: Value,
    ) -> Result<(), Error> {
        match value {
            Value::Object(members) => {
                for (place, (name, entry)) in members.into_iter().enumerate() {
                    let listed = Listed { place, named_inside: false };
                    self.entry(&path.key(&name), kind, of, &name, listed, entry)?;
                }
            }
            Value::Array(elements) => {
                for (place, element) in elements.into_iter().enumerate() {
                    let path = path.index(place);
                    let (name, entry) = listed(&path, element)?;
                    let listed = Listed { place, named_inside: true };
                    self.entry(&path, kind, of, &name, listed, entry)?;
                }
            }
            Value::Null => {}
            other => return Err(path.expected("an object or an array", &other)),
        }
        Ok(())
    }

    fn entry(
        &mut self,
        path: &Path,
        kind: Kind,
        of: Option<&Key>,
        name: &str,
        listed: Listed,
        value: Value,
    ) -> Result<(), Error> {
        interrupts::check();
        let key = self.key(path, kind, of, name)?;
        let mut object = Object { place: listed.place, ..Object::default() };
        match (value, kind.description().main) {
            (Value::Null, _) => {}
            (value @ Value::String(_), Some(main)) => {
                self.shaped(path, kind, main, &value)?;
                object.attributes.insert(main.into(), value);
            }
            (value @ Value::Array(_), _) if kind == Kind::Enum => {
                self.shaped(path, kind, "labels", &value)?;
                object.attributes.insert("labels".into(), value);
            }
            (value @ Value::Array(_), _) if kind == Kind::Table => {
                self.section(path, Kind::Column, Some(&key), value)?;
            }
            (Value::Object(members), _) => {
                self.members(path, &key, listed.named_inside, members, &mut object)?;
            }
            (other, main) => return Err(path.expected(entry_word(kind, main), &other)),
        }
        self.add(path, key, object)
    }

    fn members(
        &mut self,
        path: &Path,
        key: &Key,
        named_inside: bool,
        members: Map<String, Value>,
        object: &mut Object,
    ) -> Result<(), Error> {
        for (member, value) in members {
            let path = path.key(&member);
            match member.as_str() {
                NAME if named_inside => {}
                OPTIONAL => self.optional(&path, key, &value, object)?,
                DEPENDS_ON => object.needs = needs(&path, &value)?,
                name => match part_kind(key.kind, name) {
                    Some(kind) => self.section(&path, kind, Some(key), value)?,
                    None => {
                        self.shaped(&path, key.kind, name, &value)?;
                        object.attributes.insert(member, value);
                    }
                },
            }
        }
        Ok(())
    }

    /// Whether an attribute has a value that it can have.
    fn shaped(&self, path: &Path, kind: Kind, name: &str, value: &Value) -> Result<(), Error> {
        match kind.attributes().find(|(known, _)| *known == name) {
            Some((_, shape)) => self.checker.shaped(path, shape, value),
            None => Err(unknown_member(path, kind, name)),
        }
    }

    /// Whether it may be absent; for a table also a list of columns that may.
    fn optional(
        &mut self,
        path: &Path,
        key: &Key,
        value: &Value,
        object: &mut Object,
    ) -> Result<(), Error> {
        match value {
            Value::Bool(optional) => object.optional = *optional,
            Value::Array(columns) if key.kind == Kind::Table => {
                for (place, column) in columns.iter().enumerate() {
                    let path = path.index(place);
                    let column = self.key(&path, Kind::Column, Some(key), text(&path, column)?)?;
                    self.spec.objects.entry(column).or_default().optional = true;
                }
            }
            other => return Err(path.expected("true or false", other)),
        }
        Ok(())
    }

    /// Puts an object in. A column may have been named as optional before.
    fn add(&mut self, path: &Path, key: Key, object: Object) -> Result<(), Error> {
        match self.spec.objects.entry(key) {
            Entry::Vacant(vacant) => _ = vacant.insert(object),
            Entry::Occupied(mut earlier) if is_only_optional(earlier.get()) => {
                earlier.insert(Object { optional: true, ..object });
            }
            Entry::Occupied(_) => {
                return Err(path.wrong("it is named twice", "Say all of it in one place."));
            }
        }
        Ok(())
    }

    fn key(&self, path: &Path, kind: Kind, of: Option<&Key>, text: &str) -> Result<Key, Error> {
        if let Some(of) = of {
            return Ok(of.part(kind, named(path, text)?));
        }
        let own = |schema: &str, name: &str| Key {
            kind,
            schema: schema.into(),
            relation: String::new(),
            name: name.into(),
        };
        if kind.is_global() {
            return Ok(own("", named(path, text)?));
        }
        match name::parts(kind, text).as_deref() {
            Some([schema, name]) => {
                let name = self.routine_or_name(path, kind, name)?;
                Ok(own(named(path, schema)?, &name))
            }
            Some([name]) => {
                let name = self.routine_or_name(path, kind, name)?;
                let key = own("", &name);
                let schema = resolve::schema_of(&key, self.spec.search_path.as_deref());
                schema.map(|schema| own(&schema, &name)).ok_or_else(|| {
                    path.wrong(
                        "there is no schema to look for it in",
                        "Write the name with its schema, or set search_path.",
                    )
                })
            }
            _ => Err(path.wrong(
                format!("\"{}\" is no name", short(text)),
                "Write name or schema.name; a name with a dot in it in double quotes.",
            )),
        }
    }

    fn routine_or_name(&self, path: &Path, kind: Kind, text: &str) -> Result<String, Error> {
        if !kind.is_routine() {
            return named(path, text).map(str::to_string);
        }
        if !text.ends_with(')') {
            return Err(path.wrong(
                "the types of its arguments are not said",
                "Write them after the name, f(integer, text) or f().",
            ));
        }
        let (name, arguments) = name::split_routine(text);
        let arguments = resolve::arguments(arguments, self.spec.search_path.as_deref());
        Ok(format!("{}({arguments})", name::part(named(path, &name)?)))
    }
}

fn is_only_optional(object: &Object) -> bool {
    object.optional && object.attributes.is_empty() && object.needs.is_empty()
}

/// The name of an element, and what is said of it.
fn listed(path: &Path, element: Value) -> Result<(String, Value), Error> {
    match element {
        Value::String(name) => Ok((name, Value::Null)),
        Value::Object(members) => {
            let name = members.get(NAME).unwrap_or(&Value::Null);
            Ok((text(&path.key(NAME), name)?.into(), Value::Object(members)))
        }
        other => Err(path.expected("a name or an object", &other)),
    }
}

fn version(path: &Path, value: &Value) -> Result<(), Error> {
    match value.as_u64() {
        Some(version) if version == VERSION.1 => Ok(()),
        _ => Err(path.wrong(
            format!("version {} of the format is not known", short(&value.to_string())),
            format!("This version of guarded_ddl reads version {}.", VERSION.1),
        )),
    }
}

fn scope(path: &Path, value: &Value) -> Result<Scope, Error> {
    const SHAPE: Shape = Shape::Record(
        1,
        &[("schemas", Shape::List(&Shape::Text)), ("tables", Shape::List(&Shape::Text))],
    );
    Checker::default().there(path, &SHAPE, value)?;
    let texts = |key| {
        let values = value.get(key).and_then(Value::as_array)?;
        Some(values.iter().filter_map(Value::as_str).map(str::to_string).collect())
    };
    Ok(Scope { schemas: texts("schemas").unwrap_or_default(), tables: texts("tables") })
}

fn needs(path: &Path, value: &Value) -> Result<std::collections::BTreeSet<Key>, Error> {
    Checker::default().shaped(path, &Shape::List(&Shape::Text), value)?;
    let addresses = value.as_array().into_iter().flatten().filter_map(Value::as_str).enumerate();
    let key = |(index, address)| {
        name::addressed(address).ok_or_else(|| {
            path.index(index).wrong(
                format!("\"{}\" names no object", short(address)),
                "Write the kind and the name with its schema, \"function shop.f(integer)\".",
            )
        })
    };
    addresses.map(key).collect()
}

fn alone(section: &str) -> Option<Kind> {
    let is_it = |kind: &Kind| kind.stands_alone() && kind.description().section == section;
    Kind::ALL.into_iter().find(is_it)
}

fn part_kind(kind: Kind, section: &str) -> Option<Kind> {
    kind.parts().find(|part| part.description().section == section)
}

fn unknown_section(path: &Path, key: &str) -> Error {
    let sections = Kind::ALL.into_iter().filter(|kind| kind.stands_alone());
    let known = [VERSION.0, SEARCH_PATH, SCOPE].into_iter();
    unknown(path, "key", key, known.chain(sections.map(|kind| kind.description().section)))
}

fn unknown_member(path: &Path, kind: Kind, key: &str) -> Error {
    let description = kind.description();
    let attributes = kind.attributes().map(|(name, _)| *name);
    let parts = kind.parts().map(|part| part.description().section);
    let what = format!("attribute of a {}", description.word.replace('_', " "));
    unknown(path, &what, key, attributes.chain(parts).chain([OPTIONAL, DEPENDS_ON]))
}

/// A spec of what the parameters of `guarded.require` say: a spec, and tables and columns named by
/// themselves. Returns its JSON, too, unless it takes several arguments to say the same.
pub fn prerequisites(
    text: Option<&str>,
    tables: &[String],
    required: Option<&str>,
    optional: Option<&str>,
) -> Result<(Spec, Option<String>), Error> {
    let mut named = Map::new();
    for table in tables {
        named.insert(table.clone(), serde_json::json!({}));
    }
    for (table, columns) in lists("required_columns", required)? {
        let entry = named.entry(table).or_insert_with(|| serde_json::json!({}));
        entry["columns"] = columns;
    }
    for (table, columns) in lists("optional_columns", optional)? {
        match named.get_mut(&table) {
            Some(entry) => entry[OPTIONAL] = columns,
            None => _ = named.insert(table, all_optional(&columns)),
        }
    }
    if text.is_none() && named.is_empty() {
        return Err(Error::Null("spec"));
    }
    let named = Value::Object(named).to_string();
    let Some(text) = text else { return Ok((spec(&named)?, Some(named))) };
    let mut whole = spec(text)?;
    let by_name = spec(&named)?;
    if by_name.objects.is_empty() {
        return Ok((whole, Some(text.into())));
    }
    for (key, object) in by_name.objects {
        whole.objects.entry(key).or_insert(object);
    }
    Ok((whole, None))
}

/// A table of which nothing is required, not even that it is there.
fn all_optional(columns: &Value) -> Value {
    let names = columns.as_array().into_iter().flatten().filter_map(Value::as_str);
    let column = |name: &str| (name.to_string(), serde_json::json!({ OPTIONAL: true }));
    let columns: Map<String, Value> = names.map(column).collect();
    serde_json::json!({ "columns": columns, OPTIONAL: true })
}

/// The object of an argument, with an array of names under each key.
fn lists(argument: &'static str, text: Option<&str>) -> Result<Map<String, Value>, Error> {
    let Some(text) = text else { return Ok(Map::new()) };
    let root = Path::argument(argument);
    let value = parsed(text, root)?;
    const SHAPE: Shape = Shape::Map(&Shape::List(&Shape::Text));
    Checker::default().there(&root, &SHAPE, &value)?;
    match value {
        Value::Object(members) => Ok(members),
        other => Err(root.expected("an object", &other)),
    }
}
