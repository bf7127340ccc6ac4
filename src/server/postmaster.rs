//! The running server as its `postmaster.pid` tells it, checked against the process table: the
//! file of a server that was killed may name a process that is something else by now.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use time::OffsetDateTime;

/// How often a server that starts or stops is looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// How long the backends of a killed server may take to notice.
const LAST_BACKEND: Duration = Duration::from_secs(10);

/// A server process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub pid: u32,
    pub since: OffsetDateTime,
    pub socket_folder: PathBuf,
    pub port: u16,
    /// Whether it says that it takes connections.
    pub ready: bool,
}

/// The process that serves the cluster, if there is one.
pub(super) fn find(cluster: &Path) -> Option<Postmaster> {
    let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let found = parse(&text)?;
    is_serving(found.pid, cluster).then_some(found)
}

/// Lines: process, data folder, start (seconds since 1970), port, socket folder, address, shared
/// memory, state. A server that has just begun has written the first ones only.
fn parse(text: &str) -> Option<Postmaster> {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let line = |number: usize| lines.get(number - 1).copied().unwrap_or_default();
    let seconds = line(3).parse().unwrap_or(0);
    Some(Postmaster {
        pid: line(1).parse().ok().filter(|pid| *pid > 0)?,
        since: OffsetDateTime::from_unix_timestamp(seconds).ok()?,
        socket_folder: PathBuf::from(line(5)),
        port: line(4).parse().unwrap_or(0),
        ready: line(8) == "ready",
    })
}

fn process(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

fn is_alive(pid: u32) -> bool {
    process(pid).is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

/// The server's working folder is its data folder, and we (its user, or root) can see that. Only
/// where there is no /proc, a living process is believed to be the server.
fn is_serving(pid: u32, cluster: &Path) -> bool {
    if !Path::new("/proc/self").exists() {
        return is_alive(pid);
    }
    works_in(&format!("/proc/{pid}"), cluster)
}

fn works_in(process: &str, cluster: &Path) -> bool {
    let folder = fs::read_link(format!("{process}/cwd"));
    matches!((folder, cluster.canonicalize()), (Ok(folder), Ok(cluster)) if folder == cluster)
}

/// Takes away what a killed server left, when its process number is another program's by now (or
/// that of a dead process whose parent does not care, as in many containers): the new server would
/// believe in it and give up. Not before the last backend of the old server has ended, because
/// these files are what keeps the two apart.
pub(super) fn clear_stale(cluster: &Path, socket: &Path) {
    let mut lock_of_socket = socket.as_os_str().to_owned();
    lock_of_socket.push(".lock");
    let files = [
        cluster.join("postmaster.pid"),
        PathBuf::from(lock_of_socket),
    ];
    let deadline = Instant::now() + LAST_BACKEND;
    for file in files {
        let text = fs::read_to_string(&file).unwrap_or_default();
        if !parse(&text).is_some_and(|found| is_alive(found.pid)) {
            continue;
        }
        while has_processes(cluster) {
            if Instant::now() > deadline {
                return;
            }
            std::thread::sleep(PAUSE);
        }
        // When it cannot be removed, the server's own message says what is in the way.
        let _ = fs::remove_file(file);
    }
}

fn has_processes(cluster: &Path) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok())
        .any(|entry| works_in(&entry.path().to_string_lossy(), cluster))
}

impl Postmaster {
    /// Whether its socket takes a connection.
    pub fn answers(&self, socket: &Path) -> bool {
        self.ready && UnixStream::connect(socket).is_ok()
    }

    /// Asks it to roll back what is running and end ("fast"), and waits; whether it ended.
    pub fn stop(&self, cluster: &Path, limit: Duration) -> bool {
        if let Some(pid) = process(self.pid) {
            // It may have ended just now; what counts is whether it is there.
            let _ = kill_process(pid, Signal::INT);
        }
        let deadline = Instant::now() + limit;
        while is_serving(self.pid, cluster) {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::sleep(PAUSE);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "4242\n/data\n1700000000\n5432\n/run/x\n\n 123 456\nready   \n";

    #[test]
    fn reads_the_file() {
        let found = parse(FILE).expect("complete");
        assert_eq!((found.pid, found.port, found.ready), (4242, 5432, true));
        assert_eq!(found.since.unix_timestamp(), 1_700_000_000);
        assert_eq!(found.socket_folder, Path::new("/run/x"));
        let early = parse("4242\n/data\n1700000000\n").expect("just begun");
        assert!(!early.ready);
        assert_eq!(parse(""), None);
        assert_eq!(parse("-7\n"), None);
    }

    #[test]
    fn another_process_is_not_the_server() {
        let dir = tempfile::tempdir().expect("folder");
        let ours = std::process::id();
        let file = dir.path().join("postmaster.pid");
        fs::write(&file, FILE.replace("4242", &ours.to_string())).expect("file");
        assert_eq!(find(dir.path()), None);
        clear_stale(dir.path(), &dir.path().join("socket"));
        assert!(!file.exists());
    }
}
