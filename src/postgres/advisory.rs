//! One runner at a time: a session advisory lock on a connection of its own, and beside it the one
//! that Rails takes while it migrates.
//!
//! It is polled with `pg_try_advisory_lock`: a session that *waits* in `pg_advisory_lock` holds a
//! snapshot, for which CREATE INDEX CONCURRENTLY of the holder waits in turn. Between two looks the
//! connection is closed: a small pool needs its place for the run that is waited for.
//!
//! The connection for the work holds a key of its own. A run that was killed gives the first ones
//! back at once, while the server may still finish its last statement: the next run waits for that.

mod holder;
mod proof;

use std::pin::pin;
use std::time::{Duration, Instant};

use super::backoff::Backoff;
use super::session::{Failure, Session, interrupted};
use crate::error::{Error, ErrorKind, Result};
use crate::progress::{Event, Sink};
use holder::Holder;

/// Factor of our key; any number that nobody else uses.
const OUR_SALT: i64 = 1_750_322_941;

/// Factor of Rails' key: `ActiveRecord::Migrator::MIGRATOR_SALT`.
const RAILS_SALT: i64 = 2_053_462_845;

const UNLOCK: &str = "SELECT pg_advisory_unlock_all()";

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
    keys: Keys,
}

/// A connection for work, known to be really apart from the lock's.
#[derive(Debug)]
pub struct WorkSession {
    /// The connection.
    pub session: Session,
    /// Its process id on the server.
    pub pid: i32,
}

/// The keys of one database.
#[derive(Debug, Clone, Copy)]
struct Keys {
    /// Of a run.
    run: i64,
    /// Of Rails.
    rails: i64,
    /// Of the connection that does a run's work.
    work: i64,
    /// Of the only one who may open a second connection, for as long as a transaction.
    ticket: i64,
}

impl Keys {
    fn of(database: &str) -> Self {
        let crc = i64::from(crc32fast::hash(database.as_bytes()));
        let run = OUR_SALT.wrapping_mul(crc);
        Self {
            run,
            rails: RAILS_SALT.wrapping_mul(crc),
            work: run.wrapping_add(1),
            ticket: run.wrapping_add(2),
        }
    }
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
        let began = Instant::now();
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));
        let (target, interrupt) = (session.target().clone(), session.interrupt().clone());
        let database = current_database(&session).await?;
        let keys = Keys::of(&database);
        let mut session = session;
        let mut told = None;
        loop {
            let holder = match attempt(session, keys).await? {
                Ok(got) => return Ok(got),
                Err(holder) => holder,
            };
            if told.as_ref() != Some(&holder) {
                let line = format!("waiting for {}", holder.describe());
                request.progress.emit(Event::Note(line));
            }
            let left = request.wait.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Err(holder.locked(&database, request.wait));
            }
            told = Some(holder);
            tokio::select! {
                () = tokio::time::sleep(backoff.pause().min(left)) => {}
                () = interrupt.wait() => return Err(interrupted()),
            }
            session = Session::open(&target, &interrupt).await?;
        }
    }

    /// A statement that fails on the server when the lock is no longer ours; for the head of every
    /// transaction of the work. Its error bears [`LOST`].
    ///
    /// It needs no look at `pg_locks`, which takes as long as making a table: the key of a run is
    /// free only when the lock's connection is gone, since nobody tries for it while the work's key
    /// is held; and holding the work's key until COMMIT keeps every other run out. The process id
    /// keeps the planner from evaluating the cast beforehand.
    #[must_use]
    pub fn guard(&self) -> String {
        let Keys { run, work, .. } = self.keys;
        format!(
            "SELECT CASE WHEN pg_try_advisory_xact_lock({work}) \
             AND NOT pg_try_advisory_xact_lock({run}) \
             THEN 1 ELSE ('{LOST}' || pg_backend_pid())::int END"
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

/// Looks who holds the lock; if nobody does, proves that both connections are sessions of their own
/// and tries it once. The ticket lets one runner at a time get that far.
async fn attempt(
    session: Session,
    keys: Keys,
) -> Result<Result<(AdvisoryLock, WorkSession), Holder>> {
    let Some(pid) = holder::ticket(&session, keys).await? else {
        return Ok(Err(holder_or_gone(&session, keys).await?));
    };
    let work = match second(&session, keys).await? {
        Ok(work) => work,
        Err(holder) => {
            session.tidy("ROLLBACK").await.map_err(locking)?;
            return Ok(Err(holder));
        }
    };
    let work = proof::prove_sessions(&session, pid, work).await?;
    if try_lock(&session, &[keys.run, keys.rails]).await?
        && try_lock(&work.session, &[keys.work]).await?
    {
        return Ok(Ok((AdvisoryLock { session, keys }, work)));
    }
    session.tidy(UNLOCK).await.map_err(locking)?;
    Ok(Err(holder_or_gone(&session, keys).await?))
}

/// The second connection, which is on its way while we look for a holder of the lock; for one of whom
/// it is given up.
async fn second(session: &Session, keys: Keys) -> Result<Result<Session, Holder>> {
    let mut opening = pin!(Session::open(session.target(), session.interrupt()));
    let mut looking = pin!(holder::look(session, keys));
    let (holder, opened) = tokio::select! {
        holder = &mut looking => (holder?, None),
        opened = &mut opening => (looking.await?, Some(opened)),
    };
    match (holder, opened) {
        (Some(holder), _) => Ok(Err(holder)),
        (None, Some(opened)) => opened.map(Ok),
        (None, None) => opening.await.map(Ok),
    }
}

async fn holder_or_gone(session: &Session, keys: Keys) -> Result<Holder> {
    let holder = holder::look(session, keys).await?;
    Ok(holder.unwrap_or_else(Holder::gone))
}

/// Takes the keys in turn, up to the first that somebody else has; whether it got all.
///
/// Killed by -9 we cannot cancel: the server itself must notice that nobody listens. Idle limits of
/// the role or database must not end the lock.
async fn try_lock(session: &Session, keys: &[i64]) -> Result<bool> {
    let cases = keys
        .iter()
        .map(|key| format!("WHEN NOT pg_try_advisory_lock({key}) THEN false"));
    let cases = cases.collect::<Vec<_>>().join(" ");
    let mut script =
        format!("SET idle_in_transaction_session_timeout = 0; SELECT CASE {cases} ELSE true END");
    if session.server_major() >= 14 {
        script.push_str(
            "; SET client_connection_check_interval = '1s'; SET idle_session_timeout = 0",
        );
    }
    let got = session.run(&script).await.map_err(locking)?;
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

/// The process id in the last row.
fn pid(rows: &super::Rows) -> Result<i32> {
    let text = rows.last().and_then(|row| row.get(0)).unwrap_or_default();
    text.parse()
        .map_err(|_| Error::bug("the server does not tell its process id"))
}
