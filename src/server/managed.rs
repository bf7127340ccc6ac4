//! The managed server itself: its state, and the four verbs.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::account::Account;
use super::binaries::{Binaries, Places};
use super::folder::Folder;
use super::lock::Lock;
use super::postmaster::{self, Postmaster};
use super::{initdb, socket, start};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Host, Target};

/// Longest wait for a server that starts (it may have to recover) or stops, in seconds.
pub(super) const PATIENCE: u64 = 60;

/// A managed local PostgreSQL: started when needed, left running.
#[derive(Debug, Clone)]
pub struct Managed {
    places: Places,
    pub(super) folder: Folder,
}

/// A server that takes connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Process id.
    pub pid: u32,
    /// Major version.
    pub version: u32,
    /// Since when.
    pub since: OffsetDateTime,
    /// The folder of its socket, which only its user (and root) can enter.
    pub socket_folder: PathBuf,
    /// The number in the socket's name.
    pub port: u16,
}

impl Running {
    /// The way to one of its databases, as superuser.
    #[must_use]
    pub fn target(&self, database: &str, application_name: &str) -> Target {
        Target {
            user: Some(initdb::SUPERUSER.to_owned()),
            application_name: application_name.to_owned(),
            ..Target::new(
                Host::Socket(self.socket_folder.clone()),
                self.port,
                database,
            )
        }
    }
}

/// What there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It runs.
    Running(Running),
    /// There is a cluster, and no process serves it.
    Stopped {
        /// Major version.
        version: u32,
    },
    /// There is no cluster.
    Absent,
}

/// What takes a moment: for telling people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `initdb` makes a new cluster.
    Creating {
        /// The programs' version, such as `15.18`.
        version: String,
        /// The managed server's folder.
        folder: PathBuf,
    },
    /// The server starts.
    Starting {
        /// The programs' version.
        version: String,
    },
}

impl Managed {
    /// The managed server of these places; touches nothing.
    #[must_use]
    pub fn new(places: Places) -> Self {
        let folder = Folder::new(&places.data_dir);
        Self { places, folder }
    }

    /// The log of the server, for messages.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.folder.log()
    }

    /// Whether it runs; changes nothing.
    #[must_use]
    pub fn status(&self) -> Status {
        let Some(version) = self.folder.version() else {
            return Status::Absent;
        };
        match self.postmaster() {
            Some(found) => Status::Running(running(&found, version)),
            None => Status::Stopped { version },
        }
    }

    /// The server, started and even made if that is needed.
    ///
    /// # Errors
    /// Kind `Connection` when there is no PostgreSQL or it does not start (with the end of its log),
    /// `Configuration` when its folder cannot be used.
    pub fn ensure_running(&self, on_step: &dyn Fn(&Step)) -> Result<Running> {
        if let Some(running) = self.answering() {
            return Ok(running);
        }
        let account = Account::for_folder(&self.folder.home)?;
        self.folder.claim(account)?;
        let _lock = Lock::take(&self.folder)?;
        // Whoever held the lock may have done the work, or removed everything.
        self.folder.claim(account)?;
        if let Some(running) = self.answering() {
            return Ok(running);
        }
        self.wait_or_stop()?;
        let binaries = Binaries::find(&self.places, self.folder.version(), account)?;
        if self.folder.version().is_none() {
            self.clear_remains()?;
            on_step(&Step::Creating {
                version: binaries.version.clone(),
                folder: self.folder.home.clone(),
            });
            initdb::create(&binaries, &self.folder, account)?;
        }
        if let Some(running) = self.answering() {
            return Ok(running);
        }
        on_step(&Step::Starting {
            version: binaries.version.clone(),
        });
        start::start(self, &binaries, account)
    }

    /// Stops it; rolls back what is running there. False when it did not run.
    ///
    /// # Errors
    /// When it does not stop in time, or belongs to somebody else.
    pub fn stop(&self) -> Result<bool> {
        if self.postmaster().is_none() {
            return Ok(false);
        }
        Account::for_folder(&self.folder.home)?;
        let _lock = Lock::take(&self.folder)?;
        self.stop_locked()
    }

    /// Stops it and deletes its files, databases included. False when there was nothing.
    ///
    /// # Errors
    /// When the folder is not one that hangmeas made, or cannot be deleted.
    pub fn remove(&self) -> Result<bool> {
        if !self.folder.home.exists() {
            return Ok(false);
        }
        let account = Account::for_folder(&self.folder.home)?;
        self.folder.must_be_ours()?;
        let _lock = Lock::take(&self.folder)?;
        self.stop_locked()?;
        let socket = socket::folder(&self.folder, account)?;
        if !socket.starts_with(&self.folder.home) {
            // A short folder elsewhere, empty once the server has ended.
            let _ = fs::remove_dir(socket);
        }
        self.folder.delete()?;
        Ok(true)
    }

    fn stop_locked(&self) -> Result<bool> {
        let Some(found) = self.postmaster() else {
            return Ok(false);
        };
        if found.stop(&self.folder.cluster(), Duration::from_secs(PATIENCE)) {
            return Ok(true);
        }
        Err(Error::new(
            ErrorKind::Connection,
            format!(
                "the managed PostgreSQL (process {}) did not stop within {PATIENCE} seconds",
                found.pid
            ),
        )
        .detail(format!("its log is {}", self.log_file().display())))
    }

    fn postmaster(&self) -> Option<Postmaster> {
        postmaster::find(&self.folder.cluster())
    }

    pub(super) fn answering(&self) -> Option<Running> {
        let version = self.folder.version()?;
        let found = self.postmaster()?;
        let socket = socket::path(&found.socket_folder);
        found.answers(&socket).then(|| running(&found, version))
    }

    /// A server that does not answer: wait while it starts; stop it when it says that it is ready
    /// and its socket is gone (something cleaned the temporary folder).
    fn wait_or_stop(&self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(PATIENCE);
        while let Some(found) = self.postmaster() {
            if found.ready || Instant::now() > deadline {
                if self.answering().is_none() {
                    self.stop_locked()?;
                }
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// A folder without `PG_VERSION` in the cluster's place is no cluster.
    fn clear_remains(&self) -> Result<()> {
        match fs::remove_dir(self.folder.cluster()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(self
                .folder
                .failed("holds a `data` that is no database cluster", &error)),
            _ => Ok(()),
        }
    }
}

fn running(found: &Postmaster, version: u32) -> Running {
    Running {
        pid: found.pid,
        version,
        since: found.since,
        socket_folder: found.socket_folder.clone(),
        port: found.port,
    }
}
