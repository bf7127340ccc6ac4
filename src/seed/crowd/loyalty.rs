//! Points and achievements: what a user earned for what the user did, and for being around.

use crate::seed::clock::{HOUR, Micros};
use crate::seed::day;
use crate::seed::random::{Dice, Key, Quantiles};

/// Points earned in a lifetime; the tiers begin at 5,000, 10,000 and 15,000 points.
const LIFETIME: Quantiles = Quantiles(&[
    (0.0, 0.0),
    (0.30, 400.0),
    (0.72, 5_000.0),
    (0.91, 10_000.0),
    (0.98, 15_000.0),
    (1.0, 45_000.0),
]);
/// What points are given for, besides achievements and referrals: one deed, or many added up.
const DEED: [&str; 5] = [
    "watched a live show",
    "shared a performance",
    "daily visit",
    "took part in a poll",
    "answered a quiz",
];
const DEEDS: [&str; 5] = [
    "watched the shows of a season",
    "shared performances all season",
    "daily visits of a season",
    "took part in the polls of a season",
    "answered the quizzes of a season",
];
/// The most points that one deed gives.
const OF_ONE_DEED: i64 = 100;

/// About the most points that are given at once.
const MOST_AT_ONCE: i64 = 1_500;

/// The tier of so many points.
#[must_use]
pub fn tier(points: i64) -> &'static str {
    match points {
        15_000.. => "platinum",
        10_000.. => "gold",
        5_000.. => "silver",
        _ => "bronze",
    }
}

/// An achievement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Achievement {
    /// Stable code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Points that came with it.
    pub points: i64,
    /// When.
    pub at: Micros,
}

/// What a user did, as far as achievements know it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Deeds {
    /// Votes counted.
    pub votes: u64,
    /// When the first and the last vote was cast.
    pub voted: Option<(Micros, Micros)>,
    /// When the first invoice was paid.
    pub subscribed: Option<Micros>,
    /// When the identity was checked.
    pub verified: Option<Micros>,
    /// How many the user brought.
    pub brought: u64,
}

/// What those deeds achieve, in the order of time.
#[must_use]
pub fn achievements(deeds: &Deeds, as_of: Micros) -> Vec<Achievement> {
    let mut all = Vec::new();
    let mut achieve = |code, name, description, points, at: Micros| {
        all.push(Achievement {
            code,
            name,
            description,
            points,
            at: at.min(as_of),
        });
    };
    if let Some(at) = deeds.verified {
        achieve("verified", "Verified", "Showed an identity card", 25, at);
    }
    if let Some((first, last)) = deeds.voted {
        achieve(
            "first_vote",
            "First vote",
            "Voted for the first time",
            50,
            first,
        );
        if deeds.votes >= 100 {
            achieve("super_fan", "Super fan", "Cast a hundred votes", 500, last);
        }
    }
    if let Some(at) = deeds.subscribed {
        achieve(
            "subscriber",
            "Subscriber",
            "Paid for a subscription",
            100,
            at,
        );
    }
    if deeds.brought >= 3 {
        // Given by the nightly job, which has just run.
        achieve(
            "ambassador",
            "Ambassador",
            "Brought three friends",
            300,
            as_of,
        );
    }
    all.sort_by_key(|achievement| achievement.at);
    all
}

/// What happened to a user's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// When.
    pub at: Micros,
    /// Signed.
    pub points: i64,
    /// In words.
    pub reason: &'static str,
    /// The achievement that they came with: which of the user's.
    pub achievement: Option<usize>,
}

/// Everything that happened to a user's points but referrals, in the order of time. `others` are the
/// points of referrals: they count towards the lifetime that is drawn.
#[must_use]
pub fn activities(
    key: Key,
    user: u64,
    (joined, seen): (Micros, Micros),
    achievements: &[Achievement],
    others: i64,
) -> Vec<Activity> {
    let mut dice = key.row(user);
    let mut all: Vec<Activity> = achievements
        .iter()
        .enumerate()
        .map(|(nth, achievement)| Activity {
            at: achievement.at,
            points: achievement.points,
            reason: achievement.description,
            achievement: Some(nth),
        })
        .collect();
    let given: i64 = achievements
        .iter()
        .map(|achievement| achievement.points)
        .sum();
    let lifetime = LIFETIME.draw(&mut dice) as i64;
    let mut rest = (lifetime - given - others).max(0) / 5 * 5;
    let parts = 1 + dice.below(2) as i64 + rest / MOST_AT_ONCE;
    for part in (1..=parts).rev() {
        let even = rest as f64 / part as f64;
        let points = if part == 1 {
            rest
        } else {
            (even * (0.5 + dice.unit())) as i64 / 5 * 5
        };
        rest -= points;
        if points > 0 {
            let reason = dice.pick(if points > OF_ONE_DEED { &DEEDS } else { &DEED });
            let at = day::moment(&mut dice, joined, seen);
            all.push(earned(at, points, reason));
        }
    }
    redeem(&mut all, &mut dice, seen);
    all.sort_by_key(|activity| activity.at);
    all
}

fn earned(at: Micros, points: i64, reason: &'static str) -> Activity {
    Activity {
        at,
        points,
        reason,
        achievement: None,
    }
}

/// One in five of those who had a thousand points when they were last seen spends some of them, after the last was earned.
fn redeem(all: &mut Vec<Activity>, dice: &mut Dice, seen: Micros) {
    let had = || all.iter().filter(|activity| activity.at <= seen);
    let sum: i64 = had().map(|activity| activity.points).sum();
    let last = had().map(|activity| activity.at).max().unwrap_or(seen);
    if sum >= 1_000 && dice.chance(0.2) {
        let hundreds = dice.between(5, (sum / 200).clamp(5, 50));
        let at = (last + HOUR).min(seen);
        all.push(earned(at, -100 * hundreds, "redeemed for a voucher"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_have_their_shares() {
        let key = Key::new(1, "loyalty");
        let mut hits = [0; 4];
        for user in 0..10_000 {
            let all = activities(key, user, (0, HOUR), &[], 0);
            let earned: i64 = all.iter().map(|a| a.points.max(0)).sum();
            assert!(all.iter().map(|activity| activity.points).sum::<i64>() >= 0);
            assert!(all.is_sorted_by_key(|activity| activity.at));
            let names = ["bronze", "silver", "gold", "platinum"];
            hits[names.iter().position(|name| *name == tier(earned)).unwrap()] += 1;
        }
        assert!((7_000..7_400).contains(&hits[0]), "{hits:?}");
        assert!((1_700..2_100).contains(&hits[1]), "{hits:?}");
        assert!((600..800).contains(&hits[2]), "{hits:?}");
        assert!((130..270).contains(&hits[3]), "{hits:?}");
    }

    #[test]
    fn deeds_are_achieved_in_their_order() {
        let deeds = Deeds {
            votes: 120,
            voted: Some((5, 9)),
            subscribed: Some(7),
            verified: None,
            brought: 3,
        };
        let codes: Vec<_> = achievements(&deeds, 20).iter().map(|a| a.code).collect();
        assert_eq!(
            codes,
            ["first_vote", "subscriber", "super_fan", "ambassador"]
        );
    }
}
