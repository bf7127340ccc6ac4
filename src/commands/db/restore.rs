//! `db restore`.

use crate::backup::{BackupName, RestoreRequest, Store, Tools, restore};
use crate::cli::RestoreArgs;
use crate::commands::context::Context;
use crate::commands::guard::{confirm_database, name_it};
use crate::error::{Error, Result};
use crate::postgres::Session;
use crate::report::{Answer, DbRestore, Report, milliseconds};

pub(super) async fn run(context: &Context, args: &RestoreArgs) -> Result<Answer> {
    let name = BackupName::typed(&args.name)?;
    let settings = context.settings()?;
    let database = args.into.as_deref().unwrap_or(settings.database());
    if args.replace {
        let what = "replace database";
        confirm_database(context, &settings, &args.confirm, what, database).await?;
    }
    let store = Store::at(&settings.backup.dir.value);
    let (_, manifest) = store.find(&name)?;
    // A protected environment has asked already.
    let asked = args.confirm.yes_i_mean.is_some() || settings.protected.value;
    if args.replace && !asked && manifest.database.name != database {
        return Err(of_another(&manifest.database.name, &name, database));
    }
    let target = context
        .target_made(&settings)?
        .settle()
        .await?
        .with_database(database);
    let server = Session::open(&target.with_database("postgres"), context.interrupt()).await?;
    let at_least = manifest.pg_dump_major().max(server.server_major());
    let tools = Tools::find(&context.places(&settings)?, at_least).await?;
    drop(server);
    let request = RestoreRequest {
        target,
        store,
        name,
        jobs: settings.backup.jobs.value,
        replace: args.replace,
        disconnect: args.disconnect,
        keep_old: args.keep_old,
        owners: !args.no_owner,
    };
    let restored = restore(&request, &tools, context.interrupt(), context.progress()).await?;
    let report = DbRestore {
        backup: restored.manifest.name.clone(),
        database: restored.database,
        server: request.target.address(),
        replaced: restored.replaced,
        kept_as: restored.kept_as,
        tables: restored.manifest.tables.len(),
        rows: restored.manifest.rows(),
        remarks: restored.remarks.iter().map(ToString::to_string).collect(),
        milliseconds: milliseconds(restored.elapsed),
    };
    Ok(Answer::yes(Report::DbRestore(report)))
}

/// The backup of one database in the place of another is seldom meant.
fn of_another(theirs: &str, backup: &BackupName, database: &str) -> Error {
    Error::refused(format!(
        "{backup} is a backup of database {theirs}, and would replace {database}"
    ))
    .hint(name_it(database))
}
