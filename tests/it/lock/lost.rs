//! The lock's connection dies in the middle of a run: it stops before its next statement. A run that
//! was killed still counts as running while the server is at its last statement.

use super::LOCK_PID;
use crate::support::{Own, Visitor, server};

/// Other tests sleep beside this one, in other databases.
const SLEEPING: &str = "SELECT count(*) > 0 FROM pg_stat_activity
    WHERE wait_event = 'PgSleep' AND datname = current_database()";

#[test]
fn stops_before_the_next_file() {
    let database = server().create("lost");
    let own = Own::files(&[
        (
            "V1001__slow.sql",
            "SELECT pg_sleep(1.5);\nCREATE TABLE slow (id int);\n",
        ),
        ("V1002__next.sql", "CREATE TABLE next (id int);\n"),
    ]);
    let visitor = Visitor::of(&database, "hangmeas tests");
    let run = own.migrate().url(&database).spawn();
    let pid = visitor.wait_for(LOCK_PID);
    visitor.wait_for(SLEEPING);
    visitor.execute(&format!("SELECT pg_terminate_backend({pid})"));
    let refused = own
        .migrate()
        .url(&database)
        .args(["--lock-wait", "0"])
        .run();
    refused
        .exits(7)
        .says("the last statement of a run that was cut off: pid ");
    let output = run.wait();
    output
        .exits(4)
        .says("the connection that holds the lock was closed");
    assert_eq!(
        database.query_text("SELECT version FROM hangmeas.schema_history"),
        ["1001"]
    );
    assert_eq!(database.value("SELECT to_regclass('next') IS NULL"), "t");
    own.migrate().url(&database).run().success();
    assert_eq!(database.value("SELECT to_regclass('next') IS NULL"), "f");
}

#[test]
fn stops_before_the_next_statement() {
    let database = server().create("lost");
    let own = Own::files(&[(
        "V1001__steps.sql",
        "-- hangmeas: no-transaction\nSELECT pg_sleep(1.5);\nCREATE TABLE next (id int);\n",
    )]);
    let visitor = Visitor::of(&database, "hangmeas tests");
    let run = own.migrate().url(&database).spawn();
    let pid = visitor.wait_for(LOCK_PID);
    visitor.wait_for(SLEEPING);
    visitor.execute(&format!("SELECT pg_terminate_backend({pid})"));
    let output = run.wait();
    output
        .exits(4)
        .says("the connection that holds the lock was closed");
    assert_eq!(database.value("SELECT to_regclass('next') IS NULL"), "t");
    own.migrate().url(&database).run().success();
    assert_eq!(database.value("SELECT to_regclass('next') IS NULL"), "f");
}

#[test]
fn a_killed_run_is_waited_for_until_the_server_has_noticed() {
    if server().major() < 14 {
        crate::support::skipped(
            "before PostgreSQL 14 a server does not look whether the client lives",
        );
        return;
    }
    let database = server().create("killed");
    let own = Own::files(&[(
        "V1001__slow.sql",
        "CREATE TABLE slow (id int);\nSELECT pg_sleep(60);\n",
    )]);
    let visitor = Visitor::of(&database, "hangmeas tests");
    let sleeping = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    let run = own.migrate().url(&database).spawn();
    visitor.wait_for(LOCK_PID);
    let pid = visitor.wait_for(sleeping);
    run.signal("KILL");
    let began = std::time::Instant::now();
    own.write("V1001__slow.sql", "CREATE TABLE slow (id int);\n");
    let next = own.migrate().url(&database).run();
    next.success().says(&format!(
        "waiting for the last statement of a run that was cut off: pid {pid}"
    ));
    assert!(began.elapsed().as_secs_f64() < 5.0, "{:?}", began.elapsed());
    assert_eq!(visitor.value(sleeping), None);
    assert_eq!(run.wait().code(), None);
}
