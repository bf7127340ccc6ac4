//! `db status`.

use super::migrate::{migrator, rails};
use crate::cli::StatusArgs;
use crate::commands::context::Context;
use crate::config::Settings;
use crate::error::Result;
use crate::postgres::Session;
use crate::report::{Answer, DbStatus, Report};

pub(super) async fn run(context: &Context, args: &StatusArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let target = context.target(&settings)?;
    let session = Session::open(&target, context.interrupt()).await?;
    let report = status(context, &settings, &session).await?;
    let good = !args.check || report.is_current();
    Ok(Answer::when(good, Report::DbStatus(report)))
}

/// Where the migrations of the session's database stand.
pub(super) async fn status(
    context: &Context,
    settings: &Settings,
    session: &Session,
) -> Result<DbStatus> {
    let source = context.source(settings)?;
    let rails = rails(context, settings)?;
    migrator(context, settings, (&source, &rails), session.target())
        .status(session)
        .await
}
