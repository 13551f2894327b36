//! What can go wrong with orders, without HTTP in it.

use std::time::Duration;

use contracts::views::TicketView;
use contracts::{ErrorCode, Refusal};
use event_log::{ApplyError, DatabaseError};
use web::ApiError;

use crate::IllegalTransition;

/// Why an operation on orders was not done.
#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    /// There is no such order.
    #[error("there is no such order")]
    NotFound,
    /// The ticket is not in this service's copy of the tickets.
    #[error("there is no such ticket")]
    TicketNotFound,
    /// The ticket is offered otherwise than the buyer saw it; or a newer version was seen than this service has consumed.
    #[error("the offer of ticket {} has changed", .0.id)]
    OfferChanged(Box<TicketView>),
    /// The ticket is the buyer's own.
    #[error("the buyer sells the ticket")]
    OwnTicket,
    /// Another order holds the ticket.
    #[error("another order holds the ticket")]
    Reserved,
    /// The ticket costs less than can be paid.
    #[error("the ticket costs less than can be paid")]
    BelowMinimum,
    /// The buyer has as many unpaid orders as one may have; the next of them expires after this time.
    #[error("the buyer has too many unpaid orders")]
    TooManyHolds(Duration),
    /// The buyer let one reservation after the other expire, and has to wait for this time.
    #[error("the buyer let too many orders expire")]
    HoldsPaused(Duration),
    /// The order is paid: it is refunded, not cancelled.
    #[error("the order is complete")]
    Complete,
    /// The order is cancelled, or its time has run out: it is not paid for.
    #[error("the order is cancelled")]
    Cancelled,
    /// The order is not paid, so there is nothing to give back.
    #[error("the order is not complete")]
    NotComplete,
    /// Its seller takes it back no more.
    #[error("the order cannot be given back any more")]
    RefundTooLate,
    /// The bank decides about its money, or has decided.
    #[error("the payment of the order was disputed")]
    Disputed,
    /// The order is somebody else's.
    #[error("the order is somebody else's")]
    NotOwner,
    /// A change that no order may go through.
    #[error(transparent)]
    Transition(#[from] IllegalTransition),
    /// A row breaks the rules of the domain: it was not written by this service.
    #[error("the row of order {id} cannot be read: {reason}")]
    Corrupt {
        /// The order.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A write found another state than the one it was decided upon.
    #[error("order {0} changed under a write")]
    Conflict(contracts::OrderId),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl OrdersError {
    /// What the client is told; `None` for what is not its business.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::NotFound | Self::TicketNotFound => Some(ErrorCode::NotFound.into()),
            Self::OfferChanged(_) => Some(ErrorCode::OfferChanged.into()),
            Self::OwnTicket => Some(ErrorCode::OwnTicket.into()),
            Self::Reserved => Some(ErrorCode::TicketReserved.into()),
            Self::BelowMinimum => Some(ErrorCode::TicketBelowMinimum.into()),
            Self::TooManyHolds(wait) => Some(Refusal::from(ErrorCode::TooManyHolds).until(*wait)),
            Self::HoldsPaused(wait) => Some(Refusal::from(ErrorCode::HoldsPaused).until(*wait)),
            Self::Complete => Some(ErrorCode::OrderComplete.into()),
            Self::Cancelled => Some(ErrorCode::OrderCancelled.into()),
            Self::NotComplete => Some(ErrorCode::OrderNotComplete.into()),
            Self::RefundTooLate => Some(ErrorCode::RefundTooLate.into()),
            Self::Disputed => Some(ErrorCode::OrderDisputed.into()),
            Self::NotOwner => Some(ErrorCode::NotAuthorized.into()),
            Self::Database(error) if error.is_transient() => Some(ErrorCode::Busy.into()),
            Self::Transition(_) | Self::Corrupt { .. } | Self::Conflict(_) | Self::Database(_) => None,
        }
    }
}

impl From<sqlx::Error> for OrdersError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What the relay does when an event cannot be applied: a database that fails is tried again, everything else puts the
/// event into the retry queue.
impl From<OrdersError> for ApplyError {
    fn from(error: OrdersError) -> Self {
        match error {
            OrdersError::Database(error) => Self::Database(error),
            other => Self::Rejected(other.to_string()),
        }
    }
}

impl From<OrdersError> for ApiError {
    fn from(error: OrdersError) -> Self {
        let told = Self::of(&error, error.refusal());
        match error {
            OrdersError::OfferChanged(offered) => told.with_ticket(*offered),
            _ => told,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_at_its_limit_is_told_as_what_passes() {
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
