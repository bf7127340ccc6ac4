//! Who may not, and where nobody answers.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::{folder, on, state};
use crate::support::{Base, Server, hangmeas, server};

#[test]
fn a_database_that_does_not_exist() {
    let url = server().url("not_there");
    for command in [
        &["db", "migrate"][..],
        &["db", "status"],
        &["db", "rollback"],
    ] {
        let output = hangmeas().env("DATABASE_URL", &url).args(command).run();
        output.exits(4).says("not_there").says("hangmeas db create");
    }
}

#[test]
fn a_host_that_does_not_answer() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("its number")
        .port();
    let url = format!("postgres://u:hush@127.0.0.1:{port}/x");
    let output = hangmeas()
        .env("DATABASE_URL", &url)
        .args(["db", "migrate"])
        .run();
    output
        .exits(4)
        .says(&port.to_string())
        .says("127.0.0.1")
        .never_says("hush");
    let output = hangmeas()
        .args([
            "db",
            "status",
            "--database-url",
            "postgres://u:hush@host.invalid/x",
            "--format",
            "json",
        ])
        .run();
    output.exits(4).never_says("hush");
    assert_eq!(output.json()["error"]["kind"], "connection");
}

#[test]
fn a_folder_without_a_socket() {
    let dir = tempfile::tempdir().expect("a folder");
    let url = format!("postgres://u@/x?host={}", dir.path().display());
    let output = hangmeas()
        .env("DATABASE_URL", url)
        .args(["db", "migrate"])
        .run();
    output.exits(4).says(dir.path().to_str().expect("UTF-8"));
}

#[test]
fn a_wrong_password() {
    let own = Server::start_prepared(&[], |data| {
        std::fs::write(
            data.join("pg_hba.conf"),
            "local all postgres trust\nlocal all all scram-sha-256\n",
        )
        .expect("pg_hba.conf");
    });
    own.administer(&["CREATE ROLE clerk LOGIN PASSWORD 'right'"]);
    let database = own.create("secret");
    let url = |password: &str| {
        format!(
            "postgres://clerk{password}@/{}?host={}",
            database.name(),
            own.folder().display()
        )
    };
    let wrong = hangmeas()
        .env("DATABASE_URL", url(":wr0ng"))
        .args(["db", "status"])
        .run();
    wrong.exits(4).says("clerk").never_says("wr0ng");
    let none = hangmeas()
        .env("DATABASE_URL", url(""))
        .args(["db", "status"])
        .run();
    none.exits(4).says("password");
    let right = hangmeas()
        .env("DATABASE_URL", url(":right"))
        .args(["db", "status"])
        .run();
    right.success();
}

#[test]
fn a_server_that_lets_nobody_in() {
    let own = Server::start_prepared(&[], |data| {
        let rules = "local all postgres trust\nlocal all all reject\n";
        std::fs::write(data.join("pg_hba.conf"), rules).expect("pg_hba.conf");
    });
    own.administer(&["CREATE ROLE clerk LOGIN"]);
    let url = format!("postgres://clerk@/postgres?host={}", own.folder().display());
    hangmeas()
        .env("DATABASE_URL", url)
        .args(["db", "status"])
        .run()
        .exits(4)
        .says("lets clerk not in")
        .says("pg_hba.conf must allow this user")
        .never_says("password");
}

#[test]
fn a_database_that_lets_nobody_connect() {
    let database = server().create("closed");
    let role = server().unused_name("clerk");
    let name = database.name();
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; REVOKE ALL ON DATABASE \"{name}\" FROM PUBLIC"
    ));
    let url = database.url().replace("postgres@", &format!("{role}@"));
    hangmeas()
        .env("DATABASE_URL", url)
        .args(["db", "status"])
        .run()
        .exits(4)
        .says("42501")
        .says(&format!(
            "GRANT CONNECT ON DATABASE \"{name}\" TO \"{role}\""
        ));
    database.execute(&format!("DROP ROLE {role}"));
}

#[test]
fn a_server_of_another_kind() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(4) {
            let Ok(mut stream) = stream else { continue };
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let url = format!("postgres://u@127.0.0.1:{port}/x?sslmode=disable");
    hangmeas()
        .env("DATABASE_URL", url)
        .args(["db", "status"])
        .run()
        .exits(4)
        .says("does not speak as PostgreSQL does");
}

#[test]
fn a_server_that_nothing_names() {
    hangmeas()
        .args(["--env", "staging", "db", "status"])
        .run()
        .exits(3)
        .says("export DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/hangmeas_staging");
}

#[test]
fn advice_can_be_pasted_whatever_files_are_called() {
    let database = server().create("odd_names");
    let files = folder(&[
        ("it's ours/V1__a.sql", "CREATE TABLE a ()"),
        ("my shop.toml", "[migrations]\nbundled = false\n"),
    ]);
    hangmeas()
        .url(&database)
        .dir(files.path())
        .args(["--config", "my shop.toml", "db", "status"])
        .args(["--migrations-dir", "it's ours"])
        .run()
        .success()
        .answers("hangmeas --config 'my shop.toml' db migrate --migrations-dir 'it'\\''s ours'");
}

#[test]
fn an_environment_without_name() {
    hangmeas()
        .args(["--env", "", "db", "status"])
        .run()
        .exits(3)
        .says("the name of the environment is empty")
        .says("known are development");
}

#[test]
fn no_right_to_create() {
    let database = server().clone_of(Base::Empty);
    let role = server().unused_name("clerk");
    database.execute(&format!("CREATE ROLE {role} LOGIN"));
    let before = state(&database);
    let url = database.url().replace("postgres@", &format!("{role}@"));
    let output = hangmeas()
        .env("DATABASE_URL", url)
        .args(["db", "migrate"])
        .run();
    output
        .exits(5)
        .says("42501")
        .says("GRANT CREATE ON DATABASE")
        .says(&role);
    assert_eq!(state(&database), before);
    let unborn = server().unused_name("unborn");
    let url = server()
        .url(&unborn)
        .replace("postgres@", &format!("{role}@"));
    hangmeas()
        .env("DATABASE_URL", url)
        .args(["db", "create"])
        .run()
        .exits(5)
        .says(&format!("may not create database {unborn}"))
        .says(&format!("ALTER ROLE \"{role}\" CREATEDB"))
        .says(&format!("CREATE DATABASE \"{unborn}\" OWNER \"{role}\""))
        .never_says("owner of the database");
    database.execute(&format!("DROP ROLE {role}"));
}

#[test]
fn no_right_to_a_table() {
    let database = server().clone_of(Base::Spree46);
    let role = server().unused_name("clerk");
    let name = database.name();
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT CREATE ON DATABASE \"{name}\" TO {role}; GRANT ALL ON SCHEMA public TO {role}"
    ));
    let before = state(&database);
    let url = database.url().replace("postgres@", &format!("{role}@"));
    let output = hangmeas()
        .env("DATABASE_URL", url)
        .args(["db", "migrate"])
        .run();
    output.exits(5).says("42501").says("owner");
    output
        .says("does not own these tables of the shop")
        .says("spree_users");
    assert_eq!(state(&database), before);
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

/// Says that it is PostgreSQL 12, as a real one does when somebody connects.
fn old_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(4) {
            let Ok(mut stream) = stream else { continue };
            let mut startup = [0; 1024];
            let _ = stream.read(&mut startup);
            let mut answer = b"R\0\0\0\x08\0\0\0\0".to_vec();
            let setting = b"server_version\x0012.22\0";
            answer.push(b'S');
            answer.extend((setting.len() as u32 + 4).to_be_bytes());
            answer.extend(setting);
            answer.extend(b"K\0\0\0\x0c\0\0\0\x01\0\0\0\x01Z\0\0\0\x05I");
            let _ = stream.write_all(&answer);
            let _ = stream.read(&mut startup);
        }
    });
    port
}

#[test]
fn a_server_that_is_too_old() {
    let url = format!("postgres://u@127.0.0.1:{}/x?sslmode=disable", old_server());
    let output = hangmeas()
        .env("DATABASE_URL", url)
        .args(["db", "migrate"])
        .run();
    output.exits(4).says("12.22").says("13");
}

#[test]
fn a_command_line_that_makes_no_sense() {
    for (args, word) in [
        (&["db", "migrat"][..], "migrate"),
        (&["db", "migrate", "--to", "x"], "a version is a number"),
        (&["db", "migrate", "--env"], "--env"),
        (&["db"], "Usage"),
    ] {
        hangmeas().args(args).run().exits(2).says(word);
        for place in [0, args.len()] {
            let mut args = args.to_vec();
            args.insert(place, "--format=json");
            let error = &hangmeas().args(&args).run().exits(2).json()["error"];
            assert_eq!(error["kind"], "usage", "{args:?}");
            assert!(
                error["message"]
                    .as_str()
                    .is_some_and(|text| text.len() > 10),
                "{error}"
            );
        }
    }
}

#[test]
fn a_replica_is_not_written_to() {
    let database = server().clone_of(Base::Empty);
    database.execute(&format!(
        "ALTER DATABASE \"{}\" SET default_transaction_read_only = on",
        database.name()
    ));
    let before = state(&database);
    on(&database, &["db", "migrate"])
        .exits(5)
        .says("25006")
        .says("nothing can be written here")
        .says("default_transaction_read_only");
    assert_eq!(state(&database), before);
}
