//! Columns: ADD COLUMN, ALTER COLUMN, DROP COLUMN.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::Column;
use crate::pg::expression::{self, Purpose};
use crate::pg::subtransaction::probe;
use crate::pg::tree::Node;
use crate::pg::tree::model::{ColumnChange, ColumnDef, Identity, Serial, TypeName};
use pgrx::pg_sys::{self, Oid};

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
            let comparison = compare(&info, &existing, column)?;
            Ok(comparison.verdict(&subject_of(&info, &column.name), DUPLICATE_COLUMN))
        }
        _ => Ok(Verdict::Run),
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
        ColumnChange::Type { using: true, .. } => (false, "already has that type"),
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
    matches!(change, Default(_) | NotNull(_) | Storage(_) | Statistics(_))
}

fn subject_of(table: &RelationInfo, column: &str) -> String {
    format!("column {} of {} {}", in_quotes(column), table.word(), in_quotes(&table.name))
}

/// Compares an existing column with a definition. `Err` when the server does not understand the
/// definition, which then cannot be compared.
pub(super) fn compare(
    table: &RelationInfo,
    existing: &Column,
    wanted: &ColumnDef,
) -> Judged<Comparison> {
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
    for constraint in &wanted.constraints {
        super::constraint::compare_inline(table, constraint, &mut comparison);
    }
    if wanted.has_uncompared {
        comparison.not_compared("storage, compression or foreign-table options");
    }
    if wanted.identity.as_ref().is_some_and(|identity| identity.has_options) {
        comparison.not_compared("the options of the identity sequence");
    }
    Ok(comparison)
}

/// Adds to the comparison of a table or type what one of its columns differs in: `a.type`.
pub(super) fn compare_into(
    table: &RelationInfo,
    existing: &Column,
    wanted: &ColumnDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let of_column = compare(table, existing, wanted)?;
    for difference in of_column.differences {
        let attribute = format!("{}.{}", quote_identifier(&wanted.name), difference.attribute);
        comparison.differences.push(Difference { attribute: attribute.into(), ..difference });
    }
    comparison.undecided |= of_column.undecided;
    if let Some(what) = of_column.uncompared {
        comparison.not_compared(what);
    }
    Ok(())
}

fn differences(table: &RelationInfo, existing: &Column, wanted: &ColumnDef) -> Comparison {
    let mut comparison = Comparison::new();
    let (type_oid, typmod) =
        wanted.type_name.as_ref().map_or((existing.type_oid, existing.typmod), type_of);
    let same_type = (existing.type_oid, existing.typmod) == (type_oid, typmod);
    let collation = catalog::collation_oid(wanted.collation.as_deref(), type_oid);
    if !same_type {
        let have = catalog::type_name(existing.type_oid, existing.typmod);
        comparison.note(Difference::between("type", have, catalog::type_name(type_oid, typmod)));
    } else {
        comparison.note(Difference::between(
            "collation",
            catalog::collation_name(existing.collation),
            catalog::collation_name(collation),
        ));
    }
    comparison.note(Difference::between(
        "nullable",
        yes_no(!existing.not_null),
        yes_no(!wanted.not_null),
    ));
    let wanted_identity = wanted.identity.as_ref().map_or('\0', |identity| identity.when);
    comparison.note(Difference::between(
        "identity",
        identity_word(existing.identity),
        identity_word(wanted_identity),
    ));
    let wanted_generated = wanted.generated.as_ref().map_or('\0', |generated| generated.kind);
    comparison.note(Difference::between(
        "generated",
        generated_word(existing.generated),
        generated_word(wanted_generated),
    ));
    if same_type && existing.generated == wanted_generated {
        comparison.note(default_difference(table, existing, wanted));
    }
    comparison
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

/// Compares defaults, or generation expressions. Raises for one the server refuses.
fn default_difference(
    table: &RelationInfo,
    existing: &Column,
    wanted: &ColumnDef,
) -> Option<Difference> {
    let have = stored_default(table, existing);
    let is_serial = wanted.type_name.as_ref().is_some_and(|name| name.serial().is_some());
    if is_serial && have.as_ref().is_some_and(|text| text.starts_with("nextval(")) {
        return None;
    }
    let node = wanted.generated.as_ref().map(|generated| &generated.expression);
    let want = match node.or(wanted.default.as_ref()) {
        Some(node) => Some(written_default(table, existing, node)),
        None if is_serial => Some("nextval(…)".into()),
        None => None,
    };
    let attribute = if existing.generated == '\0' { "default" } else { "generated expression" };
    let none = || "none".to_string();
    let want =
        want.filter(|text| existing.generated != '\0' || !is_no_default(text, existing.type_oid));
    Difference::between(attribute, have.unwrap_or_else(none), want.unwrap_or_else(none))
}

/// `NULL`, `NULL::text`: what heap.c does not even store, unless it overrides a domain's own.
pub(super) fn is_no_default(text: &str, type_oid: Oid) -> bool {
    let is_domain = catalog::type_by_oid(type_oid).is_some_and(|found| found.kind == 'd');
    !is_domain && (text == "NULL" || text.starts_with("NULL::"))
}

fn stored_default(table: &RelationInfo, column: &Column) -> Option<String> {
    let node = column.has_default.then(|| catalog::column_default(table.oid, column.number))??;
    Some(expression::stored(purpose(column), scope(table, column), &node))
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
    column.not_null
        && !catalog::constraints(table.oid).iter().any(|constraint| {
            constraint.kind == 'n'
                && !(constraint.validated && constraint.local && !constraint.no_inherit)
                && constraint.columns == [column.number]
        })
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
    if wanted.has_options {
        comparison.not_compared("the options of the identity sequence");
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

fn storage_word(letter: char) -> &'static str {
    match letter {
        'p' => "plain",
        'e' => "external",
        'x' => "extended",
        'm' => "main",
        _ => "",
    }
}
