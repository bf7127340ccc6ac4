//! What a check is: who it is, what it needs to see, what it costs, how it works, and the words that explain it.

use crate::invariants::Rule;
use crate::report::{Group, Severity};

/// How grave a finding is, by where it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Severities {
    /// In development and test.
    pub usual: Severity,
    /// In a protected environment, which serves people.
    pub protected: Severity,
}

impl Severities {
    /// The same everywhere.
    pub(super) const fn always(severity: Severity) -> Self {
        Self {
            usual: severity,
            protected: severity,
        }
    }

    /// What production must have and a laptop need not.
    pub(super) const fn in_production(protected: Severity) -> Self {
        Self {
            usual: Severity::Note,
            protected,
        }
    }

    /// The one that counts here.
    #[must_use]
    pub fn here(self, protected: bool) -> Severity {
        if protected {
            self.protected
        } else {
            self.usual
        }
    }
}

/// What a check must be able to see. It is proven before the check runs, because what a role may not see looks like
/// health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The statistics and queries of other sessions.
    AllStats,
    /// Settings that only some may read.
    AllSettings,
    /// Passwords, as hashes.
    Passwords,
    /// Where every sequence stands.
    Sequences,
    /// The rows and statistics of every table and view.
    Tables,
    /// Every function, by calling it.
    Functions,
    /// That the server counts what sessions do.
    Counting,
    /// That the server tells what sessions do.
    Activities,
    /// A column, which must be there and readable: `table.column`.
    Column(&'static str),
    /// That this is not a standby.
    Primary,
}

/// What a check costs the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Reads the catalog only.
    Catalog,
    /// Reads statistics and file sizes.
    Statistics,
    /// Reads a bounded number of rows.
    Sample,
    /// Reads tables whole; runs with `--data` or `--exact` only.
    Scan,
}

impl Cost {
    /// What people call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Catalog => "reads the catalog",
            Self::Statistics => "reads statistics and file sizes",
            Self::Sample => "reads a bounded number of rows",
            Self::Scan => "reads whole tables",
        }
    }
}

/// How a check works.
#[derive(Debug, Clone, Copy)]
pub enum Work {
    /// A query of four text columns: object, severity (none for the check's own), what, cure.
    Query(&'static str),
    /// A rule of the business.
    Rule(&'static Rule),
    /// Judged from the schema, from what the caller knows, or by queries that depend on the schema.
    Program(Program),
}

/// The checks that are more than one query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The guide: tables.
    GuideTables,
    /// The guide: key indexes.
    GuideIndexes,
    /// The guide: row counts.
    GuideRows,
    /// The guide: foreign keys.
    GuideKeys,
    /// The schema against the expected one, one kind of object each.
    Conformity(&'static [crate::catalog::ObjectKind]),
    /// Migrations that are pending or were edited.
    Migrations,
    /// Views and functions that do not run.
    Runs,
    /// Rows that point to nothing.
    Orphans,
    /// Sequences behind the columns that they feed; the query tells which to look at.
    Numbers(&'static str),
    /// The age of the last backup.
    BackupAge,
}

/// One check.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Stable id, `group.name`.
    pub id: &'static str,
    /// Its group.
    pub group: Group,
    /// What it looks for, in a few words.
    pub title: &'static str,
    /// How grave its findings are.
    pub severity: Severities,
    /// What it must be able to see.
    pub needs: &'static [Need],
    /// What it costs.
    pub cost: Cost,
    /// Why it matters.
    pub why: &'static str,
    /// What to do, in words.
    pub cure: &'static str,
    /// How it works.
    pub work: Work,
}

impl Check {
    /// Whether it judges what is in the schemas of the search path.
    pub(super) fn looks_into_schemas(&self) -> bool {
        match self.work {
            Work::Query(sql) => {
                let column = |need: &Need| matches!(need, Need::Column(_));
                sql.contains("{scope}")
                    || sql.contains("to_regclass")
                    || self.needs.iter().any(column)
            }
            Work::Rule(_) => true,
            Work::Program(program) => !matches!(program, Program::Migrations | Program::BackupAge),
        }
    }
}
