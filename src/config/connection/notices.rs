//! What would surprise: a variable that replaces the file's server, a value that is not used.

use super::{Sources, Url};
use crate::config::origin::Origin;
use crate::config::settings::{Connection, ConnectionSettings};
use crate::postgres::UrlParts;

/// Sentences for people; none of them is an error.
pub(super) fn collect(
    sources: &Sources<'_>,
    settings: &ConnectionSettings,
    connection: &Connection,
) -> Vec<String> {
    let mut notices = Vec::new();
    if let Some(url) = &sources.above {
        replaced_server(sources, url, &mut notices);
        unused_variables(sources, url, &mut notices);
    }
    if let Some(url) = &sources.file {
        doubled_keys(sources, &url.parts, &mut notices);
    }
    for url in sources.above.iter().chain(&sources.file) {
        if !url.parts.ignored.is_empty() {
            let list = url.parts.ignored.join(", ");
            notices.push(format!("{}: {list} means nothing to hangmeas", url.origin));
        }
    }
    if matches!(connection, Connection::Managed { .. }) && settings.host.is_none() {
        idle_variables(sources, &mut notices);
    }
    notices
}

/// The classic accident: a `DATABASE_URL` meant for one environment, used in another.
fn replaced_server(sources: &Sources<'_>, url: &Url, notices: &mut Vec<String>) {
    let Origin::Variable(name) = &url.origin else {
        return;
    };
    let Some(file) = sources.layers.file else {
        return;
    };
    let key = ["url", "host"].into_iter().find_map(|key| {
        file.raw(&sources.layers.key(key))
            .filter(|value| value.template.says_something())
    });
    if let Some(value) = key {
        let environment = sources.layers.environment;
        let file = file.shown.display();
        notices.push(format!(
            "{name} replaces the server of environment {environment} ({file}:{})",
            value.line
        ));
    }
}

fn unused_variables(sources: &Sources<'_>, url: &Url, notices: &mut Vec<String>) {
    let variables = sources.layers.variables;
    if !sources.settled() {
        return;
    }
    for name in ["DATABASE_HOST", "DATABASE_PORT"] {
        if variables.get(name).is_some() {
            notices.push(format!(
                "variable {name} is not used: {} says it",
                url.origin
            ));
        }
    }
}

/// One environment of the file with a URL and single values for the same.
fn doubled_keys(sources: &Sources<'_>, parts: &UrlParts, notices: &mut Vec<String>) {
    let Some(file) = sources.layers.file else {
        return;
    };
    let said = [
        ("host", parts.host.is_some()),
        ("port", parts.port.is_some()),
        ("database", parts.database.is_some()),
        ("username", parts.user.is_some()),
        ("password", parts.password.is_some()),
        ("sslmode", parts.sslmode.is_some()),
        ("connect_timeout", parts.connect_timeout.is_some()),
        ("pool", parts.pool.is_some()),
    ];
    for (key, _) in said.into_iter().filter(|(_, in_url)| *in_url) {
        let value = file.raw(&sources.layers.key(key));
        if let Some(value) = value.filter(|value| value.template.says_something()) {
            let path = sources.layers.key(key);
            notices.push(format!(
                "{}:{}: `{path}` is not used: the url beside it says it",
                file.shown.display(),
                value.line
            ));
        }
    }
}

/// Credentials that nobody asked for.
fn idle_variables(sources: &Sources<'_>, notices: &mut Vec<String>) {
    let set: Vec<_> = ["PGUSER", "PGPASSWORD"]
        .into_iter()
        .filter(|name| sources.layers.variables.get(name).is_some())
        .collect();
    if !set.is_empty() {
        notices.push(format!(
            "{} not used by the managed local PostgreSQL: set PGHOST or DATABASE_HOST to connect elsewhere",
            set.join(" and ")
        ));
    }
}
