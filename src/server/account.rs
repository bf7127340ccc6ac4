//! Who runs the server: the user of hangmeas, or, because PostgreSQL refuses root, the owner of an
//! existing data folder or the system's user `postgres`.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::install;
use crate::error::{Error, ErrorKind, Result};

/// A user of the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// User id.
    pub uid: u32,
    /// Primary group id.
    pub gid: u32,
}

impl Account {
    /// The user of this process.
    #[must_use]
    pub fn current() -> Self {
        Self {
            uid: rustix::process::geteuid().as_raw(),
            gid: rustix::process::getegid().as_raw(),
        }
    }

    /// Who runs the server whose files are (to be) in the folder.
    ///
    /// # Errors
    /// When the folder belongs to somebody else, or root finds no user to give the server to.
    pub fn for_folder(folder: &Path) -> Result<Self> {
        let current = Self::current();
        let owner = fs::metadata(folder).ok().map(|facts| Self {
            uid: facts.uid(),
            gid: facts.gid(),
        });
        match owner {
            Some(owner) if current.uid == 0 && owner.uid != 0 => Ok(owner),
            _ if current.uid == 0 => Self::named("postgres").ok_or_else(no_user),
            Some(owner) if owner.uid != current.uid => Err(foreign(folder, owner.uid)),
            _ => Ok(current),
        }
    }

    /// A local user by name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let text = fs::read_to_string("/etc/passwd").ok()?;
        in_passwd(&text, name)
    }

    /// Whether programs must change to it.
    pub(super) fn is_switch(self) -> bool {
        self.uid != rustix::process::geteuid().as_raw()
    }

    /// The first folder on the way to `path` that the user cannot enter. Access lists are not
    /// looked at: where they forbid more, the program that fails says so.
    #[must_use]
    pub fn barrier(self, path: &Path) -> Option<PathBuf> {
        let mut folders: Vec<_> = path.ancestors().collect();
        folders.reverse();
        folders
            .into_iter()
            .find(|folder| fs::metadata(folder).is_ok_and(|facts| !self.may_enter(&facts)))
            .map(Path::to_path_buf)
    }

    fn may_enter(self, facts: &fs::Metadata) -> bool {
        let shift = if facts.uid() == self.uid {
            6
        } else if facts.gid() == self.gid {
            3
        } else {
            0
        };
        self.uid == 0 || !facts.is_dir() || facts.mode() >> shift & 0o1 == 1
    }
}

fn in_passwd(text: &str, name: &str) -> Option<Account> {
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account { uid, gid })
    })
}

fn no_user() -> Error {
    Error::new(
        ErrorKind::Connection,
        "PostgreSQL does not run as root, and this machine has no user `postgres` to run it",
    )
    .hint_command(
        "PostgreSQL's package makes that user",
        install::command(true),
    )
    .hint("or run hangmeas as an ordinary user")
}

fn foreign(folder: &Path, owner: u32) -> Error {
    Error::configuration(format!(
        "the folder of the managed PostgreSQL, {}, belongs to another user (id {owner})",
        folder.display()
    ))
    .hint("run hangmeas as that user, or set HANGMEAS_DATA_DIR to a folder of yours")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn finds_users() {
        let text = "root:x:0:0::/root:/bin/sh\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\n";
        let postgres = Some(Account { uid: 101, gid: 104 });
        assert_eq!(in_passwd(text, "postgres"), postgres);
        assert_eq!(in_passwd(text, "post"), None);
        assert_eq!(in_passwd("postgres:x:", "postgres"), None);
    }

    #[test]
    fn sees_what_is_in_the_way() {
        let dir = tempfile::tempdir().expect("folder");
        let closed = dir.path().join("closed");
        fs::create_dir(&closed).expect("folder");
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("mode");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("mode");
        let stranger = Account {
            uid: 54321,
            gid: 54321,
        };
        let facts = fs::metadata(&closed).expect("facts");
        assert!(!stranger.may_enter(&facts));
        assert!(
            Account {
                uid: facts.uid(),
                gid: 1
            }
            .may_enter(&facts)
        );
        let blocked = stranger.barrier(&closed.join("data")).expect("a barrier");
        assert!(closed.starts_with(&blocked), "{}", blocked.display());
    }
}
