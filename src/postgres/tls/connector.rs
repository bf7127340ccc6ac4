//! From settings to a connector: reads the files of certificates and keys.

use std::fs;
use std::io::ErrorKind as Io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::verifier::{Authorities, Verifier};
use super::{Identity, Roots, SslMode, Tls, TlsVersion};
use crate::error::{Error, Result, shell_word};

/// The connector for one host.
///
/// # Errors
/// Kind `Configuration`: a file is missing, unreadable or not what it should be.
pub(in crate::postgres) fn connector(tls: &Tls, host: &str) -> Result<MakeRustlsConnect> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier {
        authorities: authorities(tls, &provider)?,
        host: (tls.mode == SslMode::VerifyFull).then(|| host.to_owned()),
        algorithms: provider.signature_verification_algorithms,
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions(tls)?)
        .map_err(|error| Error::bug(format!("TLS cannot be set up: {error}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match identity(tls)? {
        None => builder.with_no_client_auth(),
        Some((chain, key)) => builder
            .with_client_auth_cert(chain, key)
            .map_err(|error| unfit_identity(tls, &error))?,
    };
    config.enable_sni = tls.send_name;
    if tls.direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(MakeRustlsConnect::new(config))
}

fn versions(tls: &Tls) -> Result<Vec<&'static SupportedProtocolVersion>> {
    let all = [
        (TlsVersion::V12, &version::TLS12),
        (TlsVersion::V13, &version::TLS13),
    ];
    let wanted = all
        .into_iter()
        .filter(|(number, _)| (tls.oldest..=tls.newest).contains(number));
    let list: Vec<_> = wanted.map(|(_, version)| version).collect();
    if list.is_empty() {
        return Err(Error::configuration(
            "ssl_min_protocol_version is newer than ssl_max_protocol_version",
        ));
    }
    Ok(list)
}

/// As in libpq, whoever has a root certificate file gets certificates verified, whatever the mode;
/// the strict modes insist on having one.
fn authorities(tls: &Tls, provider: &Arc<CryptoProvider>) -> Result<Option<Authorities>> {
    let trusted = match &tls.roots {
        Roots::System => system_roots()?,
        Roots::File(path) if path.exists() => read_certificates(path, "root certificate")?,
        Roots::File(_) | Roots::None if tls.mode < SslMode::VerifyCa => return Ok(None),
        Roots::File(path) => return Err(no_roots(tls, Some(path))),
        Roots::None => return Err(no_roots(tls, None)),
    };
    let mut store = RootCertStore::empty();
    let (added, _) = store.add_parsable_certificates(trusted.iter().cloned());
    if added == 0 {
        return Err(Error::configuration(
            "none of the trusted root certificates can be used (sslrootcert)",
        ));
    }
    let mut builder =
        WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider));
    if let Some(path) = &tls.revocations {
        builder = builder.with_crls(read_revocations(path)?);
    }
    let chains = builder.build().map_err(|error| {
        Error::configuration(format!("the certificates to trust cannot be used: {error}"))
    })?;
    Ok(Some(Authorities {
        trusted,
        chains,
        revocations: tls.revocations.is_some(),
    }))
}

fn system_roots() -> Result<Vec<CertificateDer<'static>>> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        return Err(Error::configuration(
            "sslrootcert=system: the operating system has no trusted certificates",
        )
        .hint_command("install them", "apt-get install -y ca-certificates"));
    }
    Ok(found.certs)
}

fn read_certificates(path: &Path, what: &str) -> Result<Vec<CertificateDer<'static>>> {
    let bytes = read(path, what)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match certificates {
        Ok(list) if !list.is_empty() => Ok(list),
        _ => Err(not_pem(path, what)),
    }
}

fn read_revocations(path: &Path) -> Result<Vec<CertificateRevocationListDer<'static>>> {
    let what = "revocation list";
    let bytes = read(path, what)?;
    CertificateRevocationListDer::pem_slice_iter(&bytes)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| not_pem(path, what))
}

type Presented = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Without its file there is no client certificate: the server may not ask for one.
fn identity(tls: &Tls) -> Result<Option<Presented>> {
    let Some(Identity { certificate, key }) = &tls.identity else {
        return Ok(None);
    };
    if !certificate.exists() {
        return Ok(None);
    }
    let chain = read_certificates(certificate, "client certificate")?;
    let what = "private key";
    let bytes = read(key, what)?;
    check_permissions(key)?;
    if bytes.windows(9).any(|word| word == b"ENCRYPTED") {
        return Err(Error::configuration(format!(
            "the private key {} is encrypted, which hangmeas cannot read",
            key.display()
        ))
        .hint_command(
            "make a copy that only you can read",
            format!(
                "(umask 077; openssl pkey -in {} -out {})",
                shell_word(key.display()),
                shell_word(format_args!("{}.plain", key.display()))
            ),
        ));
    }
    let key = PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| not_pem(key, what))?;
    Ok(Some((chain, key)))
}

/// libpq's rule: nobody but the owner; a key of root's may be read by a group.
fn check_permissions(key: &Path) -> Result<()> {
    let facts = fs::metadata(key).map_err(|error| unreadable(key, "private key", &error))?;
    let mode = facts.permissions().mode();
    let allowed = if facts.uid() == 0 { 0o640 } else { 0o600 };
    if mode & 0o777 & !allowed == 0 {
        return Ok(());
    }
    Err(Error::configuration(format!(
        "the private key {} can be read by others (mode {:o})",
        key.display(),
        mode & 0o777
    ))
    .hint_command(
        "take their permission away",
        format!("chmod 600 {}", shell_word(key.display())),
    ))
}

fn read(path: &Path, what: &str) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| unreadable(path, what, &error))
}

fn unreadable(path: &Path, what: &str, error: &std::io::Error) -> Error {
    let why = match error.kind() {
        Io::NotFound => "it does not exist".to_owned(),
        Io::PermissionDenied => "no permission".to_owned(),
        _ => error.to_string(),
    };
    Error::configuration(format!(
        "the {what} {} cannot be read: {why}",
        path.display()
    ))
}

fn not_pem(path: &Path, what: &str) -> Error {
    Error::configuration(format!("{} is no {what} in PEM format", path.display()))
        .hint("a PEM file has lines -----BEGIN …----- and -----END …-----")
}

fn no_roots(tls: &Tls, path: Option<&Path>) -> Error {
    let what = match path {
        Some(path) => format!(
            "and the root certificate file {} does not exist",
            path.display()
        ),
        None => "and nothing says whom to trust".to_owned(),
    };
    Error::configuration(format!(
        "sslmode={} verifies the server's certificate, {what}",
        tls.mode.word()
    ))
    .hint("put the authority's certificate there, or name its file: sslrootcert=FILE")
    .hint("for a certificate of a public authority: sslmode=verify-full&sslrootcert=system")
}

fn unfit_identity(tls: &Tls, error: &rustls::Error) -> Error {
    let key = tls
        .identity
        .as_ref()
        .map(|identity| identity.key.display().to_string());
    Error::configuration(format!(
        "the client certificate and the key {} cannot be used: {error}",
        key.unwrap_or_default()
    ))
    .hint("is the key the one that the certificate was made for?")
}
