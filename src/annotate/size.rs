//! Sizes in words: two digits, because more would pretend to be exact.

use crate::catalog::Size;

/// `about 1,200,000 rows in 310 MB, and 120 MB of indexes`.
pub(super) fn told(size: &Size) -> String {
    let bytes = megabytes(size.table_bytes);
    let rows = match size.rows {
        None => bytes,
        Some(rows) => format!("about {} rows in {bytes}", grouped(rounded(rows))),
    };
    format!("{rows}, and {} of indexes", megabytes(size.index_bytes))
}

/// All of it: `430 MB`.
pub(super) fn short(size: &Size) -> String {
    megabytes(size.table_bytes + size.index_bytes)
}

/// Two digits, and zeros.
fn rounded(number: i64) -> i64 {
    let mut scale = 1;
    while number / scale >= 100 {
        scale *= 10;
    }
    (number + scale / 2) / scale * scale
}

fn megabytes(bytes: i64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let (mut number, mut unit) = (rounded(bytes), 0);
    while number >= 1000 && unit + 1 < units.len() {
        number /= 1000;
        unit += 1;
    }
    format!("{number} {}", units[unit])
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_two_digits() {
        let size = |rows, table_bytes, index_bytes| Size {
            rows,
            table_bytes,
            index_bytes,
        };
        let large = size(Some(1_234_567), 309_999_999, 8_192);
        assert_eq!(
            told(&large),
            "about 1,200,000 rows in 310 MB, and 8 kB of indexes"
        );
        assert_eq!(short(&large), "310 MB");
        assert_eq!(told(&size(None, 0, 0)), "0 B, and 0 B of indexes");
        assert_eq!(
            told(&size(Some(7), 16_384, 996_000)),
            "about 7 rows in 16 kB, and 1 MB of indexes"
        );
    }
}
