//! The parameters of a connection string: which names exist and where each value goes.

use std::time::Duration;

use super::{Hosts, Ports, UrlParts, encode};
use crate::error::{Error, Result};
use crate::postgres::secret::Secret;
use crate::postgres::target::Host;

/// libpq's words for `sslmode`, from none to the strictest.
pub const SSL_MODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

/// libpq's variables for the parameters that are kept in [`UrlParts::extra`].
pub const EXTRA_VARIABLES: [(&str, &str); 16] = [
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGSSLCRL", "sslcrl"),
    ("PGSSLSNI", "sslsni"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
    ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGREQUIREAUTH", "require_auth"),
    ("PGREQUIREPEER", "requirepeer"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGGSSENCMODE", "gssencmode"),
    ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
    ("PGPASSFILE", "passfile"),
    ("PGSSLCERTMODE", "sslcertmode"),
];

/// Parameters with a field of their own.
const FIELDS: [&str; 16] = [
    "host",
    "hostaddr",
    "port",
    "user",
    "username",
    "password",
    "dbname",
    "database",
    "sslmode",
    "ssl",
    "connect_timeout",
    "application_name",
    "options",
    "pool",
    "service",
    "sslpassword",
];

/// Parameters of libpq that are kept as they are.
const EXTRA: [&str; 31] = [
    "channel_binding",
    "client_encoding",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "passfile",
    "require_auth",
    "requirepeer",
    "servicefile",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslnegotiation",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
];

/// Parameters that Rails reads from `DATABASE_URL` and that mean nothing to a migration.
const RAILS: [&str; 14] = [
    "adapter",
    "advisory_locks",
    "checkout_timeout",
    "encoding",
    "idle_timeout",
    "keepalive",
    "max_queue",
    "min_messages",
    "prepared_statements",
    "reaping_frequency",
    "reconnect",
    "schema_search_path",
    "statement_limit",
    "timeout",
];

/// Parameters of libpq that would change where we connect, and cannot be honoured.
const UNSUPPORTED: [&str; 1] = ["replication"];

/// Whether the name means anything.
pub(super) fn is_known(key: &str) -> bool {
    all().any(|known| known == key)
}

fn all() -> impl Iterator<Item = &'static str> {
    FIELDS
        .into_iter()
        .chain(EXTRA)
        .chain(RAILS)
        .chain(UNSUPPORTED)
}

/// Whether the value is a password.
pub(super) fn is_secret(key: &str) -> bool {
    matches!(key, "password" | "sslpassword")
}

/// The error for an unknown name; it repeats the name only when it cannot be a piece of a password.
pub(super) fn unknown(key: &str, position: usize, trusted: bool) -> Error {
    let what = if trusted {
        format!("`{key}`")
    } else {
        format!("number {position}")
    };
    let error = Error::configuration(format!("connection parameter {what} is unknown"));
    let nearest = all()
        .map(|known| (strsim::damerau_levenshtein(key, known), known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((_, known)) => error.hint(format!("the nearest known parameter is `{known}`")),
        None => error.hint(
            "known are host, port, user, password, dbname, sslmode, connect_timeout, \
             application_name, options and libpq's TLS parameters",
        ),
    }
}

fn expected(key: &str, what: &str) -> Error {
    Error::configuration(format!("connection parameter `{key}`: expected {what}"))
}

/// Puts one value in its place; a later one replaces an earlier one, an empty one says nothing.
pub(super) fn set(parts: &mut UrlParts, key: &str, value: &str) -> Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    let text = Some(value.to_owned());
    match key {
        "host" => set_host(parts, value)?,
        "hostaddr" => set_address(parts, value)?,
        "port" => parts.port = Some(port(value)?),
        "service" => parts.service = text,
        "user" | "username" => parts.user = text,
        "password" => parts.password = Some(Secret::new(value)),
        "dbname" | "database" => parts.database = text,
        "sslmode" => parts.sslmode = Some(sslmode(value)?),
        "ssl" => parts.sslmode = ssl_switch(value)?,
        "connect_timeout" => parts.connect_timeout = Some(seconds(value)?),
        "application_name" => parts.application_name = text,
        "options" => parts.options = text,
        "pool" => parts.pool = Some(pool(value)?),
        "sslpassword" => parts.ssl_password = Some(Secret::new(value)),
        _ if EXTRA.contains(&key) => {
            parts.extra.insert(key.to_owned(), value.to_owned());
        }
        _ if RAILS.contains(&key) => parts.ignored.push(key.to_owned()),
        _ => return Err(unsupported(key)),
    }
    Ok(())
}

fn unsupported(key: &str) -> Error {
    Error::configuration(format!("connection parameter `{key}` is not supported"))
        .hint("hangmeas speaks SQL, not the replication protocol")
}

/// A later host keeps no address that was said for an earlier one.
fn set_host(parts: &mut UrlParts, value: &str) -> Result<()> {
    let hosts = Hosts::parse(value);
    let hosts = hosts.ok_or_else(|| expected("host", "a name, or several with commas"))?;
    parts.host = Some(match addresses_alone(parts) {
        Some(text) => with_addresses(Some(&hosts), &text)?,
        None => hosts,
    });
    Ok(())
}

/// The addresses that were said without names: `hostaddr=10.0.0.1 host=db` is one server.
fn addresses_alone(parts: &UrlParts) -> Option<String> {
    let list = parts.host.as_ref()?.list();
    let unnamed: Option<Vec<String>> = list
        .iter()
        .map(|named| {
            let text = named.ip?.to_string();
            (named.host == Host::Tcp(text.clone())).then_some(text)
        })
        .collect();
    unnamed.map(|list| list.join(","))
}

/// libpq connects to `hostaddr` and keeps `host` for checking certificates.
fn set_address(parts: &mut UrlParts, value: &str) -> Result<()> {
    parts.host = Some(with_addresses(parts.host.as_ref(), value)?);
    Ok(())
}

fn with_addresses(named: Option<&Hosts>, value: &str) -> Result<Hosts> {
    Hosts::with_addresses(named, value).map_err(|what| expected("hostaddr", what))
}

fn port(value: &str) -> Result<Ports> {
    Ports::parse(value).ok_or_else(|| expected("port", "a number from 1 to 65535"))
}

fn pool(value: &str) -> Result<u32> {
    let size = value.parse().ok().filter(|size| *size > 0);
    size.ok_or_else(|| expected("pool", "a number of connections, 1 or more"))
}

fn sslmode(value: &str) -> Result<String> {
    if SSL_MODES.contains(&value) {
        return Ok(value.to_owned());
    }
    Err(expected(
        "sslmode",
        &format!("one of {}", SSL_MODES.join(", ")),
    ))
}

fn ssl_switch(value: &str) -> Result<Option<String>> {
    match value {
        "true" => Ok(Some("require".to_owned())),
        "false" => Ok(None),
        _ => Err(expected(
            "ssl",
            "true or false; `sslmode` says it more exactly",
        )),
    }
}

/// libpq counts in whole seconds; zero and less mean no limit.
fn seconds(value: &str) -> Result<Duration> {
    let number: i64 = value
        .parse()
        .map_err(|_| expected("connect_timeout", "a number of seconds"))?;
    Ok(Duration::from_secs(
        u64::try_from(number).unwrap_or(0).min(i32::MAX as u64),
    ))
}

/// Whether the servers stand there, because the folder of a socket is among them, or because one
/// port is for several.
pub(super) fn servers_in_query(parts: &UrlParts) -> bool {
    let hosts = parts.host.as_ref().map_or(&[][..], Hosts::list);
    let ports = parts.port.as_ref().map_or(0, |ports| ports.list().len());
    (ports == 1 && hosts.len() > 1)
        || hosts
            .iter()
            .any(|named| matches!(named.host, Host::Socket(_)))
}

/// The parameters that stand after `?` when the URL is shown.
pub(super) fn shown(parts: &UrlParts) -> Vec<(String, String)> {
    let mut list = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            list.push((key.to_owned(), value));
        }
    };
    let hosts = parts.host.as_ref().map_or(&[][..], Hosts::list);
    if servers_in_query(parts) {
        let all: Vec<_> = hosts
            .iter()
            .map(|named| encode(&named.host.to_string(), "/@"))
            .collect();
        add("host", Some(all.join(",")));
        add("port", parts.port.as_ref().map(ToString::to_string));
    }
    if hosts.iter().any(|named| named.ip.is_some()) {
        let ip = |ip: Option<std::net::IpAddr>| ip.map(|ip| ip.to_string()).unwrap_or_default();
        let all: Vec<_> = hosts.iter().map(|named| ip(named.ip)).collect();
        add("hostaddr", Some(all.join(",")));
    }
    let text = |value: &Option<String>| value.as_deref().map(|value| encode(value, "/"));
    add("sslmode", text(&parts.sslmode));
    add(
        "connect_timeout",
        parts
            .connect_timeout
            .map(|limit| limit.as_secs().to_string()),
    );
    add("application_name", text(&parts.application_name));
    add("options", text(&parts.options));
    add("service", text(&parts.service));
    add("pool", parts.pool.map(|size| size.to_string()));
    add(
        "sslpassword",
        parts.ssl_password.as_ref().map(ToString::to_string),
    );
    for (key, value) in &parts.extra {
        add(key, Some(encode(value, "/")));
    }
    list
}
