//! The second look, which depends on what the schema is: rows are counted, views and functions are run, references that
//! no foreign key watches are followed. One message.

use std::collections::BTreeMap;

use super::execute::{Answers, Query};
use super::guide::{self, Rows};
use super::quoting::name;
use crate::catalog::{Catalog, RelationKind, expected};
use crate::report::Severity;

/// Up to so many rows are counted or read; beyond, the estimate or a sample must do.
pub(super) const BOUND: u64 = 100_000;

/// A materialized view of at most so many bytes of tables is made once for trial.
const SMALL: u64 = 16 << 20;

/// What is known about a table or view.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The planner's estimate; none when it was never analyzed.
    pub rows: Option<u64>,
    /// Whether this role may read it.
    pub readable: bool,
    /// Whether a materialized view has rows to show.
    pub populated: bool,
    /// Bytes of the tables that a materialized view is made of; zero for others.
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

/// One query per view and function of Hangmeas that is there.
pub(super) fn run_queries(
    live: &Catalog,
    known: &BTreeMap<String, Known>,
    exact: bool,
) -> Vec<Query> {
    let mut queries = Vec::new();
    for (view, must) in &expected().catalog.relations {
        let readable = known
            .get(view)
            .is_some_and(|it| it.readable && it.populated);
        let Some(relation) = live
            .relations
            .get(view)
            .filter(|_| must.kind.is_view() && readable)
        else {
            continue;
        };
        queries.push(Query {
            label: format!("run view {view}"),
            sql: format!("SELECT * FROM {} LIMIT 0", name(view)),
        });
        let query = relation.definition.as_deref().unwrap_or_default();
        let small = known.get(view).is_some_and(|it| it.made_of <= SMALL);
        if (exact || small) && relation.kind == RelationKind::MaterializedView {
            let query = query.trim().trim_end_matches(';');
            queries.push(Query {
                label: format!("run refresh of {view}"),
                // Counting whole rows computes every column; `HAVING false` would run nothing.
                sql: format!(
                    "SELECT count(refreshed)::text FROM ({query}) refreshed HAVING count(refreshed) < 0"
                ),
            });
        }
    }
    for function in expected().catalog.functions.keys() {
        if live.functions.contains_key(function)
            && let Some(call) = call(function)
        {
            queries.push(Query {
                label: format!("run function {function}"),
                sql: format!(
                    "SELECT count(answer)::text FROM {call} answer HAVING count(answer) < 0"
                ),
            });
        }
    }
    queries
}

/// `f(a bigint, b text)` as a call with harmless arguments: `f('0'::bigint, '0'::text)`.
fn call(function: &str) -> Option<String> {
    let (name, arguments) = function.strip_suffix(')')?.split_once('(')?;
    let typed = arguments
        .split(", ")
        .filter(|argument| !argument.is_empty());
    let values: Vec<String> = typed
        .map(|argument| {
            let data_type = argument.split_once(' ').map_or(argument, |(_, rest)| rest);
            format!("'0'::{data_type}")
        })
        .collect();
    Some(format!("{name}({})", values.join(", ")))
}

/// One thing that does not run.
pub(super) struct Broken {
    pub object: String,
    pub what: String,
    pub severity: Option<Severity>,
    pub cure: String,
}

/// What did not run, or has nothing to show.
pub(super) fn broken(
    live: &Catalog,
    known: &BTreeMap<String, Known>,
    answers: &Answers,
) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (label, answer) in &answers.by_label {
        let Some(object) = label.strip_prefix("run ") else {
            continue;
        };
        let bare = object.rsplit_once(' ').map_or(object, |(_, name)| name);
        let bare = if object.starts_with("function ") {
            object.trim_start_matches("function ")
        } else {
            bare
        };
        if let Some(refusal) = &answer.refusal {
            broken.push(Broken {
                object: bare.to_owned(),
                what: format!("{object} does not run: {refusal}"),
                severity: None,
                cure: "hangmeas db drift".to_owned(),
            });
        }
    }
    for (view, it) in known {
        let ours = expected().catalog.relations.contains_key(view);
        if ours && !it.populated && live.relations.contains_key(view) {
            broken.push(Broken {
                object: view.clone(),
                what: format!("materialized view {view} was never filled: every query of it fails"),
                severity: None,
                cure: format!("REFRESH MATERIALIZED VIEW {}", name(view)),
            });
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::call;

    #[test]
    fn calls_have_an_argument_of_every_type() {
        assert_eq!(call("f(a bigint)").as_deref(), Some("f('0'::bigint)"));
        assert_eq!(
            call("f(a bigint, b character varying)").as_deref(),
            Some("f('0'::bigint, '0'::character varying)")
        );
        assert_eq!(call("f()").as_deref(), Some("f()"));
    }
}
