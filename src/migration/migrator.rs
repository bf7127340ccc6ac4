//! `db migrate`: read the history, take the lock only if something is pending, then let refinery
//! drive the files one by one.

use std::time::Instant;

use super::ahead::Ahead;
use super::creation;
use super::file::{MigrationFile, Origin, Script};
use super::history::{Applied, CREATE, Direction, History};
use super::limits::Limits;
use super::outcome::{Interrupted, look_up};
use super::plan::Plan;
use super::rails::{Rails, RailsTable, adopted_names};
use super::refinery::{self, Execute};
use super::run::Run;
use super::source::Source;
use super::statements::Stepwise;
use super::transaction::{self, PART, Whole};
use crate::error::Result;
use crate::postgres::{Interrupt, Session, Target, sql};
use crate::progress::{Event, Sink};
use crate::report::{AppliedStep, DbMigrate, PlannedStep, StepMode};
use crate::sql_text::Relation;

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

impl Migrator<'_> {
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
            return Ok(self.report(Vec::new(), &history, plan.left, began));
        }
        let run = Run::begin(session, self.limits, self.progress).await?;
        let outcome = self.migrate_locked(&run, to, began).await;
        run.end().await;
        outcome
    }

    /// What `migrate` would run; touches nothing and takes no lock.
    ///
    /// # Errors
    /// As `migrate`, as far as reading goes.
    pub async fn dry_run(&self, to: Option<i32>) -> Result<DbMigrate> {
        let began = Instant::now();
        let session = Session::open(self.target, self.interrupt).await?;
        let history = History::read(&session).await?;
        let plan = Plan::up(self.source, &history, to)?;
        let mut report = self.report(Vec::new(), &history, plan.left, began);
        report.dry_run = true;
        report.planned = plan.steps.iter().map(|file| planned(file)).collect();
        if !history.exists && !plan.steps.is_empty() {
            report.planned_history = Some(CREATE.to_owned());
        }
        Ok(report)
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
            return Ok(self.report(Vec::new(), &history, plan.left, began));
        }
        let table = self.rails_table(&run.work.session).await?;
        for obstacle in self.rails.obstacles(&table) {
            self.progress.emit(Event::Warning(obstacle));
        }
        let session = &run.work.session;
        let adopted = self.rails.adoptable(session, &table, &history).await?;
        let mut steps = Steps {
            foldable: foldable(run, &plan.steps).await?,
            run,
            ahead: Ahead::new(run),
            history_exists: history.exists,
            rails: self.rails,
            table,
            preamble: preamble(&adopted_names(self.source, &adopted)),
            adopted,
            half_way: history
                .half_way
                .iter()
                .map(|(version, _)| *version)
                .collect(),
            applied: Vec::new(),
        };
        for origin in [Origin::Bundled, Origin::Own] {
            let files = self.source.migrations();
            let files: Vec<_> = files.iter().filter(|file| file.origin == origin).collect();
            let known = |row: &&Applied| {
                let file = self.source.get(row.version);
                file.is_some_and(|file| file.origin == origin)
            };
            let applied: Vec<_> = history.applied.iter().filter(known).cloned().collect();
            let to = to.filter(|to| files.iter().any(|file| file.version > *to));
            let driven = refinery::drive(&mut steps, &files, &applied, to).await;
            // An error of what is still under way comes before that of what was not sent.
            steps.land().await?;
            driven?;
        }
        let applied = steps.applied;
        Ok(self.report(applied, &history, plan.left, began))
    }

    /// Rails' table, where the application has copies of these migrations.
    pub(super) async fn rails_table(&self, session: &Session) -> Result<RailsTable> {
        if !(self.rails.is_there() && self.source.bundled()) {
            return Ok(RailsTable::default());
        }
        RailsTable::read(session).await
    }

    fn report(
        &self,
        applied: Vec<AppliedStep>,
        history: &History,
        pending: usize,
        began: Instant,
    ) -> DbMigrate {
        let versions = applied.iter().map(|step| step.version);
        DbMigrate {
            database: self.target.database.clone(),
            dry_run: false,
            version: versions.chain(history.version()).max(),
            applied,
            planned: Vec::new(),
            planned_history: None,
            pending,
            milliseconds: began.elapsed().as_secs_f64() * 1000.0,
        }
    }
}

/// Tells V0001 what was compared and adopted.
fn preamble(names: &str) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!("SET LOCAL hangmeas.adopted = {};\n", sql::literal(names))
}

fn planned(file: &MigrationFile) -> PlannedStep {
    PlannedStep {
        version: file.version,
        name: file.name.clone(),
        file: file.script.shown.clone(),
        mode: mode(file),
        sql: file.script.sql.clone(),
    }
}

/// How the file runs on a table with rows.
pub(super) fn mode(file: &MigrationFile) -> StepMode {
    if file.script.directives.no_transaction {
        StepMode::StatementByStatement
    } else {
        StepMode::Transaction
    }
}

/// The tables of each statement-by-statement file that may run in one transaction, because none of
/// them seems to hold anything.
async fn foldable(run: &Run<'_>, steps: &[&MigrationFile]) -> Result<Vec<(i32, Vec<Relation>)>> {
    let no_transaction = steps
        .iter()
        .filter(|file| file.script.directives.no_transaction);
    let mut candidates: Vec<_> = no_transaction
        .filter_map(|file| Some((file.version, transaction::foldable(&file.script)?)))
        .collect();
    let mut tables: Vec<&Relation> = candidates.iter().flat_map(|(_, tables)| tables).collect();
    tables.sort_by_key(|table| table.sql());
    tables.dedup();
    if tables.is_empty() {
        return Ok(candidates);
    }
    let names = tables.iter().map(|table| sql::literal(&table.sql()));
    let query = format!(
        "SELECT name FROM unnest(ARRAY[{}]) name WHERE pg_relation_size(to_regclass(name)) > 0",
        names.collect::<Vec<_>>().join(", ")
    );
    let rows = run.work.session.read(&query).await;
    let rows = rows.map_err(|failure| failure.while_doing("looking for empty tables"))?;
    let filled: Vec<&str> = rows.iter().filter_map(|row| row.get(0)).collect();
    candidates.retain(|(_, tables)| {
        tables
            .iter()
            .all(|table| !filled.contains(&table.sql().as_str()))
    });
    Ok(candidates)
}

/// Executes the files that refinery hands out.
struct Steps<'a> {
    run: &'a Run<'a>,
    ahead: Ahead<'a>,
    rails: &'a Rails,
    table: RailsTable,
    adopted: Vec<i32>,
    preamble: String,
    history_exists: bool,
    foldable: Vec<(i32, Vec<Relation>)>,
    half_way: Vec<i32>,
    applied: Vec<AppliedStep>,
}

impl<'a> Execute<'a> for Steps<'a> {
    async fn execute(&mut self, file: &'a MigrationFile, record: &str) -> Result<()> {
        let told = self.rails.record(&self.table, file.version);
        let told = told.map_or_else(|| record.to_owned(), |told| format!("{told};\n{record}"));
        if self.may_go_ahead(file) {
            return self.send_ahead(file, &told).await;
        }
        self.land().await?;
        let label = file.label();
        let (run, began) = (self.run, Instant::now());
        let work = self.apply(file, &label, &told);
        let step = run.step(&label, (file, &file.script), began, work).await?;
        self.applied.push(step);
        Ok(())
    }
}

impl<'a> Steps<'a> {
    /// Whether it is one message that leaves nothing when it fails.
    fn may_go_ahead(&self, file: &MigrationFile) -> bool {
        let Script {
            directives, sql, ..
        } = &file.script;
        let adopted = self.adopted.contains(&file.version);
        !directives.no_transaction && !adopted && sql.len() <= PART
    }

    /// What stands in the transaction before the file.
    fn preamble(&mut self) -> String {
        let exists = std::mem::replace(&mut self.history_exists, true);
        if exists {
            self.preamble.clone()
        } else {
            format!("{CREATE};\n{}", self.preamble)
        }
    }

    async fn send_ahead(&mut self, file: &'a MigrationFile, record: &str) -> Result<()> {
        while !self.ahead.has_room(file) {
            self.land_one().await?;
        }
        self.run.lock.check()?;
        let preamble = self.preamble();
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
        if self.adopted.contains(&file.version) {
            let retries = transaction::adopt(self.run, label, record).await?;
            return Ok((StepMode::Adopted, retries));
        }
        if !file.script.directives.no_transaction {
            let preamble = self.preamble();
            let whole = Whole::new(self.run, label, &preamble, &file.script, record);
            return Ok((StepMode::Transaction, whole.apply(self.run).await?));
        }
        if !self.history_exists {
            creation::create(self.run).await?;
            self.history_exists = true;
        }
        let began_before = self.half_way.contains(&file.version);
        let tables = self
            .foldable
            .iter()
            .find(|(version, _)| *version == file.version);
        if let Some((_, tables)) = tables.filter(|_| !began_before)
            && transaction::fold(self.run, label, &file.script, tables, record).await?
        {
            return Ok((StepMode::Transaction, 0));
        }
        let stepwise = Stepwise {
            run: self.run,
            version: file.version,
            direction: Direction::Up,
            label: label.to_owned(),
            script: &file.script,
        };
        Ok((
            StepMode::StatementByStatement,
            stepwise.apply(record).await?,
        ))
    }
}
