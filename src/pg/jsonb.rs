//! jsonb built from Rust values without writing and reading its text.

use super::{c_string, owned};
use pgrx::callconv::{Arg, ArgAbi, BoxRet, FcInfo};
use pgrx::datum::Datum;
use pgrx::{FromDatum, IntoDatum, impl_sql_translatable, pg_sys};
use std::rc::Rc;

/// A JSON value over borrowed texts. The keys of an object are distinct.
#[derive(Debug)]
pub enum Value<'a> {
    /// A string.
    Text(&'a str),
    /// true or false.
    Flag(bool),
    /// A number.
    Number(u64),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object.
    Object(Vec<(&'static str, Value<'a>)>),
}

/// What can be returned as jsonb.
pub trait ToJsonb {
    /// The value, made when it is returned.
    fn to_value(&self) -> Value<'_>;
}

/// A jsonb result of an SQL function.
pub struct Jsonb(pub Rc<dyn ToJsonb>);

impl IntoDatum for Jsonb {
    fn into_datum(self) -> Option<pg_sys::Datum> {
        Some(datum(&self.0.to_value()))
    }

    fn type_oid() -> pg_sys::Oid {
        pg_sys::JSONBOID
    }
}

/// A jsonb in the current memory context.
pub(super) fn datum(value: &Value) -> pg_sys::Datum {
    let mut parts = Parts::default();
    let root = build(value, &mut parts);
    // SAFETY: `root` points into `value` and `parts`, which outlive the call; the result is a
    // copy.
    pg_sys::Datum::from(unsafe { pg_sys::JsonbValueToJsonb((&raw const root).cast_mut()) })
}

// SAFETY: the datum is a jsonb, as the SQL type below says.
unsafe impl BoxRet for Jsonb {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        // SAFETY: the caller's; the datum is of the function's result type.
        unsafe { fcinfo.return_optional_datum(self.into_datum()) }
    }
}

impl_sql_translatable!(Jsonb, "jsonb");

/// The text of a jsonb, as an argument or a result. pgrx's own type takes it for granted that
/// serde_json reads whatever the server has taken, which nests more deeply and has larger numbers.
pub struct JsonText(pub String);

impl FromDatum for JsonText {
    unsafe fn from_polymorphic_datum(
        datum: pg_sys::Datum,
        is_null: bool,
        _: pg_sys::Oid,
    ) -> Option<Self> {
        if is_null {
            return None;
        }
        // SAFETY: the datum is a jsonb, as the SQL type below says; the text is copied at once.
        unsafe {
            let jsonb = pg_sys::pg_detoast_datum(datum.cast_mut_ptr()).cast::<pg_sys::Jsonb>();
            let root = &raw mut (*jsonb).root;
            owned(pg_sys::JsonbToCString(std::ptr::null_mut(), root, 0)).map(JsonText)
        }
    }
}

// SAFETY: unboxed as any other datum.
unsafe impl<'fcx> ArgAbi<'fcx> for JsonText {
    unsafe fn unbox_arg_unchecked(arg: Arg<'_, 'fcx>) -> Self {
        let index = arg.index();
        // SAFETY: the caller's.
        unsafe {
            arg.unbox_arg_using_from_datum()
                .unwrap_or_else(|| panic!("argument {index} must not be null"))
        }
    }
}

impl IntoDatum for JsonText {
    fn into_datum(self) -> Option<pg_sys::Datum> {
        let text = c_string(&self.0);
        // SAFETY: the input function of jsonb reads a C string, and copies what it keeps.
        unsafe {
            pgrx::direct_function_call_as_datum(pg_sys::jsonb_in, &[Some(text.as_ptr().into())])
        }
    }

    fn type_oid() -> pg_sys::Oid {
        pg_sys::JSONBOID
    }
}

// SAFETY: the datum is a jsonb, as the SQL type below says.
unsafe impl BoxRet for JsonText {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        // SAFETY: the caller's; the datum is of the function's result type.
        unsafe { fcinfo.return_optional_datum(self.into_datum()) }
    }
}

impl_sql_translatable!(JsonText, "jsonb");

/// What JsonbValues point to: kept until they have been converted.
#[derive(Default)]
struct Parts {
    elements: Vec<Box<[pg_sys::JsonbValue]>>,
    pairs: Vec<Box<[pg_sys::JsonbPair]>>,
}

fn build(value: &Value, parts: &mut Parts) -> pg_sys::JsonbValue {
    match value {
        Value::Text(text) => string(text),
        Value::Flag(flag) => make(pg_sys::jbvType::jbvBool, |built| built.val.boolean = *flag),
        Value::Number(number) => {
            let number = i64::try_from(*number).unwrap_or(i64::MAX);
            // SAFETY: makes a numeric in the current context.
            let numeric = unsafe { pg_sys::int64_to_numeric(number) };
            make(pg_sys::jbvType::jbvNumeric, |built| built.val.numeric = numeric)
        }
        Value::Array(values) => {
            let mut elements: Box<[_]> = values.iter().map(|value| build(value, parts)).collect();
            let array = make(pg_sys::jbvType::jbvArray, |built| {
                built.val.array = pg_sys::JsonbValue__bindgen_ty_1__bindgen_ty_2 {
                    nElems: count(elements.len()),
                    elems: elements.as_mut_ptr(),
                    rawScalar: false,
                };
            });
            parts.elements.push(elements);
            array
        }
        Value::Object(members) => {
            // The order jsonb keeps: by length, then by bytes (lengthCompareJsonbString).
            let mut members: Vec<&(&str, Value)> = members.iter().collect();
            members.sort_by_key(|member| (member.0.len(), member.0));
            let mut pairs: Box<[_]> = members.iter().map(|member| pair(member, parts)).collect();
            let object = make(pg_sys::jbvType::jbvObject, |built| {
                built.val.object = pg_sys::JsonbValue__bindgen_ty_1__bindgen_ty_3 {
                    nPairs: count(pairs.len()),
                    pairs: pairs.as_mut_ptr(),
                };
            });
            parts.pairs.push(pairs);
            object
        }
    }
}

fn pair(member: &(&str, Value), parts: &mut Parts) -> pg_sys::JsonbPair {
    pg_sys::JsonbPair { key: string(member.0), value: build(&member.1, parts), order: 0 }
}

fn string(text: &str) -> pg_sys::JsonbValue {
    make(pg_sys::jbvType::jbvString, |built| {
        built.val.string = pg_sys::JsonbValue__bindgen_ty_1__bindgen_ty_1 {
            len: count(text.len()),
            val: text.as_ptr().cast_mut().cast(),
        };
    })
}

fn make(
    kind: pg_sys::jbvType::Type,
    fill: impl FnOnce(&mut pg_sys::JsonbValue),
) -> pg_sys::JsonbValue {
    // SAFETY: all zero bits are a valid JsonbValue: a null.
    let mut built: pg_sys::JsonbValue = unsafe { std::mem::zeroed() };
    built.type_ = kind;
    fill(&mut built);
    built
}

fn count(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
