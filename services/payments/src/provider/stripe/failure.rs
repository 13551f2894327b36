//! Maps Stripe's errors to payment failures.

use axum::http::StatusCode;
use contracts::PaymentFailure;

use super::objects::{ErrorBody, Refused};

/// The reason of a failed attempt. <https://docs.stripe.com/error-codes>, <https://docs.stripe.com/declines/codes>
pub(super) fn of_attempt(error: &ErrorBody) -> PaymentFailure {
    let code = error.code.as_deref().unwrap_or_default();
    match (code, error.decline_code.as_deref().unwrap_or_default()) {
        (_, "insufficient_funds") => PaymentFailure::InsufficientFunds,
        (_, "authentication_required")
        | ("authentication_required" | "payment_intent_authentication_failure", _) => {
            PaymentFailure::AuthenticationRequired
        }
        ("card_declined" | "expired_card" | "incorrect_cvc" | "processing_error", _) => {
            PaymentFailure::CardDeclined
        }
        ("resource_missing", _) => PaymentFailure::UnknownCard,
        _ if error.kind.as_deref() == Some("card_error") => PaymentFailure::CardDeclined,
        _ => PaymentFailure::Refused,
    }
}

/// The reason why a PaymentIntent was rejected. The only object that such a request names is the card token, so that is what
/// was not found.
pub(super) fn of_refusal(refused: &Refused) -> PaymentFailure {
    match (refused.status, of_attempt(&refused.error)) {
        (StatusCode::NOT_FOUND, PaymentFailure::Refused) => PaymentFailure::UnknownCard,
        (StatusCode::PAYMENT_REQUIRED, PaymentFailure::Refused) => PaymentFailure::CardDeclined,
        (_, failure) => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: &str, code: &str, decline_code: Option<&str>) -> ErrorBody {
        ErrorBody {
            kind: Some(kind.to_owned()),
            code: Some(code.to_owned()),
            decline_code: decline_code.map(str::to_owned),
            message: None,
            payment_intent: None,
        }
    }

    #[test]
    fn stripe_declines_map_to_payment_failures() {
        use PaymentFailure::{AuthenticationRequired, CardDeclined, InsufficientFunds, Refused, UnknownCard};
        for (kind, code, decline_code, expected) in [
            (
                "card_error",
                "card_declined",
                Some("generic_decline"),
                CardDeclined,
            ),
            (
                "card_error",
                "card_declined",
                Some("insufficient_funds"),
                InsufficientFunds,
            ),
            (
                "card_error",
                "card_declined",
                Some("authentication_required"),
                AuthenticationRequired,
            ),
            (
                "card_error",
                "authentication_required",
                None,
                AuthenticationRequired,
            ),
            (
                "card_error",
                "payment_intent_authentication_failure",
                None,
                AuthenticationRequired,
            ),
            ("card_error", "expired_card", Some("expired_card"), CardDeclined),
            ("card_error", "a_code_of_tomorrow", None, CardDeclined),
            ("invalid_request_error", "resource_missing", None, UnknownCard),
            ("invalid_request_error", "amount_too_small", None, Refused),
        ] {
            assert_eq!(
                of_attempt(&error(kind, code, decline_code)),
                expected,
                "{code} {decline_code:?}"
            );
        }
    }

    #[test]
    fn http_status_decides_without_an_error_code() {
        let refused = |status| super::Refused {
            status,
            error: error("invalid_request_error", "", None),
        };
        assert_eq!(
            of_refusal(&refused(StatusCode::NOT_FOUND)),
            PaymentFailure::UnknownCard
        );
        assert_eq!(
            of_refusal(&refused(StatusCode::PAYMENT_REQUIRED)),
            PaymentFailure::CardDeclined
        );
        assert_eq!(
            of_refusal(&refused(StatusCode::BAD_REQUEST)),
            PaymentFailure::Refused
        );
    }
}
