//! `db rollback`.

use super::migrate::{clear_up, migrator, rails};
use crate::cli::RollbackArgs;
use crate::commands::context::Context;
use crate::commands::guard::confirm;
use crate::error::Result;
use crate::migration::Back;
use crate::report::{Answer, Report};

pub(super) async fn run(context: &Context, args: &RollbackArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let source = context.source(&settings)?;
    confirm(
        context,
        &settings,
        &args.confirm,
        "undo migrations of database",
    )
    .await?;
    let back = match args.to {
        Some(to) => Back::To(to),
        None => Back::Steps(args.steps.unwrap_or(1)),
    };
    let rails = rails(context, &settings)?;
    let target = context.target(&settings)?;
    // Copies of tables lean on the sequences of the originals.
    clear_up(context, &target).await?;
    let migrator = migrator(context, &settings, (&source, &rails), &target);
    let report = migrator.rollback(back, args.discard_data).await?;
    Ok(Answer::yes(Report::DbRollback(report)))
}
