//! A snapshot of the environment: taken once, passed around, replaced by pairs in tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Environment variables and who runs the process.
#[derive(Clone, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
    broken: BTreeSet<String>,
    root: bool,
    user: Option<String>,
}

impl Variables {
    /// The environment of this process.
    #[must_use]
    pub fn from_process() -> Self {
        let mut variables = Self {
            root: rustix::process::geteuid().is_root(),
            user: whoami::username().ok(),
            ..Self::default()
        };
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else {
                continue;
            };
            if let Ok(value) = value.into_string() {
                variables.values.insert(name, value);
            } else {
                variables.broken.insert(name);
            }
        }
        variables
    }

    /// These variables and no others, of an ordinary user.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let values = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self {
            values,
            ..Self::default()
        }
    }

    /// The same variables, run by root.
    #[must_use]
    pub fn as_root(mut self) -> Self {
        self.root = true;
        self
    }

    /// The same variables without some.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let mut rest = self.clone();
        rest.values
            .retain(|name, _| !names.contains(&name.as_str()));
        rest
    }

    /// The value of a variable; one that is set to nothing counts as not set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether the variable exists, even with an empty value.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// All names that start with the prefix.
    pub fn names<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.values
            .keys()
            .map(String::as_str)
            .filter(move |name| name.starts_with(prefix))
    }

    /// Whether the variable's value is not UTF-8, so that it cannot be used.
    #[must_use]
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// Whether the process runs as root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.root
    }

    /// Who runs the process, by name: libpq's default role.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// `HOME`, where it is an absolute path.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        self.get("HOME")
            .map(Path::new)
            .filter(|path| path.is_absolute())
    }

    /// Where the managed server's files live unless something says otherwise. Root's go to
    /// `/var/lib`: PostgreSQL refuses to run as root, and no other user can enter root's home.
    #[must_use]
    pub fn default_data_dir(&self) -> Option<PathBuf> {
        if self.root {
            return Some(PathBuf::from("/var/lib/hangmeas/postgres"));
        }
        let xdg = self
            .get("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        let share = xdg.or_else(|| self.home().map(|home| home.join(".local/share")))?;
        Some(share.join("hangmeas/postgres"))
    }
}

impl std::fmt::Debug for Variables {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_dir_follows_xdg_home_and_root() {
        let of = |pairs: &[(&str, &str)]| {
            Variables::from_pairs(pairs.iter().copied()).default_data_dir()
        };
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(
            of(&[("HOME", "/home/a")]),
            path("/home/a/.local/share/hangmeas/postgres")
        );
        assert_eq!(
            of(&[("HOME", "/a"), ("XDG_DATA_HOME", "/x")]),
            path("/x/hangmeas/postgres")
        );
        assert_eq!(
            of(&[("HOME", "/a"), ("XDG_DATA_HOME", "x")]),
            path("/a/.local/share/hangmeas/postgres")
        );
        assert_eq!(of(&[]), None);
        assert_eq!(
            Variables::from_pairs([("HOME", "/root")])
                .as_root()
                .default_data_dir(),
            path("/var/lib/hangmeas/postgres")
        );
    }

    #[test]
    fn debug_shows_no_values() {
        let variables = Variables::from_pairs([("DATABASE_PASSWORD", "secret")]);
        assert_eq!(format!("{variables:?}"), r#"{"DATABASE_PASSWORD"}"#);
    }
}
