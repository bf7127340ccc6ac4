//! `db setup`: create, migrate.

use super::{create, migrate};
use crate::commands::context::Context;
use crate::config::Settings;
use crate::error::Result;
use crate::report::{Answer, DbSetup, Report};

pub(super) async fn run(context: &Context) -> Result<Answer> {
    let report = setup(context, &context.settings()?).await?;
    Ok(Answer::yes(Report::DbSetup(report)))
}

pub(super) async fn setup(context: &Context, settings: &Settings) -> Result<DbSetup> {
    // Files first: nothing is created when they are wrong.
    let source = context.source(settings)?;
    Ok(DbSetup {
        create: create::create(context, settings).await?,
        migrate: migrate::migrate(context, settings, &source, None).await?,
    })
}
