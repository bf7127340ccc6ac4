//! The day as people live it: much in the evening, little before dawn, by the clocks of Phnom Penh.
//! Time in which every moment is as busy as any other is *even*: it runs fast in the evening and slow
//! at night, and agrees with the clock at every midnight.

use super::clock::{DAY, HOUR, Micros, local_day, midnight};
use super::random::Dice;

/// Weight of each hour of the day.
pub const HOURS: [u64; 24] = [
    4, 2, 1, 1, 1, 2, 5, 8, 10, 11, 12, 14, 15, 13, 12, 12, 13, 15, 19, 26, 30, 28, 20, 10,
];

/// Even time of the day at the beginning of each hour, and at its end.
const EVEN: [Micros; 25] = even_hours();

const fn even_hours() -> [Micros; 25] {
    let mut sums = [0; 25];
    let mut hour = 0;
    while hour < 24 {
        sums[hour + 1] = sums[hour] + HOURS[hour].cast_signed();
        hour += 1;
    }
    let total = sums[24];
    let mut even = [0; 25];
    while hour > 0 {
        even[hour] = DAY * sums[hour] / total;
        hour -= 1;
    }
    even
}

/// Weight of the hour in which a moment lies.
#[must_use]
pub fn weight(at: Micros) -> u64 {
    let hour = (at - midnight(local_day(at))) / HOUR;
    HOURS[usize::try_from(hour).unwrap_or(0).min(23)]
}

/// Even time of a moment.
fn even(at: Micros) -> Micros {
    let start = midnight(local_day(at));
    let hour = ((at - start) / HOUR).clamp(0, 23) as usize;
    let within = (at - start - hour as i64 * HOUR) as f64 / HOUR as f64;
    start + EVEN[hour] + (within * (EVEN[hour + 1] - EVEN[hour]) as f64) as i64
}

/// The moment of an even time.
fn awake(even: Micros) -> Micros {
    let start = midnight(local_day(even));
    let rest = even - start;
    let hour = EVEN[1..24].partition_point(|end| *end <= rest);
    let within = (rest - EVEN[hour]) as f64 / (EVEN[hour + 1] - EVEN[hour]) as f64;
    start + hour as i64 * HOUR + (within * HOUR as f64) as i64
}

/// A moment from `low` to `high`, when somebody would do something.
pub fn moment(dice: &mut Dice, low: Micros, high: Micros) -> Micros {
    let high = high.max(low);
    awake(dice.between(even(low), even(high).max(even(low)))).clamp(low, high)
}

/// The moment that is so much even time before `at`.
#[must_use]
pub fn before(at: Micros, length: Micros) -> Micros {
    awake(even(at) - length).min(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::random::Key;

    const NOW: Micros = 1_795_600_000_000_000;

    #[test]
    fn even_time_agrees_with_the_clock_at_midnight_and_goes_there_and_back() {
        let start = midnight(local_day(NOW));
        assert_eq!((even(start), awake(start)), (start, start));
        for minute in 0..24 * 60 {
            let at = start + minute * 60_000_000 + 7;
            assert!((awake(even(at)) - at).abs() < 1_000, "minute {minute}");
            assert!(even(at) < even(at + 1_000_000));
        }
        assert_eq!(before(NOW, DAY), awake(even(NOW) - DAY));
    }

    #[test]
    fn moments_keep_their_bounds_and_prefer_the_evening() {
        let mut dice = Key::new(1, "day").row(0);
        let start = midnight(local_day(NOW));
        let mut hours = [0; 24];
        for _ in 0..30_000 {
            let at = moment(&mut dice, start, start + 9 * DAY);
            assert!((start..=start + 9 * DAY).contains(&at));
            hours[((at - start) % DAY / HOUR) as usize] += 1;
        }
        assert!(hours[20] > 20 * hours[3], "{hours:?}");
        assert!(hours.iter().all(|hits| *hits > 0));
        assert_eq!(moment(&mut dice, NOW, NOW), NOW);
        assert_eq!(moment(&mut dice, NOW, NOW - DAY), NOW);
        for _ in 0..1_000 {
            let at = moment(&mut dice, NOW, NOW + 90);
            assert!((NOW..=NOW + 90).contains(&at));
        }
    }
}
