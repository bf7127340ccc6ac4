//! `db status`, `migration list`, `migration accept`: files and history side by side.

use std::collections::BTreeMap;

use super::file::{MigrationFile, Origin};
use super::history::{Applied, Direction, History};
use super::migrator::Migrator;
use super::migrator::mode;
use super::plan::{Divergence, divergence};
use super::run::Run;
use super::source::Source;
use crate::error::{Error, Hint, Result};
use crate::postgres::{Session, sql};
use crate::report::{
    DbStatus, ListedMigration, MigrationAccept, MigrationList, MigrationState, StateKind,
};

/// Every migration that has a file or a row in the history.
fn states(source: &Source, history: &History) -> Vec<MigrationState> {
    let mut states = BTreeMap::new();
    for file in source.migrations() {
        states.insert(file.version, state(file, StateKind::Pending));
    }
    for row in &history.applied {
        let kind = kind(source, row);
        let entry = states.entry(row.version);
        let entry = entry.or_insert_with(|| without_file(row.version, &row.name));
        entry.state = kind;
        entry.applied_on = Some(row.applied_on.clone());
    }
    for (version, direction) in &history.half_way {
        let entry = states.entry(*version);
        let entry = entry.or_insert_with(|| without_file(*version, "unknown"));
        entry.state = match direction {
            Direction::Up => StateKind::HalfWay,
            Direction::Down => StateKind::UndoHalfWay,
        };
    }
    states.into_values().collect()
}

fn kind(source: &Source, row: &Applied) -> StateKind {
    match divergence(source, row) {
        None => StateKind::Applied,
        Some(Divergence::Changed) => StateKind::Changed,
        Some(Divergence::Missing) => StateKind::Missing,
    }
}

fn without_file(version: i32, name: &str) -> MigrationState {
    MigrationState {
        version,
        name: name.to_owned(),
        state: StateKind::Missing,
        applied_on: None,
        undo: false,
        source: "no file".to_owned(),
    }
}

/// What to do: finish an undo, put files back, apply the rest; the first of these that is due.
fn hints(migrations: &[MigrationState], pending: usize) -> Vec<Hint> {
    let first = |wanted: &[StateKind]| migrations.iter().find(|one| wanted.contains(&one.state));
    if first(&[StateKind::UndoHalfWay]).is_some() {
        return vec![Hint::command("finish the undo", "hangmeas db rollback")];
    }
    if let Some(differing) = first(&[StateKind::Changed, StateKind::Missing]) {
        let command = format!("hangmeas migration accept V{:04}", differing.version);
        let text = "put the file back as it was; or take it as it is now";
        return vec![Hint::command(text, command)];
    }
    let migrate = || Hint::command("apply what is pending", "hangmeas db migrate");
    (pending > 0).then(migrate).into_iter().collect()
}

fn state(file: &MigrationFile, kind: StateKind) -> MigrationState {
    MigrationState {
        version: file.version,
        name: file.name.clone(),
        state: kind,
        applied_on: None,
        undo: file.undo.is_some(),
        source: file.source(),
    }
}

/// Every migration with a file; asks no server.
#[must_use]
pub fn list(source: &Source) -> MigrationList {
    let listed = |file: &MigrationFile| ListedMigration {
        version: file.version,
        name: file.name.clone(),
        source: file.source(),
        mode: mode(file),
        undo: file.undo.is_some(),
        about: file.script.about(),
    };
    MigrationList {
        migrations: source.migrations().iter().map(listed).collect(),
    }
}

impl Migrator<'_> {
    /// Files and history side by side; read only, no lock.
    ///
    /// # Errors
    /// A lost connection, or a history that cannot be read.
    pub async fn status(&self, session: &Session) -> Result<DbStatus> {
        let history = History::read(session).await?;
        let migrations = states(self.source, &history);
        let waiting = |state: &&MigrationState| {
            use StateKind::{HalfWay, Pending, UndoHalfWay};
            matches!(state.state, Pending | HalfWay | UndoHalfWay)
        };
        let pending = migrations.iter().filter(waiting).count();
        Ok(DbStatus {
            database: self.target.database.clone(),
            server: session.server(),
            pending,
            hints: hints(&migrations, pending),
            migrations,
        })
    }

    /// Takes a changed file as the one that ran, or forgets a migration whose file is gone. One
    /// that is neither is left as it is.
    ///
    /// # Errors
    /// Kind `Usage` when the version was never applied; otherwise as `migrate`.
    pub async fn accept(&self, version: i32) -> Result<MigrationAccept> {
        let session = Session::open(self.target, self.interrupt).await?;
        let run = Run::begin(session, self.limits, self.progress).await?;
        let outcome = self.accept_locked(&run, version).await;
        run.end().await;
        outcome
    }

    async fn accept_locked(&self, run: &Run<'_>, version: i32) -> Result<MigrationAccept> {
        let history = History::read(&run.work.session).await?;
        let row = history.get(version).ok_or_else(|| {
            Error::usage(format!(
                "V{version:04} was never applied: there is nothing to accept"
            ))
            .hint_command("see what was", "hangmeas db status")
        })?;
        let was = kind(self.source, row);
        if let Some(file) = self
            .source
            .get(version)
            .filter(|file| file.origin == Origin::Bundled && file.name != row.name)
        {
            return Err(another_name(file, &row.name));
        }
        let change = match (was, self.source.get(version)) {
            (StateKind::Changed, Some(file)) => Some(format!(
                "UPDATE hangmeas.schema_history SET name = {}, checksum = '{}'",
                sql::literal(&file.name),
                file.checksum
            )),
            (StateKind::Missing, _) => Some("DELETE FROM hangmeas.schema_history".to_owned()),
            _ => None,
        };
        if let Some(change) = change {
            let opening = run.opening(run.limits.lock);
            let message = format!("{opening}{change} WHERE version = {version};\nCOMMIT");
            let label = format!("accepting V{version:04}");
            if let Err(stuck) = run.persist(&label, &message).await {
                return Err(run
                    .stuck_error(&label, &stuck)
                    .unwrap_or_else(|| stuck.failure.while_doing(&label)));
            }
        }
        Ok(MigrationAccept {
            version,
            name: row.name.clone(),
            was,
        })
    }
}

/// A bundled file of another name is another migration.
fn another_name(file: &MigrationFile, applied: &str) -> Error {
    Error::refused(format!(
        "V{:04} was applied as {applied}, and {} is called {}: that is another migration",
        file.version, file.script.shown, file.name
    ))
    .hint("give the file its former name, or name the folder and --no-bundled as they were when it ran")
}
