//! The wish to stop (Ctrl-C, SIGTERM): set once, seen by every session.

use tokio::sync::watch;

/// Raises the wish to stop.
#[derive(Debug)]
pub struct Interrupter(watch::Sender<bool>);

/// Sees the wish to stop. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<bool>);

/// A connected pair.
#[must_use]
pub fn interrupt() -> (Interrupter, Interrupt) {
    let (sender, receiver) = watch::channel(false);
    (Interrupter(sender), Interrupt(receiver))
}

impl Interrupter {
    /// Asks everybody to stop; asking again changes nothing.
    pub fn raise(&self) {
        self.0.send_replace(true);
    }
}

impl Interrupt {
    /// One that never comes, for work that nobody can interrupt.
    #[must_use]
    pub fn never() -> Self {
        interrupt().1
    }

    /// Whether somebody asked us to stop.
    #[must_use]
    pub fn raised(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when somebody asks us to stop; never, if nobody can any more.
    pub async fn wait(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|raised| *raised).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
