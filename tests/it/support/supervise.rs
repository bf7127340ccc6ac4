//! Folders and servers that do not outlive the test process, however it ends: a small shell script
//! waits for its standard input to close, which even `kill -9` brings about, and then cleans up.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hangmeas::server::Account;

/// Stops what the pid files of servers and poolers below the folder name, then deletes the folder.
const CLEAN_UP: &str = r#"
cat > /dev/null
for pid_file in "$1"/pgbouncer.pid "$1"/postmaster.pid "$1"/*/postmaster.pid "$1"/*/*/postmaster.pid; do
    [ -f "$pid_file" ] && kill -QUIT "$(head -n 1 "$pid_file")" 2> /dev/null
done
sleep 0.1
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
"#;

/// A folder of the account that runs servers, deleted with every server in it when it is dropped or
/// the test process ends.
pub struct Scratch {
    path: PathBuf,
    guard: Child,
}

impl Scratch {
    /// A new, empty folder.
    pub fn new() -> Self {
        let account = account();
        let path = new_folder(account);
        let mut command = Command::new("sh");
        command
            .args(["-c", CLEAN_UP, "sh"])
            .arg(&path)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in the terminal must not reach it before it has cleaned up.
            .process_group(0);
        Self {
            guard: command.spawn().expect("sh"),
            path,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// Who runs servers here: root gives them to `postgres`.
pub fn account() -> Account {
    let current = Account::current();
    if current.uid == 0 {
        Account::named("postgres").expect("as root, tests need the user postgres")
    } else {
        current
    }
}

/// Writes a file that the servers' account alone can read.
pub fn write_private(path: &Path, text: &str) {
    fs::write(path, text).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("its mode");
    let account = account();
    if Account::current() != account {
        chown(path, Some(account.uid), Some(account.gid)).expect("its owner");
    }
}

/// A command as the account that runs servers.
pub fn command_as_server(program: &Path) -> Command {
    let mut command = Command::new(program);
    let account = account();
    if Account::current() != account {
        command.uid(account.uid).gid(account.gid);
    }
    command.current_dir("/");
    command
}

/// In the temporary folder, or where the server's user cannot reach that, in /tmp.
fn new_folder(account: Account) -> PathBuf {
    let usual = std::env::temp_dir();
    // A socket's path must stay short.
    let fits = usual.as_os_str().len() < 50 && account.barrier(&usual).is_none();
    let parent = if fits { usual } else { PathBuf::from("/tmp") };
    let folder = tempfile::Builder::new()
        .prefix("hangmeas-test-")
        .tempdir_in(parent)
        .expect("a temporary folder")
        .keep();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("its mode");
    if Account::current() != account {
        chown(&folder, Some(account.uid), Some(account.gid)).expect("its owner");
    }
    folder
}
