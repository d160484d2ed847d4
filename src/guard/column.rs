//! Columns: ADD COLUMN, ALTER COLUMN, DROP COLUMN.

use super::columns::Wanted;
use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::Column;
use crate::pg::expression::{self, Purpose};
use crate::pg::subtransaction::probe;
use crate::pg::tree::Node;
use crate::pg::tree::model::{ColumnChange, ColumnDef, Identity, Serial, TypeName};
use pgrx::pg_sys::{self, Oid};
use std::collections::BTreeSet;

/// ADD COLUMN
pub(super) fn add(table: &Relation, column: &ColumnDef, earlier: &Earlier) -> Judged<Verdict> {
    let info = need_table(table)?;
    need_kind(&info, "table", &WITH_COLUMNS)?;
    if let Some(name) = &column.type_name {
        need_type(name)?;
    }
    for constraint in &column.constraints {
        super::constraint::need_referenced(&info, constraint)?;
    }
    match catalog::column(info.oid, &column.name) {
        // The name of a system column: the server knows best what to say.
        Some(existing) if existing.number < 0 => Ok(Verdict::Run),
        Some(existing) if !earlier.drops_column(&column.name) => {
            let comparison = compare(&info, &existing, &Wanted::written(column))?;
            Ok(comparison.verdict(&subject_of(&info, &column.name), DUPLICATE_COLUMN))
        }
        _ => super::foreign_key::add_with_column(table, &info, column, earlier),
    }
}

/// DROP COLUMN
pub(super) fn drop(table: &Relation, column: &str) -> Judged<Verdict> {
    let info = need_table(table)?;
    need_kind(&info, "table", &WITH_COLUMNS)?;
    Ok(match catalog::column(info.oid, column) {
        Some(_) => Verdict::Run,
        None => satisfied(
            Reason::AlreadyAbsent,
            format!("{} does not exist", subject_of(&info, column)),
        ),
    })
}

/// ALTER COLUMN
pub(super) fn alter(
    table: &Relation,
    column: &str,
    change: &ColumnChange,
    earlier: &Earlier,
) -> Judged<Verdict> {
    let info = need_table(table)?;
    need_column(&info, column, earlier)?;
    if let ColumnChange::Type { type_name, .. } = change {
        need_type(type_name)?;
    }
    let Some(existing) = catalog::column(info.oid, column) else { return Ok(Verdict::Run) };
    let (is_so, what) = match change {
        ColumnChange::Type { using: Some(_), .. } => (false, "already has that type"),
        ColumnChange::Type { type_name, collation, .. } => {
            (has_type(&existing, type_name, collation.as_deref()), "already has that type")
        }
        ColumnChange::Default(None) => {
            (!existing.has_default && existing.generated == '\0', "has no default")
        }
        ColumnChange::Default(Some(wanted)) => {
            (has_default(&info, &existing, wanted), "already has that default")
        }
        ColumnChange::NotNull(true) => (is_not_null(&info, &existing), "is already NOT NULL"),
        ColumnChange::NotNull(false) => (!existing.not_null, "is already nullable"),
        ColumnChange::AddIdentity(identity) => {
            return Ok(identity_verdict(&info, &existing, identity));
        }
        ColumnChange::DropIdentity => (existing.identity == '\0', "is not an identity column"),
        ColumnChange::Storage(word) => {
            (storage_word(existing.storage).eq_ignore_ascii_case(word), "already has that storage")
        }
        ColumnChange::Compression(word) => {
            (compression_word(existing.compression) == word, "already has that compression")
        }
        ColumnChange::Statistics(wanted) => {
            (existing.statistics == *wanted, "already has that statistics target")
        }
        ColumnChange::SetIdentity | ColumnChange::Other => (false, ""),
    };
    // A view has defaults, and nothing else of this.
    let is_other = info.kind == 'v' && !matches!(change, ColumnChange::Default(_))
        || info.has_children && is_inherited_later(change);
    Ok(if is_so && !is_other {
        satisfied(Reason::NoChange, format!("{} {what}", subject_of(&info, column)))
    } else {
        Verdict::Run
    })
}

/// What a child can have otherwise than its parent, and gets when the parent is changed.
fn is_inherited_later(change: &ColumnChange) -> bool {
    use ColumnChange::*;
    matches!(change, Default(_) | NotNull(_) | Storage(_) | Compression(_) | Statistics(_))
}

fn subject_of(table: &RelationInfo, column: &str) -> String {
    format!("column {} of {} {}", in_quotes(column), table.word(), in_quotes(&table.name))
}

/// Compares an existing column with the one that is wanted. `Err` when the server does not
/// understand the definition, which then cannot be compared.
pub(super) fn compare(
    table: &RelationInfo,
    existing: &Column,
    wanted: &Wanted,
) -> Judged<Comparison> {
    if wanted.written.as_ref().is_some_and(|column| column.contradicts_itself) {
        return Err(Verdict::Run);
    }
    // Looking at a generation expression locks the table: the statement itself will say that a
    // role that does not own it may not.
    if existing.generated != '\0' && !catalog::is_owner(table.oid) {
        return Err(Verdict::Run);
    }
    let arena = Arena::new();
    let compared = probe(&arena, || arena.enter(|| differences(table, existing, wanted)));
    let mut comparison = compared.unwrap_or_else(|error| {
        let mut comparison = Comparison::new();
        comparison.cannot_compare("the definition", &error);
        comparison
    });
    for constraint in wanted.written.iter().flat_map(|column| &column.constraints) {
        super::constraint::compare_inline(table, constraint, &mut comparison);
    }
    Ok(comparison)
}

/// Adds to the comparison of a table or type what one of its columns differs in: `a.type`.
pub(super) fn compare_into(
    table: &RelationInfo,
    existing: &Column,
    wanted: &Wanted,
    comparison: &mut Comparison,
) -> Judged<()> {
    comparison.add_part(&wanted.name, compare(table, existing, wanted)?);
    Ok(())
}

fn differences(table: &RelationInfo, existing: &Column, wanted: &Wanted) -> Comparison {
    let mut comparison = Comparison::new();
    let same_type = compare_type(existing, wanted, &mut comparison);
    compare_nullability(table, existing, wanted, &mut comparison);
    compare_identity(table, existing, wanted, &mut comparison);
    let generated = wanted_generated(wanted);
    comparison.note(Difference::between(
        "generated",
        generated_word(existing.generated),
        generated_word(generated),
    ));
    if same_type && existing.generated == generated {
        compare_default(table, existing, wanted, &mut comparison);
    }
    if same_type {
        compare_storage(existing, wanted, &mut comparison);
    }
    compare_marks(table, existing, wanted, &mut comparison);
    comparison
}

/// Compares type and collation; returns whether the type is the same. Raises for a type or
/// collation the server refuses.
fn compare_type(existing: &Column, wanted: &Wanted, comparison: &mut Comparison) -> bool {
    let (type_oid, typmod, collation) = wanted_type(existing, wanted);
    let same_type = (existing.type_oid, existing.typmod) == (type_oid, typmod);
    if !same_type {
        let have = catalog::type_name(existing.type_oid, existing.typmod);
        comparison.note(unless(false, "type", have, catalog::type_name(type_oid, typmod)));
    } else {
        comparison.note(unless(
            existing.collation == collation,
            "collation",
            catalog::collation_name(existing.collation),
            catalog::collation_name(collation),
        ));
    }
    same_type
}

/// The type, type modifier and collation: as written, otherwise those of what it is made from.
fn wanted_type(existing: &Column, wanted: &Wanted) -> (Oid, i32, Oid) {
    let written = wanted.written.as_ref();
    let written = written.and_then(|column| column.type_name.as_ref().map(|name| (column, name)));
    match (written, wanted.sources.first()) {
        (Some((column, name)), _) => {
            let (type_oid, typmod) = type_of(name);
            let collation = catalog::collation_oid(column.collation.as_deref(), type_oid);
            (type_oid, typmod, collation)
        }
        (None, Some(source)) => (source.type_oid, source.typmod, source.collation),
        (None, None) => (existing.type_oid, existing.typmod, existing.collation),
    }
}

fn compare_nullability(
    table: &RelationInfo,
    existing: &Column,
    wanted: &Wanted,
    comparison: &mut Comparison,
) {
    let not_null = wanted.not_null || wanted.sources.iter().any(|source| source.not_null);
    let (have, want) = (yes_no(!existing.not_null), yes_no(!not_null));
    comparison.note(Difference::between("nullable", have, want));
    if existing.not_null && not_null {
        compare_not_null_constraint(table, existing, wanted, comparison);
    }
}

/// PostgreSQL 18 has a constraint for each column that is NOT NULL.
fn compare_not_null_constraint(
    table: &RelationInfo,
    existing: &Column,
    wanted: &Wanted,
    comparison: &mut Comparison,
) {
    let Some(constraint) = super::constraint::not_null(table, existing.number) else { return };
    if let Some(name) = &wanted.not_null_name {
        let have = constraint.name.as_str();
        comparison.note(Difference::between("not null name", have, name.as_str()));
    }
    // One that is written beside that of a parent is the table's own, but for ADD COLUMN, which
    // asks for no more than there is.
    let is_beside = wanted.not_null && !wanted.sources.is_empty();
    let is_local = constraint.local || table.is_partition || !is_beside;
    let flags = [
        ("not null no inherit", constraint.no_inherit, wanted.no_inherit),
        ("not null valid", constraint.validated, true),
        ("not null local", is_local, true),
    ];
    for (attribute, have, want) in flags {
        comparison.note(Difference::between(attribute, yes_no(have), yes_no(want)));
    }
}

fn compare_identity(
    table: &RelationInfo,
    existing: &Column,
    wanted: &Wanted,
    comparison: &mut Comparison,
) {
    let written = wanted.written.as_ref().and_then(|column| column.identity.as_ref());
    let copied = wanted.sources.iter().find(|source| source.identity != '\0');
    let when = match (written, copied) {
        (Some(identity), _) => identity.when,
        (None, copied) => copied.map_or('\0', |source| source.identity),
    };
    let (have, want) = (identity_word(existing.identity), identity_word(when));
    comparison.note(Difference::between("identity", have, want));
    if have != want || when == '\0' {
        return;
    }
    if let Some(identity) = written {
        super::identity::compare_written(table, existing, &identity.options, comparison);
    } else if let Some(sequence) = copied.and_then(|source| source.sequence) {
        super::identity::compare_copied(table, existing, sequence, comparison);
    }
}

fn wanted_generated(wanted: &Wanted) -> char {
    let written = wanted.written.as_ref().and_then(|column| column.generated.as_ref());
    let copied = wanted.sources.iter().map(|source| source.generated).find(|kind| *kind != '\0');
    written.map(|generated| generated.kind).or(copied).unwrap_or('\0')
}

/// STORAGE and COMPRESSION, where they are given.
fn compare_storage(existing: &Column, wanted: &Wanted, comparison: &mut Comparison) {
    let written = wanted.written.as_ref();
    let copied =
        |kind: fn(&super::columns::Source) -> Option<char>| wanted.sources.iter().find_map(kind);
    let storage = written.and_then(|column| column.storage.as_deref());
    let want = match storage {
        Some(word) if word.eq_ignore_ascii_case("default") => {
            Some(storage_word(catalog::storage_of_type(existing.type_oid)).to_string())
        }
        Some(word) => Some(word.to_ascii_lowercase()),
        None => copied(|source| source.storage).map(|letter| storage_word(letter).into()),
    };
    if let Some(want) = want {
        comparison.note(Difference::between("storage", storage_word(existing.storage), want));
    }
    let compression = written.and_then(|column| column.compression.clone());
    let want = compression
        .or_else(|| copied(|source| source.compression).map(|kind| compression_word(kind).into()));
    if let Some(want) = want {
        let have = compression_word(existing.compression);
        comparison.note(Difference::between("compression", have, want));
    }
}

/// The options of a foreign table's column, whether it is the table's own, and the comment LIKE
/// copies.
fn compare_marks(
    table: &RelationInfo,
    existing: &Column,
    wanted: &Wanted,
    comparison: &mut Comparison,
) {
    let written = wanted.written.iter().flat_map(|column| &column.options);
    let want: BTreeSet<String> = written
        .map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or_default()))
        .collect();
    let have: BTreeSet<String> = existing.options.iter().cloned().collect();
    comparison.note(Difference::between("options", options_text(&have), options_text(&want)));
    if let Some(local) = wanted.local() {
        comparison.note(Difference::between("local", yes_no(existing.local), yes_no(local)));
    }
    let comment = wanted.sources.iter().find_map(|source| source.comment.clone());
    if let Some(want) = comment {
        let have = catalog::column_comment(table.oid, existing.number);
        comparison.note(Difference::between("comment", have.unwrap_or("none".into()), want));
    }
}

fn options_text(options: &BTreeSet<String>) -> String {
    let texts: Vec<&str> = options.iter().map(String::as_str).collect();
    if texts.is_empty() { "none".into() } else { format!("({})", texts.join(", ")) }
}

/// The type a column of this definition gets. Raises for a type the server refuses.
fn type_of(name: &TypeName) -> (Oid, i32) {
    match name.serial() {
        Some(Serial::Small) => (pg_sys::INT2OID, -1),
        Some(Serial::Normal) => (pg_sys::INT4OID, -1),
        Some(Serial::Big) => (pg_sys::INT8OID, -1),
        None => catalog::resolve_type(name),
    }
}

/// The type, with its modifier, and the collation a column of this definition gets. `None` for what
/// the server refuses.
pub(super) fn type_and_collation(column: &ColumnDef) -> Option<((Oid, i32), Oid)> {
    let name = column.type_name.as_ref()?;
    let arena = Arena::new();
    let resolved = probe(&arena, || {
        arena.enter(|| {
            let resolved = type_of(name);
            (resolved, catalog::collation_oid(column.collation.as_deref(), resolved.0))
        })
    });
    resolved.ok()
}

/// Compares defaults, or generation expressions. Raises for one the server refuses.
fn compare_default(
    table: &RelationInfo,
    existing: &Column,
    wanted: &Wanted,
    comparison: &mut Comparison,
) {
    let have = stored_default(table, existing);
    let is_serial = wanted.written.as_ref().is_some_and(is_serial);
    if is_serial && have.as_ref().is_some_and(|text| text.starts_with("nextval(")) {
        return;
    }
    let written = wanted.written.as_ref().and_then(written_expression);
    let want = match written {
        Some(node) => Some(written_default(table, existing, node)),
        None if is_serial => Some("nextval(…)".into()),
        None => match copied_default(wanted) {
            Ok(copied) => copied,
            Err(()) => return comparison.not_compared("the different defaults of the parents"),
        },
    };
    let attribute = if existing.generated == '\0' { "default" } else { "generated expression" };
    let is_any =
        |text: &String| existing.generated != '\0' || !is_no_default(text, existing.type_oid);
    let (have, want) = (have.filter(is_any), want.filter(is_any));
    let (have, want) = (have.unwrap_or_else(none), want.unwrap_or_else(none));
    comparison.note(Difference::between(attribute, have, want));
}

fn is_serial(column: &ColumnDef) -> bool {
    column.type_name.as_ref().is_some_and(|name| name.serial().is_some())
}

fn written_expression(column: &ColumnDef) -> Option<&Node> {
    let generated = column.generated.as_ref().map(|generated| &generated.expression);
    generated.or(column.default.as_ref())
}

/// The default of what the column is made from; `Err` if there are different ones, which the
/// server refuses.
fn copied_default(wanted: &Wanted) -> Result<Option<String>, ()> {
    let places = wanted.sources.iter().filter_map(|source| source.default.as_ref());
    let texts: BTreeSet<String> =
        places.filter_map(|(table, column)| stored_default(table, column)).collect();
    let mut texts = texts.into_iter();
    match (texts.next(), texts.next()) {
        (first, None) => Ok(first),
        _ => Err(()),
    }
}

/// `NULL`, `NULL::text`: what heap.c does not even store, unless it overrides a domain's own.
pub(super) fn is_no_default(text: &str, type_oid: Oid) -> bool {
    let is_domain = catalog::type_by_oid(type_oid).is_some_and(|found| found.kind == 'd');
    !is_domain && (text == "NULL" || text.starts_with("NULL::"))
}

fn stored_default(table: &RelationInfo, column: &Column) -> Option<String> {
    let node = column.has_default.then(|| catalog::column_default(table.oid, column.number))??;
    Some(match scope(table, column) {
        Some(_) => expression::stored(purpose(column), table, &node),
        None => expression::stored_apart(purpose(column), table.owner, &node),
    })
}

fn written_default(table: &RelationInfo, column: &Column, node: &Node) -> String {
    expression::written(purpose(column), scope(table, column), node).text
}

/// Only generation expressions see the table's columns; defaults need no lock on it.
fn scope(table: &RelationInfo, column: &Column) -> Option<Oid> {
    (column.generated != '\0').then_some(table.oid)
}

fn purpose(column: &Column) -> Purpose<'_> {
    Purpose::Default {
        column: &column.name,
        type_oid: column.type_oid,
        typmod: column.typmod,
        generated: column.generated,
    }
}

fn has_type(existing: &Column, name: &TypeName, collation: Option<&[String]>) -> bool {
    let arena = Arena::new();
    let same = probe(&arena, || {
        arena.enter(|| {
            let (oid, typmod) = type_of(name);
            (existing.type_oid, existing.typmod) == (oid, typmod)
                && existing.collation == catalog::collation_oid(collation, oid)
        })
    });
    same.unwrap_or(false)
}

fn has_default(table: &RelationInfo, existing: &Column, wanted: &Node) -> bool {
    if existing.generated != '\0' || existing.identity != '\0' {
        return false;
    }
    let arena = Arena::new();
    let same = probe(&arena, || {
        arena.enter(|| {
            let want = written_default(table, existing, wanted);
            match stored_default(table, existing) {
                Some(have) => have == want,
                None => is_no_default(&want, existing.type_oid),
            }
        })
    });
    same.unwrap_or(false)
}

/// On PostgreSQL 18 a column can be marked NOT NULL by a constraint that is not yet validated,
/// that is a parent's and would be made the table's own, or that is not for children.
fn is_not_null(table: &RelationInfo, column: &Column) -> bool {
    let constraint = || super::constraint::not_null(table, column.number);
    column.not_null
        && constraint().is_none_or(|found| found.validated && found.local && !found.no_inherit)
}

fn identity_verdict(table: &RelationInfo, existing: &Column, wanted: &Identity) -> Verdict {
    if existing.identity == '\0' {
        return Verdict::Run;
    }
    let mut comparison = Comparison::new();
    comparison.note(Difference::between(
        "identity",
        identity_word(existing.identity),
        identity_word(wanted.when),
    ));
    if comparison.is_equal() {
        super::identity::compare_written(table, existing, &wanted.options, &mut comparison);
    }
    comparison
        .verdict(&format!("identity of {}", subject_of(table, &existing.name)), DUPLICATE_OBJECT)
}

fn identity_word(letter: char) -> &'static str {
    match letter {
        'a' => "always",
        'd' => "by default",
        _ => "none",
    }
}

fn generated_word(letter: char) -> &'static str {
    match letter {
        's' => "stored",
        'v' => "virtual",
        _ => "none",
    }
}

fn compression_word(letter: char) -> &'static str {
    match letter {
        'p' => "pglz",
        'l' => "lz4",
        _ => "default",
    }
}

fn storage_word(letter: char) -> &'static str {
    match letter {
        'p' => "plain",
        'e' => "external",
        'x' => "extended",
        'm' => "main",
        _ => "",
    }
}
