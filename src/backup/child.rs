//! Child processes: PostgreSQL's client programs, each in a process group of its own, so that a
//! program and its workers end together, and with us.

use std::collections::VecDeque;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{ChildStderr, ChildStdout, Command};

use super::guard::Guard;
use super::holders::says_locked;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Interrupt, LIBPQ_VARIABLES, Target, interrupted, libpq_variables};

/// What people set to their taste, and programs that are read must not follow.
const TASTE: [&str; 5] = [
    "PGCLIENTENCODING",
    "PGDATESTYLE",
    "PGGEQO",
    "PGTZ",
    "PG_COLOR",
];

/// How many lines of a failed program's messages are kept.
const KEPT_LINES: usize = 12;

/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(3);

/// A running program.
pub(super) struct Child {
    name: String,
    inner: tokio::process::Child,
    guard: Guard,
    stderr: BufReader<ChildStderr>,
    messages: VecDeque<String>,
}

/// A program with English messages and nothing to read, that connects to the target.
pub(super) fn program(path: &Path, target: Option<&Target>) -> Command {
    let mut command = Command::new(path);
    for name in LIBPQ_VARIABLES.into_iter().chain(TASTE) {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C").stdin(Stdio::null());
    if let Some(target) = target {
        // In the environment: the password must not be seen in the list of processes.
        command.envs(libpq_variables(target));
    }
    command
}

/// A database's name for `--dbname`, which would read a bare name with `=` in it as parameters.
pub(super) fn dbname(database: &str) -> String {
    let quoted = database.replace('\\', "\\\\").replace('\'', "\\'");
    format!("dbname='{quoted}'")
}

/// Everything that a short program writes to its standard output.
pub(super) async fn output(path: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = program(path, None);
    command.args(arguments).stderr(Stdio::null());
    let output = command
        .output()
        .await
        .map_err(|error| unstarted(path, error))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Everything that a short program writes to its standard error; none when it cannot be started.
pub(super) async fn complaint(path: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = program(path, None);
    command
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let output = command.output().await.ok()?;
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn unstarted(path: &Path, error: std::io::Error) -> Error {
    Error::new(
        ErrorKind::Backup,
        format!("{} cannot be started: {error}", path.display()),
    )
    .caused_by(error)
}

impl Child {
    /// Starts the program in a new process group.
    pub fn start(mut command: Command) -> Result<Self> {
        let path = Path::new(command.as_std().get_program()).to_path_buf();
        let name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let guard = Guard::start()?;
        command
            .process_group(guard.group())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut inner = command.spawn().map_err(|error| unstarted(&path, error))?;
        let stderr = inner
            .stderr
            .take()
            .ok_or_else(|| Error::bug("a child without standard error"))?;
        Ok(Self {
            name,
            inner,
            guard,
            stderr: BufReader::new(stderr),
            messages: VecDeque::new(),
        })
    }

    /// Its standard output, if that was piped and not taken before.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.inner.stdout.take()
    }

    /// Waits for its end; every line of its messages goes to `line`, which says whether it is only
    /// talk. When this fails or is dropped, [`Child::stop`] must follow.
    ///
    /// # Errors
    /// Kind `Backup` with what it said last, or `Interrupted`.
    pub async fn watch(
        &mut self,
        interrupt: &Interrupt,
        mut line: impl FnMut(&str) -> bool,
    ) -> Result<()> {
        let status = tokio::select! {
            () = interrupt.wait() => return Err(interrupted()),
            status = self.run_to_end(&mut line) => status,
        };
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(self.failed(&status.to_string())),
            Err(error) => Err(self.failed(&error.to_string())),
        }
    }

    async fn run_to_end(
        &mut self,
        line: &mut impl FnMut(&str) -> bool,
    ) -> std::io::Result<ExitStatus> {
        let mut buffer = Vec::new();
        while self.stderr.read_until(b'\n', &mut buffer).await? > 0 {
            let text = String::from_utf8_lossy(&buffer).trim_end().to_owned();
            buffer.clear();
            if line(&text) {
                continue;
            }
            if self.messages.len() == KEPT_LINES {
                self.messages.pop_front();
            }
            self.messages.push_back(text);
        }
        self.inner.wait().await
    }

    fn failed(&self, how: &str) -> Error {
        let said = self.messages.iter().cloned();
        let error = Error::new(ErrorKind::Backup, format!("{} failed ({how})", self.name));
        explain(error.details(said), &self.messages)
    }

    /// Ends the whole group and waits until none of it can write any more: all of them hold our pipe.
    pub async fn stop(mut self) {
        self.guard.signal(Signal::TERM);
        if tokio::time::timeout(GRACE, self.silence()).await.is_err() {
            self.guard.signal(Signal::KILL);
            let _ = tokio::time::timeout(GRACE, self.silence()).await;
        }
        let _ = tokio::time::timeout(GRACE, self.inner.wait()).await;
    }

    async fn silence(&mut self) {
        let mut buffer = Vec::new();
        while self
            .stderr
            .read_until(b'\n', &mut buffer)
            .await
            .is_ok_and(|read| read > 0)
        {
            buffer.clear();
        }
    }
}

/// What the usual messages of the programs mean for the reader.
fn explain(error: Error, messages: &VecDeque<String>) -> Error {
    let said = |text: &str| messages.iter().any(|line| line.contains(text));
    if said("No space left on device") || said("disk full") {
        error.hint("the disk is full: make room, or name another folder with --dir")
    } else if said("permission denied") || said("must be owner") {
        error.hint_command(
            "the role must be able to read everything: run as the owner, or grant it (large objects need their owner)",
            "psql -c 'GRANT pg_read_all_data TO ROLE'",
        )
    } else if said("row-level security") {
        error
            .hint("row security hides rows from this role: use a role with BYPASSRLS, or the owner")
    } else if says_locked(messages) {
        error.hint("a table stayed locked: run again when the migration or ALTER TABLE is over, or raise --lock-timeout")
    } else if said("server version") {
        error.hint("install client programs that are not older than the server")
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_databases_stay_names() {
        assert_eq!(dbname("plain"), "dbname='plain'");
        assert_eq!(dbname("a=b 'c\\"), "dbname='a=b \\'c\\\\'");
    }

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("runtime")
            .block_on(work)
    }

    fn shell(script: &str) -> Command {
        let mut command = program(Path::new("/bin/sh"), None);
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failed_program_is_quoted() {
        run(async {
            let mut child = Child::start(shell(
                "echo chat >&2; echo 'No space left on device' >&2; exit 3",
            ))
            .expect("sh");
            let error = child
                .watch(&Interrupt::never(), |line| line == "chat")
                .await
                .expect_err("exit 3");
            assert_eq!(error.kind(), ErrorKind::Backup);
            assert_eq!(error.detail_lines(), ["No space left on device"]);
            assert!(error.hints()[0].text.contains("disk is full"));
        });
    }

    #[test]
    fn stopping_ends_the_grandchildren_too() {
        run(async {
            let dir = tempfile::tempdir().expect("folder");
            let file = dir.path().join("pid");
            let script = format!("sleep 60 & echo $! > {}; echo up >&2; wait", file.display());
            let mut child = Child::start(shell(&script)).expect("sh");
            let (raise, interrupt) = crate::postgres::interrupt();
            let error = child
                .watch(&interrupt, |_| {
                    raise.raise();
                    true
                })
                .await
                .expect_err("interrupted");
            assert_eq!(error.kind(), ErrorKind::Interrupted);
            child.stop().await;
            let pid = std::fs::read_to_string(&file).expect("written");
            let lives = || {
                let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
                // Z waits for init to notice.
                state.is_ok_and(|text| !text.contains(") Z ") && !text.contains(") X "))
            };
            let patience = std::time::Instant::now() + GRACE;
            while lives() && std::time::Instant::now() < patience {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert!(!lives());
        });
    }
}
