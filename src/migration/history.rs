//! What the database remembers: `hangmeas.schema_history`, in refinery's shape, and the journal of
//! files that run statement by statement.

use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Failure, Rows, Session};

/// The history table; refinery could read it too.
pub(super) const HISTORY_TABLE: &str = "hangmeas.schema_history";

/// Creates schema, history and journal where they are not there.
pub(super) const CREATE: &str = "\
CREATE SCHEMA IF NOT EXISTS hangmeas;
CREATE TABLE IF NOT EXISTS hangmeas.schema_history (
    version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255));
CREATE TABLE IF NOT EXISTS hangmeas.migration_journal (
    version int4, direction text, ordinal int4, statement text NOT NULL, state text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (version, direction, ordinal))";

/// Drops them, when nothing is applied any more. Fails when somebody else keeps things there.
pub(super) const DROP: &str = "\
DROP TABLE hangmeas.migration_journal;
DROP TABLE hangmeas.schema_history;
DROP TABLE IF EXISTS hangmeas.seed_run;
DROP SCHEMA hangmeas";

const READ: &str = "\
SELECT 'history', version, name, applied_on, checksum FROM hangmeas.schema_history ORDER BY version";

const READ_JOURNAL: &str = "\
SELECT DISTINCT 'journal', version, direction FROM hangmeas.migration_journal";

/// What a seed that was killed may have left; in the same message, because a run with nothing to do
/// sends no other.
const LOOK_FOR_SEED: &str = "SELECT 'seed' WHERE to_regnamespace('hangmeas_seed') IS NOT NULL";

/// A row of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The version.
    pub version: i32,
    /// The name it had.
    pub name: String,
    /// When, RFC 3339 in UTC.
    pub applied_on: String,
    /// refinery's checksum; none when the row has been tampered with.
    pub checksum: Option<u64>,
}

/// Everything that was applied, in order of version, and what is half-way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Rows by version.
    pub applied: Vec<Applied>,
    /// Versions that began, statement by statement, and did not end: going up or down.
    pub half_way: Vec<(i32, Direction)>,
    /// Whether the tables are there.
    pub exists: bool,
    /// Whether a seed is at work, or left its copies of tables when it was killed.
    pub has_seed_copies: bool,
}

/// Which way a migration runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It is applied.
    Up,
    /// It is undone.
    Down,
}

impl Direction {
    /// Its name in the journal.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

impl History {
    /// Reads it in one round trip, read only.
    ///
    /// # Errors
    /// A lost connection, a missing right, or a table of that name with another shape.
    pub async fn read(session: &Session) -> Result<Self> {
        match session
            .read(&format!("{READ};\n{READ_JOURNAL};\n{LOOK_FOR_SEED}"))
            .await
        {
            Ok(rows) => Self::from_rows(&rows),
            Err(failure) => {
                session.tidy("ROLLBACK").await.map_err(reading)?;
                match failure.code() {
                    // There is no such schema or table: nothing was ever applied.
                    Some("3F000" | "42P01") => Ok(Self::default()),
                    Some("42703") => Err(foreign_shape()),
                    _ => Err(reading(failure)),
                }
            }
        }
    }

    fn from_rows(rows: &Rows) -> Result<Self> {
        let mut history = Self {
            exists: true,
            ..Self::default()
        };
        for row in rows {
            if row.get(0) == Some("seed") {
                history.has_seed_copies = true;
                continue;
            }
            let version = row.get(1).unwrap_or_default();
            let version = version.parse().map_err(|_| foreign_shape())?;
            if row.get(0) == Some("journal") {
                let up = row.get(2) == Some(Direction::Up.name());
                let direction = if up { Direction::Up } else { Direction::Down };
                history.half_way.push((version, direction));
                continue;
            }
            history.applied.push(Applied {
                version,
                name: row.get(2).unwrap_or_default().to_owned(),
                applied_on: row.get(3).unwrap_or_default().to_owned(),
                checksum: row.get(4).and_then(|text| text.parse().ok()),
            });
        }
        Ok(history)
    }

    /// The row of a version.
    #[must_use]
    pub fn get(&self, version: i32) -> Option<&Applied> {
        let at = self
            .applied
            .binary_search_by_key(&version, |row| row.version);
        at.ok().map(|index| &self.applied[index])
    }

    /// The highest version applied.
    #[must_use]
    pub fn version(&self) -> Option<i32> {
        self.applied.last().map(|row| row.version)
    }
}

fn reading(failure: Failure) -> Error {
    failure.while_doing("reading the history of migrations, hangmeas.schema_history,")
}

fn foreign_shape() -> Error {
    Error::new(
        ErrorKind::Migration,
        "hangmeas.schema_history exists and is not the history of hangmeas",
    )
    .hint_command(
        "look at it",
        "hangmeas db console -- -c '\\d hangmeas.schema_history'",
    )
}
