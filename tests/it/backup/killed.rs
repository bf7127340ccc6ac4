//! `kill -9` of hangmeas itself, at random moments: nothing of it goes on writing, nothing that is not
//! whole looks whole, no database is lost, and the next run works and cleans up.
//!
//! A few moments each; `HANGMEAS_TEST_KILLS=100` takes that many, `HANGMEAS_TEST_SEED` the same again.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::support::*;
use crate::support::{Database, Run, Visitor, hangmeas, server};

/// How long whatever a killed run started may live on: the guard's three seconds, and some.
const SOON: Duration = Duration::from_secs(8);

fn kills() -> u32 {
    let wanted = std::env::var("HANGMEAS_TEST_KILLS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(8)
}

fn program(database: &Database<'_>, args: &[&str], dir: &Path) -> Run {
    hangmeas()
        .url(database)
        .env("HANGMEAS_BIN_DIR", &server().binaries().folder)
        .args(args)
        .arg("--dir")
        .arg(dir)
}

/// Processes whose command line names the folder: `pg_dump`, `pg_restore` and their workers.
fn workers(dir: &Path) -> Vec<String> {
    let dir = dir.to_string_lossy();
    let all = fs::read_dir("/proc").expect("/proc").flatten();
    let lines = all.filter_map(|entry| {
        let words = fs::read(entry.path().join("cmdline")).ok()?;
        let line = String::from_utf8_lossy(&words).replace('\0', " ");
        let own = entry.file_name() == std::process::id().to_string().as_str();
        (line.contains(dir.as_ref()) && !own).then_some(line)
    });
    lines.collect()
}

/// Waits until nobody works in the folder any more; how long that took.
fn must_fall_silent(dir: &Path, round: u32) -> Duration {
    let began = Instant::now();
    loop {
        let left = workers(dir);
        if left.is_empty() {
            return began.elapsed();
        }
        assert!(
            began.elapsed() < SOON,
            "round {round}: still at work: {left:?}"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until the server has ended what a killed run sent to it: a swap may be under way.
fn must_be_idle(database: &Database<'_>) {
    let name = database.name();
    let query = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'hangmeas db restore%' \
            AND state <> 'idle' AND (starts_with(datname, '{name}') OR strpos(query, '{name}') > 0)"
    );
    let watcher = Visitor::at(server().folder(), "postgres", "hangmeas tests");
    let began = Instant::now();
    while watcher.value(&query).as_deref() != Some("0") {
        assert!(began.elapsed() < SOON, "the server is still at work");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Random moments between the start of a run and a little after its usual end, each in the next of as
/// many parts of that time as there are kills.
struct Moments {
    seed: u64,
    part: u32,
    most: Duration,
}

impl Moments {
    fn within(took: Duration) -> Self {
        let seed = std::env::var("HANGMEAS_TEST_SEED").ok();
        let now = std::time::UNIX_EPOCH.elapsed().expect("a time").as_nanos() as u64;
        let seed = seed.and_then(|text| text.parse().ok()).unwrap_or(now);
        println!("HANGMEAS_TEST_SEED={seed}, kills within {took:?}");
        Self {
            seed,
            part: 0,
            most: took.mul_f64(1.1),
        }
    }

    fn next(&mut self) -> Duration {
        // xorshift64: never 0 for a seed that is not.
        self.seed |= 1;
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        let within = (self.seed >> 11) as f64 / (1_u64 << 53) as f64;
        let moment = (f64::from(self.part) + within) / f64::from(kills());
        self.part = (self.part + 1) % kills();
        self.most.mul_f64(moment)
    }
}

/// Kills a run after some time; whether it was met alive.
fn kill_after(run: Run, pause: Duration) -> bool {
    let mut process = run.spawn();
    std::thread::sleep(pause);
    let alive = process.is_running();
    if alive {
        process.signal("KILL");
    }
    process.wait();
    alive
}

#[test]
fn a_killed_backup_leaves_nothing_that_looks_whole() {
    let database = shop();
    // Long enough to be met while the workers write.
    database.execute(
        "INSERT INTO artists (name, created_at, updated_at) \
         SELECT md5(n::text) || md5((-n)::text), now(), now() FROM generate_series(1, 60000) n",
    );
    let dir = tempfile::tempdir().expect("folder");
    let whole = program(&database, &["db", "backup"], dir.path()).run();
    let mut moments = Moments::within(whole.success().took);
    let (mut met, mut partial, mut longest) = (0, 0, Duration::ZERO);
    for round in 0..kills() {
        fs::remove_dir_all(dir.path()).expect("an empty folder");
        let run = program(&database, &["db", "backup"], dir.path());
        met += u32::from(kill_after(run, moments.next()));
        longest = longest.max(must_fall_silent(dir.path(), round));
        for name in published(dir.path()) {
            let name = hangmeas::backup::BackupName::parse(&name).expect("a name");
            let verdict = verify(dir.path(), &name).expect("verify");
            assert!(verdict.is_sound(), "round {round}: {verdict:?}");
        }
        partial += u32::from(!hidden(dir.path()).is_empty());
        let before = published(dir.path()).len();
        let next = program(
            &database,
            &["db", "backup", "--lock-wait", "10s"],
            dir.path(),
        )
        .run();
        next.success();
        assert_eq!(published(dir.path()).len(), before + 1, "round {round}");
        assert_eq!(hidden(dir.path()), Vec::<String>::new(), "round {round}");
    }
    println!(
        "killed {met} of {} backups, {partial} left something hidden, silent after at most {longest:?}",
        kills()
    );
    assert!(met > 0 && partial > 0, "{met} met, {partial} partial");
}

/// What a run that is not complete has in the folder.
fn hidden(dir: &Path) -> Vec<String> {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    names
        .filter(|name| name.ends_with(".partial") || name.ends_with(".deleting"))
        .collect()
}

#[test]
fn a_killed_restore_loses_nothing() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let name = name_of(&backup(&database, dir.path())).to_string();
    let from_backup = content(&database);
    let args = ["db", "restore", &name, "--replace", "--disconnect"];
    let alter = || database.execute("DELETE FROM artists WHERE id > 10");
    alter();
    let original = content(&database);
    let whole = program(&database, &args, dir.path()).run();
    let mut moments = Moments::within(whole.success().took);
    let (mut met, mut kept, mut replaced, mut longest) = (0, 0, 0, Duration::ZERO);
    for round in 0..kills() {
        alter();
        let run = program(&database, &args, dir.path());
        met += u32::from(kill_after(run, moments.next()));
        longest = longest.max(must_fall_silent(dir.path(), round));
        must_be_idle(&database);
        let now = content(&database);
        if now == original {
            kept += 1;
        } else {
            assert!(
                now == from_backup,
                "round {round}: neither the one nor the other"
            );
            replaced += 1;
        }
        program(&database, &args, dir.path()).run().success();
        assert_eq!(content(&database), from_backup, "round {round}");
        let left = database.query_text(&format!(
            "SELECT datname FROM pg_database WHERE starts_with(datname, '{}_')",
            database.name()
        ));
        assert_eq!(left, Vec::<String>::new(), "round {round}");
    }
    println!(
        "killed {met} of {} restores: {kept} times the original, {replaced} times the backup; silent after at most {longest:?}",
        kills()
    );
    assert!(met > 0 && kept > 0, "{met} met, {kept} kept");
}
