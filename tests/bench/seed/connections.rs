//! Whether a second connection would load faster: the same votes through one and through two, into a
//! bare table and into one with its indexes and keys; then the indexes, built by one session and by two.

use std::process::Child;
use std::time::{Duration, Instant};

use super::support::{Database, server};
use super::{Command, RUNS, median, migrated, seed};

/// 30,000 users and 300,000 votes.
const SCALE: &str = "0.03";
/// Rows that go into the table with indexes, which takes them some twenty times more slowly.
const INDEXED: u64 = 60_000;

/// Rows per second through one and two connections, and the time of the builds.
pub fn one_and_two() {
    let database = migrated();
    seed(&database, SCALE);
    let build = definitions(&database);
    let (keys, indexes): (Vec<String>, Vec<String>) =
        build.into_iter().partition(|one| one.starts_with("ALTER"));
    let rows: u64 = database
        .value("SELECT count(*) FROM xfactor_votes")
        .parse()
        .expect("a number");
    loading(&database, "bare", rows, &[]);
    let all = [&indexes[..], &keys[..]].concat();
    loading(&database, "with its indexes and keys", INDEXED, &all);
    building(&database, &indexes);
}

/// What makes the indexes and keys of votes, for a table `copied`.
fn definitions(database: &Database<'_>) -> Vec<String> {
    database.query_text(
        "SELECT replace(replace(indexdef, 'public.xfactor_votes', 'copied'), 'INDEX ', 'INDEX c_') \
           FROM pg_indexes WHERE tablename = 'xfactor_votes' AND indexname <> 'xfactor_votes_pkey' \
         UNION ALL \
         SELECT format('ALTER TABLE copied ADD %s', pg_get_constraintdef(oid)) FROM pg_constraint \
          WHERE conrelid = 'xfactor_votes'::regclass AND contype = 'f'",
    )
}

fn loading(database: &Database<'_>, how: &str, rows: u64, build: &[String]) {
    let folder = server().folder().display().to_string();
    let half = rows / 2;
    for (name, first, last) in [("all", 1, rows), ("one", 1, half), ("two", half + 1, rows)] {
        database.execute(&format!(
            "COPY (SELECT * FROM (SELECT v.*, row_number() OVER (ORDER BY id) AS nth FROM xfactor_votes v) x \
             WHERE nth BETWEEN {first} AND {last}) TO '{folder}/votes.{name}' (FORMAT binary)"
        ));
    }
    // The numbering goes along as a last column, so that both sides read the same files.
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        for (names, times) in [(&["all"][..], &mut one), (&["one", "two"], &mut two)] {
            database.execute(
                "DROP TABLE IF EXISTS copied; CREATE TABLE copied (LIKE xfactor_votes, nth bigint, PRIMARY KEY (id))",
            );
            database.execute(&build.join(";\n"));
            let copy = |name: &&str| {
                let statement =
                    format!("\\copy copied from '{folder}/votes.{name}' (format binary)");
                psql(database, &statement)
            };
            times.push(all_of(names.iter().map(copy).collect()));
        }
    }
    let (one, two) = (median(one).as_secs_f64(), median(two).as_secs_f64());
    println!(
        "{rows} votes, {how}: one connection {:.0} rows/s, two {:.0} rows/s: {:.2} times",
        rows as f64 / one,
        rows as f64 / two,
        one / two
    );
}

/// The indexes of the table that was loaded bare.
fn building(database: &Database<'_>, indexes: &[String]) {
    database.execute(
        "DROP TABLE IF EXISTS copied; CREATE TABLE copied (LIKE xfactor_votes, PRIMARY KEY (id)); \
         INSERT INTO copied SELECT * FROM xfactor_votes",
    );
    let drop: Vec<String> = indexes
        .iter()
        .filter_map(|one| one.split(' ').find(|word| word.starts_with("c_")))
        .map(|name| format!("DROP INDEX IF EXISTS {name}"))
        .collect();
    let split = |nth: usize, of: usize| -> String {
        let own = indexes.iter().skip(nth).step_by(of).cloned();
        own.collect::<Vec<_>>().join("; ")
    };
    let ways: [(&str, usize, &str); 6] = [
        ("one session, no workers, 256 MB", 1, "0"),
        ("one session, 1 worker, 256 MB", 1, "1"),
        ("one session, 2 workers, 256 MB", 1, "2"),
        ("one session, 4 workers, 256 MB", 1, "4"),
        ("two sessions, no workers, 256 MB", 2, "0"),
        ("two sessions, 2 workers, 256 MB", 2, "2"),
    ];
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); ways.len()];
    for _ in 0..RUNS {
        for ((_, sessions, workers), times) in ways.iter().zip(&mut times) {
            database.execute(&drop.join("; "));
            let settings = format!(
                "SET maintenance_work_mem = '256MB'; SET max_parallel_maintenance_workers = {workers}; "
            );
            let scripts = (0..*sessions).map(|nth| settings.clone() + &split(nth, *sessions));
            let started = scripts.map(|script| psql(database, &script)).collect();
            times.push(all_of(started));
        }
    }
    for ((way, _, _), times) in ways.iter().zip(times) {
        println!(
            "{} indexes of the votes, {way}: {:.2} s",
            indexes.len(),
            median(times).as_secs_f64()
        );
    }
}

fn psql(database: &Database<'_>, script: &str) -> (Instant, Child) {
    let began = Instant::now();
    let child = Command::new(server().binaries().folder.join("psql"))
        .args(["-qX", "-v", "ON_ERROR_STOP=1", "-c", script])
        .arg(database.url())
        .spawn();
    (began, child.expect("psql"))
}

/// From the start of the first to the end of the last.
fn all_of(started: Vec<(Instant, Child)>) -> Duration {
    let began = started.first().expect("one").0;
    for (_, mut child) in started {
        assert!(child.wait().expect("psql").success());
    }
    began.elapsed()
}
