//! Rows that point to nothing: references that no valid foreign key watches are followed, in a sample; all of them in whole.

use std::collections::BTreeMap;

use super::execute::Query;
use super::followup::{BOUND, Known};
use super::quoting::name;
use crate::catalog::{Catalog, Constraint};
use crate::postgres::sql::literal;

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

/// A reference: child, column, parent, the parent's column.
type Reference<'a> = (&'a str, &'a str, &'a str, &'a str);

/// References that no valid foreign key watches; all of them where a key's word is not taken, because it may have been
/// switched off for a while.
fn references(live: &Catalog, exact: bool) -> Vec<Reference<'_>> {
    let mut references = Vec::new();
    for (table, relation) in &live.relations {
        let followed = |key: &&Constraint| exact || key.unwatched || !key.validated;
        for key in relation.constraints.values().filter(followed) {
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
    references.sort_unstable();
    references.dedup();
    references
}

/// One query per reference; a row where there are orphans.
pub(super) fn queries(live: &Catalog, known: &BTreeMap<String, Known>, exact: bool) -> Vec<Query> {
    let readable = |table: &str| known.get(table).is_some_and(|it| it.readable);
    let references = references(live, exact).into_iter();
    references
        .filter(|(child, _, parent, _)| readable(child) && readable(parent))
        .map(|reference| {
            let (child, column, ..) = reference;
            let rows = known.get(child).and_then(|it| it.rows).unwrap_or(0);
            Query {
                label: format!("orphans {child}.{column}"),
                limit: None,
                sql: follow(reference, cure(live, reference), rows, exact),
            }
        })
        .collect()
}

/// The rows of the child, or a sample of them, whose parent is not there.
fn follow(
    (child, column, parent, far): Reference<'_>,
    cure: String,
    rows: u64,
    exact: bool,
) -> String {
    let large = rows > BOUND;
    let (sample, limit) = match (exact, large) {
        (true, _) => (String::new(), String::new()),
        // Twice as many as are wanted: pages are not equally full.
        (false, true) => (
            format!("TABLESAMPLE SYSTEM (200.0 * {SAMPLE} / {rows}) "),
            format!(" LIMIT {SAMPLE}"),
        ),
        (false, false) => (String::new(), format!(" LIMIT {BOUND}")),
    };
    let place = if large && !exact { " in a sample" } else { "" };
    // Keeps the planner from reading the whole parent for a few rows of the child.
    let probe = if exact { "" } else { " OFFSET 0" };
    let object = literal(&format!("{child}.{column}"));
    let what = |verb: &str| {
        literal(&format!(
            " of {child} {verb} with {column} to no row of {parent}{place}: "
        ))
    };
    let (one, many, cure) = (what("points"), what("point"), literal(&cure));
    let (child, column, parent, far) = (name(child), name(column), name(parent), name(far));
    format!(
        "SELECT {object} AS object, NULL::text AS severity, count(*) || \
                CASE count(*) WHEN 1 THEN ' row'||{one} ELSE ' rows'||{many} END || \
                array_to_string((array_agg(DISTINCT child.reference::text))[1:3], ', ') || \
                CASE WHEN count(DISTINCT child.reference) > 3 THEN ', …' ELSE '' END AS what, \
                {cure} AS cure \
           FROM (SELECT {column} AS reference FROM {child} {sample}WHERE {column} IS NOT NULL{limit}) child \
          WHERE NOT EXISTS (SELECT FROM {parent} p WHERE p.{far} = child.reference{probe}) HAVING count(*) > 0"
    )
}

/// The statement that lets them point to nothing, or where the column must hold something, deletes them.
fn cure(live: &Catalog, (child, column, parent, far): Reference<'_>) -> String {
    let relation = live.relations.get(child);
    let nullable = relation
        .and_then(|it| it.columns.get(column))
        .is_some_and(|it| it.nullable);
    let (child, column, parent, far) = (name(child), name(column), name(parent), name(far));
    let lost = format!("NOT EXISTS (SELECT FROM {parent} p WHERE p.{far} = {child}.{column})");
    if nullable {
        format!("UPDATE {child} SET {column} = NULL WHERE {column} IS NOT NULL AND {lost}")
    } else {
        format!("DELETE FROM {child} WHERE {lost}")
    }
}
