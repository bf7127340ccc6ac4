//! `db rollback` and rows: steps, targets, and what would be thrown away.

use super::{folder, history, on, on_folder, state, verified, write};
use crate::support::{Base, server};

#[test]
fn steps_and_targets() {
    let database = server().clone_of(Base::Spree46);
    on(&database, &["db", "migrate"]).success();
    let all = history(&database).len();
    on(&database, &["db", "rollback"]).success();
    assert_eq!(history(&database).len(), all - 1);
    on(&database, &["db", "rollback", "--steps", "3"]).success();
    assert_eq!(history(&database).len(), all - 4);
    verified(&database, Some(all as u32 - 4));
    let before = state(&database);
    on(&database, &["db", "rollback", "--to", "99"])
        .exits(2)
        .says("V0099");
    on(&database, &["db", "rollback", "--steps", "0"]).exits(2);
    on(&database, &["db", "rollback", "--steps", "1", "--to", "1"]).exits(2);
    assert_eq!(state(&database), before);
    on(&database, &["db", "rollback", "--to", "4"]).success();
    verified(&database, Some(4));
}

#[test]
fn rows_are_counted_and_kept_unless_told_otherwise() {
    let database = server().clone_of(Base::Empty);
    on(&database, &["db", "migrate"]).success();
    database.execute(
        "INSERT INTO artists (name, created_at, updated_at)
         SELECT 'artist ' || n, now(), now() FROM generate_series(1, 3) n;
         INSERT INTO spree_users (email, phone_number, created_at, updated_at)
         VALUES ('a@example.com', '+85512345678', now(), now()), ('b@example.com', NULL, now(), now());",
    );
    let before = state(&database);
    let refused = on(&database, &["db", "rollback", "--to", "0"]);
    refused
        .exits(8)
        .says("artists holds 3 rows (V0010)\n  spree_users holds 2 rows (V0001)\n")
        .says("--discard-data");
    on(&database, &["db", "rollback", "--to", "1"])
        .exits(8)
        .says("artists holds 3 rows (V0010)\n  spree_users.phone_number holds 1 row (V0002)\n");
    let told = on(
        &database,
        &["db", "rollback", "--to", "0", "--format", "json"],
    )
    .json();
    assert_eq!(told["error"]["exit_status"], 8);
    // The column goes with its table.
    let discarded = told["error"]["data"]["discarded"].as_array();
    let discarded: Vec<&str> = discarded
        .expect("a list")
        .iter()
        .filter_map(|data| data["object"].as_str())
        .collect();
    assert_eq!(discarded, ["artists", "spree_users"]);
    assert_eq!(state(&database), before);
    assert_eq!(database.value("SELECT count(*) FROM artists"), "3");

    let done = on(
        &database,
        &["db", "rollback", "--to", "1", "--discard-data"],
    );
    done.success().answers("3 rows of artists");
    // What V0001 made is still there, with its rows.
    assert_eq!(database.value("SELECT count(*) FROM spree_users"), "2");
    on(&database, &["db", "rollback", "--to", "0"])
        .exits(8)
        .says("spree_users holds 2 rows");
    on(
        &database,
        &["db", "rollback", "--to", "0", "--discard-data"],
    )
    .success();
    assert_eq!(
        database.value("SELECT to_regclass('spree_users') IS NULL"),
        "t"
    );
}

#[test]
fn empty_tables_need_no_permission() {
    let database = server().clone_of(Base::Empty);
    on(&database, &["db", "migrate"]).success();
    on(&database, &["db", "rollback", "--to", "0"]).success();
}

#[test]
fn an_own_table_with_rows_is_guarded_too() {
    let database = server().create("own_rows");
    let files = folder(&[
        (
            "V1__a.sql",
            "CREATE TABLE \"Odd Name\" (id int, note text DEFAULT 'x'); ALTER TABLE \"Odd Name\" ADD COLUMN more int;",
        ),
        ("undo/U1__a.sql", "DROP TABLE \"Odd Name\";"),
        (
            "V2__b.sql",
            "ALTER TABLE \"Odd Name\" ADD COLUMN last text DEFAULT 'none'",
        ),
        (
            "undo/U2__b.sql",
            "ALTER TABLE \"Odd Name\" DROP COLUMN last",
        ),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    database.execute("INSERT INTO \"Odd Name\" (last) VALUES ('none'), ('said'), (NULL)");
    on_folder(&database, files.path(), &["db", "rollback"])
        .exits(8)
        .says("Odd Name.last holds 1 row");
    database.execute("UPDATE \"Odd Name\" SET last = DEFAULT");
    on_folder(&database, files.path(), &["db", "rollback"]).success();
    on_folder(&database, files.path(), &["db", "rollback"])
        .exits(8)
        .says("Odd Name holds 3 rows");
}

#[test]
fn without_an_undo_nothing_is_undone() {
    let database = server().create("no_undo");
    let files = folder(&[
        ("V1__a.sql", "CREATE TABLE a ()"),
        ("V2__b.sql", "CREATE TABLE b ()"),
        ("undo/U2__b.sql", "DROP TABLE b"),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    let before = state(&database);
    on_folder(&database, files.path(), &["db", "rollback", "--to", "0"])
        .exits(8)
        .says("V0001 a has no undo")
        .says("undo/U1__a.sql");
    assert_eq!(state(&database), before, "not even V2, which has one");
    write(&files, "undo/U1__a.sql", "DROP TABLE a");
    on_folder(&database, files.path(), &["db", "rollback", "--to", "0"]).success();
}

#[test]
fn an_undo_that_fails_is_rolled_back() {
    let database = server().create("undo_fails");
    let files = folder(&[
        ("V1__a.sql", "CREATE TABLE a ()"),
        ("U1__a.sql", "DROP TABLE a;\nDROP TABLE nowhere;\n"),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    let before = state(&database);
    on_folder(&database, files.path(), &["db", "rollback"])
        .exits(5)
        .says("nowhere")
        .says("U1__a.sql:2");
    assert_eq!(state(&database), before);
}

/// Undoes that throw rows away without DROP TABLE and DROP COLUMN of the table that is there.
#[test]
fn rows_that_an_undo_does_not_name_are_guarded() {
    const ROWS: &str = "CREATE TABLE a (x int, y text); INSERT INTO a VALUES (1, 'y'), (2, NULL);";
    for (name, up, down, held) in [
        (
            "in_schema",
            "CREATE SCHEMA s; CREATE TABLE s.a (x int); INSERT INTO s.a VALUES (1)",
            "DROP SCHEMA s CASCADE",
            "s.a holds 1 row (V0001)",
        ),
        (
            "in_block",
            ROWS,
            "DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$;",
            "a holds 2 rows (V0001)",
        ),
        (
            "on_path",
            "CREATE SCHEMA s; CREATE TABLE s.a (x int); INSERT INTO s.a VALUES (1)",
            "SET search_path = s; DROP TABLE a; DROP SCHEMA s",
            "s.a holds 1 row (V0001)",
        ),
        (
            "by_type",
            "CREATE TYPE t AS ENUM ('y'); CREATE TABLE a (x int, y t); INSERT INTO a VALUES (1, 'y'), (2, NULL)",
            "DROP TYPE t CASCADE",
            "a.y holds 1 row (V0001)",
        ),
    ] {
        let database = server().create(&format!("untold_{name}"));
        let files = folder(&[("V1__a.sql", up), ("undo/U1__a.sql", down)]);
        on_folder(&database, files.path(), &["db", "migrate"]).success();
        let before = state(&database);
        let refused = on_folder(&database, files.path(), &["db", "rollback"]);
        refused.exits(8).says(held).says("--steps 1 --discard-data");
        assert_eq!(state(&database), before, "{name}");
        let args = ["db", "rollback", "--discard-data"];
        on_folder(&database, files.path(), &args).success();
    }
}

#[test]
fn what_an_undo_does_not_name_may_go_while_it_is_empty() {
    let database = server().create("untold_empty");
    let files = folder(&[
        (
            "V1__a.sql",
            "CREATE SCHEMA s; CREATE TABLE s.a (x int); CREATE TABLE p (i int, gone int) PARTITION BY LIST (i);
             CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p DROP gone",
        ),
        ("undo/U1__a.sql", "DROP SCHEMA s CASCADE; DROP TABLE p"),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    on_folder(&database, files.path(), &["db", "rollback"]).success();
    assert_eq!(database.value("SELECT to_regclass('p1') IS NULL"), "t");
}

#[test]
fn a_table_that_bears_its_name_again_is_guarded_too() {
    for drop in ["DROP TABLE a", "-- hangmeas: no-transaction\nDROP TABLE a"] {
        bears_its_name_again(drop);
    }
}

fn bears_its_name_again(drop: &str) {
    let database = server().create("untold_name");
    let files = folder(&[
        (
            "V1__a.sql",
            "CREATE TABLE a (x int); INSERT INTO a VALUES (1)",
        ),
        ("undo/U1__a.sql", drop),
        ("V2__b.sql", "ALTER TABLE a RENAME TO b"),
        ("undo/U2__b.sql", "ALTER TABLE b RENAME TO a"),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    on_folder(&database, files.path(), &["db", "rollback", "--steps", "2"])
        .exits(8)
        .says("a holds 1 row (V0001)")
        .says("down to V0002")
        .says("--steps 1 --discard-data");
    assert_eq!(history(&database), ["1|a"]);
    assert_eq!(database.value("SELECT count(*) FROM a"), "1");
    let done = on_folder(
        &database,
        files.path(),
        &["db", "rollback", "--discard-data"],
    );
    done.success().answers("1 row of a went");
}

#[test]
fn rows_that_an_undo_deletes_are_guarded() {
    const ROWS: &str = "CREATE TABLE a (x int PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 3);
                        CREATE TABLE b (x int REFERENCES a ON DELETE CASCADE); INSERT INTO b VALUES (1), (2)";
    for (name, down, held, discarded) in [
        (
            "truncate",
            "TRUNCATE a CASCADE",
            "3 rows of a would go (V0001)",
            "3 rows of a went\n! 2 rows of b went",
        ),
        (
            "all",
            "DELETE FROM b",
            "2 rows of b would go (V0001)",
            "2 rows of b went",
        ),
        (
            "where",
            "DELETE FROM a WHERE x = 2",
            "1 row of a would go (V0001)\n  1 row of b would go (V0001)",
            "1 row of a went\n! 1 row of b went",
        ),
        (
            "in_block",
            "DO $$ BEGIN EXECUTE 'TRUNCATE b'; EXCEPTION WHEN OTHERS THEN NULL; END $$",
            "2 rows of b would go (V0001)",
            "2 rows of b went",
        ),
        (
            "stepwise",
            "-- hangmeas: no-transaction\nWITH gone AS (DELETE FROM b RETURNING *) SELECT count(*) FROM gone",
            "2 rows of b would go (V0001)",
            "2 rows of b went",
        ),
    ] {
        let database = server().create(&format!("deleted_{name}"));
        let files = folder(&[("V1__a.sql", ROWS), ("undo/U1__a.sql", down)]);
        on_folder(&database, files.path(), &["db", "migrate"]).success();
        let before = state(&database);
        let refused = on_folder(&database, files.path(), &["db", "rollback"]);
        refused.exits(8).says(held).says("--steps 1 --discard-data");
        assert_eq!(state(&database), before, "{name}");
        let rows = database.value("SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b)");
        assert_eq!(rows, "5", "{name}");
        let args = ["db", "rollback", "--discard-data"];
        let done = on_folder(&database, files.path(), &args);
        done.success().answers(discarded);
    }
}

#[test]
fn an_undo_may_delete_what_is_not_there_and_what_it_made() {
    let database = server().create("deletes_none");
    let files = folder(&[
        (
            "V1__a.sql",
            "CREATE TABLE a (x int); INSERT INTO a VALUES (1); CREATE TABLE b (x int)",
        ),
        (
            "undo/U1__a.sql",
            "DELETE FROM a WHERE x = 2; TRUNCATE b; CREATE TABLE c AS TABLE a; DELETE FROM c; UPDATE a SET x = 3;
             ALTER TABLE a ALTER x TYPE text; ALTER TABLE b ALTER x TYPE text",
        ),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    let done = on_folder(&database, files.path(), &["db", "rollback"]);
    done.success().never_says("went");
    assert_eq!(database.value("SELECT x FROM a"), "3");
}

/// Outside a transaction each statement is guarded by its own.
#[test]
fn a_stepwise_undo_stops_before_the_rows_that_it_did_not_tell() {
    let database = server().create("stepwise_untold");
    let files = folder(&[
        (
            "V1__a.sql",
            "CREATE SCHEMA s; CREATE TABLE s.a AS SELECT 1 AS x; CREATE TABLE b (x int); CREATE INDEX ON b (x)",
        ),
        (
            "undo/U1__a.sql",
            "-- hangmeas: no-transaction\nDROP INDEX CONCURRENTLY b_x_idx;\nDROP SCHEMA s CASCADE;\nDROP TABLE b;",
        ),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    on_folder(&database, files.path(), &["db", "rollback"])
        .exits(8)
        .says("s.a holds 1 row (V0001)")
        .says("stopped in statement 2 of 3; what was done before it is kept")
        .says("--steps 1 --discard-data")
        .never_says("run again");
    assert_eq!(database.value("SELECT x FROM s.a"), "1");
    let args = ["db", "rollback", "--discard-data"];
    let done = on_folder(&database, files.path(), &args);
    done.success().answers("1 row of s.a went");
    assert_eq!(database.value("SELECT to_regclass('b') IS NULL"), "t");
}

#[test]
fn what_went_untold_is_told_afterwards() {
    let database = server().create("untold_listed");
    let files = folder(&[
        (
            "V1__a.sql",
            "CREATE SCHEMA s; CREATE TABLE s.a AS SELECT 1 AS x; CREATE TABLE p (x int, y int) PARTITION BY LIST (x);
             CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1, 2)",
        ),
        ("undo/U1__a.sql", "DROP SCHEMA s CASCADE; DROP TABLE p"),
        ("V2__b.sql", "ALTER TABLE p ADD z int; UPDATE p SET z = 1"),
        ("undo/U2__b.sql", "ALTER TABLE p DROP z"),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    let args = [
        "db",
        "rollback",
        "--to",
        "0",
        "--discard-data",
        "--format",
        "json",
    ];
    let done = on_folder(&database, files.path(), &args).json();
    let discarded = done["result"]["discarded"]
        .as_array()
        .or(done["discarded"].as_array());
    let discarded: Vec<String> = discarded
        .unwrap_or_else(|| panic!("{done}"))
        .iter()
        .map(|data| format!("{} {} {}", data["object"], data["rows"], data["fate"]))
        .collect();
    // A partition goes with its table.
    assert_eq!(discarded, ["\"p\" 1 \"dropped\"", "\"s.a\" 1 \"dropped\""]);
}

#[test]
fn the_command_to_paste_has_the_confirmation_that_was_given() {
    let database = server().create("confirmed");
    let files = folder(&[
        ("V1__a.sql", "CREATE TABLE a AS SELECT 1 AS x"),
        ("undo/U1__a.sql", "DROP TABLE a"),
    ]);
    on_folder(&database, files.path(), &["db", "migrate"]).success();
    let name = database.value("SELECT current_database()");
    on_folder(&database, files.path(), &["db", "rollback"])
        .exits(8)
        .never_says("--yes-i-mean");
    let args = ["db", "rollback", "--yes-i-mean", &name, "--format", "json"];
    let refused = on_folder(&database, files.path(), &args).json();
    let command = refused["error"]["hints"][0]["command"].as_str();
    let words = shlex::split(command.expect("a command")).expect("words of a shell");
    let flag = words.iter().position(|word| word == "--yes-i-mean");
    assert_eq!(words[flag.expect("the flag") + 1], name);
    let words: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    on(&database, &words).success().answers("1 row of a went");
}
