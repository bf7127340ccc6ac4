//! `db backups list`, `verify` and `prune`.

use std::time::Instant;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::backup::{
    BackupName, Entry, Policy, Pruned, State, Store, Tools, Verdict, prune, verify_by_restore,
    verify_files,
};
use crate::cli::{BackupsCommand, BackupsPruneArgs, BackupsVerifyArgs};
use crate::commands::context::Context;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::report::{
    Answer, BackupState, BackupsList, BackupsPrune, BackupsVerify, ListedBackup, PassedOver,
    Report, milliseconds,
};
use crate::server::Managed;

pub(super) async fn run(context: &Context, command: &BackupsCommand) -> Result<Answer> {
    match command {
        BackupsCommand::List(_) => list(context),
        BackupsCommand::Verify(args) => verify(context, args).await,
        BackupsCommand::Prune(args) => run_prune(context, args).await,
    }
}

fn list(context: &Context) -> Result<Answer> {
    let settings = context.settings()?;
    let dir = &settings.backup.dir.value;
    let backups = Store::at(dir).list()?.into_iter().map(listed).collect();
    let dir = context.shown(dir);
    Ok(Answer::yes(Report::BackupsList(BackupsList {
        dir,
        backups,
    })))
}

fn listed(entry: Entry) -> ListedBackup {
    let started = entry.name.stamp.moment().format(&Rfc3339);
    let mut line = ListedBackup {
        name: entry.name.to_string(),
        state: BackupState::Complete,
        environment: None,
        started_at: started.unwrap_or_default(),
        bytes: None,
        tables: None,
        rows: None,
        version: None,
        note: None,
    };
    match entry.state {
        State::Complete(manifest) => {
            line.bytes = Some(manifest.bytes());
            line.tables = Some(manifest.tables.len());
            line.rows = Some(manifest.rows());
            line.version = manifest.migrations.last().copied();
            line.environment = Some(manifest.environment);
        }
        State::Unreadable(why) => {
            line.state = BackupState::Unreadable;
            line.note = Some(why);
        }
        State::Partial(bytes) => {
            line.state = BackupState::Partial;
            line.bytes = Some(bytes);
        }
    }
    line
}

async fn verify(context: &Context, args: &BackupsVerifyArgs) -> Result<Answer> {
    let started = Instant::now();
    let name = BackupName::typed(&args.name)?;
    let settings = context.settings()?;
    let store = Store::at(&settings.backup.dir.value);
    let (_, manifest) = store.find(&name)?;
    let places = context.places(&settings)?;
    let tools = Tools::find(&places, manifest.pg_dump_major()).await?;
    let interrupt = context.interrupt();
    let verdict = if args.restore {
        let server = if args.local {
            let running = Managed::new(places).ensure_running(&|step| context.tell(step))?;
            running.target("postgres", "hangmeas")
        } else {
            context.target_made(&settings)?
        };
        let jobs = settings.backup.jobs.value;
        let progress = context.progress();
        verify_by_restore(&store, &name, &server, jobs, &tools, interrupt, progress).await?
    } else {
        verify_files(&store, &name, &tools, interrupt).await?
    };
    let sound = verdict.is_sound();
    let report = verify_report(verdict, started);
    Ok(Answer::when(sound, Report::BackupsVerify(report)))
}

fn verify_report(verdict: Verdict, started: Instant) -> BackupsVerify {
    let texts = |list: &[crate::backup::Difference]| list.iter().map(ToString::to_string).collect();
    BackupsVerify {
        sound: verdict.is_sound(),
        restored: verdict.restored,
        files: verdict.manifest.files.len(),
        tables: verdict.manifest.tables.len(),
        rows: verdict.manifest.rows(),
        damages: verdict.damages.iter().map(ToString::to_string).collect(),
        differences: texts(&verdict.differences),
        remarks: texts(&verdict.remarks),
        milliseconds: milliseconds(started.elapsed()),
        name: verdict.manifest.name,
    }
}

async fn run_prune(context: &Context, args: &BackupsPruneArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let Some(policy) = policy(&settings) else {
        return Err(Error::usage("nothing says which backups shall stay")
            .hint_command("say how many", "hangmeas db backups prune --keep 14")
            .hint("or set keep or keep_days in [backup] of hangmeas.toml"));
    };
    let store = Store::at(&settings.backup.dir.value);
    let (environment, database) = (&settings.environment.value, settings.database());
    let now = OffsetDateTime::now_utc();
    let done = prune(&store, environment, database, policy, now, args.dry_run).await?;
    let report = prune_report(context, &settings, done, args.dry_run);
    Ok(Answer::yes(Report::BackupsPrune(report)))
}

/// The rules of retention, if any was said.
pub(super) fn policy(settings: &Settings) -> Option<Policy> {
    let number = |value: &Option<crate::config::Sourced<u32>>| value.as_ref().map(|n| n.value);
    let policy = Policy {
        keep: number(&settings.backup.keep),
        keep_days: number(&settings.backup.keep_days),
    };
    (policy != Policy::default()).then_some(policy)
}

pub(super) fn prune_report(
    context: &Context,
    settings: &Settings,
    done: Pruned,
    dry_run: bool,
) -> BackupsPrune {
    let passed_over = done.plan.passed_over.into_iter();
    BackupsPrune {
        dir: context.shown(&settings.backup.dir.value),
        dry_run,
        deleted: if dry_run {
            done.plan.delete
        } else {
            done.deleted
        },
        kept: done.plan.keep,
        partials: done.partials,
        passed_over: passed_over
            .map(|(name, why)| PassedOver { name, why })
            .collect(),
    }
}
