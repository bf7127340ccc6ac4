//! What is remembered: `db status`, changed and missing files, `migration accept`.

use super::{folder, history, on, on_folder, state, write};
use crate::support::{Base, hangmeas, server};

#[test]
fn status_tells_and_check_answers() {
    let database = server().clone_of(Base::Spree46);
    on(&database, &["db", "status"])
        .success()
        .answers("pending");
    on(&database, &["db", "status", "--check"]).exits(1);
    on(&database, &["db", "migrate", "--to", "2"]).success();
    let before = state(&database);
    let status = on(&database, &["db", "status", "--format", "json"])
        .success()
        .json();
    let states: Vec<&str> = status["migrations"]
        .as_array()
        .expect("migrations")
        .iter()
        .map(|migration| migration["state"].as_str().expect("a state"))
        .collect();
    assert_eq!(&states[..3], ["applied", "applied", "pending"]);
    assert_eq!(status["pending"].as_u64(), Some(states.len() as u64 - 2));
    on(&database, &["db", "status", "--check"]).exits(1);
    assert_eq!(state(&database), before, "status wrote something");
    on(&database, &["db", "migrate"]).success();
    on(&database, &["db", "status", "--check"])
        .success()
        .answers("nothing is pending");
}

#[test]
fn a_changed_file_is_named_and_can_be_accepted() {
    let database = server().create("changed");
    let files = folder(&[
        ("V1__a.sql", "CREATE TABLE a (id int);\n"),
        ("V2__b.sql", "CREATE TABLE b ();\n"),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    write(&files, "V1__a.sql", "CREATE TABLE a (id bigint);\n");
    write(&files, "V3__c.sql", "CREATE TABLE c ();\n");
    let before = state(&database);
    for command in [
        &["db", "migrate"][..],
        &["db", "rollback"],
        &["db", "migrate", "--dry-run"],
    ] {
        on_folder(&database, files.path(), command)
            .exits(3)
            .says("V0001 a was applied on")
            .says("V1__a.sql")
            .says("hangmeas migration accept V0001");
    }
    let status = on_folder(&database, files.path(), &["db", "status"]);
    status.success().answers("changed on disk");
    assert_eq!(state(&database), before);
    on_folder(&database, files.path(), &["migration", "accept", "V0001"])
        .success()
        .answers("counts as the one that ran");
    on_folder(&database, files.path(), &["migration", "accept", "1"])
        .success()
        .answers("nothing to accept");
    on_folder(&database, files.path(), &["migration", "accept", "7"])
        .exits(2)
        .says("never applied");
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    assert_eq!(history(&database), ["1|a", "2|b", "3|c"]);
}

#[test]
fn a_renamed_file_is_a_changed_one() {
    let database = server().create("renamed");
    let files = folder(&[("V1__a.sql", "CREATE TABLE a ();")]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    std::fs::rename(
        files.path().join("V1__a.sql"),
        files.path().join("V1__b.sql"),
    )
    .expect("renamed");
    on_folder(&database, files.path(), &["db", "migrate"])
        .exits(3)
        .says("V0001 a was applied");
    on_folder(&database, files.path(), &["migration", "accept", "1"]).success();
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    assert_eq!(history(&database), ["1|b"]);
}

#[test]
fn a_missing_file_is_named_and_can_be_forgotten() {
    let database = server().create("missing");
    let files = folder(&[
        ("V1__a.sql", "CREATE TABLE a ();"),
        ("V2__b.sql", "CREATE TABLE b ();"),
        ("V3__c.sql", "CREATE TABLE c ();"),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    std::fs::remove_file(files.path().join("V2__b.sql")).expect("removed");
    std::fs::remove_file(files.path().join("V3__c.sql")).expect("removed");
    let before = state(&database);
    on_folder(&database, files.path(), &["db", "migrate"])
        .exits(3)
        .says(" UTC, and its file is missing")
        .says("V0002 b was applied on 20")
        .says("V0003 c is missing too")
        .says("hangmeas migration accept V0002");
    on_folder(&database, files.path(), &["db", "status"])
        .success()
        .answers("file missing");
    assert_eq!(state(&database), before);
    for version in ["2", "3"] {
        on_folder(&database, files.path(), &["migration", "accept", version])
            .success()
            .answers("forgotten");
    }
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    assert_eq!(history(&database), ["1|a"]);
}

#[test]
fn bundled_ones_that_are_left_out_are_told_by_that_name() {
    let database = server().clone_of(Base::Empty);
    on(&database, &["db", "migrate", "--to", "2"]).success();
    for name in ["V0001__a.sql", "V1001__a.sql"] {
        let files = folder(&[(name, "SELECT 1")]);
        let refused = on_folder(&database, files.path(), &["db", "migrate"]);
        refused
            .exits(3)
            .says("V0001 spree_base and 1 more were applied: these are the bundled migrations")
            .says("without --no-bundled")
            .never_says("accept");
    }
}

#[test]
fn a_folder_alone_is_not_taken_for_the_bundled_ones() {
    let database = server().create("alone");
    let names: Vec<String> = (1..=8).map(|n| format!("V{n}__step_{n}.sql")).collect();
    let files: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), "SELECT 1"))
        .collect();
    let files = folder(&files);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    on(&database, &["db", "migrate"])
        .exits(3)
        .says("the bundled V0001 is spree_base")
        .says("V0006 step_6 is changed too\n  and 2 more\n")
        .says("with --no-bundled")
        .never_says("accept");
    let none = folder(&[("V9__a.sql", "SELECT 1")]);
    let missing = on_folder(&database, none.path(), &["db", "migrate"]);
    missing
        .exits(3)
        .says("--migrations-dir")
        .never_says("bundled migrations");
}

/// Line ends and a byte-order mark are no change.
#[test]
fn an_editor_of_another_system_changes_nothing() {
    let database = server().create("crlf");
    let files = folder(&[("V1__a.sql", "CREATE TABLE a ();\nSELECT 1;\n")]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    write(
        &files,
        "V1__a.sql",
        "\u{feff}CREATE TABLE a ();\r\nSELECT 1;\r\n",
    );
    on_folder(&database, files.path(), &["db", "migrate"])
        .success()
        .answers("up to date");
    on_folder(&database, files.path(), &["db", "status", "--check"]).success();
    // And such a file runs.
    write(
        &files,
        "V2__b.sql",
        "\u{feff}CREATE TABLE b ();\r\n\r\nCREATE TABLE c ();\r\n",
    );
    on_folder(&database, files.path(), &["db", "migrate"]).success();
}

#[test]
fn a_history_of_somebody_else_is_left_alone() {
    let database = server().create("foreign");
    database.execute(
        "CREATE SCHEMA hangmeas; CREATE TABLE hangmeas.schema_history (installed_rank int, script text)",
    );
    let before = database.query_text("SELECT oid, xmin FROM pg_class ORDER BY 1");
    on(&database, &["db", "migrate"])
        .exits(5)
        .says("is not the history of hangmeas");
    on(&database, &["db", "status"])
        .exits(5)
        .says("is not the history of hangmeas");
    assert_eq!(
        database.query_text("SELECT oid, xmin FROM pg_class ORDER BY 1"),
        before
    );
}

#[test]
fn advice_bears_the_flags_that_were_given() {
    let database = server().create("flags");
    let files = folder(&[("V1__a.sql", "SELECT 1;")]);
    let status = hangmeas()
        .args([
            "--env",
            "test",
            "db",
            "status",
            "--no-bundled",
            "--migrations-dir",
        ])
        .arg(files.path())
        .url(&database)
        .run();
    let dir = files.path().display();
    let command = format!("hangmeas --env test db migrate --no-bundled --migrations-dir '{dir}'");
    status.success().answers(&command);
    let json = hangmeas()
        .args([
            "--env",
            "test",
            "db",
            "status",
            "--format=json",
            "--no-bundled",
            "--migrations-dir",
        ])
        .arg(files.path())
        .url(&database)
        .run()
        .json();
    assert_eq!(json["hints"][0]["command"], command);
}

/// Milliseconds say what a clock can know.
#[test]
fn times_in_json_are_not_noisy() {
    let database = server().create("times");
    let files = folder(&[("V1__a.sql", "SELECT 1;")]);
    let output = on_folder(&database, files.path(), &["db", "migrate", "--format=json"]);
    let step = output.success().json()["applied"][0]["milliseconds"].to_string();
    let decimals = step
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    assert!(decimals <= 3, "{step}");
}
