//! SQL that the server does not take: the place, the words, and nothing left behind.

use super::{folder, history, on_folder, state, write};
use crate::support::{Database, Output, server};

/// Runs one file on a database that has only its history.
fn fails(database: &Database<'_>, name: &str, sql: &str) -> Output {
    let dir = folder(&[(name, sql)]);
    let before = state(database);
    let output = on_folder(database, dir.path(), &["db", "migrate"]);
    output.exits(5);
    assert_eq!(state(database), before, "{sql}");
    output
}

/// The three lines of the excerpt: place, text, caret.
#[track_caller]
fn excerpt(output: &Output, place: &str, text: &str, caret_after: &str) {
    output.says(&format!("--> {}", place.rsplit('/').next().unwrap_or(place)).replace("--> ", ""));
    let lines: Vec<&str> = output.stderr.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.ends_with(&format!("| {text}")))
        .unwrap_or_else(|| panic!("no line `{text}`\n{}", output.shown()));
    // On a terminal, a letter that a coeng puts below another takes a column too.
    let below = caret_after.matches('\u{17d2}').count();
    let width = unicode_width::UnicodeWidthStr::width(caret_after) + below;
    let caret = format!("| {}^", " ".repeat(width));
    assert!(
        lines[at + 1].ends_with(&caret),
        "{caret}\n{}",
        output.shown()
    );
}

#[test]
fn the_caret_stands_where_the_server_points() {
    let database = server().create("caret");
    let output = fails(
        &database,
        "V1__a.sql",
        "CREATE TABLE a (id int);\nSELECT id,\n       nope FROM a;\n",
    );
    output
        .says("column \"nope\" does not exist")
        .says("42703")
        .says("V0001 a was rolled back: nothing of it is kept");
    excerpt(&output, "V1__a.sql:3:8", "       nope FROM a;", "       ");
}

#[test]
fn khmer_text_before_it_moves_no_caret() {
    let database = server().create("khmer_caret");
    let sql = "-- ខ្មែរ នេះ\nCREATE TABLE k (name text DEFAULT 'សួស្តី');\nINSERT INTO k SELECT 'ភ្នំពេញ', nope;\n";
    let output = fails(&database, "V1__k.sql", sql);
    excerpt(
        &output,
        "V1__k.sql:3:33",
        "INSERT INTO k SELECT 'ភ្នំពេញ', nope;",
        "INSERT INTO k SELECT 'ភ្នំពេញ', ",
    );
    let json = {
        let dir = folder(&[("V1__k.sql", sql)]);
        on_folder(
            &database,
            dir.path(),
            &["db", "migrate", "--format", "json"],
        )
        .json()
    };
    let place = &json["error"]["place"];
    let column = "INSERT INTO k SELECT 'ភ្នំពេញ', ".chars().count() + 1;
    assert_eq!(
        (place["line"].as_u64(), place["column"].as_u64()),
        (Some(3), Some(column as u64))
    );
    assert_eq!(json["error"]["sqlstate"], "42703");
}

#[test]
fn a_syntax_error_is_found_too() {
    let database = server().create("syntax");
    let output = fails(
        &database,
        "V1__s.sql",
        "CREATE TABLE s (id int);\n\nCREATE TABEL t (id int);\n",
    );
    output.says("syntax error");
    excerpt(
        &output,
        "V1__s.sql:3:8",
        "CREATE TABEL t (id int);",
        "CREATE ",
    );
}

/// Without a position the statement is known by counting.
#[test]
fn without_a_position_the_right_statement_is_named() {
    let database = server().create("no_position");
    let sql = "CREATE TABLE p (id int PRIMARY KEY);\nINSERT INTO p VALUES (1);\n\
               -- the second one ; fails\nINSERT INTO p\n VALUES (1);\nSELECT 1;\n";
    let output = fails(&database, "V1__p.sql", sql);
    output
        .says("duplicate key")
        .says("23505")
        .says("Key (id)=(1) already exists");
    excerpt(&output, "V1__p.sql:4:1", "INSERT INTO p", "");
}

#[test]
fn inside_a_function_the_call_is_told() {
    let database = server().create("plpgsql");
    let output = fails(
        &database,
        "V1__f.sql",
        "SELECT 1;\nDO $$ BEGIN\n  PERFORM 1 / 0;\nEND $$;\n",
    );
    output.says("division by zero").says("PL/pgSQL");
    excerpt(&output, "V1__f.sql:2:1", "DO $$ BEGIN", "");
}

#[test]
fn a_commit_inside_a_block_is_told_what_it_is() {
    let database = server().create("block");
    let sql = "CREATE TABLE t ();\nDO $$ BEGIN COMMIT; END $$;\n";
    fails(&database, "V1__x.sql", sql)
        .says("V1__x.sql:2:1")
        .says("take COMMIT and ROLLBACK out");
    assert_eq!(database.value("SELECT to_regclass('t') IS NULL"), "t");
}

#[test]
fn an_earlier_file_stays_and_the_next_run_goes_on() {
    let database = server().create("earlier");
    let dir = folder(&[
        ("V1__a.sql", "CREATE TABLE a ()"),
        ("V2__b.sql", "CREATE TABLE b ();\nSELECT nope;"),
        ("V3__c.sql", "CREATE TABLE c ()"),
    ]);
    let output = on_folder(&database, dir.path(), &["db", "migrate"]);
    output.exits(5).says("V2__b.sql:2:8");
    assert_eq!(history(&database), ["1|a"]);
    assert_eq!(
        database.value("SELECT to_regclass('b') IS NULL AND to_regclass('c') IS NULL"),
        "t"
    );
    write(&dir, "V2__b.sql", "CREATE TABLE b ();");
    on_folder(&database, dir.path(), &["db", "migrate"]).success();
    assert_eq!(history(&database), ["1|a", "2|b", "3|c"]);
}

#[test]
fn statement_by_statement_the_place_is_right_too() {
    let database = server().create("stepwise");
    let dir = folder(&[(
        "V1__a.sql",
        "-- hangmeas: no-transaction\n-- ខ្មែរ\nCREATE TABLE a (id int);\n\nCREATE INDEX CONCURRENTLY i ON a (nope);\n",
    )]);
    let output = on_folder(&database, dir.path(), &["db", "migrate"]);
    output
        .exits(6)
        .says("V1__a.sql:5:")
        .says("nope")
        .says("statement 2 of 2")
        .says("hangmeas db migrate");
    on_folder(&database, dir.path(), &["db", "status"])
        .success()
        .answers("half-way");
    // What failed may be corrected; what ran may not, and does not run again.
    write(
        &dir,
        "V1__a.sql",
        "-- hangmeas: no-transaction\n-- ខ្មែរ\nCREATE TABLE a (id int);\n\nCREATE INDEX CONCURRENTLY i ON a (id);\n",
    );
    on_folder(&database, dir.path(), &["db", "migrate"]).success();
    assert_eq!(history(&database), ["1|a"]);
}

#[test]
fn a_first_statement_that_fails_leaves_nothing() {
    let database = server().create("first_fails");
    // The history is there already, so that nothing at all may change.
    let dir = folder(&[("V1__a.sql", "CREATE TABLE a (id int)")]);
    on_folder(&database, dir.path(), &["db", "migrate"]).success();
    let before = state(&database);
    write(
        &dir,
        "V2__b.sql",
        "-- hangmeas: no-transaction\nCREATE INDEX CONCURRENTLY i ON a (nope);\n",
    );
    on_folder(&database, dir.path(), &["db", "migrate"])
        .exits(5)
        .says("V2__b.sql:2:1");
    assert_eq!(state(&database), before);
}

#[test]
fn what_the_server_tells_is_shown_with_its_file() {
    let database = server().create("notices");
    let dir = folder(&[(
        "V1__loud.sql",
        "DO $$ BEGIN RAISE WARNING 'careful' USING HINT = 'look twice'; RAISE NOTICE 'by the way'; END $$;",
    )]);
    let run = |flag: &str| {
        let database = server().create("notices");
        on_folder(&database, dir.path(), &["db", "migrate", flag])
    };
    let warning = "V1__loud.sql: WARNING: careful (look twice)";
    on_folder(&database, dir.path(), &["db", "migrate"])
        .success()
        .says(warning)
        .never_says("by the way");
    run("--quiet").success().says(warning).never_says("✓ V0001");
    let verbose = run("--verbose");
    verbose
        .success()
        .says(warning)
        .says("NOTICE: by the way")
        .says("V1__loud.sql");
}
