//! `hangmeas server …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::config::Overrides;

/// Commands on the managed local PostgreSQL.
#[derive(Debug, Subcommand)]
pub enum ServerCommand {
    /// Start it; make its data folder the first time
    #[command(after_help = "\
Examples:
  hangmeas server start")]
    Start(ServerArgs),
    /// Stop it
    #[command(after_help = "\
Examples:
  hangmeas server stop")]
    Stop(ServerArgs),
    /// Whether it runs, and where its files are
    #[command(after_help = "\
Examples:
  hangmeas server status                 exit status 1 when it does not run")]
    Status(ServerArgs),
    /// Stop it and delete its databases
    #[command(after_help = "\
Examples:
  hangmeas server remove --yes")]
    Remove {
        /// Where it is.
        #[command(flatten)]
        args: ServerArgs,
        /// Confirm: its databases are deleted
        #[arg(long)]
        yes: bool,
    },
}

/// Where the managed local PostgreSQL is.
#[derive(Debug, Clone, Args)]
pub struct ServerArgs {
    /// Folder of its files
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Folder of initdb and postgres
    #[arg(long, value_name = "DIR")]
    pub bin_dir: Option<PathBuf>,
}

impl ServerArgs {
    pub(super) fn override_settings(&self, overrides: &mut Overrides) {
        overrides.data_dir.clone_from(&self.data_dir);
        overrides.bin_dir.clone_from(&self.bin_dir);
    }
}

impl ServerCommand {
    /// Where the server is.
    #[must_use]
    pub fn args(&self) -> &ServerArgs {
        match self {
            Self::Start(args) | Self::Stop(args) | Self::Status(args) => args,
            Self::Remove { args, .. } => args,
        }
    }
}
