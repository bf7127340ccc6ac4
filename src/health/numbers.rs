//! Sequences against the columns that they feed: the first look tells which, the second asks each for the row in the way.

use super::execute::{Answers, Query};

/// Label of the second query.
pub(super) const LABEL: &str = "numbers";

/// One query for all sequences that the first look told; none when every table is empty.
pub(super) fn query(check: &str, first: &Answers) -> Option<Query> {
    let rows = &first.by_label.get(check)?.rows;
    let parts: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.get(1)?.as_deref())
        .collect();
    (!parts.is_empty()).then(|| Query {
        label: LABEL.to_owned(),
        limit: None,
        sql: include_str!("queries/numbers.sql").replace("{parts}", &parts.join("\nUNION ALL ")),
    })
}
