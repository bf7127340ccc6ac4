//! The second look, which depends on what the schema is: rows are counted, references that no foreign key watches are
//! followed. One message.

use std::collections::BTreeMap;

use super::execute::{Answers, Query};
use super::guide::{self, Rows};
use super::quoting::name;
use crate::catalog::Catalog;

/// Up to so many rows are counted or read; beyond, the estimate or a sample must do.
const BOUND: u64 = 100_000;

/// Rows of a large table that are read as a sample.
const SAMPLE: u64 = 10_000;

/// References of Spree that Hangmeas relies on; Spree declares no keys for them.
const SPREE: [(&str, &str, &str); 7] = [
    ("spree_orders", "user_id", "spree_users"),
    ("spree_line_items", "order_id", "spree_orders"),
    ("spree_line_items", "variant_id", "spree_variants"),
    ("spree_variants", "product_id", "spree_products"),
    ("spree_store_credits", "user_id", "spree_users"),
    ("spree_role_users", "user_id", "spree_users"),
    ("spree_role_users", "role_id", "spree_roles"),
];

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

/// A reference: child, column, parent, the parent's column.
type Reference<'a> = (&'a str, &'a str, &'a str, &'a str);

/// References that no valid foreign key watches.
fn unwatched(live: &Catalog) -> Vec<Reference<'_>> {
    let mut references = Vec::new();
    for (table, relation) in &live.relations {
        for key in relation.constraints.values().filter(|key| !key.validated) {
            if let (Some(far), [column]) = (&key.references, key.columns.as_slice())
                && let [far_column] = far.columns.as_slice()
            {
                references.push((
                    table.as_str(),
                    column.as_str(),
                    far.table.as_str(),
                    far_column.as_str(),
                ));
            }
        }
    }
    for (table, column, parent) in SPREE {
        let there = live
            .relations
            .get(table)
            .is_some_and(|it| it.columns.contains_key(column));
        let watched = live.relations.get(table).is_some_and(|it| {
            it.constraints
                .values()
                .any(|key| key.references.is_some() && key.columns == [column])
        });
        if there && !watched && live.relations.contains_key(parent) {
            references.push((table, column, parent, "id"));
        }
    }
    references
}

/// One query per reference; a row where there are orphans.
pub(super) fn orphan_queries(
    live: &Catalog,
    known: &BTreeMap<String, Known>,
    exact: bool,
) -> Vec<Query> {
    let readable = |table: &str| known.get(table).is_some_and(|it| it.readable);
    let references = unwatched(live).into_iter();
    references
        .filter(|(child, _, parent, _)| readable(child) && readable(parent))
        .map(|(child, column, parent, far)| {
            let rows = known.get(child).and_then(|it| it.rows).unwrap_or(0);
            let (sample, limit) = match (exact, rows > BOUND) {
                (true, _) => (String::new(), String::new()),
                // Twice as many as are wanted: pages are not equally full.
                (false, true) => (
                    format!("TABLESAMPLE SYSTEM (200.0 * {SAMPLE} / {rows}) "),
                    format!(" LIMIT {SAMPLE}"),
                ),
                (false, false) => (String::new(), format!(" LIMIT {BOUND}")),
            };
            let seen = match (exact, rows > BOUND) {
                (false, true) => " in a sample",
                _ => "",
            };
            // Keeps the planner from reading the whole parent for a few rows of the child.
            let probe = if exact { "" } else { " OFFSET 0" };
            let (child_name, column_name) = (name(child), name(column));
            let (parent_name, far_name) = (name(parent), name(far));
            Query {
                label: format!("orphans {child}.{column}"),
                limit: None,
                sql: format!(
                    "SELECT '{child}.{column}' AS object, NULL::text AS severity, \
                            format('%s rows of {child} point with {column} to no row of {parent}{seen}', count(*)) AS what, \
                            'UPDATE {child_name} SET {column_name} = NULL, or DELETE, WHERE NOT EXISTS (SELECT FROM {parent_name} p WHERE p.{far_name} = {child_name}.{column_name})' AS cure \
                       FROM (SELECT {column_name} AS reference FROM {child_name} {sample}WHERE {column_name} IS NOT NULL{limit}) child \
                      WHERE NOT EXISTS (SELECT FROM {parent_name} p WHERE p.{far_name} = child.reference{probe}) HAVING count(*) > 0"
                ),
            }
        })
        .collect()
}
