//! Numbers as people write them, and what is expected where there is none.

use std::ops::RangeBounds;
use std::str::FromStr;

pub(super) fn amount(text: &str) -> Result<u64, String> {
    within(text, .., "a whole number is expected, such as 1000")
}

pub(super) fn steps(text: &str) -> Result<u32, String> {
    within(text, 1.., "a whole number of 1 or more is expected")
}

pub(super) fn workers(text: &str) -> Result<u16, String> {
    within(text, 1..=64, "a whole number from 1 to 64 is expected")
}

pub(super) fn factor(text: &str) -> Result<f64, String> {
    within(text, .., "a number is expected, such as 0.1 or 3")
}

fn within<T>(text: &str, range: impl RangeBounds<T>, expected: &str) -> Result<T, String>
where
    T: FromStr + PartialOrd,
{
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| expected.to_owned())
}
