//! The proof that two connections are two sessions of the server: behind a pooler that hands out
//! sessions by transaction, a session lock is worthless, and stays behind with somebody else.

use std::time::Duration;

use super::{Session, WorkSession, locking, pid};
use crate::error::{Error, ErrorKind, Result};

/// How long the second connection may take to get a session: a pool may have room for one only.
const LIMIT: Duration = Duration::from_secs(10);

const PID: &str = "SELECT pg_backend_pid()";

/// Lets the connections change places. `first` is in a transaction, with the process id given; it is
/// ended here.
pub(super) async fn prove_sessions(
    first: &Session,
    first_pid: i32,
    second: Session,
) -> Result<WorkSession> {
    let proof = tokio::time::timeout(LIMIT, change_places(first, &second));
    let (firsts, seconds) = proof.await.unwrap_or_else(|_elapsed| Err(no_room()))?;
    let pid = seconds[0];
    let apart = pid != first_pid;
    if !apart
        || firsts.iter().any(|seen| *seen != first_pid)
        || seconds.iter().any(|seen| *seen != pid)
    {
        return Err(Error::new(
            ErrorKind::Connection,
            "a pooler in transaction mode stands between hangmeas and the server: it hands the \
             session, and with it the lock, to other clients",
        )
        .hint("connect to the server itself, or to a pool with pool_mode = session"));
    }
    Ok(WorkSession {
        session: second,
        pid,
    })
}

/// The process ids that each connection sees, one in a transaction while the other works. A pool that
/// hands out the session that came back last shows it when the second begins, one that hands out the
/// first that came back, when it works again.
async fn change_places(first: &Session, second: &Session) -> Result<(Vec<i32>, Vec<i32>)> {
    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    seconds.push(ask(second, PID).await?);
    first.run("COMMIT").await.map_err(locking)?;
    seconds.push(ask(second, &format!("BEGIN READ ONLY; {PID}")).await?);
    firsts.push(ask(first, PID).await?);
    second.run("COMMIT").await.map_err(locking)?;
    seconds.push(ask(second, PID).await?);
    Ok((firsts, seconds))
}

async fn ask(session: &Session, script: &str) -> Result<i32> {
    pid(&session.run(script).await.map_err(locking)?)
}

fn no_room() -> Error {
    Error::new(
        ErrorKind::Connection,
        format!("no second session within {LIMIT:?}: a pooler keeps it waiting"),
    )
    .hint("give the pool at least two server connections (pool_size), or connect to the server itself")
}
