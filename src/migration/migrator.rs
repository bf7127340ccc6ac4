//! `db migrate`: read the history, take the lock only if something is pending, then let refinery
//! drive the files one by one.

use std::time::Instant;

use super::ahead::Ahead;
use super::creation;
use super::file::{MigrationFile, Origin};
use super::history::{Applied, CREATE, Direction, History};
use super::limits::Limits;
use super::outcome::{Interrupted, look_up};
use super::plan::Plan;
use super::rails::{Rails, RailsTable};
use super::refinery::{self, Execute};
use super::run::Run;
use super::source::Source;
use super::statements::Stepwise;
use super::transaction::{self, PART, Whole};
use super::way::{Way, Ways};
use crate::error::{Hint, Result};
use crate::postgres::{Interrupt, Session, Target};
use crate::progress::Sink;
use crate::report::{AppliedStep, DbMigrate, StepMode, milliseconds};

/// Files for which a millisecond counts.
const FEW: usize = 100;

/// Applies and undoes migrations on one database.
#[derive(Clone, Copy)]
pub struct Migrator<'a> {
    /// The database.
    pub target: &'a Target,
    /// The files.
    pub source: &'a Source,
    /// The application's own copies of the guide's migrations.
    pub rails: &'a Rails,
    /// Time limits.
    pub limits: Limits,
    /// Who hears how it goes.
    pub progress: &'a dyn Sink,
    /// Who can stop it.
    pub interrupt: &'a Interrupt,
}

impl<'a> Migrator<'a> {
    /// Applies what is pending, up to and including `to`. With nothing pending, one read and no
    /// lock.
    ///
    /// # Errors
    /// Kinds `Configuration` (files or history), `Connection`, `Locked`, `Migration` (rolled back),
    /// `HalfWay` (running again goes on) and `Interrupted`.
    pub async fn migrate(&self, to: Option<i32>) -> Result<DbMigrate> {
        let began = Instant::now();
        let session = Session::open(self.target, self.interrupt).await?;
        let history = History::read(&session).await?;
        let plan = Plan::up(self.source, &history, to)?;
        if plan.steps.is_empty() {
            return Ok(self.report(Vec::new(), &history, &plan, began));
        }
        // Where there are many files, a millisecond is nothing, and a thread is half a megabyte.
        if plan.steps.len() < FEW {
            refinery::warm_up();
        }
        let run = Run::begin(session, self.limits, self.progress).await?;
        let outcome = self.migrate_locked(&run, to, began).await;
        run.end().await;
        outcome
    }

    async fn migrate_locked(
        &self,
        run: &Run<'_>,
        to: Option<i32>,
        began: Instant,
    ) -> Result<DbMigrate> {
        // Another run may have ended while we waited for the lock.
        let history = History::read(&run.work.session).await?;
        let plan = Plan::up(self.source, &history, to)?;
        if plan.steps.is_empty() {
            return Ok(self.report(Vec::new(), &history, &plan, began));
        }
        let session = &run.work.session;
        let mut steps = Steps {
            ways: Ways::decide(*self, session, &history, &plan).await?,
            run,
            ahead: Ahead::new(run),
            history_exists: history.exists,
            applied: Vec::new(),
        };
        let driven = self.drive(&mut steps, &history, to).await;
        // An error of what is still under way comes before that of what was not sent.
        steps.land().await?;
        driven?;
        let applied = steps.applied;
        Ok(self.report(applied, &history, &plan, began))
    }

    /// Hands every pending file to `execute`, in refinery's order: the bundled ones, then one's own.
    pub(super) async fn drive<E: Execute<'a>>(
        &self,
        execute: &mut E,
        history: &History,
        to: Option<i32>,
    ) -> Result<()> {
        for origin in [Origin::Bundled, Origin::Own] {
            let files = self.source.migrations();
            let files: Vec<_> = files.iter().filter(|file| file.origin == origin).collect();
            let known = |row: &&Applied| {
                let file = self.source.get(row.version);
                file.is_some_and(|file| file.origin == origin)
            };
            let applied: Vec<_> = history.applied.iter().filter(known).cloned().collect();
            let to = to.filter(|to| files.iter().any(|file| file.version > *to));
            refinery::drive(execute, &files, &applied, to).await?;
        }
        Ok(())
    }

    /// Rails' table, where the application has copies of these migrations.
    pub(super) async fn rails_table(&self, session: &Session) -> Result<RailsTable> {
        if !(self.rails.is_there() && self.source.bundled()) {
            return Ok(RailsTable::default());
        }
        RailsTable::read(session).await
    }

    pub(super) fn report(
        &self,
        applied: Vec<AppliedStep>,
        history: &History,
        plan: &Plan<'_>,
        began: Instant,
    ) -> DbMigrate {
        let versions = applied.iter().map(|step| step.version);
        DbMigrate {
            database: self.target.database.clone(),
            dry_run: false,
            version: versions.chain(history.version()).max(),
            pending: plan.left + plan.steps.len() - applied.len(),
            applied,
            has_seed_copies: history.has_seed_copies,
            planned: Vec::new(),
            hints: plan
                .behind
                .filter(|_| plan.steps.is_empty())
                .map(go_back)
                .into_iter()
                .collect(),
            milliseconds: milliseconds(began.elapsed()),
        }
    }
}

/// For who wanted an earlier version.
fn go_back(to: i32) -> Hint {
    Hint::command(
        format!("nothing was undone: migrate only goes forward; to go back to version {to}"),
        format!("hangmeas db rollback --to {to}"),
    )
}

/// How the file runs on a table with rows.
pub(super) fn mode(file: &MigrationFile) -> StepMode {
    if file.script.directives.no_transaction {
        StepMode::StatementByStatement
    } else {
        StepMode::Transaction
    }
}

/// Executes the files that refinery hands out.
struct Steps<'a> {
    run: &'a Run<'a>,
    ways: Ways<'a>,
    ahead: Ahead<'a>,
    history_exists: bool,
    applied: Vec<AppliedStep>,
}

impl<'a> Execute<'a> for Steps<'a> {
    async fn execute(&mut self, file: &'a MigrationFile, record: &str) -> Result<()> {
        let record = self.ways.record(file, record);
        if self.ways.of(file) == Way::Whole && file.script.sql.len() <= PART {
            return self.send_ahead(file, &record).await;
        }
        self.land().await?;
        let label = file.label();
        let (run, began) = (self.run, Instant::now());
        let work = self.apply(file, &label, &record);
        let step = run.step(&label, (file, &file.script), began, work).await?;
        self.applied.push(step);
        Ok(())
    }
}

impl<'a> Steps<'a> {
    /// What stands in the transaction before the file.
    fn preamble(&mut self, file: &MigrationFile) -> String {
        let preamble = self.ways.preamble(file);
        match std::mem::replace(&mut self.history_exists, true) {
            true => preamble,
            false => format!("{CREATE};\n{preamble}"),
        }
    }

    async fn send_ahead(&mut self, file: &'a MigrationFile, record: &str) -> Result<()> {
        while !self.ahead.has_room(file) {
            self.land_one().await?;
        }
        self.run.lock.check()?;
        let preamble = self.preamble(file);
        self.ahead.send(file, &preamble, record).await;
        Ok(())
    }

    /// Waits for everything that was sent ahead.
    async fn land(&mut self) -> Result<()> {
        while self.land_one().await? {}
        Ok(())
    }

    async fn land_one(&mut self) -> Result<bool> {
        let step = self.ahead.settle().await?;
        let landed = step.is_some();
        self.applied.extend(step);
        Ok(landed)
    }

    async fn apply(
        &mut self,
        file: &MigrationFile,
        label: &str,
        record: &str,
    ) -> Result<(StepMode, u32)> {
        let outcome = self.apply_alone(file, label, record).await;
        match outcome {
            Err(error) => {
                let what = Interrupted {
                    label,
                    version: file.version,
                    direction: Direction::Up,
                };
                Err(look_up(self.run, &[what], error).await)
            }
            other => other,
        }
    }

    async fn apply_alone(
        &mut self,
        file: &MigrationFile,
        label: &str,
        record: &str,
    ) -> Result<(StepMode, u32)> {
        let way = self.ways.of(file);
        match way {
            Way::Adopt => {
                let retries = transaction::adopt(self.run, label, record).await?;
                return Ok((way.mode(), retries));
            }
            Way::Whole => {
                let mode = way.mode();
                let preamble = self.preamble(file);
                let whole = Whole::new(self.run, label, &preamble, &file.script, record);
                return Ok((mode, whole.apply(self.run).await?));
            }
            Way::Fold(_) | Way::Stepwise => {}
        }
        if !self.history_exists {
            creation::create(self.run).await?;
            self.history_exists = true;
        }
        if let Way::Fold(tables) = way
            && transaction::fold(self.run, label, &file.script, tables, record).await?
        {
            return Ok((way.mode(), 0));
        }
        let stepwise = Stepwise {
            run: self.run,
            version: file.version,
            direction: Direction::Up,
            label: label.to_owned(),
            script: &file.script,
            guard: None,
        };
        Ok((
            StepMode::StatementByStatement,
            stepwise.apply(record).await?,
        ))
    }
}
