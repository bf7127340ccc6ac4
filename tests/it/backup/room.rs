//! A backup for which there are not enough connections says so, with the numbers, before it starts.

use std::time::Duration;

use super::support::migrated;
use crate::support::{hangmeas, server};

#[test]
fn too_many_connections_are_said_before_anything_starts() {
    if !server().has_clients() {
        return;
    }
    let database = migrated();
    let role = format!("{}_keeper", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN CONNECTION LIMIT 6; GRANT pg_read_all_data TO {role}"
    ));
    let url = database.url().replacen("postgres@", &format!("{role}@"), 1);
    let backup = |jobs: &str| {
        hangmeas()
            .env("DATABASE_URL", &url)
            .env("HANGMEAS_BIN_DIR", &server().binaries().folder)
            .args(["db", "backup", "--jobs", jobs])
            .run()
    };
    let refused = backup("8");
    refused
        .exits(4)
        .says("has room for 3 more connections, and this needs 9")
        .says("CONNECTION LIMIT 6, 3 in use")
        .says("--jobs 2");
    assert!(
        !refused.home().join("backups").exists(),
        "nothing was begun"
    );
    backup("2").success();

    let most = format!(
        "ALTER DATABASE {0} CONNECTION LIMIT 4; ALTER ROLE {role} CONNECTION LIMIT -1",
        database.name()
    );
    database.execute(&most);
    backup("2")
        .exits(4)
        .says(&format!("{} has CONNECTION LIMIT 4", database.name()));
}

#[test]
fn a_restore_says_so_too_before_it_makes_a_database() {
    if !server().has_clients() {
        return;
    }
    let database = migrated();
    let role = format!("{}_restorer", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN CREATEDB CONNECTION LIMIT 6; GRANT pg_read_all_data TO {role}"
    ));
    let url = database.url().replacen("postgres@", &format!("{role}@"), 1);
    let folder = tempfile::tempdir().expect("folder");
    let run = |words: &[&str]| {
        hangmeas()
            .env("DATABASE_URL", &url)
            .env("HANGMEAS_BIN_DIR", &server().binaries().folder)
            .args(words)
            .args(["--dir", &folder.path().display().to_string()])
            .run()
    };
    let made = run(&["db", "backup", "--jobs", "1", "--format", "json"]);
    let made = made.success().json();
    let name = made["name"].as_str().expect("its name");
    let into = format!("{}_again", database.name());
    let databases = "SELECT count(*) FROM pg_database WHERE datname LIKE current_database() || '%'";
    let before = database.value(databases);
    let restore = [
        "db",
        "restore",
        name,
        "--into",
        &into,
        "--no-owner",
        "--jobs",
        "8",
    ];
    let verify = ["db", "backups", "verify", name, "--restore", "--jobs", "8"];
    let sessions = format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{role}'");
    for words in [&restore[..], &verify[..]] {
        // The server lets go of a session a moment after it ended.
        while database.value(&sessions) != "0" {
            std::thread::sleep(Duration::from_millis(10));
        }
        run(words)
            .exits(4)
            .says("has room for 5 more connections, and this needs 9")
            .says("--jobs 4");
        assert_eq!(database.value(databases), before, "{words:?}");
    }
}
