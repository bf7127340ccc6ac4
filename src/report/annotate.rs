//! Answer of `db annotate`.

use std::path::PathBuf;

use serde::Serialize;

/// What becomes of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PageChange {
    /// It is new.
    Add,
    /// It says something else now.
    Update,
    /// Its table is gone.
    Remove,
}

/// A page that was, or must be, changed.
#[derive(Debug, Clone, Serialize)]
pub struct ChangedPage {
    /// The page, below the folder.
    pub path: String,
    /// What becomes of it.
    pub change: PageChange,
}

/// A model file.
#[derive(Debug, Clone, Serialize)]
pub struct AnnotatedModel {
    /// The file, below the folder of models.
    pub path: PathBuf,
    /// Its table; none when the schema has none for it.
    pub table: Option<String>,
    /// Whether its block was, or must be, changed.
    pub changed: bool,
}

/// Answer of `db annotate`.
#[derive(Debug, Clone, Serialize)]
pub struct DbAnnotate {
    /// `live` or `expected`.
    pub source: String,
    /// Whether nothing was to be written.
    pub check: bool,
    /// The folder of pages, if pages were asked for.
    pub out: Option<PathBuf>,
    /// How many pages and pictures there are.
    pub pages: usize,
    /// Those that changed, or must.
    pub changed: Vec<ChangedPage>,
    /// Model files, if those were asked for.
    pub models: Vec<AnnotatedModel>,
    /// The command that makes them new.
    #[serde(skip)]
    pub again: String,
}

impl DbAnnotate {
    /// Whether nothing had, or has, to change.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.changed.is_empty() && !self.models.iter().any(|model| model.changed)
    }
}
