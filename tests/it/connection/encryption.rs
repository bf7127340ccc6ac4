//! Every `sslmode` against servers with every kind of certificate, with psql as the judge.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hangmeas::error::ErrorKind;
use hangmeas::postgres::{Session, interrupt};

use super::certificates::{Authority, Kind, Pair, self_signed};
use super::{ask, encrypted, target};
use crate::support::{Server, block_on, free_port, hangmeas, skipped, write_private};

const MODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

/// Users who may come in any way, encrypted, plain.
const EVERYBODY: [&str; 3] = ["postgres", "encrypted_only", "plain_only"];

/// Who may come how; `local` lets the test itself in.
const DOORS: &str = "\
local all all trust
hostssl all encrypted_only all trust
host all encrypted_only all reject
hostnossl all plain_only all trust
host all plain_only all reject
hostssl all with_certificate all cert
host all with_password all scram-sha-256
host all all all trust
";

/// A server on TCP whose certificate can be changed while it runs.
struct Encrypted {
    server: Server,
    folder: tempfile::TempDir,
}

impl Encrypted {
    /// `clients`: the authority of client certificates.
    fn start(pair: &Pair, clients: &Authority) -> Self {
        let port = format!("port={}", free_port());
        let settings = [
            "listen_addresses=127.0.0.1",
            &port,
            "ssl_cert_file=server.crt",
            "ssl_key_file=server.key",
            "ssl_ca_file=clients.crt",
            "password_encryption=scram-sha-256",
        ];
        let server = Server::start_prepared(&settings, |cluster| {
            write_private(&cluster.join("pg_hba.conf"), DOORS);
            write_private(&cluster.join("server.crt"), &pair.certificate);
            write_private(&cluster.join("server.key"), &pair.key);
            write_private(&cluster.join("clients.crt"), &clients.pem);
            let conf = cluster.join("postgresql.auto.conf");
            write_private(&conf, "ssl = on\n");
        });
        server.administer(&[
            "CREATE ROLE encrypted_only LOGIN",
            "CREATE ROLE plain_only LOGIN",
            "CREATE ROLE with_certificate LOGIN",
            "CREATE ROLE with_password LOGIN PASSWORD 'p@ss:w/rd'",
        ]);
        let folder = tempfile::tempdir().expect("a folder");
        Self { server, folder }
    }

    fn change(&self, pair: &Pair) {
        let cluster = self.server.folder().join("data");
        write_private(&cluster.join("server.crt"), &pair.certificate);
        write_private(&cluster.join("server.key"), &pair.key);
        self.reload("ALTER SYSTEM SET ssl = on");
    }

    /// The postmaster takes the new settings up in a moment: its log says when.
    fn reload(&self, change: &str) {
        let before = self.server.log().matches("reloading configuration").count();
        self.server.administer(&[change, "SELECT pg_reload_conf()"]);
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.server.log().matches("reloading configuration").count() == before {
            assert!(
                Instant::now() < deadline,
                "not reloaded:\n{}",
                self.server.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(50));
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
        path
    }

    /// A URL by the name `host`, really to this server.
    fn url(&self, user: &str, host: &str, parameters: &str) -> String {
        let port = self.server.port();
        format!("postgres://{user}@{host}:{port}/postgres?hostaddr=127.0.0.1&{parameters}")
    }

    fn psql(&self) -> Option<PathBuf> {
        Some(self.server.binaries().program("psql")).filter(|psql| psql.exists())
    }
}

/// What psql makes of it: whether the connection is encrypted, or `None` when there is none.
fn by_libpq(psql: &Path, url: &str, home: &Path) -> Option<bool> {
    let output = Command::new(psql)
        .args([
            "-XAtqc",
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
            url,
        ])
        .env_clear()
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("psql");
    output
        .status
        .success()
        .then(|| output.stdout.starts_with(b"t"))
}

fn localhost<'a>() -> Kind<'a> {
    Kind {
        common_name: "db.hangmeas.test",
        names: &["localhost", "db.hangmeas.test"],
        years: None,
    }
}

/// Every mode with these roots, hosts and users, for one certificate; each answer is libpq's.
fn compare(server: &Encrypted, roots: &[&Path], hosts: &[&str], users: &[&str], what: &str) {
    let Some(psql) = server.psql() else {
        skipped("no psql beside the server: nothing to compare with");
        return;
    };
    let home = tempfile::tempdir().expect("a home");
    for mode in MODES {
        for root in roots {
            for host in hosts {
                for user in users {
                    let root = root.display();
                    let url = server.url(user, host, &format!("sslmode={mode}&sslrootcert={root}"));
                    let ours = encrypted(&target(&url, &[]));
                    let theirs = by_libpq(&psql, &url, home.path());
                    let shown = ours.as_ref().map_err(ToString::to_string);
                    assert_eq!(shown.ok().copied(), theirs, "{what}: {url}: {ours:?}");
                }
            }
        }
    }
}

#[test]
fn every_mode_does_what_libpq_does() {
    let (trusted, unknown) = (Authority::new("trusted"), Authority::new("unknown"));
    let server = Encrypted::start(&trusted.sign(localhost()), &trusted);
    let good = server.file("good.pem", &trusted.pem);
    let other = server.file("other.pem", &unknown.pem);
    let both = server.file("both.pem", &format!("{}{}", unknown.pem, trusted.pem));
    let missing = server.folder.path().join("missing.pem");
    let roots = [&*good, &*other, &*both, &*missing];
    compare(
        &server,
        &roots,
        &["db.hangmeas.test", "elsewhere.test"],
        &EVERYBODY,
        "a good certificate",
    );

    let roots = [&*good, &*missing];
    let kinds = [
        (
            "expired",
            Kind {
                years: Some((2000, 2010)),
                ..localhost()
            },
        ),
        (
            "not yet valid",
            Kind {
                years: Some((3000, 3010)),
                ..localhost()
            },
        ),
        (
            "no alternative name",
            Kind {
                names: &[],
                ..localhost()
            },
        ),
        (
            "another name",
            Kind {
                names: &["elsewhere.test"],
                ..localhost()
            },
        ),
        (
            "a pattern",
            Kind {
                names: &["*.hangmeas.test"],
                ..localhost()
            },
        ),
        (
            "an address",
            Kind {
                names: &["127.0.0.1"],
                ..localhost()
            },
        ),
    ];
    for (what, kind) in kinds {
        server.change(&trusted.sign(kind));
        compare(
            &server,
            &roots,
            &["db.hangmeas.test", "127.0.0.1"],
            &EVERYBODY[..1],
            what,
        );
    }

    let own = self_signed(localhost());
    let pinned = server.file("pinned.pem", &own.certificate);
    server.change(&own);
    compare(
        &server,
        &[&*pinned, &*good],
        &["db.hangmeas.test"],
        &EVERYBODY,
        "self-signed",
    );

    server.reload("ALTER SYSTEM SET ssl = off");
    compare(
        &server,
        &roots,
        &["db.hangmeas.test"],
        &EVERYBODY,
        "no encryption",
    );
}

/// The recipe of PostgreSQL's manual, which many versions of OpenSSL make version 1 of.
#[test]
fn certificates_of_version_1() {
    let authority = Authority::new("trusted");
    let server = Encrypted::start(&authority.sign(localhost()), &authority);
    let root = server.file("root.pem", &authority.pem);
    server.file("root.key", &authority.key_pem);
    let pair = authority.sign(localhost());
    server.file("server.key", &pair.key);
    // `-extfile` without extensions asks newer versions of OpenSSL for version 1 too.
    let script = "openssl req -new -key server.key -subj /CN=db.hangmeas.test -out server.csr && \
                  openssl x509 -req -in server.csr -days 365 -CA root.pem -CAkey root.key \
                  -CAcreateserial -out server.crt && openssl x509 -in server.crt -noout -text";
    let made = Command::new("sh")
        .args(["-c", script])
        .current_dir(server.folder.path())
        .output()
        .expect("sh");
    if !String::from_utf8_lossy(&made.stdout).contains("Version: 1") {
        skipped("this openssl makes no certificate of version 1");
        return;
    }
    let certificate = fs::read_to_string(server.folder.path().join("server.crt")).expect("made");
    server.change(&Pair {
        certificate,
        key: pair.key,
    });
    let other = server.file("other.pem", &Authority::new("trusted").pem);
    compare(
        &server,
        &[&*root, &*other],
        &["db.hangmeas.test", "x.test"],
        &EVERYBODY[..1],
        "version 1",
    );
    let url = server.url("postgres", "db.hangmeas.test", "sslmode=verify-full");
    let url = format!("{url}&sslrootcert={}", root.display());
    assert!(encrypted(&target(&url, &[])).expect("connected"));
}

#[test]
fn refusals_say_what_is_wrong() {
    let (trusted, unknown) = (Authority::new("trusted"), Authority::new("unknown"));
    let server = Encrypted::start(&trusted.sign(localhost()), &trusted);
    let good = server.file("good.pem", &trusted.pem);
    let other = server.file("other.pem", &unknown.pem);
    let refusal = |host: &str, parameters: &str| {
        let url = server.url("postgres", host, parameters);
        encrypted(&target(&url, &[("HOME", "/nowhere")])).expect_err(parameters)
    };
    let full = |root: &Path| format!("sslmode=verify-full&sslrootcert={}", root.display());

    let error = refusal("db.hangmeas.test", &full(&other));
    assert!(
        error.message().contains("not signed by an authority"),
        "{error}"
    );
    let error = refusal("elsewhere.test", &full(&good));
    assert!(
        error.message().contains("not for the host elsewhere.test"),
        "{error}"
    );
    assert!(
        error.detail_lines()[0].contains("db.hangmeas.test"),
        "{:?}",
        error.detail_lines()
    );
    let error = refusal("db.hangmeas.test", "sslmode=verify-ca");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error
            .message()
            .contains("/nowhere/.postgresql/root.crt does not exist"),
        "{error}"
    );
    let error = refusal("db.hangmeas.test", &full(&server.file("no.pem", "text")));
    assert!(
        error.message().contains("is no root certificate in PEM"),
        "{error}"
    );

    server.change(&trusted.sign(Kind {
        years: Some((2000, 2010)),
        ..localhost()
    }));
    let error = refusal("db.hangmeas.test", &full(&good));
    assert!(error.message().contains("has expired"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Connection);

    server.reload("ALTER SYSTEM SET ssl = off");
    let error = refusal("db.hangmeas.test", "sslmode=require");
    assert!(
        error.message().contains("does not encrypt connections"),
        "{error}"
    );
}

#[test]
fn client_certificates() {
    let (trusted, unknown) = (Authority::new("trusted"), Authority::new("unknown"));
    let server = Encrypted::start(&trusted.sign(localhost()), &trusted);
    let connect = |pair: Option<(&Path, &Path)>| {
        let files = pair.map(|(certificate, key)| {
            format!(
                "&sslcert={}&sslkey={}",
                certificate.display(),
                key.display()
            )
        });
        let parameters = format!("sslmode=require{}", files.unwrap_or_default());
        let url = server.url("with_certificate", "localhost", &parameters);
        encrypted(&target(&url, &[("HOME", "/nowhere")]))
    };
    let named = |name| Kind {
        common_name: name,
        ..Kind::default()
    };
    let files = |name: &str, pair: &Pair| {
        let certificate = server.file(&format!("{name}.crt"), &pair.certificate);
        (certificate, server.file(&format!("{name}.key"), &pair.key))
    };
    let good = files("good", &trusted.sign(named("with_certificate")));
    assert!(connect(Some((&good.0, &good.1))).expect("its name is in the certificate"));
    let other = files("other", &trusted.sign(named("somebody")));
    let error = connect(Some((&other.0, &other.1))).expect_err("another name");
    assert_eq!(error.code(), Some("28000"), "{error}");
    let foreign = files("foreign", &unknown.sign(named("with_certificate")));
    let error = connect(Some((&foreign.0, &foreign.1))).expect_err("unknown authority");
    assert!(error.message().contains("broke off"), "{error}");
    let error = connect(None).expect_err("no certificate");
    assert_eq!(error.code(), Some("28000"), "{error}");
    let error = connect(Some((&good.0, &other.1))).expect_err("somebody else's key");
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");

    fs::set_permissions(&good.1, fs::Permissions::from_mode(0o644)).expect("its mode");
    let error = connect(Some((&good.0, &good.1))).expect_err("an open key");
    assert!(error.message().contains("can be read by others"), "{error}");
}

#[test]
fn channel_binding() {
    let trusted = Authority::new("trusted");
    let server = Encrypted::start(&trusted.sign(localhost()), &trusted);
    let connect = |parameters: &str| {
        let user = "with_password:p%40ss%3Aw%2Frd";
        encrypted(&target(&server.url(user, "localhost", parameters), &[]))
    };
    assert!(connect("sslmode=require&channel_binding=require").expect("bound"));
    assert!(!connect("sslmode=disable&channel_binding=prefer").expect("plain"));
    let error = connect("sslmode=disable&channel_binding=require").expect_err("nothing to bind to");
    assert!(
        error.message().contains("channel_binding=require"),
        "{error}"
    );
}

#[test]
fn the_log_tells_how_a_connection_is_encrypted() {
    let trusted = Authority::new("trusted");
    let server = Encrypted::start(&trusted.sign(localhost()), &trusted);
    let root = server.file("root.pem", &trusted.pem);
    let root = format!("sslrootcert={}", root.display());
    for (parameters, version, certificate) in [
        (
            format!("sslmode=verify-full&{root}"),
            "TLS 1.3",
            "trusted, for this host",
        ),
        (
            format!("sslmode=verify-ca&{root}&ssl_max_protocol_version=TLSv1.2"),
            "TLS 1.2",
            "\"trusted\"",
        ),
        ("sslmode=require".to_owned(), "TLS 1.3", "not verified"),
    ] {
        let url = server.url("with_password:p%40ss%3Aw%2Frd", "localhost", &parameters);
        let output = hangmeas()
            .env("DATABASE_URL", url)
            .args(["db", "status"])
            .env("HANGMEAS_LOG", "info,json")
            .run();
        output
            .success()
            .says(version)
            .says(certificate)
            .never_says("p@ss:w/rd");
    }
}

#[test]
fn an_encrypted_statement_can_be_interrupted() {
    let trusted = Authority::new("trusted");
    let server = Encrypted::start(&trusted.sign(localhost()), &trusted);
    let root = server.file("root.pem", &trusted.pem);
    let parameters = format!("sslmode=verify-full&sslrootcert={}", root.display());
    let target = target(&server.url("encrypted_only", "localhost", &parameters), &[]);
    let began = Instant::now();
    let failure = block_on(async {
        let (interrupter, interrupt) = interrupt();
        let session = Session::open(&target, &interrupt).await.expect("connected");
        let work = session.run("SELECT pg_sleep(60)");
        let stop = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            interrupter.raise();
        };
        tokio::join!(work, stop).0.expect_err("interrupted")
    });
    assert!(failure.is_interrupt(), "{failure}");
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
}

/// `sslmode` means nothing on a Unix socket, not even `verify-full`.
#[test]
fn sockets_are_not_encrypted() {
    let server = crate::support::server();
    let url = format!("{}&sslmode=verify-full", server.url("postgres"));
    let target = target(&url, &[("HOME", "/nowhere")]);
    assert_eq!(ask(&target, "SELECT 1").expect("connected"), "1");
}
