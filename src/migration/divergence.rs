//! An applied migration whose file is not as it was: changed, or missing.

use super::bundled;
use super::file::{FIRST_OWN_VERSION, Origin, label};
use super::history::{Applied, History};
use super::journal::accept;
use super::source::Source;
use crate::error::{Error, Result};

/// How many an error names beside the first.
const SHOWN: usize = 5;

/// How a history row and its file differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Divergence {
    Changed,
    Missing,
}

/// The row's divergence from its file, if any.
pub(super) fn divergence(source: &Source, row: &Applied) -> Option<Divergence> {
    let file = source.get(row.version);
    divergence_of(row, file.map(|file| (file.name.as_str(), file.checksum)))
}

/// The row's divergence from a file's name and checksum, if any.
pub(super) fn divergence_of(row: &Applied, file: Option<(&str, u64)>) -> Option<Divergence> {
    match file {
        None => Some(Divergence::Missing),
        Some((name, checksum)) if row.checksum == Some(checksum) && row.name == name => None,
        Some(_) => Some(Divergence::Changed),
    }
}

/// Refuses a history whose files are not as they were.
pub(super) fn check_history(source: &Source, history: &History) -> Result<()> {
    let diverging = history.applied.iter();
    let diverging = diverging.filter_map(|row| Some((row, divergence(source, row)?)));
    let mut diverging: Vec<(&Applied, Divergence)> = diverging.collect();
    if let Some(left_out) = bundled_left_out(source, &diverging)? {
        return Err(left_out);
    }
    if diverging.is_empty() {
        return Ok(());
    }
    let (first, _) = diverging.remove(0);
    let line = |(row, divergence): &(&Applied, Divergence)| {
        let how = match divergence {
            Divergence::Missing => "missing",
            Divergence::Changed => "changed",
        };
        format!("{} is {how} too", label(row.version, &row.name))
    };
    let error = diverged(source, first).details(diverging.iter().take(SHOWN).map(line));
    Err(match diverging.len().saturating_sub(SHOWN) {
        0 => error,
        more => error
            .detail(format!("and {more} more"))
            .hint_command("see them all", "hangmeas db status"),
    })
}

/// The error for a database of the bundled migrations to which a folder alone is applied.
fn bundled_left_out(
    source: &Source,
    diverging: &[(&Applied, Divergence)],
) -> Result<Option<Error>> {
    if source.bundled() || diverging.is_empty() {
        return Ok(None);
    }
    let bundled = bundled::migrations()?;
    let known = |row: &Applied| {
        let mut files = bundled.iter();
        files.any(|file| file.version == row.version && file.name == row.name)
    };
    let mut left_out = diverging.iter().filter(|(row, _)| known(row));
    let Some((first, _)) = left_out.next() else {
        return Ok(None);
    };
    let applied = label(first.version, &first.name);
    let more = match left_out.count() {
        0 => "was".to_owned(),
        more => format!("and {more} more were"),
    };
    Ok(Some(
        Error::configuration(format!(
            "{applied} {more} applied: these are the bundled migrations, which --no-bundled leaves out"
        ))
        .hint("if this is the database of a Hangmeas shop, run without --no-bundled")
        .hint("if it is not the one that you mean, name another with --database-url or --env"),
    ))
}

fn diverged(source: &Source, row: &Applied) -> Error {
    let version = row.version;
    let applied = format!("{} was applied", label(version, &row.name));
    let on = seconds(&row.applied_on);
    let forget = "or forget that it ran";
    match source.get(version) {
        Some(file) if file.name != row.name && file.origin == Origin::Bundled => {
            Error::configuration(format!(
                "{applied} on {on}, and the bundled V{version:04} is {}: the database was migrated \
                 from a folder alone",
                file.name
            ))
            .hint("if that is meant, name the folder, with --no-bundled")
            .hint("if not, name another database with --database-url or --env")
        }
        Some(file) if file.name != row.name => Error::configuration(format!(
            "{applied} on {on}, and its version is now that of {}",
            file.script.shown
        ))
        .hint("give the file its former name, and what is new the next free version")
        .hint_command(
            "or, if it was only renamed, take the new name",
            accept(version),
        ),
        Some(file) => Error::configuration(format!(
            "{applied} on {on}, and {} is another text now",
            file.script.shown
        ))
        .hint("put the file back as it was, and write the change as a new migration")
        .hint_command("or take the text as the one that ran", accept(version)),
        None if version < FIRST_OWN_VERSION && source.bundled() => Error::configuration(format!(
            "{applied}, and this hangmeas {} does not know it: the database was \
             migrated by a newer one, or from a folder alone",
            env!("CARGO_PKG_VERSION")
        ))
        .hint("use the newer hangmeas, or --no-bundled with the folder")
        .hint_command(forget, accept(version)),
        None => Error::configuration(format!("{applied} on {on}, and its file is missing"))
            .hint("put the file back, or name its folder with --migrations-dir")
            .hint_command(forget, accept(version)),
    }
}

/// `2026-01-31 12:00:00 UTC`.
fn seconds(applied_on: &str) -> String {
    match applied_on.get(..19) {
        Some(seconds) => format!("{} UTC", seconds.replace('T', " ")),
        None => applied_on.to_owned(),
    }
}
