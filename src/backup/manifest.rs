//! The manifest: what a backup holds and under which conditions it was made. Written once, beside
//! the dump, before the backup gets its name; never changed.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::checksum::FileEntry;
use crate::error::{Error, ErrorKind, Result};

/// File name of the manifest within a backup.
pub(super) const FILE: &str = "manifest.json";

/// The version of this format that is written; older ones stay readable.
const FORMAT: u32 = 1;

/// One backup, described.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format.
    pub format: u32,
    /// Name of the backup.
    pub name: String,
    /// Environment of hangmeas for which it was made.
    pub environment: String,
    /// Version of hangmeas that made it.
    pub hangmeas_version: String,
    /// Start, RFC 3339, UTC.
    pub started_at: String,
    /// End, RFC 3339, UTC.
    pub finished_at: String,
    /// `pg_dump`'s version.
    pub pg_dump_version: String,
    /// Processes that dumped.
    pub jobs: u32,
    /// `gzip` or `zstd`.
    pub compression: String,
    /// The database and its server.
    pub database: DatabaseFacts,
    /// Applied migrations of hangmeas, ascending; empty without history.
    pub migrations: Vec<i64>,
    /// Fingerprint of the schema on the search path.
    pub fingerprint: String,
    /// Every table whose rows are in the dump, with their exact number in the dump's snapshot.
    pub tables: Vec<TableRows>,
    /// Every sequence as it stood just before the dump: sequences know no snapshot.
    pub sequences: Vec<SequenceState>,
    /// Large objects.
    pub large_objects: i64,
    /// Indexes, views and sequences that did not work when the backup was made.
    pub defects: Vec<String>,
    /// Roles and tablespaces.
    pub globals: Globals,
    /// Every file of the backup except the manifest and the list of checksums.
    pub files: Vec<FileEntry>,
}

/// The database as the server described it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseFacts {
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: String,
    /// Its size in bytes on the server.
    pub bytes: i64,
    /// Encoding, such as `UTF8`.
    pub encoding: String,
    /// `LC_COLLATE`.
    pub collate: String,
    /// `LC_CTYPE`.
    pub ctype: String,
    /// Locale provider: `c` libc, `i` ICU, `b` built in.
    pub locale_provider: Option<String>,
    /// Locale of ICU or of the built-in provider.
    pub locale: Option<String>,
    /// Further rules of ICU's collation.
    #[serde(default)]
    pub icu_rules: Option<String>,
    /// Its comment.
    #[serde(default)]
    pub comment: Option<String>,
    /// Most connections at once; -1 for any number.
    #[serde(default = "unlimited")]
    pub connection_limit: i32,
    /// The server's version as it states it.
    pub server_version: String,
    /// Whether it was a standby.
    pub standby: bool,
    /// Position in the write-ahead log at the snapshot.
    pub lsn: Option<String>,
    /// The snapshot that the dump and the counts share.
    pub snapshot: String,
    /// Extensions.
    pub extensions: Vec<Extension>,
    /// Settings of the database (`ALTER DATABASE … SET`), also those for one role.
    pub settings: Vec<Setting>,
    /// Privileges on the database; `None` means the server's defaults.
    pub grants: Option<Vec<Grant>>,
    /// Roles that own something or were granted something: they must exist before a restore.
    pub roles: Vec<String>,
}

fn unlimited() -> i32 {
    -1
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A setting of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// For this role only.
    pub role: Option<String>,
    /// Name of the parameter.
    pub name: String,
    /// Its value, as `pg_db_role_setting` has it.
    pub value: String,
}

/// A privilege on the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// To whom; `None` is PUBLIC.
    pub role: Option<String>,
    /// Which.
    pub privilege: String,
    /// With grant option.
    pub grantable: bool,
}

/// A table and its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRows {
    /// Schema.
    pub schema: String,
    /// Name.
    pub name: String,
    /// Exact number of rows.
    pub rows: i64,
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceState {
    /// Schema.
    pub schema: String,
    /// Name.
    pub name: String,
    /// Step; negative for descending ones.
    pub increment: i64,
    /// Last value given, or the first to be given when `is_called` is false.
    pub last_value: i64,
    /// Whether a value was given.
    pub is_called: bool,
}

/// Roles and tablespaces of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Globals {
    /// They are in this file, without passwords.
    File(String),
    /// They could not be read, for this reason.
    Missing(String),
}

impl Manifest {
    /// The current version of the format.
    pub(super) const FORMAT: u32 = FORMAT;

    /// Bytes of all files of the dump.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Rows of all tables.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// The major version of the `pg_dump` that made it: no older `pg_restore` can read it.
    #[must_use]
    pub fn pg_dump_major(&self) -> u32 {
        let version = self.pg_dump_version.as_str();
        let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    }

    /// Reads the manifest of a backup's folder.
    ///
    /// # Errors
    /// Kind `Backup`, when it is missing, damaged, or from a newer hangmeas.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let bad = |why: String| {
            Error::new(
                ErrorKind::Backup,
                format!("the manifest {} cannot be read: {why}", path.display()),
            )
            .hint("this backup cannot be trusted: use another, and find out what happened to this one")
        };
        let text = fs::read(&path).map_err(|error| bad(error.to_string()))?;
        let manifest: Self =
            serde_json::from_slice(&text).map_err(|error| bad(error.to_string()))?;
        if manifest.format > FORMAT {
            return Err(bad(format!(
                "it has format {}, and this hangmeas knows formats up to {FORMAT}",
                manifest.format
            )));
        }
        Ok(manifest)
    }

    /// Writes it and brings it to the disk.
    pub(super) fn write(&self, folder: &Path) -> std::io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        let mut file = fs::File::create_new(folder.join(FILE))?;
        file.write_all(&text)?;
        file.sync_all()
    }
}
