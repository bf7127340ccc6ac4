//! The server is restarted in the middle of a run: the run says so, and the next one finishes the work.

use super::terminate::{BUILDING, building, finishes, without_answers};
use crate::support::{Database, Output, Own, Server, Visitor};

/// How a server stops, and what the run says: it ends its sessions, or all at once as in a crash.
const WAYS: [(&str, &str); 2] = [
    ("INT", "terminating connection due to administrator command"),
    ("QUIT", "the connection to the server was lost while V1001"),
];

/// A server that keeps what it has committed, whatever happens.
fn durable() -> Server {
    Server::start(&["synchronous_commit=on"])
}

/// Restarts the server while the run is at something; what the run says.
fn restarted_while(database: &Database<'_>, own: &Own, way: &str, doing: &str) -> Output {
    let visitor = Visitor::of(database, "visitor");
    let run = own.migrate().url(database).spawn();
    visitor.wait_for(&format!(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()
            AND application_name LIKE 'hangmeas db migrate%' AND {doing}"
    ));
    database.server().stop(way);
    database.server().resume();
    run.wait()
}

#[test]
fn in_a_transaction() {
    let server = durable();
    for (way, says) in WAYS {
        let database = server.create("restarted");
        let slow = "CREATE TABLE made AS SELECT 1 AS one;\nSELECT pg_sleep(60);\n";
        let own = Own::files(&[("V1001__slow.sql", slow)]);
        restarted_while(&database, &own, way, "wait_event = 'PgSleep'")
            .exits(4)
            .says(says)
            .says("looked up on a new connection: V1001 slow was not committed");
        own.write("V1001__slow.sql", "CREATE TABLE made AS SELECT 1 AS one;\n");
        finishes(&database, &own);
    }
}

#[test]
fn and_does_not_come_back_soon() {
    let server = durable();
    let database = server.create("restarted");
    let own = Own::files(&[("V1001__slow.sql", "SELECT pg_sleep(60);\n")]);
    let visitor = Visitor::of(&database, "visitor");
    let run = own.migrate().url(&database).spawn();
    visitor.wait_for("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
    server.stop("INT");
    run.wait()
        .exits(4)
        .says("whether V1001 slow was committed cannot be looked up now; the next run does")
        .says("run again when the server is back");
    server.resume();
    own.write("V1001__slow.sql", "CREATE TABLE made AS SELECT 1 AS one;\n");
    finishes(&database, &own);
}

#[test]
fn in_a_concurrent_build() {
    let server = durable();
    for (way, says) in WAYS {
        let (database, own, _writer) = building(&server);
        restarted_while(&database, &own, way, BUILDING)
            .exits(4)
            .says(says)
            .says("looked up on a new connection: V1001 index is half-way; running again goes on");
        assert_eq!(
            database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
            "1"
        );
        finishes(&database, &own);
    }
}

#[test]
fn after_a_commit_that_was_not_answered() {
    for (way, _) in WAYS {
        let (server, name) = without_answers();
        let database = server.adopt(name);
        let own = Own::files(&[("V1001__made.sql", "CREATE TABLE made AS SELECT 1 AS one;\n")]);
        restarted_while(&database, &own, way, "wait_event = 'SyncRep'")
            .exits(4)
            .says("looked up on a new connection: V1001 made was committed");
        finishes(&database, &own);
    }
}
