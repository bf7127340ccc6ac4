//! A few sessions on one database, for work that several can do at once.

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
    /// Opens up to `size` sessions; where there is room for fewer, as many as there is room for.
    ///
    /// # Errors
    /// Those of [`Session::open`], when not even one can be had.
    pub async fn open(target: &Target, interrupt: &Interrupt, size: usize) -> Result<Self> {
        let opener = Opener {
            target: target.clone(),
            interrupt: interrupt.clone(),
        };
        let pool = managed::Pool::builder(opener).max_size(size.max(1)).build();
        let pool = pool
            .map(Self)
            .map_err(|error| Error::bug(format!("a pool: {error}")))?;
        let mut open = vec![pool.session().await?];
        while open.len() < size {
            match pool.session().await {
                Ok(session) => open.push(session),
                Err(error) => {
                    log::info!("no further session: {error}");
                    break;
                }
            }
        }
        pool.0.resize(open.len());
        Ok(pool)
    }

    /// A session that nobody else uses; waits while all are in use, in the order of asking.
    ///
    /// # Errors
    /// Those of [`Session::open`], for one in the place of a session that the server closed.
    pub async fn session(&self) -> Result<Pooled> {
        self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            other => Error::bug(format!("a pool: {other}")),
        })
    }
}
