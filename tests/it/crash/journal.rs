//! Files that run statement by statement: what a failed or cut-off build leaves, and how a run goes on.

use crate::support::{Database, Own, server};

const UNIQUE: &str = "-- hangmeas: no-transaction\n\
    ALTER TABLE people ADD COLUMN note text;\n\
    CREATE UNIQUE INDEX CONCURRENTLY people_email ON people (email);\n";

fn people(emails: &str) -> Database<'static> {
    let database = server().create("journal");
    database.execute(&format!(
        "CREATE TABLE people (id bigserial PRIMARY KEY, email text); \
         INSERT INTO people (email) SELECT unnest(ARRAY[{emails}])"
    ));
    database
}

fn invalid(database: &Database<'_>) -> Vec<String> {
    database.query_text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
}

fn history(database: &Database<'_>) -> String {
    database.value("SELECT count(*) FROM hangmeas.schema_history")
}

#[test]
fn a_unique_violation_shows_rows_and_leaves_no_index() {
    let database = people("'a', 'a', 'b'");
    let own = Own::files(&[("V1001__unique.sql", UNIQUE)]);
    let output = own.migrate().url(&database).run();
    output
        .exits(6)
        .says("duplicate: (email) = (a) in 2 rows")
        .says("the unfinished index people_email was dropped again")
        .says("remove the duplicates from people first");
    assert_eq!(invalid(&database), Vec::<String>::new());
    assert_eq!(history(&database), "0");

    database.execute("DELETE FROM people WHERE id = 1");
    own.migrate().url(&database).run().success();
    assert_eq!(history(&database), "1");
    assert_eq!(
        database
            .value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'people_email'::regclass"),
        "t"
    );
    assert_eq!(
        database.value("SELECT count(*) FROM hangmeas.migration_journal"),
        "0"
    );
}

/// The advice is for a shell, whatever names and values are in it.
#[test]
fn the_query_that_finds_the_duplicates_can_be_pasted() {
    let database = server().create("duplicates");
    database.execute(
        "CREATE TABLE \"ឈ្មោះ\" (\"E-mail\" text, note text); \
         INSERT INTO \"ឈ្មោះ\" VALUES ('a', 'x'), ('A', 'x'), ('b', 'x'), ('b', '$y')",
    );
    for (predicate, values) in [
        ("", vec!["a|2", "b|2"]),
        (" WHERE note <> '$y'", vec!["a|2"]),
    ] {
        let sql = format!(
            "-- hangmeas: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY once \
             ON \"ឈ្មោះ\" (lower(\"E-mail\")){predicate};\n"
        );
        let own = Own::files(&[("V1001__unique.sql", &sql)]);
        let failed = own.migrate().arg("--format=json").url(&database).run();
        let error = failed.exits(5).json();
        let hint = &error["error"]["hints"][0]["command"];
        let query = hint.as_str().expect("a command").rsplit_once(" -- -c ");
        let query = query.expect("a query for psql").1;
        let shell = std::process::Command::new("sh")
            .args(["-c", &format!("printf %s {query}")])
            .output();
        let query = String::from_utf8(shell.expect("a shell").stdout).expect("UTF-8");
        let mut found = database.query_text(&query);
        found.sort();
        assert_eq!(found, values, "{hint}");
    }
}

/// An index as a build leaves it that was cut off.
fn leave_invalid(database: &Database<'_>) {
    database.execute("CREATE INDEX people_email ON people (email)");
    database.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'people_email'::regclass",
    );
}

#[test]
fn if_not_exists_never_calls_an_invalid_index_done() {
    let database = people("'a', 'b'");
    leave_invalid(&database);
    let sql = "-- hangmeas: no-transaction\n\
               CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS people_email ON people (email);\n";
    let own = Own::files(&[("V1001__unique.sql", sql)]);
    own.migrate().url(&database).run().success();
    assert_eq!(invalid(&database), Vec::<String>::new());
    let unique = "SELECT indisunique FROM pg_index WHERE indexrelid = 'people_email'::regclass";
    assert_eq!(database.value(unique), "t");
}

#[test]
fn somebody_elses_invalid_index_is_named_and_left() {
    let database = people("'a', 'b'");
    leave_invalid(&database);
    let own = Own::files(&[("V1001__unique.sql", UNIQUE)]);
    let output = own.migrate().url(&database).run();
    output
        .exits(6)
        .says("people_email exists already, and is invalid");
    assert_eq!(invalid(&database), ["people_email"]);
}

#[test]
fn an_invalid_index_of_ours_is_built_again() {
    let database = people("'a', 'a'");
    let own = Own::files(&[("V1001__unique.sql", UNIQUE)]);
    own.migrate().url(&database).run().exits(6);
    // What a run leaves that is killed in the middle of the build.
    database.execute("DELETE FROM people WHERE id = 1");
    leave_invalid(&database);
    database.execute(
        "INSERT INTO hangmeas.migration_journal (version, direction, ordinal, statement, state) \
         VALUES (1001, 'up', 1, \
         'CREATE UNIQUE INDEX CONCURRENTLY people_email ON people (email)', 'started')",
    );
    own.migrate().url(&database).run().success();
    assert_eq!(invalid(&database), Vec::<String>::new());
}

#[test]
fn what_ran_must_not_change_before_the_file_is_through() {
    let database = people("'a', 'a'");
    let own = Own::files(&[("V1001__unique.sql", UNIQUE)]);
    own.migrate().url(&database).run().exits(6);
    own.write(
        "V1001__unique.sql",
        &UNIQUE.replace("note text", "other text"),
    );
    let output = own.migrate().url(&database).run();
    output.exits(6).says("began with another text");
}

#[test]
fn another_file_of_the_version_does_not_take_its_place() {
    let database = people("'a', 'a'");
    let own = Own::files(&[("V1001__unique.sql", UNIQUE)]);
    own.migrate().url(&database).run().exits(6);
    let table = "CREATE TABLE other ();";
    for (sql, why) in [
        (table.to_owned(), "another file of version 1001 began here"),
        (
            format!("-- hangmeas: no-transaction\n{table}"),
            "or as another file of its version",
        ),
    ] {
        let other = Own::files(&[("V1001__other.sql", sql.as_str())]);
        other.migrate().url(&database).run().exits(6).says(why);
        let plan = other.migrate().arg("--dry-run").url(&database).run();
        plan.exits(6).says(why);
        assert_eq!(database.value("SELECT to_regclass('other') IS NULL"), "t");
    }
    let none = Own::files(&[("V1002__later.sql", "SELECT 1;")]);
    none.migrate()
        .url(&database)
        .run()
        .exits(6)
        .says("its file is not here");
    let status = none.status().url(&database).run();
    status.success().answers("half-way").answers("no file");
    database.execute("DELETE FROM people WHERE id = 1");
    own.migrate().url(&database).run().success();
}

/// A folder whose only undo began on this database and cannot end.
fn half_way_undo(database: &Database<'_>) -> Own {
    let own = Own::files(&[
        ("V1001__unique.sql", UNIQUE),
        (
            "U1001__unique.sql",
            "-- hangmeas: no-transaction\nDROP INDEX CONCURRENTLY people_email;\nSELECT 1 / 0;\n",
        ),
    ]);
    own.migrate().url(database).run().success();
    own.rollback().url(database).run().exits(6);
    own
}

#[test]
fn an_undo_that_is_half_way_is_no_pending_migration() {
    let database = people("'a', 'b'");
    let own = half_way_undo(&database);
    let status = own.status().arg("--check").url(&database).run();
    status.exits(1).answers("✗ undo half-way");
    let command = format!(
        "hangmeas db rollback --no-bundled --migrations-dir '{}'",
        own.path().display()
    );
    status.answers(&command).never_says("hangmeas db migrate");
    own.write(
        "U1001__unique.sql",
        "-- hangmeas: no-transaction\nDROP INDEX CONCURRENTLY people_email;\n\
         ALTER TABLE people DROP COLUMN note;\n",
    );
    own.rollback().url(&database).run().success();
}

fn half_way(database: &Database<'_>) -> String {
    database.value("SELECT count(*) FROM hangmeas.migration_journal")
}

#[test]
fn what_no_file_can_finish_may_be_forgotten() {
    let database = people("'a', 'a'");
    let own = Own::files(&[("V1001__unique.sql", UNIQUE)]);
    own.migrate().url(&database).run().exits(6);
    let refused = own.accept(1001).url(&database).run();
    refused
        .exits(8)
        .says("it can be finished")
        .says("hangmeas db migrate");
    assert_eq!(half_way(&database), "1");

    let none = Own::files(&[("V1002__later.sql", "SELECT 1;")]);
    let way_out = "hangmeas migration accept V1001";
    for stuck in [none.migrate(), none.rollback()] {
        stuck.url(&database).run().exits(6).says(way_out);
    }
    none.status()
        .url(&database)
        .run()
        .success()
        .answers(way_out);
    let accepted = none.accept(1001).url(&database).run();
    accepted
        .success()
        .answers("V1001: forgotten that it began")
        .answers("done: ALTER TABLE people ADD COLUMN note text");
    assert_eq!(half_way(&database), "0");
    none.migrate().url(&database).run().success();
    assert_eq!(history(&database), "1");
}

#[test]
fn another_text_of_the_version_begins_anew_once_that_is_accepted() {
    let database = people("'a', 'a'");
    let own = Own::files(&[("V1001__unique.sql", UNIQUE)]);
    own.migrate().url(&database).run().exits(6);
    own.write("V1001__unique.sql", "CREATE TABLE other ();");
    let stuck = own.migrate().url(&database).run();
    stuck.exits(6).says("hangmeas migration accept V1001");
    let accepted = own
        .accept(1001)
        .args(["--format", "json"])
        .url(&database)
        .run();
    let report = accepted.success().json();
    assert_eq!(report["was"], "half_way");
    assert_eq!(report["begun"][0]["done"], true);
    own.migrate().url(&database).run().success();
    assert_eq!(database.value("SELECT to_regclass('other') IS NULL"), "f");
}

#[test]
fn an_undo_that_no_file_can_finish_may_be_forgotten() {
    for whole in [true, false] {
        let database = people("'a', 'b'");
        let own = half_way_undo(&database);
        own.accept(1001).url(&database).run().exits(8);
        own.remove("U1001__unique.sql");
        if whole {
            own.remove("V1001__unique.sql");
        }
        for stuck in [own.migrate(), own.rollback()] {
            let stuck = stuck.url(&database).run();
            stuck.exits(6).says("hangmeas migration accept V1001");
        }
        let accepted = own.accept(1001).url(&database).run();
        accepted.success().answers("forgotten that its undo began");
        assert_eq!(half_way(&database), "0");
        assert_eq!(history(&database), if whole { "0" } else { "1" });
        own.migrate().url(&database).run().success();
    }
}
