//! Files sent ahead: while the server works at one, the messages of the next ones are on their way.
//!
//! Each message still is one transaction, and does nothing unless its predecessor was committed: it
//! looks for the mark that the predecessor leaves with its COMMIT. That the server refuses everything
//! after an error is not enough: a syntax error, a cancel before BEGIN or a COMMIT that fails leave no
//! transaction behind that would refuse the next. docs/decisions/0005-sent-ahead.md

use std::collections::VecDeque;
use std::time::Instant;

use super::file::MigrationFile;
use super::history::Direction;
use super::outcome::{Interrupted, look_up};
use super::run::{Run, Stuck};
use super::transaction::{PART, Whole};
use crate::error::{Error, Result};
use crate::postgres::Sent;
use crate::report::{AppliedStep, StepMode};

/// The most files under way at once: so many a killed run may still see committed.
const FILES: usize = 16;

/// The session setting that each file leaves with its COMMIT.
const MARK: &str = "hangmeas.applied";

/// The files under way, in order.
pub(super) struct Ahead<'a> {
    run: &'a Run<'a>,
    flights: VecDeque<Flight<'a>>,
    /// When the last one ended.
    ended: Instant,
}

/// One file under way.
struct Flight<'a> {
    file: &'a MigrationFile,
    whole: Whole<'a>,
    /// None when it could not be sent, or was called back.
    sent: Option<Sent>,
    since: Instant,
}

impl<'a> Ahead<'a> {
    pub fn new(run: &'a Run<'a>) -> Self {
        Self {
            run,
            flights: VecDeque::new(),
            ended: Instant::now(),
        }
    }

    /// Whether the file may go now, or the oldest must have ended before.
    pub fn has_room(&self, file: &MigrationFile) -> bool {
        let bytes: usize = self.flights.iter().map(|one| one.whole.size()).sum();
        let fits = self.flights.len() < FILES && bytes + file.script.sql.len() <= PART;
        fits || self.flights.is_empty()
    }

    /// Sends a file behind those under way: `preamble`, the script and `record` in one transaction.
    pub async fn send(&mut self, file: &'a MigrationFile, preamble: &str, record: &str) {
        let after = self.flights.back().map(|last| last.file.version);
        let preamble = after.map_or_else(String::new, only_after) + preamble;
        let record = format!("SET {MARK} = '{}';\n{record}", file.version);
        let script = &file.script;
        let whole = Whole::new(self.run, &file.label(), &preamble, script, &record);
        self.flights.push_back(Flight {
            file,
            // One that cannot be sent tells why when it is its turn.
            sent: self.run.work.session.send(&whole.text()).await.ok(),
            whole,
            since: Instant::now(),
        });
        // Lets the connection write.
        tokio::task::yield_now().await;
    }

    /// Waits for the end of the oldest; none when nothing is under way.
    ///
    /// # Errors
    /// Those of the file. Nothing that was sent behind it did anything, and all are forgotten.
    pub async fn settle(&mut self) -> Result<Option<AppliedStep>> {
        let Some(mut flight) = self.flights.pop_front() else {
            return Ok(None);
        };
        let began = flight.since.max(self.ended);
        let run = self.run;
        let sent = flight.sent.take();
        let work = async {
            let retries = self.land(&flight, sent, began).await?;
            Ok((StepMode::Transaction, retries))
        };
        let script = &flight.file.script;
        let step = run
            .step(&flight.whole.label, (flight.file, script), began, work)
            .await;
        self.ended = Instant::now();
        if step.is_err() {
            self.flights.clear();
        }
        step.map(Some)
    }

    async fn land(
        &mut self,
        flight: &Flight<'a>,
        sent: Option<Sent>,
        began: Instant,
    ) -> Result<u32> {
        let (run, whole) = (self.run, &flight.whole);
        let first = match sent {
            Some(sent) => run.watch(&whole.label, sent).await,
            None => run.watched(&whole.label, &whole.text()).await,
        };
        match &first.0 {
            Ok(_) => return Ok(0),
            // Nobody knows what became of it, nor of those behind.
            Err(failure) if failure.is_lost() => {}
            Err(_) => self.call_back(&whole.label).await?,
        }
        let first = (began, (first, 0));
        let again = run
            .insist(&whole.label, &[whole.text().into()], first)
            .await;
        match again {
            Ok(retries) => {
                self.send_again().await;
                Ok(retries)
            }
            Err(stuck) => Err(self.failed(flight, stuck).await),
        }
    }

    /// Takes the answers of everything behind a file that failed: each must be a no.
    async fn call_back(&mut self, failed: &str) -> Result<()> {
        let mut listening = true;
        for flight in &mut self.flights {
            let Some(sent) = flight.sent.take().filter(|_| listening) else {
                continue;
            };
            match self.run.work.session.discard(sent).await {
                Ok(_) => {
                    let label = &flight.whole.label;
                    return Err(Error::bug(format!(
                        "{label} was committed although {failed}, before it, was not"
                    )));
                }
                // From a server that is silent once, nothing more is waited for.
                Err(failure) => listening = failure.refusal().is_some(),
            }
        }
        Ok(())
    }

    async fn send_again(&mut self) {
        for flight in &mut self.flights {
            flight.sent = self.run.work.session.send(&flight.whole.text()).await.ok();
        }
    }

    async fn failed(&self, flight: &Flight<'a>, stuck: Stuck) -> Error {
        let unknown = stuck.failure.is_lost();
        let error = flight.whole.failed(self.run, stuck);
        if !unknown {
            return error;
        }
        // The answers of those behind are lost as well.
        let under_way = std::iter::once(flight).chain(&self.flights);
        let what: Vec<_> = under_way
            .map(|one| Interrupted {
                label: &one.whole.label,
                version: one.file.version,
                direction: Direction::Up,
            })
            .collect();
        look_up(self.run, &what, error).await
    }
}

/// A statement that fails unless that version was the last to be committed.
fn only_after(version: i32) -> String {
    format!(
        "SELECT CASE WHEN current_setting('{MARK}', true) = '{version}' THEN 1 \
         ELSE ('hangmeas: V{version} was not committed' || pg_backend_pid())::int END;\n"
    )
}
