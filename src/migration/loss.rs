//! What an undo would throw away: rows of tables that it drops or empties, and rows whose dropped columns
//! say something else than their default.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use tokio_postgres::SimpleQueryRow;

use super::file::MigrationFile;
use crate::error::Result;
use crate::postgres::{Failure, Session, sql};
use crate::report::{DiscardedData, Fate};
use crate::sql_text::{self, Effect, Relation};

/// Something that goes.
#[derive(Debug, Clone)]
pub(super) struct Going {
    pub version: i32,
    pub table: Relation,
    pub column: Option<String>,
    pub fate: Fate,
    /// How many rows, where that is known.
    pub rows: Option<u64>,
}

impl Going {
    /// A table that goes, with all that is in it.
    fn table(version: i32, table: Relation) -> Self {
        Self {
            version,
            table,
            column: None,
            fate: Fate::Dropped,
            rows: None,
        }
    }

    fn is_whole_table(&self) -> bool {
        self.column.is_none() && self.fate == Fate::Dropped
    }

    fn shown(&self) -> String {
        match &self.column {
            Some(column) => format!("{}.{column}", self.table),
            None => self.table.to_string(),
        }
    }
}

/// Something that goes and is there.
struct Existing {
    /// Its place among what goes.
    index: usize,
    /// Its table's oid.
    table: String,
    /// Its key, and those of the table's partitions and children.
    keys: Vec<String>,
    /// The query that counts it.
    count: String,
}

/// What goes, counted.
pub(super) struct Loss {
    /// What holds rows: tables, then columns of those that stay, each with the most rows first.
    pub discarded: Vec<DiscardedData>,
    /// Everything that was looked at. Of a table its oid; of a column its number too, as `16400.2`; of rows that
    /// go from a table that stays, `16400-`.
    pub keys: Vec<String>,
}

/// Counts exactly what the undo files say that they take, and what is not `known`.
///
/// # Errors
/// A lost connection or a missing right to read.
pub(super) async fn told(
    session: &Session,
    files: &[&MigrationFile],
    known: &[String],
) -> Result<Loss> {
    let mut going = Vec::new();
    for file in files {
        let Some(undo) = &file.undo else { continue };
        for statement in sql_text::split(&undo.sql) {
            going.extend(taken(file.version, sql_text::effect(&statement)));
        }
        if undo.directives.drops_created {
            going.extend(created(session, file.version).await?);
        }
    }
    count(session, &going, known).await
}

/// Counts exactly what is there of it and is not `known`.
///
/// # Errors
/// As [`told`].
pub(super) async fn count(session: &Session, going: &[Going], known: &[String]) -> Result<Loss> {
    let mut existing = existing(session, going).await?;
    existing.retain(|found| !known.contains(&found.keys[0]));
    let keys = existing.iter().flat_map(|found| found.keys.clone());
    let keys = keys.collect();
    // What a table that goes holds goes with it.
    let tables: BTreeSet<&str> = existing
        .iter()
        .filter(|found| going[found.index].is_whole_table())
        .map(|found| found.table.as_str())
        .collect();
    let counted = existing.iter().filter(|found| {
        going[found.index].is_whole_table() || !tables.contains(found.table.as_str())
    });
    let counts: Vec<&str> = counted.map(|found| found.count.as_str()).collect();
    if counts.is_empty() {
        return Ok(Loss {
            discarded: Vec::new(),
            keys,
        });
    }
    let rows = session
        .read(&counts.join(" UNION ALL "))
        .await
        .map_err(counting)?;
    let found = rows.iter().filter_map(|row| {
        let index: usize = row.get(0)?.parse().ok()?;
        let rows: u64 = row.get(1)?.parse().ok()?;
        let what: &Going = going.get(index)?;
        (rows > 0).then(|| DiscardedData {
            version: what.version,
            object: what.shown(),
            table: what.table.to_string(),
            column: what.column.clone(),
            fate: what.fate,
            rows,
        })
    });
    let mut discarded: Vec<DiscardedData> = found.collect();
    discarded.sort_by(|a, b| {
        let key = |data: &DiscardedData| (data.column.is_some(), Reverse(data.rows));
        key(a).cmp(&key(b)).then_with(|| a.object.cmp(&b.object))
    });
    Ok(Loss { discarded, keys })
}

fn taken(version: i32, effect: Effect) -> Vec<Going> {
    let whole = |table| Going::table(version, table);
    match effect {
        Effect::DropTables(tables) => tables.into_iter().map(whole).collect(),
        Effect::RemoveRows(tables) => {
            let emptied = |table| Going {
                fate: Fate::Deleted,
                ..whole(table)
            };
            tables.into_iter().map(emptied).collect()
        }
        Effect::DropColumns { table, columns } => {
            let going = |column| Going {
                column: Some(column),
                ..whole(table.clone())
            };
            columns.into_iter().map(going).collect()
        }
        _ => Vec::new(),
    }
}

/// The tables that the migration wrote down as its own.
async fn created(session: &Session, version: i32) -> Result<Vec<Going>> {
    let query = format!(
        "SELECT name FROM hangmeas.created_object WHERE version = {version} AND kind = 'table' \
         ORDER BY name"
    );
    let rows = session.read(&query).await.map_err(counting)?;
    let table = |row: &SimpleQueryRow| {
        let name = row.get(0).unwrap_or_default().to_owned();
        Going::table(version, Relation { schema: None, name })
    };
    Ok(rows.iter().map(table).collect())
}

/// What of it exists, and how to count it.
async fn existing(session: &Session, going: &[Going]) -> Result<Vec<Existing>> {
    let own = |going: &Going| going.table.schema.as_deref() == Some("hangmeas");
    let values = going
        .iter()
        .enumerate()
        .filter(|(_, going)| !own(going))
        .map(|(index, going)| {
            format!(
                "({index}, {}, {})",
                sql::literal(&going.table.sql()),
                going
                    .column
                    .as_deref()
                    .map_or("NULL".to_owned(), sql::literal)
            )
        });
    let values: Vec<String> = values.collect();
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT g.index, pg_get_expr(d.adbin, d.adrelid), \
                quote_ident(a.attname), c.oid, a.attnum, \
                (WITH RECURSIVE below AS ( \
                   SELECT inhrelid AS oid FROM pg_inherits WHERE inhparent = c.oid \
                   UNION SELECT inhrelid FROM pg_inherits JOIN below ON inhparent = below.oid) \
                 SELECT string_agg(below.oid || coalesce('.' || part.attnum, ''), ' ') FROM below \
                   LEFT JOIN pg_attribute part ON part.attrelid = below.oid AND part.attname = g.attribute \
                                              AND NOT part.attisdropped) \
           FROM (VALUES {}) g (index, name, attribute) \
           JOIN pg_class c ON c.oid = to_regclass(g.name) \
           LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = g.attribute AND NOT a.attisdropped \
           LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
          WHERE g.attribute IS NULL OR a.attname IS NOT NULL",
        values.join(", ")
    );
    let rows = session.read(&query).await.map_err(counting)?;
    let found = rows.iter().filter_map(|row| {
        let index: usize = row.get(0)?.parse().ok()?;
        found(going.get(index)?, index, row)
    });
    Ok(found.collect())
}

/// A row of that query.
fn found(going: &Going, index: usize, row: &SimpleQueryRow) -> Option<Existing> {
    let table = going.table.sql();
    let oid: String = row.get(3)?.to_owned();
    let filter = row.get(2).map(|column| {
        let default = row.get(1).unwrap_or("NULL");
        format!(" WHERE {column} IS NOT NULL AND {column} IS DISTINCT FROM ({default})")
    });
    let whole = match row.get(4) {
        Some(number) => format!("{oid}.{number}"),
        None => oid.clone(),
    };
    let below = row.get(5).unwrap_or_default().split_ascii_whitespace();
    let mark = match going.fate {
        Fate::Dropped => "",
        Fate::Deleted => "-",
    };
    let keys = std::iter::once(whole.as_str()).chain(below);
    Some(Existing {
        index,
        keys: keys.map(|key| format!("{key}{mark}")).collect(),
        table: oid,
        count: match going.rows {
            Some(rows) => format!("SELECT {index}, {rows}::bigint"),
            None => format!(
                "SELECT {index}, count(*) FROM {table}{}",
                filter.unwrap_or_default()
            ),
        },
    })
}

pub(super) fn counting(failure: Failure) -> crate::error::Error {
    failure.while_doing("counting the rows that the rollback would throw away")
}
