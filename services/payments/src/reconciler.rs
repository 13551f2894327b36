//! The worker that reconciles open payments with the provider.

use std::time::Duration;

use service::Worker;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

use crate::error::PaymentsError;
use crate::operations::{Payments, ProviderCalls};

/// The longest sleep: a refund is started by a consumer, which does not wake the worker.
const MAX_SLEEP: Duration = Duration::from_secs(1);

/// The delay after a database error.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// The worker that checks open payments as they become due. It has its own loop, since it also waits for the calls that it has
/// started; those that are running when it is stopped are finished first.
#[must_use]
pub fn reconciler(payments: &Payments) -> Worker {
    let payments = payments.clone();
    Worker::new("reconciler", move |stop| reconcile(payments.clone(), stop))
}

/// A few calls run concurrently, and each makes room for the next as it ends: a slow response delays no other payment.
async fn reconcile(payments: Payments, stop: CancellationToken) {
    let mut calls = ProviderCalls::new();
    while !stop.is_cancelled() {
        let mut has_failed = false;
        let sleep = match start_due_checks(&payments, &mut calls).await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::error!(%error, "could not read the open payments; retrying");
                RETRY_DELAY
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(sleep) => {}
            Some(done) = calls.join_next() => has_failed = !finish(done),
        }
        // A payment whose result could not be recorded is still due; the provider must not be called about it in a tight loop.
        if has_failed {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(RETRY_DELAY) => {}
            }
        }
    }
    while let Some(done) = calls.join_next().await {
        finish(done);
    }
}

/// Starts the checks that are due, and returns the time until the next one.
async fn start_due_checks(payments: &Payments, calls: &mut ProviderCalls) -> Result<Duration, PaymentsError> {
    payments.start_due_checks(calls).await?;
    let next = payments.next_check_after_now().await?;
    Ok(next.map_or(MAX_SLEEP, |next| next.since(payments.now()).min(MAX_SLEEP)))
}

/// Logs a failed call; returns whether the result was recorded.
fn finish(done: Result<Result<(), PaymentsError>, JoinError>) -> bool {
    match done {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(%error, "could not record the result of checking an open payment; retrying");
            false
        }
        Err(stopped) => {
            tracing::error!(error = %stopped, "a provider call about an open payment panicked; retrying");
            false
        }
    }
}
