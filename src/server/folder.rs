//! The managed server's folder: a marker that says it is ours, the cluster, the log, the lock.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use super::account::Account;
use crate::error::{Error, Result};

/// The marker's name: without it nothing is ever written into, or deleted from, a folder.
const MARKER: &str = "hangmeas-server";

const MARKER_TEXT: &str = "This folder belongs to hangmeas: its managed local PostgreSQL.\n\
                           `hangmeas server remove` deletes it, databases included.\n";

/// The paths of one managed server.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub home: PathBuf,
}

impl Folder {
    pub fn new(home: &Path) -> Self {
        Self {
            home: home.to_path_buf(),
        }
    }

    /// PGDATA.
    pub fn cluster(&self) -> PathBuf {
        self.home.join("data")
    }

    /// Where a cluster is made, to be renamed once it is whole.
    pub fn unfinished(&self) -> PathBuf {
        self.home.join("data.unfinished")
    }

    pub fn log(&self) -> PathBuf {
        self.home.join("server.log")
    }

    pub fn lock(&self) -> PathBuf {
        self.home.join("lock")
    }

    fn marker(&self) -> PathBuf {
        self.home.join(MARKER)
    }

    /// The cluster's major version; `None` when there is no cluster.
    pub fn version(&self) -> Option<u32> {
        let text = fs::read_to_string(self.cluster().join("PG_VERSION")).ok()?;
        text.trim().split('.').next()?.parse().ok()
    }

    /// Whether it carries our marker.
    pub fn is_ours(&self) -> bool {
        self.marker().is_file()
    }

    /// Makes the folder, for `account` alone, and marks it; a folder with somebody else's files in
    /// it is refused.
    pub fn claim(&self, account: Account) -> Result<()> {
        if self.is_ours() {
            return self.reachable(account);
        }
        let mut entries = fs::read_dir(&self.home).into_iter().flatten().flatten();
        // The lock may be there alone, of a run that was stopped early; and another run may be
        // claiming the folder right now.
        let foreign = entries.find(|entry| entry.path() != self.lock());
        if let Some(entry) = foreign.filter(|_| !self.is_ours()) {
            let found = format!("it holds {}", entry.file_name().to_string_lossy());
            return Err(self.not_ours(&found));
        }
        let create = || -> io::Result<()> {
            fs::create_dir_all(&self.home)?;
            fs::set_permissions(&self.home, fs::Permissions::from_mode(0o700))?;
            give(&self.home, account)
        };
        create().map_err(|error| self.failed("cannot be made", &error))?;
        self.reachable(account)?;
        fs::write(self.marker(), MARKER_TEXT)
            .and_then(|()| give(&self.marker(), account))
            .map_err(|error| self.failed("cannot be written", &error))
    }

    /// Deletes what is ours, and the folder if nothing else is in it.
    pub fn delete(&self) -> Result<()> {
        let gone = |done: io::Result<()>| match done {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        let delete = || -> io::Result<()> {
            for folder in [self.cluster(), self.unfinished(), self.home.join("socket")] {
                gone(fs::remove_dir_all(folder))?;
            }
            for file in [self.log(), self.lock(), self.marker()] {
                gone(fs::remove_file(file))?;
            }
            match fs::remove_dir(&self.home) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
                done => gone(done),
            }
        };
        delete().map_err(|error| self.failed("cannot be deleted", &error))
    }

    /// Refuses a folder without our marker.
    pub fn must_be_ours(&self) -> Result<()> {
        if self.is_ours() {
            return Ok(());
        }
        Err(self.not_ours("it does not have our marker file"))
    }

    fn reachable(&self, account: Account) -> Result<()> {
        let Some(barrier) = account.barrier(&self.home) else {
            return Ok(());
        };
        Err(Error::configuration(format!(
            "the folder of the managed PostgreSQL, {}, cannot be reached by the user who runs it",
            self.home.display()
        ))
        .detail(format!(
            "user id {} cannot enter {}",
            account.uid,
            barrier.display()
        ))
        .hint("set HANGMEAS_DATA_DIR to a folder below one that everybody may enter"))
    }

    fn not_ours(&self, found: &str) -> Error {
        Error::refused(format!(
            "{} is not a folder of hangmeas ({found})",
            self.home.display()
        ))
        .detail(
            "only a folder that hangmeas made, or an empty one, is used for the managed PostgreSQL",
        )
        .hint("set HANGMEAS_DATA_DIR to a folder that is empty or does not exist yet")
    }

    /// An error about this folder.
    pub fn failed(&self, what: &str, error: &io::Error) -> Error {
        Error::configuration(format!(
            "the folder of the managed PostgreSQL, {}, {what}: {error}",
            self.home.display()
        ))
        .hint("set HANGMEAS_DATA_DIR to a folder in which you may write")
    }
}

/// Hands a file that root made to the server's user.
pub(super) fn give(path: &Path, account: Account) -> io::Result<()> {
    if account.is_switch() {
        chown(path, Some(account.uid), Some(account.gid))?;
    }
    Ok(())
}
