//! What can be known before a backup begins: whether the role may read everything, and whether the
//! disk has room.

use std::path::Path;

use super::facts;
use super::manifest::Manifest;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Session, check_slots};

const PROBLEMS: &str = include_str!("queries/problems.sql");

/// Refuses when the role cannot read something that belongs into the dump: all of it at once.
pub(super) async fn check_privileges(session: &Session) -> Result<()> {
    let rows = facts::run(session, PROBLEMS, "looking at privileges").await?;
    if rows.is_empty() {
        return Ok(());
    }
    let user = session
        .target()
        .user
        .as_deref()
        .unwrap_or("the operating-system user");
    let problems = rows.iter().filter_map(|row| row.get(0).map(str::to_owned));
    Err(Error::new(
        ErrorKind::Backup,
        format!("{user} may not read everything that belongs into a backup"),
    )
    .details(problems)
    .hint_command(
        "let the owner grant the role of backups what it lacks, large objects too, and the role to who logs in",
        "hangmeas db grants --apply",
    )
    .hint("or run as the owner of the database"))
}

/// Refuses when the server has no room for the connections of `pg_dump` or `pg_restore`: one for each of `jobs`, and
/// with several one that leads.
pub(super) async fn check_connections(session: &Session, database: &str, jobs: u32) -> Result<()> {
    let wanted = if jobs > 1 { jobs + 1 } else { 1 };
    check_slots(session, database, wanted, |free| {
        let jobs = free.saturating_sub(1).max(1);
        format!("run again with --jobs {jobs}, or set `jobs` of [backup]")
    })
    .await
}

/// Refuses when the disk has less room than the last backup of the same database took. Without a
/// last one nothing is known: a dump may be a tenth of the database or more than it.
pub(super) fn check_room(dir: &Path, last: Option<&Manifest>) -> Result<()> {
    let (Some(last), Ok(disk)) = (last, rustix::fs::statvfs(dir)) else {
        return Ok(());
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free >= last.bytes() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Backup,
        format!(
            "{} has {} MB free, and the last backup took {} MB",
            dir.display(),
            free / 1_000_000,
            last.bytes() / 1_000_000
        ),
    )
    .hint_command("let old backups go", "hangmeas db backups prune --keep 3")
    .hint("or name a folder on another disk with --dir"))
}
