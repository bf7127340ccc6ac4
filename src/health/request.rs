//! What a health check needs to be told: nothing here is read from files, the environment or a clock.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use time::Date;

use super::thresholds::Thresholds;
use super::waiver::Waiver;

/// What is known about backups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Backup {
    /// Nobody looked.
    #[default]
    Unknown,
    /// There is none in this folder.
    None {
        /// The folder.
        dir: PathBuf,
    },
    /// The newest one that is whole.
    Made {
        /// How long ago.
        age: Duration,
        /// What it is called.
        name: String,
    },
}

/// A migration that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFault {
    /// Which one, such as `V0012__create_supporting_tables`, or `pending` for all that wait.
    pub migration: String,
    /// What is the matter, in a sentence.
    pub state: String,
    /// The command that cures it.
    pub cure: String,
}

/// What is known about the history of migrations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Migrations {
    /// Nobody looked.
    #[default]
    Unknown,
    /// This role may not read it.
    Hidden,
    /// Those that are pending, edited or missing.
    Told(Vec<MigrationFault>),
}

/// What to check, and what the caller knows.
#[derive(Debug, Clone)]
pub struct Request {
    /// Groups or checks to run; empty for all.
    pub only: Vec<String>,
    /// Groups or checks to leave out.
    pub skip: Vec<String>,
    /// Count and scan whole tables instead of samples.
    pub exact: bool,
    /// Run the checks that read whole tables.
    pub data: bool,
    /// The environment's name.
    pub environment: String,
    /// Whether what production must have is a must here.
    pub protected: bool,
    /// Connections that one process of the application opens.
    pub pool: u32,
    /// Limits beyond which something is a finding.
    pub thresholds: Thresholds,
    /// Findings that do not count, with reasons.
    pub waivers: Vec<Waiver>,
    /// Keys of findings that were there before; none where nobody gave any.
    pub baseline: Option<BTreeSet<String>>,
    /// The day on which waivers are judged.
    pub today: Date,
    /// What is known about backups.
    pub backup: Backup,
    /// What is known about migrations.
    pub migrations: Migrations,
    /// The last migration that is applied; what later ones make is not expected yet.
    pub version: Option<u32>,
}

impl Request {
    /// Everything, with built-in limits and waivers, in an environment that is not protected.
    #[must_use]
    pub fn new(today: Date) -> Self {
        Self {
            only: Vec::new(),
            skip: Vec::new(),
            exact: false,
            data: false,
            environment: "development".to_owned(),
            protected: false,
            pool: 5,
            thresholds: Thresholds::default(),
            waivers: Vec::new(),
            baseline: None,
            today,
            backup: Backup::Unknown,
            migrations: Migrations::Unknown,
            version: None,
        }
    }
}
