//! Extended statistics: CREATE STATISTICS.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::Statistics;
use crate::pg::error::PgError;
use crate::pg::expression::{self, Purpose};
use crate::pg::subtransaction::probe;
use crate::pg::tree::model::StatisticsDef;

/// CREATE STATISTICS
pub(super) fn create(wanted: &StatisticsDef) -> Judged<Verdict> {
    let table = need_table(&wanted.table)?;
    need_kind(&table, "table", &['r', 'p', 'm', 'f'])?;
    for column in &wanted.columns {
        need_column(&table, column, &Earlier::default())?;
    }
    match &wanted.name {
        Some(name) => named(&table, name, wanted),
        None => unnamed(&table, wanted),
    }
}

fn named(table: &RelationInfo, name: &Relation, wanted: &StatisticsDef) -> Judged<Verdict> {
    need_schema(name.schema.as_deref())?;
    let schema = catalog::creation_namespace(name.schema.as_deref());
    let existing = schema.and_then(|schema| catalog::statistics(schema, &name.name));
    let Some(existing) = existing else { return Ok(Verdict::Run) };
    let subject = subject(&ObjectName::relation(Class::Statistics, name));
    Ok(compare(table, &existing, wanted)?.verdict(&subject, DUPLICATE_OBJECT))
}

fn unnamed(table: &RelationInfo, wanted: &StatisticsDef) -> Judged<Verdict> {
    for existing in catalog::statistics_of(table.oid) {
        if compare(table, &existing, wanted)?.is_equal() {
            let message = format!(
                "an equal statistics object, {}, already exists on table {}",
                in_quotes(&existing.name),
                in_quotes(&table.name)
            );
            return Ok(satisfied(Reason::AlreadyExists, message));
        }
    }
    Ok(Verdict::Run)
}

fn compare(
    table: &RelationInfo,
    existing: &Statistics,
    wanted: &StatisticsDef,
) -> Judged<Comparison> {
    let mut comparison = Comparison::new();
    if existing.table != table.oid {
        let (have, want) =
            (catalog::qualified_name(existing.table), catalog::qualified_name(table.oid));
        comparison.note(Difference::between("table", have, want));
        return Ok(comparison);
    }
    let kinds = wanted_kinds(wanted).ok_or(Verdict::Run)?;
    comparison.note(Difference::between(
        "kinds",
        listed(&existing_kinds(existing)),
        listed(&kinds),
    ));
    compare_elements(table, existing, wanted, &mut comparison)?;
    Ok(comparison)
}

/// The kinds one can ask for, and their letters in stxkind.
const KINDS: [(char, &str); 3] = [('d', "ndistinct"), ('f', "dependencies"), ('m', "mcv")];

fn existing_kinds(existing: &Statistics) -> Vec<&'static str> {
    let kinds = KINDS.iter().filter(|(letter, _)| existing.kinds.contains(letter));
    kinds.map(|(_, word)| *word).collect()
}

/// All of them if none is given; a single expression has none. `None` for a word that the server
/// does not know.
fn wanted_kinds(wanted: &StatisticsDef) -> Option<Vec<&'static str>> {
    let is_single = wanted.columns.len() + wanted.expressions.len() < 2;
    let has = |word: &str| wanted.kinds.iter().any(|kind| kind == word);
    let is_known = |kind: &String| KINDS.iter().any(|(_, word)| word == kind);
    let words = KINDS.iter().map(|(_, word)| *word);
    let all = wanted.kinds.is_empty() && !is_single;
    wanted.kinds.iter().all(is_known).then(|| words.filter(|word| all || has(word)).collect())
}

/// Columns and expressions; their order means nothing. Analysing expressions locks the table: the
/// statement itself will say that a role may not.
fn compare_elements(
    table: &RelationInfo,
    existing: &Statistics,
    wanted: &StatisticsDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    let (mut have, mut want) = (Vec::new(), Vec::new());
    if existing.expressions.is_some() || !wanted.expressions.is_empty() {
        if !catalog::is_owner(table.oid) {
            return Err(Verdict::Run);
        }
        match normal_forms(table, existing, wanted) {
            Ok(forms) => (have, want) = forms,
            Err(error) => {
                comparison.cannot_compare("the expressions", &error);
                return Ok(());
            }
        }
    }
    // `(a)` is the column a.
    let (in_parentheses, want): (Vec<_>, Vec<_>) =
        want.into_iter().partition(|text| is_column(table, text));
    let have_columns = column_names(table.oid, &existing.columns);
    let have_columns = have_columns.iter().map(|name| quote_identifier(name)).collect();
    let want_columns = wanted.columns.iter().map(|name| quote_identifier(name));
    let want_columns = want_columns.chain(in_parentheses).collect();
    comparison.note(Difference::between("columns", sorted(have_columns), sorted(want_columns)));
    comparison.note(Difference::between("expressions", sorted(have), sorted(want)));
    Ok(())
}

fn normal_forms(
    table: &RelationInfo,
    existing: &Statistics,
    wanted: &StatisticsDef,
) -> Result<(Vec<String>, Vec<String>), PgError> {
    let arena = Arena::new();
    let purpose = Purpose::Statistics;
    probe(&arena, || {
        arena.enter(|| {
            let have = existing.expressions.as_deref();
            let have = have.map(|list| expression::stored_list(purpose, table, list));
            let want = wanted.expressions.iter();
            let want = want.map(|node| expression::written(purpose, Some(table.oid), node).text);
            (have.unwrap_or_default(), want.collect())
        })
    })
}

fn is_column(table: &RelationInfo, text: &str) -> bool {
    catalog::columns(table).iter().any(|column| quote_identifier(&column.name) == text)
}

fn sorted(mut texts: Vec<String>) -> String {
    texts.sort();
    if texts.is_empty() { none() } else { format!("({})", texts.join(", ")) }
}
