//! What ends a child's whole process group when hangmeas itself is gone, even by `kill -9`.
//!
//! A small shell leads the group and reads from a pipe that only hangmeas holds; the kernel closes it
//! with us. The program is born into the group, so there is no moment in which it runs unwatched, and
//! the group's number cannot become somebody else's while its leader lives.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use crate::error::{Error, ErrorKind, Result};

/// `pg_dump` and `pg_restore` end their workers and their statements on TERM; who does not is killed.
const SCRIPT: &str = "trap '' HUP INT TERM; read -r _; kill -TERM 0; sleep 3; kill -KILL 0";

/// The leader of a process group; whoever is in the group ends when it is dropped.
pub(super) struct Guard {
    // Holds the pipe.
    _shell: Child,
    group: Pid,
}

impl Guard {
    /// Starts it.
    ///
    /// # Errors
    /// Kind `Backup`, when there is no `/bin/sh` or no process to be had.
    pub fn start() -> Result<Self> {
        let failed = |error: std::io::Error| {
            let message =
                format!("/bin/sh, which ends pg_dump with us, cannot be started: {error}");
            Error::new(ErrorKind::Backup, message).caused_by(error)
        };
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT])
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let id = shell.id().and_then(|id| i32::try_from(id).ok());
        let group = id
            .and_then(Pid::from_raw)
            .ok_or_else(|| Error::bug("a process without a number"))?;
        Ok(Self {
            _shell: shell,
            group,
        })
    }

    /// The number of its group, for those who join it.
    pub fn group(&self) -> i32 {
        self.group.as_raw_nonzero().get()
    }

    /// Sends a signal to everyone in the group; the leader itself heeds only KILL.
    pub fn signal(&self, signal: Signal) {
        // None may be left: that is what we want.
        let _ = kill_process_group(self.group, signal);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
