//! The size and the shape of the generated audience.

use serde::{Deserialize, Serialize};

use super::value::Offset;

/// The generated audience.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crowd {
    /// Users at scale 1.
    pub users: u64,
    /// Votes at scale 1.
    pub votes: u64,
    /// When the first of them signed up.
    pub began: Offset,
    /// Seasons of the show, the oldest first.
    pub shows: Vec<Show>,
    /// Events.
    pub events: EventSettings,
    /// How often things happen.
    #[serde(default)]
    pub rates: Rates,
}

/// A generated season.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    /// Natural key.
    pub slug: String,
    /// Name.
    pub name: String,
    /// How many sing in the first episode.
    pub contestants: usize,
    /// How many episodes, one a week.
    pub episodes: usize,
    /// When the last episode was on air: the Sunday before.
    pub finale: Offset,
}

/// Generated events.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSettings {
    /// How many at scale 1; at least one.
    pub count: u64,
    /// Seats of each.
    pub seats: u64,
}

/// How often things happen, per user; estimates.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rates {
    /// Share of foreigners.
    pub foreigners: f64,
    /// Share of those who were referred.
    pub referred: f64,
    /// Share of those who vote at all.
    pub voters: f64,
    /// Share of those who ever subscribe.
    pub subscribers: f64,
    /// Share of those who use the wallet.
    pub wallets: f64,
    /// Top-ups of one who does.
    pub top_ups: f64,
    /// Notifications.
    pub notifications: f64,
    /// Ways of paying that are kept.
    pub payment_methods: f64,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            foreigners: 0.03,
            referred: 0.25,
            voters: 0.40,
            subscribers: 0.12,
            wallets: 0.35,
            top_ups: 2.5,
            notifications: 1.5,
            payment_methods: 0.5,
        }
    }
}
