//! What is for sale and what is advertised: packages, plans, banners, promotions.

use super::Faults;
use crate::seed::profile::{Package, Plan, Profile, Promotion};

pub(super) fn packages(faults: &mut Faults, packages: &[Package]) {
    let skus = packages.iter().map(|package| &package.sku);
    faults.differ("vote_packages", "sku", skus);
    for package in packages {
        let mut record = faults.of("vote_packages", &package.sku);
        record.not_below("vote_count", package.vote_count, 1);
        record.not_below("bonus_votes", package.bonus_votes, 0);
        record.price(package.price, &package.currency);
    }
}

pub(super) fn plans(faults: &mut Faults, plans: &[Plan]) {
    let slugs = plans.iter().map(|plan| &plan.slug);
    faults.differ("subscription_plans", "slug", slugs);
    for plan in plans {
        let mut record = faults.of("subscription_plans", &plan.slug);
        record.price(plan.price, &plan.currency);
        let known = ["day", "week", "month", "year"];
        record.one_of("interval", &plan.interval, &known);
        record.not_below("interval_count", plan.interval_count, 1);
        record.not_below("trial_days", plan.trial_days, 0);
    }
}

pub(super) fn banners(faults: &mut Faults, profile: &Profile) {
    let titles = profile.banners.iter().map(|banner| &banner.title);
    faults.differ("banners", "title", titles);
    for banner in &profile.banners {
        let mut record = faults.of("banners", &banner.title);
        record.demand(banner.start < banner.end, || {
            "end is not after start".to_owned()
        });
        let known = ["product", "category", "url", "xfactor", "event"];
        record.one_of("link_type", &banner.link_type, &known);
        let known = ["all", "bronze", "silver", "gold", "platinum"];
        record.one_of("target_audience", &banner.target_audience, &known);
    }
}

pub(super) fn promotions(faults: &mut Faults, promotions: &[Promotion]) {
    let names = promotions.iter().map(|promotion| &promotion.name);
    faults.differ("promotions", "name", names);
    for promotion in promotions {
        let mut record = faults.of("promotions", &promotion.name);
        record.demand(promotion.start < promotion.end, || {
            "end is not after start".to_owned()
        });
        record.amount("minimum_amount", promotion.minimum_amount);
        for (key, amount) in [
            ("bonus_percentage", promotion.bonus_percentage),
            ("bonus_amount", promotion.bonus_amount),
            ("maximum_bonus", promotion.maximum_bonus),
        ] {
            record.amount(key, amount.unwrap_or_default());
        }
        let tiered = |(from, bonus): (&String, &toml::Value)| {
            from.parse::<u32>().is_ok() && bonus.as_integer().is_some_and(|bonus| bonus >= 0)
        };
        let (key, given) = match promotion.promotion_type.as_str() {
            "percentage" => ("bonus_percentage", promotion.bonus_percentage.is_some()),
            "fixed" => ("bonus_amount", promotion.bonus_amount.is_some()),
            _ => ("tiers", !promotion.tiers.is_empty()),
        };
        let known = ["percentage", "fixed", "tiered"];
        record.one_of("promotion_type", &promotion.promotion_type, &known);
        record.demand(given, || {
            format!("{key} is missing, which a promotion of this type has")
        });
        record.demand(promotion.tiers.iter().all(tiered), || {
            "tiers are whole dollars by whole dollars, such as \"20\" = 2".to_owned()
        });
    }
}
