//! A charge, as the provider sees it.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

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
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", parse_err_ty = UnknownStatus, parse_err_fn = UnknownStatus::new)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownStatus, parse_err_fn = UnknownStatus::new)]
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

impl UnknownStatus {
    fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl ChargeStatus {
    /// Every status.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
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

impl Decline {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
