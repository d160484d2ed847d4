//! Triggers.

use super::{name_list, name_text, owned, scan, scanned, some_oid};
use crate::pg::arena::Arena;
use crate::pg::error::PgError;
use crate::pg::subtransaction::probe;
use pg_sys::Oid;
use pgrx::pg_sys;

/// What pg_trigger says of a trigger.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// tgtype: its timing, events and level.
    pub fires: i16,
    /// The numbers of the columns of UPDATE OF.
    pub columns: Vec<i16>,
    /// WHEN, a node string.
    pub when: Option<String>,
    /// The OID of its function.
    pub function: Oid,
    /// The arguments of its function.
    pub arguments: Vec<String>,
    /// Whether it is a constraint trigger.
    pub constraint: bool,
    /// DEFERRABLE.
    pub deferrable: bool,
    /// INITIALLY DEFERRED.
    pub deferred: bool,
    /// The table of FROM, 0 for none.
    pub from: Oid,
    /// REFERENCING OLD TABLE AS.
    pub old_table: Option<String>,
    /// REFERENCING NEW TABLE AS.
    pub new_table: Option<String>,
    /// Whether the server made it, for a foreign key say.
    pub internal: bool,
    /// tgenabled: `O`, unless ALTER TABLE has changed it.
    pub enabled: char,
}

/// The trigger of that name on the relation.
pub fn trigger(relation: Oid, name: &str) -> Option<Trigger> {
    let found = scan(
        pg_sys::TriggerRelationId,
        pg_sys::TriggerRelidNameIndexId,
        pg_sys::Anum_pg_trigger_tgrelid,
        relation,
        // SAFETY: tuples of pg_trigger with its descriptor.
        |tuple, descriptor| unsafe {
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_trigger>();
            (name_text(&form.tgname) == name).then(|| read_trigger(form, tuple, descriptor))
        },
    );
    found.into_iter().flatten().next()
}

/// ev_enabled of the rule of that name on the relation.
pub fn rule_state(relation: Oid, name: &str) -> Option<char> {
    let name = super::c_string(name);
    let keys = [super::oid_datum(relation), super::name_datum(&name)];
    let tuple = super::CacheTuple::find(pg_sys::SysCacheIdentifier::RULERELNAME, &keys)?;
    // SAFETY: RULERELNAME is a cache of pg_rewrite.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_rewrite>() };
    Some(char::from(form.ev_enabled as u8))
}

/// # Safety
/// The tuple is of pg_trigger, and `form` its fixed part.
unsafe fn read_trigger(
    form: &pg_sys::FormData_pg_trigger,
    tuple: pg_sys::HeapTuple,
    descriptor: pg_sys::TupleDesc,
) -> Trigger {
    // SAFETY: pg_trigger's columns have these types.
    unsafe {
        let columns = scanned(tuple, descriptor, pg_sys::Anum_pg_trigger_tgattr);
        let arguments: Option<Vec<u8>> = scanned(tuple, descriptor, pg_sys::Anum_pg_trigger_tgargs);
        let name = |number| {
            let name: Option<&std::ffi::CStr> = scanned(tuple, descriptor, number);
            name.and_then(|name| owned(name.as_ptr()))
        };
        Trigger {
            fires: form.tgtype,
            columns: columns.unwrap_or_default(),
            when: scanned(tuple, descriptor, pg_sys::Anum_pg_trigger_tgqual),
            function: form.tgfoid,
            arguments: split_arguments(&arguments.unwrap_or_default()),
            constraint: some_oid(form.tgconstraint).is_some(),
            deferrable: form.tgdeferrable,
            deferred: form.tginitdeferred,
            from: form.tgconstrrelid,
            old_table: name(pg_sys::Anum_pg_trigger_tgoldtable),
            new_table: name(pg_sys::Anum_pg_trigger_tgnewtable),
            internal: form.tgisinternal,
            enabled: char::from(form.tgenabled as u8),
        }
    }
}

/// Each argument ends with a NUL.
fn split_arguments(bytes: &[u8]) -> Vec<String> {
    let mut arguments: Vec<String> =
        bytes.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into()).collect();
    arguments.pop();
    arguments
}

/// The function of that name that takes no arguments, as CREATE TRIGGER looks for it. The error
/// is about the privilege to look into its schema.
pub fn trigger_function(names: &[String]) -> Result<Option<Oid>, PgError> {
    let arena = Arena::new();
    // SAFETY: a list of String nodes; with missing_ok it returns InvalidOid for what is not there.
    let look = || unsafe { pg_sys::LookupFuncName(name_list(names), 0, std::ptr::null(), true) };
    probe(&arena, || arena.enter(look)).map(some_oid)
}

/// Name and arguments of a function, with its schema unless search_path has it.
pub fn function_signature(oid: Oid) -> String {
    // SAFETY: a palloc'd string; a function that has gone is its number.
    owned(unsafe { pg_sys::format_procedure(oid) }).unwrap_or_default()
}
