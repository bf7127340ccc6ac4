//! Time limits of a run, by class of statement.

use std::time::Duration;

/// How long things may take; `None` is no limit.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For a table lock of a statement that blocks others while it waits (ACCESS EXCLUSIVE, SHARE
    /// ROW EXCLUSIVE). CONCURRENTLY and VALIDATE wait without limit: they block nobody.
    pub lock: Option<Duration>,
    /// For a statement.
    pub statement: Option<Duration>,
    /// For another run to give the lock back; zero does not wait.
    pub lock_wait: Duration,
    /// For trying again while a table stays busy; zero tries once.
    pub lock_retry_for: Duration,
}
