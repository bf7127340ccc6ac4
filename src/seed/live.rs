//! The tables as they are in this database: which columns, of which types, which are required, and
//! where ids go on. Spree's versions differ; what a base lacks is left out, what it requires is filled.

use std::collections::HashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::postgres::Session;
use crate::postgres::copy::{FixedCell, RowEncoder, Wire};
use crate::postgres::sql;
use crate::seed::clock::Micros;
use crate::seed::failed;

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Form of its values; none for a type that we cannot write.
    pub wire: Option<Wire>,
    /// NOT NULL without a default.
    pub required: bool,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns in their order.
    pub columns: Vec<Column>,
}

impl Table {
    /// Whether it has the column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|own| own.name == column)
    }

    /// The required columns that are not among those `written`, each with what it gets.
    ///
    /// # Errors
    /// When one has a type for which there is no empty value.
    pub fn missing(&self, written: &[&str], at: Micros) -> Result<Vec<FixedCell>> {
        let missing = self
            .columns
            .iter()
            .filter(|own| own.required && !written.contains(&own.name.as_str()));
        missing
            .map(|own| match own.wire {
                Some(wire) => Ok(FixedCell {
                    column: own.name.clone(),
                    wire,
                    at,
                }),
                None => Err(Error::new(
                    ErrorKind::Seed,
                    format!(
                        "{}.{} must have a value, and hangmeas knows none for its type",
                        self.name, own.name
                    ),
                )
                .hint("give the column a default, or allow it to be empty")),
            })
            .collect()
    }

    /// How rows of `columns` are encoded, and the COPY statement that takes them into `into`, a
    /// quoted name: of the table itself, or of another of the same shape.
    ///
    /// # Errors
    /// When a required column cannot be filled.
    pub fn copy(&self, into: &str, columns: &[&str], at: Micros) -> Result<(RowShape, String)> {
        let wire = |name: &&str| {
            let own = self.columns.iter().find(|own| own.name == *name);
            own.map_or(Some(Wire::Absent), |own| own.wire)
        };
        let wires: Option<Vec<Wire>> = columns.iter().map(wire).collect();
        let wires = wires.ok_or_else(|| {
            Error::new(
                ErrorKind::Seed,
                format!(
                    "a column of {} has a type that hangmeas cannot write",
                    self.name
                ),
            )
        })?;
        let fixed = self.missing(columns, at)?;
        let present = columns
            .iter()
            .zip(&wires)
            .filter(|(_, wire)| **wire != Wire::Absent);
        let names: Vec<String> = present
            .map(|(name, _)| sql::identifier(name))
            .chain(fixed.iter().map(|cell| sql::identifier(&cell.column)))
            .collect();
        let statement = format!(
            "COPY {into} ({}) FROM STDIN (FORMAT binary)",
            names.join(", ")
        );
        Ok((RowShape { wires, fixed }, statement))
    }
}

/// How rows of one table are encoded.
#[derive(Debug, Clone)]
pub struct RowShape {
    wires: Vec<Wire>,
    fixed: Vec<FixedCell>,
}

impl RowShape {
    /// A fresh encoder.
    #[must_use]
    pub fn encoder(&self) -> RowEncoder {
        RowEncoder::new(self.wires.clone(), &self.fixed)
    }
}

/// All tables of the schema that is first in the search path.
#[derive(Debug, Clone, Default)]
pub struct Live {
    tables: HashMap<String, Table>,
}

const COLUMNS: &str = include_str!("queries/columns.sql");

impl Live {
    /// Reads them, in one query.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn read(session: &Session) -> Result<Self> {
        let rows = session.run(COLUMNS).await;
        let rows = rows.map_err(|failure| failed(failure, "reading the tables"))?;
        let mut live = Self::default();
        for row in rows {
            let text = |column| row.try_get(column).ok().flatten().unwrap_or_default();
            let name = text("table_name");
            let table = live.tables.entry(name.to_owned()).or_insert_with(|| Table {
                name: name.to_owned(),
                columns: Vec::new(),
            });
            table.columns.push(Column {
                name: text("column_name").to_owned(),
                wire: Wire::of_type(text("type_name")),
                required: text("required") == "t",
            });
        }
        Ok(live)
    }

    /// The table, if there is one.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// All of them, in the order of their names.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        let mut all: Vec<&Table> = self.tables.values().collect();
        all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        all.into_iter()
    }

    /// The table, which must be there.
    ///
    /// # Errors
    /// Says that the database is not migrated.
    pub fn require(&self, name: &str) -> Result<&Table> {
        self.table(name).ok_or_else(|| {
            Error::new(ErrorKind::Seed, format!("there is no table {name}"))
                .detail("the database is not migrated, or only in part")
                .hint_command("bring the schema up first", "hangmeas db migrate")
        })
    }

    /// Whether the table is there and has the column.
    #[must_use]
    pub fn has(&self, table: &str, column: &str) -> bool {
        self.table(table).is_some_and(|table| table.has(column))
    }
}
