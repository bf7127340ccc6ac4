//! `db setup`: create, migrate, seed.

use super::{create, migrate, seed};
use crate::cli::{SeedArgs, SetupArgs};
use crate::commands::context::Context;
use crate::config::Settings;
use crate::error::Result;
use crate::report::{Answer, DbSetup, Report};

pub(super) async fn run(context: &Context, args: &SetupArgs) -> Result<Answer> {
    let report = setup(context, &context.settings()?, !args.no_seed).await?;
    Ok(Answer::yes(Report::DbSetup(report)))
}

/// Seeds with the environment's usual profile, if that is wanted and the schema is Hangmeas's.
pub(super) async fn setup(context: &Context, settings: &Settings, seeded: bool) -> Result<DbSetup> {
    // Files first: nothing is created when they are wrong.
    let source = context.source(settings)?;
    let create = create::create(context, settings).await?;
    let migrate = migrate::migrate(context, settings, &source, None).await?;
    let seeded = seeded && settings.migrations.bundled.value;
    let seed = match seeded {
        true => Some(seed::seed(context, settings, &SeedArgs::default()).await?),
        false => None,
    };
    Ok(DbSetup {
        create,
        migrate,
        seed,
    })
}
