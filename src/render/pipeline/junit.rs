//! JUnit XML: a suite per group, a case per check, always under the same names.

use std::fmt::Write as _;

use crate::report::{CheckResult, DbHealthCheck, Finding, Group, Outcome};

pub(super) fn text(report: &DbHealthCheck) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hangmeas db health-check\">\n",
    );
    for group in Group::ALL {
        let checks: Vec<&CheckResult> = report.checks.iter().filter(|c| c.group == group).collect();
        if checks.is_empty() {
            continue;
        }
        let count = |matching: fn(&Outcome) -> bool| {
            checks
                .iter()
                .filter(|check| matching(&check.outcome))
                .count()
        };
        let fails = |check: &&&CheckResult| check.findings.iter().any(|it| is_failure(it, report));
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            group.name(),
            checks.len(),
            checks.iter().filter(fails).count(),
            count(|outcome| matches!(outcome, Outcome::Failed { .. } | Outcome::Skipped { .. })),
            count(|outcome| matches!(outcome, Outcome::NotApplicable { .. })),
        );
        checks
            .iter()
            .for_each(|check| case(&mut xml, check, report));
        xml.push_str("  </testsuite>\n");
    }
    xml + "</testsuites>\n"
}

/// What makes the exit status 1 is a failure; the rest is told beside it.
fn is_failure(finding: &Finding, report: &DbHealthCheck) -> bool {
    finding.counts() && finding.severity >= report.fail_on
}

fn case(xml: &mut String, check: &CheckResult, report: &DbHealthCheck) {
    let seconds = check.milliseconds.unwrap_or(0.0) / 1000.0;
    let (id, group) = (&check.id, check.group.name());
    let _ = write!(
        xml,
        "    <testcase classname=\"{group}\" name=\"{}\" time=\"{seconds:.3}\"",
        escape(id)
    );
    let body = match &check.outcome {
        Outcome::Passed => {
            xml.push_str("/>\n");
            return;
        }
        Outcome::Found => findings(&check.findings, report),
        Outcome::NotApplicable { reason } => {
            format!("      <skipped message=\"{}\"/>\n", escape(reason))
        }
        // What could not look is no success: pipelines show errors in red.
        Outcome::Skipped { reason, remedy } => format!(
            "      <error type=\"skipped\" message=\"{}\">{}</error>\n",
            escape(reason),
            escape(remedy)
        ),
        Outcome::Failed { reason } => {
            format!(
                "      <error type=\"failed\" message=\"{}\"/>\n",
                escape(reason)
            )
        }
    };
    let _ = write!(xml, ">\n{body}    </testcase>\n");
}

fn findings(findings: &[Finding], report: &DbHealthCheck) -> String {
    let (failures, others): (Vec<&Finding>, Vec<&Finding>) = findings
        .iter()
        .filter(|finding| finding.counts())
        .partition(|finding| is_failure(finding, report));
    let text = |finding: &Finding| {
        let cure = finding.cure.as_deref().unwrap_or_default();
        escape(&format!("{}\n{}\n{cure}", finding.key, finding.why))
    };
    let mut body: String = failures
        .into_iter()
        .map(|finding| {
            format!(
                "      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                finding.severity,
                escape(&finding.what),
                text(finding)
            )
        })
        .collect();
    if !others.is_empty() {
        let others = others.into_iter().map(|finding| {
            let head = format!("{}: {}", finding.severity, finding.what);
            format!("{}\n{}\n", escape(&head), text(finding))
        });
        let others: String = others.collect();
        body.push_str(&format!("      <system-out>{others}</system-out>\n"));
    }
    body
}

/// Text for XML 1.0, which has no place for most control characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_xml_forbids_is_replaced() {
        assert_eq!(
            escape("a<b>&\"c\"\u{1}ខ្មែរ\n"),
            "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}ខ្មែរ&#10;"
        );
    }
}
