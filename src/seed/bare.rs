//! Large tables are loaded bare: their indexes and keys are dropped first and built again after, in
//! the one transaction of the run. Whatever stops the run, the server itself puts them back.

use serde::Serialize;

use crate::error::Result;
use crate::postgres::Session;
use crate::postgres::sql::{identifier, literal};
use crate::seed::failed;

/// Rows from which it pays.
pub const WORTH_IT: u64 = 20_000;
/// Memory of the server for building an index.
const MEMORY: &str = "256MB";

const DROPPABLE: &str = include_str!("queries/droppable.sql");

/// An index or a key that is dropped and built again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Whether it is a foreign key rather than an index.
    pub key: bool,
    /// What makes it again.
    #[serde(skip)]
    pub(super) definition: String,
}

impl Dropped {
    fn drop(&self) -> String {
        let name = identifier(&self.name);
        if self.key {
            format!(
                "ALTER TABLE {} DROP CONSTRAINT {name}",
                identifier(&self.table)
            )
        } else {
            format!("DROP INDEX {name}")
        }
    }

    fn build(&self) -> String {
        if self.key {
            let (table, name) = (identifier(&self.table), identifier(&self.name));
            format!(
                "ALTER TABLE {table} ADD CONSTRAINT {name} {}",
                self.definition
            )
        } else {
            self.definition.clone()
        }
    }
}

/// What can be dropped from these tables: every index but primary keys and those that something hangs
/// on, every foreign key to elsewhere. Tables that hold more than they get are left as they are.
///
/// # Errors
/// The server's refusal.
pub async fn droppable(session: &Session, tables: &[(&str, u64)]) -> Result<Vec<Dropped>> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let list: Vec<String> = tables
        .iter()
        .map(|(table, rows)| format!("({}, {rows}::bigint)", literal(table)))
        .collect();
    let query = DROPPABLE.replace("/* tables */", &list.join(", "));
    let rows = session.run(&query).await;
    let rows = rows.map_err(|failure| failed(failure, "reading indexes and keys"))?;
    let text = |row: &tokio_postgres::SimpleQueryRow, column: &str| {
        row.get(column).unwrap_or_default().to_owned()
    };
    Ok(rows
        .iter()
        .map(|row| Dropped {
            table: text(row, "table_name"),
            name: text(row, "name"),
            key: text(row, "kind") == "key",
            definition: text(row, "definition"),
        })
        .collect())
}

/// How many other sessions use the database: only without them it is ours alone.
///
/// # Errors
/// The server's refusal.
pub async fn others(session: &Session) -> Result<u64> {
    let query = "SELECT count(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid() \
                   AND COALESCE(backend_type, 'client backend') = 'client backend'";
    let rows = session.run(query).await;
    let rows = rows.map_err(|failure| failed(failure, "looking who else is here"))?;
    Ok(rows
        .first()
        .and_then(|row| row.get(0)?.parse().ok())
        .unwrap_or(0))
}

/// Drops them all.
///
/// # Errors
/// The server's refusal.
pub async fn strip(session: &Session, dropped: &[&Dropped]) -> Result<()> {
    // Keys first: a key may lean on an index.
    let (keys, indexes): (Vec<&Dropped>, Vec<&Dropped>) = dropped.iter().partition(|one| one.key);
    let script: Vec<String> = keys
        .into_iter()
        .chain(indexes)
        .map(|one| one.drop())
        .collect();
    let done = session.run(&script.join(";\n")).await;
    done.map(drop)
        .map_err(|failure| failed(failure, "dropping indexes and keys"))
}

/// Memory for building indexes, for the rest of the transaction.
///
/// # Errors
/// The server's refusal.
pub async fn ask_for_memory(session: &Session) -> Result<()> {
    let memory = format!(
        "SELECT set_config('maintenance_work_mem', '{MEMORY}', true) \
          WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('{MEMORY}')"
    );
    let done = session.run(&memory).await;
    done.map(drop)
        .map_err(|failure| failed(failure, "asking for memory"))
}

/// Builds them again, telling which is being built.
///
/// # Errors
/// The server's refusal, such as a row that breaks a unique index.
pub async fn build(
    session: &Session,
    dropped: &[&Dropped],
    mut at: impl FnMut(usize, &str),
) -> Result<()> {
    ask_for_memory(session).await?;
    let (keys, indexes): (Vec<&Dropped>, Vec<&Dropped>) = dropped.iter().partition(|one| one.key);
    for (nth, one) in indexes.into_iter().chain(keys).enumerate() {
        at(nth, &one.name);
        run_build(session, &one.name, &one.build()).await?;
    }
    Ok(())
}

/// Builds one, by the statement that makes it.
///
/// # Errors
/// The server's refusal, such as a row that breaks a unique index.
pub async fn run_build(session: &Session, name: &str, statement: &str) -> Result<()> {
    let done = session.run(statement).await;
    done.map(drop)
        .map_err(|failure| failed(failure, &format!("building {name}")))
}
