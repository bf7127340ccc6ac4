//! What each command answers: typed, serialisable, versioned. Never formats for people; `render` does.

mod annotate;
mod backup;
mod config;
mod database;
mod grants;
mod health;
mod migrations;
mod plugin;
mod seed;
mod server;
mod shell;
pub mod words;

use std::time::Duration;

use serde::Serialize;

use crate::error::flagged;

pub use annotate::{AnnotatedModel, ChangedPage, DbAnnotate, PageChange};
pub use backup::{
    BackupState, BackupsList, BackupsPrune, BackupsVerify, DbBackup, DbRestore, ListedBackup,
    PassedOver,
};
pub use config::{Advice, CheckedEnvironment, ConfigCheck, ConfigInit, ConfigShow, Setting, Shown};
pub use database::{DbCreate, DbDrop, DbReset, DbSetup};
pub use grants::{DbGrants, GrantRole, GrantStatement};
pub use health::{
    CheckResult, DbDrift, DbHealthCheck, DriftCandidate, DriftItem, DriftStatement, Explain,
    Finding, Group, IdleWaiver, ListedCheck, Outcome, Section, SectionRow, Severity, Summary,
    Waived,
};
pub use migrations::{
    AppliedStep, BegunStatement, DbMigrate, DbRollback, DbStatus, DiscardedData, Fate,
    ImportedFile, ImportedHistory, ListedMigration, MigrationAccept, MigrationImport,
    MigrationList, MigrationNew, MigrationState, PlannedStep, StateKind, StepMode,
};
pub use plugin::PluginState;
pub use seed::{
    DbSeed, DbSeedVerify, RuleOutcome, RuleViolation, SeedDropped, SeedGone, SeedRefusal, SeedTable,
};
pub use server::{ServerReport, ServerState};
pub use shell::{Completions, ManPages};
pub use words::milliseconds;

/// Version of the JSON documents; grows only when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// The answer of one command.
#[derive(Debug, Serialize)]
#[serde(tag = "command")]
pub enum Report {
    /// `completions`.
    #[serde(rename = "completions")]
    Completions(Completions),
    /// `config check`.
    #[serde(rename = "config check")]
    ConfigCheck(ConfigCheck),
    /// `config init`.
    #[serde(rename = "config init")]
    ConfigInit(ConfigInit),
    /// `config show`.
    #[serde(rename = "config show")]
    ConfigShow(ConfigShow),
    /// `db annotate`.
    #[serde(rename = "db annotate")]
    DbAnnotate(DbAnnotate),
    /// `db backup`.
    #[serde(rename = "db backup")]
    DbBackup(DbBackup),
    /// `db backups list`.
    #[serde(rename = "db backups list")]
    BackupsList(BackupsList),
    /// `db backups prune`.
    #[serde(rename = "db backups prune")]
    BackupsPrune(BackupsPrune),
    /// `db backups verify`.
    #[serde(rename = "db backups verify")]
    BackupsVerify(BackupsVerify),
    /// `db restore`.
    #[serde(rename = "db restore")]
    DbRestore(DbRestore),
    /// `db create`.
    #[serde(rename = "db create")]
    DbCreate(DbCreate),
    /// `db drift`.
    #[serde(rename = "db drift")]
    DbDrift(DbDrift),
    /// `db drop`.
    #[serde(rename = "db drop")]
    DbDrop(DbDrop),
    /// `db grants`.
    #[serde(rename = "db grants")]
    DbGrants(DbGrants),
    /// `db health-check`.
    #[serde(rename = "db health-check")]
    DbHealthCheck(DbHealthCheck),
    /// `db migrate`.
    #[serde(rename = "db migrate")]
    DbMigrate(DbMigrate),
    /// `db reset`.
    #[serde(rename = "db reset")]
    DbReset(DbReset),
    /// `db rollback`.
    #[serde(rename = "db rollback")]
    DbRollback(DbRollback),
    /// `db seed`.
    #[serde(rename = "db seed")]
    DbSeed(DbSeed),
    /// `db seed --verify`.
    #[serde(rename = "db seed --verify")]
    DbSeedVerify(DbSeedVerify),
    /// `db setup`.
    #[serde(rename = "db setup")]
    DbSetup(DbSetup),
    /// `db status`.
    #[serde(rename = "db status")]
    DbStatus(DbStatus),
    /// `man`.
    #[serde(rename = "man")]
    Man(ManPages),
    /// `explain`.
    #[serde(rename = "explain")]
    Explain(Explain),
    /// `migration accept`.
    #[serde(rename = "migration accept")]
    MigrationAccept(MigrationAccept),
    /// `migration import`.
    #[serde(rename = "migration import")]
    MigrationImport(MigrationImport),
    /// `migration list`.
    #[serde(rename = "migration list")]
    MigrationList(MigrationList),
    /// `migration new`.
    #[serde(rename = "migration new")]
    MigrationNew(MigrationNew),
    /// `server start`, `stop`, `status`, `remove`.
    #[serde(rename = "server")]
    Server(ServerReport),
}

/// A report and the exit status that it means: 0, or 1 when the answer is no.
#[derive(Debug)]
pub struct Answer {
    /// What to tell.
    pub report: Report,
    /// The process exit status.
    pub status: u8,
    /// When to ask again (`--watch`).
    pub again: Option<Duration>,
    /// The state that a monitoring plugin reports, where there is one.
    pub plugin: Option<PluginState>,
}

impl Answer {
    /// An answer that is good news (exit status 0).
    #[must_use]
    pub fn yes(report: Report) -> Self {
        Self {
            report,
            status: 0,
            again: None,
            plugin: None,
        }
    }

    /// Lets every suggested command bear the flags that chose database and files.
    #[must_use]
    pub fn with_flags(mut self, database: &str, files: &str) -> Self {
        let bear = |command: &mut String| *command = flagged(command, database, files);
        let hints = match &mut self.report {
            Report::DbHealthCheck(report) => {
                report.commands().for_each(bear);
                &mut []
            }
            Report::DbDrift(report) => {
                bear(&mut report.restore);
                &mut []
            }
            Report::DbAnnotate(report) => {
                bear(&mut report.again);
                &mut []
            }
            Report::DbMigrate(report) => report.hints.as_mut_slice(),
            Report::DbStatus(report) => report.hints.as_mut_slice(),
            Report::MigrationImport(report) => report.hints.as_mut_slice(),
            Report::DbSeed(report) => report.advice(),
            Report::DbSetup(report) => report.advice(),
            Report::DbReset(report) => report.setup.advice(),
            _ => &mut [],
        };
        for hint in hints {
            hint.bear_flags(database, files);
        }
        self
    }

    /// Exit status 1 unless `good`.
    #[must_use]
    pub fn when(good: bool, report: Report) -> Self {
        Self {
            report,
            status: u8::from(!good),
            again: None,
            plugin: None,
        }
    }
}

/// A report as one JSON document.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    schema_version: u32,
    #[serde(flatten)]
    report: &'a Report,
}

impl<'a> Document<'a> {
    /// The document of a report.
    #[must_use]
    pub fn new(report: &'a Report) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            report,
        }
    }
}
