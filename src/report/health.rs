//! Answers of `db health-check`, `db drift` and `explain`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a check belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// The four of the guide.
    Guide,
    /// The schema against the expected one.
    Conformity,
    /// Indexes.
    Index,
    /// Constraints and types.
    Constraint,
    /// What the rows say.
    Data,
    /// Room to grow.
    Capacity,
    /// Sessions.
    Activity,
    /// Running a server.
    Operations,
    /// Who may do what.
    Security,
}

impl Group {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::Guide,
        Self::Conformity,
        Self::Index,
        Self::Constraint,
        Self::Data,
        Self::Capacity,
        Self::Activity,
        Self::Operations,
        Self::Security,
    ];

    /// The name, as in ids of checks.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Guide => "guide",
            Self::Conformity => "conformity",
            Self::Index => "index",
            Self::Constraint => "constraint",
            Self::Data => "data",
            Self::Capacity => "capacity",
            Self::Activity => "activity",
            Self::Operations => "operations",
            Self::Security => "security",
        }
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Something to look into.
    Warning,
    /// Something is wrong.
    Error,
}

impl Severity {
    /// What people call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waived {
    /// The reason that was given.
    pub reason: String,
    /// The last day, as `2026-12-31`; none for the built-in ones, which stay.
    pub until: Option<String>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable name of the finding, for waivers and baselines: the check and the object.
    pub key: String,
    /// The check.
    pub check: String,
    /// What it is about.
    pub object: String,
    /// How grave it is here.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub what: String,
    /// Why that matters.
    pub why: String,
    /// What to do: SQL, a command, or a sentence.
    pub cure: Option<String>,
    /// Why it does not count, if it does not.
    pub waived: Option<Waived>,
    /// A waiver that ended: its reason and its last day.
    pub waiver_ended: Option<Waived>,
    /// Whether the baseline knows it, so that it does not count.
    pub known: bool,
}

impl Finding {
    /// Whether it counts for the exit status.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.waived.is_none() && !self.known
    }
}

/// What became of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It looked and found nothing that counts.
    Passed,
    /// It found something.
    Found,
    /// It does not apply here, for this reason.
    NotApplicable {
        /// The reason.
        reason: String,
    },
    /// It could not see what it judges.
    Skipped {
        /// The reason.
        reason: String,
        /// What would let it see.
        remedy: String,
    },
    /// It broke.
    Failed {
        /// The server's words.
        reason: String,
    },
}

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckResult {
    /// Its id.
    pub id: String,
    /// Its group.
    pub group: Group,
    /// What it looks for.
    pub title: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How long the server worked on it, in milliseconds; none where it took part of another's work.
    pub milliseconds: Option<f64>,
    /// How many findings there are; more than are listed, when there are very many.
    pub total: usize,
    /// What it found, waived findings among them.
    pub findings: Vec<Finding>,
}

/// A row of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionRow {
    /// Whether it is as it must be; none where there is nothing to judge.
    pub good: Option<bool>,
    /// What the row is about.
    pub name: String,
    /// The rest of it.
    pub detail: String,
}

/// One of the guide's four lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its rows.
    pub rows: Vec<SectionRow>,
}

/// Numbers of findings that count, and of checks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Checks that ran.
    pub checks: usize,
    /// Errors that count.
    pub errors: usize,
    /// Warnings that count.
    pub warnings: usize,
    /// Notes that count.
    pub notes: usize,
    /// Findings that are waived.
    pub waived: usize,
    /// Findings that the baseline knows.
    pub known: usize,
    /// Checks that could not see.
    pub skipped: usize,
    /// Checks that broke.
    pub failed: usize,
}

/// A waiver that waives nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdleWaiver {
    /// Its pattern.
    pub finding: String,
    /// Whether there is no check whose findings it could fit.
    pub of_no_check: bool,
    /// What was perhaps meant.
    pub meant: Option<String>,
}

/// Answer of `db health-check`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DbHealthCheck {
    /// The database.
    pub database: String,
    /// The environment, and whether it is protected.
    pub environment: String,
    /// Whether what production must have is a must here.
    pub protected: bool,
    /// The role that looked.
    pub role: String,
    /// The server's version.
    pub server_version: String,
    /// Whether the server is a standby.
    pub standby: bool,
    /// The guide's sections.
    pub sections: Vec<Section>,
    /// Every selected check, in the order of the registry.
    pub checks: Vec<CheckResult>,
    /// The numbers.
    pub summary: Summary,
    /// Waivers that waive nothing.
    pub stale_waivers: Vec<String>,
    /// The same, with what was perhaps meant.
    pub idle_waivers: Vec<IdleWaiver>,
    /// What makes the exit status 1.
    #[serde(skip)]
    pub fail_on: Severity,
    /// Whether keys, and what is waived, are told to people too.
    #[serde(skip)]
    pub detailed: bool,
    /// Whether there was a baseline, so that what it does not know is new.
    #[serde(skip)]
    pub against_baseline: bool,
    /// The command that prints longer statements.
    #[serde(skip)]
    pub restore: String,
    /// Network round trips that it took.
    pub round_trips: u32,
    /// The whole time, in milliseconds.
    pub milliseconds: f64,
}

impl DbHealthCheck {
    /// Everything in it that may be a command.
    pub(super) fn commands(&mut self) -> impl Iterator<Item = &mut String> {
        let findings = self.checks.iter_mut().flat_map(|check| &mut check.findings);
        let cures = findings.filter_map(|finding| finding.cure.as_mut());
        cures.chain(std::iter::once(&mut self.restore))
    }

    /// All findings, the gravest first, in the order of the checks.
    #[must_use]
    pub fn findings(&self) -> Vec<&Finding> {
        let mut all: Vec<&Finding> = self.checks.iter().flat_map(|c| &c.findings).collect();
        all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        all
    }

    /// Whether the answer is yes: nothing as grave as `fail_on` counts, and every check could see and ran.
    #[must_use]
    pub fn is_well(&self, fail_on: Severity) -> bool {
        let grave = self
            .findings()
            .into_iter()
            .any(|finding| finding.counts() && finding.severity >= fail_on);
        !grave && self.summary.skipped == 0 && self.summary.failed == 0
    }
}

/// One difference of `db drift`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriftItem {
    /// Which kind of object.
    pub kind: String,
    /// Its path: `table.column`, `table.index`, ….
    pub path: String,
    /// `missing` or the property that is another.
    pub change: String,
    /// What must be there.
    pub expected: String,
    /// What is there; none when it is missing.
    pub found: Option<String>,
    /// Which relations look like a missing one.
    pub candidates: Vec<DriftCandidate>,
    /// The migration that makes it.
    pub since: Option<u32>,
    /// The object whose difference this one follows from.
    pub follows: Option<String>,
    /// Why no statement restores it; none where one does.
    pub not_restored: Option<String>,
}

/// A relation that looks like a missing one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriftCandidate {
    /// Its name, with its schema where the search path does not find it.
    pub name: String,
    /// Its rows by estimate; none when the server never looked, and for views.
    pub rows: Option<u64>,
}

/// A statement of `db drift --sql`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriftStatement {
    /// Which of the items it restores, counted from 0.
    pub item: usize,
    /// The statement.
    pub sql: String,
    /// Whether rows that break the rule make it fail; such statements come last.
    pub rows_decide: bool,
}

/// Answer of `db drift`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DbDrift {
    /// The database.
    pub database: String,
    /// The last migration that is applied; what later ones make is not missed.
    pub version: Option<u32>,
    /// What is not as the migrations made it.
    pub items: Vec<DriftItem>,
    /// The statements that restore it, in the order in which they run.
    pub script: Vec<DriftStatement>,
    /// Objects that no migration made: the shop's own, no drift.
    pub own_objects: usize,
    /// Fingerprint of the live schema.
    pub fingerprint: String,
    /// Whether the statements are asked for.
    pub as_sql: bool,
    /// The command that prints them.
    #[serde(skip)]
    pub restore: String,
}

/// A check in the list of `explain --list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedCheck {
    /// Its id.
    pub id: String,
    /// Its group.
    pub group: Group,
    /// What it looks for.
    pub title: String,
    /// How grave its findings are in development.
    pub severity: Severity,
    /// How grave they are in a protected environment.
    pub severity_when_protected: Severity,
}

/// Answer of `explain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explain {
    /// The checks that are meant.
    pub checks: Vec<ListedCheck>,
    /// The page of the one check, as Markdown; none for the list.
    pub page: Option<String>,
}
