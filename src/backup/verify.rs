//! Is a backup what it says? By checksum and content without a server, and by restoring it.

use std::path::PathBuf;

use super::checksum::{self, Damage};
use super::compare::{self, Difference};
use super::create::DUMP;
use super::manifest::Manifest;
use super::name::{BackupName, Stamp};
use super::restore::{self, Filling};
use super::scratch::{self, Purpose};
use super::store::Store;
use super::tools::Tools;
use super::{contents, preflight, swap};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::database::maintenance;
use crate::postgres::{Interrupt, Session, Target};
use crate::progress::Sink;

/// What verifying a backup came to.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Its folder.
    pub path: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// Files that are not as they were written.
    pub damages: Vec<Damage>,
    /// Rows in the dump, or in the restored database, that are not as counted.
    pub differences: Vec<Difference>,
    /// What was broken before the backup was made; no fault of the backup.
    pub remarks: Vec<Difference>,
    /// Whether it was restored.
    pub restored: bool,
}

impl Verdict {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.damages.is_empty() && self.differences.is_empty()
    }
}

/// Checks every file against its checksum, then reads every row out of the dump and counts. Needs no
/// server.
///
/// # Errors
/// Kind `Backup`, when there is no such backup or its manifest cannot be read.
pub async fn verify_files(
    store: &Store,
    name: &BackupName,
    tools: &Tools,
    interrupt: &Interrupt,
) -> Result<Verdict> {
    let (path, manifest) = store.find(name)?;
    let damages = damages(&path, &manifest, name).await?;
    let mut differences = Vec::new();
    if damages.is_empty() {
        let lines =
            contents::compare_rows(&tools.pg_restore, &path.join(DUMP), &manifest, interrupt)
                .await?;
        differences.extend(lines.into_iter().map(|what| Difference {
            object: "dump".to_owned(),
            what,
        }));
    }
    Ok(Verdict {
        path,
        manifest,
        damages,
        differences,
        remarks: Vec::new(),
        restored: false,
    })
}

/// Checks the files, restores into a scratch database of the server, compares, drops it.
///
/// # Errors
/// As [`verify_files`], and those of the server and of `pg_restore`.
pub async fn verify_by_restore(
    store: &Store,
    name: &BackupName,
    server: &Target,
    jobs: u32,
    tools: &Tools,
    interrupt: &Interrupt,
    sink: &dyn Sink,
) -> Result<Verdict> {
    let mut verdict = verify_files(store, name, tools, interrupt).await?;
    if !verdict.is_sound() {
        return Ok(verdict);
    }
    let session = maintenance(server, interrupt).await?;
    let name = &verdict.manifest.database.name;
    preflight::check_connections(&session, name, jobs).await?;
    scratch::hold(&session, Purpose::Verify, name).await?;
    let database = Purpose::Verify.name(name, Stamp::of(time::OffsetDateTime::now_utc()));
    let facts = &verdict.manifest.database;
    let made = scratch::create(&session, &database, facts, &verdict.manifest.name).await?;
    let filling = Filling {
        target: &server.with_database(&made.name),
        dump: &verdict.path.join(DUMP),
        jobs,
        owners: false,
        tools,
        interrupt,
        sink,
    };
    let compared = async {
        restore::fill(&filling, &verdict.manifest).await?;
        swap::set_properties(&session, &made, &verdict.manifest, false).await?;
        let session = Session::open(filling.target, interrupt).await?;
        compare::compare(&session, &verdict.manifest).await
    };
    let compared = compared.await;
    scratch::drop_after_failure(server, &made).await;
    let compared = compared?;
    verdict.differences = compared.differences;
    verdict.remarks = compared.remarks;
    verdict.restored = true;
    Ok(verdict)
}

/// The damages of a backup's files; also that its manifest speaks of itself.
pub(super) async fn damages(
    path: &std::path::Path,
    manifest: &Manifest,
    name: &BackupName,
) -> Result<Vec<Damage>> {
    let (folder, copy) = (path.to_path_buf(), manifest.clone());
    let mut damages = checksum::off_runtime(move || checksum::check(&folder, &copy)).await?;
    if manifest.name != name.to_string() && damages.is_empty() {
        // A renamed backup would be counted as one of another time.
        return Err(Error::new(
            ErrorKind::Backup,
            format!(
                "the folder {} holds the backup {}",
                path.display(),
                manifest.name
            ),
        )
        .hint_command(
            "give it its name back",
            format!(
                "mv '{}' '{}'",
                path.display(),
                path.with_file_name(&manifest.name).display()
            ),
        ));
    }
    damages.sort_by_key(ToString::to_string);
    Ok(damages)
}
