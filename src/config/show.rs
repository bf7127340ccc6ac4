//! The answer of `config show`: every value in order, with its origin, secrets redacted.

use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use super::duration::format_duration;
use super::origin::{Origin, Sourced};
use super::settings::{Connection, Settings};
use crate::postgres::url::hide_passwords;
use crate::report::Shown;

/// One line of `config show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key, as in the file; those of the environment without its name.
    pub key: String,
    /// The value for showing.
    pub value: Shown,
    /// Who said it.
    pub origin: Origin,
}

#[derive(Default)]
struct List(Vec<Entry>);

impl List {
    fn push(&mut self, key: &str, value: Shown, origin: &Origin) {
        let (key, origin) = (key.to_owned(), origin.clone());
        self.0.push(Entry { key, value, origin });
    }

    fn add(&mut self, key: &str, value: impl Display, origin: &Origin) {
        let shown = hide_passwords(&value.to_string());
        self.push(key, Shown::Text(shown), origin);
    }

    fn flag(&mut self, key: &str, value: &Sourced<bool>) {
        self.push(key, Shown::Flag(value.value), &value.origin);
    }

    fn number(&mut self, key: &str, value: &Sourced<u32>) {
        self.push(key, Shown::Number(value.value.into()), &value.origin);
    }

    fn count(&mut self, key: &str, value: Option<&Sourced<u32>>, absent: &str) {
        match value {
            Some(value) => self.number(key, value),
            None => self.add(key, absent, &Origin::Default),
        }
    }

    fn value<T: Display>(&mut self, key: &str, value: &Sourced<T>) {
        self.add(key, &value.value, &value.origin);
    }

    fn optional<T: Display>(&mut self, key: &str, value: Option<&Sourced<T>>, absent: &str) {
        match value {
            Some(value) => self.value(key, value),
            None => self.add(key, absent, &Origin::Default),
        }
    }

    fn limit(&mut self, key: &str, value: &Sourced<Option<Duration>>) {
        let shown = value
            .value
            .map_or_else(|| "none".to_owned(), format_duration);
        self.add(key, shown, &value.origin);
    }

    fn path(&mut self, key: &str, value: Option<&Sourced<PathBuf>>, absent: &str) {
        let shown = value
            .cloned()
            .map(|path| path.map(|path| path.display().to_string()));
        self.optional(key, shown.as_ref(), absent);
    }
}

impl Settings {
    /// Every value in a fixed order; no secrets.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let mut list = List::default();
        list.path("config_file", self.file.as_ref(), "none");
        list.value("environment", &self.environment);
        list.flag("protected", &self.protected);
        self.connection_entries(&mut list);
        list.number("pool", &self.pool);
        list.limit("connect_timeout", &self.timeouts.connect);
        let wait = &self.connection_settings.wait;
        list.value("wait", &wait.clone().map(format_duration));
        list.limit("statement_timeout", &self.timeouts.statement);
        list.limit("lock_timeout", &self.timeouts.lock);
        list.path("migrations.dir", self.migrations.dir.as_ref(), "none");
        list.flag("migrations.bundled", &self.migrations.bundled);
        let wait = self.migrations.lock_wait.clone().map(format_duration);
        list.value("migrations.lock_wait", &wait);
        let retry = self.migrations.lock_retry_for.clone().map(format_duration);
        list.value("migrations.lock_retry_for", &retry);
        list.flag("rails.record_versions", &self.rails.record_versions);
        list.path(
            "rails.dir",
            self.rails.dir.as_ref(),
            "db/migrate, if there is one",
        );
        list.path("backup.dir", Some(&self.backup.dir), "none");
        list.count("backup.keep", self.backup.keep.as_ref(), "all");
        list.count(
            "backup.keep_days",
            self.backup.keep_days.as_ref(),
            "for ever",
        );
        list.number("backup.jobs", &self.backup.jobs);
        list.value("grants.app", &self.grants.app);
        list.value("grants.readonly", &self.grants.readonly);
        list.value("grants.backup", &self.grants.backup);
        list.path("annotate.out", Some(&self.annotate.out), "none");
        list.path("server.data_dir", self.server.known_data_dir(), "none");
        list.path(
            "server.bin_dir",
            self.server.bin_dir.as_ref(),
            "found when needed",
        );
        list.0
    }

    fn connection_entries(&self, list: &mut List) {
        let said = &self.connection_settings;
        if let Some(url) = &said.url {
            list.value("url", url);
        }
        if let Connection::Managed { .. } = self.connection {
            list.add("host", "managed local PostgreSQL", &Origin::Default);
            list.value("database", &said.database);
            return;
        }
        list.optional("host", said.host.as_ref(), "none");
        match said
            .port
            .as_ref()
            .map(|port| (port, port.value.to_string().parse()))
        {
            Some((port, Ok(number))) => list.push("port", Shown::Number(number), &port.origin),
            _ => list.optional("port", said.port.as_ref(), "none"),
        }
        list.value("database", &said.database);
        list.optional("username", said.user.as_ref(), "operating-system user");
        list.optional("password", said.password.as_ref(), "none");
        list.optional("sslmode", said.sslmode.as_ref(), "prefer");
        list.value("application_name", &said.application_name);
        if let Some(options) = &said.options {
            list.value("options", options);
        }
        for (key, value) in &said.extra {
            list.value(key, value);
        }
        if let Some(password) = &said.ssl_password {
            list.value("sslpassword", password);
        }
    }
}
