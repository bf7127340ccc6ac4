//! Which ids the new rows of a run have: what the database remembers of it.

use std::collections::HashMap;

use super::history::{Rows, Run};
use super::records::{Batch, Cells, Value};
use super::rows::{Ids, Stage};

/// First and last id of every table's new rows: fixed ones first, generated ones right after.
pub fn all(batches: &[(&'static str, Batch)], stages: &[Stage], ids: Option<&Ids>) -> Rows {
    let mut rows = Rows::default();
    for (table, batch) in batches {
        let id = |cells: &Cells| match cells.first() {
            Some((_, Value::Int(id))) => Some(*id),
            _ => None,
        };
        let all = batch.rows.iter().filter_map(id);
        if let (Some(first), Some(last)) = (all.clone().min(), all.max()) {
            rows.0.insert((*table).to_owned(), (first, last));
        }
    }
    for stage in stages {
        let first = ids.map_or(0, |ids| ids.first(stage.table));
        let span = rows
            .0
            .entry(stage.table.to_owned())
            .or_insert((first, first - 1));
        span.1 = span.1.max(first - 1) + stage.rows.cast_signed();
    }
    rows
}

/// The part of them that was generated: what began no earlier than these ids of their tables. Fixed
/// records are made again one by one, these only all together.
pub fn generated(all: &Rows, began: &HashMap<String, i64>) -> Rows {
    let own = all.0.iter().filter_map(|(table, (first, last))| {
        let first = *began.get(table)?.max(first);
        (first <= *last).then(|| (table.clone(), (first, *last)))
    });
    Rows(own.collect())
}

/// The tables with their numbers of rows: those that they get, and those of runs that are `leaving`.
#[must_use]
pub fn with_held<'a>(leaving: &[Run], large: &[(&'a str, u64)]) -> Vec<(&'a str, u64)> {
    let held = |table: &str| -> i64 {
        let spans = leaving.iter().filter_map(|run| run.rows.0.get(table));
        spans.map(|(first, last)| last - first + 1).sum()
    };
    let all = large.iter();
    all.map(|(table, rows)| (*table, rows + held(table).unsigned_abs()))
        .collect()
}
