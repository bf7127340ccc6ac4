//! Answers of `config …`.

use std::path::PathBuf;

use serde::Serialize;

/// Answer of `config show`.
#[derive(Debug, Serialize)]
pub struct ConfigShow {
    /// Every setting in a fixed order.
    pub settings: Vec<Setting>,
    /// What may surprise, in sentences.
    pub notices: Vec<String>,
}

/// A value as it is shown: in JSON with its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// Yes or no.
    Flag(bool),
    /// A count or a port.
    Number(u64),
    /// Anything else.
    Text(String),
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// One setting; secrets are redacted.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// Its key, as in the file.
    pub key: String,
    /// Its value.
    pub value: Shown,
    /// Where it came from.
    pub origin: String,
}

/// Answer of `config check`.
#[derive(Debug, Serialize)]
pub struct ConfigCheck {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// The environment in use and those that the file mentions.
    pub environments: Vec<CheckedEnvironment>,
    /// What must be changed.
    pub errors: Vec<Advice>,
    /// What should be changed.
    pub warnings: Vec<Advice>,
}

/// What one environment comes to here.
#[derive(Debug, Serialize)]
pub struct CheckedEnvironment {
    /// Its name.
    pub name: String,
    /// Whether it is the one in use.
    pub selected: bool,
    /// Server and database, when it can be used from here.
    pub target: Option<String>,
    /// Whether it is protected, when that is known.
    pub protected: Option<bool>,
}

/// A sentence and what to do about it.
#[derive(Debug, Serialize)]
pub struct Advice {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hints: Vec<crate::error::Hint>,
}

/// Answer of `config init`.
#[derive(Debug, Serialize)]
pub struct ConfigInit {
    /// The file that was written.
    pub file: PathBuf,
}
