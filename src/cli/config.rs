//! `hangmeas config …`.

use std::path::PathBuf;

use clap::Subcommand;

/// Commands on the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Write hangmeas.toml: every setting at its default, with comments
    #[command(after_help = "\
Examples:
  hangmeas config init                   write hangmeas.toml
  hangmeas config init shop.toml --force")]
    Init {
        /// The file to write [default: that of --config or HANGMEAS_CONFIG, else hangmeas.toml]
        file: Option<PathBuf>,
        /// Replace a file that exists
        #[arg(long)]
        force: bool,
    },
    /// Every setting and where it came from; secrets are redacted
    #[command(after_help = "\
Examples:
  hangmeas config show
  hangmeas --env production config show  passwords are redacted")]
    Show,
    /// Whether the file and every environment make sense
    #[command(after_help = "\
Examples:
  hangmeas config check
  hangmeas --config shop.toml config check")]
    Check,
}
