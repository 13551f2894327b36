//! The states of a payment, and why one failed, by the names that programs and databases know them.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{ErrorCode, UnknownName};

/// The status of a payment. The payments service decides which may follow which.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", parse_err_ty = UnknownName, parse_err_fn = UnknownName::new)]
pub enum PaymentStatus {
    /// Recorded; the provider may or may not have received it.
    Intended,
    /// The provider has it and has not decided.
    Processing,
    /// The money was captured.
    Succeeded,
    /// The provider refused it; no money was captured.
    Failed,
    /// The money was captured and its refund is in progress.
    Refunding,
    /// The money is back.
    Refunded,
}

impl PaymentStatus {
    /// Every status there is.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name in JSON and in the databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it is not known yet if money was captured.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Intended | Self::Processing)
    }
}

/// Why a payment failed. The names are those of Stripe's decline codes where it has one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownName, parse_err_fn = UnknownName::new)]
pub enum PaymentFailure {
    /// The bank declined it.
    CardDeclined,
    /// There is not enough money on the card.
    InsufficientFunds,
    /// The bank requires authentication, which this way of paying does not support.
    AuthenticationRequired,
    /// The provider does not know the token.
    UnknownCard,
    /// The buyer left the provider's page, or its time expired.
    Abandoned,
    /// The provider refused it for another reason.
    Refused,
}

impl PaymentFailure {
    /// Every reason there is.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name in JSON and in the databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The error code for the buyer.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::CardDeclined => ErrorCode::CardDeclined,
            Self::InsufficientFunds => ErrorCode::InsufficientFunds,
            Self::AuthenticationRequired => ErrorCode::AuthenticationRequired,
            Self::UnknownCard => ErrorCode::UnknownCard,
            Self::Abandoned => ErrorCode::PaymentAbandoned,
            Self::Refused => ErrorCode::PaymentRefused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_equal_their_json() {
        for status in PaymentStatus::ALL.iter().copied() {
            assert_eq!(status.as_str().parse(), Ok(status));
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json, format!("\"{}\"", status.as_str()));
        }
        for failure in PaymentFailure::ALL.iter().copied() {
            assert_eq!(failure.as_str().parse(), Ok(failure));
            let json = serde_json::to_string(&failure).unwrap();
            assert_eq!(json, format!("\"{}\"", failure.as_str()));
        }
        assert!("paid".parse::<PaymentStatus>().is_err());
        assert!("Refused".parse::<PaymentFailure>().is_err());
    }
}
