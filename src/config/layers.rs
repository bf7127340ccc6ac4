//! The layers of one environment: flag, environment variable, file, default — asked one by one.

use std::path::{Path, PathBuf};

use super::file::ConfigFile;
use super::origin::{Origin, Sourced};
use super::overrides::Overrides;
use super::value::{self, Parsed};
use super::variables::Variables;
use crate::error::{Error, ErrorKind, Result};

/// Everything that is asked for values.
#[derive(Clone, Copy)]
pub(super) struct Layers<'a> {
    pub overrides: &'a Overrides,
    pub variables: &'a Variables,
    pub file: Option<&'a ConfigFile>,
    pub environment: &'a str,
    pub working_dir: &'a Path,
}

/// The names of one setting in each layer.
pub(super) struct Names<'a> {
    pub flag: &'static str,
    pub variable: &'static str,
    pub key: &'a str,
}

impl Layers<'_> {
    /// A variable's text.
    pub fn variable(&self, name: &str) -> Result<Option<Sourced<String>>> {
        if self.variables.is_broken(name) {
            return Err(Error::configuration(format!(
                "variable {name} is not UTF-8"
            )));
        }
        let origin = || Origin::Variable(name.to_owned());
        Ok(self
            .variables
            .get(name)
            .map(|value| Sourced::new(value.to_owned(), origin())))
    }

    /// The file's text for a key path.
    pub fn file(&self, key: &str) -> Result<Option<Sourced<String>>> {
        self.file
            .map_or(Ok(None), |file| file.resolve(key, self.variables))
    }

    /// The file's text for a key of this environment.
    pub fn section(&self, key: &str) -> Result<Option<Sourced<String>>> {
        self.file(&self.key(key))
    }

    /// The path of a key of this environment.
    pub fn key(&self, key: &str) -> String {
        format!("environments.{}.{key}", self.environment)
    }

    /// A variable, read as its kind.
    pub fn parsed_variable<T>(
        &self,
        name: &str,
        parse: fn(&str) -> Parsed<T>,
    ) -> Result<Option<Sourced<T>>> {
        self.variable(name)?
            .map(|found| parsed(name, found, parse))
            .transpose()
    }

    /// A key of this environment, read as its kind.
    pub fn parsed_section<T>(
        &self,
        key: &str,
        parse: fn(&str) -> Parsed<T>,
    ) -> Result<Option<Sourced<T>>> {
        self.section(key)?
            .map(|found| parsed(&self.key(key), found, parse))
            .transpose()
    }

    /// The first layer that says something: flag, variable, file.
    pub fn setting<T>(
        &self,
        names: &Names<'_>,
        flag: Option<&str>,
        parse: fn(&str) -> Parsed<T>,
    ) -> Result<Option<Sourced<T>>> {
        let flag = flag.map(|text| Sourced::new(text.to_owned(), Origin::Flag(names.flag)));
        let found = match flag {
            Some(flag) => Some(flag),
            None => self.variable(names.variable)?,
        };
        let found = match found {
            Some(found) => Some(found),
            None => self.file(names.key)?,
        };
        found
            .map(|found| parsed(names.key, found, parse))
            .transpose()
    }

    /// A path: the file's are relative to its folder, others to the working folder.
    pub fn path(
        &self,
        names: &Names<'_>,
        flag: Option<&PathBuf>,
    ) -> Result<Option<Sourced<PathBuf>>> {
        let flag = flag.map(|path| Sourced::new(path.clone(), Origin::Flag(names.flag)));
        let found = match flag {
            Some(flag) => Some(flag),
            None => self.setting(names, None, value::path)?,
        };
        Ok(found.map(|path| self.located(path)))
    }

    /// A path made absolute where the working folder is, `~` replaced.
    pub fn located(&self, path: Sourced<PathBuf>) -> Sourced<PathBuf> {
        let base = match (&path.origin, self.file) {
            (Origin::File { .. }, Some(file)) => file.folder(),
            _ => self.working_dir,
        };
        let home = self.variables.home();
        path.map(|path| match (path.strip_prefix("~"), home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => base.join(&path),
        })
    }
}

/// Reads a text as its kind; an error says where the text came from. Never for secrets: the error
/// repeats the text.
pub(super) fn parsed<T>(
    key: &str,
    found: Sourced<String>,
    parse: fn(&str) -> Parsed<T>,
) -> Result<Sourced<T>> {
    match parse(&found.value) {
        Ok(value) => Ok(Sourced::new(value, found.origin)),
        Err(expected) => Err(wrong(
            key,
            &found.origin,
            &format!("expected {expected}, found {}", value::quoted(&found.value)),
        )),
    }
}

/// An error about the value of a layer.
pub(super) fn wrong(key: &str, origin: &Origin, what: &str) -> Error {
    match origin {
        Origin::Flag(flag) => Error::usage(format!("{flag}: {what}")),
        Origin::File { .. } => Error::configuration(format!("{origin}: `{key}`: {what}")),
        _ => Error::new(ErrorKind::Configuration, format!("{origin}: {what}")),
    }
}
