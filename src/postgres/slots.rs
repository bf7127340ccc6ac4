//! Whether the server has room for the connections that a piece of work takes: said before it starts, with the numbers.

use super::session::Session;
use super::sql::literal;
use crate::error::{Error, ErrorKind, Result};

const QUERY: &str = include_str!("queries/slots.sql");

/// A limit on connections, and what is left of it.
#[derive(Debug, PartialEq, Eq)]
struct Room {
    /// What limits, in words.
    limit: String,
    free: u32,
}

/// Refuses when there is no room for `wanted` connections to `database` beside those that are open. `fewer` says what
/// to change when so many are left.
///
/// # Errors
/// Kind `Connection`, as when the server itself refuses the last of them.
pub async fn check_slots(
    session: &Session,
    database: &str,
    wanted: u32,
    fewer: impl FnOnce(u32) -> String,
) -> Result<()> {
    let rows = session
        .read(&QUERY.replace("$database", &literal(database)))
        .await;
    let rows = rows.map_err(|failure| failure.while_doing("counting connections"))?;
    let rooms = rows.iter().map(|row| Room {
        limit: row.get(0).unwrap_or_default().to_owned(),
        free: row.get(1).and_then(|text| text.parse().ok()).unwrap_or(0),
    });
    let Some(least) = rooms.min_by_key(|room| room.free) else {
        return Ok(());
    };
    if wanted <= least.free {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Connection,
        format!(
            "PostgreSQL at {} has room for {} more connections, and this needs {wanted}",
            session.target().address(),
            least.free
        ),
    )
    .detail(least.limit)
    .hint(fewer(least.free))
    .hint("or close idle clients, or raise the limit"))
}
