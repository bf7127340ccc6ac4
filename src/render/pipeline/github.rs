//! Annotations of GitHub Actions, a line per finding.

use crate::report::{DbHealthCheck, Outcome, Severity};

pub(super) fn text(report: &DbHealthCheck) -> String {
    let mut text = String::new();
    let mut line = |level: &str, title: &str, message: &str| {
        text.push_str(&format!(
            "::{level} title={}::{}\n",
            property(title),
            data(message)
        ));
    };
    for finding in report
        .findings()
        .into_iter()
        .filter(|finding| finding.counts())
    {
        let level = match finding.severity {
            Severity::Note => "notice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let message = match &finding.cure {
            Some(cure) => format!("{}\n{cure}", finding.what),
            None => finding.what.clone(),
        };
        line(level, &finding.check, &message);
    }
    for check in &report.checks {
        match &check.outcome {
            Outcome::Skipped { reason, remedy } => {
                line(
                    "error",
                    &check.id,
                    &format!("could not look: {reason}\n{remedy}"),
                );
            }
            Outcome::Failed { reason } => line("error", &check.id, &format!("broke: {reason}")),
            _ => {}
        }
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn commands_cannot_be_broken_out_of() {
        assert_eq!(data("50 %\n::error::x"), "50 %25%0A::error::x");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
