//! What the server tells beside its answers: RAISE WARNING, NOTICE and their kin.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Connection};

/// The ear of one connection; unless somebody listens, notices are dropped.
#[derive(Clone, Default)]
pub(super) struct Notices(Arc<Mutex<Option<UnboundedSender<DbError>>>>);

impl Notices {
    /// Those that come from now on, until somebody else listens.
    pub fn listen(&self) -> UnboundedReceiver<DbError> {
        let (sender, receiver) = unbounded_channel();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    /// Drives the connection to its end.
    pub async fn drive<S, T>(self, mut connection: Connection<S, T>)
    where
        S: AsyncRead + AsyncWrite + Unpin,
        T: AsyncRead + AsyncWrite + Unpin,
    {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            let AsyncMessage::Notice(notice) = message else {
                continue;
            };
            // Who waits for the answer before it goes first: the notice belongs to the next one.
            tokio::task::yield_now().await;
            let listener = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(listener) = listener.as_ref() {
                // Whoever listened may have gone.
                let _ = listener.send(notice);
            }
        }
    }
}
