//! One run: everything in one transaction, so that whoever looks sees all of it or nothing, and a run
//! that is stopped, killed or refused leaves the database as it was, indexes and keys included.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::bare;
use super::disk;
use super::history::{self, Run};
use super::live::Live;
use super::plan::{Prepared, SeedPlan, TABLES, prepare};
use super::records::inserts;
use super::request::{Mode, Request};
use super::rows::{Make, Scene};
use super::stream;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::sql::{identifier, literal};
use crate::postgres::{Failure, Session};
use crate::progress::{Event, Outcome, Sink, Unit};

/// Tables whose rows, where no run of ours made them, are other data of the generated kind.
const GENERATED: [&str; 14] = [
    "xfactor_seasons",
    "xfactor_votes",
    "sms_vote_logs",
    "wallet_transactions",
    "user_payment_methods",
    "user_subscriptions",
    "subscription_invoices",
    "feature_usages",
    "event_seats",
    "event_checkins",
    "loyalty_activities",
    "achievements",
    "referral_rewards",
    "push_notifications",
];

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    /// The plan that was carried out.
    pub plan: SeedPlan,
    /// Whether an earlier run had done it all.
    pub already: bool,
    /// Tables that got rows, in the order in which they were filled.
    pub tables: Vec<Loaded>,
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
    /// Makes the plan and writes nothing: the transaction is read-only.
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
    /// fit the disk, `Interrupted`.
    pub async fn run(&self) -> Result<Seeded> {
        self.within("BEGIN", false).await
    }

    async fn within(&self, begin: &str, dry: bool) -> Result<Seeded> {
        let began = Instant::now();
        self.tell(begin).await?;
        match self.work(dry).await {
            Ok(mut seeded) => {
                self.tell(if dry { "ROLLBACK" } else { "COMMIT" }).await?;
                seeded.elapsed = began.elapsed();
                Ok(seeded)
            }
            Err(error) => {
                // The server rolls back anyway when we hang up; this is only sooner.
                let _ = self.session.tidy("ROLLBACK").await;
                Err(error)
            }
        }
    }

    async fn work(&self, dry: bool) -> Result<Seeded> {
        let free = disk::free(self.session).await;
        disk::check(self.least(), free)?;
        let live = Live::read(self.session).await?;
        if !dry {
            self.lock(&live).await?;
        }
        let mut runs = history::read(self.session).await?;
        let mut seeded = Seeded {
            plan: SeedPlan::default(),
            already: false,
            tables: Vec::new(),
            building: Duration::ZERO,
            elapsed: Duration::ZERO,
            free,
        };
        if self.is_done(&runs)? {
            seeded.already = true;
            return Ok(seeded);
        }
        self.refuse_mixing(&live, &runs).await?;
        if self.request.mode == Mode::Replace {
            if !dry {
                self.remove(&runs).await?;
            }
            runs.clear();
        }
        let label = "drawing the audience";
        let drawing = Instant::now();
        let crowd = self.request.profile.crowd.is_some();
        if crowd {
            self.started(label, None, Unit::None);
        }
        let prepared = prepare(self.session, &live, self.request, &runs).await?;
        if crowd {
            self.finished(label, drawing, None);
        }
        disk::check(prepared.plan.bytes(), free)?;
        seeded.plan = prepared.plan.clone();
        seeded.already = prepared.run.rows.0.is_empty();
        if !dry && !seeded.already {
            self.load(&live, &prepared, &mut seeded).await?;
        }
        Ok(seeded)
    }

    /// The least that the rows can take, known before they are counted.
    fn least(&self) -> u64 {
        let size = self.request.size().ok().flatten();
        size.map_or(0, |(users, votes, _)| users * 1_500 + votes * 450)
    }

    /// Keeps other writers and other runs out; readers go on.
    async fn lock(&self, live: &Live) -> Result<()> {
        let timeout = self.lock_timeout.map_or(0, |limit| limit.as_millis());
        let there = TABLES.iter().filter(|table| live.table(table).is_some());
        let mut wanted: Vec<String> = there.map(|table| identifier(table)).collect();
        if self.request.profile.is_reference() {
            wanted = vec![
                identifier("vote_packages"),
                identifier("subscription_plans"),
            ];
        }
        live.require("vote_packages")?;
        self.tell(&format!(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = {timeout}; \
             SET LOCAL idle_in_transaction_session_timeout = 0; \
             LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE",
            wanted.join(", ")
        ))
        .await
    }

    /// Whether an earlier run made exactly this.
    fn is_done(&self, runs: &[Run]) -> Result<bool> {
        let Some((users, votes, _)) = self.request.size()? else {
            return Ok(false);
        };
        let moment = history::moment(self.request.as_of);
        let same = runs.iter().any(|run| {
            run.profile == self.request.profile.name
                && run.random_seed == self.request.random_seed.cast_signed()
                && run.size == (users, votes)
                && (!self.request.as_of_given || run.as_of == moment)
        });
        Ok(same && self.request.mode == Mode::Fresh)
    }

    /// Refuses to mix an audience with data that is there, unless that is asked for.
    async fn refuse_mixing(&self, live: &Live, runs: &[Run]) -> Result<()> {
        if self.request.profile.crowd.is_none() || self.request.mode != Mode::Fresh {
            return Ok(());
        }
        let there = GENERATED.iter().filter(|table| live.table(table).is_some());
        let parts: Vec<String> = there
            .map(|table| {
                let (name, table) = (literal(table), identifier(table));
                format!("SELECT {name} WHERE EXISTS (SELECT FROM {table})")
            })
            .collect();
        let rows = self.session.run(&parts.join(" UNION ALL ")).await;
        let rows = rows.map_err(|failure| failure.while_doing("looking for other data"))?;
        if rows.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = rows.iter().filter_map(|row| row.get(0)).collect();
        let earlier = runs
            .iter()
            .map(|run| run.profile.as_str())
            .collect::<Vec<_>>();
        let whose = if earlier.is_empty() {
            "no run of hangmeas made them".to_owned()
        } else {
            format!("earlier runs seeded {}", earlier.join(", "))
        };
        let again = |flag| {
            format!(
                "hangmeas db seed --profile {} {flag}",
                self.request.profile.name
            )
        };
        Err(Error::new(
            ErrorKind::Seed,
            "the database has data of the kind that would be generated",
        )
        .detail(format!("rows in {}", names.join(", ")))
        .detail(whose)
        .hint_command("to add to it", again("--append"))
        .hint_command(
            "to remove what hangmeas seeded, and only that, first",
            again("--replace"),
        ))
    }

    async fn remove(&self, runs: &[Run]) -> Result<()> {
        let label = "removing earlier seeds";
        if runs.is_empty() {
            return Ok(());
        }
        let began = self.started(label, None, Unit::None);
        history::remove(self.session, runs, &TABLES).await?;
        self.finished(label, began, None);
        Ok(())
    }

    async fn load(&self, live: &Live, prepared: &Prepared, seeded: &mut Seeded) -> Result<()> {
        bare::strip(self.session, &prepared.plan.dropped).await?;
        for (table, batch) in &prepared.batches {
            if batch.rows.is_empty() {
                continue;
            }
            let began = Instant::now();
            for statement in inserts(live.require(table)?, batch, self.request.as_of)? {
                self.tell_seed(&statement, &format!("filling {table}"))
                    .await?;
            }
            seeded.add(table, batch.rows.len() as u64, began.elapsed());
        }
        if let Some(scene) = &prepared.scene {
            self.copy_all(live, scene, prepared, seeded).await?;
        }
        let began = Instant::now();
        self.build(prepared).await?;
        seeded.building = began.elapsed();
        self.finish(live, prepared).await
    }

    /// Copies stage by stage; stages of one table are one line of progress.
    async fn copy_all(
        &self,
        live: &Live,
        scene: &Arc<Scene>,
        prepared: &Prepared,
        seeded: &mut Seeded,
    ) -> Result<()> {
        let mut rest = prepared.stages.as_slice();
        while let Some(first) = rest.first() {
            let table = first.table;
            let count = rest.iter().take_while(|stage| stage.table == table).count();
            let (own, others) = rest.split_at(count);
            let total = own.iter().map(|stage| stage.rows).sum();
            let began = self.started(table, Some(total), Unit::Rows);
            let mut before = 0;
            for stage in own {
                before += self.copy(live, scene, &stage.make, before).await?;
            }
            let rate = (before as f64 / began.elapsed().as_secs_f64().max(0.001)) as u64;
            self.finished(table, began, Some(format!("{before} rows, {rate}/s")));
            seeded.add(table, before, began.elapsed());
            rest = others;
        }
        Ok(())
    }

    async fn copy(&self, live: &Live, scene: &Arc<Scene>, make: &Make, before: u64) -> Result<u64> {
        let source = make(scene);
        let table = live.require(source.table())?;
        let (shape, statement) = table.copy(source.columns(), self.request.as_of)?;
        let label = source.table();
        let sent = |rows| {
            self.progress.emit(Event::Advanced {
                label: label.to_owned(),
                done: before + rows,
            });
        };
        stream::copy(
            self.session,
            &source,
            (&shape, &statement),
            self.request.workers,
            sent,
        )
        .await
    }

    async fn build(&self, prepared: &Prepared) -> Result<()> {
        let dropped = &prepared.plan.dropped;
        if dropped.is_empty() {
            return Ok(());
        }
        let label = "building indexes and keys";
        let began = self.started(label, Some(dropped.len() as u64), Unit::Items);
        bare::build(self.session, dropped, |nth, name| {
            let (label, what) = (label.to_owned(), name.to_owned());
            let done = nth as u64;
            self.progress.emit(Event::Advanced {
                label: label.clone(),
                done,
            });
            self.progress.emit(Event::Doing { label, what });
        })
        .await?;
        self.finished(label, began, Some(format!("{} built", dropped.len())));
        Ok(())
    }

    /// Sequences past the last id, statistics, the materialized view, and the memory of the run.
    async fn finish(&self, live: &Live, prepared: &Prepared) -> Result<()> {
        let label = "statistics and user_analytics";
        let began = self.started(label, None, Unit::None);
        let mut script = Vec::new();
        for (table, (_, last)) in &prepared.run.rows.0 {
            live.require(table)?;
            let (name, table) = (literal(&identifier(table)), identifier(table));
            script.push(format!(
                "SELECT setval(s::regclass, {last}) FROM pg_get_serial_sequence({name}, 'id') s \
                 WHERE s IS NOT NULL AND {last} > COALESCE(pg_sequence_last_value(s::regclass), 0)"
            ));
            script.push(format!("ANALYZE {table}"));
        }
        script.push(history::record(&prepared.run)?);
        for statement in script {
            self.tell_seed(&statement, "finishing").await?;
        }
        let view = "SELECT 1 FROM pg_matviews WHERE matviewname = 'user_analytics' \
                    AND schemaname = current_schema()";
        let there = self.session.run(view).await;
        let there = there.map_err(|failure| failure.while_doing("looking for user_analytics"))?;
        if !there.is_empty() {
            self.tell_seed("REFRESH MATERIALIZED VIEW user_analytics", "refreshing")
                .await?;
        }
        self.finished(label, began, None);
        Ok(())
    }

    async fn tell(&self, script: &str) -> Result<()> {
        let done = self.session.run(script).await;
        done.map(drop)
            .map_err(|failure| failure.while_doing("seeding"))
    }

    async fn tell_seed(&self, script: &str, what: &str) -> Result<()> {
        let done = self.session.run(script).await;
        done.map(drop).map_err(|failure: Failure| {
            let stopped = failure.is_interrupt();
            let error = failure.while_doing(what);
            if stopped {
                error
            } else {
                error.with_kind(ErrorKind::Seed)
            }
        })
    }

    fn started(&self, label: &str, total: Option<u64>, unit: Unit) -> Instant {
        let label = label.to_owned();
        self.progress.emit(Event::Started { label, total, unit });
        Instant::now()
    }

    fn finished(&self, label: &str, began: Instant, note: Option<String>) {
        self.progress.emit(Event::Finished {
            label: label.to_owned(),
            outcome: Outcome::Done,
            elapsed: began.elapsed(),
            note,
        });
    }
}

impl Seeded {
    /// Adds rows to what a table came to.
    fn add(&mut self, table: &str, rows: u64, elapsed: Duration) {
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
