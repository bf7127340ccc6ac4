//! Another tool's history table: found by name, held to its shape, only read.

use std::collections::BTreeMap;

use super::foreign::Foreign;
use super::layout::Layout;
use crate::error::{Error, Result};
use crate::postgres::{Session, sql};
use crate::report::words;

/// How many versions without a file an error names.
const SHOWN: usize = 5;

/// A row of the table, in the columns that every layout selects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// The version, as the tool writes it.
    pub version: Option<String>,
    /// The tool's name for the migration.
    pub name: String,
    /// What kind of row it is, where the tool has kinds.
    pub kind: String,
    /// Whether the migration ended well.
    pub ended: bool,
    /// The checksum of what ran.
    pub checksum: Option<String>,
    /// When, RFC 3339 in UTC.
    pub applied_on: Option<String>,
}

/// A migration that ran: the place of its file in the list, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ran {
    pub index: usize,
    pub applied_on: Option<String>,
}

/// The table as it was found.
#[derive(Debug)]
pub(super) struct Records {
    /// Its quoted name.
    pub table: String,
    pub rows: Vec<Record>,
}

/// Reads the table; nothing when there is none of that name.
pub(super) async fn read(
    session: &Session,
    layout: &Layout,
    table: Option<&str>,
) -> Result<Option<Records>> {
    let wanted = table.unwrap_or(layout.table);
    let doing = format!("reading {wanted}, the history of {},", layout.tool);
    let found = session.read(&shape_query(wanted)).await;
    let found = found.map_err(|failure| failure.while_doing(&doing))?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    let (name, columns) = (
        row.get(0).unwrap_or_default(),
        row.get(1).unwrap_or_default(),
    );
    check_shape(layout, name, columns)?;
    let query = format!("SELECT {} FROM {name} {}", layout.select, layout.order);
    let rows = session.read(&query).await;
    let rows = rows.map_err(|failure| failure.while_doing(&doing))?;
    let text = |row: &tokio_postgres::SimpleQueryRow, column| row.get(column).map(str::to_owned);
    let rows = rows.iter().map(|row| Record {
        version: text(row, 0),
        name: text(row, 1).unwrap_or_default(),
        kind: text(row, 2).unwrap_or_default(),
        ended: row.get(3) != Some("f"),
        checksum: text(row, 4),
        applied_on: text(row, 5),
    });
    Ok(Some(Records {
        table: name.to_owned(),
        rows: rows.collect(),
    }))
}

fn shape_query(table: &str) -> String {
    format!(
        "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), \
         string_agg(a.attname || ' ' || format_type(a.atttypid, NULL), ', ' ORDER BY a.attname) \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         WHERE c.oid = to_regclass({}) GROUP BY 1",
        sql::literal(table)
    )
}

fn check_shape(layout: &Layout, table: &str, columns: &str) -> Result<()> {
    let mut expected = layout.columns.to_vec();
    expected.sort_unstable();
    let expected = expected.join(", ");
    if columns == expected {
        return Ok(());
    }
    Err(Error::refused(format!(
        "{table} is not the history of {}: it has other columns",
        layout.tool
    ))
    .detail(format!("expected: {expected}"))
    .detail(format!("found:    {columns}")))
}

/// What ran, for a tool that writes one row for each version.
pub(super) fn ran_by_version(
    layout: &Layout,
    records: &[Record],
    files: &[Foreign],
) -> Result<Vec<Ran>> {
    let by_version: BTreeMap<&str, usize> = files
        .iter()
        .enumerate()
        .map(|(index, file)| (file.version.as_str(), index))
        .collect();
    let mut ran = Vec::new();
    let mut homeless = Vec::new();
    for record in records {
        let version = record.version.as_deref().unwrap_or_default();
        let Some(index) = by_version.get(version).copied() else {
            homeless.push(version);
            continue;
        };
        check_record(layout, record, &files[index])?;
        ran.push(Ran {
            index,
            applied_on: record.applied_on.clone(),
        });
    }
    if homeless.is_empty() {
        Ok(ran)
    } else {
        Err(without_file(layout, &homeless))
    }
}

/// Refuses a row whose migration failed, or whose file is another now.
pub(super) fn check_record(layout: &Layout, record: &Record, file: &Foreign) -> Result<()> {
    if !record.ended {
        return Err(failed(layout, &file.file));
    }
    let changed =
        record.checksum.is_some() && file.checksum.is_some() && record.checksum != file.checksum;
    if changed {
        return Err(Error::refused(format!(
            "{} is not the text that ran here: its checksum is another",
            file.file
        ))
        .hint("put the file back as it was when it ran")
        .hint_command("or let the tool take it as it is", layout.mend));
    }
    Ok(())
}

/// The error for a migration that failed under the tool.
pub(super) fn failed(layout: &Layout, what: &str) -> Error {
    Error::refused(format!("{what} failed here under {}", layout.tool))
        .hint_command("put that in order first", layout.mend)
}

/// The error for versions that ran and have no file.
pub(super) fn without_file(layout: &Layout, versions: &[&str]) -> Error {
    let shown = versions.iter().take(SHOWN).copied();
    let mut error = Error::refused(format!(
        "{} of {} ran here and {} no file in the folder",
        words::count(versions.len(), "migration"),
        layout.tool,
        if versions.len() == 1 { "has" } else { "have" }
    ))
    .details(shown.map(|version| format!("version {version}")));
    if versions.len() > SHOWN {
        error = error.detail(format!("… and {} more", versions.len() - SHOWN));
    }
    error
        .hint("is it the folder of this database, and the table of this tool? Rails' schema_migrations looks like dbmate's")
        .hint("name the table with --history-table, or convert the files alone with --files-only")
}

#[cfg(test)]
mod tests {
    use super::super::{dbmate, sqlx};
    use super::*;

    fn file(version: &str, checksum: Option<&str>) -> Foreign {
        let up = super::super::foreign::Text {
            shown: "f".to_owned(),
            sql: "select 1".to_owned(),
            no_transaction: false,
        };
        Foreign {
            version: version.to_owned(),
            name: "x".to_owned(),
            file: format!("{version}_x.sql"),
            up,
            down: None,
            checksum: checksum.map(str::to_owned),
        }
    }

    fn record(version: &str, ended: bool, checksum: Option<&str>) -> Record {
        Record {
            version: Some(version.to_owned()),
            ended,
            checksum: checksum.map(str::to_owned),
            ..Record::default()
        }
    }

    #[test]
    fn rows_are_matched_by_version() {
        let files = [file("1", None), file("2", None)];
        let ran = ran_by_version(&dbmate::LAYOUT, &[record("2", true, None)], &files);
        assert_eq!(ran.expect("ran")[0].index, 1);
        let error = ran_by_version(&dbmate::LAYOUT, &[record("7", true, None)], &files);
        assert!(error.expect_err("no file").to_string().contains("no file"));
    }

    #[test]
    fn failed_and_changed_ones_are_refused() {
        let files = [file("1", Some("aa"))];
        let ran = |record| ran_by_version(&sqlx::LAYOUT, &[record], &files);
        assert!(ran(record("1", true, Some("aa"))).is_ok());
        assert!(ran(record("1", true, Some("bb"))).is_err());
        assert!(ran(record("1", false, Some("aa"))).is_err());
    }

    #[test]
    fn another_shape_is_shown() {
        let columns = "dirty boolean, version bigint";
        let error = check_shape(&dbmate::LAYOUT, "public.schema_migrations", columns);
        assert!(error.expect_err("shape").detail_lines()[1].contains("dirty boolean"));
        assert!(check_shape(&dbmate::LAYOUT, "t", "version character varying").is_ok());
    }
}
