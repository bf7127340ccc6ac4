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

/// Adds to the error of a lost connection what became of the files that were under way, in order;
/// other errors stay as they are.
pub(super) async fn look_up(run: &Run<'_>, what: &[Interrupted<'_>], error: Error) -> Error {
    if error.kind() != ErrorKind::Connection {
        return error;
    }
    // A session that still answers has told the outcome itself: only the lock's connection is lost.
    if run.work.session.tidy("SELECT 1").await.is_ok() {
        return error;
    }
    let began = Instant::now();
    while began.elapsed() < LIMIT {
        // A pool may keep the new connection waiting.
        let looked = tokio::time::timeout(LIMIT, look(run, what)).await;
        if let Some(fates) = looked.ok().and_then(Result::ok).flatten() {
            return error.details(fates);
        }
        tokio::time::sleep(PAUSE).await;
    }
    let labels: Vec<_> = what.iter().map(|one| one.label).collect();
    error.detail(format!(
        "whether {} was committed cannot be looked up now; the next run does",
        labels.join(", ")
    ))
}

/// What became of them, up to the first that was not committed; nothing while the server may still
/// be at it.
async fn look(run: &Run<'_>, what: &[Interrupted<'_>]) -> Result<Option<Vec<String>>> {
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
    let mut fates = Vec::new();
    for one in what {
        let (fate, committed) = fate(&history, *one);
        fates.push(format!(
            "looked up on a new connection: {} {fate}",
            one.label
        ));
        if !committed {
            break;
        }
    }
    Ok(Some(fates))
}

fn fate(history: &History, what: Interrupted<'_>) -> (&'static str, bool) {
    let up = what.direction == Direction::Up;
    if history.half_way.contains(&(what.version, what.direction)) {
        ("is half-way; running again goes on", false)
    } else if history.get(what.version).is_some() == up {
        ("was committed", true)
    } else {
        ("was not committed", false)
    }
}
