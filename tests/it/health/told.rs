//! Checks that no script in one database can make unhappy: what the caller tells, and what belongs to the server.

use std::time::Duration;

use hangmeas::health::{self, Backup, MigrationFault, Migrations, Request, Waiver};
use hangmeas::postgres::{Host, Interrupt, Session};
use hangmeas::report::{DbHealthCheck, Finding, Outcome, Severity};
use time::macros::date;

use super::{migrated, server};
use crate::support::{Database, Server, block_on, free_port, skipped};

fn request(only: &str) -> Request {
    let mut request = Request::new(date!(2026 - 01 - 01));
    request.only = vec![only.to_owned()];
    request
}

fn look(database: &Database<'_>, request: &Request) -> DbHealthCheck {
    block_on(async {
        let session = database.session().await;
        health::run(&session, request).await.expect("a report")
    })
}

fn keys(report: &DbHealthCheck) -> Vec<&str> {
    report
        .findings()
        .iter()
        .map(|finding| finding.key.as_str())
        .collect()
}

#[test]
fn backups_migrations_and_pools_are_told() {
    let database = migrated();
    let mut backup = request("operations.backup_age");
    let outcome = |report: &DbHealthCheck| report.checks[0].outcome.clone();
    assert!(matches!(
        outcome(&look(&database, &backup)),
        Outcome::NotApplicable { .. }
    ));
    backup.backup = Backup::None {
        dir: "backups".into(),
    };
    assert_eq!(
        keys(&look(&database, &backup)),
        ["operations.backup_age:backup"]
    );
    let made = |hours: u64| Backup::Made {
        age: Duration::from_secs(hours * 3600),
        name: "nightly".to_owned(),
    };
    backup.backup = made(27);
    assert_eq!(
        keys(&look(&database, &backup)),
        ["operations.backup_age:backup"]
    );
    backup.backup = made(25);
    assert!(matches!(
        outcome(&look(&database, &backup)),
        Outcome::Passed
    ));

    let mut migrations = request("conformity.migrations");
    migrations.migrations = Migrations::Told(vec![MigrationFault {
        migration: "V1001__mine".to_owned(),
        state: "V1001__mine was edited after it was applied".to_owned(),
        cure: "hangmeas migration accept 1001".to_owned(),
    }]);
    assert_eq!(
        keys(&look(&database, &migrations)),
        ["conformity.migrations:V1001__mine"]
    );

    let mut pools = request("activity.pools");
    assert_eq!(keys(&look(&database, &pools)), [""; 0]);
    pools.pool = 60;
    assert_eq!(keys(&look(&database, &pools)), [""; 0]);
    pools.thresholds.set("processes", 4).expect("a limit");
    assert_eq!(keys(&look(&database, &pools)), ["activity.pools:pool"]);
}

#[test]
fn what_belongs_to_the_server() {
    let database = migrated();
    // The test servers are made to be thrown away.
    let report = look(&database, &request("operations.durability"));
    assert!(keys(&report).contains(&"operations.durability:fsync"));
    let report = look(&database, &request("operations.checksums"));
    assert_eq!(keys(&report), ["operations.checksums:data_checksums"]);
    let mut age = request("capacity.transaction_age");
    assert_eq!(keys(&look(&database, &age)), [""; 0]);
    age.thresholds
        .set("transaction_age", 0)
        .expect("a threshold");
    let key = format!("capacity.transaction_age:{}", database.name());
    assert!(keys(&look(&database, &age)).contains(&key.as_str()));
}

#[test]
fn a_database_that_cannot_search_khmer_is_told() {
    assert_eq!(
        keys(&look(&migrated(), &request("operations.khmer_search"))),
        [""; 0]
    );
    let name = server().unused_name("locale_c");
    server().administer(&[&format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    )]);
    let report = block_on(async {
        let target = server().target(&name);
        let session = Session::open(&target, &Interrupt::never())
            .await
            .expect("a session");
        health::run(&session, &request("operations.khmer_search"))
            .await
            .expect("a report")
    });
    assert_eq!(keys(&report), [format!("operations.khmer_search:{name}")]);
    server().administer(&[&format!("DROP DATABASE {name}")]);
}

#[test]
fn deadlocks_are_counted() {
    let database = migrated();
    let mut deadlocks = request("activity.deadlocks");
    deadlocks
        .thresholds
        .set("deadlocks", 0)
        .expect("a threshold");
    assert_eq!(keys(&look(&database, &deadlocks)), [""; 0]);
    block_on(async {
        let (one, two) = (database.session().await, database.session().await);
        for session in [&one, &two] {
            session
                .run("SET deadlock_timeout = '50ms'; BEGIN")
                .await
                .expect("BEGIN");
        }
        one.run("LOCK TABLE artists").await.expect("a lock");
        two.run("LOCK TABLE achievements").await.expect("a lock");
        let (a, b) = tokio::join!(
            one.run("LOCK TABLE achievements"),
            two.run("LOCK TABLE artists")
        );
        assert!(a.is_err() != b.is_err(), "one of them is killed");
        for session in [&one, &two] {
            session
                .run("ROLLBACK; SELECT pg_stat_force_next_flush()")
                .await
                .expect("ROLLBACK");
        }
    });
    let told = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        keys(&look(&database, &deadlocks)) == ["activity.deadlocks:deadlocks"]
    });
    assert!(told);
}

#[test]
fn waivers_end_and_baselines_know() {
    let database = migrated();
    database.execute("CREATE INDEX again ON artists (name)");
    let mut duplicate = request("index.duplicate");
    let one = |report: &DbHealthCheck| -> Finding { (*report.findings()[0]).clone() };
    assert!(one(&look(&database, &duplicate)).counts());

    let waiver = |until: &str| {
        Waiver::new(
            "index.duplicate:ag*",
            "the old name is still used in a hint",
            until,
        )
    };
    duplicate.waivers = vec![waiver("2026-01-01").expect("a waiver")];
    let report = look(&database, &duplicate);
    assert_eq!(
        one(&report).waived.expect("waived").until.as_deref(),
        Some("2026-01-01")
    );
    assert_eq!(report.summary.waived, 1);

    duplicate.waivers = vec![waiver("2025-12-31").expect("a waiver")];
    let finding = one(&look(&database, &duplicate));
    assert!(finding.counts() && finding.waiver_ended.is_some());

    duplicate.waivers.push(
        Waiver::new(
            "index.duplicate:gone",
            "it was there once upon a time",
            "2027-01-01",
        )
        .expect("one"),
    );
    assert_eq!(
        look(&database, &duplicate).stale_waivers,
        ["index.duplicate:gone"]
    );

    duplicate.baseline = Some([finding.key].into());
    let report = look(&database, &duplicate);
    assert!(!one(&report).counts() && report.summary.known == 1);
}

/// What breaks a rule is named, with the statement that cures it, or the sentence.
#[test]
fn rules_name_the_row_and_the_cure() {
    let database = migrated();
    database.execute(
        "INSERT INTO spree_users (id, email, loyalty_points, phone_number, created_at, updated_at) VALUES
             (7, 'a@example.com', 30, '+85512345678', now(), now()),
             (8, 'b@example.com', 0, '012 345 678', now(), now())",
    );
    let report = look(&database, &request("data"));
    let points = report
        .findings()
        .into_iter()
        .find(|finding| finding.check == "data.points_add_up")
        .expect("a finding")
        .clone();
    assert_eq!(
        points.what,
        "user 7: loyalty_points is 30, the activities add up to 0"
    );
    let cure = points.cure.expect("a statement");
    assert_eq!(
        keys(&report),
        [
            "data.points_add_up:user 7",
            "data.phones_differ:phone 12345678"
        ]
    );
    let phones = report.findings()[1].cure.clone();
    assert_eq!(
        phones.as_deref(),
        Some("decide which account keeps the number, and empty it in the others")
    );
    database.execute(&cure);
    database.execute("UPDATE spree_users SET phone_number = NULL WHERE id = 8");
    assert_eq!(keys(&look(&database, &request("data"))), [""; 0]);
}

#[test]
fn a_key_that_was_off_for_a_while_is_not_believed() {
    let database = migrated();
    database.execute(
        "ALTER TABLE achievements DISABLE TRIGGER ALL;
         INSERT INTO achievements (user_id, code, name, achieved_at, created_at, updated_at)
         VALUES (4711, 'first', 'First', now(), now(), now())",
    );
    let mut orphans = request("constraint.orphans");
    let found = ["constraint.orphans:achievements.user_id"];
    assert_eq!(keys(&look(&database, &orphans)), found, "while it is off");
    database.execute("ALTER TABLE achievements ENABLE TRIGGER ALL");
    orphans.exact = true;
    let report = look(&database, &orphans);
    assert_eq!(keys(&report), found, "and afterwards");
    let cure = report.findings()[0].cure.clone().expect("a cure");
    database.execute(&cure);
    assert_eq!(keys(&look(&database, &orphans)), [""; 0]);
}

/// A query that fails is an outcome of its check, and of no other.
#[test]
fn a_check_that_breaks_breaks_alone() {
    let database = migrated();
    // Reading the orders takes longer than any check may take.
    database.execute(
        "ALTER TABLE spree_users RENAME TO hidden_users;
         CREATE VIEW spree_users AS SELECT h.*, pg_sleep(0.001)::text AS slow FROM hidden_users h WHERE 1 / (id - id + (h.id <> 1)::int) = 1",
    );
    database.execute("INSERT INTO hidden_users (id, email, pin_code, created_at, updated_at) VALUES (1, 'a', '1234', now(), now())");
    let mut request = request("security");
    request.only.push("index".to_owned());
    let report = look(&database, &request);
    let broken: Vec<&str> = report
        .checks
        .iter()
        .filter(|check| matches!(check.outcome, Outcome::Failed { .. }))
        .map(|check| check.id.as_str())
        .collect();
    assert_eq!(broken, ["security.plain_pin"], "{:#?}", report.checks);
    assert!(report.summary.checks > 10);
    assert!(!report.is_well(Severity::Error));
}

#[test]
fn what_counters_say_since_statistics_began() {
    let database = migrated();
    let mut cache = request("activity.cache");
    assert_eq!(keys(&look(&database, &cache)), [""; 0]);
    cache.thresholds.set("cache_blocks", 0).expect("a limit");
    // More than all of them cannot come from memory.
    cache.thresholds.set("cache_hit", 101).expect("a limit");
    let told = |request: &Request, key: &str| {
        (0..50).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            keys(&look(&database, request)) == [key]
        })
    };
    // More than passes through the buffers of a bulk load.
    database.execute(
        "CREATE TABLE bulk AS SELECT repeat('x', 1000) FROM generate_series(1, 40000);
         SELECT count(*) FROM bulk",
    );
    assert!(told(&cache, "activity.cache:cache"));

    let mut growth = request("capacity.votes_growth");
    growth.thresholds.set("votes_after", 0).expect("a limit");
    growth.thresholds.set("votes_a_year", 0).expect("a limit");
    assert_eq!(keys(&look(&database, &growth)), [""; 0]);
    database.execute(
        "SET session_replication_role = replica;
         INSERT INTO xfactor_votes (user_id, contestant_id, episode_id, vote_type, vote_count, created_at, updated_at)
             SELECT 1, 1, 1, 'free', 1, now(), now() FROM generate_series(1, 1000)",
    );
    assert!(told(&growth, "capacity.votes_growth:xfactor_votes"));
}

/// Over the machine's own address, where it has one besides the loopback.
#[test]
fn connections_without_tls_are_told() {
    let route = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        // Nothing is sent: this only asks which address would be used.
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    let address = match route {
        Ok(address) if !address.ip().is_loopback() => address.ip(),
        _ => return skipped("this machine has no address but the loopback"),
    };
    let port = free_port();
    let server = Server::start_prepared(&["listen_addresses=*", &format!("port={port}")], |data| {
        let file = data.join("pg_hba.conf");
        let text = std::fs::read_to_string(&file).expect("pg_hba.conf");
        std::fs::write(file, format!("host all all samehost trust\n{text}")).expect("it");
    });
    let mut plain = request("security.plain_connection");
    let look = |request: &Request| {
        block_on(async {
            let session = Session::open(&server.target("postgres"), &Interrupt::never())
                .await
                .expect("a session");
            health::run(&session, request).await.expect("a report")
        })
    };
    assert_eq!(keys(&look(&plain)), [""; 0]);
    let mut target = server.target("postgres");
    target.host = Host::Tcp(address.to_string());
    target.port = port;
    target.application_name = "puma".to_owned();
    block_on(async {
        let application = Session::open(&target, &Interrupt::never())
            .await
            .expect("a session");
        let report = look(&plain);
        assert_eq!(
            keys(&report),
            ["security.plain_connection:puma of postgres"]
        );
        assert_eq!(report.findings()[0].severity, Severity::Note);
        plain.protected = true;
        assert_eq!(look(&plain).findings()[0].severity, Severity::Error);
        drop(application);
    });
}

/// A view that is planned well and whose rows cannot be made.
#[test]
fn a_materialized_view_that_cannot_be_refreshed_is_told() {
    let database = migrated();
    database.execute(
        "DROP MATERIALIZED VIEW user_analytics;
         CREATE MATERIALIZED VIEW user_analytics AS SELECT id, email, 1 / (id - id) AS share FROM spree_users",
    );
    let runs = request("conformity.runs");
    assert_eq!(keys(&look(&database, &runs)), [""; 0]);
    database.execute(
        "INSERT INTO spree_users (email, created_at, updated_at) VALUES ('a@example.com', now(), now())",
    );
    let report = look(&database, &runs);
    assert_eq!(keys(&report), ["conformity.runs:user_analytics"]);
    let what = &report.findings()[0].what;
    assert!(what.contains("division by zero"), "{what}");
}
