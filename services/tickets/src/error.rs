//! What can go wrong with tickets, without HTTP in it.

use contracts::{ErrorCode, Refusal};
use event_log::{ApplyError, DatabaseError};
use web::ApiError;

/// Why an operation on tickets was not done.
#[derive(Debug, thiserror::Error)]
pub enum TicketsError {
    /// There is no such ticket.
    #[error("there is no such ticket")]
    NotFound,
    /// An order holds the ticket, so it stays as it was offered.
    #[error("an order holds the ticket")]
    Held,
    /// Somebody else offers it.
    #[error("the ticket is somebody else's")]
    NotOwner,
    /// A write found another state than the one it was decided upon.
    #[error("ticket {0} changed under a write")]
    Conflict(contracts::TicketId),
    /// A row breaks the rules of the domain: it was not written by this service.
    #[error("the row of ticket {id} cannot be read: {reason}")]
    Corrupt {
        /// The ticket.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl TicketsError {
    /// What the client is told; `None` for what is not its business.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::NotFound => Some(ErrorCode::NotFound.into()),
            Self::Held => Some(ErrorCode::TicketHeld.into()),
            Self::NotOwner => Some(ErrorCode::NotAuthorized.into()),
            Self::Database(error) if error.is_transient() => Some(ErrorCode::Busy.into()),
            Self::Conflict(_) | Self::Corrupt { .. } | Self::Database(_) => None,
        }
    }
}

impl From<sqlx::Error> for TicketsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What the relay does when an event cannot be applied: a database that fails is tried again, everything else puts the
/// event into the retry queue.
impl From<TicketsError> for ApplyError {
    fn from(error: TicketsError) -> Self {
        match error {
            TicketsError::Database(error) => Self::Database(error),
            other => Self::Rejected(other.to_string()),
        }
    }
}

impl From<TicketsError> for ApiError {
    fn from(error: TicketsError) -> Self {
        Self::of(&error, error.refusal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_at_its_limit_is_told_as_what_passes() {
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
