//! Rows in the binary format of COPY: one message of many rows, built in memory that is used again.
//!
//! The encoder is told the columns of the live table, so that one generator serves an `integer` and
//! a `bigint` id, and so that a cell for a column that the table lacks is left out.
//! Format: <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>.

use bytes::{BufMut, Bytes, BytesMut};

/// What every binary COPY begins with: signature, no flags, no extension.
pub const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What every binary COPY ends with.
pub const TRAILER: &[u8] = &[0xff, 0xff];
/// Microseconds between the Unix epoch and that of PostgreSQL, 2000-01-01.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
/// Days between the two.
const EPOCH_DAYS: i32 = 10_957;
/// The type number of `varchar`, the only element type of arrays here.
const VARCHAR_OID: i32 = 1043;

/// How the live column wants its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// The table has no such column: the cell is left out.
    Absent,
    /// `smallint`.
    Int2,
    /// `integer`.
    Int4,
    /// `bigint`.
    Int8,
    /// `numeric`.
    Numeric,
    /// `double precision`.
    Float8,
    /// `boolean`.
    Bool,
    /// `varchar`, `text`, `json`.
    Text,
    /// `jsonb`.
    Jsonb,
    /// `timestamp`.
    Timestamp,
    /// `date`.
    Date,
    /// `varchar[]`.
    TextArray,
}

impl Wire {
    /// The form of a type, by its name in `pg_type`.
    #[must_use]
    pub fn of_type(name: &str) -> Option<Self> {
        Some(match name {
            "int2" => Self::Int2,
            "int4" => Self::Int4,
            "int8" => Self::Int8,
            "numeric" => Self::Numeric,
            "float8" => Self::Float8,
            "bool" => Self::Bool,
            "varchar" | "text" | "json" | "bpchar" | "citext" => Self::Text,
            "jsonb" => Self::Jsonb,
            "timestamp" | "timestamptz" => Self::Timestamp,
            "date" => Self::Date,
            "_varchar" | "_text" => Self::TextArray,
            _ => return None,
        })
    }
}

/// The buffer into which rows are written, cell by cell, in the order of the columns.
#[derive(Debug)]
pub struct RowEncoder {
    buffer: BytesMut,
    wires: Vec<Wire>,
    /// Cells that end every row: columns that the table requires and nobody writes.
    tail: Bytes,
    fields: i16,
    next: usize,
    rows: u64,
}

impl RowEncoder {
    /// For rows of these columns, followed by `fixed` cells that are the same in every row.
    #[must_use]
    pub fn new(wires: Vec<Wire>, fixed: &[FixedCell]) -> Self {
        let present = wires.iter().filter(|wire| **wire != Wire::Absent).count();
        let mut tail = Self::bare();
        for cell in fixed {
            tail.wires = vec![cell.wire];
            tail.next = 0;
            cell.write(&mut tail);
        }
        Self {
            fields: i16::try_from(present + fixed.len()).unwrap_or(i16::MAX),
            tail: tail.buffer.freeze(),
            wires,
            ..Self::bare()
        }
    }

    fn bare() -> Self {
        Self {
            buffer: BytesMut::new(),
            wires: Vec::new(),
            tail: Bytes::new(),
            fields: 0,
            next: 0,
            rows: 0,
        }
    }

    /// Begins a row.
    pub fn begin(&mut self) {
        debug_assert_eq!(self.next, 0, "the row before was not ended");
        self.buffer.put_i16(self.fields);
    }

    /// Ends a row; every column must have had its cell.
    pub fn end(&mut self) {
        debug_assert_eq!(self.next, self.wires.len(), "cells and columns differ");
        self.buffer.extend_from_slice(&self.tail);
        self.next = 0;
        self.rows += 1;
    }

    /// Rows written since the last `take`.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes written since the last `take`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Whether nothing was written since the last `take`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// The bytes written so far; the buffer is empty again.
    pub fn take(&mut self) -> (Bytes, u64) {
        let rows = std::mem::take(&mut self.rows);
        let room = self.buffer.len();
        let bytes = self.buffer.split().freeze();
        self.buffer.reserve(room);
        (bytes, rows)
    }

    fn wire(&mut self) -> Wire {
        let wire = self.wires.get(self.next).copied().unwrap_or(Wire::Absent);
        self.next += 1;
        wire
    }

    /// No value.
    pub fn null(&mut self) {
        if self.wire() != Wire::Absent {
            self.buffer.put_i32(-1);
        }
    }

    /// A whole number, as wide as the column, or as a numeric.
    pub fn int(&mut self, value: i64) {
        match self.wire() {
            Wire::Absent => {}
            Wire::Int8 => {
                self.buffer.put_i32(8);
                self.buffer.put_i64(value);
            }
            Wire::Int4 => {
                self.buffer.put_i32(4);
                // A value that is too wide for the column is a defect; the server must see it.
                self.buffer
                    .put_i32(i32::try_from(value).unwrap_or(i32::MIN));
            }
            Wire::Int2 => {
                self.buffer.put_i32(2);
                self.buffer
                    .put_i16(i16::try_from(value).unwrap_or(i16::MIN));
            }
            Wire::Numeric => self.numeric(value, 0),
            Wire::Float8 => self.float(value, 0),
            _ => self.digits(value),
        }
    }

    /// A decimal: `value` divided by ten to the power of `scale`.
    pub fn decimal(&mut self, value: i64, scale: u8) {
        match self.wire() {
            Wire::Absent => {}
            Wire::Float8 => self.float(value, scale),
            _ => self.numeric(value, scale),
        }
    }

    /// An amount of money, in hundredths.
    pub fn cents(&mut self, value: i64) {
        self.decimal(value, 2);
    }

    fn float(&mut self, value: i64, scale: u8) {
        self.buffer.put_i32(8);
        let divisor = 10_f64.powi(i32::from(scale));
        self.buffer.put_f64(value as f64 / divisor);
    }

    /// Truth.
    pub fn bool(&mut self, value: bool) {
        if self.wire() != Wire::Absent {
            self.buffer.put_i32(1);
            self.buffer.put_u8(u8::from(value));
        }
    }

    /// Text, a JSON document, or whatever the column takes as text.
    pub fn text(&mut self, value: &str) {
        self.text_with(|out| out.extend_from_slice(value.as_bytes()));
    }

    /// Text that `write` appends to the buffer, so that nothing is allocated.
    pub fn text_with(&mut self, write: impl FnOnce(&mut BytesMut)) {
        let wire = self.wire();
        if wire == Wire::Absent {
            return;
        }
        let start = self.buffer.len();
        self.buffer.put_i32(0);
        if wire == Wire::Jsonb {
            self.buffer.put_u8(1);
        }
        write(&mut self.buffer);
        self.close(start);
    }

    /// Text, or none.
    pub fn text_or_null(&mut self, value: Option<&str>) {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    /// A whole number, or none.
    pub fn int_or_null(&mut self, value: Option<i64>) {
        match value {
            Some(value) => self.int(value),
            None => self.null(),
        }
    }

    /// A time, in microseconds since the Unix epoch, UTC.
    pub fn timestamp(&mut self, micros: i64) {
        if self.wire() != Wire::Absent {
            self.buffer.put_i32(8);
            self.buffer.put_i64(micros - EPOCH_MICROS);
        }
    }

    /// A time, or none.
    pub fn timestamp_or_null(&mut self, micros: Option<i64>) {
        match micros {
            Some(micros) => self.timestamp(micros),
            None => self.null(),
        }
    }

    /// A day, in days since the Unix epoch.
    pub fn date(&mut self, days: i32) {
        if self.wire() != Wire::Absent {
            self.buffer.put_i32(4);
            self.buffer.put_i32(days - EPOCH_DAYS);
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, values: &[String]) {
        if self.wire() == Wire::Absent {
            return;
        }
        let start = self.buffer.len();
        self.buffer.put_i32(0);
        self.buffer.put_i32(i32::from(!values.is_empty()));
        self.buffer.put_i32(0);
        self.buffer.put_i32(VARCHAR_OID);
        if !values.is_empty() {
            self.buffer.put_i32(length(values.len()));
            self.buffer.put_i32(1);
        }
        for value in values {
            self.buffer.put_i32(length(value.len()));
            self.buffer.extend_from_slice(value.as_bytes());
        }
        self.close(start);
    }

    /// Writes the length of the cell that began at `start`.
    fn close(&mut self, start: usize) {
        let size = length(self.buffer.len() - start - 4);
        self.buffer[start..start + 4].copy_from_slice(&size.to_be_bytes());
    }

    fn digits(&mut self, value: i64) {
        let start = self.buffer.len();
        self.buffer.put_i32(0);
        self.buffer.extend_from_slice(value.to_string().as_bytes());
        self.close(start);
    }

    /// PostgreSQL's numeric: base-10,000 digits, the weight of the first, sign, decimals shown.
    fn numeric(&mut self, value: i64, scale: u8) {
        const BASE: u128 = 10_000;
        let shift = (4 - u32::from(scale) % 4) % 4;
        let mut rest = u128::from(value.unsigned_abs()) * 10_u128.pow(shift);
        let fraction = i16::from(scale.div_ceil(4));
        let (mut groups, mut count) = ([0_u16; 10], 0_usize);
        while rest > 0 {
            groups[count] = (rest % BASE) as u16;
            rest /= BASE;
            count += 1;
        }
        let trailing = groups[..count].iter().take_while(|group| **group == 0);
        let trailing = trailing.count();
        let shown = &groups[trailing..count];
        let weight = if shown.is_empty() {
            0
        } else {
            i16::try_from(count).unwrap_or_default() - fraction - 1
        };
        self.buffer.put_i32(8 + 2 * length(shown.len()));
        self.buffer
            .put_i16(i16::try_from(shown.len()).unwrap_or_default());
        self.buffer.put_i16(weight);
        self.buffer.put_u16(if value < 0 { 0x4000 } else { 0 });
        self.buffer.put_u16(u16::from(scale));
        for group in shown.iter().rev() {
            self.buffer.put_u16(*group);
        }
    }
}

fn length(bytes: usize) -> i32 {
    i32::try_from(bytes).unwrap_or(i32::MAX)
}

/// A cell that is the same in every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedCell {
    /// The column.
    pub column: String,
    /// Its form.
    pub wire: Wire,
    /// What it gets where it wants a time: microseconds since the Unix epoch.
    pub at: i64,
}

impl FixedCell {
    /// The emptiest value that the column takes: nothing, zero, no, or the time.
    fn write(&self, out: &mut RowEncoder) {
        match self.wire {
            Wire::Absent => {}
            Wire::Int2 | Wire::Int4 | Wire::Int8 | Wire::Numeric | Wire::Float8 => out.int(0),
            Wire::Bool => out.bool(false),
            Wire::Text => out.text(""),
            Wire::Jsonb => out.text("{}"),
            Wire::Timestamp => out.timestamp(self.at),
            Wire::Date => {
                out.date(i32::try_from(self.at.div_euclid(86_400_000_000)).unwrap_or_default());
            }
            Wire::TextArray => out.texts(&[]),
        }
    }
}

#[cfg(test)]
mod tests;
