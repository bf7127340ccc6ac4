//! `hangmeas db backup`, `db restore` and `db backups …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::db::ConfirmArgs;
use crate::config::Overrides;

/// Where backups are.
#[derive(Debug, Clone, Default, Args)]
pub struct StoreArgs {
    /// Folder of backups [default: backups]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// How many work at once.
#[derive(Debug, Clone, Default, Args)]
pub struct JobsArgs {
    /// Processes that work at the same time [default: 2]
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<String>,
}

/// What stays.
#[derive(Debug, Clone, Default, Args)]
pub struct KeepArgs {
    /// Keep the newest N good backups of this database
    #[arg(long, value_name = "N")]
    pub keep: Option<String>,
    /// Keep those of the last N days
    #[arg(long, value_name = "N")]
    pub keep_days: Option<String>,
}

/// `db backup`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db backup                             into the folder backups
  hangmeas db backup --keep 14                   and let older ones go
  hangmeas -q -e production db backup --dir /srv/backups --keep-days 30    for cron")]
pub struct BackupArgs {
    /// Where backups are.
    #[command(flatten)]
    pub store: StoreArgs,
    /// How many work at once.
    #[command(flatten)]
    pub jobs: JobsArgs,
    /// What stays.
    #[command(flatten)]
    pub keep: KeepArgs,
    /// Longest wait for a table that is locked [default: 2s]
    #[arg(long, value_name = "DURATION")]
    pub lock_timeout: Option<String>,
    /// How long to wait for a running migration; 0 fails at once [default: 1min]
    #[arg(long, value_name = "DURATION")]
    pub lock_wait: Option<String>,
}

/// `db restore`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db restore NAME --into shop_yesterday      beside the database, to look at it
  hangmeas db restore NAME --replace                  in its place")]
pub struct RestoreArgs {
    /// The backup's name, as `db backups list` shows it
    pub name: String,
    /// Where backups are.
    #[command(flatten)]
    pub store: StoreArgs,
    /// How many work at once.
    #[command(flatten)]
    pub jobs: JobsArgs,
    /// Name of the restored database [default: the environment's database]
    #[arg(long, value_name = "DATABASE")]
    pub into: Option<String>,
    /// Put it in the place of a database that holds something
    #[arg(long)]
    pub replace: bool,
    /// End the sessions of others in that database
    #[arg(long, requires = "replace")]
    pub disconnect: bool,
    /// Keep the replaced database under another name
    #[arg(long, requires = "replace")]
    pub keep_old: bool,
    /// Let everything belong to the role that restores; no privileges
    #[arg(long)]
    pub no_owner: bool,
    /// The confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
}

/// `db backups …`.
#[derive(Debug, Subcommand)]
pub enum BackupsCommand {
    /// Every backup, also those that are not complete
    List(BackupsListArgs),
    /// Check that a backup is what it says
    Verify(BackupsVerifyArgs),
    /// Let old backups go, and what killed runs left
    Prune(BackupsPruneArgs),
}

/// `db backups list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db backups list
  hangmeas db backups list --dir /srv/backups")]
pub struct BackupsListArgs {
    /// Where backups are.
    #[command(flatten)]
    pub store: StoreArgs,
}

/// `db backups verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db backups verify NAME
  hangmeas db backups verify NAME --restore           restore it into a scratch database too

Without --restore every file is compared with its checksum and every row is read out of the dump and \
counted; that needs no server. --restore proves that it restores, and that what was restored is the same.")]
pub struct BackupsVerifyArgs {
    /// The backup's name, as `db backups list` shows it
    pub name: String,
    /// Where backups are.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Also restore into a scratch database of the server, compare, and drop it
    #[arg(long)]
    pub restore: bool,
    /// With --restore: use the managed local PostgreSQL instead of the environment's server
    #[arg(long, requires = "restore")]
    pub local: bool,
    /// How many work at once.
    #[command(flatten)]
    pub jobs: JobsArgs,
}

/// `db backups prune`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db backups prune --keep 14
  hangmeas db backups prune --keep-days 30")]
pub struct BackupsPruneArgs {
    /// Where backups are.
    #[command(flatten)]
    pub store: StoreArgs,
    /// What stays.
    #[command(flatten)]
    pub keep: KeepArgs,
    /// Say what would go, and touch nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl StoreArgs {
    fn override_settings(&self, overrides: &mut Overrides) {
        overrides.backup_dir.clone_from(&self.dir);
    }
}

impl JobsArgs {
    fn override_settings(&self, overrides: &mut Overrides) {
        overrides.jobs.clone_from(&self.jobs);
    }
}

impl KeepArgs {
    fn override_settings(&self, overrides: &mut Overrides) {
        overrides.keep.clone_from(&self.keep);
        overrides.keep_days.clone_from(&self.keep_days);
    }
}

impl BackupArgs {
    pub(super) fn override_settings(&self, overrides: &mut Overrides) {
        self.store.override_settings(overrides);
        self.jobs.override_settings(overrides);
        self.keep.override_settings(overrides);
        overrides.lock_timeout.clone_from(&self.lock_timeout);
        overrides.lock_wait.clone_from(&self.lock_wait);
    }
}

impl RestoreArgs {
    pub(super) fn override_settings(&self, overrides: &mut Overrides) {
        self.store.override_settings(overrides);
        self.jobs.override_settings(overrides);
    }
}

impl BackupsCommand {
    pub(super) fn override_settings(&self, overrides: &mut Overrides) {
        match self {
            Self::List(args) => args.store.override_settings(overrides),
            Self::Verify(args) => {
                args.store.override_settings(overrides);
                args.jobs.override_settings(overrides);
            }
            Self::Prune(args) => {
                args.store.override_settings(overrides);
                args.keep.override_settings(overrides);
            }
        }
    }
}
