//! The one error type: a kind (which chooses the exit status), what happened, details, an excerpt of
//! the SQL where it happened, and hints that a reader can paste. It never prints itself; `render` does.

mod command;

use std::fmt;

use serde::Serialize;

pub use command::{flagged, in_quotes, shell_word};

/// Shorthand used throughout the crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the terms of `docs/exit-codes.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The command line makes no sense.
    Usage,
    /// A configuration file, variable or migration folder is wrong.
    Configuration,
    /// The server cannot be reached, or refuses us.
    Connection,
    /// A migration failed and left nothing behind.
    Migration,
    /// A non-transactional migration stopped part-way; running again continues.
    HalfWay,
    /// Another run holds the lock.
    Locked,
    /// A guard said no.
    Refused,
    /// Seeding failed.
    Seed,
    /// Backup or restore failed.
    Backup,
    /// A defect of hangmeas.
    Bug,
    /// The user (or a supervisor) asked us to stop.
    Interrupted,
}

impl ErrorKind {
    /// The process exit status; append-only, documented in `docs/exit-codes.md`.
    #[must_use]
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Configuration => 3,
            Self::Connection => 4,
            Self::Migration => 5,
            Self::HalfWay => 6,
            Self::Locked => 7,
            Self::Refused => 8,
            Self::Seed => 9,
            Self::Backup => 10,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }
}

/// Advice: a sentence, and where there is one the command to paste.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// What to do.
    pub text: String,
    /// The command that does it.
    pub command: Option<String>,
}

impl Hint {
    /// Advice with a command to paste.
    #[must_use]
    pub fn command(text: impl Into<String>, command: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            command: Some(command.into()),
        }
    }

    /// Lets a command of hangmeas bear the flags that chose the database, and one on migrations
    /// those that chose their files, so that it can be pasted as it is.
    pub fn bear_flags(&mut self, database: &str, files: &str) {
        if let Some(command) = &mut self.command {
            *command = flagged(command, database, files);
        }
    }
}

/// A place in a SQL file: line and column are 1-based and count characters, not bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// File name as the user knows it.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// The text of that line, without its line end.
    pub text: String,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    details: Vec<String>,
    excerpt: Option<Excerpt>,
    hints: Vec<Hint>,
    sqlstate: Option<String>,
    data: Option<serde_json::Value>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Any failure of hangmeas. Boxed, so that `Result` stays small.
#[derive(Debug)]
pub struct Error(Box<Inner>);

impl Error {
    /// A new error: say what happened, to what, and why.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            details: Vec::new(),
            excerpt: None,
            hints: Vec::new(),
            sqlstate: None,
            data: None,
            source: None,
        }))
    }

    /// A configuration error (exit status 3).
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// A usage error (exit status 2).
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// A refusal by a guard (exit status 8).
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, message)
    }

    /// A defect of hangmeas itself (exit status 70).
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Bug, message)
    }

    /// Adds a line of detail below the message.
    #[must_use]
    pub fn detail(mut self, line: impl Into<String>) -> Self {
        self.0.details.push(line.into());
        self
    }

    /// Adds several lines of detail.
    #[must_use]
    pub fn details<I: IntoIterator<Item = String>>(mut self, lines: I) -> Self {
        self.0.details.extend(lines);
        self
    }

    /// Adds advice in words.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.0.hints.push(Hint {
            text: text.into(),
            command: None,
        });
        self
    }

    /// Adds advice with a command to paste.
    #[must_use]
    pub fn hint_command(mut self, text: impl Into<String>, command: impl Into<String>) -> Self {
        self.0.hints.push(Hint::command(text, command));
        self
    }

    /// Lets every suggested command bear the flags that chose database and files.
    #[must_use]
    pub fn with_flags(mut self, database: &str, files: &str) -> Self {
        for hint in &mut self.0.hints {
            hint.bear_flags(database, files);
        }
        self
    }

    /// Lets the same command again, as `db rollback`, bear the confirmation that was given with it.
    #[must_use]
    pub fn confirmed(mut self, command: &str, confirmation: &str) -> Self {
        let again = format!("hangmeas {command} ");
        let commands = self
            .0
            .hints
            .iter_mut()
            .filter_map(|hint| hint.command.as_mut());
        for said in commands.filter(|said| format!("{said} ").starts_with(&again)) {
            said.push(' ');
            said.push_str(confirmation);
        }
        self
    }

    /// Lets every word of it go through `hide`.
    #[must_use]
    pub fn hiding(mut self, hide: impl Fn(&str) -> String) -> Self {
        let hints = self.0.hints.iter_mut();
        let hints = hints.flat_map(|hint| std::iter::once(&mut hint.text).chain(&mut hint.command));
        for text in std::iter::once(&mut self.0.message)
            .chain(&mut self.0.details)
            .chain(hints)
        {
            *text = hide(text);
        }
        self
    }

    /// Shows the place in the SQL.
    #[must_use]
    pub fn excerpt(mut self, excerpt: Option<Excerpt>) -> Self {
        self.0.excerpt = excerpt;
        self
    }

    /// Records the server's SQLSTATE.
    #[must_use]
    pub fn sqlstate(mut self, code: impl Into<String>) -> Self {
        self.0.sqlstate = Some(code.into());
        self
    }

    /// Keeps what programs want to know, for the JSON document: what it is called there, and it.
    #[must_use]
    pub fn data(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.data = Some(serde_json::Map::from_iter([(name.to_owned(), value)]).into());
        }
        self
    }

    /// Keeps the underlying error.
    #[must_use]
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error, of another kind.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Lines below the message.
    #[must_use]
    pub fn detail_lines(&self) -> &[String] {
        &self.0.details
    }

    /// The place in the SQL, where one is known.
    #[must_use]
    pub fn place(&self) -> Option<&Excerpt> {
        self.0.excerpt.as_ref()
    }

    /// What the reader can do.
    #[must_use]
    pub fn hints(&self) -> &[Hint] {
        &self.0.hints
    }

    /// What programs want to know.
    #[must_use]
    pub fn known_data(&self) -> Option<&serde_json::Value> {
        self.0.data.as_ref()
    }

    /// The server's SQLSTATE, where the server said no.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.sqlstate.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
