//! What is known about a database in one snapshot: facts, tables and their rows, sequences.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::manifest::{DatabaseFacts, SequenceState, TableRows};
use crate::catalog;
use crate::error::{Error, Result};
use crate::postgres::sql::{identifier, literal};
use crate::postgres::{Interrupt, Rows, Session, Target};

const DATABASE: &str = include_str!("queries/database.sql");
const RELATIONS: &str = include_str!("queries/relations.sql");

/// Settings of a session that reads everything: limits that a role or a database may have set must
/// not end a long read; a table that stays locked must, and row security must be an error instead
/// of fewer rows.
pub(super) async fn prepare(session: &Session, lock_timeout: Duration) -> Result<()> {
    let mut script = format!(
        "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
         SET lock_timeout = {}; SET row_security = off",
        lock_timeout.as_millis()
    );
    if session.server_major() >= 14 {
        // Killed by -9 we cannot cancel: the server itself must notice.
        script.push_str("; SET client_connection_check_interval = '1s'");
    }
    run(session, &script, "preparing the session").await?;
    Ok(())
}

/// A table or sequence, before anything about it is known.
#[derive(Debug, Deserialize)]
pub(super) struct Relation {
    pub schema: String,
    pub name: String,
    #[serde(default)]
    increment: i64,
}

impl Relation {
    pub fn quoted(&self) -> String {
        quoted(&self.schema, &self.name)
    }
}

pub(super) fn quoted(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}

/// The relations that a dump holds.
#[derive(Debug, Deserialize)]
pub(super) struct Relations {
    pub tables: Vec<Relation>,
    pub sequences: Vec<Relation>,
    pub large_objects: i64,
    pub history: bool,
}

/// Opens the snapshot that a dump will share and describes the database in it. The transaction
/// stays open; it must until `pg_dump` has taken the snapshot over and the rows are counted.
pub(super) async fn open_snapshot(session: &Session) -> Result<(DatabaseFacts, Relations)> {
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    run(session, begin, "opening a snapshot").await?;
    let facts = document(session, DATABASE, "reading about the database").await?;
    let relations = relations(session).await?;
    Ok((facts, relations))
}

pub(super) async fn relations(session: &Session) -> Result<Relations> {
    document(session, RELATIONS, "reading the tables").await
}

/// Locks every table against being dropped or altered until the dump is done, as `pg_dump` does.
pub(super) async fn lock_tables(session: &Session, relations: &Relations) -> Result<()> {
    let names: Vec<_> = relations.tables.iter().map(Relation::quoted).collect();
    if names.is_empty() {
        return Ok(());
    }
    let script = format!("LOCK TABLE {} IN ACCESS SHARE MODE", names.join(", "));
    run(session, &script, "locking the tables against changes").await?;
    Ok(())
}

/// The exact number of rows of every table, in the session's snapshot.
pub(super) async fn count_rows(session: &Session, relations: &Relations) -> Result<Vec<TableRows>> {
    let counts = relations
        .tables
        .iter()
        .map(|table| format!("SELECT count(*) FROM ONLY {};", table.quoted()));
    let script: String = counts.collect();
    let rows = run(session, &script, "counting rows").await?;
    if rows.len() != relations.tables.len() {
        return Err(Error::bug("not every table was counted"));
    }
    let pairs = relations.tables.iter().zip(rows);
    pairs
        .map(|(table, row)| {
            Ok(TableRows {
                schema: table.schema.clone(),
                name: table.name.clone(),
                rows: number(row.get(0))?,
            })
        })
        .collect()
}

/// Every sequence as it stands now.
pub(super) async fn read_sequences(
    session: &Session,
    relations: &Relations,
) -> Result<Vec<SequenceState>> {
    let reads = relations
        .sequences
        .iter()
        .map(|sequence| format!("SELECT last_value, is_called FROM {};", sequence.quoted()));
    let script: String = reads.collect();
    let rows = run(session, &script, "reading sequences").await?;
    let pairs = relations.sequences.iter().zip(rows);
    pairs
        .map(|(sequence, row)| {
            Ok(SequenceState {
                schema: sequence.schema.clone(),
                name: sequence.name.clone(),
                increment: sequence.increment,
                last_value: number(row.get(0))?,
                is_called: row.get(1) == Some("t"),
            })
        })
        .collect()
}

/// Applied migrations, ascending.
pub(super) async fn migrations(session: &Session, relations: &Relations) -> Result<Vec<i64>> {
    if !relations.history {
        return Ok(Vec::new());
    }
    let script = "SELECT version FROM hangmeas.schema_history ORDER BY version";
    let rows = run(session, script, "reading the migration history").await?;
    rows.iter().map(|row| number(row.get(0))).collect()
}

/// The fingerprint of the schema. By a session of its own, because reading the catalog is a transaction
/// of its own; while the tables are locked they stay as the snapshot sees them.
pub(super) async fn fingerprint(target: &Target, interrupt: &Interrupt) -> Result<String> {
    let session = Session::open(target, interrupt).await?;
    catalog::read(&session).await?.fingerprint()
}

/// Whether the server has a database of that name.
pub(super) async fn database_exists(session: &Session, name: &str) -> Result<bool> {
    let script = format!(
        "SELECT 1 FROM pg_database WHERE datname = {}",
        literal(name)
    );
    Ok(!run(session, &script, "looking for the database")
        .await?
        .is_empty())
}

/// Runs SQL of our own.
pub(super) async fn run(session: &Session, script: &str, what: &str) -> Result<Rows> {
    session
        .run(script)
        .await
        .map_err(|failure| super::backup_error(failure, what))
}

async fn document<T: DeserializeOwned>(session: &Session, script: &str, what: &str) -> Result<T> {
    let rows = run(session, script, what).await?;
    let text = rows.first().and_then(|row| row.get(0)).unwrap_or_default();
    serde_json::from_str(text)
        .map_err(|error| Error::bug(format!("{what} gave an unexpected answer")).caused_by(error))
}

fn number(text: Option<&str>) -> Result<i64> {
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::bug("the server answered no number where one was asked for"))
}
