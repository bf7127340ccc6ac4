//! Values from the command line, still as text: they are checked like any other layer's.

use std::path::PathBuf;

use crate::postgres::Secret;

/// What the flags say; `None` and `false` say nothing.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config FILE`.
    pub config_file: Option<PathBuf>,
    /// `--env NAME`.
    pub environment: Option<String>,
    /// `--database-url URL`.
    pub database_url: Option<Secret>,
    /// `--migrations-dir DIR`.
    pub migrations_dir: Option<PathBuf>,
    /// `--no-bundled`.
    pub no_bundled: bool,
    /// `--lock-timeout DURATION`.
    pub lock_timeout: Option<String>,
    /// `--statement-timeout DURATION`.
    pub statement_timeout: Option<String>,
    /// The command, such as `db migrate`: for `application_name`.
    pub command: Option<String>,
    /// `--wait DURATION`.
    pub wait: Option<String>,
    /// `--connect-timeout DURATION`.
    pub connect_timeout: Option<String>,
    /// `--lock-wait DURATION`.
    pub lock_wait: Option<String>,
    /// `--lock-retry-for DURATION`.
    pub lock_retry_for: Option<String>,
    /// `--data-dir DIR`.
    pub data_dir: Option<PathBuf>,
    /// `--dir DIR`: the folder of backups.
    pub backup_dir: Option<PathBuf>,
    /// `--keep N`.
    pub keep: Option<String>,
    /// `--keep-days N`.
    pub keep_days: Option<String>,
    /// `--jobs N`.
    pub jobs: Option<String>,
    /// `--out DIR`: the folder of the schema's pages.
    pub annotate_out: Option<PathBuf>,
    /// `--bin-dir DIR`.
    pub bin_dir: Option<PathBuf>,
}
