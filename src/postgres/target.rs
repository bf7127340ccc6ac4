//! Where to connect: a plain value, made by `config` or `server`, used by `session`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::secret::Secret;

/// One server address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A TCP host name or address.
    Tcp(String),
    /// The folder of a Unix socket.
    Socket(PathBuf),
}

impl Host {
    /// A host as libpq reads it: a leading slash (or @) means a socket folder.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.starts_with('/') || text.starts_with('@') {
            Self::Socket(PathBuf::from(text))
        } else {
            Self::Tcp(text.to_owned())
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host) => f.write_str(host),
            Self::Socket(folder) => write!(f, "{}", folder.display()),
        }
    }
}

/// Everything that a connection needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Server address.
    pub host: Host,
    /// TCP port, or the number in the socket's name.
    pub port: u16,
    /// Database name.
    pub database: String,
    /// Role; `None` means the operating-system user, as in libpq.
    pub user: Option<String>,
    /// Password, where one is needed.
    pub password: Option<Secret>,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// `application_name` shown in `pg_stat_activity`.
    pub application_name: String,
    /// libpq's `options` (`-c name=value …`), if any.
    pub options: Option<String>,
    /// libpq's `sslmode` word, if one was given.
    pub sslmode: Option<String>,
}

impl Target {
    /// The same server, another database.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        Self {
            database: database.to_owned(),
            ..self.clone()
        }
    }

    /// `host:port`, or the socket's path: for messages.
    #[must_use]
    pub fn address(&self) -> String {
        match &self.host {
            Host::Tcp(host) if host.contains(':') => format!("[{host}]:{}", self.port),
            Host::Tcp(host) => format!("{host}:{}", self.port),
            Host::Socket(folder) => format!("{}/.s.PGSQL.{}", folder.display(), self.port),
        }
    }
}
