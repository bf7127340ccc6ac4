//! Whom a statement waits for, in words: who it is, what it does, and how to end it.

use std::time::Duration;

use super::session::Session;
use crate::error::{Error, Result};

const QUERY: &str = include_str!("queries/blockers.sql");
const LOCKERS: &str = include_str!("queries/lockers.sql");
const INDEX_PROGRESS: &str = include_str!("queries/index_progress.sql");

/// What kind of session blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockerKind {
    /// It began a transaction and does nothing.
    IdleInTransaction,
    /// A backup by pg_dump.
    PgDump,
    /// Autovacuum that keeps the database from stopping; it does not give way.
    WraparoundVacuum,
    /// Another autovacuum; it gives way by itself.
    Autovacuum,
    /// A prepared transaction: it lives without a session.
    Prepared,
    /// A running statement.
    Running,
}

/// One session, or prepared transaction, that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// Its process id; 0 for a prepared transaction.
    pub pid: i32,
    /// Its application, or the name of the prepared transaction.
    pub application: String,
    /// Its role.
    pub user: String,
    /// Its state, as `pg_stat_activity` says.
    pub state: String,
    /// How long its transaction is open.
    pub age: Duration,
    /// The beginning of its last statement.
    pub query: String,
    /// What kind it is.
    pub kind: BlockerKind,
    /// What is waited for: a relation, or the kind of lock.
    pub relation: String,
}

impl Blocker {
    fn new(row: &tokio_postgres::SimpleQueryRow) -> Self {
        let text = |index| row.get(index).unwrap_or_default().to_owned();
        let mut blocker = Self {
            pid: text(0).parse().unwrap_or_default(),
            application: text(1),
            user: text(2),
            state: text(3),
            age: Duration::from_secs(text(4).parse().unwrap_or_default()),
            query: text(5),
            kind: BlockerKind::Running,
            relation: text(7),
        };
        blocker.kind = blocker.kind_of(&text(6));
        blocker
    }

    fn kind_of(&self, backend: &str) -> BlockerKind {
        if backend == "prepared transaction" {
            BlockerKind::Prepared
        } else if backend == "autovacuum worker" && self.query.contains("to prevent wraparound") {
            BlockerKind::WraparoundVacuum
        } else if backend == "autovacuum worker" {
            BlockerKind::Autovacuum
        } else if self.application.starts_with("pg_dump") {
            BlockerKind::PgDump
        } else if self.state.starts_with("idle in transaction") {
            BlockerKind::IdleInTransaction
        } else {
            BlockerKind::Running
        }
    }

    /// One line: who it is, what it does, since when.
    #[must_use]
    pub fn describe(&self) -> String {
        let (state, age) = (&self.state, self.age.as_secs());
        let who = if self.user.is_empty() {
            format!("pid {} ({})", self.pid, self.application)
        } else {
            format!(
                "pid {} ({}, user {})",
                self.pid, self.application, self.user
            )
        };
        let does = format!("{state} for {age} s: {}", self.query);
        match self.kind {
            BlockerKind::Prepared => format!(
                "the prepared transaction '{}' of user {}, {age} s old, without a session",
                self.application, self.user
            ),
            BlockerKind::WraparoundVacuum => format!(
                "{who}: vacuum against transaction-id wraparound, which does not give way, {does}"
            ),
            BlockerKind::PgDump => format!("{who}: a backup by pg_dump, {does}"),
            BlockerKind::IdleInTransaction => {
                format!(
                    "{who}: {state} for {age} s; its last statement: {}",
                    self.query
                )
            }
            BlockerKind::Autovacuum | BlockerKind::Running => format!("{who}: {does}"),
        }
    }

    /// What to do about it, and the SQL that does it.
    #[must_use]
    pub fn cure(&self) -> (&'static str, Option<String>) {
        let end = Some(format!("SELECT pg_terminate_backend({})", self.pid));
        match self.kind {
            BlockerKind::Prepared => (
                "commit or roll back the prepared transaction",
                Some(format!(
                    "ROLLBACK PREPARED {}",
                    super::sql::literal(&self.application)
                )),
            ),
            BlockerKind::WraparoundVacuum => ("let the vacuum finish, then run again", None),
            BlockerKind::Autovacuum => ("autovacuum gives way by itself; run again", None),
            BlockerKind::PgDump => ("let the backup finish, then run again", None),
            BlockerKind::IdleInTransaction => ("end the forgotten transaction", end),
            BlockerKind::Running => ("wait for the statement, or end it", end),
        }
    }
}

/// Whom the backend waits for just now; nobody when it does not wait.
///
/// # Errors
/// A lost connection.
pub async fn blockers(session: &Session, pid: i32) -> Result<Vec<Blocker>> {
    let query = QUERY.replace("$1", &pid.to_string());
    let rows = session.read(&query).await;
    let rows = rows.map_err(|failure| failure.while_doing("looking for blockers"))?;
    Ok(rows.iter().map(Blocker::new).collect())
}

/// Who holds, or waits for, a lock on a table of the session's database that keeps readers out.
///
/// # Errors
/// A lost connection.
pub async fn lockers(session: &Session) -> Result<Vec<Blocker>> {
    let rows = session.read(LOCKERS).await;
    let rows = rows.map_err(|failure| failure.while_doing("looking who locks tables"))?;
    Ok(rows.iter().map(Blocker::new).collect())
}

/// How far the backend's index build is: phase, percent, and the pid it waits for.
///
/// # Errors
/// A lost connection.
pub async fn index_progress(session: &Session, pid: i32) -> Result<Option<String>> {
    let query = INDEX_PROGRESS.replace("$1", &pid.to_string());
    let rows = session.read(&query).await;
    let rows = rows.map_err(|failure| failure.while_doing("reading the progress of the build"))?;
    Ok(rows.first().map(|row| {
        let mut text = row.get(0).unwrap_or_default().to_owned();
        if let Some(percent) = row.get(1) {
            text.push_str(&format!(", {percent} %"));
        }
        if let Some(locker) = row.get(2) {
            text.push_str(&format!(", waits for pid {locker}"));
        }
        text
    }))
}

/// Adds who blocks, and how to end it, to an error.
#[must_use]
pub fn named(error: Error, blockers: &[Blocker]) -> Error {
    let error = error.details(
        blockers
            .iter()
            .map(|blocker| format!("blocked by {}", blocker.describe())),
    );
    match blockers.first().map(Blocker::cure) {
        None => error,
        Some((advice, None)) => error.hint(advice),
        Some((advice, Some(sql))) => {
            error.hint_command(advice, format!("hangmeas db console -- -c \"{sql}\""))
        }
    }
}
