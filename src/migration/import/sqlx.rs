//! sqlx: `20240131120000_name.sql`, or `.up.sql` and `.down.sql`; `-- no-transaction` at the top.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha384};

use super::foreign::{Foreign, Text, files, text};
use super::layout::Layout;
use super::record::{Ran, Record, ran_by_version};
use crate::error::{Error, Result};
use crate::sql_text;

pub(super) const LAYOUT: Layout = Layout {
    tool: "sqlx",
    table: "_sqlx_migrations",
    columns: &[
        "version bigint",
        "description text",
        "installed_on timestamp with time zone",
        "success boolean",
        "checksum bytea",
        "execution_time bigint",
    ],
    select: "version, description, '', success, encode(checksum, 'hex'), \
             to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    order: "ORDER BY version",
    apply: "sqlx migrate run",
    mend: "sqlx migrate info",
    read,
    ran,
};

/// What sqlx looks for at the very beginning of a file.
const NO_TRANSACTION: &str = "-- no-transaction";

fn ran(records: &[Record], files: &[Foreign]) -> Result<Vec<Ran>> {
    ran_by_version(&LAYOUT, records, files)
}

fn read(dir: &Path) -> Result<Vec<Foreign>> {
    let mut ups: BTreeMap<i64, Foreign> = BTreeMap::new();
    let mut downs: BTreeMap<i64, Text> = BTreeMap::new();
    for entry in files(dir)? {
        // sqlx, too, passes over other names.
        let Some((version, rest)) = entry.name.split_once('_') else {
            continue;
        };
        let Some(stem) = rest.strip_suffix(".sql") else {
            continue;
        };
        let shown = entry.path.display().to_string();
        let version: i64 = version
            .parse()
            .map_err(|_| Error::configuration(format!("{shown}: {version:?} is no version")))?;
        let raw = text(&entry.path)?;
        let script = Text {
            shown: shown.clone(),
            no_transaction: raw.starts_with(NO_TRANSACTION),
            sql: sql_text::canonical(raw.clone()),
        };
        if stem.ends_with(".down") {
            downs.insert(version, script);
            continue;
        }
        let name = stem.strip_suffix(".up").unwrap_or(stem);
        let up = Foreign {
            version: version.to_string(),
            name: name.to_owned(),
            file: entry.name.clone(),
            up: script,
            down: None,
            checksum: Some(checksum(&raw)),
        };
        if let Some(other) = ups.insert(version, up) {
            return Err(Error::configuration(format!(
                "{} and {} have the same version",
                other.file, entry.name
            )));
        }
    }
    for (version, down) in downs {
        match ups.get_mut(&version) {
            Some(up) => up.down = Some(down).filter(Text::has_statements),
            None => {
                return Err(Error::configuration(format!(
                    "{} undoes nothing: there is no up file of its version",
                    down.shown
                )));
            }
        }
    }
    Ok(ups.into_values().collect())
}

fn checksum(raw: &str) -> String {
    let mut hex = String::new();
    for byte in Sha384::digest(raw) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
