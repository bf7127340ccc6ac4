//! `db backup`, and the backup before a migration.

use std::time::Duration;

use time::OffsetDateTime;

use super::backups::{policy, prune_report};
use crate::backup::{Request, Store, Tools, create, prune};
use crate::commands::context::Context;
use crate::config::Settings;
use crate::error::Result;
use crate::postgres::{AdvisoryLock, LockRequest, Session};
use crate::report::{Answer, DbBackup, Report, milliseconds};

pub(super) async fn run(context: &Context) -> Result<Answer> {
    let settings = context.settings()?;
    let report = backup(context, &settings).await?;
    Ok(Answer::yes(Report::DbBackup(report)))
}

/// Makes a backup while no migration runs, then lets old ones go if a rule says which.
pub(super) async fn backup(context: &Context, settings: &Settings) -> Result<DbBackup> {
    let target = context.target(settings)?.settle().await?;
    let session = Session::open(&target, context.interrupt()).await?;
    let tools = Tools::find(&context.places(settings)?, session.server_major()).await?;
    let request = LockRequest {
        wait: settings.migrations.lock_wait.value,
        progress: context.progress(),
    };
    let (lock, work) = AdvisoryLock::acquire(session, request).await?;
    let store = Store::at(&settings.backup.dir.value);
    let request = Request {
        target,
        environment: settings.environment.value.clone(),
        store: store.clone(),
        jobs: settings.backup.jobs.value,
        lock_timeout: settings.timeouts.lock.value.unwrap_or(Duration::ZERO),
    };
    let created = create(&request, &tools, context.interrupt(), context.progress()).await?;
    lock.release(work).await;
    let pruned = match policy(settings) {
        None => None,
        Some(policy) => {
            let (environment, database) = (&settings.environment.value, settings.database());
            let now = OffsetDateTime::now_utc();
            let done = prune(&store, environment, database, policy, now, false).await?;
            Some(prune_report(context, settings, done, false))
        }
    };
    let manifest = created.manifest;
    Ok(DbBackup {
        path: context.shown(&created.path),
        bytes: manifest.bytes(),
        tables: manifest.tables.len(),
        rows: manifest.rows(),
        name: manifest.name,
        database: manifest.database.name,
        environment: manifest.environment,
        compression: manifest.compression,
        fingerprint: manifest.fingerprint,
        milliseconds: milliseconds(created.elapsed),
        warnings: created.warnings,
        pruned,
    })
}
