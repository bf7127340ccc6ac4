//! The form of Nagios plugins: one line with numbers behind a bar, then details. The exit status stays that of hangmeas.

use crate::report::{DbHealthCheck, Outcome};

use super::counts;

pub(super) fn text(report: &DbHealthCheck, good: bool) -> String {
    let [(_, errors), (_, warnings), (_, notes)] = counts(report);
    let summary = &report.summary;
    let unseen = summary.skipped + summary.failed;
    let state = match (good, errors, warnings, unseen) {
        (_, 1.., _, _) => "CRITICAL",
        (_, 0, _, 1..) => "UNKNOWN",
        (_, 0, 1.., 0) | (false, ..) => "WARNING",
        _ => "OK",
    };
    let mut text = format!(
        "HANGMEAS {state} - {errors} errors, {warnings} warnings, {notes} notes in {} checks of {}{} | \
         errors={errors};;0 warnings={warnings};0 notes={notes} skipped={unseen};0 time={:.3}s\n",
        summary.checks,
        clean(&report.database),
        if unseen > 0 {
            format!(", {unseen} could not look")
        } else {
            String::new()
        },
        report.milliseconds / 1000.0,
    );
    for finding in report
        .findings()
        .into_iter()
        .filter(|finding| finding.counts())
    {
        text.push_str(&format!("{}: {}\n", finding.severity, clean(&finding.what)));
    }
    for check in &report.checks {
        if let Outcome::Skipped { reason, .. } | Outcome::Failed { reason } = &check.outcome {
            text.push_str(&format!("unknown: {}: {}\n", check.id, clean(reason)));
        }
    }
    text
}

/// A bar begins the numbers, and a line end ends the line.
fn clean(text: &str) -> String {
    text.replace('|', "¦").replace('\n', " ")
}
