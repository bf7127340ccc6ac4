//! `hangmeas migration …`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Subcommand, ValueEnum};

use super::db::{MigrationSourceArgs, version};
use crate::config::Overrides;
use crate::migration::Tool;

/// Commands on migration files.
#[derive(Debug, Subcommand)]
pub enum MigrationCommand {
    /// Write the next migration and its undo in the project's own folder
    New(NewArgs),
    /// Every migration with a file; asks no server
    List(ListArgs),
    /// Take a changed file as the one that ran, or forget one whose file is gone
    Accept(AcceptArgs),
    /// Convert another tool's folder, and take over what its history says ran
    Import(ImportArgs),
}

/// `migration new`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas migration new add_sponsor_to_seasons
  hangmeas migration new index_votes --no-transaction
  hangmeas migration new add_x --migrations-dir db/hangmeas")]
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
#[command(after_help = "\
Examples:
  hangmeas migration list
  hangmeas migration list --migrations-dir db/hangmeas --no-bundled")]
pub struct ListArgs {
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
}

/// `migration accept`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas migration accept V1003        its text is the one that ran, or its file is gone
  hangmeas migration accept 1004         also of one that is half-way")]
pub struct AcceptArgs {
    /// The version, such as 1003 or V1003
    #[arg(value_parser = version)]
    pub version: i32,
    /// Where migrations come from.
    #[command(flatten)]
    pub source: MigrationSourceArgs,
}

/// `migration import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas migration import --from dbmate db/migrations --into db/hangmeas
  hangmeas migration import --from diesel migrations --into db/hangmeas --no-bundled
  hangmeas migration import --from sqlx migrations --files-only    ask no server
  hangmeas --env production migration import --from flyway sql     the files are there: adopt there")]
pub struct ImportArgs {
    /// The tool
    #[arg(long = "from", value_name = "TOOL", value_enum)]
    pub tool: Tool,
    /// Its folder of migrations
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Folder of your own migrations, to write to [default: migrations.dir of the configuration]
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Number from V0001: the bundled migrations do not belong to this project
    #[arg(long)]
    pub no_bundled: bool,
    /// The tool's history table, where it is not the usual one
    #[arg(long, value_name = "NAME", conflicts_with = "files_only")]
    pub history_table: Option<String>,
    /// Convert the files, and leave the database alone
    #[arg(long)]
    pub files_only: bool,
}

impl ValueEnum for Tool {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl MigrationCommand {
    pub(super) fn override_settings(&self, overrides: &mut Overrides) {
        match self {
            Self::New(args) => args.source.override_settings(overrides),
            Self::List(args) => args.source.override_settings(overrides),
            Self::Accept(args) => args.source.override_settings(overrides),
            Self::Import(args) => {
                overrides.migrations_dir.clone_from(&args.into);
                overrides.no_bundled = args.no_bundled;
            }
        }
    }
}
