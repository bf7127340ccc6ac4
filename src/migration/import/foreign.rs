//! A migration as another tool keeps it, and reading that tool's folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::sql_text;

/// A migration of another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Foreign {
    /// The version as the tool's history writes it; empty for one that has none.
    pub version: String,
    /// What the tool calls it, without version and extension.
    pub name: String,
    /// Its file, or folder, below the one that is imported: how it is known again.
    pub file: String,
    /// What it does.
    pub up: Text,
    /// How it is undone, if the tool has statements for that.
    pub down: Option<Text>,
    /// The tool's checksum of the file, as its history writes it.
    pub checksum: Option<String>,
}

/// A script of another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    /// The file, as shown to people.
    pub shown: String,
    /// Its SQL, every line on its line of the file.
    pub sql: String,
    /// The tool was told to run it outside a transaction.
    pub no_transaction: bool,
}

impl Text {
    /// Whether there is a statement in it.
    pub fn has_statements(&self) -> bool {
        !sql_text::split(&self.sql).is_empty()
    }
}

/// An entry of a folder.
#[derive(Debug)]
pub(super) struct Entry {
    pub path: PathBuf,
    pub name: String,
}

/// The files of a folder by name; hidden ones are left out.
pub(super) fn files(dir: &Path) -> Result<Vec<Entry>> {
    let mut found = entries(dir)?;
    found.retain(|entry| entry.path.is_file());
    Ok(found)
}

/// The files and folders of a folder by name; hidden ones are left out.
pub(super) fn entries(dir: &Path) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    let list = fs::read_dir(dir).map_err(|error| unreadable(dir, &error))?;
    for entry in list {
        let path = entry.map_err(|error| unreadable(dir, &error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.into_owned();
        if !name.starts_with('.') {
            found.push(Entry { path, name });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// The bytes of a file as text; unchanged, because checksums are taken of it.
pub(super) fn text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    String::from_utf8(bytes).map_err(|_| {
        Error::configuration(format!("{} is not UTF-8", path.display())).hint("save it as UTF-8")
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::configuration(format!("{} cannot be read: {error}", path.display()))
}

/// Refuses two migrations of one version; they must be in order.
pub(super) fn check_versions(files: &[Foreign]) -> Result<()> {
    let twice = files
        .windows(2)
        .find(|pair| !pair[0].version.is_empty() && pair[0].version == pair[1].version);
    match twice {
        None => Ok(()),
        Some(pair) => Err(Error::configuration(format!(
            "{} and {} have the same version",
            pair[0].file, pair[1].file
        ))),
    }
}

/// The digits a name begins with, and what follows the underscore behind them.
pub(super) fn numbered(name: &str) -> Option<(&str, &str)> {
    let end = name.find(|c: char| !c.is_ascii_digit())?;
    let (digits, rest) = name.split_at(end);
    let rest = rest.strip_prefix('_')?;
    (!digits.is_empty()).then_some((digits, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_off_names() {
        assert_eq!(numbered("0012_add_x"), Some(("0012", "add_x")));
        assert_eq!(numbered("12-x"), None);
        assert_eq!(numbered("_x"), None);
        assert_eq!(numbered("12"), None);
    }
}
