//! Indexes built CONCURRENTLY: a build that was cut off leaves an invalid index, which looks like
//! the one that was wanted and serves nobody. The catalog is asked before and after.

use std::time::Duration;

use super::journal::Journal;
use super::statements::Stepwise;
use crate::error::{Error, ErrorKind, Result, shell_word};
use crate::postgres::{Rows, interrupted, sql};
use crate::progress::Event;
use crate::sql_text::Relation;

const LOOK: &str = include_str!("queries/index.sql");
const KEYS: &str = include_str!("queries/index_keys.sql");

/// How many duplicates an error shows.
const DUPLICATES_SHOWN: usize = 5;

/// The index that a statement is to make.
pub(super) struct Wanted {
    pub name: String,
    pub table: Relation,
    /// The journal says that an earlier run of ours began to build it.
    pub ours: bool,
    pub if_not_exists: bool,
}

/// What to do about a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Build,
    Done,
}

/// What stands in the catalog under the wanted name.
struct Found {
    /// Quoted and qualified.
    sql_name: String,
    valid: bool,
    on_table: bool,
    /// Who is building it just now.
    builder: Option<String>,
}

/// Looks before the build, clears an invalid leftover of ours away, waits for a builder that a
/// killed run left on the server.
pub(super) async fn prepare(step: &Stepwise<'_>, wanted: &Wanted) -> Result<Next> {
    loop {
        let Some(found) = look(step, wanted).await? else {
            return Ok(Next::Build);
        };
        if let Some(pid) = &found.builder {
            wait_for(step, &found.sql_name, pid).await?;
            continue;
        }
        if found.valid && found.on_table && (wanted.ours || wanted.if_not_exists) {
            return Ok(Next::Done);
        }
        if !found.valid && found.on_table && (wanted.ours || wanted.if_not_exists) {
            drop_invalid(step, &found.sql_name).await?;
            return Ok(Next::Build);
        }
        return Err(taken(step, wanted, &found));
    }
}

/// The index is there and valid.
pub(super) async fn check(step: &Stepwise<'_>, wanted: &Wanted) -> Result<()> {
    match look(step, wanted).await? {
        Some(found) if found.valid => Ok(()),
        _ => Err(Error::new(
            ErrorKind::Migration,
            format!(
                "{}: index {} is not valid after its build",
                step.label, wanted.name
            ),
        )),
    }
}

/// A failed build: nothing invalid stays, unless we were interrupted or cut off; a unique violation
/// shows some of the rows.
pub(super) async fn failed(
    step: &Stepwise<'_>,
    wanted: &Wanted,
    ordinal: usize,
    error: Error,
) -> Error {
    if error.kind() == ErrorKind::Interrupted {
        return error.detail(format!(
            "index {} may be there unfinished, marked invalid: the next run builds it anew",
            wanted.name
        ));
    }
    if error.kind() != ErrorKind::Migration {
        return error;
    }
    let error = match error.code() {
        Some("23505") => with_duplicates(step, wanted, error).await,
        _ => error,
    };
    let cleared = match look(step, wanted).await {
        Ok(Some(found)) if !found.valid => drop_invalid(step, &found.sql_name).await.is_ok(),
        Ok(_) => true,
        Err(_) => false,
    };
    if cleared {
        Journal::withdraw(step, ordinal).await;
        error.detail(format!(
            "the unfinished index {} was dropped again",
            wanted.name
        ))
    } else {
        error.detail(format!(
            "the unfinished index {} is still there, invalid",
            wanted.name
        ))
    }
}

/// Whether a relation of that name exists.
pub(super) async fn exists(step: &Stepwise<'_>, index: &Relation) -> Result<bool> {
    let query = format!("SELECT to_regclass({})", sql::literal(&index.sql()));
    let rows = read(step, &query).await?;
    Ok(rows.first().and_then(|row| row.get(0)).is_some())
}

async fn look(step: &Stepwise<'_>, wanted: &Wanted) -> Result<Option<Found>> {
    let query = LOOK
        .replace("$1", &sql::literal(&wanted.name))
        .replace("$2", &sql::literal(&wanted.table.sql()));
    let rows = read(step, &query).await?;
    Ok(rows.first().map(|row| Found {
        sql_name: row.get(0).unwrap_or_default().to_owned(),
        valid: row.get(1) == Some("t"),
        on_table: row.get(2) == Some("t"),
        builder: row.get(3).map(str::to_owned),
    }))
}

async fn wait_for(step: &Stepwise<'_>, index: &str, pid: &str) -> Result<()> {
    step.run.progress.emit(Event::Doing {
        label: step.label.clone(),
        what: format!("waits for pid {pid}, which still builds {index}"),
    });
    tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(300)) => step.run.lock.check(),
        () = step.run.work.session.interrupt().wait() => Err(interrupted()),
    }
}

async fn drop_invalid(step: &Stepwise<'_>, sql_name: &str) -> Result<()> {
    step.run.progress.emit(Event::Note(format!(
        "{}: drops the unfinished index {sql_name}",
        step.label
    )));
    let session = &step.run.work.session;
    let doing =
        |failure: crate::postgres::Failure| failure.while_doing("dropping an invalid index");
    session.run("SET lock_timeout = 0").await.map_err(doing)?;
    let statement = format!("DROP INDEX CONCURRENTLY IF EXISTS {sql_name}");
    let (outcome, _) = step.run.watched(&step.label, &statement).await;
    outcome.map(drop).map_err(doing)
}

fn taken(step: &Stepwise<'_>, wanted: &Wanted, found: &Found) -> Error {
    let state = match (found.on_table, found.valid) {
        (false, _) => "and is on another table, or no index",
        (true, true) => "already",
        (true, false) => {
            "already, and is invalid: a build that somebody else began and did not end"
        }
    };
    let drop = format!("DROP INDEX CONCURRENTLY {}", found.sql_name);
    Error::new(
        ErrorKind::Migration,
        format!("{}: {} exists {state}", step.label, wanted.name),
    )
    .hint_command("if it is not needed, drop it and run again", console(&drop))
}

/// Shows some values that stand in several rows, and how to find them all.
async fn with_duplicates(step: &Stepwise<'_>, wanted: &Wanted, error: Error) -> Error {
    let keys = KEYS
        .replace("$1", &sql::literal(&wanted.name))
        .replace("$2", &sql::literal(&wanted.table.sql()));
    let rows = read(step, &keys).await.unwrap_or_default();
    let Some((list, condition, table)) = rows
        .first()
        .and_then(|row| Some((row.get(0)?, row.get(1)?, row.get(2)?)))
    else {
        return error.hint(format!("remove the duplicates from {} first", wanted.table));
    };
    let having = format!("FROM {table} WHERE {condition} GROUP BY {list} HAVING count(*) > 1");
    let some = format!(
        "SELECT row({list})::text, count(*) {having} ORDER BY 2 DESC, 1 LIMIT {DUPLICATES_SHOWN}"
    );
    let line = |row: &tokio_postgres::SimpleQueryRow| {
        let value = row.get(0).unwrap_or_default();
        let rows = row.get(1).unwrap_or_default();
        format!("duplicate: ({list}) = {value} in {rows} rows")
    };
    let found = read(step, &some).await.unwrap_or_default();
    let all = format!("SELECT {list}, count(*) {having}");
    error.details(found.iter().map(line)).hint_command(
        format!("remove the duplicates from {table} first; this finds them all"),
        console(&all),
    )
}

async fn read(step: &Stepwise<'_>, query: &str) -> Result<Rows> {
    let rows = step.run.work.session.read(query).await;
    rows.map_err(|failure| failure.while_doing("looking at an index"))
}

/// The command that runs a query in psql, for a shell.
fn console(query: &str) -> String {
    format!("hangmeas db console -- -c {}", shell_word(query))
}
