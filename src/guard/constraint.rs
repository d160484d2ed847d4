//! Constraints of tables: ADD, DROP and VALIDATE CONSTRAINT.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::Constraint;
use crate::pg::expression::{self, Purpose};
use crate::pg::subtransaction::probe;
use crate::pg::tree::Node;
use crate::pg::tree::model::{ConstraintDef, ConstraintKind, IndexShape, References};

/// ADD CONSTRAINT
pub(super) fn add(table: &Relation, wanted: &ConstraintDef, earlier: &Earlier) -> Judged<Verdict> {
    let info = need_table(table)?;
    match beside_others(&info, wanted, earlier)? {
        Verdict::Run => super::foreign_key::add(table, &info, wanted, earlier),
        verdict => Ok(verdict),
    }
}

/// What the table it is for, and the constraints it has, say.
fn beside_others(
    info: &RelationInfo,
    wanted: &ConstraintDef,
    earlier: &Earlier,
) -> Judged<Verdict> {
    need_kind(info, "table", &['r', 'p', 'f'])?;
    for column in wanted.columns.iter().chain(&wanted.including) {
        need_column(info, column, earlier)?;
    }
    need_referenced(info, wanted)?;
    match &wanted.exclusion {
        Some(index) => super::index::need_what_it_names(info, index, earlier)?,
        None => super::storage::need_what_it_names(&wanted.storage)?,
    }
    // Comparing expressions locks the table: the statement itself will say that a role that
    // does not own it may not.
    if has_expressions(wanted) && !catalog::is_owner(info.oid) {
        return Ok(Verdict::Run);
    }
    let existing = catalog::constraints(info.oid);
    let mut existing =
        existing.iter().filter(|constraint| !earlier.drops_constraint(&constraint.name));
    if has_one_place(wanted) {
        return match existing.find(|constraint| is_rival(info, constraint, wanted)) {
            // The server makes it the table's own, too.
            Some(rival) if becomes_own(info, rival) => Ok(Verdict::Run),
            Some(rival) => Ok(verdict_on(info, rival, compare(info, rival, wanted))),
            None => {
                need_given_index(info, wanted)?;
                need_free_name(info, wanted, earlier).map(|()| Verdict::Run)
            }
        };
    }
    let own = existing.filter(|constraint| !becomes_own(info, constraint));
    Ok(unnamed(info, own, wanted))
}

fn has_expressions(wanted: &ConstraintDef) -> bool {
    wanted.expression.is_some()
        || wanted.exclusion.as_deref().is_some_and(super::index::has_expressions)
}

/// USING INDEX: an index that has become a constraint's may have another name now.
fn need_given_index(table: &RelationInfo, wanted: &ConstraintDef) -> Judged<()> {
    match &wanted.using_index {
        Some(index) => need_index(table, index),
        None => Ok(()),
    }
}

/// Any constraint that is equal will do; or one that is so when it has been validated.
fn unnamed<'a>(
    table: &RelationInfo,
    existing: impl Iterator<Item = &'a Constraint>,
    wanted: &ConstraintDef,
) -> Verdict {
    let mut verdict = Verdict::Run;
    for constraint in existing {
        let comparison = compare(table, constraint, wanted);
        if comparison.is_equal() {
            let message = format!(
                "an equal constraint, {}, already exists on table {}",
                in_quotes(&constraint.name),
                in_quotes(&table.name)
            );
            return satisfied(Reason::AlreadyExists, message);
        }
        if comparison.is_only(VALID) {
            verdict = Verdict::Validate(constraint.name.clone());
        }
    }
    verdict
}

fn verdict_on(table: &RelationInfo, rival: &Constraint, comparison: Comparison) -> Verdict {
    if comparison.is_only(VALID) {
        return Verdict::Validate(rival.name.clone());
    }
    comparison.verdict(&rival_subject(table, rival), DUPLICATE_OBJECT)
}

/// The attribute that VALIDATE CONSTRAINT mends.
const VALID: &str = "valid";

/// The index of a constraint has its name, which no other relation must have.
fn need_free_name(table: &RelationInfo, wanted: &ConstraintDef, earlier: &Earlier) -> Judged<()> {
    use ConstraintKind::{Exclude, Primary, Unique};
    let has_index = matches!(wanted.kind, Primary | Unique | Exclude);
    let is_in_the_way = |name: &&String| {
        has_index && wanted.using_index.as_ref() != Some(name) && !earlier.drops_constraint(name)
    };
    let Some(name) = wanted.name.as_ref().filter(is_in_the_way) else { return Ok(()) };
    let schema = catalog::namespace_name(table.namespace);
    let Some(taken) = catalog::relation(&Relation { schema, name: name.clone() }) else {
        return Ok(());
    };
    Err(match catalog::index(taken.oid).filter(|index| index.table != table.oid) {
        Some(index) => super::index::other_table(name, &catalog::relation_name(index.table)),
        None => taken_by("constraint", name, taken.word()),
    })
}

/// Whether another constraint can stand in its way.
fn has_one_place(wanted: &ConstraintDef) -> bool {
    use ConstraintKind::{NotNull, Primary};
    wanted.name.is_some() || matches!(wanted.kind, Primary | NotNull)
}

/// What stands in the way of a constraint: one of its name, another primary key of the table, or
/// another NOT NULL of the column.
fn is_rival(table: &RelationInfo, constraint: &Constraint, wanted: &ConstraintDef) -> bool {
    let is_of_its_kind = constraint.kind == kind_letter(wanted.kind);
    wanted.name.as_ref() == Some(&constraint.name)
        || match wanted.kind {
            ConstraintKind::Primary => is_of_its_kind,
            ConstraintKind::NotNull => {
                is_of_its_kind && column_names(table.oid, &constraint.columns) == wanted.columns
            }
            _ => false,
        }
}

/// The NOT NULL of a column, of which there is one, and only on PostgreSQL 18.
pub(super) fn not_null(table: &RelationInfo, column: i16) -> Option<Constraint> {
    let mut constraints = catalog::constraints(table.oid).into_iter();
    constraints.find(|constraint| constraint.kind == 'n' && constraint.columns == [column])
}

/// Whether a constraint goes when its parent's goes, and no longer if it is added once more.
fn becomes_own(table: &RelationInfo, constraint: &Constraint) -> bool {
    !constraint.local
        && match constraint.kind {
            'c' => !table.is_partition,
            kind => kind == 'n',
        }
}

fn rival_subject(table: &RelationInfo, rival: &Constraint) -> String {
    let word = if rival.kind == 'p' { "primary key" } else { "constraint" };
    format!("{word} {} of table {}", in_quotes(&rival.name), in_quotes(&table.name))
}

/// DROP CONSTRAINT; `expected` is the kind the caller named, if any.
pub(super) fn drop(
    table: &Relation,
    name: &str,
    expected: Option<ConstraintKind>,
) -> Judged<Verdict> {
    let info = need_table(table)?;
    let subject = format!("constraint {} of table {}", in_quotes(name), in_quotes(&info.name));
    let Some(existing) = catalog::constraint(info.oid, name) else {
        return Ok(satisfied(Reason::AlreadyAbsent, format!("{subject} does not exist")));
    };
    Ok(match expected.map(kind_letter).filter(|kind| *kind != existing.kind) {
        Some(kind) => {
            let (found, wanted) = (kind_word(existing.kind), kind_word(kind));
            let message =
                format!("{subject} is {}, not {}", with_article(found), with_article(wanted));
            Verdict::Conflict(Finding::new(Reason::WrongKind, message))
        }
        None => Verdict::Run,
    })
}

/// VALIDATE CONSTRAINT
pub(super) fn validate(table: &Relation, name: &str, earlier: &Earlier) -> Judged<Verdict> {
    let info = need_table(table)?;
    let subject = format!("constraint {} of table {}", in_quotes(name), in_quotes(&info.name));
    Ok(match catalog::constraint(info.oid, name) {
        _ if earlier.adds_constraint(name) => Verdict::Run,
        None => missing(Reason::MissingConstraint, format!("{subject} does not exist")),
        Some(existing) if existing.validated => {
            satisfied(Reason::NoChange, format!("{subject} is already valid"))
        }
        Some(_) => Verdict::Run,
    })
}

/// The referenced table and its columns exist.
pub(super) fn need_referenced(table: &RelationInfo, wanted: &ConstraintDef) -> Judged<()> {
    let Some(references) = &wanted.references else { return Ok(()) };
    let referenced = need_table(&references.table)?;
    need_kind(&referenced, "table", &['r', 'p'])?;
    for column in &references.columns {
        // A table that references itself may have its columns added by the same statement.
        if referenced.oid != table.oid && catalog::column(referenced.oid, column).is_none() {
            return Err(no_column(&referenced, column));
        }
    }
    Ok(())
}

/// An index beside the table.
pub(super) fn need_index(table: &RelationInfo, name: &str) -> Judged<()> {
    let schema = catalog::namespace_name(table.namespace);
    match catalog::relation(&Relation { schema, name: name.into() }) {
        Some(_) => Ok(()),
        None => {
            let message = format!("index {} does not exist", in_quotes(name));
            Err(missing(Reason::MissingIndex, message))
        }
    }
}

/// Adds to the comparison of a column or table what a constraint written with it lacks: some
/// constraint of the table must be equal to it.
pub(super) fn compare_inline(
    table: &RelationInfo,
    wanted: &ConstraintDef,
    comparison: &mut Comparison,
) {
    // Looking at an expression locks the table, as in ADD CONSTRAINT.
    if has_expressions(wanted) && !catalog::is_owner(table.oid) {
        return comparison.leave_to_server();
    }
    let existing = catalog::constraints(table.oid);
    let named = existing.iter().find(|constraint| wanted.name.as_ref() == Some(&constraint.name));
    if let Some(rival) = named.filter(|rival| !becomes_own(table, rival)) {
        return comparison.add_part(&rival.name, compare(table, rival, wanted));
    }
    // One that is only a parent's would be made the table's own, too.
    let mut compared = existing
        .iter()
        .filter(|constraint| !becomes_own(table, constraint))
        .map(|constraint| compare(table, constraint, wanted));
    // The first that settles it: an equal one, or one that could not be looked at.
    if let Some(found) = compared.find(|found| found.is_equal() || found.undecided) {
        comparison.undecided |= found.undecided;
        return;
    }
    comparison.note(Difference::between("constraint", "none", described(table, wanted)));
}

/// The constraint as SQL would write it, shortly.
fn described(table: &RelationInfo, wanted: &ConstraintDef) -> String {
    let word = kind_word(kind_letter(wanted.kind));
    let arena = Arena::new();
    let expression =
        wanted.expression.as_ref().filter(|_| catalog::is_owner(table.oid)).and_then(|node| {
            let written = || expression::written(Purpose::Check, Some(table.oid), node).text;
            probe(&arena, || arena.enter(written)).ok()
        });
    match expression {
        Some(expression) => format!("{word} {expression}"),
        None if wanted.columns.is_empty() => word.into(),
        None => {
            let references = wanted.references.as_ref().map(references_text).unwrap_or_default();
            format!("{word} {}{references}", listed(&wanted.columns))
        }
    }
}

/// ` REFERENCES parent (id) ON DELETE CASCADE`
fn references_text(references: &References) -> String {
    let mut text = format!(" REFERENCES {}", references.table);
    if !references.columns.is_empty() {
        text.push_str(&format!(" {}", listed(&references.columns)));
    }
    for (event, action) in [("UPDATE", references.on_update), ("DELETE", references.on_delete)] {
        if action != 'a' {
            text.push_str(&format!(" ON {event} {}", action_word(action)));
        }
    }
    text
}

/// The constraints of a table that none of those wanted is equal to, and that are neither among
/// those `copied` nor only a parent's. NOT NULL is the columns'.
pub(super) fn unwanted<'a>(
    table: &RelationInfo,
    wanted: impl Iterator<Item = &'a ConstraintDef> + Clone,
    copied: &[pgrx::pg_sys::Oid],
) -> Vec<String> {
    let existing = catalog::constraints(table.oid);
    let checked = existing.iter().filter(|constraint| {
        "cfpux".contains(constraint.kind) && constraint.local && !copied.contains(&constraint.oid)
    });
    let unwanted = checked.filter(|constraint| {
        // One of a name that is wanted has been compared.
        !wanted.clone().any(|wanted| {
            wanted.name.as_ref() == Some(&constraint.name)
                || compare(table, constraint, wanted).is_equal()
        })
    });
    unwanted
        .map(|constraint| {
            format!("{} {}", kind_word(constraint.kind), quote_identifier(&constraint.name))
        })
        .collect()
}

fn compare(table: &RelationInfo, existing: &Constraint, wanted: &ConstraintDef) -> Comparison {
    let mut comparison = Comparison::new();
    comparison.note(Difference::between(
        "kind",
        kind_word(existing.kind),
        kind_word(kind_letter(wanted.kind)),
    ));
    if !comparison.differences.is_empty() {
        return comparison;
    }
    if let Some(name) = &wanted.name {
        comparison.note(Difference::between("name", existing.name.as_str(), name.as_str()));
    }
    compare_columns(table, existing, wanted, &mut comparison);
    compare_flags(existing, wanted, &mut comparison);
    if let Some(references) = &wanted.references {
        compare_references(table, existing, references, &mut comparison);
    }
    if let Some(index) = &wanted.exclusion {
        compare_exclusion(table, existing, index, &mut comparison);
    }
    if let Some(node) = &wanted.expression {
        compare_expression(table, existing, node, &mut comparison);
    }
    comparison
}

/// The index is all there is to EXCLUDE.
fn compare_exclusion(
    table: &RelationInfo,
    existing: &Constraint,
    wanted: &IndexShape,
    comparison: &mut Comparison,
) {
    let Some(index) = catalog::index(existing.index) else { return };
    match super::index::compare(table, &index, wanted) {
        Some(compared) => comparison.include(compared),
        None => {
            comparison.not_compared("the expressions, as the table belongs to another role");
        }
    }
}

/// USING INDEX: the index given is the constraint's, or has become it and was renamed.
fn compare_given_index(
    table: &RelationInfo,
    existing: &Constraint,
    given: &str,
    comparison: &mut Comparison,
) {
    let schema = catalog::namespace_name(table.namespace);
    let found = catalog::relation(&Relation { schema, name: given.into() });
    if found.is_some_and(|found| found.oid != existing.index) {
        let have = quote_identifier(&catalog::relation_name(existing.index));
        comparison.note(Difference::between("index", have, quote_identifier(given)));
    }
}

fn compare_columns(
    table: &RelationInfo,
    existing: &Constraint,
    wanted: &ConstraintDef,
    comparison: &mut Comparison,
) {
    if let Some(given) = &wanted.using_index {
        return compare_given_index(table, existing, given, comparison);
    }
    // A CHECK has no columns of its own, its expression has.
    if wanted.kind == ConstraintKind::Check || wanted.kind == ConstraintKind::Exclude {
        return;
    }
    let names = |numbers: &[i16]| listed(&column_names(table.oid, numbers));
    comparison.note(Difference::between(
        "columns",
        names(&existing.columns),
        listed(&wanted.columns),
    ));
    if matches!(wanted.kind, ConstraintKind::Primary | ConstraintKind::Unique)
        && let Some(index) = catalog::index(existing.index)
    {
        let including = names(&index.including);
        comparison.note(Difference::between("include", including, listed(&wanted.including)));
        comparison.note(Difference::between(
            "nulls not distinct",
            yes_no(index.nulls_not_distinct),
            yes_no(wanted.nulls_not_distinct),
        ));
        super::storage::compare(index.oid, &wanted.storage, comparison);
    }
}

fn compare_flags(existing: &Constraint, wanted: &ConstraintDef, comparison: &mut Comparison) {
    let flags = [
        ("deferrable", existing.deferrable, wanted.deferrable),
        ("initially deferred", existing.deferred, wanted.deferred),
        ("enforced", existing.enforced, !wanted.not_enforced),
    ];
    for (attribute, have, want) in flags {
        comparison.note(Difference::between(attribute, yes_no(have), yes_no(want)));
    }
    let period = if wanted.kind == ConstraintKind::Foreign { "period" } else { "without overlaps" };
    comparison.note(Difference::between(period, yes_no(existing.period), yes_no(wanted.period)));
    if matches!(wanted.kind, ConstraintKind::Check | ConstraintKind::NotNull) {
        let (have, want) = (yes_no(existing.no_inherit), yes_no(wanted.no_inherit));
        comparison.note(Difference::between("no inherit", have, want));
    }
    // A valid constraint is more than NOT VALID asks for.
    if !wanted.not_valid && existing.enforced && !existing.validated {
        comparison.note(Difference::between(VALID, "no", "yes"));
    }
}

fn compare_references(
    table: &RelationInfo,
    existing: &Constraint,
    wanted: &References,
    comparison: &mut Comparison,
) {
    let wanted_table = catalog::relation(&wanted.table).map(|table| table.oid);
    if wanted_table != Some(existing.referenced) {
        comparison.note(unless(
            false,
            "referenced table",
            catalog::qualified_name(existing.referenced),
            wanted_table.map_or_else(|| wanted.table.to_string(), catalog::qualified_name),
        ));
        return;
    }
    let names = |numbers: &[i16]| column_names(existing.referenced, numbers);
    let wanted_columns = if wanted.columns.is_empty() {
        let constraints = catalog::constraints(existing.referenced);
        let key = constraints.iter().find(|constraint| constraint.kind == 'p');
        key.map(|key| names(&key.columns)).unwrap_or_default()
    } else {
        wanted.columns.clone()
    };
    comparison.note(Difference::between(
        "referenced columns",
        listed(&names(&existing.referenced_columns)),
        listed(&wanted_columns),
    ));
    // Without columns it follows from the primary key.
    if !wanted.columns.is_empty() {
        let (have, want) = (yes_no(existing.period), yes_no(wanted.period));
        comparison.note(Difference::between("referenced period", have, want));
    }
    let actions = [
        ("on update", existing.on_update, wanted.on_update),
        ("on delete", existing.on_delete, wanted.on_delete),
    ];
    for (attribute, have, want) in actions {
        comparison.note(Difference::between(attribute, action_word(have), action_word(want)));
    }
    let (have, want) = (column_names(table.oid, &existing.delete_columns), &wanted.delete_columns);
    comparison.note(Difference::between("on delete columns", listed(&have), listed(want)));
    comparison.note(Difference::between(
        "match",
        match_word(existing.match_type),
        match_word(wanted.match_type),
    ));
}

fn compare_expression(
    table: &RelationInfo,
    existing: &Constraint,
    wanted: &Node,
    comparison: &mut Comparison,
) {
    if !catalog::is_owner(table.oid) {
        return comparison.not_compared("the expression, as the table belongs to another role");
    }
    let arena = Arena::new();
    let texts = probe(&arena, || {
        arena.enter(|| {
            let stored = existing.expression.as_deref().unwrap_or_default();
            let have = expression::stored(Purpose::Check, table, stored);
            (have, expression::written(Purpose::Check, Some(table.oid), wanted).text)
        })
    });
    match texts {
        Ok((have, want)) => comparison.note(Difference::between("expression", have, want)),
        Err(error) => comparison.cannot_compare("the expression", &error),
    }
}

fn kind_letter(kind: ConstraintKind) -> char {
    match kind {
        ConstraintKind::Check => 'c',
        ConstraintKind::NotNull => 'n',
        ConstraintKind::Primary => 'p',
        ConstraintKind::Unique => 'u',
        ConstraintKind::Exclude => 'x',
        ConstraintKind::Foreign => 'f',
    }
}

pub(super) fn kind_word(letter: char) -> &'static str {
    match letter {
        'c' => "CHECK",
        'n' => "NOT NULL",
        'p' => "PRIMARY KEY",
        'u' => "UNIQUE",
        'x' => "EXCLUDE",
        'f' => "FOREIGN KEY",
        _ => "constraint trigger",
    }
}

fn action_word(letter: char) -> &'static str {
    match letter {
        'r' => "RESTRICT",
        'c' => "CASCADE",
        'n' => "SET NULL",
        'd' => "SET DEFAULT",
        _ => "NO ACTION",
    }
}

fn match_word(letter: char) -> &'static str {
    match letter {
        'f' => "FULL",
        'p' => "PARTIAL",
        _ => "SIMPLE",
    }
}
