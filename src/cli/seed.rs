//! `hangmeas db seed`.

use clap::Args;

use super::number::{amount, factor, workers};

/// `db seed`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  hangmeas db seed                               the development profile
  hangmeas db seed --profile demo                some thousand users and a season told to its end
  hangmeas db seed --profile load --scale 0.1    100,000 users and 1,000,000 votes
  hangmeas db seed --profile ./mine.toml         a profile of your own
  hangmeas db seed --verify                      whether totals, ledgers and windows agree")]
pub struct SeedArgs {
    /// development, demo, load, reference, or a file of your own
    /// [default: development; reference where the environment is protected]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// How many times the profile's number of users and votes
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, value_parser = factor, default_value_t = Self::default().scale)]
    pub scale: f64,
    /// Number of users, 2 or more, instead of the profile's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = amount)]
    pub users: Option<u64>,
    /// Number of votes, perhaps 0, instead of the profile's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = amount)]
    pub votes: Option<u64>,
    /// Chooses another audience of the same kind
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = amount, default_value_t = Self::default().random_seed)]
    pub random_seed: u64,
    /// The day (from 00:00 UTC on), or the moment, at which the world is seen, such as 2026-11-25
    /// or 2026-11-25T19:00:00+07:00 [default: now]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Add to data that is there
    #[arg(long, conflicts_with = "replace")]
    pub append: bool,
    /// First remove what earlier seeds made, and nothing else
    #[arg(long)]
    pub replace: bool,
    /// Print the plan, with row counts and sizes, and touch nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Keep indexes and keys of large tables during the load
    #[arg(long)]
    pub keep_indexes: bool,
    /// Connections that write side by side, each with a thread that makes its rows; `pool` limits
    /// them [default: the cores of this machine, 4 at most]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = workers)]
    pub workers: Option<u16>,
    /// Check the rules that all data must keep, and seed nothing; exit status 1 when one is broken
    #[arg(long, conflicts_with_all = ["profile", "append", "replace", "dry_run"])]
    pub verify: bool,
    /// Let made-up data into a protected database, by its name
    #[arg(long, value_name = "DATABASE")]
    pub allow_fake_data_in: Option<String>,
}

impl Default for SeedArgs {
    /// As without flags.
    fn default() -> Self {
        Self {
            profile: None,
            scale: 1.0,
            users: None,
            votes: None,
            random_seed: 1,
            as_of: None,
            append: false,
            replace: false,
            dry_run: false,
            keep_indexes: false,
            workers: None,
            verify: false,
            allow_fake_data_in: None,
        }
    }
}
