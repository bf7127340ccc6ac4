//! PgBouncer before a test server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::supervise::{Scratch, command_as_server};
use super::{Database, Server};

/// A running PgBouncer; ends when it is dropped.
pub struct Pooler {
    process: Child,
    scratch: Scratch,
}

impl Pooler {
    /// The program, if it is installed.
    pub fn program() -> Option<PathBuf> {
        [
            "/usr/sbin/pgbouncer",
            "/usr/bin/pgbouncer",
            "/usr/local/bin/pgbouncer",
        ]
        .into_iter()
        .map(PathBuf::from)
        .find(|program| program.exists())
    }

    /// Starts one with a pool mode and so many server connections for each database.
    pub fn start(program: &Path, server: &Server, mode: &str, size: u32) -> Self {
        let scratch = Scratch::new();
        let folder = scratch.path().display().to_string();
        fs::write(scratch.join("users"), "\"postgres\" \"\"\n").expect("users");
        let settings = format!(
            "[databases]\n* = host={}\n[pgbouncer]\nlisten_addr =\nlisten_port = 5432\n\
             unix_socket_dir = {folder}\nauth_type = trust\nauth_file = {folder}/users\n\
             pool_mode = {mode}\ndefault_pool_size = {size}\nmax_client_conn = 500\n\
             pidfile = {folder}/pgbouncer.pid\n",
            server.folder().display()
        );
        fs::write(scratch.join("settings"), settings).expect("settings");
        let log = fs::File::create(scratch.join("log")).expect("a log");
        let process = command_as_server(program)
            .arg(scratch.join("settings"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .spawn()
            .expect("pgbouncer");
        let pooler = Self { process, scratch };
        let deadline = Instant::now() + Duration::from_secs(20);
        while !pooler.folder().join(".s.PGSQL.5432").exists() {
            assert!(Instant::now() < deadline, "{}", pooler.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        pooler
    }

    /// Where its socket is.
    pub fn folder(&self) -> &Path {
        self.scratch.path()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.scratch.join("log")).unwrap_or_default()
    }

    /// A database, reached through it.
    pub fn url(&self, database: &Database<'_>) -> String {
        let folder = self.folder().display();
        format!("postgres://postgres@/{}?host={folder}", database.name())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
