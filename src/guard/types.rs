//! Types: comparing domains, composite types and enums that exist.

use super::columns::Wanted;
use super::*;
use crate::pg::arena::Arena;
use crate::pg::catalog::{Domain, DomainCheck, TypeInfo};
use crate::pg::expression::{self, Purpose};
use crate::pg::subtransaction::probe;
use crate::pg::tree::model::{ColumnDef, Definition, DomainCheckDef, DomainDef};
use pgrx::pg_sys::Oid;

/// CREATE TYPE and CREATE DOMAIN over a type that exists.
pub(super) fn compare(
    oid: Oid,
    name: &str,
    definition: &Definition,
    comparison: &mut Comparison,
) -> Judged<()> {
    // Gone meanwhile, the statement will find its name free.
    let found = catalog::type_by_oid(oid).ok_or(Verdict::Run)?;
    match definition {
        Definition::Enum(labels) => compare_enum(&found, name, labels, comparison),
        Definition::Composite(wanted) => compare_composite(&found, name, wanted, comparison),
        Definition::Domain(wanted) => compare_domain(&found, name, wanted, comparison),
        _ => compare_range(&found, name, comparison),
    }
}

/// CREATE TYPE … AS ENUM
fn compare_enum(
    found: &TypeInfo,
    name: &str,
    labels: &[String],
    comparison: &mut Comparison,
) -> Judged<()> {
    need_type_kind(found, name, 'e', "enum")?;
    let have = quoted_labels(&catalog::enum_labels(found.oid));
    comparison.note(Difference::between("labels", have, quoted_labels(labels)));
    Ok(())
}

fn quoted_labels(labels: &[String]) -> String {
    if labels.is_empty() {
        return "none".into();
    }
    let quoted: Vec<String> = labels.iter().map(|label| crate::pg::quote_literal(label)).collect();
    quoted.join(", ")
}

/// What has the name is a type of this kind (typtype); a table has a type, too.
fn need_type_kind(found: &TypeInfo, name: &str, kind: char, wanted: &str) -> Judged<()> {
    let relation = catalog::relation_by_oid(found.relation).filter(|relation| relation.kind != 'c');
    match relation {
        Some(relation) => Err(taken_by(wanted, name, relation.word())),
        None if found.kind != kind => Err(taken_by(wanted, name, found.word())),
        None => Ok(()),
    }
}

/// CREATE TYPE … AS RANGE
fn compare_range(found: &TypeInfo, name: &str, comparison: &mut Comparison) -> Judged<()> {
    need_type_kind(found, name, 'r', "range type")?;
    comparison.not_compared("the definition");
    Ok(())
}

/// ALTER TYPE … RENAME: what has the new name is a type by itself, not that of a table's rows.
pub(super) fn need_renamable(oid: Oid, name: &str) -> Judged<()> {
    match catalog::type_by_oid(oid) {
        Some(found) => need_type_kind(&found, name, found.kind, "type"),
        None => Ok(()),
    }
}

/// CREATE TYPE … AS (…)
fn compare_composite(
    found: &TypeInfo,
    name: &str,
    wanted: &[ColumnDef],
    comparison: &mut Comparison,
) -> Judged<()> {
    need_type_kind(found, name, 'c', "composite type")?;
    let Some(relation) = catalog::relation_by_oid(found.relation) else { return Ok(()) };
    let existing = catalog::columns(&relation);
    let have: Vec<&str> = existing.iter().map(|attribute| attribute.name.as_str()).collect();
    let want: Vec<&str> = wanted.iter().map(|attribute| attribute.name.as_str()).collect();
    comparison.note(Difference::between("attributes", listed(&have), listed(&want)));
    if have == want {
        for (existing, wanted) in existing.iter().zip(wanted) {
            let wanted = Wanted::written(wanted);
            super::column::compare_into(&relation, existing, &wanted, comparison)?;
        }
    }
    Ok(())
}

/// CREATE DOMAIN
fn compare_domain(
    found: &TypeInfo,
    name: &str,
    wanted: &DomainDef,
    comparison: &mut Comparison,
) -> Judged<()> {
    need_type_kind(found, name, 'd', "domain")?;
    if wanted.has_others {
        return Err(Verdict::Run);
    }
    let Some(existing) = catalog::domain(found.oid) else { return Err(Verdict::Run) };
    let arena = Arena::new();
    let differences = probe(&arena, || arena.enter(|| domain_differences(&existing, name, wanted)));
    match differences {
        Ok(differences) => comparison.differences.extend(differences),
        Err(_) => comparison.leave_to_server(),
    }
    Ok(())
}

fn domain_differences(existing: &Domain, name: &str, wanted: &DomainDef) -> Vec<Difference> {
    let (base, typmod) = catalog::resolve_type(&wanted.type_name);
    if (base, typmod) != (existing.base, existing.typmod) {
        let have = catalog::type_name(existing.base, existing.typmod);
        let difference = Difference::between("type", have, catalog::type_name(base, typmod));
        return difference.into_iter().collect();
    }
    let collation = catalog::collation_oid(wanted.collation.as_deref(), base);
    let differences = [
        Difference::between(
            "collation",
            catalog::collation_name(existing.collation),
            catalog::collation_name(collation),
        ),
        Difference::between("not null", yes_no(existing.not_null), yes_no(wanted.not_null)),
        domain_default_difference(existing, name, wanted),
    ];
    let mut differences: Vec<Difference> = differences.into_iter().flatten().collect();
    compare_checks(existing, wanted, &mut differences);
    differences
}

fn domain_default_difference(
    existing: &Domain,
    name: &str,
    wanted: &DomainDef,
) -> Option<Difference> {
    let (type_oid, typmod) = (existing.base, existing.typmod);
    let purpose = Purpose::Default { column: name, type_oid, typmod, generated: '\0' };
    let have = existing
        .default
        .as_ref()
        .map(|node| expression::stored_apart(purpose, existing.owner, node));
    let want = wanted.default.as_ref().map(|node| expression::written(purpose, None, node).text);
    let is_any = |text: &String| !super::column::is_no_default(text, type_oid);
    let (have, want) = (have.filter(is_any), want.filter(is_any));
    Difference::between("default", have.unwrap_or_else(none), want.unwrap_or_else(none))
}

/// Each CHECK must be there, by its name if it was given one, and no other.
fn compare_checks(existing: &Domain, wanted: &DomainDef, differences: &mut Vec<Difference>) {
    let mut have = checks(existing);
    for check in &wanted.checks {
        let want = condition(existing, check);
        let found = have.iter().position(|found| found.is_meant(check, &want));
        let found = found.map(|place| have.remove(place));
        let have = found.map_or_else(|| "none".into(), |found| found.shown());
        let attribute = match &check.name {
            Some(name) => format!("check {}", quote_identifier(name)),
            None => "check".into(),
        };
        differences.extend(Difference::between(attribute, have, want));
    }
    for check in have {
        let attribute = format!("check {}", quote_identifier(&check.name));
        differences.extend(Difference::between(attribute, check.shown(), "none"));
    }
}

/// ALTER DOMAIN … ADD CHECK
pub(super) fn add_check(object: &ObjectName, wanted: &DomainCheckDef) -> Judged<Verdict> {
    let Some(domain) = super::object::need_domain(object)? else { return Ok(Verdict::Run) };
    let arena = Arena::new();
    let look = || arena.enter(|| (condition(&domain, wanted), checks(&domain)));
    // What the server does not understand it refuses, in its own words.
    let Ok((want, have)) = probe(&arena, look) else { return Ok(Verdict::Run) };
    let found = have.into_iter().find(|found| found.is_meant(wanted, &want));
    let Some(found) = found else { return Ok(Verdict::Run) };
    let mut comparison = Comparison::new();
    comparison.note(Difference::between("expression", found.condition.as_str(), want));
    if !wanted.not_valid {
        comparison.note(Difference::between("valid", yes_no(found.validated), "yes"));
    }
    if wanted.name.is_none() && !comparison.is_equal() {
        return Ok(Verdict::Run);
    }
    let subject = format!("constraint {} of {}", in_quotes(&found.name), subject(object));
    Ok(comparison.verdict(&subject, DUPLICATE_OBJECT))
}

/// A CHECK of a domain that is there.
struct Check {
    name: String,
    condition: String,
    validated: bool,
}

impl Check {
    fn is_meant(&self, wanted: &DomainCheckDef, condition: &str) -> bool {
        match &wanted.name {
            Some(name) => *name == self.name,
            None => self.condition == condition,
        }
    }

    fn shown(&self) -> String {
        let not_valid = if self.validated { "" } else { " NOT VALID" };
        format!("{}{not_valid}", self.condition)
    }
}

fn checks(domain: &Domain) -> Vec<Check> {
    let check = |check: &DomainCheck| Check {
        name: check.name.clone(),
        condition: expression::stored_apart(purpose(domain), domain.owner, &check.expression),
        validated: check.validated,
    };
    domain.checks.iter().map(check).collect()
}

fn condition(domain: &Domain, wanted: &DomainCheckDef) -> String {
    expression::written(purpose(domain), None, &wanted.condition).text
}

fn purpose(domain: &Domain) -> Purpose<'static> {
    Purpose::Domain { type_oid: domain.base, typmod: domain.typmod }
}
