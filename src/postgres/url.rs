//! Connection strings: `postgres://…` URLs and libpq's `key=value` words, text to parts and back.
//! Pure: looks up nothing, fills in nothing. No message here ever repeats a piece of the text that
//! could be (a part of) a password.

mod hide;
mod hosts;
mod keyword;
mod parameters;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::secret::Secret;
use super::target::Host;
use crate::error::{Error, Result};

pub use hide::hide_passwords;
pub use hosts::{Hosts, NamedHost, Ports};
pub use parameters::{EXTRA_VARIABLES, SSL_MODES};

/// What a connection string says; everything that it leaves open is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UrlParts {
    /// Server addresses; an empty host counts as not said.
    pub host: Option<Hosts>,
    /// TCP ports, or the numbers in the sockets' names.
    pub port: Option<Ports>,
    /// Role.
    pub user: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// Database name.
    pub database: Option<String>,
    /// libpq's `sslmode` word, already known to be one of [`SSL_MODES`].
    pub sslmode: Option<String>,
    /// Time allowed for connecting; zero means no limit, as in libpq.
    pub connect_timeout: Option<Duration>,
    /// `application_name`.
    pub application_name: Option<String>,
    /// libpq's `options`.
    pub options: Option<String>,
    /// Rails' `pool`.
    pub pool: Option<u32>,
    /// Password of the client's private key.
    pub ssl_password: Option<Secret>,
    /// A section of libpq's service file that says the rest.
    pub service: Option<String>,
    /// Other libpq parameters (`sslrootcert`, `channel_binding`, …), by their libpq name.
    pub extra: BTreeMap<String, String>,
    /// Parameters that Rails knows and that mean nothing here.
    pub ignored: Vec<String>,
}

impl UrlParts {
    /// Reads a URL or a `key=value` string.
    ///
    /// # Errors
    /// Configuration errors that say what is wrong and where, without repeating any of the text.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let rest = text
            .strip_prefix("postgres://")
            .or_else(|| text.strip_prefix("postgresql://"));
        match rest {
            Some(rest) => parse_url(rest),
            None if looks_like_url(text) => Err(foreign_scheme(text)),
            None if text.contains('=') => keyword::parse(text),
            None => Err(malformed("it has no scheme")),
        }
    }
}

impl UrlParts {
    /// Puts one of libpq's parameters in its place.
    ///
    /// # Errors
    /// For an unknown name or a value that makes no sense; the value is not repeated.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        if !parameters::is_known(key) {
            return Err(parameters::unknown(key, 1, true));
        }
        parameters::set(self, key, value)
    }

    /// Takes from `other` what is not said here. A password is not taken for another user.
    pub fn fill_from(&mut self, other: Self) {
        let same_user = self.user.is_none() || other.user.is_none() || self.user == other.user;
        if self.password.is_none() && same_user {
            self.password = other.password;
        }
        fn fill<T>(mine: &mut Option<T>, other: Option<T>) {
            if mine.is_none() {
                *mine = other;
            }
        }
        fill(&mut self.host, other.host);
        fill(&mut self.port, other.port);
        fill(&mut self.user, other.user);
        fill(&mut self.database, other.database);
        fill(&mut self.sslmode, other.sslmode);
        fill(&mut self.connect_timeout, other.connect_timeout);
        fill(&mut self.application_name, other.application_name);
        fill(&mut self.options, other.options);
        fill(&mut self.pool, other.pool);
        fill(&mut self.ssl_password, other.ssl_password);
        for (key, value) in other.extra {
            self.extra.entry(key).or_insert(value);
        }
    }
}

/// The text of a connection string with every password in it replaced: for showing.
#[must_use]
pub fn redact(text: &str) -> String {
    match UrlParts::parse(text) {
        Ok(parts) => parts.to_string(),
        Err(_) => "[redacted: not a valid connection URL]".to_owned(),
    }
}

fn malformed(what: &str) -> Error {
    Error::configuration(format!("the connection URL cannot be read: {what}"))
        .hint("the form is postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require")
}

fn unescaped(what: &str) -> Error {
    malformed(what).hint(
        "inside a user name or password write @ as %40, / as %2F, : as %3A, ? as %3F and % as %25",
    )
}

/// A scheme is letters, digits and `+.-` before `://`.
fn looks_like_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+.-:".contains(c))
    })
}

fn foreign_scheme(text: &str) -> Error {
    const KNOWN: [&str; 8] = [
        "jdbc:postgresql",
        "mysql2",
        "mysql",
        "sqlite3",
        "sqlite",
        "trilogy",
        "postgis",
        "redis",
    ];
    let scheme = text.split("://").next().unwrap_or_default();
    let what = KNOWN
        .iter()
        .find(|known| scheme.eq_ignore_ascii_case(known))
        .map_or_else(
            || "its scheme is neither postgres:// nor postgresql://".to_owned(),
            |known| format!("`{known}://` is not postgres:// or postgresql://"),
        );
    malformed(&what)
}

fn parse_url(rest: &str) -> Result<UrlParts> {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (path, query) = match tail.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (tail, None),
    };
    if path.contains('@') || authority.matches('@').count() > 1 {
        return Err(unescaped("it has an `@` too many"));
    }
    let mut parts = UrlParts::default();
    let server = match authority.split_once('@') {
        Some((userinfo, server)) => {
            read_userinfo(&mut parts, userinfo)?;
            server
        }
        None => authority,
    };
    read_server(&mut parts, server)?;
    let database = decode(path.strip_prefix('/').unwrap_or(path), "database name")?;
    parts.database = Some(database).filter(|name| !name.is_empty());
    if let Some(query) = query {
        read_query(&mut parts, query, !tail.contains('@'))?;
    }
    Ok(parts)
}

fn read_userinfo(parts: &mut UrlParts, userinfo: &str) -> Result<()> {
    let (user, password) = match userinfo.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (userinfo, None),
    };
    parts.user = Some(decode(user, "user name")?).filter(|user| !user.is_empty());
    if let Some(password) = password {
        let password = decode(password, "password")?;
        parts.password = Some(password)
            .filter(|text| !text.is_empty())
            .map(Secret::new);
    }
    Ok(())
}

/// `host:port`, or several with commas; where one of several has no port, it is 5432.
fn read_server(parts: &mut UrlParts, server: &str) -> Result<()> {
    let list: Vec<_> = server
        .split(',')
        .map(host_and_port)
        .collect::<Result<_>>()?;
    let hosts: Vec<_> = list.iter().map(|(host, _)| host.as_str()).collect();
    if list.len() > 1 && hosts.contains(&"") {
        return Err(malformed("one of its hosts is empty"));
    }
    parameters::set(parts, "host", &hosts.join(","))?;
    let said = list.iter().any(|(_, port)| !port.is_empty());
    let port = |port: &str| if port.is_empty() { "5432" } else { port }.to_owned();
    let ports: Vec<_> = list.iter().map(|(_, text)| port(text)).collect();
    if said {
        parameters::set(parts, "port", &ports.join(","))?;
    }
    Ok(())
}

fn host_and_port(server: &str) -> Result<(String, &str)> {
    let (host, port) = if let Some(inside) = server.strip_prefix('[') {
        let Some((host, after)) = inside.split_once(']') else {
            return Err(malformed("the `[` of an IPv6 address is not closed by `]`"));
        };
        if host.parse::<std::net::Ipv6Addr>().is_err() && !host.contains('%') {
            return Err(malformed("between `[` and `]` stands no IPv6 address"));
        }
        match after.strip_prefix(':') {
            Some(port) => (host, port),
            None if after.is_empty() => (host, ""),
            None => return Err(malformed("after `]` only `:PORT` may follow")),
        }
    } else {
        server.split_once(':').unwrap_or((server, ""))
    };
    if port.contains(':') {
        return Err(malformed("an IPv6 address must stand in `[` and `]`"));
    }
    Ok((decode(host, "host")?, port))
}

/// `trusted`: the text is surely not a password with an unescaped `?` in it, so that an unknown
/// name may be repeated.
fn read_query(parts: &mut UrlParts, query: &str, trusted: bool) -> Result<()> {
    let mut trusted = trusted;
    for (index, pair) in query
        .split('&')
        .enumerate()
        .filter(|(_, pair)| !pair.is_empty())
    {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(unescaped(&format!(
                "query parameter {} has no `=`",
                index + 1
            )));
        };
        if key.contains('@') {
            return Err(unescaped("it has an `@` in its query"));
        }
        let key = decode(key, "name of a query parameter")?;
        if !parameters::is_known(&key) {
            return Err(parameters::unknown(&key, index + 1, trusted));
        }
        // An unescaped `&` in a password would make its rest look like a parameter.
        trusted &= !parameters::is_secret(&key);
        parameters::set(parts, &key, &decode(value, "value of a query parameter")?)?;
    }
    Ok(())
}

/// Percent-decoding; `what` names the piece in the error.
fn decode(text: &str, what: &str) -> Result<String> {
    let bad = || {
        unescaped(&format!(
            "the {what} has a `%` that two hex digits do not follow"
        ))
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
            return Err(bad());
        };
        let value = u8::try_from(high * 16 + low).map_err(|_| bad())?;
        if value == 0 {
            return Err(malformed(&format!("the {what} has a zero byte (%00)")));
        }
        bytes.push(value);
    }
    String::from_utf8(bytes).map_err(|_| malformed(&format!("the {what} is not UTF-8")))
}

/// Percent-encoding of everything but unreserved characters (and those in `keep`).
fn encode(text: &str, keep: &str) -> String {
    use fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Letters of other scripts stay readable: this is for people.
        if c.is_alphanumeric() || "-._~".contains(c) || keep.contains(c) {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The URL again, its passwords shown as `[redacted]`.
impl fmt::Display for UrlParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if self.user.is_some() || self.password.is_some() {
            f.write_str(&encode(self.user.as_deref().unwrap_or_default(), ""))?;
            if self.password.is_some() {
                f.write_str(":[redacted]")?;
            }
            f.write_str("@")?;
        }
        self.write_servers(f)?;
        if let Some(database) = &self.database {
            write!(f, "/{}", encode(database, ""))?;
        }
        for (index, (key, value)) in parameters::shown(self).into_iter().enumerate() {
            write!(f, "{}{key}={value}", if index == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

impl UrlParts {
    /// Hosts and their ports; sockets' folders stand in the query instead.
    fn write_servers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if parameters::servers_in_query(self) {
            return Ok(());
        }
        let hosts = self.host.as_ref().map_or(&[][..], Hosts::list);
        let ports = self.port.as_ref().map_or(&[][..], Ports::list);
        for index in 0..hosts.len().max(ports.len()) {
            if index > 0 {
                f.write_str(",")?;
            }
            match hosts.get(index).map(|named| &named.host) {
                Some(Host::Tcp(host)) if host.contains(':') => write!(f, "[{host}]")?,
                Some(host) => f.write_str(&encode(&host.to_string(), ""))?,
                None => {}
            }
            if let Some(port) = ports.get(index) {
                write!(f, ":{port}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
