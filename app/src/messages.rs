//! The messages that pages show for refusals. The REST API has its own texts, `ErrorCode::message`, which are part
//! of its contract and do not change; these are for users, and may change.

use std::fmt::Display;

#[cfg(feature = "ssr")]
use contracts::PaymentFailure;
use contracts::{ErrorCode, Field, Refusal};

/// A form whose request was not what this page sends: an old page, or one that was tampered with.
const RELOAD: &str = "Something went wrong on this page. Reload it and try again.";

/// The message of an error code on a page.
#[must_use]
pub(crate) const fn message(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::EmailInvalid => "Enter an email address, like name@example.com",
        ErrorCode::EmailInUse => "There is already an account with this email. Sign in instead.",
        ErrorCode::PasswordLength => "Use between 8 and 128 characters",
        ErrorCode::PasswordCommon => "This password is too easy to guess. Choose another.",
        ErrorCode::PasswordMissing => "Enter your password",
        ErrorCode::InvalidCredentials => "Wrong email or password.",
        ErrorCode::NotAuthorized => {
            "This belongs to another account. Check which account you're signed in with."
        }
        ErrorCode::NotFound => "We couldn't find that. Reload the page and try again.",
        ErrorCode::TitleMissing => "Enter a title",
        ErrorCode::TitleTooLong => "Use at most 200 characters",
        ErrorCode::PriceUnreadable => "Enter the price as a number, like 45 or 45.50",
        ErrorCode::PriceTooLow => "The lowest price is $0.01",
        ErrorCode::PriceBelowFiftyCents => "The lowest price is $0.50",
        ErrorCode::PriceTooHigh => "The highest price is $999,999.99",
        ErrorCode::PriceTooPrecise => "Use at most two decimal places, like 45.50",
        ErrorCode::TicketHeld => "Someone has reserved or bought this ticket, so you can't edit it now.",
        ErrorCode::OfferChanged => {
            "The seller has changed this ticket. Check the new price and details before you buy it."
        }
        ErrorCode::OwnTicket => "You can't buy your own ticket.",
        ErrorCode::TicketReserved => "Someone else reserved this ticket first.",
        ErrorCode::TicketBelowMinimum => {
            "This ticket costs less than the minimum we can charge. Only the seller can raise its price."
        }
        ErrorCode::OrderComplete => {
            "This order is paid. You can request a refund instead, if the seller offers one."
        }
        ErrorCode::RefundWindowInvalid => "Choose one of the refund options",
        ErrorCode::TokenMissing | ErrorCode::CardNumberMissing => "Enter the card number",
        ErrorCode::CardExpiryInvalid => "Enter the month and year, like 12/30",
        ErrorCode::CardCodeInvalid => "Enter the 3 or 4 digits",
        ErrorCode::OrderCancelled => "This order was cancelled or has expired. Reserve the ticket again.",
        ErrorCode::OrderPaid => "This order is already paid.",
        ErrorCode::PaymentOpen => "A payment for this order is already in progress.",
        ErrorCode::TooManyPayments => {
            "Too many payment attempts. Cancel this order and reserve the ticket again to retry."
        }
        ErrorCode::CardDeclined => "Your card was declined. Try another card.",
        ErrorCode::InsufficientFunds => "Your card has insufficient funds. Try another card.",
        ErrorCode::AuthenticationRequired => {
            "Your bank needs to confirm this payment, which isn't supported here. Try another card."
        }
        ErrorCode::UnknownCard => "Check the card number",
        ErrorCode::PaymentAbandoned => "The payment wasn't completed. You haven't been charged.",
        ErrorCode::PaymentRefused => "The payment didn't go through. You haven't been charged.",
        ErrorCode::OrderNotComplete => "Only a paid order can be refunded.",
        ErrorCode::RefundTooLate => "The refund period has ended, or the seller doesn't offer refunds.",
        ErrorCode::OrderDisputed => "You disputed this payment with your bank, so it can't be refunded here.",
        ErrorCode::IdempotencyKeyInUse => {
            "Your last request is still being processed. Try again in a moment."
        }
        ErrorCode::BodyTooLarge => "This form is too long. Shorten what you typed and send it again.",
        ErrorCode::BodyTooSlow => "This form didn't arrive in time. Check your connection and send it again.",
        ErrorCode::CrossSite => {
            "This form was sent from another site, so we refused it. Nothing was changed."
        }
        ErrorCode::TooManyAttempts => "Too many attempts. Try again later.",
        ErrorCode::TooManyHolds => "You have too many unpaid reservations. Pay for one or cancel one.",
        ErrorCode::HoldsPaused => "Too many of your reservations ended without payment. Try again later.",
        ErrorCode::Busy => "The site is busy. Try again in a moment.",
        ErrorCode::Internal => "Something went wrong on our side. Try again in a moment.",
        ErrorCode::TicketIdMissing
        | ErrorCode::TicketVersionInvalid
        | ErrorCode::OrderIdMissing
        | ErrorCode::IdempotencyKeyMalformed
        | ErrorCode::IdempotencyKeyReused
        | ErrorCode::SignatureInvalid
        | ErrorCode::BodyMalformed
        | ErrorCode::ContentTypeUnsupported
        | ErrorCode::RequestMalformed
        | ErrorCode::QueryMalformed
        | ErrorCode::MethodNotAllowed => RELOAD,
    }
}

/// The message of one of the error codes of a refusal, or when to try again, if that is known.
#[must_use]
pub(crate) fn refusal_message(refusal: &Refusal, code: ErrorCode) -> String {
    let before = match code {
        ErrorCode::TooManyAttempts => "Too many attempts. Try",
        ErrorCode::TooManyHolds => "You have too many unpaid reservations. Pay for one, cancel one, or try",
        ErrorCode::HoldsPaused => "Too many of your reservations ended without payment. Try",
        _ => return message(code).to_owned(),
    };
    match refusal.retry_after_s() {
        Some(seconds) => [before, " again in ", &wait(seconds), "."].concat(),
        None => message(code).to_owned(),
    }
}

/// The message of the first error of a refusal that does not belong to a field.
#[must_use]
pub(crate) fn form_message(refusal: &Refusal) -> Option<String> {
    let code = refusal.codes().iter().find(|code| code.field().is_none())?;
    Some(refusal_message(refusal, *code))
}

/// A number of tickets.
#[must_use]
pub(crate) fn ticket_count<N: Display + PartialEq + From<u8>>(count: N) -> String {
    if count == N::from(1) {
        "1 ticket".to_owned()
    } else {
        format!("{count} tickets")
    }
}

/// The first code of a refusal that is about a field.
#[must_use]
pub(crate) fn field_code(refusal: &Refusal, field: Field) -> Option<ErrorCode> {
    let mut codes = refusal.codes().iter();
    codes.find(|code| code.field() == Some(field)).copied()
}

/// The message for a field, if the refusal is about it.
#[cfg(feature = "ssr")]
#[must_use]
pub(crate) fn field_message(refusal: &Refusal, field: Field) -> Option<&'static str> {
    field_code(refusal, field).map(message)
}

/// The reason of a failed payment, after “Payment failed: ”.
#[cfg(feature = "ssr")]
#[must_use]
pub(crate) const fn failure_reason(failure: PaymentFailure) -> &'static str {
    match failure {
        PaymentFailure::CardDeclined => "your card was declined",
        PaymentFailure::InsufficientFunds => "your card has insufficient funds",
        PaymentFailure::AuthenticationRequired => {
            "your bank needs to confirm this payment, which isn't supported here"
        }
        PaymentFailure::UnknownCard => "the card number wasn't recognized",
        PaymentFailure::Abandoned => "it wasn't completed",
        PaymentFailure::Refused => "it didn't go through",
    }
}

/// What a buyer can do, or should know, after a failed payment.
#[cfg(feature = "ssr")]
#[must_use]
pub(crate) const fn failure_advice(failure: PaymentFailure) -> &'static str {
    match failure {
        PaymentFailure::CardDeclined
        | PaymentFailure::InsufficientFunds
        | PaymentFailure::AuthenticationRequired => "Try another card.",
        PaymentFailure::UnknownCard => "Check the card number.",
        PaymentFailure::Abandoned | PaymentFailure::Refused => "You haven't been charged.",
    }
}

/// A time to wait in words, never shorter than the actual one.
fn wait(seconds: u32) -> String {
    let (number, unit) = if seconds < 90 {
        (seconds, " second")
    } else {
        (seconds.div_ceil(60), " minute")
    };
    let plural = if number == 1 { "" } else { "s" };
    [&number.to_string(), unit, plural].concat()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_code_has_a_text_for_people() {
        for code in ErrorCode::ALL {
            let text = message(*code);
            assert!(text.starts_with(|first: char| first.is_uppercase()), "{code:?}");
            // Names of JSON fields, headers and formats are for programs.
            for word in ["Id ", "must be", "JSON", "Content-Type", "Idempotency", "kB"] {
                assert!(!text.contains(word), "{code:?}: {text}");
            }
        }
    }

    #[test]
    fn messages_are_found_by_field() {
        let refusal = Refusal::for_all(vec![ErrorCode::TitleMissing, ErrorCode::OwnTicket]).unwrap();
        assert_eq!(field_message(&refusal, Field::Title), Some("Enter a title"));
        assert_eq!(field_message(&refusal, Field::Price), None);
        let general = form_message(&refusal);
        assert_eq!(general.as_deref(), Some("You can't buy your own ticket."));
    }

    #[test]
    fn message_says_when_to_retry() {
        let text = |millis| {
            let refusal =
                Refusal::from(ErrorCode::TooManyAttempts).retry_after(Duration::from_millis(millis));
            form_message(&refusal).unwrap()
        };
        assert_eq!(text(0), "Too many attempts. Try again in 1 second.");
        assert_eq!(text(1_001), "Too many attempts. Try again in 2 seconds.");
        assert_eq!(text(89_000), "Too many attempts. Try again in 89 seconds.");
        assert_eq!(text(120_001), "Too many attempts. Try again in 3 minutes.");
        let without = form_message(&Refusal::from(ErrorCode::TooManyHolds));
        assert_eq!(without.as_deref(), Some(message(ErrorCode::TooManyHolds)));
    }
}
