//! One attempt at one server: encrypted or not, within its time; nothing is tried again here.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::{SslMode as WireMode, SslNegotiation};
use tokio_postgres::{Client, Config, Connection, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connect::{Canceller, Opened, Rejected};
use super::diagnose;
use super::interrupt::Interrupt;
use super::notices::Notices;
use super::session::interrupted;
use super::target::{Host, Target};
use super::tls::{self, SslMode};
use super::trace;
use crate::error::Result;

/// Encrypted or not, in the order that `sslmode` says.
///
/// # Errors
/// Certificates that cannot be read; the inner error is the server's.
pub(super) async fn both_ways(
    target: &Target,
    interrupt: &Interrupt,
) -> Result<Result<Opened, Attempt>> {
    let (first, second) = attempts(target)?;
    let result = attempt(target, first, interrupt).await;
    if let (Err(Attempt::Failed(error)), Some(second)) = (&result, second)
        && (diagnose::is_handshake(error) || diagnose::is_authentication(error))
    {
        return Ok(attempt(target, second, interrupt).await);
    }
    Ok(result)
}

/// Encrypted or not.
enum Way {
    Plain,
    /// `true`: plain when the server cannot.
    Encrypted(MakeRustlsConnect, bool),
}

/// What to try first, and what when that is refused.
fn attempts(target: &Target) -> Result<(Way, Option<Way>)> {
    let Host::Tcp(host) = &target.host else {
        // As in libpq, `sslmode` means nothing on a Unix socket.
        return Ok((Way::Plain, None));
    };
    if target.tls.mode == SslMode::Disable {
        return Ok((Way::Plain, None));
    }
    let connector = tls::connector(&target.tls, host)?;
    Ok(match target.tls.mode {
        SslMode::Allow => (Way::Plain, Some(Way::Encrypted(connector, false))),
        SslMode::Prefer => (Way::Encrypted(connector, true), Some(Way::Plain)),
        _ => (Way::Encrypted(connector, false), None),
    })
}

/// Why an attempt came to nothing.
pub(super) enum Attempt {
    Interrupted,
    TimedOut,
    Failed(tokio_postgres::Error),
}

impl Attempt {
    /// In a few words, for the log.
    fn summary(&self) -> String {
        match self {
            Self::Interrupted => "interrupted".to_owned(),
            Self::TimedOut => "no answer in time".to_owned(),
            Self::Failed(error) => match error.code() {
                Some(code) => format!("the server refused: SQLSTATE {}", code.code()),
                None => diagnose::root_cause(error),
            },
        }
    }

    /// What that means for the server.
    pub fn rejected(self, target: &Target, refused_file: Option<String>) -> Rejected {
        match self {
            Self::Interrupted => Rejected::for_good(interrupted()),
            Self::TimedOut => Rejected {
                error: diagnose::timed_out(target),
                try_next: true,
                try_again: true,
            },
            Self::Failed(error) => {
                let starting = diagnose::is_starting(&error);
                let mut error = diagnose::refused(target, error);
                if let Some(why) = refused_file {
                    error = error.detail(why);
                }
                Rejected {
                    error,
                    try_next: starting,
                    try_again: starting,
                }
            }
        }
    }
}

async fn attempt(target: &Target, way: Way, interrupt: &Interrupt) -> Result<Opened, Attempt> {
    let began = std::time::Instant::now();
    trace::connecting(target, matches!(way, Way::Encrypted(..)));
    let result = connect(target, way, interrupt).await;
    if let Err(failed) = &result {
        trace::unconnected(target, &failed.summary(), began);
    }
    result
}

async fn connect(target: &Target, way: Way, interrupt: &Interrupt) -> Result<Opened, Attempt> {
    let work = async {
        match way {
            Way::Plain => {
                let config = config(target, WireMode::Disable);
                Ok(opened(target, config.connect(NoTls).await?, None))
            }
            Way::Encrypted(tls, or_plain) => {
                let mode = if or_plain {
                    WireMode::Prefer
                } else {
                    WireMode::Require
                };
                let config = config(target, mode);
                let made = config.connect(tls.clone()).await?;
                Ok(opened(target, made, Some(tls)))
            }
        }
    };
    tokio::select! {
        done = tokio::time::timeout(patience(target), work) => match done {
            Ok(result) => result.map_err(Attempt::Failed),
            Err(_elapsed) => Err(Attempt::TimedOut),
        },
        () = interrupt.wait() => Err(Attempt::Interrupted),
    }
}

/// Lets the connection be driven.
fn opened<S, T>(
    target: &Target,
    (client, connection): (Client, Connection<S, T>),
    tls: Option<MakeRustlsConnect>,
) -> Opened
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let server_version = connection.parameter("server_version");
    let server_version = server_version.unwrap_or_default().to_owned();
    let notices = Notices::default();
    tokio::spawn(notices.clone().drive(connection));
    let token = client.cancel_token();
    Opened {
        client,
        canceller: Canceller { token, tls },
        server_version,
        notices,
        target: target.clone(),
    }
}

/// How long to wait for a connection; zero means without limit, as in libpq.
fn patience(target: &Target) -> Duration {
    if target.connect_timeout.is_zero() {
        Duration::MAX
    } else {
        target.connect_timeout
    }
}

fn config(target: &Target, mode: WireMode) -> Config {
    let mut config = Config::new();
    match &target.host {
        Host::Tcp(host) => config.host(host),
        Host::Socket(folder) => config.host_path(folder),
    };
    if let Some(ip) = target.ip {
        config.hostaddr(ip);
    }
    config
        .port(target.port)
        .dbname(&target.database)
        .application_name(&target.application_name)
        .ssl_mode(mode)
        .channel_binding(target.tls.channel_binding);
    if target.tls.direct {
        config.ssl_negotiation(SslNegotiation::Direct);
    }
    if let Some(user) = &target.user {
        config.user(user);
    }
    if let Some(password) = &target.password {
        config.password(password.expose());
    }
    if let Some(options) = &target.options {
        config.options(options);
    }
    keepalives(&mut config, target);
    config
}

fn keepalives(config: &mut Config, target: &Target) {
    let wanted = &target.keepalives;
    config.keepalives(wanted.on);
    if let Some(idle) = wanted.idle {
        config.keepalives_idle(idle);
    }
    if let Some(interval) = wanted.interval {
        config.keepalives_interval(interval);
    }
    if let Some(count) = wanted.count {
        config.keepalives_retries(count);
    }
    if let Some(limit) = wanted.user_timeout {
        config.tcp_user_timeout(limit);
    }
}
