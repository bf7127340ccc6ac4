//! Answer of `db grants`.

use serde::Serialize;

/// Answer of `db grants`.
#[derive(Debug, Serialize)]
pub struct DbGrants {
    /// The database.
    pub database: String,
    /// Roles whose later objects are provided for.
    pub owners: Vec<String>,
    /// The three group roles.
    pub roles: Vec<GrantRole>,
    /// What is missing or too much, in the order to run; what was run, where it was applied.
    pub statements: Vec<GrantStatement>,
    /// What else there is to know, in sentences.
    pub notes: Vec<String>,
    /// Whether the statements were run.
    pub applied: bool,
}

/// A group role.
#[derive(Debug, Clone, Serialize)]
pub struct GrantRole {
    /// `app`, `readonly` or `backup`.
    pub purpose: String,
    /// Its name.
    pub name: String,
    /// Whether it was there when this was computed.
    pub exists: bool,
    /// Who has what it may: its members, through others too.
    pub members: Vec<String>,
}

/// A statement and the heading under which it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantStatement {
    /// What it is about.
    pub about: String,
    /// One statement, without a semicolon.
    pub sql: String,
}
