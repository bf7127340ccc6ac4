//! A profile: fixed records that are inserted as they stand, and the size and shape of the crowd that
//! is generated around them. Profiles are TOML, compiled in, or a file of the user's.

mod check;
mod crowd;
mod find;
mod missing;
mod records;
mod value;

pub use crowd::{Crowd, EventSettings, Rates, Show};
pub use find::{BUILT_IN, find};
pub use records::{
    Artist, Banner, Contestant, Episode, Event, Organizer, Package, Plan, Promotion, Season,
    Section, User,
};
pub use value::{Cents, Offset};

use serde::{Deserialize, Serialize};

/// How passwords are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordScheme {
    /// As the shop's own table suggests: authlogic where Spree keeps its API key beside the password,
    /// bcrypt otherwise.
    #[default]
    Auto,
    /// Twenty rounds of SHA-512, Spree 4.
    Authlogic,
    /// bcrypt, Spree 5.
    Bcrypt,
}

/// Passwords.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Passwords {
    /// How they are hashed.
    pub scheme: PasswordScheme,
    /// The password that all generated users share.
    pub people: Option<String>,
}

/// A profile.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// Its name; that of the file, unless compiled in.
    #[serde(skip)]
    pub name: String,
    /// What it is for, in a sentence.
    pub summary: String,
    /// Compiled-in profiles whose records come first; their audience counts where there is no own.
    pub include: Vec<String>,
    /// Passwords.
    pub passwords: Passwords,
    /// Vote packages, by sku.
    pub vote_packages: Vec<Package>,
    /// Subscription plans, by slug.
    pub subscription_plans: Vec<Plan>,
    /// Users, by email.
    pub users: Vec<User>,
    /// Artists, by name.
    pub artists: Vec<Artist>,
    /// Organizers, by name.
    pub organizers: Vec<Organizer>,
    /// Seasons with their contestants and episodes, by slug.
    pub seasons: Vec<Season>,
    /// Events with their seats, by slug.
    pub events: Vec<Event>,
    /// Banners, by title.
    pub banners: Vec<Banner>,
    /// Top-up promotions, by name.
    pub promotions: Vec<Promotion>,
    /// The generated audience, if any.
    pub crowd: Option<Crowd>,
}

impl Profile {
    /// Whether it holds nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_reference() && self.vote_packages.is_empty() && self.subscription_plans.is_empty()
    }

    /// Whether it holds only what production needs: packages and plans.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        self.users.is_empty()
            && self.artists.is_empty()
            && self.organizers.is_empty()
            && self.seasons.is_empty()
            && self.events.is_empty()
            && self.banners.is_empty()
            && self.promotions.is_empty()
            && self.crowd.is_none()
    }
}
