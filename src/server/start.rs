//! Starting the server of an existing cluster, and what to say when it does not start.

use std::fs;
use std::path::Path;

use super::account::Account;
use super::binaries::Binaries;
use super::folder::{Folder, give};
use super::managed::{Managed, PATIENCE, Running};
use super::{postmaster, process, socket};
use crate::error::{Error, ErrorKind, Result};

/// How many lines of the log an error repeats.
const LOG_LINES: usize = 12;

pub(super) fn start(managed: &Managed, binaries: &Binaries, account: Account) -> Result<Running> {
    let cluster = managed.folder.cluster();
    let socket_folder = socket::folder(&managed.folder, account)?;
    socket::prepare(&socket_folder, account)?;
    configure(&managed.folder, &socket_folder, account)?;
    postmaster::clear_stale(&cluster, &socket::path(&socket_folder));
    let log = managed.folder.log();
    let before = fs::metadata(&log).map_or(0, |facts| facts.len());
    let program = binaries.program("pg_ctl");
    let output = process::program_as(account, &program)
        .args(["start", "--wait", "--silent"])
        .arg(format!("--timeout={PATIENCE}"))
        // Relative, because `pg_ctl` puts both into a command for a shell.
        .current_dir(&cluster)
        .args(["-D", ".", "-l", "../server.log"])
        .output()
        .map_err(|error| process::cannot_run(&program, &error))?;
    match managed.answering() {
        Some(running) if output.status.success() => Ok(running),
        _ => Err(did_not_start(
            &managed.folder,
            binaries,
            &process::said(&output),
            &log,
            before,
        )),
    }
}

/// Our settings stand in a file of their own, written anew at each start: the folder may have
/// been moved.
fn configure(home: &Folder, socket_folder: &Path, account: Account) -> Result<()> {
    const OWN: &str = "hangmeas.conf";
    let cluster = home.cluster();
    let folder = socket_folder.display().to_string().replace('\'', "''");
    let settings = format!(
        "# Written by hangmeas at every start; your own settings go into postgresql.conf.\n\
         listen_addresses = ''\n\
         port = {}\n\
         unix_socket_directories = '{folder}'\n\
         unix_socket_permissions = 0700\n",
        socket::PORT
    );
    let write = || -> std::io::Result<()> {
        let own = cluster.join(OWN);
        fs::write(&own, settings)?;
        give(&own, account)?;
        let main = cluster.join("postgresql.conf");
        let text = fs::read_to_string(&main)?;
        let include = format!("include '{OWN}'");
        if !text.lines().any(|line| line.trim() == include) {
            fs::write(&main, format!("{text}\n{include}\n"))?;
        }
        Ok(())
    };
    write().map_err(|error| home.failed("cannot be written", &error))
}

fn did_not_start(home: &Folder, binaries: &Binaries, said: &str, log: &Path, before: u64) -> Error {
    let bytes = fs::read(log).unwrap_or_default();
    let new = bytes
        .get(usize::try_from(before).unwrap_or(0)..)
        .unwrap_or_default();
    let text = String::from_utf8_lossy(new).into_owned();
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let last = lines[lines.len().saturating_sub(LOG_LINES)..].to_vec();
    let error = Error::new(
        ErrorKind::Connection,
        format!(
            "the managed PostgreSQL {} in {} does not start",
            binaries.version,
            home.home.display()
        ),
    );
    let error = if last.is_empty() {
        error.details(said.lines().map(str::to_owned))
    } else {
        error.details(last)
    };
    error
        .detail(format!("the whole log is {}", log.display()))
        .hint_command("if its data can go, start anew", "hangmeas server remove")
}
