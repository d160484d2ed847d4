//! Indexes: CREATE INDEX.

use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::{Index, IndexKey};
use crate::pg::expression::{self, Purpose, Written};
use crate::pg::parameters::{self, Owner};
use crate::pg::subtransaction::probe;
use crate::pg::tree::model::{IndexDef, IndexElement, IndexShape, Parameter};
use pgrx::pg_sys::{self, Oid};

/// CREATE INDEX
pub(super) fn create(wanted: &IndexDef) -> Judged<Verdict> {
    let table = need_table(&wanted.table)?;
    need_kind(&table, "table", &['r', 'p', 'm'])?;
    let none = Earlier::default();
    need_what_it_names(&table, &wanted.shape, &none)?;
    match &wanted.name {
        Some(name) => named(&table, name, wanted),
        None => Ok(unnamed(&table, &wanted.shape)),
    }
}

/// The columns, the access method and the tablespace exist.
pub(super) fn need_what_it_names(
    table: &RelationInfo,
    wanted: &IndexShape,
    earlier: &Earlier,
) -> Judged<()> {
    let keys = wanted.elements.iter().filter_map(|element| element.column.as_ref());
    for column in keys.chain(&wanted.including) {
        need_column(table, column, earlier)?;
    }
    if catalog::index_method(&wanted.method).is_none() {
        let message = format!("access method {} does not exist", in_quotes(&wanted.method));
        return Err(missing(Reason::MissingObject, message));
    }
    super::storage::need_what_it_names(&wanted.storage)
}

fn named(table: &RelationInfo, name: &str, wanted: &IndexDef) -> Judged<Verdict> {
    let schema = catalog::namespace_name(table.namespace);
    let name_in_schema = Relation { schema, name: name.into() };
    let Some(taken) = catalog::relation(&name_in_schema) else {
        return Ok(Verdict::Run);
    };
    let Some(existing) = catalog::index(taken.oid) else {
        return Ok(taken_by("index", name, taken.word()));
    };
    if existing.table != table.oid {
        return Ok(other_table(name, &catalog::relation_name(existing.table)));
    }
    match taken.kind {
        'i' if !existing.valid => return Ok(rebuild(table, &existing, name_in_schema)),
        'I' if !existing.valid && !wanted.only => return Ok(incomplete(name)),
        _ => {}
    }
    Ok(match compare(table, &existing, &wanted.shape) {
        Some(comparison) => {
            comparison.verdict(&format!("index {}", in_quotes(name)), DUPLICATE_TABLE)
        }
        None => Verdict::Run,
    })
}

fn unnamed(table: &RelationInfo, wanted: &IndexShape) -> Verdict {
    let indexes = catalog::indexes(table.oid);
    let mut valid = indexes.iter().filter(|index| index.valid);
    let equal = valid.find(|index| {
        compare(table, index, wanted).is_some_and(|comparison| comparison.is_equal())
    });
    match equal {
        Some(equal) => satisfied(
            Reason::AlreadyExists,
            format!(
                "an equal index, {}, already exists on table {}",
                in_quotes(&equal.name),
                in_quotes(&table.name)
            ),
        ),
        None => Verdict::Run,
    }
}

/// The name is that of an index of another table.
pub(super) fn other_table(name: &str, table: &str) -> Verdict {
    let message =
        format!("index {} already exists, but on table {}", in_quotes(name), in_quotes(table));
    Verdict::Conflict(
        Finding::new(Reason::OtherTable, message)
            .with_sqlstate(DUPLICATE_TABLE)
            .with_hint("Choose another name for the index."),
    )
}

/// DROP INDEX when the caller says which table the index is on.
pub(super) fn drop_from(name: &str, index: pg_sys::Oid, expected: &Relation) -> Verdict {
    let Some(index) = catalog::index(index) else { return Verdict::Run };
    if catalog::relation(expected).is_some_and(|table| table.oid == index.table) {
        return Verdict::Run;
    }
    let message = format!(
        "index {} is on table {}, not on table {}",
        in_quotes(name),
        in_quotes(&catalog::relation_name(index.table)),
        in_quotes(&plain(expected)),
    );
    Verdict::Conflict(
        Finding::new(Reason::OtherTable, message)
            .with_hint("Pass the table the index is on, or no table."),
    )
}

/// A partitioned index is invalid until each partition has one: nothing has failed there.
fn incomplete(name: &str) -> Verdict {
    let message = format!("index {} already exists, but not on all partitions", in_quotes(name));
    let finding = Finding::new(Reason::InvalidIndex, message).with_sqlstate(DUPLICATE_TABLE);
    Verdict::Conflict(finding.with_hint(
        "Create the index on each partition that has none, and attach it: ALTER INDEX ... ATTACH PARTITION.",
    ))
}

/// Dropping it takes a lock, so it is left to the server to refuse a role that may not.
fn rebuild(table: &RelationInfo, existing: &Index, name: Relation) -> Verdict {
    if !catalog::is_owner(table.oid) {
        return Verdict::Run;
    }
    Verdict::Rebuild(Leftover { index: existing.oid, table: table.oid, name })
}

/// `None` when an expression would have to be looked at on another role's table: the statement
/// itself will say that this is not allowed.
pub(super) fn compare(
    table: &RelationInfo,
    existing: &Index,
    wanted: &IndexShape,
) -> Option<Comparison> {
    if needs_analysis(existing, wanted) && !catalog::is_owner(table.oid) {
        return None;
    }
    let arena = Arena::new();
    let compared = probe(&arena, || arena.enter(|| differences(table, existing, wanted)));
    let mut comparison = compared.unwrap_or_else(|error| {
        let mut comparison = Comparison::new();
        comparison.cannot_compare("the definition", &error);
        comparison
    });
    super::storage::compare(existing.oid, &wanted.storage, &mut comparison);
    Some(comparison)
}

fn needs_analysis(existing: &Index, wanted: &IndexShape) -> bool {
    has_expressions(wanted) || existing.expressions.is_some() || existing.predicate.is_some()
}

/// Whether comparing with it needs the server's analysis, whatever exists.
pub(super) fn has_expressions(wanted: &IndexShape) -> bool {
    let has_expression = wanted.elements.iter().any(|element| element.expression.is_some());
    has_expression || wanted.predicate.is_some()
}

fn differences(table: &RelationInfo, existing: &Index, wanted: &IndexShape) -> Comparison {
    let mut comparison = Comparison::new();
    let method = catalog::index_method(&wanted.method)
        .map_or_else(|| wanted.method.clone(), catalog::method_name);
    comparison.note(Difference::between("method", existing.method_name.as_str(), method));
    let flags = [
        ("unique", existing.unique, wanted.unique),
        ("nulls not distinct", existing.nulls_not_distinct, wanted.nulls_not_distinct),
    ];
    for (attribute, have, want) in flags {
        comparison.note(Difference::between(attribute, yes_no(have), yes_no(want)));
    }
    compare_keys(table, existing, wanted, &mut comparison);
    let including = column_names(table.oid, &existing.including);
    comparison.note(Difference::between("include", listed(&including), listed(&wanted.including)));
    comparison.note(predicate_difference(table, existing, wanted));
    comparison
}

/// One key as it is compared: what is indexed, and how.
#[derive(PartialEq)]
pub(super) struct Key {
    pub(super) what: String,
    opclass: Oid,
    collation: Oid,
    descending: bool,
    nulls_first: bool,
    options: Vec<Parameter>,
    operator: Oid,
}

fn compare_keys(
    table: &RelationInfo,
    existing: &Index,
    wanted: &IndexShape,
    comparison: &mut Comparison,
) {
    let have = existing_keys(table, existing);
    let elements = wanted.elements.iter();
    let want: Vec<Key> =
        elements.map(|element| wanted_key(table, existing.method, element)).collect();
    let whats = |keys: &[Key]| {
        let texts: Vec<&str> = keys.iter().map(|key| key.what.as_str()).collect();
        format!("({})", texts.join(", "))
    };
    comparison.note(Difference::between("columns", whats(&have), whats(&want)));
    if !comparison.differences.is_empty() {
        return;
    }
    for (have, want) in have.iter().zip(&want) {
        comparison.note(Difference::between(
            "operator class",
            catalog::opclass_name(have.opclass),
            catalog::opclass_name(want.opclass),
        ));
        comparison.note(Difference::between(
            "collation",
            catalog::collation_name(have.collation),
            catalog::collation_name(want.collation),
        ));
        comparison.note(Difference::between("order", order(have), order(want)));
        comparison.note(Difference::between(
            "operator",
            catalog::operator_name(have.operator),
            catalog::operator_name(want.operator),
        ));
        if have.opclass == want.opclass {
            let owner = Owner::OperatorClass(existing.method, have.opclass);
            let names = parameters::differing(owner, &have.options, &want.options);
            super::storage::note_differing(&names, "", &have.options, &want.options, comparison);
        }
    }
}

fn order(key: &Key) -> String {
    let direction = if key.descending { "DESC" } else { "ASC" };
    let nulls = if key.nulls_first { "FIRST" } else { "LAST" };
    format!("{direction} NULLS {nulls}")
}

pub(super) fn existing_keys(table: &RelationInfo, index: &Index) -> Vec<Key> {
    let mut expressions = match &index.expressions {
        Some(list) => expression::stored_list(Purpose::IndexKey, table, list).into_iter(),
        None => Vec::new().into_iter(),
    };
    let key = |key: &IndexKey| Key {
        what: match key.column {
            0 => expressions.next().unwrap_or_default(),
            number => {
                quote_identifier(&catalog::column_name(table.oid, number).unwrap_or_default())
            }
        },
        opclass: key.opclass,
        collation: key.collation,
        descending: key.descending,
        nulls_first: key.nulls_first,
        options: key.options.clone(),
        operator: key.operator,
    };
    index.keys.iter().map(key).collect()
}

fn wanted_key(table: &RelationInfo, method: Oid, element: &IndexElement) -> Key {
    let Element { what, type_oid, opclass, collation, .. } =
        written_element(Purpose::IndexKey, table, method, element);
    Key {
        what,
        opclass,
        collation,
        descending: element.descending,
        nulls_first: element.nulls_first,
        options: element.options.clone(),
        operator: match &element.operator {
            Some(names) => catalog::exclusion_operator(names, type_oid),
            None => pg_sys::InvalidOid,
        },
    }
}

/// A column or expression of a key, of an index or of a partitioned table.
pub(super) struct Element {
    pub(super) what: String,
    pub(super) type_oid: Oid,
    pub(super) opclass: Oid,
    pub(super) collation: Oid,
    /// The numbers of the columns it uses, 0 for the whole row.
    pub(super) columns: Vec<i16>,
    /// Whether the server refuses it, because it calls a function that is not immutable.
    pub(super) is_mutable: bool,
}

/// What is written, with what is not given filled in. Raises what analysing raises.
pub(super) fn written_element(
    purpose: Purpose,
    table: &RelationInfo,
    method: Oid,
    element: &IndexElement,
) -> Element {
    let of_nothing = Written::default();
    let Written { text: what, type_oid, collation: own_collation, columns, is_mutable } =
        match (&element.column, &element.expression) {
            (Some(name), _) => match catalog::column(table.oid, name) {
                Some(column) => Written {
                    text: quote_identifier(name),
                    type_oid: column.type_oid,
                    collation: column.collation,
                    columns: vec![column.number],
                    is_mutable: false,
                },
                None => Written { text: quote_identifier(name), ..of_nothing },
            },
            (None, Some(node)) => expression::written(purpose, Some(table.oid), node),
            (None, None) => of_nothing,
        };
    Element {
        what,
        type_oid,
        opclass: match &element.opclass {
            Some(names) => catalog::opclass_oid(method, names),
            None => catalog::default_opclass(type_oid, method),
        },
        collation: match &element.collation {
            Some(names) => catalog::collation_oid(Some(names), type_oid),
            None => own_collation,
        },
        columns,
        is_mutable,
    }
}

fn predicate_difference(
    table: &RelationInfo,
    existing: &Index,
    wanted: &IndexShape,
) -> Option<Difference> {
    let purpose = Purpose::IndexPredicate;
    let have = existing.predicate.as_ref();
    let have = have.map(|node| expression::stored(purpose, table, node));
    let want = wanted.predicate.as_ref();
    let want = want.map(|node| expression::written(purpose, Some(table.oid), node).text);
    Difference::between("predicate", have.unwrap_or_else(none), want.unwrap_or_else(none))
}
