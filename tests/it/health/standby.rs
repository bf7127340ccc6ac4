//! A standby is fine: a real one, copied by `pg_basebackup`, is checked, and checks its primary's view of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use hangmeas::health::{self, Request};
use hangmeas::postgres::{Interrupt, Session};
use hangmeas::report::{DbHealthCheck, Outcome};

use crate::support::{Base, Server, block_on, command_as_server, hangmeas, skipped};

fn look(server: &Server, database: &str, request: &Request) -> DbHealthCheck {
    block_on(async {
        let session = Session::open(&server.target(database), &Interrupt::never())
            .await
            .expect("a session");
        health::run(&session, request).await.expect("a report")
    })
}

/// A standby of a server, streaming.
fn standby_of(primary: &Server, program: &Path) -> Server {
    Server::start_prepared(&["hot_standby=on"], |data| {
        std::fs::remove_dir_all(data).expect("an empty place");
        let copied = command_as_server(program)
            .args([
                "--write-recovery-conf",
                "--wal-method=stream",
                "--checkpoint=fast",
            ])
            .args(["--no-sync", "--username=postgres", "--host"])
            .arg(primary.folder())
            .arg("--pgdata")
            .arg(data)
            .output()
            .expect("pg_basebackup");
        assert!(copied.status.success(), "pg_basebackup: {copied:?}");
    })
}

/// Looks until the check has findings, or has none.
fn eventually(server: &Server, database: &str, request: &Request, found: bool) -> Option<String> {
    for _ in 0..100 {
        let report = look(server, database, request);
        let first = report.findings().first().map(|finding| finding.key.clone());
        if first.is_some() == found {
            return first;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("no change of {:?}", request.only);
}

/// A primary and its standby; none without the program that copies it.
fn pair() -> Option<(Server, Server)> {
    let primary = Server::start(&["wal_level=replica", "max_wal_senders=4"]);
    let program = primary.binaries().program("pg_basebackup");
    let standby = program.exists().then(|| standby_of(&primary, &program))?;
    Some((primary, standby))
}

#[test]
fn a_standby_is_checked() {
    let Some((primary, standby)) = pair() else {
        return skipped("pg_basebackup is not here");
    };
    let database = primary.clone_of(Base::Spree46);
    let name = database.name();
    hangmeas()
        .url(&database)
        .args(["db", "migrate", "--quiet"])
        .run()
        .success();
    eventually(&primary, name, &lag(1, 1_000_000), false);

    let mut request = Request::new(time::macros::date!(2026 - 01 - 01));
    request.data = true;
    let there = look(&standby, name, &request);
    let here = look(&primary, name, &request);
    assert!(there.standby && !here.standby);
    for check in &there.checks {
        assert!(
            !matches!(
                check.outcome,
                Outcome::Failed { .. } | Outcome::Skipped { .. }
            ),
            "{check:?}"
        );
    }
    let keys = |report: &DbHealthCheck| -> BTreeSet<String> {
        let all = report.findings().into_iter();
        all.filter(|finding| !finding.check.starts_with("operations."))
            .map(|finding| finding.key.clone())
            .collect()
    };
    assert_eq!(keys(&there), keys(&here));
    hangmeas()
        .env("DATABASE_URL", standby.url(name))
        .args(["db", "health-check"])
        .run()
        .exits(0)
        .answers("(a standby)");
    hangmeas()
        .env("DATABASE_URL", standby.url(name))
        .args(["db", "drift"])
        .run()
        .exits(0);
}

/// What the check of lag says, with limits of bytes and seconds.
fn lag(bytes: u64, seconds: u64) -> Request {
    let mut request = Request::new(time::macros::date!(2026 - 01 - 01));
    request.only = vec!["operations.replication_lag".to_owned()];
    let limits = &mut request.thresholds;
    limits.set("replication_bytes", bytes).expect("a limit");
    limits.set("replication_lag", seconds).expect("a limit");
    request
}

const NEVER: u64 = 1 << 40;

/// The bytes in `standby walreceiver is 123 kB behind (…)`.
fn bytes_behind(server: &Server, database: &str) -> u64 {
    let report = look(server, database, &lag(1, 1_000_000));
    let findings = report.findings();
    let what = &findings.first().expect("a finding").what;
    let mut words = what.split(' ').skip_while(|word| *word != "is").skip(1);
    let number: u64 = words
        .next()
        .and_then(|it| it.parse().ok())
        .expect("a number");
    match words.next() {
        Some("bytes") => number,
        Some("kB") => number << 10,
        Some("MB") => number << 20,
        other => panic!("{other:?}: {what}"),
    }
}

#[test]
fn the_lag_of_a_standby_is_seen_from_both_sides() {
    let Some((primary, standby)) = pair() else {
        return skipped("pg_basebackup is not here");
    };
    let database = primary.create("lagging");
    let name = database.name();
    let replay = |function: &str| {
        standby.administer(&[&format!("SELECT {function}()")]);
    };
    let write = |table: &str, rows: u32| {
        database.execute(&format!(
            "CREATE TABLE {table} AS SELECT n, repeat('x', 100) AS x FROM generate_series(1, {rows}) n"
        ));
    };
    write("before", 10);
    eventually(&primary, name, &lag(1, 1_000_000), false);
    eventually(&standby, name, &lag(NEVER, 1), false);

    replay("pg_wal_replay_pause");
    write("first", 1_000);
    assert_eq!(
        eventually(&primary, name, &lag(100_000, 1_000_000), true).as_deref(),
        Some("operations.replication_lag:walreceiver")
    );
    let first = bytes_behind(&primary, name);
    assert!((100 << 10..1 << 20).contains(&first), "{first} bytes");
    // Bytes below the limit, and no time of the standby's own: nothing to say.
    assert!(
        look(&primary, name, &lag(NEVER, 1_000_000))
            .findings()
            .is_empty()
    );
    write("second", 10_000);
    let second = bytes_behind(&primary, name);
    assert!(second > first + (1 << 20), "{first}, then {second} bytes");
    // The standby knows the time since its last transaction.
    assert_eq!(
        eventually(&standby, name, &lag(NEVER, 1), true).as_deref(),
        Some("operations.replication_lag:this standby")
    );
    assert!(
        look(&standby, name, &lag(NEVER, 3600))
            .findings()
            .is_empty()
    );

    // What waited longer than the limit is told by its time, once it is replayed; until something newer is.
    std::thread::sleep(Duration::from_millis(1100));
    replay("pg_wal_replay_resume");
    eventually(&primary, name, &lag(NEVER, 1), true);
    eventually(&standby, name, &lag(NEVER, 1), false);
    eventually(&primary, name, &lag(1, 1_000_000), false);

    drop(database);
    drop(primary);
    assert_eq!(
        eventually(&standby, "postgres", &lag(NEVER, 1_000_000), true).as_deref(),
        Some("operations.replication_lag:walreceiver")
    );
}
