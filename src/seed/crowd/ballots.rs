//! The votes of one episode, without their rows: ballots are dealt to users by their zeal, shuffled
//! over the evening, and each can be told from its place in time alone. Both passes read it: the first
//! adds up, the second writes.

use super::show::{Arrivals, Episode, Favour, Season};
use crate::seed::clock::Micros;
use crate::seed::random::{Dice, Key, Quantiles, Shuffle, Weights};

/// How many ballots a voter takes, in proportion to the others.
const ZEAL: Quantiles = Quantiles(&[
    (0.0, 16.0),
    (0.60, 25.0),
    (0.85, 42.0),
    (0.97, 80.0),
    (1.0, 240.0),
]);
/// Votes bought at once.
const BOUGHT: Quantiles = Quantiles(&[
    (0.0, 1.0),
    (0.50, 4.0),
    (0.80, 10.0),
    (0.95, 40.0),
    (0.99, 120.0),
    (1.0, 400.0),
]);
/// Share of users who pay for the many, and how many times as often and as much at once they do: more than 25 of 100
/// votes that are paid for are of 1 in 100 who pay.
const WHALES: f64 = 0.01;
const AS_OFTEN: u64 = 3;
const AS_MUCH: u64 = 12;
/// Share of voters who come back for this episode.
const TURNOUT: f64 = 0.55;
/// Free votes of a user in an episode.
const FREE: u32 = 3;
/// Share of the first three ballots that are free.
const FREE_SHARE: f64 = 0.94;
/// Paid, SMS and bundle among those that are not free.
const PAID_KINDS: [f64; 3] = [0.40, 0.40, 0.20];
/// Price of one vote, in hundredths of a dollar.
pub const VOTE_PRICE: u64 = 10;
/// Price of a message, in hundredths of a dollar.
pub const SMS_PRICE: u64 = 25;
/// Ballots of one step of the guide.
const STEP: u64 = 16;

/// What a vote is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One of the free ones of the evening.
    Free,
    /// Bought one by one.
    Paid,
    /// Sent as a message.
    Sms,
    /// From a package: its index.
    Bundle(usize),
}

/// One vote.
#[derive(Debug)]
pub struct Vote {
    /// Number of the user.
    pub user: u64,
    /// Index into the episode's performers.
    pub place: usize,
    /// What it is.
    pub kind: Kind,
    /// Votes that it counts.
    pub count: u64,
    /// What was paid, in hundredths of a dollar.
    pub cents: u64,
    /// Further chance about this vote.
    pub dice: Dice,
}

/// A package as far as votes know it: votes in it, price in hundredths.
#[derive(Debug, Clone, Copy)]
pub struct Bundle {
    /// Votes with the bonus.
    pub votes: u64,
    /// Price, in hundredths of a dollar.
    pub cents: u64,
}

/// Who votes how eagerly, for all episodes.
#[derive(Debug)]
pub struct Voters {
    key: Key,
    share: f64,
    bundles: Vec<Bundle>,
    cheap_first: Weights,
    kinds: Weights,
}

impl Voters {
    /// With the share of users who vote at all, and the packages for sale.
    #[must_use]
    pub fn new(key: Key, share: f64, bundles: Vec<Bundle>) -> Self {
        Self {
            key,
            share,
            cheap_first: Weights::new((0..bundles.len() as u64).map(|nth| 64 >> (2 * nth).min(6))),
            bundles,
            kinds: Weights::shares(PAID_KINDS),
        }
    }

    fn zeal(&self, user: u64, turnout: Key) -> u64 {
        let mut dice = self.key.row(user);
        if !dice.chance(self.share) || !turnout.row(user).chance(TURNOUT) {
            return 0;
        }
        let zeal = ZEAL.draw(&mut dice) as u64;
        zeal * if self.is_whale(user) { AS_OFTEN } else { 1 }
    }

    /// Whether a user is one of the few who pay for the many.
    fn is_whale(&self, user: u64) -> bool {
        self.key.part(1).row(user).chance(WHALES)
    }
}

/// When the votes of an episode arrive, one after the other.
#[derive(Debug)]
pub struct Evening {
    arrivals: Arrivals,
    key: Key,
    /// Number of rows.
    pub rows: u64,
}

impl Evening {
    /// When the vote that is the `nth` in time arrives.
    #[must_use]
    pub fn at(&self, nth: u64) -> Micros {
        let jitter = self.key.row(nth).unit();
        self.arrivals.at((nth as f64 + jitter) / self.rows as f64)
    }
}

/// The ballots of one episode.
#[derive(Debug)]
pub struct Ballots {
    /// First ballot of every user, and the number of all at the end.
    starts: Vec<u32>,
    /// The user of every sixteenth ballot.
    guide: Vec<u32>,
    shuffle: Shuffle,
    /// When they arrive.
    pub evening: Evening,
    favour: Favour,
    favourites: Key,
    key: Key,
}

impl Ballots {
    /// Deals the episode's ballots to those who may vote.
    #[must_use]
    pub fn deal(voters: &Voters, season: &Season, episode: &Episode, as_of: Micros) -> Self {
        let key = season_key(voters, season).part(episode.number as u64);
        let users = episode.eligible;
        let mut starts = Vec::with_capacity(users as usize + 1);
        let mut sum = 0_u64;
        let turnout = key.part(1);
        for user in 0..users {
            starts.push(sum as u32);
            sum += voters.zeal(user, turnout);
        }
        if sum == 0 {
            // Nobody is eager in so small a crowd: everybody takes an equal part.
            starts = (0..users).map(|user| user as u32).collect();
            sum = users;
        }
        starts.push(sum as u32);
        let rows = episode.rows;
        for start in &mut starts {
            let share = u128::from(*start) * u128::from(rows) / u128::from(sum.max(1));
            *start = share as u32;
        }
        Self {
            guide: guide(&starts, rows),
            starts,
            shuffle: Shuffle::new(key.part(2), rows),
            evening: Evening {
                arrivals: Arrivals::new(episode, as_of),
                key: key.part(3).part(4),
                rows,
            },
            favour: Favour::new(season, episode),
            favourites: season_key(voters, season).part(0),
            key: key.part(3),
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.evening.rows
    }

    /// The vote that is the `nth` in time.
    #[must_use]
    pub fn vote(&self, voters: &Voters, carriers: impl Fn(u64) -> bool, nth: u64) -> Vote {
        let ballot = self.shuffle.of(nth);
        let (user, ordinal) = self.owner(ballot);
        let mut dice = self.key.row(ballot);
        let place = self.favour.draw(&mut self.favourites.row(user), &mut dice);
        let kind = kind(voters, ordinal, &mut dice, || carriers(user));
        let (count, cents) = match kind {
            Kind::Free => (1, 0),
            Kind::Sms => (1, SMS_PRICE),
            Kind::Bundle(package) => {
                let bundle = voters.bundles[package];
                (bundle.votes, bundle.cents)
            }
            Kind::Paid => {
                let times = if voters.is_whale(user) { AS_MUCH } else { 1 };
                let count = BOUGHT.draw(&mut dice) as u64 * times;
                (count, count * VOTE_PRICE)
            }
        };
        Vote {
            user,
            place,
            kind,
            count,
            cents,
            dice,
        }
    }

    /// Whose a ballot is, and which of that user's it is.
    fn owner(&self, ballot: u64) -> (u64, u32) {
        let ballot32 = ballot as u32;
        let mut user = self.guide[(ballot / STEP) as usize] as usize;
        while self.starts[user + 1] <= ballot32 {
            user += 1;
        }
        (user as u64, ballot32 - self.starts[user])
    }
}

fn season_key(voters: &Voters, season: &Season) -> Key {
    let slug = season.slug.bytes().fold(0, |sum: u64, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    voters.key.part(2).part(slug)
}

fn guide(starts: &[u32], rows: u64) -> Vec<u32> {
    let mut user = 0;
    let steps = (0..rows).step_by(STEP as usize);
    steps
        .map(|ballot| {
            while u64::from(starts[user + 1]) <= ballot {
                user += 1;
            }
            user as u32
        })
        .collect()
}

fn kind(voters: &Voters, ordinal: u32, dice: &mut Dice, can_text: impl Fn() -> bool) -> Kind {
    if ordinal < FREE && dice.chance(FREE_SHARE) {
        return Kind::Free;
    }
    match voters.kinds.draw(dice) {
        1 if can_text() => Kind::Sms,
        2 if !voters.bundles.is_empty() => Kind::Bundle(voters.cheap_first.draw(dice)),
        _ => Kind::Paid,
    }
}
