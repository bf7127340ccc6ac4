//! `hangmeas db annotate`.

use std::path::PathBuf;

use clap::Args;

use crate::config::Overrides;

/// `db annotate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hangmeas db annotate                           pages of the live schema, in docs/schema
  hangmeas db annotate --expected --check        for CI: exit 1 when the pages are stale; needs no server
  hangmeas db annotate --sizes --out /tmp/pages  with the size of every table
  hangmeas db annotate --models app/models       comment blocks in the models of a Rails application")]
pub struct AnnotateArgs {
    /// Folder of the pages [default: docs/schema]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write nothing; exit with status 1 when something is stale
    #[arg(long)]
    pub check: bool,
    /// Document what the migrations make, instead of the live database
    #[arg(long)]
    pub expected: bool,
    /// Tell on the pages how large tables are just now: they change with every run then
    #[arg(long, conflicts_with_all = ["expected", "check"])]
    pub sizes: bool,
    /// Write the blocks of the `annotate` gem into the model files there; pages only with --out
    #[arg(long, value_name = "DIR")]
    pub models: Option<PathBuf>,
}

impl AnnotateArgs {
    pub(super) fn override_settings(&self, overrides: &mut Overrides) {
        overrides.annotate_out.clone_from(&self.out);
    }
}
