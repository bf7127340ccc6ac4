//! The four lists of the guide's own health check, made strict.

use crate::health::check::{Check, Cost, Program, Severities, Work};
use crate::report::{Group, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "guide.tables",
        group: Group::Guide,
        title: "Required tables",
        severity: Severities::always(Severity::Error),
        needs: &[],
        cost: Cost::Catalog,
        why: "The application reads and writes these tables; without one of them its pages fail.",
        cure: "Run `hangmeas db migrate`. A missing table of Spree is for Spree's own migrations.",
        work: Work::Program(Program::GuideTables),
    },
    Check {
        id: "guide.indexes",
        group: Group::Guide,
        title: "Key indexes",
        severity: Severities::always(Severity::Error),
        needs: &[],
        cost: Cost::Catalog,
        why: "Unique indexes are what keeps two users from one phone number and two votes from one seat; the index over \
              votes by user, episode and type is what every free vote is counted by.",
        cure: "Run the statement that is printed, or `hangmeas db drift --sql` for all of them.",
        work: Work::Program(Program::GuideIndexes),
    },
    Check {
        id: "guide.rows",
        group: Group::Guide,
        title: "Table statistics",
        severity: Severities::always(Severity::Note),
        needs: &[],
        cost: Cost::Sample,
        why: "A table that is empty where it should not be, or larger than anybody thought, shows here first. Above 100,000 \
              rows the number is the planner's estimate, marked ~; `--exact` counts.",
        cure: "Nothing: this list is for reading.",
        work: Work::Program(Program::GuideRows),
    },
    Check {
        id: "guide.keys",
        group: Group::Guide,
        title: "Foreign key constraints",
        severity: Severities::always(Severity::Error),
        needs: &[],
        cost: Cost::Catalog,
        why: "A foreign key is the only thing that keeps a vote from pointing to nobody, whichever program writes it.",
        cure: "Run the statement that is printed, or `hangmeas db drift --sql` for all of them.",
        work: Work::Program(Program::GuideKeys),
    },
];
