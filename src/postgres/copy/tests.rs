//! Tests of the binary rows: what the server reads back is what was written.

use proptest::prelude::*;

use super::*;

/// Reads a numeric back: sum of digit × 10,000^(weight − position), as hundred-thousandths.
fn decoded(bytes: &[u8]) -> (i128, u16) {
    let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    let (count, weight) = (usize::from(word(0)), i32::from(word(2).cast_signed()));
    let mut value = 0_i128;
    for index in 0..count {
        let power = weight - i32::try_from(index).unwrap() + 2;
        let digit = i128::from(word(8 + 2 * index));
        value += digit * 10_000_i128.pow(u32::try_from(power).unwrap());
    }
    let sign = if word(4) == 0x4000 { -1 } else { 1 };
    (sign * value, word(6))
}

fn cell(wire: Wire, write: impl FnOnce(&mut RowEncoder)) -> Vec<u8> {
    let mut row = RowEncoder::new(vec![wire], &[]);
    row.begin();
    write(&mut row);
    row.end();
    row.take().0[2..].to_vec()
}

proptest! {
    #[test]
    fn numerics_keep_their_value(value in any::<i64>(), scale in 0_u8..=8) {
        let bytes = cell(Wire::Numeric, |row| row.decimal(value, scale));
        let size = i32::from_be_bytes(bytes[..4].try_into().unwrap());
        prop_assert_eq!(usize::try_from(size).unwrap(), bytes.len() - 4);
        let (read, shown) = decoded(&bytes[4..]);
        prop_assert_eq!(shown, u16::from(scale));
        prop_assert_eq!(read, i128::from(value) * 10_i128.pow(8 - u32::from(scale)));
    }
}

#[test]
fn ids_are_as_wide_as_the_column() {
    assert_eq!(cell(Wire::Int4, |row| row.int(7)), [0, 0, 0, 4, 0, 0, 0, 7]);
    assert_eq!(cell(Wire::Int8, |row| row.int(7))[..4], [0, 0, 0, 8]);
    assert_eq!(cell(Wire::Absent, |row| row.int(7)), [0_u8; 0]);
    assert_eq!(cell(Wire::Text, |row| row.int(7)), [0, 0, 0, 1, b'7']);
}

#[test]
fn jsonb_has_its_version() {
    assert_eq!(
        cell(Wire::Jsonb, |row| row.text("{}")),
        [0, 0, 0, 3, 1, b'{', b'}']
    );
    assert_eq!(cell(Wire::Text, |row| row.text("{}")), *b"\0\0\0\x02{}");
}

#[test]
fn time_counts_from_2000() {
    let bytes = cell(Wire::Timestamp, |row| row.timestamp(946_684_800_000_001));
    assert_eq!(bytes, [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1]);
    let bytes = cell(Wire::Date, |row| row.date(10_958));
    assert_eq!(bytes, [0, 0, 0, 4, 0, 0, 0, 1]);
}

#[test]
fn absent_columns_are_not_counted_and_required_ones_are_filled() {
    let fill = |column: &str, wire| FixedCell {
        column: column.to_owned(),
        wire,
        at: 946_684_800_000_000,
    };
    let fixed = [fill("media_count", Wire::Int4), fill("kind", Wire::Text)];
    let mut row = RowEncoder::new(vec![Wire::Int4, Wire::Absent], &fixed);
    row.begin();
    row.int(1);
    row.text("not there");
    row.end();
    let (bytes, rows) = row.take();
    assert_eq!(rows, 1);
    assert_eq!(bytes[..2], [0, 3]);
    assert_eq!(
        bytes[2..],
        *b"\0\0\0\x04\0\0\0\x01\0\0\0\x04\0\0\0\0\0\0\0\0"
    );
}
