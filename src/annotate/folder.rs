//! The folder of pages: written, or compared with what it should hold. Files that are not ours stay.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Pages;
use super::markdown::MARK;
use crate::error::{Error, Result};

/// A page that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is missing.
    Add(String),
    /// It says something else.
    Update(String),
    /// Its table is gone; only pages with our mark are ever removed.
    Remove(String),
}

impl Change {
    /// The page's path below the folder.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Add(path) | Self::Update(path) | Self::Remove(path) => path,
        }
    }
}

/// What would have to change in the folder; nothing when the pages are fresh.
///
/// # Errors
/// A configuration error when the folder cannot be read.
pub fn check(dir: &Path, pages: &Pages) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for (path, text) in pages {
        match fs::read(dir.join(path)) {
            Ok(found) if found == text.as_bytes() => {}
            Ok(_) => changes.push(Change::Update(path.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                changes.push(Change::Add(path.clone()));
            }
            Err(error) => return Err(failed(&dir.join(path), "read", error)),
        }
    }
    for path in own_pages(dir).map_err(|error| failed(dir, "read", error))? {
        if !pages.contains_key(&path) {
            changes.push(Change::Remove(path));
        }
    }
    changes.sort();
    Ok(changes)
}

/// Brings the folder up to date and returns what changed; fresh pages are not touched.
///
/// # Errors
/// A configuration error when something cannot be written.
pub fn write(dir: &Path, pages: &Pages) -> Result<Vec<Change>> {
    let changes = check(dir, pages)?;
    for change in &changes {
        let path = dir.join(change.path());
        let done = match change {
            Change::Remove(_) => fs::remove_file(&path),
            Change::Add(page) | Change::Update(page) => {
                let text = pages.get(page).map(String::as_str).unwrap_or_default();
                put(&path, text)
            }
        };
        done.map_err(|error| failed(&path, "written", error))?;
    }
    Ok(changes)
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text)
}

/// Markdown files with our mark, in the folder and in `tables/`.
fn own_pages(dir: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for below in ["", "tables"] {
        let entries = match fs::read_dir(dir.join(below)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let name = PathBuf::from(below).join(entry?.file_name());
            let is_page = name.extension().is_some_and(|extension| extension == "md");
            if is_page && fs::read(dir.join(&name))?.starts_with(MARK.as_bytes()) {
                found.push(name.to_string_lossy().into_owned());
            }
        }
    }
    Ok(found)
}

fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    Error::configuration(format!("{} cannot be {what}: {error}", path.display()))
        .hint_command("name a folder of yours", "hangmeas db annotate --out DIR")
        .caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_pages_are_found_and_others_left_alone() {
        let dir = tempfile::tempdir().expect("folder");
        let page = |text: &str| format!("{MARK}\n{text}");
        let mut pages = Pages::from([
            ("README.md".to_owned(), page("a")),
            ("tables/x.md".to_owned(), page("x")),
        ]);
        assert_eq!(write(dir.path(), &pages).expect("written").len(), 2);
        assert_eq!(check(dir.path(), &pages).expect("fresh"), []);
        fs::write(dir.path().join("tables/mine.md"), "# Mine").expect("a page by hand");
        fs::write(dir.path().join("README.md"), "edited").expect("edited");
        pages.remove("tables/x.md");
        pages.insert("tables/y.md".to_owned(), page("y"));
        let expected = [
            Change::Add("tables/y.md".to_owned()),
            Change::Update("README.md".to_owned()),
            Change::Remove("tables/x.md".to_owned()),
        ];
        assert_eq!(check(dir.path(), &pages).expect("stale"), expected);
        write(dir.path(), &pages).expect("written");
        assert_eq!(check(dir.path(), &pages).expect("fresh"), []);
        assert!(dir.path().join("tables/mine.md").exists());
    }
}
