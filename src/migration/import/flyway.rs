//! Flyway: `V1.2__name.sql`, `U1.2__name.sql`, `R__name.sql`, each perhaps with a `.conf`; folders
//! below count too.

use std::collections::BTreeMap;
use std::path::Path;

use super::foreign::{Entry, Foreign, Text, entries, text};
use super::layout::Layout;
use super::record::{Ran, Record, check_record, failed, without_file};
use crate::error::{Error, Result};
use crate::sql_text;

pub(super) const LAYOUT: Layout = Layout {
    tool: "flyway",
    table: "flyway_schema_history",
    columns: &[
        "installed_rank integer",
        "version character varying",
        "description character varying",
        "type character varying",
        "script character varying",
        "checksum integer",
        "installed_by character varying",
        "installed_on timestamp without time zone",
        "execution_time integer",
        "success boolean",
    ],
    select: "version, description, type, success, checksum, \
             to_char(installed_on::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    order: "ORDER BY installed_rank",
    apply: "flyway migrate",
    mend: "flyway repair",
    read,
    ran,
};

/// A version by its numbers, zeros at its end left out: 1.0 is 1.
type Version = Vec<u128>;

/// By the rows in the order in which they were written: what is undone or deleted does not count,
/// nor does a repeatable file that is gone.
fn ran(records: &[Record], files: &[Foreign]) -> Result<Vec<Ran>> {
    let versions: Vec<Option<Version>> = files.iter().map(|f| numbers(&f.version)).collect();
    let mut ran: BTreeMap<usize, Option<String>> = BTreeMap::new();
    let mut homeless: BTreeMap<Version, &str> = BTreeMap::new();
    for record in records {
        let version = record.version.as_deref().and_then(numbers);
        let place = match &version {
            Some(_) => versions.iter().position(|known| *known == version),
            None => files
                .iter()
                .position(|file| file.version.is_empty() && described(file) == record.name),
        };
        if !record.ended {
            let what = place.map_or(record.name.as_str(), |index| &files[index].file);
            return Err(failed(&LAYOUT, what));
        }
        let undone = record.kind.starts_with("UNDO") || record.kind == "DELETE";
        match (record.kind.as_str(), place) {
            ("SCHEMA", _) => {}
            (kind, _) if kind.ends_with("BASELINE") => {
                let below = |known: &Option<Version>| known.is_some() && *known <= version;
                for (index, _) in versions.iter().enumerate().filter(|(_, v)| below(v)) {
                    ran.insert(index, record.applied_on.clone());
                }
            }
            (_, Some(index)) if undone => {
                ran.remove(&index);
            }
            // A repeatable one that ran with another text has yet to run with this one.
            (_, Some(index)) if version.is_none() && record.checksum != files[index].checksum => {
                ran.remove(&index);
            }
            (_, Some(index)) => {
                check_record(&LAYOUT, record, &files[index])?;
                ran.insert(index, record.applied_on.clone());
            }
            (_, None) => {
                if let Some(version) = version {
                    homeless.remove(&version);
                    if !undone {
                        homeless.insert(version, record.version.as_deref().unwrap_or_default());
                    }
                }
            }
        }
    }
    if !homeless.is_empty() {
        let homeless: Vec<&str> = homeless.into_values().collect();
        return Err(without_file(&LAYOUT, &homeless));
    }
    let ran = ran.into_iter();
    Ok(ran
        .map(|(index, applied_on)| Ran { index, applied_on })
        .collect())
}

/// Flyway's description of a file.
fn described(file: &Foreign) -> String {
    file.name.replace('_', " ")
}

fn numbers(version: &str) -> Option<Version> {
    let mut numbers = version
        .split(['.', '_'])
        .map(|part| part.parse().ok())
        .collect::<Option<Version>>()?;
    while numbers.len() > 1 && numbers.last() == Some(&0) {
        numbers.pop();
    }
    Some(numbers)
}

fn read(dir: &Path) -> Result<Vec<Foreign>> {
    let mut versioned: BTreeMap<Version, Foreign> = BTreeMap::new();
    let mut repeatable: BTreeMap<String, Foreign> = BTreeMap::new();
    let mut undos: BTreeMap<Version, Text> = BTreeMap::new();
    for entry in below(dir)? {
        let Some(stem) = entry.name.strip_suffix(".sql") else {
            continue;
        };
        // As in Flyway, a version may stand alone: V1.sql.
        let (version, name) = stem.split_once("__").unwrap_or((stem, ""));
        let file = shown_below(dir, &entry.path);
        let other = if version == "R" && !name.is_empty() {
            let new = migration(&entry, file.clone(), String::new(), name)?;
            let other = repeatable.insert(described(&new), new);
            other.map(|other| (other.file, "name"))
        } else if let Some(key) = version.strip_prefix('V').and_then(numbers) {
            let number = version[1..].replace('_', ".");
            let other = versioned.insert(key, migration(&entry, file.clone(), number, name)?);
            other.map(|other| (other.file, "version"))
        } else if let Some(key) = version.strip_prefix('U').and_then(numbers) {
            let other = undos.insert(key, script(&entry)?.0);
            other.map(|other| (other.shown, "version"))
        } else {
            return Err(unknown(&entry));
        };
        if let Some((other, what)) = other {
            return Err(Error::configuration(format!(
                "{other} and {file} have the same {what}"
            )));
        }
    }
    for (version, undo) in undos {
        match versioned.get_mut(&version) {
            Some(file) => file.down = Some(undo).filter(Text::has_statements),
            None => {
                return Err(Error::configuration(format!(
                    "{} undoes nothing: there is no V file of its version",
                    undo.shown
                )));
            }
        }
    }
    Ok(versioned
        .into_values()
        .chain(repeatable.into_values())
        .collect())
}

fn unknown(entry: &Entry) -> Error {
    Error::configuration(format!(
        "{} is neither a V, U nor R file of Flyway: callbacks and baselines are not converted",
        entry.path.display()
    ))
    .hint("move it out of the folder; what a callback does belongs into a migration")
}

fn migration(entry: &Entry, file: String, version: String, name: &str) -> Result<Foreign> {
    let (up, checksum) = script(entry)?;
    Ok(Foreign {
        version,
        name: name.to_owned(),
        file,
        up,
        down: None,
        checksum: Some(checksum),
    })
}

/// The files of the folder and of those below it.
fn below(dir: &Path) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    for entry in entries(dir)? {
        if entry.path.is_dir() {
            found.extend(below(&entry.path)?);
        } else {
            found.push(entry);
        }
    }
    Ok(found)
}

fn shown_below(dir: &Path, path: &Path) -> String {
    path.strip_prefix(dir).unwrap_or(path).display().to_string()
}

/// The script and its checksum.
fn script(entry: &Entry) -> Result<(Text, String)> {
    let raw = text(&entry.path)?;
    let conf = entry.path.with_file_name(format!("{}.conf", entry.name));
    let conf = if conf.is_file() {
        text(&conf)?
    } else {
        String::new()
    };
    let says = |key: &str| {
        let mut lines = conf.lines().filter_map(|line| line.split_once('='));
        let line = lines.find(|(name, _)| name.trim() == key);
        line.map(|(_, value)| value.trim().to_lowercase())
    };
    let off = |key: &str| says(key).as_deref() == Some("false");
    if says("shouldExecute").is_some_and(|value| value != "true") {
        return Err(conditional(entry));
    }
    let script = Text {
        shown: entry.path.display().to_string(),
        sql: sql_text::canonical(raw.clone()),
        no_transaction: off("executeInTransaction"),
    };
    if !off("placeholderReplacement") {
        no_placeholders(&script)?;
    }
    Ok((script, checksum(&raw)))
}

fn conditional(entry: &Entry) -> Error {
    Error::configuration(format!(
        "{}.conf has shouldExecute: only Flyway can tell whether the migration is to run",
        entry.path.display()
    ))
    .hint("move the migration out of the folder, or take the line out of the file")
}

fn no_placeholders(script: &Text) -> Result<()> {
    let Some(at) = script.sql.find("${") else {
        return Ok(());
    };
    let line = script.sql[..at].matches('\n').count() + 1;
    let name = script.sql[at..].split_inclusive('}').next().unwrap_or("${");
    Err(Error::configuration(format!(
        "{}:{line}: {name} is a placeholder, which only Flyway fills in",
        script.shown
    ))
    .hint_command(
        "write its value into the file, then tell Flyway that the text is another",
        LAYOUT.mend,
    ))
}

/// CRC-32 of the lines without their ends, as Flyway stores it: a signed number. To Java, a carriage
/// return alone ends a line, too.
fn checksum(raw: &str) -> String {
    let mut sum = crc32fast::Hasher::new();
    let text = raw.strip_prefix('\u{feff}').unwrap_or(raw);
    for line in text.split(['\r', '\n']) {
        sum.update(line.as_bytes());
    }
    sum.finalize().cast_signed().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert_eq!(numbers("1.0"), numbers("1"));
        assert!(numbers("2_10") > numbers("2.9"));
        assert_eq!(numbers("20240131120000"), Some(vec![20_240_131_120_000]));
        assert_eq!(numbers("1.x"), None);
    }

    #[test]
    fn line_ends_and_marks_do_not_count_in_the_checksum() {
        assert_eq!(checksum("\u{feff}a\r\nb\n"), checksum("a\nb"));
        assert_eq!(checksum("a\rb\r\r\n"), checksum("a\nb"));
        // The check value of CRC-32, which java.util.zip.CRC32 computes too.
        assert_eq!(
            checksum("1234\n56789"),
            0xcbf4_3926_u32.cast_signed().to_string()
        );
    }
}
