//! The cause of a failed transaction of the relay.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::panic_message::panic_message;
use crate::{ApplyError, DatabaseError, Event, Handler, RelayError, Transaction};

/// Why a transaction of the relay was rolled back.
pub(super) enum Failure {
    /// An event cannot be applied.
    Event(EventFailure),
    /// A database failed, or another relay was faster. No event is to blame.
    Relay(RelayError),
}

/// Why an event cannot be applied.
pub(super) struct EventFailure {
    /// The error text for the operator.
    pub(super) reason: String,
    /// Another attempt can end differently: something that is missing may come, or a rule may be fixed.
    pub(super) is_retryable: bool,
}

impl EventFailure {
    fn retryable(reason: String) -> Self {
        Self {
            reason,
            is_retryable: true,
        }
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        if error.is_permanent() {
            Self::Event(EventFailure::retryable(error.to_string()))
        } else {
            Self::Relay(error.into())
        }
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Rejected(reason) => Self::Event(EventFailure::retryable(reason)),
            ApplyError::Malformed(_) => Self::Event(EventFailure {
                reason: error.to_string(),
                is_retryable: false,
            }),
            ApplyError::Database(error) => error.into(),
        }
    }
}

/// Lets the handler apply an event.
pub(super) async fn apply(handler: &dyn Handler, tx: &mut Transaction, event: &Event) -> Result<(), Failure> {
    catch(handler.apply(tx, event)).await
}

/// Lets the handler apply several events.
pub(super) async fn apply_all(
    handler: &dyn Handler,
    tx: &mut Transaction,
    events: &[Event],
) -> Result<(), Failure> {
    catch(handler.apply_all(tx, events)).await
}

/// A panic counts as a failure of the event, so that it cannot end the relay. Whatever it left half done is in the transaction,
/// which is then rolled back.
async fn catch(applying: BoxFuture<'_, Result<(), ApplyError>>) -> Result<(), Failure> {
    match AssertUnwindSafe(applying).catch_unwind().await {
        Ok(applied) => {
            applied?;
            tracing::debug!("applied events; they are not committed yet");
            Ok(())
        }
        Err(payload) => Err(Failure::Event(EventFailure::retryable(format!(
            "the handler panicked: {}",
            panic_message(&*payload)
        )))),
    }
}
