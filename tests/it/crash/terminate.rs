//! The session that does the work is ended by an administrator, before, during or after COMMIT, or in
//! the middle of a build: what became of the file is looked up, and the next run finishes it.

use crate::support::{Database, Output, Own, Server, Visitor, server};

/// The next run ends well, and the file's work was done once.
#[track_caller]
pub fn finishes(database: &Database<'_>, own: &Own) {
    own.migrate().url(database).run().success();
    let done = "SELECT (SELECT count(*) FROM made) || ' row, ' || (SELECT count(*) FROM hangmeas.schema_history)
        || ' applied, ' || (SELECT count(*) FROM pg_index WHERE NOT indisvalid) || ' invalid'";
    assert_eq!(database.value(done), "1 row, 1 applied, 0 invalid");
}

/// Waits until the work's session is at something, ends it, and returns what the run says.
fn ended_while(database: &Database<'_>, own: &Own, doing: &str) -> Output {
    let visitor = Visitor::of(database, "administrator");
    let run = own.migrate().url(database).spawn();
    let pid = visitor.wait_for(&format!(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()
            AND application_name LIKE 'hangmeas db migrate%' AND {doing}"
    ));
    visitor.execute(&format!("SELECT pg_terminate_backend({pid})"));
    run.wait()
}

#[test]
fn before_the_commit() {
    let database = server().create("ended");
    let slow = "CREATE TABLE made AS SELECT 1 AS one;\nSELECT pg_sleep(60);\n";
    let own = Own::files(&[("V1001__slow.sql", slow)]);
    ended_while(&database, &own, "wait_event = 'PgSleep'")
        .exits(4)
        .says("V1001 slow: terminating connection due to administrator command")
        .says("V1001 slow was not committed");
    own.write("V1001__slow.sql", "CREATE TABLE made AS SELECT 1 AS one;\n");
    finishes(&database, &own);
}

/// The table's own trigger keeps the COMMIT waiting.
const SLOW_COMMIT: &str = "CREATE TABLE made (one int);\n\
    CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(seconds) FROM patience; RETURN NULL; END $$;\n\
    CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON made DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger();\n\
    INSERT INTO made VALUES (1);\n";

#[test]
fn during_the_commit() {
    let database = server().create("ended");
    database.execute("CREATE TABLE patience AS SELECT 60 AS seconds");
    let own = Own::files(&[("V1001__slow.sql", SLOW_COMMIT)]);
    ended_while(&database, &own, "wait_event = 'PgSleep'")
        .exits(4)
        .says("V1001 slow: terminating connection due to administrator command")
        .says("V1001 slow was not committed");
    database.execute("UPDATE patience SET seconds = 0");
    finishes(&database, &own);
}

/// A server whose COMMITs are done but not answered: they wait for a standby that does not exist.
pub fn without_answers() -> (Server, String) {
    let server = Server::start(&["synchronous_standby_names=nobody"]);
    let name = server.unused_name("unanswered");
    server.administer(&[
        &format!("CREATE DATABASE {name}"),
        &format!("ALTER DATABASE {name} SET synchronous_commit = on"),
    ]);
    (server, name)
}

#[test]
fn after_the_commit() {
    let (server, name) = without_answers();
    let database = server.adopt(name);
    let own = Own::files(&[("V1001__made.sql", "CREATE TABLE made AS SELECT 1 AS one;\n")]);
    ended_while(&database, &own, "wait_event = 'SyncRep'")
        .exits(4)
        .says("the connection to the server was lost while V1001 made ran")
        .says("V1001 made was committed");
    finishes(&database, &own);
}

/// A table with a row, and a file that is kept waiting by an open writer.
pub fn building(server: &Server) -> (Database<'_>, Own, Visitor) {
    let database = server.create("building");
    database.execute("CREATE TABLE made AS SELECT 1 AS one");
    let index = "-- hangmeas: no-transaction\nCREATE INDEX CONCURRENTLY made_one ON made (one);\n";
    let writer = Visitor::of(&database, "writer");
    writer.execute("BEGIN; UPDATE made SET one = 2");
    (database, Own::files(&[("V1001__index.sql", index)]), writer)
}

/// The build waits for the writer, with its index in the catalog.
pub const BUILDING: &str = "query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'";

#[test]
fn during_a_concurrent_build() {
    let (database, own, writer) = building(server());
    ended_while(&database, &own, BUILDING)
        .exits(4)
        .says("V1001 index: terminating connection due to administrator command")
        .says("V1001 index is half-way; running again goes on");
    writer.execute("COMMIT");
    assert_eq!(
        database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
        "1"
    );
    finishes(&database, &own);
}
