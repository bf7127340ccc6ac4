//! What every command starts from: settings, the target, the migrations.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Surroundings;
use super::ask;
use crate::cli::{Cli, Terminal};
use crate::config::{Connection, Overrides, Settings, Variables};
use crate::error::{Error, ErrorKind, Result};
use crate::migration::{Limits, Source};
use crate::postgres::{Interrupt, Target};
use crate::progress::{Event, Sink};
use crate::server::{Managed, Places, Status, Step};

/// Flags, variables, terminal, and the folder we stand in.
pub(super) struct Context {
    pub overrides: Overrides,
    pub working_dir: PathBuf,
    /// Whether more shall be told than usual.
    pub verbose: bool,
    asks: bool,
    surroundings: Surroundings,
}

impl Context {
    pub fn new(cli: &Cli, surroundings: Surroundings) -> Result<Self> {
        let working_dir = std::env::current_dir().map_err(|error| {
            Error::configuration(format!("the working folder cannot be read: {error}"))
        })?;
        Ok(Self {
            overrides: cli.overrides(),
            working_dir,
            verbose: cli.global.verbose > 0,
            asks: !cli.global.no_password,
            surroundings,
        })
    }

    pub fn variables(&self) -> &Variables {
        &self.surroundings.variables
    }

    /// Whether a password may be asked for.
    pub fn asks(&self) -> bool {
        self.asks
    }

    pub fn terminal(&self) -> &Terminal {
        &self.surroundings.terminal
    }

    pub fn interrupt(&self) -> &Interrupt {
        &self.surroundings.interrupt
    }

    pub fn progress(&self) -> &dyn Sink {
        self.surroundings.progress.as_ref()
    }

    /// The settings of the environment; what may surprise is told.
    pub fn settings(&self) -> Result<Settings> {
        let settings = Settings::load(&self.overrides, self.variables(), &self.working_dir)?;
        for notice in &settings.notices {
            self.progress().emit(Event::Warning(notice.clone()));
        }
        let environment = &settings.environment;
        log::info!(
            environment = environment.value.as_str(),
            because = environment.origin.to_string().as_str();
            "settings"
        );
        if log::log_enabled!(log::Level::Debug) {
            for entry in settings.entries() {
                let origin = entry.origin.to_string();
                let value = entry.value.to_string();
                log::debug!(value = value.as_str(), origin = origin.as_str(); "{}", entry.key);
            }
        }
        Ok(settings)
    }

    /// Where to connect; starts the managed local PostgreSQL if that is meant.
    ///
    /// # Errors
    /// Kind `Connection` when that was never made.
    pub fn target(&self, settings: &Settings) -> Result<Target> {
        if matches!(settings.connection, Connection::Managed { .. }) {
            let places = self.places(settings)?;
            let unseen = fs::read_dir(&places.data_dir)
                .is_err_and(|error| error.kind() != io::ErrorKind::NotFound);
            if !unseen && Managed::new(places.clone()).status() == Status::Absent {
                return Err(never_made(&places.data_dir, settings));
            }
        }
        self.target_made(settings)
    }

    /// The same for commands that make a database: the managed local PostgreSQL is made, too.
    pub fn target_made(&self, settings: &Settings) -> Result<Target> {
        match &settings.connection {
            Connection::Server(target) => {
                let mut target = (**target).clone();
                if self.asks && target.password.is_none() && target.password_source.is_none() {
                    target.password_source = ask::person(&self.surroundings);
                }
                Ok(target)
            }
            Connection::Managed { database } => {
                let managed = Managed::new(self.places(settings)?);
                let running = managed.ensure_running(&|step| self.tell(step))?;
                let name = &settings.connection_settings.application_name;
                Ok(running.target(database, name))
            }
        }
    }

    /// Where the managed server and its programs are.
    pub fn places(&self, settings: &Settings) -> Result<Places> {
        Ok(Places {
            data_dir: settings.server.data_dir()?.value.clone(),
            bin_dir: settings
                .server
                .bin_dir
                .as_ref()
                .map(|dir| dir.value.clone()),
            search_path: self.variables().get("PATH").map(Into::into),
        })
    }

    pub fn tell(&self, step: &Step) {
        let line = match step {
            Step::Creating { version, folder } => format!(
                "making a local PostgreSQL {version} in {}",
                folder.display()
            ),
            Step::Starting { version } => format!("starting the local PostgreSQL {version}"),
        };
        self.progress().emit(Event::Note(line));
    }

    /// The migration files.
    pub fn source(&self, settings: &Settings) -> Result<Source> {
        let dir = settings.migrations.dir.as_ref();
        let shown = dir.map(|dir| self.shown(&dir.value));
        Source::load(settings.migrations.bundled.value, shown.as_deref())
    }

    /// A path as people know it: relative to the working folder where it lies below it.
    pub fn shown(&self, path: &Path) -> PathBuf {
        let below = path.strip_prefix(&self.working_dir).ok();
        match below {
            Some(rest) if rest.as_os_str().is_empty() => PathBuf::from("."),
            Some(rest) => rest.to_path_buf(),
            None => path.to_path_buf(),
        }
    }
}

/// Nothing was ever made where the managed server would be.
fn never_made(folder: &Path, settings: &Settings) -> Error {
    let database = settings.database();
    let folder = folder.display();
    Error::new(
        ErrorKind::Connection,
        format!("there is no database {database} yet: no local PostgreSQL was made in {folder}"),
    )
    .hint_command("make both, and the tables", "hangmeas db setup")
    .hint("or name a server that you have: DATABASE_URL, --database-url or hangmeas.toml")
}

/// The time limits for migrations.
pub(super) fn limits(settings: &Settings) -> Limits {
    Limits {
        lock: settings.timeouts.lock.value,
        statement: settings.timeouts.statement.value,
        lock_wait: settings.migrations.lock_wait.value,
        lock_retry_for: settings.migrations.lock_retry_for.value,
    }
}
