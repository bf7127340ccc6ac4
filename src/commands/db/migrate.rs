//! `db migrate`.

use crate::cli::MigrateArgs;
use crate::commands::context::{Context, limits};
use crate::config::Settings;
use crate::error::Result;
use crate::migration::{Migrator, Source};
use crate::report::{Answer, DbMigrate, Report};

pub(super) async fn run(context: &Context, args: &MigrateArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let source = context.source(&settings)?;
    let report = if args.dry_run {
        let target = context.target(&settings)?;
        migrator(context, &settings, &source, &target)
            .dry_run(args.to)
            .await?
    } else {
        migrate(context, &settings, &source, args.to).await?
    };
    Ok(Answer::yes(Report::DbMigrate(report)))
}

pub(super) async fn migrate(
    context: &Context,
    settings: &Settings,
    source: &Source,
    to: Option<i32>,
) -> Result<DbMigrate> {
    let target = context.target(settings)?;
    migrator(context, settings, source, &target)
        .migrate(to)
        .await
}

/// The engine, set up for this run.
pub(in crate::commands) fn migrator<'a>(
    context: &'a Context,
    settings: &Settings,
    source: &'a Source,
    target: &'a crate::postgres::Target,
) -> Migrator<'a> {
    Migrator {
        target,
        source,
        limits: limits(settings),
        progress: context.progress(),
        interrupt: context.interrupt(),
    }
}
