//! The question before something is destroyed in a protected environment: the database's name.

use super::ask;
use super::context::Context;
use crate::cli::ConfirmArgs;
use crate::config::Settings;
use crate::error::{Error, Result, in_quotes};

/// Lets a destructive command through, asks, or refuses (exit status 8).
pub(super) async fn confirm(
    context: &Context,
    settings: &Settings,
    confirm: &ConfirmArgs,
    what: &str,
) -> Result<()> {
    confirm_database(context, settings, confirm, what, settings.database()).await
}

/// The same for a database that is not the environment's own.
pub(super) async fn confirm_database(
    context: &Context,
    settings: &Settings,
    confirm: &ConfirmArgs,
    what: &str,
    database: &str,
) -> Result<()> {
    if let Some(named) = &confirm.yes_i_mean {
        return if named == database {
            Ok(())
        } else {
            Err(Error::refused(format!(
                "--yes-i-mean names {named}, but the database is {database}"
            ))
            .hint_command("see which database is meant", "hangmeas config show"))
        };
    }
    if !settings.protected.value {
        return Ok(());
    }
    let environment = &settings.environment.value;
    let protected = format!("{what} {database}: environment {environment} is protected");
    if !context.terminal().can_ask {
        return Err(Error::refused(protected)
            .detail(settings.why_protected())
            .hint(name_it(database)));
    }
    let question = format!(
        "This will {what} {database} of environment {environment}.\nType the database's name to go on: "
    );
    let answer = ask::line(question, context.interrupt())
        .await?
        .map_err(|error| Error::refused(format!("{protected}; no answer: {error}")))?;
    match answer.as_deref() {
        Some(answer) if answer == database => Ok(()),
        _ => Err(Error::refused(format!(
            "{protected}, and the answer was not its name: nothing was done"
        ))),
    }
}

/// What to add when a refused command is meant.
pub(super) fn name_it(database: &str) -> String {
    let name = in_quotes(database);
    format!("if that is meant, name the database: add --yes-i-mean {name}")
}
