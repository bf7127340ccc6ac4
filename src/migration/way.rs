//! How each pending file will run on this database: decided once, before the first of them, so that
//! a dry run tells what a run would do.

use super::file::{MigrationFile, Origin};
use super::history::{Direction, History};
use super::journal::Journal;
use super::migrator::Migrator;
use super::plan::Plan;
use super::rails::{RailsTable, adopted_names};
use super::transaction;
use crate::error::Result;
use crate::postgres::{Session, sql};
use crate::progress::Event;
use crate::report::StepMode;
use crate::sql_text::Relation;

/// The way of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way<'a> {
    /// What it makes is there and was compared: only its row is written.
    Adopt,
    /// As one transaction.
    Whole,
    /// Statement by statement by its own wish; its tables seem to be empty, so as one transaction.
    Fold(&'a [Relation]),
    /// Statement by statement.
    Stepwise,
}

impl Way<'_> {
    /// As reports say it.
    pub fn mode(self) -> StepMode {
        match self {
            Self::Adopt => StepMode::Adopted,
            Self::Whole | Self::Fold(_) => StepMode::Transaction,
            Self::Stepwise => StepMode::StatementByStatement,
        }
    }
}

/// What was decided.
pub(super) struct Ways<'a> {
    migrator: Migrator<'a>,
    table: RailsTable,
    adopted: Vec<i32>,
    names: String,
    foldable: Vec<(i32, Vec<Relation>)>,
    half_way: Vec<i32>,
}

impl<'a> Ways<'a> {
    /// Looks at Rails' table, at what Rails made, at rows in tables and at the journal; reads only.
    ///
    /// # Errors
    /// What Rails made differs from what must be there, or another file of the same version began.
    pub async fn decide(
        migrator: Migrator<'a>,
        session: &Session,
        history: &History,
        plan: &Plan<'_>,
    ) -> Result<Self> {
        let table = migrator.rails_table(session).await?;
        for obstacle in migrator.rails.obstacles(&table) {
            migrator.progress.emit(Event::Warning(obstacle));
        }
        let up = |(_, direction): &&(i32, Direction)| *direction == Direction::Up;
        let half_way = history
            .half_way
            .iter()
            .filter(up)
            .map(|(version, _)| *version);
        let half_way: Vec<i32> = half_way.collect();
        for file in plan
            .steps
            .iter()
            .filter(|file| half_way.contains(&file.version))
        {
            let key = (file.version, Direction::Up);
            let journal = Journal::read(session, key, &file.label()).await?;
            journal.is_of(&file.script)?;
        }
        let adopted = migrator.rails.adoptable(session, &table, history).await?;
        Ok(Self {
            foldable: foldable(session, &plan.steps).await?,
            names: adopted_names(migrator.source, &adopted),
            migrator,
            table,
            adopted,
            half_way,
        })
    }

    /// The way of a file.
    pub fn of(&self, file: &MigrationFile) -> Way<'_> {
        if self.adopted.contains(&file.version) {
            return Way::Adopt;
        }
        if !file.script.directives.no_transaction {
            return Way::Whole;
        }
        let mut foldable = self.foldable.iter();
        match foldable.find(|(version, _)| *version == file.version) {
            Some((_, tables)) if !self.half_way.contains(&file.version) => Way::Fold(tables),
            _ => Way::Stepwise,
        }
    }

    /// What V0001 is told: what was compared and adopted.
    pub fn preamble(&self, file: &MigrationFile) -> String {
        if self.names.is_empty() || file.origin != Origin::Bundled || file.version != 1 {
            return String::new();
        }
        format!(
            "SET LOCAL hangmeas.adopted = {};\n",
            sql::literal(&self.names)
        )
    }

    /// The rows that say that a file ran: in the history, and in Rails' table if that is wanted.
    pub fn record(&self, file: &MigrationFile, record: &str) -> String {
        let told = self.migrator.rails.record(&self.table, file.version);
        told.map_or_else(|| record.to_owned(), |told| format!("{told};\n{record}"))
    }
}

/// The tables of each statement-by-statement file that may run in one transaction, because none of
/// them seems to hold anything.
async fn foldable(
    session: &Session,
    steps: &[&MigrationFile],
) -> Result<Vec<(i32, Vec<Relation>)>> {
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
    let rows = session.read(&query).await;
    let rows = rows.map_err(|failure| failure.while_doing("looking for empty tables"))?;
    let filled: Vec<&str> = rows.iter().filter_map(|row| row.get(0)).collect();
    candidates.retain(|(_, tables)| {
        tables
            .iter()
            .all(|table| !filled.contains(&table.sql().as_str()))
    });
    Ok(candidates)
}
