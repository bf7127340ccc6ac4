//! A statement and its place in the script.

/// When a statement runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::health) enum Phase {
    /// Extensions.
    Extension,
    /// What has a name that is needed gets another one.
    Aside,
    /// Objects get their right names; from here on they are called by them.
    Rename,
    /// What stands in the way of changes goes.
    Detach,
    /// Sequences that columns take their defaults from.
    Sequence,
    /// Tables.
    Table,
    /// Columns and their types.
    Column,
    /// Defaults.
    Default,
    /// Sequences go with their columns.
    Own,
    /// Primary keys and unique constraints, which foreign keys need.
    Key,
    /// Indexes.
    Index,
    /// Foreign keys and checks, for new rows only.
    Constraint,
    /// Functions.
    Function,
    /// Views.
    View,
    /// Triggers.
    Trigger,
    /// Comments.
    Comment,
    /// What the rows decide: unique indexes, NOT NULL, constraints on the rows that are there.
    Rows,
}

/// Statements in order: phase, the difference that they belong to, SQL.
pub(in crate::health) type Script = Vec<(Phase, usize, String)>;

/// One statement.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub phase: Phase,
    /// The order within the phase.
    pub rank: usize,
    pub sql: String,
    /// The name that it takes among tables, views, indexes and sequences.
    pub makes: Option<String>,
    /// The names there of what it brings from another schema.
    pub brings: Vec<String>,
    /// The names that it frees there.
    pub frees: Vec<String>,
}

impl Step {
    pub(super) fn new(phase: Phase, sql: String) -> Self {
        Self {
            phase,
            rank: 0,
            sql,
            makes: None,
            brings: Vec::new(),
            frees: Vec::new(),
        }
    }

    pub(super) fn ranked(mut self, rank: usize) -> Self {
        self.rank = rank;
        self
    }

    pub(super) fn makes(mut self, name: &str) -> Self {
        self.makes = Some(name.to_owned());
        self
    }

    pub(super) fn frees(mut self, name: &str) -> Self {
        self.frees.push(name.to_owned());
        self
    }

    pub(super) fn order(&self) -> (Phase, usize) {
        (self.phase, self.rank)
    }
}
