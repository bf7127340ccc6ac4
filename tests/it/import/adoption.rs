//! Histories: what ran does not run again, the rest does, and the tool's table stays as it is.

use std::path::Path;

use super::{TOOLS, as_the_tool_left_it, db, import, project, texts};
use crate::support::{Base, Database, Run, hangmeas, server};

fn table(tool: &str) -> &'static str {
    match tool {
        "sqlx" => "_sqlx_migrations",
        "diesel" => "__diesel_schema_migrations",
        "flyway" => "flyway_schema_history",
        _ => "schema_migrations",
    }
}

#[test]
fn what_ran_under_each_tool_is_recorded_and_the_rest_runs() {
    for tool in TOOLS {
        let project = project(tool);
        let path = project.path();
        let database = as_the_tool_left_it(path, tool);
        let rows = format!("SELECT t::text FROM {} t ORDER BY 1", table(tool));
        let before = database.query_text(&rows);

        let output = import(path, tool, &["--format", "json"])
            .url(&database)
            .run();
        let report = output.success().json();
        assert_eq!(
            report["history"]["table"],
            format!("public.{}", table(tool)),
            "{tool}"
        );
        assert_eq!(
            report["history"]["recorded"],
            serde_json::json!([1, 2]),
            "{tool}"
        );
        assert_eq!(report["files"][2]["applied"], false, "{tool}");
        assert_eq!(
            database.query_text(&rows),
            before,
            "{tool}: its table is only read"
        );

        // The first one would fail: its table is there.
        let output = db(path, &database, &["migrate", "--format", "json"]).run();
        let report = output.success().json();
        let applied = report["applied"].as_array().expect("applied");
        assert_eq!(applied.len(), 1, "{tool}: {report}");
        assert_eq!(applied[0]["name"], "add_amount", "{tool}");
        db(path, &database, &["status", "--check"]).run().success();

        nothing_changes_the_second_time(path, tool, &database);

        db(
            path,
            &database,
            &["rollback", "--to", "0", "--discard-data"],
        )
        .run()
        .success();
        assert_eq!(
            database.value("SELECT to_regclass('sponsors') IS NULL"),
            "t",
            "{tool}"
        );
    }
}

const HISTORY: &str = "SELECT t::text FROM hangmeas.schema_history t ORDER BY version";

/// What ran under hangmeas after the first import ran as well.
fn nothing_changes_the_second_time(path: &Path, tool: &str, database: &Database<'_>) {
    let files = texts(&path.join("new"));
    let rows = database.query_text(HISTORY);
    for table_is_there in [true, false] {
        if !table_is_there {
            database.execute(&format!("DROP TABLE {}", table(tool)));
        }
        let output = import(path, tool, &["--format", "json"])
            .url(database)
            .run();
        let report = output.success().json();
        assert_eq!(
            report["history"]["applied"],
            serde_json::json!([1, 2, 3]),
            "{tool}"
        );
        assert_eq!(report["history"]["recorded"], serde_json::json!([]));
        assert_eq!(report["hints"], serde_json::json!([]), "{tool}");
        for file in report["files"].as_array().expect("files") {
            assert_eq!(file["applied"], true, "{tool}");
            assert_eq!(file["written"], false, "{tool}");
        }
        import(path, tool, &[])
            .url(database)
            .run()
            .success()
            .answers("3 migrations ran in")
            .answers("as the history of hangmeas says already");
        assert_eq!(texts(&path.join("new")), files, "{tool}");
        assert_eq!(database.query_text(HISTORY), rows, "{tool}");
    }
}

#[test]
fn what_is_pending_can_be_applied_by_pasting_the_hint() {
    for tool in TOOLS {
        let project = project(tool);
        let database = as_the_tool_left_it(project.path(), tool);
        for _ in 0..2 {
            let output = import(project.path(), tool, &["--format", "json"])
                .url(&database)
                .run();
            let report = output.success().json();
            let hint = &report["hints"][0];
            assert_eq!(hint["text"], "1 migration is pending; apply it", "{tool}");
            let command = hint["command"].as_str().expect("command");
            assert!(
                command.ends_with("db migrate --no-bundled --migrations-dir 'new'"),
                "{command}"
            );
        }
    }
}

#[test]
fn nothing_is_recorded_by_two_versions() {
    for tool in TOOLS {
        let project = project(tool);
        let path = project.path();
        let database = as_the_tool_left_it(path, tool);
        import(path, tool, &[]).url(&database).run().success();
        let rows = database.query_text(HISTORY);
        let output = with_bundled(path, tool, "other").url(&database).run();
        output
            .exits(8)
            .says("is in the history of this database already, as V0001; here it would be V1001");
        assert!(!path.join("other").exists(), "{tool}");
        assert_eq!(database.query_text(HISTORY), rows, "{tool}");
    }
}

#[test]
fn nothing_is_recorded_above_bundled_migrations_that_are_pending() {
    let project = project("dbmate");
    let path = project.path();
    let database = as_the_tool_left_it(path, "dbmate");
    let output = with_bundled(path, "dbmate", "new").url(&database).run();
    output
        .exits(8)
        .says("the bundled migrations have not run here")
        .says("migration import --from dbmate old --into new --no-bundled")
        .says("migration import --from dbmate old --into new --files-only")
        .says("db migrate --to 18 --migrations-dir 'new'");
    assert!(!path.join("new").exists());

    // The way it names leads there.
    let output = with_bundled(path, "dbmate", "new")
        .args(["--files-only", "--format", "json"])
        .run();
    let report = output.success().json();
    let command = report["hints"][0]["command"].as_str().expect("command");
    assert!(command.ends_with("--into new --no-bundled"), "{command}");
    hangmeas()
        .dir(path)
        .url(&database)
        .args(["db", "migrate", "--to", "18", "--migrations-dir", "new"])
        .run()
        .success();
    let output = with_bundled(path, "dbmate", "new").url(&database).run();
    output
        .success()
        .answers("2 migrations of public.schema_migrations recorded");
    hangmeas()
        .dir(path)
        .url(&database)
        .args(["db", "migrate", "--migrations-dir", "new"])
        .run()
        .success()
        .answers("1 migration applied");
}

/// `hangmeas migration import --from TOOL old --into FOLDER`.
fn with_bundled(path: &Path, tool: &str, into: &str) -> Run {
    hangmeas()
        .dir(path)
        .args(["migration", "import", "--from", tool, "old", "--into", into])
}

#[test]
fn times_are_kept_where_the_tool_has_them() {
    let project = project("sqlx");
    let database = as_the_tool_left_it(project.path(), "sqlx");
    import(project.path(), "sqlx", &[])
        .url(&database)
        .run()
        .success();
    let times = "SELECT applied_on FROM hangmeas.schema_history ORDER BY version";
    assert_eq!(
        database.query_text(times),
        ["2024-01-15T03:00:00.000000Z", "2024-01-16T03:00:00.000000Z"]
    );
}

#[test]
fn without_a_history_everything_is_pending() {
    let project = project("dbmate");
    let database = server().clone_of(Base::Empty);
    let output = import(project.path(), "dbmate", &[]).url(&database).run();
    output.success().answers("has no history of dbmate");
    assert_eq!(
        database.value("SELECT to_regnamespace('hangmeas') IS NULL"),
        "t"
    );
    let output = db(project.path(), &database, &["migrate"]).run();
    output.success().answers("3 migrations applied");
}

#[test]
fn a_table_elsewhere_is_named() {
    let project = project("dbmate");
    let database = as_the_tool_left_it(project.path(), "dbmate");
    database.execute("CREATE SCHEMA ops; ALTER TABLE schema_migrations SET SCHEMA ops");
    let more = ["--history-table", "ops.schema_migrations"];
    let output = import(project.path(), "dbmate", &more).url(&database).run();
    output
        .success()
        .answers("2 migrations of ops.schema_migrations recorded");
}

#[test]
fn flyways_baselines_undos_and_repeatables_count_as_they_should() {
    let project = project("flyway");
    let path = project.path();
    let view = "CREATE OR REPLACE VIEW sponsor_names AS SELECT name FROM sponsors;\n";
    std::fs::write(path.join("old/R__sponsor_names.sql"), view).expect("file");
    let database = as_the_tool_left_it(path, "flyway");
    database.execute(
        "TRUNCATE flyway_schema_history;
         INSERT INTO flyway_schema_history VALUES
         (1, '1.1', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', NULL, 'x', now(), 0, true),
         (2, '2', 'add amount', 'SQL', 'V2__add_amount.sql', NULL, 'x', now(), 1, true),
         (3, '2', 'add amount', 'UNDO_SQL', 'U2__add_amount.sql', NULL, 'x', now(), 1, true)",
    );
    let output = import(path, "flyway", &["--format", "json"])
        .url(&database)
        .run();
    let report = output.success().json();
    assert_eq!(report["history"]["applied"], serde_json::json!([1, 2]));
    assert_eq!(report["files"][3]["from"], "R__sponsor_names.sql");
    db(path, &database, &["migrate"])
        .run()
        .success()
        .answers("2 migrations applied");
}

/// The report of an import from Flyway with these rows in its history.
fn flyway_with(path: &Path, rows: &str) -> (serde_json::Value, Database<'static>) {
    let database = as_the_tool_left_it(path, "flyway");
    database.execute("TRUNCATE flyway_schema_history");
    database.execute(&format!("INSERT INTO flyway_schema_history VALUES {rows}"));
    let output = import(path, "flyway", &["--format", "json"])
        .url(&database)
        .run();
    (output.success().json(), database)
}

#[test]
fn what_flyway_deleted_or_undid_needs_no_file() {
    let project = project("flyway");
    // Rows that `flyway repair` and `flyway undo` leave, and a repeatable file that is gone.
    let (report, _database) = flyway_with(
        project.path(),
        "(0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', 'shop', NULL, 'x', now(), 0, true),
         (1, '1', 'create sponsors', 'SQL', 'V1__create_sponsors.sql', 1729396981, 'x', now(), 4, true),
         (2, '1.0.5', 'gone', 'SQL', 'V1.0.5__gone.sql', 7, 'x', now(), 4, true),
         (3, '1.1', 'index sponsors', 'SQL', 'V1.1__index_sponsors.sql', 1217209849, 'x', now(), 5, true),
         (4, '3', 'undone', 'SQL', 'V3__undone.sql', 7, 'x', now(), 4, true),
         (5, NULL, 'old view', 'SQL', 'R__old_view.sql', 7, 'x', now(), 4, true),
         (6, '3', 'undone', 'UNDO_SQL', 'U3__undone.sql', 7, 'x', now(), 4, true),
         (7, '1.0.5', 'gone', 'DELETE', 'V1.0.5__gone.sql', 7, 'x', now(), 0, true)",
    );
    assert_eq!(report["history"]["recorded"], serde_json::json!([1, 2]));
}

#[test]
fn a_baseline_script_of_flyway_stands_for_what_is_below_it() {
    let project = project("flyway");
    let (report, _database) = flyway_with(
        project.path(),
        "(1, '1.1', 'all so far', 'SQL_BASELINE', 'B1_1__all_so_far.sql', 9, 'x', now(), 4, true)",
    );
    assert_eq!(report["history"]["recorded"], serde_json::json!([1, 2]));
    assert_eq!(report["files"][2]["applied"], false);
}
