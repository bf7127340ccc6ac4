//! When users signed up: growth that swells and levels off, more in the weeks of the show, more in
//! the evening. Users are numbered in the order of signing up.

use crate::seed::clock::{DAY, HOUR, Micros, local_day, midnight};
use crate::seed::day;
use crate::seed::random::Key;

/// How many times more people sign up on the day of an episode and the day after.
const SHOW_DAY: u64 = 4;

/// The curve of signing up.
#[derive(Debug)]
pub struct Signup {
    began: Micros,
    until: Micros,
    users: u64,
    key: Key,
    /// Weight of all hours up to and including this one.
    sums: Vec<u64>,
}

impl Signup {
    /// From the first user's hour to `until`; `airs` are the times of episodes.
    #[must_use]
    pub fn new(key: Key, users: u64, began: Micros, until: Micros, airs: &[Micros]) -> Self {
        let began = midnight(local_day(began.min(until - DAY)));
        let hours = ((until - began) / HOUR).max(1);
        let mut sum = 0;
        let sums = (0..hours).map(|hour| {
            let at = began + hour * HOUR;
            // Slow, then fast, then slow again: a parabola over the whole time, above a floor.
            let share = hour as f64 / hours as f64;
            let growth = (100.0 * (0.25 + 4.0 * share * (1.0 - share))) as u64;
            let spike = airs
                .iter()
                .any(|air| (0..2).contains(&(local_day(at) - local_day(*air))));
            sum += growth * day::weight(at) * if spike { SHOW_DAY } else { 1 };
            sum
        });
        let sums = sums.collect();
        Self {
            began,
            until,
            users,
            key,
            sums,
        }
    }

    /// When this user signed up. Later users signed up later.
    #[must_use]
    pub fn at(&self, user: u64) -> Micros {
        let total = self.sums.last().copied().unwrap_or(1);
        let place = (user as f64 + self.key.row(user).unit()) / self.users as f64;
        let target = place * total as f64;
        let hour = self.sums.partition_point(|sum| *sum as f64 <= target);
        let hour = hour.min(self.sums.len() - 1);
        let before = if hour == 0 { 0 } else { self.sums[hour - 1] };
        let within = (target - before as f64) / (self.sums[hour] - before).max(1) as f64;
        let at = self.began + hour as i64 * HOUR + (within * HOUR as f64) as i64;
        at.min(self.until)
    }

    /// How many users had certainly signed up by then: all below this number.
    #[must_use]
    pub fn count_by(&self, at: Micros) -> u64 {
        if at >= self.until {
            return self.users;
        }
        let (mut low, mut high) = (0, self.users);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.at(middle) <= at {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_come_in_order_and_are_counted() {
        let until = 1_795_600_000_000_000;
        let airs = [until - 30 * DAY];
        let signup = Signup::new(
            Key::new(1, "signup"),
            5_000,
            until - 300 * DAY,
            until,
            &airs,
        );
        let times: Vec<_> = (0..5_000).map(|user| signup.at(user)).collect();
        assert!(times.is_sorted());
        assert!(*times.last().unwrap() <= until);
        for at in [times[0], times[777], until - DAY, until] {
            let count = signup.count_by(at);
            let counted = times.iter().filter(|time| **time <= at).count();
            assert_eq!(count, counted as u64);
        }
        let on = |day: i32| times.iter().filter(|t| local_day(**t) == day).count();
        let show = local_day(airs[0]);
        assert!(on(show) > 2 * on(show - 7), "{} {}", on(show), on(show - 7));
    }
}
