//! Restoring: beside what is there, compared with the manifest, and only then under its name.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::checksum::Damage;
use super::child::{Child, dbname, program};
use super::compare::{self, Comparison, Difference};
use super::create::DUMP;
use super::facts;
use super::manifest::Manifest;
use super::name::{BackupName, Stamp};
use super::preflight;
use super::scratch::{self, Purpose, Scratch};
use super::store::Store;
use super::swap::{self, Occupied, Place};
use super::talk::Talk;
use super::tools::Tools;
use super::verify;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::database::maintenance;
use crate::postgres::sql::literal;
use crate::postgres::{Interrupt, Session, Target, interrupted};
use crate::progress::{Event, Outcome, Sink};

const LABEL: &str = "restore";

/// What is wanted.
#[derive(Debug, Clone)]
pub struct RestoreRequest {
    /// The server, and the name that the restored database shall have.
    pub target: Target,
    /// The folder of backups.
    pub store: Store,
    /// Which backup.
    pub name: BackupName,
    /// Processes that restore at the same time; at least 1.
    pub jobs: u32,
    /// Whether a database that holds something may be replaced.
    pub replace: bool,
    /// Whether sessions of others in the database to be replaced are ended.
    pub disconnect: bool,
    /// Whether the replaced database is kept under another name.
    pub keep_old: bool,
    /// Whether owners and privileges are restored; otherwise everything belongs to the role at work.
    pub owners: bool,
}

/// A database that was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// Its name.
    pub database: String,
    /// Whether a database with something in it was replaced.
    pub replaced: bool,
    /// The name under which the replaced one was kept.
    pub kept_as: Option<String>,
    /// What was restored.
    pub manifest: Manifest,
    /// What was broken before the backup was made, and what could not be set.
    pub remarks: Vec<Difference>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Restores a backup. Until the last moment nothing that was there is touched; the last moment is one
/// transaction.
///
/// # Errors
/// Kind `Backup`, `Refused` when the database is in the way, `Interrupted`, `Connection`.
pub async fn restore(
    request: &RestoreRequest,
    tools: &Tools,
    interrupt: &Interrupt,
    sink: &dyn Sink,
) -> Result<Restored> {
    let started = Instant::now();
    let (folder, manifest) = request.store.find(&request.name)?;
    let damages = verify::damages(&folder, &manifest, &request.name).await?;
    if !damages.is_empty() {
        return Err(damaged(&request.name, &damages));
    }
    let session = maintenance(&request.target, interrupt).await?;
    check_versions(&session, &manifest, tools)?;
    preflight::check_connections(&session, &request.target.database, request.jobs).await?;
    if request.owners {
        check_roles(&session, &manifest).await?;
    }
    let occupied = swap::look(&session, request, interrupt).await?;
    let database = &request.target.database;
    scratch::hold(&session, Purpose::Restore, database).await?;
    let now = Stamp::of(time::OffsetDateTime::now_utc());
    let side = Purpose::Restore.name(database, now);
    let side = scratch::create(&session, &side, &manifest.database, &manifest.name).await?;
    let work = Work {
        request,
        tools,
        interrupt,
        sink,
        manifest: &manifest,
        dump: &folder.join(DUMP),
    };
    let remarks = match work.beside(&session, &side).await {
        Ok(remarks) => remarks,
        Err(error) => {
            scratch::drop_after_failure(&request.target, &side).await;
            return Err(error);
        }
    };
    let place = Place {
        request,
        manifest: &manifest,
        side: &side,
        occupied,
        old: &Purpose::Before.name(database, now),
    };
    let swapped = swap::swap(&session, &place).await;
    let kept_as = match swapped {
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            scratch::drop_after_failure(&request.target, &side).await;
            return Err(interrupted().detail(format!("{database} is untouched")));
        }
        other => other?,
    };
    Ok(Restored {
        database: database.clone(),
        replaced: occupied == Occupied::Full,
        kept_as,
        manifest,
        remarks,
        elapsed: started.elapsed(),
    })
}

fn damaged(name: &BackupName, damages: &[Damage]) -> Error {
    Error::new(
        ErrorKind::Backup,
        format!("{name} is damaged; nothing was restored"),
    )
    .details(damages.iter().map(ToString::to_string))
    .hint_command("choose another backup", "hangmeas db backups list")
}

/// `pg_restore` must know the archive, and the server what is in it.
fn check_versions(session: &Session, manifest: &Manifest, tools: &Tools) -> Result<()> {
    let digits = |text: &str| -> u32 {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    };
    let made_by = manifest.pg_dump_major();
    if tools.pg_restore.major < made_by {
        return Err(Error::new(
            ErrorKind::Backup,
            format!(
                "pg_restore {} cannot read what pg_dump {} wrote",
                tools.pg_restore.version, manifest.pg_dump_version
            ),
        )
        .hint_command(
            "install newer client programs",
            format!("apt-get install postgresql-client-{made_by}"),
        ));
    }
    let came_from = digits(&manifest.database.server_version);
    if session.server_major() < came_from {
        return Err(Error::new(
            ErrorKind::Backup,
            format!(
                "the backup is of PostgreSQL {}, and this server is older: PostgreSQL {}",
                manifest.database.server_version,
                session.server_version()
            ),
        )
        .hint(format!("restore into PostgreSQL {came_from} or newer")));
    }
    Ok(())
}

/// Roles that the dump speaks of must be there before the first object is made.
async fn check_roles(session: &Session, manifest: &Manifest) -> Result<()> {
    let names: Vec<_> = manifest
        .database
        .roles
        .iter()
        .map(|role| literal(role))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    let script = format!(
        "SELECT name FROM unnest(ARRAY[{}]) AS t (name) \
         WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)",
        names.join(", ")
    );
    let missing = facts::run(session, &script, "looking for roles").await?;
    if missing.is_empty() {
        return Ok(());
    }
    let lines = missing
        .iter()
        .filter_map(|row| Some(format!("role {} is missing", row.get(0)?)));
    Err(Error::new(
        ErrorKind::Backup,
        "roles that own things in the backup do not exist on this server",
    )
    .details(lines)
    .hint("create them: globals.sql in the backup's folder shows how they were")
    .hint_command(
        "or let everything belong to the role that restores",
        format!("hangmeas db restore {} --no-owner", manifest.name),
    ))
}

/// What `pg_restore` needs.
pub(super) struct Filling<'a> {
    pub target: &'a Target,
    pub dump: &'a Path,
    pub jobs: u32,
    pub owners: bool,
    pub tools: &'a Tools,
    pub interrupt: &'a Interrupt,
    pub sink: &'a dyn Sink,
}

/// Fills an empty database from a dump. The first error ends it: `pg_restore` would go on.
pub(super) async fn fill(filling: &Filling<'_>, manifest: &Manifest) -> Result<()> {
    let started = Instant::now();
    let mut command = program(&filling.tools.pg_restore.path, Some(filling.target));
    command
        .args([
            "--format=directory",
            "--exit-on-error",
            "--verbose",
            "--no-password",
        ])
        .arg(format!("--jobs={}", filling.jobs.max(1)))
        .arg("--dbname")
        .arg(dbname(&filling.target.database))
        .stdout(Stdio::null());
    if !filling.owners {
        command.args(["--no-owner", "--no-privileges"]);
    }
    command.arg(filling.dump);
    let mut child = Child::start(command)?;
    let mut talk = Talk::of_restore(filling.sink, filling.jobs, manifest.tables.len());
    let outcome = child.watch(filling.interrupt, |line| talk.hear(line)).await;
    filling.sink.emit(Event::Finished {
        label: LABEL.to_owned(),
        outcome: if outcome.is_ok() {
            Outcome::Done
        } else {
            Outcome::Failed
        },
        elapsed: started.elapsed(),
        note: None,
    });
    if outcome.is_err() {
        child.stop().await;
    }
    outcome
}

struct Work<'a> {
    request: &'a RestoreRequest,
    tools: &'a Tools,
    interrupt: &'a Interrupt,
    sink: &'a dyn Sink,
    manifest: &'a Manifest,
    dump: &'a Path,
}

impl Work<'_> {
    /// Everything up to the swap, in the database beside.
    async fn beside(&self, session: &Session, side: &Scratch) -> Result<Vec<Difference>> {
        let target = self.request.target.with_database(&side.name);
        let filling = Filling {
            target: &target,
            dump: self.dump,
            jobs: self.request.jobs,
            owners: self.request.owners,
            tools: self.tools,
            interrupt: self.interrupt,
            sink: self.sink,
        };
        fill(&filling, self.manifest).await?;
        // Before the comparison: the search path decides what the schema is.
        let unset = swap::set_properties(session, side, self.manifest, self.request.owners).await?;
        let inside = Session::open(&target, self.interrupt).await?;
        facts::run(&inside, "ANALYZE", "gathering statistics").await?;
        let Comparison {
            differences,
            mut remarks,
        } = compare::compare(&inside, self.manifest).await?;
        if !differences.is_empty() {
            return Err(Error::new(
                ErrorKind::Backup,
                format!(
                    "what was restored is not what {} says; it was dropped again",
                    self.manifest.name
                ),
            )
            .details(differences.iter().map(ToString::to_string)));
        }
        remarks.extend(unset);
        Ok(remarks)
    }
}
