//! Roles and tablespaces belong to the server, not to the database: `pg_dumpall` writes them, without
//! passwords, where the role may.

use std::path::Path;
use std::process::Stdio;

use super::child::{Child, dbname, program};
use super::manifest::Globals;
use super::tools::Tools;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Interrupt, Target};

/// File name within a backup.
const FILE: &str = "globals.sql";

/// Writes the file; that the role may not, is a fact and no failure.
pub(super) async fn write(
    tools: &Tools,
    target: &Target,
    interrupt: &Interrupt,
    folder: &Path,
) -> Result<Globals> {
    let Some(pg_dumpall) = &tools.pg_dumpall else {
        return Ok(Globals::Missing("pg_dumpall is not installed".to_owned()));
    };
    let path = folder.join(FILE);
    let mut command = program(&pg_dumpall.path, Some(target));
    command
        .args([
            "--globals-only",
            "--no-role-passwords",
            "--no-password",
            "--file",
        ])
        .arg(&path)
        .arg("--dbname")
        .arg(dbname(&target.database))
        .stdout(Stdio::null());
    let mut child = Child::start(command)?;
    let outcome = child.watch(interrupt, |_| false).await;
    match outcome {
        Ok(()) => Ok(Globals::File(FILE.to_owned())),
        Err(error) => {
            child.stop().await;
            if error.kind() == ErrorKind::Interrupted || is_about_the_disk(&error) {
                return Err(error);
            }
            let _ = std::fs::remove_file(&path);
            let why = error.detail_lines().last().cloned();
            Ok(Globals::Missing(why.unwrap_or_else(|| error.to_string())))
        }
    }
}

fn is_about_the_disk(error: &Error) -> bool {
    error
        .detail_lines()
        .iter()
        .any(|line| line.contains("No space left on device"))
}
