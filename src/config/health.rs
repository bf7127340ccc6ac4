//! `[health]` and `[[waivers]]`: limits of the health check, and findings that do not count.

use std::time::Duration;

use super::file::schema;
use super::layers::{Layers, parsed};
use super::origin::{Origin, Sourced};
use super::value::{self, Kind};
use crate::error::{Error, Result};
use crate::report::Severity;

/// A finding that somebody decided to live with.
#[derive(Debug, Clone)]
pub struct WaiverSetting {
    /// Key of the finding; `*` stands for anything.
    pub finding: String,
    /// Why it does not count.
    pub reason: String,
    /// The last day, as `2026-12-31`.
    pub until: String,
    /// Where it stands.
    pub origin: Origin,
}

/// Settings of the health check.
#[derive(Debug, Clone)]
pub struct HealthSettings {
    /// What makes the exit status 1 (default: error).
    pub fail_on: Sourced<Severity>,
    /// Limits by name, durations in seconds; only those that are set.
    pub thresholds: Vec<(&'static str, Sourced<u64>)>,
    /// Findings that do not count.
    pub waivers: Vec<WaiverSetting>,
}

/// Reads them from the file.
pub(super) fn resolve(layers: &Layers<'_>) -> Result<HealthSettings> {
    let section = schema::SECTIONS.iter().find(|(name, _)| *name == "health");
    let mut thresholds = Vec::new();
    for (name, kind) in section.map(|(_, keys)| *keys).unwrap_or_default() {
        if *name == "fail_on" {
            continue;
        }
        let key = format!("health.{name}");
        if let Some(found) = layers.file(&key)? {
            let limit = match kind {
                Kind::Count => parsed(&key, found, value::count)?.map(u64::from),
                _ => parsed(&key, found, value::duration)?.map(|limit: Duration| limit.as_secs()),
            };
            thresholds.push((*name, limit));
        }
    }
    let key = "health.fail_on";
    let fail_on = layers.file(key)?;
    let fail_on = fail_on.map(|found| parsed(key, found, value::severity));
    Ok(HealthSettings {
        fail_on: fail_on
            .transpose()?
            .unwrap_or_else(|| Sourced::default(Severity::Error)),
        thresholds,
        waivers: waivers(layers)?,
    })
}

fn waivers(layers: &Layers<'_>) -> Result<Vec<WaiverSetting>> {
    let mut waivers = Vec::new();
    for number in 0.. {
        let path = format!("{}.{number:03}", schema::WAIVERS);
        let all = |key: &str| layers.file(&format!("{path}.{key}"));
        let [finding, reason, until] = [all("finding")?, all("reason")?, all("until")?];
        let Some(known) = finding.as_ref().or(reason.as_ref()).or(until.as_ref()) else {
            break;
        };
        let origin = known.origin.clone();
        let (Some(finding), Some(reason), Some(until)) = (finding, reason, until) else {
            return Err(Error::configuration(format!(
                "{origin}: a waiver takes `finding`, `reason` and `until`"
            ))
            .hint("a waiver without a reason or an end is forgotten, and hides the next mistake"));
        };
        waivers.push(WaiverSetting {
            finding: finding.value,
            reason: reason.value,
            until: until.value,
            origin,
        });
    }
    Ok(waivers)
}
