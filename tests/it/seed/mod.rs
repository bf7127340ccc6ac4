//! `db seed` on every base: what it writes, that it repeats, what it refuses, what stops it.

mod again;
mod apart;
mod determinism;
mod honest;
mod interruption;
mod khmer;
mod login;
mod numbers;
mod parallel;
mod profiles;
mod realism;
mod refusals;
mod rules;
mod setup;

use std::sync::OnceLock;

use crate::support::{Base, Database, Output, hangmeas, server};

/// A day that is past, so that nothing depends on today.
pub const AS_OF: &str = "2026-06-10";
/// A demo that is small, but has everything.
pub const SMALL: [&str; 4] = ["--users", "400", "--votes", "2500"];

/// A whole command: the load profile, of this size, by so many connections.
pub const fn loading(
    users: &'static str,
    votes: &'static str,
    workers: &'static str,
) -> [&'static str; 12] {
    [
        "db",
        "seed",
        "--profile",
        "load",
        "--as-of",
        AS_OF,
        "--users",
        users,
        "--votes",
        votes,
        "--workers",
        workers,
    ]
}

/// A migrated database on this base; the template is made at its first use.
pub fn migrated(base: Base) -> Database<'static> {
    static TEMPLATES: [OnceLock<Database<'static>>; Base::COUNT] =
        [const { OnceLock::new() }; Base::COUNT];
    let template = TEMPLATES[base as usize].get_or_init(|| {
        let database = server().clone_of(base);
        let run = hangmeas().url(&database).args(["db", "migrate", "--quiet"]);
        run.run().success();
        database
    });
    server().copy_of(template)
}

/// A small demo on the bare base, made once; a copy for each test.
pub fn demo() -> Database<'static> {
    static TEMPLATE: OnceLock<Database<'static>> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let database = migrated(Base::Empty);
        small(&database, "demo").success();
        database
    });
    server().copy_of(template)
}

/// A load of some thousand users on the bare base, made once, for tests that only read.
pub fn load() -> &'static Database<'static> {
    static LOAD: OnceLock<Database<'static>> = OnceLock::new();
    LOAD.get_or_init(|| {
        let database = migrated(Base::Empty);
        let args = ["--profile", "load", "--as-of", AS_OF];
        let size = ["--users", "5000", "--votes", "50000"];
        seed(&database, &[&args[..], &size[..]].concat()).success();
        database
    })
}

/// Runs `hangmeas db seed` with these arguments.
pub fn seed(database: &Database<'_>, args: &[&str]) -> Output {
    let run = hangmeas().url(database).args(["db", "seed"]).args(args);
    run.run()
}

/// A small audience of a profile, on a past day.
pub fn small(database: &Database<'_>, profile: &str) -> Output {
    let args = ["--profile", profile, "--as-of", AS_OF];
    seed(database, &[&args[..], &SMALL[..]].concat())
}

/// Runs the demo of a hundred users, on a past day, with this flag.
pub fn hundred(database: &Database<'_>, flag: &str) -> Output {
    let args = ["--profile", "demo", "--as-of", AS_OF, "--users", "100"];
    seed(database, &[&args[..], &["--votes", "300", flag]].concat())
}

/// Writes a profile of one's own into a folder; its path.
pub fn written(dir: &tempfile::TempDir, text: &str) -> String {
    let file = dir.path().join("mine.toml");
    std::fs::write(&file, text).expect("a file");
    file.to_str().expect("a path").to_owned()
}

/// Every table of the application with the checksum of its rows.
pub fn checksums(database: &Database<'_>) -> Vec<String> {
    let tables = database.query_text(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' \
         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1",
    );
    let queries: Vec<String> = tables
        .iter()
        .map(|table| {
            format!(
                "SELECT '{table}', count(*), md5(COALESCE(string_agg(t::text, E'\\n' ORDER BY id), '')) \
                 FROM \"{table}\" t"
            )
        })
        .collect();
    let mut lines = database.query_text(&queries.join(" UNION ALL "));
    lines.sort();
    lines
}

/// Asserts that every table has the rows that it had; names those that do not.
#[track_caller]
pub fn assert_same(before: &[String], after: &[String]) {
    let differ: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    assert!(differ.is_empty(), "these tables differ: {differ:?}");
    assert_eq!(before.len(), after.len());
}
