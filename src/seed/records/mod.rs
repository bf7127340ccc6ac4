//! Fixed records: each is looked up by its natural key; what is there is left alone, what is not is
//! planned with its id, so that the plan can be printed before anything is written.

mod events;
mod offers;
mod people;
mod shop;
mod show;
mod value;

pub use events::{FixedEvents, generated as generated_events};
pub use offers::{
    Offers, Promotions, bonuses_given, offers, promotion_rows, promotions,
    stage as artists_and_organizers,
};
pub use people::{Taken, people};
pub use shop::{Shop, shop};
pub use show::{fixed as fixed_seasons, generated as generated_seasons};
pub use value::Value;

use std::collections::HashMap;

use super::clock::{self, Micros};
use super::history::{self, Run};
use super::live::{Live, Table};
use super::plan::TABLES;
use crate::error::Result;
use crate::postgres::Session;
use crate::postgres::copy::Wire;
use crate::postgres::sql::{identifier, literal};
use crate::seed::failed;

/// Cells of one row, by column.
pub type Cells = Vec<(&'static str, Value)>;

/// New rows of one table, and how many were there.
#[derive(Debug, Default, Clone)]
pub struct Batch {
    /// Rows to insert; the id is the first cell.
    pub rows: Vec<Cells>,
    /// Records that exist.
    pub found: u64,
}

/// Where records are collected.
#[derive(Debug)]
pub struct Desk<'a> {
    session: &'a Session,
    /// The tables.
    pub live: &'a Live,
    /// Now.
    pub as_of: Micros,
    /// When records were made that do not say it themselves.
    opened: Micros,
    leaving: &'a [Run],
    next: HashMap<String, i64>,
    order: Vec<&'static str>,
    batches: HashMap<&'static str, Batch>,
}

impl<'a> Desk<'a> {
    /// An empty desk of a shop that `opened` then; reads where ids go on. Rows that runs which are `leaving` made count as gone.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn open(
        session: &'a Session,
        live: &'a Live,
        (as_of, opened): (Micros, Micros),
        leaving: &'a [Run],
    ) -> Result<Self> {
        let present = TABLES.iter().filter(|table| live.table(table).is_some());
        let parts: Vec<String> = present
            .map(|table| {
                let (name, rows) = (literal(table), history::without(live, leaving, table));
                format!("SELECT {name} AS name, COALESCE(max(id), 0) AS last FROM {rows}")
            })
            .collect();
        let rows = session.run(&parts.join(" UNION ALL ")).await;
        let rows = rows.map_err(|failure| failed(failure, "reading the last ids"))?;
        let next = rows.iter().map(|row| {
            let last: i64 = row.get("last").and_then(|id| id.parse().ok()).unwrap_or(0);
            (row.get("name").unwrap_or_default().to_owned(), last + 1)
        });
        Ok(Self {
            next: next.collect(),
            session,
            live,
            as_of,
            opened,
            leaving,
            order: Vec::new(),
            batches: HashMap::new(),
        })
    }

    /// What to select from, to see the rows of a table that stay.
    #[must_use]
    pub fn rows(&self, table: &str) -> String {
        history::without(self.live, self.leaving, table)
    }

    /// Returns when the user wants to stop.
    pub async fn interrupted(&self) {
        self.session.interrupt().wait().await;
    }

    /// Takes `count` ids of a table: the first of them.
    pub fn take_ids(&mut self, table: &str, count: u64) -> i64 {
        let next = self.next.entry(table.to_owned()).or_insert(1);
        let first = *next;
        *next += count.cast_signed();
        first
    }

    /// Where the ids of every table go on.
    #[must_use]
    pub fn next_ids(&self) -> HashMap<String, i64> {
        self.next.clone()
    }

    /// Adds a row with the next id.
    pub fn add(&mut self, table: &'static str, cells: Cells) -> i64 {
        let id = self.take_ids(table, 1);
        let mut row = vec![("id", Value::Int(id))];
        row.extend(cells);
        self.add_planned(table, row);
        id
    }

    /// Adds a row that has an id already.
    pub fn add_planned(&mut self, table: &'static str, mut row: Cells) {
        for (column, at) in [("created_at", self.opened), ("updated_at", self.as_of)] {
            if !row.iter().any(|(name, _)| *name == column) {
                row.push((column, Value::Time(at)));
            }
        }
        self.batch(table).rows.push(row);
    }

    fn batch(&mut self, table: &'static str) -> &mut Batch {
        if !self.order.contains(&table) {
            self.order.push(table);
        }
        self.batches.entry(table).or_default()
    }

    /// Ids of the rows whose key is one of these, by key.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn existing(
        &mut self,
        table: &'static str,
        key: &str,
        wanted: impl IntoIterator<Item = &str>,
    ) -> Result<HashMap<String, i64>> {
        self.live.require(table)?;
        let list: Vec<String> = wanted.into_iter().map(literal).collect();
        if list.is_empty() {
            return Ok(HashMap::new());
        }
        let query = format!(
            "SELECT {key} AS key, min(id) AS id FROM {} WHERE {key} IN ({}) GROUP BY 1",
            self.rows(table),
            list.join(", ")
        );
        self.found(table, &query).await
    }

    /// The same, for rows that belong to one parent.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn children(
        &mut self,
        table: &'static str,
        key: &str,
        (column, parent): (&str, i64),
    ) -> Result<HashMap<String, i64>> {
        let query = format!(
            "SELECT {key} AS key, min(id) AS id FROM {} WHERE {column} = {parent} GROUP BY 1",
            self.rows(table)
        );
        self.found(table, &query).await
    }

    async fn found(&mut self, table: &'static str, query: &str) -> Result<HashMap<String, i64>> {
        let rows = self.session.run(query).await;
        let rows = rows.map_err(|failure| failed(failure, &format!("looking into {table}")))?;
        let found: HashMap<String, i64> = rows
            .iter()
            .filter_map(|row| {
                let id = row.get("id")?.parse().ok()?;
                Some((row.get("key")?.to_owned(), id))
            })
            .collect();
        self.batch(table).found += found.len() as u64;
        Ok(found)
    }

    /// One value of a query, where there is one.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn value(&self, query: &str) -> Result<Option<i64>> {
        let rows = self.session.run(query).await;
        let rows = rows.map_err(|failure| failed(failure, "looking into the shop"))?;
        Ok(rows.first().and_then(|row| row.get(0)?.parse().ok()))
    }

    /// Everything collected, in the order in which it can be inserted.
    #[must_use]
    pub fn close(mut self) -> Vec<(&'static str, Batch)> {
        let order = std::mem::take(&mut self.order);
        order
            .into_iter()
            .filter_map(|table| Some((table, self.batches.remove(table)?)))
            .collect()
    }
}

/// The INSERT statements of a batch, five hundred rows each.
///
/// # Errors
/// When a column that the table requires cannot be filled.
pub fn inserts(table: &Table, batch: &Batch, at: Micros) -> Result<Vec<String>> {
    let Some(first) = batch.rows.first() else {
        return Ok(Vec::new());
    };
    let written: Vec<&str> = first.iter().map(|(name, _)| *name).collect();
    let present: Vec<usize> = (0..written.len())
        .filter(|nth| table.has(written[*nth]))
        .collect();
    let missing = table.missing(&written, at)?;
    let columns: Vec<String> = present
        .iter()
        .map(|nth| identifier(written[*nth]))
        .chain(missing.iter().map(|cell| identifier(&cell.column)))
        .collect();
    let fill: Vec<String> = missing.iter().map(|cell| empty(cell.wire, at)).collect();
    let row = |cells: &Cells| {
        let own = present.iter().map(|nth| cells[*nth].1.sql());
        let all: Vec<String> = own.chain(fill.iter().cloned()).collect();
        format!("({})", all.join(", "))
    };
    let statements = batch.rows.chunks(500).map(|chunk| {
        let rows: Vec<String> = chunk.iter().map(row).collect();
        format!(
            "INSERT INTO {} ({}) VALUES\n{}",
            identifier(&table.name),
            columns.join(", "),
            rows.join(",\n")
        )
    });
    Ok(statements.collect())
}

/// The emptiest value of a type, as SQL.
fn empty(wire: Wire, at: Micros) -> String {
    match wire {
        Wire::Int2 | Wire::Int4 | Wire::Int8 | Wire::Numeric | Wire::Float8 => "0".to_owned(),
        Wire::Bool => "false".to_owned(),
        Wire::Jsonb | Wire::TextArray => "'{}'".to_owned(),
        Wire::Timestamp | Wire::Date => literal(&clock::sql(at)),
        Wire::Text | Wire::Absent => "''".to_owned(),
    }
}
