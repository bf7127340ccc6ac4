//! Certificates that OpenSSL, and so libpq, accepts and webpki does not: of X.509 version 1 (as the
//! recipe in PostgreSQL's manual makes them with many versions of OpenSSL), and self-signed ones
//! that are their own authority. Only a certificate that is, or is directly signed by, one that the
//! user trusts.

use std::time::Duration;

use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use rustls::{CertificateError, Error};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::{Certificate, Version};

/// Whether webpki should not even be asked.
pub(super) fn concerns(leaf: &CertificateDer<'_>, trusted: &[CertificateDer<'static>]) -> bool {
    trusted.iter().any(|root| root == leaf)
        || parse(leaf).is_ok_and(|certificate| certificate.tbs_certificate.version == Version::V1)
}

/// Verifies dates, and the signature by a trusted certificate.
pub(super) fn verify(
    leaf: &CertificateDer<'_>,
    trusted: &[CertificateDer<'static>],
    now: UnixTime,
    algorithms: &[&dyn SignatureVerificationAlgorithm],
) -> Result<(), Error> {
    let certificate = parse(leaf)?;
    in_time(&certificate, now)?;
    if trusted.iter().any(|root| root == leaf) {
        return Ok(());
    }
    for root in trusted {
        let root = parse(root)?;
        let issued = root.tbs_certificate.subject == certificate.tbs_certificate.issuer;
        if issued && is_authority(&root) && is_signed_by(&certificate, &root, algorithms) {
            return in_time(&root, now);
        }
    }
    Err(CertificateError::UnknownIssuer.into())
}

/// The key of a certificate, for the signature of a TLS 1.3 handshake.
pub(super) fn public_key(leaf: &CertificateDer<'_>) -> Result<Vec<u8>, Error> {
    let certificate = parse(leaf)?;
    let key = &certificate.tbs_certificate.subject_public_key_info;
    key.to_der()
        .map_err(|_| CertificateError::BadEncoding.into())
}

pub(super) fn parse(certificate: &CertificateDer<'_>) -> Result<Certificate, Error> {
    Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding.into())
}

fn in_time(certificate: &Certificate, now: UnixTime) -> Result<(), Error> {
    let dates = &certificate.tbs_certificate.validity;
    let now = Duration::from_secs(now.as_secs());
    if now < dates.not_before.to_unix_duration() {
        return Err(CertificateError::NotValidYet.into());
    }
    if now > dates.not_after.to_unix_duration() {
        return Err(CertificateError::Expired.into());
    }
    Ok(())
}

/// Version 1 cannot say whether it is one; the user's trust says so.
fn is_authority(root: &Certificate) -> bool {
    let root = &root.tbs_certificate;
    let constraints = root.get::<BasicConstraints>();
    root.version == Version::V1 || matches!(constraints, Ok(Some((_, found))) if found.ca)
}

fn is_signed_by(
    certificate: &Certificate,
    issuer: &Certificate,
    algorithms: &[&dyn SignatureVerificationAlgorithm],
) -> bool {
    let key = &issuer.tbs_certificate.subject_public_key_info;
    // Written again from its parts: should that ever differ from what was signed, the signature
    // does not fit, and the certificate is refused.
    let parts = (
        certificate.tbs_certificate.to_der(),
        algorithm(&certificate.signature_algorithm),
        algorithm(&key.algorithm),
    );
    let (Ok(signed), Some(signature_id), Some(key_id)) = parts else {
        return false;
    };
    let (Some(signature), Some(key)) = (
        certificate.signature.as_bytes(),
        key.subject_public_key.as_bytes(),
    ) else {
        return false;
    };
    algorithms
        .iter()
        .filter(|algorithm| {
            algorithm.signature_alg_id().as_ref() == signature_id
                && algorithm.public_key_alg_id().as_ref() == key_id
        })
        .any(|algorithm| algorithm.verify_signature(key, &signed, signature).is_ok())
}

/// The content of an AlgorithmIdentifier, without its head.
fn algorithm(id: &x509_cert::spki::AlgorithmIdentifierOwned) -> Option<Vec<u8>> {
    let whole = id.to_der().ok()?;
    x509_cert::der::Any::from_der(&whole)
        .ok()
        .map(|any| any.value().to_vec())
}
