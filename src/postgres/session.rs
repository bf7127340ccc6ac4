//! One connection to the server: opening it with errors that help, and running SQL that can be
//! interrupted.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_postgres::error::DbError;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow, SimpleQueryStream};

use super::connect::{self, Canceller};
use super::diagnose;
use super::interrupt::Interrupt;
use super::notices::Notices;
use super::target::Target;
use super::trace;
use crate::error::{Error, ErrorKind, Result};

/// The oldest server that hangmeas supports.
pub const OLDEST_SUPPORTED_MAJOR: u32 = 13;

/// How long a cancelled statement may take to end before we hang up: the server may not hear us.
const CANCEL_GRACE: Duration = Duration::from_secs(5);

/// How long putting things in order may take; less when the user waits for the end.
const TIDY_LIMIT: Duration = Duration::from_secs(20);
const TIDY_ATTEMPTS: u32 = 3;
const TIDY_IN_HASTE: Duration = Duration::from_secs(1);

/// How long to wait for a cancel request to work before it is repeated.
const CANCEL_AGAIN: Duration = Duration::from_millis(200);

/// An open connection.
pub struct Session {
    client: Client,
    canceller: Canceller,
    notices: Notices,
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

/// Why a script did not succeed.
#[derive(Debug)]
pub struct Failure {
    /// The server's no, or the broken connection; none when there was no answer.
    error: Option<tokio_postgres::Error>,
    completed: usize,
    interrupted: bool,
    sent: bool,
}

impl Failure {
    /// The server's error, if it was the server that said no.
    #[must_use]
    pub fn refusal(&self) -> Option<&DbError> {
        self.error.as_ref().and_then(|error| error.as_db_error())
    }

    /// The SQLSTATE, if it was the server that said no.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.refusal().map(|refusal| refusal.code().code())
    }

    /// How many statements of the script were complete before the one that failed.
    #[must_use]
    pub fn completed(&self) -> usize {
        self.completed
    }

    /// Whether the outcome is unknown: the connection ended before the server answered.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.sent && self.code().is_none_or(|code| code.starts_with("57P"))
    }

    /// Whether it ended because the user asked us to stop.
    #[must_use]
    pub fn is_interrupt(&self) -> bool {
        self.interrupted && (!self.sent || self.code() == Some("57014"))
    }

    /// Whether the user asked us to stop and the server did not tell how the statement ended.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.interrupted && self.sent && self.refusal().is_none()
    }

    /// The general error for a statement of our own, saying what was being done.
    #[must_use]
    pub fn while_doing(self, what: &str) -> Error {
        diagnose::failed(what, &self)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.refusal() {
            None if self.is_interrupt() => f.write_str("interrupted"),
            Some(refusal) => f.write_str(refusal.message()),
            None => f.write_str("the connection to the server was lost"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self {
            error: Some(error),
            completed: 0,
            interrupted: false,
            sent: true,
        }
    }
}

/// Rows of a simple query, as text.
pub type Rows = Vec<SimpleQueryRow>;

impl Session {
    /// Connects, to the first of several servers that will do, waiting as long as the target says.
    /// Refuses servers older than [`OLDEST_SUPPORTED_MAJOR`].
    ///
    /// # Errors
    /// Kind `Connection`, saying who could not be reached and why, with what to try; kind
    /// `Configuration` for a password or certificate that cannot be had.
    pub async fn open(target: &Target, interrupt: &Interrupt) -> Result<Self> {
        let began = Instant::now();
        let opened = connect::open(target, interrupt).await?;
        trace::connected(&opened.target, &opened.server_version, began);
        let server_version = opened.server_version;
        let server_major = major(&server_version);
        if server_major < OLDEST_SUPPORTED_MAJOR {
            return Err(diagnose::too_old(&opened.target, &server_version));
        }
        Ok(Self {
            client: opened.client,
            canceller: opened.canceller,
            notices: opened.notices,
            target: opened.target,
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

    /// Where this session is connected: the one server, with the password that served.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The server's version as it states it, such as `15.18 (Debian 15.18-0+deb12u1)`.
    #[must_use]
    pub fn server_version(&self) -> &str {
        &self.server_version
    }

    /// Its version and where it is, for people: `PostgreSQL 15.18 at db.example:5432`.
    #[must_use]
    pub fn server(&self) -> String {
        let version = self.server_version.split(' ').next().unwrap_or_default();
        format!("PostgreSQL {version} at {}", self.target.address())
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

    /// What the server tells beside its answers, from now on: warnings and notices.
    #[must_use]
    pub fn notices(&self) -> UnboundedReceiver<DbError> {
        self.notices.listen()
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
        let sent = self.send(script).await?;
        self.answer(sent).await
    }

    /// Sends a script as one message, without waiting for its answer; others may be sent behind it.
    /// The server works them off in order.
    ///
    /// # Errors
    /// An interrupt, or a connection that is known to be closed.
    pub async fn send(&self, script: &str) -> Result<Sent, Failure> {
        if self.interrupt.raised() {
            return Err(Failure {
                error: None,
                completed: 0,
                interrupted: true,
                sent: false,
            });
        }
        Ok(self.post(script).await?)
    }

    async fn post(&self, script: &str) -> Result<Sent, tokio_postgres::Error> {
        Ok(Sent {
            trace: trace::Statement::new(script),
            answer: Box::pin(self.client.simple_query_raw(script).await?),
            rows: Rows::new(),
            completed: 0,
        })
    }

    /// The answer to a message, of those sent the next in order. Interrupts work as in [`Self::run`].
    ///
    /// # Errors
    /// The server's or the connection's error, unchanged.
    pub async fn answer(&self, mut sent: Sent) -> Result<Rows, Failure> {
        let done = {
            let mut work = pin!(sent.collect());
            tokio::select! {
                biased;
                done = &mut work => done.map_err(Some),
                () = self.interrupt.wait() => self.cancel_until(work).await,
            }
        };
        sent.result(done, self.interrupt.raised())
    }

    /// The answer to a message that is not wanted any more: an interrupt does not stop it, and it
    /// is waited for as long as for putting things in order.
    ///
    /// # Errors
    /// The server's or the connection's error, unchanged.
    pub async fn discard(&self, mut sent: Sent) -> Result<Rows, Failure> {
        let haste = self.interrupt.raised();
        let limit = if haste { TIDY_IN_HASTE } else { TIDY_LIMIT };
        let done = tokio::time::timeout(limit, sent.collect()).await;
        let done = done.map_or(Err(None), |done| done.map_err(Some));
        sent.result(done, haste)
    }

    /// Runs a script that puts things in order: an interrupt does not stop it.
    ///
    /// # Errors
    /// The server's or the connection's error, unchanged.
    pub async fn tidy(&self, script: &str) -> Result<Rows, Failure> {
        let mut attempt = 1;
        loop {
            match self.discard(self.post(script).await?).await {
                // A request to cancel what ran before may come late and hit this instead.
                Err(failure) if failure.code() == Some("57014") && attempt < TIDY_ATTEMPTS => {
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    /// Cancels what runs until it ends; a request may come too early and is repeated.
    async fn cancel_until(
        &self,
        mut work: Pin<&mut impl Future<Output = Result<(), tokio_postgres::Error>>>,
    ) -> Result<(), Option<tokio_postgres::Error>> {
        let began = Instant::now();
        while began.elapsed() < CANCEL_GRACE {
            let _ = tokio::time::timeout(CANCEL_AGAIN, self.cancel()).await;
            if let Ok(done) = tokio::time::timeout(CANCEL_AGAIN, work.as_mut()).await {
                return done.map_err(Some);
            }
        }
        Err(None)
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

    /// Asks the server to cancel what this session is running. The request is a connection of its
    /// own; if it cannot be made, hanging up ends the statement too.
    pub async fn cancel(&self) {
        self.canceller.cancel().await;
    }
}

/// A message on its way, and what of its answer has come.
pub struct Sent {
    answer: Pin<Box<SimpleQueryStream>>,
    trace: trace::Statement,
    rows: Rows,
    completed: usize,
}

impl Sent {
    async fn collect(&mut self) -> Result<(), tokio_postgres::Error> {
        self.trace.begin();
        let outcome = self.collect_messages().await;
        self.trace.end(self.rows.len(), outcome.as_ref().err());
        outcome
    }

    async fn collect_messages(&mut self) -> Result<(), tokio_postgres::Error> {
        while let Some(message) = self.answer.try_next().await? {
            match message {
                SimpleQueryMessage::Row(row) => self.rows.push(row),
                SimpleQueryMessage::CommandComplete(_) => self.completed += 1,
                _ => {}
            }
        }
        Ok(())
    }

    fn result(
        self,
        done: Result<(), Option<tokio_postgres::Error>>,
        interrupted: bool,
    ) -> Result<Rows, Failure> {
        done.map(|()| self.rows).map_err(|error| Failure {
            error,
            completed: self.completed,
            interrupted,
            sent: true,
        })
    }
}

/// The error for work that the user stopped.
#[must_use]
pub fn interrupted() -> Error {
    Error::new(ErrorKind::Interrupted, "interrupted")
}

fn major(version: &str) -> u32 {
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
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
