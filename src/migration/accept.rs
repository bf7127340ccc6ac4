//! `migration accept`: the database is right as it is. What the history or the journal says against
//! the files is taken back.

use super::file::{MigrationFile, Origin, Script};
use super::history::{Applied, Direction, History};
use super::journal::{self, Journal};
use super::migrator::Migrator;
use super::run::Run;
use super::status::kind;
use crate::error::{Error, Result};
use crate::postgres::{Session, sql};
use crate::report::{BegunStatement, MigrationAccept, StateKind};

/// What is accepted: what it was, the SQL that makes it so, and the statements that ran.
struct Acceptance {
    was: StateKind,
    changes: Vec<String>,
    begun: Vec<BegunStatement>,
}

impl Migrator<'_> {
    /// Takes a changed file as the one that ran, forgets a migration whose file is gone, or that one
    /// began which no file here can finish. One that is neither is left as it is.
    ///
    /// # Errors
    /// Kind `Usage` when the version was never applied, `Refused` when it is half-way and its file
    /// is here; otherwise as `migrate`.
    pub async fn accept(&self, version: i32) -> Result<MigrationAccept> {
        let session = Session::open(self.target, self.interrupt).await?;
        let run = Run::begin(session, self.limits, self.progress).await?;
        let outcome = self.accept_locked(&run, version).await;
        run.end().await;
        outcome
    }

    async fn accept_locked(&self, run: &Run<'_>, version: i32) -> Result<MigrationAccept> {
        let history = History::read(&run.work.session).await?;
        let row = history.get(version);
        let file = self.source.get(version);
        let began = history.half_way.iter().find(|(known, _)| *known == version);
        let acceptance = match (began, row) {
            (Some((_, direction)), _) => {
                self.begun(&run.work.session, (version, *direction)).await?
            }
            (None, Some(row)) => self.applied(row)?,
            (None, None) => return Err(never_applied(version)),
        };
        if !acceptance.changes.is_empty() {
            let opening = run.opening(run.limits.lock);
            let changes = acceptance.changes.join(";\n");
            let message = format!("{opening}{changes};\nCOMMIT");
            let label = format!("accepting V{version:04}");
            if let Err(stuck) = run.persist(&label, &message).await {
                return Err(run
                    .stuck_error(&label, &stuck)
                    .unwrap_or_else(|| stuck.failure.while_doing(&label)));
            }
        }
        let name = row.map(|row| &row.name);
        Ok(MigrationAccept {
            version,
            name: name.or(file.map(|file| &file.name)).cloned(),
            was: acceptance.was,
            begun: acceptance.begun,
        })
    }

    /// A migration that ran, up to its end.
    fn applied(&self, row: &Applied) -> Result<Acceptance> {
        let file = self.source.get(row.version);
        let bundled = file.filter(|file| file.origin == Origin::Bundled && file.name != row.name);
        if let Some(file) = bundled {
            return Err(another_name(file, &row.name));
        }
        let was = kind(self.source, row);
        let change = match (was, file) {
            (StateKind::Changed, Some(file)) => Some(format!(
                "UPDATE hangmeas.schema_history SET name = {}, checksum = '{}' WHERE version = {}",
                sql::literal(&file.name),
                file.checksum,
                row.version
            )),
            (StateKind::Missing, _) => Some(forget(row.version)),
            _ => None,
        };
        Ok(Acceptance {
            was,
            changes: change.into_iter().collect(),
            begun: Vec::new(),
        })
    }

    /// A migration, or its undo, that began and did not end.
    async fn begun(&self, session: &Session, key: (i32, Direction)) -> Result<Acceptance> {
        let (version, direction) = key;
        let file = self.source.get(version);
        let script = match direction {
            Direction::Up => file.map(|file| &file.script),
            Direction::Down => file.and_then(|file| file.undo.as_ref()),
        };
        let journal = Journal::read(session, key, &format!("V{version:04}")).await?;
        if let Some(script) = script.filter(|script| journal.fits(script)) {
            return Err(goes_on(script, key));
        }
        let mut changes = vec![journal.forget()];
        if direction == Direction::Down && file.is_none() {
            changes.push(forget(version));
        }
        Ok(Acceptance {
            was: match direction {
                Direction::Up => StateKind::HalfWay,
                Direction::Down => StateKind::UndoHalfWay,
            },
            changes,
            begun: journal.statements().collect(),
        })
    }
}

fn forget(version: i32) -> String {
    format!("DELETE FROM hangmeas.schema_history WHERE version = {version}")
}

fn never_applied(version: i32) -> Error {
    Error::usage(format!(
        "V{version:04} was never applied: there is nothing to accept"
    ))
    .hint_command("see what was", "hangmeas db status")
}

/// Its file is here and is the one that began.
fn goes_on(script: &Script, (version, direction): (i32, Direction)) -> Error {
    Error::refused(format!(
        "{} is half-way, and what ran is as in the file: it can be finished",
        script.shown
    ))
    .hint_command("go on from there", journal::again(direction))
    .hint(format!(
        "to forget that it began, move V{version:04} out of the folder first"
    ))
}

/// A bundled file of another name is another migration.
fn another_name(file: &MigrationFile, applied: &str) -> Error {
    Error::refused(format!(
        "V{:04} was applied as {applied}, and {} is called {}: that is another migration",
        file.version, file.script.shown, file.name
    ))
    .hint("give the file its former name, or name the folder and --no-bundled as they were when it ran")
}
