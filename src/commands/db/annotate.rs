//! `db annotate`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::annotate::{Change, Notes, check, models, pages, write};
use crate::catalog::{self, Catalog, Size};
use crate::cli::AnnotateArgs;
use crate::commands::context::Context;
use crate::config::Settings;
use crate::error::{Result, shell_word};
use crate::postgres::Session;
use crate::report::{AnnotatedModel, Answer, ChangedPage, DbAnnotate, PageChange, Report};

pub(super) async fn run(context: &Context, args: &AnnotateArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let mut notes = Notes {
        owners: settings.annotate.owners.clone(),
        notes: settings.annotate.notes.clone(),
        ..Notes::default()
    };
    let catalog = if args.expected {
        let expected = catalog::expected();
        notes.partial = expected.base.keys().cloned().collect();
        expected.catalog.clone()
    } else {
        let (catalog, sizes) = live(context, &settings, args.sizes).await?;
        notes.sizes = sizes;
        catalog
    };
    let mut report = DbAnnotate {
        source: if args.expected { "expected" } else { "live" }.to_owned(),
        check: args.check,
        out: None,
        pages: 0,
        changed: Vec::new(),
        models: Vec::new(),
        again: again(args),
    };
    if args.models.is_none() || args.out.is_some() {
        let pages = pages(&catalog, &notes);
        let out = &settings.annotate.out.value;
        let changes = if args.check {
            check(out, &pages)
        } else {
            write(out, &pages)
        }?;
        report.out = Some(context.shown(out));
        report.pages = pages.len();
        report.changed = changes.into_iter().map(changed).collect();
    }
    if let Some(dir) = &args.models {
        let dir = context.working_dir.join(dir);
        let found = models::annotate(&dir, &catalog, args.check)?;
        report.models = found.into_iter().map(annotated).collect();
    }
    let good = !args.check || report.is_fresh();
    Ok(Answer::when(good, Report::DbAnnotate(report)))
}

/// The command that writes what a check looked at.
fn again(args: &AnnotateArgs) -> String {
    let folder = |flag: &str, dir: &Option<PathBuf>| {
        let dir = dir.as_ref();
        dir.map(|dir| format!(" {flag} {}", shell_word(dir.display())))
            .unwrap_or_default()
    };
    format!(
        "hangmeas db annotate{}{}{}",
        if args.expected { " --expected" } else { "" },
        folder("--out", &args.out),
        folder("--models", &args.models)
    )
}

/// The schema of the database, and the sizes of its tables if they are wanted.
async fn live(
    context: &Context,
    settings: &Settings,
    sized: bool,
) -> Result<(Catalog, BTreeMap<String, Size>)> {
    let target = context.target(settings)?;
    let session = Session::open(&target, context.interrupt()).await?;
    let catalog = catalog::read(&session).await?;
    let sizes = if sized {
        catalog::sizes(&session).await?
    } else {
        BTreeMap::new()
    };
    Ok((catalog, sizes))
}

fn changed(change: Change) -> ChangedPage {
    let (path, change) = match change {
        Change::Add(path) => (path, PageChange::Add),
        Change::Update(path) => (path, PageChange::Update),
        Change::Remove(path) => (path, PageChange::Remove),
    };
    ChangedPage { path, change }
}

fn annotated(model: models::Model) -> AnnotatedModel {
    AnnotatedModel {
        path: model.path,
        table: model.table,
        changed: model.changed,
    }
}
