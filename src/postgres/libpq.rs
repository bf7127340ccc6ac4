//! A target for programs that use libpq (psql, pg_dump, pg_restore): as their environment, so that
//! nothing of it stands among their arguments, where every user of the machine can read it.

use std::ffi::OsString;

use super::target::{Host, SessionKind, Target};
use super::tls::{ChannelBinding, Roots, Tls, TlsVersion};

/// Variables of libpq that a program must not inherit when it gets a target's.
pub const LIBPQ_VARIABLES: [&str; 29] = [
    "PGAPPNAME",
    "PGCHANNELBINDING",
    "PGCONNECT_TIMEOUT",
    "PGDATABASE",
    "PGGSSDELEGATION",
    "PGGSSENCMODE",
    "PGHOST",
    "PGHOSTADDR",
    "PGLOADBALANCEHOSTS",
    "PGOPTIONS",
    "PGPASSFILE",
    "PGPASSWORD",
    "PGPORT",
    "PGREQUIREAUTH",
    "PGREQUIREPEER",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGSSLCERT",
    "PGSSLCERTMODE",
    "PGSSLCRL",
    "PGSSLKEY",
    "PGSSLMAXPROTOCOLVERSION",
    "PGSSLMINPROTOCOLVERSION",
    "PGSSLMODE",
    "PGSSLNEGOTIATION",
    "PGSSLROOTCERT",
    "PGSSLSNI",
    "PGTARGETSESSIONATTRS",
    "PGUSER",
];

/// The target as variables. The password is among them if it is known: after [`Target::settle`], or
/// after a session with this target or a clone of it.
#[must_use]
pub fn libpq_variables(target: &Target) -> Vec<(&'static str, OsString)> {
    let addresses = target.addresses();
    let joined = |part: &dyn Fn(&super::Address) -> String| {
        let all: Vec<_> = addresses.iter().map(part).collect();
        OsString::from(all.join(","))
    };
    let mut list = vec![
        ("PGHOST", joined(&|address| address.host.to_string())),
        ("PGPORT", joined(&|address| address.port.to_string())),
        ("PGDATABASE", target.database.clone().into()),
        ("PGAPPNAME", target.application_name.clone().into()),
        (
            "PGCONNECT_TIMEOUT",
            target
                .connect_timeout
                .as_millis()
                .div_ceil(1000)
                .to_string()
                .into(),
        ),
    ];
    if addresses.iter().any(|address| address.ip.is_some()) {
        let ip = |address: &super::Address| address.ip.map(|ip| ip.to_string()).unwrap_or_default();
        list.push(("PGHOSTADDR", joined(&ip)));
    }
    if target.session_kind != SessionKind::Any {
        list.push(("PGTARGETSESSIONATTRS", target.session_kind.word().into()));
    }
    let source = target.password_source.as_ref();
    let password = target.password.as_ref();
    let password = password.or_else(|| source?.known());
    let texts = [
        ("PGUSER", target.user.clone()),
        (
            "PGPASSWORD",
            password.map(|secret| secret.expose().to_owned()),
        ),
        ("PGOPTIONS", target.options.clone()),
    ];
    list.extend(
        texts
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?.into()))),
    );
    if let Some(path) = &target.passfile {
        list.push(("PGPASSFILE", path.clone().into()));
    }
    if matches!(target.host, Host::Tcp(_)) {
        encryption(&target.tls, &mut list);
    }
    list
}

fn encryption(tls: &Tls, list: &mut Vec<(&'static str, OsString)>) {
    list.push(("PGSSLMODE", tls.mode.word().into()));
    match &tls.roots {
        Roots::None => {}
        Roots::System => list.push(("PGSSLROOTCERT", "system".into())),
        Roots::File(path) => list.push(("PGSSLROOTCERT", path.clone().into())),
    }
    if let Some(path) = &tls.revocations {
        list.push(("PGSSLCRL", path.clone().into()));
    }
    if let Some(identity) = &tls.identity {
        list.push(("PGSSLCERT", identity.certificate.clone().into()));
        list.push(("PGSSLKEY", identity.key.clone().into()));
    }
    if !tls.send_name {
        list.push(("PGSSLSNI", "0".into()));
    }
    if tls.direct {
        list.push(("PGSSLNEGOTIATION", "direct".into()));
    }
    match tls.channel_binding {
        ChannelBinding::Disable => list.push(("PGCHANNELBINDING", "disable".into())),
        ChannelBinding::Require => list.push(("PGCHANNELBINDING", "require".into())),
        _ => {}
    }
    if tls.oldest == TlsVersion::V13 {
        list.push(("PGSSLMINPROTOCOLVERSION", "TLSv1.3".into()));
    }
    if tls.newest == TlsVersion::V12 {
        list.push(("PGSSLMAXPROTOCOLVERSION", "TLSv1.2".into()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Secret;
    use super::*;

    #[test]
    fn everything_is_there_and_known() {
        let mut target = Target::new(Host::Tcp("a".into()), 5432, "shop");
        target.password = Some(Secret::new("p:ss"));
        target.fallbacks = vec![super::super::Address {
            host: Host::Tcp("b".into()),
            ip: Some([10, 0, 0, 1].into()),
            port: 6432,
        }];
        target.tls.roots = Roots::System;
        target.tls.newest = TlsVersion::V12;
        let list = libpq_variables(&target);
        assert!(
            list.iter().all(|(name, _)| LIBPQ_VARIABLES.contains(name)),
            "{list:?}"
        );
        let get = |wanted: &str| {
            let found = list.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.to_str().expect("text").to_owned())
        };
        assert_eq!(get("PGHOST").as_deref(), Some("a,b"));
        assert_eq!(get("PGHOSTADDR").as_deref(), Some(",10.0.0.1"));
        assert_eq!(get("PGPORT").as_deref(), Some("5432,6432"));
        assert_eq!(get("PGPASSWORD").as_deref(), Some("p:ss"));
        assert_eq!(get("PGSSLROOTCERT").as_deref(), Some("system"));
        assert_eq!(get("PGSSLMODE").as_deref(), Some("prefer"));
        assert_eq!(get("PGUSER"), None);
    }
}
