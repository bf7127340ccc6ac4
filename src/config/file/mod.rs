//! `hangmeas.toml`: found, read, checked against the known keys, and asked for its values.

pub(super) mod schema;
mod walk;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind as Io;
use std::path::{Path, PathBuf};

use super::interpolate::Template;
use super::origin::{Origin, Sourced};
use super::overrides::Overrides;
use super::value::Kind;
use super::variables::Variables;
use crate::error::{Error, Result, pasted};

/// The file's name.
pub const FILE_NAME: &str = "hangmeas.toml";

/// One value of the file, as text, with the kind that its key takes.
#[derive(Debug, Clone)]
pub(super) struct FileValue {
    pub template: Template,
    pub kind: Kind,
    pub line: usize,
}

/// A file that was read and is well-formed.
#[derive(Debug)]
pub(super) struct ConfigFile {
    /// The path to open it.
    pub path: PathBuf,
    /// The path as the user knows it.
    pub shown: PathBuf,
    /// Who said that this is the file.
    pub named_by: Origin,
    /// Values by key path (`environments.test.port`).
    values: BTreeMap<String, FileValue>,
    /// The environments that it mentions, in order, with their lines.
    pub environments: Vec<(String, usize)>,
}

/// The place of the file: named, or found from the working folder upwards.
pub(super) fn locate(
    overrides: &Overrides,
    variables: &Variables,
    working_dir: &Path,
) -> Result<Option<(PathBuf, Origin)>> {
    let named = match (&overrides.config_file, variables.get("HANGMEAS_CONFIG")) {
        (Some(path), _) => Some((path.clone(), Origin::Flag("--config"))),
        (None, Some(path)) => Some((
            PathBuf::from(path),
            Origin::Variable("HANGMEAS_CONFIG".to_owned()),
        )),
        (None, None) => None,
    };
    if let Some((path, origin)) = named {
        let full = working_dir.join(&path);
        if !full.exists() {
            return Err(Error::configuration(format!(
                "the configuration file {} does not exist",
                path.display()
            ))
            .detail(format!("named by {origin}"))
            .hint_command(
                "write one from the template",
                format!(
                    "hangmeas config init {}",
                    pasted(&path.display().to_string())
                ),
            ));
        }
        return Ok(Some((full, origin)));
    }
    let found = working_dir
        .ancestors()
        .map(|dir| dir.join(FILE_NAME))
        .find(|path| path.symlink_metadata().is_ok());
    Ok(found.map(|path| {
        (
            path,
            Origin::Derived("found from the working folder upwards".to_owned()),
        )
    }))
}

impl ConfigFile {
    /// Finds and reads the file, if there is one.
    pub fn find(
        overrides: &Overrides,
        variables: &Variables,
        working_dir: &Path,
    ) -> Result<Option<Self>> {
        let Some((path, named_by)) = locate(overrides, variables, working_dir)? else {
            return Ok(None);
        };
        Self::read(&path, named_by, working_dir)
            .map(Some)
            .map_err(|errors| {
                let more = errors.len().saturating_sub(1);
                let mut errors = errors.into_iter();
                let first = errors
                    .next()
                    .unwrap_or_else(|| Error::bug("an empty list of errors"));
                if more == 0 {
                    return first;
                }
                let noun = if more == 1 { "error" } else { "errors" };
                first.hint_command(
                    format!("{more} more {noun} in this file"),
                    "hangmeas config check",
                )
            })
    }

    /// Reads a file; every error in it is reported.
    pub fn read(path: &Path, named_by: Origin, working_dir: &Path) -> Result<Self, Vec<Error>> {
        let shown = path.strip_prefix(working_dir).unwrap_or(path).to_path_buf();
        let text = fs::read(path)
            .map_err(|error| vec![unreadable(&shown, &error)])
            .and_then(|bytes| String::from_utf8(bytes).map_err(|_| vec![not_utf8(&shown)]))?;
        // An editor's byte-order mark is no content.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let walked = walk::walk(&shown, text)?;
        let path = path.to_path_buf();
        let walk::Walked {
            values,
            environments,
        } = walked;
        Ok(Self {
            path,
            shown,
            named_by,
            values,
            environments,
        })
    }

    /// The folder to which relative paths in the file refer.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Whether it has a section for the environment.
    pub fn mentions(&self, environment: &str) -> bool {
        self.environments
            .iter()
            .any(|(name, _)| name == environment)
    }

    /// A value as it stands there.
    pub fn raw(&self, key: &str) -> Option<&FileValue> {
        self.values.get(key)
    }

    /// All values as they stand there, by key path.
    pub fn all(&self) -> impl Iterator<Item = (&str, &FileValue)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The value of a key with its variables filled in; an empty one says nothing.
    pub fn resolve(&self, key: &str, variables: &Variables) -> Result<Option<Sourced<String>>> {
        let Some(value) = self.values.get(key) else {
            return Ok(None);
        };
        let filled = value.template.fill(variables).map_err(|name| {
            Error::configuration(format!(
                "{}:{}: `{key}` needs the environment variable {name}, which is not set",
                self.shown.display(),
                value.line
            ))
            .hint(format!(
                "set {name}, or give a default in the file: ${{{name}:-…}}"
            ))
        })?;
        let line = value.line;
        let origin = Origin::File {
            path: self.shown.clone(),
            line,
            variables: filled.variables,
        };
        Ok(Some(Sourced::new(filled.text, origin)).filter(|text| !text.value.is_empty()))
    }
}

fn unreadable(shown: &Path, error: &std::io::Error) -> Error {
    let why = match error.kind() {
        Io::PermissionDenied => "no permission".to_owned(),
        Io::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    };
    Error::configuration(format!(
        "the configuration file {} cannot be read: {why}",
        shown.display()
    ))
}

fn not_utf8(shown: &Path) -> Error {
    Error::configuration(format!(
        "the configuration file {} is not UTF-8",
        shown.display()
    ))
    .hint("save it as UTF-8 in your editor")
}

#[cfg(test)]
mod tests;
