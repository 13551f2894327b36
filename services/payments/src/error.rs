//! What can go wrong with payments, without HTTP in it.

use contracts::{ErrorCode, PaymentFailure, PaymentId, Refusal};
use event_log::{ApplyError, DatabaseError};
use web::ApiError;

use crate::ProviderError;

/// Why an operation on payments was not done.
#[derive(Debug, thiserror::Error)]
pub enum PaymentsError {
    /// There is no such payment.
    #[error("there is no such payment")]
    NotFound,
    /// The order is not in this service's copy of the orders.
    #[error("there is no such order")]
    OrderNotFound,
    /// The order is cancelled, or its time has run out.
    #[error("the order is cancelled")]
    OrderCancelled,
    /// The order is paid.
    #[error("the order is paid")]
    OrderPaid,
    /// It is not known yet what becomes of the order's payment before.
    #[error("a payment of the order is under way")]
    PaymentOpen,
    /// The order was tried to be paid too often.
    #[error("the order was tried to be paid too often")]
    TooManyAttempts,
    /// The order costs less than the provider can charge.
    #[error("the order costs less than the provider can charge")]
    BelowMinimum,
    /// It is somebody else's.
    #[error("it is somebody else's")]
    NotOwner,
    /// The provider refused the payment.
    #[error("the payment failed: {}", .0.as_str())]
    Failed(PaymentFailure),
    /// A message is not the provider's.
    #[error("the message is not the provider's: {0}")]
    Forged(&'static str),
    /// The provider did not answer.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A row breaks the rules of the domain: it was not written by this service.
    #[error("the row of payment {id} cannot be read: {reason}")]
    Corrupt {
        /// The payment or the order.
        id: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A write found another state than the one it was decided upon.
    #[error("payment {0} changed under a write")]
    Conflict(PaymentId),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl PaymentsError {
    /// What the client is told; `None` for what is not its business.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::NotFound | Self::OrderNotFound => Some(ErrorCode::NotFound.into()),
            Self::OrderCancelled => Some(ErrorCode::OrderCancelled.into()),
            Self::OrderPaid => Some(ErrorCode::OrderPaid.into()),
            Self::PaymentOpen => Some(ErrorCode::PaymentOpen.into()),
            Self::TooManyAttempts => Some(ErrorCode::TooManyPayments.into()),
            Self::BelowMinimum => Some(ErrorCode::TicketBelowMinimum.into()),
            Self::NotOwner => Some(ErrorCode::NotAuthorized.into()),
            Self::Failed(failure) => Some(failure.code().into()),
            Self::Forged(_) => Some(ErrorCode::SignatureInvalid.into()),
            Self::Database(error) if error.is_transient() => Some(ErrorCode::Busy.into()),
            Self::Provider(_) | Self::Corrupt { .. } | Self::Conflict(_) | Self::Database(_) => None,
        }
    }
}

impl From<sqlx::Error> for PaymentsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What the relay does when an event cannot be applied: a database that fails is tried again, everything else puts the
/// event into the retry queue.
impl From<PaymentsError> for ApplyError {
    fn from(error: PaymentsError) -> Self {
        match error {
            PaymentsError::Database(error) => Self::Database(error),
            other => Self::Rejected(other.to_string()),
        }
    }
}

impl From<PaymentsError> for ApiError {
    fn from(error: PaymentsError) -> Self {
        Self::of(&error, error.refusal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_at_its_limit_is_told_as_what_passes() {
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
