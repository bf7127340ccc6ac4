//! Whether an audience would be mixed with data that is there.

use super::digest::{changed, digests};
use super::history::Run;
use super::live::Live;
use super::request::{Mode, Request};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::Session;
use crate::postgres::sql::{identifier, literal};
use crate::seed::failed;

/// Tables whose rows, where no run of ours made them, are other data of the generated kind.
const GENERATED: [&str; 14] = [
    "xfactor_seasons",
    "xfactor_votes",
    "sms_vote_logs",
    "wallet_transactions",
    "user_payment_methods",
    "user_subscriptions",
    "subscription_invoices",
    "feature_usages",
    "event_seats",
    "event_checkins",
    "loyalty_activities",
    "achievements",
    "referral_rewards",
    "push_notifications",
];

/// The refusal of a run that would mix an audience with data that is there, unless that is asked for.
///
/// # Errors
/// The server's refusal.
pub async fn mixing(
    session: &Session,
    live: &Live,
    request: &Request,
    runs: &[Run],
) -> Result<Option<Error>> {
    if request.profile.crowd.is_none() || request.mode != Mode::Fresh {
        return Ok(None);
    }
    let there = GENERATED.iter().filter(|table| live.table(table).is_some());
    let parts: Vec<String> = there
        .map(|table| {
            let (name, table) = (literal(table), identifier(table));
            format!("SELECT {name} WHERE EXISTS (SELECT FROM {table})")
        })
        .collect();
    let rows = session.run(&parts.join(" UNION ALL ")).await;
    let rows = rows.map_err(|failure| failed(failure, "looking for other data"))?;
    let names: Vec<&str> = rows.iter().filter_map(|row| row.get(0)).collect();
    if names.is_empty() {
        return Ok(None);
    }
    let now = digests(request)?.unwrap_or_default();
    let alike = runs.iter().filter(|run| run.asked_alike(request));
    let before = alike.filter_map(|run| run.digests.as_ref()).next_back();
    let parts = before.map_or(Vec::new(), |before| changed(before, &now));
    Ok(Some(refusal(request, runs, &names, &parts)))
}

fn refusal(request: &Request, runs: &[Run], tables: &[&str], parts: &[&str]) -> Error {
    let earlier: Vec<&str> = runs.iter().map(|run| run.profile.as_str()).collect();
    let error = Error::new(
        ErrorKind::Seed,
        "the database has data of the kind that would be generated",
    )
    .detail(format!("rows in {}", tables.join(", ")));
    let again = |flag| format!("{} {flag}", request.command);
    if earlier.is_empty() {
        return error
            .detail("no run of hangmeas made them")
            .hint_command("to add to it", again("--append"));
    }
    let error = error.detail(format!("earlier runs seeded {}", earlier.join(", ")));
    let error = match parts {
        [] => error,
        _ => error.detail(format!(
            "the profile {} has changed since: in {}",
            request.profile.name,
            parts.join(", ")
        )),
    };
    error
        .hint_command("to add to it", again("--append"))
        .hint_command(
            "to remove what hangmeas seeded, and only that, first",
            again("--replace"),
        )
}
