//! `db setup` and `db reset` seed what they made, as the environment usually is.

use crate::support::{Database, Own, Run, hangmeas, server};

const USERS: &str = "SELECT count(*) FROM spree_users";
const PLANS: &str = "SELECT count(*) FROM subscription_plans";

fn setup(database: &Database<'_>) -> Run {
    hangmeas().url(database).args(["db", "setup"])
}

#[test]
fn development_records_once() {
    let database = server().create("setup");
    let first = setup(&database).args(["--format", "json"]).run();
    first.success();
    assert_eq!(first.json()["seed"]["profile"], "development");
    assert_eq!(database.value(USERS), "5");
    setup(&database).run().success();
    assert_eq!(database.value(USERS), "5");

    database.execute("DELETE FROM vote_packages");
    let reset = hangmeas().url(&database).args(["db", "reset"]);
    reset.run().success();
    assert_eq!(database.value("SELECT count(*) FROM vote_packages"), "4");
}

#[test]
fn nothing_when_asked_or_when_the_schema_is_another() {
    let database = server().create("setup");
    let run = setup(&database).args(["--no-seed", "--format", "json"]);
    let output = run.run();
    output.success();
    assert!(output.json().get("seed").is_none(), "{}", output.shown());
    assert_eq!(database.value(USERS), "0");

    let database = server().create("setup");
    let own = Own::files(&[("V1001__own.sql", "CREATE TABLE own (id int);\n")]);
    let run = setup(&database).args(["--no-bundled", "--migrations-dir"]);
    run.arg(own.path()).run().success();
    assert_eq!(database.value("SELECT count(*) FROM own"), "0");
}

#[test]
fn production_gets_its_reference_data_only() {
    let database = server().create("setup");
    setup(&database)
        .args(["--env", "production"])
        .run()
        .success();
    assert_eq!(database.value(USERS), "0");
    assert_eq!(database.value(PLANS), "3");
}
