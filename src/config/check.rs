//! `config check`: the whole file and every environment, not only the one in use.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::environment;
use super::file::{ConfigFile, locate};
use super::origin::{Origin, Sourced};
use super::overrides::Overrides;
use super::settings::{Connection, Settings};
use super::suggest::nearest;
use super::value::Kind;
use super::variables::Variables;
use crate::error::{Error, Hint, Result, shell_word};
use crate::postgres::UrlParts;

/// Variables of hangmeas' own.
const OWN_VARIABLES: [&str; 20] = [
    "HANGMEAS_ANNOTATE_OUT",
    "HANGMEAS_BACKUP_DIR",
    "HANGMEAS_BACKUP_JOBS",
    "HANGMEAS_BACKUP_KEEP",
    "HANGMEAS_BACKUP_KEEP_DAYS",
    "HANGMEAS_BIN_DIR",
    "HANGMEAS_BUNDLED",
    "HANGMEAS_CONFIG",
    "HANGMEAS_CONNECT_TIMEOUT",
    "HANGMEAS_DATABASE_URL",
    "HANGMEAS_DATA_DIR",
    "HANGMEAS_ENV",
    "HANGMEAS_LOCK_RETRY_FOR",
    "HANGMEAS_LOCK_TIMEOUT",
    "HANGMEAS_LOCK_WAIT",
    "HANGMEAS_LOG",
    "HANGMEAS_MIGRATIONS_DIR",
    "HANGMEAS_RAILS_DIR",
    "HANGMEAS_STATEMENT_TIMEOUT",
    "HANGMEAS_WAIT",
];

/// Something that works and should not be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is.
    pub message: String,
    /// What to do.
    pub hint: Option<Hint>,
}

impl Warning {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, text: &str, command: Option<String>) -> Self {
        self.hint = Some(Hint {
            text: text.to_owned(),
            command,
        });
        self
    }
}

/// What one environment comes to here.
#[derive(Debug)]
pub struct CheckedEnvironment {
    /// Its name.
    pub name: String,
    /// Whether it is the one in use.
    pub selected: bool,
    /// The server and database, when it can be used from here.
    pub target: Option<String>,
    /// Whether it is protected, when that is known.
    pub protected: Option<bool>,
}

/// The answer of `config check`.
#[derive(Debug, Default)]
pub struct CheckReport {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// The environment in use and those that the file mentions.
    pub environments: Vec<CheckedEnvironment>,
    /// What must be changed.
    pub errors: Vec<Error>,
    /// What should be changed.
    pub warnings: Vec<Warning>,
}

impl CheckReport {
    /// Whether there are no errors.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }
}

/// Checks the file and all environments.
///
/// # Errors
/// When a named file does not exist; whatever is wrong inside it goes into the report.
pub fn check(
    overrides: &Overrides,
    variables: &Variables,
    working_dir: &Path,
) -> Result<CheckReport> {
    let mut report = CheckReport::default();
    let mut file = None;
    if let Some((path, named_by)) = locate(overrides, variables, working_dir)? {
        report.file = Some(
            path.strip_prefix(working_dir)
                .unwrap_or(&path)
                .to_path_buf(),
        );
        match ConfigFile::read(&path, named_by, working_dir) {
            Ok(read) => file = Some(read),
            Err(errors) => {
                report.errors = errors;
                return Ok(report);
            }
        }
    }
    if let Some(file) = &file {
        check_secrets(file, &mut report);
        check_names(file, &mut report);
    }
    check_variables(variables, &mut report);
    let selected = match environment::select(overrides, variables, file.as_ref()) {
        Ok(selected) => Some(selected),
        Err(error) => {
            report.errors.push(error);
            None
        }
    };
    for name in environment::names(file.as_ref()) {
        let origin = selected
            .as_ref()
            .filter(|one| one.value == name)
            .map(|one| &one.origin);
        if let Some(origin) = origin {
            let chosen = Sourced::new(name, origin.clone());
            let settings = Settings::of(
                overrides,
                variables,
                file.as_ref(),
                chosen.clone(),
                working_dir,
            );
            report.in_use(&chosen.value, settings);
        } else if let Some(file) = file.as_ref().filter(|file| file.mentions(&name)) {
            report.not_in_use(&name, file, variables, working_dir);
        }
    }
    Ok(report)
}

impl CheckReport {
    fn in_use(&mut self, name: &str, settings: Result<Settings>) {
        match settings {
            Ok(settings) => {
                let notices = settings.notices.iter().cloned().map(Warning::new);
                self.warnings.extend(notices);
                self.environments.push(usable(&settings, true));
            }
            Err(error) => {
                self.environments.push(unusable(name, true));
                self.errors.push(error);
            }
        }
    }

    /// An environment that is used elsewhere, where other variables are set: what is wrong whatever
    /// they are is an error, what is only missing here is a warning.
    fn not_in_use(
        &mut self,
        name: &str,
        file: &ConfigFile,
        variables: &Variables,
        working_dir: &Path,
    ) {
        // A URL for the environment in use says nothing about this one.
        let variables = variables.without(&["DATABASE_URL", "HANGMEAS_DATABASE_URL"]);
        let before = self.errors.len();
        self.errors.extend(wrong_values(file, name, &variables));
        if self.errors.len() > before {
            self.environments.push(unusable(name, false));
            return;
        }
        let chosen = Sourced::new(name.to_owned(), Origin::Default);
        let overrides = Overrides::default();
        match Settings::of(&overrides, &variables, Some(file), chosen, working_dir) {
            Ok(settings) => self.environments.push(usable(&settings, false)),
            Err(error) => {
                self.environments.push(unusable(name, false));
                let message = format!("environment {name} cannot be used from here: {error}");
                self.warnings.push(Warning::new(message));
            }
        }
    }
}

fn usable(settings: &Settings, selected: bool) -> CheckedEnvironment {
    let server = match &settings.connection {
        Connection::Managed { .. } => "managed local PostgreSQL".to_owned(),
        Connection::Server(target) => target.address(),
    };
    CheckedEnvironment {
        name: settings.environment.value.clone(),
        selected,
        target: Some(format!("{} on {server}", settings.database())),
        protected: Some(settings.protected.value),
    }
}

fn unusable(name: &str, selected: bool) -> CheckedEnvironment {
    CheckedEnvironment {
        name: name.to_owned(),
        selected,
        target: None,
        protected: None,
    }
}

/// Values that are of the wrong kind once their variables are filled in.
fn wrong_values(file: &ConfigFile, name: &str, variables: &Variables) -> Vec<Error> {
    let prefix = format!("environments.{name}.");
    let values = file.all().filter(|(key, _)| key.starts_with(&prefix));
    values
        .filter_map(|(key, value)| {
            let found = file.resolve(key, variables).ok()??;
            let expected = value.kind.check(&found.value).err()?;
            let what = if value.kind == Kind::Url {
                expected
            } else {
                format!(
                    "expected {expected}, found {}",
                    super::value::quoted(&found.value)
                )
            };
            Some(super::layers::wrong(key, &found.origin, &what))
        })
        .collect()
}

/// Passwords that stand in the file itself, and who can read them.
fn check_secrets(file: &ConfigFile, report: &mut CheckReport) {
    let mut literal = false;
    for (key, value) in file.all() {
        let text = value.template.without_variables();
        let found = match value.kind {
            Kind::Secret => !text.is_empty(),
            Kind::Url => UrlParts::parse(&text)
                .is_ok_and(|parts| parts.password.is_some() || parts.ssl_password.is_some()),
            _ => false,
        };
        if found {
            literal = true;
            let place = format!("{}:{}", file.shown.display(), value.line);
            report.warnings.push(
                Warning::new(format!("{place}: `{key}` holds a password in plain text"))
                    .hint("write \"${DATABASE_PASSWORD}\" and set that variable", None),
            );
        }
    }
    let mode = std::fs::metadata(&file.path).map(|facts| facts.permissions().mode());
    if literal && mode.is_ok_and(|mode| mode & 0o077 != 0) {
        let name = file.shown.display();
        report.warnings.push(
            Warning::new(format!("{name} holds a password and others can read it")).hint(
                "take their permission away",
                Some(format!("chmod 600 {}", shell_word(name))),
            ),
        );
    }
}

/// An own environment whose name is nearly a built-in one.
fn check_names(file: &ConfigFile, report: &mut CheckReport) {
    let built_in = environment::names(None);
    for (name, line) in &file.environments {
        if environment::is_built_in(name) {
            continue;
        }
        let near = built_in
            .iter()
            .find(|known| strsim::damerau_levenshtein(name, known) <= 2);
        if let Some(near) = near {
            let place = format!("{}:{line}", file.shown.display());
            report.warnings.push(Warning::new(format!(
                "{place}: environment {name} is defined here; was {near} meant?"
            )));
        }
    }
}

/// `HANGMEAS_…` variables that nothing reads.
fn check_variables(variables: &Variables, report: &mut CheckReport) {
    for name in variables
        .names("HANGMEAS_")
        .filter(|name| !OWN_VARIABLES.contains(name))
    {
        let near = OWN_VARIABLES
            .iter()
            .map(|known| known.trim_start_matches("HANGMEAS_"));
        let word = name.trim_start_matches("HANGMEAS_").to_owned();
        let lower: Vec<_> = near.map(str::to_lowercase).collect();
        if let Some(near) = nearest(&word, lower.iter().map(String::as_str)) {
            let near = near.to_uppercase();
            report.warnings.push(Warning::new(format!(
                "variable {name} means nothing; was HANGMEAS_{near} meant?"
            )));
        }
    }
}

#[cfg(test)]
mod tests;
