//! `pg_dump`, `pg_restore` and `pg_dumpall`: which of those installed fits the server.

use std::fs;
use std::path::{Path, PathBuf};

use super::child;
use crate::error::{Error, ErrorKind, Result};
use crate::server::{self, Places, candidates};

/// One of PostgreSQL's client programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Where it is.
    pub path: PathBuf,
    /// Such as `15.18`.
    pub version: String,
    /// Such as 15.
    pub major: u32,
}

/// The programs of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    /// Makes dumps.
    pub pg_dump: Tool,
    /// Reads them.
    pub pg_restore: Tool,
    /// Writes roles and tablespaces.
    pub pg_dumpall: Option<Tool>,
}

impl Tools {
    /// The installation whose version fits: the oldest that is not older
    /// than the server, because a newer `pg_dump` may write what an older server cannot read.
    ///
    /// # Errors
    /// Kind `Backup`, naming the package to install, when there are none or only older ones.
    pub async fn find(places: &Places, server_major: u32) -> Result<Self> {
        let mut found: Vec<Self> = Vec::new();
        for folder in candidates(places) {
            found.extend(Self::at(&folder).await);
        }
        let newest = found.iter().map(|tools| tools.pg_dump.major).max();
        let fitting = found
            .into_iter()
            .filter(|tools| tools.pg_dump.major >= server_major)
            .min_by_key(|tools| tools.pg_dump.major);
        fitting.ok_or_else(|| unfit(newest, server_major))
    }

    /// `zstd` where this `pg_dump` was built with it, else `gzip`. There is no way to ask but to try: it
    /// refuses an unknown method before it connects anywhere.
    pub(super) async fn compression(&self) -> &'static str {
        if self.pg_dump.major < 16 {
            return "gzip";
        }
        let probe = ["--compress=zstd:3", "--dbname=host=/nonexistent"];
        match child::complaint(&self.pg_dump.path, &probe).await {
            Some(text) if !text.contains("not support") => "zstd",
            _ => "gzip",
        }
    }

    async fn at(folder: &Path) -> Option<Self> {
        Some(Self {
            pg_dump: tool(folder, "pg_dump").await?,
            pg_restore: tool(folder, "pg_restore").await?,
            pg_dumpall: tool(folder, "pg_dumpall").await,
        })
    }
}

async fn tool(folder: &Path, name: &str) -> Option<Tool> {
    let path = folder.join(name);
    // Debian's /usr/bin/pg_dump is a script that chooses a version itself.
    let real = fs::canonicalize(&path).ok()?;
    if real.file_name()? != name {
        return None;
    }
    let text = child::output(&path, &["--version"]).await.ok()?;
    let (version, major) = server::version(&text)?;
    Some(Tool {
        path,
        version,
        major,
    })
}

fn unfit(newest: Option<u32>, server_major: u32) -> Error {
    let message = match newest {
        Some(major) => format!(
            "pg_dump {major} is older than the server, PostgreSQL {server_major}: it would refuse"
        ),
        None => "pg_dump and pg_restore are not installed here, or cannot be found".to_owned(),
    };
    Error::new(ErrorKind::Backup, message)
        .hint_command(
            format!("install the client programs of PostgreSQL {server_major} or newer"),
            format!("apt-get install postgresql-client-{server_major}"),
        )
        .hint("or name their folder in HANGMEAS_BIN_DIR, or as server.bin_dir in hangmeas.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_which_package() {
        let error = unfit(Some(15), 17);
        assert!(error.message().contains("pg_dump 15 is older"));
        let command = error.hints()[0].command.as_deref();
        assert_eq!(command, Some("apt-get install postgresql-client-17"));
        assert!(unfit(None, 17).message().contains("not installed"));
    }

    #[test]
    fn reads_versions() {
        let text = "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)";
        assert_eq!(server::version(text), Some(("15.18".to_owned(), 15)));
        assert_eq!(server::version("pg_dump"), None);
    }
}
