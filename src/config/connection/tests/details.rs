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

fn target(file: &str, flags: &str, variables: &str) -> crate::postgres::Target {
    match load(file, flags, variables).expect("settings").connection {
        Connection::Server(target) => *target,
        Connection::Managed { .. } => panic!("no server: {file} {flags} {variables}"),
    }
}

#[test]
fn encryption_is_what_libpq_makes_of_it() {
    use crate::postgres::SslMode;
    use crate::postgres::tls::{Roots, TlsVersion};

    let plain = target("", "postgres://h/d", "HOME=/home/me").tls;
    assert_eq!(plain.mode, SslMode::Prefer);
    let own = |name: &str| Path::new("/home/me/.postgresql").join(name);
    assert_eq!(plain.roots, Roots::File(own("root.crt")));
    let identity = plain.identity.expect("the usual place");
    assert_eq!(
        (identity.certificate, identity.key),
        (own("postgresql.crt"), own("postgresql.key"))
    );
    assert_eq!(plain.revocations, None);

    let tls = target("", "postgres://h/d?sslrootcert=system", "HOME=/home/me").tls;
    assert_eq!((tls.mode, tls.roots), (SslMode::VerifyFull, Roots::System));
    let file = "[environments.development]\nhost='h'\nsslmode='verify-ca'\nsslrootcert='~/ca.pem'\n\
                sslcert='c.pem'\nsslkey='k.pem'";
    let tls = target(file, "", "HOME=/home/me PGSSLMINPROTOCOLVERSION=TLSv1.3").tls;
    assert_eq!(tls.mode, SslMode::VerifyCa);
    assert_eq!(tls.roots, Roots::File("/home/me/ca.pem".into()));
    assert_eq!((tls.oldest, tls.newest), (TlsVersion::V13, TlsVersion::V13));
    assert!(tls.identity.expect("named").key.is_absolute());

    for (flags, variables, expected) in [
        (
            "postgres://h?sslrootcert=system&sslmode=require",
            "",
            "sslmode=require may not be used",
        ),
        ("postgres://h?sslnegotiation=direct", "", "below require"),
        (
            "postgres://h?channel_binding=on",
            "",
            "one of disable, prefer, require",
        ),
        (
            "postgres://h",
            "PGREQUIREAUTH=scram-sha-256",
            "`scram-sha-256` cannot be honoured: hangmeas answers whatever",
        ),
        (
            "postgres://h?gssencmode=require",
            "",
            "`require` cannot be honoured: hangmeas knows no GSSAPI",
        ),
        (
            "postgres://h?target_session_attrs=master",
            "",
            "one of any, read-write",
        ),
        ("postgres://h?keepalives_idle=x", "", "a number"),
    ] {
        let error = load("", flags, variables).expect_err(expected);
        assert!(
            error.message().contains(expected),
            "{flags} {variables}: {error}"
        );
    }
    assert!(load("", "postgres://h?gssencmode=prefer&sslcertmode=allow", "").is_ok());
}

#[test]
fn several_hosts_and_what_is_looked_for() {
    use crate::postgres::SessionKind;

    let target = target(
        "",
        "postgres://a:1,b/d?target_session_attrs=primary&keepalives=0",
        "",
    );
    assert_eq!(target.address(), "a:1, b:5432");
    assert_eq!(target.session_kind, SessionKind::Primary);
    assert!(!target.keepalives.on);
}

#[test]
fn passwords_come_from_files_and_commands() {
    let shown = |file: &str, flags: &str, variables: &str| {
        let settings = load(file, flags, variables).expect("settings");
        let found = settings
            .entries()
            .into_iter()
            .find(|entry| entry.key == "password");
        let found = found.expect("an entry");
        format!("{} ({})", found.value, found.origin)
    };
    let file = |key: &str| format!("[environments.development]\nhost='h'\nusername='u'\n{key}");
    let command = file("password_command=['op', 'read', 'op://QZX']");
    assert_eq!(shown(&command, "", ""), "from a command (hangmeas.toml:4)");
    let text = file("password_command='pass show \"a b\"'");
    let settings = load(&text, "", "").expect("settings");
    let words = settings
        .connection_settings
        .password
        .expect("a command")
        .value;
    assert_eq!(
        words,
        crate::config::Password::Command(["pass", "show", "a b"].map(str::to_owned).to_vec())
    );
    assert_eq!(
        shown(&file("password_file='/run/secrets/db'"), "", ""),
        "in file /run/secrets/db (hangmeas.toml:4)"
    );
    // A password that is said above the file wins; one of another user's does not go along.
    assert_eq!(
        shown(&command, "", "DATABASE_PASSWORD=p"),
        "[redacted] (variable DATABASE_PASSWORD)"
    );
    assert_eq!(shown(&command, "postgres://u@x", ""), "none (default)");
    assert_eq!(
        shown(&command, "", "DATABASE_PASSWORD_FILE=/f"),
        "in file /f (variable DATABASE_PASSWORD_FILE)"
    );
    for (key, expected) in [
        (
            "password='QZX'\npassword_file='/f'",
            "says its password twice",
        ),
        ("password_command='op | QZX'", "no shell runs it"),
        ("password_command=\"op 'QZX\"", "every quote closed"),
        ("password_command=[1]", "a program and its arguments"),
    ] {
        let error = load(&file(key), "", "").expect_err(key);
        assert!(error.message().contains(expected), "{key}: {error}");
        assert!(!format!("{error:?}").contains("QZX"), "{key}: {error:?}");
    }
}

#[test]
fn a_service_says_the_rest() {
    let dir = tempfile::tempdir().expect("folder");
    let file = dir.path().join("services");
    let text = "[shop]\nhost=sh\nport=6000\nuser=su\npassword=sp\ndbname=sd\nsslmode=require\n";
    fs::write(&file, text).expect("file");
    let variables = |rest: &str| format!("PGSERVICEFILE={} {rest}", file.display());
    let own = "[environments.development]\nservice='shop'\ndatabase='fd'";
    for (file, flags, rest, expected) in [
        ("", "", "PGSERVICE=shop", "su:sp@sh:6000/sd"),
        (
            "",
            "",
            "PGSERVICE=shop PGHOST=x PGUSER=y PGDATABASE=z",
            "su:sp@sh:6000/sd",
        ),
        ("", "", "PGSERVICE=shop DATABASE_HOST=x", "su:sp@x:6000/sd"),
        (
            "",
            "",
            "PGSERVICE=shop DATABASE_USERNAME=x",
            "x:-@sh:6000/sd",
        ),
        (own, "", "", "su:sp@sh:6000/fd"),
        ("", "postgres:///d?service=shop", "", "su:sp@sh:6000/d"),
        (
            "",
            "postgres://other@/d?service=shop",
            "",
            "other:-@sh:6000/d",
        ),
        // A URL that names its server has nothing to do with the file's service.
        (own, "postgres://h/d", "", "-:-@h:5432/d"),
    ] {
        let settings = load(file, flags, &variables(rest)).expect(expected);
        assert_eq!(summary(&settings), expected, "{file} {flags} {rest}");
    }
    let settings = load("", "", &variables("PGSERVICE=shop")).expect("settings");
    let origin = settings
        .connection_settings
        .host
        .expect("a host")
        .origin
        .to_string();
    assert!(
        origin.starts_with("service shop (") && origin.ends_with("services:1)"),
        "{origin}"
    );
    let error = load("", "", &variables("PGSERVICE=shoop")).expect_err("unknown");
    assert!(
        error.message().contains("`shoop` is not defined"),
        "{error}"
    );
}

#[test]
fn the_application_name_tells_command_and_environment() {
    let dir = tempfile::tempdir().expect("folder");
    let overrides = Overrides {
        command: Some("db migrate".to_owned()),
        ..Overrides::default()
    };
    let variables = Variables::from_pairs([("DATABASE_HOST", "h"), ("HANGMEAS_ENV", "staging")]);
    let settings = Settings::load(&overrides, &variables, dir.path()).expect("settings");
    let name = settings.connection_settings.application_name.value;
    assert_eq!(name, "hangmeas db migrate (staging)");
}
