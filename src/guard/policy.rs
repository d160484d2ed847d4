//! Row-level security policies: comparing one that exists.

use super::*;
use crate::pg::tree::model::PolicyDef;

pub(super) fn compare(object: &ObjectName, wanted: &PolicyDef, comparison: &mut Comparison) {
    let table = object.relation.as_ref().and_then(catalog::relation);
    let Some(table) = table else { return };
    let Some(existing) = catalog::policy(table.oid, &object.name) else { return };
    comparison.note(Difference::between(
        "command",
        command_word(existing.command),
        command_word(wanted.command),
    ));
    comparison.note(Difference::between(
        "permissive",
        yes_no(existing.permissive),
        yes_no(wanted.permissive),
    ));
    let have: Vec<String> = existing.roles.iter().map(|role| catalog::role_name(*role)).collect();
    comparison.note(Difference::between("roles", sorted(have), sorted(role_names(&wanted.roles))));
    let clauses =
        [("using", &existing.using, &wanted.using), ("with check", &existing.check, &wanted.check)];
    for (attribute, have, want) in clauses {
        let (have, want) = (have.as_deref(), want.as_ref());
        comparison.note_expressions(attribute, Purpose::Policy, &table, have, want);
    }
}

/// With PUBLIC the others are ignored, as `policy_role_list_to_array` does.
fn role_names(roles: &[RoleName]) -> Vec<String> {
    if roles.is_empty() || roles.contains(&RoleName::Public) {
        return vec!["public".into()];
    }
    roles.iter().map(role_name).collect()
}

/// The role that is meant.
pub(super) fn role_name(role: &RoleName) -> String {
    match role {
        RoleName::Named(name) => name.clone(),
        RoleName::Public => "public".into(),
        RoleName::Current => crate::pg::current_user(),
        RoleName::Session => crate::pg::session_user(),
    }
}

fn sorted(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    let quoted: Vec<String> = names.iter().map(|name| quote_identifier(name)).collect();
    quoted.join(", ")
}

fn command_word(letter: char) -> &'static str {
    match letter {
        'r' => "SELECT",
        'a' => "INSERT",
        'w' => "UPDATE",
        'd' => "DELETE",
        _ => "ALL",
    }
}
