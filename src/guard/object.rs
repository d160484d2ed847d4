//! Objects by their name alone: CREATE, DROP, RENAME, COMMENT and ALTER of whatever has one.

use super::*;
use crate::pg::catalog::Found;
use crate::pg::tree::model::{Definition, ObjectChange};
use pgrx::pg_sys::{self, Oid};

/// CREATE
pub(super) fn create(
    object: &ObjectName,
    definition: &Definition,
    replace: bool,
) -> Judged<Verdict> {
    need_what_it_names(object, definition)?;
    if let Definition::Function(wanted) = definition {
        return super::function::create(object, wanted, replace);
    }
    let Some(target) = in_creation_schema(object) else { return Ok(Verdict::Run) };
    match catalog::find(&target) {
        Found::Present { .. } if is_anothers_policy(object, definition) => Ok(Verdict::Run),
        Found::Present { catalog: pg_sys::TypeRelationId, oid, .. }
            if catalog::type_by_oid(oid).is_some_and(|found| found.gives_way()) =>
        {
            Ok(Verdict::Run)
        }
        Found::Present { oid, .. } => {
            let comparison = compare(&target, oid, definition)?;
            Ok(comparison.verdict_for(replace, &subject(object), duplicate(object.class)))
        }
        Found::NoSchema(schema) => need_schema(Some(&schema)).map(|()| Verdict::Run),
        Found::NoRelation(relation) => Err(no_table(&relation)),
        Found::OtherKind(kind) => Ok(taken_by(object.class.word(), &object.name, kind)),
        Found::Absent if matches!(definition, Definition::Composite(_)) => {
            Ok(match catalog::relation(&target.as_relation()) {
                Some(taken) => taken_by("composite type", &object.name, taken.word()),
                None => Verdict::Run,
            })
        }
        Found::Absent | Found::Unknown => Ok(Verdict::Run),
    }
}

fn need_what_it_names(object: &ObjectName, definition: &Definition) -> Judged<()> {
    need_schema(object.schema.as_deref())?;
    if let Some(relation) = object.relation.as_ref().filter(|_| object.class != Class::UserMapping)
    {
        let table = need_table(relation)?;
        if object.class == Class::Policy {
            need_kind(&table, "table", &['r', 'p'])?;
        }
        if let Definition::Trigger(trigger) = definition {
            super::trigger::need(&table, trigger)?;
        }
    }
    match definition {
        Definition::Schema { owner: Some(owner), .. } => need_roles(std::slice::from_ref(owner)),
        Definition::Extension { schema, .. } => need_schema(schema.as_deref()),
        Definition::Policy(policy) => need_roles(&policy.roles),
        Definition::Publication(publication) => super::publication::need(publication),
        Definition::View(view) => super::storage::need_what_it_names(&view.storage),
        _ => Ok(()),
    }
}

/// Comparing expressions locks the table: the statement itself will say that a role that does
/// not own it may not.
fn is_anothers_policy(object: &ObjectName, definition: &Definition) -> bool {
    let table = object.relation.as_ref().and_then(catalog::relation);
    matches!(definition, Definition::Policy(_))
        && table.is_some_and(|table| !catalog::is_owner(table.oid))
}

/// CREATE looks only into the schema it creates in, not along search_path.
fn in_creation_schema(object: &ObjectName) -> Option<ObjectName> {
    let has_schema = matches!(
        object.class,
        Class::View
            | Class::MaterializedView
            | Class::Table
            | Class::Sequence
            | Class::Type
            | Class::Domain
            | Class::ForeignTable
            | Class::Collation
    );
    let mut target = object.clone();
    // A domain's name may be taken by any type.
    if object.class == Class::Domain {
        target.class = Class::Type;
    }
    if has_schema && object.schema.is_none() {
        target.schema = Some(catalog::namespace_name(catalog::creation_namespace(None)?)?);
    }
    Some(target)
}

/// What PostgreSQL raises when an object of that class exists.
fn duplicate(class: Class) -> &'static str {
    match class {
        Class::View
        | Class::MaterializedView
        | Class::Table
        | Class::ForeignTable
        | Class::Sequence => DUPLICATE_TABLE,
        Class::Schema => DUPLICATE_SCHEMA,
        _ => DUPLICATE_OBJECT,
    }
}

fn compare(object: &ObjectName, oid: Oid, definition: &Definition) -> Judged<Comparison> {
    let mut comparison = Comparison::new();
    match definition {
        Definition::Enum(_)
        | Definition::Range
        | Definition::Composite(_)
        | Definition::Domain(_) => {
            super::types::compare(oid, &object.name, definition, &mut comparison)?;
        }
        Definition::View(wanted) => super::view::compare(oid, wanted, &mut comparison),
        Definition::Schema { owner, has_elements } => {
            compare_schema(oid, owner.as_ref(), *has_elements, &mut comparison);
        }
        Definition::Extension { schema, version } => {
            compare_extension(object, schema.as_deref(), version.as_deref(), &mut comparison);
        }
        Definition::Sequence(wanted) => super::sequence::compare(oid, wanted, &mut comparison),
        Definition::Policy(wanted) => super::policy::compare(object, wanted, &mut comparison),
        Definition::Function(_) | Definition::Uncompared => {
            comparison.not_compared("the definition");
        }
        Definition::Trigger(wanted) => super::trigger::compare(object, wanted, &mut comparison)?,
        Definition::TableAs(wanted) => comparison = super::query::compare(oid, wanted)?,
        Definition::Publication(wanted) => {
            super::publication::compare(oid, wanted, &mut comparison)?
        }
    }
    Ok(comparison)
}

fn compare_schema(
    oid: Oid,
    owner: Option<&RoleName>,
    has_elements: bool,
    comparison: &mut Comparison,
) {
    if let Some(owner) = owner {
        let have = catalog::namespace_owner(oid).map(catalog::role_name).unwrap_or_default();
        comparison.note(Difference::between("owner", have, super::policy::role_name(owner)));
    }
    if has_elements {
        comparison.not_compared("what is in it");
    }
}

fn compare_extension(
    object: &ObjectName,
    schema: Option<&str>,
    version: Option<&str>,
    comparison: &mut Comparison,
) {
    let Some(existing) = catalog::extension(&object.name) else { return };
    if let Some(schema) = schema {
        comparison.note(Difference::between("schema", existing.schema.as_str(), schema));
    }
    if let Some(version) = version {
        comparison.note(Difference::between("version", existing.version.as_str(), version));
    }
}

/// DROP; `expected_table` is the table the caller says an index is on, if any.
pub(super) fn drop(object: &ObjectName, expected_table: Option<&Relation>) -> Judged<Verdict> {
    Ok(match catalog::find(object) {
        Found::Present { oid, .. } => match expected_table {
            Some(expected) => super::index::drop_from(&object.name, oid, expected),
            None => Verdict::Run,
        },
        Found::Absent => {
            satisfied(Reason::AlreadyAbsent, format!("{} does not exist", subject(object)))
        }
        Found::NoSchema(schema) => satisfied(
            Reason::AlreadyAbsent,
            format!("schema {} does not exist", in_quotes(&schema)),
        ),
        Found::NoRelation(table) => satisfied(
            Reason::AlreadyAbsent,
            format!("table {} does not exist", in_quotes(&plain(&table))),
        ),
        Found::OtherKind(kind) => wrong_kind(object.class.word(), &object.name, kind),
        Found::Unknown => Verdict::Run,
    })
}

/// RENAME; `exact`: of the kind the statement names, where the server would take others too.
pub(super) fn rename(object: &ObjectName, new_name: &str, exact: bool) -> Judged<Verdict> {
    let old = catalog::find(object);
    // It keeps its schema, which search_path may have found.
    let schema = match (&old, &object.relation) {
        (Found::Present { catalog, oid, .. }, None) if object.schema.is_none() => {
            catalog::schema_of(*catalog, *oid)
        }
        _ => object.schema.clone(),
    };
    let target = ObjectName { name: new_name.into(), schema, ..object.clone() };
    Ok(match (&old, catalog::find(&target)) {
        (Found::Present { .. }, Found::Present { .. } | Found::OtherKind(_)) => {
            both_exist(&subject(object), new_name)
        }
        (Found::Present { .. }, _) => Verdict::Run,
        (Found::Absent, Found::Present { catalog: pg_sys::TypeRelationId, oid, .. }) => {
            super::types::need_renamable(oid, new_name)?;
            renamed(&subject(object), new_name)
        }
        (Found::Absent, Found::Present { .. }) => renamed(&subject(object), new_name),
        (Found::Absent, Found::OtherKind(kind)) => taken_by(object.class.word(), new_name, kind),
        // ALTER TABLE renames relations of any kind; the server decides.
        (Found::OtherKind(_), _) if !exact => Verdict::Run,
        _ => absent(object, old),
    })
}

/// COMMENT
pub(super) fn comment(
    object: &ObjectName,
    wanted: Option<&str>,
    earlier: &Earlier,
) -> Judged<Verdict> {
    if will_be_there(object, earlier) {
        return Ok(Verdict::Run);
    }
    Ok(match catalog::find(object) {
        Found::Present { catalog: class, oid, column } => {
            if catalog::comment(oid, class, column).as_deref() != wanted {
                return Ok(Verdict::Run);
            }
            let what = if wanted.is_some() { "already has that comment" } else { "has no comment" };
            satisfied(Reason::NoChange, format!("{} {what}", subject(object)))
        }
        found => absent(object, found),
    })
}

/// Whether a statement before this one creates the object.
fn will_be_there(object: &ObjectName, earlier: &Earlier) -> bool {
    match object.class {
        Class::Column => earlier.adds_column(&object.name),
        Class::Table => earlier.creates_table(&object.as_relation()),
        _ => false,
    }
}

/// ALTER TYPE … ADD VALUE
pub(super) fn add_enum_value(object: &ObjectName, value: &str) -> Judged<Verdict> {
    let labels = need_enum(object)?;
    Ok(if labels.iter().any(|label| label == value) {
        let message = format!("{} already exists", enum_label(object, value));
        satisfied(Reason::AlreadyExists, message)
    } else {
        Verdict::Run
    })
}

/// ALTER TYPE … RENAME VALUE
pub(super) fn rename_enum_value(object: &ObjectName, old: &str, new: &str) -> Judged<Verdict> {
    let labels = need_enum(object)?;
    let has = |value| labels.iter().any(|label| label == value);
    let label = enum_label(object, old);
    Ok(match (has(old), has(new)) {
        (true, false) => Verdict::Run,
        (true, true) => both_exist(&label, new),
        (false, true) => renamed(&label, new),
        (false, false) => missing(Reason::MissingObject, format!("{label} does not exist")),
    })
}

/// The domain; `None` when the server must find out.
pub(super) fn need_domain(object: &ObjectName) -> Judged<Option<catalog::Domain>> {
    match catalog::find(object) {
        Found::Present { oid, .. } => Ok(catalog::domain(oid)),
        found => Err(absent(object, found)),
    }
}

/// The enum's labels.
fn need_enum(object: &ObjectName) -> Judged<Vec<String>> {
    let oid = match catalog::find(object) {
        Found::Present { oid, .. } => oid,
        found => return Err(absent(object, found)),
    };
    match catalog::type_by_oid(oid).filter(|found| found.kind != 'e') {
        Some(kind) => Err(wrong_kind("enum", &object.name, kind.word())),
        None => Ok(catalog::enum_labels(oid)),
    }
}

fn enum_label(object: &ObjectName, value: &str) -> String {
    format!("enum label \"{value}\" of {}", subject(object))
}

/// RENAME, and both names are there.
fn both_exist(old: &str, new: &str) -> Verdict {
    let message = format!("{old} and {} both exist", in_quotes(new));
    Verdict::Conflict(
        Finding::new(Reason::AlreadyExists, message)
            .with_hint("Decide which of the two is wanted, and drop or rename the other."),
    )
}

/// RENAME, and only the new name is there.
fn renamed(old: &str, new: &str) -> Verdict {
    satisfied(Reason::NoChange, format!("{old} does not exist, but {} does", in_quotes(new)))
}

/// ALTER and GRANT of what has to be there, with the roles they name.
pub(super) fn alter(
    object: &ObjectName,
    roles: &[RoleName],
    change: &ObjectChange,
) -> Judged<Verdict> {
    match catalog::find(object) {
        Found::Present { catalog, oid, .. } => {
            need_roles(roles)?;
            Ok(already(object, catalog, oid, change).unwrap_or(Verdict::Run))
        }
        Found::Unknown | Found::OtherKind(_) => {
            need_roles(roles)?;
            Ok(Verdict::Run)
        }
        found => Ok(absent(object, found)),
    }
}

/// The verdict on a change that is there already.
fn already(object: &ObjectName, class: Oid, oid: Oid, change: &ObjectChange) -> Option<Verdict> {
    let (is_so, what) = match change {
        ObjectChange::Owner(role) => {
            let owner = catalog::owner_of(class, oid);
            (owner.is_some() && owner == role_oid(role), "already has that owner")
        }
        ObjectChange::Schema(wanted) => {
            let schema = catalog::schema_of(class, oid);
            (schema.as_ref() == Some(wanted), "is already in that schema")
        }
        ObjectChange::Other => (false, ""),
    };
    is_so.then(|| satisfied(Reason::NoChange, format!("{} {what}", subject(object))))
}

/// The verdict on a statement that needs an object which was not found.
fn absent(object: &ObjectName, found: Found) -> Verdict {
    match found {
        Found::NoSchema(schema) => no_schema(&schema),
        Found::NoRelation(relation) => no_table(&relation),
        Found::OtherKind(kind) => wrong_kind(object.class.word(), &object.name, kind),
        Found::Absent => {
            missing(missing_reason(object.class), format!("{} does not exist", subject(object)))
        }
        Found::Present { .. } | Found::Unknown => Verdict::Run,
    }
}

fn missing_reason(class: Class) -> Reason {
    match class {
        Class::Table | Class::View | Class::MaterializedView | Class::ForeignTable => {
            Reason::MissingTable
        }
        Class::Column => Reason::MissingColumn,
        Class::Constraint | Class::DomainConstraint => Reason::MissingConstraint,
        Class::Index => Reason::MissingIndex,
        Class::Schema => Reason::MissingSchema,
        Class::Type | Class::Domain | Class::CompositeType => Reason::MissingType,
        Class::Role => Reason::MissingRole,
        _ => Reason::MissingObject,
    }
}
