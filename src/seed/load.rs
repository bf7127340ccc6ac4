//! The writing part of a run: fixed records, the audience by COPY, indexes and keys, and what makes
//! the database ready for use.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::bare::{self, Dropped};
use super::crew::Crew;
use super::history;
use super::live::{Live, Table};
use super::plan::{Prepared, TABLES};
use super::records::inserts;
use super::rows::{Scene, Stage};
use super::run::{Seeded, Seeder};
use super::{failed, staging, stream};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::Session;
use crate::postgres::sql::{identifier, literal};
use crate::progress::{Event, Outcome, Unit};
use crate::report::words::{count, thousands};

/// Where rows go.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// By which session.
    pub session: &'a Session,
    /// Into which table, quoted.
    pub into: &'a str,
    /// How many threads make them.
    pub threads: usize,
}

/// What copying a table came to.
#[derive(Debug, Clone, Copy)]
pub struct Copied {
    /// Rows written.
    pub rows: u64,
    /// When it began.
    pub began: Instant,
    /// How long it took.
    pub elapsed: Duration,
}

impl Copied {
    /// In a few words.
    pub fn told(&self) -> String {
        let rate = (self.rows as f64 / self.elapsed.as_secs_f64().max(0.001)) as u64;
        format!("{}, {}/s", count(self.rows, "row"), thousands(rate))
    }
}

impl Seeder<'_> {
    /// Writes everything that was prepared.
    pub(super) async fn load(
        &self,
        live: &Live,
        prepared: &Prepared,
        (crew, seeded): (Option<&Crew<'_>>, &mut Seeded),
    ) -> Result<()> {
        let is_here = |table: &str| crew.is_none_or(|crew| !crew.fills(table));
        let dropped = prepared.plan.dropped.iter();
        // All keys at once: waiting for a referenced table at the end could be a deadlock with readers.
        let (here, away): (Vec<&Dropped>, Vec<_>) = dropped.partition(|one| is_here(&one.table));
        let keys = away.into_iter().filter(|one| one.key);
        let stripped: Vec<&Dropped> = here.iter().copied().chain(keys).collect();
        bare::strip(self.session, &stripped).await?;
        let stages: Vec<&Stage> = prepared
            .stages
            .iter()
            .filter(|stage| is_here(stage.table))
            .collect();
        // Connections that write side by side have a thread each.
        let threads = crew.map_or(self.request.workers, |_| 1);
        let fill = self.fill(live, prepared, (&stages, &here, threads), seeded);
        match crew {
            None => fill.await?,
            Some(crew) => {
                let filled = crew.beside(fill).await?;
                for own in filled {
                    seeded.add(&own.table, own.rows, own.elapsed);
                }
                self.settle(crew, prepared, seeded).await?;
            }
        }
        self.finish(live, prepared).await
    }

    /// Fills the tables that are not filled apart, and builds what was dropped of them.
    async fn fill(
        &self,
        live: &Live,
        prepared: &Prepared,
        (stages, dropped, threads): (&[&Stage], &[&Dropped], usize),
        seeded: &mut Seeded,
    ) -> Result<()> {
        for (table, batch) in &prepared.batches {
            if batch.rows.is_empty() {
                continue;
            }
            let began = Instant::now();
            for statement in inserts(live.require(table)?, batch, self.request.as_of)? {
                self.tell(&statement, &format!("filling {table}")).await?;
            }
            seeded.add(table, batch.rows.len() as u64, began.elapsed());
        }
        if let Some(scene) = &prepared.scene {
            // Stages of one table are one line of progress.
            for own in stages.chunk_by(|one, next| one.table == next.table) {
                let table = own[0].table;
                let target = Target {
                    session: self.session,
                    into: &identifier(table),
                    threads,
                };
                let loaded = self.copy(target, live.require(table)?, scene, own).await?;
                self.finished(table, loaded.began, Some(loaded.told()));
                seeded.add(table, loaded.rows, loaded.elapsed);
            }
        }
        let began = Instant::now();
        self.build(dropped).await?;
        seeded.building += began.elapsed();
        Ok(())
    }

    /// Puts the tables that were filled apart in their place, and gives them their foreign keys.
    async fn settle(
        &self,
        crew: &Crew<'_>,
        prepared: &Prepared,
        seeded: &mut Seeded,
    ) -> Result<()> {
        let began = Instant::now();
        staging::settle(self.session, crew.tables()).await?;
        let dropped = prepared.plan.dropped.iter();
        let keys: Vec<&Dropped> = dropped
            .filter(|one| one.key && crew.fills(&one.table))
            .collect();
        self.build(&keys).await?;
        seeded.building += began.elapsed();
        Ok(())
    }

    /// Copies all rows of a table, stage by stage. Who calls tells when all of it is done.
    pub(super) async fn copy(
        &self,
        target: Target<'_>,
        table: &Table,
        scene: &Arc<Scene>,
        stages: &[&Stage],
    ) -> Result<Copied> {
        let label = table.name.as_str();
        let total = stages.iter().map(|stage| stage.rows).sum();
        let began = self.started(label, Some(total), Unit::Rows);
        let mut before = 0;
        for stage in stages {
            let source = (stage.make)(scene);
            let (shape, statement) =
                table.copy(target.into, source.columns(), self.request.as_of)?;
            let sent = |rows| {
                self.progress.emit(Event::Advanced {
                    label: label.to_owned(),
                    done: before + rows,
                });
            };
            let form = (&shape, statement.as_str());
            before += stream::copy(target.session, &source, form, target.threads, sent).await?;
        }
        Ok(Copied {
            rows: before,
            began,
            elapsed: began.elapsed(),
        })
    }

    async fn build(&self, dropped: &[&Dropped]) -> Result<()> {
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

    /// Sequences past the last id, the materialized view, and the memory of the run.
    async fn finish(&self, live: &Live, prepared: &Prepared) -> Result<()> {
        let label = "user_analytics";
        let began = self.started(label, None, Unit::None);
        let mut script = Vec::new();
        for (table, (_, last)) in &prepared.run.rows.0 {
            live.require(table)?;
            let name = literal(&identifier(table));
            script.push(format!(
                "SELECT setval(s::regclass, {last}) FROM pg_get_serial_sequence({name}, 'id') s \
                 WHERE s IS NOT NULL AND {last} > COALESCE(pg_sequence_last_value(s::regclass), 0)"
            ));
        }
        script.push(history::record(&prepared.run)?);
        for statement in script {
            self.tell(&statement, "finishing").await?;
        }
        if self.has_analytics().await? {
            self.tell("REFRESH MATERIALIZED VIEW user_analytics", "refreshing")
                .await?;
        }
        self.finished(label, began, None);
        Ok(())
    }

    async fn has_analytics(&self) -> Result<bool> {
        let view = "SELECT 1 FROM pg_matviews WHERE matviewname = 'user_analytics' \
                    AND schemaname = current_schema()";
        let there = self.session.run(view).await;
        let there = there.map_err(|failure| failed(failure, "looking for user_analytics"))?;
        Ok(!there.is_empty())
    }

    /// Statistics of what was filled. After COMMIT, because only then the server counts the rows as
    /// changed since the last ANALYZE; a failure is no failure of the seed, which is there.
    ///
    /// # Errors
    /// Kind `Interrupted`, which says so.
    pub(super) async fn analyze(&self, tables: &[String]) -> Result<()> {
        let label = "statistics";
        let began = self.started(label, None, Unit::None);
        let Err(error) = self.analyze_all(tables).await else {
            self.finished(label, began, None);
            return Ok(());
        };
        let note = "the rows are there, but not analyzed: the same command does it";
        self.progress.emit(Event::Finished {
            label: label.to_owned(),
            outcome: Outcome::Failed,
            elapsed: began.elapsed(),
            note: Some(note.to_owned()),
        });
        if error.kind() == ErrorKind::Interrupted {
            let stopped = "interrupted while making statistics: the rows are all there";
            return Err(Error::new(ErrorKind::Interrupted, stopped).hint_command(
                "only the statistics are missing; the same command makes them",
                &self.request.command,
            ));
        }
        log::warn!("the rows are there, but not analyzed: {error}");
        Ok(())
    }

    async fn analyze_all(&self, tables: &[String]) -> Result<()> {
        // Counters reach the server's statistics once a second, and would come after the ANALYZE.
        let flush = "SELECT to_regprocedure('pg_stat_force_next_flush()')";
        let flush = self.session.run(flush).await;
        let flush = flush.map_err(|failure| failed(failure, "looking for statistics"))?;
        if flush.first().and_then(|row| row.get(0)).is_some() {
            self.tell("SELECT pg_stat_force_next_flush()", "counting rows")
                .await?;
        }
        // In the order in which runs lock them, or one that waits for this run would be a deadlock.
        let mut tables: Vec<&String> = tables.iter().collect();
        tables.sort_by_key(|table| TABLES.iter().position(|own| own == *table));
        let mut tables: Vec<String> = tables.into_iter().map(|table| identifier(table)).collect();
        if self.has_analytics().await? {
            tables.push("user_analytics".to_owned());
        }
        let script = format!(
            "BEGIN; {}; ANALYZE {}; COMMIT",
            self.limits(),
            tables.join(", ")
        );
        self.tell(&script, "analyzing").await
    }
}
