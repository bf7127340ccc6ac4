//! Findings that do not count: who says so, why, and until when.

use time::Date;
use time::macros::format_description;

use crate::error::{Error, Result};
use crate::report::{Finding, Waived};

/// A finding, or several by a `*`, that somebody decided to live with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Key of the finding: `check:object`; `*` stands for anything.
    pub finding: String,
    /// Why it does not count.
    pub reason: String,
    /// The last day on which it does not.
    pub until: Option<Date>,
}

/// Why the guide's narrow indexes stay.
const REFERENCE: &str = "the guide declares this reference with an index of its own, and Rails looks for it by its name; \
                         at four to eight bytes a key it is much narrower than the longer one";
const ASKED: &str = "the guide asks for both indexes";

/// What Hangmeas itself decided to live with, each with its reason.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("index.prefix:index_achievements_on_user_id", REFERENCE),
    (
        "index.prefix:index_episode_contestants_on_episode_id",
        REFERENCE,
    ),
    ("index.prefix:index_event_checkins_on_product_id", REFERENCE),
    ("index.prefix:index_event_seats_on_product_id", REFERENCE),
    (
        "index.prefix:index_feature_usages_on_subscription_id",
        REFERENCE,
    ),
    ("index.prefix:index_feature_usages_on_user_id", REFERENCE),
    (
        "index.prefix:index_loyalty_activities_on_user_id",
        REFERENCE,
    ),
    (
        "index.prefix:index_push_notifications_on_user_id",
        REFERENCE,
    ),
    (
        "index.prefix:index_referral_rewards_on_referrer_id",
        REFERENCE,
    ),
    (
        "index.prefix:index_subscription_invoices_on_user_id",
        REFERENCE,
    ),
    (
        "index.prefix:index_user_payment_methods_on_user_id",
        REFERENCE,
    ),
    (
        "index.prefix:index_user_subscriptions_on_user_id",
        REFERENCE,
    ),
    (
        "index.prefix:index_wallet_transactions_on_user_id",
        REFERENCE,
    ),
    (
        "index.prefix:index_xfactor_contestants_on_season_id",
        REFERENCE,
    ),
    (
        "index.prefix:index_xfactor_episodes_on_season_id",
        REFERENCE,
    ),
    (
        "index.prefix:index_xfactor_votes_on_contestant_id",
        REFERENCE,
    ),
    ("index.prefix:index_xfactor_votes_on_user_id", REFERENCE),
    ("index.prefix:index_subscription_plans_on_active", ASKED),
    ("index.prefix:index_spree_products_on_event_date", ASKED),
    (
        "index.prefix:index_spree_store_credits_on_transaction_type",
        ASKED,
    ),
    ("index.prefix:index_spree_users_on_province", ASKED),
];

impl Waiver {
    /// A waiver as `hangmeas.toml` has it.
    ///
    /// # Errors
    /// A reason of less than ten letters, or a day that is none.
    pub fn new(finding: &str, reason: &str, until: &str) -> Result<Self> {
        if reason.trim().chars().count() < 10 {
            return Err(Error::configuration(format!(
                "the waiver of `{finding}` needs a reason that a reader can judge"
            )));
        }
        let until =
            Date::parse(until, format_description!("[year]-[month]-[day]")).map_err(|error| {
                Error::configuration(format!(
                    "the waiver of `{finding}` ends on `{until}`, which is no day"
                ))
                .hint("write it as 2026-12-31")
                .caused_by(error)
            })?;
        Ok(Self {
            finding: finding.to_owned(),
            reason: reason.trim().to_owned(),
            until: Some(until),
        })
    }

    /// Whether its last day is over.
    #[must_use]
    pub fn has_ended(&self, today: Date) -> bool {
        self.until.is_some_and(|day| today > day)
    }

    fn waived(&self) -> Waived {
        Waived {
            reason: self.reason.clone(),
            until: self.until.map(|day| day.to_string()),
        }
    }
}

/// Marks a finding that somebody waived; a waiver that ended is told but does not count.
pub(super) fn apply(finding: &mut Finding, waivers: &[Waiver], today: Date) {
    if let Some((_, reason)) = BUILT_IN.iter().find(|(key, _)| matches(key, &finding.key)) {
        finding.waived = Some(Waived {
            reason: (*reason).to_owned(),
            until: None,
        });
    }
    for waiver in waivers.iter().filter(|w| matches(&w.finding, &finding.key)) {
        if !waiver.has_ended(today) {
            finding.waived = Some(waiver.waived());
            finding.waiver_ended = None;
            return;
        }
        finding.waiver_ended = Some(waiver.waived());
    }
}

/// Whether a key fits a pattern in which `*` stands for anything.
pub(super) fn matches(pattern: &str, key: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = key.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        assert!(matches("index.prefix:*", "index.prefix:a"));
        assert!(matches("*:spree_*_id", "index.x:spree_user_id"));
        assert!(matches("a", "a"));
        assert!(!matches("a", "ab"));
        assert!(!matches("a*c", "ab"));
        assert!(!matches("a*a", "a"));
    }

    #[test]
    fn a_waiver_needs_a_reason_and_a_day() {
        assert!(Waiver::new("a:b", "short", "2026-12-31").is_err());
        assert!(Waiver::new("a:b", "the vendor fixes it in May", "soon").is_err());
        assert!(Waiver::new("a:b", "the vendor fixes it in May", "2026-05-31").is_ok());
    }
}
