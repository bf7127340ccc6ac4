//! The servers of a connection string: `host`, `hostaddr` and `port` are lists of equal length, or
//! one port for all.

use std::fmt;
use std::net::IpAddr;

use crate::error::{Error, Result};
use crate::postgres::target::{Address, Host};

/// One server, without its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedHost {
    /// The name, or the address when only that is said.
    pub host: Host,
    /// Where to connect instead of looking the name up.
    pub ip: Option<IpAddr>,
}

/// Servers in the order in which they are tried; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts(Vec<NamedHost>);

/// One port for all servers, or one for each; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ports(Vec<u16>);

impl Hosts {
    /// A single server.
    #[must_use]
    pub fn one(host: Host) -> Self {
        Self(vec![NamedHost { host, ip: None }])
    }

    /// A list with commas, as libpq reads `host`; `None` when a name is missing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let names: Vec<_> = text.split(',').map(str::trim).collect();
        if names.iter().any(|name| name.is_empty()) {
            return None;
        }
        let named = |name: &str| NamedHost {
            host: Host::parse(name),
            ip: None,
        };
        Some(Self(names.into_iter().map(named).collect()))
    }

    /// A list of addresses, as libpq reads `hostaddr`, for hosts that may have been named already;
    /// the error is a phrase.
    pub(crate) fn with_addresses(named: Option<&Self>, text: &str) -> Result<Self, &'static str> {
        let addresses: Option<Vec<IpAddr>> = text
            .split(',')
            .map(|word| word.trim().parse().ok())
            .collect();
        let addresses = addresses.ok_or("an IPv4 or IPv6 address, or several with commas")?;
        let Some(Self(named)) = named else {
            let unnamed = |ip: IpAddr| NamedHost {
                host: Host::Tcp(ip.to_string()),
                ip: Some(ip),
            };
            return Ok(Self(addresses.into_iter().map(unnamed).collect()));
        };
        if named.len() != addresses.len() {
            return Err("as many addresses as `host` has names");
        }
        let pairs = named.iter().zip(addresses);
        let both = |(named, ip): (&NamedHost, IpAddr)| NamedHost {
            host: named.host.clone(),
            ip: Some(ip),
        };
        Ok(Self(pairs.map(both).collect()))
    }

    /// The servers.
    #[must_use]
    pub fn list(&self) -> &[NamedHost] {
        &self.0
    }

    /// The servers with their ports.
    ///
    /// # Errors
    /// When there are several ports, but not one for each.
    pub fn addresses(&self, ports: &Ports) -> Result<Vec<Address>> {
        let port = |index: usize| match ports.0[..] {
            [one] => Some(one),
            ref several => several.get(index).copied(),
        };
        if ports.0.len() > 1 && ports.0.len() != self.0.len() {
            return Err(Error::configuration(format!(
                "{} hosts, but {} ports",
                self.0.len(),
                ports.0.len()
            ))
            .hint("give one port for all hosts, or one for each, in the same order"));
        }
        let numbered = self.0.iter().enumerate();
        Ok(numbered
            .map(|(index, named)| Address {
                host: named.host.clone(),
                ip: named.ip,
                port: port(index).unwrap_or(5432),
            })
            .collect())
    }
}

impl Ports {
    /// A single port.
    #[must_use]
    pub fn one(port: u16) -> Self {
        Self(vec![port])
    }

    /// A list with commas, each from 1 to 65535.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let port = |word: &str| word.trim().parse().ok().filter(|port| *port > 0);
        let ports: Option<Vec<u16>> = text.split(',').map(port).collect();
        ports.map(Self)
    }

    /// The first.
    #[must_use]
    pub fn first(&self) -> u16 {
        self.0.first().copied().unwrap_or(5432)
    }

    /// The ports.
    #[must_use]
    pub fn list(&self) -> &[u16] {
        &self.0
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, named) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}", named.host)?;
            if let Some(ip) = named
                .ip
                .filter(|ip| named.host.to_string() != ip.to_string())
            {
                write!(f, " ({ip})")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&words.join(","))
    }
}
