//! Who brought whom: those who brought many bring more, nobody is brought by somebody who came later.

use crate::seed::clock::{DAY, Micros};
use crate::seed::random::{Dice, Key};

/// Nobody.
const NONE: u32 = u32::MAX;
/// Nobody brings more than this, nor more than one in so many.
const MOST: u64 = 200;
const PART: u64 = 50;
/// Share of referrals by somebody who already brought somebody. It makes the number that people bring a power law of
/// exponent 1 + 1 / 0.77 = 2.3.
const AGAIN: f64 = 0.77;
/// Points for a referral.
pub const POINTS: i64 = 200;
/// How long the new user must stay before the referral counts.
const QUALIFIES_AFTER: Micros = 7 * DAY;
/// How long the payment takes then.
const PAID_AFTER: Micros = DAY;

/// What the referrer gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gift {
    /// Loyalty points.
    Points,
    /// A discount on the next ticket.
    Discount,
}

/// The reward for one referral.
#[derive(Debug, Clone, Copy)]
pub struct Reward {
    /// Number of the user who gets it.
    pub referrer: u64,
    /// What it is.
    pub gift: Gift,
    /// When the referral counted.
    pub qualified: Option<Micros>,
    /// When the reward was given.
    pub paid: Option<Micros>,
}

/// All referrals: ten bytes a user.
#[derive(Debug)]
pub struct Referrals {
    key: Key,
    as_of: Micros,
    most: u16,
    referrer: Vec<u32>,
    brought: Vec<u16>,
    rewarded: Vec<u16>,
}

impl Referrals {
    /// Draws them for all users, in the order in which these came.
    #[must_use]
    pub fn draw(
        key: Key,
        users: u64,
        share: f64,
        as_of: Micros,
        joined: impl Fn(u64) -> Micros,
    ) -> Self {
        let size = users as usize;
        let mut all = Self {
            key,
            as_of,
            most: MOST.min(1 + users / PART) as u16,
            referrer: Vec::with_capacity(size),
            brought: vec![0; size],
            rewarded: vec![0; size],
        };
        let mut bringers = Vec::with_capacity((users as f64 * share) as usize);
        for user in 0..users {
            let mut dice = key.row(user);
            let referrer = if user > 0 && dice.chance(share) {
                all.attach(user, &mut bringers, &mut dice)
            } else {
                None
            };
            all.referrer
                .push(referrer.map_or(NONE, |number| number as u32));
            if let Some(reward) = all.reward(user, || joined(user))
                && reward.gift == Gift::Points
                && reward.paid.is_some()
            {
                all.rewarded[reward.referrer as usize] += 1;
            }
        }
        all
    }

    /// Mostly somebody who already brought somebody, the likelier the more these are, otherwise anybody who was here.
    /// `bringers` has one entry per referral so far.
    fn attach(&mut self, user: u64, bringers: &mut Vec<u32>, dice: &mut Dice) -> Option<u64> {
        let anybody = dice.below(user);
        let known = bringers.get(dice.index(bringers.len())).copied();
        let again = known.filter(|_| dice.chance(AGAIN)).map(u64::from);
        let has_room = |all: &Self, user: &u64| all.brought[*user as usize] < all.most;
        let chosen = again.filter(|user| has_room(self, user)).unwrap_or(anybody);
        if !has_room(self, &chosen) {
            return None;
        }
        self.brought[chosen as usize] += 1;
        bringers.push(chosen as u32);
        Some(chosen)
    }

    /// Who brought this user.
    #[must_use]
    pub fn referrer(&self, user: u64) -> Option<u64> {
        let referrer = self.referrer[user as usize];
        (referrer != NONE).then(|| u64::from(referrer))
    }

    /// How many this user brought.
    #[must_use]
    pub fn brought(&self, user: u64) -> u64 {
        u64::from(self.brought[user as usize])
    }

    /// How many of them were rewarded with points.
    #[must_use]
    pub fn rewarded(&self, user: u64) -> u64 {
        u64::from(self.rewarded[user as usize])
    }

    /// What was given for bringing this user.
    pub fn reward(&self, user: u64, joined: impl Fn() -> Micros) -> Option<Reward> {
        let referrer = self.referrer(user)?;
        let mut dice = self.key.part(1).row(user);
        let reached = |at: Micros| (at <= self.as_of).then_some(at);
        let stayed = dice.chance(0.85);
        let gift = if dice.chance(0.8) {
            Gift::Points
        } else {
            Gift::Discount
        };
        let qualified = if stayed {
            reached(joined() + QUALIFIES_AFTER)
        } else {
            None
        };
        Some(Reward {
            referrer,
            gift,
            qualified,
            paid: qualified.and_then(|at| reached(at + PAID_AFTER)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_brought_by_who_came_later() {
        let all = Referrals::draw(Key::new(1, "r"), 20_000, 0.25, 100 * DAY, |user| {
            user as i64 * 1_000_000
        });
        let mut counted = vec![0; 20_000];
        for user in 0..20_000 {
            if let Some(referrer) = all.referrer(user) {
                assert!(referrer < user);
                counted[referrer as usize] += 1;
            }
        }
        let share = counted.iter().sum::<u64>() as f64 / 20_000.0;
        assert!((0.22..0.27).contains(&share), "{share}");
        assert!((0..20_000).all(|user| counted[user as usize] == all.brought(user)));
        let at_least = |most: u64| counted.iter().filter(|count| **count >= most).count() as f64;
        // A power law of exponent 2.3: 43 of 100 who bring one bring a second, 6 of 100 ten or more.
        let (two, ten) = (at_least(2) / at_least(1), at_least(10) / at_least(1));
        assert!((0.38..0.48).contains(&two), "{two}");
        assert!((0.04..0.08).contains(&ten), "{ten}");
        let most = *counted.iter().max().unwrap();
        assert!((100..=MOST).contains(&most), "{most}");
    }
}
