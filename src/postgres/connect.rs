//! Making a connection: the servers in turn, encryption as `sslmode` says, waiting for a server that
//! is starting. Sends nothing but what the handshake and `target_session_attrs` need.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::config::{SslMode as WireMode, SslNegotiation};
use tokio_postgres::{CancelToken, Client, Config, NoTls, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::diagnose;
use super::interrupt::Interrupt;
use super::notices::Notices;
use super::passfile::{self, Found};
use super::secret::Secret;
use super::session::interrupted;
use super::target::{Host, SessionKind, Target};
use super::tls::{self, SslMode};
use super::trace;
use crate::error::{Error, Result};

/// Pauses between attempts while waiting for a server: doubled from the first to the last.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// How often a person may mistype a password.
const TRIES: u32 = 3;

/// A new connection.
pub(super) struct Opened {
    pub client: Client,
    pub canceller: Canceller,
    pub server_version: String,
    /// What the server tells beside its answers.
    pub notices: Notices,
    /// The server that was reached.
    pub target: Target,
}

/// Sends cancel requests, encrypted like the connection itself.
#[derive(Clone)]
pub(super) struct Canceller {
    token: CancelToken,
    tls: Option<MakeRustlsConnect>,
}

impl Canceller {
    /// Asks; whether the server heard it shows in what the statement answers.
    pub async fn cancel(&self) {
        let _ = match &self.tls {
            Some(tls) => self.token.cancel_query(tls.clone()).await,
            None => self.token.cancel_query(NoTls).await,
        };
    }
}

/// Why one server did not do.
pub(super) struct Rejected {
    pub error: Error,
    /// Another server may do.
    pub try_next: bool,
    /// The same server may do in a moment.
    pub try_again: bool,
}

impl Rejected {
    fn for_good(error: Error) -> Self {
        Self {
            error,
            try_next: false,
            try_again: false,
        }
    }
}

/// Connects, waiting as long as the target says while no server takes connections.
pub(super) async fn open(target: &Target, interrupt: &Interrupt) -> Result<Opened> {
    let target = target.settle().await?;
    let deadline = Instant::now() + target.wait;
    let mut pause = PAUSES.0;
    loop {
        let rejected = match one_of(&target, interrupt).await {
            Ok(opened) => return Ok(opened),
            Err(rejected) => rejected,
        };
        if !rejected.try_again || Instant::now() + pause > deadline {
            return Err(diagnose::waited(
                rejected.error,
                &target,
                rejected.try_again,
            ));
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = interrupt.wait() => return Err(interrupted()),
        }
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// The servers in turn; for `prefer-standby` a second time, taking any.
async fn one_of(target: &Target, interrupt: &Interrupt) -> Result<Opened, Rejected> {
    let rounds: &[SessionKind] = match target.session_kind {
        SessionKind::PreferStandby => &[SessionKind::Standby, SessionKind::Any],
        ref kind => std::slice::from_ref(kind),
    };
    let mut before: Vec<Rejected> = Vec::new();
    for kind in rounds {
        for address in target.addresses() {
            let mut one = target.at(&address);
            one.session_kind = *kind;
            match server(one, interrupt).await {
                Ok(opened) => return Ok(opened),
                Err(rejected) if rejected.try_next => before.push(rejected),
                Err(rejected) => return Err(rejected),
            }
        }
    }
    Err(diagnose::none_left(target, before))
}

/// One server: encrypted or not, in the order that `sslmode` says.
async fn server(mut target: Target, interrupt: &Interrupt) -> Result<Opened, Rejected> {
    let (mut refused_file, mut asked) = (None, 0);
    if let (None, Some(path)) = (&target.password, &target.passfile) {
        match passfile::look_up(path, &target) {
            Found::Nothing => {}
            Found::Password(password) => {
                trace::passfile(path);
                target.password = Some(password);
            }
            Found::Refused(why) => refused_file = Some(why),
        }
    }
    let opened = loop {
        let result = both_ways(&target, interrupt).await;
        let error = match result.map_err(Rejected::for_good)? {
            Ok(opened) => break opened,
            Err(error) => error,
        };
        match answer(&target, &error, asked)
            .await
            .map_err(Rejected::for_good)?
        {
            Some(password) => target.password = Some(password),
            None => return Err(error.rejected(&target, refused_file)),
        }
        asked += 1;
    };
    if let (1.., Some(source), Some(password)) = (asked, &target.password_source, &target.password)
    {
        source.keep(password);
    }
    require_kind(opened).await
}

async fn both_ways(target: &Target, interrupt: &Interrupt) -> Result<Result<Opened, Attempt>> {
    let (first, second) = attempts(target)?;
    let result = attempt(target, first, interrupt).await;
    if let (Err(Attempt::Failed(error)), Some(second)) = (&result, second)
        && (diagnose::is_handshake(error) || diagnose::is_authentication(error))
    {
        return Ok(attempt(target, second, interrupt).await);
    }
    Ok(result)
}

/// A person's answer, where the server asks for a password that nobody gave, or refuses the one that
/// the person gave before.
async fn answer(target: &Target, failed: &Attempt, asked: u32) -> Result<Option<Secret>> {
    let (Attempt::Failed(error), Some(source)) = (failed, &target.password_source) else {
        return Ok(None);
    };
    let question = match asked {
        0 if diagnose::wants_password(error) => diagnose::password_question(target),
        1..TRIES if diagnose::is_authentication(error) => {
            format!("That was not it. {}", diagnose::password_question(target))
        }
        _ => return Ok(None),
    };
    source.ask(question).await
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

enum Attempt {
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

    fn rejected(self, target: &Target, refused_file: Option<String>) -> Rejected {
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
                let (client, connection) = config.connect(NoTls).await?;
                let version = version(connection.parameter("server_version"));
                let notices = Notices::default();
                tokio::spawn(notices.clone().drive(connection));
                Ok(opened(target, client, (version, notices), None))
            }
            Way::Encrypted(tls, or_plain) => {
                let mode = if or_plain {
                    WireMode::Prefer
                } else {
                    WireMode::Require
                };
                let config = config(target, mode);
                let (client, connection) = config.connect(tls.clone()).await?;
                let version = version(connection.parameter("server_version"));
                let notices = Notices::default();
                tokio::spawn(notices.clone().drive(connection));
                Ok(opened(target, client, (version, notices), Some(tls)))
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

fn version(parameter: Option<&str>) -> String {
    parameter.unwrap_or_default().to_owned()
}

fn opened(
    target: &Target,
    client: Client,
    (server_version, notices): (String, Notices),
    tls: Option<MakeRustlsConnect>,
) -> Opened {
    let token = client.cancel_token();
    Opened {
        client,
        canceller: Canceller { token, tls },
        server_version,
        notices,
        target: target.clone(),
    }
}

/// Asks the server what it is, where that matters.
async fn require_kind(opened: Opened) -> Result<Opened, Rejected> {
    let kind = opened.target.session_kind;
    if kind == SessionKind::Any {
        return Ok(opened);
    }
    let sql = "SELECT pg_catalog.pg_is_in_recovery(), \
               pg_catalog.current_setting('transaction_read_only')";
    let answer = opened.client.simple_query(sql).await;
    let messages = answer.map_err(|error| Attempt::Failed(error).rejected(&opened.target, None))?;
    let is = |column| {
        let row = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(column),
            _ => None,
        });
        matches!(row, Some("t" | "on"))
    };
    let (standby, read_only) = (is(0), is(1));
    let fits = match kind {
        SessionKind::ReadWrite => !read_only,
        SessionKind::ReadOnly => read_only,
        SessionKind::Primary => !standby,
        SessionKind::Standby => standby,
        SessionKind::Any | SessionKind::PreferStandby => true,
    };
    if fits {
        return Ok(opened);
    }
    Err(Rejected {
        error: diagnose::wrong_kind(&opened.target, standby, read_only),
        try_next: true,
        // A standby may be promoted.
        try_again: true,
    })
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
