//! A user's wallet, played through in the order of time: top-ups with their bonuses, invoices paid
//! from it, a transfer to a friend. Each movement moves store credits too, the oldest first, so that
//! ledger and credits agree.

use super::payment::{Method, Methods};
use super::subscriptions::Subscription;
use crate::seed::clock::{DAY, Micros};
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
/// Share of top-ups in riel, and of those that fail.
const IN_RIEL: f64 = 0.30;
const FAILS: f64 = 0.05;
/// How long a bonus may be spent.
const BONUS_LASTS: Micros = 365 * DAY;

/// A currency of the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Currency {
    /// US dollars.
    Usd,
    /// Riel.
    Khr,
}

impl Currency {
    /// As it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Khr => "KHR",
        }
    }
}

/// What a movement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Money came in, this way.
    TopUp(&'static str),
    /// A promotion gave something on top: its index.
    Bonus(usize),
    /// An invoice was paid: which of the user's.
    Invoice(usize),
    /// Money went to the friend.
    TransferOut,
    /// Money came from the friend.
    TransferIn,
}

/// A movement.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// When.
    pub at: Micros,
    /// Currency.
    pub currency: Currency,
    /// Signed, in hundredths.
    pub amount: i64,
    /// Balance before, in hundredths.
    pub before: i64,
    /// Whether it took place; a failed one leaves the balance alone.
    pub completed: bool,
    /// What for.
    pub purpose: Purpose,
    /// The credit that it made, or first took from.
    pub credit: Option<usize>,
}

impl Entry {
    /// Balance after, in hundredths.
    #[must_use]
    pub fn after(&self) -> i64 {
        self.before + if self.completed { self.amount } else { 0 }
    }
}

/// A store credit.
#[derive(Debug, Clone, Copy)]
pub struct Credit {
    /// When it was given.
    pub at: Micros,
    /// Currency.
    pub currency: Currency,
    /// How much, in hundredths.
    pub amount: i64,
    /// How much of it was used.
    pub used: i64,
    /// Where it came from.
    pub purpose: Purpose,
    /// Until when it may be used.
    pub expires: Option<Micros>,
}

/// Something that happened to a credit.
#[derive(Debug, Clone, Copy)]
pub struct CreditEvent {
    /// When.
    pub at: Micros,
    /// Which credit of the user.
    pub credit: usize,
    /// Whether it was used rather than given.
    pub capture: bool,
    /// How much, in hundredths.
    pub amount: i64,
    /// What the user had after, in hundredths.
    pub total: i64,
}

/// A wallet after everything.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Movements in order.
    pub entries: Vec<Entry>,
    /// Credits in order.
    pub credits: Vec<Credit>,
    /// What happened to them.
    pub events: Vec<CreditEvent>,
}

impl Ledger {
    /// Whether this invoice of the user was paid from the wallet.
    #[must_use]
    pub fn paid_invoice(&self, invoice: usize) -> bool {
        let purpose = Purpose::Invoice(invoice);
        self.entries.iter().any(|entry| entry.purpose == purpose)
    }

    /// Bonuses received, in hundredths of a dollar.
    #[must_use]
    pub fn saved(&self) -> i64 {
        let bonuses = self.credits.iter().filter(|credit| {
            credit.currency == Currency::Usd && matches!(credit.purpose, Purpose::Bonus(_))
        });
        bonuses.map(|credit| credit.amount).sum()
    }

    fn balance(&self, currency: Currency) -> i64 {
        let last = self
            .entries
            .iter()
            .rev()
            .find(|entry| entry.currency == currency);
        last.map_or(0, Entry::after)
    }

    fn receive(&mut self, at: Micros, currency: Currency, amount: i64, purpose: Purpose) {
        let before = self.balance(currency);
        let credit = self.credits.len();
        let expires = matches!(purpose, Purpose::Bonus(_)).then_some(at + BONUS_LASTS);
        self.credits.push(Credit {
            at,
            currency,
            amount,
            used: 0,
            purpose,
            expires,
        });
        self.events.push(CreditEvent {
            at,
            credit,
            capture: false,
            amount,
            total: before + amount,
        });
        self.entries.push(Entry {
            at,
            currency,
            amount,
            before,
            completed: true,
            purpose,
            credit: Some(credit),
        });
    }

    fn refuse(&mut self, at: Micros, currency: Currency, amount: i64, purpose: Purpose) {
        self.entries.push(Entry {
            at,
            currency,
            amount,
            before: self.balance(currency),
            completed: false,
            purpose,
            credit: None,
        });
    }

    /// Takes from the oldest credits; the caller has looked whether there is enough.
    fn spend(&mut self, at: Micros, currency: Currency, amount: i64, purpose: Purpose) {
        let before = self.balance(currency);
        let (mut rest, mut first, mut total) = (amount, None, before);
        for (index, credit) in self.credits.iter_mut().enumerate() {
            let take = rest.min(credit.amount - credit.used);
            if credit.currency != currency || take == 0 {
                continue;
            }
            credit.used += take;
            rest -= take;
            total -= take;
            first = first.or(Some(index));
            self.events.push(CreditEvent {
                at,
                credit: index,
                capture: true,
                amount: take,
                total,
            });
        }
        self.entries.push(Entry {
            at,
            currency,
            amount: -amount,
            before,
            completed: true,
            purpose,
            credit: first,
        });
    }
}

/// A promotion as far as wallets know it.
#[derive(Debug, Clone)]
pub struct Promotion {
    /// Id in the database.
    pub id: i64,
    /// First and last moment.
    pub during: (Micros, Micros),
    /// From this top-up on, in hundredths.
    pub minimum: i64,
    /// Ways of paying that count; none means all.
    pub methods: Vec<String>,
    /// What it gives.
    pub bonus: Bonus,
}

/// What a promotion gives, in hundredths.
#[derive(Debug, Clone)]
pub enum Bonus {
    /// So much.
    Fixed(i64),
    /// So many hundredths of a percent, up to a limit.
    Share(i64, i64),
    /// By the amount: from, bonus.
    Tiers(Vec<(i64, i64)>),
}

impl Promotion {
    fn gives(&self, at: Micros, amount: i64, method: &Method) -> Option<i64> {
        let counts = self.methods.is_empty() || self.methods.iter().any(|own| own == method.code);
        if !counts || at < self.during.0 || at > self.during.1 || amount < self.minimum {
            return None;
        }
        let bonus = match &self.bonus {
            Bonus::Fixed(bonus) => *bonus,
            Bonus::Share(percent, most) => (amount * percent / 10_000).min(*most),
            Bonus::Tiers(tiers) => tiers
                .iter()
                .filter(|(from, _)| amount >= *from)
                .map(|(_, bonus)| *bonus)
                .max()
                .unwrap_or(0),
        };
        (bonus > 0).then_some(bonus)
    }
}

/// What passes between two friends: users 2n and 2n + 1.
#[derive(Debug, Clone, Copy)]
struct Transfer {
    at: Micros,
    amount: i64,
}

enum Step {
    TopUp(Dice),
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
        let gives = linked && (user % 2 == 0) == even_gives;
        let at = linked.then(|| {
            let earliest = owner.joined(user.max(friend));
            bond.moment(earliest, self.as_of)
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
            for nth in 0..dice.count(self.top_ups) {
                let at = dice.moment(joined, self.as_of);
                steps.push((
                    at,
                    Step::TopUp(self.key.part(2).part(user).row(u64::from(nth))),
                ));
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
            self.step(&mut ledger, at, step);
        }
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

    fn top_up(&self, ledger: &mut Ledger, at: Micros, mut dice: Dice) {
        let method = self.methods.draw(&mut dice);
        let purpose = Purpose::TopUp(method.code);
        let (currency, amount) = if dice.chance(IN_RIEL) && method.code != "card" {
            (Currency::Khr, RIEL[self.riel.draw(&mut dice)].0)
        } else {
            (Currency::Usd, DOLLARS[self.dollars.draw(&mut dice)].0)
        };
        if dice.chance(FAILS) {
            return ledger.refuse(at, currency, amount, purpose);
        }
        ledger.receive(at, currency, amount, purpose);
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
