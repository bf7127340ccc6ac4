//! How long `hangmeas db backup` takes beside `pg_dump -Fd` with the same jobs and compression, on a
//! seeded database of some hundred megabytes; and what its parts take by themselves. Prints what was
//! measured; asserts nothing about time.
//!
//! `cargo bench --bench backup`, or with another scale of the seed: `cargo bench --bench backup -- 0.1`.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark starts programs, prints, and fails loudly"
)]

#[allow(dead_code, reason = "another bench uses the rest")]
#[path = "../measure.rs"]
mod measure;
#[allow(dead_code, reason = "another bench uses the rest")]
#[path = "../programs.rs"]
mod programs;
#[path = "../../it/support/mod.rs"]
mod support;

use std::path::Path;
use std::process::Command;

use measure::{Row, interleaved, print};
use programs::{hangmeas, psql, quiet_run};
use support::{Base, Database, server};

/// Rounds; medians are printed.
const ROUNDS: usize = 7;
/// Size of the seed: 40,000 users and 400,000 votes.
const SCALE: &str = "0.04";
const JOBS: &str = "2";

fn main() {
    let scale = std::env::args()
        .skip(1)
        .find(|word| !word.starts_with("--"));
    let database = seeded(scale.as_deref().unwrap_or(SCALE));
    let size = database.value("SELECT pg_size_pretty(pg_database_size(current_database()))");
    println!("a database of {size}, {JOBS} jobs, gzip or what pg_dump takes for it");
    let rows = [
        backup_and_pg_dump(&database),
        counts(&database),
        verify_and_reading(&database),
    ];
    print(&rows);
}

fn seeded(scale: &str) -> Database<'static> {
    let database = server().clone_of(Base::Empty);
    quiet_run(hangmeas(&database.url(), &["db", "migrate"]));
    let seed = ["db", "seed", "--profile", "load", "--scale", scale];
    quiet_run(hangmeas(&database.url(), &seed));
    database.execute("VACUUM ANALYZE");
    database
}

/// hangmeas with the same programs of PostgreSQL that its contender uses.
fn ours(database: &Database<'_>, args: &[&str], dir: &Path) -> Command {
    let mut command = hangmeas(&database.url(), args);
    command
        .env("HANGMEAS_BIN_DIR", &server().binaries().folder)
        .arg("--dir")
        .arg(dir);
    command
}

fn program(name: &str, args: &[&str]) -> Command {
    let mut command = Command::new(server().binaries().program(name));
    command.args(args).env("LC_ALL", "C.UTF-8");
    command
}

fn backup_and_pg_dump(database: &Database<'_>) -> Row {
    let [ours, theirs] = interleaved(ROUNDS, |which| {
        let dir = tempfile::tempdir().expect("a folder");
        if which == 0 {
            quiet_run(ours(
                database,
                &["db", "backup", "--jobs", JOBS],
                dir.path(),
            ))
        } else {
            let file = dir.path().join("dump").display().to_string();
            let args = ["-Fd", "-j", JOBS, "-f", &file, "-d", &database.url()];
            quiet_run(program("pg_dump", &args))
        }
    });
    Row::ratio("db backup / pg_dump -Fd", 1.1, &ours, &theirs)
}

/// What the manifest's exact counts take when nothing else runs.
fn counts(database: &Database<'_>) -> Row {
    let queries = database.query_text(
        "SELECT format('SELECT count(*) FROM ONLY %s;', oid::regclass) FROM pg_class \
          WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'hangmeas'::regnamespace)",
    );
    let script = queries.concat();
    let [times] = interleaved(ROUNDS, |_| quiet_run(psql(&database.url(), &script)));
    Row::told("the counts alone, by psql", &times)
}

/// Reading a backup back, beside `pg_restore` reading the same without a server.
fn verify_and_reading(database: &Database<'_>) -> Row {
    let dir = tempfile::tempdir().expect("a folder");
    quiet_run(ours(
        database,
        &["db", "backup", "--jobs", JOBS],
        dir.path(),
    ));
    let name = std::fs::read_dir(dir.path())
        .expect("the folder")
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .find(|name| !name.starts_with('.'))
        .expect("a backup");
    let dump = dir.path().join(&name).join("dump").display().to_string();
    let [verify, read] = interleaved(ROUNDS, |which| {
        if which == 0 {
            quiet_run(ours(
                database,
                &["db", "backups", "verify", &name],
                dir.path(),
            ))
        } else {
            quiet_run(program("pg_restore", &["--data-only", "-f", "-", &dump]))
        }
    });
    Row::told("db backups verify", &verify).beside("pg_restore --data-only alone", &read)
}
