//! Passwords that are looked up when a connection needs them: in a file of its own, from the program
//! of a secret manager, or from a person. What the program writes is never shown.

use std::fmt;
use std::fs;
use std::future::Future;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::sync::OnceCell;

use super::secret::Secret;
use crate::error::{Error, Result};

/// How long a password command may take: some ask a person to confirm on another device.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);

/// No password is longer, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Asks a person the question; none when no answer was given.
pub type Asker = Arc<dyn Fn(String) -> Answer + Send + Sync>;

/// What an [`Asker`] promises.
pub type Answer = Pin<Box<dyn Future<Output = Result<Option<Secret>>> + Send>>;

/// Where a password comes from. Asked once: clones share the answer.
#[derive(Debug, Clone)]
pub struct PasswordSource {
    from: From,
    answer: Arc<OnceCell<Secret>>,
}

#[derive(Clone)]
enum From {
    File(PathBuf),
    Command(Vec<String>),
    Person(Asker),
}

impl fmt::Debug for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            // Somebody may have put the password itself there.
            Self::Command(_) => f.write_str("Command"),
            Self::Person(_) => f.write_str("Person"),
        }
    }
}

impl PartialEq for PasswordSource {
    fn eq(&self, other: &Self) -> bool {
        match (&self.from, &other.from) {
            (From::File(one), From::File(other)) => one == other,
            (From::Command(one), From::Command(other)) => one == other,
            (From::Person(one), From::Person(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for PasswordSource {}

impl PasswordSource {
    /// The content of a file, without the line end.
    #[must_use]
    pub fn file(path: PathBuf) -> Self {
        Self::new(From::File(path))
    }

    /// What a program writes, without the line end: the program and its arguments, no shell.
    #[must_use]
    pub fn command(words: Vec<String>) -> Self {
        Self::new(From::Command(words))
    }

    /// A person, who is asked when a server wants a password, not before.
    #[must_use]
    pub fn person(asker: Asker) -> Self {
        Self::new(From::Person(asker))
    }

    fn new(from: From) -> Self {
        Self {
            from,
            answer: Arc::default(),
        }
    }

    /// The password, if it was asked for before.
    #[must_use]
    pub fn known(&self) -> Option<&Secret> {
        self.answer.get()
    }

    /// Where it comes from, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.from {
            From::File(_) => "from a file",
            From::Command(_) => "from a command",
            From::Person(_) => "typed",
        }
    }

    /// The password; of a person only what was answered before.
    ///
    /// # Errors
    /// Kind `Configuration`: unreadable, failed, too slow, empty. Never repeats what was read.
    pub async fn get(&self) -> Result<Option<Secret>> {
        let found = match &self.from {
            From::Person(_) => return Ok(self.known().cloned()),
            From::File(path) => self.answer.get_or_try_init(|| async { read(path) }).await?,
            From::Command(words) => {
                let ask = || run(words, COMMAND_LIMIT);
                self.answer.get_or_try_init(ask).await?
            }
        };
        Ok(Some(found.clone()))
    }

    /// Asks the person, if it is one; none without an answer.
    ///
    /// # Errors
    /// Kind `Interrupted` when Ctrl-C is the answer.
    pub(super) async fn ask(&self, question: String) -> Result<Option<Secret>> {
        match &self.from {
            From::Person(asker) => asker(question).await,
            From::File(_) | From::Command(_) => Ok(None),
        }
    }

    /// Keeps the answer that served, for further connections and other programs.
    pub(super) fn keep(&self, password: &Secret) {
        // Somebody else may have been quicker, with the same one.
        let _ = self.answer.set(password.clone());
    }
}

fn read(path: &PathBuf) -> Result<Secret> {
    let what = format!("the password file {} (password_file)", path.display());
    let bytes = fs::read(path)
        .map_err(|error| Error::configuration(format!("{what} cannot be read: {error}")))?;
    secret(bytes, &what)
}

async fn run(words: &[String], limit: Duration) -> Result<Secret> {
    // Not even its name: somebody may have put the password itself there.
    let what = "the password command (password_command)";
    let mut child = child(words)
        .spawn()
        .map_err(|error| Error::configuration(format!("{what} cannot be run: {error}")))?;
    let group = child.id();
    let work = async {
        let mut bytes = Vec::new();
        if let Some(pipe) = child.stdout.take() {
            // A broken pipe shows in the exit status.
            let _ = pipe.take(LONGEST).read_to_end(&mut bytes).await;
        }
        (child.wait().await, bytes)
    };
    let Ok((status, bytes)) = tokio::time::timeout(limit, work).await else {
        end(group);
        return Err(
            Error::configuration(format!("{what} did not answer within {limit:?}"))
                .hint("does it wait for input? it gets none here"),
        );
    };
    match status {
        Ok(status) if status.success() => secret(bytes, what),
        Ok(status) => {
            let how = match (status.code(), status.signal()) {
                (Some(code), _) => format!("with exit status {code}"),
                (None, signal) => format!("by signal {}", signal.unwrap_or_default()),
            };
            Err(Error::configuration(format!("{what} ended {how}"))
                .hint("run it yourself to see what it says: hangmeas shows nothing of it"))
        }
        Err(error) => Err(Error::configuration(format!("{what} failed: {error}"))),
    }
}

/// The program in a process group of its own, so that what it started can be ended with it.
fn child(words: &[String]) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(words.first().map_or("", String::as_str));
    command
        .args(words.iter().skip(1))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true);
    command
}

fn end(group: Option<u32>) {
    let group = group.and_then(|id| i32::try_from(id).ok());
    if let Some(group) = group.and_then(rustix::process::Pid::from_raw) {
        // It may have ended just now.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

fn secret(bytes: Vec<u8>, what: &str) -> Result<Secret> {
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::configuration(format!("{what}: the password is not UTF-8")))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(Error::configuration(format!("{what} gives no password")));
    }
    if text.contains(['\n', '\0']) {
        return Err(Error::configuration(format!(
            "{what} gives more than one line: a password is one"
        )));
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Vec<String> {
        ["/bin/sh", "-c", script].map(str::to_owned).to_vec()
    }

    #[tokio::test]
    async fn takes_one_line() {
        let limit = Duration::from_secs(20);
        let good = run(&sh("printf 'p\\\\:a ss\\n'"), limit)
            .await
            .expect("a password");
        assert_eq!(good.expose(), r"p\:a ss");
        for (script, expected) in [
            ("echo s3cret; exit 3", "exit status 3"),
            ("echo s3cret >&2; exit 1", "exit status 1"),
            ("kill -9 $$", "signal 9"),
            ("true", "no password"),
            ("printf 's3cret\\nb\\n'", "more than one line"),
            ("printf 's3cret\\377'", "not UTF-8"),
        ] {
            let error = run(&sh(script), limit).await.expect_err(script);
            assert!(error.message().contains(expected), "{script}: {error}");
            assert!(
                !format!("{error:?}").contains("s3cret"),
                "{script}: {error:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_slow_command_is_ended_with_its_children() {
        let dir = tempfile::tempdir().expect("folder");
        let script = format!("sleep 600 & echo $! > {0}/pid; wait", dir.path().display());
        let error = run(&sh(&script), Duration::from_millis(500))
            .await
            .expect_err("slow");
        assert!(error.message().contains("did not answer"), "{error}");
        let pid = fs::read_to_string(dir.path().join("pid")).expect("it had begun");
        let stat = format!("/proc/{}/stat", pid.trim());
        for _ in 0..500 {
            let state = fs::read_to_string(&stat).unwrap_or_default();
            if state.is_empty() || state.contains(") Z") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("its child lives on");
    }

    #[tokio::test]
    async fn asks_once() {
        let dir = tempfile::tempdir().expect("folder");
        let script = format!("echo >> {0}/asked; echo p", dir.path().display());
        let source = PasswordSource::command(sh(&script));
        for copy in [source.clone(), source.clone(), source] {
            let password = copy.get().await.expect("a password").expect("one");
            assert_eq!(password.expose(), "p");
        }
        assert_eq!(fs::read(dir.path().join("asked")).expect("file"), b"\n");
    }
}
