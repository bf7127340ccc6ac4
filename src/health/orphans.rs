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

/// A reference of a child's columns to a parent's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reference<'a> {
    child: &'a str,
    columns: Vec<&'a str>,
    parent: &'a str,
    far: Vec<&'a str>,
    /// Whether a row with some of the columns empty points to nothing, too (MATCH FULL).
    full: bool,
}

/// References that no valid foreign key watches; all of them where a key's word is not taken, because it may have been
/// switched off for a while.
fn references(live: &Catalog, exact: bool) -> Vec<Reference<'_>> {
    let mut references = Vec::new();
    for (table, relation) in &live.relations {
        let followed = |key: &&Constraint| exact || key.unwatched || !key.validated;
        for key in relation.constraints.values().filter(followed) {
            if let Some(far) = &key.references {
                references.push(Reference {
                    child: table,
                    columns: key.columns.iter().map(String::as_str).collect(),
                    parent: &far.table,
                    far: far.columns.iter().map(String::as_str).collect(),
                    full: key.definition.contains(" MATCH FULL"),
                });
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
            references.push(Reference {
                child: table,
                columns: vec![column],
                parent,
                far: vec!["id"],
                full: false,
            });
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
        .filter(|it| readable(it.child) && readable(it.parent))
        .map(|it| {
            let rows = known.get(it.child).and_then(|it| it.rows).unwrap_or(0);
            Query {
                label: format!("orphans {}", it.path()),
                limit: None,
                sql: it.follow(&it.cure(live), rows, exact),
            }
        })
        .collect()
}

impl Reference<'_> {
    /// `child.column`, `child.(a, b)`.
    fn path(&self) -> String {
        match self.columns.as_slice() {
            [column] => format!("{}.{column}", self.child),
            columns => format!("{}.({})", self.child, columns.join(", ")),
        }
    }

    /// Which rows of the child must have a parent, by those of its columns that may be empty.
    fn points(&self, nullable: &[&str]) -> Option<String> {
        let all = nullable.iter().map(|column| name(column));
        let all: Vec<String> = all.map(|it| format!("{it} IS NOT NULL")).collect();
        match (all.len(), self.full) {
            (0, _) => None,
            // With one that is never empty, all rows must.
            (some, true) if some < self.columns.len() => None,
            (1, _) | (_, false) => Some(all.join(" AND ")),
            (_, true) => Some(format!("({})", all.join(" OR "))),
        }
    }

    /// Which row of the parent is meant, where the child's columns are called so.
    fn meets(&self, column: impl Fn(usize, &str) -> String) -> String {
        let pairs = self.far.iter().zip(&self.columns).enumerate();
        let pairs: Vec<String> = pairs
            .map(|(n, (far, own))| format!("p.{} = {}", name(far), column(n, own)))
            .collect();
        pairs.join(" AND ")
    }

    /// The rows of the child, or a sample of them, whose parent is not there.
    fn follow(&self, cure: &str, rows: u64, exact: bool) -> String {
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
        let columns = self.columns.join(", ");
        let what = |verb: &str| {
            literal(&format!(
                " of {} {verb} with {columns} to no row of {}{place}: ",
                self.child, self.parent
            ))
        };
        let (one, many, cure) = (what("points"), what("point"), literal(cure));
        let read: Vec<String> = (0..)
            .zip(&self.columns)
            .map(|(n, column): (usize, _)| format!("{} AS c{n}", name(column)))
            .collect();
        let told: Vec<String> = (0..self.columns.len())
            .map(|n| format!("coalesce(child.c{n}::text, 'NULL')"))
            .collect();
        let told = match told.as_slice() {
            [only] => only.clone(),
            several => format!("'(' || {} || ')'", several.join(" || ', ' || ")),
        };
        format!(
            "SELECT {object} AS object, NULL::text AS severity, count(*) || \
                    CASE count(*) WHEN 1 THEN ' row'||{one} ELSE ' rows'||{many} END || \
                    array_to_string((array_agg(DISTINCT {told}))[1:3], ', ') || \
                    CASE WHEN count(DISTINCT {told}) > 3 THEN ', …' ELSE '' END AS what, \
                    {cure} AS cure \
               FROM (SELECT {read} FROM {child} {sample}WHERE {points}{limit}) child \
              WHERE NOT EXISTS (SELECT FROM {parent} p WHERE {meets}{probe}) HAVING count(*) > 0",
            object = literal(&self.path()),
            read = read.join(", "),
            child = name(self.child),
            points = self.points(&self.columns).unwrap_or_default(),
            parent = name(self.parent),
            meets = self.meets(|n, _| format!("child.c{n}")),
        )
    }

    /// The statement that lets them point to nothing, or where no column may be empty, deletes them.
    fn cure(&self, live: &Catalog) -> String {
        let relation = live.relations.get(self.child);
        let is_nullable = |column: &str| {
            let column = relation.and_then(|it| it.columns.get(column));
            column.is_some_and(|it| it.nullable)
        };
        let columns = self.columns.iter().copied();
        let nullable: Vec<&str> = columns.filter(|it| is_nullable(it)).collect();
        // One empty column is enough, unless all must be.
        let enough = !self.full || nullable.len() == self.columns.len();
        let emptied = nullable.iter().filter(|_| enough);
        let child = name(self.child);
        let meets = self.meets(|_, column| format!("{child}.{}", name(column)));
        let lost = format!(
            "NOT EXISTS (SELECT FROM {} p WHERE {meets})",
            name(self.parent)
        );
        let lost = match self.points(&nullable) {
            Some(points) => format!("{points} AND {lost}"),
            None => lost,
        };
        let empty: Vec<String> = emptied.map(|it| format!("{} = NULL", name(it))).collect();
        if empty.is_empty() {
            format!("DELETE FROM {child} WHERE {lost}")
        } else {
            format!("UPDATE {child} SET {} WHERE {lost}", empty.join(", "))
        }
    }
}
