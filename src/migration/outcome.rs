//! A connection that breaks leaves open whether the COMMIT arrived: it is looked up, not guessed.

use std::time::Duration;

use super::file::MigrationFile;
use super::history::History;
use super::run::Run;
use crate::error::Error;
use crate::postgres::Session;

const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);

/// Adds to the error of a lost connection what became of the file.
pub(super) async fn look_up(run: &Run<'_>, file: &MigrationFile, error: Error) -> Error {
    let old = &run.work.session;
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let Ok(session) = Session::open(old.target(), old.interrupt()).await else {
            continue;
        };
        let Ok(history) = History::read(&session).await else {
            continue;
        };
        let (label, version) = (file.label(), file.version);
        let fate = if history.get(version).is_some() {
            format!("looked up on a new connection: {label} was committed")
        } else if history
            .half_way
            .iter()
            .any(|(half_way, _)| *half_way == version)
        {
            format!("looked up on a new connection: {label} is half-way; running again goes on")
        } else {
            format!("looked up on a new connection: {label} was not committed")
        };
        return error.detail(fate);
    }
    error.detail(format!(
        "whether {} was committed cannot be looked up now; the next run does",
        file.label()
    ))
}
