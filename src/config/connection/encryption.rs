//! libpq's parameters for encryption, keepalives and the kind of session, from words to values. What
//! hangmeas cannot honour and what somebody's safety may depend on is refused, not ignored.

use std::path::PathBuf;
use std::time::Duration;

use super::Sources;
use crate::config::layers::wrong;
use crate::config::settings::ConnectionSettings;
use crate::config::value;
use crate::error::{Error, Result};
use crate::postgres::tls::{ChannelBinding, Identity, Roots, TlsVersion};
use crate::postgres::{Keepalives, SESSION_KINDS, SessionKind, SslMode, Tls};

/// A parameter that libpq honours and hangmeas does not.
struct Unsupported {
    key: &'static str,
    /// The values that ask for nothing.
    harmless: &'static [&'static str],
    why: &'static str,
    instead: &'static str,
}

const fn unsupported(
    key: &'static str,
    harmless: &'static [&'static str],
    why: &'static str,
    instead: &'static str,
) -> Unsupported {
    Unsupported {
        key,
        harmless,
        why,
        instead,
    }
}

const LEAVE_OUT: &str = "leave it out for hangmeas";

const UNSUPPORTED: [Unsupported; 7] = [
    unsupported(
        "gssencmode",
        &["disable", "prefer"],
        "hangmeas knows no GSSAPI",
        "let TLS encrypt instead: sslmode=verify-full",
    ),
    unsupported(
        "load_balance_hosts",
        &["disable"],
        "hangmeas tries the hosts in their order",
        LEAVE_OUT,
    ),
    unsupported(
        "min_protocol_version",
        &["3.0"],
        "hangmeas speaks version 3.0 of the protocol",
        LEAVE_OUT,
    ),
    unsupported(
        "require_auth",
        &[],
        "hangmeas answers whatever authentication the server asks for",
        "let nothing but SCRAM over TLS through instead: channel_binding=require",
    ),
    unsupported(
        "requirepeer",
        &[],
        "hangmeas does not ask who owns a socket",
        "connect by TLS instead: sslmode=verify-full",
    ),
    unsupported(
        "sslcertmode",
        &["disable", "allow"],
        "hangmeas cannot tell whether the server asked for a certificate",
        LEAVE_OUT,
    ),
    unsupported(
        "sslcrldir",
        &[],
        "hangmeas reads one file of revoked certificates",
        "put the lists into one file: sslcrl",
    ),
];

/// The parameters of one connection.
pub(super) struct Parameters<'a> {
    pub sources: &'a Sources<'a>,
    pub settings: &'a ConnectionSettings,
}

impl Parameters<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        let found = self.settings.extra.get(key);
        found.map(|found| found.value.as_str())
    }

    fn bad(&self, key: &str, expected: &str) -> Error {
        match self.settings.extra.get(key) {
            Some(found) => wrong(
                key,
                &found.origin,
                &format!(
                    "{key}: expected {expected}, found {}",
                    value::quoted(&found.value)
                ),
            ),
            None => Error::bug(format!("{key} is wrong and was not said")),
        }
    }

    /// Reads a word, if it was said.
    fn word<T>(&self, key: &str, known: &[(&str, T)]) -> Result<Option<T>>
    where
        T: Copy,
    {
        let Some(text) = self.text(key) else {
            return Ok(None);
        };
        let found = known.iter().find(|(word, _)| *word == text);
        let words = || known.iter().map(|(word, _)| *word).collect::<Vec<_>>();
        match found {
            Some((_, value)) => Ok(Some(*value)),
            None => Err(self.bad(key, &format!("one of {}", words().join(", ")))),
        }
    }

    /// A file that was said, or the user's own below `~/.postgresql`.
    fn path(&self, key: &str, usual: &str) -> Option<PathBuf> {
        let layers = self.sources.layers;
        if let Some(said) = self.settings.extra.get(key) {
            return Some(layers.located(said.clone().map(PathBuf::from)).value);
        }
        let home = layers.variables.home()?;
        Some(home.join(".postgresql").join(usual))
    }

    /// Refuses what cannot be honoured.
    pub fn check(&self) -> Result<()> {
        for one in UNSUPPORTED {
            let found = self.settings.extra.get(one.key);
            let asks = found.filter(|found| !one.harmless.contains(&found.value.as_str()));
            if let Some(found) = asks {
                let value = value::quoted(&found.value);
                let what = format!("{}: {value} cannot be honoured: {}", one.key, one.why);
                return Err(wrong(one.key, &found.origin, &what).hint(one.instead));
            }
        }
        Ok(())
    }

    pub fn session_kind(&self) -> Result<SessionKind> {
        let kind = self.word("target_session_attrs", &SESSION_KINDS)?;
        Ok(kind.unwrap_or_default())
    }

    /// libpq's password file: the one that was said, or `~/.pgpass`.
    pub fn passfile(&self) -> Option<PathBuf> {
        let layers = self.sources.layers;
        match self.settings.extra.get("passfile") {
            Some(said) => Some(layers.located(said.clone().map(PathBuf::from)).value),
            None => layers.variables.home().map(|home| home.join(".pgpass")),
        }
    }

    pub fn keepalives(&self) -> Result<Keepalives> {
        let number = |key: &str| {
            let parsed = self.text(key).map(str::parse::<u32>);
            let positive = parsed
                .transpose()
                .map(|number| number.filter(|number| *number > 0));
            positive.map_err(|_| self.bad(key, "a number"))
        };
        let seconds =
            |key: &str| Ok(number(key)?.map(|number| Duration::from_secs(u64::from(number))));
        let user_timeout = number("tcp_user_timeout")?;
        Ok(Keepalives {
            on: self
                .word("keepalives", &[("1", true), ("0", false)])?
                .unwrap_or(true),
            idle: seconds("keepalives_idle")?,
            interval: seconds("keepalives_interval")?,
            count: number("keepalives_count")?,
            user_timeout: user_timeout.map(|ms| Duration::from_millis(u64::from(ms))),
        })
    }

    pub fn tls(&self) -> Result<Tls> {
        let binding = [
            ("disable", ChannelBinding::Disable),
            ("prefer", ChannelBinding::Prefer),
            ("require", ChannelBinding::Require),
        ];
        let negotiation = [("postgres", false), ("direct", true)];
        let (mode, roots) = self.trust()?;
        let tls = Tls {
            mode,
            roots,
            revocations: self.revocations(),
            identity: self.identity(),
            send_name: self
                .word("sslsni", &[("1", true), ("0", false)])?
                .unwrap_or(true),
            direct: self.word("sslnegotiation", &negotiation)?.unwrap_or(false),
            channel_binding: self
                .word("channel_binding", &binding)?
                .unwrap_or(ChannelBinding::Prefer),
            oldest: self.version("ssl_min_protocol_version", TlsVersion::V12)?,
            newest: self.version("ssl_max_protocol_version", TlsVersion::V13)?,
        };
        if tls.direct && tls.mode < SslMode::Require {
            return Err(self.bad("sslnegotiation", "postgres with an sslmode below require"));
        }
        Ok(tls)
    }

    /// The mode and whom to trust. The system's authorities sign for anybody, so with them only the
    /// host's name tells a server from others: libpq then insists on `verify-full`.
    fn trust(&self) -> Result<(SslMode, Roots)> {
        let said = self.settings.sslmode.as_ref();
        let mode = said.and_then(|mode| SslMode::parse(&mode.value));
        if self.text("sslrootcert") != Some("system") {
            let roots = self
                .path("sslrootcert", "root.crt")
                .map_or(Roots::None, Roots::File);
            return Ok((mode.unwrap_or_default(), roots));
        }
        match mode {
            None | Some(SslMode::VerifyFull) => Ok((SslMode::VerifyFull, Roots::System)),
            Some(weak) => Err(Error::configuration(format!(
                "sslmode={} may not be used with sslrootcert=system",
                weak.word()
            ))
            .hint(
                "write sslmode=verify-full: with public authorities only the host's name tells \
                   the right server from others",
            )),
        }
    }

    fn revocations(&self) -> Option<PathBuf> {
        let path = self.path("sslcrl", "root.crl")?;
        let said = self.text("sslcrl").is_some();
        (said || path.exists()).then_some(path)
    }

    fn identity(&self) -> Option<Identity> {
        if self.text("sslcertmode") == Some("disable") {
            return None;
        }
        Some(Identity {
            certificate: self.path("sslcert", "postgresql.crt")?,
            key: self.path("sslkey", "postgresql.key")?,
        })
    }

    fn version(&self, key: &str, usual: TlsVersion) -> Result<TlsVersion> {
        // Older ones are no longer spoken: as a lower limit they change nothing.
        let known: &[_] = if key == "ssl_min_protocol_version" {
            &[
                ("TLSv1", TlsVersion::V12),
                ("TLSv1.1", TlsVersion::V12),
                ("TLSv1.2", TlsVersion::V12),
                ("TLSv1.3", TlsVersion::V13),
            ]
        } else {
            &[("TLSv1.2", TlsVersion::V12), ("TLSv1.3", TlsVersion::V13)]
        };
        Ok(self.word(key, known)?.unwrap_or(usual))
    }
}
