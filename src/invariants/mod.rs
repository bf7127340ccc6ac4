//! Business rules that must hold in every Hangmeas database, whoever wrote its rows: totals equal
//! the sum of their rows, ledgers run on, votes fall into their window. One rule is one SQL query.
//!
//! Knows nothing of who asks: `db seed --verify` and the health check both do.

mod registry;

pub use registry::{RULES, Rule};

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Failure, Session};

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

/// Checks every rule in one snapshot of the database, and keeps up to `shown` violations of each.
///
/// # Errors
/// The server's refusal, such as a table that is not there, naming the rule.
pub async fn check_all(session: &Session, shown: usize) -> Result<Vec<Outcome>> {
    let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    let failed = |failure: crate::postgres::Failure| failure.while_doing("checking the rules");
    session.run(begin).await.map_err(failed)?;
    let mut outcomes = Vec::with_capacity(RULES.len());
    for rule in RULES {
        match check(session, rule, shown).await {
            Ok(outcome) => outcomes.push(outcome),
            Err(error) => {
                // The first error is the one to tell; a lost connection rolls back by itself.
                let _ = session.run("ROLLBACK").await;
                return Err(error);
            }
        }
    }
    session.run("COMMIT").await.map_err(failed)?;
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
        rule.sql,
        shown.max(1)
    )
}
