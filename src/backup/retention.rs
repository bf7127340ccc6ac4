//! Which backups may go. The plan is a pure function of what is there, the policy and the time; only
//! backups that are whole and can be read count, and only they are ever deleted.

use serde::Serialize;
use time::{Duration, OffsetDateTime};

use super::checksum;
use super::store::{Entry, State, Store};
use super::verify;
use crate::error::{Error, ErrorKind, Result};

/// How far a backup's time may lie ahead of ours before clocks are suspected.
const SKEW: Duration = Duration::minutes(10);

/// What to keep. A backup stays when any rule keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    /// The newest so many.
    pub keep: Option<u32>,
    /// Those of the last so many days.
    pub keep_days: Option<u32>,
}

/// What pruning would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Prune {
    /// To be deleted, oldest first.
    pub delete: Vec<String>,
    /// To be kept, oldest first.
    pub keep: Vec<String>,
    /// Not looked at, and why: of another environment or database, or not whole.
    pub passed_over: Vec<(String, String)>,
}

/// What pruning did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// What was planned.
    pub plan: Prune,
    /// Backups that were deleted.
    pub deleted: Vec<String>,
    /// What killed runs had left, removed.
    pub partials: Vec<String>,
}

/// Decides which backups of an environment's database may go.
///
/// # Errors
/// `Refused`, when a backup lies in the future: then the clock cannot be trusted to tell old from new.
pub fn plan_prune(
    entries: &[Entry],
    environment: &str,
    database: &str,
    policy: Policy,
    now: OffsetDateTime,
) -> Result<Prune> {
    let mut plan = Prune::default();
    let mut own = Vec::new();
    for entry in entries {
        match foreign(entry, environment, database) {
            Some(why) => plan.passed_over.push((entry.name.to_string(), why)),
            None => own.push(entry),
        }
    }
    if let Some(entry) = own
        .iter()
        .find(|entry| entry.name.stamp.moment() > now + SKEW)
    {
        return Err(Error::refused(format!("{} lies in the future", entry.name))
            .detail("a clock is or was wrong, so old and new cannot be told apart")
            .hint("set the clock, or move that backup away, then prune again"));
    }
    let kept_by_number = policy.keep.unwrap_or(0).max(1) as usize;
    for (newer, entry) in own.iter().rev().enumerate() {
        let age = now - entry.name.stamp.moment();
        let young = policy
            .keep_days
            .is_some_and(|days| age <= Duration::days(i64::from(days)));
        let nothing_said = policy == Policy::default();
        if newer < kept_by_number || young || nothing_said {
            plan.keep.push(entry.name.to_string());
        } else {
            plan.delete.push(entry.name.to_string());
        }
    }
    plan.keep.reverse();
    plan.delete.reverse();
    Ok(plan)
}

/// Why an entry is none of ours.
fn foreign(entry: &Entry, environment: &str, database: &str) -> Option<String> {
    match &entry.state {
        State::Partial(_) => Some("not complete".to_owned()),
        State::Unreadable(why) => Some(why.clone()),
        State::Complete(manifest) if manifest.environment != environment => {
            Some(format!("of environment {}", manifest.environment))
        }
        State::Complete(manifest) if manifest.database.name != database => {
            Some(format!("of database {}", manifest.database.name))
        }
        State::Complete(manifest) if manifest.name != entry.name.to_string() => {
            Some(format!("its manifest names {}", manifest.name))
        }
        State::Complete(manifest) if !checksum::looks_whole(&entry.path, manifest) => {
            Some("files are missing or cut".to_owned())
        }
        State::Complete(_) => None,
    }
}

/// Deletes what the plan allows, but only when a backup that stays was just proved by its checksums;
/// and removes what killed runs left.
///
/// # Errors
/// `Locked` while a backup is being written there, `Refused`, or kind `Backup`.
pub async fn prune(
    store: &Store,
    environment: &str,
    database: &str,
    policy: Policy,
    now: OffsetDateTime,
    dry_run: bool,
) -> Result<Pruned> {
    let held = if store.dir().is_dir() {
        Some(store.hold()?)
    } else {
        None
    };
    let entries = store.list()?;
    let plan = plan_prune(&entries, environment, database, policy, now)?;
    let mut pruned = Pruned {
        plan,
        ..Pruned::default()
    };
    pruned.partials = match &held {
        Some(held) if !dry_run => store.clean(held)?,
        _ => partials(&entries),
    };
    if pruned.plan.delete.is_empty() || dry_run {
        return Ok(pruned);
    }
    prove_one(&entries, &pruned.plan.keep).await?;
    for entry in &entries {
        let name = entry.name.to_string();
        if pruned.plan.delete.contains(&name) {
            store.delete(&entry.name)?;
            pruned.deleted.push(name);
        }
    }
    Ok(pruned)
}

fn partials(entries: &[Entry]) -> Vec<String> {
    let partial = |entry: &&Entry| matches!(entry.state, State::Partial(_));
    let found = entries.iter().filter(partial);
    found.map(|entry| entry.name.to_string()).collect()
}

/// The newest of those that stay whose every checksum is right must exist.
async fn prove_one(entries: &[Entry], keep: &[String]) -> Result<()> {
    for entry in entries.iter().rev() {
        let State::Complete(manifest) = &entry.state else {
            continue;
        };
        if keep.contains(&entry.name.to_string())
            && verify::damages(&entry.path, manifest, &entry.name)
                .await?
                .is_empty()
        {
            return Ok(());
        }
    }
    Err(Error::new(
        ErrorKind::Backup,
        "none of the backups that would stay is undamaged, so nothing was deleted",
    )
    .hint_command("make a new one first", "hangmeas db backup"))
}
