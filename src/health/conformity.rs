//! The live schema against the expected one, as findings.

use super::check::Check;
use super::restore::Plan;
use crate::catalog::{Comparison, Difference, ObjectKind, Verdict};
use crate::report::{Finding, Severity};

/// Findings of the given kinds; what only follows from another difference is told with that one.
pub(super) fn findings(
    check: &Check,
    kinds: &[ObjectKind],
    severity: Severity,
    compared: &Comparison,
    plan: &Plan,
) -> Vec<Finding> {
    let all = compared.differences.iter().enumerate();
    let wanted = all.filter(|(_, difference)| {
        difference.follows.is_none() && kinds.contains(&difference.object.kind)
    });
    wanted
        .map(|(n, difference)| {
            let followers = compared
                .differences
                .iter()
                .filter(|other| other.follows.as_ref() == Some(&difference.object))
                .count();
            let cure = match plan.withheld(n) {
                Some(reason) => reason.to_owned(),
                None => plan.statements(n).join("; "),
            };
            finding(check, severity, difference, followers, cure)
        })
        .collect()
}

fn finding(
    check: &Check,
    severity: Severity,
    difference: &Difference,
    followers: usize,
    cure: String,
) -> Finding {
    let mut what = sentence(difference);
    match followers {
        0 => {}
        1 => what.push_str("; one more follows from it"),
        more => what.push_str(&format!("; {more} more follow from it")),
    }
    // A name alone breaks nothing today.
    let severity = match difference.aspect {
        Some(crate::catalog::Aspect::Name) if difference.object.kind == ObjectKind::Index => {
            severity.min(Severity::Warning)
        }
        _ => severity,
    };
    Finding {
        key: format!("{}:{}", check.id, difference.object.path()),
        check: check.id.to_owned(),
        object: difference.object.path(),
        severity,
        what,
        why: check.why.to_owned(),
        cure: Some(cure).filter(|cure| !cure.is_empty()),
        waived: None,
        waiver_ended: None,
        known: false,
    }
}

fn sentence(difference: &Difference) -> String {
    let origin = match difference.since {
        Some(version) => format!(" (V{version:04})"),
        None => " (a part of Spree)".to_owned(),
    };
    let seen = match (&difference.verdict, &difference.found) {
        (Verdict::Changed, Some(found)) if is_short(found) && is_short(&difference.expected) => {
            match difference.aspect {
                Some(crate::catalog::Aspect::Definition) => {
                    format!(": {found} instead of {}", difference.expected)
                }
                _ => String::new(),
            }
        }
        _ => String::new(),
    };
    format!("{difference}{seen}{origin}")
}

/// Whether a definition fits into a sentence.
fn is_short(text: &str) -> bool {
    text.chars().count() <= 120 && !text.contains('\n')
}
