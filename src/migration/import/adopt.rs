//! What ran under another tool, written into our history under the lock, so that nothing runs again.
//! The tool's table is only read.

use super::conversion::{Conversion, Converted};
use super::record::{self, Ran};
use crate::error::{Error, ErrorKind, Result};
use crate::migration::creation;
use crate::migration::divergence::{Divergence, divergence_of};
use crate::migration::history::{CREATE, HISTORY_TABLE, History};
use crate::migration::limits::Limits;
use crate::migration::run::Run;
use crate::postgres::{Interrupt, Session, Target, sql};
use crate::progress::Sink;
use crate::report::ImportedHistory;

/// The time of a row for which the tool kept none.
const NOW: &str =
    "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

/// Takes over the history of another tool.
#[derive(Clone, Copy)]
pub struct Adoption<'a> {
    /// The database.
    pub target: &'a Target,
    /// The tool's history table, if it is not the usual one.
    pub table: Option<&'a str>,
    /// Time limits.
    pub limits: Limits,
    /// Who hears how it goes.
    pub progress: &'a dyn Sink,
    /// Who can stop it.
    pub interrupt: &'a Interrupt,
}

/// Both histories side by side.
struct Survey {
    /// The tool's table, if there is one.
    table: Option<String>,
    /// What ran, as places in the conversion's list.
    ran: Vec<Ran>,
    history: History,
}

impl Adoption<'_> {
    /// Checks everything, writes the files, then the rows. Without a table of the tool the files
    /// alone are written, and the answer's table is none.
    ///
    /// # Errors
    /// Kind `Refused`, before anything is written: a table of another shape, a migration that ran and
    /// has no file or another text, one that failed, one that is in our history by another version,
    /// or a gap.
    pub async fn run(&self, conversion: &Conversion) -> Result<ImportedHistory> {
        let session = Session::open(self.target, self.interrupt).await?;
        let survey = self.survey(&session, conversion).await?;
        conversion.write()?;
        let mut recorded = Vec::new();
        if survey.missing(conversion).next().is_some() {
            let run = Run::begin(session, self.limits, self.progress).await?;
            let outcome = self.record(&run, conversion).await;
            run.end().await;
            recorded = outcome?;
        }
        let done = conversion.converted.iter().enumerate();
        let done = done.filter(|(index, _)| survey.done(conversion, *index));
        Ok(ImportedHistory {
            database: self.target.database.clone(),
            applied: done.map(|(_, file)| file.version).collect(),
            table: survey.table,
            recorded,
        })
    }

    async fn survey(&self, session: &Session, conversion: &Conversion) -> Result<Survey> {
        let layout = conversion.tool.layout();
        let records = record::read(session, layout, self.table).await;
        let records = records.map_err(|error| match error.kind() {
            ErrorKind::Refused => conversion.elsewhere(error),
            _ => error,
        })?;
        let history = History::read(session).await?;
        let survey = match records {
            None => Survey {
                table: None,
                ran: Vec::new(),
                history,
            },
            Some(records) => Survey {
                ran: (layout.ran)(&records.rows, &conversion.foreign)?,
                table: Some(records.table),
                history,
            },
        };
        survey.check(conversion)?;
        Ok(survey)
    }

    /// Reads again under the lock, then writes all rows in one transaction.
    async fn record(&self, run: &Run<'_>, conversion: &Conversion) -> Result<Vec<i32>> {
        let survey = self.survey(&run.work.session, conversion).await?;
        let rows: Vec<_> = survey.missing(conversion).collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let create = if survey.history.exists {
            String::new()
        } else {
            format!("{CREATE};\n")
        };
        let inserts: String = rows.iter().map(|(file, ran)| insert(file, ran)).collect();
        let message = format!("{}{create}{inserts}COMMIT", run.opening(run.limits.lock));
        let label = "the history of what ran";
        match run.persist(label, &message).await {
            Ok(_) => Ok(rows.iter().map(|(file, _)| file.version).collect()),
            Err(stuck) => Err(run
                .stuck_error(label, &stuck)
                .unwrap_or_else(|| creation::failed(run, stuck.failure))),
        }
    }
}

impl Survey {
    /// What ran and has no row in our history.
    fn missing<'a>(
        &'a self,
        conversion: &'a Conversion,
    ) -> impl Iterator<Item = (&'a Converted, &'a Ran)> {
        let files = self.ran.iter();
        files
            .map(|ran| (&conversion.converted[ran.index], ran))
            .filter(|(file, _)| self.history.get(file.version).is_none())
    }

    /// Whether the migration of that place ran, under the tool or under hangmeas.
    fn done(&self, conversion: &Conversion, index: usize) -> bool {
        let version = conversion.converted[index].version;
        self.history.get(version).is_some() || self.ran.iter().any(|ran| ran.index == index)
    }

    fn check(&self, conversion: &Conversion) -> Result<()> {
        self.check_history(conversion)?;
        if self.missing(conversion).next().is_some()
            && let Some(last) = conversion.bundled_before(&self.history)
        {
            return Err(conversion.without_bundled(last));
        }
        let (done, open): (Vec<usize>, Vec<usize>) =
            (0..conversion.converted.len()).partition(|index| self.done(conversion, *index));
        let version = |index: &usize| conversion.converted[*index].version;
        let Some(last) = done.iter().copied().max_by_key(version) else {
            return Ok(());
        };
        match open.iter().find(|index| version(index) < version(&last)) {
            None => Ok(()),
            Some(gap) => Err(out_of_order(conversion, *gap, last)),
        }
    }

    /// Refuses a version that is another migration here, and a migration of another version.
    fn check_history(&self, conversion: &Conversion) -> Result<()> {
        for file in &conversion.converted {
            let row = self.history.get(file.version);
            let expected = (file.name.as_str(), file.checksum);
            if row
                .is_some_and(|row| divergence_of(row, Some(expected)) == Some(Divergence::Changed))
            {
                return Err(taken(file));
            }
        }
        for (foreign, file) in conversion.foreign.iter().zip(&conversion.converted) {
            let rows = self.history.applied.iter();
            let mut twins = rows.filter(|row| row.version != file.version && file.is_of(row));
            if let Some(twin) = twins.next() {
                return Err(conversion.numbered_anew(&foreign.file, file, twin.version));
            }
        }
        Ok(())
    }
}

/// Another file has the version in this database.
fn taken(file: &Converted) -> Error {
    Error::refused(format!(
        "version {} of this database is another migration than {}",
        file.version, file.up.shown
    ))
    .detail("nothing was written")
    .hint_command("look what ran here", super::advice::LOOK)
}

fn out_of_order(conversion: &Conversion, gap: usize, last: usize) -> Error {
    let layout = conversion.tool.layout();
    Error::refused(format!(
        "{} has not run here, but {}, which comes later, has",
        conversion.foreign[gap].file, conversion.foreign[last].file
    ))
    .hint_command(
        format!("let {} apply it, then run again", layout.tool),
        layout.apply,
    )
}

fn insert(file: &Converted, ran: &Ran) -> String {
    let time = ran.applied_on.as_deref().map(sql::literal);
    format!(
        "INSERT INTO {HISTORY_TABLE} (version, name, applied_on, checksum) \
         VALUES ({}, {}, {}, '{}');\n",
        file.version,
        sql::literal(&file.name),
        time.as_deref().unwrap_or(NOW),
        file.checksum
    )
}
