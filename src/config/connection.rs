//! Where the server is and who connects. One URL counts (flag, then `HANGMEAS_DATABASE_URL`, then
//! `DATABASE_URL`, then the file's); single values fill in around it. `docs/environments.md` has the
//! table of who wins.

mod notices;
mod server;

use std::collections::BTreeMap;
use std::time::Duration;

use super::environment;
use super::layers::{Layers, wrong};
use super::origin::{Origin, Sourced};
use super::settings::{Connection, ConnectionSettings};
use super::value;
use crate::error::Result;
use crate::postgres::url::EXTRA_VARIABLES;
use crate::postgres::{Host, Secret, UrlParts};

/// A connection URL and who gave it.
pub(super) struct Url {
    pub parts: UrlParts,
    pub origin: Origin,
}

impl Url {
    fn parse(key: &str, text: &Sourced<String>) -> Result<Self> {
        let parts = UrlParts::parse(&text.value).map_err(|error| {
            let mut named = wrong(key, &text.origin, error.message());
            for hint in error.hints() {
                named = named.hint(hint.text.clone());
            }
            named
        })?;
        Ok(Self {
            parts,
            origin: text.origin.clone(),
        })
    }

    fn part<T: Clone>(&self, pick: impl Fn(&UrlParts) -> &Option<T>) -> Option<Sourced<T>> {
        pick(&self.parts)
            .clone()
            .map(|value| Sourced::new(value, self.origin.clone()))
    }
}

/// What was decided.
pub(super) struct Resolved {
    pub connection: Connection,
    pub settings: ConnectionSettings,
    /// `pool` of the URL: from above the file, or from the file.
    pub pool: Option<Sourced<u32>>,
    pub notices: Vec<String>,
}

/// The URLs at hand; at most one of the two.
struct Sources<'a> {
    layers: &'a Layers<'a>,
    /// A URL from a flag or a variable.
    above: Option<Url>,
    /// The file's URL, unless one from above replaces it.
    file: Option<Url>,
}

type Found<T> = Result<Option<Sourced<T>>>;

/// Decides about the environment's connection.
pub(super) fn resolve(layers: &Layers<'_>) -> Result<Resolved> {
    let sources = Sources::find(layers)?;
    let settings = sources.settings()?;
    let connection = sources.connection(&settings)?;
    let settings = server::with_defaults(settings, &connection);
    let url = sources.above.as_ref().or(sources.file.as_ref());
    let pool = url.and_then(|url| url.part(|parts| &parts.pool));
    let notices = notices::collect(&sources, &settings, &connection);
    Ok(Resolved {
        connection,
        settings,
        pool,
        notices,
    })
}

impl<'a> Sources<'a> {
    fn find(layers: &'a Layers<'a>) -> Result<Self> {
        let flag = layers
            .overrides
            .database_url
            .as_ref()
            .map(|url| Sourced::new(url.expose().to_owned(), Origin::Flag("--database-url")));
        let mut text = flag;
        for name in ["HANGMEAS_DATABASE_URL", "DATABASE_URL"] {
            if text.is_none() {
                text = layers.variable(name)?;
            }
        }
        let above = text.map(|text| Url::parse("url", &text)).transpose()?;
        let file = match above {
            Some(_) => None,
            None => layers.section("url")?,
        };
        let file = file
            .map(|text| Url::parse(&layers.key("url"), &text))
            .transpose()?;
        Ok(Self {
            layers,
            above,
            file,
        })
    }

    fn above<T: Clone>(&self, pick: impl Fn(&UrlParts) -> &Option<T>) -> Option<Sourced<T>> {
        self.above.as_ref()?.part(pick)
    }

    fn in_file<T: Clone>(&self, pick: impl Fn(&UrlParts) -> &Option<T>) -> Option<Sourced<T>> {
        self.file.as_ref()?.part(pick)
    }

    /// Whether a URL from above names the server: then host, port, user and password of the file
    /// belong to another server and stay out.
    fn settled(&self) -> bool {
        self.above
            .as_ref()
            .is_some_and(|url| url.parts.host.is_some())
    }

    fn settings(&self) -> Result<ConnectionSettings> {
        let layers = self.layers;
        let user = self.user()?;
        let (password, ssl_password) = (self.password(user.as_deref())?, self.ssl_password());
        let url = self.above.as_ref().or(self.file.as_ref());
        let application_name = match self.url_part(|parts| &parts.application_name) {
            Some(name) => Some(name),
            None => layers.variable("PGAPPNAME")?,
        };
        let options = match self.url_part(|parts| &parts.options) {
            Some(options) => Some(options),
            None => layers.variable("PGOPTIONS")?,
        };
        Ok(ConnectionSettings {
            url: url.map(|url| Sourced::new(url.parts.to_string(), url.origin.clone())),
            host: self.host()?,
            port: self.port()?,
            database: self.database()?,
            user,
            password,
            sslmode: self.sslmode()?,
            application_name: application_name
                .unwrap_or_else(|| Sourced::default("hangmeas".to_owned())),
            options,
            connect_timeout: self.connect_timeout()?,
            extra: self.extra()?,
            ssl_password,
        })
    }

    /// A part that only a URL can say.
    fn url_part<T: Clone>(&self, pick: impl Fn(&UrlParts) -> &Option<T>) -> Option<Sourced<T>> {
        self.above(&pick).or_else(|| self.in_file(&pick))
    }

    fn host(&self) -> Found<Host> {
        if let Some(host) = self.above(|parts| &parts.host) {
            return Ok(Some(host));
        }
        let mut found = self.layers.parsed_variable("DATABASE_HOST", value::host)?;
        if found.is_none() {
            if let Some(host) = self.in_file(|parts| &parts.host) {
                return Ok(Some(host));
            }
            found = self.layers.parsed_section("host", value::host)?;
        }
        for name in ["PGHOSTADDR", "PGHOST"] {
            if found.is_none() {
                found = self.layers.parsed_variable(name, value::host)?;
            }
        }
        Ok(found.map(|host| host.map(|text| Host::parse(&text))))
    }

    fn port(&self) -> Found<u16> {
        let mut found = self.above(|parts| &parts.port);
        if found.is_none() && !self.settled() {
            found = self.layers.parsed_variable("DATABASE_PORT", value::port)?;
            if found.is_none() {
                found = self.in_file(|parts| &parts.port);
            }
            if found.is_none() {
                found = self.layers.parsed_section("port", value::port)?;
            }
        }
        match found {
            Some(port) => Ok(Some(port)),
            None => self.layers.parsed_variable("PGPORT", value::port),
        }
    }

    fn user(&self) -> Found<String> {
        let mut found = self.above(|parts| &parts.user);
        if found.is_none() {
            found = self.layers.variable("DATABASE_USERNAME")?;
        }
        if found.is_none() && !self.settled() {
            found = match self.in_file(|parts| &parts.user) {
                Some(user) => Some(user),
                None => self.layers.section("username")?,
            };
        }
        match found {
            Some(user) => Ok(Some(user)),
            None => self.layers.variable("PGUSER"),
        }
    }

    /// A password goes with its user: one that stands next to another user's name is not sent.
    fn password(&self, user: Option<&String>) -> Found<Secret> {
        if let Some(password) = self.above(|parts| &parts.password) {
            return Ok(Some(password));
        }
        let layers = self.layers;
        let fits = |beside: Option<&str>| beside.is_none() || beside == user.map(String::as_str);
        let mut found = None;
        if fits(layers.variables.get("DATABASE_USERNAME")) {
            found = layers.variable("DATABASE_PASSWORD")?;
        }
        if found.is_none() && !self.settled() {
            let in_url = self.in_file(|parts| &parts.user);
            let beside = in_url.or_else(|| layers.section("username").ok().flatten());
            if fits(beside.as_ref().map(|user| user.value.as_str())) {
                if let Some(password) = self.in_file(|parts| &parts.password) {
                    return Ok(Some(password));
                }
                found = layers.section("password")?;
            }
        }
        let found = match found {
            Some(found) => Some(found),
            None => layers.variable("PGPASSWORD")?,
        };
        Ok(found.map(|text| text.map(Secret::new)))
    }

    fn ssl_password(&self) -> Option<Sourced<Secret>> {
        self.url_part(|parts| &parts.ssl_password)
    }

    fn database(&self) -> Result<Sourced<String>> {
        let mut found = self.url_part(|parts| &parts.database);
        if found.is_none() {
            found = self.layers.section("database")?;
        }
        if found.is_none() {
            found = self.layers.variable("PGDATABASE")?;
        }
        let default = || Sourced::default(environment::default_database(self.layers.environment));
        Ok(found.unwrap_or_else(default))
    }

    fn sslmode(&self) -> Found<String> {
        if let Some(mode) = self.url_part(|parts| &parts.sslmode) {
            return Ok(Some(mode));
        }
        match self.layers.parsed_section("sslmode", value::sslmode)? {
            Some(mode) => Ok(Some(mode)),
            None => self.layers.parsed_variable("PGSSLMODE", value::sslmode),
        }
    }

    fn connect_timeout(&self) -> Result<Sourced<Option<Duration>>> {
        let names = super::layers::Names {
            flag: "--connect-timeout",
            variable: "HANGMEAS_CONNECT_TIMEOUT",
            key: "",
        };
        let flag = self.layers.overrides.connect_timeout.as_deref();
        let mut found = self.layers.setting(&names, flag, value::limit)?;
        if found.is_none() {
            let limit = |limit: Duration| Some(limit).filter(|limit| !limit.is_zero());
            found = self
                .url_part(|parts| &parts.connect_timeout)
                .map(|found| found.map(limit));
        }
        if found.is_none() {
            found = self
                .layers
                .parsed_section("connect_timeout", value::limit)?;
        }
        if found.is_none() {
            found = self
                .layers
                .parsed_variable("PGCONNECT_TIMEOUT", value::seconds)?;
        }
        Ok(found.unwrap_or_else(|| Sourced::default(Some(Duration::from_secs(5)))))
    }

    fn extra(&self) -> Result<BTreeMap<String, Sourced<String>>> {
        let mut extra = BTreeMap::new();
        for (variable, key) in EXTRA_VARIABLES {
            if let Some(value) = self.layers.variable(variable)? {
                extra.insert(key.to_owned(), value);
            }
        }
        for url in self.above.iter().chain(&self.file) {
            for (key, value) in &url.parts.extra {
                extra.insert(key.clone(), Sourced::new(value.clone(), url.origin.clone()));
            }
        }
        Ok(extra)
    }
}

#[cfg(test)]
mod tests;
