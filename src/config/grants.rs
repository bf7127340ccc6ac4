//! `[grants]`: the names of the group roles.

use super::layers::{Layers, parsed, wrong};
use super::origin::{Origin, Sourced};
use super::value;
use crate::error::Result;

/// Names of the group roles; they differ from each other.
#[derive(Debug, Clone)]
pub struct GrantSettings {
    /// Of the application (default `hangmeas_app`).
    pub app: Sourced<String>,
    /// Of reporting, which only reads (default `hangmeas_readonly`).
    pub readonly: Sourced<String>,
    /// Of backups (default `hangmeas_backup`).
    pub backup: Sourced<String>,
}

pub(super) fn grants(layers: &Layers<'_>) -> Result<GrantSettings> {
    let name = |key: &str| {
        let path = format!("grants.{key}");
        let found = layers.file(&path)?;
        let found = found.map(|found| parsed(&path, found, value::role));
        let default = || Sourced::default(format!("hangmeas_{key}"));
        Ok(found.transpose()?.unwrap_or_else(default))
    };
    let settings = GrantSettings {
        app: name("app")?,
        readonly: name("readonly")?,
        backup: name("backup")?,
    };
    let GrantSettings {
        app,
        readonly,
        backup,
    } = &settings;
    for (one, other, key) in [
        (app, readonly, "readonly"),
        (app, backup, "backup"),
        (readonly, backup, "backup"),
    ] {
        if one.value == other.value {
            let what = format!("role {} has another purpose already", other.value);
            let said = match other.origin {
                Origin::Default => &one.origin,
                _ => &other.origin,
            };
            return Err(wrong(&format!("grants.{key}"), said, &what));
        }
    }
    Ok(settings)
}
