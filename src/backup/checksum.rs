//! SHA-256 of every file of a backup, and the list `SHA256SUMS` that `sha256sum -c` understands.
//! Blocking: callers on the runtime go through [`off_runtime`].

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::manifest::{self, Manifest};
use crate::error::{Error, Result};

/// File name of the list of checksums.
pub(super) const SUMS: &str = "SHA256SUMS";

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path within the backup's folder, `/` between names.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

/// What is wrong with a file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Damage {
    /// It is not there.
    Missing {
        /// Its path within the backup.
        file: String,
    },
    /// It has another size.
    Size {
        /// Its path within the backup.
        file: String,
        /// Bytes by the manifest.
        expected: u64,
        /// Bytes now.
        found: u64,
    },
    /// It has the right size and other content.
    Altered {
        /// Its path within the backup.
        file: String,
    },
    /// It does not belong there.
    Extra {
        /// Its path within the backup.
        file: String,
    },
    /// It cannot be read.
    Unreadable {
        /// Its path within the backup.
        file: String,
        /// Why.
        why: String,
    },
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { file } => write!(f, "{file} is missing"),
            Self::Size {
                file,
                expected,
                found,
            } => write!(f, "{file} has {found} bytes instead of {expected}"),
            Self::Altered { file } => write!(f, "{file} was altered: its checksum differs"),
            Self::Extra { file } => write!(f, "{file} does not belong to the backup"),
            Self::Unreadable { file, why } => write!(f, "{file} cannot be read: {why}"),
        }
    }
}

/// Runs blocking work beside the runtime.
pub(super) async fn off_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::bug("work on the files of a backup broke off").caused_by(error))
}

/// Every file below the folder, but the manifest and the list itself, in the order of paths.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<FileEntry>> {
    let mut list = Vec::new();
    for (path, bytes) in walk(folder)? {
        if path == manifest::FILE || path == SUMS {
            continue;
        }
        let sha256 = hash(&folder.join(&path))?;
        list.push(FileEntry {
            path,
            bytes,
            sha256,
        });
    }
    Ok(list)
}

/// Writes `SHA256SUMS` over the manifest's files and the manifest itself.
pub(super) fn write_sums(folder: &Path, manifest: &Manifest) -> io::Result<()> {
    let mut file = File::create_new(folder.join(SUMS))?;
    file.write_all(sums(folder, manifest)?.as_bytes())?;
    file.sync_all()
}

fn sums(folder: &Path, manifest: &Manifest) -> io::Result<String> {
    let own = hash(&folder.join(manifest::FILE))?;
    let mut text = String::new();
    for file in &manifest.files {
        text.push_str(&format!("{}  {}\n", file.sha256, file.path));
    }
    text.push_str(&format!("{own}  {}\n", manifest::FILE));
    Ok(text)
}

/// Compares the files of a folder with its manifest: every damage, in the order of paths.
pub(super) fn check(folder: &Path, manifest: &Manifest) -> Vec<Damage> {
    let mut found: BTreeMap<String, u64> = match walk(folder) {
        Ok(found) => found.into_iter().collect(),
        Err(error) => {
            let file = folder.display().to_string();
            let why = error.to_string();
            return vec![Damage::Unreadable { file, why }];
        }
    };
    let mut damages: Vec<_> = manifest
        .files
        .iter()
        .filter_map(|file| check_file(folder, file, found.remove(&file.path)))
        .collect();
    found.remove(manifest::FILE);
    damages.extend(check_sums(folder, manifest, found.remove(SUMS).is_some()));
    damages.extend(found.into_keys().map(|file| Damage::Extra { file }));
    damages
}

/// Whether every file is there and has its size: what can be known without reading them.
pub(super) fn looks_whole(folder: &Path, manifest: &Manifest) -> bool {
    let whole = |path: &str, bytes: Option<u64>| {
        fs::metadata(folder.join(path))
            .is_ok_and(|facts| bytes.is_none_or(|bytes| facts.len() == bytes))
    };
    whole(SUMS, None)
        && manifest
            .files
            .iter()
            .all(|file| whole(&file.path, Some(file.bytes)))
}

fn check_file(folder: &Path, file: &FileEntry, bytes: Option<u64>) -> Option<Damage> {
    let path = || file.path.clone();
    let Some(bytes) = bytes else {
        return Some(Damage::Missing { file: path() });
    };
    if bytes != file.bytes {
        return Some(Damage::Size {
            file: path(),
            expected: file.bytes,
            found: bytes,
        });
    }
    match hash(&folder.join(&file.path)) {
        Ok(sha256) if sha256 == file.sha256 => None,
        Ok(_) => Some(Damage::Altered { file: path() }),
        Err(error) => Some(Damage::Unreadable {
            file: path(),
            why: error.to_string(),
        }),
    }
}

/// The list of checksums guards the manifest, and the manifest the list.
fn check_sums(folder: &Path, manifest: &Manifest, there: bool) -> Option<Damage> {
    let file = || SUMS.to_owned();
    if !there {
        return Some(Damage::Missing { file: file() });
    }
    let texts = fs::read_to_string(folder.join(SUMS))
        .and_then(|found| Ok((found, sums(folder, manifest)?)));
    match texts {
        Ok((found, expected)) if found == expected => None,
        // All lines but the manifest's own are as expected: then it is the manifest that changed.
        Ok((found, expected)) if body(&found) == body(&expected) => Some(Damage::Altered {
            file: manifest::FILE.to_owned(),
        }),
        Ok(_) => Some(Damage::Altered { file: file() }),
        Err(error) => Some(Damage::Unreadable {
            file: file(),
            why: error.to_string(),
        }),
    }
}

fn body(sums: &str) -> Option<&str> {
    let all = sums.strip_suffix('\n')?;
    Some(all.rsplit_once('\n').map_or("", |(body, _)| body))
}

/// Relative paths and sizes of all files, sorted.
fn walk(folder: &Path) -> io::Result<Vec<(String, u64)>> {
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            let facts = entry.metadata()?;
            if facts.is_dir() {
                open.push(path);
            } else {
                files.push((path.to_string_lossy().into_owned(), facts.len()));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// SHA-256 of a file in hexadecimal digits.
fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    Ok(format!("{:x}", hasher.finalize()))
}

/// Bytes of all files below a folder; what cannot be read counts nothing: for progress only.
pub(super) fn size_so_far(folder: &Path) -> u64 {
    walk(folder).map_or(0, |files| files.iter().map(|(_, bytes)| bytes).sum())
}

/// Brings the folder itself to the disk: the names in it.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_like_everybody() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("x");
        fs::write(&path, "abc").expect("file");
        assert_eq!(
            hash(&path).expect("hash"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn walks_folders_in_order() {
        let dir = tempfile::tempdir().expect("folder");
        fs::create_dir(dir.path().join("b")).expect("folder");
        fs::write(dir.path().join("b/z"), "12").expect("file");
        fs::write(dir.path().join("a"), "1").expect("file");
        let expected = [("a".to_owned(), 1), ("b/z".to_owned(), 2)];
        assert_eq!(walk(dir.path()).expect("walk"), expected);
        assert_eq!(size_so_far(dir.path()), 3);
    }
}
