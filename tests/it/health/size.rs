//! As fast on a hundred million rows as on none: no large table is read, no number of tables makes more messages, and
//! a statement that takes too long is ended.

use std::time::Instant;

use hangmeas::health::{self, Request};
use hangmeas::report::{DbHealthCheck, Outcome, Severity};

use super::migrated;
use crate::support::{Database, block_on};

/// Rows that are really there; the planner is told of a thousand times as many.
const ROWS: u64 = 120_000;

fn look(database: &Database<'_>, request: &Request) -> DbHealthCheck {
    block_on(async {
        let session = database.session().await;
        health::run(&session, request).await.expect("a report")
    })
}

fn usual() -> Request {
    Request::new(time::macros::date!(2026 - 01 - 01))
}

/// Rows that were read so far of the large tables, by scans and through indexes.
fn read_so_far(database: &Database<'_>) -> u64 {
    let sum = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables \
               WHERE relname IN ('spree_users', 'xfactor_votes', 'spree_orders', 'wallet_transactions')";
    // Sessions that ended have told what they did.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    database.value(sum).parse().expect("a number")
}

#[test]
fn no_large_table_is_read() {
    let database = migrated();
    database.execute(&format!(
        "SET session_replication_role = replica;
         INSERT INTO spree_users (id, email, pin_code, created_at, updated_at)
             SELECT n, 'user' || n || '@example.com', '$2a$12$hashed', now(), now() FROM generate_series(1, {ROWS}) n;
         INSERT INTO spree_orders (id, number, user_id, created_at, updated_at)
             SELECT n, 'R' || n, n, now(), now() FROM generate_series(1, {ROWS}) n;
         REFRESH MATERIALIZED VIEW user_analytics;
         ANALYZE;
         UPDATE pg_class SET reltuples = reltuples * 1000, relpages = relpages * 1000
          WHERE relname IN ('spree_users', 'spree_orders')"
    ));
    let before = read_so_far(&database);
    let started = Instant::now();
    let report = look(&database, &usual());
    println!("with many rows: {:?}", started.elapsed());
    let read = read_so_far(&database) - before;
    // Samples of 200 rows, one of 10,000 orders with their users, and what catalogs of views look up.
    assert!(read < 30_000, "{read} rows were read");
    let rows = report
        .sections
        .iter()
        .find(|section| section.title == "Table Statistics")
        .expect("the section");
    let users = rows.rows.iter().find(|row| row.name == "spree_users");
    assert_eq!(users.expect("users").detail, "~120,000,000 rows");

    let mut exact = usual();
    exact.exact = true;
    let report = look(&database, &exact);
    let rows = report
        .sections
        .iter()
        .find(|section| section.title == "Table Statistics")
        .expect("the section");
    let users = rows.rows.iter().find(|row| row.name == "spree_users");
    assert_eq!(users.expect("users").detail, "120,000 rows");
    assert!(read_so_far(&database) - before > ROWS, "--exact does read");
}

#[test]
fn two_thousand_tables_take_no_more_messages() {
    let database = migrated();
    let few = look(&database, &usual());
    database.execute(
        "DO $$ BEGIN FOR n IN 1..2000 LOOP
             EXECUTE format('CREATE TABLE shelf_%s (id bigserial PRIMARY KEY, label text)', n);
         END LOOP; END $$",
    );
    let many = look(&database, &usual());
    assert_eq!((few.round_trips, many.round_trips), (4, 4));
    assert_eq!(many.summary.failed, 0, "{:?}", many.summary);
}

#[test]
fn what_takes_too_long_is_ended() {
    let database = migrated();
    database.execute(
        "CREATE OR REPLACE FUNCTION calculate_user_ltv(user_id bigint)
             RETURNS TABLE (total_orders numeric, total_subscriptions numeric, total_votes numeric, total_ltv numeric)
             LANGUAGE sql AS 'SELECT 1.0, 1.0, 1.0, 1.0 FROM pg_sleep(60)'",
    );
    let mut request = usual();
    request.only = vec!["conformity.runs".to_owned()];
    let started = Instant::now();
    let report = look(&database, &request);
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
    let finding = report.findings()[0];
    assert!(finding.what.contains("took longer than 1s"), "{finding:?}");
    assert_eq!(finding.severity, Severity::Note);
    assert!(matches!(report.checks[0].outcome, Outcome::Found));
}
