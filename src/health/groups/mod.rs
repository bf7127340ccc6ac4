//! The checks, a file per group. Everything about a check is said here once; the registry, the report, the pages in
//! `docs/checks` and the tests read it.

mod activity;
mod capacity;
mod conformity;
mod constraint;
mod data;
mod guide;
mod index;
mod operations;
mod security;

use super::check::Check;

/// All checks, in the order of reports.
pub(super) fn all() -> Vec<Check> {
    let fixed = |checks: &[Check]| checks.to_vec();
    [
        fixed(guide::CHECKS),
        fixed(conformity::CHECKS),
        fixed(index::CHECKS),
        fixed(constraint::CHECKS),
        fixed(data::CHECKS),
        data::rules().collect(),
        fixed(capacity::CHECKS),
        fixed(activity::CHECKS),
        fixed(operations::CHECKS),
        fixed(security::CHECKS),
    ]
    .concat()
}

/// The query file of a check.
macro_rules! query {
    ($id:literal) => {
        $crate::health::check::Work::Query(include_str!(concat!("../queries/", $id, ".sql")))
    };
}
use query;
