//! `db health-check`.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use time::OffsetDateTime;

use super::status::status;
use crate::backup::{Entry, State, Store};
use crate::cli::HealthCheckArgs;
use crate::commands::context::Context;
use crate::commands::waivers;
use crate::config::{Settings, parse_duration};
use crate::error::{Error, Result, shell_word};
use crate::health::{self, Backup, MigrationFault, Migrations, Request};
use crate::postgres::Session;
use crate::report::{Answer, DbStatus, PluginState, Report, Severity, StateKind};

/// SQLSTATE `insufficient_privilege`.
const DENIED: &str = "42501";

pub(super) async fn run(context: &Context, args: &HealthCheckArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let fail_on = args
        .fail_on
        .map_or(settings.health.fail_on.value, Severity::from);
    let again = args.watch.as_deref().map(pause).transpose()?;
    let mut request = request(args, &settings)?;
    let target = context.target(&settings)?;
    let session = Session::open(&target, context.interrupt()).await?;
    match readable_status(context, &settings, &session).await? {
        Some(status) => {
            request.version = Some(applied_version(&status));
            request.migrations = Migrations::Told(faults(&status));
        }
        None => request.migrations = Migrations::Hidden,
    }
    request.backup = newest_backup(&settings)?;
    let mut report = health::run(&session, &request).await?;
    report.detailed = context.verbose;
    report.fail_on = fail_on;
    let plugin = PluginState::of(&report, fail_on);
    let mut answer = Answer::when(report.is_well(fail_on), Report::DbHealthCheck(report));
    answer.again = again;
    answer.plugin = Some(plugin);
    Ok(answer)
}

/// How long `--watch` waits between two looks.
fn pause(text: &str) -> Result<Duration> {
    let wrong = |expected: &str| Error::usage(format!("--watch: expected {expected}"));
    let pause = parse_duration(text).map_err(|expected| wrong(&expected))?;
    if pause.is_zero() {
        return Err(
            wrong("more than nothing: without a pause it would never stop asking")
                .hint("a pause such as 5s or 1min"),
        );
    }
    Ok(pause)
}

fn request(args: &HealthCheckArgs, settings: &Settings) -> Result<Request> {
    let mut request = Request::new(OffsetDateTime::now_utc().date());
    let trimmed = |names: &[String]| names.iter().map(|name| name.trim().to_owned()).collect();
    request.only = trimmed(&args.only);
    request.skip = trimmed(&args.skip);
    request.data = args.data;
    health::select(&request)?;
    request.exact = args.exact;
    request.environment.clone_from(&settings.environment.value);
    request.protected = settings.protected.value;
    request.pool = settings.pool.value;
    for (name, limit) in &settings.health.thresholds {
        request.thresholds.set(name, limit.value)?;
    }
    request.waivers = waivers::all(settings)?;
    if let Some(file) = &args.baseline {
        request.baseline = Some(baseline(file)?);
    }
    Ok(request)
}

/// The newest complete backup of the database and environment in the folder of backups.
fn newest_backup(settings: &Settings) -> Result<Backup> {
    let ours = |entry: &Entry| match &entry.state {
        State::Complete(manifest) => {
            manifest.database.name == settings.database()
                && manifest.environment == settings.environment.value
        }
        _ => false,
    };
    let entries = Store::at(&settings.backup.dir.value).list()?;
    // Oldest first.
    Ok(entries.iter().rfind(|entry| ours(entry)).map_or_else(
        || Backup::None {
            dir: settings.backup.dir.value.clone(),
        },
        |entry| {
            let age = OffsetDateTime::now_utc() - entry.name.stamp.moment();
            Backup::Made {
                // A clock that went back makes no backup old.
                age: age.try_into().unwrap_or_default(),
                name: entry.name.to_string(),
            }
        },
    ))
}

/// The keys of all findings in a report that was written with `--format json`.
fn baseline(file: &Path) -> Result<BTreeSet<String>> {
    let wrong = |what: String| {
        Error::usage(format!("--baseline: {}: {what}", file.display())).hint_command(
            "write one",
            format!(
                "hangmeas db health-check --format json > {}",
                shell_word(file.display())
            ),
        )
    };
    let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    let report: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let checks = report.get("checks").and_then(|checks| checks.as_array());
    let checks = checks.ok_or_else(|| wrong("this is no report of a health check".to_owned()))?;
    let keys = checks
        .iter()
        .filter_map(|check| check.get("findings")?.as_array())
        .flatten()
        .filter_map(|finding| Some(finding.get("key")?.as_str()?.to_owned()));
    Ok(keys.collect())
}

/// Where the migrations stand; none for a role that may not read their history, but can look at everything else.
pub(super) async fn readable_status(
    context: &Context,
    settings: &Settings,
    session: &Session,
) -> Result<Option<DbStatus>> {
    match status(context, settings, session).await {
        Ok(status) => Ok(Some(status)),
        Err(error) if error.code() == Some(DENIED) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The newest applied migration; zero when none is.
pub(super) fn applied_version(status: &DbStatus) -> u32 {
    let applied = status.migrations.iter().filter(|migration| {
        matches!(
            migration.state,
            StateKind::Applied | StateKind::Changed | StateKind::Missing
        )
    });
    let newest = applied.map(|migration| migration.version).max();
    newest
        .and_then(|version| version.try_into().ok())
        .unwrap_or(0)
}

/// What is not as it should be with the migrations: those that wait together, others one by one.
fn faults(status: &DbStatus) -> Vec<MigrationFault> {
    let named = |migration: &crate::report::MigrationState| {
        format!("V{:04}__{}", migration.version, migration.name)
    };
    let mut faults = Vec::new();
    let pending = status
        .migrations
        .iter()
        .filter(|migration| migration.state == StateKind::Pending);
    let pending: Vec<String> = pending.map(named).collect();
    if let Some((first, others)) = pending.split_first() {
        faults.push(MigrationFault {
            migration: "pending".to_owned(),
            state: match others.len() {
                0 => format!("{first} is pending"),
                more => format!("{first} and {more} more are pending"),
            },
            cure: "hangmeas db migrate".to_owned(),
        });
    }
    for migration in &status.migrations {
        let (state, cure) = match migration.state {
            StateKind::Applied | StateKind::Pending => continue,
            StateKind::HalfWay => ("stopped half-way", "hangmeas db migrate".to_owned()),
            StateKind::UndoHalfWay => ("was undone half-way", "hangmeas db rollback".to_owned()),
            StateKind::Changed => (
                "was edited after it was applied",
                format!("hangmeas migration accept {}", migration.version),
            ),
            StateKind::Missing => (
                "was applied, but its file is gone",
                format!("hangmeas migration accept {}", migration.version),
            ),
        };
        let name = named(migration);
        faults.push(MigrationFault {
            state: format!("{name} {state}"),
            migration: name,
            cure,
        });
    }
    faults
}
