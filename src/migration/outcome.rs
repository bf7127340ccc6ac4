//! A connection that breaks leaves open whether the COMMIT arrived: it is looked up, not guessed.

use std::time::{Duration, Instant};

use super::history::{Direction, History};
use super::run::Run;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Interrupt, Session};

/// How long to look: the server needs a second to notice that we are gone.
const LIMIT: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(250);

/// What was under way when the connection broke.
#[derive(Clone, Copy)]
pub(super) struct Interrupted<'a> {
    pub label: &'a str,
    pub version: i32,
    pub direction: Direction,
}

/// Adds to the error of a lost connection what became of the file; other errors stay as they are.
pub(super) async fn look_up(run: &Run<'_>, what: Interrupted<'_>, error: Error) -> Error {
    if error.kind() != ErrorKind::Connection {
        return error;
    }
    // A session that still answers has told the outcome itself: only the lock's connection is lost.
    if run.work.session.tidy("SELECT 1").await.is_ok() {
        return error;
    }
    let began = Instant::now();
    let mut fate = None;
    while fate.is_none() && began.elapsed() < LIMIT {
        // A pool may keep the new connection waiting.
        let looked = tokio::time::timeout(LIMIT, look(run, what)).await;
        fate = looked.ok().and_then(Result::ok).flatten();
        if fate.is_none() {
            tokio::time::sleep(PAUSE).await;
        }
    }
    error.detail(match fate {
        Some(fate) => format!("looked up on a new connection: {} {fate}", what.label),
        None => format!(
            "whether {} was committed cannot be looked up now; the next run does",
            what.label
        ),
    })
}

/// What became of it; nothing while the server may still be at it.
async fn look(run: &Run<'_>, what: Interrupted<'_>) -> Result<Option<&'static str>> {
    let session = Session::open(run.work.session.target(), &Interrupt::never()).await?;
    // As long as the old session lives, it holds its key.
    let alive = format!(
        "SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = {}",
        run.work.pid
    );
    let rows = session.read(&alive).await;
    if !rows.is_ok_and(|rows| rows.is_empty()) {
        return Ok(None);
    }
    let history = History::read(&session).await?;
    let half_way = history.half_way.contains(&(what.version, what.direction));
    let up = what.direction == Direction::Up;
    Ok(Some(if half_way {
        "is half-way; running again goes on"
    } else if history.get(what.version).is_some() == up {
        "was committed"
    } else {
        "was not committed"
    }))
}
