//! `--dry-run` and `--to`.

use super::{catalog, history, on, state, verified};
use crate::support::{Base, Server, block_on, server};

#[test]
fn a_dry_run_writes_nothing_at_all() {
    let own = Server::start(&[]);
    let database = own.clone_of(Base::Spree46);
    // The number of the next transaction that writes; nobody else uses this server.
    let next = || database.value("SELECT pg_snapshot_xmax(pg_current_snapshot())");
    let (before, state_before) = (next(), state(&database));
    let shown = on(&database, &["db", "migrate", "--dry-run"]);
    shown.success().answers("CREATE INDEX CONCURRENTLY");
    assert_eq!(next(), before, "a transaction wrote something");
    assert_eq!(state(&database), state_before);
}

/// What it prints, run as psql would, makes the same schema.
#[test]
fn what_it_prints_can_be_run() {
    for base in [Base::Empty, Base::Spree42] {
        let by_hand = server().clone_of(base);
        let printed = on(&by_hand, &["db", "migrate", "--dry-run"]);
        let script = printed.success().stdout.clone();
        block_on(async {
            let session = by_hand.session().await;
            for statement in hangmeas::sql_text::split(&script) {
                session
                    .run(statement.text)
                    .await
                    .unwrap_or_else(|failure| panic!("{}: {failure}", statement.text));
            }
        });
        let by_us = server().clone_of(base);
        on(&by_us, &["db", "migrate"]).success();
        assert_eq!(catalog(&by_hand), catalog(&by_us), "{base:?}");
    }
}

#[test]
fn the_plan_is_told_in_json() {
    let database = server().clone_of(Base::Empty);
    let report = on(
        &database,
        &[
            "db",
            "migrate",
            "--dry-run",
            "--to",
            "V0003",
            "--format",
            "json",
        ],
    )
    .json();
    let planned = report["planned"].as_array().expect("a plan");
    let versions: Vec<_> = planned
        .iter()
        .map(|step| step["version"].as_i64())
        .collect();
    assert_eq!(versions, [Some(1), Some(2), Some(3)]);
    assert_eq!(planned[0]["mode"], "transaction");
    assert_eq!(planned[2]["mode"], "statement_by_statement");
    assert!(
        planned[1]["sql"]
            .as_str()
            .is_some_and(|sql| sql.contains("ALTER TABLE"))
    );
    assert_eq!(report["applied"].as_array().map(Vec::len), Some(0));
    assert_eq!(report["dry_run"], true);
}

#[test]
fn to_stops_at_a_version_and_goes_on_from_there() {
    let database = server().clone_of(Base::Spree46);
    on(&database, &["db", "migrate", "--to", "4"])
        .success()
        .answers("pending");
    assert_eq!(history(&database).len(), 4);
    verified(&database, Some(4));
    // A target below is reached already.
    on(&database, &["db", "migrate", "--to", "2"]).success();
    assert_eq!(history(&database).len(), 4);
    on(&database, &["db", "migrate", "--to", "99"])
        .exits(2)
        .says("V0099")
        .says("hangmeas db status");
    assert_eq!(history(&database).len(), 4);
    on(&database, &["db", "migrate"]).success();
    verified(&database, None);
}
