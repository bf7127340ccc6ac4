//! What a monitoring plugin says: one of four states, each with the exit status that Nagios, Icinga and their like expect.

use super::{DbHealthCheck, Severity};
use crate::error::ErrorKind;

/// The state of what is monitored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PluginState {
    /// Nothing that counts.
    Ok,
    /// Warnings, or what else `--fail-on` minds.
    Warning,
    /// Errors, or no connection.
    Critical,
    /// A check could not look, or hangmeas could not run.
    Unknown,
}

impl PluginState {
    /// The exit status.
    #[must_use]
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }

    /// The word that the line begins with.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// The state of a database. An error is known, whatever else could not look.
    #[must_use]
    pub fn of(report: &DbHealthCheck, fail_on: Severity) -> Self {
        let summary = &report.summary;
        match (summary.errors, summary.skipped + summary.failed) {
            (1.., _) => Self::Critical,
            (_, 1..) => Self::Unknown,
            _ if summary.warnings > 0 || !report.is_well(fail_on) => Self::Warning,
            _ => Self::Ok,
        }
    }
}

impl From<ErrorKind> for PluginState {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Connection => Self::Critical,
            _ => Self::Unknown,
        }
    }
}
