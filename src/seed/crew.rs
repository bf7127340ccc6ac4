//! Further connections that fill tables apart, each table by whichever is free, while the run's own
//! connection fills the others.

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::future::{Either, join_all, select};

use super::bare::{self, Dropped};
use super::failed;
use super::live::Live;
use super::load::{Copied, Target};
use super::plan::Prepared;
use super::request::Request;
use super::rows::{Scene, Stage};
use super::run::{Loaded, Seeder};
use super::staging::{self, Apart};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Interrupter, Pool, Session, interrupt};
use crate::progress::Event;

/// The large tables that further connections fill, those with the most rows first: none that gets
/// fixed records. `rows` is what to select from, to see the rows of a table that stay.
///
/// # Errors
/// The server's refusal.
pub async fn wanted(
    session: &Session,
    request: &Request,
    (prepared, large): (&Prepared, &[(&str, u64)]),
    (dropped, rows): (&[Dropped], impl Fn(&str) -> String),
) -> Result<Vec<Apart>> {
    if dropped.is_empty() || request.connections < 2 {
        return Ok(Vec::new());
    }
    let fixed = |table: &str| {
        let own = prepared.batches.iter().find(|(name, _)| *name == table);
        own.is_some_and(|(_, batch)| !batch.rows.is_empty())
    };
    let mut wanted: Vec<_> = large.iter().filter(|(table, _)| !fixed(table)).collect();
    wanted.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    let wanted: Vec<&str> = wanted.iter().map(|(table, _)| *table).collect();
    let mut all = staging::stageable(session, &wanted, (dropped, rows)).await?;
    all.sort_by_key(|apart| wanted.iter().position(|table| *table == apart.table));
    Ok(all)
}

/// The connections and what they fill.
pub struct Crew<'a> {
    seeder: &'a Seeder<'a>,
    live: &'a Live,
    prepared: &'a Prepared,
    scene: &'a Arc<Scene>,
    pool: Pool,
    stop: Interrupter,
}

impl<'a> Crew<'a> {
    /// Opens the connections and makes the copies; nobody where there is nothing to fill apart, or no
    /// room for a second connection.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn gather(
        seeder: &'a Seeder<'a>,
        live: &'a Live,
        prepared: &'a Prepared,
    ) -> Result<Option<Self>> {
        let apart = &prepared.plan.apart;
        let (Some(scene), false) = (&prepared.scene, apart.is_empty()) else {
            return Ok(None);
        };
        let session = seeder.session;
        let alone = |why: String| {
            let note = format!("one connection writes it all: {why}");
            seeder.progress.emit(Event::Note(note));
            Ok(None)
        };
        if staging::is_taken(session).await? {
            return alone(format!(
                "there is a schema {} that is not ours",
                staging::SCHEMA
            ));
        }
        let (stop, stopped) = interrupt();
        let further = (seeder.request.connections - 1).min(apart.len());
        let pool = match Pool::open(session.target(), &stopped, further).await {
            Ok(pool) => pool,
            Err(error) => return alone(format!("no second one: {error}")),
        };
        let limits = seeder.limits();
        staging::create(&*pool.session().await?, apart, &limits).await?;
        staging::lock(session, apart).await?;
        Ok(Some(Self {
            seeder,
            live,
            prepared,
            scene,
            pool,
            stop,
        }))
    }

    /// The tables that are filled apart.
    #[must_use]
    pub fn tables(&self) -> &'a [Apart] {
        &self.prepared.plan.apart
    }

    /// Whether this table is one of them.
    #[must_use]
    pub fn fills(&self, table: &str) -> bool {
        self.tables().iter().any(|apart| apart.table == table)
    }

    /// Fills the tables while `own` runs on the run's connection. When either fails, the other is
    /// stopped.
    ///
    /// # Errors
    /// The first error.
    pub async fn beside(&self, own: impl Future<Output = Result<()>>) -> Result<Vec<Loaded>> {
        let mut filling = pin!(self.fill_all());
        let own = match select(pin!(own), filling.as_mut()).await {
            Either::Left((own, _)) => own,
            Either::Right((Ok(filled), own)) => return own.await.map(|()| filled),
            Either::Right((Err(error), _)) => {
                self.seeder.session.cancel().await;
                return Err(error);
            }
        };
        if own.is_err() {
            self.stop.raise();
        }
        let filled = filling.await;
        own.and(filled)
    }

    async fn fill_all(&self) -> Result<Vec<Loaded>> {
        let user = self.seeder.session.interrupt();
        let tables = self.tables().iter().map(|apart| async {
            let filled = self.fill(apart).await;
            if filled.is_err() {
                self.stop.raise();
            }
            filled
        });
        let filled = match select(pin!(join_all(tables)), pin!(user.wait())).await {
            Either::Left((filled, _)) => filled,
            Either::Right(((), filling)) => {
                self.stop.raise();
                filling.await
            }
        };
        let (filled, errors): (Vec<_>, Vec<_>) = filled.into_iter().partition(Result::is_ok);
        let mut errors = errors.into_iter().filter_map(Result::err);
        match errors.next() {
            None => Ok(filled.into_iter().flatten().collect()),
            // Who failed first made the others stop.
            Some(first) => Err(errors.fold(first, |first, next| {
                if first.kind() == ErrorKind::Interrupted {
                    next
                } else {
                    first
                }
            })),
        }
    }

    async fn fill(&self, apart: &Apart) -> Result<Loaded> {
        let copied = self.copy(apart).await?;
        let began = Instant::now();
        let indexes = apart.indexes(&self.prepared.plan.dropped)?;
        let label = apart.table.as_str();
        let built = join_all(indexes.iter().map(|(name, statement)| async move {
            let session = self.pool.session().await?;
            self.progress(label, name);
            self.within(&session, async {
                bare::ask_for_memory(&session).await?;
                bare::run_build(&session, name, statement).await
            })
            .await
        }));
        built.await.into_iter().collect::<Result<Vec<()>>>()?;
        let note = format!(
            "{}; {} indexes in {:.1} s",
            copied.told(),
            indexes.len(),
            began.elapsed().as_secs_f64()
        );
        self.seeder.finished(label, copied.began, Some(note));
        Ok(Loaded {
            table: apart.table.clone(),
            rows: copied.rows,
            elapsed: copied.elapsed,
        })
    }

    async fn copy(&self, apart: &Apart) -> Result<Copied> {
        let stages = self.prepared.stages.iter();
        let stages: Vec<&Stage> = stages.filter(|stage| stage.table == apart.table).collect();
        let table = self.live.require(&apart.table)?;
        let session = self.pool.session().await?;
        let target = Target {
            session: &session,
            into: &apart.copy(),
            threads: 1,
        };
        let copying = self.seeder.copy(target, table, self.scene, &stages);
        self.within(&session, copying).await
    }

    fn progress(&self, label: &str, what: &str) {
        self.seeder.progress.emit(Event::Doing {
            label: label.to_owned(),
            what: what.to_owned(),
        });
    }

    /// Work in a transaction of its own.
    async fn within<T>(
        &self,
        session: &Session,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let doing = |what| move |failure| -> Error { failed(failure, what) };
        let begin = format!("BEGIN; {}", self.seeder.limits());
        session.run(&begin).await.map_err(doing("beginning"))?;
        let done = work.await;
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = session.tidy(end).await.map_err(doing("committing"));
        done.and_then(|value| ended.map(|_| value))
    }
}
