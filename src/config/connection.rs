//! Where the server is and who connects. One URL counts (flag, then `HANGMEAS_DATABASE_URL`, then
//! `DATABASE_URL`, then the file's); single values fill in around it. `docs/environments.md` has the
//! table of who wins.

mod encryption;
mod notices;
mod password;
mod server;
mod service;

use std::collections::BTreeMap;
use std::time::Duration;

use super::environment;
use super::layers::{Layers, wrong};
use super::origin::{Origin, Sourced};
use super::settings::{Connection, ConnectionSettings};
use super::value;
use crate::error::Result;
use crate::postgres::UrlParts;
use crate::postgres::url::EXTRA_VARIABLES;
use crate::postgres::url::{Hosts, Ports};

/// A connection URL and who gave it.
pub(super) struct Url {
    pub parts: UrlParts,
    pub origin: Origin,
}

impl Url {
    fn parse(layers: &Layers<'_>, key: &str, text: &Sourced<String>) -> Result<Self> {
        let mut parts = UrlParts::parse(&text.value).map_err(|error| {
            let mut named = wrong(key, &text.origin, error.message());
            for hint in error.hints() {
                named = named.hint(hint.text.clone());
            }
            named
        })?;
        if let Some(name) = parts.service.clone() {
            let file = parts.extra.get("servicefile").cloned();
            parts.fill_from(service::find(layers, &name, file.as_deref())?.parts);
        }
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
    /// libpq's service that the file or `PGSERVICE` names: below the file, above `PG*`.
    service: Option<Url>,
}

/// libpq's parameters that have a key in the file.
const FILE_KEYS: [&str; 6] = [
    "channel_binding",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslrootcert",
    "target_session_attrs",
];

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
        let above = text
            .map(|text| Url::parse(layers, "url", &text))
            .transpose()?;
        let file = match above {
            Some(_) => None,
            None => layers.section("url")?,
        };
        let file = file
            .map(|text| Url::parse(layers, &layers.key("url"), &text))
            .transpose()?;
        let service = match &above {
            Some(Url { parts, .. }) if parts.service.is_some() || parts.host.is_some() => None,
            _ => layers.section("service")?,
        };
        let service = match service {
            Some(name) => Some(name),
            None => layers.variable("PGSERVICE")?,
        };
        let service = service.map(|name| service::find(layers, &name.value, None));
        let service = service.transpose()?.map(|found| Url {
            parts: found.parts,
            origin: found.origin,
        });
        Ok(Self {
            layers,
            above,
            file,
            service,
        })
    }

    fn in_service<T: Clone>(&self, pick: impl Fn(&UrlParts) -> &Option<T>) -> Option<Sourced<T>> {
        self.service.as_ref()?.part(pick)
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
        let named = match self.url_part(|parts| &parts.application_name) {
            Some(name) => Some(name),
            None => match self.in_service(|parts| &parts.application_name) {
                Some(name) => Some(name),
                None => layers.variable("PGAPPNAME")?,
            },
        };
        let options = match self.url_part(|parts| &parts.options) {
            Some(options) => Some(options),
            None => match self.in_service(|parts| &parts.options) {
                Some(options) => Some(options),
                None => layers.variable("PGOPTIONS")?,
            },
        };
        Ok(ConnectionSettings {
            url: url.map(|url| Sourced::new(url.parts.to_string(), url.origin.clone())),
            host: self.host()?,
            port: self.port()?,
            database: self.database()?,
            user,
            password,
            sslmode: self.sslmode()?,
            application_name: named.unwrap_or_else(|| Sourced::default(application_name(layers))),
            options,
            connect_timeout: self.connect_timeout()?,
            wait: self.wait()?,
            extra: self.extra()?,
            ssl_password,
        })
    }

    /// A part that only a URL can say.
    fn url_part<T: Clone>(&self, pick: impl Fn(&UrlParts) -> &Option<T>) -> Option<Sourced<T>> {
        self.above(&pick).or_else(|| self.in_file(&pick))
    }

    fn host(&self) -> Found<Hosts> {
        if let Some(host) = self.above(|parts| &parts.host) {
            return Ok(Some(host));
        }
        let mut found = self.layers.parsed_variable("DATABASE_HOST", value::hosts)?;
        if found.is_none() {
            if let Some(host) = self.in_file(|parts| &parts.host) {
                return Ok(Some(host));
            }
            found = self.layers.parsed_section("host", value::hosts)?;
        }
        if found.is_none() {
            found = self.in_service(|parts| &parts.host);
        }
        match found {
            Some(found) => Ok(Some(found)),
            None => self.libpq_host(),
        }
    }

    /// `PGHOST` is the name, `PGHOSTADDR` the address of the same server; either may be missing.
    fn libpq_host(&self) -> Found<Hosts> {
        let named = self.layers.parsed_variable("PGHOST", value::hosts)?;
        let Some(address) = self.layers.variable("PGHOSTADDR")? else {
            return Ok(named);
        };
        let hosts = Hosts::with_addresses(named.as_deref(), &address.value);
        let hosts =
            hosts.map_err(|what| wrong("", &address.origin, &format!("expected {what}")))?;
        Ok(Some(Sourced::new(hosts, address.origin)))
    }

    fn port(&self) -> Found<Ports> {
        let mut found = self.above(|parts| &parts.port);
        if found.is_none() && !self.settled() {
            found = self.layers.parsed_variable("DATABASE_PORT", value::ports)?;
            if found.is_none() {
                found = self.in_file(|parts| &parts.port);
            }
            if found.is_none() {
                found = self.layers.parsed_section("port", value::ports)?;
            }
        }
        match found.or_else(|| self.in_service(|parts| &parts.port)) {
            Some(port) => Ok(Some(port)),
            None => self.layers.parsed_variable("PGPORT", value::ports),
        }
    }

    fn database(&self) -> Result<Sourced<String>> {
        let mut found = self.url_part(|parts| &parts.database);
        if found.is_none() {
            found = self.layers.section("database")?;
        }
        if found.is_none() {
            found = self.in_service(|parts| &parts.database);
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
        let found = self.layers.parsed_section("sslmode", value::sslmode)?;
        match found.or_else(|| self.in_service(|parts| &parts.sslmode)) {
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
            let limit = |limit: Duration| Some(limit).filter(|limit| !limit.is_zero());
            let service = self.in_service(|parts| &parts.connect_timeout);
            found = service.map(|found| found.map(limit));
        }
        if found.is_none() {
            found = self
                .layers
                .parsed_variable("PGCONNECT_TIMEOUT", value::seconds)?;
        }
        Ok(found.unwrap_or_else(|| Sourced::default(Some(Duration::from_secs(5)))))
    }

    fn wait(&self) -> Result<Sourced<Duration>> {
        let names = super::layers::Names {
            flag: "--wait",
            variable: "HANGMEAS_WAIT",
            key: &self.layers.key("wait"),
        };
        let flag = self.layers.overrides.wait.as_deref();
        let found = self.layers.setting(&names, flag, value::duration)?;
        Ok(found.unwrap_or_else(|| Sourced::default(Duration::ZERO)))
    }

    fn extra(&self) -> Result<BTreeMap<String, Sourced<String>>> {
        let mut extra = BTreeMap::new();
        for (variable, key) in EXTRA_VARIABLES {
            if let Some(value) = self.layers.variable(variable)? {
                extra.insert(key.to_owned(), value);
            }
        }
        let add = |extra: &mut BTreeMap<_, _>, url: &Url| {
            for (key, value) in &url.parts.extra {
                extra.insert(key.clone(), Sourced::new(value.clone(), url.origin.clone()));
            }
        };
        self.service.iter().for_each(|url| add(&mut extra, url));
        for key in FILE_KEYS {
            if let Some(value) = self.layers.section(key)? {
                extra.insert(key.to_owned(), value);
            }
        }
        let urls = self.file.iter().chain(&self.above);
        urls.for_each(|url| add(&mut extra, url));
        Ok(extra)
    }
}

/// Who we are in `pg_stat_activity`: command and environment, within the server's 63 bytes.
fn application_name(layers: &Layers<'_>) -> String {
    let Some(command) = &layers.overrides.command else {
        return "hangmeas".to_owned();
    };
    let mut name = format!("hangmeas {command} ({})", layers.environment);
    name.truncate(63);
    name
}

#[cfg(test)]
mod tests;
