//! Kinds of values, and how each is read from text. Errors are phrases: "expected …".

use std::path::PathBuf;
use std::time::Duration;

use super::duration::parse_duration;
use super::suggest::nearest;
use crate::postgres::url::{Hosts, Ports, SSL_MODES};
use crate::postgres::{SessionKind, UrlParts};
use crate::report::Severity;

/// What a key of the file takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Secret,
    Url,
    Path,
    Host,
    Port,
    Count,
    Number,
    Bool,
    Duration,
    SslMode,
    Session,
    ChannelBinding,
    /// A program and its arguments.
    Words,
    Severity,
    /// The name of a role.
    Role,
}

impl Kind {
    /// Whether the value must not be repeated.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::Url | Self::Words)
    }

    /// What was expected, in words.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Text | Self::Secret => "a string",
            Self::Url => "a connection URL in quotes",
            Self::Path => "a path in quotes",
            Self::Host => "a host name, an address or the folder of a socket, in quotes",
            Self::Port => "a port number from 1 to 65535",
            Self::Count => "a number of connections, 1 or more",
            Self::Number => "a number, 1 or more",
            Self::Bool => "true or false",
            Self::Duration => "a duration such as \"500ms\", \"2s\", \"10min\" or \"1h\", or 0",
            Self::Severity => "one of note, warning, error",
            Self::SslMode => "one of disable, allow, prefer, require, verify-ca, verify-full",
            Self::Session => "one of any, read-write, read-only, primary, standby, prefer-standby",
            Self::ChannelBinding => "one of disable, prefer, require",
            Self::Role => {
                "the name of a role, such as \"hangmeas_app\", 63 bytes at most, without $ and not beginning with pg_"
            }
            Self::Words => {
                "a program and its arguments, such as [\"op\", \"read\", \"op://shop/db/password\"]"
            }
        }
    }

    /// Whether the text is a value of this kind.
    pub fn check(self, value: &str) -> Result<(), String> {
        match self {
            Self::Text | Self::Secret | Self::Path => Ok(()),
            Self::Url => UrlParts::parse(value)
                .map(drop)
                .map_err(|error| error.to_string()),
            Self::Host => hosts(value).map(drop),
            Self::Port => ports(value).map(drop),
            Self::Count => count(value).map(drop),
            Self::Number => number(value).map(drop),
            Self::Bool => boolean(value).map(drop),
            Self::Duration => duration(value).map(drop),
            Self::SslMode => sslmode(value).map(drop),
            Self::Session => match SessionKind::parse(value) {
                Some(_) => Ok(()),
                None => Err(self.expected().to_owned()),
            },
            Self::ChannelBinding => match value {
                "disable" | "prefer" | "require" => Ok(()),
                _ => Err(self.expected().to_owned()),
            },
            Self::Words => words(value).map(drop),
            Self::Severity => severity(value).map(drop),
            Self::Role => role(value).map(drop),
        }
    }
}

pub(super) type Parsed<T> = Result<T, String>;

/// A wrong value for an error message. What looks like a URL may hold a password, put in the wrong
/// place by mistake.
pub(super) fn quoted(value: &str) -> String {
    if value.contains("://") || value.contains('@') || value.contains('=') {
        "[redacted]".to_owned()
    } else {
        format!("`{value}`")
    }
}

pub(super) fn path(value: &str) -> Parsed<PathBuf> {
    Ok(PathBuf::from(value))
}

pub(super) fn hosts(value: &str) -> Parsed<Hosts> {
    if value.contains("://") {
        return Err("a host name, not a URL: the key for that is `url`".to_owned());
    }
    Hosts::parse(value).ok_or_else(|| Kind::Host.expected().to_owned())
}

pub(super) fn ports(value: &str) -> Parsed<Ports> {
    Ports::parse(value).ok_or_else(|| Kind::Port.expected().to_owned())
}

/// Marks the words of a list, so that they need not be told apart again.
pub(super) const WORD: char = '\0';

/// A list of words, or one text with quotes as in a shell; no shell ever sees it.
pub(super) fn words(value: &str) -> Parsed<Vec<String>> {
    if let Some(list) = value.strip_prefix(WORD) {
        return Ok(list.split(WORD).map(str::to_owned).collect());
    }
    let words = shlex::split(value).filter(|words| !words.is_empty());
    let words = words.ok_or("a program and its arguments, with every quote closed")?;
    let shell = |word: &String| {
        matches!(word.as_str(), "|" | "||" | "&&" | ";" | ">" | "<") || word.starts_with("$(")
    };
    if words.iter().any(shell) {
        return Err(
            "a program and its arguments: no shell runs it (for one, write \
                    [\"sh\", \"-c\", \"…\"])"
                .to_owned(),
        );
    }
    Ok(words)
}

pub(super) fn count(value: &str) -> Parsed<u32> {
    value
        .parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| Kind::Count.expected().to_owned())
}

pub(super) fn number(value: &str) -> Parsed<u32> {
    count(value).map_err(|_| Kind::Number.expected().to_owned())
}

pub(super) fn boolean(value: &str) -> Parsed<bool> {
    value.parse().map_err(|_| Kind::Bool.expected().to_owned())
}

pub(super) fn duration(value: &str) -> Parsed<Duration> {
    parse_duration(value)
}

/// A limit: 0 means none.
pub(super) fn limit(value: &str) -> Parsed<Option<Duration>> {
    parse_duration(value).map(|limit| Some(limit).filter(|limit| !limit.is_zero()))
}

/// libpq's own connect timeout: whole seconds, none for 0 and less.
pub(super) fn seconds(value: &str) -> Parsed<Option<Duration>> {
    let number: i32 = value
        .parse()
        .map_err(|_| "a number of seconds".to_owned())?;
    Ok(u64::try_from(number)
        .ok()
        .filter(|number| *number > 0)
        .map(Duration::from_secs))
}

pub(super) fn severity(value: &str) -> Parsed<Severity> {
    match value {
        "note" => Ok(Severity::Note),
        "warning" => Ok(Severity::Warning),
        "error" => Ok(Severity::Error),
        _ => Err(Kind::Severity.expected().to_owned()),
    }
}

/// A role's name as the server keeps it; `$` could end the quotes of a block.
pub(super) fn role(value: &str) -> Parsed<String> {
    let reserved = value.starts_with("pg_") || ["public", "none"].contains(&value);
    let odd = |c: char| c == '$' || c.is_control();
    if value.is_empty() || value.len() > 63 || reserved || value.contains(odd) {
        return Err(Kind::Role.expected().to_owned());
    }
    Ok(value.to_owned())
}

pub(super) fn sslmode(value: &str) -> Parsed<String> {
    if SSL_MODES.contains(&value) {
        return Ok(value.to_owned());
    }
    let near = nearest(value, SSL_MODES).map(|near| format!(" (nearest: {near})"));
    Err(format!(
        "{}{}",
        Kind::SslMode.expected(),
        near.unwrap_or_default()
    ))
}
