//! The reasons of refusals, with their messages.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::Field;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $code:ident $(@ $field:ident)? => $message:literal,)*) => {
        /// The reasons of a refusal. The texts are public and part of the REST contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum ErrorCode {
            $($(#[$doc])* $code,)*
        }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// The name that it is serialized as.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$code => stringify!($code),)*
                }
            }

            /// The public message.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self {
                    $(Self::$code => $message,)*
                }
            }

            /// The field it is about, if it is about one.
            #[must_use]
            pub const fn field(self) -> Option<Field> {
                match self {
                    $(Self::$code => error_codes!(@field $($field)?),)*
                }
            }
        }
    };
    (@field $field:ident) => { Some(Field::$field) };
    (@field) => { None };
}

error_codes! {
    /// The email address is malformed.
    EmailInvalid @ Email => "Email must be valid",
    /// The email address has an account already.
    EmailInUse => "Email in use",
    /// A new password is too short or too long.
    PasswordLength @ Password => "Password must be between 8 and 128 characters",
    /// A new password is on the list of the most common ones.
    PasswordCommon @ Password => "Password is one of the most common ones, choose another",
    /// No password was given at sign-in.
    PasswordMissing @ Password => "You must supply a password",
    /// Unknown email address or wrong password: the two are indistinguishable.
    InvalidCredentials => "Invalid credentials",
    /// Not signed in, or not the owner.
    NotAuthorized => "Not authorized",
    /// The resource does not exist.
    NotFound => "Not Found",
    /// The title is empty.
    TitleMissing @ Title => "Title is required",
    /// The title is longer than allowed.
    TitleTooLong @ Title => "Title must be at most 200 characters",
    /// The price that was typed is not a number. Over REST that is `PriceTooLow`.
    PriceUnreadable @ Price => "Enter the price as a number, for example 12.50",
    /// The price is zero or less, or over REST not a number.
    PriceTooLow @ Price => "Price must be greater than 0",
    /// The price is below the payment provider's minimum.
    PriceBelowFiftyCents @ Price => "Price must be at least 0.50",
    /// The price is above the highest one.
    PriceTooHigh @ Price => "Price must be at most 999999.99",
    /// The price has fractions of a cent.
    PriceTooPrecise @ Price => "Price must have at most two decimals",
    /// An order holds the ticket, so it cannot be edited.
    TicketHeld => "Cannot edit a reserved ticket",
    /// No ticket id, or something other than an id.
    TicketIdMissing @ TicketId => "TicketId must be provided",
    /// The version of the ticket that was shown is invalid.
    TicketVersionInvalid @ TicketVersion => "TicketVersion must be a version of the ticket, as in 3",
    /// The seller has edited the ticket since it was shown to the buyer.
    OfferChanged => "The seller has changed this ticket since you saw it. Check the new offer before you reserve it",
    /// The buyer is the seller of the ticket.
    OwnTicket => "You can't buy your own ticket",
    /// Another order holds the ticket.
    TicketReserved => "Ticket is already reserved",
    /// The ticket was listed at a price below the payment provider's minimum.
    TicketBelowMinimum => "This ticket costs less than can be paid here, its seller has to raise the price",
    /// A paid order is not cancelled, it is refunded.
    OrderComplete => "Cannot cancel a complete order, refund it instead",
    /// The refund window is not a whole number of hours, or too long.
    RefundWindowInvalid @ RefundHours => "Refund time must be a whole number of hours from 0 to 720",
    /// No order id, or something other than an id.
    OrderIdMissing @ OrderId => "OrderId must be provided",
    /// No card token.
    TokenMissing @ Token => "Token must be provided",
    /// No card number.
    CardNumberMissing @ Token => "Enter the number of your card",
    /// The expiry of a card is malformed.
    CardExpiryInvalid @ CardExpiry => "Enter month and year, as in 12/30",
    /// A security code has three or four digits.
    CardCodeInvalid @ CardCode => "Enter the three or four digits",
    /// A cancelled or expired order cannot be paid.
    OrderCancelled => "Cannot pay for a cancelled order",
    /// The order is paid.
    OrderPaid => "Order is already paid",
    /// An earlier payment is undecided.
    PaymentOpen => "A payment of this order is already under way",
    /// Too many payment attempts.
    TooManyPayments => "This order was tried to be paid too often, reserve the ticket once more",
    /// The bank declined.
    CardDeclined @ Token => "Your card was declined",
    /// The card has insufficient funds.
    InsufficientFunds @ Token => "Your card has insufficient funds",
    /// The bank requires authentication, which this payment method does not support.
    AuthenticationRequired @ Token => "Your bank asks for a confirmation that is not possible here, use another card",
    /// The provider does not know the card.
    UnknownCard @ Token => "This card is not known, check its number",
    /// The buyer left the provider's page.
    PaymentAbandoned => "The payment was not finished, nothing was charged",
    /// The provider rejected the payment for another reason.
    PaymentRefused => "The payment did not go through, nothing was charged",
    /// Only a complete order can be refunded.
    OrderNotComplete => "Only a complete order can be refunded",
    /// The refund window has closed.
    RefundTooLate => "The time for giving this ticket back has passed",
    /// The payment is, or was, disputed.
    OrderDisputed => "The payment of this order was disputed with the bank, so it cannot be refunded",
    /// The idempotency key is malformed.
    IdempotencyKeyMalformed => "The Idempotency-Key must be 1 to 255 visible ASCII characters",
    /// The key was used for a different request.
    IdempotencyKeyReused => "This Idempotency-Key was used for another request",
    /// The first request with the key is still running.
    IdempotencyKeyInUse => "A request with this Idempotency-Key is still running, try again in a moment",
    /// A webhook is not signed by the payment provider, or is too old.
    SignatureInvalid => "The signature does not match",
    /// The body is not the JSON (or form) that it should be.
    BodyMalformed => "The body must be valid JSON of the documented shape",
    /// The body is of another type.
    ContentTypeUnsupported => "The Content-Type must be application/json",
    /// The body is larger than allowed.
    BodyTooLarge => "The body must be at most 100 kB",
    /// The body did not arrive in time.
    BodyTooSlow => "The body did not arrive in time",
    /// The URI or the host is malformed.
    RequestMalformed => "The request cannot be read",
    /// A parameter of the query string cannot be read.
    QueryMalformed => "The query string has a parameter that cannot be read",
    /// The path exists, the method does not.
    MethodNotAllowed => "Method not allowed",
    /// The request came from a page of another site.
    CrossSite => "Requests from other sites are refused",
    /// Too many sign-ins or sign-ups from one client, or too many wrong passwords for one account.
    TooManyAttempts => "Too many attempts, try again later",
    /// The buyer has the maximum number of unpaid orders.
    TooManyHolds => "Too many unpaid orders, pay for one or cancel one",
    /// The buyer has abandoned too many reservations.
    HoldsPaused => "Too many reservations expired unpaid, try again later",
    /// The server is at its limit; a retry helps.
    Busy => "The server is busy, try again in a moment",
    /// An internal error.
    Internal => "Something went wrong",
}

/// Finds the code in a table. What serde derives has a branch for every code, which browsers would load.
impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let code = Self::ALL.iter().find(|code| code.name() == name);
        code.copied()
            .ok_or_else(|| de::Error::custom("there is no such error code"))
    }
}

/// A refusal in the form of the REST envelope: `{"message": …, "field"?: …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The message.
    pub message: String,
    /// The field it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = false))]
    pub field: Option<Field>,
}

impl From<ErrorCode> for FieldError {
    fn from(code: ErrorCode) -> Self {
        Self {
            message: code.message().to_owned(),
            field: code.field(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_as_it_is_written() {
        for code in ErrorCode::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.name()));
            assert_eq!(serde_json::from_str::<ErrorCode>(&json).unwrap(), *code);
        }
        assert!(serde_json::from_str::<ErrorCode>("\"Unheard\"").is_err());
    }

    #[test]
    fn envelope_names_the_field_only_where_there_is_one() {
        let json = |code: ErrorCode| serde_json::to_string(&FieldError::from(code)).unwrap();
        assert_eq!(json(ErrorCode::NotAuthorized), r#"{"message":"Not authorized"}"#);
        assert_eq!(
            json(ErrorCode::TicketIdMissing),
            r#"{"message":"TicketId must be provided","field":"ticketId"}"#
        );
    }
}
