//! golang-migrate: `000001_name.up.sql` and `000001_name.down.sql`; its table holds one row, the
//! version that the database is at.

use std::collections::BTreeMap;
use std::path::Path;

use super::foreign::{Entry, Foreign, Text, files, numbered, text};
use super::layout::Layout;
use super::record::{Ran, Record, without_file};
use crate::error::{Error, Result};
use crate::sql_text;

pub(super) const LAYOUT: Layout = Layout {
    tool: "golang-migrate",
    table: "schema_migrations",
    columns: &["version bigint", "dirty boolean"],
    select: "version, '', '', NOT dirty, NULL, NULL",
    order: "",
    apply: "migrate -path DIR -database URL up",
    mend: "migrate -path DIR -database URL force VERSION",
    read,
    ran,
};

fn ran(records: &[Record], files: &[Foreign]) -> Result<Vec<Ran>> {
    let Some(record) = records.first() else {
        return Ok(Vec::new());
    };
    let version = record.version.as_deref().unwrap_or_default();
    if !record.ended {
        return Err(Error::refused(format!(
            "version {version} is dirty: it failed here under golang-migrate, perhaps half-way"
        ))
        .hint_command("repair the schema, then say where it stands", LAYOUT.mend));
    }
    match files.iter().position(|file| file.version == version) {
        Some(last) => Ok((0..=last).map(applied).collect()),
        None => Err(without_file(&LAYOUT, &[version])),
    }
}

/// When, the table does not say.
fn applied(index: usize) -> Ran {
    Ran {
        index,
        applied_on: None,
    }
}

fn read(dir: &Path) -> Result<Vec<Foreign>> {
    let mut ups: BTreeMap<u64, Foreign> = BTreeMap::new();
    let mut downs: BTreeMap<u64, Text> = BTreeMap::new();
    for entry in files(dir)? {
        // golang-migrate, too, passes over other names.
        let Some((version, name, up)) = parts(&entry.name)? else {
            continue;
        };
        let script = script(&entry)?;
        if !up {
            downs.insert(version, script);
            continue;
        }
        let migration = Foreign {
            version: version.to_string(),
            name: name.to_owned(),
            file: entry.name.clone(),
            up: script,
            down: None,
            checksum: None,
        };
        if let Some(other) = ups.insert(version, migration) {
            return Err(Error::configuration(format!(
                "{} and {} have the same version",
                other.file, entry.name
            )));
        }
    }
    for (version, down) in downs {
        // A down file alone is allowed there, and never runs as part of an up.
        if let Some(up) = ups.get_mut(&version) {
            up.down = Some(down).filter(Text::has_statements);
        }
    }
    Ok(ups.into_values().collect())
}

fn script(entry: &Entry) -> Result<Text> {
    Ok(Text {
        shown: entry.path.display().to_string(),
        sql: sql_text::canonical(text(&entry.path)?),
        no_transaction: false,
    })
}

/// Version, title, and whether it goes up.
fn parts(file: &str) -> Result<Option<(u64, &str, bool)>> {
    let Some((digits, rest)) = numbered(file) else {
        return Ok(None);
    };
    let (name, up) = match (rest.strip_suffix(".up.sql"), rest.strip_suffix(".down.sql")) {
        (Some(name), _) => (name, true),
        (_, Some(name)) => (name, false),
        _ => return Ok(None),
    };
    let version = digits
        .parse()
        .map_err(|_| Error::configuration(format!("{file}: version {digits} is too large")))?;
    Ok(Some((version, name, up)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let up = parts("000012_add_x.up.sql").expect("parts");
        assert_eq!(up, Some((12, "add_x", true)));
        let down = parts("7_x.down.sql").expect("parts");
        assert_eq!(down, Some((7, "x", false)));
        assert_eq!(parts("7_x.sql").expect("parts"), None);
        assert_eq!(parts("readme.up.sql").expect("parts"), None);
        assert!(parts("99999999999999999999999_x.up.sql").is_err());
    }
}
