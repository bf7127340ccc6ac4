//! A throw-away PostgreSQL: a folder of its own, socket only, fsync off.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use hangmeas::postgres::{Host, Target};
use hangmeas::server::{Binaries, Places};
use tokio_postgres::NoTls;

use super::database::{Base, Database};
use super::supervise::{Scratch, account, command_as_server};

/// Settings of a server that nobody needs for long.
const THROW_AWAY: [&str; 9] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "max_prepared_transactions=5",
    "shared_buffers=64MB",
    // It would take locks in the middle of a test.
    "autovacuum_naptime=1h",
    "timezone=UTC",
];

/// A running server. The shared one is [`server()`].
pub struct Server {
    // Stopped by the scratch folder's guard, which knows it by its pid file.
    scratch: Scratch,
    postmaster: Mutex<Child>,
    settings: Vec<String>,
    binaries: Binaries,
    templates: [OnceLock<String>; Base::COUNT],
    counter: AtomicU32,
    port: u16,
}

/// The server of this test process, started at its first use.
pub fn server() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(|| Server::start(&[]))
}

/// The programs: `HANGMEAS_TEST_PG_BIN`, or what hangmeas itself finds.
pub fn binaries() -> Binaries {
    let places = Places {
        bin_dir: std::env::var_os("HANGMEAS_TEST_PG_BIN").map(PathBuf::from),
        search_path: std::env::var_os("PATH"),
        ..Places::default()
    };
    Binaries::find(&places, None, account())
        .unwrap_or_else(|error| panic!("{error}: {:?}", error.detail_lines()))
}

impl Server {
    /// Another server of its own, with further settings (`name=value`); ends when it is dropped.
    pub fn start(settings: &[&str]) -> Self {
        Self::start_prepared(settings, |_cluster| {})
    }

    /// The same; `prepare` may write into the new cluster's folder before the server starts.
    pub fn start_prepared(settings: &[&str], prepare: impl FnOnce(&std::path::Path)) -> Self {
        let scratch = Scratch::new();
        let binaries = binaries();
        let data = scratch.join("data");
        let made = command_as_server(&binaries.program("initdb"))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .expect("initdb");
        assert!(made.status.success(), "initdb: {made:?}");
        prepare(&data);
        let settings: Vec<String> = settings.iter().map(|&setting| setting.to_owned()).collect();
        let server = Self {
            postmaster: Mutex::new(launch(&binaries, &scratch, &settings)),
            scratch,
            binaries,
            templates: [const { OnceLock::new() }; Base::COUNT],
            counter: AtomicU32::new(0),
            port: port(&settings),
            settings,
        };
        server.wait_until_ready();
        server
    }

    /// Stops it by a signal: `INT` ends the sessions, `QUIT` ends all at once, as a crash does.
    pub fn stop(&self, signal: &str) {
        let mut postmaster = self.postmaster.lock().expect("the server");
        let kill = Command::new("kill")
            .args([&format!("-{signal}"), &postmaster.id().to_string()])
            .status();
        assert!(kill.expect("kill").success());
        postmaster.wait().expect("its end");
    }

    /// Starts it again after [`Self::stop`].
    pub fn resume(&self) {
        let _ = fs::remove_file(self.scratch.join("data/postmaster.pid"));
        let started = launch(&self.binaries, &self.scratch, &self.settings);
        *self.postmaster.lock().expect("the server") = started;
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let pid_file = self.scratch.join("data/postmaster.pid");
        let mut postmaster = self.postmaster.lock().expect("the server");
        loop {
            let text = fs::read_to_string(&pid_file).unwrap_or_default();
            if text
                .lines()
                .nth(7)
                .is_some_and(|line| line.trim() == "ready")
            {
                return;
            }
            let ended = postmaster.try_wait().expect("the server's state");
            if ended.is_some() || Instant::now() > deadline {
                panic!("the test server does not start:\n{}", self.log());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.scratch.join("log")).unwrap_or_default()
    }

    /// Its own folder, which the server's user may write to.
    pub fn folder(&self) -> &std::path::Path {
        self.scratch.path()
    }

    /// PostgreSQL's programs that run it; `psql` and `pg_dump` may be missing among them.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// Whether PostgreSQL's client programs lie beside the server's; says so if they do not.
    pub fn has_clients(&self) -> bool {
        let found = self.binaries.program("pg_dump").exists();
        if !found {
            super::skipped("no pg_dump beside the test server");
        }
        found
    }

    /// The number in its socket's name, and its TCP port if it has one.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its major version.
    pub fn major(&self) -> u32 {
        self.binaries.major
    }

    /// The way to one of its databases.
    pub fn target(&self, database: &str) -> Target {
        Target {
            user: Some("postgres".to_owned()),
            connect_timeout: Duration::from_secs(10),
            application_name: "hangmeas tests".to_owned(),
            ..Target::new(
                Host::Socket(self.scratch.path().to_path_buf()),
                self.port,
                database,
            )
        }
    }

    /// The same as a URL.
    pub fn url(&self, database: &str) -> String {
        let folder = self.scratch.path().display();
        format!(
            "postgres://postgres@/{database}?host={folder}&port={}",
            self.port
        )
    }

    /// Runs statements in the database `postgres`, each on its own.
    pub fn administer(&self, statements: &[&str]) {
        super::block_on(async {
            let client = self.connect("postgres").await;
            for statement in statements {
                client
                    .batch_execute(statement)
                    .await
                    .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
            }
        });
    }

    pub(super) async fn connect(&self, database: &str) -> tokio_postgres::Client {
        let client = self.try_connect(database).await;
        client.unwrap_or_else(|error| panic!("database {database}: {error:?}"))
    }

    /// Connects to a server that may be down.
    pub(super) async fn try_connect(
        &self,
        database: &str,
    ) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
        let mut config = tokio_postgres::Config::new();
        config
            .host_path(self.scratch.path())
            .port(self.port)
            .user("postgres")
            .dbname(database)
            .application_name("hangmeas tests");
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// A name that no other database of this server has.
    pub fn unused_name(&self, purpose: &str) -> String {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        format!("t{number}_{purpose}")
    }

    /// A new, empty database.
    pub fn create(&self, purpose: &str) -> Database<'_> {
        self.database(purpose, "template0")
    }

    /// A new database, a copy of the base; the base itself is made at its first use.
    pub fn clone_of(&self, base: Base) -> Database<'_> {
        let template = self.templates[base as usize].get_or_init(|| base.build(self));
        self.database(base.name(), template)
    }

    /// A new database, a copy of another one, to which nobody may be connected just now.
    pub fn copy_of(&self, original: &Database<'_>) -> Database<'_> {
        self.database("copy", original.name())
    }

    /// A database that something else made; dropped with the value.
    pub fn adopt(&self, name: String) -> Database<'_> {
        Database::new(self, name)
    }

    /// A new database, a copy of another to which nobody is connected.
    pub fn database(&self, purpose: &str, template: &str) -> Database<'_> {
        let name = self.unused_name(purpose);
        self.administer(&[&create_statement(&name, template)]);
        Database::new(self, name)
    }
}

/// Starts the server in its folder.
fn launch(binaries: &Binaries, scratch: &Scratch, settings: &[String]) -> Child {
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(scratch.join("log"))
        .expect("a log file");
    let mut command = command_as_server(&binaries.program("postgres"));
    command.arg("-D").arg(scratch.join("data"));
    command.arg("-k").arg(scratch.path());
    let throw_away = THROW_AWAY.iter().copied();
    for setting in throw_away.chain(settings.iter().map(String::as_str)) {
        command.arg("-c").arg(setting);
    }
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("the log"))
        .stderr(log)
        .env("LC_ALL", "C")
        .spawn()
        .expect("postgres")
}

/// The port among the settings; else the usual one, which the socket's own folder makes unique.
fn port(settings: &[String]) -> u16 {
    let said = settings
        .iter()
        .find_map(|setting| setting.strip_prefix("port="));
    said.map_or(5432, |port| port.parse().expect("a port"))
}

/// A TCP port that nobody uses just now.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("its address").port()
}

pub(super) fn create_statement(name: &str, template: &str) -> String {
    let locale = match template {
        "template0" => " ENCODING 'UTF8' LOCALE 'C.UTF-8'",
        _ => "",
    };
    format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"{locale}")
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(postmaster) = self.postmaster.get_mut() {
            let _ = postmaster.kill();
            let _ = postmaster.wait();
        }
    }
}
