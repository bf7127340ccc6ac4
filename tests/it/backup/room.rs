//! A backup for which there are not enough connections says so, with the numbers, before it starts.

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
