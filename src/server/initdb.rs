//! Making the cluster: UTF-8, and an LC_CTYPE under which Khmer letters are letters.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::account::Account;
use super::binaries::Binaries;
use super::folder::{Folder, give};
use super::process;
use crate::error::{Error, ErrorKind, Result};

/// The cluster's superuser.
pub(super) const SUPERUSER: &str = "postgres";

/// Under LC_CTYPE C, Khmer text has no letters and trigram search finds nothing. C.UTF-8 is right
/// everywhere it exists; the others have the same letters.
const LOCALES: [&str; 5] = [
    "C.UTF-8",
    "C.utf8",
    "en_US.UTF-8",
    "en_US.utf8",
    "km_KH.UTF-8",
];

/// Makes the cluster in a folder beside its place and renames it there when it is whole, so that a
/// run that was killed leaves nothing that looks like a cluster.
pub(super) fn create(binaries: &Binaries, folder: &Folder, account: Account) -> Result<()> {
    let unfinished = folder.unfinished();
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)
            .map_err(|error| folder.failed("cannot be cleared", &error))?;
    }
    fs::create_dir(&unfinished)
        .and_then(|()| fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o700)))
        .and_then(|()| give(&unfinished, account))
        .map_err(|error| folder.failed("cannot be written", &error))?;
    let mut refusals = String::new();
    for locale in LOCALES {
        match initdb(binaries, &unfinished, locale, account)? {
            Made::Yes => {
                return fs::rename(&unfinished, folder.cluster())
                    .map_err(|error| folder.failed("cannot be written", &error));
            }
            Made::UnknownLocale => {}
            Made::No(text) => {
                refusals = text;
                break;
            }
        }
    }
    let _ = fs::remove_dir_all(&unfinished);
    Err(failed(binaries, folder, &refusals))
}

enum Made {
    Yes,
    UnknownLocale,
    No(String),
}

fn initdb(binaries: &Binaries, data: &Path, locale: &str, account: Account) -> Result<Made> {
    let program = binaries.program("initdb");
    let output = process::program_as(account, &program)
        .args(["--encoding=UTF8", "--locale=C", "--auth=trust"])
        .arg(format!("--username={SUPERUSER}"))
        .arg(format!("--lc-ctype={locale}"))
        .arg(format!("--lc-collate={}", collation(locale)))
        .arg("-D")
        .arg(data)
        .output()
        .map_err(|error| process::cannot_run(&program, &error))?;
    if output.status.success() {
        return Ok(Made::Yes);
    }
    let text = process::said(&output);
    if text.contains("invalid locale name") {
        return Ok(Made::UnknownLocale);
    }
    Ok(Made::No(text))
}

/// Sorting is by code point whatever the locale, so that the order of rows is the same everywhere.
fn collation(locale: &str) -> &str {
    if locale.starts_with("C.") {
        locale
    } else {
        "C"
    }
}

fn failed(binaries: &Binaries, folder: &Folder, text: &str) -> Error {
    let error = Error::new(
        ErrorKind::Connection,
        format!(
            "initdb of PostgreSQL {} could not make the managed server's files in {}",
            binaries.version,
            folder.home.display()
        ),
    );
    if text.is_empty() {
        return error
            .detail(format!(
                "this system has none of the locales {}",
                LOCALES.join(", ")
            ))
            .hint_command("make one", "sudo localedef -i en_US -f UTF-8 en_US.UTF-8");
    }
    error.details(text.lines().map(str::to_owned))
}
