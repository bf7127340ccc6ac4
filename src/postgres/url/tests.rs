//! Tests of connection strings.

use std::path::PathBuf;

use super::*;

fn parse(text: &str) -> UrlParts {
    UrlParts::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn reads_every_part() {
    let parts = parse(
        "postgresql://app%40corp:p%3Ass@db.example:6432/shop%2F1?sslmode=verify-full\
         &connect_timeout=7&application_name=ci&options=-c%20a%3Db&sslrootcert=/ca.pem&pool=9",
    );
    assert_eq!(parts.user.as_deref(), Some("app@corp"));
    assert_eq!(parts.password, Some(Secret::new("p:ss")));
    assert_eq!(parts.host, Some(Hosts::one(Host::Tcp("db.example".into()))));
    assert_eq!(parts.port, Some(Ports::one(6432)));
    assert_eq!(parts.database.as_deref(), Some("shop/1"));
    assert_eq!(parts.sslmode.as_deref(), Some("verify-full"));
    assert_eq!(parts.connect_timeout, Some(Duration::from_secs(7)));
    assert_eq!(parts.application_name.as_deref(), Some("ci"));
    assert_eq!(parts.options.as_deref(), Some("-c a=b"));
    assert_eq!(parts.extra["sslrootcert"], "/ca.pem");
    assert_eq!(parts.pool, Some(9));
}

#[test]
fn reads_hosts_of_all_kinds() {
    let tcp = |host: &str| Some(Hosts::one(Host::Tcp(host.to_owned())));
    let socket = |folder: &str| Some(Hosts::one(Host::Socket(PathBuf::from(folder))));
    let cases = [
        ("postgres://", None, None, None),
        ("postgres:///shop", None, None, Some("shop")),
        ("postgres://:5433/shop", None, Some(5433), Some("shop")),
        ("postgres://h", tcp("h"), None, None),
        ("postgres://h/", tcp("h"), None, None),
        ("postgres://h:/d", tcp("h"), None, Some("d")),
        ("postgres://[::1]:6/d", tcp("::1"), Some(6), Some("d")),
        ("postgres://u@[fe80::1]/d", tcp("fe80::1"), None, Some("d")),
        (
            "postgres://%2Fvar%2Frun:7/d",
            socket("/var/run"),
            Some(7),
            Some("d"),
        ),
        (
            "postgres:///d?host=/tmp&port=9",
            socket("/tmp"),
            Some(9),
            Some("d"),
        ),
        ("postgres://h/d?host=other", tcp("other"), None, Some("d")),
        ("postgres://h?dbname=d&user=x@y", tcp("h"), None, Some("d")),
        ("host=h dbname = d  port=1", tcp("h"), Some(1), Some("d")),
        ("host=/tmp dbname='a b'", socket("/tmp"), None, Some("a b")),
        ("  postgres://h/ខ្មែរ\n", tcp("h"), None, Some("ខ្មែរ")),
    ];
    for (text, host, port, database) in cases {
        let parts = parse(text);
        assert_eq!(
            (&parts.host, parts.port, parts.database.as_deref()),
            (&host, port.map(Ports::one), database),
            "{text}"
        );
    }
    assert_eq!(
        parse(r"password='it\'s \\ me' user=a\ b").password,
        Some(Secret::new(r"it's \ me"))
    );
}

#[test]
fn reads_several_hosts() {
    let cases = [
        ("postgres://a,b/d", "a:5432, b:5432"),
        ("postgres://a:1,b:2/d", "a:1, b:2"),
        ("postgres://a:1,b/d", "a:1, b:5432"),
        ("postgres://a,[::1]:3/d", "a:5432, [::1]:3"),
        ("postgres://a/d?host=x,y&port=7", "x:7, y:7"),
        ("host=x,/tmp port=7,8", "x:7, /tmp/.s.PGSQL.8"),
        ("postgres://h/d?hostaddr=10.0.0.1", "h:5432 (10.0.0.1)"),
        ("hostaddr=10.0.0.1 host=h", "h:5432 (10.0.0.1)"),
        ("hostaddr=10.0.0.1,::1 port=1,2", "10.0.0.1:1, [::1]:2"),
    ];
    for (text, expected) in cases {
        let parts = parse(text);
        let ports = parts.port.clone().unwrap_or_else(|| Ports::one(5432));
        let addresses = parts
            .host
            .clone()
            .expect(text)
            .addresses(&ports)
            .expect(text);
        let shown: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        assert_eq!(shown.join(", "), expected, "{text}");
        assert_eq!(parse(&parts.to_string()), parts, "{parts}");
    }
    let parts = parse("host=a,b,c port=1,2");
    let (hosts, ports) = (parts.host.expect("hosts"), parts.port.expect("ports"));
    assert!(hosts.addresses(&ports).is_err());
}

#[test]
fn says_what_is_wrong() {
    let cases = [
        ("", "no scheme"),
        ("localhost", "no scheme"),
        ("mysql2://h/d", "`mysql2://`"),
        ("jdbc:postgresql://h/d", "`jdbc:postgresql://`"),
        ("POSTGRES://h/d", "neither postgres:// nor"),
        ("postgres://a,/d", "one of its hosts is empty"),
        ("postgres:///d?host=a,,b", "a name, or several"),
        ("postgres://h:x/d", "from 1 to 65535"),
        ("postgres://h:0/d", "from 1 to 65535"),
        ("postgres://h:70000/d", "from 1 to 65535"),
        ("postgres://::1/d", "must stand in `[`"),
        ("postgres://[::1/d", "not closed"),
        ("postgres://[::1]x/d", "only `:PORT`"),
        ("postgres://[x]/d", "no IPv6"),
        ("postgres://u:p@q@h/d", "`@` too many"),
        ("postgres://u:12/q@h/d", "`@` too many"),
        ("postgres://u:%zz@h/d", "the password has a `%`"),
        ("postgres://u:%00@h/d", "zero byte"),
        ("postgres://u:%ff@h/d", "not UTF-8"),
        ("postgres://h/d?sslmode", "has no `=`"),
        ("postgres://h/d?sslmod=require", "`sslmod` is unknown"),
        ("postgres://h/d?sslmode=on", "one of disable"),
        ("postgres://h/d?connect_timeout=5s", "number of seconds"),
        (
            "postgres://h/d?replication=true",
            "`replication` is not supported",
        ),
        ("postgres://h/d?hostaddr=db", "an IPv4 or IPv6 address"),
        ("postgres://a,b/d?hostaddr=1.1.1.1", "as many addresses"),
        ("host=h dbname='d", "no closing quote"),
        ("host=h dbname=a b=c", "`b` is unknown"),
        ("host=h password=a b c=d", "has no `=`"),
    ];
    for (text, expected) in cases {
        let error = UrlParts::parse(text).expect_err(text);
        assert!(error.message().contains(expected), "{text}: {error}");
    }
    let error = UrlParts::parse("postgres://h/d?sslmod=require").expect_err("unknown");
    assert_eq!(
        error.hints()[0].text,
        "the nearest known parameter is `sslmode`"
    );
}

#[test]
fn shows_itself_without_passwords() {
    let cases = [
        ("postgres://u:secret@h:1/d", "postgres://u:[redacted]@h:1/d"),
        (
            "postgres://h/d?password=secret&sslpassword=secret&user=me",
            "postgres://me:[redacted]@h/d?sslpassword=[redacted]",
        ),
        (
            "host=/tmp password='secret x'",
            "postgres://:[redacted]@?host=/tmp",
        ),
        ("postgres://[::1]/a%20b", "postgres://[::1]/a%20b"),
        (
            "postgres://u:secret@h:port/d",
            "[redacted: not a valid connection URL]",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(redact(text), expected);
    }
}

/// A small deterministic generator: tests need no other.
fn next(state: &mut u64) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap_or(0)
}

#[test]
fn errors_never_repeat_a_password() {
    const ODD: [&str; 24] = [
        "@",
        "/",
        "?",
        "#",
        "%",
        "&",
        "=",
        ":",
        "[",
        "]",
        " ",
        "'",
        "\\",
        ",",
        "+",
        "%4",
        "%00",
        "://",
        "sslmode=",
        "host=",
        "&password=",
        "ក",
        "\"",
        "12",
    ];
    let mut state = 42;
    for round in 0..20_000 {
        let mut password = String::from("QZ");
        for _ in 0..=next(&mut state) % 5 {
            password.push_str(ODD[next(&mut state) % ODD.len()]);
            password.push_str(["QZW", "XQZ", "QZ9"][next(&mut state) % 3]);
        }
        let forms = [
            format!("postgres://user:{password}@host:5432/shop?sslmode=require"),
            format!("postgres://:{password}@[::1]"),
            format!("postgres://host/shop?password={password}&connect_timeout=3"),
            format!("host=h password={password} dbname=d"),
            format!("password='{password}' port=x"),
        ];
        let text = &forms[round % forms.len()];
        let shown = match UrlParts::parse(text) {
            Ok(parts) if parts.password.as_ref().map(Secret::expose) == Some(&password) => {
                Some(format!("{parts} {parts:?}"))
            }
            Ok(_) => None,
            Err(error) => Some(format!("{error} {error:?}")),
        };
        assert!(!shown.unwrap_or_default().contains("QZ"), "{text}");
    }
}
