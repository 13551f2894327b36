//! A charge, as the provider sees it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A charge that was requested from the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCharge {
    /// The idempotency key of the request.
    pub key: String,
    /// The amount, in cents.
    pub amount_cents: i64,
    /// Its status.
    pub status: ChargeStatus,
    /// Why it failed, if it did.
    pub failure: Option<Decline>,
    /// When a delayed charge succeeds, in milliseconds UTC.
    pub settles_at_ms: Option<i64>,
    /// When it succeeded, in milliseconds UTC; it stays after a refund.
    #[serde(default)]
    pub succeeded_at_ms: Option<i64>,
    /// Incremented with every change, from 0.
    pub version: i64,
}

/// The status of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChargeStatus {
    /// Not decided yet.
    Processing,
    /// The money was captured.
    Succeeded,
    /// It was refused.
    Failed,
    /// It was refunded.
    Refunded,
}

/// Why a charge failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decline {
    /// The bank declined it.
    CardDeclined,
    /// The card has insufficient funds.
    InsufficientFunds,
    /// The bank requires authentication.
    AuthenticationRequired,
    /// The card does not exist.
    UnknownCard,
    /// It was cancelled before it was decided.
    Abandoned,
}

/// The text is neither a status nor a reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a charge status")]
pub struct UnknownStatus(String);

impl ChargeStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Processing, Self::Succeeded, Self::Failed, Self::Refunded];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Refunded => "refunded",
        }
    }

    /// The subject of the event for a charge in this status.
    #[must_use]
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Processing => "charge:processing",
            Self::Succeeded => "charge:succeeded",
            Self::Failed => "charge:failed",
            Self::Refunded => "charge:refunded",
        }
    }
}

impl FromStr for ChargeStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

impl Decline {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CardDeclined => "card_declined",
            Self::InsufficientFunds => "insufficient_funds",
            Self::AuthenticationRequired => "authentication_required",
            Self::UnknownCard => "unknown_card",
            Self::Abandoned => "abandoned",
        }
    }
}

impl FromStr for Decline {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        [
            Self::CardDeclined,
            Self::InsufficientFunds,
            Self::AuthenticationRequired,
            Self::UnknownCard,
            Self::Abandoned,
        ]
        .into_iter()
        .find(|decline| decline.as_str() == text)
        .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}
