//! `hangmeas.seed_run`: what earlier runs put into this database, so that a second run finds it, and
//! `--replace` removes exactly that and nothing else.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio_postgres::SimpleQueryRow;

use super::clock::{self, Micros};
use super::digest::Digests;
use super::live::Live;
use super::request::Request;
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
    /// What its audience was made with; none without one, and where an older hangmeas seeded.
    pub digests: Option<Digests>,
    /// The part of the rows that was generated; none as above.
    pub generated: Option<Rows>,
}

impl Run {
    /// Whether it was asked for what is asked for now: the same profile, by its name, seed and size, and
    /// the same moment where one is given.
    #[must_use]
    pub fn asked_alike(&self, request: &Request) -> bool {
        let size = request.size().ok().flatten();
        self.profile == request.profile.name
            && self.random_seed == request.random_seed.cast_signed()
            && size.is_some_and(|(users, votes, _)| self.size == (users, votes))
            && (!request.as_of_given || self.as_of == moment(request.as_of))
    }

    /// The moment at which its world is seen, RFC 3339 in UTC.
    #[must_use]
    pub fn seen(&self) -> String {
        let text = self.as_of.trim_end_matches(".000000");
        format!("{}Z", text.replacen(' ', "T", 1))
    }
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
                 to_char(as_of, 'YYYY-MM-DD HH24:MI:SS.US') AS as_of, tables, \
                 to_jsonb(r) -> 'digests' AS digests, to_jsonb(r) -> 'generated' AS generated \
                 FROM hangmeas.seed_run r ORDER BY id";
    let rows = session.run(query).await.map_err(unread)?;
    let number = |row: &SimpleQueryRow, column: &str| {
        row.get(column)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0_i64)
    };
    rows.iter()
        .map(|row| {
            let text = |column| row.get(column).unwrap_or_default();
            Ok(Run {
                profile: text("profile").to_owned(),
                random_seed: number(row, "random_seed"),
                size: (
                    number(row, "users").unsigned_abs(),
                    number(row, "votes").unsigned_abs(),
                ),
                as_of: text("as_of").to_owned(),
                rows: document(row, "tables")?.unwrap_or_default(),
                digests: document(row, "digests")?,
                generated: document(row, "generated")?,
            })
        })
        .collect()
}

/// A JSON document of a run.
fn document<T: DeserializeOwned>(row: &SimpleQueryRow, column: &str) -> Result<Option<T>> {
    let text = row.get(column).unwrap_or("null");
    serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorKind::Seed, "hangmeas.seed_run cannot be read").caused_by(error)
    })
}

/// SQL that writes a run down.
///
/// # Errors
/// Never in practice: spans are always JSON.
pub fn record(run: &Run) -> Result<String> {
    let tables = written(Some(&run.rows))?;
    let (digests, generated) = (
        written(run.digests.as_ref())?,
        written(run.generated.as_ref())?,
    );
    Ok(format!(
        "{CREATE};\nINSERT INTO hangmeas.seed_run \
         (profile, random_seed, users, votes, as_of, tables, digests, generated) \
         VALUES ({}, {}, {}, {}, {}, {tables}, {digests}, {generated})",
        literal(&run.profile),
        run.random_seed,
        run.size.0,
        run.size.1,
        literal(&run.as_of),
    ))
}

fn written(document: Option<&impl Serialize>) -> Result<String> {
    let text = document.map(serde_json::to_string).transpose();
    let text = text.map_err(|error| Error::bug("a run is no JSON").caused_by(error))?;
    Ok(text.map_or("NULL".to_owned(), |text| literal(&text)))
}

/// The moment as it is kept.
#[must_use]
pub fn moment(at: Micros) -> String {
    clock::sql(at)
}

/// SQL that is true of the rows of a table that these runs made; none where they made none. Nothing
/// that a run makes is later than its moment: a table that was emptied and numbered anew holds rows
/// of others under the same ids.
pub fn made(live: &Live, runs: &[Run], table: &str) -> Option<String> {
    let dated = live.has(table, "created_at");
    let parts = runs.iter().filter_map(|run| {
        let (first, last) = run.rows.0.get(table)?;
        let until = if dated {
            format!(" AND created_at <= {}", literal(&run.as_of))
        } else {
            String::new()
        };
        Some(format!("(id BETWEEN {first} AND {last}{until})"))
    });
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(" OR "))
}

/// What to select from, to see a table without the rows of these runs.
#[must_use]
pub fn without(live: &Live, runs: &[Run], table: &str) -> String {
    let quoted = identifier(table);
    match made(live, runs, table) {
        Some(made) => format!("(SELECT * FROM {quoted} WHERE ({made}) IS NOT TRUE) AS {quoted}"),
        None => quoted,
    }
}

/// The tables that these runs filled and that are there, each with what is true of their rows.
pub fn filled<'a>(live: &'a Live, runs: &'a [Run]) -> BTreeMap<&'a str, String> {
    let tables = runs.iter().flat_map(|run| run.rows.0.keys());
    let there = tables.filter(|table| live.table(table).is_some());
    there
        .filter_map(|table| Some((table.as_str(), made(live, runs, table)?)))
        .collect()
}

/// How many rows of these runs are there.
///
/// # Errors
/// The server's refusal.
pub async fn count(session: &Session, live: &Live, runs: &[Run]) -> Result<u64> {
    let filled = filled(live, runs);
    let parts = filled.iter().map(|(table, made)| {
        let table = identifier(table);
        format!("(SELECT count(*) FROM {table} WHERE {made})")
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        return Ok(0);
    }
    let rows = session.run(&format!("SELECT {}", parts.join(" + "))).await;
    let rows = rows.map_err(|failure| failed(failure, "counting the rows of earlier runs"))?;
    let count = rows.first().and_then(|row| row.get(0)?.parse().ok());
    Ok(count.unwrap_or(0))
}

/// The tables of these runs that have rows and no statistics: a run was stopped after its commit.
///
/// # Errors
/// The server's refusal.
pub async fn stale(session: &Session, live: &Live, runs: &[Run]) -> Result<Vec<String>> {
    let filled = filled(live, runs);
    let names: Vec<String> = filled.keys().map(|table| literal(table)).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT relname FROM pg_stat_user_tables WHERE schemaname = current_schema() \
         AND relname IN ({}) AND last_analyze IS NULL AND last_autoanalyze IS NULL \
         AND pg_relation_size(relid) > 0 ORDER BY relname",
        names.join(", ")
    );
    let rows = session.run(&query).await;
    let rows = rows.map_err(|failure| failed(failure, "looking for statistics"))?;
    let names = rows.iter().filter_map(|row| row.get(0));
    Ok(names.map(str::to_owned).collect())
}
