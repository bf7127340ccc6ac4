//! One runner at a time: a session advisory lock on a connection of its own, and beside it the one
//! that Rails takes while it migrates.
//!
//! It is polled with `pg_try_advisory_lock`: a session that *waits* in `pg_advisory_lock` holds a
//! snapshot, for which CREATE INDEX CONCURRENTLY of the holder waits in turn.
//!
//! The connection for the work holds a second key. A run that was killed gives the first one back
//! at once, while the server may still finish its last statement: the next run waits for that.

use std::time::{Duration, Instant};

use super::backoff::Backoff;
use super::session::{Failure, Session, interrupted};
use crate::error::{Error, ErrorKind, Result};
use crate::progress::{Event, Sink};

const HOLDER: &str = include_str!("queries/holder.sql");

/// Factor of our key; any number that nobody else uses.
const OUR_SALT: i64 = 1_750_322_941;

/// Factor of Rails' key: `ActiveRecord::Migrator::MIGRATOR_SALT`.
const RAILS_SALT: i64 = 2_053_462_845;

/// How long two connections may take to get a session each: a pool may have room for one only.
const PROOF_LIMIT: Duration = Duration::from_secs(10);

/// What the lock is asked for, and how long.
#[derive(Clone, Copy)]
pub struct LockRequest<'a> {
    /// How long to wait for another holder; zero does not wait.
    pub wait: Duration,
    /// Who hears whom we wait for.
    pub progress: &'a dyn Sink,
}

/// The lock, held by a connection of its own until it is released or dropped.
#[derive(Debug)]
pub struct AdvisoryLock {
    session: Session,
    pid: i32,
    keys: Keys,
}

/// The keys of one database.
#[derive(Debug, Clone, Copy)]
struct Keys {
    ours: i64,
    rails: i64,
    work: i64,
}

impl Keys {
    fn of(database: &str) -> Self {
        let crc = i64::from(crc32fast::hash(database.as_bytes()));
        let ours = OUR_SALT.wrapping_mul(crc);
        Self {
            ours,
            rails: RAILS_SALT.wrapping_mul(crc),
            work: ours.wrapping_add(1),
        }
    }
}

/// A connection for work, known to be really apart from the lock's.
#[derive(Debug)]
pub struct WorkSession {
    /// The connection.
    pub session: Session,
    /// Its process id on the server.
    pub pid: i32,
}

impl AdvisoryLock {
    /// Takes the lock on `session` and opens a second connection for the work.
    ///
    /// # Errors
    /// Kind `Locked` when another run holds it longer than `wait`; kind `Connection` when a pooler
    /// in transaction mode makes session locks worthless.
    pub async fn acquire(
        session: Session,
        request: LockRequest<'_>,
    ) -> Result<(Self, WorkSession)> {
        let database = current_database(&session).await?;
        let mut lock = Self {
            keys: Keys::of(&database),
            session,
            pid: 0,
        };
        let work = lock.wait_for_turn(&database, request).await?;
        Ok((lock, work))
    }

    async fn wait_for_turn(
        &mut self,
        database: &str,
        request: LockRequest<'_>,
    ) -> Result<WorkSession> {
        let began = Instant::now();
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));
        let mut told = None;
        loop {
            let holder = match self.holder().await? {
                Some(holder) => holder,
                None => match self.attempt().await? {
                    Some(work) => return Ok(work),
                    None => self.holder().await?.unwrap_or_else(Holder::gone),
                },
            };
            if told.as_ref() != Some(&holder) {
                let line = format!("waiting for {}", holder.describe());
                request.progress.emit(Event::Note(line));
                told = Some(holder.clone());
            }
            let left = request.wait.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Err(holder.locked(database, request.wait));
            }
            tokio::select! {
                () = tokio::time::sleep(backoff.pause().min(left)) => {}
                () = self.session.interrupt().wait() => return Err(interrupted()),
            }
        }
    }

    /// Proves that both connections are sessions of their own, then tries the lock once.
    async fn attempt(&mut self) -> Result<Option<WorkSession>> {
        let target = self.session.target().clone();
        let work = Session::open(&target, self.session.interrupt()).await?;
        let (own, pid) = prove_sessions(&self.session, &work).await?;
        let Keys {
            ours,
            rails,
            work: working,
        } = self.keys;
        if !(try_lock(&self.session, &[ours, rails]).await? && try_lock(&work, &[working]).await?) {
            self.session.tidy(UNLOCK).await.map_err(locking)?;
            return Ok(None);
        }
        self.pid = own;
        keep_alive(&self.session).await?;
        keep_alive(&work).await?;
        Ok(Some(WorkSession { session: work, pid }))
    }

    async fn holder(&self) -> Result<Option<Holder>> {
        let query = HOLDER
            .replace("$1", &self.keys.ours.to_string())
            .replace("$2", &self.keys.rails.to_string())
            .replace("$3", &self.keys.work.to_string());
        let rows = self.session.read(&query).await.map_err(locking)?;
        Ok(rows.first().map(|row| {
            let text = |index| row.get(index).unwrap_or_default().to_owned();
            Holder {
                what: match row.get(0) {
                    Some("rails") => "a Rails migration",
                    Some("work") => "the last statement of a run that was cut off",
                    _ => "another run",
                },
                pid: text(1),
                application: text(2),
                user: text(3),
                host: text(4),
                since: text(5),
            }
        }))
    }

    /// A statement that fails on the server when the lock is no longer ours; for the head of every
    /// piece of work. Its error bears [`LOST`]; the process id keeps the planner from evaluating
    /// the cast beforehand.
    #[must_use]
    pub fn guard(&self) -> String {
        format!(
            "SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' \
             AND pid = {} AND granted AND objsubid = 1 \
             AND classid::bigint = {} AND objid::bigint = {}) THEN 1 ELSE ('{LOST}' || pg_backend_pid())::int END",
            self.pid,
            (self.keys.ours >> 32) & 0xffff_ffff,
            self.keys.ours & 0xffff_ffff
        )
    }

    /// Refuses to go on when the lock's connection is gone.
    ///
    /// # Errors
    /// Kind `Connection`.
    pub fn check(&self) -> Result<()> {
        if self.session.is_closed() {
            Err(lost())
        } else {
            Ok(())
        }
    }

    /// The lock's connection: idle, so it can look around while the work goes on.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Gives the lock back, the key of the work first: whoever gets the lock then needs it. Closing
    /// the connections would do it too, but later, and not behind a pooler.
    pub async fn release(self, work: WorkSession) {
        let _ = work.session.tidy(UNLOCK).await;
        let _ = self.session.tidy(UNLOCK).await;
    }
}

const UNLOCK: &str = "SELECT pg_advisory_unlock_all()";

/// Takes the keys in turn, up to the first that somebody else has; whether it got all.
async fn try_lock(session: &Session, keys: &[i64]) -> Result<bool> {
    let cases = keys
        .iter()
        .map(|key| format!("WHEN NOT pg_try_advisory_lock({key}) THEN false"));
    let cases = cases.collect::<Vec<_>>().join(" ");
    let got = session
        .run(&format!("SELECT CASE {cases} ELSE true END"))
        .await;
    let got = got.map_err(locking)?;
    Ok(got.first().and_then(|row| row.get(0)) == Some("t"))
}

/// The text by which the guard's error is known.
pub const LOST: &str = "hangmeas lost its lock";

/// The error for a lock that is gone.
#[must_use]
pub fn lost() -> Error {
    Error::new(
        ErrorKind::Connection,
        "the connection that holds the lock was closed: stopped before the next statement, \
         because another run could have begun",
    )
    .hint_command("run again; what was done is kept", "hangmeas db status")
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Holder {
    what: &'static str,
    pid: String,
    application: String,
    user: String,
    host: String,
    since: String,
}

impl Holder {
    /// Whoever had it left between two looks.
    fn gone() -> Self {
        Self {
            what: "another run",
            pid: "unknown".to_owned(),
            application: "just gone".to_owned(),
            user: "unknown".to_owned(),
            host: "unknown".to_owned(),
            since: "now".to_owned(),
        }
    }

    fn describe(&self) -> String {
        format!(
            "{}: pid {} ({}), user {}, host {}, connected since {}",
            self.what, self.pid, self.application, self.user, self.host, self.since
        )
    }

    fn locked(&self, database: &str, wait: Duration) -> Error {
        let waited = if wait.is_zero() {
            String::new()
        } else {
            format!(" (waited {wait:?})")
        };
        Error::new(
            ErrorKind::Locked,
            format!(
                "database {database} is locked by {}{waited}",
                self.describe()
            ),
        )
        .hint("wait for it: add --lock-wait 10min")
        .hint_command(
            "if it is known to be dead, end its session",
            format!(
                "hangmeas db console -- -c \"SELECT pg_terminate_backend({})\"",
                self.pid
            ),
        )
    }
}

fn locking(failure: Failure) -> Error {
    failure.while_doing("taking the lock")
}

async fn current_database(session: &Session) -> Result<String> {
    let rows = session
        .read("SELECT current_database()")
        .await
        .map_err(locking)?;
    let name = rows.first().and_then(|row| row.get(0));
    name.map(str::to_owned)
        .ok_or_else(|| Error::bug("the server does not name its database"))
}

/// Holds a transaction open on one connection while the other works: behind a pooler that hands out
/// server sessions by transaction, process ids then coincide or change.
async fn prove_sessions(first: &Session, second: &Session) -> Result<(i32, i32)> {
    let proof = tokio::time::timeout(PROOF_LIMIT, change_places(first, second));
    proof.await.unwrap_or_else(|_elapsed| {
        Err(Error::new(
            ErrorKind::Connection,
            format!("no second session within {PROOF_LIMIT:?}: a pooler keeps it waiting"),
        )
        .hint("give the pool at least two server connections (pool_size), or connect to the server itself"))
    })
}

/// A pool that hands out the session given back longest ago shows it when the same connection begins
/// again; one that hands out the latest, when the other one begins.
async fn change_places(first: &Session, second: &Session) -> Result<(i32, i32)> {
    let seen = one_beside_other(second, first).await?;
    let again = one_beside_other(second, first).await?;
    let (one, other) = one_beside_other(first, second).await?;
    if seen.0 == seen.1 || again != seen || (other, one) != seen {
        return Err(Error::new(
            ErrorKind::Connection,
            "a pooler in transaction mode stands between hangmeas and the server: it hands the \
             session, and with it the lock, to other clients",
        )
        .hint("connect to the server itself, or to a pool with pool_mode = session"));
    }
    let (second, first) = seen;
    Ok((first, second))
}

/// The process ids of a connection in a transaction and of another one meanwhile.
async fn one_beside_other(holding: &Session, other: &Session) -> Result<(i32, i32)> {
    const PID: &str = "SELECT pg_backend_pid()";
    let begun = holding.run(&format!("BEGIN READ ONLY; {PID}")).await;
    let held = pid(&begun.map_err(locking)?)?;
    let beside = pid(&other.run(PID).await.map_err(locking)?)?;
    holding.run("COMMIT").await.map_err(locking)?;
    Ok((held, beside))
}

fn pid(rows: &super::Rows) -> Result<i32> {
    let text = rows.first().and_then(|row| row.get(0)).unwrap_or_default();
    text.parse()
        .map_err(|_| Error::bug("the server does not tell its process id"))
}

/// Killed by -9 we cannot cancel: the server itself must notice that nobody listens. Idle limits of
/// the role or database must not end the lock.
async fn keep_alive(session: &Session) -> Result<()> {
    let mut script = String::from("SET idle_in_transaction_session_timeout = 0");
    if session.server_major() >= 14 {
        script.push_str(
            "; SET client_connection_check_interval = '1s'; SET idle_session_timeout = 0",
        );
    }
    session.run(&script).await.map(drop).map_err(locking)
}
