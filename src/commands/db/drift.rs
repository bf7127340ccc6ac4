//! `db drift`.

use super::health_check::applied_version;
use super::status::status;
use crate::cli::DriftArgs;
use crate::commands::context::Context;
use crate::error::Result;
use crate::health;
use crate::postgres::Session;
use crate::report::{Answer, Report};

pub(super) async fn run(context: &Context, args: &DriftArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let (target, status) = status(context, &settings).await?;
    let session = Session::open(&target, context.interrupt()).await?;
    let report = health::drift(&session, Some(applied_version(&status)), args.sql).await?;
    Ok(Answer::when(
        report.items.is_empty(),
        Report::DbDrift(report),
    ))
}
