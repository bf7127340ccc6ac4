//! What is gone of the rows that earlier runs generated: others add up to them, so they come back only
//! all together.

use std::collections::BTreeMap;

use tokio_postgres::SimpleQueryRow;

use super::history::{Run, made};
use super::live::Live;
use crate::error::Result;
use crate::postgres::Session;
use crate::postgres::sql::{identifier, literal};
use crate::seed::failed;

/// Generated rows of one table of which some are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// The table.
    pub table: String,
    /// Rows that are gone.
    pub rows: u64,
    /// Rows that were made.
    pub of: u64,
}

/// What these runs generated and what is left of it, by table.
struct Count<'a> {
    table: &'a str,
    made: u64,
    there: u64,
}

/// What is gone of these runs; none where they are undone: nothing is left of any, as after a rollback
/// of all migrations. A run of an older hangmeas, which did not say which rows it generated, is undone
/// when one of its tables has none of its rows.
///
/// # Errors
/// A table that is not there, the server's refusal.
pub async fn gone(session: &Session, live: &Live, runs: &[&Run]) -> Result<Option<Vec<Gone>>> {
    let (mut standing, mut tables) = (false, BTreeMap::<String, Gone>::new());
    for run in runs {
        for table in run.rows.0.keys() {
            live.require(table)?;
        }
        let rows = counted(session, live, run).await?;
        let counts: Vec<Count<'_>> = rows.iter().map(count).collect();
        let known = run.generated.is_some();
        standing |= if known {
            counts.iter().any(|own| own.there > 0)
        } else {
            counts.iter().all(|own| own.there > 0)
        };
        for own in counts.into_iter().filter(|_| known) {
            let sum = tables.entry(own.table.to_owned()).or_insert(Gone {
                table: own.table.to_owned(),
                rows: 0,
                of: 0,
            });
            sum.rows += own.made.saturating_sub(own.there);
            sum.of += own.made;
        }
    }
    let gone = tables.into_values().filter(|own| own.rows > 0);
    Ok(standing.then(|| gone.collect()))
}

/// By the primary key alone once one row was seen to be the run's: that needs no look at the rows.
async fn counted(session: &Session, live: &Live, run: &Run) -> Result<Vec<SimpleQueryRow>> {
    let own = Run {
        rows: run.generated.clone().unwrap_or_else(|| run.rows.clone()),
        ..run.clone()
    };
    let parts = own.rows.0.iter().filter_map(|(table, (first, last))| {
        let (name, quoted) = (literal(table), identifier(table));
        let made = made(live, std::slice::from_ref(&own), table)?;
        Some(format!(
            "SELECT {name} AS name, {last} - {first} + 1 AS made, \
             CASE WHEN EXISTS (SELECT FROM {quoted} WHERE {made}) \
             THEN (SELECT count(*) FROM {quoted} WHERE id BETWEEN {first} AND {last}) ELSE 0 END AS there"
        ))
    });
    let parts: Vec<String> = parts.collect();
    let rows = session.run(&parts.join(" UNION ALL ")).await;
    rows.map_err(|failure| failed(failure, "counting the rows of an earlier run"))
}

fn count(row: &SimpleQueryRow) -> Count<'_> {
    let number = |column| row.get(column).and_then(|text| text.parse().ok());
    Count {
        table: row.get("name").unwrap_or_default(),
        made: number("made").unwrap_or(0),
        there: number("there").unwrap_or(0),
    }
}
