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

#[test]
fn a_standby_is_checked_and_its_lag_is_seen() {
    let primary = Server::start(&["wal_level=replica", "max_wal_senders=4"]);
    let program = primary.binaries().program("pg_basebackup");
    if !program.exists() {
        return skipped("pg_basebackup is not here");
    }
    let database = primary.clone_of(Base::Spree46);
    let name = database.name();
    hangmeas()
        .url(&database)
        .args(["db", "migrate", "--quiet"])
        .run()
        .success();
    let standby = standby_of(&primary, &program);

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

    let mut lag = Request::new(time::macros::date!(2026 - 01 - 01));
    lag.only = vec!["operations.replication_lag".to_owned()];
    assert!(look(&primary, name, &lag).findings().is_empty());
    lag.thresholds
        .set("replication_bytes", 100)
        .expect("a limit");
    lag.thresholds.set("replication_lag", 1).expect("a limit");
    let replay = |function: &str| {
        standby.administer(&[&format!("SELECT {function}()")]);
    };
    replay("pg_wal_replay_pause");
    database.execute(
        "CREATE TABLE written (a int); INSERT INTO written SELECT generate_series(1, 1000)",
    );
    assert_eq!(
        eventually(&primary, name, &lag, true).as_deref(),
        Some("operations.replication_lag:walreceiver")
    );
    assert_eq!(
        eventually(&standby, name, &lag, true).as_deref(),
        Some("operations.replication_lag:this standby")
    );
    // What is printed is advice; here it was somebody who paused it.
    replay("pg_wal_replay_resume");
    eventually(&standby, name, &lag, false);
    lag.thresholds
        .set("replication_bytes", 1 << 20)
        .expect("a limit");
    eventually(&primary, name, &lag, false);

    drop(database);
    drop(primary);
    assert_eq!(
        eventually(&standby, "postgres", &lag, true).as_deref(),
        Some("operations.replication_lag:walreceiver")
    );
}
