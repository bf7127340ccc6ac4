//! What is for sale and what is shown: vote packages, subscription plans, promotions, banners,
//! artists, organizers.

use std::collections::HashMap;

use super::{Desk, Value};
use crate::error::{Error, Result};
use crate::seed::crowd::ballots::Bundle;
use crate::seed::crowd::subscriptions::Plan;
use crate::seed::crowd::wallet::{Bonus, Promotion};
use crate::seed::profile::{self, Profile};

/// Packages and plans, as the audience knows them.
#[derive(Debug, Default)]
pub struct Offers {
    /// Packages in dollars, the cheapest first.
    pub bundles: Vec<Bundle>,
    /// Their skus.
    pub skus: Vec<String>,
    /// Plans.
    pub plans: Vec<Plan>,
}

/// Finds or plans packages and plans.
///
/// # Errors
/// The server's refusal.
pub async fn offers(desk: &mut Desk<'_>, profile: &Profile) -> Result<Offers> {
    let mut offers = Offers::default();
    let skus = profile
        .vote_packages
        .iter()
        .map(|package| package.sku.as_str());
    let known = desk.existing("vote_packages", "sku", skus).await?;
    for package in &profile.vote_packages {
        if !known.contains_key(&package.sku) {
            add_package(desk, package);
            offers.bundles.push(Bundle {
                votes: (package.vote_count + package.bonus_votes).unsigned_abs(),
                cents: package.price.0.unsigned_abs(),
            });
            offers.skus.push(package.sku.clone());
        }
    }
    sold_packages(desk, &known, &mut offers).await?;
    let slugs = profile
        .subscription_plans
        .iter()
        .map(|plan| plan.slug.as_str());
    let known = desk.existing("subscription_plans", "slug", slugs).await?;
    for plan in &profile.subscription_plans {
        let id = match known.get(&plan.slug) {
            Some(id) => *id,
            None => add_plan(desk, plan)?,
        };
        offers.plans.push(plan_of(id, plan));
    }
    Ok(offers)
}

/// Packages that exist are what the shop made of them, not what the profile says.
async fn sold_packages(
    desk: &Desk<'_>,
    known: &HashMap<String, i64>,
    offers: &mut Offers,
) -> Result<()> {
    let mut skus: Vec<&String> = known.keys().collect();
    skus.sort_unstable();
    for sku in skus {
        let id = known[sku];
        let read = |what: &str| {
            format!("SELECT {what} FROM vote_packages WHERE id = {id} AND currency = 'USD'")
        };
        let votes = desk
            .value(&read("vote_count + COALESCE(bonus_votes, 0)"))
            .await?;
        let cents = desk.value(&read("(price * 100)::bigint")).await?;
        if let (Some(votes), Some(cents)) = (votes, cents) {
            offers.bundles.push(Bundle {
                votes: votes.unsigned_abs(),
                cents: cents.unsigned_abs(),
            });
            offers.skus.push(sku.clone());
        }
    }
    let mut order: Vec<usize> = (0..offers.bundles.len()).collect();
    order.sort_by_key(|nth| offers.bundles[*nth].cents);
    offers.skus = order.iter().map(|nth| offers.skus[*nth].clone()).collect();
    offers.bundles = order.iter().map(|nth| offers.bundles[*nth]).collect();
    Ok(())
}

fn add_package(desk: &mut Desk<'_>, package: &profile::Package) {
    desk.add(
        "vote_packages",
        vec![
            ("name", package.name.as_str().into()),
            ("sku", package.sku.as_str().into()),
            ("vote_count", package.vote_count.into()),
            ("bonus_votes", package.bonus_votes.into()),
            ("price", package.price.into()),
            ("currency", package.currency.as_str().into()),
            ("active", true.into()),
            ("sort_order", package.sort_order.into()),
            ("badge_text", Value::text(package.badge_text.as_deref())),
        ],
    );
}

fn add_plan(desk: &mut Desk<'_>, plan: &profile::Plan) -> Result<i64> {
    Ok(desk.add(
        "subscription_plans",
        vec![
            ("name", plan.name.as_str().into()),
            ("slug", plan.slug.as_str().into()),
            ("description", Value::text(plan.description.as_deref())),
            ("price", plan.price.into()),
            ("currency", plan.currency.as_str().into()),
            ("interval", plan.interval.as_str().into()),
            ("interval_count", plan.interval_count.into()),
            ("trial_days", plan.trial_days.into()),
            ("features", json(&plan.features)?),
            ("active", true.into()),
            ("sort_order", plan.sort_order.into()),
            ("badge_text", Value::text(plan.badge_text.as_deref())),
            ("recommended", plan.recommended.into()),
        ],
    ))
}

fn plan_of(id: i64, plan: &profile::Plan) -> Plan {
    let votes = plan.features.get("monthly_bonus_votes");
    let content = plan.features.get("exclusive_content");
    Plan {
        id,
        cents: plan.price.0,
        currency: plan.currency.clone(),
        trial_days: plan.trial_days,
        bonus_votes: votes.and_then(toml::Value::as_integer).unwrap_or(0),
        exclusive: content.and_then(toml::Value::as_bool).unwrap_or(false),
    }
}

fn json(table: &toml::Table) -> Result<Value> {
    serde_json::to_string(table)
        .map(Value::Json)
        .map_err(|error| Error::configuration("a table of the profile is no JSON").caused_by(error))
}

/// New promotions, each with its place in the profile.
pub type Promotions = Vec<(usize, Promotion)>;

/// Promotions that the profile adds: the new ones give bonuses, for only their counters are ours.
///
/// # Errors
/// The server's refusal.
pub async fn promotions(desk: &mut Desk<'_>, profile: &Profile) -> Result<Promotions> {
    let names = profile
        .promotions
        .iter()
        .map(|promotion| promotion.name.as_str());
    let known = desk.existing("topup_promotions", "name", names).await?;
    let new = profile.promotions.iter().enumerate();
    let new = new.filter(|(_, promotion)| !known.contains_key(&promotion.name));
    Ok(new
        .map(|(nth, promotion)| {
            let id = desk.take_ids("topup_promotions", 1);
            (nth, promotion_of(id, promotion, desk.as_of))
        })
        .collect())
}

fn promotion_of(id: i64, own: &profile::Promotion, as_of: i64) -> Promotion {
    let bonus = match own.promotion_type.as_str() {
        "fixed" => Bonus::Fixed(own.bonus_amount.unwrap_or_default().0),
        "percentage" => Bonus::Share(
            own.bonus_percentage.unwrap_or_default().0,
            own.maximum_bonus.map_or(i64::MAX, |most| most.0),
        ),
        _ => Bonus::Tiers(
            own.tiers
                .iter()
                .filter_map(|(from, bonus)| {
                    Some((from.parse::<i64>().ok()? * 100, bonus.as_integer()? * 100))
                })
                .collect(),
        ),
    };
    Promotion {
        id,
        during: (as_of + own.start.0, as_of + own.end.0),
        minimum: own.minimum_amount.0,
        methods: own.payment_methods.clone(),
        bonus,
    }
}

/// How many bonuses are booked under the id of each: one that was deleted and comes back may have its
/// old id again.
///
/// # Errors
/// The server's refusal.
pub async fn bonuses_given(desk: &Desk<'_>, new: &[(usize, Promotion)]) -> Result<Vec<u64>> {
    let movements = desk.rows("wallet_transactions");
    let mut given = Vec::new();
    for (_, promotion) in new {
        let query = format!(
            "SELECT count(*) FROM {movements} WHERE reference_type = 'TopupPromotion' \
             AND status = 'completed' AND reference_id = {}",
            promotion.id
        );
        given.push(desk.value(&query).await?.unwrap_or(0).unsigned_abs());
    }
    Ok(given)
}

/// The rows of the new promotions, with how often each gave a bonus.
///
/// # Errors
/// When tiers are no JSON.
pub fn promotion_rows(
    desk: &mut Desk<'_>,
    profile: &Profile,
    new: &[(usize, Promotion)],
    bonuses: &[u64],
) -> Result<()> {
    for (place, (nth, promotion)) in new.iter().enumerate() {
        let own = &profile.promotions[*nth];
        let used = bonuses.get(place).copied().unwrap_or(0);
        let cells = vec![
            ("id", promotion.id.into()),
            ("name", own.name.as_str().into()),
            ("description", Value::text(own.description.as_deref())),
            ("promotion_type", own.promotion_type.as_str().into()),
            (
                "bonus_percentage",
                own.bonus_percentage.map_or(Value::Null, Value::from),
            ),
            (
                "bonus_amount",
                own.bonus_amount.map_or(Value::Null, Value::from),
            ),
            ("minimum_amount", own.minimum_amount.into()),
            (
                "maximum_bonus",
                own.maximum_bonus.map_or(Value::Null, Value::from),
            ),
            ("payment_methods", Value::Texts(own.payment_methods.clone())),
            ("active", (own.end.0 > 0).into()),
            ("start_date", Value::Time(promotion.during.0)),
            ("end_date", Value::Time(promotion.during.1)),
            ("usage_count", used.cast_signed().into()),
            ("tiers", json(&own.tiers)?),
        ];
        desk.add_planned("topup_promotions", cells);
    }
    Ok(())
}

/// Finds or plans artists, organizers and banners: ids of the first two by name.
///
/// # Errors
/// The server's refusal.
pub async fn stage(
    desk: &mut Desk<'_>,
    profile: &Profile,
) -> Result<(HashMap<String, i64>, HashMap<String, i64>)> {
    let names = profile.artists.iter().map(|artist| artist.name.as_str());
    let mut artists = desk.existing("artists", "name", names).await?;
    for artist in &profile.artists {
        if !artists.contains_key(&artist.name) {
            artists.insert(artist.name.clone(), add_artist(desk, artist));
        }
    }
    let names = profile
        .organizers
        .iter()
        .map(|organizer| organizer.name.as_str());
    let mut organizers = desk.existing("event_organizers", "name", names).await?;
    for organizer in &profile.organizers {
        if !organizers.contains_key(&organizer.name) {
            organizers.insert(organizer.name.clone(), add_organizer(desk, organizer));
        }
    }
    let titles = profile.banners.iter().map(|banner| banner.title.as_str());
    let known = desk.existing("app_banners", "title", titles).await?;
    for (position, banner) in profile.banners.iter().enumerate() {
        if !known.contains_key(&banner.title) {
            add_banner(desk, banner, position);
        }
    }
    Ok((artists, organizers))
}

fn add_artist(desk: &mut Desk<'_>, artist: &profile::Artist) -> i64 {
    desk.add(
        "artists",
        vec![
            ("name", artist.name.as_str().into()),
            ("khmer_name", Value::text(artist.khmer_name.as_deref())),
            ("bio", Value::text(artist.bio.as_deref())),
            ("genre", artist.genre.as_str().into()),
            ("country", artist.country.as_str().into()),
            ("followers_count", artist.followers_count.into()),
            ("verified", artist.verified.into()),
        ],
    )
}

fn add_organizer(desk: &mut Desk<'_>, organizer: &profile::Organizer) -> i64 {
    desk.add(
        "event_organizers",
        vec![
            ("name", organizer.name.as_str().into()),
            (
                "company_name",
                Value::text(organizer.company_name.as_deref()),
            ),
            (
                "contact_email",
                Value::text(organizer.contact_email.as_deref()),
            ),
            (
                "contact_phone",
                Value::text(organizer.contact_phone.as_deref()),
            ),
            ("verified", organizer.verified.into()),
            ("commission_rate", organizer.commission_rate.into()),
        ],
    )
}

fn add_banner(desk: &mut Desk<'_>, banner: &profile::Banner, position: usize) {
    desk.add(
        "app_banners",
        vec![
            ("title", banner.title.as_str().into()),
            ("description", Value::text(banner.description.as_deref())),
            ("image_url", banner.image_url.as_str().into()),
            ("link_type", banner.link_type.as_str().into()),
            ("link_value", banner.link_value.as_str().into()),
            ("position", (position as i64).into()),
            ("active", banner.active.into()),
            ("start_date", Value::Time(desk.as_of + banner.start.0)),
            ("end_date", Value::Time(desk.as_of + banner.end.0)),
            ("target_audience", banner.target_audience.as_str().into()),
        ],
    );
}
