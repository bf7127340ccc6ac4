//! Files alone: no server is asked.

use std::fs;

use super::{TOOLS, import, project, texts};
use crate::support::hangmeas;

#[test]
fn each_tools_folder_becomes_ours() {
    for tool in TOOLS {
        let project = project(tool);
        let output = import(project.path(), tool, &["--files-only", "--format", "json"]).run();
        let report = output.success().json();
        assert!(report["history"].is_null());
        let files = report["files"].as_array().expect("files");
        let modes: Vec<_> = files
            .iter()
            .map(|f| f["mode"].as_str().expect("mode"))
            .collect();
        let expected = ["transaction", "statement_by_statement", "transaction"];
        assert_eq!(modes, expected, "{tool}");

        let written = texts(&project.path().join("new"));
        let names: Vec<_> = written
            .iter()
            .map(|(path, _)| path.display().to_string())
            .collect();
        assert_eq!(
            names,
            [
                "V0001__create_sponsors.sql",
                "V0002__index_sponsors.sql",
                "V0003__add_amount.sql",
                "undo/U0001__create_sponsors.sql",
                "undo/U0002__index_sponsors.sql",
                "undo/U0003__add_amount.sql",
            ],
            "{tool}"
        );
        let text = |index: usize| written[index].1.as_str();
        let head = format!("-- Create sponsors. Imported from {tool}: ");
        assert!(text(0).starts_with(&head), "{tool}: {}", text(0));
        assert!(text(0).contains("'ស្រាបៀរ; អង្គរ'"), "{tool}: {}", text(0));
        assert!(
            !text(0).to_lowercase().contains("commit"),
            "{tool}: {}",
            text(0)
        );
        assert!(
            text(1).starts_with("-- hangmeas: no-transaction\n"),
            "{tool}: {}",
            text(1)
        );
        assert!(
            text(4).starts_with("-- hangmeas: no-transaction\n"),
            "{tool}: {}",
            text(4)
        );
        assert!(
            text(3).ends_with("\nDROP TABLE sponsors;\n"),
            "{tool}: {}",
            text(3)
        );
    }
}

#[test]
fn importing_again_keeps_versions_and_adds_what_is_new() {
    let project = project("dbmate");
    let path = project.path();
    import(path, "dbmate", &["--files-only"]).run().success();
    let before = texts(&path.join("new"));
    let output = import(path, "dbmate", &["--files-only"]).run();
    output.success().answers("all of them are in new already");
    assert_eq!(texts(&path.join("new")), before);

    let late = path.join("old/20240101000000_late.sql");
    fs::write(late, "-- migrate:up\nselect 1;\n-- migrate:down\n").expect("file");
    let output = import(path, "dbmate", &["--files-only"]).run();
    output
        .success()
        .answers("1 migration written to new; 3 were there");
    let listed = hangmeas()
        .dir(path)
        .args([
            "migration",
            "list",
            "--migrations-dir",
            "new",
            "--no-bundled",
        ])
        .run();
    listed.success().answers("V0004").answers("late");

    let changed = path.join("new/V0003__add_amount.sql");
    fs::write(changed, "select 1;").expect("file");
    // Without its mark it is a file of the project's own, so the migration comes anew.
    let output = import(path, "dbmate", &["--files-only"]).run();
    output.success().answers("V0005");
    fs::write(
        path.join("old/20240115093000_create_sponsors.sql"),
        "-- migrate:up\nselect 2;\n-- migrate:down\n",
    )
    .expect("file");
    let output = import(path, "dbmate", &["--files-only"]).run();
    output.exits(3).says("one of the two is another text now");
}

#[test]
fn beside_the_bundled_ones_versions_begin_at_1001() {
    let project = project("diesel");
    let output = hangmeas()
        .dir(project.path())
        .args(["migration", "import", "--from", "diesel", "old"])
        .args(["--into", "new", "--files-only"])
        .run();
    output.success();
    assert!(
        project
            .path()
            .join("new/V1001__create_sponsors.sql")
            .is_file()
    );
}

#[test]
fn what_cannot_run_here_is_shown_at_its_place_and_nothing_is_written() {
    let project = project("golang-migrate");
    let path = project.path();
    let sql = "SELECT 1;\nCOMMIT;\nSELECT 2;\n";
    fs::write(path.join("old/000004_split.up.sql"), sql).expect("file");
    let output = import(path, "golang-migrate", &["--files-only"]).run();
    output.exits(3).says("old/000004_split.up.sql:2:1");
    assert!(!path.join("new").exists());

    let project = super::project("flyway");
    let path = project.path();
    fs::write(path.join("old/V3__p.sql"), "select\n '${owner}';").expect("file");
    let output = import(path, "flyway", &["--files-only"]).run();
    output
        .exits(3)
        .says("V3__p.sql:2: ${owner} is a placeholder");
    fs::write(
        path.join("old/V3__p.sql.conf"),
        "placeholderReplacement = false\n",
    )
    .expect("file");
    import(path, "flyway", &["--files-only"]).run().success();
    fs::write(path.join("old/afterMigrate.sql"), "select 1").expect("file");
    let output = import(path, "flyway", &["--files-only"]).run();
    output
        .exits(3)
        .says("callbacks and baselines are not converted");
}

#[test]
fn a_wrong_folder_or_tool_is_said() {
    let project = project("dbmate");
    let path = project.path();
    import(path, "diesel", &["--files-only"])
        .run()
        .exits(3)
        .says("holds no migrations of diesel");
    import(path, "goose", &["--files-only"])
        .run()
        .exits(2)
        .says("golang-migrate");
    let output = hangmeas()
        .dir(path)
        .args(["migration", "import", "--from", "dbmate", "old"])
        .run();
    output.exits(3).says("--into db/hangmeas");
    let output = hangmeas()
        .dir(path)
        .args([
            "migration",
            "import",
            "--from",
            "dbmate",
            "old",
            "--into",
            "old",
        ])
        .run();
    output.exits(2).says("into itself");
}

#[test]
fn flyways_names_without_a_description_and_its_conditions() {
    let project = super::project("flyway");
    let path = project.path();
    fs::write(path.join("old/V3.sql"), "select 3;").expect("file");
    fs::write(path.join("old/R__b.sql"), "select 'b';").expect("file");
    fs::write(path.join("old/R__a_z.sql"), "select 'a';").expect("file");
    import(path, "flyway", &["--files-only"]).run().success();
    for file in ["V0004__migration", "V0005__a_z", "V0006__b"] {
        assert!(path.join(format!("new/{file}.sql")).is_file(), "{file}");
    }
    fs::write(path.join("old/later/R__b.sql"), "select 2;").expect("file");
    import(path, "flyway", &["--files-only"])
        .run()
        .exits(3)
        .says("R__b.sql and later/R__b.sql have the same name");
    fs::remove_file(path.join("old/later/R__b.sql")).expect("removed");
    let conf = path.join("old/V3.sql.conf");
    fs::write(conf, "shouldExecute=${env}==prod\n").expect("file");
    import(path, "flyway", &["--files-only"])
        .run()
        .exits(3)
        .says("V3.sql.conf has shouldExecute");
}

#[test]
fn diesels_metadata_and_folders_mean_what_they_mean_to_diesel() {
    let project = super::project("diesel");
    let path = project.path();
    let folder = path.join("old/2024-01-17-093000_add_amount");
    // Diesel reads a file without the key as a no.
    fs::write(folder.join("metadata.toml"), "note = 'x'\n").expect("file");
    let output = import(path, "diesel", &["--files-only", "--format", "json"]).run();
    let report = output.success().json();
    assert_eq!(report["files"][2]["mode"], "statement_by_statement");
    fs::remove_file(folder.join("up.sql")).expect("removed");
    import(path, "diesel", &["--files-only"])
        .run()
        .exits(3)
        .says("2024-01-17-093000_add_amount is no migration of diesel: it has no up.sql");
}
