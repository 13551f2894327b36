//! Errors of the tickets service, without HTTP.

use contracts::{ErrorCode, Refusal};
use event_log::{ApplyError, DatabaseError};
use web::ServiceError;

/// Why an operation on tickets was not done.
#[derive(Debug, thiserror::Error)]
pub enum TicketsError {
    /// The ticket does not exist.
    #[error("ticket not found")]
    NotFound,
    /// An order holds the ticket, so it cannot be edited.
    #[error("an order holds the ticket")]
    Held,
    /// The ticket belongs to another user.
    #[error("the ticket belongs to another user")]
    NotOwner,
    /// A concurrent write has changed the row.
    #[error("ticket {0} was modified concurrently")]
    Conflict(contracts::TicketId),
    /// An event of the orders service cannot be applied, or not yet: the reason, for the operator.
    #[error("{0}")]
    Rejected(String),
    /// A row violates the rules of the domain: it was not written by this service.
    #[error("the row of ticket {id} cannot be read: {reason}")]
    Corrupt {
        /// The ticket.
        id: String,
        /// The reason.
        reason: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl ServiceError for TicketsError {
    fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::NotFound => Some(ErrorCode::NotFound.into()),
            Self::Held => Some(ErrorCode::TicketHeld.into()),
            Self::NotOwner => Some(ErrorCode::NotAuthorized.into()),
            Self::Database(error) => error.refusal(),
            Self::Conflict(_) | Self::Rejected(_) | Self::Corrupt { .. } => None,
        }
    }
}

impl From<sqlx::Error> for TicketsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<serde_json::Error> for TicketsError {
    fn from(error: serde_json::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The relay's reaction when an event cannot be applied: a database error is retried, everything else moves the events of the
/// aggregate to the retry queue.
impl From<TicketsError> for ApplyError {
    fn from(error: TicketsError) -> Self {
        match error {
            TicketsError::Database(error) => Self::Database(error),
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
        let status = |error: sqlx::Error| ApiError::from(TicketsError::from(error)).status().as_u16();
        assert_eq!(
            (
                status(sqlx::Error::PoolTimedOut),
                status(sqlx::Error::RowNotFound)
            ),
            (503, 500)
        );
    }
}
