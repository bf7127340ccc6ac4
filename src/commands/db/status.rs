//! `db status`.

use super::migrate::{migrator, rails};
use crate::cli::StatusArgs;
use crate::commands::context::Context;
use crate::error::Result;
use crate::report::{Answer, Report};

pub(super) async fn run(context: &Context, args: &StatusArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let source = context.source(&settings)?;
    let rails = rails(context, &settings)?;
    let target = context.target(&settings)?;
    let report = migrator(context, &settings, (&source, &rails), &target)
        .status()
        .await?;
    let good = !args.check || report.pending == 0;
    Ok(Answer::when(good, Report::DbStatus(report)))
}
