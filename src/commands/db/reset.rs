//! `db reset`: drop, setup.

use super::setup;
use crate::cli::ResetArgs;
use crate::commands::context::Context;
use crate::commands::guard::confirm;
use crate::error::Result;
use crate::postgres::database;
use crate::report::{Answer, DbReset, Report};

pub(super) async fn run(context: &Context, args: &ResetArgs) -> Result<Answer> {
    let settings = context.settings()?;
    context.source(&settings)?;
    confirm(
        context,
        &settings,
        &args.confirm,
        "drop and set up database",
    )
    .await?;
    let target = context.target_made(&settings)?;
    let drop = database::drop_database(&target, args.force, context.interrupt()).await?;
    let setup = setup::setup(context, &settings, !args.no_seed).await?;
    Ok(Answer::yes(Report::DbReset(DbReset { drop, setup })))
}
