//! Extended statistics.

use super::{CacheTuple, c_string, name_datum, name_text, oid_datum, scan};
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// What pg_statistic_ext says of a statistics object.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// Its OID.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: Oid,
    /// stxkind: the kinds, `e` among them if there are expressions.
    pub kinds: Vec<char>,
    /// The numbers of its columns, in ascending order.
    pub columns: Vec<i16>,
    /// Its expressions, a node string of a list.
    pub expressions: Option<String>,
}

/// The statistics object of that name in that schema.
pub fn statistics(namespace: Oid, name: &str) -> Option<Statistics> {
    let name = c_string(name);
    let keys = [name_datum(&name), oid_datum(namespace)];
    Some(read_statistics(&CacheTuple::find(Cache::STATEXTNAMENSP, &keys)?))
}

/// All statistics objects of a table.
pub fn statistics_of(table: Oid) -> Vec<Statistics> {
    let oids = scan(
        pg_sys::StatisticExtRelationId,
        pg_sys::StatisticExtRelidIndexId,
        pg_sys::Anum_pg_statistic_ext_stxrelid,
        table,
        // SAFETY: tuples of pg_statistic_ext.
        |tuple, _| unsafe {
            (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_statistic_ext>()).oid
        },
    );
    let tuples =
        oids.iter().filter_map(|oid| CacheTuple::find(Cache::STATEXTOID, &[oid_datum(*oid)]));
    tuples.map(|tuple| read_statistics(&tuple)).collect()
}

fn read_statistics(tuple: &CacheTuple) -> Statistics {
    // SAFETY: the callers search caches of pg_statistic_ext.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_statistic_ext>() };
    let kinds: Option<Vec<i8>> = tuple.attribute(pg_sys::Anum_pg_statistic_ext_stxkind);
    let kinds = kinds.unwrap_or_default();
    Statistics {
        oid: form.oid,
        name: name_text(&form.stxname),
        table: form.stxrelid,
        kinds: kinds.iter().map(|kind| char::from(*kind as u8)).collect(),
        columns: tuple.attribute(pg_sys::Anum_pg_statistic_ext_stxkeys).unwrap_or_default(),
        expressions: tuple.text(pg_sys::Anum_pg_statistic_ext_stxexprs),
    }
}
