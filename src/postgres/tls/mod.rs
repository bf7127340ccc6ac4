//! Encryption as libpq's parameters describe it. The settings are a plain value; files are read
//! when a connection that may need them is made.

mod connector;
mod legacy;
mod names;
mod verifier;

use std::path::PathBuf;

pub use tokio_postgres::config::ChannelBinding;

pub(super) use connector::connector;

/// libpq's `sslmode`. On a Unix socket it means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SslMode {
    /// Never encrypt.
    Disable,
    /// Encrypt when the server does not take a plain connection.
    Allow,
    /// Encrypt when the server can; never fail because of it.
    #[default]
    Prefer,
    /// Encrypt. The server's certificate is verified when a root certificate file exists.
    Require,
    /// Encrypt, and verify that an authority that is trusted has signed the certificate.
    VerifyCa,
    /// The same, and the certificate must be for the host's name.
    VerifyFull,
}

impl SslMode {
    /// From libpq's word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }

    /// libpq's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// Whom to trust (libpq's `sslrootcert`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Roots {
    /// Nobody in particular.
    #[default]
    None,
    /// The certificates in a file, if it exists.
    File(PathBuf),
    /// The authorities that the operating system trusts.
    System,
}

/// A version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2.
    V12,
    /// TLS 1.3.
    V13,
}

/// The client's own certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Certificates in PEM, the client's first; when the file does not exist, none is sent.
    pub certificate: PathBuf,
    /// Its private key in PEM, readable by nobody else.
    pub key: PathBuf,
}

/// Everything about encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Whether, and how strictly.
    pub mode: SslMode,
    /// Whom to trust.
    pub roots: Roots,
    /// Certificates that are no longer good, in PEM.
    pub revocations: Option<PathBuf>,
    /// The client's own certificate.
    pub identity: Option<Identity>,
    /// Whether the host's name is sent in the clear, for proxies that choose by it.
    pub send_name: bool,
    /// Whether encryption starts at once, without asking first (PostgreSQL 17).
    pub direct: bool,
    /// Whether the password exchange is tied to the certificate.
    pub channel_binding: ChannelBinding,
    /// The oldest version of the protocol.
    pub oldest: TlsVersion,
    /// The newest version of the protocol.
    pub newest: TlsVersion,
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            mode: SslMode::Prefer,
            roots: Roots::None,
            revocations: None,
            identity: None,
            send_name: true,
            direct: false,
            channel_binding: ChannelBinding::Prefer,
            oldest: TlsVersion::V12,
            newest: TlsVersion::V13,
        }
    }
}
