//! Who a user is: everything about a person that does not follow from what the person did.

use fake::Fake;

use crate::seed::clock::{DAY, HOUR, MINUTE, Micros, local_day};
use crate::seed::day;
use crate::seed::random::{Dice, Key, Quantiles, Weights};
use crate::seed::vocabulary::{English, Khmer, Person, Place, Vocabulary};

/// Age in years: log-normal with median 24, cut at 13 and 65 (estimate).
const AGES: Quantiles = Quantiles(&[
    (0.0, 13.0),
    (0.05, 14.2),
    (0.10, 15.8),
    (0.20, 18.0),
    (0.30, 20.0),
    (0.40, 22.0),
    (0.50, 24.0),
    (0.60, 26.3),
    (0.70, 29.0),
    (0.80, 32.6),
    (0.90, 38.3),
    (0.95, 43.5),
    (0.98, 50.5),
    (0.995, 59.0),
    (1.0, 65.0),
]);
/// Years of age from which one may sign up, and from which there are identity cards.
const YOUNGEST: i32 = 13;
const CARD_FROM: i32 = 15;
/// Shares of those old enough for a card whose identity is not checked yet, or was right; with the younger ones .55 and
/// .38 of all.
const PENDING: f64 = 0.505;
const VERIFIED: f64 = 0.4175;
/// Days since the last visit: 35 % came within the last week.
const ABSENCE: Quantiles = Quantiles(&[
    (0.0, 0.0),
    (0.15, 1.0),
    (0.35, 7.0),
    (0.60, 30.0),
    (0.85, 120.0),
    (1.0, 700.0),
]);
/// Releases of the app, the newest first, with their shares.
const RELEASES: [(&str, f64); 6] = [
    ("4.2.0", 0.55),
    ("4.1.3", 0.22),
    ("4.1.0", 0.11),
    ("4.0.2", 0.06),
    ("3.9.8", 0.04),
    ("3.8.1", 0.02),
];

/// How far the identity of a user was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Not yet.
    Pending,
    /// Checked and right, then.
    Verified(Micros),
    /// Checked and wrong.
    Rejected,
}

/// A user before anything happened.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Names.
    pub name: Person,
    /// Home.
    pub home: Place,
    /// Day of birth, in days since the Unix epoch.
    pub born: i32,
    /// When the account was made.
    pub joined: Micros,
    /// Share of all users who came later, before it is known what they did in the week.
    absence: f64,
    /// Whether the user reads Khmer rather than English.
    pub khmer: bool,
    /// Whether the device is an iPhone.
    pub ios: bool,
    /// Whether the app may send notifications.
    pub push: bool,
    /// Release of the app.
    pub release: &'static str,
    /// State of the identity check.
    pub identity: Identity,
    /// Whether a card was shown: by those of 15 years or more, when it was checked.
    pub has_card: bool,
    /// When the phone was confirmed.
    pub phone_verified: Option<Micros>,
    /// Why the account is suspended: index of the reason.
    pub suspended: Option<usize>,
    /// Further chance about this user, for what depends on nothing.
    pub dice: Dice,
}

impl Profile {
    /// When the user visited last at `as_of`. The `eager` share of all users did something within the last week: they
    /// are those who came last, so that the others make up the rest of the curve.
    #[must_use]
    pub fn visit(&self, as_of: Micros, eager: f64, is_eager: bool) -> Micros {
        let share = if is_eager {
            eager * self.absence
        } else {
            eager + (1.0 - eager) * self.absence
        };
        day::before(as_of, (ABSENCE.at(share) * DAY as f64) as i64)
    }
}

/// Draws profiles.
#[derive(Debug)]
pub struct People {
    key: Key,
    as_of: Micros,
    foreigners: f64,
    releases: Weights,
}

impl People {
    /// With the share of foreigners, as seen on the day `as_of`.
    #[must_use]
    pub fn new(key: Key, as_of: Micros, foreigners: f64) -> Self {
        Self {
            key,
            as_of,
            foreigners,
            releases: Weights::shares(RELEASES.iter().map(|(_, share)| *share)),
        }
    }

    /// Whether the user of that number has an iPhone.
    #[must_use]
    pub fn ios(&self, user: u64) -> bool {
        self.key.part(1).row(user).chance(0.18)
    }

    /// The user of that number, who signed up at `joined`.
    #[must_use]
    pub fn of(&self, words: &Vocabulary, user: u64, joined: Micros) -> Profile {
        let mut dice = self.key.row(user);
        let female = dice.chance(0.53);
        let foreign = dice.chance(self.foreigners);
        let name: Person = if foreign {
            English { female }.fake_with_rng(&mut dice)
        } else {
            let names = &words.names;
            Khmer { names, female }.fake_with_rng(&mut dice)
        };
        let home = *words.places.draw(&mut dice);
        let (years, days) = (AGES.draw(&mut dice), dice.between(0, 364) as i32);
        let born = (local_day(self.as_of) - (years * 365.25) as i32 - days)
            .min(local_day(joined) - YOUNGEST * 366 - days);
        let absence = dice.unit();
        let khmer = !foreign && dice.chance(0.78 / (1.0 - self.foreigners).max(0.5));
        let release = RELEASES[self.releases.draw(&mut dice)].0;
        let checked = day::moment(&mut dice, joined + HOUR, joined + 3 * DAY).min(self.as_of);
        let of_age = local_day(checked) - born > CARD_FROM * 366;
        let identity = match dice.unit() {
            share if share < PENDING || !of_age => Identity::Pending,
            share if share < PENDING + VERIFIED => Identity::Verified(checked),
            _ => Identity::Rejected,
        };
        Profile {
            name,
            home,
            born,
            joined,
            absence,
            khmer,
            ios: self.ios(user),
            push: dice.chance(0.7),
            release,
            identity,
            has_card: identity != Identity::Pending,
            phone_verified: dice
                .chance(0.86)
                .then(|| (joined + dice.between(MINUTE, 10 * MINUTE)).min(self.as_of)),
            suspended: dice.chance(0.004).then(|| dice.index(2)),
            dice,
        }
    }
}
