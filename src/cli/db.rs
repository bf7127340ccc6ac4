//! `hangmeas db …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::annotate::AnnotateArgs;
use super::backup::{BackupArgs, BackupsCommand, RestoreArgs};
use super::grants::GrantsArgs;
use super::health::{DriftArgs, HealthCheckArgs};
use super::number::steps;
use super::seed::SeedArgs;
use crate::config::Overrides;

/// Commands on the environment's database.
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Create the database: UTF-8, with a locale in which Khmer can be searched
    Create(CreateArgs),
    /// Drop the database
    Drop(DropArgs),
    /// Create, migrate and seed
    Setup(SetupArgs),
    /// Drop, create, migrate and seed
    Reset(ResetArgs),
    /// Apply what is pending
    Migrate(MigrateArgs),
    /// Undo migrations, newest first
    Rollback(RollbackArgs),
    /// Fill the database: development records, a demo, millions of users; check the rules
    Seed(SeedArgs),
    /// What is applied, pending, changed or missing
    Status(StatusArgs),
    /// Back the database up: one snapshot, counted, compressed, checksummed
    Backup(BackupArgs),
    /// Restore a backup, and prove that it is all there
    Restore(RestoreArgs),
    /// List, verify and prune backups
    #[command(
        subcommand,
        after_help = "\
Examples:
  hangmeas db backups list
  hangmeas db backups verify hangmeas_production_20261123T031500Z --restore
  hangmeas db backups prune --keep 14 --dry-run"
    )]
    Backups(BackupsCommand),
    /// Document the schema: pages, diagrams, comment blocks of Rails models
    Annotate(AnnotateArgs),
    /// Is the database right, and is it well?
    #[command(visible_alias = "health")]
    HealthCheck(HealthCheckArgs),
    /// What is not as the migrations made it
    Drift(DriftArgs),
    /// Roles of least privilege: the SQL that is missing, or run it
    Grants(GrantsArgs),
    /// Open psql with the environment's connection
    Console(ConsoleArgs),
}

/// Where migrations come from.
#[derive(Debug, Clone, Default, Args)]
pub struct MigrationSourceArgs {
    /// Folder of your own migrations; they run after the bundled ones
    #[arg(long, value_name = "DIR")]
    pub migrations_dir: Option<PathBuf>,
    /// Leave the bundled migrations out: the folder alone counts
    #[arg(long)]
    pub no_bundled: bool,
}

impl MigrationSourceArgs {
    pub(super) fn override_settings(&self, overrides: &mut Overrides) {
        overrides.migrations_dir.clone_from(&self.migrations_dir);
        overrides.no_bundled = self.no_bundled;
    }
}

/// How long things may take.
#[derive(Debug, Clone, Default, Args)]
pub struct TimeoutArgs {
    /// Longest wait for a table lock, each time [default: 2s]
    #[arg(long, value_name = "DURATION", help_heading = "Time limits")]
    pub lock_timeout: Option<String>,
    /// Longest run of a statement [default: 0, no limit]
    #[arg(long, value_name = "DURATION", help_heading = "Time limits")]
    pub statement_timeout: Option<String>,
    /// How long to wait for another run of hangmeas or Rails; 0 fails at once [default: 1min]
    #[arg(long, value_name = "DURATION", help_heading = "Time limits")]
    pub lock_wait: Option<String>,
    /// How long to try again while a table stays busy; 0 tries once [default: 10min]
    #[arg(long, value_name = "DURATION", help_heading = "Time limits")]
    pub lock_retry_for: Option<String>,
}

impl TimeoutArgs {
    fn override_settings(&self, overrides: &mut Overrides) {
        overrides.lock_timeout.clone_from(&self.lock_timeout);
        overrides
            .statement_timeout
            .clone_from(&self.statement_timeout);
        overrides.lock_wait.clone_from(&self.lock_wait);
        overrides.lock_retry_for.clone_from(&self.lock_retry_for);
    }
}

/// The answer, given beforehand, to the question of a protected environment.
#[derive(Debug, Clone, Default, Args)]
pub struct ConfirmArgs {
    /// Confirm by naming the database; a protected environment asks for it
    #[arg(long, value_name = "DATABASE")]
    pub yes_i_mean: Option<String>,
}

/// `db create`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db create
  hangmeas --env test db create         the test database
  hangmeas --database-url postgres://me@db.example.com/shop db create")]
pub struct CreateArgs {}

/// `db drop`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db drop
  hangmeas db drop --force               disconnect whoever uses it
  hangmeas --env production db drop --yes-i-mean hangmeas_production")]
pub struct DropArgs {
    /// The confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
    /// Disconnect whoever uses the database
    #[arg(long)]
    pub force: bool,
}

/// `db setup`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db setup                      create, migrate, seed
  hangmeas db setup --no-seed            leave it empty
  hangmeas --env test db setup")]
pub struct SetupArgs {
    /// Do not seed: leave the tables empty
    #[arg(long)]
    pub no_seed: bool,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
    /// Time limits.
    #[command(flatten)]
    pub timeouts: TimeoutArgs,
}

/// `db reset`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db reset                      drop, create, migrate, seed
  hangmeas --env test db reset --force")]
pub struct ResetArgs {
    /// The confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
    /// Disconnect whoever uses the database
    #[arg(long)]
    pub force: bool,
    /// Do not seed: leave the tables empty
    #[arg(long)]
    pub no_seed: bool,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
    /// Time limits.
    #[command(flatten)]
    pub timeouts: TimeoutArgs,
}

/// `db migrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db migrate                    apply what is pending
  hangmeas db migrate --to 12            apply up to V0012
  hangmeas db migrate --dry-run          print the SQL, in order, and touch nothing")]
pub struct MigrateArgs {
    /// Apply up to this version
    #[arg(long, value_name = "VERSION", allow_negative_numbers = true, value_parser = version)]
    pub to: Option<i32>,
    /// Print the SQL that would run, in order, and touch nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Make a backup first, if anything is pending
    #[arg(long, conflicts_with = "dry_run")]
    pub backup_first: bool,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
    /// Time limits.
    #[command(flatten)]
    pub timeouts: TimeoutArgs,
}

/// `db rollback`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db rollback                   undo the newest migration
  hangmeas db rollback --steps 3         undo the three newest
  hangmeas db rollback --to 12           undo everything after V0012
  hangmeas db rollback --to 0            undo everything")]
pub struct RollbackArgs {
    /// How many migrations to undo [default: 1]
    #[arg(long, value_name = "N", conflicts_with = "to", allow_negative_numbers = true, value_parser = steps)]
    pub steps: Option<u32>,
    /// Undo everything after this version; 0 undoes all
    #[arg(long, value_name = "VERSION", allow_negative_numbers = true, value_parser = version)]
    pub to: Option<i32>,
    /// Throw away the rows that tables and columns hold
    #[arg(long)]
    pub discard_data: bool,
    /// The confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
    /// Time limits.
    #[command(flatten)]
    pub timeouts: TimeoutArgs,
}

/// `db status`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db status
  hangmeas db status --check             exit status 1 when anything is pending or not as applied
  hangmeas db status --format json")]
pub struct StatusArgs {
    /// Exit with status 1 when anything is pending, or not as it was applied
    #[arg(long)]
    pub check: bool,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
}

/// `db console`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db console
  hangmeas --env staging db console -- -c 'SELECT version()'")]
pub struct ConsoleArgs {
    /// Arguments for psql
    #[arg(last = true, value_name = "PSQL_ARGS")]
    pub psql: Vec<String>,
}

/// A version as people write it: `12`, `0012` or `V0012`.
pub(super) fn version(text: &str) -> Result<i32, String> {
    let digits = text.strip_prefix(['V', 'v']).unwrap_or(text);
    match digits.parse() {
        Ok(version) if version >= 0 => Ok(version),
        _ => Err("a version is a number, such as 12 or V0012".to_owned()),
    }
}

impl DbCommand {
    /// The database that the flags name, to confirm that it is meant.
    pub(super) fn confirmed(&self) -> Option<&str> {
        let confirm = match self {
            Self::Drop(args) => &args.confirm,
            Self::Reset(args) => &args.confirm,
            Self::Rollback(args) => &args.confirm,
            Self::Restore(args) => &args.confirm,
            Self::Grants(args) => &args.confirm,
            _ => return None,
        };
        confirm.yes_i_mean.as_deref()
    }

    pub(super) fn override_settings(&self, overrides: &mut Overrides) {
        let (source, timeouts) = match self {
            Self::Setup(args) => (Some(&args.source), Some(&args.timeouts)),
            Self::Reset(args) => (Some(&args.source), Some(&args.timeouts)),
            Self::Migrate(args) => (Some(&args.source), Some(&args.timeouts)),
            Self::Rollback(args) => (Some(&args.source), Some(&args.timeouts)),
            Self::Status(args) => (Some(&args.source), None),
            Self::Annotate(args) => return args.override_settings(overrides),
            Self::Backup(args) => return args.override_settings(overrides),
            Self::Restore(args) => return args.override_settings(overrides),
            Self::Backups(command) => return command.override_settings(overrides),
            Self::HealthCheck(args) => (Some(&args.source), None),
            Self::Drift(args) => (Some(&args.source), None),
            Self::Create(_)
            | Self::Drop(_)
            | Self::Seed(_)
            | Self::Grants(_)
            | Self::Console(_) => (None, None),
        };
        if let Some(source) = source {
            source.override_settings(overrides);
        }
        if let Some(timeouts) = timeouts {
            timeouts.override_settings(overrides);
        }
    }
}
