//! The settings of a run: one environment, everything decided, every value with its origin.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::backup::{self, AnnotateSettings, BackupSettings};
use super::connection;
use super::environment;
use super::file::ConfigFile;
use super::grants::{self, GrantSettings};
use super::guard;
use super::health::{self, HealthSettings};
use super::layers::{Layers, Names};
use super::origin::{Origin, Sourced};
use super::overrides::Overrides;
use super::value;
use super::variables::Variables;
use crate::error::{Error, Result};
use crate::postgres::url::{Hosts, Ports};
use crate::postgres::{Secret, Target};

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// The managed local PostgreSQL: nothing says where a server is.
    Managed {
        /// Database name.
        database: String,
    },
    /// A server that something named.
    Server(Box<Target>),
}

/// A password, or where to get it when it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// Said itself.
    Known(Secret),
    /// The content of a file.
    File(PathBuf),
    /// What a program writes.
    Command(Vec<String>),
}

impl fmt::Display for Password {
    /// Nothing of a command: somebody may have put the password itself there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(secret) => secret.fmt(f),
            Self::File(path) => write!(f, "in file {}", path.display()),
            Self::Command(_) => f.write_str("from a command"),
        }
    }
}

/// The pieces of the connection, each with its origin.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// The URL that counts, its passwords redacted.
    pub url: Option<Sourced<String>>,
    /// Server addresses; none for the managed server.
    pub host: Option<Sourced<Hosts>>,
    /// Ports; none for the managed server.
    pub port: Option<Sourced<Ports>>,
    /// Database name.
    pub database: Sourced<String>,
    /// Role; none means the operating-system user.
    pub user: Option<Sourced<String>>,
    /// Password, or where it comes from.
    pub password: Option<Sourced<Password>>,
    /// libpq's `sslmode`.
    pub sslmode: Option<Sourced<String>>,
    /// `application_name`.
    pub application_name: Sourced<String>,
    /// libpq's `options`.
    pub options: Option<Sourced<String>>,
    /// Time allowed for connecting; none waits for ever.
    pub connect_timeout: Sourced<Option<Duration>>,
    /// How long to wait for a server that is starting; zero does not wait.
    pub wait: Sourced<Duration>,
    /// Other libpq parameters, by libpq's name: `sslrootcert`, `channel_binding`, ….
    pub extra: BTreeMap<String, Sourced<String>>,
    /// Password of the client's private key.
    pub ssl_password: Option<Sourced<Secret>>,
}

/// Time limits; none means no limit.
#[derive(Debug, Clone)]
pub struct Timeouts {
    /// For connecting (default 5 s).
    pub connect: Sourced<Option<Duration>>,
    /// For a statement (default none).
    pub statement: Sourced<Option<Duration>>,
    /// For a table lock (default 2 s).
    pub lock: Sourced<Option<Duration>>,
}

/// `[migrations]`.
#[derive(Debug, Clone)]
pub struct MigrationSettings {
    /// The folder of own migrations, absolute where the working folder is.
    pub dir: Option<Sourced<PathBuf>>,
    /// Whether the bundled migrations run.
    pub bundled: Sourced<bool>,
    /// How long to wait for another run of hangmeas to finish; zero does not wait.
    pub lock_wait: Sourced<Duration>,
    /// How long to keep trying a statement whose table lock is not granted; zero tries once.
    pub lock_retry_for: Sourced<Duration>,
}

/// `[rails]`.
#[derive(Debug, Clone)]
pub struct RailsSettings {
    /// Whether applied versions are also written to Rails' `schema_migrations`.
    pub record_versions: Sourced<bool>,
    /// The application's `db/migrate`; none means the one below the working folder, if there is one.
    pub dir: Option<Sourced<PathBuf>>,
}

/// `[server]`: the managed local PostgreSQL.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    data_dir: Option<Sourced<PathBuf>>,
    /// The folder of `initdb` and `postgres`; none means to look for it.
    pub bin_dir: Option<Sourced<PathBuf>>,
}

impl ServerSettings {
    /// The folder of the managed server's files.
    ///
    /// # Errors
    /// When nothing names one and there is no home folder to put it in.
    pub fn data_dir(&self) -> Result<&Sourced<PathBuf>> {
        self.data_dir.as_ref().ok_or_else(|| {
            Error::configuration("there is no place for the managed PostgreSQL: HOME is not set")
                .hint("set HANGMEAS_DATA_DIR to a folder of yours")
        })
    }

    /// The same, where there is one.
    #[must_use]
    pub fn known_data_dir(&self) -> Option<&Sourced<PathBuf>> {
        self.data_dir.as_ref()
    }
}

/// Everything that a run needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The configuration file, and who named it.
    pub file: Option<Sourced<PathBuf>>,
    /// The environment's name.
    pub environment: Sourced<String>,
    /// Whether commands that destroy must be confirmed by the database's name.
    pub protected: Sourced<bool>,
    /// Where to connect.
    pub connection: Connection,
    /// The pieces of it, with their origins.
    pub connection_settings: ConnectionSettings,
    /// Number of connections for work that uses many.
    pub pool: Sourced<u32>,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Migrations.
    pub migrations: MigrationSettings,
    /// Rails.
    pub rails: RailsSettings,
    /// The managed local PostgreSQL.
    pub server: ServerSettings,
    /// Backups.
    pub backup: BackupSettings,
    /// Group roles.
    pub grants: GrantSettings,
    /// Schema documentation.
    pub annotate: AnnotateSettings,
    /// The health check.
    pub health: HealthSettings,
    /// What may surprise, in sentences: for stderr and `config show`.
    pub notices: Vec<String>,
}

impl Settings {
    /// Brings the layers together for the environment that is meant.
    ///
    /// # Errors
    /// Anything wrong in a flag, a variable in use or the file.
    pub fn load(overrides: &Overrides, variables: &Variables, working_dir: &Path) -> Result<Self> {
        let file = ConfigFile::find(overrides, variables, working_dir)?;
        let environment = environment::select(overrides, variables, file.as_ref())?;
        Self::of(
            overrides,
            variables,
            file.as_ref(),
            environment,
            working_dir,
        )
    }

    /// The settings of one environment.
    pub(super) fn of(
        overrides: &Overrides,
        variables: &Variables,
        file: Option<&ConfigFile>,
        environment: Sourced<String>,
        working_dir: &Path,
    ) -> Result<Self> {
        let name = &environment.value;
        let layers = Layers {
            overrides,
            variables,
            file,
            environment: name,
            working_dir,
        };
        let resolved = connection::resolve(&layers)?;
        let guarded = guard::decide(&layers, &resolved.settings.database)?;
        let mut notices = resolved.notices;
        notices.extend(guarded.notice);
        let connect = resolved.settings.connect_timeout.clone();
        Ok(Self {
            file: file.map(|file| Sourced::new(file.shown.clone(), file.named_by.clone())),
            protected: guarded.protected,
            connection: resolved.connection,
            connection_settings: resolved.settings,
            pool: pool(&layers, resolved.pool)?,
            timeouts: timeouts(&layers, connect)?,
            migrations: migrations(&layers)?,
            rails: rails(&layers)?,
            server: server(&layers)?,
            backup: backup::backup(&layers)?,
            grants: grants::grants(&layers)?,
            annotate: backup::annotate(&layers)?,
            health: health::resolve(&layers)?,
            notices,
            environment,
        })
    }

    /// Who protects the environment: a sentence.
    #[must_use]
    pub fn why_protected(&self) -> String {
        match &self.protected.origin {
            Origin::Default => format!("{} is protected by default", self.environment.value),
            Origin::Derived(reason) => reason.clone(),
            said => format!("{said} says that it is"),
        }
    }

    /// The database's name.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.connection_settings.database.value
    }
}

fn pool(layers: &Layers<'_>, url: Option<Sourced<u32>>) -> Result<Sourced<u32>> {
    let from_file = |url: &Sourced<u32>| matches!(url.origin, super::Origin::File { .. });
    let (in_file, above) = match url {
        Some(url) if from_file(&url) => (Some(url), None),
        url => (None, url),
    };
    let mut found = above;
    if found.is_none() {
        found = layers.parsed_variable("RAILS_MAX_THREADS", value::count)?;
    }
    if found.is_none() {
        found = in_file;
    }
    if found.is_none() {
        found = layers.parsed_section("pool", value::count)?;
    }
    Ok(found.unwrap_or_else(|| Sourced::default(environment::default_pool(layers.environment))))
}

fn timeouts(layers: &Layers<'_>, connect: Sourced<Option<Duration>>) -> Result<Timeouts> {
    let statement = Names {
        flag: "--statement-timeout",
        variable: "HANGMEAS_STATEMENT_TIMEOUT",
        key: &layers.key("statement_timeout"),
    };
    let lock = Names {
        flag: "--lock-timeout",
        variable: "HANGMEAS_LOCK_TIMEOUT",
        key: &layers.key("lock_timeout"),
    };
    let overrides = layers.overrides;
    let statement = layers.setting(
        &statement,
        overrides.statement_timeout.as_deref(),
        value::limit,
    )?;
    let lock = layers.setting(&lock, overrides.lock_timeout.as_deref(), value::limit)?;
    Ok(Timeouts {
        connect,
        statement: statement.unwrap_or_else(|| Sourced::default(None)),
        lock: lock.unwrap_or_else(|| Sourced::default(Some(Duration::from_secs(2)))),
    })
}

fn migrations(layers: &Layers<'_>) -> Result<MigrationSettings> {
    let names = |flag, variable, key| Names {
        flag,
        variable,
        key,
    };
    let overrides = layers.overrides;
    let dir = names(
        "--migrations-dir",
        "HANGMEAS_MIGRATIONS_DIR",
        "migrations.dir",
    );
    let bundled = names("--no-bundled", "HANGMEAS_BUNDLED", "migrations.bundled");
    let wait = names("--lock-wait", "HANGMEAS_LOCK_WAIT", "migrations.lock_wait");
    let retry = names(
        "--lock-retry-for",
        "HANGMEAS_LOCK_RETRY_FOR",
        "migrations.lock_retry_for",
    );
    let minutes = |minutes: u64| Sourced::default(Duration::from_secs(60 * minutes));
    let off = overrides.no_bundled.then_some("false");
    let wait_flag = overrides.lock_wait.as_deref();
    let retry_flag = overrides.lock_retry_for.as_deref();
    Ok(MigrationSettings {
        dir: layers.path(&dir, overrides.migrations_dir.as_ref())?,
        bundled: layers
            .setting(&bundled, off, value::boolean)?
            .unwrap_or_else(|| Sourced::default(true)),
        lock_wait: layers
            .setting(&wait, wait_flag, value::duration)?
            .unwrap_or_else(|| minutes(1)),
        lock_retry_for: layers
            .setting(&retry, retry_flag, value::duration)?
            .unwrap_or_else(|| minutes(10)),
    })
}

fn rails(layers: &Layers<'_>) -> Result<RailsSettings> {
    let key = "rails.record_versions";
    let found = layers.file(key)?;
    let record = found
        .map(|found| super::layers::parsed(key, found, value::boolean))
        .transpose()?;
    let dir = Names {
        flag: "--rails-dir",
        variable: "HANGMEAS_RAILS_DIR",
        key: "rails.dir",
    };
    Ok(RailsSettings {
        dir: layers.path(&dir, None)?,
        record_versions: record.unwrap_or_else(|| Sourced::default(false)),
    })
}

fn server(layers: &Layers<'_>) -> Result<ServerSettings> {
    let data = Names {
        flag: "--data-dir",
        variable: "HANGMEAS_DATA_DIR",
        key: "server.data_dir",
    };
    let bin = Names {
        flag: "--bin-dir",
        variable: "HANGMEAS_BIN_DIR",
        key: "server.bin_dir",
    };
    let data_dir = layers.path(&data, layers.overrides.data_dir.as_ref())?;
    let default = || layers.variables.default_data_dir().map(Sourced::default);
    Ok(ServerSettings {
        data_dir: data_dir.or_else(default),
        bin_dir: layers.path(&bin, layers.overrides.bin_dir.as_ref())?,
    })
}

#[cfg(test)]
mod tests;
