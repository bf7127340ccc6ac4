//! What each command and each refusal prints: stdout, stderr, exit status.

use std::fs;

use clap::CommandFactory as _;
use hangmeas::cli::Cli;

use super::stage::{Stage, folder};
use crate::backup::support::published;
use crate::seed::migrated;
use crate::shell::leaves;
use crate::support::{Base, Scratch, server};

const INDEX: &str = "-- hangmeas: no-transaction\n\
    CREATE INDEX CONCURRENTLY people_name ON people (name);\n\
    CREATE UNIQUE INDEX CONCURRENTLY people_once ON people (name);\n";

#[test]
fn a_project_of_its_own() {
    let stage = Stage::new(server().create("project"));
    stage.write(
        "hangmeas.toml",
        "[migrations]\ndir = \"db\"\nbundled = false\n",
    );
    stage
        .shows("migration-new", "migration new add_people")
        .shows("migration-new-wrong", "migration new /");
    stage.write(
        "db/V0001__add_people.sql",
        "-- Adds people.\nCREATE TABLE people (name text);\n",
    );
    stage.write("db/undo/U0001__add_people.sql", "DROP TABLE people;\n");
    stage
        .shows("migration-list", "migration list")
        .shows("status-pending", "db status --check")
        .shows("migrate-dry-run", "db migrate --dry-run")
        .shows("migrate", "db migrate")
        .shows("migrate-nothing", "db migrate")
        .shows("migrate-no-such-version", "db migrate --to 9")
        .shows("status", "db status --check")
        .shows_words(
            "console",
            &["db", "console", "--", "-Atc", "SELECT count(*) FROM people"],
        );
    stage
        .database
        .execute("INSERT INTO people VALUES ('សុខ'), ('សុខ')");
    stage.write("db/V0002__index.sql", INDEX);
    stage
        .shows("migrate-half-way", "db migrate")
        .shows("status-half-way", "db status")
        .shows("rollback-half-way", "db rollback");
    stage
        .database
        .execute("DELETE FROM people WHERE ctid = '(0,1)'");
    stage
        .shows("migrate-goes-on", "db migrate")
        .shows("migrate-backwards", "db migrate --to 1")
        .shows("rollback-no-undo", "db rollback");
    stage.write(
        "db/undo/U0002__index.sql",
        "DROP INDEX people_name, people_once;\n",
    );
    stage
        .shows("rollback-data", "db rollback --to 0")
        .shows("rollback", "db rollback");
    stage.write(
        "db/V0001__add_people.sql",
        "CREATE TABLE people (name text, age int);\n",
    );
    stage
        .shows("migrate-changed", "db migrate")
        .shows("status-changed", "db status")
        .shows("migration-accept", "migration accept 1")
        .shows("migration-accept-nothing", "migration accept 7");
    for (name, sql) in [
        ("commit", "CREATE TABLE a ();\nCOMMIT;\n"),
        ("psql", "\\i other.sql\n"),
        ("sql-error", "SELECT 'ភាសាខ្មែរ', nope FROM people;\n"),
        (
            "concurrently",
            "CREATE INDEX CONCURRENTLY i ON people (name);\n",
        ),
        ("directive", "-- hangmeas: no-transactions\n"),
        ("template", "-- Index.\n\n"),
    ] {
        stage.write("db/V0002__index.sql", sql);
        stage.shows(&format!("file-{name}"), "db migrate");
    }
    stage.write("db/V2_wrong.sql", "");
    stage.shows("file-misnamed", "db migrate");
    stage.end();
}

#[test]
fn the_configuration() {
    let stage = Stage::new(server().create("configuration"))
        .with("DATABASE_URL", "")
        .with("HANGMEAS_DATA_DIR", "pg");
    stage
        .shows("config-init", "config init")
        .shows("config-init-other", "--config shop.toml config init")
        .shows(
            "config-init-which",
            "--config shop.toml config init my.toml",
        )
        .shows("config-init-again", "config init");
    stage.write(
        "hangmeas.toml",
        "[environments.staging]\nhost = \"db.example\"\nusername = \"me\"\n",
    );
    stage
        .shows("config-show", "--env staging config show")
        .shows(
            "config-show-json",
            "--env staging config show --format json",
        )
        .shows("config-check", "config check")
        .shows("environment-unknown", "--env stagign config show")
        .shows("environment-empty", "--env= config show");
    stage.write(
        "hangmeas.toml",
        "[environments.staging]\nhots = \"db.example\"\n",
    );
    stage.shows("config-unknown-key", "config check");
    stage.end();
}

#[test]
fn the_hangmeas_database() {
    let stage = Stage::new(server().adopt(server().unused_name("life")));
    let fixture = "tests/fixtures/import/dbmate/migrations";
    let fixture = format!("{}/{fixture}", env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(fixture).expect("the fixture") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        stage.write(
            &format!("old/{name}"),
            &fs::read_to_string(&path).expect("text"),
        );
    }
    let seed = ["db", "seed", "--as-of", crate::seed::AS_OF];
    stage
        .shows("status-no-database", "db status")
        .shows("create", "db create")
        .shows("create-again", "db create")
        .shows("setup", "db setup --no-seed")
        .shows("grants", "db grants")
        .shows("drift", "db drift")
        .shows_words("seed", &seed)
        .shows("seed-verify", "db seed --verify")
        .shows("annotate", "db annotate --out pages")
        .shows("backup", "db backup --dir backups")
        .shows("backups-list", "db backups list --dir backups");
    let made = published(&stage.project.join("backups"));
    let [name] = made.as_slice() else {
        panic!("one backup, not {made:?}");
    };
    stage
        .shows(
            "backups-verify",
            &format!("db backups verify --dir backups {name}"),
        )
        .shows(
            "restore-refused",
            &format!("db restore --dir backups {name}"),
        )
        .shows("backups-prune", "db backups prune --dir backups --keep 1")
        .shows(
            "migration-import",
            "migration import --from dbmate old --into db --files-only",
        )
        .shows("rollback-refused", "--env production db rollback")
        .shows("reset-refused", "--env production db reset")
        .shows("drop-refused", "--env production db drop")
        .shows(
            "drop-other-name",
            "--env production db drop --yes-i-mean other",
        )
        .shows("reset", "db reset --force --no-seed")
        .shows("drop", "db drop")
        .shows("drop-again", "db drop");
    stage.end();
    let stage = Stage::new(migrated(Base::Empty));
    stage.shows("health-check", "db health-check --only conformity");
    stage.end();
}

#[test]
fn the_program_itself() {
    let unreachable = format!(
        "postgres://me:hush@127.0.0.1:{}/shop",
        crate::support::free_port()
    );
    let port = unreachable
        .rsplit([':', '/'])
        .nth(1)
        .unwrap_or_default()
        .to_owned();
    let stage = Stage::new(server().create("itself"))
        .with("DATABASE_URL", unreachable)
        .masks(port, "PORT");
    stage
        .shows("unreachable", "db migrate")
        .shows("usage-command", "db migrat")
        .shows("usage-flag", "db status --chek")
        .shows("usage-json", "db migrate --to x --format json")
        .shows("usage-no-command", "db")
        .shows("help", "db migrate --help")
        .shows("completions", "completions bash")
        .shows("man", "man")
        .shows("explain", "explain index.duplicate");
    stage.end();
}

#[test]
fn the_local_server() {
    let scratch = Scratch::new();
    let stage = Stage::new(server().create("local"))
        .with("DATABASE_URL", "")
        .with(
            "HANGMEAS_DATA_DIR",
            scratch.join("pg").display().to_string(),
        )
        .with(
            "HANGMEAS_BIN_DIR",
            server().binaries().folder.display().to_string(),
        )
        .masks(scratch.path().display().to_string(), "SCRATCH");
    stage
        .shows("server-status-absent", "server status")
        .shows("status-nothing-made", "db status")
        .shows("server-start", "server start")
        .shows("server-start-again", "server start")
        .shows("server-status", "server status")
        .shows("server-stop", "server stop")
        .shows("server-status-stopped", "server status")
        .shows("server-remove-refused", "server remove")
        .shows("server-remove", "server remove --yes")
        .shows("server-remove-again", "server remove --yes");
    stage.end();
}

#[test]
fn every_command_is_shown() {
    let files = fs::read_dir(folder()).expect("the files");
    let shown: Vec<String> = files
        .map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("text"))
        .filter_map(|text| text.lines().next().map(|line| format!("{line} ")))
        .collect();
    let mut commands = Vec::new();
    leaves(&Cli::command(), &[], &mut commands);
    for (words, _) in commands {
        let command = format!(" {} ", words.join(" "));
        let is_shown = shown.iter().any(|line| line.contains(&command));
        assert!(is_shown, "no file of tests/golden/cli shows{command}");
    }
}
