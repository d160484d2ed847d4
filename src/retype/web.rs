//! The web: the columns that foreign keys tie together.

use crate::pg::{catalog, expression, quote_identifier, rows};
use crate::spec::snapshot::{complete, steadily};
use pgrx::pg_sys::Oid;
use pgrx::spi::{Result as SpiResult, SpiHeapTupleData};
use std::fmt;

/// A column of the web.
#[derive(Debug)]
pub struct Column {
    /// Its table.
    pub relation: Oid,
    /// attnum.
    pub number: i16,
    /// Its table as SQL writes it, with the schema.
    pub table: String,
    /// Its name.
    pub name: String,
    /// atttypid.
    pub type_oid: Oid,
    /// Its type without a size, as SQL writes it.
    type_name: String,
    /// atttypmod.
    pub typmod: i32,
    /// attcollation.
    pub collation: Oid,
    /// Whether it comes from no table above: those below change with it.
    pub on_top: bool,
    /// How many columns on top it comes from.
    pub tops: i64,
    /// Whether it is an identity column.
    pub is_identity: bool,
    /// Whether it is stored otherwise than its type by default.
    pub has_storage: bool,
    /// Its default, as the catalog has it.
    default_tree: Option<String>,
    /// The same as text.
    pub default_text: Option<String>,
}

impl Column {
    /// Its name as SQL writes it.
    pub fn quoted(&self) -> String {
        quote_identifier(&self.name)
    }

    /// Its default as a literal without a type, if it is a literal of its type: it is read again as one
    /// of the new type.
    pub fn default_literal(&self) -> Option<String> {
        let label = format!("::{}", self.type_name);
        let literal = self.default_text.as_ref()?.strip_suffix(&label)?;
        let inner = literal.strip_prefix('\'')?.strip_suffix('\'')?;
        (!inner.replace("''", "").contains('\'')).then(|| literal.to_string())
    }

    /// Whether the server casts its default, if it has one, when its type becomes another.
    pub fn default_fits(&self, type_oid: Oid) -> bool {
        self.default_tree
            .as_ref()
            .is_none_or(|tree| catalog::is_assignable(expression::type_of_default(tree), type_oid))
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.quoted())
    }
}

/// A column and all that are tied to it, and the same columns of the tables above and below.
pub fn around(relation: Oid, number: i16) -> Vec<Column> {
    let query = complete(include_str!("catalog/web.sql"));
    steadily(|| {
        let mut found = Vec::new();
        rows::visit(&query, &[relation.into(), number.into()], |row| {
            found.extend(column(row)?);
            Ok(())
        })?;
        Ok(found)
    })
}

fn column(row: &SpiHeapTupleData) -> SpiResult<Option<Column>> {
    let flag = |ordinal| SpiResult::Ok(row.get::<bool>(ordinal)?.unwrap_or_default());
    let (Some(relation), Some(number), Some(type_oid)) =
        (row.get::<Oid>(1)?, row.get::<i16>(2)?, row.get::<Oid>(5)?)
    else {
        return Ok(None);
    };
    Ok(Some(Column {
        relation,
        number,
        table: row.get(3)?.unwrap_or_default(),
        name: row.get(4)?.unwrap_or_default(),
        type_oid,
        typmod: row.get(6)?.unwrap_or(-1),
        collation: row.get(7)?.unwrap_or(pgrx::pg_sys::InvalidOid),
        on_top: flag(8)?,
        tops: row.get(9)?.unwrap_or_default(),
        is_identity: flag(10)?,
        has_storage: flag(11)?,
        default_tree: row.get(12)?,
        default_text: row.get(13)?,
        type_name: row.get(14)?.unwrap_or_default(),
    }))
}
