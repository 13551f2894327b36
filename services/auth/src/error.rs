//! Errors of the auth service, without HTTP.

use std::time::Duration;

use contracts::{ErrorCode, Refusal};
use event_log::DatabaseError;
use web::{ServiceError, TokenError};

/// Why an operation on accounts was not done.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Fields of the form are invalid.
    #[error("the form was refused")]
    Refused(Refusal),
    /// The email address has an account already.
    #[error("the email address is in use")]
    EmailInUse,
    /// Unknown email address or wrong password: the two are indistinguishable.
    #[error("the credentials are invalid")]
    InvalidCredentials,
    /// Too many attempts from one client, or too many wrong passwords for one account; the next is allowed after this time.
    #[error("too many attempts")]
    TooManyAttempts(Duration),
    /// Too many passwords are waiting to be hashed.
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    /// A password could not be hashed, or a stored hash cannot be read.
    #[error("hashing failed: {0}")]
    Hash(#[from] argon2::password_hash::Error),
    /// A token could not be signed.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A row violates the rules of the domain: it was not written by this service.
    #[error("{what} cannot be read")]
    Corrupt {
        /// Which row.
        what: String,
    },
    /// A background task failed.
    #[error("a background task failed: {0}")]
    Task(#[from] tokio::task::JoinError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl ServiceError for AuthError {
    fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal.clone()),
            Self::EmailInUse => Some(ErrorCode::EmailInUse.into()),
            Self::InvalidCredentials => Some(ErrorCode::InvalidCredentials.into()),
            Self::TooManyAttempts(wait) => Some(Refusal::from(ErrorCode::TooManyAttempts).retry_after(*wait)),
            Self::Busy => Some(ErrorCode::Busy.into()),
            Self::Database(error) => error.refusal(),
            Self::Hash(_) | Self::Token(_) | Self::Corrupt { .. } | Self::Task(_) => None,
        }
    }
}

impl From<Refusal> for AuthError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for AuthError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use web::ApiError;

    fn status(error: impl Into<AuthError>) -> StatusCode {
        ApiError::from(error.into()).status()
    }

    #[test]
    fn only_transient_errors_are_reported_as_busy() {
        assert_eq!(status(AuthError::Busy), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(sqlx::Error::PoolTimedOut), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(sqlx::Error::PoolClosed), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(
            status(sqlx::Error::RowNotFound),
            StatusCode::INTERNAL_SERVER_ERROR
        );
    }

    #[test]
    fn internal_errors_are_not_shown() {
        let corrupt = AuthError::Corrupt {
            what: "the user secret".to_owned(),
        };
        assert_eq!(corrupt.refusal(), None);
        assert_eq!(ApiError::from(corrupt), ApiError::from(ErrorCode::Internal));
    }
}
