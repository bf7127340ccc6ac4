//! PostgreSQL's programs: where they are, and of which version.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::{install, process};
use crate::error::{Error, Result};

/// Folders where packages put them; `*` stands for a version.
const USUAL: [&str; 9] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/lib/postgresql*/bin",
    "/usr/libexec/postgresql*",
    "/usr/local/pgsql*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/lib/postgres*/bin",
];

const OLDEST: u32 = crate::postgres::OLDEST_SUPPORTED_MAJOR;

/// Where to look, and where the managed server's files are: what `config` decided.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The folder of the managed server.
    pub data_dir: PathBuf,
    /// The folder of the programs, when something names it: then no other is looked at.
    pub bin_dir: Option<PathBuf>,
    /// The variable `PATH`.
    pub search_path: Option<OsString>,
}

/// One installation of PostgreSQL's server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder of `initdb`, `pg_ctl` and `postgres`.
    pub folder: PathBuf,
    /// Such as `15.18`.
    pub version: String,
    /// Such as 15.
    pub major: u32,
}

impl Binaries {
    /// The programs for a new cluster, or for one that was made by the major version.
    ///
    /// # Errors
    /// When there are none, or none of the right version, that `account` can run.
    pub fn find(places: &Places, major: Option<u32>, account: Account) -> Result<Self> {
        let mut passed_over = Vec::new();
        for folder in candidates(places) {
            let Some(found) = Self::at(&folder) else {
                continue;
            };
            let shown = format!("PostgreSQL {} in {}", found.version, found.folder.display());
            if let Some(barrier) = account.barrier(&found.folder) {
                passed_over.push(format!(
                    "{shown}: the server's user cannot enter {}",
                    barrier.display()
                ));
            } else if found.major < OLDEST {
                passed_over.push(format!("{shown}: hangmeas needs {OLDEST} or newer"));
            } else if major.is_some_and(|major| major != found.major) {
                passed_over.push(shown);
            } else {
                return Ok(found);
            }
        }
        Err(match (&places.bin_dir, major) {
            (_, Some(major)) if !passed_over.is_empty() => other_version(places, major),
            (Some(folder), _) => wrong_folder(folder),
            (None, _) => install::missing("PATH, `pg_config --bindir` and the usual folders"),
        }
        .details(passed_over))
    }

    /// The installation in a folder, if it is complete and answers. Where the folder only links to
    /// it, the real one is meant: the other programs are there too.
    fn at(folder: &Path) -> Option<Self> {
        let real = folder.join("postgres").canonicalize().ok()?;
        let folder = [real.parent()?, folder]
            .into_iter()
            .find(|folder| is_complete(folder))?;
        let output = process::program(folder.join("postgres"))
            .arg("-V")
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (version, major) = version(&text)?;
        Some(Self {
            folder: folder.to_path_buf(),
            version,
            major,
        })
    }

    /// The path of one of the programs.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"]
        .iter()
        .all(|name| folder.join(name).is_file())
}

/// What a program of PostgreSQL answers to `--version`: `postgres (PostgreSQL) 15.18 (Debian …)` is
/// `15.18` and 15.
#[must_use]
pub fn version(text: &str) -> Option<(String, u32)> {
    let word = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    Some((word.to_owned(), digits.parse().ok()?))
}

/// The folders in which PostgreSQL's programs may be, those named first, then newest version first.
#[must_use]
pub fn candidates(places: &Places) -> Vec<PathBuf> {
    if let Some(folder) = &places.bin_dir {
        return vec![folder.clone()];
    }
    let path = places.search_path.clone().unwrap_or_default();
    let mut list: Vec<PathBuf> = std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .collect();
    list.extend(pg_config(&list));
    list.extend(usual());
    // A folder through a link is the same folder (`/lib` and `/usr/lib`).
    let mut seen = Vec::new();
    list.retain(|folder| {
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let new = !seen.contains(&real);
        seen.push(real);
        new
    });
    list
}

/// What the first `pg_config` on the path says.
fn pg_config(path: &[PathBuf]) -> Option<PathBuf> {
    let program = path
        .iter()
        .map(|folder| folder.join("pg_config"))
        .find(|file| file.is_file())?;
    let output = process::program(program).arg("--bindir").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(text.trim())).filter(|folder| folder.is_absolute())
}

/// The usual folders that exist, newest version first.
fn usual() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for pattern in USUAL {
        let (before, after) = pattern.split_once('*').unwrap_or((pattern, ""));
        let (parent, prefix) = before.rsplit_once('/').unwrap_or(("/", before));
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Some(version) = name.strip_prefix(prefix) {
                let major = version.split('.').next().and_then(|text| text.parse().ok());
                let folder = entry.path().join(after.trim_start_matches('/'));
                found.push((major.unwrap_or(0), folder));
            }
        }
    }
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found.into_iter().map(|(_, folder)| folder).collect()
}

fn other_version(places: &Places, major: u32) -> Error {
    Error::configuration(format!(
        "the managed PostgreSQL's files in {} were made by PostgreSQL {major}, and no programs of \
         that version can be used",
        places.data_dir.display()
    ))
    .hint(format!(
        "install PostgreSQL {major}, or name its folder in HANGMEAS_BIN_DIR"
    ))
    .hint_command(
        "or start anew with the version that is installed: this deletes the local databases",
        "hangmeas server remove",
    )
}

fn wrong_folder(folder: &Path) -> Error {
    Error::configuration(format!(
        "no usable PostgreSQL server in {} (server.bin_dir)",
        folder.display()
    ))
    .hint("name the folder that holds initdb, pg_ctl and postgres, or leave it to hangmeas to find")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        let cases = [
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                Some(("15.18", 15)),
            ),
            ("postgres (PostgreSQL) 18beta1", Some(("18beta1", 18))),
            ("postgres (PostgreSQL)", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(version, major)| (version.to_owned(), major));
            assert_eq!(version(text), expected, "{text}");
        }
    }

    #[test]
    fn a_named_folder_is_the_only_one() {
        let dir = tempfile::tempdir().expect("folder");
        let places = Places {
            bin_dir: Some(dir.path().to_path_buf()),
            search_path: Some("/usr/bin:/bin".into()),
            ..Places::default()
        };
        assert_eq!(candidates(&places), [dir.path()]);
        let error = Binaries::find(&places, None, Account::current()).expect_err("empty folder");
        assert!(error.message().contains("server.bin_dir"), "{error}");
    }
}
