//! Every key that `hangmeas.toml` knows: one table, from which unknown names are told apart and by
//! which the template is tested. A later work adds its section here.

use crate::config::value::Kind;

/// A key and what it takes.
pub(in crate::config) type Key = (&'static str, Kind);

/// Keys outside any section.
pub(in crate::config) const TOP: &[Key] = &[("default_environment", Kind::Text)];

/// Sections with fixed names.
pub(in crate::config) const SECTIONS: &[(&str, &[Key])] = &[
    (
        "migrations",
        &[
            ("dir", Kind::Path),
            ("bundled", Kind::Bool),
            ("lock_wait", Kind::Duration),
            ("lock_retry_for", Kind::Duration),
        ],
    ),
    (
        "rails",
        &[("record_versions", Kind::Bool), ("dir", Kind::Path)],
    ),
    (
        "backup",
        &[
            ("dir", Kind::Path),
            ("keep", Kind::Number),
            ("keep_days", Kind::Number),
            ("jobs", Kind::Number),
        ],
    ),
    (
        "grants",
        &[
            ("app", Kind::Role),
            ("readonly", Kind::Role),
            ("backup", Kind::Role),
        ],
    ),
    ("annotate", &[("out", Kind::Path)]),
    (
        "server",
        &[("data_dir", Kind::Path), ("bin_dir", Kind::Path)],
    ),
    (
        "health",
        &[
            ("fail_on", Kind::Severity),
            ("backup_age", Kind::Duration),
            ("analytics_age", Kind::Duration),
            ("long_transaction", Kind::Duration),
            ("idle_in_transaction", Kind::Duration),
            ("blocked", Kind::Duration),
            ("replication_lag", Kind::Duration),
            ("unused_after", Kind::Duration),
            ("processes", Kind::Count),
        ],
    ),
];

/// A list of tables, `[[waivers]]`: findings of the health check that do not count.
pub(in crate::config) const WAIVERS: &str = "waivers";

/// Keys of a waiver.
pub(in crate::config) const WAIVER: &[Key] = &[
    ("finding", Kind::Text),
    ("reason", Kind::Text),
    ("until", Kind::Text),
];

/// Sections within a section whose keys are names of tables: `[annotate.owners]`.
pub(in crate::config) const FREE: &[(&str, &str)] =
    &[("annotate", "owners"), ("annotate", "notes")];

/// The section of environments: `[environments.NAME]`.
pub(in crate::config) const ENVIRONMENTS: &str = "environments";

/// Keys of an environment.
pub(in crate::config) const ENVIRONMENT: &[Key] = &[
    ("url", Kind::Url),
    ("host", Kind::Host),
    ("port", Kind::Port),
    ("database", Kind::Text),
    ("username", Kind::Text),
    ("password", Kind::Secret),
    ("password_file", Kind::Path),
    ("password_command", Kind::Words),
    ("service", Kind::Text),
    ("sslmode", Kind::SslMode),
    ("sslrootcert", Kind::Path),
    ("sslcert", Kind::Path),
    ("sslkey", Kind::Path),
    ("sslcrl", Kind::Path),
    ("channel_binding", Kind::ChannelBinding),
    ("target_session_attrs", Kind::Session),
    ("pool", Kind::Count),
    ("connect_timeout", Kind::Duration),
    ("wait", Kind::Duration),
    ("statement_timeout", Kind::Duration),
    ("lock_timeout", Kind::Duration),
    ("protected", Kind::Bool),
];

/// Names by which other tools call a key of ours.
pub(in crate::config) fn alias(word: &str) -> Option<&'static str> {
    Some(match word {
        "user" => "username",
        "dbname" | "db" | "name" => "database",
        "pass" | "passwd" => "password",
        "database_url" | "dsn" => "url",
        "hostname" | "server" | "socket" => "host",
        "ssl" => "sslmode",
        "timeout" => "connect_timeout",
        "pool_size" | "max_connections" => "pool",
        "directory" | "path" => "dir",
        "env" | "environment" => "environments",
        _ => return None,
    })
}
