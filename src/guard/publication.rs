//! Publications: what CREATE PUBLICATION needs, and comparing one that exists.

use super::*;
use crate::pg::catalog::{Publication, PublishedTable};
use crate::pg::tree::model::{PublicationDef, PublicationTable};

/// What CREATE PUBLICATION needs.
pub(super) fn need(wanted: &PublicationDef) -> Judged<()> {
    for published in &wanted.tables {
        let table = need_table(&published.table)?;
        need_kind(&table, "table", &['r', 'p'])?;
        for column in &published.columns {
            need_column(&table, column, &Earlier::default())?;
        }
    }
    wanted.schemas.iter().try_for_each(|schema| need_schema(schema.as_deref()))
}

pub(super) fn compare(
    publication: Oid,
    wanted: &PublicationDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let existing = catalog::publication(publication).ok_or(Verdict::Run)?;
    if existing.all_sequences || wanted.has_uncompared {
        comparison.not_compared("sequences and exceptions");
    }
    compare_options(&existing, wanted, comparison)?;
    let (have, want) = (existing.all_tables, wanted.all_tables);
    comparison.note(Difference::between("all tables", yes_no(have), yes_no(want)));
    if have == want && says_what_for(wanted) {
        compare_schemas(&existing, wanted, comparison)?;
        compare_tables(&existing, wanted, comparison)?;
    } else if !existing.tables.is_empty() || !existing.schemas.is_empty() {
        comparison.remarks.push("What it publishes was not compared.".into());
    }
    Ok(())
}

/// Without FOR it is for ALTER PUBLICATION to add what is published.
fn says_what_for(wanted: &PublicationDef) -> bool {
    let is_for = wanted.all_tables || !wanted.tables.is_empty() || !wanted.schemas.is_empty();
    is_for && !wanted.has_uncompared
}

/// What is not given has its default. What the server does not understand it refuses itself.
fn compare_options(
    existing: &Publication,
    wanted: &PublicationDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let options = Options::of(&wanted.options).ok_or(Verdict::Run)?;
    let (have, want) = (operations(existing.publishes), operations(options.publishes));
    comparison.note(Difference::between("publish", have, want));
    let (have, want) = (yes_no(existing.via_root), yes_no(options.via_root));
    comparison.note(Difference::between("publish_via_partition_root", have, want));
    match (existing.generated_columns, options.generated_columns) {
        (Some(have), want) => {
            let want = want.unwrap_or(NO_GENERATED_COLUMNS);
            let (have, want) = (generated_columns_word(have), generated_columns_word(want));
            comparison.note(Difference::between("publish_generated_columns", have, want));
            Ok(())
        }
        (None, Some(_)) => Err(Verdict::Run),
        (None, None) => Ok(()),
    }
}

struct Options {
    publishes: [bool; 4],
    via_root: bool,
    generated_columns: Option<char>,
}

impl Options {
    /// As `parse_publication_options` has them.
    fn of(given: &[(String, Option<String>)]) -> Option<Options> {
        let mut options =
            Options { publishes: [true; 4], via_root: false, generated_columns: None };
        for (place, (name, value)) in given.iter().enumerate() {
            if given[..place].iter().any(|(earlier, _)| earlier == name) {
                return None;
            }
            let value = value.as_deref().map(str::to_lowercase);
            match name.as_str() {
                "publish" => options.publishes = listed_operations(&value?)?,
                "publish_via_partition_root" => options.via_root = boolean(value.as_deref())?,
                "publish_generated_columns" => {
                    options.generated_columns = Some(generated_columns(&value?)?)
                }
                _ => return None,
            }
        }
        Some(options)
    }
}

const OPERATIONS: [&str; 4] = ["insert", "update", "delete", "truncate"];

fn listed_operations(list: &str) -> Option<[bool; 4]> {
    let mut publishes = [false; 4];
    if list.trim().is_empty() {
        return Some(publishes);
    }
    for word in list.split(',') {
        publishes[OPERATIONS.iter().position(|operation| *operation == word.trim())?] = true;
    }
    Some(publishes)
}

fn operations(publishes: [bool; 4]) -> String {
    let words = OPERATIONS.iter().zip(publishes).filter(|(_, published)| *published);
    let words: Vec<&str> = words.map(|(word, _)| *word).collect();
    if words.is_empty() { none() } else { words.join(", ") }
}

/// As `defGetBoolean`: an option without a value is on.
fn boolean(value: Option<&str>) -> Option<bool> {
    match value {
        None | Some("true" | "on" | "1") => Some(true),
        Some("false" | "off" | "0") => Some(false),
        Some(_) => None,
    }
}

const NO_GENERATED_COLUMNS: char = 'n';
const STORED_GENERATED_COLUMNS: char = 's';

fn generated_columns(value: &str) -> Option<char> {
    match value {
        "none" => Some(NO_GENERATED_COLUMNS),
        "stored" => Some(STORED_GENERATED_COLUMNS),
        _ => None,
    }
}

fn generated_columns_word(letter: char) -> &'static str {
    if letter == STORED_GENERATED_COLUMNS { "stored" } else { "none" }
}

fn compare_schemas(
    existing: &Publication,
    wanted: &PublicationDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let have = existing.schemas.iter().filter_map(|schema| catalog::namespace_name(*schema));
    let mut want = Vec::new();
    for schema in &wanted.schemas {
        let schema = catalog::creation_namespace(schema.as_deref());
        want.push(schema.and_then(catalog::namespace_name).ok_or(Verdict::Run)?);
    }
    comparison.note(Difference::between("schemas", in_order(have.collect()), in_order(want)));
    Ok(())
}

fn compare_tables(
    existing: &Publication,
    wanted: &PublicationDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let want = expanded(&wanted.tables)?;
    let names = |tables: Vec<Oid>| {
        let mut names: Vec<String> = tables.into_iter().map(catalog::qualified_name).collect();
        names.sort();
        if names.is_empty() { none() } else { names.join(", ") }
    };
    let have_names = names(existing.tables.iter().map(|published| published.table).collect());
    let want_names = names(want.iter().map(|(table, _)| *table).collect());
    comparison.note(Difference::between("tables", have_names, want_names));
    for (table, wanted) in want {
        if let Some(existing) = existing.tables.iter().find(|existing| existing.table == table) {
            compare_table(existing, wanted, comparison)?;
        }
    }
    Ok(())
}

/// The tables with those that inherit from them, as `OpenTableList` has them. Which list or filter
/// of a table that is named twice counts the server does not say either.
fn expanded(tables: &[PublicationTable]) -> Judged<Vec<(Oid, &PublicationTable)>> {
    let mut found: Vec<(Oid, &PublicationTable)> = Vec::new();
    for published in tables {
        let table = need_table(&published.table)?;
        let all = if published.only || table.kind == 'p' {
            vec![table.oid]
        } else {
            catalog::inheritors(table.oid)
        };
        for oid in all {
            match found.iter().find(|(earlier, _)| *earlier == oid) {
                Some((_, earlier)) if is_limited(earlier) || is_limited(published) => {
                    return Err(Verdict::Run);
                }
                Some(_) => {}
                None => found.push((oid, published)),
            }
        }
    }
    Ok(found)
}

fn is_limited(published: &PublicationTable) -> bool {
    !published.columns.is_empty() || published.filter.is_some()
}

fn compare_table(
    existing: &PublishedTable,
    wanted: &PublicationTable,
    comparison: &mut Comparison,
) -> Judged<()> {
    let name = catalog::qualified_name(existing.table);
    let have = column_names(existing.table, &existing.columns);
    let (have, want) = (in_order(have), in_order(wanted.columns.clone()));
    comparison.note(Difference::between(format!("{name}.columns"), have, want));
    let table = catalog::relation_by_oid(existing.table).ok_or(Verdict::Run)?;
    let (have, want) = (existing.filter.as_deref(), wanted.filter.as_ref());
    comparison.note_expressions(format!("{name}.where"), Purpose::RowFilter, &table, have, want);
    Ok(())
}

/// Names whose order means nothing, each once.
fn in_order(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    listed(&names)
}
