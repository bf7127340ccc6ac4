//! dbmate: `20240131120000_name.sql` with `-- migrate:up` and `-- migrate:down`.

use std::path::Path;

use super::foreign::{Foreign, Text, check_versions, files, text};
use super::layout::Layout;
use super::record::{Ran, Record, ran_by_version};
use crate::error::{Error, Result};
use crate::sql_text;

pub(super) const LAYOUT: Layout = Layout {
    tool: "dbmate",
    table: "schema_migrations",
    columns: &["version character varying"],
    select: "version, '', '', true, NULL, NULL",
    order: "ORDER BY version",
    apply: "dbmate up",
    mend: "dbmate status",
    read,
    ran,
};

fn ran(records: &[Record], files: &[Foreign]) -> Result<Vec<Ran>> {
    ran_by_version(&LAYOUT, records, files)
}

fn read(dir: &Path) -> Result<Vec<Foreign>> {
    let mut found = Vec::new();
    for entry in files(dir)? {
        let stem = entry.name.strip_suffix(".sql");
        // dbmate, too, takes what begins with a digit and nothing else.
        let Some(stem) = stem.filter(|stem| stem.starts_with(|c: char| c.is_ascii_digit())) else {
            continue;
        };
        let end = stem.find(|c: char| !c.is_ascii_digit());
        let (version, name) = stem.split_at(end.unwrap_or(stem.len()));
        let shown = entry.path.display().to_string();
        let (up, down) = sections(&shown, &sql_text::canonical(text(&entry.path)?))?;
        found.push(Foreign {
            version: version.to_owned(),
            name: name.trim_start_matches('_').to_owned(),
            file: entry.name.clone(),
            up,
            down: Some(down).filter(Text::has_statements),
            checksum: None,
        });
    }
    check_versions(&found)?;
    Ok(found)
}

/// The two sections of a file; blank lines keep their places.
fn sections(shown: &str, text: &str) -> Result<(Text, Text)> {
    let lines: Vec<&str> = text.lines().collect();
    let find = |word| lines.iter().position(|line| options(line, word).is_some());
    let (Some(up), down) = (find("migrate:up"), find("migrate:down")) else {
        return Err(Error::configuration(format!(
            "{shown} has no line `-- migrate:up`"
        )));
    };
    let before = lines[..up].join("\n");
    if !sql_text::split(&before).is_empty() {
        return Err(Error::configuration(format!(
            "{shown} has statements before `-- migrate:up`"
        )));
    }
    let end = down.unwrap_or(lines.len());
    if end < up {
        return Err(Error::configuration(format!(
            "{shown} has `-- migrate:down` before `-- migrate:up`"
        )));
    }
    let section = |from: usize, to: usize, word| Text {
        shown: shown.to_owned(),
        sql: "\n".repeat(from + 1) + &lines[(from + 1).min(to)..to].join("\n"),
        no_transaction: lines
            .get(from)
            .and_then(|line| options(line, word))
            .is_some_and(|options| options.contains(&"transaction:false")),
    };
    Ok((
        section(up, end, "migrate:up"),
        section(end, lines.len(), "migrate:down"),
    ))
}

/// The options of a section's first line, if that is what the line is.
fn options<'a>(line: &'a str, word: &str) -> Option<Vec<&'a str>> {
    let mut words = line.strip_prefix("--")?.split_whitespace();
    (words.next()? == word).then(|| words.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_their_options_are_read() {
        let text =
            "-- about\n--  migrate:up transaction:false\nselect 1;\n\n-- migrate:down\nselect 2;";
        let (up, down) = sections("f", text).expect("sections");
        assert_eq!((up.sql.trim(), up.no_transaction), ("select 1;", true));
        assert_eq!((down.sql.trim(), down.no_transaction), ("select 2;", false));
        assert!(up.sql.starts_with("\n\nselect 1"), "{:?}", up.sql);
        let (_, down) = sections("f", "-- migrate:up\nselect 1").expect("no down");
        assert!(!down.has_statements());
    }

    #[test]
    fn what_dbmate_refuses_is_refused() {
        assert!(sections("f", "select 1").is_err());
        assert!(sections("f", "select 1;\n-- migrate:up\nselect 2").is_err());
        assert!(sections("f", "-- migrate:down\n-- migrate:up\n").is_err());
    }
}
