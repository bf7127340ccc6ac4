//! Passwords from files and commands, on a server that asks for them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::OnceLock;

use crate::support::{Run, Server, hangmeas, write_private};

pub(super) const PASSWORD: &str = r#"p@s:/?#[]&= '"\%4ខ"#;

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = Server::start_prepared(&[], |cluster| {
            let doors = "local all app scram-sha-256\nlocal all all trust\n";
            write_private(&cluster.join("pg_hba.conf"), doors);
        });
        let quoted = PASSWORD.replace('\'', "''");
        server.administer(&[
            &format!("CREATE ROLE app LOGIN CREATEDB PASSWORD '{quoted}'"),
            "CREATE DATABASE shop OWNER app",
        ]);
        server
    })
}

/// `db status` as `app`.
pub(super) fn status() -> Run {
    as_app().args(["db", "status"])
}

/// Any command as `app`.
pub(super) fn as_app() -> Run {
    let server = server();
    hangmeas()
        .env("DATABASE_HOST", server.folder())
        .env("DATABASE_PORT", server.port().to_string())
        .env("DATABASE_USERNAME", "app")
        .env("PGDATABASE", "shop")
}

fn private(dir: &tempfile::TempDir, text: &str, mode: u32) -> std::path::PathBuf {
    let path = dir.path().join("secret");
    fs::write(&path, text).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
    path
}

#[test]
fn a_missing_password_says_where_it_may_stand() {
    status()
        .run()
        .exits(4)
        .says("asks app for a password")
        .says("DATABASE_PASSWORD");
    status()
        .env("DATABASE_PASSWORD", "wrong")
        .run()
        .exits(4)
        .says("refuses app")
        .never_says("wrong");
    status().env("DATABASE_PASSWORD", PASSWORD).run().success();
}

#[test]
fn the_password_file_of_libpq() {
    let dir = tempfile::tempdir().expect("a folder");
    let escaped = PASSWORD.replace('\\', "\\\\").replace(':', "\\:");
    let line = format!("*:*:shop:app:{escaped}\n");
    let file = private(&dir, &line, 0o600);
    status().env("PGPASSFILE", &file).run().success();
    let home = tempfile::tempdir().expect("a home");
    fs::copy(&file, home.path().join(".pgpass")).expect("copied");
    status().env("HOME", home.path()).run().success();
    let open = private(&dir, &line, 0o644);
    status()
        .env("PGPASSFILE", &open)
        .run()
        .exits(4)
        .says("others can read it")
        .says("chmod 600")
        .never_says("p@s");
}

#[test]
fn password_files_and_commands() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = private(&dir, &format!("{PASSWORD}\n"), 0o600);
    let section = "[environments.development]\n";
    let configured = |key: &str| {
        let text = format!("{section}{key}\n");
        fs::write(dir.path().join("hangmeas.toml"), text).expect("a file");
        // The password stands beside the file's user, whoever that is.
        status().dir(dir.path())
    };
    configured("password_file = 'secret'").run().success();
    status()
        .env("DATABASE_PASSWORD_FILE", &file)
        .run()
        .success();
    let cat = format!("password_command = ['cat', '{}']", file.display());
    configured(&cat).run().success();
    configured(&cat)
        .args(["--format", "json"])
        .run()
        .success()
        .never_says("p@s");
    configured("password_command = \"sh -c 'echo p@s; echo p@s >&2; exit 9'\"")
        .run()
        .exits(3)
        .says("exit status 9")
        .never_says("p@s");
    configured("password_command = 'no-such-program-here'")
        .run()
        .exits(3)
        .says("cannot be run");
    configured("password_file = 'nowhere'")
        .run()
        .exits(3)
        .says("cannot be read");
}
