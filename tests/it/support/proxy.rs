//! A proxy between the program and the server that understands the frame of PostgreSQL's protocol:
//! it counts messages and can, at any of them, cut the connection, fall silent, or kill the program.

use std::io::{BufReader, Read, Result, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Database;

/// Who sent a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The program.
    Client,
    /// The server. Only its last word of an answer counts: ReadyForQuery.
    Server,
}

/// What happens at a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Its connection is cut, and the message does not arrive.
    Cut,
    /// It arrives; then its connection is cut.
    CutAfter,
    /// The program is killed by -9, and the message does not arrive.
    Kill,
    /// It arrives; then the program is killed by -9.
    KillAfter,
    /// Neither it nor anything later on any connection arrives.
    Stall,
}

/// Does something at one message of one side, counted from 1 over all connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    pub side: Side,
    pub message: usize,
    pub fault: Fault,
}

impl Trouble {
    pub fn new(side: Side, message: usize, fault: Fault) -> Self {
        Self {
            side,
            message,
            fault,
        }
    }
}

/// What the connections of one proxy share.
#[derive(Default)]
struct Shared {
    trouble: Option<Trouble>,
    client: AtomicUsize,
    server: AtomicUsize,
    /// The program's process id; 0 until it is known.
    victim: AtomicU32,
    stalled: AtomicBool,
    closed: AtomicBool,
    /// The texts of queries that the program sent.
    queries: Mutex<Vec<String>>,
}

/// A listening proxy. It ends when it is dropped; open connections end with their partners.
pub struct Proxy {
    folder: tempfile::TempDir,
    database: String,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Listens before the server of `database`.
    pub fn before(database: &Database<'_>, trouble: Option<Trouble>) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the socket");
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).expect("a socket");
        let upstream = database.server().folder().join(".s.PGSQL.5432");
        let shared = Arc::new(Shared {
            trouble,
            ..Shared::default()
        });
        let proxy = Self {
            folder,
            database: database.name().to_owned(),
            shared: Arc::clone(&shared),
        };
        std::thread::spawn(move || accept(&listener, &upstream, &shared));
        proxy
    }

    /// For `--database-url`.
    pub fn url(&self) -> String {
        let folder = self.folder.path().display();
        format!("postgres://postgres@/{}?host={folder}", self.database)
    }

    /// Names the process that a kill ends.
    pub fn victim(&self, pid: u32) {
        self.shared.victim.store(pid, Ordering::Release);
    }

    /// How many messages the program has sent, and how many answers the server has ended.
    pub fn counted(&self) -> (usize, usize) {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Acquire);
        (count(&self.shared.client), count(&self.shared.server))
    }

    /// The queries that came by.
    pub fn queries(&self) -> Vec<String> {
        self.shared.queries.lock().expect("queries").clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
        // Wakes the listener.
        let _ = UnixStream::connect(self.folder.path().join(".s.PGSQL.5432"));
    }
}

fn accept(listener: &UnixListener, upstream: &PathBuf, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        let Ok(client) = client else { return };
        if shared.closed.load(Ordering::Acquire) {
            return;
        }
        let Ok(server) = UnixStream::connect(upstream) else {
            continue; // dropping the client tells it
        };
        for side in [Side::Client, Side::Server] {
            let (from, to) = match side {
                Side::Client => (client.try_clone(), server.try_clone()),
                Side::Server => (server.try_clone(), client.try_clone()),
            };
            let shared = Arc::clone(shared);
            if let (Ok(from), Ok(to)) = (from, to) {
                std::thread::spawn(move || {
                    let _ = carry(side, &from, &to, &shared);
                    let _ = from.shutdown(Shutdown::Both);
                    let _ = to.shutdown(Shutdown::Both);
                });
            }
        }
    }
}

/// Carries messages until one side closes, or trouble comes.
fn carry(side: Side, from: &UnixStream, mut to: &UnixStream, shared: &Shared) -> Result<()> {
    let mut from = BufReader::new(from);
    // A client's first message has no type.
    let mut typed = side == Side::Server;
    loop {
        let message = read(&mut from, typed)?;
        let kind = if typed { message[0] } else { b'S' };
        typed = true;
        if kind == b'Q' {
            let text = String::from_utf8_lossy(&message[5..message.len() - 1]).into_owned();
            shared.queries.lock().expect("queries").push(text);
        }
        let fault = shared.fault(side, kind);
        while fault == Some(Fault::Stall) || shared.stalled.load(Ordering::Acquire) {
            shared.stalled.store(true, Ordering::Release);
            std::thread::sleep(Duration::from_millis(50));
            if shared.closed.load(Ordering::Acquire) || shared.abandoned() {
                return Ok(());
            }
        }
        match fault {
            Some(Fault::Cut) => return Ok(()),
            Some(Fault::Kill) => return shared.kill(),
            _ => to.write_all(&message)?,
        }
        match fault {
            Some(Fault::CutAfter) => return Ok(()),
            Some(Fault::KillAfter) => return shared.kill(),
            _ => {}
        }
    }
}

fn read(from: &mut impl Read, typed: bool) -> Result<Vec<u8>> {
    let head = if typed { 5 } else { 4 };
    let mut message = vec![0; head];
    from.read_exact(&mut message)?;
    let length = message[head - 4..].try_into().map(u32::from_be_bytes);
    let length = length.expect("four bytes") as usize;
    message.resize(head - 4 + length, 0);
    from.read_exact(&mut message[head..])?;
    Ok(message)
}

impl Shared {
    /// Counts a message, and says what is to happen at it.
    fn fault(&self, side: Side, kind: u8) -> Option<Fault> {
        let counter = match side {
            Side::Client => &self.client,
            Side::Server if kind == b'Z' => &self.server,
            Side::Server => return None,
        };
        let number = counter.fetch_add(1, Ordering::AcqRel) + 1;
        self.trouble
            .filter(|trouble| trouble.side == side && trouble.message == number)
            .map(|trouble| trouble.fault)
    }

    fn kill(&self) -> Result<()> {
        let pid = loop {
            match self.victim.load(Ordering::Acquire) {
                0 => std::thread::sleep(Duration::from_micros(100)),
                pid => break pid,
            }
        };
        let pid = rustix::process::Pid::from_raw(pid.cast_signed()).expect("a process id");
        rustix::process::kill_process(pid, rustix::process::Signal::KILL)?;
        Ok(())
    }

    /// Whether the program that talked through it is gone.
    fn abandoned(&self) -> bool {
        let pid = self.victim.load(Ordering::Acquire);
        pid != 0 && !std::path::Path::new(&format!("/proc/{pid}/cwd")).exists()
    }
}
