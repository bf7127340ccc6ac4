//! Whether a certificate is for a host, by libpq's rules (RFC 6125, RFC 2818): its alternative names
//! count; its common name counts only when it has no alternative name of the host's kind.

use std::net::IpAddr;

use x509_cert::Certificate;
use x509_cert::der::asn1::{Ia5StringRef, PrintableStringRef, Utf8StringRef};
use x509_cert::der::oid::db::rfc4519::COMMON_NAME;
use x509_cert::der::{Decode as _, Tag, Tagged as _};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// The names in a certificate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub dns: Vec<String>,
    pub addresses: Vec<IpAddr>,
    pub common: Option<String>,
}

impl Names {
    pub fn of(certificate: &Certificate) -> Self {
        let mut names = Self::default();
        let subject = &certificate.tbs_certificate;
        for extension in subject.extensions.iter().flatten() {
            if extension.extn_id != x509_cert::der::oid::db::rfc5912::ID_CE_SUBJECT_ALT_NAME {
                continue;
            }
            let bytes = extension.extn_value.as_bytes();
            for name in SubjectAltName::from_der(bytes).map_or(Vec::new(), |names| names.0) {
                names.add(&name);
            }
        }
        let parts = subject.subject.0.iter().flat_map(|part| part.0.iter());
        names.common = parts
            .filter(|part| part.oid == COMMON_NAME)
            .find_map(|part| text(&part.value));
        names
    }

    fn add(&mut self, name: &GeneralName) {
        match name {
            GeneralName::DnsName(name) => self.dns.push(name.to_string()),
            GeneralName::IpAddress(bytes) => {
                let bytes = bytes.as_bytes();
                let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
                let v6 = || <[u8; 16]>::try_from(bytes).map(IpAddr::from);
                self.addresses.extend(v4.or_else(|_| v6()).ok());
            }
            _ => {}
        }
    }

    /// Whether the host, as the user wrote it, is one of them.
    pub fn cover(&self, host: &str) -> bool {
        let address: Option<IpAddr> = host.parse().ok();
        if self.dns.iter().any(|pattern| matches(pattern, host))
            || address.is_some_and(|address| self.addresses.contains(&address))
        {
            return true;
        }
        // libpq since version 15: names of the other kind do not silence the common name.
        let silenced = match address {
            Some(_) => !self.addresses.is_empty() || !self.dns.is_empty(),
            None => !self.dns.is_empty(),
        };
        let common = self.common.as_deref().filter(|_| !silenced);
        common.is_some_and(|name| matches(name, host))
    }

    /// All of them, for a message.
    pub fn shown(&self) -> String {
        let addresses = self.addresses.iter().map(ToString::to_string);
        let mut all: Vec<_> = self.dns.iter().cloned().chain(addresses).collect();
        if all.is_empty() {
            all.extend(self.common.clone());
        }
        all.join(", ")
    }
}

fn text(value: &x509_cert::der::Any) -> Option<String> {
    match value.tag() {
        Tag::Utf8String => Utf8StringRef::try_from(value)
            .ok()
            .map(|text| text.to_string()),
        Tag::PrintableString => PrintableStringRef::try_from(value)
            .ok()
            .map(|text| text.to_string()),
        Tag::Ia5String => Ia5StringRef::try_from(value)
            .ok()
            .map(|text| text.to_string()),
        _ => None,
    }
}

/// A `*` stands for the whole first label and for no dot; letters match whatever their case.
fn matches(pattern: &str, host: &str) -> bool {
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some(suffix) = pattern
        .strip_prefix('*')
        .filter(|rest| rest.starts_with('.'))
    else {
        return false;
    };
    host.split_once('.')
        .is_some_and(|(label, rest)| !label.is_empty() && suffix[1..].eq_ignore_ascii_case(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dns: &[&str], addresses: &[&str], common: &str) -> Names {
        Names {
            dns: dns.iter().map(|&name| name.to_owned()).collect(),
            addresses: addresses
                .iter()
                .map(|text| text.parse().expect("address"))
                .collect(),
            common: Some(common.to_owned()),
        }
    }

    #[test]
    fn covers_what_libpq_covers() {
        let cases = [
            (names(&["db.example"], &[], "x"), "db.example", true),
            (names(&["db.example"], &[], "x"), "DB.Example", true),
            (names(&["db.example"], &[], "x"), "db.example.org", false),
            (names(&["db.example"], &[], "other"), "other", false),
            (names(&[], &[], "other"), "other", true),
            (names(&["*.example"], &[], "x"), "db.example", true),
            (names(&["*.example"], &[], "x"), "a.db.example", false),
            (names(&["*.example"], &[], "x"), ".example", false),
            (names(&["*.example"], &[], "x"), "example", false),
            (names(&["*example"], &[], "x"), "dbexample", false),
            (names(&["d*.example"], &[], "x"), "db.example", false),
            (names(&[], &["10.0.0.1"], "x"), "10.0.0.1", true),
            (names(&[], &["::1"], "x"), "0:0:0:0:0:0:0:1", true),
            (names(&[], &["10.0.0.1"], "10.0.0.2"), "10.0.0.2", false),
            (names(&["10.0.0.3"], &[], "x"), "10.0.0.3", true),
            (names(&[], &[], "10.0.0.4"), "10.0.0.4", true),
            (names(&[], &["10.0.0.1"], "db.example"), "db.example", true),
        ];
        for (names, host, expected) in cases {
            assert_eq!(names.cover(host), expected, "{names:?} {host}");
        }
    }
}
