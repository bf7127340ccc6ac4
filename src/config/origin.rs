//! Where a value came from.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;

/// Who said a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A command-line flag, such as `--env`.
    Flag(&'static str),
    /// An environment variable, by name.
    Variable(String),
    /// A line of the configuration file.
    File {
        /// The file as the user knows it.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// Environment variables whose values stand in for `${NAME}` there.
        variables: Vec<String>,
    },
    /// The default.
    Default,
    /// Concluded from other values; the text says why.
    Derived(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::File {
                path,
                line,
                variables,
            } => {
                write!(f, "{}:{line}", path.display())?;
                if !variables.is_empty() {
                    write!(f, ", variable {}", variables.join(", "))?;
                }
                Ok(())
            }
            Self::Default => f.write_str("default"),
            Self::Derived(reason) => f.write_str(reason),
        }
    }
}

/// A value and its origin; reads like the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Who said it.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value with its origin.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A value that nobody said.
    pub fn default(value: T) -> Self {
        Self::new(value, Origin::Default)
    }

    /// Another value of the same origin.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced {
            value: convert(self.value),
            origin: self.origin,
        }
    }
}

impl<T> Deref for Sourced<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
