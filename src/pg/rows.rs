//! Rows of a query, a part of them in memory at a time.

use pgrx::datum::DatumWithOid;
use pgrx::pg_sys;
use pgrx::spi::{Result as SpiResult, Spi, SpiHeapTupleData};

/// How many rows of a query are in memory at once.
const BATCH: std::ffi::c_long = 1000;

/// Visits the rows of a query. No transaction id is assigned.
pub fn visit(
    query: &str,
    arguments: &[DatumWithOid],
    mut visit: impl FnMut(&SpiHeapTupleData) -> SpiResult<()>,
) -> SpiResult<()> {
    Spi::connect(|client| {
        let mut cursor = client.try_open_cursor(query, arguments)?;
        loop {
            let rows = cursor.fetch(BATCH)?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                visit(&row)?;
            }
            // SAFETY: the rows that were fetched last; nothing refers to them any more.
            unsafe { pg_sys::SPI_freetuptable(pg_sys::SPI_tuptable) }
        }
    })
}
