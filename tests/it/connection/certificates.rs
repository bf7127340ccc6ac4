//! Certificates of every kind, made when a test needs them.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

/// Who signs.
pub struct Authority {
    pub pem: String,
    pub key_pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key.
pub struct Pair {
    pub certificate: String,
    pub key: String,
}

/// What is special about a certificate.
#[derive(Default, Clone, Copy)]
pub struct Kind<'a> {
    pub common_name: &'a str,
    /// Names and addresses.
    pub names: &'a [&'a str],
    /// Years from and to; 2000 and 4000 when none are said.
    pub years: Option<(i32, i32)>,
}

impl Kind<'_> {
    fn params(self) -> CertificateParams {
        let names: Vec<String> = self.names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("names");
        params
            .distinguished_name
            .push(DnType::CommonName, self.common_name);
        let (from, to) = self.years.unwrap_or((2000, 4000));
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        params
    }
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let kind = Kind {
            common_name: name,
            ..Kind::default()
        };
        let mut params = kind.params();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self {
            pem,
            key_pem: key.serialize_pem(),
            issuer: Issuer::new(params, key),
        }
    }

    pub fn sign(&self, kind: Kind<'_>) -> Pair {
        let key = KeyPair::generate().expect("a key");
        let certificate = kind
            .params()
            .signed_by(&key, &self.issuer)
            .expect("a certificate");
        Pair {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}

/// A certificate that is its own authority, as `openssl req -x509` makes it.
pub fn self_signed(kind: Kind<'_>) -> Pair {
    let key = KeyPair::generate().expect("a key");
    let mut params = kind.params();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Pair {
        certificate: params.self_signed(&key).expect("a certificate").pem(),
        key: key.serialize_pem(),
    }
}
