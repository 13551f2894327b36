//! The worker that checks open disputes with the provider.

use std::time::Duration;

use service::Worker;

use crate::error::PaymentsError;
use crate::operations::Payments;

/// How often due disputes are checked. Disputes take weeks.
const INTERVAL: Duration = Duration::from_mins(1);

/// The worker that checks open disputes as they become due.
pub(crate) fn dispute_worker(payments: &Payments) -> Worker {
    let payments = payments.clone();
    Worker::repeating("disputes", move || check_due_disputes(payments.clone()))
}

async fn check_due_disputes(payments: Payments) -> Result<Duration, PaymentsError> {
    payments.reconcile_disputes().await?;
    Ok(INTERVAL)
}
