//! Why a connection could not be encrypted, or must not be trusted.

use rustls::{AlertDescription, CertificateError, Error as TlsError};
use tokio_postgres::Error as PgError;

use super::{connection, io_cause, is_handshake, root_cause};
use crate::error::Error;
use crate::postgres::target::Target;
use crate::postgres::tls::Roots;

/// The error, if encryption is what failed.
pub(super) fn explain(target: &Target, error: &PgError) -> Option<Error> {
    if let Some(cause) = tls_cause(error) {
        return Some(match cause {
            TlsError::InvalidCertificate(why) => certificate(target, why),
            TlsError::AlertReceived(alert) => client_certificate(target, *alert),
            other => handshake(target, &other.to_string()),
        });
    }
    let cause = root_cause(error);
    if cause.contains("does not support TLS") {
        let mode = target.tls.mode.word();
        return Some(
            connection(format!(
                "PostgreSQL at {} does not encrypt connections, and sslmode={mode} asks for it",
                target.address()
            ))
            .hint("switch ssl on in the server's postgresql.conf")
            .hint("or, on a network that you trust: sslmode=prefer"),
        );
    }
    if cause.contains("channel binding") {
        return Some(
            connection(format!(
                "PostgreSQL at {} cannot tie the password to its certificate, and \
                 channel_binding=require asks for it",
                target.address()
            ))
            .hint("it needs TLS and password_encryption = scram-sha-256 on the server"),
        );
    }
    is_handshake(error).then(|| handshake(target, &cause))
}

fn tls_cause(error: &PgError) -> Option<&TlsError> {
    io_cause(error)?.get_ref()?.downcast_ref()
}

fn handshake(target: &Target, cause: &str) -> Error {
    connection(format!(
        "the connection to PostgreSQL at {} could not be encrypted: {cause}",
        target.address()
    ))
    .hint("is that port PostgreSQL's own, and does the server speak TLS 1.2 or newer?")
}

fn certificate(target: &Target, why: &CertificateError) -> Error {
    let at = target.address();
    let mode = target.tls.mode.word();
    match why {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            let error = connection(format!(
                "the certificate of PostgreSQL at {at} is not signed by an authority that is \
                 trusted (sslmode={mode})"
            ));
            match &target.tls.roots {
                Roots::File(path) => error.detail(format!("trusted: {}", path.display())),
                _ => error.detail("trusted: the operating system's authorities"),
            }
            .hint("get the authority's certificate from whoever runs the server: sslrootcert=FILE")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            let error = connection(format!(
                "the certificate of PostgreSQL at {at} is not for the host {}",
                target.host
            ));
            let error = match why {
                CertificateError::NotValidForNameContext { presented, .. } => {
                    error.detail(format!("it is for {}", presented.join(", ")))
                }
                _ => error,
            };
            error.hint(
                "connect by a name that the certificate has; where the server is known by \
                        another address, give it as hostaddr",
            )
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            connection(format!("the certificate of PostgreSQL at {at} has expired"))
                .hint("renew it on the server; is this machine's clock right?")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => connection(
            format!("the certificate of PostgreSQL at {at} is not valid yet"),
        )
        .hint("is this machine's clock right?"),
        CertificateError::Revoked => connection(format!(
            "the certificate of PostgreSQL at {at} has been revoked (sslcrl)"
        ))
        .hint("the server needs a new certificate"),
        other => connection(format!(
            "the certificate of PostgreSQL at {at} cannot be verified: {other}"
        )),
    }
}

/// In TLS 1.3 the server's no to our certificate comes as an alert.
fn client_certificate(target: &Target, alert: AlertDescription) -> Error {
    let at = target.address();
    let error = connection(format!(
        "PostgreSQL at {at} broke off the encryption: {alert:?}"
    ));
    match &target.tls.identity {
        Some(identity) => error
            .detail(format!(
                "client certificate: {}",
                identity.certificate.display()
            ))
            .hint("is the client certificate signed by the server's ssl_ca_file, and in date?"),
        None => error.hint("does the server ask for a client certificate (sslcert, sslkey)?"),
    }
}
