//! One COPY: blocks are made by threads while the server writes the ones before. Every worker has a
//! short queue of its own and blocks go out in their order, so that memory is bounded and rows lie in
//! the table as they were numbered, however many workers there are.

use std::sync::Arc;
use std::thread::JoinHandle;

use bytes::Bytes;
use futures_util::{SinkExt, pin_mut};
use tokio::sync::mpsc;

use super::live::RowShape;
use super::rows::Source;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::copy::{HEADER, TRAILER};
use crate::postgres::{Failure, Session, interrupted};

/// Finished blocks that wait in each worker's queue.
const QUEUE: usize = 2;

type Block = (Bytes, u64);

/// Threads that make the blocks of a source; dropped, they stop at the next block.
pub struct Blocks {
    queues: Vec<mpsc::Receiver<Block>>,
    threads: Vec<JoinHandle<()>>,
    next: u64,
    count: u64,
}

impl Blocks {
    /// Starts them.
    #[must_use]
    pub fn make(source: &Arc<dyn Source>, shape: &RowShape, workers: usize) -> Self {
        let count = source.blocks();
        let workers = workers.max(1).min(count.max(1) as usize) as u64;
        let mut blocks = Self {
            queues: Vec::new(),
            threads: Vec::new(),
            next: 0,
            count,
        };
        for worker in 0..workers {
            let (sender, receiver) = mpsc::channel(QUEUE);
            let (source, shape) = (Arc::clone(source), shape.clone());
            blocks.queues.push(receiver);
            blocks.threads.push(std::thread::spawn(move || {
                let mut encoder = shape.encoder();
                let mut block = worker;
                while block < count {
                    source.write(block, &mut encoder);
                    if sender.blocking_send(encoder.take()).is_err() {
                        return;
                    }
                    block += workers;
                }
            }));
        }
        blocks
    }

    /// The next block with its number of rows; none at the end.
    ///
    /// # Errors
    /// When a worker died.
    pub async fn next(&mut self) -> Result<Option<Block>> {
        if self.next == self.count {
            return Ok(None);
        }
        let queue = (self.next % self.queues.len() as u64) as usize;
        self.next += 1;
        match self.queues[queue].recv().await {
            Some(block) => Ok(Some(block)),
            None => Err(Error::bug("a worker of the seeds died")),
        }
    }

    /// Waits for the threads; a panic in one of them was told by `next`.
    pub fn join(self) {
        drop(self.queues);
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

/// Copies all rows of a source, telling how many have gone out.
///
/// # Errors
/// Kind `Interrupted` when stopped, `Seed` when the server refuses a row.
pub async fn copy(
    session: &Session,
    source: &Arc<dyn Source>,
    (shape, statement): (&RowShape, &str),
    workers: usize,
    mut sent: impl FnMut(u64),
) -> Result<u64> {
    let refused = |error| refused(source.table(), error);
    let sink = session.client().copy_in::<_, Bytes>(statement).await;
    let sink = sink.map_err(refused)?;
    pin_mut!(sink);
    let mut blocks = Blocks::make(source, shape, workers);
    let mut rows = 0;
    let outcome = async {
        sink.feed(Bytes::from_static(HEADER))
            .await
            .map_err(refused)?;
        while let Some((bytes, count)) = blocks.next().await? {
            sink.send(bytes).await.map_err(refused)?;
            rows += count;
            sent(rows);
        }
        sink.feed(Bytes::from_static(TRAILER))
            .await
            .map_err(refused)
    };
    let outcome = tokio::select! {
        done = outcome => done,
        () = session.interrupt().wait() => Err(interrupted()),
    };
    blocks.join();
    match outcome {
        Ok(()) => sink.finish().await.map_err(refused),
        Err(error) if error.kind() == ErrorKind::Seed => {
            // A sink that broke knows only that it is closed; the server says why.
            Err(sink.finish().await.err().map_or(error, refused))
        }
        Err(error) => Err(error),
    }
}

/// The error for rows that the server does not take.
fn refused(table: &str, error: tokio_postgres::Error) -> Error {
    let detail = error
        .as_db_error()
        .and_then(|refusal| refusal.where_().map(str::to_owned));
    let error = Failure::from(error).while_doing(&format!("filling {table}"));
    error.with_kind(ErrorKind::Seed).details(detail)
}
