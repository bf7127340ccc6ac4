//! Limits beyond which something is a finding. Queries name them in braces: `{long_transaction}`.

use crate::error::{Error, Result};

/// The limits, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds(Vec<(&'static str, u64)>);

/// Every limit: its name, its value, its unit.
const DEFAULTS: [(&str, u64, &str); 22] = [
    ("unused_after", 14 * 86_400, "seconds of statistics"),
    ("unused_size", 1 << 20, "bytes"),
    ("bloat_size", 64 << 20, "bytes"),
    ("integer_key_rows", 100_000_000, "rows"),
    ("transaction_age", 1_000_000_000, "transactions"),
    ("dead_rows", 10_000, "rows"),
    ("changed_rows", 10_000, "rows"),
    ("table_size", 50 << 30, "bytes"),
    ("votes_a_year", 200_000_000, "rows"),
    ("votes_after", 86_400, "seconds of statistics"),
    ("long_transaction", 900, "seconds"),
    ("idle_in_transaction", 300, "seconds"),
    ("blocked", 5, "seconds"),
    ("prepared", 300, "seconds"),
    ("connections", 75, "percent"),
    ("processes", 2, "processes of the application"),
    ("cache_blocks", 1_000_000, "blocks"),
    ("cache_hit", 90, "percent"),
    ("temporary_bytes", 10 << 30, "bytes a day"),
    ("deadlocks", 5, "a day"),
    ("replication_lag", 60, "seconds"),
    ("replication_bytes", 256 << 20, "bytes"),
];

/// Limits that no query names.
const BACKUP_AGE: (&str, u64) = ("backup_age", 26 * 3600);
const ANALYTICS_AGE: (&str, u64) = ("analytics_age", 2 * 3600);

impl Default for Thresholds {
    fn default() -> Self {
        let named = DEFAULTS.iter().map(|(name, value, _)| (*name, *value));
        Self(named.chain([BACKUP_AGE, ANALYTICS_AGE]).collect())
    }
}

impl Thresholds {
    /// Changes a limit.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn set(&mut self, name: &str, value: u64) -> Result<()> {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, limit)) => {
                *limit = value;
                Ok(())
            }
            None => Err(Error::usage(format!("there is no threshold `{name}`"))),
        }
    }

    /// The limit of that name; zero for an unknown one.
    pub(super) fn get(&self, name: &str) -> u64 {
        let known = self.0.iter().find(|(known, _)| *known == name);
        known.map_or(0, |(_, value)| *value)
    }

    /// A query with its limits filled in.
    pub(super) fn fill(&self, sql: &str) -> String {
        self.0.iter().fold(sql.to_owned(), |sql, (name, value)| {
            sql.replace(&format!("{{{name}}}"), &value.to_string())
        })
    }
}
