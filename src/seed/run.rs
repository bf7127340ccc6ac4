//! One run: everything in one transaction, so that whoever looks sees all of it or nothing, and a run
//! that is stopped, killed or refused leaves the database as it was, indexes and keys included.

use std::time::{Duration, Instant};

use super::aged;
use super::crew::Crew;
use super::digest::{changed, digests};
use super::disk;
use super::gone::{Gone, gone};
use super::history::{self, Run};
use super::live::Live;
use super::mixing::mixing;
use super::plan::{Prepared, SeedPlan, TABLES, prepare};
use super::removal;
use super::request::{Mode, Request};
use super::staging;
use crate::error::{Error, Hint, Result};
use crate::postgres::Session;
use crate::postgres::sql::identifier;
use crate::progress::{Event, Outcome, Sink, Unit};
use crate::seed::failed;

/// What one table came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The table.
    pub table: String,
    /// Rows that were written.
    pub rows: u64,
    /// How long that took, without the indexes that were built after.
    pub elapsed: Duration,
}

/// What a run came to.
#[derive(Debug)]
pub struct Seeded {
    /// The plan that was carried out.
    pub plan: SeedPlan,
    /// Whether an earlier run had done it all.
    pub already: bool,
    /// The moment at which what it did is seen, RFC 3339 in UTC.
    pub seen: Option<String>,
    /// What to do about data that has aged.
    pub advice: Option<Hint>,
    /// Why the real run would be refused, where a plan is made all the same.
    pub refusal: Option<Error>,
    /// Rows of earlier runs that were removed first, or would be; none where that was not asked for.
    pub removed: Option<u64>,
    /// Tables that got rows, in the order in which they were filled.
    pub tables: Vec<Loaded>,
    /// What is gone of an audience that an earlier run made.
    pub gone: Vec<Gone>,
    /// Tables of an earlier run, stopped before their statistics were made.
    pub stale: Vec<String>,
    /// How long building indexes and keys took.
    pub building: Duration,
    /// How long everything took.
    pub elapsed: Duration,
    /// Bytes left on the server's disk, where that is known.
    pub free: Option<u64>,
}

/// Runs and plans.
pub struct Seeder<'a> {
    /// A session of its own.
    pub session: &'a Session,
    /// What is asked for.
    pub request: &'a Request,
    /// How long to wait for a table; none waits without limit.
    pub lock_timeout: Option<Duration>,
    /// Where progress goes.
    pub progress: &'a dyn Sink,
}

impl std::fmt::Debug for Seeder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seeder")
            .field("request", self.request)
            .finish_non_exhaustive()
    }
}

impl Seeder<'_> {
    /// Makes the plan and writes nothing: the transaction is read-only. Where other data would be
    /// mixed with, the plan is the one of `--append`, and says why the run would be refused.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn plan(&self) -> Result<Seeded> {
        self.within("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", true)
            .await
    }

    /// Seeds.
    ///
    /// # Errors
    /// Kind `Seed` when the database has other data or refuses rows, `Refused` when the rows do not
    /// fit the disk, `Interrupted`: before the commit nothing is left, after it all rows are there.
    pub async fn run(&self) -> Result<Seeded> {
        // Under a snapshot of its own it would not see what it waited for, nor what further connections fill.
        self.within("BEGIN ISOLATION LEVEL READ COMMITTED", false)
            .await
    }

    async fn within(&self, begin: &str, dry: bool) -> Result<Seeded> {
        let began = Instant::now();
        if !dry {
            staging::clear(self.session).await?;
        }
        self.tell(begin, "beginning").await?;
        match self.work(dry).await {
            Ok(mut seeded) => {
                self.tell(if dry { "ROLLBACK" } else { "COMMIT" }, "committing")
                    .await?;
                let filled = seeded.tables.iter().map(|own| own.table.clone());
                let stale: Vec<String> = filled.chain(seeded.stale.iter().cloned()).collect();
                if !dry && !stale.is_empty() {
                    self.analyze(&stale).await?;
                }
                seeded.elapsed = began.elapsed();
                Ok(seeded)
            }
            Err(error) => {
                // The server rolls back anyway when we hang up; this is only sooner.
                let _ = self.session.tidy("ROLLBACK").await;
                if !dry && let Err(error) = staging::clear(self.session).await {
                    log::warn!("the next run does it: {error}");
                }
                Err(error)
            }
        }
    }

    async fn work(&self, dry: bool) -> Result<Seeded> {
        let free = disk::free(self.session).await;
        let live = Live::read(self.session).await?;
        if !dry {
            self.lock(&live).await?;
        }
        let mut runs = history::read(self.session).await?;
        let mut seeded = Seeded::nothing(free);
        let gone = self.made_before(&live, &runs).await?;
        let rest = gone.is_some().then(|| self.request.records_only());
        let request = rest.as_ref().unwrap_or(self.request);
        seeded.gone = gone.unwrap_or_default();
        if self.request.mode == Mode::Fresh {
            seeded.stale = history::stale(self.session, &live, &runs).await?;
        }
        match mixing(self.session, &live, request, &runs).await? {
            Some(refusal) if !dry => return Err(refusal),
            refusal => seeded.refusal = refusal,
        }
        disk::check(disk::estimate(request)?, free)?;
        let mut leaving = Vec::new();
        if self.request.mode == Mode::Replace {
            leaving = std::mem::take(&mut runs);
            seeded.removed = Some(history::count(self.session, &live, &leaving).await?);
            if dry {
                seeded.refusal = removal::in_use(self.session, &live, &leaving).await?;
            }
        }
        let prepared = self.draw(&live, request, (&runs, &leaving)).await?;
        disk::check(prepared.plan.bytes(), free)?;
        seeded.plan = prepared.plan.clone();
        seeded.already = prepared.run.rows.0.is_empty();
        if seeded.already {
            let made = aged::maker(&runs, self.request);
            seeded.seen = made.map(Run::seen);
            seeded.advice = aged::advice(self.session, &live, self.request, (&runs, made)).await?;
        }
        if !dry {
            // Copies first: other sessions cannot make them of a table whose rows were removed.
            let crew = Crew::gather(self, &live, &prepared).await?;
            self.remove(&live, &leaving).await?;
            if !seeded.already {
                self.load(&live, &prepared, (crew.as_ref(), &mut seeded))
                    .await?;
            }
        }
        Ok(seeded)
    }

    /// Draws what is asked for, and plans its rows.
    async fn draw(
        &self,
        live: &Live,
        request: &Request,
        (runs, leaving): (&[Run], &[Run]),
    ) -> Result<Prepared> {
        let label = "drawing the audience";
        let crowd = request.profile.crowd.is_some();
        let began = crowd.then(|| self.started(label, None, Unit::None));
        let prepared = prepare(self.session, live, request, (runs, leaving)).await?;
        if let Some(began) = began {
            self.finished(label, began, None);
        }
        Ok(prepared)
    }

    /// Keeps other writers and other runs out; readers go on.
    async fn lock(&self, live: &Live) -> Result<()> {
        live.require("vote_packages")?;
        self.tell(&self.limits(), "setting time limits").await?;
        let reference = self.request.profile.is_reference();
        let wanted: Vec<&str> = if reference {
            vec!["vote_packages", "subscription_plans"]
        } else {
            TABLES
                .iter()
                .copied()
                .filter(|table| live.table(table).is_some())
                .collect()
        };
        let locks = wanted.iter().map(|table| {
            format!(
                "LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE",
                identifier(table)
            )
        });
        let script: Vec<String> = locks.chain([staging::hold()]).collect();
        let done = self.session.run(&script.join(";\n")).await;
        done.map(drop).map_err(|failure| {
            let table = wanted
                .get(failure.completed())
                .copied()
                .unwrap_or("a table");
            let busy = failure.code() == Some("55P03");
            let error = failed(failure, &format!("locking {table}"));
            if busy {
                error.hint(format!(
                    "somebody writes to {table}: another seed, a migration or the shop; run again \
                     when they are done"
                ))
            } else {
                error
            }
        })
    }

    /// What must not be as the role or the database has it, for a transaction.
    pub(super) fn limits(&self) -> String {
        let timeout = self.lock_timeout.map_or(0, |limit| limit.as_millis());
        let mut limits = format!(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = {timeout}; \
             SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL default_tablespace = ''"
        );
        if self.session.server_major() >= 14 {
            // Killed by -9 we cannot cancel: the server itself must notice that nobody listens.
            limits.push_str("; SET LOCAL client_connection_check_interval = '1s'");
        }
        if self.session.server_major() >= 17 {
            limits.push_str("; SET LOCAL transaction_timeout = 0");
        }
        limits
    }

    /// What is gone of exactly this audience, where earlier runs made it.
    async fn made_before(&self, live: &Live, runs: &[Run]) -> Result<Option<Vec<Gone>>> {
        if self.request.mode != Mode::Fresh {
            return Ok(None);
        }
        let now = digests(self.request)?;
        let unchanged = |run: &&Run| {
            let both = run.digests.as_ref().zip(now.as_ref());
            both.is_none_or(|(before, now)| changed(before, now).is_empty())
        };
        let alike = runs.iter().filter(|run| run.asked_alike(self.request));
        let alike: Vec<&Run> = alike.filter(unchanged).collect();
        gone(self.session, live, &alike).await
    }

    async fn remove(&self, live: &Live, runs: &[Run]) -> Result<()> {
        let label = "removing earlier seeds";
        if runs.is_empty() {
            return Ok(());
        }
        let began = self.started(label, None, Unit::None);
        removal::remove(self.session, live, runs, &TABLES).await?;
        self.finished(label, began, None);
        Ok(())
    }

    pub(super) async fn tell(&self, script: &str, what: &str) -> Result<()> {
        let done = self.session.run(script).await;
        done.map(drop).map_err(|failure| failed(failure, what))
    }

    pub(super) fn started(&self, label: &str, total: Option<u64>, unit: Unit) -> Instant {
        let label = label.to_owned();
        self.progress.emit(Event::Started { label, total, unit });
        Instant::now()
    }

    pub(super) fn finished(&self, label: &str, began: Instant, note: Option<String>) {
        self.progress.emit(Event::Finished {
            label: label.to_owned(),
            outcome: Outcome::Done,
            elapsed: began.elapsed(),
            note,
        });
    }
}

impl Seeded {
    fn nothing(free: Option<u64>) -> Self {
        Self {
            plan: SeedPlan::default(),
            already: false,
            seen: None,
            advice: None,
            refusal: None,
            removed: None,
            tables: Vec::new(),
            gone: Vec::new(),
            stale: Vec::new(),
            building: Duration::ZERO,
            elapsed: Duration::ZERO,
            free,
        }
    }

    /// Adds rows to what a table came to.
    pub(super) fn add(&mut self, table: &str, rows: u64, elapsed: Duration) {
        match self.tables.iter_mut().find(|own| own.table == table) {
            Some(own) => {
                own.rows += rows;
                own.elapsed += elapsed;
            }
            None => self.tables.push(Loaded {
                table: table.to_owned(),
                rows,
                elapsed,
            }),
        }
    }
}
