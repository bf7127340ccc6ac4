//! Views and functions are run on the rows that are there.

use hangmeas::health::{self, Request};
use hangmeas::report::{DbHealthCheck, Outcome, Severity};

use super::migrated;
use crate::support::{Database, block_on};

fn look(database: &Database<'_>, exact: bool) -> DbHealthCheck {
    look_at("conformity.runs", database, exact)
}

fn look_at(check: &str, database: &Database<'_>, exact: bool) -> DbHealthCheck {
    let mut request = Request::new(time::macros::date!(2026 - 01 - 01));
    request.only = vec![check.to_owned()];
    request.exact = exact;
    block_on(async {
        let session = database.session().await;
        health::run(&session, &request).await.expect("a report")
    })
}

/// Severity and sentence of every finding.
fn told(report: &DbHealthCheck) -> Vec<(Severity, String)> {
    let findings = report.findings().into_iter();
    findings.map(|it| (it.severity, it.what.clone())).collect()
}

fn error(what: &str) -> (Severity, String) {
    (Severity::Error, what.to_owned())
}

/// A view that shows one column of the credits, whatever else it must show.
fn wallet(column: &str) -> String {
    format!(
        "DROP VIEW user_wallet_balances;
         CREATE VIEW user_wallet_balances AS SELECT user_id, {column} AS balance FROM spree_store_credits"
    )
}

#[test]
fn a_view_whose_rows_fail_is_told() {
    let database = migrated();
    database.execute(&wallet("1 / (amount - 5)"));
    assert_eq!(told(&look(&database, false)), []);
    database.execute(
        "INSERT INTO spree_store_credits (amount, created_at, updated_at) VALUES (5, now(), now())",
    );
    assert_eq!(
        told(&look(&database, false)),
        [error(
            "view user_wallet_balances does not run: division by zero"
        )]
    );
}

#[test]
fn a_materialized_view_that_a_refresh_would_double_is_told() {
    let database = migrated();
    database.execute(
        "ALTER TABLE spree_users DROP CONSTRAINT spree_users_pkey CASCADE;
         INSERT INTO spree_users (id, email, created_at, updated_at)
             SELECT 7, 'user' || n || '@example.com', now(), now() FROM generate_series(1, 2) n",
    );
    let refresh = database.try_execute("REFRESH MATERIALIZED VIEW user_analytics");
    assert!(refresh.is_err());
    assert_eq!(
        told(&look(&database, false)),
        [error(
            "refresh of user_analytics does not run: two rows have the same id"
        )]
    );
}

#[test]
fn a_function_is_called_for_somebody_who_ordered() {
    let database = migrated();
    database.execute(
        "CREATE OR REPLACE FUNCTION calculate_user_ltv(user_id bigint)
         RETURNS TABLE (total_orders numeric, total_subscriptions numeric, total_votes numeric, total_ltv numeric)
         LANGUAGE sql STABLE AS $$
             SELECT 1.0 / (SELECT count(*) - 1 FROM spree_orders o WHERE o.user_id = calculate_user_ltv.user_id), 0.0, 0.0, 0.0
         $$",
    );
    assert_eq!(told(&look(&database, false)), []);
    database.execute(
        "INSERT INTO spree_users (id, email, created_at, updated_at) VALUES (7, 'a@example.com', now(), now());
         INSERT INTO spree_orders (number, user_id, created_at, updated_at) VALUES ('R1', 7, now(), now())",
    );
    assert_eq!(
        told(&look(&database, false)),
        [error(
            "function calculate_user_ltv(user_id bigint) does not run: division by zero"
        )]
    );
}

#[test]
fn what_takes_long_or_is_large_is_a_note() {
    let database = migrated();
    database.execute(&wallet("pg_sleep(2)::text"));
    database.execute(
        "INSERT INTO spree_store_credits (amount, created_at, updated_at) VALUES (5, now(), now())",
    );
    let note = (
        Severity::Note,
        "view user_wallet_balances took longer than 1s, so nobody knows whether it runs".to_owned(),
    );
    assert_eq!(told(&look(&database, false)), [note]);
    assert_eq!(told(&look(&database, true)), []);

    database.execute(&wallet("1 / (amount - 5)"));
    database.execute(
        "INSERT INTO spree_store_credits (amount, memo, created_at, updated_at)
             SELECT 6, repeat(md5(n::text), 40), now(), now() FROM generate_series(1, 20000) n",
    );
    let report = look(&database, false);
    let told_now = told(&report);
    let [(Severity::Note, analytics), (Severity::Note, what)] = told_now.as_slice() else {
        panic!("{told_now:?}");
    };
    assert!(analytics.starts_with("materialized view user_analytics was planned"));
    assert!(what.starts_with("view user_wallet_balances was planned, but not computed"));
    assert!(
        report.findings()[0]
            .cure
            .as_deref()
            .is_some_and(|cure| cure.ends_with("--exact"))
    );
    assert_eq!(
        told(&look(&database, true)),
        [error(
            "view user_wallet_balances does not run: division by zero"
        )]
    );
}

#[test]
fn a_materialized_view_that_was_never_filled_breaks_no_check() {
    let database = migrated();
    database.execute("REFRESH MATERIALIZED VIEW user_analytics WITH NO DATA");
    let report = look_at("operations.analytics", &database, false);
    let Outcome::Skipped { reason, remedy } = &report.checks[0].outcome else {
        panic!("{:#?}", report.checks);
    };
    assert_eq!(reason, "user_analytics was never filled");
    database.execute(remedy);
    let report = look_at("operations.analytics", &database, false);
    assert_eq!(report.checks[0].outcome, Outcome::Passed);
}
