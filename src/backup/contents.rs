//! What is really in a dump: its table of contents, and the rows that `pg_restore` reads out of it.
//! Needed because an exit status and an intact `toc.dat` prove neither.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, BufReader};

use super::child::{Child, program};
use super::manifest::{Manifest, TableRows};
use super::tools::Tool;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::Interrupt;

/// Checks that the table of contents has the data of every table.
///
/// # Errors
/// Kind `Backup` with the tables that are missing, or when `pg_restore` cannot read it.
pub(super) async fn check_listing(
    pg_restore: &Tool,
    dump: &Path,
    tables: &[TableRows],
    interrupt: &Interrupt,
) -> Result<()> {
    let mut text = String::new();
    read(
        pg_restore,
        dump,
        &["--list"],
        interrupt,
        async |mut lines| {
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).await? > 0 {
                text.push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
            Ok(())
        },
    )
    .await?;
    let listed: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once(" TABLE DATA ").map(|(_, rest)| rest))
        .collect();
    // The names stand there without quotes, so a prefix is all that can be compared.
    let absent = tables.iter().filter(|table| {
        let words = format!("{} {} ", table.schema, table.name).replace(['\n', '\r'], " ");
        !listed.iter().any(|entry| entry.starts_with(&words))
    });
    let absent: Vec<_> = absent
        .map(|table| format!("{}.{} is not in the dump", table.schema, table.name))
        .collect();
    if absent.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Backup,
        "pg_dump left tables out, although it reported success",
    )
    .details(absent)
    .hint("was the schema changed meanwhile? run the backup again"))
}

/// Reads every row out of the dump and compares their number with the manifest: one line for each
/// table that differs.
pub(super) async fn compare_rows(
    pg_restore: &Tool,
    dump: &Path,
    manifest: &Manifest,
    interrupt: &Interrupt,
) -> Result<Vec<String>> {
    let mut counted = BTreeMap::new();
    read(
        pg_restore,
        dump,
        &["--data-only", "--file=-"],
        interrupt,
        async |lines| {
            counted = count_copies(lines).await?;
            Ok(())
        },
    )
    .await?;
    let differing = manifest.tables.iter().filter_map(|table| {
        let found = counted.get(&super::facts::quoted(&table.schema, &table.name));
        match found {
            Some(rows) if *rows == table.rows => None,
            Some(rows) => Some(format!(
                "{}.{} has {rows} rows in the dump instead of {}",
                table.schema, table.name, table.rows
            )),
            None => Some(format!(
                "{}.{} is not in the dump",
                table.schema, table.name
            )),
        }
    });
    Ok(differing.collect())
}

/// Runs `pg_restore` without a server and hands its output to `take`.
async fn read(
    pg_restore: &Tool,
    dump: &Path,
    arguments: &[&str],
    interrupt: &Interrupt,
    take: impl AsyncFnOnce(BufReader<tokio::process::ChildStdout>) -> std::io::Result<()>,
) -> Result<()> {
    let mut command = program(&pg_restore.path, None);
    command.args(arguments).arg(dump).stdout(Stdio::piped());
    let mut child = Child::start(command)?;
    let stdout = child
        .stdout()
        .ok_or_else(|| Error::bug("a child without standard output"))?;
    let lines = BufReader::with_capacity(256 * 1024, stdout);
    let taken = async {
        take(lines).await.map_err(|error| {
            Error::new(
                ErrorKind::Backup,
                format!("reading from pg_restore failed: {error}"),
            )
        })
    };
    let outcome = tokio::try_join!(child.watch(interrupt, |_| false), taken);
    if let Err(error) = outcome {
        child.stop().await;
        return Err(error);
    }
    Ok(())
}

/// Rows per `COPY` in the text that `pg_restore` writes, by the table's quoted name.
async fn count_copies(
    mut text: impl AsyncBufRead + Unpin,
) -> std::io::Result<BTreeMap<String, i64>> {
    let mut counted = BTreeMap::new();
    let mut table: Option<String> = None;
    let mut rows = 0;
    let mut line = Vec::new();
    while text.read_until(b'\n', &mut line).await? > 0 {
        match &table {
            Some(name) if line == b"\\.\n" => {
                *counted.entry(name.clone()).or_insert(0) += rows;
                table = None;
                rows = 0;
            }
            Some(_) => rows += 1,
            None => table = copied_table(&line),
        }
        line.clear();
    }
    Ok(counted)
}

/// `COPY public."odd name" (id, …) FROM stdin;` → `"public"."odd name"`.
fn copied_table(line: &[u8]) -> Option<String> {
    let rest = line.strip_prefix(b"COPY ")?;
    line.ends_with(b" FROM stdin;\n").then_some(())?;
    let text = std::str::from_utf8(rest).ok()?;
    let (schema, after) = name(text)?;
    let (table, _) = name(after.strip_prefix('.')?)?;
    Some(super::facts::quoted(&schema, &table))
}

/// The identifier at the start of the text, unquoted, and what follows it.
fn name(text: &str) -> Option<(String, &str)> {
    let Some(body) = text.strip_prefix('"') else {
        let end = text.find(['.', ' '])?;
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut out = String::new();
    let mut rest = body;
    loop {
        let (before, after) = rest.split_once('"')?;
        out.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                out.push('"');
                rest = more;
            }
            None => return Some((out, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_table_of_a_copy() {
        let table = |line: &str| copied_table(format!("{line}\n").as_bytes());
        let plain = table("COPY public.votes (id, \"row\") FROM stdin;");
        assert_eq!(plain.as_deref(), Some("\"public\".\"votes\""));
        let odd = table("COPY \"a.b\".\"x \"\" (y\" (id) FROM stdin;");
        assert_eq!(odd.as_deref(), Some("\"a.b\".\"x \"\" (y\""));
        let none = table("COPY public.empty  FROM stdin;");
        assert_eq!(none.as_deref(), Some("\"public\".\"empty\""));
        assert_eq!(table("SELECT 1;"), None);
        assert_eq!(table("COPY public.votes (id) TO stdout;"), None);
    }

    #[test]
    fn counts_rows_and_nothing_else() {
        let text = "SET x = 1;\n\nCOPY public.a (id) FROM stdin;\n1\nCOPY b.c (x) FROM stdin;\n\\N\n\n\\.\n\n\
                    COPY public.b (id) FROM stdin;\n\\.\n";
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("runtime");
        let counted = runtime
            .block_on(count_copies(text.as_bytes()))
            .expect("read");
        let expected = [
            ("\"public\".\"a\"".to_owned(), 4),
            ("\"public\".\"b\"".to_owned(), 0),
        ];
        assert_eq!(counted, expected.into_iter().collect());
    }
}
