//! The writing part of a run: fixed records, the audience by COPY, indexes and keys, and what makes
//! the database ready for use.

use std::sync::Arc;
use std::time::Instant;

use super::history;
use super::live::Live;
use super::plan::Prepared;
use super::records::inserts;
use super::rows::{Make, Scene};
use super::run::{Seeded, Seeder};
use super::{bare, failed, stream};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::sql::{identifier, literal};
use crate::progress::{Event, Outcome, Unit};

impl Seeder<'_> {
    /// Writes everything that was prepared.
    pub(super) async fn load(
        &self,
        live: &Live,
        prepared: &Prepared,
        seeded: &mut Seeded,
    ) -> Result<()> {
        bare::strip(self.session, &prepared.plan.dropped).await?;
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
        let mut tables: Vec<String> = tables.iter().map(|table| identifier(table)).collect();
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
