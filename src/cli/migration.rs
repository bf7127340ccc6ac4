//! `hangmeas migration …`.

use clap::{Args, Subcommand};

use super::db::{MigrationSourceArgs, version};
use crate::config::Overrides;

/// Commands on migration files.
#[derive(Debug, Subcommand)]
pub enum MigrationCommand {
    /// Write the next migration and its undo in the project's own folder
    New(NewArgs),
    /// Every migration with a file; asks no server
    List(ListArgs),
    /// Take a changed file as the one that ran, or forget one whose file is gone
    Accept(AcceptArgs),
}

/// `migration new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// What it does, such as add_sponsor_to_seasons
    pub name: String,
    /// The file runs statement by statement, outside a transaction
    #[arg(long)]
    pub no_transaction: bool,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
}

/// `migration list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
}

/// `migration accept`.
#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// The version, such as 1003 or V1003
    #[arg(value_parser = version)]
    pub version: i32,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
}

impl MigrationCommand {
    pub(super) fn override_settings(&self, overrides: &mut Overrides) {
        match self {
            Self::New(args) => args.source.override_settings(overrides),
            Self::List(args) => args.source.override_settings(overrides),
            Self::Accept(args) => args.source.override_settings(overrides),
        }
    }
}
