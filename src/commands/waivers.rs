//! `[[waivers]]` of the configuration, for the health check and for `config check`.

use time::Date;

use crate::config::{Settings, WaiverSetting};
use crate::error::{Error, Hint, Result};
use crate::health::{self, Waiver};
use crate::report::Advice;

/// The waivers.
///
/// # Errors
/// The first that says too little.
pub(super) fn all(settings: &Settings) -> Result<Vec<Waiver>> {
    settings.health.waivers.iter().map(one).collect()
}

fn one(setting: &WaiverSetting) -> Result<Waiver> {
    Waiver::new(&setting.finding, &setting.reason, &setting.until).map_err(|error| {
        let place = format!("{}: {}", setting.origin, error.message());
        Error::configuration(place)
            .hint("[[waivers]] takes finding, reason and until = \"2026-12-31\"")
    })
}

/// What is wrong with waivers, as far as no database is needed to tell: errors, then warnings.
pub(super) fn advice(settings: &Settings, today: Date) -> (Vec<Error>, Vec<Advice>) {
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for setting in &settings.health.waivers {
        let waiver = match one(setting) {
            Ok(waiver) => waiver,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let (place, finding) = (&setting.origin, &setting.finding);
        if !health::meets_a_check(finding) {
            warnings.push(unknown(&format!("{place}: "), finding));
        } else if waiver.has_ended(today) {
            warnings.push(Advice {
                message: format!(
                    "{place}: the waiver of {finding} ended on {}",
                    setting.until
                ),
                hints: Vec::new(),
            });
        }
    }
    (errors, warnings)
}

fn unknown(place: &str, finding: &str) -> Advice {
    let hint = match health::nearest_check(finding) {
        Some(near) => Hint {
            text: format!("was {near} meant?"),
            command: None,
        },
        None => Hint::command("see all checks", "hangmeas explain --list"),
    };
    Advice {
        message: format!("{place}the waiver of {finding} is of no check, so it waives nothing"),
        hints: vec![hint],
    }
}
