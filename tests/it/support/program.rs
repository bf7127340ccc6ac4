//! The built program, run with an environment of its own: only what a test sets is set.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Database;

/// No run of a test takes longer.
const LIMIT: Duration = Duration::from_secs(300);

/// A run of the program, being put together.
pub struct Run {
    args: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    stdin: Vec<u8>,
    dir: Option<PathBuf>,
    home: tempfile::TempDir,
}

/// The program with no arguments: `PATH`, an empty `HOME` (also the working folder), `LC_ALL`.
pub fn hangmeas() -> Run {
    Run {
        args: Vec::new(),
        variables: Vec::new(),
        stdin: Vec::new(),
        dir: None,
        home: tempfile::tempdir().expect("a home folder"),
    }
}

impl Run {
    /// Works on this database (by `DATABASE_URL`).
    pub fn url(self, database: &Database<'_>) -> Self {
        self.env("DATABASE_URL", database.url())
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        let pair = (name.as_ref().to_owned(), value.as_ref().to_owned());
        self.variables.push(pair);
        self
    }

    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = text.as_ref().to_vec();
        self
    }

    /// Its `HOME`, and its working folder unless another is chosen.
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// The working folder.
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// Runs it to its end.
    pub fn run(self) -> Output {
        self.spawn().wait()
    }

    /// Its arguments, its environment and its folder.
    pub(super) fn prepare(&self, command: &mut Command) {
        command
            .args(&self.args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("LC_ALL", "C.UTF-8")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.dir.as_deref().unwrap_or(self.home.path()));
    }

    /// Starts it and lets the test go on.
    pub fn spawn(self) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hangmeas"));
        self.prepare(&mut command);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program");
        let mut stdin = child.stdin.take().expect("its stdin");
        let text = self.stdin.clone();
        std::thread::spawn(move || {
            // A program that does not read its input closes the pipe.
            let _ = stdin.write_all(&text);
        });
        Process {
            started: Instant::now(),
            stdout: reader(child.stdout.take().expect("its stdout")),
            stderr: reader(child.stderr.take().expect("its stderr")),
            child,
            run: self,
        }
    }
}

fn reader(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

/// A program that is running.
pub struct Process {
    child: Child,
    started: Instant,
    stdout: JoinHandle<Vec<u8>>,
    stderr: JoinHandle<Vec<u8>>,
    run: Run,
}

impl Process {
    /// Sends a signal by its name: `INT`, `TERM`, `KILL`.
    pub fn signal(&self, name: &str) {
        let done = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(done.expect("kill").success());
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_none()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Output {
        let mut pause = Duration::from_micros(200);
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                break status;
            }
            if self.started.elapsed() > LIMIT {
                let _ = self.child.kill();
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        };
        let text = |pipe: JoinHandle<Vec<u8>>| {
            let bytes = pipe.join().unwrap_or_default();
            String::from_utf8(bytes).expect("output in UTF-8")
        };
        Output {
            took: self.started.elapsed(),
            stdout: text(self.stdout),
            stderr: text(self.stderr),
            status,
            command: self.run.args.clone(),
            home: self.run.home,
        }
    }
}

/// What a run left behind. The assertions return the output again, and show everything when they
/// fail.
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub status: ExitStatus,
    pub took: Duration,
    command: Vec<OsString>,
    home: tempfile::TempDir,
}

impl Output {
    /// The exit status; `None` when a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Its `HOME`, and working folder unless a test chose another.
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// Exit status 0.
    #[track_caller]
    pub fn success(&self) -> &Self {
        self.exits(0)
    }

    /// This exit status.
    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        self.check(self.code() == Some(code), &format!("exit status {code}"))
    }

    /// Standard output holds the text.
    #[track_caller]
    pub fn answers(&self, text: &str) -> &Self {
        self.check(self.stdout.contains(text), &format!("`{text}` on stdout"))
    }

    /// Standard error holds the text.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        self.check(self.stderr.contains(text), &format!("`{text}` on stderr"))
    }

    /// Neither holds the text.
    #[track_caller]
    pub fn never_says(&self, text: &str) -> &Self {
        let said = self.stdout.contains(text) || self.stderr.contains(text);
        self.check(!said, &format!("no `{text}` anywhere"))
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("expected JSON ({error})\n{}", self.shown()))
    }

    #[track_caller]
    fn check(&self, holds: bool, expected: &str) -> &Self {
        assert!(holds, "expected {expected}\n{}", self.shown());
        self
    }

    /// Everything, for a failed assertion.
    pub fn shown(&self) -> String {
        let words: Vec<_> = self
            .command
            .iter()
            .map(|arg| arg.to_string_lossy())
            .collect();
        format!(
            "$ hangmeas {}\n{}\n--- stdout\n{}\n--- stderr\n{}\n---",
            words.join(" "),
            self.status,
            self.stdout,
            self.stderr
        )
    }
}
