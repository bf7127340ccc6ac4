//! How fast `hangmeas db seed --profile load` is, beside the server loading the same rows from files,
//! and beside one INSERT per row. Prints what was measured; asserts nothing about time.
//!
//! `cargo bench --bench seed`, or with the word of a section: `cargo bench --bench seed -- generator`.
//! Only by their words run `connections` (one connection beside more) and `million` (scale 1, on a server
//! with fsync: 10 GB of disk, some minutes).

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark starts programs, prints, and fails loudly"
)]

mod connections;
mod generator;
#[path = "../../it/support/mod.rs"]
mod support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{Base, Database, Server, server};

/// Runs of each side; medians are printed.
const RUNS: usize = 5;
/// The size of the comparison: 20,000 users and 200,000 votes.
const SCALE: &str = "0.02";
/// Rows that are inserted one by one, in each run.
const INSERTS: u32 = 2_000;

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    let sections: [(&str, bool, fn()); 5] = [
        ("generator", true, generator::rows_per_second),
        ("load", true, against_files_and_inserts),
        ("linear", true, memory_and_linearity),
        ("connections", false, connections::one_and_more),
        ("million", false, a_million_users),
    ];
    for (name, always, section) in sections {
        let wanted = words.iter().any(|word| name.contains(word.as_str()));
        if wanted || (always && words.is_empty()) {
            eprintln!("measuring: {name}");
            section();
        }
    }
}

fn migrated() -> Database<'static> {
    migrated_on(server())
}

fn migrated_on(server: &Server) -> Database<'_> {
    let database = server.clone_of(Base::Empty);
    let status = hangmeas(&database, &["db", "migrate", "--quiet"]).status();
    assert!(status.expect("hangmeas").success());
    database
}

fn hangmeas(database: &Database<'_>, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hangmeas"));
    command
        .env_clear()
        .env("DATABASE_URL", database.url())
        .args(args)
        .stdout(Stdio::null());
    command
}

const LOAD: [&str; 6] = ["db", "seed", "--profile", "load", "--as-of", "2026-06-10"];

/// Seeds; the time, and the most memory that the program had, in kB.
fn seed(database: &Database<'_>, scale: &str) -> (Duration, u64) {
    seed_with(database, scale, &[])
}

fn seed_with(database: &Database<'_>, scale: &str, more: &[&str]) -> (Duration, u64) {
    let began = Instant::now();
    // At scale 1 each table's time is worth a line.
    let quiet: &[&str] = if scale == "1" { &[] } else { &["--quiet"] };
    let mut child = hangmeas(database, &LOAD)
        .args(["--scale", scale])
        .args(quiet)
        .args(more)
        .spawn()
        .expect("hangmeas");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let done = loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            most = kilobytes.unwrap_or(0).max(most);
        }
        if let Some(done) = child.try_wait().expect("its state") {
            break done;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(done.success());
    (began.elapsed(), most)
}

/// The same rows in files of the server's, and the script that loads them as `db seed` does: bare, then
/// indexes and keys, statistics, the view.
struct Files {
    script: String,
    rows: u64,
}

fn files(full: &Database<'_>) -> Files {
    let empty = migrated();
    let plan = hangmeas(&empty, &LOAD)
        .args(["--quiet", "--scale", SCALE, "--dry-run", "--format", "json"])
        .stdout(Stdio::piped())
        .output();
    let plan: serde_json::Value =
        serde_json::from_slice(&plan.expect("a plan").stdout).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let folder = server().folder().display();
    let (mut drops, mut builds) = (Vec::new(), Vec::new());
    for one in plan["dropped"].as_array().expect("a list") {
        let (table, name) = (text(&one["table"]), text(&one["name"]));
        if one["key"] == true {
            let definition = full.value(&format!(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{name}'"
            ));
            drops.insert(0, format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
            builds.push(format!(
                "ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            ));
        } else {
            drops.push(format!("DROP INDEX {name}"));
            builds.insert(
                0,
                full.value(&format!("SELECT pg_get_indexdef('{name}'::regclass)")),
            );
        }
    }
    let mut script = vec![
        "BEGIN".to_owned(),
        "SET LOCAL maintenance_work_mem = '256MB'".to_owned(),
    ];
    script.extend(drops);
    let mut rows = 0;
    for table in plan["tables"].as_array().expect("tables") {
        let name = text(&table["table"]);
        full.execute(&format!(
            "COPY {name} TO '{folder}/{name}.copy' (FORMAT binary)"
        ));
        script.push(format!(
            "COPY {name} FROM '{folder}/{name}.copy' (FORMAT binary)"
        ));
        rows += table["rows"].as_u64().unwrap_or(0);
    }
    script.extend(builds);
    script.push("REFRESH MATERIALIZED VIEW user_analytics".to_owned());
    script.push("COMMIT".to_owned());
    for table in plan["tables"].as_array().expect("tables") {
        script.push(format!("ANALYZE {}", text(&table["table"])));
    }
    script.push("ANALYZE user_analytics".to_owned());
    Files {
        script: script.join(";\n"),
        rows,
    }
}

fn against_files_and_inserts() {
    let full = migrated();
    seed(&full, SCALE);
    let files = files(&full);
    let (mut ours, mut theirs, mut inserts) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(seed(&migrated(), SCALE).0);
        let database = migrated();
        let began = Instant::now();
        database.execute(&files.script);
        theirs.push(began.elapsed());
        inserts.push(single_inserts(&full));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "{} rows, indexes and keys included: db seed {:.2} s, the server from files {:.2} s: {:.2} times (at most 1.15)",
        files.rows,
        ours.as_secs_f64(),
        theirs.as_secs_f64(),
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
    let inserts = f64::from(INSERTS) / median(inserts).as_secs_f64();
    let rate = files.rows as f64 / ours.as_secs_f64();
    println!(
        "db seed {rate:.0} rows/s, one INSERT and COMMIT per row {inserts:.0} rows/s: {:.1} times (at least 5)",
        rate / inserts
    );
}

/// The time of votes inserted one by one, each its own transaction, indexes in place.
fn single_inserts(full: &Database<'_>) -> Duration {
    let script: Vec<String> = (0..INSERTS)
        .map(|row| {
            format!(
                "INSERT INTO xfactor_votes (user_id, contestant_id, episode_id, vote_type, metadata, created_at, \
                 updated_at) VALUES ({}, 1, 1, 'free', '{{\"device\": \"ios\"}}', now(), now());\n",
                row + 2
            )
        })
        .collect();
    let file = server().folder().join("inserts.sql");
    std::fs::write(&file, script.concat()).expect("a file");
    let began = Instant::now();
    let status = Command::new(server().binaries().folder.join("psql"))
        .args(["-qX", "-f"])
        .arg(&file)
        .arg(full.url())
        .status();
    assert!(status.expect("psql").success());
    began.elapsed()
}

fn memory_and_linearity() {
    for scale in ["0.01", "0.03", "0.1"] {
        measure(&migrated(), scale);
    }
}

/// Scale 1 beside smaller ones, on a server as one would run it.
fn a_million_users() {
    let settings = ["fsync=on", "synchronous_commit=on", "full_page_writes=on"];
    let sizes = [
        "shared_buffers=2GB",
        "max_wal_size=32GB",
        "checkpoint_timeout=30min",
    ];
    let server = Server::start(&[&settings[..], &sizes[..]].concat());
    for scale in ["0.01", "0.1", "1"] {
        let database = migrated_on(&server);
        measure(&database, scale);
        let began = Instant::now();
        let verified = hangmeas(&database, &["db", "seed", "--verify"]).status();
        assert!(verified.expect("hangmeas").success());
        println!(
            "    all rules checked in {:.1} s",
            began.elapsed().as_secs_f64()
        );
    }
}

fn measure(database: &Database<'_>, scale: &str) {
    let (time, memory) = seed(database, scale);
    let rows: u64 = database
        .query_text("SELECT reltuples::bigint FROM pg_class WHERE relkind = 'r' AND reltuples > 0")
        .iter()
        .map(|count| count.parse::<u64>().expect("a number"))
        .sum();
    println!(
        "scale {scale}: {rows} rows in {:.1} s, {:.0} rows/s, {} MB of memory",
        time.as_secs_f64(),
        rows as f64 / time.as_secs_f64(),
        memory / 1024
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
