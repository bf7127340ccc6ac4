//! Names of backups: `hangmeas_production_20261123T031500Z`, the time being UTC, so that names sort by time.

use std::fmt;

use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::error::{Error, Result};

const FORMAT: &[time::format_description::FormatItem<'static>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// A moment in UTC, to the second, as names carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(OffsetDateTime);

impl Stamp {
    /// The stamp of a moment.
    #[must_use]
    pub fn of(moment: OffsetDateTime) -> Self {
        let utc = moment.to_offset(time::UtcOffset::UTC);
        Self(utc.replace_nanosecond(0).unwrap_or(utc))
    }

    /// The moment.
    #[must_use]
    pub fn moment(self) -> OffsetDateTime {
        self.0
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.format(FORMAT).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

/// The name of a backup: the database, then the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupName {
    /// The database's name, characters that a file name should not have replaced by `_`.
    pub database: String,
    /// When the backup began.
    pub stamp: Stamp,
}

impl BackupName {
    /// The name for a database at a moment.
    #[must_use]
    pub fn new(database: &str, stamp: Stamp) -> Self {
        let keep = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let database = database
            .chars()
            .map(|c| if keep(c) { c } else { '_' })
            .collect();
        Self { database, stamp }
    }

    /// Reads a name; `None` when it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (database, stamp) = text.rsplit_once('_')?;
        let moment = PrimitiveDateTime::parse(stamp, FORMAT).ok()?.assume_utc();
        let name = Self::new(database, Stamp::of(moment));
        (!database.is_empty() && name.to_string() == text).then_some(name)
    }

    /// Reads a name that somebody typed.
    ///
    /// # Errors
    /// A usage error when it is not the name of a backup: never a path out of the folder.
    pub fn typed(text: &str) -> Result<Self> {
        Self::parse(text).ok_or_else(|| {
            Error::usage(format!("`{text}` is not the name of a backup"))
                .detail("a name looks like hangmeas_production_20261123T031500Z")
                .hint_command("see which there are", "hangmeas db backups list")
        })
    }

    /// The hidden folder in which it grows until it is complete.
    #[must_use]
    pub fn partial(&self) -> String {
        format!(".{self}.partial")
    }

    /// The hidden folder into which it is moved before it is deleted.
    #[must_use]
    pub fn deleting(&self) -> String {
        format!(".{self}.deleting")
    }
}

impl fmt::Display for BackupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.database, self.stamp)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let stamp = Stamp::of(datetime!(2026-11-23 10:15:00.5 +7));
        let name = BackupName::new("hangmeas_production", stamp);
        assert_eq!(name.to_string(), "hangmeas_production_20261123T031500Z");
        assert_eq!(BackupName::parse(&name.to_string()), Some(name.clone()));
        assert_eq!(
            name.partial(),
            ".hangmeas_production_20261123T031500Z.partial"
        );
        let odd = BackupName::new("../a b", stamp);
        assert_eq!(odd.to_string(), "___a_b_20261123T031500Z");
        assert!(BackupName::parse(&odd.to_string()).is_some());
    }

    #[test]
    fn other_names_are_not_backups() {
        for text in [
            "",
            "x",
            "_20261123T031500Z",
            "db_20261323T031500Z",
            "db_20261123",
            ".db_20261123T031500Z.partial",
            "../db_20261123T031500Z",
            "a/b_20261123T031500Z",
        ] {
            assert_eq!(BackupName::parse(text), None, "{text}");
        }
    }

    #[test]
    fn names_of_one_database_sort_by_time() {
        let at = |moment| BackupName::new("db", Stamp::of(moment)).to_string();
        assert!(at(datetime!(2026-01-02 00:00 UTC)) < at(datetime!(2026-01-10 00:00 UTC)));
    }
}
