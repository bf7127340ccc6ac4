//! `db migrate --dry-run`: the SQL of every pending file as a run would send it now, its row in the
//! history included; without the limits and the check of the lock that open each transaction.

use std::time::Instant;

use super::file::MigrationFile;
use super::history::{CREATE, Direction, History};
use super::journal::Journal;
use super::migrator::Migrator;
use super::plan::Plan;
use super::refinery::Execute;
use super::transaction;
use super::way::{Way, Ways};
use crate::error::Result;
use crate::postgres::Session;
use crate::report::{DbMigrate, PlannedStep};

impl<'a> Migrator<'a> {
    /// What `migrate` would run; touches nothing and takes no lock.
    ///
    /// # Errors
    /// As `migrate`, as far as reading goes.
    pub async fn dry_run(&self, to: Option<i32>) -> Result<DbMigrate> {
        let began = Instant::now();
        let session = Session::open(self.target, self.interrupt).await?;
        let history = History::read(&session).await?;
        let plan = Plan::up(self.source, &history, to)?;
        let mut report = self.report(Vec::new(), &history, &plan, began);
        report.dry_run = true;
        if plan.steps.is_empty() {
            return Ok(report);
        }
        let mut telling = Telling {
            ways: Ways::decide(*self, &session, &history, &plan).await?,
            session: &session,
            history_exists: history.exists,
            planned: Vec::new(),
        };
        self.drive(&mut telling, &history, to).await?;
        report.planned = telling.planned;
        Ok(report)
    }
}

/// Writes down what would run.
struct Telling<'a> {
    ways: Ways<'a>,
    session: &'a Session,
    history_exists: bool,
    planned: Vec<PlannedStep>,
}

impl<'a> Execute<'a> for Telling<'a> {
    async fn execute(&mut self, file: &'a MigrationFile, record: &str) -> Result<()> {
        let way = self.ways.of(file);
        let create = if self.history_exists {
            String::new()
        } else {
            format!("{CREATE};\n")
        };
        self.history_exists = true;
        let record = self.ways.record(file, record);
        let in_one = |text: String| format!("BEGIN;\n{text};\n");
        let sql = match way {
            Way::Adopt => in_one(format!("{create}{}", transaction::adopted(&record))),
            Way::Whole => in_one(format!(
                "{create}{}{}",
                self.ways.preamble(file),
                transaction::whole(&file.script, &record)
            )),
            Way::Fold(tables) => {
                let folded = transaction::folded(&file.script, tables, &record);
                in_one(format!("{create}{folded}"))
            }
            Way::Stepwise => {
                let key = (file.version, Direction::Up);
                let journal = if create.is_empty() {
                    Journal::read(self.session, key, &file.label()).await?
                } else {
                    Journal::empty(key, &file.label())
                };
                let left: String = journal.left(&file.script)?;
                format!("{create}{left}{}", in_one(transaction::closing(&record)))
            }
        };
        self.planned.push(PlannedStep {
            version: file.version,
            name: file.name.clone(),
            file: file.script.shown.clone(),
            mode: way.mode(),
            sql,
        });
        Ok(())
    }
}
