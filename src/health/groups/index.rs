//! Indexes that do not work, are too many, or are not there.

use super::query;
use crate::health::check::{Check, Cost, Need, Severities};
use crate::report::{Group, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "index.invalid",
        group: Group::Index,
        title: "Invalid indexes",
        severity: Severities::always(Severity::Error),
        needs: &[],
        cost: Cost::Catalog,
        why: "A build with CONCURRENTLY that failed leaves an index that no query may use, while every write still pays for \
              it. A unique one guards nothing.",
        cure: "Build it again with REINDEX INDEX CONCURRENTLY, which blocks nobody.",
        work: query!("index.invalid"),
    },
    Check {
        id: "index.duplicate",
        group: Group::Index,
        title: "Duplicate indexes",
        severity: Severities::always(Severity::Warning),
        needs: &[],
        cost: Cost::Catalog,
        why: "Every write keeps both, and both take memory; queries use one.",
        cure: "Drop the one that is printed; the other serves a constraint, or is the older one.",
        work: query!("index.duplicate"),
    },
    Check {
        id: "index.prefix",
        group: Group::Index,
        title: "Indexes that a longer one makes needless",
        severity: Severities::always(Severity::Warning),
        needs: &[],
        cost: Cost::Catalog,
        why: "An index over (a, b) answers what an index over (a) answers. The short one costs every write.",
        cure: "Drop the shorter one, unless it is much smaller and much read.",
        work: query!("index.prefix"),
    },
    Check {
        id: "index.foreign_key",
        group: Group::Index,
        title: "Foreign keys without an index",
        severity: Severities::always(Severity::Warning),
        needs: &[],
        cost: Cost::Catalog,
        why: "Deleting or renumbering a parent row reads the whole child table, under a lock. Joins read it too.",
        cure: "Create the index that is printed; CONCURRENTLY blocks nobody.",
        work: query!("index.foreign_key"),
    },
    Check {
        id: "index.unused",
        group: Group::Index,
        title: "Indexes that nothing reads",
        severity: Severities::always(Severity::Note),
        needs: &[Need::Counting],
        cost: Cost::Statistics,
        why: "An index that no query used in weeks costs every write and takes memory from those that are used. Standbys \
              count for themselves: look there too before dropping it.",
        cure: "Look at the standbys, then drop it with DROP INDEX CONCURRENTLY.",
        work: query!("index.unused"),
    },
    Check {
        id: "index.bloat",
        group: Group::Index,
        title: "Indexes that are mostly air",
        severity: Severities::always(Severity::Note),
        needs: &[Need::Tables],
        cost: Cost::Statistics,
        why: "An index that grew with deleted rows reads more pages for the same answer. This is an estimate by the average \
              width of keys; pgstatindex() measures.",
        cure: "REINDEX INDEX CONCURRENTLY builds it anew and blocks nobody.",
        work: query!("index.bloat"),
    },
];
