//! `hangmeas db health-check`, `hangmeas db drift` and `hangmeas explain`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Format;
use super::db::MigrationSourceArgs;
use crate::report::Severity;

/// What makes the exit status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Anything.
    Note,
    /// Warnings and errors.
    Warning,
    /// Errors only.
    Error,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Note => Self::Note,
            FailOn::Warning => Self::Warning,
            FailOn::Error => Self::Error,
        }
    }
}

/// `db health-check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db health-check                          everything that costs little
  hangmeas db health-check --only guide             the four lists of the guide
  hangmeas db health-check --only index,constraint  two groups
  hangmeas db health-check --data --exact           read whole tables, too
  hangmeas db health-check --format junit           for a pipeline
  hangmeas db health-check --watch 5s               again and again
  hangmeas db health-check --verbose                with the keys for waivers, and what is waived

The exit status is 1 when something as grave as --fail-on was found, or when a check could \
not see what it judges; the report names the right that it lacks.")]
pub struct HealthCheckArgs {
    /// Groups or checks to run: guide, conformity, index, constraint, data, capacity, activity,
    /// operations, security, or an id such as index.invalid
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Groups or checks to leave out
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// What makes the exit status 1 [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Count rows and follow references in whole tables, not in samples
    #[arg(long)]
    pub exact: bool,
    /// Check the data too: totals, ledgers, windows, e-mail addresses; --only data means it
    #[arg(long)]
    pub data: bool,
    /// Only what is new since that report (written with --format json)
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Look again and again, at this interval
    #[arg(long, value_name = "DURATION")]
    pub watch: Option<String>,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
    /// How to answer on stdout
    // The global flag again: its values that no other command takes are listed here.
    #[arg(
        long,
        value_enum,
        default_value = "human",
        value_name = "FORM",
        hide_default_value = true,
        help_heading = "Global options"
    )]
    pub format: Format,
}

/// `db drift`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db drift                      what is not as the migrations made it
  hangmeas db drift --sql                the statements that would restore it")]
pub struct DriftArgs {
    /// Print the statements that would restore what the migrations made
    #[arg(long)]
    pub sql: bool,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
}

/// `explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas explain index.invalid         why it matters, what to do, how it looks
  hangmeas explain --list                every check")]
pub struct ExplainArgs {
    /// Id of a check, such as index.invalid
    #[arg(value_name = "ID", required_unless_present = "list")]
    pub check: Option<String>,
    /// List all checks
    #[arg(long, conflicts_with = "check")]
    pub list: bool,
}
