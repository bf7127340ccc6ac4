//! The journal of a file that runs statement by statement: `hangmeas.migration_journal`.

use std::collections::BTreeMap;

use super::file::Script;
use super::history::Direction;
use super::plan::journal_query;
use super::statements::Stepwise;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Session, sql};
use crate::report::BegunStatement;
use crate::sql_text::{self, Statement};

/// How far a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It was about to run; whether it did, the catalog knows.
    Started,
    /// It ran.
    Done,
}

/// The entries of one file, in one direction.
pub(super) struct Journal {
    version: i32,
    direction: Direction,
    label: String,
    entries: BTreeMap<usize, (String, State)>,
}

impl Journal {
    /// Reads what an earlier run left.
    pub async fn read(
        session: &Session,
        (version, direction): (i32, Direction),
        label: &str,
    ) -> Result<Self> {
        let query = format!(
            "SELECT ordinal, statement, state FROM hangmeas.migration_journal WHERE {}",
            key(version, direction)
        );
        let rows = session.read(&query).await;
        let rows = rows.map_err(|failure| failure.while_doing("reading the journal"))?;
        let entry = |row: &tokio_postgres::SimpleQueryRow| {
            let ordinal: usize = row.get(0)?.parse().ok()?;
            let done = row.get(2)? == "done";
            let state = if done { State::Done } else { State::Started };
            Some((ordinal, (row.get(1)?.to_owned(), state)))
        };
        Ok(Self {
            entries: rows.iter().filter_map(entry).collect(),
            ..Self::empty((version, direction), label)
        })
    }

    /// Of a file that never began.
    pub fn empty((version, direction): (i32, Direction), label: &str) -> Self {
        Self {
            version,
            direction,
            label: label.to_owned(),
            entries: BTreeMap::new(),
        }
    }

    /// Refuses a script that no journal can belong to, because it does not run statement by
    /// statement.
    ///
    /// # Errors
    /// Kind `HalfWay`: another file of the version began.
    pub fn is_of(&self, script: &Script) -> Result<()> {
        if script.directives.no_transaction {
            return Ok(());
        }
        let (version, file) = (self.version, &script.shown);
        Err(Error::new(
            ErrorKind::HalfWay,
            format!(
                "another file of version {version} began here and did not end: it was not {file}"
            ),
        )
        .hint(
            "finish that one first: run hangmeas with the folder, or the bundled migrations, that \
             it belongs to",
        )
        .hint_command("see what ran", journal_query(version))
        .hint_command(
            "or forget that it began; what it did stays",
            accept(version),
        ))
    }

    /// What is still to run of the script, as SQL.
    ///
    /// # Errors
    /// As `state`.
    pub fn left(&self, script: &Script) -> Result<String> {
        let mut left = String::new();
        for (ordinal, statement) in sql_text::split(&script.sql).iter().enumerate() {
            if self.is_to_run(ordinal, statement)? {
                left.push_str(statement.text);
                left.push_str(";\n");
            }
        }
        Ok(left)
    }

    /// Whether the script is the one that began.
    pub fn fits(&self, script: &Script) -> bool {
        self.is_of(script).is_ok() && self.left(script).is_ok()
    }

    /// What ran, in order.
    pub fn statements(&self) -> impl Iterator<Item = BegunStatement> {
        self.entries.values().map(|(text, state)| BegunStatement {
            statement: text.clone(),
            done: *state == State::Done,
        })
    }

    /// Whether a statement is to run: `SET` and `RESET` hold for the session, so they always are.
    ///
    /// # Errors
    /// As `state`.
    pub fn is_to_run(&self, ordinal: usize, statement: &Statement<'_>) -> Result<bool> {
        Ok(self.state(ordinal, statement)? != Some(State::Done) || is_setting(statement))
    }

    /// Where the statement stands.
    ///
    /// # Errors
    /// When another statement stood at this place in the earlier run.
    pub fn state(&self, ordinal: usize, statement: &Statement<'_>) -> Result<Option<State>> {
        match self.entries.get(&ordinal) {
            None => Ok(None),
            Some((text, state)) if text == statement.text => Ok(Some(*state)),
            Some(_) => Err(Error::new(
                ErrorKind::HalfWay,
                format!(
                    "{} began with another text, or as another file of its version: statement {} is \
                     not the one that ran",
                    self.label,
                    ordinal + 1
                ),
            )
            .hint("put the file back as it was, run again, and write the change as a new migration")
            .hint_command("see what ran", journal_query(self.version))
            .hint_command("or forget that it began; what it did stays", accept(self.version))),
        }
    }

    /// SQL: the statement is about to run.
    pub fn started(&self, ordinal: usize, statement: &Statement<'_>) -> String {
        self.mark(ordinal, statement, "started")
    }

    /// SQL: the statement ran, in the same transaction.
    pub fn done(&self, ordinal: usize, statement: &Statement<'_>) -> String {
        self.mark(ordinal, statement, "done")
    }

    fn mark(&self, ordinal: usize, statement: &Statement<'_>, state: &str) -> String {
        format!(
            "INSERT INTO hangmeas.migration_journal (version, direction, ordinal, statement, state) \
             VALUES ({}, '{}', {ordinal}, {}, '{state}') \
             ON CONFLICT (version, direction, ordinal) DO UPDATE SET state = EXCLUDED.state, \
             changed_at = clock_timestamp()",
            self.version,
            self.direction.name(),
            sql::literal(statement.text)
        )
    }

    /// SQL: a statement that was marked as started is done.
    pub fn finished(&self, ordinal: usize) -> String {
        format!(
            "UPDATE hangmeas.migration_journal SET state = 'done', changed_at = clock_timestamp() \
             WHERE {} AND ordinal = {ordinal}",
            key(self.version, self.direction)
        )
    }

    /// SQL: the file is at its end.
    pub fn forget(&self) -> String {
        format!(
            "DELETE FROM hangmeas.migration_journal WHERE {}",
            key(self.version, self.direction)
        )
    }

    /// Takes back the mark of a statement that the server refused, so that its text may be
    /// corrected. A mark that stays only makes the next run look more closely.
    pub async fn withdraw(step: &Stepwise<'_>, ordinal: usize) {
        let statement = format!(
            "DELETE FROM hangmeas.migration_journal WHERE {} AND ordinal = {ordinal} \
             AND state = 'started'",
            key(step.version, step.direction)
        );
        let _ = step.run.work.session.tidy(&statement).await;
    }

    /// Empties the journal of a file of which nothing is done; whether it could.
    pub async fn clear_if_nothing_done(step: &Stepwise<'_>) -> bool {
        let key = key(step.version, step.direction);
        let query = format!(
            "DELETE FROM hangmeas.migration_journal WHERE {key} AND NOT EXISTS \
             (SELECT FROM hangmeas.migration_journal WHERE {key} AND state = 'done'); \
             SELECT 1 FROM hangmeas.migration_journal WHERE {key} LIMIT 1"
        );
        let rows = step.run.work.session.tidy(&query).await;
        rows.is_ok_and(|rows| rows.is_empty())
    }
}

/// The command that goes on with what is half-way.
pub(super) fn again(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "hangmeas db migrate",
        Direction::Down => "hangmeas db rollback",
    }
}

/// The command that forgets it.
pub(super) fn accept(version: i32) -> String {
    format!("hangmeas migration accept V{version:04}")
}

/// `SET` and `RESET`.
pub(super) fn is_setting(statement: &Statement<'_>) -> bool {
    statement.starts_with(&["set"]) || statement.starts_with(&["reset"])
}

fn key(version: i32, direction: Direction) -> String {
    format!("version = {version} AND direction = '{}'", direction.name())
}
