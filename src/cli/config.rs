//! `hangmeas config …`.

use std::path::PathBuf;

use clap::Subcommand;

/// Commands on the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Write hangmeas.toml: every setting at its default, with comments
    Init {
        /// The file to write
        #[arg(default_value = crate::config::FILE_NAME)]
        file: PathBuf,
        /// Replace a file that exists
        #[arg(long)]
        force: bool,
    },
    /// Every setting and where it came from; secrets are redacted
    Show,
    /// Whether the file and every environment make sense
    Check,
}
