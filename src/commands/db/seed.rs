//! `db seed`.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::cli::SeedArgs;
use crate::commands::context::Context;
use crate::config::Settings;
use crate::error::{Error, Hint, Result, shell_word};
use crate::invariants;
use crate::postgres::Session;
use crate::report::{
    Answer, DbSeed, DbSeedVerify, Report, RuleOutcome, RuleViolation, SeedDropped, SeedGone,
    SeedRefusal, SeedTable, milliseconds,
};
use crate::seed::clock::{Micros, SECOND};
use crate::seed::{Gone, Mode, Request, Seeded, Seeder, guard, profile};

/// Violations of a rule that are listed.
const SHOWN: usize = 10;
/// More than this, and the server's disk and memory are what is waited for, or somebody else waits.
const MOST_WORKERS: usize = 4;
/// More sessions than this would take the disk from whoever works on the database meanwhile.
const MOST_VERIFIERS: u32 = 4;
/// The first year in which the world can be seen.
const EARLIEST: i32 = 1900;

pub(super) async fn run(context: &Context, args: &SeedArgs) -> Result<Answer> {
    let settings = context.settings()?;
    if args.verify {
        return verify(context, &settings).await;
    }
    let report = seed(context, &settings, args).await?;
    Ok(Answer::when(
        report.refusal.is_none(),
        Report::DbSeed(report),
    ))
}

pub(super) async fn seed(
    context: &Context,
    settings: &Settings,
    args: &SeedArgs,
) -> Result<DbSeed> {
    let request = request(settings, args)?;
    request
        .size()
        .map_err(|error| sizeable(error, &request, args))?;
    let database = settings.database();
    let reason = settings.why_protected();
    let protected = settings.protected.value.then_some(reason.as_str());
    let allowed = args.allow_fake_data_in.as_deref();
    guard(&request.profile, database, protected, allowed)?;
    let session = Session::open(&context.target(settings)?, context.interrupt()).await?;
    let seeder = Seeder {
        session: &session,
        request: &request,
        lock_timeout: settings.timeouts.lock.value,
        progress: context.progress(),
    };
    let seeded = if args.dry_run {
        seeder.plan().await?
    } else {
        seeder.run().await?
    };
    report(database, &request, &seeded, args.dry_run)
}

fn request(settings: &Settings, args: &SeedArgs) -> Result<Request> {
    let default = if settings.protected.value {
        "reference"
    } else {
        "development"
    };
    let name = args.profile.as_deref().unwrap_or(default);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = args.workers.map_or(cores.min(MOST_WORKERS), usize::from);
    Ok(Request {
        profile: profile::find(name, |path| std::fs::read_to_string(path))?,
        random_seed: args.random_seed,
        as_of: as_of(args.as_of.as_deref())?,
        as_of_given: args.as_of.is_some(),
        scale: args.scale,
        users: args.users,
        votes: args.votes,
        mode: match (args.append, args.replace) {
            (true, _) => Mode::Append,
            (_, true) => Mode::Replace,
            _ => Mode::Fresh,
        },
        workers,
        connections: workers.min(settings.pool.value as usize).max(1),
        keep_indexes: args.keep_indexes,
        command: command(args),
    })
}

/// The refusal of a size, with the command for a profile of any size where this one has a fixed one.
fn sizeable(error: Error, request: &Request, args: &SeedArgs) -> Error {
    if request.profile.crowd.is_some() {
        return error;
    }
    let mut command = command(&SeedArgs {
        profile: Some("load".to_owned()),
        ..args.clone()
    });
    for (flag, given) in [
        (" --append", args.append),
        (" --replace", args.replace),
        (" --dry-run", args.dry_run),
    ] {
        command += if given { flag } else { "" };
    }
    error.hint_command("load and demo are of any size", command)
}

/// The command with these flags, but for those on what to do with data that is there.
fn command(args: &SeedArgs) -> String {
    let usual = SeedArgs::default();
    let flag = |name: &str, value: Option<String>| value.map(|value| format!("--{name} {value}"));
    let scaled = (args.scale - usual.scale).abs() > f64::EPSILON;
    let other_seed = args.random_seed != usual.random_seed;
    let flags = [
        flag("profile", args.profile.as_deref().map(shell_word)),
        flag("scale", scaled.then(|| args.scale.to_string())),
        flag("users", args.users.map(|users| users.to_string())),
        flag("votes", args.votes.map(|votes| votes.to_string())),
        flag(
            "random-seed",
            other_seed.then(|| args.random_seed.to_string()),
        ),
        flag("as-of", args.as_of.clone()),
        flag("workers", args.workers.map(|workers| workers.to_string())),
        args.keep_indexes.then(|| "--keep-indexes".to_owned()),
        flag("allow-fake-data-in", args.allow_fake_data_in.clone()),
    ];
    let words = std::iter::once("hangmeas db seed".to_owned());
    let words: Vec<String> = words.chain(flags.into_iter().flatten()).collect();
    words.join(" ")
}

/// The moment that is meant: a day (its beginning in UTC), a moment in RFC 3339, or now.
fn as_of(given: Option<&str>) -> Result<Micros> {
    let now = OffsetDateTime::now_utc();
    let Some(text) = given else {
        return Ok(micros(now));
    };
    let day = time::Date::parse(text, format_description!("[year]-[month]-[day]"));
    let day = day.map(|day| day.midnight().assume_utc());
    let moment = day.or_else(|_| OffsetDateTime::parse(text, &Rfc3339));
    let moment = moment.map_err(|_| {
        Error::usage(format!("--as-of {text} is neither a day nor a moment"))
            .detail("a day, from 00:00 UTC on:         2026-11-25")
            .detail("a moment, with seconds and zone:  2026-11-25T19:00:00+07:00")
            .detail("                                  2026-11-25T12:00:00Z")
    })?;
    if moment.year() < EARLIEST {
        return Err(Error::usage(format!(
            "--as-of {text} is before {EARLIEST}, and the audience has a past of years"
        )));
    }
    if moment > now {
        return Err(
            Error::usage(format!("--as-of {text} is in the future")).detail(format!(
                "it is {}, and a day begins at 00:00 UTC",
                rfc3339(now.replace_nanosecond(0).unwrap_or(now))?
            )),
        );
    }
    Ok(micros(moment))
}

fn micros(moment: OffsetDateTime) -> Micros {
    moment.unix_timestamp() * SECOND
}

fn rfc3339(moment: OffsetDateTime) -> Result<String> {
    let text = moment.format(&Rfc3339);
    text.map_err(|error| Error::usage("--as-of is out of range").caused_by(error))
}

/// What to do about data that was there.
fn hints(request: &Request, seeded: &Seeded) -> Vec<Hint> {
    if seeded.gone.is_empty() {
        return seeded.advice.iter().cloned().collect();
    }
    vec![Hint::command(
        "to make them again, with everything else that hangmeas seeded",
        format!("{} --replace", request.command),
    )]
}

fn report(database: &str, request: &Request, seeded: &Seeded, dry_run: bool) -> Result<DbSeed> {
    let moment = OffsetDateTime::from_unix_timestamp(request.as_of / SECOND);
    let moment = moment
        .map_err(|error| Error::usage("--as-of is out of range").caused_by(error))
        .and_then(rfc3339)?;
    let tables = seeded.plan.tables.iter().map(|planned| {
        let loaded = seeded.tables.iter().find(|own| own.table == planned.table);
        SeedTable {
            table: planned.table.clone(),
            rows: loaded.map_or(planned.rows, |own| own.rows),
            found: planned.found,
            bytes: planned.bytes,
            milliseconds: loaded.map(|own| milliseconds(own.elapsed)),
        }
    });
    let tables: Vec<SeedTable> = tables.collect();
    let dropped = seeded.plan.dropped.iter().map(|one| SeedDropped {
        table: one.table.clone(),
        name: one.name.clone(),
        key: one.key,
    });
    let apart = seeded.plan.apart.iter().map(|apart| apart.table.clone());
    let apart: Vec<String> = apart.collect();
    let connections = request.connections.min(apart.len() + 1);
    Ok(DbSeed {
        database: database.to_owned(),
        profile: request.profile.name.clone(),
        dry_run,
        already: seeded.already,
        refusal: seeded.refusal.as_ref().map(|error| SeedRefusal {
            message: error.message().to_owned(),
            details: error.detail_lines().to_vec(),
            hints: error.hints().to_vec(),
        }),
        gone: seeded.gone.iter().map(gone).collect(),
        hints: hints(request, seeded),
        removed: seeded.removed,
        random_seed: request.random_seed,
        as_of: match seeded.already {
            true => seeded.seen.clone(),
            false => Some(moment),
        },
        rows: tables.iter().map(|table| table.rows).sum(),
        bytes: seeded.plan.bytes(),
        free_bytes: seeded.free,
        dropped: dropped.collect(),
        kept_because: seeded.plan.kept_because.clone(),
        apart,
        connections,
        building_milliseconds: milliseconds(seeded.building),
        milliseconds: milliseconds(seeded.elapsed),
        tables,
    })
}

fn gone(own: &Gone) -> SeedGone {
    SeedGone {
        table: own.table.clone(),
        rows: own.rows,
        of: own.of,
    }
}

async fn verify(context: &Context, settings: &Settings) -> Result<Answer> {
    let target = context.target(settings)?;
    let sessions = settings.pool.value.min(MOST_VERIFIERS);
    let outcomes = invariants::check_all(&target, context.interrupt(), sessions, SHOWN).await?;
    let rules = outcomes.into_iter().map(|outcome| RuleOutcome {
        rule: outcome.rule.name.to_owned(),
        demand: outcome.rule.demand().to_owned(),
        total: outcome.total,
        violations: outcome
            .violations
            .into_iter()
            .map(|violation| RuleViolation {
                object: violation.object,
                problem: violation.problem,
            })
            .collect(),
    });
    let rules: Vec<RuleOutcome> = rules.collect();
    let broken = rules.iter().filter(|rule| rule.total > 0).count();
    let report = DbSeedVerify {
        database: settings.database().to_owned(),
        broken,
        rules,
    };
    Ok(Answer::when(broken == 0, Report::DbSeedVerify(report)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_bears_the_flags_of_the_call() {
        let args = SeedArgs {
            profile: Some("./my own.toml".to_owned()),
            scale: 0.5,
            random_seed: 7,
            keep_indexes: true,
            append: true,
            dry_run: true,
            allow_fake_data_in: Some("shop".to_owned()),
            ..SeedArgs::default()
        };
        assert_eq!(
            command(&args),
            "hangmeas db seed --profile './my own.toml' --scale 0.5 --random-seed 7 --keep-indexes \
             --allow-fake-data-in shop"
        );
    }
}
