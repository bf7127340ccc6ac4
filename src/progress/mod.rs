//! What engines tell while they work: events and where they go. Knows nothing of terminals.

use std::time::Duration;

/// What is counted while a piece of work advances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nothing is counted: the work is one step.
    None,
    /// Rows of a table.
    Rows,
    /// Bytes.
    Bytes,
    /// Things of the work's own: tables, files, statements.
    Items,
}

/// How a piece of work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// There was nothing to do.
    Skipped,
    /// It failed; the error says why.
    Failed,
}

/// Something that a person who waits may want to see. `label` names the piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Work begins.
    Started {
        /// Which work.
        label: String,
        /// How much there is to do, if that is known.
        total: Option<u64>,
        /// What is counted.
        unit: Unit,
    },
    /// So much of the work is done, counted from its start.
    Advanced {
        /// Which work.
        label: String,
        /// The amount done, in the work's unit.
        done: u64,
    },
    /// What the work is doing just now, or what it waits for; replaces what was said before.
    Doing {
        /// Which work.
        label: String,
        /// One line.
        what: String,
    },
    /// Work ended.
    Finished {
        /// Which work.
        label: String,
        /// How.
        outcome: Outcome,
        /// How long it took.
        elapsed: Duration,
        /// What is worth knowing about it, in a few words.
        note: Option<String>,
    },
    /// A line that stays.
    Note(String),
    /// A line that stays and should not be overlooked.
    Warning(String),
}

/// Where events go.
pub trait Sink: Send + Sync {
    /// Takes one event; must not block for long.
    fn emit(&self, event: Event);

    /// Nothing comes any more: what has not ended was given up.
    fn end(&self) {}
}

/// Drops every event.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Sink for Silent {
    fn emit(&self, _event: Event) {}
}
