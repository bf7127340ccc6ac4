//! A file that runs whole: one message, one transaction, its history row included.

use super::creation;
use super::diagnose::{Offset, script_failed};
use super::file::Script;
use super::run::{Run, Stuck, body, statement_count};
use crate::error::{Error, Result};
use crate::postgres::{interrupted, sql};
use crate::sql_text::{self, Effect, Relation};

/// Undoes what the file may have set, so that the row is written by us and to the right place.
const RESTORE: &str = "RESET ROLE;\nRESET ALL;\n";

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

/// Runs the script and `record` in one transaction, after `preamble`, which may be empty; returns
/// how often it was tried again.
pub(super) async fn apply(
    run: &Run<'_>,
    label: &str,
    preamble: &str,
    script: &Script,
    record: &str,
) -> Result<u32> {
    run.lock.check()?;
    let opening = run.opening(run.limits.lock) + preamble;
    let message = format!("{opening}{}", whole(script, record));
    let sent = run.persist(label, &message).await;
    sent.map_err(|stuck| {
        let offset = Offset {
            characters: opening.chars().count(),
            statements: statement_count(&opening),
            script_start: 0,
        };
        failed(run, label, script, offset, stuck)
    })
}

fn failed(run: &Run<'_>, label: &str, script: &Script, offset: Offset, stuck: Stuck) -> Error {
    if stuck.failure.is_interrupt() {
        return rolled_back(label);
    }
    if let Some(error) = run.stuck_error(label, &stuck) {
        return error;
    }
    // In front of the script, only the making of the history can be refused. A message that cannot
    // be parsed completes nothing either, but its error has a position.
    let refusal = stuck.failure.refusal();
    if refusal.is_some_and(|refusal| refusal.position().is_none())
        && stuck.failure.completed() < offset.statements
    {
        return creation::failed(run, stuck.failure);
    }
    script_failed(label, script, offset, &stuck.failure)
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
    for statement in sql_text::split(&script.sql) {
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
