//! Child processes: PostgreSQL's own programs, run as the user that may run them.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::account::Account;
use crate::error::{Error, ErrorKind};

/// Variables that would move the server's settings or the programs' messages.
const UNWANTED: [&str; 12] = [
    "LANG",
    "LANGUAGE",
    "LC_MESSAGES",
    "PGDATA",
    "PGDATABASE",
    "PGHOST",
    "PGOPTIONS",
    "PGPASSWORD",
    "PGPORT",
    "PGSERVICE",
    "PGTZ",
    "PGUSER",
];

/// A program that takes the terminal over, where the user stands.
#[allow(
    clippy::disallowed_methods,
    reason = "this room owns the server's child processes"
)]
pub(super) fn interactive(path: impl AsRef<OsStr>) -> Command {
    Command::new(path)
}

/// A program with English messages, nothing to read, from a folder that everybody may enter.
#[allow(
    clippy::disallowed_methods,
    reason = "this room owns the server's child processes"
)]
pub(super) fn program(path: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(path);
    for name in UNWANTED {
        command.env_remove(name);
    }
    command
        .env("LC_ALL", "C")
        .current_dir("/")
        .stdin(Stdio::null());
    command
}

/// The same, run by the server's user: root gives up its rights, supplementary groups included.
pub(super) fn program_as(account: Account, path: &Path) -> Command {
    let mut command = program(path);
    if account.is_switch() {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

/// What the program wrote, one trimmed text: standard error first.
pub(super) fn said(output: &Output) -> String {
    let [err, out] = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{}\n{}", err.trim(), out.trim()).trim().to_owned()
}

/// A program that could not even be started.
pub(super) fn cannot_run(program: &Path, error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Connection,
        format!("{} cannot be run: {error}", program.display()),
    )
}
