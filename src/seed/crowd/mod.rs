//! The generated audience: causes first. Who exists, who votes, who tops up is drawn per user and per
//! vote; totals are added up in a first pass that writes nothing; the rows of the second pass carry
//! those totals. Everything is a function of (seed, table, row), so workers may take any block.

pub mod acts;
pub mod ballots;
mod counts;
pub mod life;
pub mod loyalty;
pub mod payment;
pub mod person;
pub mod referrals;
pub mod show;
mod signup;
pub mod subscriptions;
pub mod tally;
pub mod tickets;
pub mod wallet;

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub use counts::{Counter, Counts, USER_BLOCK};

use acts::Acts;
use ballots::{Ballots, Bundle, Evening, Voters};
use person::People;
use referrals::Referrals;
use show::{Arrivals, Season};
use signup::Signup;
use subscriptions::{Plan, Subscription, Subscriptions};
use tally::Tally;
use tickets::Tickets;
use wallet::{Ledger, Owner, Promotion, Wallets};

use super::clock::{Micros, WEEK};
use super::profile::Crowd;
use super::random::Key;
use super::vocabulary::{Directory, Vocabulary, vocabulary};

/// What the audience is made from.
#[derive(Debug)]
pub struct Setup<'a> {
    /// Size and shape.
    pub crowd: &'a Crowd,
    /// Number of users.
    pub users: u64,
    /// Number of votes.
    pub votes: u64,
    /// Number of events.
    pub events: u64,
    /// The seed.
    pub seed: u64,
    /// The moment at which the world is seen.
    pub as_of: Micros,
    /// Packages for sale.
    pub bundles: Vec<Bundle>,
    /// Plans for sale.
    pub plans: Vec<Plan>,
    /// Promotions that run.
    pub promotions: Vec<Promotion>,
    /// Phones that others have, normalised.
    pub taken_phones: HashSet<u64>,
}

/// The audience.
#[derive(Debug)]
pub struct World {
    /// Number of users.
    pub users: u64,
    /// The moment at which it is seen.
    pub as_of: Micros,
    /// The seed.
    pub seed: u64,
    /// Words.
    pub words: &'static Vocabulary,
    /// Seasons, with totals.
    pub seasons: Vec<Season>,
    /// When the votes of each episode so far arrive, over all seasons.
    pub evenings: Vec<Evening>,
    /// Voters.
    pub voters: Voters,
    /// What they did last.
    pub acts: Acts,
    /// Share of the users who did something within the last week.
    pub eager: f64,
    /// Referrals.
    pub referrals: Referrals,
    /// Subscriptions.
    pub subscriptions: Subscriptions,
    /// Wallets.
    pub wallets: Wallets,
    /// Events and orders.
    pub tickets: Tickets,
    /// What users did, added up.
    pub tally: Tally,
    /// Rows of every block of users.
    pub counts: Counts,
    /// Messages logged by episode and block.
    pub messages: Vec<Vec<u32>>,
    /// How often things happen.
    pub notifications: f64,
    /// Ways of paying that a user keeps.
    pub payment_methods: f64,
    people: People,
    signup: Signup,
    directory: Directory,
}

impl World {
    /// Draws it and makes the first pass, on so many threads.
    #[must_use]
    pub fn build(setup: Setup<'_>, workers: usize) -> Self {
        let Setup {
            crowd,
            users,
            as_of,
            seed,
            ..
        } = setup;
        let key = |subject: &str| Key::new(seed, subject);
        let words = vocabulary();
        let shows = crowd.shows.iter().enumerate();
        let seasons: Vec<Season> = shows
            .map(|(nth, show)| Season::new(key("show").part(nth as u64), show, as_of))
            .collect();
        let airs: Vec<Micros> = seasons
            .iter()
            .flat_map(|season| season.episodes.iter().map(|episode| episode.opens))
            .collect();
        let began = as_of + crowd.began.0;
        let signup = Signup::new(key("signup"), users, began, as_of, &airs);
        let rates = &crowd.rates;
        let events = (&crowd.events, setup.events);
        let span = (began, as_of);
        let wallet_rates = (rates.wallets, rates.top_ups);
        let mut world = Self {
            words,
            people: People::new(key("people"), as_of, rates.foreigners),
            directory: Directory::new(&words.phones, key("phones"), users, setup.taken_phones),
            voters: Voters::new(key("votes"), rates.voters, setup.bundles),
            referrals: Referrals::draw(key("referrals"), users, rates.referred, as_of, |user| {
                signup.at(user)
            }),
            subscriptions: Subscriptions::new(key("plans"), as_of, rates.subscribers, setup.plans),
            wallets: Wallets::new(key("wallet"), as_of, users, wallet_rates, setup.promotions),
            tickets: Tickets::sell(key("tickets"), words, events, span, |at| {
                signup.count_by(at)
            }),
            tally: Tally::new(users),
            counts: Counts::default(),
            messages: Vec::new(),
            evenings: Vec::new(),
            acts: Acts::default(),
            eager: 0.0,
            notifications: rates.notifications,
            payment_methods: rates.payment_methods,
            seasons,
            signup,
            users,
            as_of,
            seed,
        };
        world.allot(setup.votes);
        world.count_votes(workers);
        world.count_orders();
        world.acts = Acts::find(&world, workers);
        let eager = (0..users).filter(|user| world.is_eager(*user)).count();
        world.eager = eager as f64 / users.max(1) as f64;
        world.counts = Counts::count(&world, workers);
        world
    }

    /// Whether there are more users than phone numbers.
    #[must_use]
    pub fn most_users(setup_users: u64) -> u64 {
        let words = vocabulary();
        Directory::new(&words.phones, Key::new(0, ""), setup_users, HashSet::new()).room()
    }

    /// Gives every episode its part of the votes: by those who may vote, half more in a final, and in
    /// an open window only what has arrived by now.
    fn allot(&mut self, votes: u64) {
        let (as_of, mut weights) = (self.as_of, Vec::new());
        for season in &mut self.seasons {
            let last = season.episodes.len();
            for episode in &mut season.episodes {
                episode.eligible = self.signup.count_by(episode.opens.min(as_of));
                let reached = Arrivals::new(episode, as_of).reached();
                let finale = if episode.number == last { 1.5 } else { 1.0 };
                weights.push((episode.eligible as f64 * finale * reached * 1000.0) as u128);
            }
        }
        let total: u128 = weights.iter().sum();
        let (mut sum, mut given, mut next) = (0, 0, weights.into_iter());
        for episode in self
            .seasons
            .iter_mut()
            .flat_map(|season| &mut season.episodes)
        {
            sum += next.next().unwrap_or_default();
            let due = (sum * u128::from(votes)).checked_div(total).unwrap_or(0) as u64;
            episode.rows = due - given;
            given = due;
        }
    }

    fn count_votes(&mut self, workers: usize) {
        let mut before = 0;
        for season in 0..self.seasons.len() {
            for index in 0..self.seasons[season].episodes.len() {
                if self.seasons[season].episodes[index].status(self.as_of) == 0 {
                    self.messages.push(Vec::new());
                    continue;
                }
                self.seasons[season].cast(index);
                let ballots = self.ballots(season, index);
                let performers = self.seasons[season].episodes[index].performers.len();
                let counted = tally::count(self, &ballots, performers, before, workers);
                let episode = &mut self.seasons[season].episodes[index];
                episode.totals = counted.totals;
                episode.revenue = counted.revenue;
                if episode.status(self.as_of) == 2 {
                    self.seasons[season].eliminate(index);
                }
                self.messages.push(counted.messages);
                before += ballots.rows();
                self.evenings.push(ballots.evening);
            }
        }
    }

    /// Whether a user did something within the last week.
    fn is_eager(&self, user: u64) -> bool {
        self.acts.last(user) > self.as_of - WEEK
    }

    /// When a user was last seen: a while after what the user did last, or on a later visit.
    #[must_use]
    pub fn seen(&self, user: u64, person: &person::Profile) -> Micros {
        let (least, most) = acts::STAYS;
        let mut dice = Key::new(self.seed, "stays").row(user);
        let left = self.acts.last(user) + dice.between(least, most);
        let visit = person.visit(self.as_of, self.eager, self.is_eager(user));
        visit.max(left).min(self.as_of)
    }

    fn count_orders(&self) {
        for order in &self.tickets.orders {
            let cents = self.tickets.total(order);
            self.tally.pay(order.user, cents.unsigned_abs());
        }
    }

    /// The ballots of an episode; large, so made when needed.
    #[must_use]
    pub fn ballots(&self, season: usize, episode: usize) -> Ballots {
        let season = &self.seasons[season];
        Ballots::deal(&self.voters, season, &season.episodes[episode], self.as_of)
    }

    /// Whether a user's carrier takes votes by message.
    #[must_use]
    pub fn can_text(&self, user: u64) -> bool {
        self.directory.carrier(&self.words.phones, user) < 3
    }

    /// The phone of a user.
    #[must_use]
    pub fn phone(&self, user: u64) -> super::vocabulary::Phone {
        self.directory.of(&self.words.phones, user)
    }

    /// Who a user is.
    #[must_use]
    pub fn person(&self, user: u64) -> person::Profile {
        self.people.of(self.words, user, self.joined(user))
    }

    /// Whether a user has an iPhone.
    #[must_use]
    pub fn ios(&self, user: u64) -> bool {
        self.people.ios(user)
    }

    /// The wallet of a user.
    #[must_use]
    pub fn ledger(&self, user: u64) -> Ledger {
        self.wallets.of(self, user)
    }

    /// When a user cast the first and the last vote.
    #[must_use]
    pub fn voted(&self, user: u64) -> Option<(Micros, Micros)> {
        let (first, last) = self.tally.first_and_last(user)?;
        Some((self.cast_at(first)?, self.cast_at(last)?))
    }

    /// When the vote of that number, over all seasons, was cast.
    fn cast_at(&self, number: u64) -> Option<Micros> {
        let mut nth = number;
        for evening in &self.evenings {
            if nth < evening.rows {
                return Some(evening.at(nth));
            }
            nth -= evening.rows;
        }
        None
    }
}

impl Owner for World {
    fn joined(&self, user: u64) -> Micros {
        self.signup.at(user)
    }

    fn subscription(&self, user: u64) -> Option<(Subscription, Option<i64>)> {
        let subscription = self.subscriptions.of(user, self.joined(user))?;
        let plan = self.subscriptions.plan(&subscription);
        let price = (plan.currency == "USD").then_some(plan.cents);
        Some((subscription, price))
    }
}

/// Runs `work` for every block, on so many threads; blocks are taken in any order.
fn in_parallel(blocks: u64, workers: usize, work: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(0);
    let run = || {
        loop {
            let block = next.fetch_add(1, Relaxed);
            if block >= blocks {
                return;
            }
            work(block);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers.min(blocks.max(1) as usize) {
            scope.spawn(run);
        }
        run();
    });
}
