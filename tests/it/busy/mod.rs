//! Busy tables: short waits, tried again, the one in the way named, and nobody queues behind us.

mod blocker;
mod build;
mod shop;

use std::time::{Duration, Instant};

use crate::support::{Database, Own, Visitor, server};

const ADD: &str = "ALTER TABLE people ADD COLUMN note text;\n";

fn people() -> (Database<'static>, Own) {
    let database = server().create("busy");
    database.execute("CREATE TABLE people (id bigserial PRIMARY KEY, email text); INSERT INTO people (email) VALUES ('a')");
    (database, Own::files(&[("V1001__add.sql", ADD)]))
}

#[test]
fn a_forgotten_transaction_is_named_with_its_cure() {
    let (database, own) = people();
    let holder = Visitor::of(&database, "forgetful");
    holder.execute("BEGIN; UPDATE people SET email = 'b'");
    let output = own
        .migrate()
        .url(&database)
        .args(["--lock-timeout", "400ms", "--lock-retry-for", "0"])
        .run();
    output
        .exits(5)
        .says("people stayed busy")
        .says("(forgetful, user postgres): idle in transaction for")
        .says(&format!("pg_terminate_backend({})", holder.pid()));
    assert_eq!(
        database.value("SELECT to_regnamespace('hangmeas') IS NULL"),
        "t"
    );
    holder.execute("COMMIT");
    own.migrate().url(&database).run().success();
}

#[test]
fn others_wait_no_longer_than_the_lock_timeout() {
    let (database, own) = people();
    let holder = Visitor::of(&database, "holder");
    holder.execute("BEGIN; SELECT * FROM people");
    let run = own
        .migrate()
        .url(&database)
        .args(["--lock-timeout", "500ms", "--lock-retry-for", "30s"])
        .spawn();
    let reader = Visitor::of(&database, "reader");
    let (began, mut longest) = (Instant::now(), Duration::ZERO);
    while began.elapsed() < Duration::from_secs(4) {
        let asked = Instant::now();
        reader.execute("SELECT count(*) FROM people; UPDATE people SET email = 'c' WHERE id = 0");
        longest = longest.max(asked.elapsed());
        std::thread::sleep(Duration::from_millis(20));
    }
    println!("longest wait of others: {longest:?}");
    assert!(longest < Duration::from_millis(1500), "{longest:?}");
    holder.execute("COMMIT");
    let output = run.wait();
    output
        .success()
        .says("people is busy")
        .says("(holder, user postgres)");
    assert_eq!(database.value("SELECT count(note) FROM people"), "0");
}

#[test]
fn others_wait_no_longer_where_a_key_needs_two_tables() {
    let (database, _) = people();
    database.execute("CREATE TABLE pets (person_id bigint)");
    let own = Own::files(&[(
        "V1001__key.sql",
        "-- hangmeas: no-transaction\nALTER TABLE pets ADD CONSTRAINT pets_person FOREIGN KEY (person_id) REFERENCES people (id) NOT VALID;\n",
    )]);
    // One table is held for a while, the other one for as long as it takes.
    let first = Visitor::of(&database, "first");
    first.execute("BEGIN; INSERT INTO pets VALUES (1)");
    let second = Visitor::of(&database, "second");
    second.execute("BEGIN; UPDATE people SET email = 'b'");
    let run = own.migrate().url(&database).spawn();
    first.wait_for(
        "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'pets'::regclass",
    );
    let other = Visitor::of(&database, "other");
    let customer = std::thread::spawn(move || {
        let asked = Instant::now();
        other.execute("INSERT INTO pets VALUES (2)");
        asked.elapsed()
    });
    std::thread::sleep(Duration::from_millis(1700));
    first.execute("COMMIT");
    let waited = customer.join().expect("the customer");
    println!("waited behind us: {waited:?}");
    assert!(waited < Duration::from_millis(1500), "{waited:?}");
    std::thread::sleep(Duration::from_millis(2500));
    second.execute("COMMIT");
    run.wait().success().says("is busy");
}
