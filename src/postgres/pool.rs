//! A few sessions on one database, opened as they are needed, for work that several can do at once.

use deadpool::managed::{self, Metrics, PoolError, RecycleError, RecycleResult};

use super::interrupt::Interrupt;
use super::session::Session;
use super::target::Target;
use crate::error::{Error, Result};

/// Opens sessions.
#[derive(Debug)]
pub struct Opener {
    target: Target,
    interrupt: Interrupt,
}

impl managed::Manager for Opener {
    type Type = Session;
    type Error = Error;

    async fn create(&self) -> Result<Session> {
        Session::open(&self.target, &self.interrupt).await
    }

    async fn recycle(&self, session: &mut Session, _: &Metrics) -> RecycleResult<Error> {
        if session.is_closed() {
            return Err(RecycleError::message("the server closed it"));
        }
        Ok(())
    }
}

/// Sessions that are shared.
#[derive(Debug, Clone)]
pub struct Pool(managed::Pool<Opener>);

/// A session that goes back to its pool when it is dropped.
pub type Pooled = managed::Object<Opener>;

impl Pool {
    /// Up to `size` sessions, at least one; none is opened yet.
    ///
    /// # Errors
    /// None that a user could bring about.
    pub fn new(target: &Target, interrupt: &Interrupt, size: usize) -> Result<Self> {
        let opener = Opener {
            target: target.clone(),
            interrupt: interrupt.clone(),
        };
        let pool = managed::Pool::builder(opener).max_size(size.max(1)).build();
        pool.map(Self)
            .map_err(|error| Error::bug(format!("a pool: {error}")))
    }

    /// How many sessions it may have.
    #[must_use]
    pub fn max_size(&self) -> usize {
        self.0.status().max_size
    }

    /// A session that nobody else uses; waits while all are in use.
    ///
    /// # Errors
    /// Those of [`Session::open`].
    pub async fn session(&self) -> Result<Pooled> {
        self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            other => Error::bug(format!("a pool: {other}")),
        })
    }
}
