//! Chance that repeats: every value is drawn from a generator keyed by (seed, subject, row), so that
//! rows do not depend on the order, the number of workers or the machine in which they are made.
//!
//! Distributions are tables with straight lines between their points: only `+ - × ÷`, which every
//! machine rounds alike. No `ln`, `exp` or `cos`, which libraries of mathematics round differently.

use std::convert::Infallible;

use fake::rand::TryRng;

/// Mixes 64 bits so that every one of them depends on every other (the finaliser of SplitMix64).
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The key of one subject under one seed, such as `users.person`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(u64);

impl Key {
    /// The key of a subject.
    #[must_use]
    pub fn new(seed: u64, subject: &str) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in subject.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(mix(hash ^ mix(seed)))
    }

    /// The dice of one row.
    #[must_use]
    pub fn row(self, row: u64) -> Dice {
        Dice(mix(self.0 ^ mix(row.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// The key of one part, such as an episode of a season.
    #[must_use]
    pub fn part(self, part: u64) -> Self {
        Self(self.row(part).word())
    }
}

/// Nobody does a thing more often.
const MOST_REPEATS: u32 = 1_000;

/// A short sequence of chance (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice that begin at a word drawn elsewhere.
    #[must_use]
    pub fn from_word(word: u64) -> Self {
        Self(word)
    }

    /// The next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A whole number from 0 to `bound - 1`; 0 when there is no room.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(bound)) >> 64) as u64
    }

    /// The same, as an index.
    pub fn index(&mut self, bound: usize) -> usize {
        self.below(bound as u64) as usize
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let room = u64::try_from(high - low + 1).unwrap_or(1);
        low + self.below(room).cast_signed()
    }

    /// A fraction from 0 up to, but not including, 1.
    pub fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether a thing of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.index(of.len())]
    }

    /// How many things happen whose average is `mean`: the whole part for sure, the rest by chance,
    /// spread over twice the mean.
    pub fn count(&mut self, mean: f64) -> u32 {
        let spread = mean * 2.0 * self.unit();
        let whole = spread as u32;
        whole + u32::from(self.chance(spread - f64::from(whole)))
    }
}

impl Dice {
    /// How often somebody does a thing, `mean` on average, where some do it far more than others: a Poisson count whose
    /// rate is gamma distributed with shape 2, which is the sum of two geometric counts.
    pub fn repeats(&mut self, mean: f64) -> u32 {
        let again = mean / (2.0 + mean);
        let mut count = 0;
        for _ in 0..2 {
            while count < MOST_REPEATS && self.chance(again) {
                count += 1;
            }
        }
        count
    }
}

impl TryRng for Dice {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.word() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.word())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

/// Things with weights, one of which is drawn.
#[derive(Debug, Clone)]
pub struct Weights {
    sums: Vec<u64>,
}

impl Weights {
    /// From whole weights; at least one must be above zero.
    pub fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let sums = weights.into_iter().scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// From fractions.
    pub fn shares(shares: impl IntoIterator<Item = f64>) -> Self {
        Self::new(shares.into_iter().map(|share| (share * 1e6) as u64))
    }

    /// The index of the one drawn.
    pub fn draw(&self, dice: &mut Dice) -> usize {
        let ticket = dice.below(self.sums.last().copied().unwrap_or(1));
        self.sums.partition_point(|sum| *sum <= ticket)
    }
}

/// A distribution by its quantiles: points (share of the population, value), straight in between.
#[derive(Debug)]
pub struct Quantiles(pub &'static [(f64, f64)]);

impl Quantiles {
    /// The value below which the share `at` of the population lies.
    #[must_use]
    pub fn at(&self, at: f64) -> f64 {
        let above = self.0.partition_point(|point| point.0 <= at);
        let above = above.clamp(1, self.0.len() - 1);
        let ((from, low), (to, high)) = (self.0[above - 1], self.0[above]);
        low + (high - low) * ((at - from) / (to - from)).clamp(0.0, 1.0)
    }

    /// A value drawn.
    pub fn draw(&self, dice: &mut Dice) -> f64 {
        self.at(dice.unit())
    }
}

/// A shuffle of `0..size` that is computed, not stored: four Feistel rounds over the next power of
/// two, walked until the value falls below `size`.
#[derive(Debug, Clone, Copy)]
pub struct Shuffle {
    size: u64,
    half: u32,
    keys: [u64; 4],
}

impl Shuffle {
    /// The shuffle that belongs to the key.
    #[must_use]
    pub fn new(key: Key, size: u64) -> Self {
        let bits = 64 - size.saturating_sub(1).leading_zeros();
        Self {
            size,
            half: bits.div_ceil(2).max(1),
            keys: [0, 1, 2, 3].map(|round| key.part(round).0),
        }
    }

    /// Where `value` goes; `value` must be below the size.
    #[must_use]
    pub fn of(&self, value: u64) -> u64 {
        let mut value = value;
        loop {
            value = self.round_trip(value);
            if value < self.size {
                return value;
            }
        }
    }

    fn round_trip(&self, value: u64) -> u64 {
        let mask = (1_u64 << self.half) - 1;
        let (mut left, mut right) = (value >> self.half, value & mask);
        for key in self.keys {
            (left, right) = (right, left ^ (mix(right ^ key) & mask));
        }
        (left << self.half) | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_meets_everybody_once() {
        for size in [1_u64, 2, 3, 7, 64, 1000, 4097] {
            let shuffle = Shuffle::new(Key::new(1, "test"), size);
            let mut met: Vec<u64> = (0..size).map(|value| shuffle.of(value)).collect();
            met.sort_unstable();
            assert!(met.into_iter().eq(0..size), "size {size}");
        }
    }

    #[test]
    fn rows_repeat_and_differ() {
        let key = Key::new(42, "users");
        assert_eq!(key.row(7).word(), key.row(7).word());
        assert_ne!(key.row(7).word(), key.row(8).word());
        assert_ne!(key.row(7).word(), Key::new(42, "votes").row(7).word());
        assert_ne!(key.row(7).word(), Key::new(43, "users").row(7).word());
    }

    #[test]
    fn draws_follow_their_weights() {
        let weights = Weights::shares([0.7, 0.0, 0.3]);
        let key = Key::new(1, "weights");
        let mut hits = [0_u32; 3];
        for row in 0..10_000 {
            hits[weights.draw(&mut key.row(row))] += 1;
        }
        assert!((6_800..7_200).contains(&hits[0]), "{hits:?}");
        assert_eq!(hits[1], 0);
    }

    #[test]
    fn quantiles_run_straight_between_points() {
        let ages = Quantiles(&[(0.0, 10.0), (0.5, 20.0), (1.0, 60.0)]);
        assert_eq!(
            [0.0, 0.25, 0.5, 0.75].map(|at| ages.at(at)),
            [10.0, 15.0, 20.0, 40.0]
        );
    }

    #[test]
    fn some_repeat_far_more_than_others() {
        let key = Key::new(1, "repeats");
        let counts: Vec<f64> = (0..20_000)
            .map(|row| f64::from(key.row(row).repeats(2.5)))
            .collect();
        let mean = counts.iter().sum::<f64>() / 20_000.0;
        let spread = counts.iter().map(|count| (count - mean) * (count - mean));
        let variance = spread.sum::<f64>() / 20_000.0;
        assert!((2.4..2.6).contains(&mean), "{mean}");
        // mean + mean² / 2
        assert!((5.2..6.1).contains(&variance), "{variance}");
        assert_eq!(key.row(0).repeats(0.0), 0);
        assert!(key.row(0).repeats(1e12) <= MOST_REPEATS);
    }

    #[test]
    fn counts_have_their_mean() {
        let key = Key::new(1, "count");
        let total: u32 = (0..20_000).map(|row| key.row(row).count(1.3)).sum();
        assert!((25_000..27_000).contains(&total), "{total}");
    }
}
