//! A long index build tells its phase, how far it is, and whom it waits for.

use std::time::Duration;

use crate::support::{Database, Own, Visitor, server};

/// A log hears of long work every five seconds.
const LONG_ENOUGH: Duration = Duration::from_millis(7500);

const INDEX: &str = "-- hangmeas: no-transaction\n\
    CREATE INDEX CONCURRENTLY people_email ON people (slowly(email));\n";

/// A thousand rows over many pages, and a function for an index that takes as long as is said for
/// all of them.
fn people(seconds: f64) -> (Database<'static>, Own) {
    let database = server().create("build");
    database.execute(&format!(
        "CREATE TABLE people (id bigserial PRIMARY KEY, email text) WITH (fillfactor = 10);
         INSERT INTO people (email) SELECT repeat('x', 100) || n FROM generate_series(1, 1000) n;
         CREATE FUNCTION slowly(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
             $$ BEGIN PERFORM pg_sleep({seconds} / 1000.0); RETURN $1; END $$"
    ));
    (database, Own::files(&[("V1001__index.sql", INDEX)]))
}

#[test]
fn tells_how_far_it_is() {
    let (database, own) = people(10.0);
    let output = own.migrate().url(&database).run();
    output.success();
    let line = output
        .stderr
        .lines()
        .find(|line| line.contains("building index: scanning table, "));
    let percent = line.and_then(|line| line.split("scanning table, ").nth(1)?.strip_suffix(" %"));
    let percent: u32 = percent
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("{}", output.shown()));
    assert!((20..100).contains(&percent), "{}", output.shown());
}

#[test]
fn tells_whom_it_waits_for() {
    let (database, own) = people(0.0);
    let writer = Visitor::of(&database, "writer");
    writer.execute("BEGIN; UPDATE people SET email = email WHERE id = 1");
    let run = own.migrate().url(&database).spawn();
    std::thread::sleep(LONG_ENOUGH);
    writer.execute("COMMIT");
    let pid = writer.pid();
    run.wait()
        .success()
        .says(&format!("V1001 index: waiting for writers before build, 0 %, waits for pid {pid}; waits for pid {pid} (writer, user postgres): idle in transaction for "));
}
