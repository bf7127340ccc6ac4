//! `db drift`.

use super::health_check::{applied_version, readable_status};
use crate::cli::DriftArgs;
use crate::commands::context::Context;
use crate::error::Result;
use crate::health;
use crate::postgres::Session;
use crate::progress::Event;
use crate::report::{Answer, Report};

pub(super) async fn run(context: &Context, args: &DriftArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let target = context.target(&settings)?;
    let session = Session::open(&target, context.interrupt()).await?;
    let status = readable_status(context, &settings, &session).await?;
    if status.is_none() {
        let all = "this role may not read the history of migrations: all of them are expected";
        context.progress().emit(Event::Warning(all.to_owned()));
    }
    let version = status.as_ref().map(applied_version);
    let report = health::drift(&session, version, args.sql).await?;
    Ok(Answer::when(
        report.items.is_empty(),
        Report::DbDrift(report),
    ))
}
