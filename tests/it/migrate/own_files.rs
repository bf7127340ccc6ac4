//! The project's own folder: beside the bundled migrations, and alone.

use super::{folder, history, on, on_folder, state, write};
use crate::support::{Base, hangmeas, server};

#[test]
fn own_ones_run_after_the_bundled() {
    let database = server().clone_of(Base::Empty);
    let files = folder(&[
        (
            "V1001__sponsors.sql",
            "ALTER TABLE xfactor_seasons ADD COLUMN sponsor text;\n",
        ),
        (
            "undo/U1001__sponsors.sql",
            "ALTER TABLE xfactor_seasons DROP COLUMN sponsor;\n",
        ),
    ]);
    let dir = files.path().to_str().expect("UTF-8");
    on(&database, &["db", "migrate", "--migrations-dir", dir]).success();
    assert_eq!(
        history(&database).last().map(String::as_str),
        Some("1001|sponsors")
    );
    on(&database, &["db", "rollback", "--migrations-dir", dir]).success();
    on(&database, &["db", "status", "--check"]).success();
}

#[test]
fn the_folder_may_stand_in_the_file() {
    let database = server().create("in_file");
    let project = folder(&[
        (
            "hangmeas.toml",
            "[migrations]\ndir = \"db/own\"\nbundled = false\n",
        ),
        ("db/own/V0001__a.sql", "CREATE TABLE a ();"),
    ]);
    let run = |args: &[&str]| {
        hangmeas()
            .url(&database)
            .dir(project.path())
            .args(args)
            .run()
    };
    run(&["db", "migrate"]).success();
    assert_eq!(history(&database), ["1|a"]);
    // It is found from a folder below, too.
    let below = hangmeas()
        .url(&database)
        .dir(project.path().join("db"))
        .args(["db", "status", "--check"])
        .run();
    below.success();
    let listed = run(&["migration", "list"]);
    listed.success().answers("db/own");
}

/// Any PostgreSQL project: another search_path, roles, functions with semicolons, settings that leak.
#[test]
fn any_project_is_served() {
    let database = server().create("any");
    let files = folder(&[
        ("V0001__schema.sql", "CREATE SCHEMA shop;\nSET search_path = shop;\nCREATE TABLE things (id int);"),
        ("V0002__function.sql", "CREATE FUNCTION shop.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN; -- ;\nRETURN 1; END $$;".replace("BEGIN;", "BEGIN").as_str()),
        ("V0003__leaves_settings.sql", "SET ROLE pg_monitor;\nSET search_path = '';\nSET lock_timeout = 1;\nSELECT 1 -- no semicolon, and a comment"),
        ("V0004__nothing.sql", "-- nothing to do\nSELECT 1\n"),
        ("V0005__ខ្មែរ.sql", "COMMENT ON TABLE shop.things IS 'ខ្មែរ; ''នេះ''';"),
        ("V0006__concurrently.sql", "-- hangmeas: no-transaction\nCREATE INDEX CONCURRENTLY things_id ON shop.things (id);\nVACUUM shop.things;\n"),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    assert_eq!(history(&database).len(), 6);
    assert_eq!(
        database.value("SELECT obj_description('shop.things'::regclass)"),
        "ខ្មែរ; 'នេះ'"
    );
    assert_eq!(
        database
            .value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'shop.things_id'::regclass"),
        "t"
    );
    assert_eq!(database.value("SELECT count(*) FROM pg_class WHERE relname = 'things' AND relnamespace = 'public'::regnamespace"), "0");
}

#[test]
fn new_writes_a_pair_that_runs() {
    let database = server().create("new");
    let project = folder(&[]);
    let run = |args: &[&str]| {
        hangmeas()
            .url(&database)
            .dir(project.path())
            .args(args)
            .run()
    };
    run(&["migration", "new", "x"])
        .exits(3)
        .says("no folder for own migrations")
        .says("--migrations-dir");
    let first = run(&["migration", "new", "Add sponsor", "--migrations-dir", "db"]);
    first
        .success()
        .answers("V1001")
        .answers("db/V1001__add_sponsor.sql")
        .answers("db/undo/U1001__add_sponsor.sql");
    run(&[
        "migration",
        "new",
        "--no-transaction",
        "second",
        "--migrations-dir",
        "db",
    ])
    .success()
    .answers("V1002__second");
    run(&[
        "migration",
        "new",
        "--no-bundled",
        "third",
        "--migrations-dir",
        "db",
    ])
    .success()
    .answers("V1003__third");
    run(&[
        "migration",
        "new",
        "--no-bundled",
        "first",
        "--migrations-dir",
        "alone",
    ])
    .success()
    .answers("V0001__first");
    run(&["migration", "new", "--migrations-dir", "db", "--", "--"])
        .exits(2)
        .says("letter or a digit");
    let text =
        std::fs::read_to_string(project.path().join("db/V1002__second.sql")).expect("a file");
    assert!(text.starts_with("-- hangmeas: no-transaction\n"), "{text}");
    for template in ["1001__add_sponsor", "1002__second", "1003__third"] {
        for name in [
            format!("db/V{template}.sql"),
            format!("db/undo/U{template}.sql"),
        ] {
            let path = project.path().join(name);
            let text = std::fs::read_to_string(&path).expect("a template");
            std::fs::write(&path, text + "SELECT 1;\n").expect("filled");
        }
    }
    let args = ["--no-bundled", "--migrations-dir", "db"];
    run(&[&["db", "migrate"], &args[..]].concat()).success();
    run(&[&["db", "rollback", "--to", "0"], &args[..]].concat()).success();
    let list = run(&[
        "migration",
        "list",
        "--migrations-dir",
        "db",
        "--format",
        "json",
    ])
    .json();
    let last = list["migrations"]
        .as_array()
        .expect("a list")
        .last()
        .expect("one")
        .clone();
    assert_eq!(last["version"], 1003);
    assert_eq!(last["about"], "Third");
    assert_eq!(last["undo"], true);
}

/// Every folder that cannot be meant, with the words that say why; nothing reaches the database.
#[test]
fn a_wrong_folder_is_refused_by_name() {
    let database = server().create("wrong_folder");
    let before = state(&database);
    for (files, words) in [
        (
            &[("V1_a.sql", "")][..],
            &["V1_a.sql", "two underscores", "V1001__add_sponsor.sql"][..],
        ),
        (
            &[("v1__a.sql", "")],
            &["v1__a.sql", "does not begin with V"],
        ),
        (
            &[("V1__a b.sql", "")],
            &["V1__a b.sql", "letters, digits and underscores"],
        ),
        (
            &[("V1x__a.sql", "")],
            &["V1x__a.sql", "\"1x\" is no version"],
        ),
        (&[("V0__a.sql", "")], &["V0__a.sql", "begin at 1"]),
        (&[("V99999999999__a.sql", "")], &["too large"]),
        (&[("V1__a.SQL", "")], &["V1__a.SQL", "does not end in .sql"]),
        (
            &[("V1__a.sql", "SELECT 1"), ("V01__b.sql", "SELECT 1")],
            &["two files have version 1", "V01__b.sql", "V1__a.sql"],
        ),
        (&[("U1__a.sql", "")], &["U1__a.sql undoes nothing"]),
        (
            &[("V1__a.sql", ""), ("undo/U1__b.sql", "")],
            &["U1__b.sql", "does not have the name"],
        ),
        (
            &[("V1__a.sql", ""), ("V2__b.sql/x", "")],
            &["V2__b.sql", "cannot be read"],
        ),
        (&[("V1__a.sql", ""), ("deep/V2__b.sql", "")], &["deep"]),
        (
            &[("V1__a.sql", "-- hangmeas: no-transactions\nSELECT 1")],
            &["V1__a.sql:1", "no-transactions", "no-transaction"],
        ),
        (
            &[("V1__a.sql", "CREATE TABLE a ();\nCOMMIT;")],
            &["V1__a.sql:2:1", "COMMIT", "remove COMMIT"],
        ),
        (
            &[("V1__a.sql", "BEGIN;\nCREATE TABLE a ();\nEND;")],
            &["V1__a.sql:1:1", "BEGIN"],
        ),
        (
            &[("V1__a.sql", "CREATE TABLE a ();\nROLLBACK")],
            &["ROLLBACK"],
        ),
        (
            &[(
                "V1__a.sql",
                "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);",
            )],
            &["V1__a.sql:2:1", "no-transaction"],
        ),
        (
            &[("V1__a.sql", "CREATE TABLE a ();\n\\i other.sql\n")],
            &["V1__a.sql:2:1", "\\i is a command of psql"],
        ),
        (
            &[("V1__a.sql", "\\copy a from 'rows.csv'\n")],
            &["\\copy is a command of psql"],
        ),
        (&[("V1__a.sql", "VACUUM")], &["VACUUM", "no-transaction"]),
        (
            &[(
                "V1__a.sql",
                "-- hangmeas: no-transaction\nCREATE INDEX CONCURRENTLY ON a (id);",
            )],
            &["without a name", "name the index"],
        ),
    ] {
        let dir = folder(files);
        let output = on_folder(&database, dir.path(), &["db", "migrate"]);
        output.exits(3);
        for word in words {
            output.says(word);
        }
        assert_eq!(state(&database), before, "{files:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let database = server().create("unreadable");
    let before = state(&database);
    let dir = folder(&[]);
    std::fs::write(dir.path().join("V1__a.sql"), b"SELECT 1;\nSELECT '\xff';\n").expect("a file");
    on_folder(&database, dir.path(), &["db", "migrate"])
        .exits(3)
        .says("V1__a.sql:2")
        .says("UTF-8");
    std::fs::remove_file(dir.path().join("V1__a.sql")).expect("removed");
    std::os::unix::fs::symlink("nowhere", dir.path().join("V1__a.sql")).expect("a link");
    on_folder(&database, dir.path(), &["db", "migrate"])
        .exits(3)
        .says("V1__a.sql")
        .says("cannot be read");
    on_folder(&database, &dir.path().join("not-there"), &["db", "migrate"])
        .exits(3)
        .says("not-there")
        .says("hangmeas migration new");
    write(&dir, "a-file", "");
    on_folder(&database, &dir.path().join("a-file"), &["db", "migrate"])
        .exits(3)
        .says("a-file cannot be read: it is a file, not a folder");
    on(&database, &["db", "migrate", "--no-bundled"])
        .exits(3)
        .says("no folder is named");
    assert_eq!(state(&database), before);
}

/// A template that nobody filled is no migration.
#[test]
fn a_file_without_a_statement_is_refused() {
    let database = server().create("template");
    let files = folder(&[("V0001__a.sql", "CREATE TABLE a ();")]);
    let run = |args: &[&str]| on_folder(&database, files.path(), args);
    run(&["migration", "new", "b"]).success();
    for migrate in [&["db", "migrate"][..], &["db", "migrate", "--dry-run"]] {
        run(migrate)
            .exits(3)
            .says("V0002__b.sql has no statement, only comments")
            .says("SELECT 1;");
    }
    let history_table = "SELECT to_regclass('hangmeas.schema_history') IS NULL";
    assert_eq!(database.value(history_table), "t");
    write(
        &files,
        "V0002__b.sql",
        "-- Nothing to do here.\nSELECT 1;\n",
    );
    run(&["db", "migrate"]).success();
    let undo = run(&["db", "rollback"]);
    undo.exits(3).says("U0002__b.sql has no statement");
    assert_eq!(history(&database), ["1|a", "2|b"]);
    write(&files, "undo/U0002__b.sql", "SELECT 1;\n");
    run(&["db", "rollback"]).success();
    assert_eq!(history(&database), ["1|a"]);
}

#[test]
fn own_versions_begin_above_the_bundled() {
    let database = server().clone_of(Base::Empty);
    let before = state(&database);
    let dir = folder(&[("V7__mine.sql", "SELECT 1")]);
    on(
        &database,
        &[
            "db",
            "migrate",
            "--migrations-dir",
            dir.path().to_str().expect("UTF-8"),
        ],
    )
    .exits(3)
    .says("own ones begin at 1001")
    .says("--no-bundled");
    assert_eq!(state(&database), before);
}

#[test]
fn a_file_that_comes_too_late_is_refused() {
    let database = server().create("late");
    let dir = folder(&[("V1__a.sql", "SELECT 1"), ("V3__c.sql", "SELECT 1")]);
    on_folder(&database, dir.path(), &["db", "migrate"]).success();
    write(&dir, "V2__b.sql", "CREATE TABLE b ()");
    let before = state(&database);
    on_folder(&database, dir.path(), &["db", "migrate"])
        .exits(3)
        .says("V2__b.sql came too late")
        .says("above 3");
    assert_eq!(state(&database), before);
    on_folder(&database, dir.path(), &["db", "status"])
        .success()
        .answers("db migrate would refuse")
        .answers("V2__b.sql came too late")
        .answers("above 3")
        .never_says("apply what is pending");
}
