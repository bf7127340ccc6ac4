//! `db create`.

use crate::commands::context::Context;
use crate::config::Settings;
use crate::error::Result;
use crate::postgres::database;
use crate::progress::Event;
use crate::report::{Answer, DbCreate, Report};

pub(super) async fn run(context: &Context) -> Result<Answer> {
    let report = create(context, &context.settings()?).await?;
    Ok(Answer::yes(Report::DbCreate(report)))
}

pub(super) async fn create(context: &Context, settings: &Settings) -> Result<DbCreate> {
    let target = context.target_made(settings)?;
    let report = database::create(&target, context.interrupt()).await?;
    if !report.khmer_search {
        context.progress().emit(Event::Warning(format!(
            "database {} has LC_CTYPE {}, under which Khmer cannot be searched; to repair it, \
             dump it, drop it, run `hangmeas db create` and restore the dump",
            report.database, report.lc_ctype
        )));
    }
    Ok(report)
}
