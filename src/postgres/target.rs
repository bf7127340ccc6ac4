//! Where to connect: a plain value, made by `config` or `server`, used by `session`.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::password::PasswordSource;
use super::secret::Secret;
use super::tls::Tls;
use crate::error::Result;

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

/// One of several servers that may be connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Name by which certificates and password files know it.
    pub host: Host,
    /// Where to connect instead of looking the name up (libpq's `hostaddr`).
    pub ip: Option<IpAddr>,
    /// TCP port, or the number in the socket's name.
    pub port: u16,
}

/// Which kind of session will do (libpq's `target_session_attrs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SessionKind {
    /// Whatever answers first.
    #[default]
    Any,
    /// One that can write.
    ReadWrite,
    /// One that cannot.
    ReadOnly,
    /// A server that is not a standby.
    Primary,
    /// A standby.
    Standby,
    /// A standby, or else whatever answers.
    PreferStandby,
}

/// libpq's words for [`SessionKind`].
pub const SESSION_KINDS: [(&str, SessionKind); 6] = [
    ("any", SessionKind::Any),
    ("read-write", SessionKind::ReadWrite),
    ("read-only", SessionKind::ReadOnly),
    ("primary", SessionKind::Primary),
    ("standby", SessionKind::Standby),
    ("prefer-standby", SessionKind::PreferStandby),
];

impl SessionKind {
    /// From libpq's word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let found = SESSION_KINDS.iter().find(|(known, _)| *known == word);
        found.map(|(_, kind)| *kind)
    }

    /// libpq's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        let found = SESSION_KINDS.iter().find(|(_, kind)| *kind == self);
        found.map_or("any", |(word, _)| *word)
    }
}

/// When the system asks whether the other side is still there; `None` leaves it to the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keepalives {
    /// Whether it asks at all.
    pub on: bool,
    /// After this long without a word.
    pub idle: Option<Duration>,
    /// Again after this long.
    pub interval: Option<Duration>,
    /// So many times.
    pub count: Option<u32>,
    /// How long sent data may stay unacknowledged.
    pub user_timeout: Option<Duration>,
}

impl Default for Keepalives {
    fn default() -> Self {
        Self {
            on: true,
            idle: None,
            interval: None,
            count: None,
            user_timeout: None,
        }
    }
}

/// Everything that a connection needs. A session's target has the one server that it reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Server address.
    pub host: Host,
    /// Where to connect instead of looking the host up (libpq's `hostaddr`).
    pub ip: Option<IpAddr>,
    /// TCP port, or the number in the socket's name.
    pub port: u16,
    /// Further servers, tried in order when the one before cannot be reached or is of the wrong kind.
    pub fallbacks: Vec<Address>,
    /// Which kind of session will do.
    pub session_kind: SessionKind,
    /// Database name.
    pub database: String,
    /// Role; `None` means the operating-system user, as in libpq.
    pub user: Option<String>,
    /// Password, where it is known.
    pub password: Option<Secret>,
    /// Where the password comes from when it is not known.
    pub password_source: Option<PasswordSource>,
    /// libpq's password file, asked when nothing else says the password.
    pub passfile: Option<PathBuf>,
    /// How long to wait for a connection to one server; zero means without limit, as in libpq.
    pub connect_timeout: Duration,
    /// How long to try again while no server takes connections; zero tries once.
    pub wait: Duration,
    /// `application_name` shown in `pg_stat_activity`.
    pub application_name: String,
    /// libpq's `options` (`-c name=value …`), if any.
    pub options: Option<String>,
    /// Encryption and certificates.
    pub tls: Tls,
    /// TCP keepalives.
    pub keepalives: Keepalives,
}

impl Target {
    /// A server and database with everything else as libpq has it by default, except that
    /// connecting takes 5 seconds at most.
    #[must_use]
    pub fn new(host: Host, port: u16, database: &str) -> Self {
        Self {
            host,
            ip: None,
            port,
            fallbacks: Vec::new(),
            session_kind: SessionKind::Any,
            database: database.to_owned(),
            user: None,
            password: None,
            password_source: None,
            passfile: None,
            connect_timeout: Duration::from_secs(5),
            wait: Duration::ZERO,
            application_name: "hangmeas".to_owned(),
            options: None,
            tls: Tls::default(),
            keepalives: Keepalives::default(),
        }
    }

    /// The same, with its password at hand where a file or a command has it, or a person has told it. For programs that
    /// make the connection themselves; a session does this on its own.
    ///
    /// # Errors
    /// Kind `Configuration` when the password cannot be had.
    pub async fn settle(&self) -> Result<Self> {
        let mut settled = self.clone();
        if let (None, Some(source)) = (&self.password, &self.password_source) {
            settled.password = source.get().await?;
        }
        Ok(settled)
    }

    /// The same server, another database.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        Self {
            database: database.to_owned(),
            ..self.clone()
        }
    }

    /// All servers, in the order in which they are tried.
    #[must_use]
    pub fn addresses(&self) -> Vec<Address> {
        let first = Address {
            host: self.host.clone(),
            ip: self.ip,
            port: self.port,
        };
        std::iter::once(first)
            .chain(self.fallbacks.iter().cloned())
            .collect()
    }

    /// The same, but this one server only.
    #[must_use]
    pub fn at(&self, address: &Address) -> Self {
        Self {
            host: address.host.clone(),
            ip: address.ip,
            port: address.port,
            fallbacks: Vec::new(),
            ..self.clone()
        }
    }

    /// `host:port`, or the socket's path; several joined by commas: for messages.
    #[must_use]
    pub fn address(&self) -> String {
        let all: Vec<_> = self.addresses().iter().map(ToString::to_string).collect();
        all.join(", ")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Tcp(host) if host.contains(':') => write!(f, "[{host}]:{}", self.port)?,
            Host::Tcp(host) => write!(f, "{host}:{}", self.port)?,
            Host::Socket(folder) => write!(f, "{}/.s.PGSQL.{}", folder.display(), self.port)?,
        }
        match self.ip {
            Some(ip) if self.host.to_string() != ip.to_string() => write!(f, " ({ip})"),
            _ => Ok(()),
        }
    }
}
