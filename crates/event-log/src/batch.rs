//! Group commit: the requests of many callers in one transaction.

mod admission;
mod queue;
mod run;

use std::any::Any;
use std::fmt;
use std::panic;
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::oneshot;

use self::queue::{Origin, Queue};
use crate::{Database, DatabaseError, Transaction};

/// The most requests in one transaction. More do not make one request cheaper, and the last of them would wait for all.
pub const BATCH_LIMIT: usize = 512;

/// The maximum number of waiting requests. A queue that does not keep up is limited further, to what it can execute in a tenth of a
/// second: those that it accepts have their result soon, and the others know at once.
pub const QUEUE_LIMIT: usize = 4_096;

/// An operation that serves the requests of many callers in one transaction.
///
/// Concurrent requests are written together: load the rows of all (one statement per table), decide each in its turn with pure
/// rules on those rows and the earlier decisions, save the changes (one statement per table).
pub trait BatchOperation: Send + Sync + 'static {
    /// The request of one caller.
    type Request: Send + Sync + 'static;
    /// The result for one caller.
    type Value: Send + 'static;
    /// The error for one caller.
    type Error: From<DatabaseError> + Send + 'static;

    /// Executes the requests in their order, and returns one result each, in the same order. The transaction is committed when this
    /// returns `Ok`, so that a request with an `Err` must have left nothing in it.
    ///
    /// # Errors
    /// When a statement fails: the transaction is rolled back, and each of the requests is executed again in its own batch, so
    /// that one bad request affects no other.
    fn execute<'t>(
        &'t self,
        tx: &'t mut Transaction,
        requests: &'t [Self::Request],
    ) -> BoxFuture<'t, Result<BatchResults<Self>, Self::Error>>;
}

/// One result per request of a batch, in their order.
pub type BatchResults<O> = Vec<Result<<O as BatchOperation>::Value, <O as BatchOperation>::Error>>;

/// The queue in front of a [`BatchOperation`]. Clones are handles to the same queue.
///
/// A request that finds no other is a batch of one, and waits for nothing. Those that arrive while the database is busy with others
/// become the next batch. Batches take turns with every other write to the database ([`Database::write`]), in the order of arrival.
///
/// ```
/// # use event_log::sql::unchecked;
/// # use event_log::{BatchOperation, BatchResults, BoxFuture, DatabaseError, Transaction};
/// /// Counts visits: `UPDATE … FROM json_each($1)` instead of an `UPDATE` per visitor.
/// struct CountVisits;
///
/// impl BatchOperation for CountVisits {
///     type Request = String;
///     type Value = ();
///     type Error = DatabaseError;
///
///     fn execute<'t>(
///         &'t self,
///         tx: &'t mut Transaction,
///         visitors: &'t [String],
///     ) -> BoxFuture<'t, Result<BatchResults<Self>, DatabaseError>> {
///         Box::pin(async move {
///             let visitors_json = serde_json::to_string(visitors)?;
///             unchecked(
///                 "INSERT INTO visits (visitor, count) SELECT r.value, count(*) FROM json_each($1) AS r GROUP BY r.value
///                  ON CONFLICT (visitor) DO UPDATE SET count = visits.count + excluded.count",
///             )
///             .bind(visitors_json)
///             .execute(tx.connection())
///             .await?;
///             Ok(visitors.iter().map(|_| Ok(())).collect())
///         })
///     }
/// }
/// ```
pub struct BatchQueue<O: BatchOperation>(Arc<Inner<O>>);

struct Inner<O: BatchOperation> {
    db: Database,
    operation: O,
    queue: Queue<Pending<O>>,
}

/// A request that waits for its turn.
struct Pending<O: BatchOperation> {
    request: O::Request,
    reply: oneshot::Sender<Outcome<O>>,
}

/// The message to the caller of a request: its result, or the panic of its execution.
type Outcome<O> = Result<Result<<O as BatchOperation>::Value, <O as BatchOperation>::Error>, Panic>;

type Panic = Box<dyn Any + Send>;

impl<O: BatchOperation> BatchQueue<O> {
    /// An empty queue for writes to that database.
    #[must_use]
    pub fn new(db: Database, operation: O) -> Self {
        Self(Arc::new(Inner {
            db,
            operation,
            queue: Queue::default(),
        }))
    }

    /// Executes a request with those that are waiting, and returns its result after the commit. A caller that goes away in the
    /// meantime does not interrupt it: it takes effect once, or is refused.
    ///
    /// # Errors
    /// The operation's error for this request; an error if the transaction could not be started or committed (then nothing was
    /// written, as for [`Database::write`]); or [`DatabaseError::is_transient`] when too many requests are waiting, which is
    /// [`QUEUE_LIMIT`] at most.
    ///
    /// # Panics
    /// When the execution of this request panics, with the same payload.
    pub async fn submit(&self, request: O::Request) -> Result<O::Value, O::Error> {
        self.push(request, Origin::New).await
    }

    /// Executes a request that follows from one that was accepted, such as what a payment provider says of a charge: it is not refused
    /// because others wait for long. Only a queue that is full refuses it.
    ///
    /// # Errors
    /// As [`BatchQueue::submit`].
    ///
    /// # Panics
    /// As [`BatchQueue::submit`].
    pub async fn submit_follow_up(&self, request: O::Request) -> Result<O::Value, O::Error> {
        self.push(request, Origin::FollowUp).await
    }

    async fn push(&self, request: O::Request, origin: Origin) -> Result<O::Value, O::Error> {
        let (reply, outcome) = oneshot::channel();
        match self.0.queue.push(Pending { request, reply }, origin) {
            Ok(queue::Pushed::First) => {
                tokio::spawn(run::run(Arc::clone(&self.0)));
            }
            Ok(queue::Pushed::Behind) => {}
            Err(queue::Full) => return Err(DatabaseError::from(sqlx::Error::PoolTimedOut).into()),
        }
        match outcome.await {
            Ok(Ok(result)) => result,
            Ok(Err(payload)) => panic::resume_unwind(payload),
            // The runtime is shutting down.
            Err(_) => Err(DatabaseError::from(sqlx::Error::PoolClosed).into()),
        }
    }
}

impl<O: BatchOperation> Clone for BatchQueue<O> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<O: BatchOperation> fmt::Debug for BatchQueue<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchQueue")
            .field("db", &self.0.db)
            .finish_non_exhaustive()
    }
}
