//! `db migrate`.

use std::path::Path;

use crate::cli::MigrateArgs;
use crate::commands::context::{Context, limits};
use crate::config::Settings;
use crate::error::Result;
use crate::migration::{Migrator, Rails, Source};
use crate::postgres::{Session, Target};
use crate::progress::Event;
use crate::report::{Answer, DbMigrate, Report};
use crate::seed::staging;

/// Where Rails applications keep their migrations.
const RAILS_FOLDER: &str = "db/migrate";

pub(super) async fn run(context: &Context, args: &MigrateArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let source = context.source(&settings)?;
    let report = if args.dry_run {
        let rails = rails(context, &settings)?;
        let target = context.target(&settings)?;
        let migrator = migrator(context, &settings, (&source, &rails), &target);
        migrator.dry_run(args.to).await?
    } else {
        if args.backup_first {
            backup_first(context, &settings, &source, args.to).await?;
        }
        migrate(context, &settings, &source, args.to).await?
    };
    Ok(Answer::yes(Report::DbMigrate(report)))
}

/// A backup, unless nothing is pending.
async fn backup_first(
    context: &Context,
    settings: &Settings,
    source: &Source,
    to: Option<i32>,
) -> Result<()> {
    let rails = rails(context, settings)?;
    let target = context.target(settings)?;
    let plan = migrator(context, settings, (source, &rails), &target)
        .dry_run(to)
        .await?;
    if !plan.planned.is_empty() {
        let made = super::backup::backup(context, settings).await?;
        let line = format!("backed up: {}", made.path.display());
        context.progress().emit(Event::Note(line));
    }
    Ok(())
}

pub(super) async fn migrate(
    context: &Context,
    settings: &Settings,
    source: &Source,
    to: Option<i32>,
) -> Result<DbMigrate> {
    let rails = rails(context, settings)?;
    let target = context.target(settings)?;
    let migrator = migrator(context, settings, (source, &rails), &target);
    let report = migrator.migrate(to).await?;
    if report.has_seed_copies {
        clear_up(context, &target).await?;
    }
    Ok(report)
}

/// Removes what a seed left that was killed.
pub(super) async fn clear_up(context: &Context, target: &Target) -> Result<()> {
    let session = Session::open(target, context.interrupt()).await?;
    if staging::clear(&session).await? {
        let line = format!(
            "removed the schema {}, left by a seed that was killed",
            staging::SCHEMA
        );
        context.progress().emit(Event::Note(line));
    }
    Ok(())
}

/// The application's own copies of the migrations, where it has a folder of them.
pub(in crate::commands) fn rails(context: &Context, settings: &Settings) -> Result<Rails> {
    let record = settings.rails.record_versions.value;
    match &settings.rails.dir {
        Some(dir) => Rails::load(&context.shown(&dir.value), record),
        None if record || Path::new(RAILS_FOLDER).is_dir() => {
            Rails::load(Path::new(RAILS_FOLDER), record)
        }
        None => Ok(Rails::default()),
    }
}

/// The engine, set up for this run.
pub(in crate::commands) fn migrator<'a>(
    context: &'a Context,
    settings: &Settings,
    (source, rails): (&'a Source, &'a Rails),
    target: &'a Target,
) -> Migrator<'a> {
    Migrator {
        target,
        source,
        rails,
        limits: limits(settings),
        progress: context.progress(),
        interrupt: context.interrupt(),
    }
}
