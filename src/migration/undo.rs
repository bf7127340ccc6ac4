//! `db rollback`: undo files, newest first, and what they would throw away.

use std::time::Instant;

use super::file::{MigrationFile, Script};
use super::history::{DROP, Direction, History};
use super::loss;
use super::migrator::Migrator;
use super::outcome::{Interrupted, look_up};
use super::plan::{Back, down};
use super::run::Run;
use super::statements::Stepwise;
use super::transaction::Whole;
use crate::error::{Error, Result};
use crate::postgres::Session;
use crate::progress::Event;
use crate::report::{AppliedStep, DbRollback, DiscardedData, StepMode, milliseconds};

/// How many tables and columns a refusal names.
const SHOWN: usize = 20;

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
        let discarded = loss::count(&run.work.session, &files).await?;
        if !discarded.is_empty() && !discard_data {
            return Err(refuse_loss(&discarded, back));
        }
        let rails = self.rails_table(&run.work.session).await?;
        let mut undone = Vec::new();
        for file in files {
            let last = history.applied.len() == 1;
            let forget = self.rails.forget(&rails, file.version);
            undone.push(undo(run, file, last, forget).await?);
            if let Some(warning) = self.rails.left_applied(&rails, file.version) {
                self.progress.emit(Event::Warning(warning));
            }
            history.applied.retain(|row| row.version != file.version);
        }
        Ok(self.rolled_back(undone, discarded, history.version(), began))
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

/// Undoes one file. With the last one goes the history itself, and schema hangmeas.
async fn undo(
    run: &Run<'_>,
    file: &MigrationFile,
    last: bool,
    forget: Option<String>,
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
        let outcome = undo_script(run, file.version, &label, script, &record).await;
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
    version: i32,
    label: &str,
    script: &Script,
    record: &str,
) -> Result<(StepMode, u32)> {
    if !script.directives.no_transaction {
        let whole = Whole::new(run, label, "", script, record);
        return Ok((StepMode::Transaction, whole.apply(run).await?));
    }
    let stepwise = Stepwise {
        run,
        version,
        direction: Direction::Down,
        label: label.to_owned(),
        script,
    };
    Ok((
        StepMode::StatementByStatement,
        stepwise.apply(record).await?,
    ))
}

fn refuse_loss(discarded: &[DiscardedData], back: Back) -> Error {
    let how_far = match back {
        Back::Steps(steps) => format!("--steps {steps}"),
        Back::To(version) => format!("--to {version}"),
    };
    let line = |data: &DiscardedData| {
        let rows = if data.rows == 1 { "row" } else { "rows" };
        format!(
            "{} holds {} {rows} (V{:04})",
            data.object, data.rows, data.version
        )
    };
    let error = Error::refused("the rollback would throw data away")
        .data("discarded", discarded)
        .details(discarded.iter().take(SHOWN).map(line));
    let error = match discarded.len().saturating_sub(SHOWN) {
        0 => error,
        more => error.detail(format!("and {more} more: --format json names them all")),
    };
    error.hint_command(
        "if that is meant, back the database up, and",
        format!("hangmeas db rollback {how_far} --discard-data"),
    )
}
