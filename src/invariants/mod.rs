//! Business rules that must hold in every Hangmeas database, whoever wrote its rows: totals equal
//! the sum of their rows, ledgers run on, votes fall into their window. One rule is one SQL query.
//!
//! Knows nothing of who asks: `db seed --verify` and the health check both do.

mod reference;
mod registry;

pub use reference::{REFERENCES, Reference};
pub use registry::{RULES, Rule};

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::postgres::sql::literal;
use crate::postgres::{Failure, Interrupt, Session, Target};

/// One row that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// What breaks it, such as `user 12`.
    pub object: String,
    /// How, with the values that disagree.
    pub problem: String,
}

/// What became of one rule.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The rule.
    pub rule: &'static Rule,
    /// How many rows break it.
    pub total: u64,
    /// The first of them, in the order of the object's name.
    pub violations: Vec<Violation>,
}

/// Checks every rule in one snapshot of the database, in up to `sessions` sessions at once, and keeps up
/// to `shown` violations of each.
///
/// # Errors
/// The server's refusal, such as a table that is not there, naming the rule.
pub async fn check_all(
    target: &Target,
    interrupt: &Interrupt,
    sessions: u32,
    shown: usize,
) -> Result<Vec<Outcome>> {
    let first = Session::open(target, interrupt).await?;
    let rows = first
        .run(&format!("{BEGIN}; SELECT pg_export_snapshot()"))
        .await
        .map_err(beginning)?;
    let snapshot = rows.first().and_then(|row| row.get(0)).unwrap_or_default();
    let left = AtomicUsize::new(0);
    let helpers = (1..sessions).map(|_| {
        let opening = Session::open(target, interrupt);
        help(opening, snapshot, &left, shown)
    });
    let (own, helped) = tokio::join!(work(&first, &left, shown), join_all(helpers));
    // Until here: a snapshot can be shared only while who exported it keeps it.
    let _ = first.run("COMMIT").await;
    let mut outcomes = own?;
    for helper in helped {
        outcomes.extend(helper?);
    }
    outcomes.sort_by_key(|(place, _)| *place);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

/// Compiling queries that run once takes longer than running them.
const BEGIN: &str =
    "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL jit = off";

fn beginning(failure: Failure) -> Error {
    failure.while_doing("checking the rules")
}

/// A further session in the same snapshot. Where there is no room for one, the others do its share.
async fn help(
    opening: impl Future<Output = Result<Session>>,
    snapshot: &str,
    left: &AtomicUsize,
    shown: usize,
) -> Result<Vec<(usize, Outcome)>> {
    let session = match opening.await {
        Ok(session) => session,
        Err(error) => {
            log::info!("no further session: {error}");
            return Ok(Vec::new());
        }
    };
    let begin = format!("{BEGIN}; SET TRANSACTION SNAPSHOT {}", literal(snapshot));
    session.run(&begin).await.map_err(beginning)?;
    let outcomes = work(&session, left, shown).await;
    let _ = session.run("COMMIT").await;
    outcomes
}

/// Checks one rule after the other of those that are left. The first error leaves none.
async fn work(
    session: &Session,
    left: &AtomicUsize,
    shown: usize,
) -> Result<Vec<(usize, Outcome)>> {
    let mut outcomes = Vec::new();
    loop {
        let place = left.fetch_add(1, Ordering::Relaxed);
        let Some(rule) = RULES.get(place) else {
            break;
        };
        match check(session, rule, shown).await {
            Ok(outcome) => outcomes.push((place, outcome)),
            Err(error) => {
                left.store(RULES.len(), Ordering::Relaxed);
                return Err(error);
            }
        }
    }
    Ok(outcomes)
}

/// Checks one rule, and keeps up to `shown` violations.
///
/// # Errors
/// The server's refusal, such as a table that is not there, naming the rule.
pub async fn check(session: &Session, rule: &'static Rule, shown: usize) -> Result<Outcome> {
    let rows = session.run(&counted(rule, shown)).await;
    let rows = rows.map_err(|failure| refused(rule, failure))?;
    let text = |row: &tokio_postgres::SimpleQueryRow, column: &str| {
        row.try_get(column)
            .ok()
            .flatten()
            .unwrap_or_default()
            .to_owned()
    };
    let total = rows.first().map(|row| text(row, "total"));
    Ok(Outcome {
        rule,
        total: total
            .and_then(|count| count.parse().ok())
            .unwrap_or_default(),
        violations: rows
            .iter()
            .map(|row| Violation {
                object: text(row, "object"),
                problem: text(row, "problem"),
            })
            .collect(),
    })
}

/// The error for a rule that the server does not check: mostly because its tables are not there.
fn refused(rule: &Rule, failure: Failure) -> Error {
    // undefined_table, undefined_column
    let unmigrated = matches!(failure.code(), Some("42P01" | "42703"));
    let what = format!("checking the rule {}", rule.name);
    let error = failure.while_doing(&what);
    if unmigrated {
        error
            .with_kind(ErrorKind::Seed)
            .detail("the database is not migrated, or only in part")
            .hint_command("bring the schema up first", "hangmeas db migrate")
    } else {
        error
    }
}

/// The rule's query, with the number of all violations beside the first ones. It is planned by itself:
/// under a LIMIT the planner counts on many violations and joins a million users in a nested loop.
fn counted(rule: &Rule, shown: usize) -> String {
    format!(
        "WITH violation AS MATERIALIZED (\n{})\n\
         SELECT object, problem, (SELECT count(*) FROM violation) AS total FROM violation \
         ORDER BY object COLLATE \"C\", problem LIMIT {}",
        rule.query(),
        shown.max(1)
    )
}
