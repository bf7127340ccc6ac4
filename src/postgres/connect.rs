//! Making a connection: the servers in turn, encryption as `sslmode` says, waiting for a server that
//! is starting. Sends nothing but what the handshake and `target_session_attrs` need.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::{CancelToken, Client, NoTls, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::attempt::{Attempt, both_ways};
use super::diagnose;
use super::interrupt::Interrupt;
use super::notices::Notices;
use super::passfile::{self, Found};
use super::secret::Secret;
use super::session::interrupted;
use super::target::{SessionKind, Target};
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
    pub token: CancelToken,
    pub tls: Option<MakeRustlsConnect>,
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
    pub fn for_good(error: Error) -> Self {
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
        let left = deadline.saturating_duration_since(Instant::now());
        if !rejected.try_again || left.is_zero() {
            return Err(diagnose::waited(
                rejected.error,
                &target,
                rejected.try_again,
            ));
        }
        tokio::select! {
            () = tokio::time::sleep(pause.min(left)) => {}
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
