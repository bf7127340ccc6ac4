//! Databases from nothing: created once, searchable in Khmer, set up, set up anew.

use crate::support::{Database, hangmeas, server};

fn unborn(purpose: &str) -> Database<'static> {
    server().adopt(server().unused_name(purpose))
}

#[test]
fn a_created_database_can_be_searched_in_khmer() {
    let database = unborn("khmer");
    let create = || hangmeas().url(&database).args(["db", "create"]).run();
    create().success().answers("created").answers("UTF8");
    create().success().answers("is there already");
    database.execute("CREATE EXTENSION pg_trgm");
    assert_ne!(database.value("SELECT show_trgm('ខ្មែរ')"), "{}");
    assert_eq!(
        database.value("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"),
        "UTF8"
    );
    let json = hangmeas()
        .url(&database)
        .args(["db", "create", "--format=json"])
        .run()
        .json();
    assert_eq!(
        (&json["created"], &json["khmer_search"]),
        (&false.into(), &true.into())
    );
}

#[test]
fn setup_makes_all_and_reset_makes_it_anew() {
    let database = unborn("setup");
    let run = |args: &[&str]| hangmeas().url(&database).arg("db").args(args).run();
    run(&["setup"])
        .success()
        .answers("created")
        .answers("version 18");
    run(&["setup"])
        .success()
        .answers("is there already")
        .answers("up to date");
    let before = database.value("SELECT oid FROM pg_database WHERE datname = current_database()");
    run(&["reset"])
        .success()
        .answers("dropped")
        .answers("version 18");
    let after = database.value("SELECT oid FROM pg_database WHERE datname = current_database()");
    assert_ne!(before, after, "it is another database");
    run(&["status", "--check"]).success();
}
