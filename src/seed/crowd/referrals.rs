//! Who brought whom: those who brought many bring more, nobody is brought by somebody who came later.

use crate::seed::clock::{DAY, Micros};
use crate::seed::random::{Dice, Key};

/// Nobody.
const NONE: u32 = u32::MAX;
/// Nobody brings more than this.
const MOST: u16 = 200;
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
            referrer: Vec::with_capacity(size),
            brought: vec![0; size],
            rewarded: vec![0; size],
        };
        for user in 0..users {
            let mut dice = key.row(user);
            let referrer = if user > 0 && dice.chance(share) {
                all.attach(user, &mut dice)
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

    /// Half of the time somebody who already brought somebody, otherwise anybody who was here.
    fn attach(&mut self, user: u64, dice: &mut Dice) -> Option<u64> {
        let anybody = dice.below(user);
        let known = self.referrer[anybody as usize];
        let popular = known != NONE && dice.chance(0.7);
        let chosen = if popular { u64::from(known) } else { anybody };
        let count = &mut self.brought[chosen as usize];
        if *count >= MOST {
            return None;
        }
        *count += 1;
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
        let most = counted.iter().max().unwrap();
        assert!(*most > 20, "some bring many: {most}");
    }
}
