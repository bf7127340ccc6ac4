//! Sending many queries as one message in the snapshot, and telling their rows apart. Only when one of them fails are
//! they sent one by one, to find out which.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio_postgres::SimpleQueryRow;

use crate::error::Result;
use crate::postgres::sql::literal;
use crate::postgres::{Failure, Rows, Session};
use crate::report::milliseconds;

/// Columns of a marked row: the label, then what the query says.
const MARK: &str = "hangmeas_label";

/// A query with a label of its own; its rows may have any text columns.
#[derive(Debug)]
pub(super) struct Query {
    pub label: String,
    pub sql: String,
    /// How long it may take, where that is less than for others.
    pub limit: Option<&'static str>,
}

/// What became of one query.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Its rows, as text; the label left out.
    pub rows: Vec<Vec<Option<String>>>,
    /// Milliseconds on the server.
    pub milliseconds: f64,
    /// The server's words, if it refused.
    pub refusal: Option<String>,
    /// Whether it refused because of a missing right.
    pub denied: bool,
    /// Whether it took longer than it may.
    pub expired: bool,
}

/// Answers by label; and the rows of everything that has no label, such as the catalog.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub by_label: BTreeMap<String, Answer>,
    pub others: Rows,
    /// Messages that were sent.
    pub trips: u32,
}

/// The query with its label in front of every row.
fn labelled(query: &Query) -> String {
    let (limit, unlimited) = match query.limit {
        Some(limit) => (
            format!(
                "SELECT set_config('hangmeas.limit', current_setting('statement_timeout'), true);\n\
                 SET LOCAL statement_timeout = '{limit}';\n"
            ),
            "SELECT set_config('statement_timeout', current_setting('hangmeas.limit'), true);\n",
        ),
        None => (String::new(), ""),
    };
    format!(
        "{limit}SELECT {label} AS {MARK}, answer.* FROM (\n{sql}\n) answer;\n\
         SELECT {label} AS {MARK}, extract(epoch FROM clock_timestamp()) AS hangmeas_clock;\n{unlimited}",
        label = literal(&query.label),
        sql = query.sql
    )
}

/// How the snapshot is opened, and what else the first message reads.
pub(super) struct Opening<'a> {
    /// BEGIN and the limits.
    pub begin: &'a str,
    /// Statements without labels.
    pub first: &'a str,
    /// Whether the snapshot is open already.
    pub open: bool,
}

/// Starts the clock of the next query.
const CLOCK: &str =
    "SELECT '' AS hangmeas_label, extract(epoch FROM clock_timestamp()) AS hangmeas_clock;\n";

/// Runs all queries in the snapshot, as one message.
pub(super) async fn run(
    session: &Session,
    opening: &Opening<'_>,
    queries: &[Query],
) -> Result<Answers> {
    if opening.open && queries.is_empty() {
        return Ok(Answers::default());
    }
    let begin = if opening.open { "" } else { opening.begin };
    let mut script = format!("{begin}{}{CLOCK}", opening.first);
    queries
        .iter()
        .for_each(|query| script.push_str(&labelled(query)));
    match session.run(&script).await {
        Ok(rows) => Ok(collect(rows, queries)),
        Err(failure) if failure.is_lost() || queries.is_empty() => {
            Err(failure.while_doing("checking"))
        }
        Err(_) => one_by_one(session, opening, queries).await,
    }
}

/// A new snapshot, and every query on its own: slower, but only what is broken breaks.
async fn one_by_one(
    session: &Session,
    opening: &Opening<'_>,
    queries: &[Query],
) -> Result<Answers> {
    let failed = |failure: Failure| failure.while_doing("checking");
    let script = format!(
        "ROLLBACK;\n{}{}SAVEPOINT checks",
        opening.begin, opening.first
    );
    let mut answers = Answers {
        others: session.run(&script).await.map_err(failed)?,
        trips: 2,
        ..Answers::default()
    };
    for query in queries {
        answers.trips += 1;
        match session.run(&format!("{CLOCK}{}", labelled(query))).await {
            Ok(rows) => {
                let one = collect(rows, std::slice::from_ref(query));
                answers.by_label.extend(one.by_label);
            }
            Err(failure) if failure.is_lost() => return Err(failed(failure)),
            Err(failure) => {
                answers.trips += 1;
                session
                    .run("ROLLBACK TO SAVEPOINT checks")
                    .await
                    .map_err(failed)?;
                let refusal = Answer {
                    refusal: Some(failure.to_string()),
                    denied: failure.code() == Some("42501"),
                    expired: query.limit.is_some() && failure.code() == Some("57014"),
                    ..Answer::default()
                };
                answers.by_label.insert(query.label.clone(), refusal);
            }
        }
    }
    Ok(answers)
}

fn collect(rows: Rows, queries: &[Query]) -> Answers {
    let mut answers = Answers {
        trips: 1,
        ..Answers::default()
    };
    for query in queries {
        answers
            .by_label
            .insert(query.label.clone(), Answer::default());
    }
    let mut clock = 0.0;
    for row in rows {
        if row
            .columns()
            .first()
            .is_none_or(|column| column.name() != MARK)
        {
            answers.others.push(row);
            continue;
        }
        let label = row.get(0).unwrap_or_default();
        let now = is_clock(&row).then(|| row.get(1).and_then(|text| text.parse::<f64>().ok()));
        let Some(answer) = answers.by_label.get_mut(label) else {
            clock = now.flatten().unwrap_or(clock);
            continue;
        };
        match now {
            Some(now) => {
                let now = now.unwrap_or(clock);
                answer.milliseconds = milliseconds(Duration::from_secs_f64((now - clock).max(0.0)));
                clock = now;
            }
            None => answer.rows.push(
                (1..row.len())
                    .map(|column| row.get(column).map(str::to_owned))
                    .collect(),
            ),
        }
    }
    answers
}

fn is_clock(row: &SimpleQueryRow) -> bool {
    row.columns()
        .get(1)
        .is_some_and(|column| column.name() == "hangmeas_clock")
}
