//! What the rows say. These read whole tables, so they run with `--data` only.

use super::query;
use crate::health::check::{Check, Cost, Need, Severities, Work};
use crate::invariants::{RULES, Rule};
use crate::report::{Group, Severity};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "data.email_case",
    group: Group::Data,
    title: "E-mail addresses that differ only in case",
    severity: Severities::always(Severity::Error),
    needs: &[Need::Column("spree_users.email")],
    cost: Cost::Scan,
    why: "Two accounts of one person: orders and votes are in one, the password that is remembered opens the other. \
          Devise writes addresses in lower case; imports do not.",
    cure: "Decide which account stays, move its rows, and write its address in lower case.",
    work: query!("data.email_case"),
}];

/// The rules of the business, each as a check.
pub(super) fn rules() -> impl Iterator<Item = Check> {
    RULES.iter().map(rule)
}

fn rule(rule: &'static Rule) -> Check {
    Check {
        // Made once per run of the program, and as long-lived as the others.
        id: Box::leak(format!("data.{}", rule.name).into_boxed_str()),
        group: Group::Data,
        title: rule.demand().trim_end_matches('.'),
        severity: Severities::always(Severity::Error),
        needs: &[
            Need::Tables,
            Need::Column("xfactor_votes.vote_count"),
            Need::Column("wallet_transactions.balance_after"),
            Need::Column("spree_users.total_votes_cast"),
            Need::Column("spree_products.tickets_sold"),
        ],
        cost: Cost::Scan,
        why: "Totals that are kept beside the rows they add up, ledgers and windows are written by several programs. When \
              they disagree, somebody sees a wrong balance, a wrong result or a sold seat that is free.",
        cure: rule.cure(),
        work: Work::Rule(rule),
    }
}
