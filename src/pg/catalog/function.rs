//! Functions and procedures.

use super::{
    CacheTuple, c_string, function_signature, name_datum, name_text, oid_datum, some_oid, type_name,
};
use crate::pg::compat;
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// What pg_proc says of a function or procedure, but for its name, owner and privileges.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its OID.
    pub oid: Oid,
    /// Its owner.
    pub owner: Oid,
    /// prokind: `f`, `p`, `a`, `w`.
    pub kind: char,
    /// Its arguments as SQL writes them, without defaults: `a integer, OUT b text`.
    pub arguments: String,
    /// The types of its input arguments.
    pub input_types: Vec<Oid>,
    /// The defaults of the last of them, a node string of a list.
    pub defaults: Option<String>,
    /// Its result as SQL writes it; `none` for a procedure.
    pub result: String,
    /// Its language.
    pub language: String,
    /// The source text, or the name of the symbol.
    pub source: String,
    /// The object file it is in.
    pub object_file: Option<String>,
    /// The body of a function in SQL that the server has parsed, a node string.
    pub sql_body: Option<String>,
    /// provolatile.
    pub volatility: char,
    /// STRICT.
    pub strict: bool,
    /// SECURITY DEFINER.
    pub security_definer: bool,
    /// LEAKPROOF.
    pub leakproof: bool,
    /// proparallel.
    pub parallel: char,
    /// COST.
    pub cost: f32,
    /// ROWS.
    pub rows: f32,
    /// SUPPORT, as SQL writes the function; `none` without.
    pub support: String,
    /// TRANSFORM FOR: the types.
    pub transforms: Vec<String>,
    /// SET: `name=value`.
    pub configuration: Vec<String>,
}

impl Function {
    /// The word PostgreSQL's messages use for its kind.
    pub fn word(&self) -> &'static str {
        match self.kind {
            'a' => "aggregate",
            'p' => "procedure",
            _ => "function",
        }
    }
}

/// The function with that OID.
pub fn function(oid: Oid) -> Option<Function> {
    let tuple = CacheTuple::find(Cache::PROCOID, &[oid_datum(oid)])?;
    // SAFETY: PROCOID is a cache of pg_proc.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_proc>() };
    let transforms: Vec<Oid> =
        tuple.attribute(pg_sys::Anum_pg_proc_protrftypes).unwrap_or_default();
    Some(Function {
        oid,
        owner: form.proowner,
        kind: char::from(form.prokind as u8),
        arguments: arguments(&tuple),
        input_types: input_types(&tuple),
        defaults: tuple.text(pg_sys::Anum_pg_proc_proargdefaults),
        result: result(form),
        language: language(form.prolang),
        source: tuple.text(pg_sys::Anum_pg_proc_prosrc).unwrap_or_default(),
        object_file: tuple.text(pg_sys::Anum_pg_proc_probin),
        sql_body: tuple.text(pg_sys::Anum_pg_proc_prosqlbody),
        volatility: char::from(form.provolatile as u8),
        strict: form.proisstrict,
        security_definer: form.prosecdef,
        leakproof: form.proleakproof,
        parallel: char::from(form.proparallel as u8),
        cost: form.procost,
        rows: form.prorows,
        support: match some_oid(form.prosupport) {
            Some(oid) => function_signature(oid),
            None => "none".into(),
        },
        transforms: transforms.into_iter().map(|oid| type_name(oid, -1)).collect(),
        configuration: tuple.attribute(pg_sys::Anum_pg_proc_proconfig).unwrap_or_default(),
    })
}

/// The function of that name in the schema with these input types.
pub fn function_with(namespace: Oid, name: &str, input_types: &[Oid]) -> Option<Function> {
    let name = c_string(name);
    let found = functions_named(&name)
        .into_iter()
        .find(|found| found.namespace == namespace && found.input_types.as_slice() == input_types);
    function(found?.oid)
}

/// Whether the schema has a function of that name, whatever its arguments.
pub fn has_function(namespace: Oid, name: &str) -> bool {
    let name = c_string(name);
    functions_named(&name).iter().any(|function| function.namespace == namespace)
}

/// A function as it is told from others.
pub(super) struct Signature {
    oid: Oid,
    pub(super) namespace: Oid,
    pub(super) input_types: Vec<Oid>,
}

pub(super) fn functions_named(name: &std::ffi::CStr) -> Vec<Signature> {
    let cache = compat::cache_id(Cache::PROCNAMEARGSNSP);
    let none = pg_sys::Datum::null();
    let mut functions = Vec::new();
    // SAFETY: the list is read while it is held, and released.
    unsafe {
        let list = pg_sys::SearchSysCacheList(cache, 1, name_datum(name), none, none);
        for index in 0..(*list).n_members {
            let member = *(*list).members.as_ptr().add(index as usize);
            let tuple = &raw mut (*member).tuple;
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_proc>();
            let mut is_null = false;
            let number = pg_sys::Anum_pg_proc_proargtypes as i16;
            let datum = pg_sys::SysCacheGetAttr(cache, tuple, number, &mut is_null);
            let input_types = pgrx::FromDatum::from_datum(datum, is_null);
            functions.push(Signature {
                oid: form.oid,
                namespace: form.pronamespace,
                input_types: input_types.unwrap_or_default(),
            });
        }
        pg_sys::ReleaseCatCacheList(list);
    }
    functions
}

fn input_types(tuple: &CacheTuple) -> Vec<Oid> {
    tuple.attribute(pg_sys::Anum_pg_proc_proargtypes).unwrap_or_default()
}

/// As `print_function_arguments` in ruleutils.c does, the columns of a result table included.
fn arguments(tuple: &CacheTuple) -> String {
    let all: Option<Vec<Oid>> = tuple.attribute(pg_sys::Anum_pg_proc_proallargtypes);
    let types = all.unwrap_or_else(|| input_types(tuple));
    let modes: Vec<i8> = tuple.attribute(pg_sys::Anum_pg_proc_proargmodes).unwrap_or_default();
    let names: Vec<String> = tuple.attribute(pg_sys::Anum_pg_proc_proargnames).unwrap_or_default();
    let argument = |(place, type_oid): (usize, &Oid)| {
        let word = mode_word(modes.get(place).map_or('i', |mode| char::from(*mode as u8)));
        let name = names.get(place).filter(|name| !name.is_empty());
        let name = name.map(|name| crate::pg::quote_identifier(name));
        let parts = [word.map(String::from), name, Some(type_name(*type_oid, -1))];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    types.iter().enumerate().map(argument).collect::<Vec<_>>().join(", ")
}

fn mode_word(mode: char) -> Option<&'static str> {
    match mode {
        'o' => Some("OUT"),
        'b' => Some("INOUT"),
        'v' => Some("VARIADIC"),
        't' => Some("TABLE"),
        _ => None,
    }
}

fn result(form: &pg_sys::FormData_pg_proc) -> String {
    if form.prokind as u8 == b'p' {
        return "none".into();
    }
    let set = if form.proretset { "SETOF " } else { "" };
    format!("{set}{}", type_name(form.prorettype, -1))
}

fn language(oid: Oid) -> String {
    let tuple = CacheTuple::find(Cache::LANGOID, &[oid_datum(oid)]);
    let name = tuple.map(|tuple| {
        // SAFETY: LANGOID is a cache of pg_language.
        name_text(&unsafe { tuple.form::<pg_sys::FormData_pg_language>() }.lanname)
    });
    name.unwrap_or_default()
}
