//! LIKE: the constraints and indexes that are copied. The columns are in `columns.rs`.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::{Constraint, Index, Statistics};
use crate::pg::expression::{self, Purpose};
use crate::pg::subtransaction::probe;
use crate::pg::tree::model::{Like, LikeOption};
use pgrx::pg_sys::{self, Oid};

/// Compares what LIKE copies besides the columns; returns the constraints of the table that were
/// compared with copied ones.
pub(super) fn compare(
    table: &RelationInfo,
    like: &Like,
    comparison: &mut Comparison,
) -> Judged<Vec<Oid>> {
    let source = super::columns::need_like_source(like)?;
    let includes = |option| like.including.contains(&option);
    let pair = Pair { table, source: &source, comments: includes(LikeOption::Comments) };
    let with_expressions = [LikeOption::Constraints, LikeOption::Indexes, LikeOption::Statistics];
    // Looking at expressions is for those who own both tables; the statement itself will say
    // what others may not.
    let owns_both = || catalog::is_owner(table.oid) && catalog::is_owner(source.oid);
    if with_expressions.into_iter().any(includes) && !owns_both() {
        return Err(Verdict::Run);
    }
    let mut compared = Vec::new();
    if includes(LikeOption::Constraints) {
        compared.extend(pair.compare_checks(comparison));
    }
    if includes(LikeOption::Indexes) {
        compared.extend(pair.compare_indexes(comparison));
    }
    if includes(LikeOption::Statistics) {
        pair.compare_statistics(comparison);
    }
    Ok(compared)
}

/// The existing table, and what it would be copied from.
struct Pair<'a> {
    table: &'a RelationInfo,
    source: &'a RelationInfo,
    /// INCLUDING COMMENTS
    comments: bool,
}

impl Pair<'_> {
    /// A CHECK keeps its name.
    fn compare_checks(&self, comparison: &mut Comparison) -> Vec<Oid> {
        let mut compared = Vec::new();
        let wanted = catalog::constraints(self.source.oid);
        for wanted in wanted.iter().filter(|constraint| constraint.kind == 'c') {
            let found = catalog::constraint(self.table.oid, &wanted.name);
            let found = found.filter(|found| found.kind == 'c' && found.local);
            let arena = Arena::new();
            let texts = probe(&arena, || {
                arena.enter(|| {
                    let have = found.as_ref().map(|found| check_text(self.table, found));
                    (have.unwrap_or("none".into()), check_text(self.source, wanted))
                })
            });
            match texts {
                Ok((have, want)) => comparison.note(Difference::between("constraint", have, want)),
                Err(error) => comparison.cannot_compare("a CHECK constraint", &error),
            }
            if let Some(found) = found {
                compared.push(found.oid);
                let name = quote_identifier(&wanted.name);
                let class = pg_sys::ConstraintRelationId;
                self.compare_comments(name, class, found.oid, wanted.oid, comparison);
            }
        }
        compared
    }

    /// An index gets a name of its own.
    fn compare_indexes(&self, comparison: &mut Comparison) -> Vec<Oid> {
        let mut compared = Vec::new();
        // Each is the copy of one.
        let mut existing = catalog::indexes(self.table.oid);
        existing.retain(|index| index.valid);
        for wanted in catalog::indexes(self.source.oid) {
            let arena = Arena::new();
            let found = probe(&arena, || {
                arena.enter(|| {
                    let want = IndexText::of(self.source, &wanted);
                    let is_copy = |index: &Index| IndexText::of(self.table, index) == want;
                    (existing.iter().position(is_copy), want.shown())
                })
            });
            match found {
                Ok((Some(place), _)) => {
                    let found = existing.remove(place);
                    let constraint = constraint_of(self.table, &found);
                    super::storage::compare_copied(found.oid, wanted.oid, comparison);
                    compared.extend(constraint.map(|constraint| constraint.oid));
                    let class = pg_sys::RelationRelationId;
                    let name = quote_identifier(&found.name);
                    self.compare_comments(name, class, found.oid, wanted.oid, comparison);
                }
                Ok((None, want)) => comparison.note(Difference::between("index", "none", want)),
                Err(error) => comparison.cannot_compare("an index", &error),
            }
        }
        compared
    }

    /// They get names of their own, too.
    fn compare_statistics(&self, comparison: &mut Comparison) {
        let mut existing = catalog::statistics_of(self.table.oid);
        for wanted in catalog::statistics_of(self.source.oid) {
            let arena = Arena::new();
            let found = probe(&arena, || {
                arena.enter(|| {
                    let want = StatisticsText::of(self.source, &wanted);
                    let is_copy = |found| StatisticsText::of(self.table, found) == want;
                    (existing.iter().position(is_copy), want.shown())
                })
            });
            match found {
                Ok((Some(place), _)) => {
                    let found = existing.remove(place);
                    let class = pg_sys::StatisticExtRelationId;
                    let name = quote_identifier(&found.name);
                    self.compare_comments(name, class, found.oid, wanted.oid, comparison);
                }
                Ok((None, want)) => {
                    comparison.note(Difference::between("statistics", "none", want))
                }
                Err(error) => comparison.cannot_compare("statistics", &error),
            }
        }
    }

    fn compare_comments(
        &self,
        name: String,
        class: Oid,
        have: Oid,
        want: Oid,
        comparison: &mut Comparison,
    ) {
        let want = catalog::comment(want, class, 0).filter(|_| self.comments);
        if let Some(want) = want {
            let have = catalog::comment(have, class, 0).unwrap_or("none".into());
            comparison.note(Difference::between(format!("{name}.comment"), have, want));
        }
    }
}

/// A CHECK constraint as it is compared. Raises what analysing raises.
fn check_text(table: &RelationInfo, constraint: &Constraint) -> String {
    let stored = constraint.expression.as_deref().unwrap_or_default();
    let text = expression::stored(Purpose::Check, table, stored);
    let no_inherit = if constraint.no_inherit { " NO INHERIT" } else { "" };
    let enforced = if constraint.enforced { "" } else { " NOT ENFORCED" };
    let valid = if constraint.validated || !constraint.enforced { "" } else { " NOT VALID" };
    format!("CHECK {text}{no_inherit}{enforced}{valid}")
}

fn constraint_of(table: &RelationInfo, index: &Index) -> Option<Constraint> {
    let constraints = catalog::constraints(table.oid);
    constraints.into_iter().find(|c| c.index == index.oid && "pux".contains(c.kind))
}

/// An index as it is compared, with columns by their names.
#[derive(PartialEq)]
struct IndexText {
    method: Oid,
    unique: bool,
    nulls_not_distinct: bool,
    keys: Vec<super::index::Key>,
    including: Vec<String>,
    predicate: Option<String>,
    /// Kind, deferrable and deferred of the constraint it belongs to.
    constraint: Option<(char, bool, bool)>,
}

impl IndexText {
    /// Raises what analysing raises.
    fn of(table: &RelationInfo, index: &Index) -> Self {
        let predicate = index.predicate.as_ref();
        IndexText {
            method: index.method,
            unique: index.unique,
            nulls_not_distinct: index.nulls_not_distinct,
            keys: super::index::existing_keys(table, index),
            including: column_names(table.oid, &index.including),
            predicate: predicate
                .map(|node| expression::stored(Purpose::IndexPredicate, table, node)),
            constraint: constraint_of(table, index).map(|c| (c.kind, c.deferrable, c.deferred)),
        }
    }

    fn shown(&self) -> String {
        let word = match self.constraint {
            Some((kind, _, _)) => super::constraint::kind_word(kind),
            None if self.unique => "UNIQUE INDEX",
            None => "INDEX",
        };
        let keys: Vec<&str> = self.keys.iter().map(|key| key.what.as_str()).collect();
        format!("{word} ({})", keys.join(", "))
    }
}

/// Extended statistics as they are compared, with columns by their names.
#[derive(PartialEq)]
struct StatisticsText {
    kinds: Vec<char>,
    /// Columns and expressions; their order means nothing.
    elements: Vec<String>,
}

impl StatisticsText {
    /// Raises what analysing raises.
    fn of(table: &RelationInfo, statistics: &Statistics) -> Self {
        let columns = column_names(table.oid, &statistics.columns);
        let expressions = statistics.expressions.as_deref();
        let expressions =
            expressions.map(|list| expression::stored_list(Purpose::Statistics, table, list));
        let mut elements: Vec<String> = columns.iter().map(|name| quote_identifier(name)).collect();
        elements.extend(expressions.unwrap_or_default());
        elements.sort();
        let mut kinds = statistics.kinds.clone();
        kinds.sort_unstable();
        StatisticsText { kinds, elements }
    }

    fn shown(&self) -> String {
        format!("({})", self.elements.join(", "))
    }
}
