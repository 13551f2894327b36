//! The worker that asks the provider about what is open.

use std::time::Duration;

use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

use crate::service::Questions;
use crate::{Payments, PaymentsError};

/// The longest sleep: money that must go back is written down by a reaction to an event, which wakes nobody.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// The pause after a failure of the database.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Asks the provider about open payments as their time comes, until `stop` is cancelled. What is being asked then is
/// concluded first.
///
/// A few questions run at the same time, and each makes room for the next as it ends: one whose answer takes its time holds up
/// no other payment.
pub async fn reconcile_open(payments: Payments, stop: CancellationToken) {
    let mut questions = Questions::new();
    while !stop.is_cancelled() {
        let mut has_failed = false;
        let sleep = match ask_due(&payments, &mut questions).await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::error!(%error, "open payments cannot be read; trying again");
                PAUSE_AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(sleep) => {}
            Some(done) = questions.join_next() => has_failed = !end(done),
        }
        // What could not be written down is due still, and the provider is not to be asked about it without a pause.
        if has_failed {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(PAUSE_AFTER_FAILURE) => {}
            }
        }
    }
    while let Some(done) = questions.join_next().await {
        end(done);
    }
}

/// Begins what is due, and gives how long nothing else is.
async fn ask_due(payments: &Payments, questions: &mut Questions) -> Result<Duration, PaymentsError> {
    payments.ask_due(questions).await?;
    let next = payments.next_question_after_now().await?;
    Ok(next.map_or(LONGEST_SLEEP, |next| {
        next.since(payments.now()).min(LONGEST_SLEEP)
    }))
}

/// Says whether what a question has brought could be written down.
fn end(done: Result<Result<(), PaymentsError>, JoinError>) -> bool {
    match done {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(%error, "an open payment could not be settled; trying again");
            false
        }
        Err(stopped) => {
            tracing::error!(error = %stopped, "a question about an open payment stopped; trying again");
            false
        }
    }
}
