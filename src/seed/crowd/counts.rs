//! How many rows every block of users has in every table, so that any block knows the ids of its
//! rows without the blocks before it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use super::World;
use super::life::Life;
use super::wallet::Purpose;

/// Users of one block: what one message of COPY holds.
pub const USER_BLOCK: u64 = 512;

/// What is counted per block of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// `spree_store_credits`.
    Credits,
    /// `spree_store_credit_events`.
    CreditEvents,
    /// `wallet_transactions`.
    Movements,
    /// `user_payment_methods`.
    PaymentMethods,
    /// `user_subscriptions`.
    Subscriptions,
    /// `subscription_invoices`.
    Invoices,
    /// `feature_usages`.
    Usages,
    /// `loyalty_activities` of users.
    Activities,
    /// `achievements`.
    Achievements,
    /// `referral_rewards`.
    Rewards,
    /// `loyalty_activities` of rewards.
    RewardActivities,
    /// `push_notifications`.
    Notifications,
}

const COUNTERS: usize = Counter::Notifications as usize + 1;

/// Rows before every block, by counter.
#[derive(Debug, Default)]
pub struct Counts {
    before: Vec<[u64; COUNTERS]>,
    /// How often each promotion gave a bonus.
    pub bonuses: Vec<u64>,
}

impl Counts {
    /// Lives every user's life and counts what it leaves behind.
    #[must_use]
    pub fn count(world: &World, workers: usize) -> Self {
        let blocks = world.users.div_ceil(USER_BLOCK);
        let cells = blocks as usize * COUNTERS;
        let rows: Vec<AtomicU32> = (0..cells).map(|_| AtomicU32::new(0)).collect();
        let offers = world.wallets.promotions().len();
        let bonuses: Vec<AtomicU64> = (0..offers).map(|_| AtomicU64::new(0)).collect();
        super::in_parallel(blocks, workers, |block| {
            let mut own = [0_usize; COUNTERS];
            for user in block * USER_BLOCK..((block + 1) * USER_BLOCK).min(world.users) {
                let life = Life::of(world, user);
                for (counter, rows) in life.counts(world) {
                    own[counter as usize] += rows;
                }
                for entry in &life.ledger.entries {
                    if let Purpose::Bonus(offer) = entry.purpose {
                        bonuses[offer].fetch_add(1, Relaxed);
                    }
                }
            }
            for (counter, count) in own.into_iter().enumerate() {
                rows[block as usize * COUNTERS + counter].store(count as u32, Relaxed);
            }
        });
        let mut sums = [0; COUNTERS];
        let mut before = vec![sums];
        for block in rows.chunks(COUNTERS) {
            for (sum, count) in sums.iter_mut().zip(block) {
                *sum += u64::from(count.load(Relaxed));
            }
            before.push(sums);
        }
        Self {
            before,
            bonuses: bonuses.iter().map(|count| count.load(Relaxed)).collect(),
        }
    }

    /// Rows in all blocks before this one.
    #[must_use]
    pub fn before(&self, counter: Counter, block: u64) -> u64 {
        self.before[block as usize][counter as usize]
    }

    /// All rows.
    #[must_use]
    pub fn total(&self, counter: Counter) -> u64 {
        self.before.last().map_or(0, |sums| sums[counter as usize])
    }
}
