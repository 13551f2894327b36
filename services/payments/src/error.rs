//! Errors of the payments service, without HTTP.

use contracts::{ErrorCode, OrderId, PaymentFailure, PaymentId, Refusal};
use event_log::{ApplyError, DatabaseError};
use web::ServiceError;

use crate::provider::ProviderError;

/// Why an operation on payments was not done.
#[derive(Debug, thiserror::Error)]
pub enum PaymentsError {
    /// The payment does not exist.
    #[error("payment not found")]
    NotFound,
    /// The order is not in this service's replica.
    #[error("order not found")]
    OrderNotFound,
    /// The order is cancelled, or has expired.
    #[error("the order is cancelled")]
    OrderCancelled,
    /// The order is paid.
    #[error("the order is paid")]
    OrderPaid,
    /// An earlier payment of the order is undecided.
    #[error("a payment of the order is in progress")]
    PaymentOpen,
    /// Too many payment attempts for the order.
    #[error("too many payment attempts for the order")]
    TooManyAttempts,
    /// The order costs less than the provider can charge.
    #[error("the order costs less than the provider can charge")]
    BelowMinimum,
    /// It belongs to another user.
    #[error("it belongs to another user")]
    NotOwner,
    /// The payment failed.
    #[error("the payment failed: {}", .0.as_str())]
    Failed(PaymentFailure),
    /// A webhook is not the provider's.
    #[error("the webhook is not the provider's: {0}")]
    InvalidWebhook(&'static str),
    /// The provider returned no usable response.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A row violates the rules of the domain: it was not written by this service.
    #[error("the row of payment {id} cannot be read: {reason}")]
    Corrupt {
        /// The payment or the order.
        id: String,
        /// The reason.
        reason: &'static str,
    },
    /// An event of an order arrived before the one that it follows.
    #[error("order {id}: version {version} after {known}")]
    Gap {
        /// The order.
        id: OrderId,
        /// The version of the event.
        version: i64,
        /// The version in the replica, or `none`.
        known: String,
    },
    /// A concurrent write has changed the row.
    #[error("payment {0} was modified concurrently")]
    Conflict(PaymentId),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl ServiceError for PaymentsError {
    fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::NotFound | Self::OrderNotFound => Some(ErrorCode::NotFound.into()),
            Self::OrderCancelled => Some(ErrorCode::OrderCancelled.into()),
            Self::OrderPaid => Some(ErrorCode::OrderPaid.into()),
            Self::PaymentOpen => Some(ErrorCode::PaymentOpen.into()),
            Self::TooManyAttempts => Some(ErrorCode::TooManyPayments.into()),
            Self::BelowMinimum => Some(ErrorCode::TicketBelowMinimum.into()),
            Self::NotOwner => Some(ErrorCode::NotAuthorized.into()),
            Self::Failed(failure) => Some(failure.code().into()),
            Self::InvalidWebhook(_) => Some(ErrorCode::SignatureInvalid.into()),
            Self::Database(error) => error.refusal(),
            Self::Provider(_) | Self::Corrupt { .. } | Self::Gap { .. } | Self::Conflict(_) => None,
        }
    }
}

impl From<sqlx::Error> for PaymentsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<serde_json::Error> for PaymentsError {
    fn from(error: serde_json::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The relay's reaction when an event cannot be applied: a database error is retried, everything else moves the events of the
/// aggregate to the retry queue.
impl From<PaymentsError> for ApplyError {
    fn from(error: PaymentsError) -> Self {
        match error {
            PaymentsError::Database(error) => Self::Database(error),
            other => Self::Rejected(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::ApiError;

    #[test]
    fn exhausted_pool_is_reported_as_busy() {
        let status = |error: sqlx::Error| ApiError::from(PaymentsError::from(error)).status().as_u16();
        assert_eq!(
            (
                status(sqlx::Error::PoolTimedOut),
                status(sqlx::Error::RowNotFound)
            ),
            (503, 500)
        );
    }
}
