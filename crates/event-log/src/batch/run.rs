//! Processes a queue, batch by batch.

use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use futures::FutureExt;
use tokio::sync::oneshot;

use super::{BatchOperation, BatchResults, Inner, Outcome, Panic};
use crate::DatabaseError;
use crate::metrics::observation;

/// Runs until the queue is empty.
pub(super) async fn run<O: BatchOperation>(inner: Arc<Inner<O>>) {
    loop {
        run_batch(&inner).await;
        if inner.queue.is_finished() {
            return;
        }
    }
}

/// The callers of a batch, who wait for their results.
type Callers<O> = Vec<oneshot::Sender<Outcome<O>>>;

/// The result of an attempt to execute requests.
type Executed<O> = Result<Result<BatchResults<O>, <O as BatchOperation>::Error>, Panic>;

/// Some of the requests of a batch.
struct Part<O: BatchOperation> {
    requests: Arc<[O::Request]>,
    range: Range<usize>,
}

async fn run_batch<O: BatchOperation>(inner: &Arc<Inner<O>>) {
    let (batch, mut taken) = oneshot::channel();
    let queue = Arc::clone(inner);
    // The batch is closed when its turn to write has come: until then it accepts arriving requests.
    let close = move || {
        let (requests, callers) = take(&queue);
        let all = Part {
            requests: Arc::clone(&requests),
            range: 0..requests.len(),
        };
        // The receiver waits below, outside of the transaction.
        let _ = batch.send((requests, callers, Instant::now()));
        all
    };
    let (executed, is_in_doubt) = execute(inner, close).await;
    let Ok((requests, callers, taken_at)) = taken.try_recv() else {
        let (_, callers) = take(inner);
        return refuse::<O>(callers, executed);
    };
    inner.queue.executed(requests.len(), taken_at.elapsed());
    inner.db.metrics().batch.observe(observation(requests.len()));
    match executed {
        Ok(Ok(results)) => {
            for (caller, result) in callers.into_iter().zip(results) {
                answer::<O>(caller, Ok(result));
            }
        }
        // Executed again, they might have their effects twice.
        failed if is_in_doubt => refuse::<O>(callers, failed),
        failed if requests.len() == 1 => refuse::<O>(callers, failed),
        // It is not known whose request failed. Most batches have none that does, and pay nothing for finding out.
        _ => execute_one_by_one(inner, &requests, callers).await,
    }
}

fn take<O: BatchOperation>(inner: &Inner<O>) -> (Arc<[O::Request]>, Callers<O>) {
    let pending = inner.queue.take().into_iter();
    let (requests, callers): (Vec<_>, _) = pending.map(|pending| (pending.request, pending.reply)).unzip();
    (requests.into(), callers)
}

/// Executes requests in one transaction. They are taken from the queue when it has begun. Returns also whether it is unknown if they
/// have had their effects: of a commit whose connection breaks only the server knows whether it took place. With a file a commit that
/// fails has not.
async fn execute<O: BatchOperation>(
    inner: &Arc<Inner<O>>,
    part: impl FnOnce() -> Part<O> + Send + 'static,
) -> (Executed<O>, bool) {
    let operation = Arc::clone(inner);
    let is_committing = Arc::new(AtomicBool::new(false));
    let committing = Arc::clone(&is_committing);
    let execution = inner.db.run(move |tx| {
        Box::pin(async move {
            let Part { requests, range } = part();
            let count = range.len();
            let results = operation.operation.execute(tx, &requests[range]).await?;
            if results.len() == count {
                committing.store(true, Ordering::Relaxed);
                Ok(results)
            } else {
                Err(no_result())
            }
        })
    });
    // A panic drops the transaction, which rolls back.
    let executed = AssertUnwindSafe(execution).catch_unwind().await;
    let is_in_doubt =
        !matches!(executed, Ok(Ok(_))) && is_committing.load(Ordering::Relaxed) && !inner.db.is_sqlite();
    (executed, is_in_doubt)
}

async fn execute_one_by_one<O: BatchOperation>(
    inner: &Arc<Inner<O>>,
    requests: &Arc<[O::Request]>,
    callers: Callers<O>,
) {
    for (index, caller) in callers.into_iter().enumerate() {
        let requests = Arc::clone(requests);
        let one = move || Part {
            requests,
            range: index..index + 1,
        };
        let (executed, _) = execute(inner, one).await;
        answer::<O>(caller, executed.map(only_result::<O>));
    }
}

/// Returns the error to the first caller, and a transient error to all others.
fn refuse<O: BatchOperation>(callers: Callers<O>, failed: Executed<O>) {
    let mut callers = callers.into_iter();
    if let Some(first) = callers.next() {
        answer::<O>(first, failed.map(only_result::<O>));
    }
    for caller in callers {
        answer::<O>(
            caller,
            Ok(Err(DatabaseError::from(sqlx::Error::PoolTimedOut).into())),
        );
    }
}

fn only_result<O: BatchOperation>(results: Result<BatchResults<O>, O::Error>) -> Result<O::Value, O::Error> {
    results.and_then(|results| results.into_iter().next().unwrap_or_else(|| Err(no_result())))
}

/// An operation gave too few results, or too many.
fn no_result<E: From<DatabaseError>>() -> E {
    DatabaseError::from(sqlx::Error::Protocol(
        "a batch has one result per request".to_owned(),
    ))
    .into()
}

/// A caller that has gone away misses its result.
fn answer<O: BatchOperation>(caller: oneshot::Sender<Outcome<O>>, outcome: Outcome<O>) {
    drop(caller.send(outcome));
}
