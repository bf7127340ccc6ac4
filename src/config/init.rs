//! The commented template of `hangmeas.toml`, and writing it.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use crate::error::{Error, Result, quoted};

/// `hangmeas.toml.example`, compiled in: every key with its default.
pub const TEMPLATE: &str = include_str!("../../hangmeas.toml.example");

/// Writes the template; an existing file is only replaced by `force`.
///
/// # Errors
/// A refusal when the file exists, a configuration error when it cannot be written.
pub fn init(path: &Path, force: bool) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
    written.map_err(|error| {
        let name = path.display();
        if error.kind() == ErrorKind::AlreadyExists {
            return Error::refused(format!("{name} exists already"))
                .hint_command("to replace it", again(path));
        }
        Error::configuration(format!("{name} cannot be written: {error}")).caused_by(error)
    })
}

fn again(path: &Path) -> String {
    if path == Path::new(super::FILE_NAME) {
        "hangmeas config init --force".to_owned()
    } else {
        format!(
            "hangmeas config init {} --force",
            quoted(&path.display().to_string())
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;
    use crate::config::file::schema;
    use crate::config::{Entry, Origin, Overrides, Settings, Variables};
    use crate::report::Shown;

    /// `#key = value` is a setting, `# Words` are a comment.
    fn uncommented() -> String {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase()) => {
                setting.to_owned()
            }
            _ => line.to_owned(),
        };
        TEMPLATE.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Staging and production have no server by default: there a variable names one.
    fn entries(text: Option<&str>, environment: &str) -> Vec<Entry> {
        let dir = tempfile::tempdir().expect("folder");
        if let Some(text) = text {
            fs::write(dir.path().join("hangmeas.toml"), text).expect("file");
        }
        let local = ["development", "test"].contains(&environment);
        let host = if local { "" } else { "db.example" };
        let variables = Variables::from_pairs([("HOME", "/home/me"), ("DATABASE_HOST", host)]);
        let overrides = Overrides {
            environment: Some(environment.to_owned()),
            ..Overrides::default()
        };
        let settings = Settings::load(&overrides, &variables, dir.path()).expect(environment);
        settings
            .entries()
            .into_iter()
            .filter(|entry| entry.key != "config_file")
            .map(|entry| Entry {
                value: match entry.value {
                    Shown::Text(text) => {
                        Shown::Text(text.replace(&dir.path().display().to_string(), "DIR"))
                    }
                    other => other,
                },
                ..entry
            })
            .collect()
    }

    #[test]
    fn template_equals_the_defaults() {
        for environment in ["development", "test", "staging", "production"] {
            let plain = entries(None, environment);
            assert_eq!(entries(Some(TEMPLATE), environment), plain);
            let values = |list: Vec<Entry>| {
                list.into_iter()
                    .map(|e| (e.key, e.value))
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                values(entries(Some(&uncommented()), environment)),
                values(plain)
            );
        }
    }

    #[test]
    fn template_knows_every_key() {
        let text = uncommented();
        let table: toml::Table = text.parse().expect("template");
        let keys = |table: &toml::Value| -> BTreeSet<String> {
            table.as_table().expect("section").keys().cloned().collect()
        };
        let names = |keys: &[schema::Key]| -> BTreeSet<String> {
            keys.iter().map(|(name, _)| (*name).to_owned()).collect()
        };
        for (section, known) in schema::SECTIONS {
            assert_eq!(keys(&table[*section]), names(known), "{section}");
        }
        assert_eq!(
            keys(&table["environments"]["development"]),
            names(schema::ENVIRONMENT)
        );
        for (key, _) in schema::TOP {
            assert!(table.contains_key(*key));
        }
    }

    #[test]
    fn uncommented_values_come_from_the_file() {
        let list = entries(Some(&uncommented()), "production");
        let from_file = |key: &str| {
            let entry = list.iter().find(|entry| entry.key == key).expect("entry");
            matches!(entry.origin, Origin::File { .. })
        };
        assert!(
            ["protected", "pool", "lock_timeout", "migrations.bundled"].map(from_file) == [true; 4]
        );
    }

    #[test]
    fn never_overwrites_unless_forced() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("hangmeas.toml");
        init(&path, false).expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), TEMPLATE);
        fs::write(&path, "# mine").expect("changed");
        let error = init(&path, false).expect_err("refused");
        assert_eq!(error.kind(), crate::error::ErrorKind::Refused);
        assert_eq!(fs::read_to_string(&path).expect("read"), "# mine");
        init(&path, true).expect("forced");
        assert_eq!(fs::read_to_string(&path).expect("read"), TEMPLATE);
        let error = init(&dir.path().join("no/file"), false).expect_err("no folder");
        assert_eq!(error.kind(), crate::error::ErrorKind::Configuration);
    }
}
