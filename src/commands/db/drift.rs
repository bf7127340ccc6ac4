//! `db drift`.

use super::health_check::applied_version;
use super::migrate::{migrator, rails};
use crate::cli::DriftArgs;
use crate::commands::context::Context;
use crate::error::Result;
use crate::health;
use crate::postgres::Session;
use crate::report::{Answer, Report};

pub(super) async fn run(context: &Context, args: &DriftArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let source = context.source(&settings)?;
    let rails = rails(context, &settings)?;
    let target = context.target(&settings)?;
    let status = migrator(context, &settings, (&source, &rails), &target)
        .status()
        .await?;
    let session = Session::open(&target, context.interrupt()).await?;
    let report = health::drift(&session, Some(applied_version(&status)), args.sql).await?;
    Ok(Answer::when(
        report.items.is_empty(),
        Report::DbDrift(report),
    ))
}
