//! A network between client and server: every byte comes later by half a round-trip time, and round
//! trips are counted. Making the connection itself costs nothing extra here.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Listens on a port of its own.
pub struct Proxy {
    port: u16,
    trips: Arc<AtomicUsize>,
}

impl Proxy {
    /// In front of the server whose socket lies in `folder`; `delay` is added in each direction.
    pub fn start(folder: &Path, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let socket = folder.join(".s.PGSQL.5432");
        let trips = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&trips);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                serve(client, socket.clone(), delay, &counter);
            }
        });
        Self { port, trips }
    }

    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/{database}?sslmode=disable",
            self.port
        )
    }

    /// How often a client has waited for an answer so far; a connection's first message counts.
    pub fn trips(&self) -> usize {
        self.trips.load(Ordering::SeqCst)
    }
}

fn serve(client: TcpStream, socket: PathBuf, delay: Duration, trips: &Arc<AtomicUsize>) {
    client.set_nodelay(true).expect("no delay of its own");
    let server = UnixStream::connect(socket).expect("the server");
    let (client_out, server_out) = (
        client.try_clone().expect("a copy"),
        server.try_clone().expect("a copy"),
    );
    // Whether the server has spoken last: then what the client says begins a round trip, unless it
    // only says good-bye.
    let answered = Arc::new(AtomicBool::new(true));
    let (asks, answers) = (Arc::clone(&answered), answered);
    let trips = Arc::clone(trips);
    relay(client, server_out, delay, move |bytes| {
        const TERMINATE: u8 = b'X';
        if bytes.first() != Some(&TERMINATE) && asks.swap(false, Ordering::SeqCst) {
            trips.fetch_add(1, Ordering::SeqCst);
        }
    });
    relay(server, client_out, delay, move |_| {
        answers.store(true, Ordering::SeqCst)
    });
}

/// Carries bytes one way; each piece is due `delay` after it came.
fn relay(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    delay: Duration,
    seen: impl Fn(&[u8]) + Send + 'static,
) {
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            seen(&buffer[..count]);
            if sender
                .send((Instant::now() + delay, buffer[..count].to_vec()))
                .is_err()
            {
                return;
            }
        }
    });
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                return;
            }
        }
    });
}
