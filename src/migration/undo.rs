//! `db rollback`: undo files, newest first, and what they would throw away.

use std::time::Instant;

use tokio::sync::Mutex;

use super::file::{MigrationFile, Script};
use super::guard::Guard;
use super::history::{DROP, Direction, History};
use super::migrator::Migrator;
use super::outcome::{Interrupted, look_up};
use super::plan::{Back, down};
use super::run::Run;
use super::statements::Stepwise;
use super::transaction::Whole;
use super::untold;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::Session;
use crate::progress::Event;
use crate::report::{AppliedStep, DbRollback, DiscardedData, StepMode, milliseconds};

impl Migrator<'_> {
    /// Undoes migrations, newest first.
    ///
    /// # Errors
    /// As `migrate`; kind `Refused` when rows would be lost and `discard_data` is not set, or a
    /// migration has no undo.
    pub async fn rollback(&self, back: Back, discard_data: bool) -> Result<DbRollback> {
        let began = Instant::now();
        let session = Session::open(self.target, self.interrupt).await?;
        let history = History::read(&session).await?;
        if down(self.source, &history, back)?.is_empty() {
            return Ok(self.rolled_back(Vec::new(), Vec::new(), history.version(), began));
        }
        let run = Run::begin(session, self.limits, self.progress).await?;
        let outcome = self.rollback_locked(&run, back, discard_data, began).await;
        run.end().await;
        outcome
    }

    async fn rollback_locked(
        &self,
        run: &Run<'_>,
        back: Back,
        discard_data: bool,
        began: Instant,
    ) -> Result<DbRollback> {
        let mut history = History::read(&run.work.session).await?;
        let files = down(self.source, &history, back)?;
        let mut guard = Guard::begin(&run.work.session, &files, back, discard_data).await?;
        let rails = self.rails_table(&run.work.session).await?;
        let mut undone = Vec::new();
        for file in files {
            let last = history.applied.len() == 1;
            let forget = self.rails.forget(&rails, file.version);
            guard.back = back.after(&undone);
            let step = undo(run, file, last, forget, &mut guard).await;
            undone.push(step.map_err(|error| after(error, &undone))?);
            if let Some(warning) = self.rails.left_applied(&rails, file.version) {
                self.progress.emit(Event::Warning(warning));
            }
            history.applied.retain(|row| row.version != file.version);
        }
        Ok(self.rolled_back(undone, guard.discarded, history.version(), began))
    }

    fn rolled_back(
        &self,
        undone: Vec<AppliedStep>,
        discarded: Vec<DiscardedData>,
        version: Option<i32>,
        began: Instant,
    ) -> DbRollback {
        DbRollback {
            database: self.target.database.clone(),
            undone,
            discarded,
            version,
            milliseconds: milliseconds(began.elapsed()),
        }
    }
}

impl Back {
    /// What is left of it.
    fn after(self, undone: &[AppliedStep]) -> Self {
        let done = u32::try_from(undone.len()).unwrap_or(u32::MAX);
        match self {
            Self::Steps(steps) => Self::Steps(steps.saturating_sub(done)),
            Self::To(version) => Self::To(version),
        }
    }
}

/// A refusal on the way says what is behind it.
fn after(error: Error, undone: &[AppliedStep]) -> Error {
    match undone.last() {
        Some(last) if error.kind() == ErrorKind::Refused => error.detail(format!(
            "undone before it, and left so: down to V{:04}",
            last.version
        )),
        _ => error,
    }
}

/// Undoes one file. With the last one goes the history itself, and schema hangmeas.
async fn undo(
    run: &Run<'_>,
    file: &MigrationFile,
    last: bool,
    forget: Option<String>,
    guard: &mut Guard,
) -> Result<AppliedStep> {
    let Some(script) = &file.undo else {
        return Err(Error::bug(format!(
            "{} has no undo in the plan",
            file.label()
        )));
    };
    let label = format!("undo of {}", file.label());
    let mut record = if last {
        DROP.to_owned()
    } else {
        format!(
            "DELETE FROM hangmeas.schema_history WHERE version = {}",
            file.version
        )
    };
    if let Some(forget) = forget {
        record = format!("{forget};\n{record}");
    }
    let work = async {
        let outcome = undo_script(run, file, (&label, script), &record, guard).await;
        match outcome {
            Err(error) => {
                let what = Interrupted {
                    label: &label,
                    version: file.version,
                    direction: Direction::Down,
                };
                Err(look_up(run, &[what], error).await)
            }
            done => done,
        }
    };
    run.step(&label, (file, script), Instant::now(), work).await
}

async fn undo_script(
    run: &Run<'_>,
    file: &MigrationFile,
    (label, script): (&str, &Script),
    record: &str,
    guard: &mut Guard,
) -> Result<(StepMode, u32)> {
    let version = file.version;
    let session = &run.work.session;
    if script.directives.no_transaction {
        guard.look_again(session, file).await?;
        let stepwise = Stepwise {
            run,
            version,
            direction: Direction::Down,
            label: label.to_owned(),
            script,
            guard: Some(Mutex::new(guard)),
        };
        let retries = stepwise.apply(record).await?;
        return Ok((StepMode::StatementByStatement, retries));
    }
    loop {
        let record = guard.check() + record;
        let whole = Whole::new(run, label, "", script, &record);
        let stuck = match whole.attempt(run).await? {
            Ok(retries) => return Ok((StepMode::Transaction, retries)),
            Err(stuck) => stuck,
        };
        match untold::gone(&stuck.failure) {
            Some(gone) => guard.judge(session, version, gone).await?,
            None => return Err(whole.failed(run, stuck)),
        }
    }
}
