//! `db status`.

use super::migrate::{migrator, rails};
use crate::cli::StatusArgs;
use crate::commands::context::Context;
use crate::config::Settings;
use crate::error::Result;
use crate::postgres::Target;
use crate::report::{Answer, DbStatus, Report};

pub(super) async fn run(context: &Context, args: &StatusArgs) -> Result<Answer> {
    let (_, report) = status(context, &context.settings()?).await?;
    let good = !args.check || report.pending == 0;
    Ok(Answer::when(good, Report::DbStatus(report)))
}

/// Where the database is, and where its migrations stand.
pub(super) async fn status(context: &Context, settings: &Settings) -> Result<(Target, DbStatus)> {
    let source = context.source(settings)?;
    let rails = rails(context, settings)?;
    let target = context.target(settings)?;
    let report = migrator(context, settings, (&source, &rails), &target)
        .status()
        .await?;
    Ok((target, report))
}
