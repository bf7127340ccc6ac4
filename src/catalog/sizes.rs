//! How large tables are just now. Not a part of the model: rows that come do not change a schema.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::postgres::Session;

const QUERY: &str = include_str!("queries/sizes.sql");

/// The size of a table with all its partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Rows, as the server estimates them; none when it never looked.
    pub rows: Option<i64>,
    /// Bytes of the rows, those stored out of line included.
    pub table_bytes: i64,
    /// Bytes of the indexes.
    pub index_bytes: i64,
}

/// The size of every table and materialized view on the search path, under the names of the catalog.
///
/// # Errors
/// A lost connection, or a table that was dropped meanwhile.
pub async fn sizes(session: &Session) -> Result<BTreeMap<String, Size>> {
    let rows = session.read(QUERY).await;
    let rows = rows.map_err(|failure| failure.while_doing("reading the sizes of tables"))?;
    let number = |text: Option<&str>| -> Option<i64> { text?.parse().ok() };
    rows.iter()
        .map(|row| {
            let size = Size {
                rows: number(row.get(1)),
                table_bytes: number(row.get(2)).ok_or_else(odd)?,
                index_bytes: number(row.get(3)).ok_or_else(odd)?,
            };
            Ok((row.get(0).ok_or_else(odd)?.to_owned(), size))
        })
        .collect()
}

fn odd() -> Error {
    Error::bug("the server tells no size of a table")
}
