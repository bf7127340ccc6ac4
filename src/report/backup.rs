//! Answers of `db backup`, `db restore` and `db backups …`.

use std::path::PathBuf;

use serde::Serialize;

/// Answer of `db backup`.
#[derive(Debug, Clone, Serialize)]
pub struct DbBackup {
    /// Name of the backup.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// The database.
    pub database: String,
    /// The environment.
    pub environment: String,
    /// Bytes of all files.
    pub bytes: u64,
    /// Tables.
    pub tables: usize,
    /// Rows of all tables, counted in the dump's own snapshot.
    pub rows: i64,
    /// `gzip` or `zstd`.
    pub compression: String,
    /// Fingerprint of the schema.
    pub fingerprint: String,
    /// How long it took.
    pub milliseconds: f64,
    /// What should not be overlooked.
    pub warnings: Vec<String>,
    /// What retention did, if anything was said about it.
    pub pruned: Option<BackupsPrune>,
}

/// Answer of `db restore`.
#[derive(Debug, Clone, Serialize)]
pub struct DbRestore {
    /// Name of the backup.
    pub backup: String,
    /// The restored database.
    pub database: String,
    /// The server.
    pub server: String,
    /// Whether it took the place of a database that held something.
    pub replaced: bool,
    /// The name under which that one was kept.
    pub kept_as: Option<String>,
    /// Tables that were compared.
    pub tables: usize,
    /// Rows that were counted.
    pub rows: i64,
    /// What was broken before the backup was made, or could not be set.
    pub remarks: Vec<String>,
    /// How long it took.
    pub milliseconds: f64,
}

/// State of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupState {
    /// Complete.
    Complete,
    /// Its manifest cannot be read.
    Unreadable,
    /// Being written, or left by a run that was killed.
    Partial,
}

/// One line of `db backups list`.
#[derive(Debug, Clone, Serialize)]
pub struct ListedBackup {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: BackupState,
    /// The environment it is of.
    pub environment: Option<String>,
    /// When it was begun.
    pub started_at: String,
    /// Bytes of all files.
    pub bytes: Option<u64>,
    /// Tables.
    pub tables: Option<usize>,
    /// Rows of all tables.
    pub rows: Option<i64>,
    /// The newest migration in it.
    pub version: Option<i64>,
    /// Why it is not complete.
    pub note: Option<String>,
}

/// Answer of `db backups list`.
#[derive(Debug, Clone, Serialize)]
pub struct BackupsList {
    /// The folder.
    pub dir: PathBuf,
    /// What is in it, oldest first.
    pub backups: Vec<ListedBackup>,
}

/// Answer of `db backups verify`.
#[derive(Debug, Clone, Serialize)]
pub struct BackupsVerify {
    /// The backup.
    pub name: String,
    /// Whether everything is as it was written.
    pub sound: bool,
    /// Whether it was restored and compared.
    pub restored: bool,
    /// Files that were checked.
    pub files: usize,
    /// Tables whose rows were counted.
    pub tables: usize,
    /// Rows of all tables by the manifest.
    pub rows: i64,
    /// Files that are missing, cut or altered.
    pub damages: Vec<String>,
    /// What is not as the manifest says.
    pub differences: Vec<String>,
    /// What was broken before the backup was made.
    pub remarks: Vec<String>,
    /// How long it took.
    pub milliseconds: f64,
}

/// Answer of `db backups prune`.
#[derive(Debug, Clone, Serialize)]
pub struct BackupsPrune {
    /// The folder.
    pub dir: PathBuf,
    /// Whether nothing was to be touched.
    pub dry_run: bool,
    /// Backups that went, or would go.
    pub deleted: Vec<String>,
    /// Backups that stay.
    pub kept: Vec<String>,
    /// What killed runs had left, removed.
    pub partials: Vec<String>,
    /// Not touched, and why.
    pub passed_over: Vec<PassedOver>,
}

/// A backup that retention does not touch.
#[derive(Debug, Clone, Serialize)]
pub struct PassedOver {
    /// Its name.
    pub name: String,
    /// Why.
    pub why: String,
}
