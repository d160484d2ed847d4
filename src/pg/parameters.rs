//! Storage parameters, and options of operator classes, as the server understands them.
//!
//! Two values are equal when the server parses both to the same bytes: `on` and `true`, `0.2`
//! and `0.20`, a default that is spelled out and one that is not.

use super::c_string;
use super::tree::model::Parameter;
use pg_sys::{Datum, Oid};
use pgrx::pg_sys;
use std::ffi::c_char;

/// Whose parameters they are.
#[derive(Clone, Copy, Debug)]
pub enum Owner {
    /// A table or materialized view, by relkind; `t` for a TOAST table.
    Table(char),
    /// A view.
    View,
    /// An index of this access method.
    Index(Oid),
    /// A key of an index of this access method, with this operator class.
    OperatorClass(Oid, Oid),
}

/// The names of the parameters in which the two differ. Raises the server's error when it
/// refuses those wanted: call it inside [`super::subtransaction::probe`].
pub fn differing(owner: Owner, have: &[Parameter], want: &[Parameter]) -> Vec<String> {
    if !want.is_empty() {
        parse(owner, want.iter(), true);
    }
    let mut names: Vec<&str> = have.iter().chain(want).map(|given| given.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let alone = |list: &[Parameter], name: &str| {
        parse(owner, list.iter().filter(|given| given.name == name), false)
    };
    let differs = |name: &&str| alone(have, name) != alone(want, name);
    names.into_iter().filter(differs).map(String::from).collect()
}

/// The struct the server makes of the parameters; those not given have their defaults.
fn parse<'a>(
    owner: Owner,
    parameters: impl Iterator<Item = &'a Parameter>,
    strictly: bool,
) -> Vec<u8> {
    let texts: Vec<String> =
        parameters.map(|given| format!("{}={}", given.name, given.value)).collect();
    // SAFETY: each is given the array of texts that pg_class or pg_attribute would have, and
    // returns NULL or a varlena in the current context.
    unsafe {
        let array = text_array(&texts);
        let parsed = match owner {
            Owner::View => pg_sys::view_reloptions(array, strictly),
            Owner::Table('p') if texts.is_empty() => std::ptr::null_mut(),
            Owner::Table('p') => pg_sys::partitioned_table_reloptions(array, strictly),
            Owner::Table(kind) => pg_sys::heap_reloptions(kind as u8 as c_char, array, strictly),
            Owner::Index(method) => {
                let routine = pg_sys::GetIndexAmRoutineByAmId(method, false);
                pg_sys::index_reloptions((*routine).amoptions, array, strictly)
            }
            Owner::OperatorClass(method, opclass) => {
                match options_procedure(method, opclass) {
                    Some(procedure) => opclass_options(procedure, array, strictly),
                    // It has none: what is given is all there is to see.
                    None => return texts.concat().into_bytes(),
                }
            }
        };
        match parsed.is_null() {
            true => Vec::new(),
            false => pgrx::varlena_to_byte_slice(parsed).to_vec(),
        }
    }
}

/// # Safety
/// To be called where the server may raise.
unsafe fn text_array(texts: &[String]) -> Datum {
    // SAFETY: the array copies the texts, which are in the current context as it is.
    unsafe {
        let mut texts: Vec<Datum> = texts
            .iter()
            .map(|text| pg_sys::cstring_to_text(c_string(text).as_ptr()).into())
            .collect();
        let count = texts.len() as i32;
        let align = pg_sys::TYPALIGN_INT as c_char;
        let array =
            pg_sys::construct_array(texts.as_mut_ptr(), count, pg_sys::TEXTOID, -1, false, align);
        Datum::from(array)
    }
}

/// The function that knows the options of an operator class, found as `index_opclass_options`
/// finds it.
///
/// # Safety
/// An access method for indexes and an operator class of it.
unsafe fn options_procedure(method: Oid, opclass: Oid) -> Option<Oid> {
    // SAFETY: the caller's; syscache look-ups.
    unsafe {
        let number = (*pg_sys::GetIndexAmRoutineByAmId(method, false)).amoptsprocnum;
        if number == 0 {
            return None;
        }
        let family = pg_sys::get_opclass_family(opclass);
        let input = pg_sys::get_opclass_input_type(opclass);
        let procedure = pg_sys::get_opfamily_proc(family, input, input, number as i16);
        (procedure != pg_sys::InvalidOid).then_some(procedure)
    }
}

/// # Safety
/// A support function that takes local_relopts, and an array of texts.
unsafe fn opclass_options(procedure: Oid, array: Datum, strictly: bool) -> *mut pg_sys::bytea {
    // SAFETY: the caller's; the sequence of index_opclass_options.
    unsafe {
        let mut options: pg_sys::local_relopts = std::mem::zeroed();
        pg_sys::init_local_reloptions(&mut options, 0);
        let argument = Datum::from(&raw mut options);
        pg_sys::OidFunctionCall1Coll(procedure, pg_sys::InvalidOid, argument);
        pg_sys::build_local_reloptions(&mut options, array, strictly).cast()
    }
}
