//! Comment blocks in the model files of a Rails application, in the form of the `annotate` gem.
//! Only what stands between the block's first and last line is ever changed.

mod block;
mod naming;
mod rails;
mod value;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::catalog::Catalog;
use crate::error::{Error, Result};

/// A model file and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The file, below the folder of models.
    pub path: PathBuf,
    /// Its table; none when the schema has no table for it.
    pub table: Option<String>,
    /// Whether the block is, or must be, written anew.
    pub changed: bool,
}

/// Brings the block of every model up to date; with `check` only says which are stale.
///
/// # Errors
/// A configuration error when a file cannot be read or written.
pub fn annotate(dir: &Path, catalog: &Catalog, check: bool) -> Result<Vec<Model>> {
    let mut models = Vec::new();
    for path in ruby_files(dir).map_err(|error| failed(dir, "read", error))? {
        let full = dir.join(&path);
        let text = fs::read_to_string(&full).map_err(|error| failed(&full, "read", error))?;
        let Some(candidates) = naming::tables(&path, &text) else {
            continue;
        };
        let table = candidates.into_iter().find(|name| {
            catalog
                .relations
                .get(name)
                .is_some_and(|relation| relation.partition_of.is_none())
        });
        let relation = table
            .as_ref()
            .and_then(|table| catalog.relations.get(table));
        let new = match (&table, relation) {
            (Some(table), Some(relation)) => block::replaced(&text, &rails::block(table, relation)),
            _ => text.clone(),
        };
        let changed = new != text;
        if changed && !check {
            fs::write(&full, new).map_err(|error| failed(&full, "written", error))?;
        }
        models.push(Model {
            path,
            table,
            changed,
        });
    }
    Ok(models)
}

/// Every Ruby file below the folder, sorted; concerns are no models.
fn ruby_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(dir.join(&below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if entry.file_name() != "concerns" {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rb") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    Error::configuration(format!("{} cannot be {what}: {error}", path.display())).caused_by(error)
}
