//! Manual pages.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::Cli;
use crate::error::{Error, Result};

/// The manual page of the program.
///
/// # Errors
/// Only when the page is no text.
pub fn man_page() -> Result<String> {
    page(&built())
}

/// Writes the pages of the program and of every command into the folder: `hangmeas-db-migrate.1`.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn man_pages(dir: &Path) -> Result<Vec<PathBuf>> {
    let unwritable = |path: &Path, error: io::Error| {
        Error::configuration(format!("{} cannot be written: {error}", path.display()))
    };
    fs::create_dir_all(dir).map_err(|error| unwritable(dir, error))?;
    let mut written = Vec::new();
    for (name, text) in pages(&built())? {
        let path = dir.join(format!("{name}.1"));
        fs::write(&path, text).map_err(|error| unwritable(&path, error))?;
        written.push(path);
    }
    Ok(written)
}

/// The whole command line with its global options in every command.
fn built() -> Command {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    command
}

/// Name and text of a command's page and of those below it.
fn pages(command: &Command) -> Result<Vec<(String, String)>> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let mut found = vec![(name.to_owned(), page(command)?)];
    for inner in command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
    {
        found.extend(pages(inner)?);
    }
    Ok(found)
}

fn page(command: &Command) -> Result<String> {
    let mut text = Vec::new();
    Man::new(command.clone())
        .render(&mut text)
        .map_err(|error| Error::bug(format!("a manual page: {error}")))?;
    String::from_utf8(text).map_err(|error| Error::bug(format!("a manual page: {error}")))
}
