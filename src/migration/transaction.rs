//! A file that runs whole: one message, one transaction, its history row included.

use std::borrow::Cow;
use std::ops::Range;

use super::creation;
use super::diagnose::{Offset, script_failed};
use super::file::Script;
use super::run::{Run, Stuck, statement_count};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{interrupted, sql};
use crate::sql_text::{self, Effect, Relation};

/// Undoes what the file may have set, so that the row is written by us and to the right place.
const RESTORE: &str = "RESET ROLE;\nRESET ALL;\n";

/// Bytes of a script that go as one message, and the most that are sent ahead.
pub(super) const PART: usize = 1024 * 1024;

/// Marks the error of a table that turned out to hold rows.
const NOT_EMPTY: &str = "hangmeas found rows";

/// The end of a transaction: `record`, then COMMIT.
pub(super) fn closing(record: &str) -> String {
    format!("{RESTORE}{record};\nCOMMIT")
}

/// The end of one in which no script ran.
pub(super) fn adopted(record: &str) -> String {
    format!("{record};\nCOMMIT")
}

/// The script and its record.
pub(super) fn whole(script: &Script, record: &str) -> String {
    body(script) + &closing(record)
}

/// The script over tables that are locked and seen to be empty, and its record.
pub(super) fn folded(script: &Script, tables: &[Relation], record: &str) -> String {
    let names: Vec<String> = tables.iter().map(Relation::sql).collect();
    let filled = names
        .iter()
        .map(|name| format!("EXISTS (SELECT FROM {name})"));
    let filled = filled.collect::<Vec<_>>().join(" OR ");
    let plain = sql_text::split(&script.sql)
        .iter()
        .map(|statement| statement.without_keyword("concurrently") + ";\n")
        .collect::<String>();
    format!(
        "LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE;\n\
         SELECT CASE WHEN {filled} THEN ({} || pg_backend_pid())::int END;\n{plain}{}",
        names.join(", "),
        sql::literal(NOT_EMPTY),
        closing(record)
    )
}

/// The body of a script, closed so that something can follow.
fn body(script: &Script) -> String {
    let text = script.sql.trim_end();
    let last = text.lines().next_back().unwrap_or_default();
    let closed = last.ends_with(';') && !last.contains("--");
    format!("{text}\n{}", if closed { "" } else { ";\n" })
}

/// A script that runs whole, with what surrounds it in its message.
pub(super) struct Whole<'a> {
    /// The script's name for people.
    pub label: String,
    script: &'a Script,
    opening: String,
    record: String,
}

impl<'a> Whole<'a> {
    /// `script` and `record` in one transaction, after `preamble`, which may be empty.
    pub fn new(
        run: &Run<'_>,
        label: &str,
        preamble: &str,
        script: &'a Script,
        record: &str,
    ) -> Self {
        Self {
            label: label.to_owned(),
            script,
            opening: run.opening(run.limits.lock) + preamble,
            record: record.to_owned(),
        }
    }

    /// Its one message, when it is sent as one.
    pub fn text(&self) -> String {
        self.opening.clone() + &whole(self.script, &self.record)
    }

    /// Bytes that the message has, about.
    pub fn size(&self) -> usize {
        self.opening.len() + self.script.sql.len() + self.record.len()
    }

    /// Its messages: one, or of a large script several, because the server needs some fifteen times
    /// the memory of what it reads at once.
    fn messages(&self) -> Vec<Cow<'_, str>> {
        let parts = sql_text::parts(&self.script.sql, PART);
        let last = parts.len() - 1;
        let message = |(index, part): (usize, Range<usize>)| {
            let mut message = Cow::Borrowed(&self.script.sql[part]);
            if index == 0 {
                message.to_mut().insert_str(0, &self.opening);
            }
            if index == last {
                *message.to_mut() += &format!("\n;\n{}", closing(&self.record));
            }
            message
        };
        parts.into_iter().enumerate().map(message).collect()
    }

    /// Runs it; returns how often it was tried again.
    pub async fn apply(&self, run: &Run<'_>) -> Result<u32> {
        let sent = self.attempt(run).await?;
        sent.map_err(|stuck| self.failed(run, stuck))
    }

    /// The same, and what it was stuck at as it is.
    pub async fn attempt(&self, run: &Run<'_>) -> Result<Result<u32, Stuck>> {
        run.lock.check()?;
        Ok(run.persist_all(&self.label, &self.messages()).await)
    }

    /// The error for a script that stayed stuck.
    pub fn failed(&self, run: &Run<'_>, stuck: Stuck) -> Error {
        if stuck.failure.is_interrupt() {
            return rolled_back(&self.label);
        }
        if let Some(error) = run.stuck_error(&self.label, &stuck) {
            return error;
        }
        let offset = self.offset(stuck.message);
        // In front of the script, only the making of the history can be refused. A message that
        // cannot be parsed completes nothing either, but its error has a position.
        let refusal = stuck.failure.refusal();
        if refusal.is_some_and(|refusal| refusal.position().is_none())
            && stuck.failure.completed() < offset.statements
        {
            return creation::failed(run, stuck.failure);
        }
        let error = script_failed(&self.label, self.script, offset, &stuck.failure);
        match error.kind() {
            ErrorKind::Migration => error.detail(format!(
                "{} was rolled back: nothing of it is kept",
                self.label
            )),
            _ => error,
        }
    }

    /// Where the script stands in one of its messages.
    fn offset(&self, message: usize) -> Offset {
        if message == 0 {
            return Offset {
                characters: self.opening.chars().count(),
                statements: statement_count(&self.opening),
                script_start: 0,
            };
        }
        let part = &sql_text::parts(&self.script.sql, PART)[message];
        Offset {
            script_start: self.script.sql[..part.start].chars().count(),
            ..Offset::default()
        }
    }
}

/// The user stopped a file that is one transaction.
fn rolled_back(label: &str) -> Error {
    interrupted().detail(format!("{label} was rolled back"))
}

/// Only `record`, in a transaction: the work itself was there.
pub(super) async fn adopt(run: &Run<'_>, label: &str, record: &str) -> Result<u32> {
    run.lock.check()?;
    let message = run.opening(run.limits.lock) + &adopted(record);
    let sent = run.persist(label, &message).await;
    sent.map_err(|stuck| {
        let error = run.stuck_error(label, &stuck);
        error.unwrap_or_else(|| stuck.failure.while_doing(label))
    })
}

/// The tables that a statement-by-statement script works on, if it may run in one transaction once
/// they are seen to be empty.
pub(super) fn foldable(script: &Script) -> Option<Vec<Relation>> {
    let mut tables = Vec::new();
    for statement in sql_text::statements(&script.sql) {
        let table = match sql_text::effect(&statement) {
            Effect::CreateIndexConcurrently { table, .. }
            | Effect::AddConstraintNotValid { table, .. }
            | Effect::ValidateConstraint { table, .. } => table,
            _ => return None,
        };
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    Some(tables)
}

/// Runs a statement-by-statement script over empty tables as one transaction; false when that is
/// not possible after all.
pub(super) async fn fold(
    run: &Run<'_>,
    label: &str,
    script: &Script,
    tables: &[Relation],
    record: &str,
) -> Result<bool> {
    run.lock.check()?;
    let message = run.opening(run.limits.lock) + &folded(script, tables, record);
    let (outcome, _) = run.watched(label, &message).await;
    let Err(failure) = outcome else {
        return Ok(true);
    };
    if failure.is_interrupt() {
        return Err(rolled_back(label));
    }
    if failure.refusal().is_none() || failure.is_lost() {
        return Err(script_failed(label, script, Offset::default(), &failure));
    }
    run.work
        .session
        .tidy("ROLLBACK")
        .await
        .map_err(|failure| failure.while_doing("rolling back"))?;
    Ok(false)
}
