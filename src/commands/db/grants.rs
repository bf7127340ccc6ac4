//! `db grants`.

use std::time::Duration;

use crate::cli::GrantsArgs;
use crate::commands::context::Context;
use crate::commands::guard::confirm;
use crate::config::Settings;
use crate::error::Result;
use crate::grants::{self, Names};
use crate::postgres::{AdvisoryLock, LockRequest, Session};
use crate::report::{Answer, Report};

pub(super) async fn run(context: &Context, args: &GrantsArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let names = names(&settings);
    if !args.apply {
        let target = context.target(&settings)?;
        let session = Session::open(&target, context.interrupt()).await?;
        let report = grants::report(&session, &names).await?;
        let good = !args.check || report.statements.is_empty();
        return Ok(Answer::when(good, Report::DbGrants(report)));
    }
    confirm(
        context,
        &settings,
        &args.confirm,
        "change who may do what in database",
    )
    .await?;
    let target = context.target(&settings)?;
    let session = Session::open(&target, context.interrupt()).await?;
    let request = LockRequest {
        wait: settings.migrations.lock_wait.value,
        progress: context.progress(),
    };
    // A migration must not make a table between the look and the end.
    let (lock, work) = AdvisoryLock::acquire(session, request).await?;
    let limit = settings.timeouts.lock.value.unwrap_or(Duration::ZERO);
    let applied = grants::apply(&work.session, &names, limit).await;
    lock.release(work).await;
    Ok(Answer::yes(Report::DbGrants(applied?)))
}

fn names(settings: &Settings) -> Names {
    Names {
        app: settings.grants.app.value.clone(),
        readonly: settings.grants.readonly.value.clone(),
        backup: settings.grants.backup.value.clone(),
    }
}
