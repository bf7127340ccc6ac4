//! `db status`, `migration list`: files and history side by side.

use std::collections::BTreeMap;

use super::divergence::{Divergence, divergence};
use super::file::MigrationFile;
use super::history::{Applied, Direction, History};
use super::journal::again;
use super::migrator::Migrator;
use super::migrator::mode;
use super::plan::Plan;
use super::source::Source;
use crate::error::{Hint, Result};
use crate::postgres::Session;
use crate::report::{DbStatus, ListedMigration, MigrationList, MigrationState, StateKind};

/// Where a migration comes from that has no file.
const NO_FILE: &str = "no file";

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

/// Where a migration stands that ran up to its end.
pub(super) fn kind(source: &Source, row: &Applied) -> StateKind {
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
        source: NO_FILE.to_owned(),
    }
}

/// What to do before anything can be applied: finish what is half-way, put files back; the first of
/// these that is due.
fn hints(migrations: &[MigrationState]) -> Vec<Hint> {
    let first = |wanted: &[StateKind]| migrations.iter().find(|one| wanted.contains(&one.state));
    let accept = |text: &str, version| {
        Hint::command(text, format!("hangmeas migration accept V{version:04}"))
    };
    if let Some(begun) = first(&[StateKind::UndoHalfWay, StateKind::HalfWay]) {
        let up = begun.state == StateKind::HalfWay;
        let direction = if up { Direction::Up } else { Direction::Down };
        let here = if up {
            begun.source != NO_FILE
        } else {
            begun.undo
        };
        let again = again(direction);
        if here {
            let what = if up {
                "go on with it"
            } else {
                "finish the undo"
            };
            return vec![Hint::command(what, again)];
        }
        let back = "put the file back, or name its folder, and run again to go on";
        let forget = "or forget that it began; what it did stays";
        return vec![Hint::command(back, again), accept(forget, begun.version)];
    }
    if let Some(differing) = first(&[StateKind::Changed, StateKind::Missing]) {
        let text = match differing.state {
            StateKind::Missing => "put the file back, or name its folder; or forget that it ran",
            _ => "put the file back as it was; or take it as it is now",
        };
        return vec![accept(text, differing.version)];
    }
    Vec::new()
}

/// To apply what is pending, or why that would be refused.
fn next(source: &Source, history: &History) -> Vec<Hint> {
    match Plan::up(source, history, None) {
        Err(error) => {
            let text = format!("db migrate would refuse: {}", error.message());
            let why = Hint {
                text,
                command: None,
            };
            [&[why], error.hints()].concat()
        }
        Ok(plan) if plan.steps.is_empty() => Vec::new(),
        Ok(_) => vec![Hint::command(
            "apply what is pending",
            "hangmeas db migrate",
        )],
    }
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
        let mut hints = hints(&migrations);
        if hints.is_empty() {
            hints = next(self.source, &history);
        }
        Ok(DbStatus {
            database: self.target.database.clone(),
            server: session.server(),
            pending,
            hints,
            migrations,
        })
    }
}
