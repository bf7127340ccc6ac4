//! Who wins: one table of files, variables and flags against the connection that comes out.

mod details;

use std::fs;

use super::*;
use crate::config::{Overrides, Settings, Variables};
use crate::postgres::{Host, Secret};

/// A case: file, flags (`env url`), variables (`NAME=value …`).
fn load(file: &str, flags: &str, variables: &str) -> Result<Settings> {
    let dir = tempfile::tempdir().expect("folder");
    if !file.is_empty() {
        fs::write(dir.path().join("hangmeas.toml"), file).expect("file");
    }
    let mut overrides = Overrides::default();
    for word in flags.split_whitespace() {
        if word.contains("://") {
            overrides.database_url = Some(Secret::new(word));
        } else {
            overrides.environment = Some(word.to_owned());
        }
    }
    let pairs = variables
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='));
    Settings::load(&overrides, &Variables::from_pairs(pairs), dir.path())
}

fn summary(settings: &Settings) -> String {
    match &settings.connection {
        Connection::Managed { database } => format!("managed/{database}"),
        Connection::Server(target) => {
            let password = target.password.as_ref().map_or("-", Secret::expose);
            let user = target.user.as_deref().unwrap_or("-");
            format!("{user}:{password}@{}/{}", target.address(), target.database)
        }
    }
}

const FILE: &str = "[environments.development]\nhost='fh'\nport=7000\nusername='fu'\n\
                    password='fp'\ndatabase='fd'\n[environments.production]\nhost='ph'";
const URL_FILE: &str = "[environments.development]\nurl='postgres://fu:fp@fh:7000/fd'";

#[test]
fn who_wins() {
    let cases = [
        // Nothing at all.
        ("", "", "", "managed/hangmeas_development"),
        ("", "test", "", "managed/hangmeas_test"),
        ("", "", "PGDATABASE=d", "managed/d"),
        (
            "",
            "",
            "PGUSER=u PGPASSWORD=p",
            "managed/hangmeas_development",
        ),
        // The guide's variables.
        ("", "", "DATABASE_HOST=h", "-:-@h:5432/hangmeas_development"),
        (
            "",
            "",
            "DATABASE_HOST=h DATABASE_PORT=1 DATABASE_USERNAME=u DATABASE_PASSWORD=p",
            "u:p@h:1/hangmeas_development",
        ),
        (
            "",
            "",
            "DATABASE_USERNAME=u DATABASE_PASSWORD=p",
            "u:p@localhost:5432/hangmeas_development",
        ),
        (
            "",
            "",
            "DATABASE_PORT=5433",
            "-:-@localhost:5433/hangmeas_development",
        ),
        (
            "",
            "production",
            "DATABASE_HOST=h",
            "-:-@h:5432/hangmeas_production",
        ),
        ("", "", "DATABASE_HOST=", "managed/hangmeas_development"),
        // libpq's variables: above the defaults, below everything else.
        (
            "",
            "",
            "PGHOST=h PGPORT=1 PGUSER=u PGPASSWORD=p PGDATABASE=d",
            "u:p@h:1/d",
        ),
        (
            "",
            "",
            "PGHOST=/sock PGPORT=1",
            "-:-@/sock/.s.PGSQL.1/hangmeas_development",
        ),
        (
            "",
            "",
            "PGHOST=h PGHOSTADDR=10.0.0.1",
            "-:-@h:5432 (10.0.0.1)/hangmeas_development",
        ),
        ("", "staging", "PGHOST=h", "-:-@h:5432/hangmeas_staging"),
        (
            FILE,
            "",
            "PGHOST=h PGPORT=1 PGUSER=u PGPASSWORD=p PGDATABASE=d",
            "fu:fp@fh:7000/fd",
        ),
        (
            FILE,
            "production",
            "PGPORT=1 PGUSER=u PGPASSWORD=p",
            "u:p@ph:1/hangmeas_production",
        ),
        (
            "",
            "",
            "DATABASE_HOST=h PGHOST=x PGUSER=u",
            "u:-@h:5432/hangmeas_development",
        ),
        // The file, and variables around it.
        (FILE, "", "", "fu:fp@fh:7000/fd"),
        (URL_FILE, "", "", "fu:fp@fh:7000/fd"),
        (FILE, "", "DATABASE_HOST=h", "fu:fp@h:7000/fd"),
        (
            URL_FILE,
            "",
            "DATABASE_HOST=h DATABASE_PORT=1",
            "fu:fp@h:1/fd",
        ),
        (FILE, "", "DATABASE_USERNAME=u", "u:-@fh:7000/fd"),
        (
            URL_FILE,
            "",
            "DATABASE_USERNAME=u DATABASE_PASSWORD=p",
            "u:p@fh:7000/fd",
        ),
        (FILE, "", "DATABASE_PASSWORD=p", "fu:p@fh:7000/fd"),
        // DATABASE_URL is whole: the file's server and credentials stay out.
        (FILE, "", "DATABASE_URL=postgres://h/d", "-:-@h:5432/d"),
        (FILE, "", "DATABASE_URL=postgres://fu@h", "fu:-@h:5432/fd"),
        (
            URL_FILE,
            "",
            "DATABASE_URL=postgres://u:p@h:1/d",
            "u:p@h:1/d",
        ),
        (FILE, "", "DATABASE_URL=postgres:///d", "fu:fp@fh:7000/d"),
        (
            "",
            "",
            "DATABASE_URL=postgres://h DATABASE_HOST=x DATABASE_PORT=1",
            "-:-@h:5432/hangmeas_development",
        ),
        (
            "",
            "",
            "DATABASE_URL=postgres://h/d DATABASE_USERNAME=u DATABASE_PASSWORD=p",
            "u:p@h:5432/d",
        ),
        (
            "",
            "",
            "DATABASE_URL=postgres://a@h/d DATABASE_USERNAME=u DATABASE_PASSWORD=p",
            "a:-@h:5432/d",
        ),
        (
            "",
            "",
            "DATABASE_URL=postgres://a@h/d PGPASSWORD=p PGPORT=1",
            "a:p@h:1/d",
        ),
        (
            "",
            "",
            "DATABASE_URL=postgres://a/d HANGMEAS_DATABASE_URL=postgres://b/e",
            "-:-@b:5432/e",
        ),
        (
            "",
            "test",
            "DATABASE_URL=postgres://h",
            "-:-@h:5432/hangmeas_test",
        ),
        // The flag beats all; a broken URL below it is not even read.
        (
            FILE,
            "postgres://u:p@h:1/d",
            "DATABASE_URL=postgres://x:y@z/q",
            "u:p@h:1/d",
        ),
        (
            FILE,
            "postgres://h",
            "DATABASE_URL=mysql://z/q DATABASE_HOST=x",
            "-:-@h:5432/fd",
        ),
        (
            "",
            "postgres://a@h/d",
            "DATABASE_PASSWORD=p",
            "a:p@h:5432/d",
        ),
        ("", "production postgres://h/d", "", "-:-@h:5432/d"),
    ];
    for (file, flags, variables, expected) in cases {
        let settings = load(file, flags, variables)
            .unwrap_or_else(|error| panic!("{file} | {flags} | {variables}: {error}"));
        assert_eq!(
            summary(&settings),
            expected,
            "{file} | {flags} | {variables}"
        );
    }
}

#[test]
fn no_server_is_an_error_where_local_would_be_wrong() {
    for (file, flags, variables) in [
        ("", "production", ""),
        ("", "staging", ""),
        ("[environments.qa]", "qa", ""),
        (
            "",
            "production",
            "DATABASE_USERNAME=u DATABASE_PORT=1 PGPORT=2 PGUSER=x PGDATABASE=d",
        ),
        ("", "production", "DATABASE_URL=postgres:///d"),
        (
            "[environments.production]\nhost='${DATABASE_HOST:-}'",
            "production",
            "",
        ),
    ] {
        let error = load(file, flags, variables).expect_err(flags);
        assert!(
            error.message().contains("does not say where its server is"),
            "{error}"
        );
        assert!(
            error.hints()[0]
                .command
                .as_deref()
                .is_some_and(|c| c.starts_with("export DATABASE_URL"))
        );
    }
}

#[test]
fn an_unset_variable_matters_only_where_it_is_used() {
    let file = "[environments.production]\nurl='${PRODUCTION_URL}'\n\
                [environments.staging]\nhost='h'\nport='${SPORT:-x}'";
    assert!(load(file, "", "").is_ok());
    assert!(load(file, "production postgres://h/d", "").is_ok());
    let error = load(file, "production", "").expect_err("unset");
    assert!(error.message().contains("hangmeas.toml:2"), "{error}");
    assert!(error.message().contains("PRODUCTION_URL"), "{error}");
    let error = load(file, "staging", "").expect_err("not a port");
    assert!(
        error
            .message()
            .contains("hangmeas.toml:5: `environments.staging.port`"),
        "{error}"
    );
    let settings = load(file, "staging", "SPORT=6000").expect("filled in");
    let port = settings.connection_settings.port.expect("port");
    assert_eq!(port.origin.to_string(), "hangmeas.toml:5, variable SPORT");
}

#[test]
fn wrong_values_say_where_they_stand_without_secrets() {
    for (flags, variables, expected) in [
        (
            "",
            "DATABASE_HOST=h DATABASE_PORT=abc",
            "variable DATABASE_PORT: expected a port number from 1 to 65535, found `abc`",
        ),
        ("", "PGHOST=a,,b", "variable PGHOST: expected a host name"),
        ("", "PGHOST=a,b PGPORT=1,2,3", "2 hosts, but 3 ports"),
        (
            "",
            "PGHOST=h PGSSLMODE=on",
            "variable PGSSLMODE: expected one of disable",
        ),
        (
            "",
            "DATABASE_HOST=postgres://u:QZX@h",
            "variable DATABASE_HOST: expected a host name",
        ),
        (
            "",
            "DATABASE_URL=mysql://u:QZX@h/d",
            "variable DATABASE_URL: the connection URL",
        ),
        (
            "",
            "DATABASE_URL=postgres://u:QZX@QZX@h/d",
            "variable DATABASE_URL: the connection URL",
        ),
        (
            "postgres://u:QZX@h:x/d",
            "",
            "--database-url: connection parameter `port`",
        ),
    ] {
        let error = load("", flags, variables).expect_err(variables);
        assert!(error.message().contains(expected), "{variables}: {error}");
        assert!(!format!("{error:?}").contains("QZX"), "{error:?}");
    }
    let error = load("", "postgres://h:x", "").expect_err("usage");
    assert_eq!(error.kind(), crate::error::ErrorKind::Usage);
}
