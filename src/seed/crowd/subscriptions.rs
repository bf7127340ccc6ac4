//! Who subscribed to which plan, month by month: the trial, invoices, a payment that fails, the end.

use super::payment::{Method, Methods};
use crate::seed::clock::{DAY, HOUR, MINUTE, Micros};
use crate::seed::day;
use crate::seed::random::{Dice, Key, Weights};

/// Shares of the plans, the cheapest first.
const SHARES: [f64; 3] = [0.62, 0.30, 0.08];
/// Share of those who leave in a month, by plan.
const CHURN: [f64; 3] = [0.12, 0.08, 0.05];
/// Share of trials that are paid for afterwards.
const CONVERTS: f64 = 0.45;
/// Share of payments that fail at first, and of those that succeed later.
const FAILS: f64 = 0.06;
const RECOVERS: f64 = 0.70;
/// Length of a period.
const MONTH: Micros = 30 * DAY;
/// How long a failed payment is tried again.
const GRACE: Micros = 2 * DAY;

/// A plan as far as subscriptions know it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Id in the database.
    pub id: i64,
    /// Price of a period, in hundredths.
    pub cents: i64,
    /// Currency.
    pub currency: String,
    /// Days for free.
    pub trial_days: i64,
    /// Bonus votes of a month.
    pub bonus_votes: i64,
    /// Whether there is content for subscribers only.
    pub exclusive: bool,
}

/// State of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In the free days.
    Trial,
    /// Paid.
    Active,
    /// Ended by the user.
    Cancelled,
    /// Ended by itself.
    Expired,
    /// Resting.
    Paused,
}

impl State {
    /// As it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Active => "active",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Paused => "paused",
        }
    }
}

/// An invoice.
#[derive(Debug, Clone)]
pub struct Invoice {
    /// When it was written, and due.
    pub due: Micros,
    /// When it was paid.
    pub paid: Option<Micros>,
    /// Whether nobody tries to collect it any more.
    pub failed: bool,
}

/// A subscription.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// Index of the plan.
    pub plan: usize,
    /// When it began, with the trial.
    pub began: Micros,
    /// End of the trial.
    pub trial_end: Micros,
    /// State.
    pub state: State,
    /// The period that runs, or that ran last.
    pub period: (Micros, Micros),
    /// When the user ended it.
    pub cancelled: Option<Micros>,
    /// When it was paused.
    pub paused: Option<Micros>,
    /// How it is paid, unless from the wallet.
    pub method: &'static Method,
    /// Invoices in their order.
    pub invoices: Vec<Invoice>,
    /// Further chance.
    pub dice: Dice,
}

impl Subscription {
    /// When it became what it is.
    #[must_use]
    pub fn changed(&self) -> Micros {
        let failed = self.invoices.last().filter(|invoice| invoice.failed);
        let ended = match failed {
            Some(invoice) => invoice.due + GRACE,
            None if self.state == State::Expired => self.period.1,
            None => self.period.0,
        };
        self.cancelled.or(self.paused).unwrap_or(ended)
    }
}

/// A use of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Name of the feature.
    pub feature: &'static str,
    /// How often.
    pub count: i64,
    /// When.
    pub at: Micros,
}

/// Draws subscriptions.
#[derive(Debug)]
pub struct Subscriptions {
    key: Key,
    as_of: Micros,
    share: f64,
    plans: Vec<Plan>,
    weights: Weights,
    methods: Methods,
}

impl Subscriptions {
    /// With the share of users who subscribe.
    #[must_use]
    pub fn new(key: Key, as_of: Micros, share: f64, plans: Vec<Plan>) -> Self {
        let shares = (0..plans.len()).map(|nth| SHARES.get(nth).copied().unwrap_or(0.05));
        Self {
            key,
            as_of,
            share,
            weights: Weights::shares(shares),
            plans,
            methods: Methods::new(),
        }
    }

    /// The plan of a subscription.
    #[must_use]
    pub fn plan(&self, subscription: &Subscription) -> &Plan {
        &self.plans[subscription.plan]
    }

    /// The subscription of a user who signed up at `joined`, if there is one.
    #[must_use]
    pub fn of(&self, user: u64, joined: Micros) -> Option<Subscription> {
        let mut dice = self.key.row(user);
        if self.plans.is_empty() || !dice.chance(self.share) {
            return None;
        }
        let plan = self.weights.draw(&mut dice);
        let began = day::moment(&mut dice, joined + HOUR, joined + 60 * DAY);
        if began > self.as_of {
            return None;
        }
        let method = self.methods.draw(&mut dice);
        let trial_end = began + self.plans[plan].trial_days * DAY;
        let mut subscription = Subscription {
            plan,
            began,
            trial_end,
            state: State::Trial,
            period: (began, trial_end.max(began + DAY)),
            cancelled: None,
            paused: None,
            method,
            invoices: Vec::new(),
            dice: dice.clone(),
        };
        if trial_end <= self.as_of {
            if self.plans[plan].trial_days == 0 || dice.chance(CONVERTS) {
                self.live(&mut subscription, &mut dice);
            } else {
                subscription.state = State::Expired;
            }
        }
        subscription.dice = dice;
        Some(subscription)
    }

    /// Months of paying, until something ends them or today is reached.
    fn live(&self, subscription: &mut Subscription, dice: &mut Dice) {
        let churn = CHURN.get(subscription.plan).copied().unwrap_or(0.08);
        let mut start = subscription.trial_end;
        subscription.state = State::Active;
        while start <= self.as_of {
            let (fails, recovers) = (dice.chance(FAILS), dice.chance(RECOVERS));
            let leaves = dice
                .chance(churn)
                .then(|| day::moment(dice, start + DAY, start + MONTH - DAY));
            let delay = dice.between(1, 20 * MINUTE);
            let invoice = self.invoice(start, delay, fails, recovers);
            let failed = invoice.failed;
            subscription.invoices.push(invoice);
            if failed {
                subscription.state = State::Expired;
                return;
            }
            subscription.period = (start, start + MONTH);
            if let Some(cancelled) = leaves.filter(|at| *at <= self.as_of) {
                subscription.cancelled = Some(cancelled);
                subscription.state = State::Cancelled;
                return;
            }
            start += MONTH;
        }
        if dice.chance(0.03) {
            let (start, _) = subscription.period;
            subscription.paused = Some(day::moment(dice, start, self.as_of));
            subscription.state = State::Paused;
        }
    }

    /// An invoice that is collected a moment after it is due, or after its grace.
    fn invoice(&self, due: Micros, delay: Micros, fails: bool, recovers: bool) -> Invoice {
        let paid = due + delay + if fails { GRACE } else { 0 };
        let gives_up = fails && !recovers && paid <= self.as_of;
        let collected = (!fails || recovers) && paid <= self.as_of;
        Invoice {
            due,
            paid: collected.then_some(paid),
            failed: gives_up,
        }
    }

    /// When features were used: in each paid month, bonus votes at most once and content
    /// at most once, so that no calendar month sees more votes than the plan gives.
    #[must_use]
    pub fn usages(&self, subscription: &Subscription) -> Vec<Usage> {
        let plan = self.plan(subscription);
        let mut dice = subscription.dice.clone();
        let mut usages = Vec::new();
        for invoice in &subscription.invoices {
            let Some(paid) = invoice.paid else { continue };
            let last = (invoice.due + MONTH - DAY).min(self.as_of);
            let (votes, content) = (dice.chance(0.6), dice.chance(0.5));
            let count = dice.between(1, (plan.bonus_votes / 3).max(1));
            let times = [(); 2].map(|()| day::moment(&mut dice, paid, last));
            if last <= paid {
                continue;
            }
            if votes && plan.bonus_votes >= 3 {
                usages.push(Usage {
                    feature: "monthly_bonus_votes",
                    count,
                    at: times[0],
                });
            }
            if content && plan.exclusive {
                usages.push(Usage {
                    feature: "exclusive_content",
                    count: dice.between(1, 9),
                    at: times[1],
                });
            }
        }
        usages
    }
}
