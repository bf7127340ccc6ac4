//! Which table belongs to which part of the business.

use crate::catalog::{Catalog, Relation};

/// A part of the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Domain {
    Users,
    Voting,
    Wallet,
    Subscriptions,
    Events,
    Support,
    Shop,
    Other,
}

impl Domain {
    /// All, in the order of the pages.
    pub const ALL: [Self; 8] = [
        Self::Users,
        Self::Voting,
        Self::Wallet,
        Self::Subscriptions,
        Self::Events,
        Self::Support,
        Self::Shop,
        Self::Other,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Users => "Users",
            Self::Voting => "Voting",
            Self::Wallet => "Wallet",
            Self::Subscriptions => "Subscriptions",
            Self::Events => "Events",
            Self::Support => "Support",
            Self::Shop => "Shop",
            Self::Other => "Other",
        }
    }

    /// What it is about.
    pub fn about(self) -> &'static str {
        match self {
            Self::Users => "Who uses the app: profile, verification, loyalty, referral.",
            Self::Voting => "The X Factor show and the votes for its contestants.",
            Self::Wallet => "Store credit as a wallet in several currencies, and ways of paying.",
            Self::Subscriptions => "Plans, who has which, invoices, and the use of features.",
            Self::Events => "Concerts and shows sold as products: artists, seats, check-ins.",
            Self::Support => {
                "Loyalty points, achievements, messages, banners, promotions, rewards."
            }
            Self::Shop => "Tables of Spree Commerce on which the others stand.",
            Self::Other => "Tables of neither Hangmeas nor Spree Commerce.",
        }
    }

    /// The colour in pictures.
    pub fn color(self) -> &'static str {
        match self {
            Self::Users => "#dbeafe",
            Self::Voting => "#fae8ff",
            Self::Wallet => "#dcfce7",
            Self::Subscriptions => "#fef9c3",
            Self::Events => "#ffedd5",
            Self::Support => "#ffe4e6",
            Self::Shop => "#e2e8f0",
            Self::Other => "#f5f5f4",
        }
    }

    /// The domain of a table, by its name.
    pub fn of(table: &str) -> Self {
        match table {
            "spree_users" | "spree_roles" | "spree_role_users" => Self::Users,
            "episode_contestants" | "vote_packages" | "sms_vote_logs" => Self::Voting,
            "wallet_transactions" | "user_payment_methods" => Self::Wallet,
            "subscription_plans"
            | "user_subscriptions"
            | "subscription_invoices"
            | "feature_usages" => Self::Subscriptions,
            "artists" | "event_organizers" | "event_seats" | "event_checkins"
            | "spree_products" => Self::Events,
            "loyalty_activities" | "achievements" | "push_notifications" | "app_banners"
            | "topup_promotions" | "referral_rewards" => Self::Support,
            name if name.starts_with("xfactor_") => Self::Voting,
            name if name.starts_with("spree_store_credit") => Self::Wallet,
            name if name.starts_with("spree_") => Self::Shop,
            _ => Self::Other,
        }
    }

    /// Its tables; partitions stand with their table.
    pub fn tables(self, catalog: &Catalog) -> Vec<(&str, &Relation)> {
        let tables = catalog.relations.iter().filter(|(name, relation)| {
            !relation.kind.is_view() && relation.partition_of.is_none() && Self::of(name) == self
        });
        tables
            .map(|(name, relation)| (name.as_str(), relation))
            .collect()
    }
}
