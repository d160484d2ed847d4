//! The settings that decide what the names and values in a text mean.

use super::arena::Arena;
use super::catalog;
use super::tree::model::Relation;
use super::{c_string, owned};
use pg_sys::GucContext::PGC_USERSET;
use pgrx::pg_sys;
use std::ffi::{CStr, c_char};

/// Those that decide it besides search_path: how literals are read, and what is taken where a
/// statement does not say.
const SETTINGS: [&CStr; 12] = [
    c"DateStyle",
    c"IntervalStyle",
    c"TimeZone",
    c"array_nulls",
    c"backslash_quote",
    c"check_function_bodies",
    c"default_table_access_method",
    c"default_tablespace",
    c"default_toast_compression",
    c"standard_conforming_strings",
    c"transform_null_equals",
    c"xmloption",
];

/// The value of `search_path`, as it was set.
pub fn search_path() -> String {
    // SAFETY: a string of the server's, set whenever a transaction is open.
    owned(unsafe { pg_sys::namespace_search_path }).unwrap_or_default()
}

/// The schemas that names are looked for in, as `search_path` names them: also those that are
/// not there yet, but for the one that `$user` stands for.
pub fn searched_schemas() -> Vec<String> {
    let arena = Arena::new();
    let names = arena.enter(|| split(&search_path(), b','));
    let role = super::current_user();
    let named = |name: String| match name.as_str() {
        "$user" => catalog::namespace(&role).map(|_| role.clone()),
        _ => Some(name),
    };
    names.into_iter().filter_map(named).collect()
}

/// Whether names without a schema are looked for in pg_catalog before any other schema but that of
/// temporary tables: the server's own texts count on it.
pub fn is_catalog_first() -> bool {
    let schemas = searched_schemas();
    let is_catalog = |name: &String| name == "pg_catalog";
    let first = schemas.iter().find(|name| *name != "pg_temp");
    first.is_some_and(is_catalog) || !schemas.iter().any(is_catalog)
}

/// The relation of a name as SQL writes it, `"Order Lines"` or `shop.orders`.
pub fn relation(text: &str) -> Option<Relation> {
    let mut parts = Arena::new().enter(|| split(text, b'.'));
    let name = parts.pop()?;
    Some(Relation { schema: parts.pop(), name })
}

/// In the current memory context.
fn split(text: &str, separator: u8) -> Vec<String> {
    let text = c_string(text);
    let mut list: *mut pg_sys::List = std::ptr::null_mut();
    // SAFETY: the function cuts up the copy it is given; the list holds C strings.
    unsafe {
        let copy = pg_sys::pstrdup(text.as_ptr());
        pg_sys::SplitIdentifierString(copy, separator as c_char, &mut list);
        let length = list.as_ref().map_or(0, |list| list.length);
        (0..length).filter_map(|index| owned(pg_sys::list_nth(list, index).cast())).collect()
    }
}

/// The names and values of the settings that give a text its meaning, but for `search_path`.
pub fn settings() -> Vec<(&'static str, String)> {
    SETTINGS.iter().filter_map(|name| Some((name.to_str().ok()?, value(name)?))).collect()
}

/// Whether a backslash in a literal is a character like others.
pub fn has_standard_strings() -> bool {
    value(c"standard_conforming_strings").as_deref() == Some("on")
}

fn value(name: &CStr) -> Option<String> {
    // SAFETY: with missing_ok, NULL for a setting that this version does not have.
    owned(unsafe { pg_sys::GetConfigOption(name.as_ptr(), true, false) })
}

/// Runs `body` under these settings, and sets back whatever was set in it. The error is the
/// setting that cannot have its value here. Others than those of [`settings`], `search_path`
/// and `guarded.migration` are passed over.
pub fn under<T>(settings: &[(&str, &str)], body: impl FnOnce() -> T) -> Result<T, String> {
    let known: Vec<_> = settings.iter().filter(|(name, _)| is_known(name)).copied().collect();
    under_any(&known, body)
}

/// The same with whatever settings the caller names.
pub fn under_any<T>(settings: &[(&str, &str)], body: impl FnOnce() -> T) -> Result<T, String> {
    // SAFETY: the nest level is ended below; if `body` raises, by the end of the transaction.
    let level = unsafe { pg_sys::NewGUCNestLevel() };
    let refused = settings.iter().find(|(name, value)| !set_until_the_end(name, value));
    let result = match refused {
        Some((name, value)) => Err(format!("setting \"{name}\" cannot be \"{value}\" here")),
        None => Ok(body()),
    };
    // SAFETY: the level begun above. As after an error: nothing that was set in it stays.
    unsafe { pg_sys::AtEOXact_GUC(false, level) }
    result
}

fn is_known(name: &str) -> bool {
    SETTINGS.iter().any(|known| known.to_bytes() == name.as_bytes())
        || ["search_path", "guarded.migration"].contains(&name)
}

/// For the current nest level; false if the setting does not take the value.
pub(super) fn set_until_the_end(name: &str, value: &str) -> bool {
    let (name, value) = (c_string(name), c_string(value));
    let (source, action) = (pg_sys::GucSource::PGC_S_SESSION, pg_sys::GucAction::GUC_ACTION_SAVE);
    // SAFETY: C strings, copied by the function, which reports at this level and raises nothing.
    let done = unsafe {
        let level = pg_sys::DEBUG1 as i32;
        let (name, value) = (name.as_ptr(), value.as_ptr());
        pg_sys::set_config_option(name, value, PGC_USERSET, source, action, true, level, false)
    };
    done > 0
}
