//! Histories that cannot be taken over: said, and nothing is written.

use std::fs;

use super::{as_the_tool_left_it, import, project};

/// The history as the tool left it, then `sql`; the import must refuse with these words.
fn refused(tool: &str, sql: &str, words: &[&str]) {
    let project = project(tool);
    let database = as_the_tool_left_it(project.path(), tool);
    database.execute(sql);
    let output = import(project.path(), tool, &[]).url(&database).run();
    output.exits(8);
    for word in words {
        output.says(word);
    }
    assert!(!project.path().join("new").exists(), "no file is written");
    let none = "SELECT to_regnamespace('hangmeas') IS NULL";
    assert_eq!(database.value(none), "t", "{tool}: nothing is written");
}

#[test]
fn a_failed_migration() {
    let sql = "UPDATE schema_migrations SET dirty = true";
    refused("golang-migrate", sql, &["version 2 is dirty"]);
    let sql = "UPDATE _sqlx_migrations SET success = false WHERE version = 20240116093000";
    refused(
        "sqlx",
        sql,
        &["20240116093000_index_sponsors.up.sql failed here under sqlx"],
    );
    let sql = "UPDATE flyway_schema_history SET success = false WHERE installed_rank = 2";
    refused(
        "flyway",
        sql,
        &["V1.1__index_sponsors.sql failed here", "flyway repair"],
    );
}

#[test]
fn a_changed_file() {
    let sql = "UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = 20240115093000";
    refused("sqlx", sql, &["is not the text that ran here"]);
    let sql = "UPDATE flyway_schema_history SET checksum = 1 WHERE installed_rank = 1";
    refused("flyway", sql, &["is not the text that ran here"]);
}

#[test]
fn a_migration_without_file() {
    let sql = "INSERT INTO schema_migrations VALUES ('20230101000000')";
    refused(
        "dbmate",
        sql,
        &[
            "1 migration of dbmate ran here and has no file",
            "20230101000000",
        ],
    );
    let sql = "UPDATE schema_migrations SET version = 9";
    refused("golang-migrate", sql, &["version 9"]);
}

#[test]
fn what_failed_under_flyway_in_any_kind_of_row() {
    let view = "INSERT INTO flyway_schema_history VALUES
         (3, NULL, 'sponsor names', 'SQL', 'R__sponsor_names.sql', 7, 'x', now(), 4, false)";
    refused(
        "flyway",
        view,
        &["sponsor names failed here under flyway", "flyway repair"],
    );
    let undo = "INSERT INTO flyway_schema_history VALUES
         (3, '1.1', 'index sponsors', 'UNDO_SQL', 'U1.1__x.sql', 7, 'x', now(), 4, false)";
    refused(
        "flyway",
        undo,
        &["V1.1__index_sponsors.sql failed here under flyway"],
    );
}

#[test]
fn a_gap() {
    let sql =
        "UPDATE schema_migrations SET version = '20240117093000' WHERE version = '20240115093000'";
    let words = [
        "20240115093000_create_sponsors.sql has not run here",
        "dbmate up",
    ];
    refused("dbmate", sql, &words);
}

#[test]
fn a_table_of_another_shape() {
    let sql = "ALTER TABLE __diesel_schema_migrations ADD COLUMN note text";
    refused(
        "diesel",
        sql,
        &["is not the history of diesel", "note text"],
    );
}

#[test]
fn a_version_that_is_another_migration_here() {
    let project = project("dbmate");
    let path = project.path();
    let database = as_the_tool_left_it(path, "dbmate");
    let other = tempfile::tempdir().expect("folder");
    fs::create_dir(other.path().join("new")).expect("folder");
    fs::write(other.path().join("new/V0001__other.sql"), "select 1;").expect("file");
    super::db(other.path(), &database, &["migrate"])
        .run()
        .success();
    let output = import(path, "dbmate", &[]).url(&database).run();
    output
        .exits(8)
        .says("version 1 of this database is another migration");
    assert_eq!(
        database.value("SELECT count(*) FROM hangmeas.schema_history"),
        "1"
    );
}
