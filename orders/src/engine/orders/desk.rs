//! Where orders wait to be written. Those that come while others are being written go together in the next transaction:
//! the more there is to do, the less each costs, and a lone order waits for nobody.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{
    draft::Draft,
    write_new::{Outcome, write_new},
};
use crate::engine::{Database, OrderError, database::retry_conflicts};

/// How many transactions write at once.
const CLERKS: usize = 2;
/// How many orders go into one transaction.
const MOST_TOGETHER: usize = 64;

/// The desk of one server.
#[derive(Clone)]
pub(super) struct Desk {
    database: Database,
    queue: Arc<Mutex<Vec<Waiting>>>,
    clerks: Arc<Semaphore>,
}

struct Waiting {
    draft: Draft,
    answer: oneshot::Sender<Result<Outcome, OrderError>>,
}

impl Desk {
    pub(super) fn new(database: Database) -> Self {
        Self {
            database,
            queue: Arc::default(),
            clerks: Arc::new(Semaphore::new(CLERKS)),
        }
    }

    /// Writes the order, perhaps together with others. It is written even if the one who asked has gone.
    pub(super) async fn write(&self, draft: Draft) -> Result<Outcome, OrderError> {
        let (answer, outcome) = oneshot::channel();
        self.queue().push(Waiting { draft, answer });
        self.call_clerk();
        outcome
            .await
            .unwrap_or_else(|_| Err(OrderError::Task("the desk went away".to_owned())))
    }

    fn queue(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// If all are busy, the first to be free takes what waits.
    fn call_clerk(&self) {
        if let Ok(permit) = self.clerks.clone().try_acquire_owned() {
            tokio::spawn(self.clone().work(permit));
        }
    }

    async fn work(self, permit: OwnedSemaphorePermit) {
        loop {
            let batch = self.next_batch();
            if batch.is_empty() {
                break;
            }
            self.serve(batch).await;
        }
        drop(permit);
        // Somebody may have come between the last look and the permit's return, and found every clerk busy.
        if !self.queue().is_empty() {
            self.call_clerk();
        }
    }

    fn next_batch(&self) -> Vec<Waiting> {
        let mut queue = self.queue();
        let size = queue.len().min(MOST_TOGETHER);
        queue.drain(..size).collect()
    }

    async fn serve(&self, batch: Vec<Waiting>) {
        let drafts: Vec<&Draft> = batch.iter().map(|it| &it.draft).collect();
        match self.write_together(&drafts).await {
            Ok(outcomes) => {
                for (waiting, outcome) in batch.into_iter().zip(outcomes) {
                    // Whoever asked may have gone; their order stands.
                    let _ = waiting.answer.send(Ok(outcome));
                }
            }
            // One of them cannot be written, and must not keep the others from it.
            Err(_) if batch.len() > 1 => {
                for waiting in batch {
                    Box::pin(self.serve(vec![waiting])).await;
                }
            }
            Err(error) => {
                if let Some(waiting) = batch.into_iter().next() {
                    let _ = waiting.answer.send(Err(error));
                }
            }
        }
    }

    async fn write_together(&self, drafts: &[&Draft]) -> Result<Vec<Outcome>, OrderError> {
        retry_conflicts(async || {
            let mut tx = self.database.pool.begin().await?;
            let outcomes = write_new(&mut tx, drafts).await?;
            commit!(tx, "desk");
            Ok(outcomes)
        })
        .await
    }
}
