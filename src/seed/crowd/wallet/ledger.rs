//! The ledger of one user: movements, the store credits behind them, and what happened to those.

use crate::seed::clock::{DAY, Micros};

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
    /// Money should have come in, this way and so much of it, in hundredths; nothing moved.
    Failed(&'static str, i64),
    /// A promotion gave something on top: its index.
    Bonus(usize),
    /// An invoice was paid: which of the user's.
    Invoice(usize),
    /// Credit of the user's phone was bought.
    PhoneCredit,
    /// Money went to the friend.
    TransferOut,
    /// Money came from the friend.
    TransferIn,
    /// What was left of a bonus when its time was over.
    Expiry,
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
    /// What for.
    pub purpose: Purpose,
    /// The credit that it made, or first took from.
    pub credit: Option<usize>,
}

impl Purpose {
    /// Whether the user did it, rather than the friend, a promotion or the calendar.
    fn is_act(self) -> bool {
        match self {
            Self::TopUp(_) | Self::Failed(..) | Self::Invoice(_) => true,
            Self::PhoneCredit | Self::TransferOut => true,
            Self::Bonus(_) | Self::TransferIn | Self::Expiry => false,
        }
    }
}

impl Entry {
    /// Balance after, in hundredths.
    #[must_use]
    pub fn after(&self) -> i64 {
        self.before + self.amount
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
    /// Whether that was over before all of it was used.
    pub expired: bool,
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

    /// When the user moved money last, or tried to.
    #[must_use]
    pub fn last_act(&self) -> Option<Micros> {
        let acts = self.entries.iter().filter(|entry| entry.purpose.is_act());
        acts.map(|entry| entry.at).max()
    }

    pub(super) fn balance(&self, currency: Currency) -> i64 {
        let last = self
            .entries
            .iter()
            .rev()
            .find(|entry| entry.currency == currency);
        last.map_or(0, Entry::after)
    }

    pub(super) fn receive(
        &mut self,
        at: Micros,
        currency: Currency,
        amount: i64,
        purpose: Purpose,
    ) {
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
            expired: false,
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
            purpose,
            credit: Some(credit),
        });
    }

    /// A top-up that failed: it stands in the ledger, and moves nothing.
    pub(super) fn refuse(
        &mut self,
        at: Micros,
        currency: Currency,
        method: &'static str,
        asked: i64,
    ) {
        self.entries.push(Entry {
            at,
            currency,
            amount: 0,
            before: self.balance(currency),
            purpose: Purpose::Failed(method, asked),
            credit: None,
        });
    }

    /// Takes what is left of the bonuses whose time is over at that moment, the oldest first.
    pub(super) fn expire(&mut self, until: Micros) {
        for index in 0..self.credits.len() {
            let credit = self.credits[index];
            let rest = credit.amount - credit.used;
            let Some(at) = credit.expires.filter(|at| *at <= until && rest > 0) else {
                continue;
            };
            let before = self.balance(credit.currency);
            self.credits[index].used = credit.amount;
            self.credits[index].expired = true;
            self.events.push(CreditEvent {
                at,
                credit: index,
                capture: true,
                amount: rest,
                total: before - rest,
            });
            self.entries.push(Entry {
                at,
                currency: credit.currency,
                amount: -rest,
                before,
                purpose: Purpose::Expiry,
                credit: Some(index),
            });
        }
    }

    /// Takes from the oldest credits; the caller has looked whether there is enough.
    pub(super) fn spend(&mut self, at: Micros, currency: Currency, amount: i64, purpose: Purpose) {
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
            purpose,
            credit: first,
        });
    }
}
