//! The live schema against what the migrations make.

use super::query;
use crate::catalog::ObjectKind;
use crate::health::check::{Check, Cost, Need, Program, Severities, Work};
use crate::report::{Group, Severity};

const CURE: &str = "Run the statement that is printed, or `hangmeas db drift --sql` for all of them. Where the change is \
                    wanted, write a migration that makes it.";

const fn of(
    id: &'static str,
    title: &'static str,
    why: &'static str,
    kinds: &'static [ObjectKind],
) -> Check {
    Check {
        id,
        group: Group::Conformity,
        title,
        severity: Severities::always(Severity::Error),
        needs: &[],
        cost: Cost::Catalog,
        why,
        cure: CURE,
        work: Work::Program(Program::Conformity(kinds)),
    }
}

pub(super) const CHECKS: &[Check] = &[
    of(
        "conformity.table",
        "Tables as the migrations made them",
        "A table that is gone, renamed or of another kind breaks every query that names it.",
        &[ObjectKind::Table],
    ),
    of(
        "conformity.column",
        "Columns: type, default, nullability",
        "A narrower type refuses values, a lost default writes NULL where the application expects zero, and a lost NOT NULL \
         lets rows in that it cannot show.",
        &[ObjectKind::Column],
    ),
    of(
        "conformity.constraint",
        "Keys and checks: definition, validated, watched",
        "What a constraint no longer forbids, some program will write. A key of Spree counts where foreign keys of Hangmeas \
         point to it.",
        &[
            ObjectKind::PrimaryKey,
            ObjectKind::UniqueConstraint,
            ObjectKind::ForeignKey,
            ObjectKind::Check,
            ObjectKind::Exclusion,
        ],
    ),
    of(
        "conformity.index",
        "Indexes: definition, validity, name",
        "A missing index makes a query read the whole table; a missing unique one lets duplicates in. One of another name \
         works, but the next migration that names it fails.",
        &[ObjectKind::Index],
    ),
    of(
        "conformity.view",
        "Views and materialized views",
        "A view that says something else answers questions wrongly, and nobody notices.",
        &[ObjectKind::View, ObjectKind::MaterializedView],
    ),
    of(
        "conformity.function",
        "Functions and triggers",
        "A function with another body computes something else under the same name.",
        &[ObjectKind::Function, ObjectKind::Trigger],
    ),
    of(
        "conformity.sequence",
        "Sequences and types",
        "Without its sequence a table takes no rows.",
        &[ObjectKind::Sequence, ObjectKind::Type],
    ),
    of(
        "conformity.extension",
        "Extensions",
        "Without pg_trgm no search by name works, and its indexes went with it.",
        &[ObjectKind::Extension],
    ),
    Check {
        id: "conformity.added",
        group: Group::Conformity,
        title: "Rules, triggers, policies, heirs and overloads that others added",
        severity: Severities::always(Severity::Warning),
        needs: &[],
        cost: Cost::Catalog,
        why: "All is as the migrations made it, and yet does something else: a rule or a trigger before each row swallows or \
              changes what the application writes, a policy hides rows, a table that inherits shows its rows twice, and a call \
              finds another function. The shop may want it; then nobody else should be surprised.",
        cure: "Look at it: `\\d+ TABLE` or `\\df+ FUNCTION` in `hangmeas db console`. If the shop wants it, waive the finding with \
               the reason; if nobody does, run the statement that is printed.",
        work: query!("conformity.added"),
    },
    Check {
        id: "conformity.migrations",
        group: Group::Conformity,
        title: "Migrations that are pending, edited or missing",
        severity: Severities {
            usual: Severity::Warning,
            protected: Severity::Error,
        },
        needs: &[],
        cost: Cost::Catalog,
        why: "The application expects the schema of the newest migration; an edited one was not applied as it reads now.",
        cure: "Run `hangmeas db migrate`, or `hangmeas db status` to see which migration changed.",
        work: Work::Program(Program::Migrations),
    },
    Check {
        id: "conformity.runs",
        group: Group::Conformity,
        title: "Views and functions run",
        severity: Severities::always(Severity::Error),
        needs: &[Need::Tables, Need::Functions],
        cost: Cost::Sample,
        why: "PostgreSQL looks at the body of a function when it is called, not when a column it needs is dropped. So each is \
              called here, and each view and the query of each materialized view is computed whole, so that a row that divides by \
              zero is found, and one that a refresh would meet twice. Where their tables are larger than 16 MB, they are only \
              planned, and a note says so; `--exact` computes them.",
        cure: "Read the error that is printed; `hangmeas db drift` shows what changed below the view or function.",
        work: Work::Program(Program::Runs),
    },
];
