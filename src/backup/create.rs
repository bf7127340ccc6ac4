//! Making a backup: one snapshot for `pg_dump` and for the counts, everything in a hidden folder,
//! the name last.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::child::{Child, dbname, program};
use super::facts::{self, Relations};
use super::manifest::{DatabaseFacts, Globals, Manifest, SequenceState, TableRows};
use super::name::{BackupName, Stamp};
use super::store::{Held, State, Store};
use super::talk::Talk;
use super::tools::Tools;
use super::{checksum, compare, contents, globals, holders, preflight};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Interrupt, Session, Target};
use crate::progress::{Event, Outcome, Sink};

/// Folder of the dump within a backup.
pub(super) const DUMP: &str = "dump";

const LABEL: &str = "dump";

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Request {
    /// The database to back up.
    pub target: Target,
    /// Environment of hangmeas, for the manifest and for retention.
    pub environment: String,
    /// The folder of backups.
    pub store: Store,
    /// Processes that dump at the same time; at least 1.
    pub jobs: u32,
    /// How long to wait for a table that is locked; zero waits for ever.
    pub lock_timeout: Duration,
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Created {
    /// Its folder.
    pub path: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// How long it took.
    pub elapsed: Duration,
    /// What should not be overlooked, in sentences.
    pub warnings: Vec<String>,
}

/// Makes a backup. Whatever happens, nothing that is not complete ever bears a backup's name.
///
/// # Errors
/// Kind `Backup`, `Locked` when another run works on the same folder, `Interrupted`, `Connection`.
pub async fn create(
    request: &Request,
    tools: &Tools,
    interrupt: &Interrupt,
    sink: &dyn Sink,
) -> Result<Created> {
    let started = Instant::now();
    let session = Session::open(&request.target, interrupt).await?;
    preflight::check_privileges(&session).await?;
    preflight::check_connections(&session, &request.target.database, request.jobs).await?;
    let held = request.store.hold()?;
    let left = request.store.clean(&held)?;
    preflight::check_room(request.store.dir(), last_of(request)?.as_ref())?;
    let name = free_name(request);
    let folder = request.store.begin(&name)?;
    let run = Run {
        request,
        tools,
        interrupt,
        sink,
        session: &session,
        name: &name,
        folder: &folder,
        held: &held,
    };
    let manifest = match run.fill().await {
        Ok(manifest) => manifest,
        Err(error) => {
            finished(sink, Outcome::Failed, started);
            // The first error is the one to tell.
            let _ = request.store.discard(&name);
            return Err(holders::name(error, &request.target, request.lock_timeout).await);
        }
    };
    let path = request.store.publish(&name).map_err(|error| {
        let _ = request.store.discard(&name);
        unwritten(&folder, &error)
    })?;
    finished(sink, Outcome::Done, started);
    Ok(Created {
        path,
        warnings: warnings(&manifest, tools, &left),
        manifest,
        elapsed: started.elapsed(),
    })
}

fn finished(sink: &dyn Sink, outcome: Outcome, started: Instant) {
    sink.emit(Event::Finished {
        label: LABEL.to_owned(),
        outcome,
        elapsed: started.elapsed(),
        note: None,
    });
}

/// The newest complete backup of the same database.
fn last_of(request: &Request) -> Result<Option<Manifest>> {
    let of_database = |state| match state {
        State::Complete(manifest) if manifest.database.name == request.target.database => {
            Some(*manifest)
        }
        _ => None,
    };
    let list = request.store.list()?;
    Ok(list
        .into_iter()
        .rev()
        .find_map(|entry| of_database(entry.state)))
}

/// The name of this second, or of the first one after it that is free.
fn free_name(request: &Request) -> BackupName {
    let mut moment = OffsetDateTime::now_utc();
    loop {
        let name = BackupName::new(&request.target.database, Stamp::of(moment));
        let taken = |text: String| request.store.dir().join(text).exists();
        if !taken(name.to_string()) && !taken(name.partial()) && !taken(name.deleting()) {
            return name;
        }
        moment += Duration::from_secs(1);
    }
}

fn warnings(manifest: &Manifest, tools: &Tools, left: &[String]) -> Vec<String> {
    let mut list: Vec<_> = left
        .iter()
        .map(|name| format!("removed what a run that was killed had left of {name}"))
        .collect();
    if let Globals::Missing(why) = &manifest.globals {
        list.push(format!(
            "roles and tablespaces are not in this backup: {why}"
        ));
    }
    let server = manifest.database.server_version.as_str();
    let major = tools.pg_dump.major;
    if !server.starts_with(&major.to_string()) {
        list.push(format!(
            "pg_dump {} made a dump of PostgreSQL {server}: restore it into PostgreSQL {major} or newer",
            tools.pg_dump.version
        ));
    }
    list
}

fn unwritten(path: &Path, error: &std::io::Error) -> Error {
    let failed = Error::new(
        ErrorKind::Backup,
        format!(
            "the backup cannot be written to {}: {error}",
            path.display()
        ),
    );
    if error.kind() == std::io::ErrorKind::StorageFull {
        return failed.hint("the disk is full: make room, or name another folder with --dir");
    }
    failed
}

/// One run, with everything that it needs.
struct Run<'a> {
    request: &'a Request,
    tools: &'a Tools,
    interrupt: &'a Interrupt,
    sink: &'a dyn Sink,
    session: &'a Session,
    name: &'a BackupName,
    folder: &'a Path,
    held: &'a Held,
}

/// What was learnt while dumping.
struct Dumped {
    facts: DatabaseFacts,
    tables: Vec<TableRows>,
    sequences: Vec<SequenceState>,
    large_objects: i64,
    defects: Vec<String>,
    migrations: Vec<i64>,
    fingerprint: String,
    compression: &'static str,
}

impl Run<'_> {
    /// Fills the hidden folder and proves what is in it.
    async fn fill(&self) -> Result<Manifest> {
        let started_at = now();
        let dumped = self.dump().await?;
        contents::check_listing(
            &self.tools.pg_restore,
            &self.folder.join(DUMP),
            &dumped.tables,
            self.interrupt,
        )
        .await?;
        let globals = globals::write(
            self.tools,
            &self.request.target,
            self.interrupt,
            self.folder,
        )
        .await?;
        self.doing("checksums");
        let folder = self.folder.to_path_buf();
        let entries = checksum::off_runtime(move || checksum::entries(&folder)).await?;
        let files = entries.map_err(|error| unwritten(self.folder, &error))?;
        let manifest = Manifest {
            format: Manifest::FORMAT,
            name: self.name.to_string(),
            environment: self.request.environment.clone(),
            hangmeas_version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at,
            finished_at: now(),
            pg_dump_version: self.tools.pg_dump.version.clone(),
            jobs: self.request.jobs,
            compression: dumped.compression.to_owned(),
            database: dumped.facts,
            migrations: dumped.migrations,
            fingerprint: dumped.fingerprint,
            tables: dumped.tables,
            sequences: dumped.sequences,
            large_objects: dumped.large_objects,
            defects: dumped.defects,
            globals,
            files,
        };
        if self.interrupt.raised() {
            return Err(crate::postgres::interrupted());
        }
        self.seal(&manifest)
            .map_err(|error| unwritten(self.folder, &error))?;
        Ok(manifest)
    }

    /// Manifest, checksums, everything on the disk. `pg_dump` has brought its own files there.
    fn seal(&self, manifest: &Manifest) -> std::io::Result<()> {
        if let Globals::File(file) = &manifest.globals {
            fs::File::open(self.folder.join(file))?.sync_all()?;
        }
        manifest.write(self.folder)?;
        checksum::write_sums(self.folder, manifest)
    }

    async fn dump(&self) -> Result<Dumped> {
        facts::prepare(self.session, self.request.lock_timeout).await?;
        let defects = compare::defects(self.session).await?;
        let (facts, relations) = facts::open_snapshot(self.session).await?;
        facts::lock_tables(self.session, &relations).await?;
        let sequences = facts::read_sequences(self.session, &relations).await?;
        let migrations = facts::migrations(self.session, &relations).await?;
        let fingerprint = facts::fingerprint(&self.request.target, self.interrupt).await?;
        let compression = self.tools.compression().await;
        let tables = self
            .run_pg_dump(&facts.snapshot, compression, &relations)
            .await?;
        facts::run(self.session, "COMMIT", "closing the snapshot").await?;
        Ok(Dumped {
            facts,
            tables,
            sequences,
            large_objects: relations.large_objects,
            defects: defects.into_iter().map(|defect| defect.object).collect(),
            migrations,
            fingerprint,
            compression,
        })
    }

    /// `pg_dump`, and beside it the counting: both see the same snapshot.
    async fn run_pg_dump(
        &self,
        snapshot: &str,
        compression: &str,
        relations: &Relations,
    ) -> Result<Vec<TableRows>> {
        let mut command = program(&self.tools.pg_dump.path, Some(&self.request.target));
        command
            .args(["--format=directory", "--verbose", "--no-password"])
            .arg(format!("--jobs={}", self.request.jobs.max(1)))
            .arg(format!("--snapshot={snapshot}"))
            .arg("--file")
            .arg(self.folder.join(DUMP))
            .arg("--dbname")
            .arg(dbname(&self.request.target.database))
            .stdin(self.held.for_child())
            .stdout(Stdio::null());
        if compression == "zstd" {
            command.arg("--compress=zstd:3");
        }
        let wait = self.request.lock_timeout.as_millis();
        if wait > 0 {
            command.arg(format!("--lock-wait-timeout={wait}"));
        }
        let mut child = Child::start(command)?;
        let folder = self.folder.join(DUMP);
        let mut talk = Talk::of_dump(
            self.sink,
            &folder,
            self.request.jobs,
            relations.tables.len(),
        );
        let both = tokio::try_join!(
            child.watch(self.interrupt, |line| talk.hear(line)),
            facts::count_rows(self.session, relations),
        );
        match both {
            Ok(((), tables)) => Ok(tables),
            Err(error) => {
                child.stop().await;
                Err(error)
            }
        }
    }

    fn doing(&self, what: &str) {
        self.sink.emit(Event::Doing {
            label: LABEL.to_owned(),
            what: what.to_owned(),
        });
    }
}

fn now() -> String {
    OffsetDateTime::now_utc()
        .format(&Rfc3339)
        .unwrap_or_default()
}
