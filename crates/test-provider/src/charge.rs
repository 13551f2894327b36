//! A charge, as the provider sees it.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A charge that the provider was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCharge {
    /// The idempotency key under which it was asked for.
    pub key: String,
    /// How much, in cents.
    pub amount_cents: i64,
    /// Where it stands.
    pub status: ChargeStatus,
    /// Why it failed, if it did.
    pub failure: Option<Decline>,
    /// When a charge that takes its time succeeds, in milliseconds UTC.
    pub settles_at_ms: Option<i64>,
    /// When it succeeded, in milliseconds UTC; it stays when the money goes back.
    #[serde(default)]
    pub succeeded_at_ms: Option<i64>,
    /// Grows by one with every change, from 0.
    pub version: i64,
}

/// Where a charge stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", parse_err_ty = UnknownStatus, parse_err_fn = UnknownStatus::new)]
pub enum ChargeStatus {
    /// Not decided yet.
    Processing,
    /// The money was taken.
    Succeeded,
    /// It was refused.
    Failed,
    /// The money went back.
    Refunded,
}

/// Why a charge failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownStatus, parse_err_fn = UnknownStatus::new)]
pub enum Decline {
    /// The bank says no.
    CardDeclined,
    /// There is not enough money.
    InsufficientFunds,
    /// The bank wants to ask the buyer.
    AuthenticationRequired,
    /// There is no such card.
    UnknownCard,
    /// It was taken back before it was decided.
    Abandoned,
}

/// The text names no status and no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no status of a charge")]
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

    /// The subject of the event that tells of a charge in this status.
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
