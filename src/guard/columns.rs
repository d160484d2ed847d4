//! The columns that CREATE TABLE would make: those that are written, and those that come with
//! INHERITS, PARTITION OF, OF and LIKE.

use super::*;
use crate::pg::catalog::Column;
use crate::pg::compat;
use crate::pg::query::ResultColumn;
use crate::pg::tree::model::{ColumnDef, ConstraintKind, Like, LikeOption, TableDef};
use pgrx::pg_sys::Oid;

/// A column as a statement would make it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Its name.
    pub(super) name: String,
    /// Whether it is the table's own, not only a parent's.
    own: bool,
    /// What is written of it.
    pub(super) written: Option<ColumnDef>,
    /// What it is made from besides, in order.
    pub(super) sources: Vec<Source>,
    /// Whether the statement itself makes it NOT NULL.
    pub(super) not_null: bool,
    /// The name of its NOT NULL.
    pub(super) not_null_name: Option<String>,
    /// Whether its NOT NULL is NO INHERIT.
    pub(super) no_inherit: bool,
}

/// What a column is made from besides what is written of it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) type_oid: Oid,
    pub(super) typmod: i32,
    pub(super) collation: Oid,
    /// Whether it is inherited as NOT NULL.
    pub(super) not_null: bool,
    pub(super) identity: char,
    /// The sequence whose options are copied.
    pub(super) sequence: Option<Oid>,
    pub(super) generated: char,
    /// Where its default or generation expression is.
    pub(super) default: Option<(RelationInfo, Column)>,
    pub(super) storage: Option<char>,
    pub(super) compression: Option<char>,
    pub(super) comment: Option<String>,
    /// Whether it is a parent's, by INHERITS.
    pub(super) inherited: bool,
}

impl Wanted {
    /// A column of which nothing but its definition is known.
    pub(super) fn written(column: &ColumnDef) -> Self {
        let mut wanted = Wanted::named(&column.name);
        wanted.define(column);
        wanted
    }

    fn named(name: &str) -> Self {
        Wanted {
            name: name.into(),
            own: false,
            written: None,
            sources: Vec::new(),
            not_null: false,
            not_null_name: None,
            no_inherit: false,
        }
    }

    fn define(&mut self, column: &ColumnDef) {
        self.written = Some(column.clone());
        self.not_null |= column.not_null;
        self.not_null_name.clone_from(&column.not_null_name);
        self.no_inherit = column.not_null_no_inherit;
    }

    /// Whether it is to be the table's own; `None` where that is not a question.
    pub(super) fn local(&self) -> Option<bool> {
        self.sources.iter().any(|source| source.inherited).then_some(self.own)
    }
}

impl Source {
    fn of_type(type_oid: Oid, typmod: i32, collation: Oid) -> Self {
        Source {
            type_oid,
            typmod,
            collation,
            not_null: false,
            identity: '\0',
            sequence: None,
            generated: '\0',
            default: None,
            storage: None,
            compression: None,
            comment: None,
            inherited: false,
        }
    }

    fn of_column(column: &Column) -> Self {
        Source::of_type(column.type_oid, column.typmod, column.collation)
    }

    fn of_parent(table: &RelationInfo, column: &Column, is_partition: bool) -> Self {
        let has_identity = is_partition && compat::PARTITIONS_INHERIT_IDENTITY;
        Source {
            not_null: column.not_null && !keeps_not_null(table, column),
            identity: if has_identity { column.identity } else { '\0' },
            generated: column.generated,
            default: column.has_default.then(|| (table.clone(), column.clone())),
            inherited: !is_partition,
            ..Source::of_column(column)
        }
    }

    fn of_like(table: &RelationInfo, column: &Column, like: &Like) -> Self {
        let includes = |option| like.including.contains(&option);
        let copies_expression = match column.generated {
            '\0' => includes(LikeOption::Defaults),
            _ => includes(LikeOption::Generated),
        };
        let has_identity = column.identity != '\0' && includes(LikeOption::Identity);
        let comment = || catalog::column_comment(table.oid, column.number);
        Source {
            identity: if has_identity { column.identity } else { '\0' },
            sequence: has_identity
                .then(|| catalog::identity_sequence(table.oid, column.number))
                .flatten(),
            generated: if copies_expression { column.generated } else { '\0' },
            default: (column.has_default && copies_expression)
                .then(|| (table.clone(), column.clone())),
            storage: includes(LikeOption::Storage).then_some(column.storage),
            compression: includes(LikeOption::Compression).then_some(column.compression),
            comment: includes(LikeOption::Comments).then(comment).flatten(),
            ..Source::of_column(column)
        }
    }
}

/// Whether the NOT NULL of a column is not for children (PostgreSQL 18).
fn keeps_not_null(table: &RelationInfo, column: &Column) -> bool {
    super::constraint::not_null(table, column.number).is_some_and(|found| found.no_inherit)
}

/// The columns CREATE TABLE would make, in order. `Err` when the statement would be refused for
/// what it is made from.
pub(super) fn wanted(table: &TableDef) -> Judged<Vec<Wanted>> {
    let mut columns = Vec::new();
    inherit(table, &mut columns)?;
    take_from_type(table, &mut columns)?;
    for position in 0..=table.columns.len() {
        for like in table.likes.iter().filter(|like| like.position == position) {
            copy(like, &mut columns)?;
        }
        if let Some(column) = table.columns.get(position) {
            own(&mut columns, &column.name)?.define(column);
        }
    }
    forbid_nulls(table, &mut columns);
    Ok(columns)
}

/// The columns CREATE TABLE AS would make. `None` when there are too many names for them, or one
/// twice.
pub(super) fn of_query(result: &[ResultColumn], names: &[String]) -> Option<Vec<Wanted>> {
    let mut columns = Vec::new();
    for (place, column) in result.iter().enumerate() {
        let wanted = own(&mut columns, names.get(place).unwrap_or(&column.name)).ok()?;
        let source = Source::of_type(column.type_oid, column.typmod, column.collation);
        wanted.sources.push(source);
    }
    (names.len() <= result.len()).then_some(columns)
}

/// The column of that name, which must not be the table's own yet.
fn own<'a>(columns: &'a mut Vec<Wanted>, name: &str) -> Judged<&'a mut Wanted> {
    let column = named(columns, name);
    if std::mem::replace(&mut column.own, true) { Err(Verdict::Run) } else { Ok(column) }
}

/// The column of that name, made if there is none.
fn named<'a>(columns: &'a mut Vec<Wanted>, name: &str) -> &'a mut Wanted {
    let place = columns.iter().position(|column| column.name == name).unwrap_or_else(|| {
        columns.push(Wanted::named(name));
        columns.len() - 1
    });
    &mut columns[place]
}

/// INHERITS and PARTITION OF. The server refuses them to a role that does not own the parent.
fn inherit(table: &TableDef, columns: &mut Vec<Wanted>) -> Judged<()> {
    for parent in &table.parents {
        let parent = need_table(parent)?;
        if !matches!(parent.kind, 'r' | 'p' | 'f') || !catalog::is_owner(parent.oid) {
            return Err(Verdict::Run);
        }
        for column in catalog::columns(&parent) {
            let source = Source::of_parent(&parent, &column, table.bound.is_some());
            named(columns, &column.name).sources.push(source);
        }
    }
    Ok(())
}

/// OF
fn take_from_type(table: &TableDef, columns: &mut Vec<Wanted>) -> Judged<()> {
    let Some(name) = &table.of_type else { return Ok(()) };
    let found = catalog::type_by_name(&name.names);
    let Some(relation) = found.and_then(|found| catalog::relation_by_oid(found.relation)) else {
        return Err(Verdict::Run);
    };
    for column in catalog::columns(&relation) {
        named(columns, &column.name).sources.push(Source::of_column(&column));
    }
    Ok(())
}

/// LIKE. The server refuses it to a role that may not read the source.
fn copy(like: &Like, columns: &mut Vec<Wanted>) -> Judged<()> {
    let source = need_like_source(like)?;
    for column in catalog::columns(&source) {
        let copied = Source::of_like(&source, &column, like);
        // Looking at an expression is for those who own its table.
        if copied.default.is_some() && !catalog::is_owner(source.oid) {
            return Err(Verdict::Run);
        }
        let wanted = own(columns, &column.name)?;
        wanted.sources.push(copied);
        wanted.not_null |= column.not_null;
        wanted.no_inherit |= keeps_not_null(&source, &column);
    }
    Ok(())
}

/// The relation LIKE copies.
pub(super) fn need_like_source(like: &Like) -> Judged<RelationInfo> {
    let source = need_table(&like.source)?;
    let is_copied = match source.kind {
        'r' | 'v' | 'm' | 'f' | 'p' => catalog::may_select(source.oid),
        kind => kind == 'c',
    };
    if is_copied { Ok(source) } else { Err(Verdict::Run) }
}

/// PRIMARY KEY and, on PostgreSQL 18, NOT NULL as table constraints.
fn forbid_nulls(table: &TableDef, columns: &mut [Wanted]) {
    for constraint in &table.constraints {
        if !matches!(constraint.kind, ConstraintKind::Primary | ConstraintKind::NotNull) {
            continue;
        }
        for column in columns.iter_mut().filter(|c| constraint.columns.contains(&c.name)) {
            column.not_null = true;
            if constraint.kind == ConstraintKind::NotNull {
                column.not_null_name.clone_from(&constraint.name);
                column.no_inherit = constraint.no_inherit;
            }
        }
    }
}
