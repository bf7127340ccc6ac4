//! Parameters beside the address, and what users are told.

use std::path::Path;

use super::super::server::default_host;
use super::*;

#[test]
fn other_parameters_follow_the_same_order() {
    let file = "[environments.development]\nhost='h'\nsslmode='require'\nconnect_timeout='9s'";
    let shown = |file, flags, variables, key: &str| {
        let settings = load(file, flags, variables).expect("settings");
        let entry = settings
            .entries()
            .into_iter()
            .find(|entry| entry.key == key);
        entry
            .map(|entry| format!("{} ({})", entry.value, entry.origin))
            .unwrap_or_default()
    };
    for (flags, variables, key, expected) in [
        (
            "",
            "PGSSLMODE=disable",
            "sslmode",
            "require (hangmeas.toml:3)",
        ),
        (
            "postgres://x?sslmode=verify-full",
            "",
            "sslmode",
            "verify-full (--database-url)",
        ),
        ("postgres://x", "", "sslmode", "require (hangmeas.toml:3)"),
        (
            "",
            "PGCONNECT_TIMEOUT=3",
            "connect_timeout",
            "9s (hangmeas.toml:4)",
        ),
        (
            "postgres://x?connect_timeout=0",
            "",
            "connect_timeout",
            "none (--database-url)",
        ),
        (
            "",
            "PGAPPNAME=ci",
            "application_name",
            "ci (variable PGAPPNAME)",
        ),
        (
            "",
            "PGOPTIONS=-cx=y",
            "options",
            "-cx=y (variable PGOPTIONS)",
        ),
        (
            "",
            "PGSSLROOTCERT=/ca",
            "sslrootcert",
            "/ca (variable PGSSLROOTCERT)",
        ),
        (
            "postgres://x?sslrootcert=/b",
            "PGSSLROOTCERT=/ca",
            "sslrootcert",
            "/b (--database-url)",
        ),
        (
            "postgres://u:QZX@x/d?sslpassword=QZX",
            "",
            "url",
            "postgres://u:[redacted]@x/d?sslpassword=[redacted] (--database-url)",
        ),
        (
            "postgres://u:QZX@x/d",
            "",
            "password",
            "[redacted] (--database-url)",
        ),
    ] {
        assert_eq!(
            shown(file, flags, variables, key),
            expected,
            "{flags} {variables} {key}"
        );
    }
    assert_eq!(
        shown("", "", "PGHOST=h PGCONNECT_TIMEOUT=3", "connect_timeout"),
        "3s (variable PGCONNECT_TIMEOUT)"
    );
}

#[test]
fn surprises_are_told() {
    let cases = [
        (
            FILE,
            "",
            "DATABASE_URL=postgres://h/d",
            "replaces the server of environment development (hangmeas.toml:2)",
        ),
        (
            FILE,
            "production",
            "DATABASE_URL=postgres://h/d",
            "environment production (hangmeas.toml:8)",
        ),
        (
            "",
            "",
            "DATABASE_URL=postgres://h/d DATABASE_HOST=x",
            "DATABASE_HOST is not used: variable DATABASE_URL says it",
        ),
        (
            "[environments.development]\nurl='postgres://h'\nhost='x'",
            "",
            "",
            "hangmeas.toml:3: `environments.development.host` is not used",
        ),
        ("", "", "PGUSER=u", "PGUSER not used by the managed"),
        ("", "", "PGSERVICE=x", "PGSERVICE is not supported"),
        (
            "",
            "",
            "DATABASE_URL=postgres://h/d?encoding=utf8",
            "encoding means nothing",
        ),
    ];
    for (file, flags, variables, expected) in cases {
        let settings = load(file, flags, variables).expect(expected);
        let notices = settings.notices.join("\n");
        assert!(notices.contains(expected), "{flags} {variables}: {notices}");
    }
    for (file, variables) in [
        ("", ""),
        (FILE, ""),
        (FILE, "DATABASE_HOST=h"),
        (URL_FILE, "PGUSER=u"),
    ] {
        assert_eq!(load(file, "", variables).expect("quiet").notices, [""; 0]);
    }
}

#[test]
fn an_empty_host_is_the_local_socket_or_localhost() {
    let debian = |path: &Path| path == Path::new("/var/run/postgresql/.s.PGSQL.5433");
    assert_eq!(
        default_host(5433, debian),
        Host::Socket("/var/run/postgresql".into())
    );
    assert_eq!(default_host(5432, debian), Host::Tcp("localhost".into()));
    let settings = load("", "", "DATABASE_URL=postgres://:6999/d").expect("local");
    assert!(summary(&settings).ends_with("6999/d"));
}
