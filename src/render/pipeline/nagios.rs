//! The form of monitoring plugins (Nagios, Icinga): one line with numbers behind a bar, then details.

use crate::error::Error;
use crate::report::words::count;
use crate::report::{DbHealthCheck, Outcome, PluginState};

use super::counts;

pub(super) fn text(report: &DbHealthCheck, state: PluginState) -> String {
    let [(_, errors), (_, warnings), (_, notes)] = counts(report);
    let summary = &report.summary;
    let unseen = summary.skipped + summary.failed;
    let mut text = format!(
        "HANGMEAS {} - {}, {}, {} in {} of {}",
        state.word(),
        count(errors, "error"),
        count(warnings, "warning"),
        count(notes, "note"),
        count(summary.checks, "check"),
        clean(&report.database),
    );
    if unseen > 0 {
        text.push_str(&format!(", {unseen} could not look"));
    }
    // label=value;warn;crit;min
    text.push_str(&format!(
        " | errors={errors};;0;0 warnings={warnings};0;;0 notes={notes};;;0 unknown={unseen};;;0 time={:.3}s;;;0\n",
        report.milliseconds / 1000.0
    ));
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

/// What kept hangmeas from looking at all.
pub(in crate::render) fn error(error: &Error) -> String {
    let state = PluginState::from(error.kind());
    let details = error.detail_lines().iter();
    let lines = details.map(|line| format!("{}\n", clean(line)));
    format!(
        "HANGMEAS {} - {}\n{}",
        state.word(),
        clean(error.message()),
        lines.collect::<String>()
    )
}

/// A bar begins the numbers, and a line end ends the line.
fn clean(text: &str) -> String {
    text.replace('|', "¦").replace('\n', " ")
}
