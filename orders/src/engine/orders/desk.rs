//! Where orders wait to be written. Those that come while others are being written go together in the next transaction:
//! the more there is to do, the less each costs, and a lone order waits for nobody.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::{
    IdempotencyKey,
    draft::Draft,
    write_new::{Outcome, write_new},
};
use crate::engine::{Database, OrderError, database::retry_conflicts};

/// How many orders go into one transaction.
const MOST_TOGETHER: usize = 64;

/// The desk of one server.
#[derive(Clone)]
pub(super) struct Desk {
    database: Database,
    queue: Arc<Mutex<Queue>>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Whether the clerk is at work; while somebody waits, they are. There is one clerk: of two, each has half as much
    /// to write at once, and an order costs half as much again.
    is_served: bool,
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
        }
    }

    /// Writes the order, perhaps together with others. It is written even if the one who asked has gone.
    pub(super) async fn write(&self, draft: Draft) -> Result<Outcome, OrderError> {
        let (answer, outcome) = oneshot::channel();
        if self.queue().join(Waiting { draft, answer }) {
            tokio::spawn(Clerk::new(self.clone()).work());
        }
        outcome
            .await
            .unwrap_or_else(|_| Err(OrderError::Task("the desk went away".to_owned())))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, batch: Vec<Waiting>) {
        let drafts: Vec<&Draft> = batch.iter().map(|it| &it.draft).collect();
        match self.write_together(&drafts).await {
            Ok(outcomes) => {
                let freed = freed_keys(&drafts, &outcomes);
                let mut again = Vec::new();
                for (waiting, outcome) in batch.into_iter().zip(outcomes) {
                    if matches!(outcome, Outcome::Repeated) && waiting.has_key_of(&freed) {
                        again.push(waiting);
                    } else {
                        // Whoever asked may have gone; their order stands.
                        let _ = waiting.answer.send(Ok(outcome));
                    }
                }
                if !again.is_empty() {
                    Box::pin(self.serve(again)).await;
                }
            }
            // Without a database there is no use in trying each.
            Err(error) if batch.len() > 1 && error.is_unavailable() => {
                tracing::warn!(?error, "Orders could not be written");
                for waiting in batch {
                    let _ = waiting.answer.send(Err(OrderError::Busy));
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

/// The keys of requests that got nothing: whoever came with the same key is no repeat of anything.
fn freed_keys(drafts: &[&Draft], outcomes: &[Outcome]) -> Vec<IdempotencyKey> {
    let got_nothing = |it: &Outcome| matches!(it, Outcome::Refused(_) | Outcome::Outdated);
    let drafts = drafts.iter().zip(outcomes);
    drafts
        .filter(|(_, outcome)| got_nothing(outcome))
        .filter_map(|(draft, _)| draft.key.clone())
        .collect()
}

impl Waiting {
    fn has_key_of(&self, keys: &[IdempotencyKey]) -> bool {
        let ours = self.draft.key.as_ref();
        ours.is_some_and(|ours| keys.iter().any(|it| it.is_same(ours)))
    }
}

impl Queue {
    /// True if a clerk has to begin.
    fn join(&mut self, waiting: Waiting) -> bool {
        self.waiting.push(waiting);
        !std::mem::replace(&mut self.is_served, true)
    }
}

/// Somebody who writes orders until there is nothing left for them.
struct Clerk {
    desk: Desk,
    has_left: bool,
}

impl Clerk {
    fn new(desk: Desk) -> Self {
        Self {
            desk,
            has_left: false,
        }
    }

    async fn work(mut self) {
        while let Some(batch) = self.next_batch() {
            self.desk.serve(batch).await;
        }
    }

    /// `None` when the clerk has left: looking and leaving are one, so that nobody is left waiting.
    fn next_batch(&mut self) -> Option<Vec<Waiting>> {
        let mut queue = self.desk.queue();
        if queue.waiting.is_empty() {
            queue.is_served = false;
            self.has_left = true;
            return None;
        }
        let size = queue.waiting.len().min(MOST_TOGETHER);
        Some(queue.waiting.drain(..size).collect())
    }
}

impl Drop for Clerk {
    /// One who fell over their work is replaced; at the end of the process nobody is.
    fn drop(&mut self) {
        if self.has_left {
            return;
        }
        let mut queue = self.desk.queue();
        if std::thread::panicking() && !queue.waiting.is_empty() {
            tokio::spawn(Self::new(self.desk.clone()).work());
        } else {
            queue.is_served = false;
        }
    }
}
