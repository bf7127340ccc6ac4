//! The folder of backups: what is in it, its lock, and the two renames by which a backup appears and
//! disappears whole.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::fs::FlockOperation;

use super::checksum::{size_so_far, sync_folder};
use super::manifest::Manifest;
use super::name::BackupName;
use crate::error::{Error, ErrorKind, Result};

const LOCK: &str = ".hangmeas.lock";

/// A folder of backups.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
}

/// What a folder of backups holds.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Name of the backup.
    pub name: BackupName,
    /// Its folder.
    pub path: PathBuf,
    /// In which state it is.
    pub state: State,
}

/// The state of a backup.
#[derive(Debug, Clone)]
pub enum State {
    /// Complete, with a manifest that can be read.
    Complete(Box<Manifest>),
    /// It has the name of a complete one, but its manifest cannot be read, for this reason.
    Unreadable(String),
    /// Being written, or left behind by a run that was killed; bytes so far.
    Partial(u64),
}

/// The right to write to the folder.
#[derive(Debug)]
pub(super) struct Held(File);

impl Held {
    /// The lock as a standard input: it lasts as long as any `pg_dump` that was given it, even when
    /// hangmeas itself was killed.
    pub fn for_child(&self) -> Stdio {
        self.0
            .try_clone()
            .map_or_else(|_| Stdio::null(), Stdio::from)
    }
}

impl Store {
    /// The store in a folder, which need not exist yet.
    #[must_use]
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_path_buf(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes the folder if need be, for this user alone, and takes its lock.
    pub(super) fn hold(&self) -> Result<Held> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder
            .create(&self.dir)
            .map_err(|error| self.failed("made", &error))?;
        let path = self.dir.join(LOCK);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| self.failed("written to", &error))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(self.busy(&path)),
            Err(error) => return Err(self.failed("locked", &error.into())),
        }
        let _ = file.set_len(0);
        // Whose it is serves messages only.
        let _ = io::Write::write_all(&mut &file, std::process::id().to_string().as_bytes());
        Ok(Held(file))
    }

    fn busy(&self, lock: &Path) -> Error {
        let error = Error::new(
            ErrorKind::Locked,
            format!(
                "another run of hangmeas works on the backups in {}",
                self.dir.display()
            ),
        );
        let holder = fs::read_to_string(lock).unwrap_or_default();
        match holder.trim() {
            "" => error,
            pid => error.detail(format!("process {pid}, or a pg_dump that it started")),
        }
        .hint("wait until it is done, then run again")
    }

    fn failed(&self, what: &str, error: &io::Error) -> Error {
        Error::new(
            ErrorKind::Backup,
            format!(
                "the folder {} cannot be {what}: {error}",
                self.dir.display()
            ),
        )
        .hint_command(
            "name a folder that this user may write to",
            "hangmeas db backup --dir DIR",
        )
    }

    /// Everything that is a backup or a part of one, oldest first. A folder that does not exist is empty.
    ///
    /// # Errors
    /// Kind `Backup`, when the folder cannot be read.
    pub fn list(&self) -> Result<Vec<Entry>> {
        let files = match fs::read_dir(&self.dir) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed("read", &error)),
        };
        let mut list: Vec<_> = files
            .flatten()
            .filter_map(|file| entry(&file.path()))
            .collect();
        list.sort_by(|a, b| {
            let key = |entry: &Entry| (entry.name.stamp, entry.name.to_string());
            key(a).cmp(&key(b))
        });
        Ok(list)
    }

    /// The folder and manifest of a complete backup.
    ///
    /// # Errors
    /// Kind `Backup`, when there is none of that name, or it is not complete.
    pub fn find(&self, name: &BackupName) -> Result<(PathBuf, Manifest)> {
        let path = self.dir.join(name.to_string());
        if path.is_dir() {
            let manifest = Manifest::read(&path)?;
            return Ok((path, manifest));
        }
        let partial = self.dir.join(name.partial()).is_dir();
        let error = Error::new(
            ErrorKind::Backup,
            format!("there is no backup {name} in {}", self.dir.display()),
        );
        Err(if partial {
            error.detail("it was begun, but never completed")
        } else {
            error
        }
        .hint_command("see which there are", "hangmeas db backups list"))
    }

    /// An empty hidden folder in which a new backup grows.
    pub(super) fn begin(&self, name: &BackupName) -> Result<PathBuf> {
        let path = self.dir.join(name.partial());
        let mut builder = fs::DirBuilder::new();
        builder
            .mode(0o700)
            .create(&path)
            .map_err(|error| self.failed("written to", &error))?;
        Ok(path)
    }

    /// Gives the finished folder its name: from here on the backup exists.
    pub(super) fn publish(&self, name: &BackupName) -> io::Result<PathBuf> {
        let partial = self.dir.join(name.partial());
        let path = self.dir.join(name.to_string());
        sync_folder(&partial)?;
        // An empty folder of that name would be replaced; there is none, for we hold the lock.
        if path.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(&partial, &path)?;
        sync_folder(&self.dir)?;
        Ok(path)
    }

    /// Deletes a backup: first its name, so that no half of it ever looks like a whole.
    pub(super) fn delete(&self, name: &BackupName) -> Result<()> {
        let hidden = self.dir.join(name.deleting());
        fs::rename(self.dir.join(name.to_string()), &hidden)
            .and_then(|()| fs::remove_dir_all(&hidden))
            .map_err(|error| self.failed("cleaned", &error))
    }

    /// Removes what runs that were killed left: nobody else writes here while we hold the lock. The
    /// names of those backups.
    pub(super) fn clean(&self, _held: &Held) -> Result<Vec<String>> {
        let mut left = self.list()?;
        left.retain(|entry| matches!(entry.state, State::Partial(_)));
        for entry in &left {
            self.discard(&entry.name)?;
        }
        Ok(left.iter().map(|entry| entry.name.to_string()).collect())
    }

    /// Removes what a run that failed or was killed left of a backup.
    pub(super) fn discard(&self, name: &BackupName) -> Result<()> {
        for hidden in [name.partial(), name.deleting()] {
            match fs::remove_dir_all(self.dir.join(hidden)) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(self.failed("cleaned", &error)),
            }
        }
        Ok(())
    }
}

fn entry(path: &Path) -> Option<Entry> {
    let text = path.file_name()?.to_str()?;
    let hidden = text.strip_prefix('.').and_then(|text| {
        text.strip_suffix(".partial")
            .or_else(|| text.strip_suffix(".deleting"))
    });
    let name = BackupName::parse(hidden.unwrap_or(text))?;
    if !path.is_dir() {
        return None;
    }
    let state = match hidden {
        Some(_) => State::Partial(size_so_far(path)),
        None => match Manifest::read(path) {
            Ok(manifest) => State::Complete(Box::new(manifest)),
            Err(error) => State::Unreadable(error.to_string()),
        },
    };
    Some(Entry {
        name,
        path: path.to_path_buf(),
        state,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_writer_at_a_time() {
        let dir = tempfile::tempdir().expect("folder");
        let store = Store::at(&dir.path().join("new"));
        let held = store.hold().expect("first");
        let error = store.hold().expect_err("second");
        assert_eq!(error.kind(), ErrorKind::Locked);
        assert!(error.detail_lines()[0].contains(&std::process::id().to_string()));
        drop(held);
        store.hold().expect("free again");
    }

    #[test]
    fn knows_its_own_from_others() {
        let dir = tempfile::tempdir().expect("folder");
        let make = |name: &str| fs::create_dir(dir.path().join(name)).expect("folder");
        make("db_20261123T031500Z");
        make(".db_20261122T031500Z.partial");
        make("photos");
        fs::write(dir.path().join("db_20261121T031500Z"), "a file").expect("file");
        let list = Store::at(dir.path()).list().expect("list");
        let shown: Vec<_> = list.iter().map(|e| e.name.to_string()).collect();
        assert_eq!(shown, ["db_20261122T031500Z", "db_20261123T031500Z"]);
        assert!(matches!(list[0].state, State::Partial(0)));
        assert!(matches!(list[1].state, State::Unreadable(_)));
        assert!(
            Store::at(&dir.path().join("none"))
                .list()
                .expect("empty")
                .is_empty()
        );
    }
}
