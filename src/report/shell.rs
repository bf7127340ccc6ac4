//! Answers of `completions` and `man`.

use std::path::PathBuf;

use serde::Serialize;

/// Answer of `completions`.
#[derive(Debug, Serialize)]
pub struct Completions {
    /// The shell.
    pub shell: String,
    /// What it reads.
    pub script: String,
}

/// Answer of `man`.
#[derive(Debug, Serialize)]
pub struct ManPages {
    /// The page, in roff; none when files were written.
    pub page: Option<String>,
    /// The files that were written.
    pub files: Vec<PathBuf>,
}
