//! `[backup]` and `[annotate]`: where backups go and how long they stay; who owns which table.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::layers::{Layers, Names};
use super::origin::Sourced;
use super::value;
use crate::error::Result;

/// `[backup]`.
#[derive(Debug, Clone)]
pub struct BackupSettings {
    /// The folder of backups.
    pub dir: Sourced<PathBuf>,
    /// How many backups stay; none means all.
    pub keep: Option<Sourced<u32>>,
    /// For how many days they stay; none means for ever.
    pub keep_days: Option<Sourced<u32>>,
    /// Processes that dump or restore at the same time.
    pub jobs: Sourced<u32>,
}

/// `[annotate]`.
#[derive(Debug, Clone)]
pub struct AnnotateSettings {
    /// The folder of the schema's pages.
    pub out: Sourced<PathBuf>,
    /// Who owns a table, by its name.
    pub owners: BTreeMap<String, String>,
    /// What else there is to know about a table, by its name.
    pub notes: BTreeMap<String, String>,
}

pub(super) fn backup(layers: &Layers<'_>) -> Result<BackupSettings> {
    let overrides = layers.overrides;
    let names = |flag, variable, key| Names {
        flag,
        variable,
        key,
    };
    let dir = names("--dir", "HANGMEAS_BACKUP_DIR", "backup.dir");
    let keep = names("--keep", "HANGMEAS_BACKUP_KEEP", "backup.keep");
    let days = names(
        "--keep-days",
        "HANGMEAS_BACKUP_KEEP_DAYS",
        "backup.keep_days",
    );
    let jobs = names("--jobs", "HANGMEAS_BACKUP_JOBS", "backup.jobs");
    let default_dir = || Sourced::default(layers.working_dir.join("backups"));
    Ok(BackupSettings {
        dir: layers
            .path(&dir, overrides.backup_dir.as_ref())?
            .unwrap_or_else(default_dir),
        keep: layers.setting(&keep, overrides.keep.as_deref(), value::number)?,
        keep_days: layers.setting(&days, overrides.keep_days.as_deref(), value::number)?,
        jobs: layers
            .setting(&jobs, overrides.jobs.as_deref(), value::number)?
            .unwrap_or_else(|| Sourced::default(2)),
    })
}

pub(super) fn annotate(layers: &Layers<'_>) -> Result<AnnotateSettings> {
    let out = Names {
        flag: "--out",
        variable: "HANGMEAS_ANNOTATE_OUT",
        key: "annotate.out",
    };
    let default_out = || Sourced::default(layers.working_dir.join("docs/schema"));
    Ok(AnnotateSettings {
        out: layers
            .path(&out, layers.overrides.annotate_out.as_ref())?
            .unwrap_or_else(default_out),
        owners: table(layers, "annotate.owners.")?,
        notes: table(layers, "annotate.notes.")?,
    })
}

/// All values of a section whose keys are free.
fn table(layers: &Layers<'_>, prefix: &str) -> Result<BTreeMap<String, String>> {
    let Some(file) = layers.file else {
        return Ok(BTreeMap::new());
    };
    let mut found = BTreeMap::new();
    for (key, _) in file.all() {
        if let Some(name) = key.strip_prefix(prefix)
            && let Some(text) = file.resolve(key, layers.variables)?
        {
            found.insert(name.to_owned(), text.value);
        }
    }
    Ok(found)
}
