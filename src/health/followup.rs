//! The second look, which depends on what the schema is: rows are counted, references that no foreign key watches are
//! followed. One message.

use std::collections::BTreeMap;

use super::execute::{Answers, Query};
use super::guide::{self, Rows};
use super::quoting::name;

/// Up to so many rows are counted or read; beyond, the estimate or a sample must do.
pub(super) const BOUND: u64 = 100_000;

/// What is known about a table or view.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The planner's estimate; none when it was never analyzed.
    pub rows: Option<u64>,
    /// Whether this role may read it.
    pub readable: bool,
    /// Whether a materialized view has rows to show.
    pub populated: bool,
    /// Bytes of the tables that a view is made of; zero for others.
    pub made_of: u64,
}

/// Reads the answer of `tables.sql`.
pub(super) fn known(rows: &[Vec<Option<String>>]) -> BTreeMap<String, Known> {
    let text = |row: &[Option<String>], column: usize| row.get(column).cloned().flatten();
    let one = |row: &Vec<Option<String>>| {
        let known = Known {
            rows: text(row, 1).and_then(|rows| rows.parse().ok()),
            readable: text(row, 2).as_deref() == Some("true"),
            populated: text(row, 3).as_deref() == Some("true"),
            made_of: text(row, 4)
                .and_then(|bytes| bytes.parse().ok())
                .unwrap_or(0),
        };
        Some((text(row, 0)?, known))
    };
    rows.iter().filter_map(one).collect()
}

/// A query that counts the rows of the required tables that are there; exactly, or up to the bound.
pub(super) fn row_query(known: &BTreeMap<String, Known>, exact: bool) -> Option<Query> {
    let tables = guide::tables().into_iter().filter(|table| {
        let known = known.get(*table);
        known.is_some_and(|it| it.readable && (exact || it.rows.is_none_or(|rows| rows <= BOUND)))
    });
    let parts: Vec<String> = tables
        .map(|table| {
            let counted = if exact {
                name(table)
            } else {
                format!("(SELECT FROM {} LIMIT {}) bounded", name(table), BOUND + 1)
            };
            format!("SELECT '{table}', (SELECT count(*) FROM {counted})::text")
        })
        .collect();
    (!parts.is_empty()).then(|| Query {
        label: "rows".to_owned(),
        limit: None,
        sql: parts.join("\nUNION ALL "),
    })
}

/// The numbers of rows: counted where they could be.
pub(super) fn row_counts(
    known: &BTreeMap<String, Known>,
    answers: &Answers,
    exact: bool,
) -> BTreeMap<String, Rows> {
    let mut counted = BTreeMap::new();
    for row in answers
        .by_label
        .get("rows")
        .map(|it| it.rows.as_slice())
        .unwrap_or_default()
    {
        if let [Some(table), Some(count)] = row.as_slice() {
            counted.insert(table.as_str(), count.parse::<u64>().unwrap_or_default());
        }
    }
    let tables = guide::tables().into_iter();
    tables
        .filter_map(|table| Some((table, known.get(table)?)))
        .map(|(table, it)| {
            let estimate = it.rows.map_or(Rows::Unknown, Rows::About);
            let rows = match counted.get(table) {
                Some(count) if exact || *count <= BOUND => Rows::Exact(*count),
                // Never analyzed, and more than the bound: at least that many.
                Some(count) => Rows::About(it.rows.unwrap_or(*count).max(*count)),
                None => estimate,
            };
            (table.to_owned(), rows)
        })
        .collect()
}
