//! Fixed records, as profiles write them. Each is found again by its natural key.

use serde::Deserialize;

use super::value::{Cents, Offset};

fn yes() -> bool {
    true
}

fn usd() -> String {
    "USD".to_owned()
}

fn one() -> i64 {
    1
}

/// A vote package.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Natural key.
    pub sku: String,
    /// Name.
    pub name: String,
    /// Votes in it.
    pub vote_count: i64,
    /// Votes on top.
    #[serde(default)]
    pub bonus_votes: i64,
    /// Price.
    pub price: Cents,
    /// Currency of the price.
    #[serde(default = "usd")]
    pub currency: String,
    /// Words on the badge.
    pub badge_text: Option<String>,
    /// Place in the list.
    #[serde(default)]
    pub sort_order: i64,
}

/// A subscription plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Natural key.
    pub slug: String,
    /// Name.
    pub name: String,
    /// What it offers, in words.
    pub description: Option<String>,
    /// Price of one interval.
    pub price: Cents,
    /// Currency of the price.
    #[serde(default = "usd")]
    pub currency: String,
    /// `day`, `week`, `month` or `year`.
    pub interval: String,
    /// Intervals between invoices.
    #[serde(default = "one")]
    pub interval_count: i64,
    /// Days for free.
    #[serde(default)]
    pub trial_days: i64,
    /// Features with their limits.
    pub features: toml::Table,
    /// Place in the list.
    #[serde(default)]
    pub sort_order: i64,
    /// Words on the badge.
    pub badge_text: Option<String>,
    /// Whether it is the one to recommend.
    #[serde(default)]
    pub recommended: bool,
}

/// A user who can log in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Natural key; lower case.
    pub email: String,
    /// Password in clear.
    pub password: String,
    /// Phone.
    pub phone_number: Option<String>,
    /// Given name in Latin letters.
    pub first_name: Option<String>,
    /// Family name in Latin letters.
    pub last_name: Option<String>,
    /// Name in Khmer.
    pub khmer_name: Option<String>,
    /// Names of roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Tier; it must be that of the points.
    pub loyalty_tier: String,
    /// Points, earned before the seeding.
    #[serde(default)]
    pub loyalty_points: i64,
    /// Money spent before the seeding.
    #[serde(default)]
    pub total_spent: Cents,
    /// `pending`, `verified`, ….
    pub kyc_status: String,
    /// `basic`, `full`, ….
    pub verification_level: Option<String>,
    /// What is in the wallet, in dollars.
    #[serde(default)]
    pub balance: Cents,
    /// When the account was made.
    pub joined: Offset,
}

/// A season of the show.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Natural key.
    pub slug: String,
    /// Name.
    pub name: String,
    /// What it is, in words.
    pub description: Option<String>,
    /// First day.
    pub start: Offset,
    /// Last day.
    pub end: Offset,
    /// 0 upcoming, 1 active, 2 completed.
    pub status: i64,
    /// Who sings; all of them in every episode.
    pub contestants: Vec<Contestant>,
    /// Episodes in their order.
    pub episodes: Vec<Episode>,
}

/// A contestant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contestant {
    /// Natural key within the season.
    pub name: String,
    /// Name in Khmer.
    pub khmer_name: Option<String>,
    /// Name on stage.
    pub stage_name: Option<String>,
    /// About the singer.
    pub bio: Option<String>,
    /// Town.
    pub hometown: Option<String>,
    /// Province.
    pub province: Option<String>,
    /// Years.
    pub age: i64,
    /// `male` or `female`.
    pub gender: String,
}

/// An episode.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Episode {
    /// Natural key within the season.
    pub number: i64,
    /// Title.
    pub title: String,
    /// When it is on air.
    pub air: Offset,
    /// When voting opens.
    pub voting_start: Offset,
    /// When voting closes.
    pub voting_end: Offset,
    /// 0 upcoming, 1 live, 2 completed.
    pub status: i64,
}

/// An artist or a band.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artist {
    /// Natural key.
    pub name: String,
    /// Name in Khmer.
    pub khmer_name: Option<String>,
    /// About them.
    pub bio: Option<String>,
    /// Kind of music.
    pub genre: String,
    /// Country.
    pub country: String,
    /// Whether we know them to be who they say.
    #[serde(default)]
    pub verified: bool,
    /// How many follow them.
    #[serde(default)]
    pub followers_count: i64,
}

/// Who holds events.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organizer {
    /// Natural key.
    pub name: String,
    /// Company.
    pub company_name: Option<String>,
    /// Mail.
    pub contact_email: Option<String>,
    /// Phone.
    pub contact_phone: Option<String>,
    /// Whether we know them to be who they say.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Our share, percent.
    pub commission_rate: Cents,
}

/// An event with its hall.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Natural key.
    pub slug: String,
    /// Name.
    pub name: String,
    /// About it.
    pub description: Option<String>,
    /// `concert`, `xfactor`, `show` or `movie`.
    pub event_type: String,
    /// A venue of `seeds/data/venues.csv`.
    pub venue: String,
    /// Name of the artist.
    pub artist: Option<String>,
    /// Name of the organizer.
    pub organizer: Option<String>,
    /// When it begins.
    pub begins: Offset,
    /// Price of a standard seat.
    pub price: Cents,
    /// The hall.
    pub sections: Vec<Section>,
}

/// A part of a hall: `rows` rows of `seats` seats.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Name, such as `A`.
    pub name: String,
    /// `vip`, `premium` or `standard`.
    pub seat_type: String,
    /// Number of rows.
    pub rows: i64,
    /// Seats in a row.
    pub seats: i64,
    /// What a seat costs more than a standard one.
    #[serde(default)]
    pub price_modifier: Cents,
}

/// A banner of the app.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Banner {
    /// Natural key.
    pub title: String,
    /// More words.
    pub description: Option<String>,
    /// Picture.
    pub image_url: String,
    /// `product`, `category`, `url`, `xfactor` or `event`.
    pub link_type: String,
    /// Where it leads.
    pub link_value: String,
    /// `all` or a tier.
    pub target_audience: String,
    /// First shown.
    pub start: Offset,
    /// Last shown.
    pub end: Offset,
    /// Whether it is shown at all.
    #[serde(default = "yes")]
    pub active: bool,
}

/// A promotion for those who top up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promotion {
    /// Natural key.
    pub name: String,
    /// More words.
    pub description: Option<String>,
    /// `percentage`, `fixed` or `tiered`.
    pub promotion_type: String,
    /// Percent on top.
    pub bonus_percentage: Option<Cents>,
    /// Dollars on top.
    pub bonus_amount: Option<Cents>,
    /// From this top-up on.
    pub minimum_amount: Cents,
    /// No more than this on top.
    pub maximum_bonus: Option<Cents>,
    /// Ways of paying that count.
    #[serde(default)]
    pub payment_methods: Vec<String>,
    /// First day.
    pub start: Offset,
    /// Last day.
    pub end: Offset,
    /// Bonus by amount, for `tiered`.
    #[serde(default)]
    pub tiers: toml::Table,
}
