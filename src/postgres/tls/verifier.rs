//! The verdict on a server's certificate.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::legacy;
use super::names::Names;
use crate::postgres::trace;

/// What libpq asks of a certificate.
#[derive(Debug)]
pub(super) struct Verifier {
    /// Who must have signed it; `None` asks for nothing.
    pub authorities: Option<Authorities>,
    /// The name that it must carry.
    pub host: Option<String>,
    pub algorithms: WebPkiSupportedAlgorithms,
}

/// Trusted certificates.
#[derive(Debug)]
pub(super) struct Authorities {
    pub trusted: Vec<CertificateDer<'static>>,
    pub chains: Arc<WebPkiServerVerifier>,
    /// With revocation lists, every certificate must go the strict way.
    pub revocations: bool,
}

impl Authorities {
    fn verify(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<(), Error> {
        if !self.revocations && legacy::concerns(leaf, &self.trusted) {
            return legacy::verify(leaf, &self.trusted, now, algorithms.all);
        }
        match self
            .chains
            .verify_server_cert(leaf, intermediates, name, &[], now)
        {
            Ok(_) => Ok(()),
            // The name is looked at last, when the chain has been found good; ours are libpq's rules.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Verifier {
    /// What a certificate that passes is known to be.
    fn verdict(&self) -> &'static str {
        match (&self.authorities, &self.host) {
            (_, Some(_)) => "trusted, for this host",
            (Some(_), None) => "trusted",
            (None, None) => "not verified",
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(authorities) = &self.authorities {
            authorities.verify(leaf, intermediates, name, now, &self.algorithms)?;
        }
        if let Some(host) = &self.host {
            let names = Names::of(&legacy::parse(leaf)?);
            if !names.cover(host) {
                return Err(Error::InvalidCertificate(
                    CertificateError::NotValidForNameContext {
                        expected: name.to_owned(),
                        presented: vec![names.shown()],
                    },
                ));
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let valid = verify_tls12_signature(message, leaf, signature, &self.algorithms)?;
        trace::encrypted("TLS 1.2", self.verdict());
        Ok(valid)
    }

    /// Always verified, even where the certificate itself is not: channel binding rests on the
    /// server's having the certificate's key.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(legacy::public_key(leaf)?);
        let valid =
            verify_tls13_signature_with_raw_key(message, &key, signature, &self.algorithms)?;
        trace::encrypted("TLS 1.3", self.verdict());
        Ok(valid)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
