//! The list of rules. A rule is a file of `rules/`: what it demands in its first comment, what cures it in the second,
//! and a query with one row per violation: `object`, `problem` and, where a statement cures it, `cure`. What it compares with
//! beside the database stands in braces.

use super::reference;

/// A rule: its name, what it demands, and the query that finds what breaks it.
#[derive(Debug)]
pub struct Rule {
    /// Stable name, such as `votes_of_user`.
    pub name: &'static str,
    /// A query of text columns, `object`, `problem` and perhaps `cure`; no row when the rule holds. As it is written,
    /// with its references in braces.
    pub sql: &'static str,
}

impl Rule {
    /// What the rule demands, in a sentence: the comment that its file begins with.
    #[must_use]
    pub fn demand(&self) -> &'static str {
        let first = self.sql.lines().next().unwrap_or_default();
        first.trim_start_matches("--").trim()
    }

    /// What to do about a violation, in a sentence: the comment in the second line.
    #[must_use]
    pub fn cure(&self) -> &'static str {
        let second = self.sql.lines().nth(1).unwrap_or_default();
        second.trim_start_matches("-- Cure:").trim()
    }

    /// Whether the query says for each violation which statement cures it.
    #[must_use]
    pub fn has_statements(&self) -> bool {
        self.sql.contains(" AS cure\n")
    }

    /// The query as the server takes it.
    #[must_use]
    pub fn query(&self) -> String {
        reference::fill(self.sql)
    }

    /// The rule of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.name == name)
    }
}

macro_rules! rules {
    ($($name:literal),+ $(,)?) => {
        &[$(Rule { name: $name, sql: include_str!(concat!("rules/", $name, ".sql")) }),+]
    };
}

/// All rules, by subject: votes, wallet, events, referrals, loyalty, subscriptions, people.
pub static RULES: &[Rule] = rules![
    "votes_of_user",
    "votes_of_contestant",
    "votes_of_episode",
    "votes_of_season",
    "revenue_of_season",
    "vote_in_window",
    "vote_after_signup",
    "vote_for_performer",
    "eliminated_stay_out",
    "one_winner",
    "sms_vote_logged",
    "sms_log_of_sms_vote",
    "sms_carrier_of_number",
    "paid_vote_has_payment",
    "bundle_vote_has_package",
    "wallet_arithmetic",
    "wallet_runs_on",
    "wallet_is_credit",
    "wallet_transfer_pairs",
    "credit_not_overdrawn",
    "riel_in_hundreds",
    "tickets_are_seats",
    "seats_are_bought",
    "checkin_has_ticket",
    "referral_codes_differ",
    "referrals_counted",
    "referrer_was_first",
    "reward_has_referral",
    "points_add_up",
    "tier_follows_points",
    "promotion_uses_counted",
    "usage_within_plan",
    "invoice_is_consistent",
    "invoice_adds_up",
    "identity_from_15",
    "phones_differ",
    "phone_of_carrier",
    "names_belong_together",
    "home_is_one_path",
    "active_after_acts",
    "not_in_future",
    "khmer_in_order",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_what_it_demands() {
        for rule in RULES {
            assert!(rule.sql.starts_with("-- "), "{}", rule.name);
            assert!(rule.demand().ends_with('.'), "{}", rule.name);
            assert!(rule.sql.contains("\n-- Cure: "), "{}", rule.name);
            assert!(rule.cure().ends_with('.'), "{}", rule.name);
            let code = rule.sql.lines().filter(|line| !line.starts_with("--"));
            let ends = code.filter(|line| line.contains(';')).count();
            assert_eq!(ends, 0, "{}: one query, no end", rule.name);
            let known = reference::REFERENCES.iter();
            let named = known.filter(|one| rule.sql.contains(one.placeholder));
            assert_eq!(
                named.count(),
                rule.sql.matches('{').count(),
                "{}",
                rule.name
            );
        }
    }

    #[test]
    fn names_are_unique_and_found() {
        for rule in RULES {
            assert_eq!(Rule::named(rule.name).unwrap().name, rule.name);
        }
        assert!(Rule::named("no_such_rule").is_none());
    }
}
