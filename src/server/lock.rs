//! One process at a time starts, stops or removes the managed server.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::MetadataExt as _;
use std::time::{Duration, Instant};

use super::folder::Folder;
use crate::error::{Error, ErrorKind, Result, shell_word};

/// Making a cluster and starting it takes seconds; whoever holds the lock longer is stuck.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(20);

/// Held until dropped; the kernel lets go of it when the process ends.
pub(super) struct Lock(#[allow(dead_code, reason = "held, not read")] File);

impl Lock {
    /// Waits for the others.
    pub fn take(folder: &Folder) -> Result<Self> {
        let deadline = Instant::now() + PATIENCE;
        let failed = |error: &std::io::Error| folder.failed("cannot be locked", error);
        loop {
            let file = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(folder.lock())
                .map_err(|error| failed(&error))?;
            match file.try_lock() {
                // Somebody may have removed the server, lock and all, since we opened the file.
                Ok(()) if is_still_there(&file, folder) => return Ok(Self(file)),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => return Err(stuck(folder)),
                Err(TryLockError::Error(error)) => return Err(failed(&error)),
            }
        }
    }
}

fn is_still_there(file: &File, folder: &Folder) -> bool {
    let inode = |facts: fs::Metadata| (facts.dev(), facts.ino());
    let ours = file.metadata().map(inode);
    let there = fs::metadata(folder.lock()).map(inode);
    ours.is_ok() && ours.ok() == there.ok()
}

fn stuck(folder: &Folder) -> Error {
    Error::new(
        ErrorKind::Locked,
        format!(
            "another hangmeas has been starting or stopping the managed PostgreSQL for {} seconds",
            PATIENCE.as_secs()
        ),
    )
    .hint_command(
        "see which process it is",
        format!("fuser -v {}", shell_word(folder.lock().display())),
    )
}
