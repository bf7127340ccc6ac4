//! `hangmeas migration …`.

use super::context::Context;
use super::db::migrate::{migrator, rails};
use crate::cli::{AcceptArgs, MigrationCommand, NewArgs};
use crate::error::{Error, Result};
use crate::migration::{Source, list, scaffold};
use crate::report::{Answer, Report};

pub(super) async fn run(context: &Context, command: &MigrationCommand) -> Result<Answer> {
    match command {
        MigrationCommand::New(args) => new(context, args),
        MigrationCommand::List(_) => {
            let source = context.source(&context.settings()?)?;
            Ok(Answer::yes(Report::MigrationList(list(&source))))
        }
        MigrationCommand::Accept(args) => accept(context, args).await,
    }
}

fn new(context: &Context, args: &NewArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let Some(dir) = &settings.migrations.dir else {
        return Err(
            Error::configuration("no folder for own migrations is named")
                .hint("name it in hangmeas.toml: [migrations] dir = \"db/hangmeas\"")
                .hint_command(
                    "or on the command line",
                    format!(
                        "hangmeas migration new {} --migrations-dir db/hangmeas",
                        args.name
                    ),
                ),
        );
    };
    let dir = context.shown(&dir.value);
    let bundled = settings.migrations.bundled.value;
    let source = if dir.exists() {
        Source::load(bundled, Some(&dir))?
    } else {
        Source::beside(bundled)?
    };
    let report = scaffold(&source, &dir, &args.name, args.no_transaction)?;
    Ok(Answer::yes(Report::MigrationNew(report)))
}

async fn accept(context: &Context, args: &AcceptArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let source = context.source(&settings)?;
    let rails = rails(context, &settings)?;
    let target = context.target(&settings)?;
    let migrator = migrator(context, &settings, (&source, &rails), &target);
    let report = migrator.accept(args.version).await?;
    Ok(Answer::yes(Report::MigrationAccept(report)))
}
