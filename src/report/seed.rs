//! Answers of `db seed`.

use serde::Serialize;

use crate::error::Hint;

/// What a seed does, or would do, to one table.
#[derive(Debug, Clone, Serialize)]
pub struct SeedTable {
    /// The table.
    pub table: String,
    /// Rows written; with `--dry-run`, rows that would be.
    pub rows: u64,
    /// Fixed records that were there already.
    pub found: u64,
    /// About how many bytes the rows take, with their indexes.
    pub bytes: u64,
    /// How long they took, in milliseconds; none with `--dry-run`.
    pub milliseconds: Option<f64>,
}

/// An index or a key that is dropped for the load and built again.
#[derive(Debug, Clone, Serialize)]
pub struct SeedDropped {
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Whether it is a foreign key rather than an index.
    pub key: bool,
}

/// Generated rows of an earlier seed that are gone.
#[derive(Debug, Clone, Serialize)]
pub struct SeedGone {
    /// The table.
    pub table: String,
    /// Rows that are gone.
    pub rows: u64,
    /// Rows that were made.
    pub of: u64,
}

/// Why the run that a dry run plans would be refused.
#[derive(Debug, Clone, Serialize)]
pub struct SeedRefusal {
    /// What is in the way.
    pub message: String,
    /// More about it, line by line.
    pub details: Vec<String>,
    /// What to do next.
    pub hints: Vec<Hint>,
}

/// Answer of `db seed`.
#[derive(Debug, Clone, Serialize)]
pub struct DbSeed {
    /// The database.
    pub database: String,
    /// The profile.
    pub profile: String,
    /// Whether nothing was to be touched.
    pub dry_run: bool,
    /// Whether everything was there already.
    pub already: bool,
    /// What somebody took from an audience that was there already.
    pub gone: Vec<SeedGone>,
    /// What to do about it.
    pub hints: Vec<Hint>,
    /// The seed of all chance.
    pub random_seed: u64,
    /// The moment at which the world is seen, RFC 3339 in UTC: of data that was there already, the one
    /// for which it was made; none where no run of hangmeas made it.
    pub as_of: Option<String>,
    /// With `--dry-run`: why the run would be refused.
    pub refusal: Option<SeedRefusal>,
    /// With `--replace`: rows of earlier seeds that were removed first; with `--dry-run`, that would be.
    pub removed: Option<u64>,
    /// Tables in the order in which they are filled.
    pub tables: Vec<SeedTable>,
    /// All rows.
    pub rows: u64,
    /// About how many bytes they take.
    pub bytes: u64,
    /// Bytes left on the server's disk, where that is known.
    pub free_bytes: Option<u64>,
    /// Indexes and keys that are dropped for the load and built again.
    pub dropped: Vec<SeedDropped>,
    /// Why none are, where some would be.
    pub kept_because: Option<String>,
    /// Tables that further connections fill meanwhile, to be put in place at the end.
    pub apart: Vec<String>,
    /// Connections that write side by side.
    pub connections: usize,
    /// How long building them took, in milliseconds.
    pub building_milliseconds: f64,
    /// How long everything took, in milliseconds.
    pub milliseconds: f64,
}

impl DbSeed {
    /// What to do next.
    pub(super) fn advice(&mut self) -> &mut [Hint] {
        match &mut self.refusal {
            Some(refusal) => &mut refusal.hints,
            None => &mut self.hints,
        }
    }
}

/// A row that breaks a rule.
#[derive(Debug, Clone, Serialize)]
pub struct RuleViolation {
    /// What breaks it.
    pub object: String,
    /// How.
    pub problem: String,
}

/// What became of a rule.
#[derive(Debug, Clone, Serialize)]
pub struct RuleOutcome {
    /// Its name.
    pub rule: String,
    /// What it demands.
    pub demand: String,
    /// How many rows break it.
    pub total: u64,
    /// The first of them.
    pub violations: Vec<RuleViolation>,
}

/// Answer of `db seed --verify`.
#[derive(Debug, Clone, Serialize)]
pub struct DbSeedVerify {
    /// The database.
    pub database: String,
    /// How many rules are broken.
    pub broken: usize,
    /// All rules.
    pub rules: Vec<RuleOutcome>,
}
