//! Errors of the orders service, without HTTP.

use std::time::Duration;

use contracts::views::TicketView;
use contracts::{ErrorCode, Refusal};
use event_log::{ApplyError, DatabaseError};
use web::ServiceError;

use crate::domain::IllegalTransition;

/// Why an operation on orders was not done.
#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    /// The order does not exist.
    #[error("order not found")]
    NotFound,
    /// The ticket is not in this service's replica.
    #[error("ticket not found")]
    TicketNotFound,
    /// The offer differs from the one that the buyer was shown; or they were shown a newer version than this service has consumed.
    #[error("the offer of ticket {} has changed", .0.id)]
    OfferChanged(Box<TicketView>),
    /// The ticket is the buyer's own.
    #[error("the buyer is the seller of the ticket")]
    OwnTicket,
    /// Another order holds the ticket.
    #[error("another order holds the ticket")]
    Reserved,
    /// The ticket costs less than the provider can charge.
    #[error("the price is below the minimum")]
    BelowMinimum,
    /// The buyer has the maximum number of unpaid orders; the next of them expires after this time.
    #[error("the buyer has too many unpaid orders")]
    TooManyHolds(Duration),
    /// The buyer has abandoned too many reservations, and has to wait for this time.
    #[error("the buyer has abandoned too many reservations")]
    HoldsPaused(Duration),
    /// The order is paid: it is refunded, not cancelled.
    #[error("the order is complete")]
    Complete,
    /// The order is cancelled or expired: it cannot be paid.
    #[error("the order is cancelled")]
    Cancelled,
    /// The order is not paid, so it cannot be refunded.
    #[error("the order is not complete")]
    NotComplete,
    /// Its refund window has closed.
    #[error("the refund window has closed")]
    RefundTooLate,
    /// A dispute about its payment is open or lost.
    #[error("the payment of the order was disputed")]
    Disputed,
    /// The order belongs to another user.
    #[error("the order belongs to another user")]
    NotOwner,
    /// A status that cannot follow the current one.
    #[error(transparent)]
    Transition(#[from] IllegalTransition),
    /// A row violates the rules of the domain: it was not written by this service.
    #[error("the row of order {id} cannot be read: {reason}")]
    Corrupt {
        /// The order.
        id: String,
        /// The reason.
        reason: String,
    },
    /// A concurrent write has changed the row.
    #[error("order {0} was modified concurrently")]
    Conflict(contracts::OrderId),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl ServiceError for OrdersError {
    fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::NotFound | Self::TicketNotFound => Some(ErrorCode::NotFound.into()),
            Self::OfferChanged(_) => Some(ErrorCode::OfferChanged.into()),
            Self::OwnTicket => Some(ErrorCode::OwnTicket.into()),
            Self::Reserved => Some(ErrorCode::TicketReserved.into()),
            Self::BelowMinimum => Some(ErrorCode::TicketBelowMinimum.into()),
            Self::TooManyHolds(wait) => Some(Refusal::from(ErrorCode::TooManyHolds).retry_after(*wait)),
            Self::HoldsPaused(wait) => Some(Refusal::from(ErrorCode::HoldsPaused).retry_after(*wait)),
            Self::Complete => Some(ErrorCode::OrderComplete.into()),
            Self::Cancelled => Some(ErrorCode::OrderCancelled.into()),
            Self::NotComplete => Some(ErrorCode::OrderNotComplete.into()),
            Self::RefundTooLate => Some(ErrorCode::RefundTooLate.into()),
            Self::Disputed => Some(ErrorCode::OrderDisputed.into()),
            Self::NotOwner => Some(ErrorCode::NotAuthorized.into()),
            Self::Database(error) => error.refusal(),
            Self::Transition(_) | Self::Corrupt { .. } | Self::Conflict(_) => None,
        }
    }

    fn current_offer(&self) -> Option<TicketView> {
        match self {
            Self::OfferChanged(offered) => Some(offered.as_ref().clone()),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for OrdersError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// A value cannot be serialized as JSON.
impl From<serde_json::Error> for OrdersError {
    fn from(error: serde_json::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The relay's reaction when an event cannot be applied: a database error is retried, everything else moves the events of the
/// aggregate to the retry queue.
impl From<OrdersError> for ApplyError {
    fn from(error: OrdersError) -> Self {
        match error {
            OrdersError::Database(error) => Self::Database(error),
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
        let status = |error: sqlx::Error| ApiError::from(OrdersError::from(error)).status().as_u16();
        assert_eq!(
            (
                status(sqlx::Error::PoolTimedOut),
                status(sqlx::Error::RowNotFound)
            ),
            (503, 500)
        );
    }
}
