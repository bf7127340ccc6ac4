//! `db drop`.

use crate::cli::DropArgs;
use crate::commands::context::Context;
use crate::commands::guard::confirm;
use crate::error::Result;
use crate::postgres::database;
use crate::report::{Answer, Report};

pub(super) async fn run(context: &Context, args: &DropArgs) -> Result<Answer> {
    let settings = context.settings()?;
    confirm(context, &settings, &args.confirm, "drop database").await?;
    let target = context.target_made(&settings)?;
    let report = database::drop_database(&target, args.force, context.interrupt()).await?;
    Ok(Answer::yes(Report::DbDrop(report)))
}
