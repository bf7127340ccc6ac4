//! Answers of `server …`.

use std::path::PathBuf;

use serde::Serialize;

/// State of the managed local PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerState {
    /// It accepts connections.
    Running,
    /// It has a data folder and does not run.
    Stopped,
    /// It has no data folder.
    Absent,
}

/// Answer of `server start`, `stop`, `status` and `remove`.
#[derive(Debug, Serialize)]
pub struct ServerReport {
    /// What was asked: `start`, `stop`, `status`, `remove`.
    pub action: &'static str,
    /// Whether the command changed anything.
    pub changed: bool,
    /// The state now.
    pub state: ServerState,
    /// The folder of its files.
    pub data_dir: PathBuf,
    /// The folder of its socket, while it runs.
    pub socket_dir: Option<PathBuf>,
    /// Its postmaster's process id, while it runs.
    pub pid: Option<u32>,
    /// Version of the data folder or of the running server.
    pub version: Option<String>,
    /// Its log.
    pub log: Option<PathBuf>,
}
