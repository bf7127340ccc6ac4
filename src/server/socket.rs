//! The folder of the server's socket: inside the data folder, or, where that path is too long for a
//! socket, a private folder with a short name.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::account::Account;
use super::folder::{Folder, give};
use crate::error::{Error, Result};

/// The number in the socket's name: nothing else is in that folder.
pub(super) const PORT: u16 = 5432;

/// The longest path of a socket, in bytes: 107 on Linux, 103 on macOS and the BSDs.
const LONGEST: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// Parents of the short folder, the first that serves.
const SHORT_PARENTS: [&str; 3] = ["/tmp", "/var/tmp", "/run"];

/// The socket's own path.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(format!(".s.PGSQL.{PORT}"))
}

fn fits(folder: &Path) -> bool {
    path(folder).as_os_str().len() <= LONGEST
}

/// Where the socket's folder is: the same for every process.
pub(super) fn folder(home: &Folder, account: Account) -> Result<PathBuf> {
    let inside = home.home.join("socket");
    if fits(&inside) {
        return Ok(inside);
    }
    let name = short_name(&home.home, account);
    let choices = SHORT_PARENTS.map(|parent| Path::new(parent).join(&name));
    let usable = |folder: &&PathBuf| {
        folder.parent().is_some_and(Path::is_dir) && account.barrier(folder).is_none()
    };
    choices.iter().find(usable).cloned().ok_or_else(|| {
        Error::configuration(format!(
            "{} is too long a path for a socket, and no short folder can be used instead",
            inside.display()
        ))
        .hint("set HANGMEAS_DATA_DIR to a shorter path")
    })
}

/// A name that belongs to one user and one data folder.
fn short_name(home: &Path, account: Account) -> String {
    let digest = Sha256::digest(home.as_os_str().as_encoded_bytes());
    let hex: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
    format!("hangmeas-{}-{hex}", account.uid)
}

/// Makes the folder, closed to others. One that is there already must be a real folder of the
/// server's user that nobody else can write to: in /tmp others could have been first.
pub(super) fn prepare(folder: &Path, account: Account) -> Result<()> {
    let make = || -> io::Result<()> {
        match fs::DirBuilder::new().mode(0o700).create(folder) {
            Ok(()) => give(folder, account),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    };
    make().map_err(|error| unusable(folder, &error.to_string()))?;
    let facts =
        fs::symlink_metadata(folder).map_err(|error| unusable(folder, &error.to_string()))?;
    if !facts.is_dir() || facts.uid() != account.uid || facts.mode() & 0o077 != 0 {
        return Err(unusable(
            folder,
            "it is not a folder that belongs to the server's user alone",
        ));
    }
    Ok(())
}

fn unusable(folder: &Path, why: &str) -> Error {
    Error::configuration(format!(
        "the folder {} cannot be used for the managed PostgreSQL's socket: {why}",
        folder.display()
    ))
    .hint("remove it, or set HANGMEAS_DATA_DIR to a shorter path of yours")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_gets_a_short_folder() {
        let account = Account::current();
        let short = Folder::new(Path::new("/data/hangmeas"));
        let inside = folder(&short, account).expect("a folder");
        assert_eq!(inside, Path::new("/data/hangmeas/socket"));
        let long = Folder::new(&Path::new("/data").join("ខ".repeat(40)));
        let outside = folder(&long, account).expect("a folder");
        assert!(fits(&outside), "{}", outside.display());
        assert_eq!(outside, folder(&long, account).expect("the same"));
        let another = Folder::new(Path::new(&"/e".repeat(60)));
        assert_ne!(outside, folder(&another, account).expect("a folder"));
    }

    #[test]
    fn refuses_a_folder_that_others_prepared() {
        let dir = tempfile::tempdir().expect("folder");
        let account = Account::current();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("/tmp", &link).expect("link");
        assert!(prepare(&link, account).is_err());
        let open = dir.path().join("open");
        fs::create_dir(&open).expect("folder");
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).expect("mode");
        assert!(prepare(&open, account).is_err());
        assert!(prepare(&dir.path().join("new"), account).is_ok());
    }
}
