//! What the results come to together.

use std::collections::BTreeSet;

use super::check::Check;
use super::request::Request;
use super::{registry, waiver};
use crate::report::{CheckResult, Group, IdleWaiver, Outcome, Severity, Summary};

/// What the guide's lists and conformity both found is told by conformity, which says more.
pub(super) fn tell_once(results: &mut [CheckResult]) {
    let told: BTreeSet<String> = results
        .iter()
        .filter(|result| result.group == Group::Conformity)
        .flat_map(|result| &result.findings)
        .map(|finding| finding.object.clone())
        .collect();
    for result in results
        .iter_mut()
        .filter(|result| result.group == Group::Guide)
    {
        result
            .findings
            .retain(|finding| !told.contains(&finding.object));
        result.total = result.findings.len();
    }
}

/// The numbers.
pub(super) fn count(results: &[CheckResult]) -> Summary {
    let mut summary = Summary::default();
    for result in results {
        match result.outcome {
            Outcome::Skipped { .. } => summary.skipped += 1,
            Outcome::Failed { .. } => summary.failed += 1,
            Outcome::NotApplicable { .. } => {}
            Outcome::Passed | Outcome::Found => summary.checks += 1,
        }
        for finding in &result.findings {
            match (finding.waived.is_some(), finding.known, finding.severity) {
                (true, _, _) => summary.waived += 1,
                (_, true, _) => summary.known += 1,
                (_, _, Severity::Error) => summary.errors += 1,
                (_, _, Severity::Warning) => summary.warnings += 1,
                (_, _, Severity::Note) => summary.notes += 1,
            }
        }
    }
    summary
}

/// Waivers that waive nothing: of no check, or of checks that ran and found nothing to waive.
pub(super) fn idle(
    request: &Request,
    results: &[CheckResult],
    checks: &[&Check],
) -> Vec<IdleWaiver> {
    let findings = || results.iter().flat_map(|result| &result.findings);
    let ran = |pattern: &str| {
        let check = pattern.split(':').next().unwrap_or_default();
        checks.iter().any(|it| waiver::matches(check, it.id))
    };
    let patterns = request.waivers.iter().map(|waiver| &waiver.finding);
    patterns
        .filter_map(|pattern| {
            let (of_no_check, meant) = if !registry::meets_a_check(pattern) {
                (true, registry::nearest_check(pattern))
            } else if ran(pattern) && !findings().any(|it| waiver::matches(pattern, &it.key)) {
                let open = findings().filter(|it| it.waived.is_none());
                let near = registry::likest(pattern, open.map(|it| it.key.as_str()));
                (false, near.map(str::to_owned))
            } else {
                return None;
            };
            Some(IdleWaiver {
                finding: pattern.clone(),
                of_no_check,
                meant,
            })
        })
        .collect()
}
