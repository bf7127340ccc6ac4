//! A file that runs statement by statement, with a journal: what was begun, what is done. After a
//! crash the journal says where to go on, and the catalog decides whether what was begun is there.

use std::time::Duration;

use tokio::sync::Mutex;

use super::diagnose::{Offset, script_failed};
use super::file::Script;
use super::guard::Guard;
use super::history::Direction;
use super::index;
use super::journal::{Journal, State, again, is_setting};
use super::run::Run;
use super::{transaction, untold};
use crate::error::{Error, ErrorKind, Result};
use crate::sql_text::{self, Effect, Statement};

/// For each of the two tables that a foreign key locks, one after the other: who queues behind us at
/// the first one waits for both. And both waits end within a second, after which the server looks for
/// deadlocks (`deadlock_timeout`): where we and a client of the shop wait for each other, it is not
/// the client that fails.
const KEY_LOCK: Duration = Duration::from_millis(450);

/// One script on its way.
pub(super) struct Stepwise<'a> {
    pub run: &'a Run<'a>,
    pub version: i32,
    pub direction: Direction,
    pub label: String,
    pub script: &'a Script,
    /// Of an undo.
    pub guard: Option<Mutex<&'a mut Guard>>,
}

impl Stepwise<'_> {
    /// Runs what the journal does not call done, then `record` in one transaction with the end of
    /// the journal. Returns how often something was tried again.
    pub async fn apply(&self, record: &str) -> Result<u32> {
        let key = (self.version, self.direction);
        let journal = Journal::read(&self.run.work.session, key, &self.label).await?;
        let total = super::run::statement_count(&self.script.sql);
        let mut retries = 0;
        for (ordinal, statement) in sql_text::statements(&self.script.sql).enumerate() {
            self.run.lock.check()?;
            if !journal.is_to_run(ordinal, &statement)? {
                continue;
            }
            let state = journal.state(ordinal, &statement)?;
            let outcome = self.statement(&journal, ordinal, &statement, state).await;
            retries += match outcome {
                Ok(retries) => retries,
                Err(error) => return Err(self.stopped(error, ordinal, total).await),
            };
        }
        let opening = self.run.opening(self.run.limits.lock);
        let message = format!(
            "{opening}{};\n{}",
            journal.forget(),
            transaction::closing(record)
        );
        match self.run.persist(&self.label, &message).await {
            Ok(more) => Ok(retries + more),
            Err(stuck) => Err(self.error(&opening, 0, &stuck)),
        }
    }

    async fn statement(
        &self,
        journal: &Journal,
        ordinal: usize,
        statement: &Statement<'_>,
        state: Option<State>,
    ) -> Result<u32> {
        match sql_text::effect(statement) {
            Effect::CreateIndexConcurrently {
                index: Some(name),
                table,
                if_not_exists,
            } => {
                let wanted = index::Wanted {
                    name,
                    table,
                    ours: state.is_some(),
                    if_not_exists,
                };
                if index::prepare(self, &wanted).await? == index::Next::Build {
                    self.begin(journal, ordinal, statement).await?;
                    if let Err(error) = self.alone(statement).await {
                        return Err(index::failed(self, &wanted, ordinal, error).await);
                    }
                    index::check(self, &wanted).await?;
                }
                self.finish(journal, ordinal).await
            }
            Effect::DropIndexConcurrently { index } => {
                if state.is_none() || index::exists(self, &index).await? {
                    self.outside(journal, ordinal, statement).await?;
                }
                self.finish(journal, ordinal).await
            }
            Effect::OutsideTransaction(_) => {
                self.outside(journal, ordinal, statement).await?;
                self.finish(journal, ordinal).await
            }
            _ if is_setting(statement) => self.alone(statement).await.map(|()| 0),
            effect => self.together(journal, ordinal, statement, &effect).await,
        }
    }

    /// A statement that may run in a transaction does, with its mark in the journal.
    async fn together(
        &self,
        journal: &Journal,
        ordinal: usize,
        statement: &Statement<'_>,
        effect: &Effect,
    ) -> Result<u32> {
        let limit = match effect {
            Effect::ValidateConstraint { .. } => None,
            Effect::AddConstraintNotValid { .. } if statement.contains("references") => {
                let limit = self.run.limits.lock;
                limit.map(|limit| (limit / 2).min(KEY_LOCK))
            }
            _ => self.run.limits.lock,
        };
        let opening = self.run.opening(limit);
        loop {
            let check = match &self.guard {
                Some(guard) => guard.lock().await.check(),
                None => String::new(),
            };
            let message = format!(
                "{opening}{}\n;\n{check}{};\nCOMMIT",
                statement.text,
                journal.done(ordinal, statement)
            );
            let stuck = match self.run.persist(&self.label, &message).await {
                Ok(retries) => return Ok(retries),
                Err(stuck) => stuck,
            };
            let (Some(guard), Some(gone)) = (&self.guard, untold::gone(&stuck.failure)) else {
                return Err(self.error(&opening, statement.start, &stuck));
            };
            let session = &self.run.work.session;
            let mut guard = guard.lock().await;
            guard.judge(session, self.version, gone).await?;
        }
    }

    /// Writes down what is about to run outside of a transaction, and lifts its limits: a limit
    /// would only leave an invalid index behind, and it blocks nobody while it waits.
    async fn begin(
        &self,
        journal: &Journal,
        ordinal: usize,
        statement: &Statement<'_>,
    ) -> Result<()> {
        let opening = self.run.opening(self.run.limits.lock);
        let message = format!(
            "{opening}{};\nCOMMIT;\nSET lock_timeout = 0; SET statement_timeout = {}",
            journal.started(ordinal, statement),
            super::run::milliseconds(self.run.limits.statement)
        );
        let sent = self.run.persist(&self.label, &message).await;
        sent.map(drop)
            .map_err(|stuck| self.error(&opening, statement.start, &stuck))
    }

    /// A statement that stands in no transaction. Refused by the server, it did not run, and its
    /// text may be corrected.
    async fn outside(
        &self,
        journal: &Journal,
        ordinal: usize,
        statement: &Statement<'_>,
    ) -> Result<()> {
        self.begin(journal, ordinal, statement).await?;
        let outcome = self.alone(statement).await;
        if let Err(error) = &outcome
            && error.kind() == ErrorKind::Migration
        {
            Journal::withdraw(self, ordinal).await;
        }
        outcome
    }

    async fn finish(&self, journal: &Journal, ordinal: usize) -> Result<u32> {
        let opening = self.run.opening(self.run.limits.lock);
        let message = format!("{opening}{};\nCOMMIT", journal.finished(ordinal));
        let sent = self.run.persist(&self.label, &message).await;
        sent.map_err(|stuck| self.error(&opening, 0, &stuck))
    }

    /// Runs a statement as a message of its own.
    async fn alone(&self, statement: &Statement<'_>) -> Result<()> {
        self.run.lock.check()?;
        let (outcome, _) = self.run.watched(&self.label, statement.text).await;
        outcome.map(drop).map_err(|failure| {
            let offset = Offset {
                script_start: self.characters_before(statement.start),
                ..Offset::default()
            };
            script_failed(&self.label, self.script, offset, &failure)
        })
    }

    fn error(&self, opening: &str, start: usize, stuck: &super::run::Stuck) -> Error {
        let offset = Offset {
            characters: opening.chars().count(),
            statements: super::run::statement_count(opening),
            script_start: self.characters_before(start),
        };
        self.run
            .stuck_error(&self.label, stuck)
            .unwrap_or_else(|| script_failed(&self.label, self.script, offset, &stuck.failure))
    }

    fn characters_before(&self, byte: usize) -> usize {
        self.script.sql[..byte].chars().count()
    }

    /// Says how far the file is. When nothing of it is left behind, the journal is emptied, and the
    /// error stays what it is: a migration that failed and was rolled back.
    async fn stopped(&self, error: Error, ordinal: usize, total: usize) -> Error {
        let refused = error.kind() == ErrorKind::Refused;
        let clean = ordinal == 0 && (refused || error.kind() == ErrorKind::Migration);
        if clean && Journal::clear_if_nothing_done(self).await {
            return error;
        }
        let kind = match error.kind() {
            ErrorKind::Migration => ErrorKind::HalfWay,
            other => other,
        };
        let error = error.with_kind(kind).detail(format!(
            "{} stopped in statement {} of {total}; {}",
            self.label,
            ordinal + 1,
            if ordinal == 0 {
                "nothing was done before it"
            } else {
                "what was done before it is kept"
            }
        ));
        if refused {
            return error;
        }
        error.hint_command("run again to go on from there", again(self.direction))
    }
}
