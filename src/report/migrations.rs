//! Answers of `db migrate`, `rollback`, `status` and of `migration …`.

use std::path::PathBuf;

use serde::Serialize;

use crate::error::Hint;

/// How a migration's statements run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepMode {
    /// The whole file in one transaction, with its row in the history.
    Transaction,
    /// Statement by statement, with a journal.
    StatementByStatement,
    /// Not run: what it makes was there and was checked.
    Adopted,
}

/// One migration that ran.
#[derive(Debug, Clone, Serialize)]
pub struct AppliedStep {
    /// Its version.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// How it ran.
    pub mode: StepMode,
    /// How many statements it has.
    pub statements: usize,
    /// How long it took, in milliseconds.
    pub milliseconds: f64,
    /// How often it was tried again because a table was busy.
    pub retries: u32,
}

/// One migration that would run.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedStep {
    /// Its version.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// Its file, as shown to people.
    pub file: String,
    /// How it would run.
    pub mode: StepMode,
    /// All of its SQL, transaction and row in the history included; schema hangmeas where it is the first.
    pub sql: String,
}

/// Answer of `db migrate`.
#[derive(Debug, Clone, Serialize)]
pub struct DbMigrate {
    /// The database.
    pub database: String,
    /// Whether nothing was to be touched.
    pub dry_run: bool,
    /// What ran.
    pub applied: Vec<AppliedStep>,
    /// What would run (`--dry-run` only).
    pub planned: Vec<PlannedStep>,
    /// The version that the database is at now.
    pub version: Option<i32>,
    /// What is pending now: because of `--to`, or because nothing ran (`--dry-run`).
    pub pending: usize,
    /// What may have been meant instead.
    pub hints: Vec<Hint>,
    /// Whether a seed is at work, or left its copies of tables when it was killed.
    #[serde(skip)]
    pub has_seed_copies: bool,
    /// How long all of it took, in milliseconds.
    pub milliseconds: f64,
}

/// What an undo does to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Their table or column is dropped.
    Dropped,
    /// They are deleted or truncated; the table stays.
    Deleted,
}

/// Rows that an undo would throw away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiscardedData {
    /// The migration whose undo it is.
    pub version: i32,
    /// `table`, or `table.column`.
    pub object: String,
    /// The table.
    pub table: String,
    /// The column; none where the whole table goes, or rows of it.
    pub column: Option<String>,
    /// What happens to the rows.
    pub fate: Fate,
    /// Rows of the table, or rows in which the column says something else than its default.
    pub rows: u64,
}

/// Answer of `db rollback`.
#[derive(Debug, Serialize)]
pub struct DbRollback {
    /// The database.
    pub database: String,
    /// What was undone, newest first.
    pub undone: Vec<AppliedStep>,
    /// What it threw away.
    pub discarded: Vec<DiscardedData>,
    /// The version that the database is at now.
    pub version: Option<i32>,
    /// How long all of it took, in milliseconds.
    pub milliseconds: f64,
}

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// It ran.
    Applied,
    /// It would run.
    Pending,
    /// It began and did not end; running again continues it.
    HalfWay,
    /// Its undo began and did not end; undoing it again continues it.
    UndoHalfWay,
    /// It ran, and its file is another now.
    Changed,
    /// It ran, and its file is gone.
    Missing,
}

/// One migration, known by file or history or both.
#[derive(Debug, Clone, Serialize)]
pub struct MigrationState {
    /// Its version.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: StateKind,
    /// When it ran (RFC 3339, UTC).
    pub applied_on: Option<String>,
    /// Whether it has an undo.
    pub undo: bool,
    /// `bundled`, or the file.
    pub source: String,
}

/// Answer of `db status`.
#[derive(Debug, Serialize)]
pub struct DbStatus {
    /// The database.
    pub database: String,
    /// The server and its version.
    pub server: String,
    /// Every migration.
    pub migrations: Vec<MigrationState>,
    /// How many of them are pending or half-way.
    pub pending: usize,
    /// What to do about them.
    pub hints: Vec<Hint>,
}

impl DbStatus {
    /// Those that ran, and whose files are not as they were.
    pub fn differing(&self) -> usize {
        self.count(|state| matches!(state, StateKind::Changed | StateKind::Missing))
    }

    /// Those that began, up or down, and did not end.
    pub fn half_way(&self) -> usize {
        self.count(|state| matches!(state, StateKind::HalfWay | StateKind::UndoHalfWay))
    }

    fn count(&self, wanted: impl Fn(StateKind) -> bool) -> usize {
        let states = self.migrations.iter().map(|migration| migration.state);
        states.filter(|state| wanted(*state)).count()
    }

    /// Whether nothing is pending, and `db migrate` would not refuse.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.pending == 0 && self.differing() == 0
    }
}

/// Answer of `migration list`.
#[derive(Debug, Serialize)]
pub struct MigrationList {
    /// Every migration with a file; nothing was asked of a server.
    pub migrations: Vec<ListedMigration>,
}

/// A migration file.
#[derive(Debug, Serialize)]
pub struct ListedMigration {
    /// Its version.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// `bundled`, or the file.
    pub source: String,
    /// Whether it runs in a transaction.
    pub mode: StepMode,
    /// Whether it has an undo.
    pub undo: bool,
    /// What it is for: the first sentence of its comment.
    pub about: String,
}

/// Answer of `migration new`.
#[derive(Debug, Serialize)]
pub struct MigrationNew {
    /// The version that it got.
    pub version: i32,
    /// The migration.
    pub file: PathBuf,
    /// Its undo.
    pub undo: PathBuf,
}

/// Answer of `migration accept`.
#[derive(Debug, Serialize)]
pub struct MigrationAccept {
    /// The migration.
    pub version: i32,
    /// Its name; none where neither file nor history knows it.
    pub name: Option<String>,
    /// What it was before: changed, missing, half-way, or applied when there was nothing to accept.
    pub was: StateKind,
    /// What ran of one that was half-way, and stays.
    pub begun: Vec<BegunStatement>,
}

/// A statement of a migration that was half-way.
#[derive(Debug, Serialize)]
pub struct BegunStatement {
    /// Its text.
    pub statement: String,
    /// False when it was about to run, and it is not known whether it did.
    pub done: bool,
}

/// Answer of `migration import`.
#[derive(Debug, Serialize)]
pub struct MigrationImport {
    /// The tool whose folder it was.
    pub tool: &'static str,
    /// That folder.
    pub from: PathBuf,
    /// Ours.
    pub into: PathBuf,
    /// Every migration, in the tool's order.
    pub files: Vec<ImportedFile>,
    /// What became of the tool's history; none when no server was asked.
    pub history: Option<ImportedHistory>,
    /// What to do next.
    pub hints: Vec<Hint>,
}

/// A migration that was imported.
#[derive(Debug, Serialize)]
pub struct ImportedFile {
    /// The version that it has now.
    pub version: i32,
    /// Its name now.
    pub name: String,
    /// Its file or folder, below the tool's.
    pub from: String,
    /// Its file now.
    pub file: String,
    /// How it runs.
    pub mode: StepMode,
    /// Whether it has an undo.
    pub undo: bool,
    /// False when an earlier import had written it.
    pub written: bool,
    /// Whether it ran in this database; none when no server was asked.
    pub applied: Option<bool>,
}

/// The tool's history in one database.
#[derive(Debug, Serialize)]
pub struct ImportedHistory {
    /// The database.
    pub database: String,
    /// The tool's table; none when there is none.
    pub table: Option<String>,
    /// The versions that ran there, under the tool or under hangmeas.
    pub applied: Vec<i32>,
    /// Those of them that this run wrote into the history.
    pub recorded: Vec<i32>,
}
