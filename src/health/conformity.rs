//! The live schema against the expected one, as findings.

use super::check::Check;
use super::restore;
use crate::catalog::{Comparison, Difference, ObjectKind, Verdict, expected};
use crate::report::{Finding, Severity};

/// Findings of the given kinds; what only follows from another difference is told with that one.
pub(super) fn findings(
    check: &Check,
    kinds: &[ObjectKind],
    severity: Severity,
    compared: &Comparison,
) -> Vec<Finding> {
    let wanted = compared
        .roots()
        .filter(|difference| kinds.contains(&difference.object.kind));
    wanted
        .map(|difference| {
            let followers = compared
                .differences
                .iter()
                .filter(|other| other.follows.as_ref() == Some(&difference.object))
                .count();
            finding(check, severity, difference, followers)
        })
        .collect()
}

fn finding(
    check: &Check,
    severity: Severity,
    difference: &Difference,
    followers: usize,
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
    let statements = restore::statements(difference, &expected().catalog);
    Finding {
        key: format!("{}:{}", check.id, difference.object.path()),
        check: check.id.to_owned(),
        object: difference.object.path(),
        severity,
        what,
        why: check.why.to_owned(),
        cure: match (statements.is_empty(), difference.since) {
            (false, _) => Some(statements.join("; ")),
            (true, None) => Some("finish or restore the migrations of Spree".to_owned()),
            (true, Some(_)) => None,
        },
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
