//! Foreign keys: what `ATAddForeignKeyConstraint` finds in the catalog, found before anything is
//! locked, and what it does not say of a key that it takes.

use super::*;
use crate::pg::catalog::{Column, Index};
use crate::pg::compat::FOREIGN_KEYS_NEED_ONE_COLLATION;
use crate::pg::quote_literal;
use crate::pg::tree::model::{ColumnDef, ConstraintDef};

/// ADD CONSTRAINT … FOREIGN KEY
pub(super) fn add(
    written: &Relation,
    table: &RelationInfo,
    wanted: &ConstraintDef,
    earlier: &Earlier,
) -> Judged<Verdict> {
    let columns: Option<Vec<KeyColumn>> = wanted
        .columns
        .iter()
        .filter(|name| !earlier.adds_column(name))
        .map(|name| Some(KeyColumn::of(&catalog::column(table.oid, name)?)))
        .collect();
    match columns.filter(|columns| columns.len() == wanted.columns.len()) {
        Some(columns) => ForeignKey { written, table, wanted, columns, new: None }.judge(earlier),
        None => Ok(Verdict::Run),
    }
}

/// ADD COLUMN … REFERENCES
pub(super) fn add_with_column(
    written: &Relation,
    table: &RelationInfo,
    column: &ColumnDef,
    earlier: &Earlier,
) -> Judged<Verdict> {
    let Some(wanted) = column.constraints.iter().find(|it| it.references.is_some()) else {
        return Ok(Verdict::Run);
    };
    match KeyColumn::to_be(column) {
        Some(new) => {
            let columns = vec![new];
            ForeignKey { written, table, wanted, columns, new: Some(column) }.judge(earlier)
        }
        None => Ok(Verdict::Run),
    }
}

/// A column of a key.
#[derive(Clone, Debug)]
pub(super) struct KeyColumn {
    pub(super) name: String,
    /// 0 of a column that is to be added.
    pub(super) number: i16,
    pub(super) type_oid: Oid,
    typmod: i32,
    pub(super) collation: Oid,
}

impl KeyColumn {
    fn of(column: &Column) -> Self {
        let Column { number, type_oid, typmod, collation, .. } = *column;
        KeyColumn { name: column.name.clone(), number, type_oid, typmod, collation }
    }

    /// `None` for a type or a collation that the server refuses.
    fn to_be(column: &ColumnDef) -> Option<Self> {
        let ((type_oid, typmod), collation) = super::column::type_and_collation(column)?;
        Some(KeyColumn { name: column.name.clone(), number: 0, type_oid, typmod, collation })
    }

    fn type_name(&self) -> String {
        catalog::type_name(self.type_oid, self.typmod)
    }

    /// Without the domains it is made of, which make no difference to what can be equal.
    fn base_type(&self) -> (Oid, i32) {
        catalog::base_type(self.type_oid, self.typmod)
    }
}

/// A foreign key as it is asked for.
struct ForeignKey<'a> {
    /// The referencing table as it was written.
    written: &'a Relation,
    table: &'a RelationInfo,
    wanted: &'a ConstraintDef,
    columns: Vec<KeyColumn>,
    /// The column that is added with it.
    new: Option<&'a ColumnDef>,
}

impl ForeignKey<'_> {
    fn judge(&self, earlier: &Earlier) -> Judged<Verdict> {
        let Some(references) = &self.wanted.references else { return Ok(Verdict::Run) };
        let Some(referenced) = catalog::relation(&references.table) else {
            return Ok(Verdict::Run);
        };
        let is_temporal = self.wanted.period || references.period;
        let is_disturbed =
            || [self.table.oid, referenced.oid].iter().any(|table| changes(earlier, *table));
        if is_temporal || !catalog::is_owner(self.table.oid) || is_disturbed() {
            return Ok(Verdict::Run);
        }
        let Some(key) = referenced_key(&referenced, &references.table, &references.columns)? else {
            return Ok(Verdict::Run);
        };
        self.need_as_many(&key)?;
        if !catalog::may_reference(referenced.oid, &key.numbers()) {
            return Ok(Verdict::Run);
        }
        let referenced = Referenced { written: &references.table, key };
        self.need_comparable(&referenced)?;
        self.need_one_collation(&referenced)?;
        Ok(self.remarks(&referenced, earlier))
    }

    fn need_as_many(&self, key: &Key) -> Judged<()> {
        if key.columns.len() == self.columns.len() {
            return Ok(());
        }
        let message = "number of referencing and referenced columns for foreign key disagree";
        Err(Verdict::Refused(Finding::new(Reason::InvalidForeignKey, message.into())))
    }

    fn pairs<'b>(
        &'b self,
        referenced: &'b Referenced,
    ) -> impl Iterator<Item = (&'b KeyColumn, &'b KeyColumn)> {
        let columns = referenced.key.columns.iter();
        self.columns.iter().zip(columns.map(|(column, _)| column))
    }

    fn need_comparable(&self, referenced: &Referenced) -> Judged<()> {
        let all = self.columns.iter().zip(&referenced.key.columns);
        let unequal: Vec<_> = all
            .filter(|(own, (other, opclass))| {
                catalog::key_equality(*opclass, other.type_oid, own.type_oid).is_none()
            })
            .map(|(own, (other, _))| (own, other))
            .collect();
        if unequal.is_empty() {
            return Ok(());
        }
        let lines = unequal.iter().map(|(own, other)| {
            format!(
                "Key columns {} of the referencing table and {} of the referenced table are of incompatible types: {} and {}.",
                in_quotes(&own.name),
                in_quotes(&other.name),
                own.type_name(),
                other.type_name(),
            )
        });
        let hints = unequal.iter().map(|(own, other)| {
            let theirs = change_type(referenced.written, other, own);
            match self.new {
                Some(_) => format!(
                    "Add the column as {}, or change the other: {theirs}",
                    other.type_name()
                ),
                None => {
                    let ours = change_type(self.written, own, other);
                    format!(
                        "Change either column, with those that are tied to it: {ours} or {theirs}"
                    )
                }
            }
        });
        let finding = Finding::new(Reason::DatatypeMismatch, self.cannot_be())
            .with_detail(lines.collect::<Vec<_>>().join("\n"))
            .with_hint(hints.collect::<Vec<_>>().join("\n"));
        Err(Verdict::Refused(finding))
    }

    fn need_one_collation(&self, referenced: &Referenced) -> Judged<()> {
        let is_refused = |(own, other): &(&KeyColumn, &KeyColumn)| {
            FOREIGN_KEYS_NEED_ONE_COLLATION
                && own.collation != other.collation
                && !(catalog::is_deterministic(own.collation)
                    && catalog::is_deterministic(other.collation))
        };
        let Some((own, other)) = self.pairs(referenced).find(is_refused) else { return Ok(()) };
        let detail = format!(
            "Key columns {} of the referencing table and {} of the referenced table have incompatible collations: {} and {}.  If either collation is nondeterministic, then both collations have to be the same.",
            in_quotes(&own.name),
            in_quotes(&other.name),
            in_quotes(&catalog::collation_name(own.collation)),
            in_quotes(&catalog::collation_name(other.collation)),
        );
        let finding = Finding::new(Reason::DatatypeMismatch, self.cannot_be())
            .with_sqlstate(COLLATION_MISMATCH)
            .with_detail(detail)
            .with_hint("Give both columns the same collation.");
        Err(Verdict::Refused(finding))
    }

    fn cannot_be(&self) -> String {
        match &self.wanted.name {
            Some(name) => {
                format!("foreign key constraint {} cannot be implemented", in_quotes(name))
            }
            None => "foreign key constraint cannot be implemented".into(),
        }
    }

    /// What is legal, and seldom meant.
    fn remarks(&self, referenced: &Referenced, earlier: &Earlier) -> Verdict {
        let unlike = self.pairs(referenced).filter_map(|(own, other)| {
            self.unlike_types(referenced, own, other).or_else(|| self.unlike_collations(own, other))
        });
        let remarks: Vec<Remark> = unlike.chain(self.lacks_index(referenced, earlier)).collect();
        if remarks.is_empty() {
            return Verdict::Run;
        }
        let join = |texts: Vec<&str>, with: &str| texts.join(with);
        Verdict::Noted(Remark {
            message: join(remarks.iter().map(|it| it.message.as_str()).collect(), "; "),
            hint: join(remarks.iter().map(|it| it.hint.as_str()).collect(), "\n"),
        })
    }

    fn unlike_types(
        &self,
        referenced: &Referenced,
        own: &KeyColumn,
        other: &KeyColumn,
    ) -> Option<Remark> {
        if own.base_type() == other.base_type() {
            return None;
        }
        let message = format!(
            "column {} is of type {}, column {} of table {} of type {}",
            in_quotes(&own.name),
            own.type_name(),
            in_quotes(&other.name),
            in_quotes(&referenced.written.name),
            other.type_name(),
        );
        let hint = match self.new {
            Some(_) => format!("Add the column as {} to have both of one type.", other.type_name()),
            None => {
                format!("To have both of one type: {}", change_type(self.written, own, other))
            }
        };
        Some(Remark { message, hint })
    }

    fn unlike_collations(&self, own: &KeyColumn, other: &KeyColumn) -> Option<Remark> {
        (own.collation != other.collation).then(|| Remark {
            message: format!(
                "column {} has the collation {}, column {} of the referenced table {}",
                in_quotes(&own.name),
                in_quotes(&catalog::collation_name(own.collation)),
                in_quotes(&other.name),
                in_quotes(&catalog::collation_name(other.collation)),
            ),
            hint: "Values are compared by the collation of the referenced column.".into(),
        })
    }

    /// Without an index each change of a referenced row reads the whole referencing table.
    fn lacks_index(&self, referenced: &Referenced, earlier: &Earlier) -> Option<Remark> {
        let is_indexed = match self.new {
            Some(column) => column.constraints.iter().any(makes_index),
            None => catalog::indexes(self.table.oid).iter().any(|index| self.is_served_by(index)),
        };
        // What was dropped to be made again is not looked at once more.
        let is_restored =
            self.wanted.name.as_ref().is_some_and(|name| earlier.drops_constraint(name));
        if is_indexed || is_restored || self.wanted.not_enforced {
            return None;
        }
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let what = match names.as_slice() {
            [name] => format!("column {}", in_quotes(name)),
            names => format!("columns {}", listed(names)),
        };
        Some(Remark {
            message: format!(
                "no index of table {} begins with {what}",
                in_quotes(&self.table.name)
            ),
            hint: format!(
                "Without one, deleting a row of table {} reads all of table {}: {}",
                in_quotes(&referenced.written.name),
                in_quotes(&self.table.name),
                create_index(self.written, &names),
            ),
        })
    }

    fn is_served_by(&self, index: &Index) -> bool {
        let first = index.keys.iter().take(self.columns.len());
        let first: Vec<Option<String>> =
            first.map(|key| catalog::column_name(self.table.oid, key.column)).collect();
        index.valid
            && index.predicate.is_none()
            && matches!(index.method_name.as_str(), "btree" | "hash")
            && self.columns.iter().all(|column| first.contains(&Some(column.name.clone())))
    }
}

/// A foreign key by which rows are compared.
pub(super) struct Tie {
    pub(super) referenced: RelationInfo,
    pub(super) pairs: Vec<Pair>,
}

/// A referencing and a referenced column, and what tells whether they are equal.
pub(super) struct Pair {
    pub(super) own: KeyColumn,
    pub(super) other: KeyColumn,
    /// It takes the referenced value first.
    pub(super) operator: Oid,
}

/// How the columns of a foreign key are compared, without names those of the primary key. `None`
/// when the server would refuse it, or only it can tell.
pub(super) fn tie(
    table: &RelationInfo,
    names: &[String],
    referenced: RelationInfo,
    referenced_names: &[String],
) -> Option<Tie> {
    let written = Relation { schema: None, name: referenced.name.clone() };
    let key = referenced_key(&referenced, &written, referenced_names).ok()??;
    if key.columns.len() != names.len() {
        return None;
    }
    let pairs = names.iter().zip(key.columns).map(|(name, (other, opclass))| {
        let own = KeyColumn::of(&catalog::column(table.oid, name)?);
        let operator = catalog::key_equality(opclass, other.type_oid, own.type_oid)?;
        Some(Pair { own, other, operator })
    });
    Some(Tie { pairs: pairs.collect::<Option<_>>()?, referenced })
}

/// The SQLSTATE of collations that do not go together.
const COLLATION_MISMATCH: &str = "42P21";

/// The SQLSTATE of a key that is checked too late to be referred to.
const NOT_IN_PREREQUISITE_STATE: &str = "55000";

/// The referenced side.
struct Referenced<'a> {
    /// The table as it was written.
    written: &'a Relation,
    key: Key,
}

/// The referenced columns, in the order of the referencing ones.
struct Key {
    /// Each with the operator class it has in the index.
    columns: Vec<(KeyColumn, Oid)>,
}

impl Key {
    fn numbers(&self) -> Vec<i16> {
        self.columns.iter().map(|(column, _)| column.number).collect()
    }
}

/// The columns that are referred to and the index that keeps them unique. `None` when only the
/// server can tell.
fn referenced_key(
    table: &RelationInfo,
    written: &Relation,
    names: &[String],
) -> Judged<Option<Key>> {
    let mut indexes = catalog::indexes(table.oid);
    indexes.sort_by_key(|index| index.oid.to_u32());
    let (index, numbers) = if names.is_empty() {
        let index = primary_key(table, written, &indexes)?;
        (index, index.keys.iter().map(|key| key.column).collect::<Vec<_>>())
    } else {
        let numbers: Option<Vec<i16>> =
            names.iter().map(|name| Some(catalog::column(table.oid, name)?.number)).collect();
        let Some(numbers) = numbers.filter(|numbers| numbers.iter().all(|number| *number > 0))
        else {
            return Ok(None);
        };
        (unique_index(table, written, &indexes, names, &numbers)?, numbers)
    };
    let is_temporal = index.keys.iter().any(|key| key.operator != pgrx::pg_sys::InvalidOid);
    if is_temporal || index.method_name != "btree" {
        return Ok(None);
    }
    let columns: Option<Vec<_>> =
        numbers.iter().map(|number| key_column(table.oid, index, *number)).collect();
    Ok(columns.map(|columns| Key { columns }))
}

fn key_column(table: Oid, index: &Index, number: i16) -> Option<(KeyColumn, Oid)> {
    let key = index.keys.iter().find(|key| key.column == number)?;
    let column = catalog::column(table, &catalog::column_name(table, number)?)?;
    Some((KeyColumn::of(&column), key.opclass))
}

/// As `transformFkeyGetPrimaryKey` has it.
fn primary_key<'a>(
    table: &RelationInfo,
    written: &Relation,
    indexes: &'a [Index],
) -> Judged<&'a Index> {
    let Some(index) = indexes.iter().find(|index| index.primary && index.valid) else {
        let message =
            format!("there is no primary key for referenced table {}", in_quotes(&table.name));
        let invalid = indexes.iter().find(|index| index.primary);
        let finding = Finding::new(Reason::InvalidForeignKey, message).with_sqlstate("42704");
        return Err(Verdict::Refused(match invalid {
            Some(index) => with_reindex(finding, table, index),
            None => finding.with_hint(format!(
                "Name the columns that are referred to, or make a primary key first: {}",
                call("create_primary_key", written, "NULL, ", ", ARRAY['…']"),
            )),
        }));
    };
    match index.immediate {
        true => Ok(index),
        false => Err(deferrable("primary key", table)),
    }
}

/// As `transformFkeyCheckAttrs` has it.
fn unique_index<'a>(
    table: &RelationInfo,
    written: &Relation,
    indexes: &'a [Index],
    names: &[String],
    numbers: &[i16],
) -> Judged<&'a Index> {
    let is_repeated = |(place, number): (usize, &i16)| numbers[..place].contains(number);
    if numbers.iter().enumerate().any(is_repeated) {
        let message = "foreign key referenced-columns list must not contain duplicates";
        return Err(Verdict::Refused(Finding::new(Reason::InvalidForeignKey, message.into())));
    }
    let has_columns = |index: &&Index| {
        index.unique
            && index.keys.len() == numbers.len()
            && numbers.iter().all(|number| index.keys.iter().any(|key| key.column == *number))
    };
    let similar: Vec<&Index> = indexes.iter().filter(has_columns).collect();
    let mut suitable = similar.iter().filter(|index| index.valid && index.predicate.is_none());
    if let Some(index) = suitable.clone().find(|index| index.immediate) {
        return Ok(index);
    }
    if suitable.next().is_some() {
        return Err(deferrable("unique constraint", table));
    }
    let message = format!(
        "there is no unique constraint matching given keys for referenced table {}",
        in_quotes(&table.name)
    );
    let finding = Finding::new(Reason::InvalidForeignKey, message);
    Err(Verdict::Refused(match similar.first() {
        Some(index) if index.predicate.is_none() => with_reindex(finding, table, index),
        partial => {
            let finding = match partial {
                Some(index) => finding.with_detail(format!(
                    "Index {} is unique for these columns only where its WHERE clause holds.",
                    in_quotes(&index.name)
                )),
                None => finding,
            };
            let columns = format!(", {}", array(names));
            let create = call("create_unique_constraint", written, "NULL, ", &columns);
            finding.with_hint(format!("Make one first: {create}"))
        }
    }))
}

fn deferrable(what: &str, table: &RelationInfo) -> Verdict {
    let message =
        format!("cannot use a deferrable {what} for referenced table {}", in_quotes(&table.name));
    let finding =
        Finding::new(Reason::InvalidForeignKey, message).with_sqlstate(NOT_IN_PREREQUISITE_STATE);
    Verdict::Refused(finding.with_hint("Make it again without DEFERRABLE first."))
}

fn with_reindex(finding: Finding, table: &RelationInfo, index: &Index) -> Finding {
    let name =
        Relation { schema: catalog::namespace_name(table.namespace), name: index.name.clone() };
    finding
        .with_detail(format!("Index {} is not valid.", in_quotes(&index.name)))
        .with_hint(format!("Build it anew first: REINDEX INDEX {name};"))
}

fn makes_index(constraint: &ConstraintDef) -> bool {
    matches!(constraint.kind, ConstraintKind::Primary | ConstraintKind::Unique)
}

/// Whether an action before it makes another table of it than is seen now.
fn changes(earlier: &Earlier, table: Oid) -> bool {
    let is_it = |name: &Relation| catalog::relation(name).is_some_and(|found| found.oid == table);
    earlier.runs(|action| match action {
        Action::AlterColumn { table, change: ColumnChange::Type { .. }, .. } => is_it(table),
        Action::AddConstraint { table, constraint } => makes_index(constraint) && is_it(table),
        Action::CreateIndex(index) => is_it(&index.table),
        Action::Rename { .. } | Action::Other => true,
        _ => false,
    })
}

/// `SELECT guarded.change_type('orders', 'user_id', 'uuid', '$1::uuid');`
fn change_type(table: &Relation, column: &KeyColumn, to: &KeyColumn) -> String {
    let type_name = to.type_name();
    let using = if catalog::is_assignable(column.type_oid, to.type_oid) {
        None
    } else if catalog::is_castable(column.type_oid, to.type_oid) {
        Some(format!("$1::{type_name}"))
    } else {
        // Only who knows the values knows an expression.
        Some("… $1 …".into())
    };
    let arguments = [Some(column.name.clone()), Some(type_name), using];
    let arguments = arguments.iter().flatten().map(|text| format!(", {}", quote_literal(text)));
    call("change_type", table, "", &arguments.collect::<String>())
}

fn create_index(table: &Relation, columns: &[&str]) -> String {
    call("create_index", table, "NULL, ", &format!(", {}", array(columns)))
}

/// The call of a function of the extension on a table, as the caller would write it.
fn call(function: &str, table: &Relation, before: &str, after: &str) -> String {
    let schema = table.schema.as_ref();
    let schema = schema.map(|schema| format!(", schema => {}", quote_literal(schema)));
    let (name, schema) = (quote_literal(&table.name), schema.unwrap_or_default());
    format!("SELECT guarded.{function}({before}{name}{after}{schema});")
}

fn array<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<String> = names.iter().map(|name| quote_literal(name.as_ref())).collect();
    format!("ARRAY[{}]", names.join(", "))
}
