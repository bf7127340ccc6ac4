//! A health report in the forms that pipelines and monitors read.

mod github;
mod junit;
mod nagios;
mod prometheus;
mod sarif;

use crate::cli::Format;
use crate::report::{DbHealthCheck, PluginState, Severity};

pub(super) use nagios::error as nagios_error;

/// The report in one of those forms; none for the general ones.
pub(super) fn text(
    report: &DbHealthCheck,
    state: Option<PluginState>,
    format: Format,
) -> Option<String> {
    Some(match format {
        Format::Human | Format::Json => return None,
        Format::Junit => junit::text(report),
        Format::Sarif => sarif::text(report),
        Format::Github => github::text(report),
        Format::Nagios => nagios::text(report, state?),
        Format::Prometheus => prometheus::text(report),
    })
}

/// What counts, by severity, the gravest first.
fn counts(report: &DbHealthCheck) -> [(Severity, usize); 3] {
    let summary = &report.summary;
    [
        (Severity::Error, summary.errors),
        (Severity::Warning, summary.warnings),
        (Severity::Note, summary.notes),
    ]
}
