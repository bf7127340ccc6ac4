//! One user's whole story, put together from its parts: what the rows of all tables are read from.

use super::loyalty::{self, Achievement, Activity, Deeds};
use super::person::{Identity, Profile};
use super::referrals::{Gift, POINTS, Reward};
use super::subscriptions::{Subscription, Usage};
use super::wallet::Ledger;
use super::{Counter, World};
use crate::seed::clock::{DAY, Micros};
use crate::seed::random::Key;

/// A user's story.
#[derive(Debug)]
pub struct Life {
    /// Number of the user.
    pub user: u64,
    /// Who the user is.
    pub person: Profile,
    /// When the user was last seen.
    pub seen: Micros,
    /// The subscription.
    pub subscription: Option<Subscription>,
    /// Days on which features were used.
    pub usages: Vec<Usage>,
    /// The wallet.
    pub ledger: Ledger,
    /// Achievements.
    pub achievements: Vec<Achievement>,
    /// What happened to the points, referrals aside.
    pub activities: Vec<Activity>,
    /// The reward for whoever brought this user.
    pub reward: Option<Reward>,
}

impl Life {
    /// The story of a user.
    #[must_use]
    pub fn of(world: &World, user: u64) -> Self {
        let person = world.person(user);
        let subscription = world.subscriptions.of(user, person.joined);
        let voted = world.voted(user);
        let seen = world.seen(user, &person);
        let deeds = Deeds {
            votes: world.tally.votes(user),
            voted,
            subscribed: subscription.as_ref().and_then(first_payment),
            verified: match person.identity {
                Identity::Verified(at) => Some(at),
                _ => None,
            },
            brought: world.referrals.brought(user),
        };
        let achievements = loyalty::achievements(&deeds, world.as_of);
        let referred = world.referrals.rewarded(user).cast_signed() * POINTS;
        let key = Key::new(world.seed, "loyalty");
        let times = (person.joined, seen);
        Self {
            user,
            seen,
            usages: subscription
                .as_ref()
                .map(|subscription| world.subscriptions.usages(subscription))
                .unwrap_or_default(),
            ledger: world.ledger(user),
            activities: loyalty::activities(key, user, times, &achievements, referred),
            reward: world.referrals.reward(user, || person.joined),
            achievements,
            subscription,
            person,
        }
    }

    /// Rows that the story leaves in every table.
    #[must_use]
    pub fn counts(&self, world: &World) -> [(Counter, usize); 12] {
        let rewarded = self.reward.is_some_and(|reward| gives_points(&reward));
        [
            (Counter::Credits, self.ledger.credits.len()),
            (Counter::CreditEvents, self.ledger.events.len()),
            (Counter::Movements, self.ledger.entries.len()),
            (Counter::PaymentMethods, payment_methods(world, self.user)),
            (
                Counter::Subscriptions,
                usize::from(self.subscription.is_some()),
            ),
            (Counter::Invoices, self.invoices()),
            (Counter::Usages, self.usages.len()),
            (Counter::Activities, self.activities.len()),
            (Counter::Achievements, self.achievements.len()),
            (Counter::Rewards, usize::from(self.reward.is_some())),
            (Counter::RewardActivities, usize::from(rewarded)),
            (
                Counter::Notifications,
                notifications(world, self.user, &self.person),
            ),
        ]
    }

    /// Number of invoices.
    #[must_use]
    pub fn invoices(&self) -> usize {
        self.subscription
            .as_ref()
            .map_or(0, |subscription| subscription.invoices.len())
    }

    /// Points now, and points ever earned, which make the tier.
    #[must_use]
    pub fn points(&self, world: &World) -> (i64, i64) {
        let referred = world.referrals.rewarded(self.user).cast_signed() * POINTS;
        let sum: i64 = self.activities.iter().map(|activity| activity.points).sum();
        let earned: i64 = self
            .activities
            .iter()
            .map(|activity| activity.points.max(0))
            .sum();
        (sum + referred, earned + referred)
    }

    /// Money spent on votes, tickets and invoices, in hundredths of a dollar.
    #[must_use]
    pub fn spent(&self, world: &World) -> i64 {
        let paid = self.subscription.as_ref().map_or(0, |subscription| {
            let plan = world.subscriptions.plan(subscription);
            let invoices = subscription.invoices.iter();
            let paid = invoices.filter(|invoice| invoice.paid.is_some()).count();
            if plan.currency == "USD" {
                plan.cents * paid as i64
            } else {
                0
            }
        });
        world.tally.spent(self.user).cast_signed() + paid
    }
}

/// Whether a reward put points on the referrer's account.
#[must_use]
pub fn gives_points(reward: &Reward) -> bool {
    reward.gift == Gift::Points && reward.paid.is_some()
}

/// How many ways of paying a user keeps.
#[must_use]
pub fn payment_methods(world: &World, user: u64) -> usize {
    let mut dice = Key::new(world.seed, "methods").row(user);
    let mut kept = 0;
    while kept < 3
        && dice.chance(if kept == 0 {
            world.payment_methods
        } else {
            0.25
        })
    {
        kept += 1;
    }
    kept
}

/// How many notifications a user was sent, who allows them.
#[must_use]
pub fn notifications(world: &World, user: u64, person: &Profile) -> usize {
    if !person.push {
        return 0;
    }
    let mut dice = Key::new(world.seed, "notices").row(user);
    let days = ((world.as_of - person.joined) / DAY) as f64;
    // Whoever has just signed up was sent less.
    dice.count(world.notifications * (days / 14.0).min(1.0)) as usize
}

fn first_payment(subscription: &Subscription) -> Option<Micros> {
    subscription
        .invoices
        .iter()
        .find_map(|invoice| invoice.paid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::clock::{HOUR, WEEK};
    use crate::seed::crowd::Setup;
    use crate::seed::crowd::acts::last_of;
    use crate::seed::profile;

    /// Of the load profile, with so few users, at a moment.
    fn world(as_of: Micros) -> World {
        let nothing = |_: &str| Err(std::io::ErrorKind::NotFound.into());
        let crowd = profile::find("load", nothing).unwrap().crowd.unwrap();
        let setup = Setup {
            crowd: &crowd,
            users: 3_000,
            votes: 24_000,
            events: 1,
            seed: 1,
            as_of,
            bundles: Vec::new(),
            plans: Vec::new(),
            promotions: Vec::new(),
            taken_phones: std::collections::HashSet::new(),
        };
        World::build(setup, 1)
    }

    #[test]
    fn a_third_was_seen_in_the_last_week_on_whatever_day() {
        // 2026-06-07 is a Sunday: before the show, on air, the next noon, after the window, and on the Saturday.
        let sunday = 1_780_790_400_000_000;
        for hours in [11, 13, 29, 37, 60, 130] {
            let world = world(sunday + hours * HOUR);
            assert!((0.20..0.35).contains(&world.eager), "{}", world.eager);
            let lives: Vec<Life> = (0..world.users)
                .map(|user| Life::of(&world, user))
                .collect();
            let seen = lives.iter().filter(|life| life.seen > world.as_of - WEEK);
            let share = seen.count() as f64 / world.users as f64;
            assert!((0.30..0.40).contains(&share), "{share} after {hours} hours");
            let now = lives.iter().filter(|life| life.seen == world.as_of);
            let share = now.count() as f64 / world.users as f64;
            assert!(share < 0.06, "{share} are here after {hours} hours");
            assert!(lives.iter().all(|life| {
                let last = last_of(&world, life.user).max(life.person.phone_verified.unwrap_or(0));
                (last..=world.as_of).contains(&life.seen)
            }));
        }
    }
}
