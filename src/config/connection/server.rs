//! Which server it is when something, or nothing, names a host.

use std::path::Path;
use std::time::Duration;

use super::Sources;
use super::encryption::Parameters;
use crate::config::environment;
use crate::config::origin::{Origin, Sourced};
use crate::config::settings::{Connection, ConnectionSettings, Password};
use crate::error::{Error, Result};
use crate::postgres::url::{Hosts, Ports};
use crate::postgres::{Address, Host, PasswordSource, Target};

impl Sources<'_> {
    /// The server to connect to, or the managed one.
    pub(super) fn connection(&self, settings: &ConnectionSettings) -> Result<Connection> {
        let hosts = match &settings.host {
            Some(hosts) => hosts.value.clone(),
            None if !environment::may_be_managed(self.layers.environment) => {
                return Err(self.no_server(&settings.database));
            }
            None => match self.unnamed_server(settings) {
                Some(host) => Hosts::one(host),
                None => {
                    let database = settings.database.value.clone();
                    return Ok(Connection::Managed { database });
                }
            },
        };
        let ports = settings.port.as_deref().cloned();
        let addresses = hosts.addresses(&ports.unwrap_or(Ports::one(5432)))?;
        let target = self.target(settings, addresses)?;
        Ok(Connection::Server(Box::new(target)))
    }

    fn target(&self, settings: &ConnectionSettings, addresses: Vec<Address>) -> Result<Target> {
        let parameters = Parameters {
            sources: self,
            settings,
        };
        parameters.check()?;
        let mut addresses = addresses.into_iter();
        let first = addresses.next();
        let first = first.ok_or_else(|| Error::bug("a list of hosts without hosts"))?;
        let (password, password_source) = match settings.password.as_deref() {
            None => (None, None),
            Some(Password::Known(secret)) => (Some(secret.clone()), None),
            Some(Password::File(path)) => (None, Some(PasswordSource::file(path.clone()))),
            Some(Password::Command(words)) => (None, Some(PasswordSource::command(words.clone()))),
        };
        let user = settings.user.as_deref().cloned();
        let system_user = || self.layers.variables.user().map(str::to_owned);
        Ok(Target {
            host: first.host,
            ip: first.ip,
            port: first.port,
            fallbacks: addresses.collect(),
            session_kind: parameters.session_kind()?,
            database: settings.database.value.clone(),
            user: user.or_else(system_user),
            password,
            password_source,
            passfile: parameters.passfile(),
            connect_timeout: settings.connect_timeout.unwrap_or(Duration::ZERO),
            wait: settings.wait.value,
            application_name: settings.application_name.value.clone(),
            options: settings.options.as_deref().cloned(),
            tls: parameters.tls()?,
            keepalives: parameters.keepalives()?,
        })
    }

    /// The host, where something speaks of a server without naming it: the guide's variables and the
    /// file mean localhost, a URL and `PGPORT` mean what they mean to psql.
    fn unnamed_server(&self, settings: &ConnectionSettings) -> Option<Host> {
        let libpq = |origin: &Origin| match origin {
            Origin::Variable(name) => name.starts_with("PG"),
            // A service.
            Origin::Derived(_) => true,
            _ => false,
        };
        let port = settings.port.as_ref();
        if self.above.is_some() || self.file.is_some() {
            return Some(default_host(
                port.map_or(5432, |port| port.first()),
                Path::exists,
            ));
        }
        let said = [
            port.map(|port| &port.origin),
            settings.user.as_ref().map(|user| &user.origin),
            settings.password.as_ref().map(|password| &password.origin),
        ];
        if said.into_iter().flatten().any(|origin| !libpq(origin)) {
            return Some(Host::Tcp("localhost".to_owned()));
        }
        port.map(|port| default_host(port.first(), Path::exists))
    }

    fn no_server(&self, database: &str) -> Error {
        let name = self.layers.environment;
        let file = match self.layers.file {
            Some(file) => format!(
                "`url` or `host` of [environments.{name}] in {}",
                file.shown.display()
            ),
            None => "a file hangmeas.toml (none was found)".to_owned(),
        };
        Error::configuration(format!(
            "environment `{name}` does not say where its server is"
        ))
        .detail(format!(
            "looked for --database-url, DATABASE_URL, DATABASE_HOST, {file}, and PGHOST"
        ))
        .detail("only development and test fall back to a local server")
        .hint_command(
            "give the server's URL",
            format!("export DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/{database}"),
        )
    }
}

/// The host that stands for none, as in psql: the folder in which a socket of that port is, else
/// localhost.
pub(super) fn default_host(port: u16, exists: impl Fn(&Path) -> bool) -> Host {
    ["/var/run/postgresql", "/run/postgresql", "/tmp"]
        .into_iter()
        .map(Path::new)
        .find(|folder| exists(&folder.join(format!(".s.PGSQL.{port}"))))
        .map_or_else(
            || Host::Tcp("localhost".to_owned()),
            |folder| Host::Socket(folder.to_path_buf()),
        )
}

/// Completes what `config show` prints: the host and port that were concluded.
pub(super) fn with_defaults(
    settings: ConnectionSettings,
    connection: &Connection,
) -> ConnectionSettings {
    let mut settings = settings;
    if let Connection::Server(target) = connection {
        settings
            .host
            .get_or_insert_with(|| Sourced::default(Hosts::one(target.host.clone())));
        settings
            .port
            .get_or_insert_with(|| Sourced::default(Ports::one(target.port)));
    } else {
        // The managed server has its own superuser and socket.
        (settings.port, settings.user, settings.password) = (None, None, None);
    }
    settings
}
