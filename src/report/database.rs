//! Answers of `db create`, `drop`, `setup` and `reset`.

use serde::Serialize;

use super::{DbMigrate, DbSeed};
use crate::error::Hint;

/// Answer of `db create`.
#[derive(Debug, Serialize)]
pub struct DbCreate {
    /// The database.
    pub database: String,
    /// The server.
    pub server: String,
    /// Whether it was created now; false when it was there.
    pub created: bool,
    /// Its encoding.
    pub encoding: String,
    /// Its `LC_CTYPE`.
    pub lc_ctype: String,
    /// Whether letters of Khmer count as letters there, as trigram search needs.
    pub khmer_search: bool,
}

/// Answer of `db drop`.
#[derive(Debug, Serialize)]
pub struct DbDrop {
    /// The database.
    pub database: String,
    /// The server.
    pub server: String,
    /// Whether it was dropped now; false when there was none.
    pub dropped: bool,
}

/// Answer of `db setup`.
#[derive(Debug, Serialize)]
pub struct DbSetup {
    /// What creating it came to.
    pub create: DbCreate,
    /// What migrating it came to.
    pub migrate: DbMigrate,
    /// What seeding it came to; absent when it was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<DbSeed>,
}

impl DbSetup {
    /// What to do next.
    pub(super) fn advice(&mut self) -> &mut [Hint] {
        match &mut self.seed {
            Some(seed) => seed.advice(),
            None => &mut [],
        }
    }
}

/// Answer of `db reset`.
#[derive(Debug, Serialize)]
pub struct DbReset {
    /// What dropping it came to.
    pub drop: DbDrop,
    /// What setting it up came to.
    #[serde(flatten)]
    pub setup: DbSetup,
}
