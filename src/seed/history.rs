//! `hangmeas.seed_run`: what earlier runs put into this database, so that a second run finds it, and
//! `--replace` removes exactly that and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::clock::{self, Micros};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::Session;
use crate::postgres::sql::{identifier, literal};
use crate::seed::failed;

const CREATE: &str = include_str!("queries/seed_run.sql");

/// First and last id of the rows of a table.
pub type Span = (i64, i64);

/// An earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Name of the profile.
    pub profile: String,
    /// The seed.
    pub random_seed: i64,
    /// Users and votes that were generated.
    pub size: (u64, u64),
    /// The moment at which the world was seen, as SQL writes it.
    pub as_of: String,
    /// Rows by table.
    pub rows: Rows,
}

/// Rows of a run, by table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rows(pub BTreeMap<String, Span>);

/// Earlier runs, the oldest first; none where no run has been.
///
/// # Errors
/// The server's refusal.
pub async fn read(session: &Session) -> Result<Vec<Run>> {
    let unread = |failure: crate::postgres::Failure| failed(failure, "reading earlier runs");
    let there = session
        .run("SELECT to_regclass('hangmeas.seed_run')")
        .await
        .map_err(unread)?;
    if there.first().and_then(|row| row.get(0)).is_none() {
        return Ok(Vec::new());
    }
    let query = "SELECT profile, random_seed, users, votes, \
                 to_char(as_of, 'YYYY-MM-DD HH24:MI:SS.US') AS as_of, tables \
                 FROM hangmeas.seed_run ORDER BY id";
    let rows = session.run(query).await.map_err(unread)?;
    let number = |row: &tokio_postgres::SimpleQueryRow, column: &str| {
        row.get(column)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0_i64)
    };
    rows.iter()
        .map(|row| {
            let text = |column| row.get(column).unwrap_or_default();
            let rows = serde_json::from_str(text("tables")).map_err(|error| {
                Error::new(ErrorKind::Seed, "hangmeas.seed_run cannot be read").caused_by(error)
            })?;
            Ok(Run {
                profile: text("profile").to_owned(),
                random_seed: number(row, "random_seed"),
                size: (
                    number(row, "users").unsigned_abs(),
                    number(row, "votes").unsigned_abs(),
                ),
                as_of: text("as_of").to_owned(),
                rows,
            })
        })
        .collect()
}

/// SQL that writes a run down.
///
/// # Errors
/// Never in practice: spans are always JSON.
pub fn record(run: &Run) -> Result<String> {
    let tables = serde_json::to_string(&run.rows)
        .map_err(|error| Error::bug("the rows of a run are no JSON").caused_by(error))?;
    Ok(format!(
        "{CREATE};\nINSERT INTO hangmeas.seed_run (profile, random_seed, users, votes, as_of, tables) \
         VALUES ({}, {}, {}, {}, {}, {})",
        literal(&run.profile),
        run.random_seed,
        run.size.0,
        run.size.1,
        literal(&run.as_of),
        literal(&tables)
    ))
}

/// The moment as it is kept.
#[must_use]
pub fn moment(at: Micros) -> String {
    clock::sql(at)
}

/// Removes the rows of earlier runs, and the memory of them. Tables that hold nothing else are
/// emptied, the others row by row; `order` is the order in which rows can be inserted.
///
/// # Errors
/// Kind `Seed` when rows of others refer to rows of ours.
pub async fn remove(session: &Session, runs: &[Run], order: &[&str]) -> Result<()> {
    if runs.is_empty() {
        return Ok(());
    }
    let mut spans: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for (table, span) in runs.iter().flat_map(|run| &run.rows.0) {
        spans.entry(table).or_default().push(*span);
    }
    let emptied = emptied(session, &spans).await?;
    if !emptied.is_empty() {
        let names: Vec<String> = emptied.iter().map(|table| identifier(table)).collect();
        run(session, &format!("TRUNCATE {}", names.join(", "))).await?;
    }
    for table in order
        .iter()
        .rev()
        .filter(|table| !emptied.contains(**table))
    {
        for (first, last) in spans.get(table).into_iter().flatten() {
            let table = identifier(table);
            let delete = format!("DELETE FROM {table} WHERE id BETWEEN {first} AND {last}");
            run(session, &delete).await?;
        }
    }
    run(session, "DELETE FROM hangmeas.seed_run").await
}

async fn run(session: &Session, script: &str) -> Result<()> {
    let done = session.run(script).await;
    done.map(drop).map_err(|failure| {
        let refers = failure.code() == Some("23503");
        let error = failed(failure, "removing what earlier runs made");
        if refers {
            error.hint("rows of the shop refer to seeded ones: remove those first, or use --append")
        } else {
            error
        }
    })
}

/// Whether something is left of every table that the run filled: who rolled migrations back, or
/// emptied a table, has undone the run.
///
/// # Errors
/// The server's refusal.
pub async fn is_whole(session: &Session, run: &Run) -> Result<bool> {
    let parts = run.rows.0.iter().map(|(table, (first, last))| {
        let table = identifier(table);
        format!("EXISTS (SELECT FROM {table} WHERE id BETWEEN {first} AND {last})")
    });
    let parts: Vec<String> = parts.collect();
    let query = format!("SELECT {}", parts.join(" AND "));
    let rows = session.run(&query).await;
    let rows = rows.map_err(|failure| failed(failure, "looking for the rows of a run"))?;
    Ok(rows.first().and_then(|row| row.get(0)) == Some("t"))
}

/// The tables that hold nothing but our rows, and to which no other table points.
async fn emptied<'a>(
    session: &Session,
    spans: &BTreeMap<&'a str, Vec<Span>>,
) -> Result<BTreeSet<&'a str>> {
    let mut ours = BTreeSet::new();
    for (table, spans) in spans {
        let inside: Vec<String> = spans
            .iter()
            .map(|(first, last)| format!("id BETWEEN {first} AND {last}"))
            .collect();
        let query = format!(
            "SELECT 1 FROM {} WHERE NOT ({}) LIMIT 1",
            identifier(table),
            inside.join(" OR ")
        );
        let rows = session.run(&query).await;
        let rows = rows.map_err(|failure| failed(failure, "looking for rows of others"))?;
        if rows.is_empty() {
            ours.insert(*table);
        }
    }
    let keys = "SELECT conrelid::regclass::text AS child, c.relname AS parent FROM pg_constraint k \
                JOIN pg_class c ON c.oid = k.confrelid WHERE k.contype = 'f'";
    let keys = session.run(keys).await;
    let keys = keys.map_err(|failure| failed(failure, "reading keys"))?;
    loop {
        let pointed = keys.iter().find_map(|key| {
            let parent = ours.get(key.get("parent")?).copied()?;
            let child = key.get("child")?.trim_matches('"');
            (!ours.contains(child)).then_some(parent)
        });
        match pointed {
            Some(parent) => ours.remove(parent),
            None => return Ok(ours),
        };
    }
}
