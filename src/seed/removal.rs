//! Removes what earlier runs put into the database, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::SimpleQueryRow;

use super::history::{Run, filled};
use super::live::Live;
use super::pointers::pointers;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::Session;
use crate::postgres::sql::{identifier, literal};
use crate::report::words::count;
use crate::seed::failed;

/// What to do about rows of others that point to rows of ours.
const ADVICE: &str = "rows of the shop refer to seeded ones: remove those first, or use --append";

/// Removes the rows of earlier runs, and the memory of them. Tables that hold nothing else are
/// emptied, the others row by row; `order` is the order in which rows can be inserted.
///
/// # Errors
/// Kind `Seed` when rows of others refer to rows of ours.
pub async fn remove(session: &Session, live: &Live, runs: &[Run], order: &[&str]) -> Result<()> {
    if runs.is_empty() {
        return Ok(());
    }
    let filled = filled(live, runs);
    let emptied = emptied(session, &filled).await?;
    if let Some(refusal) = orphans(session, live, &filled, &emptied).await? {
        return Err(refusal);
    }
    if !emptied.is_empty() {
        let names: Vec<String> = emptied.iter().map(|table| identifier(table)).collect();
        run(session, &format!("TRUNCATE {}", names.join(", "))).await?;
    }
    for table in order
        .iter()
        .rev()
        .filter(|table| !emptied.contains(**table))
    {
        if let Some(made) = filled.get(table) {
            let delete = format!("DELETE FROM {} WHERE {made}", identifier(table));
            run(session, &delete).await?;
        }
    }
    run(session, "DELETE FROM hangmeas.seed_run").await
}

async fn run(session: &Session, script: &str) -> Result<()> {
    let done = session.run(script).await;
    done.map(drop).map_err(|failure| {
        let refers = failure.code() == Some("23503");
        let error = failed(failure, "removing what earlier runs made");
        if refers { error.hint(ADVICE) } else { error }
    })
}

/// Why these runs cannot be removed, where that is so.
///
/// # Errors
/// The server's refusal.
pub async fn in_use(session: &Session, live: &Live, runs: &[Run]) -> Result<Option<Error>> {
    let filled = filled(live, runs);
    let emptied = emptied(session, &filled).await?;
    orphans(session, live, &filled, &emptied).await
}

/// The refusal to take from rows of others what they point to, also where no foreign key does.
async fn orphans(
    session: &Session,
    live: &Live,
    filled: &BTreeMap<&str, String>,
    emptied: &BTreeSet<&str>,
) -> Result<Option<Error>> {
    let mut others = Vec::new();
    let parents: Vec<&str> = filled.keys().copied().collect();
    for pointer in pointers(session, live, &parents).await? {
        if emptied.contains(pointer.child.as_str()) {
            continue;
        }
        let own = filled.get(pointer.child.as_str());
        let own = own.map_or_else(String::new, |made| format!("({made}) IS NOT TRUE AND "));
        let (from, condition) = (&pointer.from, pointer.condition(filled));
        others.push((
            literal(&format!("{}.{}", pointer.child, pointer.column)),
            format!("{from} AS referring WHERE {own}{condition}"),
        ));
    }
    // To count in all of them at once, the server would compile for minutes: first, where there is one.
    let one =
        |(name, rows): &(_, String)| format!("SELECT {name} WHERE EXISTS (SELECT FROM {rows})");
    let found = look(session, others.iter().map(one)).await?;
    let found: BTreeSet<String> = found
        .iter()
        .filter_map(|row| row.get(0).map(literal))
        .collect();
    let found = others.iter().filter(|(name, _)| found.contains(name));
    let all = |(name, rows): &(String, String)| format!("SELECT {name}, count(*) FROM {rows}");
    let counted = look(session, found.map(all)).await?;
    let mut columns = BTreeMap::<&str, u64>::new();
    for row in &counted {
        if let (Some(column), Some(Ok(rows))) = (row.get(0), row.get(1).map(str::parse)) {
            // A column may be known as a pointer twice, by its key and by its name.
            let most = columns.entry(column).or_default();
            *most = (*most).max(rows);
        }
    }
    let lines = columns.into_iter();
    let lines = lines.map(|(column, rows)| format!("{column} of {}", count(rows, "row")));
    let lines: Vec<String> = lines.collect();
    Ok((!lines.is_empty()).then(|| {
        let message = "what earlier runs made is in use: it cannot be removed";
        Error::new(ErrorKind::Seed, message)
            .detail("what refers to it and is not of these runs:")
            .details(lines)
            .hint(ADVICE)
    }))
}

/// The rows of all these queries.
async fn look(
    session: &Session,
    queries: impl Iterator<Item = String>,
) -> Result<Vec<SimpleQueryRow>> {
    let queries: Vec<String> = queries.collect();
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let rows = session.run(&queries.join(" UNION ALL ")).await;
    rows.map_err(|failure| failed(failure, "looking who refers to seeded rows"))
}

/// The tables that hold nothing but our rows, and to which no other table points.
async fn emptied<'a>(
    session: &Session,
    filled: &BTreeMap<&'a str, String>,
) -> Result<BTreeSet<&'a str>> {
    let mut ours = BTreeSet::new();
    for (table, made) in filled {
        let query = format!(
            "SELECT 1 FROM {} WHERE ({made}) IS NOT TRUE LIMIT 1",
            identifier(table)
        );
        let rows = session.run(&query).await;
        let rows = rows.map_err(|failure| failed(failure, "looking for rows of others"))?;
        if rows.is_empty() {
            ours.insert(*table);
        }
    }
    let keys = "SELECT conrelid::regclass::text AS child, c.relname AS parent FROM pg_constraint k \
                JOIN pg_class c ON c.oid = k.confrelid WHERE k.contype = 'f'";
    let keys = session.run(keys).await;
    let keys = keys.map_err(|failure| failed(failure, "reading keys"))?;
    loop {
        let pointed = keys.iter().find_map(|key| {
            let parent = ours.get(key.get("parent")?).copied()?;
            let child = key.get("child")?.trim_matches('"');
            (!ours.contains(child)).then_some(parent)
        });
        match pointed {
            Some(parent) => ours.remove(parent),
            None => return Ok(ours),
        };
    }
}
