//! The first pass over the votes: nothing is written, everything is added up. Sixteen bytes a user.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use super::World;
use super::ballots::{Ballots, Kind, Vote};
use crate::seed::random::Dice;

/// Votes of one block: what one message of COPY holds.
pub const BLOCK: u64 = 2_048;
/// No vote.
const NEVER: u32 = u32::MAX;

/// What users did, added up.
#[derive(Debug)]
pub struct Tally {
    votes: Vec<AtomicU32>,
    spent: Vec<AtomicU32>,
    first: Vec<AtomicU32>,
    last: Vec<AtomicU32>,
}

impl Tally {
    /// For so many users.
    #[must_use]
    pub fn new(users: u64) -> Self {
        let all = |value| (0..users).map(|_| AtomicU32::new(value)).collect();
        Self {
            votes: all(0),
            spent: all(0),
            first: all(NEVER),
            last: all(0),
        }
    }

    /// Votes that a user cast.
    #[must_use]
    pub fn votes(&self, user: u64) -> u64 {
        u64::from(self.votes[user as usize].load(Relaxed))
    }

    /// What a user paid for votes and tickets, in hundredths of a dollar.
    #[must_use]
    pub fn spent(&self, user: u64) -> u64 {
        u64::from(self.spent[user as usize].load(Relaxed))
    }

    /// First and last vote of a user: numbers over all seasons.
    #[must_use]
    pub fn first_and_last(&self, user: u64) -> Option<(u64, u64)> {
        let first = self.first[user as usize].load(Relaxed);
        let last = self.last[user as usize].load(Relaxed);
        (first != NEVER).then_some((u64::from(first), u64::from(last)))
    }

    /// Adds what a user paid.
    pub fn pay(&self, user: u64, cents: u64) {
        let cents = u32::try_from(cents).unwrap_or(u32::MAX);
        self.spent[user as usize].fetch_add(cents, Relaxed);
    }

    fn count(&self, vote: &Vote, number: u64) {
        let (user, number) = (vote.user as usize, number as u32);
        self.votes[user].fetch_add(vote.count as u32, Relaxed);
        self.pay(vote.user, vote.cents);
        self.first[user].fetch_min(number, Relaxed);
        self.last[user].fetch_max(number, Relaxed);
    }
}

/// What one episode adds up to.
#[derive(Debug)]
pub struct EpisodeTotals {
    /// Votes by performer.
    pub totals: Vec<u64>,
    /// Money paid, in hundredths of a dollar.
    pub revenue: u64,
    /// Messages logged, by block.
    pub messages: Vec<u32>,
}

/// Counts the votes of an episode; there are so many of episodes `before` it.
#[must_use]
pub fn count(
    world: &World,
    ballots: &Ballots,
    performers: usize,
    before: u64,
    workers: usize,
) -> EpisodeTotals {
    let blocks = ballots.rows().div_ceil(BLOCK);
    let totals: Vec<AtomicU64> = (0..performers).map(|_| AtomicU64::new(0)).collect();
    let messages: Vec<AtomicU32> = (0..blocks).map(|_| AtomicU32::new(0)).collect();
    let revenue = AtomicU64::new(0);
    super::in_parallel(blocks, workers, |block| {
        let mut own = vec![0; performers];
        let (mut paid, mut logged) = (0, 0);
        for nth in block * BLOCK..((block + 1) * BLOCK).min(ballots.rows()) {
            let vote = ballots.vote(&world.voters, |user| world.can_text(user), nth);
            own[vote.place] += vote.count;
            paid += vote.cents;
            if vote.kind == Kind::Sms {
                logged += 1 + u32::from(lost_message(&mut vote.dice.clone()).is_some());
            }
            world.tally.count(&vote, before + nth);
        }
        for (total, votes) in totals.iter().zip(own) {
            total.fetch_add(votes, Relaxed);
        }
        messages[block as usize].store(logged, Relaxed);
        revenue.fetch_add(paid, Relaxed);
    });
    EpisodeTotals {
        totals: totals.iter().map(|total| total.load(Relaxed)).collect(),
        revenue: revenue.load(Relaxed),
        messages: messages.iter().map(|count| count.load(Relaxed)).collect(),
    }
}

/// A message that the carrier lost before the one that came through: 4 in 100 failed, 2 in 100 are
/// still pending.
pub fn lost_message(dice: &mut Dice) -> Option<&'static str> {
    match dice.unit() {
        share if share < 0.0425 => Some("failed"),
        share if share < 0.0640 => Some("pending"),
        _ => None,
    }
}
