//! What guards the rows of a rollback: everything that its undos say they take, counted before the first runs,
//! and what they take without saying so, counted before it is committed.

use super::file::MigrationFile;
use super::loss::{self, Loss};
use super::plan::Back;
use super::untold::{self, Gone, Untold};
use crate::error::{Error, Result};
use crate::postgres::Session;
use crate::report::{DiscardedData, Fate, words};

/// How many tables and columns a refusal names.
const SHOWN: usize = 20;

/// The guard of one rollback.
pub(super) struct Guard {
    untold: Untold,
    discard: bool,
    /// How far is left to go.
    pub back: Back,
    /// What goes.
    pub discarded: Vec<DiscardedData>,
}

impl Guard {
    /// Counts what the undos say that they take; with `discard` it may go.
    ///
    /// # Errors
    /// Kind `Refused` where it may not; a lost connection, a missing right to read.
    pub async fn begin(
        session: &Session,
        files: &[&MigrationFile],
        back: Back,
        discard: bool,
    ) -> Result<Self> {
        let Loss { discarded, keys } = loss::told(session, files, &[]).await?;
        if !discarded.is_empty() && !discard {
            return Err(refusal(&discarded, back));
        }
        Ok(Self {
            untold: Untold::look(session, keys).await?,
            discard,
            back,
            discarded,
        })
    }

    /// Looks again at the text of an undo that is about to run: its names may mean other tables by now.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn look_again(&mut self, session: &Session, file: &MigrationFile) -> Result<()> {
        let known = match self.discard {
            true => self.untold.known(),
            false => &[],
        };
        let loss = loss::told(session, &[file], known).await?;
        self.weigh(loss)
    }

    /// What a transaction does last: it fails when more went than may.
    pub fn check(&self) -> String {
        self.untold.check() + ";\n"
    }

    /// Judges what went in a transaction that was rolled back; what holds no rows may go, and it can be tried
    /// again.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn judge(&mut self, session: &Session, version: i32, gone: Vec<Gone>) -> Result<()> {
        let going = untold::named(session, version, &gone).await?;
        let loss = loss::count(session, &going, &[]).await?;
        self.weigh(loss)?;
        self.untold.allow(gone.into_iter().map(|gone| gone.key));
        Ok(())
    }

    fn weigh(&mut self, Loss { discarded, keys }: Loss) -> Result<()> {
        if !discarded.is_empty() && !self.discard {
            return Err(refusal(&discarded, self.back));
        }
        self.discarded.extend(discarded);
        self.untold.allow(keys);
        Ok(())
    }
}

fn refusal(discarded: &[DiscardedData], back: Back) -> Error {
    let how_far = match back {
        Back::Steps(steps) => format!("--steps {steps}"),
        Back::To(version) => format!("--to {version}"),
    };
    let line = |data: &DiscardedData| {
        let rows = words::count(data.rows, "row");
        match data.fate {
            Fate::Dropped => format!("{} holds {rows} (V{:04})", data.object, data.version),
            Fate::Deleted => format!("{rows} of {} would go (V{:04})", data.object, data.version),
        }
    };
    let error = Error::refused("the rollback would throw data away")
        .data("discarded", discarded)
        .details(discarded.iter().take(SHOWN).map(line));
    let error = match discarded.len().saturating_sub(SHOWN) {
        0 => error,
        more => error.detail(format!("and {more} more: --format json names them all")),
    };
    error.hint_command(
        "if that is meant, back the database up, and",
        format!("hangmeas db rollback {how_far} --discard-data"),
    )
}
