//! What users did last by themselves: signed up, voted, moved money, bought tickets, came in, subscribed. Who did was seen
//! then. Four bytes a user.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use super::wallet::Owner;
use super::{USER_BLOCK, World};
use crate::seed::clock::{MINUTE, Micros};

/// How long people stay after it: at least until the phone is confirmed, for which ten minutes are enough.
pub const STAYS: (Micros, Micros) = (11 * MINUTE, 40 * MINUTE);

/// When every user did something last.
#[derive(Debug, Default)]
pub struct Acts {
    began: Micros,
    /// Minutes since then.
    last: Vec<AtomicU32>,
}

impl Acts {
    /// Looks through what everybody did, on so many threads.
    #[must_use]
    pub fn find(world: &World, workers: usize) -> Self {
        // Nobody was there before the first.
        let (began, users) = (world.joined(0), 0..world.users);
        let all = Self {
            began,
            last: users.map(|_| AtomicU32::new(0)).collect(),
        };
        super::in_parallel(world.users.div_ceil(USER_BLOCK), workers, |block| {
            for user in block * USER_BLOCK..((block + 1) * USER_BLOCK).min(world.users) {
                let minutes = (last_of(world, user) - began) / MINUTE;
                let minutes = u32::try_from(minutes).unwrap_or_default();
                all.last[user as usize].store(minutes, Relaxed);
            }
        });
        all
    }

    /// The minute in which a user did something last.
    #[must_use]
    pub fn last(&self, user: u64) -> Micros {
        self.began + i64::from(self.last[user as usize].load(Relaxed)) * MINUTE
    }
}

pub(super) fn last_of(world: &World, user: u64) -> Micros {
    let joined = world.joined(user);
    let subscription = world.subscriptions.of(user, joined);
    let used = subscription.as_ref().map(|own| {
        let days = world.subscriptions.usages(own);
        let used = days.iter().map(|usage| usage.at).max();
        used.max(own.cancelled).max(own.paused).max(Some(own.began))
    });
    // Whoever brought somebody is rewarded when that one is still there after a week.
    let reward = world.referrals.reward(user, || joined);
    [
        world.voted(user).map(|(_, last)| last),
        world.ledger(user).last_act(),
        world.tickets.last_of(user),
        used.flatten(),
        reward.and_then(|reward| reward.qualified),
    ]
    .into_iter()
    .flatten()
    .fold(joined, Micros::max)
}
