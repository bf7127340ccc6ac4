//! `--dry-run` and `--to`.

use super::{catalog, folder, history, on, on_folder, state, verified};
use crate::support::{Base, Server, block_on, server};

#[test]
fn a_dry_run_writes_nothing_at_all() {
    let own = Server::start(&[]);
    let database = own.clone_of(Base::Spree46);
    // The number of the next transaction that writes; nobody else uses this server.
    let next = || database.value("SELECT pg_snapshot_xmax(pg_current_snapshot())");
    let (before, state_before) = (next(), state(&database));
    let shown = on(&database, &["db", "migrate", "--dry-run"]);
    shown.success().answers("LOCK TABLE \"spree_users\"");
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
        assert_eq!(
            history(&by_hand),
            history(&by_us),
            "its rows are printed too"
        );
        on(&by_hand, &["db", "status", "--check"]).success();
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
    assert_eq!(planned[2]["mode"], "transaction", "the shop is empty");
    for step in planned {
        let sql = step["sql"].as_str().expect("SQL");
        let rows = sql.matches("INSERT INTO hangmeas.schema_history").count();
        assert_eq!(rows, 1, "{sql}");
    }
    assert_eq!(report["pending"].as_i64(), Some(18), "nothing ran");
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
    // A target below is reached already; nobody shall think that something was undone.
    on(&database, &["db", "migrate", "--to", "2"])
        .success()
        .answers("stays as it is: version 4")
        .answers("nothing was undone")
        .answers("hangmeas db rollback --to 2");
    assert_eq!(history(&database).len(), 4);
    on(&database, &["db", "migrate", "--to", "99"])
        .exits(2)
        .says("V0099")
        .says("hangmeas db status");
    assert_eq!(history(&database).len(), 4);
    on(&database, &["db", "migrate"]).success();
    verified(&database, None);
}

#[test]
fn the_last_version_is_a_target_like_any_other() {
    let own = folder(&[("V1001__own.sql", "CREATE TABLE own ();")]);
    let dir = own.path().to_str().expect("UTF-8");
    let database = server().clone_of(Base::Empty);
    on(&database, &["db", "migrate", "--to", "18"]).success();
    assert_eq!(history(&database).len(), 18);
    let beside = server().clone_of(Base::Empty);
    let args = ["db", "migrate", "--migrations-dir", dir, "--to", "18"];
    on(&beside, &args).success().answers("1 migration pending");
    assert_eq!(history(&beside).len(), 18);
}

/// On tables with rows the files run as they are written, on empty ones in one transaction; a file
/// that is half-way begins where it stopped.
#[test]
fn it_tells_how_each_file_would_run_now() {
    let database = server().create("now");
    database.execute("CREATE TABLE people (email text)");
    let sql = "-- hangmeas: no-transaction\n\
               CREATE INDEX CONCURRENTLY people_email ON people (email);\n\
               CREATE UNIQUE INDEX CONCURRENTLY people_once ON people (email);\n";
    let own = folder(&[("V1__index.sql", sql)]);
    let plan = || on_folder(&database, own.path(), &["db", "migrate", "--dry-run"]);
    plan()
        .success()
        .answers("V1__index.sql (one transaction)")
        .answers("LOCK TABLE \"people\"")
        .never_says("CONCURRENTLY");
    database.execute("INSERT INTO people VALUES ('a'), ('a')");
    plan()
        .success()
        .answers("(statement by statement")
        .answers("CREATE INDEX CONCURRENTLY people_email");
    on_folder(&database, own.path(), &["db", "migrate"]).exits(6);
    plan()
        .success()
        .never_says("people_email ON")
        .answers("CREATE UNIQUE INDEX CONCURRENTLY people_once");
}
