//! One connection to the server: opening it with errors that help, and running SQL that can be
//! interrupted.

use std::time::Duration;

use tokio_postgres::error::DbError;
use tokio_postgres::{CancelToken, Client, Config, NoTls, SimpleQueryMessage, SimpleQueryRow};

use super::diagnose;
use super::interrupt::Interrupt;
use super::target::{Host, Target};
use crate::error::{Error, ErrorKind, Result};

/// The oldest server that hangmeas supports.
pub const OLDEST_SUPPORTED_MAJOR: u32 = 13;

/// How long a cancelled statement may take to end before we hang up.
const CANCEL_GRACE: Duration = Duration::from_secs(10);

/// An open connection.
pub struct Session {
    client: Client,
    cancel: CancelToken,
    target: Target,
    interrupt: Interrupt,
    server_version: String,
    server_major: u32,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// Why a statement did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// The server refused, or the connection broke.
    Server(tokio_postgres::Error),
    /// Cancelled, and the server did not answer in time.
    NoAnswer,
}

impl Failure {
    /// The server's error, if it was the server that said no.
    #[must_use]
    pub fn refusal(&self) -> Option<&DbError> {
        match self {
            Self::Server(error) => error.as_db_error(),
            Self::NoAnswer => None,
        }
    }

    /// The SQLSTATE, if it was the server that said no.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.refusal().map(|refusal| refusal.code().code())
    }

    /// Whether the outcome is unknown: the connection ended before the server answered.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.refusal()
            .is_none_or(|refusal| refusal.code().code().starts_with("57P"))
    }

    /// The general error for a statement of our own, saying what was being done.
    #[must_use]
    pub fn while_doing(self, what: &str) -> Error {
        diagnose::failed(what, self)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.refusal() {
            Some(refusal) => write!(
                f,
                "{} (SQLSTATE {})",
                refusal.message(),
                refusal.code().code()
            ),
            None => f.write_str("the connection to the server was lost"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

/// Rows of a simple query, as text.
pub type Rows = Vec<SimpleQueryRow>;

impl Session {
    /// Connects; sends nothing. Refuses servers older than [`OLDEST_SUPPORTED_MAJOR`].
    ///
    /// # Errors
    /// Kind `Connection`, saying who could not be reached and why, with what to try.
    pub async fn open(target: &Target, interrupt: &Interrupt) -> Result<Self> {
        let config = config(target)?;
        let attempt = async {
            tokio::select! {
                done = tokio::time::timeout(patience(target), config.connect(NoTls)) => Some(done),
                () = interrupt.wait() => None,
            }
        };
        let (client, connection) = match attempt.await {
            None => return Err(interrupted()),
            Some(Err(_elapsed)) => return Err(diagnose::timed_out(target)),
            Some(Ok(Err(error))) => return Err(diagnose::refused(target, error)),
            Some(Ok(Ok(pair))) => pair,
        };
        let server_version = connection
            .parameter("server_version")
            .unwrap_or_default()
            .to_owned();
        tokio::spawn(connection);
        let server_major = major(&server_version);
        if server_major < OLDEST_SUPPORTED_MAJOR {
            return Err(diagnose::too_old(target, &server_version));
        }
        Ok(Self {
            cancel: client.cancel_token(),
            client,
            target: target.clone(),
            interrupt: interrupt.clone(),
            server_version,
            server_major,
        })
    }

    /// The underlying client, for COPY and typed queries.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where this session is connected.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The server's version as it states it, such as `15.18 (Debian 15.18-0+deb12u1)`.
    #[must_use]
    pub fn server_version(&self) -> &str {
        &self.server_version
    }

    /// The server's major version, such as 15.
    #[must_use]
    pub fn server_major(&self) -> u32 {
        self.server_major
    }

    /// What can interrupt this session.
    #[must_use]
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Whether the connection is gone.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs a script as one message and returns the rows of all its statements.
    ///
    /// An interrupt cancels the statement on the server; whatever the server then answers is the
    /// result, so that a COMMIT that won the race is not reported as cancelled.
    ///
    /// # Errors
    /// The server's or the connection's error, unchanged.
    pub async fn run(&self, script: &str) -> Result<Rows, Failure> {
        let work = self.client.simple_query(script);
        tokio::pin!(work);
        let messages = tokio::select! {
            done = &mut work => done?,
            () = self.interrupt.wait() => {
                // The cancel request is a connection of its own; if it cannot be made, hanging up
                // ends the statement too.
                let _ = self.cancel.cancel_query(NoTls).await;
                tokio::time::timeout(CANCEL_GRACE, work).await.map_err(|_elapsed| Failure::NoAnswer)??
            }
        };
        Ok(messages.into_iter().filter_map(row).collect())
    }

    /// Runs a read in one READ ONLY transaction, so that nothing can be written and, behind a
    /// pooler, no setting stays on a shared connection.
    ///
    /// # Errors
    /// The server's or the connection's error, unchanged.
    pub async fn read(&self, script: &str) -> Result<Rows, Failure> {
        self.run(&format!("BEGIN TRANSACTION READ ONLY;\n{script};\nCOMMIT"))
            .await
    }

    /// Asks the server to cancel what this session is running.
    pub async fn cancel(&self) {
        let _ = self.cancel.cancel_query(NoTls).await;
    }
}

fn row(message: SimpleQueryMessage) -> Option<SimpleQueryRow> {
    match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    }
}

/// The error for work that the user stopped.
#[must_use]
pub fn interrupted() -> Error {
    Error::new(ErrorKind::Interrupted, "interrupted")
}

/// How long to wait for a connection; zero means without limit, as in libpq.
fn patience(target: &Target) -> Duration {
    if target.connect_timeout.is_zero() {
        Duration::MAX
    } else {
        target.connect_timeout
    }
}

fn major(version: &str) -> u32 {
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

fn config(target: &Target) -> Result<Config> {
    let mut config = Config::new();
    match &target.host {
        Host::Tcp(host) => config.host(host),
        Host::Socket(folder) => config.host_path(folder),
    };
    config
        .port(target.port)
        .dbname(&target.database)
        .application_name(&target.application_name);
    if let Some(user) = &target.user {
        config.user(user);
    }
    if let Some(password) = &target.password {
        config.password(password.expose());
    }
    if let Some(options) = &target.options {
        config.options(options);
    }
    match target.sslmode.as_deref() {
        None | Some("disable" | "allow" | "prefer") => {}
        Some(mode) => {
            return Err(Error::configuration(format!(
                "sslmode={mode} asks for TLS, which this build of hangmeas does not speak yet"
            ))
            .hint("connect over a Unix socket or a private network with sslmode=prefer"));
        }
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_major_versions() {
        assert_eq!(major("15.18 (Debian 15.18-0+deb12u1)"), 15);
        assert_eq!(major("18beta1"), 18);
        assert_eq!(major(""), 0);
    }
}
