//! Ctrl-C and SIGTERM: the server's statement ends at once, nothing is left, the next run finishes.

use std::time::{Duration, Instant};

use crate::support::{Database, Own, Visitor, server};

const SLOW: &str = "CREATE TABLE made (id int);\nSELECT pg_sleep(60);\n";

fn sleeping(visitor: &Visitor) {
    visitor.wait_for("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()");
}

fn gone_within_a_second(visitor: &Visitor) {
    let began = Instant::now();
    let ours = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND application_name LIKE 'hangmeas%migrate%'";
    while visitor.value(ours).as_deref() != Some("0") {
        assert!(
            began.elapsed() < Duration::from_secs(1),
            "something lingers"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn stopped_in_a_transaction_nothing_is_left() {
    for signals in [&["INT"][..], &["TERM"], &["INT", "INT"]] {
        let database = server().create("signal");
        let own = Own::files(&[("V1001__slow.sql", SLOW)]);
        let visitor = Visitor::of(&database, "visitor");
        let run = own.migrate().url(&database).spawn();
        sleeping(&visitor);
        for signal in signals {
            run.signal(signal);
        }
        run.wait().exits(130).says("V1001 slow was rolled back");
        gone_within_a_second(&visitor);
        assert_eq!(database.value("SELECT to_regclass('made') IS NULL"), "t");
        assert_eq!(locks(&database), "0");
        own.write("V1001__slow.sql", "CREATE TABLE made (id int);\n");
        own.migrate().url(&database).run().success();
    }
}

fn locks(database: &Database<'_>) -> String {
    database.value(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
}

#[test]
fn stopped_in_a_concurrent_build_the_next_run_builds_it() {
    let database = server().create("signal");
    database.execute(
        "CREATE TABLE people (id bigserial PRIMARY KEY, email text); \
         INSERT INTO people (email) SELECT 'a' || i FROM generate_series(1, 1000) i",
    );
    let own = Own::files(&[(
        "V1001__index.sql",
        "-- hangmeas: no-transaction\nCREATE INDEX CONCURRENTLY people_email ON people (email);\n",
    )]);
    let visitor = Visitor::of(&database, "visitor");
    // An open writer keeps the build waiting, after its index is in the catalog.
    let writer = Visitor::of(&database, "writer");
    writer.execute("BEGIN; UPDATE people SET email = email WHERE id = 1");
    let run = own.migrate().url(&database).spawn();
    visitor.wait_for(
        "SELECT count(*) > 0 FROM pg_index WHERE indexrelid = to_regclass('people_email')",
    );
    run.signal("INT");
    run.wait()
        .exits(130)
        .says("index people_email may be there unfinished")
        .says("stopped in statement 1 of 1; nothing was done before it")
        .never_says("rolled back")
        .never_says("is kept");
    gone_within_a_second(&visitor);
    assert_eq!(locks(&database), "0");
    writer.execute("COMMIT");
    own.migrate().url(&database).run().success();
    assert_eq!(
        database
            .value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'people_email'::regclass"),
        "t"
    );
}
