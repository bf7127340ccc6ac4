//! What time has made of the data of earlier runs: the moment at which it is seen, and live episodes
//! whose voting is over by now.

use super::clock::{self, Micros};
use super::history::{self, Run};
use super::live::Live;
use super::request::Request;
use crate::error::{Hint, Result};
use crate::postgres::Session;
use crate::postgres::sql::literal;
use crate::seed::failed;

const EPISODES: &str = "xfactor_episodes";

/// The run that made most of what is asked for now, where earlier ones made it.
#[must_use]
pub fn maker<'a>(runs: &'a [Run], request: &Request) -> Option<&'a Run> {
    let crowd = request.profile.crowd.is_some();
    let own = runs
        .iter()
        .filter(|run| run.profile == request.profile.name && (!crowd || run.asked_alike(request)));
    own.max_by_key(|run| {
        let spans = run.rows.0.values();
        spans.map(|(first, last)| last - first + 1).sum::<i64>()
    })
}

/// What to do where data that is there already is not what its reader will expect: made for another
/// moment than the one that is asked for, or with a live episode that takes no votes any more. `made`
/// is the run that [`maker`] found.
///
/// # Errors
/// The server's refusal.
pub async fn advice(
    session: &Session,
    live: &Live,
    request: &Request,
    (runs, made): (&[Run], Option<&Run>),
) -> Result<Option<Hint>> {
    let Some(made) = made.filter(|_| !request.profile.is_reference()) else {
        return Ok(None);
    };
    let why = if request.as_of_given && made.as_of != history::moment(request.as_of) {
        Some(format!("the data is as of {}", made.seen()))
    } else {
        ended(session, live, runs, request.as_of).await?
    };
    let mut profiles: Vec<&str> = runs.iter().map(|run| run.profile.as_str()).collect();
    profiles.sort_unstable();
    profiles.dedup();
    let command = format!("{} --replace", request.command);
    Ok(why.map(|why| {
        let all = profiles.join(", ");
        Hint::command(
            format!("{why}; to seed it anew, instead of all seeded rows ({all})"),
            command,
        )
    }))
}

/// Which live episode of these runs took its last vote before that moment: the latest one.
async fn ended(session: &Session, live: &Live, runs: &[Run], at: Micros) -> Result<Option<String>> {
    let made = history::made(live, runs, EPISODES);
    let Some(made) = made.filter(|_| live.has(EPISODES, "voting_end")) else {
        return Ok(None);
    };
    let query = format!(
        "SELECT title, to_char(voting_end, 'YYYY-MM-DD HH24:MI') AS closed FROM {EPISODES} \
         WHERE ({made}) AND status = 1 AND voting_end <= {} ORDER BY voting_end DESC LIMIT 1",
        literal(&clock::sql(at))
    );
    let rows = session.run(&query).await;
    let rows = rows.map_err(|failure| failed(failure, "looking for open votes"))?;
    Ok(rows.first().map(|row| {
        let text = |column| row.get(column).unwrap_or_default();
        format!(
            "voting in \"{}\" ended on {} UTC",
            text("title"),
            text("closed")
        )
    }))
}
