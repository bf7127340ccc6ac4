//! `hangmeas db …`.

mod annotate;
mod backup;
mod backups;
mod console;
mod create;
mod drift;
mod drop;
mod grants;
mod health_check;
pub(super) mod migrate;
mod reset;
mod restore;
mod rollback;
mod seed;
mod setup;
mod status;

use super::context::Context;
use crate::cli::DbCommand;
use crate::error::Result;
use crate::report::Answer;

pub(super) async fn run(context: &Context, command: &DbCommand) -> Result<Answer> {
    match command {
        DbCommand::Create(_) => create::run(context).await,
        DbCommand::Drop(args) => drop::run(context, args).await,
        DbCommand::Setup(args) => setup::run(context, args).await,
        DbCommand::Reset(args) => reset::run(context, args).await,
        DbCommand::Migrate(args) => migrate::run(context, args).await,
        DbCommand::Rollback(args) => rollback::run(context, args).await,
        DbCommand::Seed(args) => seed::run(context, args).await,
        DbCommand::Status(args) => status::run(context, args).await,
        DbCommand::Annotate(args) => annotate::run(context, args).await,
        DbCommand::Backup(_) => backup::run(context).await,
        DbCommand::Restore(args) => restore::run(context, args).await,
        DbCommand::Backups(command) => backups::run(context, command).await,
        DbCommand::Grants(args) => grants::run(context, args).await,
        DbCommand::Console(args) => console::run(context, args).await,
        DbCommand::HealthCheck(args) => health_check::run(context, args).await,
        DbCommand::Drift(args) => drift::run(context, args).await,
    }
}
