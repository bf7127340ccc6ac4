//! Environments: which exist, what each is by default, which one is meant.

use super::file::{ConfigFile, schema};
use super::origin::{Origin, Sourced};
use super::overrides::Overrides;
use super::suggest::nearest;
use super::variables::Variables;
use crate::error::{Error, Result};

/// What an environment is before anything is said about it.
struct BuiltIn {
    name: &'static str,
    pool: u32,
    protected: bool,
}

const BUILT_IN: [BuiltIn; 4] = [
    BuiltIn {
        name: "development",
        pool: 5,
        protected: false,
    },
    BuiltIn {
        name: "test",
        pool: 5,
        protected: false,
    },
    BuiltIn {
        name: "staging",
        pool: 5,
        protected: false,
    },
    BuiltIn {
        name: "production",
        pool: 25,
        protected: true,
    },
];

/// The environments that exist without a file.
pub fn built_in_environments() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|environment| environment.name)
}

fn built_in(name: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|environment| environment.name == name)
}

/// Whether a managed local server may serve it.
pub(super) fn may_be_managed(name: &str) -> bool {
    matches!(name, "development" | "test")
}

/// Whether hangmeas knows the name without a file.
pub(super) fn is_built_in(name: &str) -> bool {
    built_in(name).is_some()
}

pub(super) fn default_pool(name: &str) -> u32 {
    built_in(name).map_or(5, |environment| environment.pool)
}

pub(super) fn default_protected(name: &str) -> bool {
    built_in(name).is_some_and(|environment| environment.protected)
}

pub(super) fn default_database(name: &str) -> String {
    format!("hangmeas_{name}")
}

/// Letters, digits, `_` and `-`, beginning with a letter.
pub(super) fn is_valid_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// All known names: the built-in ones, then the file's own.
pub(super) fn names(file: Option<&ConfigFile>) -> Vec<String> {
    let mut names: Vec<_> = BUILT_IN
        .iter()
        .map(|built_in| built_in.name.to_owned())
        .collect();
    for (name, _) in file
        .map(|file| file.environments.as_slice())
        .unwrap_or_default()
    {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// The environment that is meant: `--env`, `HANGMEAS_ENV`, `RAILS_ENV`, the file's
/// `default_environment`, development.
pub(super) fn select(
    overrides: &Overrides,
    variables: &Variables,
    file: Option<&ConfigFile>,
) -> Result<Sourced<String>> {
    let variable = |name: &str| {
        variables
            .get(name)
            .map(|value| Sourced::new(value.to_owned(), Origin::Variable(name.to_owned())))
    };
    let flag = overrides.environment.clone();
    let said = flag
        .map(|name| Sourced::new(name, Origin::Flag("--env")))
        .or_else(|| variable("HANGMEAS_ENV"))
        .or_else(|| variable("RAILS_ENV"));
    let said = match (said, file) {
        (None, Some(file)) => file.resolve(schema::TOP[0].0, variables)?,
        (said, _) => said,
    };
    let chosen = said.unwrap_or_else(|| Sourced::default("development".to_owned()));
    let known = names(file);
    if known.contains(&chosen.value) {
        return Ok(chosen);
    }
    if chosen.value.is_empty() {
        let error = Error::configuration("the name of the environment is empty");
        return Err(error
            .detail(format!("named by {}", chosen.origin))
            .hint(format!("known are {}", known.join(", "))));
    }
    Err(unknown(&chosen, &known))
}

fn unknown(chosen: &Sourced<String>, known: &[String]) -> Error {
    let error = Error::configuration(format!("unknown environment `{}`", chosen.value))
        .detail(format!("named by {}", chosen.origin))
        .detail(format!("known are {}", known.join(", ")));
    match nearest(&chosen.value, known.iter().map(String::as_str)) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint(format!(
            "to define it, write a section [environments.{}] in hangmeas.toml",
            chosen.value
        )),
    }
}
