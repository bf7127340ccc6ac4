//! Who holds the lock, in words, and the ticket to try for it.

use std::time::Duration;

use super::{Keys, Session, locking, pid};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::Rows;

const HOLDER: &str = include_str!("../queries/holder.sql");

/// Begins a transaction and takes the ticket in it, unless somebody has it. The transaction stays
/// open when it is ours: then our process id is returned.
pub(super) async fn ticket(session: &Session, keys: Keys) -> Result<Option<i32>> {
    let script = format!(
        "BEGIN READ ONLY; SELECT pg_backend_pid(), pg_try_advisory_xact_lock({})",
        keys.ticket
    );
    let rows = session.run(&script).await.map_err(locking)?;
    match rows.last().and_then(|row| row.get(1)) {
        Some("t") => pid(&rows).map(Some),
        _ => {
            session.tidy("ROLLBACK").await.map_err(locking)?;
            Ok(None)
        }
    }
}

/// Who holds one of the keys, other than this session, which may be in a transaction.
pub(super) async fn look(session: &Session, keys: Keys) -> Result<Option<Holder>> {
    let rows = session.run(&query(keys)).await.map_err(locking)?;
    Ok(Holder::new(&rows))
}

fn query(keys: Keys) -> String {
    HOLDER
        .replace("$1", &keys.run.to_string())
        .replace("$2", &keys.rails.to_string())
        .replace("$3", &keys.work.to_string())
        .replace("$4", &keys.ticket.to_string())
}

/// Whoever holds one of the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    what: &'static str,
    pid: String,
    application: String,
    user: String,
    host: String,
    since: String,
}

impl Holder {
    fn new(rows: &Rows) -> Option<Self> {
        let row = rows.first()?;
        let text = |index| row.get(index).unwrap_or_default().to_owned();
        Some(Self {
            what: match row.get(0) {
                Some("rails") => "a Rails migration",
                Some("work") => "the last statement of a run that was cut off",
                _ => "another run",
            },
            pid: text(1),
            application: text(2),
            user: text(3),
            host: text(4),
            since: text(5),
        })
    }

    /// Whoever had it left between two looks.
    pub(super) fn gone() -> Self {
        Self {
            what: "another run",
            pid: "unknown".to_owned(),
            application: "just gone".to_owned(),
            user: "unknown".to_owned(),
            host: "unknown".to_owned(),
            since: "now".to_owned(),
        }
    }

    /// One line: who it is.
    pub(super) fn describe(&self) -> String {
        format!(
            "{}: pid {} ({}), user {}, host {}, connected since {}",
            self.what, self.pid, self.application, self.user, self.host, self.since
        )
    }

    /// The error when it is not waited for any longer.
    pub(super) fn locked(&self, database: &str, wait: Duration) -> Error {
        let waited = if wait.is_zero() {
            String::new()
        } else {
            format!(" (waited {wait:?})")
        };
        Error::new(
            ErrorKind::Locked,
            format!(
                "database {database} is locked by {}{waited}",
                self.describe()
            ),
        )
        .hint("wait for it: add --lock-wait 10min")
        .hint_command(
            "if it is known to be dead, end its session",
            format!(
                "hangmeas db console -- -c \"SELECT pg_terminate_backend({})\"",
                self.pid
            ),
        )
    }
}
