//! What hangmeas knows of another tool: how its folder is read, and what its history table is like.

use std::path::Path;

use super::foreign::Foreign;
use super::record::{Ran, Record};
use super::{dbmate, diesel, flyway, golang_migrate, sqlx};
use crate::error::Result;

/// A tool whose migrations can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// <https://github.com/amacneil/dbmate>
    Dbmate,
    /// <https://github.com/launchbadge/sqlx>
    Sqlx,
    /// <https://diesel.rs>
    Diesel,
    /// <https://github.com/golang-migrate/migrate>
    GolangMigrate,
    /// <https://github.com/flyway/flyway>
    Flyway,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Dbmate,
        Self::Sqlx,
        Self::Diesel,
        Self::GolangMigrate,
        Self::Flyway,
    ];

    /// Its name, as on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.layout().tool
    }

    pub(super) fn layout(self) -> &'static Layout {
        match self {
            Self::Dbmate => &dbmate::LAYOUT,
            Self::Sqlx => &sqlx::LAYOUT,
            Self::Diesel => &diesel::LAYOUT,
            Self::GolangMigrate => &golang_migrate::LAYOUT,
            Self::Flyway => &flyway::LAYOUT,
        }
    }
}

/// The facts of one tool.
pub(super) struct Layout {
    /// Its name.
    pub tool: &'static str,
    /// Its history table.
    pub table: &'static str,
    /// That table's columns with their types, none more and none less.
    pub columns: &'static [&'static str],
    /// The six columns of a [`Record`], as SQL.
    pub select: &'static str,
    /// In which order: a clause, or nothing.
    pub order: &'static str,
    /// The command that applies what the tool has pending.
    pub apply: &'static str,
    /// The command that puts a failed or changed migration in order.
    pub mend: &'static str,
    /// Reads its folder; the migrations in the order in which the tool runs them.
    pub read: fn(&Path) -> Result<Vec<Foreign>>,
    /// Which of the files ran, by the rows of the table.
    pub ran: fn(&[Record], &[Foreign]) -> Result<Vec<Ran>>,
}
