//! Diesel: a folder `2024-01-31-120000_name` with `up.sql`, `down.sql` and perhaps `metadata.toml`.

use std::path::Path;

use serde::Deserialize;

use super::foreign::{Foreign, Text, check_versions, entries, text};
use super::layout::Layout;
use super::record::{Ran, Record, ran_by_version};
use crate::error::{Error, Result};
use crate::sql_text;

pub(super) const LAYOUT: Layout = Layout {
    tool: "diesel",
    table: "__diesel_schema_migrations",
    columns: &[
        "version character varying",
        "run_on timestamp without time zone",
    ],
    select: "version, '', '', true, NULL, \
             to_char(run_on::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    order: "ORDER BY version",
    apply: "diesel migration run",
    mend: "diesel migration list",
    read,
    ran,
};

/// `metadata.toml`. Diesel, too, takes a file without the key for a no.
#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    run_in_transaction: bool,
}

fn ran(records: &[Record], files: &[Foreign]) -> Result<Vec<Ran>> {
    ran_by_version(&LAYOUT, records, files)
}

fn read(dir: &Path) -> Result<Vec<Foreign>> {
    let mut found = Vec::new();
    for entry in entries(dir)? {
        if !entry.path.is_dir() {
            continue;
        }
        if !entry.path.join("up.sql").is_file() {
            return Err(Error::configuration(format!(
                "{} is no migration of diesel: it has no up.sql",
                entry.path.display()
            ))
            .hint("move it out of the folder"));
        }
        let (version, name) = entry.name.split_once('_').unwrap_or((&entry.name, ""));
        let no_transaction = !in_transaction(&entry.path.join("metadata.toml"))?;
        let script = |file: &str| -> Result<Text> {
            let path = entry.path.join(file);
            Ok(Text {
                shown: path.display().to_string(),
                sql: sql_text::canonical(text(&path)?),
                no_transaction,
            })
        };
        let down = entry.path.join("down.sql").is_file();
        let down = down.then(|| script("down.sql")).transpose()?;
        found.push(Foreign {
            version: version.replace('-', ""),
            name: name.to_owned(),
            file: entry.name.clone(),
            up: script("up.sql")?,
            down: down.filter(Text::has_statements),
            checksum: None,
        });
    }
    found.sort_by(|a, b| a.version.cmp(&b.version));
    check_versions(&found)?;
    Ok(found)
}

fn in_transaction(metadata: &Path) -> Result<bool> {
    if !metadata.is_file() {
        return Ok(true);
    }
    let read: Metadata = toml::from_str(&text(metadata)?).map_err(|error| {
        Error::configuration(format!("{}: {}", metadata.display(), error.message()))
    })?;
    Ok(read.run_in_transaction)
}
