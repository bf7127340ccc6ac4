//! `hangmeas migration …`.

use std::path::PathBuf;

use super::context::{Context, limits};
use super::db::migrate::{migrator, rails};
use crate::cli::{AcceptArgs, ImportArgs, MigrationCommand, NewArgs};
use crate::config::Settings;
use crate::error::{Error, Result, shell_word};
use crate::migration::{Adoption, Conversion, Source, list, scaffold};
use crate::report::{Answer, Report};

pub(super) async fn run(context: &Context, command: &MigrationCommand) -> Result<Answer> {
    match command {
        MigrationCommand::New(args) => new(context, args),
        MigrationCommand::List(_) => {
            let source = context.source(&context.settings()?)?;
            Ok(Answer::yes(Report::MigrationList(list(&source))))
        }
        MigrationCommand::Accept(args) => accept(context, args).await,
        MigrationCommand::Import(args) => import(context, args).await,
    }
}

fn new(context: &Context, args: &NewArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let kind = match args.no_transaction {
        true => " --no-transaction",
        false => "",
    };
    let example = format!(
        "hangmeas migration new {}{kind} --migrations-dir db/hangmeas",
        shell_word(&args.name)
    );
    let dir = own_dir(context, &settings, example)?;
    let bundled = settings.migrations.bundled.value;
    let source = if dir.exists() {
        Source::load(bundled, Some(&dir))?
    } else {
        Source::beside(bundled)?
    };
    let report = scaffold(&source, &dir, &args.name, args.no_transaction)?;
    Ok(Answer::yes(Report::MigrationNew(report)))
}

/// The folder of own migrations, shown as people know it.
fn own_dir(context: &Context, settings: &Settings, example: String) -> Result<PathBuf> {
    let dir = settings.migrations.dir.as_ref();
    dir.map(|dir| context.shown(&dir.value)).ok_or_else(|| {
        Error::configuration("no folder for own migrations is named")
            .hint("name it in hangmeas.toml: [migrations] dir = \"db/hangmeas\"")
            .hint_command("or on the command line", example)
    })
}

async fn import(context: &Context, args: &ImportArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let example = format!(
        "hangmeas migration import --from {} {} --into db/hangmeas{}",
        args.tool.name(),
        args.dir.display(),
        if args.no_bundled { " --no-bundled" } else { "" },
    );
    let into = own_dir(context, &settings, example)?;
    let bundled = settings.migrations.bundled.value;
    let conversion = Conversion::prepare(args.tool, &args.dir, &into, bundled)?;
    if args.files_only {
        conversion.write()?;
        return Ok(Answer::yes(Report::MigrationImport(
            conversion.report(None),
        )));
    }
    let target = context.target(&settings)?;
    let adoption = Adoption {
        target: &target,
        table: args.history_table.as_deref(),
        limits: limits(&settings),
        progress: context.progress(),
        interrupt: context.interrupt(),
    };
    let history = adoption.run(&conversion).await?;
    let report = conversion.report(Some(history));
    Ok(Answer::yes(Report::MigrationImport(report)))
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
