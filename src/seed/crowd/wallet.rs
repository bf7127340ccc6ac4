//! A user's wallet, played through in the order of time: top-ups with their bonuses, invoices paid
//! from it, phone credit bought with it, a transfer to a friend. Each movement moves store credits too, the oldest first, so that
//! ledger and credits agree.

mod ledger;
mod promotion;

pub use ledger::{Credit, CreditEvent, Currency, Entry, Ledger, Purpose};
pub use promotion::{Bonus, Promotion};

use super::payment::Methods;
use super::subscriptions::Subscription;
use crate::seed::clock::Micros;
use crate::seed::day;
use crate::seed::random::{Dice, Key, Weights};

/// Dollars that people top up, in hundredths.
const DOLLARS: [(i64, f64); 6] = [
    (100, 0.16),
    (200, 0.20),
    (500, 0.30),
    (1_000, 0.20),
    (2_000, 0.10),
    (5_000, 0.04),
];
/// Riel that people top up, in hundredths.
const RIEL: [(i64, f64); 4] = [
    (400_000, 0.35),
    (1_000_000, 0.30),
    (2_000_000, 0.25),
    (5_000_000, 0.10),
];
/// What a dollar is worth, about.
const RIEL_PER_DOLLAR: i64 = 4_050;
/// Share of top-ups after which phone credit is bought.
const BUYS: f64 = 0.75;
/// Share of top-ups in riel, and of those that fail.
const IN_RIEL: f64 = 0.30;
const FAILS: f64 = 0.05;

/// What passes between two friends: users 2n and 2n + 1.
#[derive(Debug, Clone, Copy)]
struct Transfer {
    at: Micros,
    amount: i64,
}

enum Step {
    TopUp(Dice),
    Phone(Dice),
    Invoice(usize, i64, bool),
    Give(f64),
    Take(i64),
}

/// Plays wallets through.
#[derive(Debug)]
pub struct Wallets {
    key: Key,
    as_of: Micros,
    users: u64,
    share: f64,
    top_ups: f64,
    promotions: Vec<Promotion>,
    methods: Methods,
    dollars: Weights,
    riel: Weights,
}

/// What a wallet depends on: when the user signed up, and what the user subscribed to, with its price.
pub trait Owner {
    /// When the user of that number signed up.
    fn joined(&self, user: u64) -> Micros;
    /// The subscription and the price of its plan, where that is in dollars.
    fn subscription(&self, user: u64) -> Option<(Subscription, Option<i64>)>;
}

impl Wallets {
    /// With the share of users who have one and the number of their top-ups.
    #[must_use]
    pub fn new(
        key: Key,
        as_of: Micros,
        users: u64,
        (share, top_ups): (f64, f64),
        promotions: Vec<Promotion>,
    ) -> Self {
        Self {
            key,
            as_of,
            users,
            share,
            top_ups,
            promotions,
            methods: Methods::new(),
            dollars: Weights::shares(DOLLARS.iter().map(|(_, share)| *share)),
            riel: Weights::shares(RIEL.iter().map(|(_, share)| *share)),
        }
    }

    /// The promotions that give bonuses.
    #[must_use]
    pub fn promotions(&self) -> &[Promotion] {
        &self.promotions
    }

    /// The wallet of a user.
    #[must_use]
    pub fn of(&self, owner: &impl Owner, user: u64) -> Ledger {
        let friend = user ^ 1;
        let mut bond = self.key.part(1).row(user / 2);
        let linked = friend < self.users && bond.chance(0.12);
        let even_gives = bond.chance(0.5);
        let gives = linked && user.is_multiple_of(2) == even_gives;
        let at = linked.then(|| {
            let earliest = owner.joined(user.max(friend));
            day::moment(&mut bond, earliest, self.as_of)
        });
        if gives {
            let part = 0.2 + 0.6 * bond.unit();
            return self.play(owner, user, at.map(|at| (at, Step::Give(part))));
        }
        let received = at.and_then(|at| {
            let part = 0.2 + 0.6 * bond.unit();
            let giver = self.play(owner, friend, Some((at, Step::Give(part))));
            let given = giver
                .entries
                .iter()
                .find(|entry| entry.purpose == Purpose::TransferOut)?;
            Some(Transfer {
                at: given.at,
                amount: -given.amount,
            })
        });
        let step = received.map(|transfer| (transfer.at, Step::Take(transfer.amount)));
        self.play(owner, user, step)
    }

    fn play(&self, owner: &impl Owner, user: u64, friend: Option<(Micros, Step)>) -> Ledger {
        let mut dice = self.key.row(user);
        let mut steps = Vec::new();
        if dice.chance(self.share) {
            let joined = owner.joined(user);
            for nth in 0..dice.repeats(self.top_ups) {
                let at = day::moment(&mut dice, joined, self.as_of);
                let own = self.key.part(2).part(user).row(u64::from(nth));
                if dice.chance(BUYS) {
                    let later = day::moment(&mut dice, at, self.as_of);
                    steps.push((later, Step::Phone(own.clone())));
                }
                steps.push((at, Step::TopUp(own)));
            }
            if let Some((subscription, Some(price))) = owner.subscription(user) {
                for (nth, invoice) in subscription.invoices.iter().enumerate() {
                    if let Some(paid) = invoice.paid {
                        steps.push((paid, Step::Invoice(nth, price, dice.chance(0.5))));
                    }
                }
            }
        }
        steps.extend(friend);
        steps.sort_by_key(|(at, _)| *at);
        let mut ledger = Ledger::default();
        for (at, step) in steps {
            ledger.expire(at);
            self.step(&mut ledger, at, step);
        }
        ledger.expire(self.as_of);
        ledger
    }

    fn step(&self, ledger: &mut Ledger, at: Micros, step: Step) {
        match step {
            Step::TopUp(dice) => self.top_up(ledger, at, dice),
            Step::Invoice(nth, price, willing) => {
                if willing && ledger.balance(Currency::Usd) >= price {
                    ledger.spend(at, Currency::Usd, price, Purpose::Invoice(nth));
                }
            }
            Step::Phone(dice) => self.buy_phone_credit(ledger, at, dice),
            Step::Give(part) => {
                // Whole dollars, part of what is there.
                let dollars = (ledger.balance(Currency::Usd) as f64 * part) as i64 / 100;
                if dollars > 0 {
                    ledger.spend(at, Currency::Usd, dollars * 100, Purpose::TransferOut);
                }
            }
            Step::Take(amount) => {
                ledger.receive(at, Currency::Usd, amount, Purpose::TransferIn);
            }
        }
    }

    /// Of the currency that holds more, the largest usual amount that it holds and no more than was drawn.
    fn buy_phone_credit(&self, ledger: &mut Ledger, at: Micros, mut dice: Dice) {
        let riel = ledger.balance(Currency::Khr) > ledger.balance(Currency::Usd) * RIEL_PER_DOLLAR;
        let (currency, amounts, weights) = if riel {
            (Currency::Khr, &RIEL[..], &self.riel)
        } else {
            (Currency::Usd, &DOLLARS[..], &self.dollars)
        };
        let most = ledger.balance(currency);
        let usual = amounts[..=weights.draw(&mut dice)].iter().rev();
        if let Some((amount, _)) = usual.copied().find(|(amount, _)| *amount <= most) {
            ledger.spend(at, currency, amount, Purpose::PhoneCredit);
        }
    }

    fn top_up(&self, ledger: &mut Ledger, at: Micros, mut dice: Dice) {
        let method = self.methods.draw(&mut dice);
        let (currency, amount) = if dice.chance(IN_RIEL) && method.code != "card" {
            (Currency::Khr, RIEL[self.riel.draw(&mut dice)].0)
        } else {
            (Currency::Usd, DOLLARS[self.dollars.draw(&mut dice)].0)
        };
        if dice.chance(FAILS) {
            return ledger.refuse(at, currency, method.code, amount);
        }
        ledger.receive(at, currency, amount, Purpose::TopUp(method.code));
        if currency == Currency::Khr || !dice.chance(0.6) {
            return;
        }
        let offers = self.promotions.iter().enumerate();
        let best = offers
            .filter_map(|(nth, offer)| Some((offer.gives(at, amount, method)?, nth)))
            .max();
        if let Some((bonus, nth)) = best {
            ledger.receive(at, currency, bonus, Purpose::Bonus(nth));
        }
    }
}
