//! `hangmeas db grants`.

use clap::Args;

use super::db::ConfirmArgs;

/// `db grants`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db grants                     the SQL that is missing, to read
  hangmeas db grants | hangmeas db console -- -f -
  hangmeas db grants --apply             run it, in one transaction
  hangmeas db grants --check             exit status 1 when anything is missing or too much")]
pub struct GrantsArgs {
    /// Run the statements, in one transaction
    #[arg(long)]
    pub apply: bool,
    /// Exit with status 1 when anything is missing or too much
    #[arg(long, conflicts_with = "apply")]
    pub check: bool,
    /// The confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
}
