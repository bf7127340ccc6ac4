//! When users signed up: growth that swells and levels off, weeks and days that are better or worse than others, many more
//! while the show is on air, more in the evening. Users are numbered in the order of signing up.

use crate::seed::clock::{DAY, HOUR, Micros, local_day, midnight};
use crate::seed::day;
use crate::seed::random::{Dice, Key};

/// How many times more people sign up on the day of an episode, and on the day after.
const SHOW_DAY: (f64, f64) = (3.5, 5.5);
const DAY_AFTER: f64 = 1.5;
/// By how much other days, and whole weeks, are better or worse at most.
const DAYS_DIFFER: f64 = 0.4;
const WEEKS_DIFFER: f64 = 0.2;
/// Those who come because of the show, by hour from the one before it is on air.
const FOR_THE_SHOW: [f64; 5] = [0.10, 0.35, 0.35, 0.15, 0.05];
/// The least that is left of a day that few chose.
const LEAST: f64 = 0.1;

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
        let days = days(key, users, (local_day(began), (hours + 23) / 24), airs);
        let mut sum = 0;
        let sums = (0..hours).map(|hour| {
            let day = &days[(hour / 24) as usize];
            sum += (1e9 * day.weight(began + hour * HOUR)) as u64;
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

/// How busy a day is.
struct Day {
    /// As it would be without the show; a usual one is about 1.
    usual: f64,
    /// How much more because of the show, and from which hour on.
    show: Option<(f64, Micros)>,
}

impl Day {
    fn total(&self) -> f64 {
        self.usual * self.show.map_or(1.0, |(times, _)| times)
    }

    /// Weight of an hour of it.
    fn weight(&self, at: Micros) -> f64 {
        let share = day::weight(at) as f64 / day::HOURS.iter().sum::<u64>() as f64;
        let show = self.show.map_or(0.0, |(times, from)| {
            let hour = usize::try_from((at - from).div_euclid(HOUR)).ok();
            let part = hour.and_then(|hour| FOR_THE_SHOW.get(hour));
            part.map_or(0.0, |part| part * (times - 1.0))
        });
        self.usual * (share + show)
    }
}

/// So many days from the first on. How many come is counted in people: of few, chance makes more of a difference.
fn days(key: Key, users: u64, (first, count): (i32, i64), airs: &[Micros]) -> Vec<Day> {
    let mut days: Vec<Day> = (0..count)
        .map(|nth| {
            // Slow, then fast, then slow again: a parabola over the whole time, above a floor.
            let share = nth as f64 / count as f64;
            let growth = 0.25 + 4.0 * share * (1.0 - share);
            let date = i64::from(first) + nth;
            let dice = |part, of: i64| key.part(part).row(of.cast_unsigned());
            let week = differs(&mut dice(1, date.div_euclid(7)), WEEKS_DIFFER);
            let mut own = dice(2, date);
            let on = |date: i64| airs.iter().find(|air| i64::from(local_day(**air)) == date);
            let show = on(date).map(|air| {
                let (least, most) = SHOW_DAY;
                (least + (most - least) * own.unit(), air - HOUR)
            });
            let usual = match show {
                Some(_) => 1.0,
                None if on(date - 1).is_some() => DAY_AFTER * differs(&mut own, DAYS_DIFFER),
                None => differs(&mut own, DAYS_DIFFER),
            };
            Day {
                usual: growth * week * usual,
                show,
            }
        })
        .collect();
    let total: f64 = days.iter().map(Day::total).sum();
    for (day, date) in days.iter_mut().zip(i64::from(first)..) {
        let people = users as f64 * day.total() / total;
        let mut dice = key.part(3).row(date.cast_unsigned());
        day.usual *= (1.0 + normal(&mut dice) / people.sqrt()).max(LEAST);
    }
    days
}

/// About 1, up to so much more or less.
fn differs(dice: &mut Dice, most: f64) -> f64 {
    1.0 + most * (dice.unit() + dice.unit() - 1.0)
}

/// About the normal distribution: four numbers added up, of mean 0 and variance 1.
fn normal(dice: &mut Dice) -> f64 {
    let sum: f64 = (0..4).map(|_| dice.unit()).sum();
    (sum - 2.0) * 3.0_f64.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::clock::{WEEK, sunday_before};

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
    }

    #[test]
    fn many_come_because_of_the_show() {
        let until = 1_795_600_000_000_000;
        let first = sunday_before(until - 100 * DAY, 19);
        let airs: Vec<Micros> = (0..10).map(|week| first + week * WEEK).collect();
        let key = Key::new(1, "signup");
        let signup = Signup::new(key, 1_000_000, until - 300 * DAY, until, &airs);
        let between = |from, to| (signup.count_by(to) - signup.count_by(from)) as f64;
        let on = |day| between(midnight(day), midnight(day + 1));
        for air in airs {
            let show = local_day(air);
            let usual: f64 = (2..6).map(|later| on(show + later)).sum::<f64>() / 4.0;
            let times = on(show) / usual;
            assert!((2.5..7.5).contains(&times), "{times}");
            let evening = between(air - HOUR, air + 4 * HOUR) / on(show);
            assert!((0.7..0.95).contains(&evening), "{evening}");
        }
    }

    #[test]
    fn days_differ() {
        let until = 1_795_600_000_000_000;
        // By their nature, and where few come also by chance.
        for (users, low, high) in [(5_000, 0.25, 0.55), (1_000_000, 0.15, 0.30)] {
            let key = Key::new(1, "signup");
            let signup = Signup::new(key, users, until - 300 * DAY, until, &[]);
            let by = |day| signup.count_by(midnight(local_day(until) - day)) as f64;
            let of: Vec<f64> = (50..250).map(|day| by(day) - by(day + 1)).collect();
            let changes = of
                .windows(2)
                .map(|two| (two[1] - two[0]) / (two[0] + two[1]));
            let squares: f64 = changes.map(|change| 2.0 * change * change).sum();
            let spread = (squares / 199.0).sqrt();
            assert!((low..high).contains(&spread), "{spread} of {users}");
        }
    }
}
