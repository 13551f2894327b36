//! Refusals as responses.

use std::error::Error;

use axum::Json;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contracts::views::{ErrorEnvelope, TicketView};
use contracts::{ErrorCode, FieldError, Refusal};
use event_log::DatabaseError;

/// A refusal as a response: a status and the errors.
///
/// It holds public texts only. Internal errors are logged where they are converted, and never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    errors: Vec<FieldError>,
    ticket: Option<Box<TicketView>>,
    /// In how many seconds the request would be accepted, if that is known.
    retry_after_s: Option<u32>,
}

impl ApiError {
    /// 404: the resource or the path does not exist.
    #[must_use]
    pub fn not_found() -> Self {
        ErrorCode::NotFound.into()
    }

    /// 401: not signed in, or not the owner.
    #[must_use]
    pub fn not_authorized() -> Self {
        ErrorCode::NotAuthorized.into()
    }

    /// 405: the path exists, the method does not.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        ErrorCode::MethodNotAllowed.into()
    }

    /// 500: an internal error. Logs it with its causes, once; the client sees none of it.
    #[must_use]
    pub fn internal(error: &dyn Error) -> Self {
        tracing::error!(error = %causes(error), "a request failed");
        ErrorCode::Internal.into()
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The errors, at least one.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// An error of a service's operations, without HTTP in it. This crate turns it into a response.
pub trait ServiceError: Error + 'static {
    /// The refusal that the client is shown; `None` for internal errors.
    fn refusal(&self) -> Option<Refusal>;

    /// The ticket at its current offer, if the refusal is that the offer has changed.
    fn current_offer(&self) -> Option<TicketView> {
        None
    }
}

/// A database at its limit is busy, and another process may execute a request with the same key; every other database error is internal.
impl ServiceError for DatabaseError {
    fn refusal(&self) -> Option<Refusal> {
        if self.is_repeated_request() {
            return Some(ErrorCode::IdempotencyKeyInUse.into());
        }
        self.is_transient().then(|| ErrorCode::Busy.into())
    }
}

/// An error followed by what caused it, on one line.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        // Transparent errors repeat the text of their cause.
        if !text.ends_with(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}

/// The status of an error code. “Not signed in” and “not yours” are both 401, as in the system that this one
/// replaces.
#[must_use]
pub const fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::NotAuthorized => StatusCode::UNAUTHORIZED,
        ErrorCode::CrossSite | ErrorCode::OwnTicket => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::ContentTypeUnsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::IdempotencyKeyInUse => StatusCode::CONFLICT,
        ErrorCode::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::TooManyAttempts | ErrorCode::TooManyHolds | ErrorCode::HoldsPaused => {
            StatusCode::TOO_MANY_REQUESTS
        }
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Busy => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::EmailInvalid
        | ErrorCode::EmailInUse
        | ErrorCode::PasswordLength
        | ErrorCode::PasswordCommon
        | ErrorCode::PasswordMissing
        | ErrorCode::InvalidCredentials
        | ErrorCode::TitleMissing
        | ErrorCode::TitleTooLong
        | ErrorCode::PriceUnreadable
        | ErrorCode::PriceTooLow
        | ErrorCode::PriceBelowFiftyCents
        | ErrorCode::PriceTooHigh
        | ErrorCode::PriceTooPrecise
        | ErrorCode::TicketHeld
        | ErrorCode::TicketIdMissing
        | ErrorCode::TicketVersionInvalid
        | ErrorCode::OfferChanged
        | ErrorCode::TicketReserved
        | ErrorCode::TicketBelowMinimum
        | ErrorCode::OrderComplete
        | ErrorCode::RefundWindowInvalid
        | ErrorCode::OrderIdMissing
        | ErrorCode::TokenMissing
        | ErrorCode::CardNumberMissing
        | ErrorCode::CardExpiryInvalid
        | ErrorCode::CardCodeInvalid
        | ErrorCode::OrderCancelled
        | ErrorCode::OrderPaid
        | ErrorCode::PaymentOpen
        | ErrorCode::TooManyPayments
        | ErrorCode::CardDeclined
        | ErrorCode::InsufficientFunds
        | ErrorCode::AuthenticationRequired
        | ErrorCode::UnknownCard
        | ErrorCode::PaymentAbandoned
        | ErrorCode::PaymentRefused
        | ErrorCode::OrderNotComplete
        | ErrorCode::RefundTooLate
        | ErrorCode::OrderDisputed
        | ErrorCode::IdempotencyKeyMalformed
        | ErrorCode::SignatureInvalid
        | ErrorCode::BodyMalformed
        | ErrorCode::RequestMalformed
        | ErrorCode::QueryMalformed => StatusCode::BAD_REQUEST,
    }
}

/// The response to a service's error: its refusal, or 500 for an internal error. Errors that are not the client's, including a
/// busy server, are logged with their causes, once.
impl<E: ServiceError> From<E> for ApiError {
    fn from(error: E) -> Self {
        let Some(refusal) = error.refusal() else {
            return Self::internal(&error);
        };
        if refusal.first() == ErrorCode::Busy {
            tracing::warn!(error = %causes(&error), "a request temporarily failed");
        }
        Self {
            ticket: error.current_offer().map(Box::new),
            ..refusal.into()
        }
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Refusal::from(code).into()
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let status = status_of(refusal.first());
        let errors = refusal.codes().iter().copied().map(FieldError::from).collect();
        // A busy server recovers quickly.
        let default = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1);
        Self {
            status,
            errors,
            ticket: None,
            retry_after_s: refusal.retry_after_s().or(default),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status;
        let envelope = ErrorEnvelope {
            errors: self.errors,
            ticket: self.ticket.map(|ticket| *ticket),
        };
        let mut response = (status, Json(envelope)).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn every_code_has_the_status_of_the_contract() {
        let status = |code| status_of(code).as_u16();
        let special = [
            (ErrorCode::NotAuthorized, 401),
            (ErrorCode::CrossSite, 403),
            (ErrorCode::OwnTicket, 403),
            (ErrorCode::NotFound, 404),
            (ErrorCode::MethodNotAllowed, 405),
            (ErrorCode::BodyTooSlow, 408),
            (ErrorCode::BodyTooLarge, 413),
            (ErrorCode::ContentTypeUnsupported, 415),
            (ErrorCode::IdempotencyKeyInUse, 409),
            (ErrorCode::IdempotencyKeyReused, 422),
            (ErrorCode::Internal, 500),
            (ErrorCode::Busy, 503),
            (ErrorCode::TooManyAttempts, 429),
            (ErrorCode::TooManyHolds, 429),
            (ErrorCode::HoldsPaused, 429),
        ];
        for &code in ErrorCode::ALL {
            let expected = special
                .iter()
                .find(|(special, _)| *special == code)
                .map_or(400, |(_, status)| *status);
            assert_eq!(status(code), expected, "{code:?}");
        }
    }

    #[test]
    fn all_reasons_are_listed_and_the_first_decides_the_status() {
        let refusal = Refusal::for_all(vec![ErrorCode::EmailInvalid, ErrorCode::PasswordLength]).unwrap();
        let error = ApiError::from(refusal);
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
        let messages: Vec<&str> = error
            .errors()
            .iter()
            .map(|error| error.message.as_str())
            .collect();
        assert_eq!(
            messages,
            [
                "Email must be valid",
                "Password must be between 8 and 128 characters"
            ]
        );
    }

    #[test]
    fn internal_error_reveals_nothing() {
        let inner = Outer(std::io::Error::other("secret detail"));
        let error = ApiError::internal(&inner);
        assert_eq!(error.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!format!("{error:?}").contains("secret"));
        assert_eq!(causes(&inner), "outer: secret detail");
    }

    #[test]
    fn busy_server_sends_retry_after() {
        let busy = ApiError::from(ErrorCode::Busy).into_response();
        assert_eq!(busy.headers()[RETRY_AFTER], "1");
        let limited = Refusal::from(ErrorCode::TooManyAttempts).retry_after(Duration::from_millis(19_001));
        assert_eq!(
            ApiError::from(limited).into_response().headers()[RETRY_AFTER],
            "20"
        );
        let refused = ApiError::not_found().into_response();
        assert!(!refused.headers().contains_key(RETRY_AFTER));
    }
}
