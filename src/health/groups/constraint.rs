//! Constraints that do not hold, and types that do not fit.

use super::query;
use crate::health::check::{Check, Cost, Need, Program, Severities, Work};
use crate::report::{Group, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "constraint.not_valid",
        group: Group::Constraint,
        title: "Constraints that are NOT VALID",
        severity: Severities::always(Severity::Warning),
        needs: &[],
        cost: Cost::Catalog,
        why: "It holds for new rows only. The planner does not believe it, and rows from before may break it.",
        cure: "VALIDATE CONSTRAINT reads the table and blocks neither readers nor writers. When it fails, it names a row.",
        work: query!("constraint.not_valid"),
    },
    Check {
        id: "constraint.narrow_key",
        group: Group::Constraint,
        title: "Foreign keys narrower than what they point to",
        severity: Severities::always(Severity::Error),
        needs: &[],
        cost: Cost::Catalog,
        why: "The parent's numbers go on after the child can no longer hold them; then every insert fails.",
        cure: "Change the type. It rewrites the table under a lock: plan a window, or add a column and switch over.",
        work: query!("constraint.narrow_key"),
    },
    Check {
        id: "constraint.undeclared",
        group: Group::Constraint,
        title: "References without a foreign key",
        severity: Severities::always(Severity::Warning),
        needs: &[],
        cost: Cost::Catalog,
        why: "The name says that the column points to a row; nothing makes sure that the row is there.",
        cure: "Add the key NOT VALID, then validate it. Tables of Spree declare no keys and are left out.",
        work: query!("constraint.undeclared"),
    },
    Check {
        id: "constraint.no_primary_key",
        group: Group::Constraint,
        title: "Tables without a primary key",
        severity: Severities::always(Severity::Warning),
        needs: &[],
        cost: Cost::Catalog,
        why: "Rows that nothing tells apart cannot be corrected one by one, nor replicated logically.",
        cure: "Add a primary key.",
        work: query!("constraint.no_primary_key"),
    },
    Check {
        id: "constraint.triggers_off",
        group: Group::Constraint,
        title: "Disabled triggers and foreign keys",
        severity: Severities::always(Severity::Error),
        needs: &[],
        cost: Cost::Catalog,
        why: "A load that switched triggers off and died leaves foreign keys that look whole and check nothing.",
        cure: "Switch them on, then look for orphans: `hangmeas db health-check --only constraint.orphans --exact`.",
        work: query!("constraint.triggers_off"),
    },
    Check {
        id: "constraint.orphans",
        group: Group::Constraint,
        title: "Rows that point to nothing",
        severity: Severities::always(Severity::Error),
        needs: &[Need::Tables],
        cost: Cost::Sample,
        why: "Where no valid foreign key watches, rows outlive what they belong to: orders of deleted users, seats of deleted \
              products. Pages that show them fail. Of a large table a sample is read; `--exact` reads all, and \
              follows the valid keys too: one that was switched off for a while still looks whole.",
        cure: "Look at the rows first. What is printed empties the reference, or deletes the row where it must not be \
              empty; then let a foreign key watch.",
        work: Work::Program(Program::Orphans),
    },
    Check {
        id: "constraint.sequence_behind",
        group: Group::Constraint,
        title: "Sequences behind their columns",
        severity: Severities::always(Severity::Error),
        needs: &[Need::Sequences, Need::Tables],
        cost: Cost::Sample,
        why: "Rows that came with their numbers, by a load, a restore or by hand, do not move the sequence. It then gives \
              numbers that are taken, and inserts fail on a duplicate key.",
        cure: "Set the sequence to the largest number of the column.",
        work: Work::Program(Program::Numbers(include_str!(
            "../queries/constraint.sequence_behind.sql"
        ))),
    },
];
