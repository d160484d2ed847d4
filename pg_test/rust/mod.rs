//! Tests inside the server, one transaction each.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use super::*;

    #[pg_test]
    fn a_missing_table_is_skipped() {
        let status = Spi::get_one::<String>(
            "SELECT guarded.add_column('missing', 'a', 'int') ->> 'reason'",
        );
        assert_eq!(status, Ok(Some("missing_table".into())));
    }
}
