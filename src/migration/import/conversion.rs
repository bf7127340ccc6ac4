//! The folder as it will be: which of the tool's migrations get which version, what is there from an
//! earlier import, and writing the rest.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::convert;
use super::foreign::Foreign;
use super::layout::Tool;
use crate::error::{Error, Result};
use crate::migration::file::{MigrationFile, Origin, Script};
use crate::migration::history::Applied;
use crate::migration::refinery::checksum;
use crate::migration::scaffold::{UNDO_FOLDER, snake_case, write};
use crate::migration::source::Source;

/// Another tool's folder, converted, and not yet written.
pub struct Conversion {
    pub(super) tool: Tool,
    pub(super) from: PathBuf,
    pub(super) into: PathBuf,
    /// The versions of the bundled migrations, where these belong to the project.
    pub(super) bundled: Vec<i32>,
    pub(super) foreign: Vec<Foreign>,
    /// One for each of `foreign`, in its order.
    pub(super) converted: Vec<Converted>,
}

/// One migration as it will be.
pub(super) struct Converted {
    pub version: i32,
    pub name: String,
    pub checksum: u64,
    pub up: Script,
    pub down: Option<String>,
    /// It was imported before.
    pub there: bool,
}

impl Conversion {
    /// Reads both folders and converts; writes nothing. New migrations get the versions after the
    /// last one of `into`, or after the bundled ones where these belong to the project.
    ///
    /// # Errors
    /// A file that cannot be read or could not run here, or one that was imported before and is
    /// another text now.
    pub fn prepare(tool: Tool, from: &Path, into: &Path, bundled: bool) -> Result<Self> {
        check_folders(from, into)?;
        let foreign = (tool.layout().read)(from)?;
        if foreign.is_empty() {
            return Err(Error::configuration(format!(
                "{} holds no migrations of {}",
                from.display(),
                tool.name()
            )));
        }
        let source = if into.exists() {
            Source::load(bundled, Some(into))?
        } else {
            Source::beside(bundled)?
        };
        let known = imported(&source);
        let mut next = source.next_version();
        let mut converted = Vec::with_capacity(foreign.len());
        for migration in &foreign {
            let mark = convert::origin(tool.name(), &migration.file);
            let file = known.get(mark.as_str()).copied();
            converted.push(convert_one(tool, migration, into, file, &mut next)?);
        }
        Ok(Self {
            tool,
            from: from.to_owned(),
            into: into.to_owned(),
            bundled: bundled_versions(&source),
            foreign,
            converted,
        })
    }

    /// Writes what is not there yet.
    ///
    /// # Errors
    /// A file that cannot be written; running again writes the rest.
    pub fn write(&self) -> Result<()> {
        for migration in &self.converted {
            let name = format!("{:04}__{}.sql", migration.version, migration.name);
            if !migration.there {
                write(&self.into.join(format!("V{name}")), &migration.up.sql)?;
            }
            let undo = self.into.join(UNDO_FOLDER).join(format!("U{name}"));
            if let Some(down) = &migration.down {
                write(&undo, down)?;
            }
        }
        Ok(())
    }
}

fn check_folders(from: &Path, into: &Path) -> Result<()> {
    let real = |path: &Path| fs::canonicalize(path).ok();
    if real(from).is_some() && real(from) == real(into) {
        return Err(
            Error::usage(format!("{} cannot be imported into itself", from.display()))
                .hint("name another folder: --into DIR"),
        );
    }
    Ok(())
}

impl Converted {
    /// Whether a row of the history is this migration, by whatever version.
    pub fn is_of(&self, row: &Applied) -> bool {
        row.name == self.name
            && row.checksum == Some(checksum(row.version, &row.name, &self.up.sql))
    }
}

fn bundled_versions(source: &Source) -> Vec<i32> {
    let bundled = source.migrations().iter();
    let bundled = bundled.filter(|file| file.origin == Origin::Bundled);
    bundled.map(|file| file.version).collect()
}

/// The migrations of the folder that were imported, by the mark in their comment.
fn imported(source: &Source) -> BTreeMap<&str, &MigrationFile> {
    let own = source.migrations().iter();
    own.filter(|file| file.origin == Origin::Own)
        .filter_map(|file| Some((convert::origin_of(&file.script.sql)?, file)))
        .collect()
}

fn convert_one(
    tool: Tool,
    migration: &Foreign,
    into: &Path,
    file: Option<&MigrationFile>,
    next: &mut i32,
) -> Result<Converted> {
    let up = convert::up(migration, tool.name())?;
    let down = convert::down(migration, tool.name())?;
    if let Some(file) = file {
        if file.script.sql != up {
            return Err(changed(migration, file));
        }
        return Ok(Converted {
            version: file.version,
            name: file.name.clone(),
            checksum: file.checksum,
            up: file.script.clone(),
            down: down.filter(|_| file.undo.is_none()),
            there: true,
        });
    }
    let version = *next;
    *next += 1;
    let mut name = snake_case(&migration.name);
    if name.is_empty() {
        name.push_str("migration");
    }
    let shown = into.join(format!("V{version:04}__{name}.sql"));
    Ok(Converted {
        version,
        checksum: checksum(version, &name, &up),
        up: Script::new(shown.display().to_string(), &up),
        name,
        down,
        there: false,
    })
}

fn changed(migration: &Foreign, file: &MigrationFile) -> Error {
    Error::configuration(format!(
        "{} was imported from {}, and one of the two is another text now",
        file.script.shown, migration.up.shown
    ))
    .hint("put it back as it was, and write the change as a new migration")
}
