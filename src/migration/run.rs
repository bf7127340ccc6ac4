//! One run under the lock: the connections, the limits, and messages that are sent again while a
//! table is busy.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_postgres::error::{DbError, Severity, SqlState};

use super::file::{MigrationFile, Script};
use super::limits::Limits;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{
    AdvisoryLock, Backoff, Blocker, Failure, LOST, LockRequest, Rows, Sent, Session, WorkSession,
    blockers, index_progress, interrupted, lost, named,
};
use crate::progress::{Event, Outcome, Sink, Unit};
use crate::report::{self, AppliedStep, StepMode, words};

/// How long a statement runs before somebody may want to know why.
const FIRST_LOOK: Duration = Duration::from_millis(300);
const LOOK_AGAIN: Duration = Duration::from_millis(1000);

/// Pauses between attempts at a busy table.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The lock, a connection for the work, and what holds for every statement.
pub(super) struct Run<'a> {
    pub lock: AdvisoryLock,
    pub work: WorkSession,
    pub limits: Limits,
    pub progress: &'a dyn Sink,
    notices: Mutex<UnboundedReceiver<DbError>>,
}

/// How a message ended, and whom it was last seen to wait for.
pub(super) type Watched = (Result<Rows, Failure>, Vec<Blocker>);

/// A message that did not succeed, with whom it last waited for.
pub(super) struct Stuck {
    pub failure: Failure,
    /// The index of the message.
    pub message: usize,
    pub blockers: Vec<Blocker>,
    pub attempts: u32,
    pub waited: Duration,
}

impl<'a> Run<'a> {
    /// Takes the lock on `session` and opens the connection for the work.
    pub async fn begin(session: Session, limits: Limits, progress: &'a dyn Sink) -> Result<Self> {
        let request = LockRequest {
            wait: limits.lock_wait,
            progress,
        };
        let (lock, work) = AdvisoryLock::acquire(session, request).await?;
        Ok(Self {
            notices: Mutex::new(work.session.notices()),
            lock,
            work,
            limits,
            progress,
        })
    }

    /// The opening of a transaction: the lock is still ours, limits are set.
    pub fn opening(&self, lock_timeout: Option<Duration>) -> String {
        let mut script = format!(
            "BEGIN;\n{};\nSET LOCAL lock_timeout = {};\nSET LOCAL statement_timeout = {};\n",
            self.lock.guard(),
            milliseconds(lock_timeout),
            milliseconds(self.limits.statement)
        );
        if self.work.session.server_major() >= 14 {
            script.push_str("SET LOCAL client_connection_check_interval = '1s';\n");
        }
        script
    }

    /// Sends a message; while a table is busy, rolls back, waits and sends it again. Returns how
    /// often it was sent again.
    pub async fn persist(&self, label: &str, message: &str) -> Result<u32, Stuck> {
        self.persist_all(label, &[message.into()]).await
    }

    /// The same for a transaction of several messages, each of which is sent after the one before.
    pub async fn persist_all(&self, label: &str, messages: &[Cow<'_, str>]) -> Result<u32, Stuck> {
        let began = Instant::now();
        let first = self.watched_all(label, messages).await;
        self.insist(label, messages, (began, first)).await
    }

    /// Goes on after the first attempt, which began at that time, as [`Self::persist`] does.
    pub async fn insist(
        &self,
        label: &str,
        messages: &[Cow<'_, str>],
        (began, first): (Instant, (Watched, usize)),
    ) -> Result<u32, Stuck> {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut attempts = 1;
        let ((mut outcome, mut blockers), mut message) = first;
        while let Err(failure) = outcome {
            let _ = self.work.session.tidy("ROLLBACK").await;
            let busy = matches!(failure.code(), Some("55P03" | "40P01"));
            let left = self.limits.lock_retry_for.saturating_sub(began.elapsed());
            if !busy || left.is_zero() {
                return Err(Stuck {
                    failure,
                    message,
                    blockers,
                    attempts,
                    waited: began.elapsed(),
                });
            }
            let pause = backoff.pause().min(left);
            self.tell_busy(label, attempts, pause, &blockers);
            let interrupt = self.work.session.interrupt();
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = interrupt.wait() => {}
            }
            attempts += 1;
            ((outcome, blockers), message) = self.watched_all(label, messages).await;
        }
        Ok(attempts - 1)
    }

    /// Sends them one after the other; returns how the last one sent ended, and its index.
    async fn watched_all(&self, label: &str, messages: &[Cow<'_, str>]) -> (Watched, usize) {
        let mut last = (Ok(Rows::new()), Vec::new());
        for (index, message) in messages.iter().enumerate() {
            last = self.watched(label, message).await;
            if last.0.is_err() {
                return (last, index);
            }
        }
        (last, messages.len().saturating_sub(1))
    }

    fn tell_busy(&self, label: &str, attempts: u32, pause: Duration, blockers: &[Blocker]) {
        let who = match blockers.first() {
            None => "a table is busy".to_owned(),
            Some(first) if first.relation.is_empty() => first.describe(),
            Some(first) => format!("{} is busy: {}", first.relation, first.describe()),
        };
        let line = format!(
            "{label}: attempt {attempts}: {who}; nobody queues behind us, next attempt in {:.1} s",
            pause.as_secs_f64()
        );
        self.progress.emit(Event::Warning(line));
    }

    /// Sends a message and waits for its answer, as [`Self::watch`] does.
    pub async fn watched(&self, label: &str, message: &str) -> Watched {
        match self.work.session.send(message).await {
            Ok(sent) => self.watch(label, sent).await,
            Err(failure) => (Err(failure), Vec::new()),
        }
    }

    /// Waits for an answer; meanwhile looks, over the lock's connection, whom the message waits for
    /// and how far an index build is.
    pub async fn watch(&self, label: &str, sent: Sent) -> Watched {
        let mut work = std::pin::pin!(self.work.session.answer(sent));
        let mut seen = Vec::new();
        let mut pause = match self.limits.lock {
            Some(limit) => FIRST_LOOK.min(limit / 2),
            None => FIRST_LOOK,
        };
        loop {
            tokio::select! {
                done = &mut work => return (done, seen),
                () = tokio::time::sleep(pause) => {}
            }
            pause = LOOK_AGAIN;
            // What can be seen is a courtesy: failing to look is no reason to stop.
            let watcher = self.lock.session();
            let found = blockers(watcher, self.work.pid).await.unwrap_or_default();
            let building = index_progress(watcher, self.work.pid).await.ok().flatten();
            let waits = found
                .first()
                .map(|first| format!("waits for {}", first.describe()));
            if let Some(what) = building
                .into_iter()
                .chain(waits)
                .reduce(|a, b| format!("{a}; {b}"))
            {
                self.progress.emit(Event::Doing {
                    label: label.to_owned(),
                    what,
                });
            }
            if !found.is_empty() {
                seen = found;
            }
        }
    }

    /// Tells that a step begins, does it, tells how it ended; returns what the report says of it.
    /// Its time counts from `began`.
    pub async fn step(
        &self,
        label: &str,
        (file, script): (&MigrationFile, &Script),
        began: Instant,
        work: impl Future<Output = Result<(StepMode, u32)>> + Send,
    ) -> Result<AppliedStep> {
        self.progress.emit(Event::Started {
            label: label.to_owned(),
            total: None,
            unit: Unit::None,
        });
        let outcome = self.listening(&script.shown, work).await;
        let elapsed = began.elapsed();
        self.progress.emit(Event::Finished {
            label: label.to_owned(),
            outcome: if outcome.is_ok() {
                Outcome::Done
            } else {
                Outcome::Failed
            },
            elapsed,
            note: None,
        });
        let (mode, retries) = outcome?;
        Ok(AppliedStep {
            version: file.version,
            name: file.name.clone(),
            mode,
            statements: statement_count(&script.sql),
            milliseconds: report::milliseconds(elapsed),
            retries,
        })
    }

    /// Does the work, and tells what the server tells meanwhile.
    async fn listening<T>(&self, file: &str, work: impl Future<Output = T> + Send) -> T {
        let mut notices = self.notices.lock().await;
        let mut work = std::pin::pin!(work);
        let done = loop {
            tokio::select! {
                done = &mut work => break done,
                Some(notice) = notices.recv() => self.tell_notice(file, &notice),
            }
        };
        while let Ok(notice) = notices.try_recv() {
            self.tell_notice(file, &notice);
        }
        done
    }

    /// A warning is for everybody, the rest for the log.
    fn tell_notice(&self, file: &str, notice: &DbError) {
        // Our own ROLLBACK after a message that could not even be parsed.
        if notice.code() == &SqlState::NO_ACTIVE_SQL_TRANSACTION {
            return;
        }
        let (severity, message) = (notice.severity(), notice.message());
        if notice.parsed_severity() != Some(Severity::Warning) {
            log::info!(file; "{severity}: {message}");
            return;
        }
        let more = [notice.detail(), notice.hint()].into_iter().flatten();
        let more: String = more.map(|text| format!(" ({text})")).collect();
        let line = format!("{file}: {severity}: {message}{more}");
        self.progress.emit(Event::Warning(line));
    }

    /// Gives the lock back.
    pub async fn end(self) {
        self.lock.release(self.work).await;
    }

    /// The error for a message that stayed stuck, if it is one of the lock's or of busy tables.
    pub fn stuck_error(&self, label: &str, stuck: &Stuck) -> Option<Error> {
        let failure = &stuck.failure;
        if failure.is_interrupt() {
            return Some(interrupted());
        }
        let refusal = failure.refusal()?;
        if refusal.message().contains(LOST) {
            return Some(lost());
        }
        if !matches!(failure.code(), Some("55P03")) {
            return None;
        }
        let table = stuck
            .blockers
            .first()
            .map(|blocker| blocker.relation.as_str());
        let error = Error::new(
            ErrorKind::Migration,
            format!(
                "{label}: {} stayed busy for {:.0} s ({})",
                table.filter(|name| !name.is_empty()).unwrap_or("a table"),
                stuck.waited.as_secs_f64(),
                words::count(stuck.attempts, "attempt")
            ),
        )
        .sqlstate("55P03")
        .detail("it was rolled back each time; nobody had to wait longer than the lock timeout");
        let error = named(error, &stuck.blockers);
        Some(error.hint("or keep trying for longer: --lock-retry-for 1h"))
    }
}

/// How many statements the text has.
pub(super) fn statement_count(script: &str) -> usize {
    crate::sql_text::statements(script).count()
}

/// Milliseconds for a timeout setting; 0 is no limit.
pub(super) fn milliseconds(limit: Option<Duration>) -> u128 {
    limit.map_or(0, |limit| limit.as_millis())
}
