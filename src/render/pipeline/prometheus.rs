//! The text exposition of Prometheus, for the textfile collector.

use std::fmt::Write as _;

use crate::report::{DbHealthCheck, Outcome};

use super::counts;

pub(super) fn text(report: &DbHealthCheck) -> String {
    let database = escape(&report.database);
    let mut text = String::new();
    let _ = writeln!(
        text,
        "# HELP hangmeas_health_findings Findings that count, by severity."
    );
    let _ = writeln!(text, "# TYPE hangmeas_health_findings gauge");
    for (severity, count) in counts(report) {
        let _ = writeln!(
            text,
            "hangmeas_health_findings{{database=\"{database}\",severity=\"{severity}\"}} {count}"
        );
    }
    let _ = writeln!(
        text,
        "# HELP hangmeas_health_check_findings Findings of a check that count."
    );
    let _ = writeln!(text, "# TYPE hangmeas_health_check_findings gauge");
    for check in &report.checks {
        let count = check
            .findings
            .iter()
            .filter(|finding| finding.counts())
            .count();
        let _ = writeln!(
            text,
            "hangmeas_health_check_findings{{database=\"{database}\",check=\"{}\"}} {count}",
            escape(&check.id)
        );
    }
    let _ = writeln!(
        text,
        "# HELP hangmeas_health_check_ran Whether a check could look: 1 or 0."
    );
    let _ = writeln!(text, "# TYPE hangmeas_health_check_ran gauge");
    for check in &report.checks {
        let ran = !matches!(
            check.outcome,
            Outcome::Skipped { .. } | Outcome::Failed { .. }
        );
        let _ = writeln!(
            text,
            "hangmeas_health_check_ran{{database=\"{database}\",check=\"{}\"}} {}",
            escape(&check.id),
            u8::from(ran)
        );
    }
    let _ = writeln!(
        text,
        "# HELP hangmeas_health_seconds How long the health check took."
    );
    let _ = writeln!(text, "# TYPE hangmeas_health_seconds gauge");
    let _ = writeln!(
        text,
        "hangmeas_health_seconds{{database=\"{database}\"}} {:.6}",
        report.milliseconds / 1000.0
    );
    text
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
